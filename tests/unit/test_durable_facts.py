"""Facts, causes and transitions keep their meaning as JSON text in a storage."""

from __future__ import annotations

import json
import sys
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from math import inf, nan
from typing import Any, Final, cast, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import Contact, Event, FactsError, Segment, attr, describe, did, requirements
from segkit.live import (
    AddToList,
    AttributeChanged,
    ContactAdded,
    ContactRemoved,
    EventArrived,
    EventExpired,
    EventRemoved,
    FactsDiffer,
    ListJoined,
    ListLeft,
    Remove,
    RemoveFromList,
    SegmentChanged,
    TimePassed,
    Track,
    Transition,
    TransitionId,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.causes import Cause
from segkit.live.durable import SQLiteStorage, fact_codec
from segkit.live.durable.fact_codec import (
    can_be_name,
    check_name,
    dump,
    encode_event,
    encode_readable,
    id_of,
    key_of,
    load,
)
from segkit.live.durable.operation_ids import digest_of
from segkit.live.durable.transition_codec import dump_cause, load_cause
from segkit.model.facts import contact_of_owned, copy_readable
from segkit.model.values import (
    Kind,
    collection_members,
    equality_key,
    normalize,
    normalize_location,
)
from segkit.testing import EXAMPLES, values
from segkit.traversal import iter_contact_leaves
from tests.unit.call_counts import count_calls
from tests.unit.hostile_values import VALUES

NOW: Final = datetime(2022, 10, 1, 9, tzinfo=UTC)
SOME_UUID: Final = UUID("12345678123456781234567812345678")
Pair = namedtuple("Pair", "first second")  # noqa: PYI024 - a class of a host


class Plan(Enum):
    FREE = "free"
    NONE = None
    PAIR = Pair(1, 2)
    PATHS = ["a", "b"]  # noqa: RUF012 - the value of a member
    HALF = "\ud800"


class Level(IntEnum):
    LOW = 1


class Text(str):
    __slots__ = ()


class Number(Decimal):
    def __str__(self) -> str:
        raise RuntimeError("this must never be called")


class ListOfHost(list[Any]):
    def __iter__(self) -> Any:  # noqa: ANN401
        raise RuntimeError("it has no members")


class Unreadable(Enum):
    LIST = ListOfHost([1])


def again(value: object) -> object:
    """Return a value after a storage has kept it."""
    text = dump(value, "value")
    assert text.isascii()
    return load(text)


def same(first: object, second: object) -> bool:
    """Return whether every condition reads the same of two values."""
    if isinstance(first, dict):
        assert isinstance(second, dict)
        assert normalize_location(first) == normalize_location(second)
        readable = {key: value for key, value in first.items() if type(key) is str}
        return all(key in second and same(first[key], second[key]) for key in readable)
    (kind, one), (other_kind, other) = normalize(first), normalize(second)
    if kind is Kind.COLLECTION and other_kind is kind:
        keys = [set(map(equality_key, collection_members(each))) for each in (one, other)]
        return keys[0] == keys[1] and normalize_location(one) == normalize_location(second)
    return (kind, equality_key((kind, one))) == (other_kind, equality_key((other_kind, other)))


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**399),
        0.1,
        -0.0,
        1e308,
        5e-324,
        Decimal("0.10"),
        Decimal("1E+999999"),
        Decimal("Infinity"),
        "",
        "Zoë 😀 \0 \x1f \u2028",
        '{"$day": "2022-10-01"}',
        SOME_UUID,
        date.min,
        date.max,
        time(9, 30, 0, 1),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(2022, 10, 1, 9, 30, 0, 1),  # noqa: DTZ001 - of an object of a host
        [],
        ["a", [1, (2, {3}), frozenset({4})]],
        (),
        ((), ("a", 1)),
        set(),
        {1, "a", None, (1, 2), frozenset({1}), SOME_UUID, Decimal("0.1")},
        frozenset({date.min}),
        {},
        {"a": {"b": [1]}},
        {"": 1},
        {"$day": "no day"},
        {"$mapping": [["a", 1]]},
        {"$set": 1, "b": 2},
        {"$mapping": {"$set": {"$": []}}},
        {1: "one", "1": "text", None: 0, (1, "a"): 2, frozenset({1}): 3, 1.5: 4},
        {SOME_UUID: date.min, date.min: SOME_UUID},
    ],
    ids=lambda value: repr(value) if not isinstance(value, set) else f"set of {len(value)}",
)
def test_a_value_is_the_same_with_its_type(value: object) -> None:
    found = again(value)
    assert found == value
    assert repr(found) == repr(value) or isinstance(value, set | frozenset | dict)
    assert type(found) is type(value)


