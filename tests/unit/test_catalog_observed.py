"""An observed catalog counts all data, and no value of a contact stops it."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

import pytest

from segkit import (
    Catalog,
    Contact,
    Event,
    FactsError,
    Field,
    MemorySource,
    Observation,
    Requirements,
    attr,
    check,
)
from segkit.model.catalog import observation as observation_module
from segkit.model.catalog.seen import Places, ValueCounter
from tests.unit.hostile_collections import ListThatRaises, MappingThatRaises
from tests.unit.hostile_values import VALUES, RaisingZone

NOW: Final = datetime(2022, 10, 15, 9, 30, tzinfo=UTC)
AT: Final = NOW - timedelta(days=1)


class TextThatRaises(str):
    __slots__ = ()

    def __hash__(self) -> int:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError


class NumberThatRaises(int):
    def __lt__(self, other: object) -> bool:
        raise RuntimeError


class Unhashable:
    def __hash__(self) -> int:
        raise TypeError


class Plan(Enum):
    PRO = "pro"


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


LOOP: Final[dict[str, Any]] = {}
LOOP["loop"] = LOOP

HOSTILE: Final[dict[str, tuple[Any, str | None]]] = {
    "a mapping that raises": (MappingThatRaises(), "mapping"),
    "a list that raises": (ListThatRaises([1]), "collection"),
    "a text that cannot be hashed": (TextThatRaises("x"), "text"),
    "a number that cannot be ordered": (NumberThatRaises(3), "number"),
    "a zone that raises": (datetime(2022, 1, 1, tzinfo=RaisingZone()), "no kind"),
    "a naive time": (datetime(2022, 1, 1), "naive datetime"),  # noqa: DTZ001 - of a host
    "a zone that is not UTC": (
        datetime(2022, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        "instant",
    ),
    "the first instant": (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "instant"),
    "a member of an Enum": (Plan.PRO, "text"),
    "an object that cannot be hashed": (Unhashable(), "no kind"),
    "1,000 digits": (10**1_000, "no kind"),
    "400 digits": (-(10**399), "number"),
    "a float that is no number": (float("nan"), None),
    "a Decimal that is no number": (Decimal("NaN"), None),
    "a Decimal that signals": (Decimal("sNaN"), None),
    "a negative zero": (-0.0, "number"),
    "infinity": (Decimal("-Infinity"), "number"),
    "a long exponent": (Decimal("1e-100000"), "number"),
    "a lone surrogate": ("\ud800", "text"),
    "a long text": ("x" * 100_000, "text"),
    "many levels": (nested(5_000), "mapping"),
    "no end": (LOOP, "mapping"),
    "keys that are no text": ({1: 2, None: 3, TextThatRaises: 4}, "mapping"),
    "members that cannot be hashed": ([Unhashable(), {}, [[1]]], "collection"),
    "bytes": (b"x", "no kind"),
    "a day": (date(2022, 1, 1), "day"),
}


@pytest.mark.parametrize(("value", "kind"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_counted(value: Any, kind: str | None) -> None:  # noqa: ANN401
    host = SimpleNamespace(id=1, attributes={"x": value}, lists={"vip": value})
    order = SimpleNamespace(contact_id=1, name="order", at=AT, properties={"x": value}, id=None)
    catalog = Catalog.observed([(host, [order])], now=NOW)
    assert catalog.attributes is not None
    assert catalog.events is not None
    assert catalog.events["order"] is not None
    for field in (catalog.attributes["x"], catalog.events["order"]["x"]):
        assert field.seen is not None
        assert {name: seen.count for name, seen in field.seen.kinds.items()} == (
            {kind: 1} if kind else {}
        )
    assert catalog.lists == ("vip",)
    assert all(line.isprintable() for line in str(catalog).split("\n"))
    assert Catalog.from_dict(catalog.to_dict()).observation == catalog.observation


@pytest.mark.parametrize(("value", "kind"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["contact_id", "name", "at", "properties", "id"])
def test_hostile_fields_of_an_event_are_counted(field: str, value: Any, kind: str | None) -> None:  # noqa: ANN401
    fields: dict[str, Any] = {
        "contact_id": 1,
        "name": "order",
        "at": AT,
        "properties": {},
        "id": None,
    }
    events = [SimpleNamespace(**{**fields, field: value}) for _ in range(2)]
    host = SimpleNamespace(id=value, attributes=value, lists=value)
    observation = Catalog.observed([(host, events)], now=NOW).observation
    assert observation is not None
    assert observation.events == 2
    seen = list(observation.event_names.values())
    assert [each.count for each in seen] == ([2] if field != "name" or kind == "text" else [])
    assert [each.without_instant for each in seen] == [
        2 if field == "at" and kind != "instant" else 0 for _ in seen
    ]


def observe(*rows: tuple[Any, list[Any]]) -> Observation:
    observation = Catalog.observed(rows, now=NOW).observation
    assert observation is not None
    return observation


def event(**changes: Any) -> SimpleNamespace:  # noqa: ANN401 - fields of any kind
    fields: dict[str, Any] = {
        "contact_id": 1,
        "name": "order",
        "at": AT,
        "properties": {},
        "id": None,
    }
    return SimpleNamespace(**{**fields, **changes})


def test_ids_that_are_no_ids_are_not_repeated() -> None:
    nan = float("nan")
    ids = ["", "", None, None, nan, nan, "e1", "e1", "e1", 7, 7]
    assert observe((Contact(1), [event(id=id_) for id_ in ids])).repeated_events == 3


def test_the_events_of_a_name_are_counted_by_their_time() -> None:
    later = NOW + timedelta(microseconds=1)
    east = datetime(2022, 10, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    times = [AT, NOW, later, east, None, "2022-10-15"]
    seen = observe((Contact(1), [event(at=at) for at in times])).event_names["order"]
    assert (seen.count, seen.first, seen.last) == (6, east, later)
    assert (seen.future, seen.without_instant) == (1, 2)


def test_a_store_counts_the_repeated_events_that_it_left_out() -> None:
    orders = [Event(1, "order", AT, id="e1"), Event(1, "order", AT, id="e1")]
    catalog = Catalog.observed(MemorySource([Contact(1)], orders), now=NOW)
    assert catalog.observation is not None
    assert (catalog.observation.events, catalog.observation.repeated_events) == (1, 1)
    assert "1 event with the id of another event" in str(catalog)


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        (1, "1"),
        ("1", 1),
        ("1", "'1"),
        ("'1", "1"),
        (" 1", "1"),
        ("1", " 1 "),
        (1, "'1"),
        (UUID(int=7), str(UUID(int=7))),
    ],
)
def test_ids_in_another_form_are_found(known: Any, unknown: Any) -> None:  # noqa: ANN401
    source = MemorySource[Any]([Contact(known)], [Event(unknown, "order", AT)])
    catalog = Catalog.observed(source, now=NOW)
    assert catalog.observation is not None
    assert catalog.observation.ids_in_another_form == 1
    text = str(catalog)
    assert "1 event of 1 unknown contact; 1 of these ids exists in another form" in text
    assert ("ids of two types" in text) == (type(known) is not type(unknown))


def test_ids_of_two_types_are_named() -> None:
    source = MemorySource[Any]([Contact(1)], [Event("1", "order", AT)])
    assert "ids of two types: int and text" in str(Catalog.observed(source, now=NOW))


@pytest.mark.parametrize("unknown", ["2", 2, 10**1_000, (1,), UUID(int=1)])
def test_other_unknown_ids_have_no_other_form(unknown: Any) -> None:  # noqa: ANN401
    source = MemorySource[Any]([Contact(1), Contact((2,))], [Event(unknown, "order", AT)])
    observation = Catalog.observed(source, now=NOW).observation
    assert observation is not None
    assert (observation.unknown_contacts, observation.ids_in_another_form) == (1, 0)


def test_a_sample_reads_the_first_contacts() -> None:
    source = MemorySource([Contact(number) for number in range(5)])
    for sample, contacts, is_sample in ((2, 2, True), (5, 5, True), (6, 5, False)):
        observation = Catalog.observed(source, sample, now=NOW).observation
        assert observation is not None
        assert (observation.contacts, observation.is_sample) == (contacts, is_sample)


def test_a_store_yields_everything() -> None:
    source = MemorySource([Contact(1)], [Event(1, "order", AT), Event(1, "visit", AT)])
    ((_, events),) = source.load(Requirements(everything=True))
    assert [each.name for each in events] == ["order", "visit"]
    assert [list(own) for _, own in source.load(Requirements())] == [[]]


REFUSED_SOURCES: Final[list[tuple[object, str]]] = [
    ([Contact(1)], "write MemorySource(contacts, events)"),
    ([(Contact(1), None)], "must be a pair"),
    ([(None, [])], "no attribute 'id'"),
    ([(Contact(1), [None])], "no attribute"),
    ([(Contact(1), "ab")], "no attribute"),
    ({"a": 1}, "takes a source"),
    (None, "takes a source"),
]


@pytest.mark.parametrize(
    ("source", "problem"),
    REFUSED_SOURCES,
)
def test_what_is_no_source_is_refused(source: object, problem: str) -> None:
    with pytest.raises(FactsError) as caught:
        Catalog.observed(source, now=NOW)
    assert problem in str(caught.value)


def test_a_data_frame_is_no_source() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(FactsError, match="from_records"):
        Catalog.observed(pandas.DataFrame({"id": [1]}), now=NOW)


class Name(StrEnum):
    """Names as a host declares them: a condition finds them by their text."""

    AGE = "age"


def test_names_that_are_members_of_an_enum_are_found_by_their_text() -> None:
    contact = Contact(1, {Name.AGE: 36, "home": {Name.AGE: 3}}, {Name.AGE: None})
    catalog = Catalog.observed([(contact, [event(properties={Name.AGE: 1})])], now=NOW)
    assert catalog.attributes is not None
    assert list(map(type, catalog.attributes)) == [str, str]
    assert list(catalog.attributes["home"].fields) == ["age"]
    assert catalog.lists == ("age",)
    assert catalog.events is not None
    assert list(catalog.events["order"] or {}) == ["age"]
    assert eval(repr(catalog), {"Catalog": Catalog, "Field": Field}) == catalog  # noqa: S307 - pasted


@pytest.mark.parametrize("description", VALUES)
def test_values_that_raise_are_counted(description: str) -> None:
    value = VALUES[description]
    host = SimpleNamespace(id=1, attributes={"x": value, "y": [value]}, lists={"vip": value})
    catalog = Catalog.observed([(host, [event(id=value, at=value)])], now=NOW)
    assert catalog.attributes is not None
    assert list(catalog.attributes) == ["x", "y"]
    assert Catalog.from_dict(catalog.to_dict()) == catalog


@pytest.mark.parametrize(
    ("joined", "known"),
    [(AT, 1), (date(2022, 1, 1), 1), (datetime(2022, 1, 1), 0), ("2022-01-01", 0), (None, 0)],  # noqa: DTZ001 - of a host
)
def test_a_day_or_an_instant_of_joining_is_known(joined: object, known: int) -> None:
    host = SimpleNamespace(id=1, attributes={}, lists={"vip": joined})
    assert observe((host, [])).lists["vip"].joined == known


def test_a_time_of_pandas_that_is_missing_is_no_time_of_joining() -> None:
    pandas = pytest.importorskip("pandas")
    host = SimpleNamespace(id=1, attributes={"x": pandas.NaT}, lists={"vip": pandas.NaT})
    assert observe((host, [])).lists["vip"].joined == 0


@pytest.mark.parametrize("per_step", [1, 1_000])
def test_of_long_texts_the_beginning_is_kept(
    per_step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observation_module, "_CONTACTS_PER_STEP", per_step)
    long = [f'[{number}, "{"x" * 1_000}"]' for number in range(9)]
    contacts = [Contact(number, {"x": text}) for number, text in enumerate(["[]", *long, "[1]"])]
    (field,) = (Catalog.observed(MemorySource(contacts), now=NOW).attributes or {}).values()
    assert field.seen is not None
    seen = field.seen.kinds["text"]
    assert seen.examples == ("[]", long[0][:200], long[1][:200])
    assert (seen.values, seen.least, seen.greatest) == (None, None, None)
    assert (seen.lengths, seen.reads_as) == ((2, 1_007), "JSON")


def test_few_of_many_long_texts_stay_in_memory() -> None:
    counter = ValueCounter(0, Places())
    for number in range(50):
        counter.add([f"{number}{letter}" + "x" * 1_000 for letter in "abc"])
    assert len(counter.kinds["text"].pool) == 3


def test_the_different_values_are_kept_up_to_a_thousand() -> None:
    for number, is_kept in ((1_000, True), (1_001, False)):
        for size in (1, 700, 2_000):
            counter = ValueCounter(0, Places())
            values = list(range(number))
            for start in range(0, number, size):
                counter.add(values[start : start + size])
            seen = counter.seen(number, examples=True).kinds["number"]
            assert seen.values == (tuple(values) if is_kept else None)
            assert (seen.least, seen.greatest, seen.examples) == (0, number - 1, (0, 1, 2))
            assert len(counter.kinds["number"].pool) == 1_000


def test_a_mapping_that_contains_itself_twice_is_described_in_part() -> None:
    """Under two names there are 2**20 places at a depth of twenty."""
    shared: dict[str, Any] = {"n": 1}
    shared["a"] = shared["b"] = shared
    contact = SimpleNamespace(id=1, attributes=shared, lists={})
    catalog = Catalog.observed([(contact, [])], now=NOW)
    places = 0
    pending = list((catalog.attributes or {}).values())
    while pending:
        field = pending.pop()
        places += bool(field.fields)
        pending += field.fields.values()
    assert places == 500
    deep = attr(*("a",) * 25, "n")
    assert not check(deep == 2, catalog)
    assert check(attr("a", "missing") == 2, catalog)


def test_names_that_few_mappings_have_are_not_looked_up_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Numbers by product, of which each mapping has one."""
    lookups = 0

    def counted(name: str) -> object:
        nonlocal lookups
        lookups += 1
        return itemgetter(name)

    monkeypatch.setattr("segkit.model.catalog.seen.itemgetter", counted)
    events = [Event(1, "view", AT, {"cart": {f"sku{number}": number}}) for number in range(3_000)]
    catalog = Catalog.observed([(Contact(1), events)], now=NOW)
    assert catalog.events is not None
    cart = (catalog.events["view"] or {})["cart"]
    seen = [field.seen for field in cart.fields.values()]
    assert {(each.among, each.count) for each in seen if each is not None} == {(3_000, 1)}
    assert len(seen) == 3_000
    assert lookups == 1  # of "cart", which all have


