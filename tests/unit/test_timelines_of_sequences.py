"""Timelines of sequences and anniversaries."""

from datetime import date, timedelta
from typing import Any, Final

import pytest

from segkit import Event, attr, did, first_prop, prop
from tests.unit.timeline_cases import Case, at, check, events_at

cart: Any = did("cart")
order: Any = did("order")
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SAME: Final = order.where(prop("sku") == first_prop("sku"))
BOUGHT: Final = events_at("cart 2022-03-01 08:00", "order 2022-03-01 09:00")
NOT_BOUGHT: Final = events_at("cart 2022-03-01 08:00")


def events_with_sku(*texts: str) -> tuple[Event[str], ...]:
    """Return events from texts like ``cart 2022-03-01 a``: a name, a day and a sku."""
    found: list[Event[str]] = []
    for each in texts:
        name_and_day, sku = each.rsplit(" ", 1)
        found += events_at(name_and_day, sku=sku)
    return tuple(found)


FOLLOWED: Final = (
    Case("from the last event of the chain on [S1]", cart.followed_by(order),
         ("2022-03-01 09:00 to 2023-01-01",), BOUGHT),
    Case("until the first event leaves the window [S1]",
         cart.within_last(days=30).followed_by(order),
         ("2022-03-01 09:00 to 2022-03-31 08:00",), BOUGHT),
    Case("the end of the time is excluded [S1]", cart.followed_by(order, within=HOUR), (), BOUGHT),
    Case("a microsecond before the end of the time [S1]", cart.followed_by(order, within=HOUR),
         ("2022-03-01 08:59:59.999999 to 2023-01-01",),
         events_at("cart 2022-03-01 08:00", "order 2022-03-01 08:59:59.999999")),
    Case("events at one instant, given in reverse order [S1]", cart.followed_by(order),
         ("2022-03-01 08:00 to 2023-01-01",),
         events_at("order 2022-03-01 08:00", "cart 2022-03-01 08:00")),
    Case("each event is used once [S1]", cart.followed_by(cart), ("2022-03-02 to 2023-01-01",),
         events_at("cart 2022-03-01", "cart 2022-03-02")),
    Case("from the last of three steps on [S1]",
         cart.followed_by(order).followed_by(did("pay")),
         ("2022-03-03 to 2023-01-01",),
         events_at("cart 2022-03-01", "order 2022-03-02", "pay 2022-03-03")),
    Case("the second order must be part of the chain, because otherwise it ends the absence [S2]",
         cart.followed_by(order).followed_by(did("pay"), within=9 * DAY)
             .not_followed_by(order, within=HOUR),
         ("2022-03-05 01:00 to 2023-01-01",),
         events_at("cart 2022-03-01", "order 2022-03-02", "order 2022-03-05", "pay 2022-03-05",
                  "pay 2022-03-10")),
    Case("the same with an absence without a time limit [S2]",
         cart.followed_by(order).followed_by(did("pay")).not_followed_by(order),
         ("2022-03-05 to 2023-01-01",),
         events_at("cart 2022-03-01", "order 2022-03-02", "order 2022-03-05", "pay 2022-03-05",
                  "pay 2022-03-10")),
    Case("an absent event ends the absence after one chain, and another chain starts [S2]",
         cart.followed_by(order).not_followed_by(did("pay")),
         ("2022-03-02 to 2022-03-03", "2022-03-05 to 2022-03-06"),
         events_at("cart 2022-03-01", "order 2022-03-02", "pay 2022-03-03", "order 2022-03-05",
                  "pay 2022-03-06")),
    Case("two chains that overlap [S1]",
         cart.within_last(days=10).followed_by(order),
         ("2022-03-06 to 2022-03-15",),
         events_at("cart 2022-03-01", "cart 2022-03-05", "order 2022-03-06")),
    Case("two chains with a gap [S1]",
         cart.within_last(days=10).followed_by(order),
         ("2022-03-02 to 2022-03-11", "2022-03-13 to 2022-03-20"),
         events_at("cart 2022-03-01", "order 2022-03-02", "cart 2022-03-10", "order 2022-03-13")),
    Case("a first event that enters its window later [S1]",
         cart.between_ago(days=(20, 10)).followed_by(order),
         ("2022-03-11 to 2022-03-21",), events_at("cart 2022-03-01", "order 2022-03-02")),
    Case("the first event leaves the window at the instant of the last one [S1]",
         cart.within_last(days=10).followed_by(order),
         (), events_at("cart 2022-03-01", "order 2022-03-11")),
    Case("of one sku [S3]", cart.followed_by(SAME), ("2022-03-04 to 2023-01-01",),
         events_with_sku("cart 2022-03-01 a", "cart 2022-03-02 b", "order 2022-03-03 c",
                         "order 2022-03-04 b")),
    Case("of one sku, in a window [S3]", cart.within_last(days=5).followed_by(SAME),
         ("2022-03-03 to 2022-03-07",),
         events_with_sku("cart 2022-03-01 a", "cart 2022-03-02 b", "order 2022-03-04 a",
                         "order 2022-03-03 b")),
)  # fmt: skip
ABSENT: Final = (
    Case("from the end of the time on [S2]", cart.not_followed_by(order, within=DAY),
         ("2022-03-02 08:00 to 2023-01-01",), NOT_BOUGHT),
    Case("until the cart leaves the window [S2]",
         cart.within_last(days=30).not_followed_by(order, within=DAY),
         ("2022-03-02 08:00 to 2022-03-31 08:00",), NOT_BOUGHT),
    Case("an order within the time: never [S2]",
         cart.not_followed_by(order, within=DAY), (), BOUGHT),
    Case("an order at the end of the time is too late [S2]",
         cart.not_followed_by(order, within=HOUR),
         ("2022-03-01 09:00 to 2023-01-01",), BOUGHT),
    Case("a month of time is over at the start of March [S2], [T6]",
         cart.not_followed_by(order, within=timedelta(days=1)) & cart.before(months=1),
         ("2022-03-01 to 2023-01-01",), events_at("cart 2022-01-31 15:00")),
    Case("without a time limit: from the cart until the order [S2]", cart.not_followed_by(order),
         ("2022-03-01 08:00 to 2022-03-01 09:00",), BOUGHT),
    Case("two carts, two absences [S2]", cart.not_followed_by(order),
         ("2022-03-01 to 2022-03-05", "2022-03-10 to 2023-01-01"),
         events_at("cart 2022-03-01", "order 2022-03-05", "cart 2022-03-10")),
    Case("an order at the instant of the cart follows it [S2]", cart.not_followed_by(order), (),
         events_at("order 2022-03-01", "cart 2022-03-01")),
    Case("of one sku [S3]", cart.not_followed_by(SAME), ("2022-03-01 to 2022-03-04",),
         events_with_sku("cart 2022-03-01 a", "cart 2022-03-02 b", "order 2022-03-03 a",
                         "order 2022-03-04 b")),
    Case("two abandoned carts with different skus [S3]",
         cart.within_last(days=9).not_followed_by(SAME, within=DAY),
         ("2022-03-02 to 2022-03-10", "2022-03-13 to 2022-03-21"),
         events_with_sku("cart 2022-03-01 a", "cart 2022-03-12 b", "cart 2022-03-15 a",
                         "order 2022-03-15 a")),
    Case("a chain without a next event [S2]",
         cart.followed_by(order).not_followed_by(did("pay"), within=DAY),
         ("2022-03-02 09:00 to 2023-01-01",), BOUGHT),
    Case("an absence of events of the first step [S2]", cart.not_followed_by(cart),
         ("2022-03-01 to 2023-01-01",), events_at("cart 2022-03-01", "cart 2022-03-02")),
)  # fmt: skip

