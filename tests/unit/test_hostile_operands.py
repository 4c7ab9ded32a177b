"""Values that raise, handed in where a condition or a fact is built: the error is segkit's."""

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

Make = Callable[[Any], object]
ONE: Final = attr("a") == 1
EVERYTHING: Final = (
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__"),
    *("__len__", "__iter__", "__contains__", "__getitem__", "__repr__", "__str__", "__format__"),
    *("__int__", "__float__", "__index__", "__neg__", "__add__", "__sub__", "__mul__", "__rmul__"),
    *("__floordiv__", "__mod__", "as_integer_ratio", "adjusted", "is_nan", "is_finite"),
    *("casefold", "encode", "items", "keys", "get", "utcoffset", "date", "isoformat"),
)


def broken_off() -> Iterator[int]:
    yield 1
    raise RuntimeError("this must never be called")


class BrokenOff:
    def __iter__(self) -> Iterator[int]:
        return broken_off()


HOSTILE: Final[Mapping[str, object]] = {
    **VALUES,
    "a text that answers nothing": raising(*EVERYTHING, base=str)("day"),
    "an int that answers nothing": raising(*EVERYTHING, base=int)(3),
    "a float that answers nothing": raising(*EVERYTHING, base=float)(3.5),
    "a Decimal that answers nothing": raising(*EVERYTHING, base=Decimal)("1.5"),
    "a list that answers nothing": raising(*EVERYTHING, base=list)(["a"]),
    "a tuple that answers nothing": raising(*EVERYTHING, base=tuple)((1, 2)),
    "a set that answers nothing": raising(*EVERYTHING, base=set)(["a"]),
    "a dict that answers nothing": raising(*EVERYTHING, base=dict)({"a": 1}),
    "a day that answers nothing": raising(*EVERYTHING, base=date)(2022, 1, 1),
    "an instant that answers nothing": raising(*EVERYTHING, base=datetime)(2022, 1, 1, tzinfo=UTC),
    "a naive one that answers nothing": raising(*EVERYTHING, base=datetime)(2022, 1, 1),
    "a timedelta that answers nothing": raising(*EVERYTHING, base=timedelta)(days=2),
    "a relativedelta that answers nothing": raising(*EVERYTHING, base=relativedelta)(days=2),
    "all of them in a list": list(VALUES.values()),
    "a pair of them": (VALUES["everything raises"], VALUES["__class__ raises"]),
    "one in a set": {raising("__repr__", "__str__")()},
    "what breaks off": BrokenOff(),
}

