"""Events in at least some of the last periods: a group of rolling windows [S4]."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from segkit import Ago, AtLeast, ConditionError, Duration, Event, Last, describe, did, prop
from tests.slow_clock import MICROSECOND, instant
from tests.unit.event_evaluation import NOW, event, history, is_member

case = pytest.param

# Any: type checkers refuse the invalid calls, too.
order: Any = did("order")

three_of_four = did("order").in_at_least(3, of=4, weeks=1)


def orders_ago(*lengths: timedelta) -> list[Event[str]]:
    """Return orders, each a duration before now."""
    return [Event("ada", "order", NOW - length) for length in lengths]


def orders_days_ago(*numbers: float) -> list[Event[str]]:
    """Return orders, each a number of days before now."""
    return orders_ago(*(timedelta(days=number) for number in numbers))


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        case([], False, id="no orders"),
        case(orders_days_ago(1, 8, 15, 22), True, id="every week"),
        case(orders_days_ago(1, 8, 15), True, id="not in the oldest week"),
        case(orders_days_ago(8, 15, 22), True, id="not in the newest week"),
        case(orders_days_ago(1, 15, 22), True, id="not in one week between"),
        case(orders_days_ago(1, 8), False, id="two weeks"),
        case(orders_days_ago(1, 2, 3, 4, 8), False, id="many orders in two weeks"),
        case(orders_days_ago(1, 8, 29), False, id="five weeks ago is before the first week"),
        case(orders_days_ago(1, 8, -1), False, id="tomorrow does not count [T1]"),
        case(
            orders_days_ago(0, 7, 14),
            True,
            id="now and at the newer ends: each week includes its newer end",
        ),
        case(orders_days_ago(7, 14, 21), True, id="newer ends of three weeks"),
        case(
            orders_days_ago(14, 21, 28),
            False,
            id="the older end of the oldest week is excluded [T2]",
        ),
        case(
            orders_ago(
                timedelta(days=28) - MICROSECOND,
                timedelta(days=14),
                timedelta(days=7),
            ),
            True,
            id="a microsecond after the older end",
        ),
        case(
            orders_ago(
                timedelta(days=7),
                timedelta(days=7) + MICROSECOND,
                timedelta(days=14),
            ),
            False,
            id="an order exactly seven days ago is only in the second week",
        ),
        case(
            orders_ago(
                timedelta(days=7) - MICROSECOND,
                timedelta(days=7),
                timedelta(days=14),
            ),
            True,
            id="orders on either side of an end are in two weeks",
        ),
    ],
)
def test_three_of_the_last_four_weeks(given: list[Event[str]], verdict: bool) -> None:
    """[S4], [T3]: no gap and no overlap between two weeks."""
    assert is_member(three_of_four, events=given) is verdict


@pytest.mark.parametrize("length", [0, 1, 6, 7, 8, 13, 14, 20, 21, 27])
def test_one_event_is_in_exactly_one_of_the_weeks(length: int) -> None:
    """[S4]."""
    for given in (
        orders_days_ago(length),
        orders_ago(timedelta(days=length) + MICROSECOND),
    ):
        assert is_member(order.in_at_least(1, of=4, weeks=1), events=given)
        assert not is_member(order.in_at_least(2, of=4, weeks=1), events=given)


def test_in_at_least_builds_a_group_of_rolling_windows() -> None:
    """[S4]: the result is an `AtLeast`; the default period is a week."""
    week = {number: Duration(weeks=number) for number in (1, 2, 3, 4)}
    windows = (Last(weeks=1), Ago(week[2], week[1]), Ago(week[3], week[2]), Ago(week[4], week[3]))
    assert three_of_four == AtLeast(
        3,
        tuple(did("order")._with_window(window) for window in windows),  # noqa: SLF001
    )
    assert order.in_at_least(3, of=4) == three_of_four
    assert order.in_at_least(1, of=1, days=30).parts == (order.within_last(days=30),)


def test_each_month_is_counted_from_now() -> None:
    """[S4], [T5]: months before March 31 start and end at the ends of calendar months."""
    monthly = order.in_at_least(2, of=3, months=1)
    now = instant("2022-03-31 12:00")
    for first, second, verdict in (
        ("2022-03-01", "2022-02-28 12:00", True),
        ("2022-02-28 23:59:59.999999", "2022-03-01", True),
        ("2022-03-01", "2022-03-31 12:00", False),
        ("2022-02-28 23:59:59.999999", "2022-01-31 12:00:00.000001", False),
        ("2022-01-31 12:00", "2022-02-28", True),
        ("2021-12-31 12:00:00.000001", "2022-02-28", True),
        ("2021-12-31 12:00", "2022-02-28", False),
    ):
        events = [event("order", first), event("order", second)]
        assert is_member(monthly, events=events, now=now) is verdict, (first, second)


def test_in_at_least_with_where_and_several_names() -> None:
    """[S4], [E2]."""
    given = [event("order", "2022-09-30", n=1), event("call", "2022-09-20", n=2)]
    both = did("order", "call").in_at_least(2, of=2)
    assert is_member(both, events=given)
    assert not is_member(order.in_at_least(2, of=2), events=given)
    assert not is_member(
        did("order", "call").where(prop("n") > 1).in_at_least(2, of=2), events=given
    )


def test_in_at_least_is_negated_and_combined_like_any_condition() -> None:
    """[V2]."""
    assert is_member(~three_of_four, events=history("order 30 08:00"))
    assert is_member(~three_of_four & did("order"), events=history("order 30 08:00"))
    assert is_member(order.in_at_least(0, of=4))
    assert not is_member(order.in_at_least(5, of=4), events=orders_days_ago(1, 8, 15, 22))


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(
            lambda: order.within_last(days=9).in_at_least(1, of=2),
            "no window",
            id="a window",
        ),
        case(lambda: order.at_least(2).in_at_least(1, of=2), "no count of its own", id="a count"),
        case(lambda: order.never().in_at_least(1, of=2), "no count of its own", id="never"),
        case(lambda: order.in_at_least(1, of=0), "whole number of periods, 1 to 1000", id="of 0"),
        case(lambda: order.in_at_least(1, of=1001), "periods, 1 to 1000; got 1001", id="of 1001"),
        case(lambda: order.in_at_least(1, of=2.0), "whole number of periods", id="of 2.0"),
        case(lambda: order.in_at_least(1, of=True), "whole number of periods", id="of True"),
        case(
            lambda: order.in_at_least(-1, of=2), "whole number, 0 or more", id="a negative number"
        ),
        case(lambda: order.in_at_least(1.5, of=2), "whole number, 0 or more", id="a fraction"),
        case(lambda: order.in_at_least(1, of=2, weeks=0), "longer than 0", id="no length"),
        case(
            lambda: order.in_at_least(1, of=2, days=-1),
            "a whole number, 0 or more",
            id="a negative length",
        ),
    ],
)
def test_invalid_arguments_of_in_at_least(build: Callable[[], object], cure: str) -> None:
    """[S4], [V6]: the error names the method and shows what to write."""
    with pytest.raises(ConditionError, match=cure) as caught:
        build()
    assert caught.value.path.endswith(".in_at_least")


def test_descriptions() -> None:
    """Section 5 of the specification."""
    assert describe(order.in_at_least(2, of=3, months=1)) == (
        'at least 2 of: did "order" at least once in the last month; '
        'did "order" at least once between 2 and 1 months ago; '
        'did "order" at least once between 3 and 2 months ago'
    )