@pytest.mark.parametrize("value", [inf, -inf, nan, Decimal("NaN"), Decimal("sNaN"), Decimal("-0")])
def test_a_number_that_json_has_not_is_kept(value: object) -> None:
    found = again(value)
    assert (type(found), str(found)) == (type(value), str(value))


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        (Plan.FREE, "free", "a member of an Enum is compared by its value [K1]"),
        (Plan.NONE, None, "no value [V3]"),
        (Plan.PAIR, (1, 2), "a tuple of a subclass"),
        (Plan.PATHS, ["a", "b"], "a list is the value of the member"),
        (Level.LOW, 1, "an int of a subclass"),
        (Text("a"), "a", "a text of a subclass"),
        (Number("1.50"), Decimal("1.50"), "the __str__ of a subclass is not called"),
        (Pair(1, "a"), (1, "a"), "a named tuple"),
        ({Pair(1, 2)}, {(1, 2)}, "a named tuple in a set stays hashable"),
        ({Pair(1, 2): 1}, {(1, 2): 1}, "and as a key"),
        ({Plan.FREE, "free"}, {"free"}, "equal when they are read"),
        (np.float64(0.5), Decimal("0.5"), "a float of NumPy is a subclass of float"),
        (np.float32(0.5), Decimal("0.5"), "a shorter float of NumPy"),
        (np.int64(3), 3, "an int"),
        (np.bool_(True), True, "a boolean"),
        (np.str_("a"), "a", "a text"),
        (np.float64("nan"), None, "no value [V3]"),
        (np.datetime64("NaT", "s"), None, "no value [V3]"),
        (pd.NaT, None, "no value [V3]"),
        (pd.NA, None, "no value [V3]"),
        (pd.Timestamp(NOW), NOW, "an instant"),
        (NOW.astimezone(ZoneInfo("Asia/Tokyo")), NOW, "an instant, in UTC"),
        (
            datetime.min.replace(tzinfo=timezone(timedelta(hours=2))),
            datetime.min.replace(tzinfo=UTC),
            "an instant before the year 1 is the first one [T12]",
        ),
        (
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-2))),
            datetime.max.replace(tzinfo=UTC),
            "an instant after the year 9999 is the last one [T12]",
        ),
    ],
)
def test_another_value_is_what_conditions_read_of_it(
    value: object, expected: object, why: str
) -> None:
    found = again(value)
    assert (found, type(found)) == (expected, type(expected)), why
    assert same(value, found), why


@pytest.mark.parametrize(
    ("value", "path", "why"),
    [
        (b"bytes", "value", "no condition can compare bytes"),
        (1j, "value", "nor complex numbers"),
        (object(), "value", "nor objects"),
        (timedelta(1), "value", "nor durations"),
        (10**400, "value", "nor a number of 401 digits [K9]"),
        (time(9, tzinfo=UTC), "value", "nor a time of day in a zone"),
        (np.datetime64("2022-10-01"), "value", "nor an instant of NumPy, without a zone"),
        (pd.Timestamp("2022-10-01"), "value", "nor an instant of pandas, without a zone"),
        (np.array([1]), "value", "an array is not a list"),
        ([1, b""], "value[1]", "the path leads to the member"),
        ({"a": (b"",)}, "value['a'][0]", "and through mappings and tuples"),
        ({1: {2: b""}}, "value[1][2]", "with any keys"),
        ({b"": 1}, "value", "a key"),
        ({b""}, "value", "the order of a set is unknown, so its path is that of the set"),
        ({Plan.PATHS}, "value", "hashable, but not its value"),
        ({(Plan.PATHS, 1): 1}, "value", "the same within a key"),
        ("\ud800", "value", "half of a surrogate pair"),
        ("\ud83d\ude00", "value", "JSON would join the two halves"),
        ({"\udc00": 1}, "value", "in a key"),
        ({"\udc00": 1, 2: 3}, "value", "in a key beside others"),
        ({"a": ["\ud800b"]}, "value['a'][0]", "within a list"),
        (Plan.HALF, "value", "the value of a member"),
        (Unreadable.LIST, "value", "a list of a host that raises"),
    ],
)
def test_a_value_that_would_be_lost_is_refused(value: object, path: str, why: str) -> None:
    with pytest.raises(FactsError) as caught:
        dump(value, "value")
    assert caught.value.path == path, why