WORDS: Final[Mapping[str, Make]] = {
    "==": lambda it: attr("x") == it,
    "!=": lambda it: prop("x") != it,
    "<": lambda it: attr("x") < it,
    ">=": lambda it: did("o").sum("x") >= it,
    "between": lambda it: attr("x").between(it, it),
    "between, open": lambda it: attr("x").between(None, it),
    "is_in": lambda it: attr("x").is_in(it),
    "is_in one": lambda it: attr("x").is_in([it]),
    "has_any": lambda it: attr("x").has_any(it),
    "has_all one": lambda it: attr("x").has_all([it]),
    "contains": lambda it: attr("x").contains(it),
    "ignore_case": lambda it: attr("x").contains("a", ignore_case=it),
    "matches_regex": lambda it: attr("x").matches_regex(it),
    "within_last": lambda it: attr("x").within_last(it),
    "within_last days": lambda it: did("o").within_last(days=it),
    "within_next": lambda it: attr("x").within_next(it),
    "before": lambda it: did("o").before(it),
    "before days": lambda it: attr("x").before(it, days=3),
    "after": lambda it: attr("x").after(it),
    "after, of events": lambda it: did("o").after(it),
    "during": lambda it: attr("x").during(it),
    "during offset": lambda it: did("o").during("day", it),
    "during count": lambda it: did("o").during("day", 0, count=it),
    "between_ago": lambda it: did("o").between_ago(it, it),
    "between_ago days": lambda it: did("o").between_ago(days=it),
    "between_ago pair": lambda it: did("o").between_ago(days=(it, it)),
    "events between": lambda it: did("o").between(it, None),
    "anniversary_in": lambda it: attr("x").anniversary_in(days=it),
    "within_km": lambda it: attr("x").within_km(it, of=(1, 2)),
    "within_km of": lambda it: attr("x").within_km(3, of=it),
    "within_km of a pair": lambda it: attr("x").within_km(3, of=(it, it)),
    "joined_before": lambda it: in_list("a").joined_before(it),
    "joined_between": lambda it: in_list("a").joined_between(it, None),
    "joined_during": lambda it: in_list("a").joined_during(it),
    "at_least times": lambda it: did("o").at_least(it),
    "exactly": lambda it: did("o").exactly(it),
    "where": lambda it: did("o").where(it),
    "sum of": lambda it: did("o").sum(it) > 3,
    "latest": lambda it: did("o").latest("t") == it,
    "latest_at": lambda it: did("o").latest_at().between(it, it),
    "followed_by": lambda it: did("o").followed_by(it),
    "within": lambda it: did("o").not_followed_by(did("p"), within=it),
    "in_at_least": lambda it: did("o").in_at_least(it, of=3),
    "in_at_least of": lambda it: did("o").in_at_least(1, of=it, weeks=1),
    "in_at_least weeks": lambda it: did("o").in_at_least(1, of=3, weeks=it),
}
DOORS: Final[Mapping[str, Make]] = {
    "attr": lambda it: attr(it) == 1,
    "attr path": lambda it: attr("x", it) == 1,
    "did": did,
    "in_list": in_list,
    "first_prop": lambda it: prop("x") == kit.first_prop(it),
    "all_of": kit.all_of,
    "at_least": lambda it: kit.at_least(it, ONE),
    "at_least of": lambda it: kit.at_least(1, it),
    "&": lambda it: ONE & it,
    "|": lambda it: ONE | it,
    "in_segment": kit.in_segment,
    "sample": lambda it: kit.sample(it, "s"),
    "salt": lambda it: kit.sample(10, it),
    "Segment name": lambda it: kit.Segment(it, ONE),
    "Segment": lambda it: kit.Segment("a", it),
    "And": kit.And,
    "Or": lambda it: kit.Or((it,)),
    "Not": kit.Not,
    "AtLeast": lambda it: kit.AtLeast(it, (ONE,)),
    "Comparison": lambda it: Comparison("==", it),
    "Comparison operator": lambda it: Comparison(it, 1),
    "Comparison within": lambda it: Comparison("within", it),
    "Comparison is_set": lambda it: Comparison("is_set", it),
    "Comparison between": lambda it: Comparison("between", it),
    "Attribute": lambda it: kit.Attribute(it, Comparison("is_set")),
    "Property": lambda it: kit.Property("x", it),
    "ListMembership": kit.ListMembership,
    "ListMembership joined": lambda it: kit.ListMembership("a", it),
    "EventCount": kit.EventCount,
    "EventCount minimum": lambda it: kit.EventCount("a", it),
    "EventCount window": lambda it: kit.EventCount("a", window=it),
    "EventCount condition": lambda it: kit.EventCount("a", condition=it),
    "EventValue aggregate": lambda it: kit.EventValue("a", it, ("x",), Comparison(">", 1)),
    "EventValue path": lambda it: kit.EventValue("a", "sum", it, Comparison(">", 1)),
    "EventValue comparison": lambda it: kit.EventValue("a", "sum", ("x",), it),
    "Sequence": lambda it: kit.Sequence(it, (Step(did("a")),)),
    "Sequence steps": lambda it: kit.Sequence(did("a"), it),
    "Sequence absent": lambda it: kit.Sequence(did("a"), absent=it),
    "InSegment": kit.InSegment,
    "Sample": lambda it: kit.Sample(it, it),
}
PARTS: Final[Mapping[str, Make]] = {
    "Duration": kit.Duration,
    "Duration days": lambda it: kit.Duration(days=it),
    "Last": kit.Last,
    "Next months": lambda it: kit.Next(months=it),
    "Ago": lambda it: kit.Ago(it, it),
    "Between": lambda it: kit.Between(it, NOW),
    "Calendar": kit.Calendar,
    "Calendar offset": lambda it: kit.Calendar("day", it),
    "Anniversary": lambda it: kit.Anniversary(it, it),
    "Place": lambda it: Place(it, 1, 2),
    "Place of": lambda it: Place(1, it, it),
}
FACTS: Final[Mapping[str, Make]] = {
    "Contact id": Contact,
    "Contact attributes": lambda it: Contact("a", it),
    "Contact attribute": lambda it: Contact("a", {"x": [it, {"y": (it,)}]}),
    "Contact lists": lambda it: Contact("a", {}, it),
    "Contact joined": lambda it: Contact("a", {}, {"x": it}),
    "Event contact_id": lambda it: Event(it, "o", NOW),
    "Event name": lambda it: Event("a", it, NOW),
    "Event at": lambda it: Event("a", "o", it),
    "Event properties": lambda it: Event("a", "o", NOW, it),
    "Event property": lambda it: Event("a", "o", NOW, {"x": it}),
    "Event id": lambda it: Event("a", "o", NOW, {}, it),
}
CALLS: Final[Mapping[str, Make]] = {
    "condition": lambda it: matches(it, Contact("a"), now=NOW),
    "now": lambda it: matches(ONE, Contact("a"), now=it),
    "tz": lambda it: matches(ONE, Contact("a"), now=NOW, tz=it),
    "describe": kit.describe,
    "members": lambda it: kit.Evaluator(MemorySource()).members(it, now=NOW),
    "ids": lambda it: kit.Evaluator(MemorySource()).members(ONE, now=NOW, ids=it),
    "one id": lambda it: kit.Evaluator(MemorySource()).members(ONE, now=NOW, ids=[it]),
    "evaluate": lambda it: kit.Evaluator(MemorySource()).evaluate(it, now=NOW),
    "evaluate one": lambda it: kit.Evaluator(MemorySource()).evaluate([it], now=NOW),
}


