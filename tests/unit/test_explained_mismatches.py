"""Explanations name why a value cannot be compared, and what to write or to store instead [V6]."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

import pytest

from segkit import Condition, Contact, Event, attr, did, explain, first_prop, matches, prop
from tests.unit.evaluation import NOW, HostContact, HostEvent
from tests.unit.hostile_values import VALUES, raising

case = pytest.param

NAIVE: Final = datetime(2022, 9, 1)  # noqa: DTZ001 - what is explained
ONLY_MAPPINGS: Final = "a path goes through mappings only"
LIST_OF_2: Final = f"products is a list of 2; {ONLY_MAPPINGS}"
IS_NAIVE: Final = "is a naive datetime: attach a zone, .replace(tzinfo=UTC) for example"
LIKE_A_NUMBER: Final = "the text looks like a number, store it as one"
PRODUCTS: Final = [{"sku": "A", "price": 100}, {"sku": "B"}]
x: Any = attr("x")

MISMATCHES: Final[list[Any]] = [
    # The cure for a collection.
    case(x.contains("duck"), ["test", "duck"],
         "x is a collection where a text is expected: has_any is meant for a collection"),
    case(x == "duck", {"duck"},
         "x is a collection where a text is expected: has_any is meant for a collection"),
    case(x.is_in(["duck", 3]), ("duck",), "x is a collection where a number or a text is expected: "
         "has_any is meant for a collection"),
    case(x.starts_with("duck"), ["duck"], "x is a collection where a text is expected"),
    case(x > 3, [4], "x is a collection where a number is expected"),
    # A text that looks like a value of the expected kind.
    case(x >= 18, "21", 'x is the text "21" where a number is expected: the text looks like a '
         "number, store it as one"),
    case(x.between(1, 3), " 2.50\n", 'x is the text " 2.50\\n" where a number is expected: the '
         "text looks like a number, store it as one"),
    case(x >= 18, "abc", 'x is the text "abc" where a number is expected'),
    case(x >= 18, "NaN", 'x is the text "NaN" where a number is expected'),
    case(x >= 18, "1" * 41, f'x is the text "{"1" * 41}" where a number is expected'),
    case(x.is_true(), "True", 'x is the text "True" where a boolean is expected: the text looks '
         "like a boolean, store it as one"),
    case(x.is_true(), "yes", 'x is the text "yes" where a boolean is expected: the text looks '
         "like a boolean, store it as one"),
    case(x.is_true(), "on", 'x is the text "on" where a boolean is expected'),
    case(x > 3, "007", 'x is the text "007" where a number is expected'),
    case(x < date(2022, 1, 1), "2021-10-04", 'x is the text "2021-10-04" where a day or an instant '
         "is expected: the text looks like a day, store it as one"),
    case(x.within_last(days=3), "2022-09-30T08:00Z", 'x is the text "2022-09-30T08:00Z" where '
         "a day or an instant is expected: the text looks like an instant, store it as one"),
    case(x.within_last(days=3), "20", 'x is the text "20" where a day or an instant is expected'),
    # An operand that looks like the value that was found.
    case(x > "2024-01-01", date(2024, 3, 1), "x is the day 2024-03-01 where a text is expected: "
         'write the operand "2024-01-01" as a day, not as a text'),
    case(x > "2024-01-01", NOW, "x is the instant 2022-10-01 00:00 UTC where a text is expected: "
         'write the operand "2024-01-01" as a day, not as a text'),
    case(x == "18", 18, "x is the number 18 where a text is expected: "
         'write the operand "18" as a number, not as a text'),
    case(x.is_in(["a", "18"]), 18, "x is the number 18 where a text is expected: "
         'write the operand "18" as a number, not as a text'),
    case(x.has_any(["true"]), True, "x is the boolean true where a collection or a text is "
         'expected: write the operand "true" as a boolean, not as a text'),
    case(x == "pro", 18, "x is the number 18 where a text is expected"),
    case(x.starts_with("75"), 75011, "x is the number 75011 where a text is expected"),
    case(x.is_true(), 1, "x is the number 1 where a boolean is expected"),
    # Values that cannot be compared at all.
    case(x < NOW, NAIVE, f"x {IS_NAIVE}"),
    case(x == "a", {"b": "a"}, "x is a mapping: compare a value in it, by a longer path"),
    case(x == "a", b"a", "x holds something that cannot be compared"),
    # Members that are skipped.
    case(x.has_any(["A"]), PRODUCTS, "2 members of x that are no scalars were skipped"),
    case(x.has_all(["A", "B"]), ["A", ["B"], None], "1 member of x that is no scalar was skipped"),
    # Paths.
    case(attr("x", "sku") == "A", PRODUCTS,
         f"x.sku has no value: x is a list of 2; {ONLY_MAPPINGS}"),
    case(attr("x", "sku") == "A", (1, 2, 3),
         f"x.sku has no value: x is a tuple of 3; {ONLY_MAPPINGS}"),
    case(attr("x", "b", "c").is_set(), {"b": {1}}, f"x.b is a set of 1; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, frozenset(),
         f"x.b has no value: x is a frozenset of 0; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, 5, f"x.b has no value: x is a number; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, NOW, f"x.b has no value: x is an instant; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, b"", f"x.b has no value: x is no mapping; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, "Paris", f"x.b has no value: x is a text; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, ' {"b": 5}',
         "x.b has no value: x is a text; read it with json.loads(...)"),
    case(attr("x", "b") > 3, '[{"b": 5}]',
         "x.b has no value: x is a text; read it with json.loads(...)"),
    case(attr("x", "b").within_km(3, of=(48.9, 2.3)), 5,
         f"x.b is no location: x is a number; {ONLY_MAPPINGS}"),
    case(attr("x", "b") > 3, {"c": 5}, "x.b has no value"),
    case(attr("x", "b") > 3, None, "x.b has no value"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "value", "note"), MISMATCHES)
def test_the_note_names_the_mismatch_and_what_to_write(
    condition: Condition, value: object, note: str
) -> None:
    """[V6]: of the leaf, and of the negation that is true only because of it."""
    contact = HostContact("ada", {"x": value})
    explanation = explain(condition, contact, now=NOW)
    assert explanation.notes == (note,)
    assert not explanation.certain
    assert not explanation
    negation = explain(~condition, contact, now=NOW)
    assert negation.only_because() == (note,)
    assert f"holds only because {note}" in str(negation)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        case(x.has_any(["A", "C"]), ["A", {}], id="another member is enough"),
        case(x.has_any(["A"]), ["B", None], id="a member without a value"),
        case(x.has_any([]), [{}], id="no member could be enough"),
        case(attr("x", "b").is_set(), {"b": 1}, id="a path of mappings"),
        case(attr("x", "b").is_set(), {}, id="an absent key"),
    ],
)
def test_a_verdict_that_does_not_depend_on_it_has_no_note(
    condition: Condition, value: object
) -> None:
    """[V6]: the verdict is certain."""
    explanation = explain(condition, Contact("ada", {"x": value}), now=NOW)
    assert explanation.notes == ()
    assert explanation.certain


def test_attributes_and_properties_that_are_text_are_named() -> None:
    """[K6]: a host may store them as JSON."""
    text = '{"total": 3}'
    contact, event = HostContact("ada", text), HostEvent("order", properties=text)
    json_text = "is a text; read it with json.loads(...)"
    assert explain(x > 3, contact, now=NOW).notes == (f"x has no value: attributes {json_text}",)
    condition = did("order").where(prop("total") > 3)
    assert explain(condition, contact, [event], now=NOW).notes == (
        f"total has no value: properties {json_text}",
    )
    pair = explain(attr("x") > attr("y", "z"), HostContact("ada", {"x": 1, "y": text}), now=NOW)
    assert pair.notes == (f"y.z has no value: y {json_text}",)


def orders(*properties: object) -> list[Any]:
    """Return events of a host, one per day, the last one now."""
    count = len(properties)
    return [
        HostEvent("order", NOW - timedelta(days=count - number), each)
        for number, each in enumerate(properties, start=1)
    ]


EVENTS: Final[list[Any]] = [
    case(did("order").sum("price", "qty") > 3, [{"price": 10, "qty": 2}],
         (f"price.qty of an event was skipped: price is a number; {ONLY_MAPPINGS}",),
         id="a path, not two properties [K6]"),
    case(did("order").sum("products", "price") > 3, [{"products": PRODUCTS}] * 2,
         (f"products.price of an event was skipped: {LIST_OF_2} (2 events)",),
         id="a list of products"),
    case(did("order").sum("total") > 30, [{"total": "30"}, {"total": "x"}],
         ("total of an event was skipped: the text looks like a number, store it as one",
          "total of an event was skipped: text"), id="a text that looks like a number"),
    case(did("order").distinct("products") > 1, [{"products": PRODUCTS}, {"products": ["A"]}],
         ("2 members of products of an event that are no scalars were skipped",),
         id="members that distinct skips"),
    case(did("order").latest("a", "b") == 1, [{"a": {"b": 1}}, {"a": 5}],
         (f'a.b of the latest "order" has no value: a is a number; {ONLY_MAPPINGS}',),
         id="the path of the latest"),
    case(did("order").earliest("a") > NOW, [{"a": NAIVE}, {"a": NOW}],
         (f'a of the earliest "order" {IS_NAIVE}',), id="the earliest is naive"),
    case(did("order").latest("a") == 1, [], ('a of the latest "order" has no value',),
         id="no event"),
    case(did("order").where(prop("tags").has_any(["A"])), [{"tags": PRODUCTS}] * 3,
         ("2 members of tags that are no scalars were skipped (3 events)",), id="in where"),
    case(did("order").where(prop("tags").contains("A")), [{"tags": ["A"]}],
         ("tags is a collection where a text is expected: has_any is meant for a collection",),
         id="contains in where"),
    case(did("order").followed_by(did("order").where(prop("a", "b") == first_prop("a", "b"))),
         [{"a": 5}, {"a": {"b": 1}}],
         (f"a.b has no value: a is a number; {ONLY_MAPPINGS}",
          f"the first a.b has no value: a is a number; {ONLY_MAPPINGS}"), id="first_prop"),
    case(did("order").followed_by(did("order").where(prop("a") > first_prop("a"))),
         [{"a": 5}, {"a": "6"}],
         (f"a is a text and the first a is a number: {LIKE_A_NUMBER}",),
         id="first_prop of another kind"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "properties", "notes"), EVENTS)
def test_the_notes_of_events(
    condition: Condition, properties: list[object], notes: tuple[str, ...]
) -> None:
    """[V6], [K6], [E4]."""
    explanation = explain(condition, HostContact("ada"), orders(*properties), now=NOW)
    assert explanation.notes == notes
    assert not explanation.verdict


@pytest.mark.parametrize(
    "condition",
    [did("order"), did("order").sum("a") > 3, did("order").followed_by(did("order"))],
    ids=["count", "sum", "sequence"],
)
def test_events_at_a_naive_datetime_are_counted(condition: Condition) -> None:
    """[K2]: they count nowhere, and the explanation says how many they are."""
    events = [
        SimpleNamespace(contact_id="ada", name=name, at=at, properties={}, id=None)
        for name, at in (("order", NAIVE), ("order", NAIVE), ("order", "today"), ("cart", NAIVE))
    ]
    assert explain(condition, Contact("ada"), events, now=NOW).notes[:2] == (
        f'an event "order" counts nowhere, because its time {IS_NAIVE.split(",")[0]} (2 events)',
        'an event "order" has no usable time and counts nowhere',
    )


def test_a_zone_that_raises_is_no_naive_datetime() -> None:
    """[V1]: an explanation never raises because of data."""
    raising_datetime = raising("utcoffset", base=datetime)(2022, 9, 1)
    explanation = explain(x < NOW, HostContact("ada", {"x": raising_datetime}), now=NOW)
    assert explanation.notes == (
        "x has a zone that raises an error: replace it, .replace(tzinfo=UTC) for example",
    )


HOSTILE: Final[list[Condition]] = [
    x == "a",
    attr("x", "y", "z") == "a",
    attr("x", "y").is_set(),
    x.has_any(["a"]),
    x > attr("x", "y"),
    did("order").where(prop("x", "y") == 1, prop("x").has_all([1])),
    did("order").sum("x", "y") > 1,
    did("order").distinct("x") > 1,
    did("order").latest("x", "y") == 1,
    did("order").followed_by(did("order").where(prop("x") == first_prop("x", "y"))),
]


@pytest.mark.parametrize("value", VALUES)
def test_an_explanation_never_raises_because_of_data(value: object) -> None:
    """[V1]: with hostile values as the attributes, in them, and in the properties."""
    roots: list[Any] = [value, {"x": value}, {"x": [value]}, {"x": {"y": value}}]
    for root in roots:
        contact, events = HostContact("ada", root), orders(root, root)
        for condition in HOSTILE:
            explanation = explain(condition, contact, events, now=NOW, tz="Europe/Paris")
            assert explanation.verdict is matches(condition, contact, events, now=NOW)
            assert str(explanation)


# --- events after now -----------------------------------------------------------------------------

HOUR: Final = timedelta(hours=1)
FUTURE: Final[list[Any]] = [
    case(did("order"), 2, id="ever"),
    case(did("order", "order", "cart"), 3, id="several names"),
    case(did("visit"), 0, id="another name"),
    case(did("order").within_last(days=30), 2, id="a rolling window up to now"),
    case(did("order").before(days=1), 0, id="a window that ended"),
    case(did("order").during("day"), 1, id="today"),
    case(did("order").during("month", -1), 0, id="the previous month"),
    case(did("order").between(date(2022, 10, 2), None), 1, id="a window that has not started"),
    case(did("order").sum("total") > 3, 2, id="a sum"),
    case(did("cart").followed_by(did("order")), 3, id="a sequence"),
    case(did("cart").within_last(days=1).not_followed_by(did("pay")), 1, id="an absence"),
    case(attr("x") == 1, 0, id="an attribute"),
]


@pytest.mark.parametrize(("condition", "number"), FUTURE)
def test_events_after_now_are_counted(condition: Condition, number: int) -> None:
    """[T1]: only events that the window could contain."""
    events = [
        Event("ada", "order", NOW + HOUR),
        Event("ada", "order", NOW + 30 * HOUR),
        Event("ada", "cart", NOW + HOUR),
        Event("ada", "order", NOW),
    ]
    explanation = explain(condition, Contact("ada"), events, now=NOW)
    assert explanation.future == number
    lines = [line for line in explanation.findings() if "after now" in line]
    words = "event lies after now and does" if number == 1 else "events lie after now and do"
    assert lines == ([f"note: {number} {words} not count yet"] if number else [])
    group = explain(~condition, Contact("ada"), events, now=NOW)
    assert (group.future, group.parts[0].future) == (0, number)


# --- the verdict ----------------------------------------------------------------------------------


@pytest.mark.parametrize("attributes", [{"plan": "pro"}, {"plan": "basic"}, {}])
def test_the_truth_value_of_an_explanation_is_its_verdict(attributes: Mapping[str, str]) -> None:
    """``assert explain(...)`` fails for a contact that is not a member."""
    contact = Contact("ada", attributes)
    explanation = explain(attr("plan") == "pro", contact, now=NOW)
    assert bool(explanation) is (attributes.get("plan") == "pro")
    assert bool(explain(attr("plan") != "pro", contact, now=datetime.now(UTC))) is not bool(
        explanation
    )