def check_kept_or_refused(value: object) -> None:
    """Check a value of a contact of a host, which an operation copies."""
    path = ""
    try:
        copied = copy_readable({"x": value}, "contact.attributes")
        found = again(copied)
    except FactsError as error:
        path = error.path
    if path:
        assert path.startswith(("contact.attributes", "value['x']"))
    else:
        assert same(copied, found)
        assert dump(found, "value") == dump(copied, "value")


@pytest.mark.parametrize("name", VALUES)
def test_a_hostile_value_is_kept_or_refused(name: str) -> None:
    check_kept_or_refused(VALUES[name])


@given(value=values(hosted=True))
def test_a_value_has_the_same_meaning_or_is_refused(value: object) -> None:
    check_kept_or_refused(value)


scalars: Final = st.none() | st.booleans() | st.integers() | st.text() | st.dates()


@given(
    value=st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner)
            | st.lists(inner).map(tuple)
            | st.dictionaries(st.text("$a1", max_size=2) | st.integers(), inner)
        ),
    )
)
def test_a_nested_value_is_the_same(value: object) -> None:
    assert again(value) == value


def test_a_value_may_nest_as_deeply_as_a_contact_may() -> None:
    tuples: Any = 1
    for _ in range(98):
        tuples = (tuples,)
    assert again(Contact(1, {"x": tuples}).attributes) == {"x": tuples}


def test_each_value_of_nested_mappings_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    value: Any = 1
    for _ in range(50):
        value = {"$": value, "a": 1, 2: 1}
    codec = sys.modules["segkit.live.durable.fact_codec"]
    assert count_calls(monkeypatch, [(codec, "encode")], lambda: dump(value, "value")) < 400


# --- ids and names --------------------------------------------------------------------------------


IDS: Final = ("ada", "3", 3, -3, 0, SOME_UUID, str(SOME_UUID), "null", '"', "Zoë", "\0", 10**399)


def test_ids_are_the_same_with_their_type_and_stay_different() -> None:
    keys = [key_of(id_, "id") for id_ in IDS]
    assert [id_of(key) for key in keys] == list(IDS)
    assert [type(id_of(key)) for key in keys] == [type(id_) for id_ in IDS]
    assert len(set(keys)) == len(IDS)


@pytest.mark.parametrize(
    "id_",
    [
        *[True, 1.0, Decimal(1), None, (1,), b"a", NOW, date.min, 10**400, Level.LOW, Text("a")],
        *[np.int64(1), "\ud800", "\ud83d\ude00"],
    ],
    ids=repr,
)
def test_an_id_that_may_equal_another_one_is_refused(id_: object) -> None:
    with pytest.raises(FactsError) as caught:
        key_of(id_, "contact.id")
    assert caught.value.path == "contact.id"


@pytest.mark.parametrize(
    ("name", "can_be"),
    [
        ("order", True),
        ("", True),
        ("Bestellung ✓ 😀", True),
        ("\n", True),
        ("a\0", False),
        ("\ud800", False),
        ("\ud83d\ude00", False),
    ],
)
def test_a_name_is_text_that_every_database_can_keep(name: str, can_be: bool) -> None:
    assert can_be_name(name) is can_be
    if can_be:
        assert check_name(name, "name") == name
    else:
        with pytest.raises(FactsError) as caught:
            check_name(name, "name")
        assert caught.value.path == "name"


def test_what_cannot_be_stored_is_a_text_for_people() -> None:
    assert encode_readable([1, "a"]) == [1, "a"]
    assert encode_readable([1, b"a"]) == "[1, b'a']"
    event = Event("ada", "order", NOW, {"file": b"a"}, 1)
    instant = {"$instant": NOW.isoformat()}
    assert encode_event(event) == ["ada", "order", instant, "{'file': b'a'}", 1]


def test_a_set_has_one_order_in_every_process() -> None:
    texts = {f"text {number}" for number in range(50)}
    assert fact_codec.encode(texts, "texts") == {"$set": sorted(texts)}
    assert fact_codec.encode(frozenset(texts), "texts") == {"$frozenset": sorted(texts)}


# --- digests --------------------------------------------------------------------------------------