SOON: Final = prop("leaves").within_next(days=7)
TRIP: Final = events_at("cart 2022-03-01", leaves=at("2022-04-01 12:00"))
DUE: Final = events_at("order 2022-03-02", due=at("2022-03-10"))
IS_DUE: Final = order.where(prop("due").within_last(days=3))
ROLLING_WHERE: Final = (
    Case("a rolling window in the first step [E2], [S1]", cart.where(SOON).followed_by(order),
         ("2022-03-25 12:00 to 2022-04-01 12:00",), (*TRIP, *DUE)),
    Case("a rolling window in a later step [E2], [S1]", cart.followed_by(IS_DUE),
         ("2022-03-10 to 2022-03-13",), (*TRIP, *DUE)),
    Case("a rolling window in a later step of the same sku [S3]",
         cart.followed_by(IS_DUE.where(prop("sku") == first_prop("sku"))),
         ("2022-03-10 to 2022-03-13",),
         (*events_with_sku("cart 2022-03-01 a"),
          *events_at("order 2022-03-02", due=at("2022-03-10"), sku="a"),
          *events_at("order 2022-03-03", due=at("2022-05-10"), sku="b"))),
    Case("a rolling window in an absence [E2], [S2]", cart.not_followed_by(IS_DUE),
         ("2022-03-01 to 2022-03-10", "2022-03-13 to 2023-01-01"), (*TRIP, *DUE)),
    Case("a rolling window in an absence with a time limit [E2], [S2]",
         cart.not_followed_by(IS_DUE, within=timedelta(days=5)),
         ("2022-03-06 to 2022-03-10", "2022-03-13 to 2023-01-01"), (*TRIP, *DUE)),
    Case("an anniversary in a step [T10]",
         cart.where(prop("leaves").anniversary_in(days=0)).followed_by(order),
         ("2022-04-01 to 2022-04-02",), (*TRIP, *DUE)),
)  # fmt: skip