def test_rows_of_a_file_are_named() -> None:
    with pytest.raises(FactsError, match=r"MemorySource\.from_records\(rows\)"):
        Catalog.observed([{"id": 1}])


def test_a_name_that_raises_hides_no_other_name() -> None:
    class Attributes(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
            if name == "secret":
                raise PermissionError(name)
            return super().get(name, default)

    contact = SimpleNamespace(id=1, attributes=Attributes(secret=1, age=36), lists={})
    catalog = Catalog.observed([(contact, [])], now=NOW)
    assert list(catalog.attributes or {}) == ["age"]


def test_an_error_of_the_source_is_its_own() -> None:
    class Broken:
        def load(self, *_: object) -> Any:  # noqa: ANN401
            yield Contact(1), []
            raise AttributeError("no connection")

    with pytest.raises(AttributeError, match="no connection"):
        Catalog.observed(Broken(), now=NOW)


@pytest.mark.parametrize(("known", "unknown"), [("016", 16), ("a-1", "A-1"), (16, "0016")])
def test_ids_that_differ_in_zeros_or_case_are_in_another_form(known: Any, unknown: Any) -> None:  # noqa: ANN401
    source = MemorySource([Contact(known)], [Event(unknown, "order", AT)])
    observation = Catalog.observed(source, now=NOW).observation
    assert observation is not None
    assert observation.ids_in_another_form == 1
