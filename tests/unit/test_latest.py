"""The latest and the earliest event: their properties and their instants [E5]."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    EventCount,
    MemorySource,
    Not,
    attr,
    did,
    prop,
)
from tests.unit.event_evaluation import NOW, event, is_member, orders

case = pytest.param

ORDER: Final = did("order")
latest_total, earliest_total = ORDER.latest("total"), ORDER.earliest("total")

FIRST: Final = event("order", "2022-09-01", total=1)
TIED: Final = [
    event("order", "2022-09-02", total=2),
    event("order", "2022-09-02", total=3),
    event("order", "2022-09-02", total=4),
]
LAST: Final = event("order", "2022-09-03", total=5)


@pytest.mark.parametrize(
    ("events", "earliest", "latest"),
    [
        case([FIRST, *TIED, LAST], 1, 5, id="in order"),
        case([LAST, *TIED, FIRST], 1, 5, id="the instant decides, not the order given"),
        case(TIED, 2, 4, id="equal instants: the first and the last given"),
        case(TIED[::-1], 4, 2, id="equal instants, in the other order"),
        case([TIED[1], FIRST, TIED[0]], 1, 2, id="the last given of the latest"),
        case([TIED[1], LAST, TIED[0]], 3, 5, id="the first given of the earliest"),
        case([LAST], 5, 5, id="one event is both"),
        case(
            [LAST, event("order", "2022-10-01 00:00:00.000001", total=9)],
            5,
            5,
            id="future events do not count [T1]",
        ),
        case(
            [LAST, event("cart", "2022-09-20", total=9)],
            5,
            5,
            id="events of another name do not count",
        ),
        case(
            [LAST, event("order", "2022-09-03 00:00:00.000001", total=9)],
            5,
            9,
            id="a microsecond later",
        ),
    ],
)
def test_the_latest_and_the_earliest(events: list[Event[str]], earliest: int, latest: int) -> None:
    """[E5]."""
    assert is_member(earliest_total == earliest, events=events)
    assert is_member(latest_total == latest, events=events)


def test_of_equal_instants_in_two_zones_the_last_given_is_the_latest() -> None:
    """[E5], [K4]: instants are equal independent of their offsets."""
    in_paris = datetime.fromisoformat("2022-09-02T02:00+02:00")
    from_paris = Event("ada", "order", in_paris, {"total": 6})
    assert is_member(latest_total == 6, events=[TIED[0], from_paris])
    assert is_member(latest_total == 2, events=[from_paris, TIED[0]])


def test_a_source_keeps_the_order_given() -> None:
    """[E5]: also with events of other contacts in between, and after a duplicate [E3]."""
    source = MemorySource[str]()
    given = [
        Event("ada", "order", TIED[0].at, {"total": total}, id=key)
        for total, key in ((1, "a"), (2, "b"), (3, "a"))
    ]
    for order in given:
        source.track(order)
        source.track(Event("bob", "order", order.at, {"total": 9}))
    source.upsert(Contact("bob"))
    source.upsert(Contact("ada"))
    evaluator = Evaluator(source)
    assert evaluator.members(latest_total == 2, now=NOW) == {"ada"}
    assert evaluator.members(earliest_total == 1, now=NOW) == {"ada"}
    assert is_member(latest_total == 2, events=given)
    assert is_member(earliest_total == 1, events=given)


@pytest.mark.parametrize(
    "properties",
    [
        case({}, id="absent"),
        case({"total": None}, id="None"),
        case({"total": float("nan")}, id="NaN"),
    ],
)
def test_the_latest_event_without_the_property_has_no_value(properties: dict[str, Any]) -> None:
    """[E5], [V3]: the event before it is not read instead."""
    events = [FIRST, Event("ada", "order", LAST.at, properties)]
    assert not is_member(latest_total.is_set(), events=events)
    assert not is_member(latest_total == 1, events=events)
    assert is_member(latest_total != 1, events=events)
    assert is_member(earliest_total == 1, events=events)
    assert is_member(ORDER.where(prop("total").is_set()).latest("total") == 1, events=events)


@pytest.mark.parametrize(
    ("count", "total"),
    [
        case(ORDER, 5, id="all"),
        case(ORDER.where(prop("total") < 4), 3, id="where [E2]"),
        case(ORDER.before(date(2022, 9, 2)), 1, id="a fixed window"),
        case(ORDER.within_last(days=29, hours=1), 5, id="a rolling window"),
        case(
            ORDER.between(None, date(2022, 9, 2)).where(prop("total") != 4),
            3,
            id="a window and where",
        ),
        case(did("order", "cart"), 6, id="events of several names"),
    ],
)
def test_the_latest_of_the_events_that_count(count: EventCount, total: int) -> None:
    """[E5]."""
    events = [FIRST, *TIED, LAST, event("cart", "2022-09-04", total=6)]
    assert is_member(count.latest("total") == total, events=events)


OPERATORS: Final[list[Any]] = [
    case("paid", lambda x: x == "paid", True, id="=="),
    case("paid", lambda x: x != "paid", False, id="!="),
    case(True, lambda x: x.is_true(), True, id="is_true"),
    case(1, lambda x: x.is_true(), False, id="1 is not true"),
    case(False, lambda x: x.is_false(), True, id="is_false"),
    case(9.5, lambda x: x < 10, True, id="<"),
    case("b", lambda x: x <= "a", False, id="<="),
    case(date(2022, 9, 1), lambda x: x > date(2022, 8, 31), True, id=">"),
    case(Decimal("0.1"), lambda x: x >= 0.1, True, id=">="),
    case("", lambda x: x.is_set(), True, id="is_set"),
    case({"a": 1}, lambda x: x.is_set(), True, id="a mapping is set"),
    case(2, lambda x: x.between(1, 2), True, id="between"),
    case(2, lambda x: x.between(None, 1), False, id="between, one side open"),
    case("b", lambda x: x.is_in(["a", "b"]), True, id="is_in"),
    case(["a", "b"], lambda x: x.has_any(["b", "c"]), True, id="has_any"),
    case(["a", "b"], lambda x: x.has_all(["b", "c"]), False, id="has_all"),
    case("Paris", lambda x: x.contains("AR", ignore_case=True), True, id="contains"),
    case("Paris", lambda x: x.starts_with("P"), True, id="starts_with"),
    case("Paris", lambda x: x.ends_with("S"), False, id="ends_with"),
    case(date(2022, 9, 30), lambda x: x.within_last(days=2), True, id="within_last"),
    case(
        date(2022, 10, 3),
        lambda x: x.within_next(days=2),
        True,
        id="a property may be in the future",
    ),
    case(date(2022, 9, 1), lambda x: x.between_ago(days=(40, 20)), True, id="between_ago"),
    case(date(2022, 9, 1), lambda x: x.before(days=60), False, id="before"),
    case(date(2022, 9, 1), lambda x: x.before(date(2022, 9, 2)), True, id="before a day"),
    case(date(2022, 9, 1), lambda x: x.after(date(2022, 9, 1)), False, id="after"),
    case(date(2022, 9, 1), lambda x: x.during("month", -1), True, id="during"),
    case(date(2022, 9, 1), lambda x: x.between(None, date(2022, 9, 1)), True, id="between days"),
    case(date(1986, 10, 4), lambda x: x.anniversary_within_next(days=3), True, id="anniversary"),
    case(
        date(1986, 10, 4),
        lambda x: x.anniversary_within_last(days=3),
        False,
        id="no recent anniversary",
    ),
    case(date(1986, 10, 4), lambda x: x.anniversary_in(days=3), True, id="anniversary_in"),
    case((48.85, 2.35), lambda x: x.within_km(1, of=(48.85, 2.36)), True, id="within_km"),
    case({"latitude": 0, "longitude": 9}, lambda x: x.within_km(1, of=(0, 8)), False, id="far"),
]


@pytest.mark.parametrize(("value", "make_comparison", "verdict"), OPERATORS)
def test_the_latest_value_takes_every_operator_of_an_attribute(
    value: object, make_comparison: Callable[[Any], Any], verdict: bool
) -> None:
    """[E5]: with the same verdict."""
    assert is_member(make_comparison(attr("total")), {"total": value}) is verdict
    events = [FIRST, Event("ada", "order", LAST.at, {"total": value})]
    assert is_member(make_comparison(latest_total), events=events) is verdict
    assert is_member(make_comparison(earliest_total), events=events[1:]) is verdict
    assert (
        is_member(ORDER.where(make_comparison(prop("total"))).at_least(1), events=events[1:])
        is verdict
    )


@pytest.mark.parametrize(("value", "make_comparison", "verdict"), OPERATORS)
def test_without_an_event_every_comparison_is_false(
    value: object, make_comparison: Callable[[Any], Any], verdict: bool
) -> None:
    """[E5], [V3]: and a negation is true."""
    del verdict
    events = [event("cart", "2022-09-03", total=value), event("order", "2022-10-02", total=value)]
    negated = isinstance(make_comparison(latest_total), Not)
    assert is_member(make_comparison(latest_total), events=events) is negated
    assert is_member(make_comparison(earliest_total), events=events) is negated


# --- the instants of events -----------------------------------------------------------------------

AT: Final = datetime(2022, 9, 10, 12, tzinfo=UTC)
"""The instant of the event in the following cases."""

INSTANT_OPERATORS: Final[list[Any]] = [
    case(lambda x: x == AT, True, id="=="),
    case(lambda x: x != AT, False, id="!="),
    case(lambda x: x == date(2022, 9, 10), True, id="== a day [K4]"),
    case(lambda x: x < AT, False, id="<"),
    case(lambda x: x <= AT, True, id="<="),
    case(lambda x: x > AT, False, id=">"),
    case(lambda x: x >= date(2022, 9, 10), True, id=">="),
    case(lambda x: x.is_in([date(2022, 9, 9), date(2022, 9, 10)]), True, id="is_in"),
    case(lambda x: x.has_any([AT]), True, id="has_any"),
    case(lambda x: x.is_set(), True, id="is_set"),
    case(lambda x: x.within_last(days=21), True, id="within_last"),
    case(lambda x: x.within_last(NOW - AT), False, id="within_last: the old end is open [T2]"),
    case(lambda x: x.within_last(months=1), True, id="within the last month"),
    case(lambda x: x.between_ago(days=(21, 20)), True, id="between_ago"),
    case(lambda x: x.between_ago(timedelta(days=22), NOW - AT), True, id="between_ago, new end"),
    case(lambda x: x.between_ago(NOW - AT, timedelta(days=1)), False, id="between_ago, old end"),
    case(lambda x: x.before(days=20), True, id="before 20 days ago"),
    case(lambda x: x.before(NOW - AT), True, id="before: the new end is included [T3]"),
    case(lambda x: x.before(days=21), False, id="not before 21 days ago"),
    case(lambda x: x.before(AT), False, id="before an instant"),
    case(lambda x: x.before(date(2022, 9, 11)), True, id="before a day"),
    case(lambda x: x.after(date(2022, 9, 10)), False, id="after a day [T14]"),
    case(lambda x: x.after(date(2022, 9, 9)), True, id="after the day before"),
    case(lambda x: x.between(date(2022, 9, 10), None), True, id="between, one side open"),
    case(lambda x: x.between(AT, AT + timedelta(hours=1)), True, id="between: the start"),
    case(
        lambda x: x.between(date(2022, 9, 1), AT),
        False,
        id="between: an instant as the end is excluded [T7]",
    ),
    case(lambda x: x.during("month", -1), True, id="during"),
    case(lambda x: x.during("day", -20, count=20), False, id="during days"),
    case(lambda x: x.anniversary_in(days=344), True, id="anniversary_in"),
    case(lambda x: x.anniversary_within_last(days=20), False, id="no recent anniversary"),
    case(lambda x: x.anniversary_within_last(days=21), True, id="a recent anniversary [T10]"),
]


@pytest.mark.parametrize(("make_comparison", "verdict"), INSTANT_OPERATORS)
def test_every_operator_of_the_instant_of_the_latest_and_the_earliest(
    make_comparison: Callable[[Any], Condition], verdict: bool
) -> None:
    """[E5]: for the instant of one event, and for an attribute with this value."""
    uncounted = [
        event("order", "2022-10-02"),
        event("cart", "2022-09-11"),
        event("cart", "2022-09-09"),
    ]
    order = event("order", "2022-09-10 12:00")
    assert is_member(make_comparison(attr("at")), {"at": AT}) is verdict
    assert is_member(make_comparison(ORDER.latest_at()), events=[*uncounted, order]) is verdict
    assert is_member(make_comparison(ORDER.earliest_at()), events=[order, *uncounted]) is verdict
    # With two events, the latest or the earliest one is compared.
    assert is_member(make_comparison(ORDER.latest_at()), events=[order, FIRST]) is verdict
    assert (
        is_member(
            make_comparison(ORDER.earliest_at()), events=[event("order", "2022-09-20"), order]
        )
        is verdict
    )
    # Without an event there is no value.
    negated = isinstance(make_comparison(ORDER.latest_at()), Not)
    assert is_member(make_comparison(ORDER.latest_at()), events=uncounted) is negated
    assert is_member(make_comparison(ORDER.earliest_at()), events=uncounted) is negated


def test_the_day_of_the_latest_is_a_local_day() -> None:
    """[K4], [T9]."""
    events = orders(1)
    late = ORDER.latest_at() == date(2022, 9, 2)
    assert not is_member(late, events=events)
    assert is_member(late, events=events, tz="Pacific/Auckland")


def test_the_latest_of_a_window_may_be_compared_with_another_window() -> None:
    """[E5]: the first window selects the event, the second one is compared with its instant."""
    events = [event("order", "2022-03-01"), event("order", "2022-09-20")]
    first_half = ORDER.between(date(2022, 1, 1), date(2022, 6, 30))
    assert is_member(first_half.latest_at().before(days=200), events=events)
    assert not is_member(ORDER.latest_at().before(days=200), events=events)
    assert is_member(ORDER.earliest_at().before(days=200), events=events)