birthday: Final = attr("birthday")
OCTOBER: Final = {"birthday": date(1986, 10, 4)}
ANNIVERSARIES: Final = (
    Case("from 7 days before until the day, both included [T10]",
         birthday.anniversary_within_next(days=7), ("2022-09-27 to 2022-10-05",), (), OCTOBER),
    Case("from the day until 30 days later, both included [T10]",
         birthday.anniversary_within_last(days=30), ("2022-10-04 to 2022-11-04",), (), OCTOBER),
    Case("the one day that is 3 days before [T10]", birthday.anniversary_in(days=3),
         ("2022-10-01 to 2022-10-02",), (), OCTOBER),
    Case("each year [T10]", birthday.anniversary_in(days=0),
         ("2021-10-04 to 2021-10-05", "2022-10-04 to 2022-10-05"), (), OCTOBER,
         during="2021-01-01 to 2023-01-01"),
    Case("local days, one of them with 25 hours in Paris [T10]",
         attr("birthday").anniversary_in(days=0), ("2022-10-29 22:00 to 2022-10-30 23:00",),
         attributes={"birthday": date(1986, 10, 30)}, tz="Europe/Paris"),
    Case("the local day of an instant [T10]", birthday.anniversary_in(days=0),
         ("2022-10-03 22:00 to 2022-10-04 22:00",),
         attributes={"birthday": at("1986-10-03 23:30")}, tz="Europe/Paris"),
    Case("the anniversary of February 29 is March 1 in common years [T10]",
         birthday.anniversary_in(days=0),
         ("2022-03-01 to 2022-03-02", "2023-03-01 to 2023-03-02", "2024-02-29 to 2024-03-01"),
         attributes={"birthday": date(2020, 2, 29)}, during="2022-01-01 to 2025-01-01"),
    Case("across the end of the year [T10]", birthday.anniversary_within_next(days=7),
         ("2022-01-01 to 2022-01-04", "2022-12-27 to 2023-01-01"),
         attributes={"birthday": date(1986, 1, 3)}),
    Case("the next 364 days; on 2 March 2023 the anniversary is 365 days away [T10]",
         birthday.anniversary_within_next(days=364),
         ("2023-03-01 to 2023-03-02", "2023-03-03 to 2025-01-01"),
         attributes={"birthday": date(1986, 3, 1)}, during="2023-03-01 to 2025-01-01"),
    Case("on the last day of the calendar [T10], [T12]", birthday.anniversary_in(days=0),
         ("9999-12-31 to 9999-12-31 12:00",), attributes={"birthday": date(1986, 12, 31)},
         during="9999-12-01 to 9999-12-31 12:00"),
    Case("the next 365 days always contain an anniversary [T10]",
         birthday.anniversary_within_next(days=365),
         ("2022-01-01 to 2023-01-01",), (), OCTOBER),
    Case("a value that is not a day has no anniversary [V6]", birthday.anniversary_in(days=0), (),
         attributes={"birthday": "October"}),
)  # fmt: skip


@pytest.mark.parametrize(
    "case", [*FOLLOWED, *ABSENT, *ROLLING_WHERE, *ANNIVERSARIES], ids=lambda case: case.why
)
def test_the_timeline_of_a_condition(case: Case) -> None:
    check(case)
