"""Hostile values as arguments of conditions and facts: each error is an error of segkit."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Final, NoReturn, Self

import pytest
from dateutil.relativedelta import relativedelta

import segkit as kit
from segkit import (
    Comparison,
    ConditionError,
    Contact,
    Event,
    FactsError,
    MemorySource,
    Place,
    SegkitError,
    attr,
    did,
    in_list,
    matches,
    prop,
)
from segkit.model.base import BaseCondition
from segkit.model.event_leaves import Step
from tests.unit.evaluation import NOW, HostContact, HostEvent
from tests.unit.hostile_values import VALUES, Key, raising

Build = Callable[[Any], object]
ONE: Final = attr("a") == 1
METHODS: Final = (
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__"),
    *("__len__", "__iter__", "__contains__", "__getitem__", "__repr__", "__str__", "__format__"),
    *("__int__", "__float__", "__index__", "__neg__", "__add__", "__sub__", "__mul__", "__rmul__"),
    *("__floordiv__", "__mod__", "as_integer_ratio", "adjusted", "is_nan", "is_finite"),
    *("casefold", "encode", "items", "keys", "get", "utcoffset", "date", "isoformat"),
)


def raising_iterator() -> Iterator[int]:
    yield 1
    raise RuntimeError("this must never be called")


class RaisingIterable:
    def __iter__(self) -> Iterator[int]:
        return raising_iterator()


HOSTILE: Final[Mapping[str, object]] = {
    **VALUES,
    "a text whose methods raise": raising(*METHODS, base=str)("day"),
    "an int whose methods raise": raising(*METHODS, base=int)(3),
    "a float whose methods raise": raising(*METHODS, base=float)(3.5),
    "a Decimal whose methods raise": raising(*METHODS, base=Decimal)("1.5"),
    "a list whose methods raise": raising(*METHODS, base=list)(["a"]),
    "a tuple whose methods raise": raising(*METHODS, base=tuple)((1, 2)),
    "a set whose methods raise": raising(*METHODS, base=set)(["a"]),
    "a dict whose methods raise": raising(*METHODS, base=dict)({"a": 1}),
    "a day whose methods raise": raising(*METHODS, base=date)(2022, 1, 1),
    "an instant whose methods raise": raising(*METHODS, base=datetime)(2022, 1, 1, tzinfo=UTC),
    "a naive datetime whose methods raise": raising(*METHODS, base=datetime)(2022, 1, 1),
    "a timedelta whose methods raise": raising(*METHODS, base=timedelta)(days=2),
    "a relativedelta whose methods raise": raising(*METHODS, base=relativedelta)(days=2),
    "all values in a list": list(VALUES.values()),
    "a pair of values": (VALUES["everything raises"], VALUES["__class__ raises"]),
    "a value in a set": {raising("__repr__", "__str__")()},
    "an iterator that raises": RaisingIterable(),
}

TERM_CALLS: Final[Mapping[str, Build]] = {
    "==": lambda value: attr("x") == value,
    "!=": lambda value: prop("x") != value,
    "<": lambda value: attr("x") < value,
    ">=": lambda value: did("o").sum("x") >= value,
    "between": lambda value: attr("x").between(value, value),
    "between, open": lambda value: attr("x").between(None, value),
    "is_in": lambda value: attr("x").is_in(value),
    "is_in one": lambda value: attr("x").is_in([value]),
    "has_any": lambda value: attr("x").has_any(value),
    "has_all one": lambda value: attr("x").has_all([value]),
    "contains": lambda value: attr("x").contains(value),
    "ignore_case": lambda value: attr("x").contains("a", ignore_case=value),
    "matches_regex": lambda value: attr("x").matches_regex(value),
    "within_last": lambda value: attr("x").within_last(value),
    "within_last days": lambda value: did("o").within_last(days=value),
    "within_next": lambda value: attr("x").within_next(value),
    "before": lambda value: did("o").before(value),
    "before days": lambda value: attr("x").before(value, days=3),
    "after": lambda value: attr("x").after(value),
    "after, of events": lambda value: did("o").after(value),
    "during": lambda value: attr("x").during(value),
    "during offset": lambda value: did("o").during("day", value),
    "during count": lambda value: did("o").during("day", 0, count=value),
    "between_ago": lambda value: did("o").between_ago(value, value),
    "between_ago days": lambda value: did("o").between_ago(days=value),
    "between_ago pair": lambda value: did("o").between_ago(days=(value, value)),
    "events between": lambda value: did("o").between(value, None),
    "anniversary_in": lambda value: attr("x").anniversary_in(days=value),
    "within_km": lambda value: attr("x").within_km(value, of=(1, 2)),
    "within_km of": lambda value: attr("x").within_km(3, of=value),
    "within_km of a pair": lambda value: attr("x").within_km(3, of=(value, value)),
    "joined_before": lambda value: in_list("a").joined_before(value),
    "joined_between": lambda value: in_list("a").joined_between(value, None),
    "joined_during": lambda value: in_list("a").joined_during(value),
    "at_least times": lambda value: did("o").at_least(value),
    "exactly": lambda value: did("o").exactly(value),
    "where": lambda value: did("o").where(value),
    "sum of": lambda value: did("o").sum(value) > 3,
    "latest": lambda value: did("o").latest("t") == value,
    "latest_at": lambda value: did("o").latest_at().between(value, value),
    "followed_by": lambda value: did("o").followed_by(value),
    "within": lambda value: did("o").not_followed_by(did("p"), within=value),
    "in_at_least": lambda value: did("o").in_at_least(value, of=3),
    "in_at_least of": lambda value: did("o").in_at_least(1, of=value, weeks=1),
    "in_at_least weeks": lambda value: did("o").in_at_least(1, of=3, weeks=value),
}
CONDITION_CALLS: Final[Mapping[str, Build]] = {
    "attr": lambda value: attr(value) == 1,
    "attr path": lambda value: attr("x", value) == 1,
    "did": did,
    "in_list": in_list,
    "first_prop": lambda value: prop("x") == kit.first_prop(value),
    "all_of": kit.all_of,
    "at_least": lambda value: kit.at_least(value, ONE),
    "at_least of": lambda value: kit.at_least(1, value),
    "&": lambda value: ONE & value,
    "|": lambda value: ONE | value,
    "in_segment": kit.in_segment,
    "sample": lambda value: kit.sample(value, "s"),
    "salt": lambda value: kit.sample(10, value),
    "Segment name": lambda value: kit.Segment(value, ONE),
    "Segment": lambda value: kit.Segment("a", value),
    "And": kit.And,
    "Or": lambda value: kit.Or((value,)),
    "Not": kit.Not,
    "AtLeast": lambda value: kit.AtLeast(value, (ONE,)),
    "Comparison": lambda value: Comparison("==", value),
    "Comparison operator": lambda value: Comparison(value, 1),
    "Comparison within": lambda value: Comparison("within", value),
    "Comparison is_set": lambda value: Comparison("is_set", value),
    "Comparison between": lambda value: Comparison("between", value),
    "Attribute": lambda value: kit.Attribute(value, Comparison("is_set")),
    "Property": lambda value: kit.Property("x", value),
    "ListMembership": kit.ListMembership,
    "ListMembership joined": lambda value: kit.ListMembership("a", value),
    "EventCount": kit.EventCount,
    "EventCount minimum": lambda value: kit.EventCount("a", value),
    "EventCount window": lambda value: kit.EventCount("a", window=value),
    "EventCount condition": lambda value: kit.EventCount("a", condition=value),
    "EventValue aggregate": lambda value: kit.EventValue("a", value, ("x",), Comparison(">", 1)),
    "EventValue path": lambda value: kit.EventValue("a", "sum", value, Comparison(">", 1)),
    "EventValue comparison": lambda value: kit.EventValue("a", "sum", ("x",), value),
    "Sequence": lambda value: kit.Sequence(value, (Step(did("a")),)),
    "Sequence steps": lambda value: kit.Sequence(did("a"), value),
    "Sequence absent": lambda value: kit.Sequence(did("a"), absent=value),
    "InSegment": kit.InSegment,
    "Sample": lambda value: kit.Sample(value, value),
}
VALUE_CALLS: Final[Mapping[str, Build]] = {
    "Duration": kit.Duration,
    "Duration days": lambda value: kit.Duration(days=value),
    "Last": kit.Last,
    "Next months": lambda value: kit.Next(months=value),
    "Ago": lambda value: kit.Ago(value, value),
    "Between": lambda value: kit.Between(value, NOW),
    "Calendar": kit.Calendar,
    "Calendar offset": lambda value: kit.Calendar("day", value),
    "Anniversary": lambda value: kit.Anniversary(value, value),
    "Place": lambda value: Place(value, 1, 2),
    "Place of": lambda value: Place(1, value, value),
}
FACT_CALLS: Final[Mapping[str, Build]] = {
    "Contact id": Contact,
    "Contact attributes": lambda value: Contact("a", value),
    "Contact attribute": lambda value: Contact("a", {"x": [value, {"y": (value,)}]}),
    "Contact lists": lambda value: Contact("a", {}, value),
    "Contact joined": lambda value: Contact("a", {}, {"x": value}),
    "Event contact_id": lambda value: Event(value, "o", NOW),
    "Event name": lambda value: Event("a", value, NOW),
    "Event at": lambda value: Event("a", "o", value),
    "Event properties": lambda value: Event("a", "o", NOW, value),
    "Event property": lambda value: Event("a", "o", NOW, {"x": value}),
    "Event id": lambda value: Event("a", "o", NOW, {}, value),
}
EVALUATION_CALLS: Final[Mapping[str, Build]] = {
    "condition": lambda value: matches(value, Contact("a"), now=NOW),
    "now": lambda value: matches(ONE, Contact("a"), now=value),
    "tz": lambda value: matches(ONE, Contact("a"), now=NOW, tz=value),
    "describe": kit.describe,
    "members": lambda value: kit.Evaluator(MemorySource()).members(value, now=NOW),
    "ids": lambda value: kit.Evaluator(MemorySource()).members(ONE, now=NOW, ids=value),
    "one id": lambda value: kit.Evaluator(MemorySource()).members(ONE, now=NOW, ids=[value]),
    "evaluate": lambda value: kit.Evaluator(MemorySource()).evaluate(value, now=NOW),
    "evaluate one": lambda value: kit.Evaluator(MemorySource()).evaluate([value], now=NOW),
}


def result_of(build: Build, value: object) -> object:
    """Return the result of *build*, or the error of segkit that it raises."""
    try:
        return build(value)
    except SegkitError as error:
        return error


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("call", [*TERM_CALLS, *CONDITION_CALLS, *VALUE_CALLS])
def test_a_condition_is_built_or_refused(call: str, value: str) -> None:
    """[V6]: a condition contains plain values, and can be printed, compared and evaluated."""
    build = {**TERM_CALLS, **CONDITION_CALLS, **VALUE_CALLS}[call]
    result = result_of(build, HOSTILE[value])
    if isinstance(result, SegkitError):
        assert isinstance(result, ValueError | TypeError)
        assert str(result)
        assert repr(result)
        assert result.path
        return
    assert repr(result)
    assert result == build(HOSTILE[value])
    assert hash(result) == hash(build(HOSTILE[value]))
    if isinstance(result, BaseCondition):
        condition: Any = result
        if condition.scope == "contact":
            assert kit.describe(condition)
            ada, ordered = Contact("a", {"x": 1}), Event("a", "o", NOW)
            assert matches(condition, ada, [ordered], now=NOW) in (True, False)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("call", [*FACT_CALLS, *EVALUATION_CALLS])
def test_a_fact_is_accepted_or_refused(call: str, value: str) -> None:
    """[V1]: arguments of contacts and events, and of calls that evaluate conditions."""
    error = result_of({**FACT_CALLS, **EVALUATION_CALLS}[call], HOSTILE[value])
    if isinstance(error, SegkitError):
        assert str(error)
        assert error.path


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("a text whose methods raise", "day"),
        ("an int whose methods raise", 3),
        ("a float whose methods raise", 3.5),
        ("a Decimal whose methods raise", Decimal("1.5")),
        ("a day whose methods raise", date(2022, 1, 1)),
    ],
)
def test_a_subclass_is_kept_as_the_plain_value(value: str, plain: object) -> None:
    """[K1], [K10]: a subclass is converted to its nearest base; its methods are not called."""
    assert (attr("x") == HOSTILE[value]) == (attr("x") == plain)
    assert repr(attr("x") == HOSTILE[value]) == repr(attr("x") == plain)
    assert attr("x").is_in([HOSTILE[value]]) == attr("x").is_in([plain])  # type: ignore[list-item]


class Unit(StrEnum):
    MONTH = "month"


def test_names_and_units_are_kept_as_plain_text() -> None:
    """[K1], [K10]: a `StrEnum` is a text, also for type checkers."""
    unit: Any = Unit.MONTH
    assert repr(did("o").during(unit)) == "EventCount(('o',), window=Calendar('month'))"
    assert repr(did(unit) & in_list(unit)) == repr(did("month") & in_list("month"))
    assert repr(attr(unit, unit) == unit) == repr(attr("month", "month") == "month")
    assert repr(attr(unit)) == "attr('month')"


def test_whole_numbers_are_kept_as_plain_ints() -> None:
    """[K1]: counts, offsets and days, so that the repr of a condition can be evaluated."""
    three = raising(*METHODS, base=int)(3)
    assert repr(did("o").at_least(three)) == repr(did("o").at_least(3))
    assert repr(did("o").at_most(three)) == repr(did("o").at_most(3))
    assert repr(did("o").during("day", three, count=three)) == repr(
        did("o").during("day", 3, count=3)
    )
    assert repr(kit.at_least(three, ONE)) == repr(kit.at_least(3, ONE))
    assert repr(attr("x").anniversary_in(days=three)) == repr(attr("x").anniversary_in(days=3))


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda value: attr("x").is_in(value), r"attr('x').is_in"),
        (lambda value: attr("x").within_km(3, of=value), r"attr('x').within_km"),
        (lambda value: did("o").between_ago(days=value), r"did('o').between_ago"),
        (kit.EventCount, "name"),
        (kit.And, "parts"),
    ],
)
def test_the_error_has_the_path_and_the_exception(build: Build, path: str) -> None:
    """The exception of the value is the cause of the error."""
    with pytest.raises(
        ConditionError, match=r"RuntimeError\('this must never be called'\)"
    ) as caught:
        build(HOSTILE["a list that cannot be iterated"])
    assert caught.value.path == path
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_exceptions_that_end_the_program_are_not_caught(stop: type[BaseException]) -> None:
    """Only `Exception` becomes an error of segkit."""

    class Ending(list[Any]):
        def __iter__(self) -> NoReturn:
            raise stop

    for build in (
        lambda: attr("x").is_in(Ending()),
        lambda: kit.EventCount(Ending()),
        lambda: kit.And(Ending()),
        lambda: Contact("a", {"x": Ending()}),
        lambda: attr("x").within_km(3, of=Ending()),  # type: ignore[arg-type]
    ):
        with pytest.raises(stop):
            build()


def test_an_id_that_cannot_be_compared_is_refused() -> None:
    """[E6]: the second contact is refused; the first one is accepted."""
    source: MemorySource[Any] = MemorySource([Contact(Key("a"))])
    with pytest.raises(FactsError, match="must be comparable: text, int or UUID") as caught:
        source.upsert(Contact(Key("a")))
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert len(source) == 1
    source.track(Event(Key("b"), "o", NOW))
    with pytest.raises(FactsError, match="must be comparable"):
        source.track(Event(Key("b"), "o", NOW))


def test_an_id_that_cannot_be_compared_equals_only_itself() -> None:
    """[E6]: an event belongs to the contact if both ids are one object."""
    key = Key("a")
    own, foreign = [HostEvent(contact_id=key)], [HostEvent(contact_id=Key("a"))]
    compiled = kit.compile_condition(did("order")).at(NOW)
    for events in (own, kit.History(own)):
        assert matches(did("order"), HostContact(key), events, now=NOW) is True
        assert compiled(HostContact(key), events) is True
    for events in (foreign, kit.History(foreign)):
        with pytest.raises(FactsError, match="pass the contact's own events only"):
            matches(did("order"), HostContact(key), events, now=NOW)
        with pytest.raises(FactsError, match="pass the contact's own events only"):
            compiled(HostContact(key), events)
    with pytest.raises(FactsError, match="takes the events of one contact"):
        kit.History(own + foreign)


class Numbered(str, Enum):  # noqa: UP042 - a StrEnum has texts as values
    """An Enum whose members are text, and whose values are numbers."""

    __slots__ = ()

    ORDER = "order"

    def __new__(cls, text: str) -> Self:
        member = str.__new__(cls, text)
        member._value_ = len(text)
        return member


@pytest.mark.parametrize("build", [kit.EventCount, did, in_list, attr])
def test_a_member_whose_value_is_a_number_is_not_a_name(build: Any) -> None:  # noqa: ANN401
    """[K1]: a member of an Enum represents its value."""
    with pytest.raises((ConditionError, kit.ConditionTypeError), match="text; got"):
        build(Numbered.ORDER)
