"""A catalog that is written: its fields, its equality and repr, and the table that it prints."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

import attrs
import pytest

from segkit import Catalog, CatalogError, Contact, Event, Field, MemorySource, Observation
from segkit.model.catalog import SeenEvents
from tests.unit.hostile_collections import ListThatRaises, MappingThatRaises
from tests.unit.test_catalog_observed import AT, NOW

NAMES: Final = {"Catalog": Catalog, "Field": Field}

CATALOGS: Final = (
    Catalog(),
    Catalog(attributes={}, lists=(), events={}),
    Catalog(
        attributes={
            "age": Field("number", label="Age", unit="years", decimal=","),
            "plan": ["free", "pro"],
            "home": {"zip": "text", "geo": {"at": "location"}},
            "any": None,
            "born": Field("day", format="%d.%m.%Y"),
            "tags": Field("collection", choices=("a", "b"), separator=";"),
        },
        lists=["vip", "vip", "news"],
        events={"order": {"total": "number"}, "visit": None},
    ),
    Catalog(events=["order"]),
)


@pytest.mark.parametrize("catalog", CATALOGS)
def test_a_catalog_is_copied_pickled_and_pasted(catalog: Catalog) -> None:
    copies = (
        copy.copy(catalog),
        copy.deepcopy(catalog),
        pickle.loads(pickle.dumps(catalog)),  # noqa: S301 - of this process
        eval(repr(catalog), dict(NAMES)),  # noqa: S307 - as it is pasted
        Catalog.from_dict(catalog.to_dict()),
    )
    for each in copies:
        assert each == catalog
        assert repr(each) == repr(catalog)
    assert sum(catalog == other for other in CATALOGS) == 1


def test_an_observed_catalog_is_pickled_with_its_counts() -> None:
    source = MemorySource([Contact(1, {"age": 36})], [Event(1, "order", AT)])
    catalog = Catalog.observed(source, now=NOW)
    back = pickle.loads(pickle.dumps(catalog))  # noqa: S301 - of this process
    assert (back, back.observation) == (catalog, catalog.observation)
    assert back.attributes["age"].seen == (catalog.attributes or {})["age"].seen


def test_fields_are_equal_by_what_was_written() -> None:
    assert Field("number") == Field("number")
    assert Field(choices=["a"]) == Field("text", choices=("a",))
    assert Field("number") != Field("text")
    assert Field("number") != Field("number", decimal=",")
    names: Any = {"zip": "text"}
    assert Field(fields=names) == Field(fields={"zip": Field("text")})
    assert Catalog(lists=["a", "a"]).lists == ("a",)


@pytest.mark.parametrize(
    ("choices", "kind"),
    [(["a"], "text"), ([1, 2.5], "number"), ([True], "boolean"), ({"a"}, "text")],
)
def test_choices_tell_the_kind(choices: Any, kind: str | None) -> None:  # noqa: ANN401
    assert Field(choices=choices).kind == kind


def test_the_path_of_an_error_is_that_of_the_inner_field() -> None:
    inner: Any = {"home": {"geo": {"at": "place"}}}
    with pytest.raises(CatalogError) as caught:
        Catalog(attributes=inner)
    assert caught.value.path == "Catalog.attributes['home']['geo']['at']"


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda: Field(choices=ListThatRaises(["a"])), "Field.choices"),
        (lambda: Field(fields=MappingThatRaises()), "Field.fields"),
        (lambda: Catalog(attributes=MappingThatRaises()), "Catalog.attributes"),
        (lambda: Catalog(attributes={"a": MappingThatRaises()}), "Catalog.attributes['a']"),
        (lambda: Catalog(attributes={"a": ListThatRaises(["a"])}), "Catalog.attributes['a']"),
        (lambda: Catalog(lists=ListThatRaises(["a"])), "Catalog.lists"),
        (lambda: Catalog(events=ListThatRaises(["a"])), "Catalog.events"),
        (lambda: Catalog(events=MappingThatRaises()), "Catalog.events"),
        (lambda: Catalog(events={"a": MappingThatRaises()}), "Catalog.events['a']"),
    ],
)
def test_arguments_that_cannot_be_read_are_named(build: Callable[[], object], path: str) -> None:
    with pytest.raises(CatalogError, match="when it is read: pass plain values") as caught:
        build()
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("int", "number"),
        ("str", "text"),
        ("bool", "boolean"),
        ("date", "day"),
        ("List", "collection"),
        ("datetime", "instant"),
        ("geo", "location"),
        ("numbr", "number"),
        ("texts", "text"),
    ],
)
def test_another_word_for_a_kind_is_named(word: Any, kind: str) -> None:  # noqa: ANN401
    with pytest.raises(CatalogError, match=f'did you mean "{kind}"\\?$'):
        Catalog(attributes={"x": word})


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda: Field("text", separator=";"), "Field.separator"),
        (lambda: Field("text", decimal=","), "Field.decimal"),
        (lambda: Field("day", decimal="."), "Field.decimal"),
        (lambda: Field(seen=cast("Any", 5)), "Field.seen"),
        (lambda: Catalog(observation=cast("Any", "x")), "Catalog.observation"),
        (lambda: Catalog.observed([], needs=cast("Any", "x")), "observed.needs"),
    ],
)
def test_arguments_without_effect_are_refused(build: Callable[[], object], path: str) -> None:
    with pytest.raises(CatalogError) as caught:
        build()
    assert caught.value.path == path


def test_an_option_may_be_given_to_the_kinds_that_it_is_for() -> None:
    assert Field("location", separator=";", decimal=",").decimal == ","
    assert Field("collection", separator=";").separator == ";"
    assert Field(separator=";", decimal=".").decimal == "."


def test_fields_that_are_built_by_hand_nest_at_most_twenty_levels() -> None:
    field = Field("text")
    for _ in range(20):
        field = Field(fields={"a": field})
    assert Catalog(attributes={"a": field}).attributes
    with pytest.raises(CatalogError, match="at most 20 levels"):
        Field(fields={"a": field})


def test_a_mapping_that_contains_itself_is_refused_at_once() -> None:
    shared: Any = {}
    for _ in range(19):
        shared = {"a": shared, "b": shared}
    with pytest.raises(CatalogError, match="more than 100,000 fields"):
        Catalog(attributes=shared)
    shared["a"]["a"] = shared
    with pytest.raises(CatalogError, match="at most 20 levels"):
        Catalog(attributes=shared)


@pytest.mark.parametrize("kind", ["day", "instant"])
@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("%d.%d.%Y", "got '%d.%d.%Y'"),
        ("%Q", "got '%Q'"),
        ("%Y-%m-%d %", "got '%Y-%m-%d %'"),
        ("%d.%m.", "has no year"),
        ("%H:%M", "has no year"),
        ("dd.mm.yyyy", "has no year"),
        ("22.11.2000", "has no year"),
        ("22.11.2000%%Y", "has no year"),
        ("", "has no year"),
        ("second", "has no year"),
        ("%m/%Y", "has no month or no day"),
        ("%Y-%d", "has no month or no day"),
        ("%Y", "has no month or no day"),
        ("%d.%m.%Y %I:%M", "write %p beside %I"),
        ("%d.%m.%Y %Z", "write %z"),
    ],
)
def test_a_format_has_all_that_a_day_needs(kind: Any, written: str, problem: str) -> None:  # noqa: ANN401
    with pytest.raises(CatalogError, match="takes a format of strptime") as caught:
        Field(kind, format=written)
    assert problem in caught.value.problem


def test_seconds_are_for_instants_only() -> None:
    assert Field("instant", format="seconds").format == "seconds"
    with pytest.raises(CatalogError, match="for example; got 'seconds', which has no year"):
        Field("day", format="seconds")


@pytest.mark.parametrize("kind", ["day", "instant"])
@pytest.mark.parametrize(
    "written",
    ["%d/%m/%y", "%Y%j", "%G-W%V-%u", "%x", "%B %d, %Y", "%d.%m.%Y %I:%M %p", "%c", "%y%%Z%m%d"],
)
def test_formats_with_a_whole_day_are_taken(kind: Any, written: str) -> None:  # noqa: ANN401
    field = Field(kind, format=written)
    moment = datetime(2022, 9, 12, tzinfo=UTC)
    expected = moment.date() if kind == "day" else moment
    catalog = Catalog(attributes={"x": field})
    row = {"id": 1, "x": moment.strftime(written)}
    assert catalog.contact(row, tz=UTC).attributes["x"] == expected


def test_fields_of_an_attribute_nest_at_most_twenty_levels() -> None:
    def nested(levels: int) -> dict[str, Any]:
        return {"a": nested(levels - 1) if levels > 1 else "text"}

    assert Catalog(attributes=nested(21)).attributes
    with pytest.raises(CatalogError, match="at most 20 levels"):
        Catalog(attributes=nested(22))


def test_a_declared_catalog_prints_its_fields() -> None:
    assert str(CATALOGS[2]).splitlines() == [
        "attribute    kind        label        choices",
        "age          number      Age (years)",
        "plan         text                     'free', 'pro'",
        "home         mapping",
        "home.zip     text",
        "home.geo     mapping",
        "home.geo.at  location",
        "any          any",
        "born         day",
        "tags         collection               'a', 'b'",
        "",
        "list",
        "vip",
        "news",
        "",
        "event    kind    label  choices",
        "order",
        "  total  number",
        "visit",
    ]
    assert str(Catalog()) == str(CATALOGS[1]) == "an empty catalog"


def test_names_are_printed_safely() -> None:
    names = {"": "text", "age ": "text", "a\nb": "text", "\u202eage": "text", "\x1b[2J": "text"}
    field = Field("text", label="a\tb", unit="\u202e", choices=[f"x\n{n}" for n in range(7)])
    catalog = Catalog(attributes={**names, "x": field}, lists=["a\nb"], events={"\x00": names})
    text = str(catalog)
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text.split("\n")) == 7 + 1 + 2 + 1 + 7
    lines = text.split("\n")
    assert [line[:12].rstrip() for line in lines[1:4]] == ["''", "'age '", r"'a\nb'"]
    assert lines[6].endswith("'x\\n3', 'x\\n4', 2 more")


UNKNOWN_CONTACTS: Final = (
    "  1 event of 1 unknown contact; 1 of these ids exists in another form; "
    "ids of two types: int and text"
)


def test_an_observed_catalog_prints_what_is_unusual() -> None:
    contacts = [
        Contact(1, {"age": 36, "code": "07", "tags": ["a", "b"]}, {"vip": NOW, "a\nb": None}),
        Contact(2, {"age": "", "code": "", "tags": []}, ["vip"]),
    ]
    events = [
        Event[Any](1, "order", AT, {"total": Decimal("1.50")}, id="e1"),
        Event(1, "order", NOW + timedelta(days=1), id="e2"),
        Event(1, "order", AT, id="e1"),
        Event("1", "visit", AT),
    ]
    catalog = Catalog.observed(MemorySource[Any](contacts, events), now=NOW)
    assert str(catalog).splitlines() == [
        "2 contacts, 3 events, at 2022-10-15 09:30+00:00",
        "  1 contact without events",
        UNKNOWN_CONTACTS,
        "  1 event with the id of another event of the contact: the first one counts",
        "  1 event in the future: not counted before then",
        "",
        "attribute  set  kinds                       range     examples",
        "age        all  number 1, text 1 (1 empty)  36 to 36  36, ''",
        "code       all  text (1 empty)                        '07', ''",
        "tags       all  collection (of text)                  'a', 'b'",
        "",
        "list    members  joined known",
        "vip     2        1",
        r"'a\nb'  1        0",
        "",
        "event    set     kinds   range                     examples",
        "order    2               2022-10-14 to 2022-10-16",
        "  total  1 of 2  number  1.50 to 1.50              1.50",
        "visit    1               2022-10-14 to 2022-10-14",
    ]


def test_parts_without_data_are_printed() -> None:
    observation = Observation(NOW, 3_000, 2, is_sample=True, id_types={"in\nt": 1, "str": 2})
    catalog = Catalog({"age": "number"}, ["vip"], {"order": None}, observation=observation)
    assert str(catalog).splitlines() == [
        "a sample of 3,000 contacts, 2 events, at 2022-10-15 09:30+00:00",
        r"  ids of two types: 'in\nt' and text",
        "",
        "attribute  set  kinds   range  examples",
        "age             number",
        "",
        "list  members  joined known",
        "vip   0        0",
        "",
        "event  set  kinds  range  examples",
        "order  0",
    ]
    never = attrs.evolve(observation, event_names={"order": SeenEvents(2, without_instant=2)})
    text = str(attrs.evolve(catalog, observation=never))
    assert "  2 events whose time is no instant with a zone: never counted" in text
    assert text.endswith("order  2")


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("text", {"count": -1}),
        ("text", {"count": True}),
        ("text", {"count": 1, "values": "ab"}),
        ("text", {"count": 1, "examples": [3]}),
        ("text", {"count": 1, "lengths": [1]}),
        ("text", {"count": 1, "reads_as": 3}),
        ("number", {"count": 1, "least": "x"}),
        ("number", {"count": 1, "least": 3}),
        ("number", {"count": 1, "greatest": 3}),
        ("number", {"count": 1, "values": []}),
        ("mapping", {"count": 1, "is_described": "no"}),
        ("number", {"count": 1, "least": "9" * 5_000}),
        ("boolean", {"count": 1, "examples": ["yes"]}),
        ("day", {"count": 1, "greatest": "soon"}),
        ("instant", {"count": 1, "greatest": "2022-10-15T09:30"}),
        ("mapping", {"count": 1, "examples": ["x"]}),
        ("kind", {"count": 1}),
    ],
)
def test_a_document_with_values_of_another_kind_is_refused(kind: str, seen: Any) -> None:  # noqa: ANN401
    age = {"seen": {"among": 1, "kinds": {kind: seen}}}
    with pytest.raises(CatalogError, match="is not the document of a catalog"):
        Catalog.from_dict({"segkit": 1, "catalog": {"attributes": {"age": age}}})


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"attributes": {"age": {"kind": "numbr"}}}, ".attributes['age']"),
        ({"attributes": {"home": {"fields": {"zip": {"unit": 3}}}}}, ".attributes['home']['zip']"),
        ({"events": {"order": {"total": {"decimal": "x"}}}}, ".events['order']['total']"),
        ({"attributes": {"age": {"seen": {"kinds": {}}}}}, ""),
    ],
)
def test_the_path_of_an_error_in_a_document_names_the_field(content: Any, path: str) -> None:  # noqa: ANN401
    with pytest.raises(CatalogError) as caught:
        Catalog.from_dict({"segkit": 1, "catalog": content})
    assert caught.value.path == f"Catalog.from_dict{path}"
    assert str(caught.value).startswith(f"Catalog.from_dict{path}: ")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("36", "text (all like number)"),
        ("2022-10-15", "text (all like day)"),
        ("[1]", "text (JSON)"),
        ("Paris", "text"),
    ],
)
def test_the_table_tells_what_texts_can_be_read_as(text: str, cell: str) -> None:
    catalog = Catalog.observed(MemorySource([Contact(1, {"x": text})]), now=NOW)
    assert str(catalog).splitlines()[-1].split() == ["x", "all", *cell.split(), repr(text)]