def test_the_digest_is_of_what_operations_name() -> None:
    """Values and instants may differ in a repetition."""
    now, later = NOW, NOW + timedelta(hours=1)
    pairs: list[tuple[Any, Any]] = [
        (Update("ada", {"x": 1, "y": 2}), Update("ada", {"y": now, "x": 3}, at=now)),
        (Upsert(Contact("ada", {"x": {1, "a"}})), Upsert(Contact("ada"))),
        (Track(Event("ada", "a", now, id=1)), Track(Event("ada", "a", later, {"x": 1}, id=1))),
        (AddToList("ada", "vip", now), AddToList("ada", "vip", later)),
        (RemoveFromList("ada", "vip"), RemoveFromList("ada", "vip", at=now)),
        (Remove("ada"), Remove("ada", at=now)),
        (Untrack("ada", 1), Untrack("ada", 1, at=now)),
    ]
    for one, other in pairs:
        assert digest_of([one]) == digest_of([other]), one
    others: list[Any] = [
        *(one for one, _ in pairs),
        Update("ada", {"x": 1}),
        Update("bob", {"x": 1, "y": 2}),
        Track(Event("ada", "b", now, id=1)),
        Track(Event("ada", "a", now, id=2)),
        AddToList("ada", "new"),
        Untrack("ada", 2),
        Untrack("ada", "1"),
        Remove("bob"),
    ]
    assert len({digest_of([each]) for each in others}) == len(others)


# --- causes and transitions -----------------------------------------------------------------------

EVENT: Final = Event(SOME_UUID, "order", NOW, {"total": Decimal("1.5"), "tags": {"a"}}, 7)
PART: Final = attr("plan") == "pro"
WINDOW: Final = did("order").within_last(days=30)

CAUSES: Final[dict[type[Any], Callable[[], Cause]]] = {
    ContactAdded: lambda: ContactAdded(PART, is_true=True),
    ContactRemoved: ContactRemoved,
    AttributeChanged: lambda: AttributeChanged(PART, True, "plan", {"a": (1, {2})}, NOW),
    ListJoined: lambda: ListJoined(PART, is_true=True, list="vip"),
    ListLeft: lambda: ListLeft(PART, is_true=False, list="vip"),
    EventArrived: lambda: EventArrived(WINDOW, is_true=True, event=EVENT),
    FactsDiffer: FactsDiffer,
    EventRemoved: lambda: EventRemoved(WINDOW, is_true=False, event=EVENT),
    EventExpired: lambda: EventExpired(WINDOW, is_true=False, event=EVENT),
    TimePassed: lambda: TimePassed(PART, is_true=True),
    SegmentChanged: lambda: SegmentChanged("zone changed"),
}


def test_every_class_of_cause_is_tried() -> None:
    assert set(CAUSES) == set(get_args(Cause))


@pytest.mark.parametrize("kind", CAUSES)
def test_a_cause_is_the_same(kind: type[Any]) -> None:
    cause = CAUSES[kind]()
    text = dump_cause(cause)
    assert text.isascii()
    found = load_cause(text)
    assert found == cause
    assert type(found) is kind
    transitions = [
        Transition[Any](TransitionId("pros", 1, "ada", 1), NOW, "entered", each)
        for each in (cause, found)
    ]
    assert transitions[0] == transitions[1]
    assert str(transitions[0]) == str(transitions[1])


def test_a_contact_may_be_added_without_a_part() -> None:
    cause = ContactAdded(None, is_true=True)
    assert load_cause(dump_cause(cause)) == cause


@pytest.mark.parametrize("condition", EXAMPLES, ids=describe)
def test_every_leaf_can_be_the_part_of_a_cause(condition: Any) -> None:  # noqa: ANN401
    for part in iter_contact_leaves(condition):
        cause = TimePassed(part, is_true=False)
        assert load_cause(dump_cause(cause)) == cause


def test_values_of_a_cause_that_cannot_be_stored_are_texts_for_people() -> None:
    cause = AttributeChanged(PART, is_true=True, attribute="plan", old=b"a", new="\ud800")
    found = cast("AttributeChanged", load_cause(dump_cause(cause)))
    assert (found.old, found.new) == ("b'a'", repr("\ud800"))


# --- through a storage ----------------------------------------------------------------------------


def test_a_contact_of_a_host_keeps_a_naive_datetime() -> None:
    """No condition compares it, and no condition loses the other values."""
    naive = datetime(2022, 10, 1)  # noqa: DTZ001 - of an object of a host
    host = contact_of_owned("ada", {"x": naive, "y": (1, naive)}, {"$list": None, "vip": NOW})
    storage = SQLiteStorage[str](":memory:")
    storage.create_tables()
    with storage.transaction() as transaction:
        assert transaction.write(Upsert(host))
        contact, events = transaction.load(requirements(Segment("a", PART)), "ada")
    storage.close()
    assert contact == host
    assert events == []


def test_documents_are_ascii_without_spaces() -> None:
    text = dump({"a": [1, "é"]}, "value")
    assert text == '{"a":[1,"\\u00e9"]}'
    assert json.loads(text) == {"a": [1, "é"]}