def built(make: Make, value: object) -> object:
    """What *make* gives, or the error of segkit it raises; any other error comes through."""
    try:
        return make(value)
    except SegkitError as error:
        return error


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("door", [*WORDS, *DOORS, *PARTS])
def test_a_condition_is_built_or_refused(door: str, value: str) -> None:
    """[V6]: what is built holds plain values, and can be printed, compared and asked."""
    make = {**WORDS, **DOORS, **PARTS}[door]
    thing = built(make, HOSTILE[value])
    if isinstance(thing, SegkitError):
        assert isinstance(thing, ValueError | TypeError)
        assert str(thing)
        assert repr(thing)
        assert thing.path
        return
    assert repr(thing)
    assert thing == make(HOSTILE[value])
    assert hash(thing) == hash(make(HOSTILE[value]))
    if isinstance(thing, BaseCondition):
        condition: Any = thing
        if condition.scope == "contact":
            assert kit.describe(condition)
            ada, ordered = Contact("a", {"x": 1}), Event("a", "o", NOW)
            assert matches(condition, ada, [ordered], now=NOW) in (True, False)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("door", [*FACTS, *CALLS])
def test_a_fact_is_kept_or_refused(door: str, value: str) -> None:
    """[V1]: what a contact or an event is given, and what is asked about one."""
    error = built({**FACTS, **CALLS}[door], HOSTILE[value])
    if isinstance(error, SegkitError):
        assert str(error)
        assert error.path


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("a text that answers nothing", "day"),
        ("an int that answers nothing", 3),
        ("a float that answers nothing", 3.5),
        ("a Decimal that answers nothing", Decimal("1.5")),
        ("a day that answers nothing", date(2022, 1, 1)),
    ],
)
def test_a_subclass_is_kept_as_the_plain_value(value: str, plain: object) -> None:
    """[K1], [K10]: it follows its nearest base, whatever its own methods do."""
    assert (attr("x") == HOSTILE[value]) == (attr("x") == plain)
    assert repr(attr("x") == HOSTILE[value]) == repr(attr("x") == plain)
    assert attr("x").is_in([HOSTILE[value]]) == attr("x").is_in([plain])  # type: ignore[list-item]


class Unit(StrEnum):
    MONTH = "month"


def test_words_are_kept_plain() -> None:
    """[K1], [K10]: names and units, too; a `StrEnum` is a text to the type checkers as well."""
    unit: Any = Unit.MONTH
    assert repr(did("o").during(unit)) == "EventCount(('o',), window=Calendar('month'))"
    assert repr(did(unit) & in_list(unit)) == repr(did("month") & in_list("month"))
    assert repr(attr(unit, unit) == unit) == repr(attr("month", "month") == "month")
    assert repr(attr(unit)) == "attr('month')"


def test_whole_numbers_are_kept_plain() -> None:
    """[K1]: counts, offsets and days, too, so that all of it can be pasted back."""
    three = raising(*EVERYTHING, base=int)(3)
    assert repr(did("o").at_least(three)) == repr(did("o").at_least(3))
    assert repr(did("o").at_most(three)) == repr(did("o").at_most(3))
    assert repr(did("o").during("day", three, count=three)) == repr(
        did("o").during("day", 3, count=3)
    )
    assert repr(kit.at_least(three, ONE)) == repr(kit.at_least(3, ONE))
    assert repr(attr("x").anniversary_in(days=three)) == repr(attr("x").anniversary_in(days=3))


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda it: attr("x").is_in(it), r"attr('x').is_in"),
        (lambda it: attr("x").within_km(3, of=it), r"attr('x').within_km"),
        (lambda it: did("o").between_ago(days=it), r"did('o').between_ago"),
        (kit.EventCount, "name"),
        (kit.And, "parts"),
    ],
)
def test_the_error_names_the_place_and_what_was_raised(make: Make, path: str) -> None:
    """And keeps the first error behind it, for whoever has to find out why."""
    with pytest.raises(ConditionError, match=r"RuntimeError\('this must never be called'\)") as met:
        make(HOSTILE["a list that cannot be iterated"])
    assert met.value.path == path
    assert isinstance(met.value.__cause__, RuntimeError)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_to_end_the_program_passes(stop: type[BaseException]) -> None:
    """Only `Exception` becomes an error of segkit."""

    class Ending(list[Any]):
        def __iter__(self) -> NoReturn:
            raise stop

    for make in (
        lambda: attr("x").is_in(Ending()),
        lambda: kit.EventCount(Ending()),
        lambda: kit.And(Ending()),
        lambda: Contact("a", {"x": Ending()}),
        lambda: attr("x").within_km(3, of=Ending()),  # type: ignore[arg-type]
    ):
        with pytest.raises(stop):
            make()


def test_an_id_that_cannot_be_compared_is_refused() -> None:
    """[E6]: and adds nothing; alone it can be held."""
    source: MemorySource[Any] = MemorySource([Contact(Key("a"))])
    with pytest.raises(FactsError, match="must be comparable: text, int or UUID") as met:
        source.add_contact(Contact(Key("a")))
    assert isinstance(met.value.__cause__, RuntimeError)
    assert len(source) == 1
    source.add_event(Event(Key("b"), "o", NOW))
    with pytest.raises(FactsError, match="must be comparable"):
        source.add_event(Event(Key("b"), "o", NOW))


def test_an_event_of_an_id_that_cannot_be_compared_is_of_nobody_else() -> None:
    """[E6]: it is the contact's own if the two are one object."""
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
    """Members that are text, and whose ``value`` is a number."""

    __slots__ = ()

    ORDER = "order"

    def __new__(cls, text: str) -> Self:
        member = str.__new__(cls, text)
        member._value_ = len(text)
        return member


@pytest.mark.parametrize("build", [kit.EventCount, did, in_list, attr])
def test_a_member_whose_value_is_a_number_is_not_a_name(build: Any) -> None:  # noqa: ANN401
    """[K1]: a member of an Enum means its value."""
    with pytest.raises((ConditionError, kit.ConditionTypeError), match="text; got"):
        build(Numbered.ORDER)
