"""Timelines of counts, and of comparisons of values of events."""

from datetime import date
from typing import Any, Final

import pytest

from segkit import Event, did, prop
from tests.unit.timeline_cases import Case, at, check, events_at

order: Any = did("order")
recent: Final = order.within_last(days=30)
THREE: Final = events_at("order 2022-03-01", "order 2022-03-10", "order 2022-03-20")


def orders_with(name: str, *texts: str) -> tuple[Event[str], ...]:
    """Return orders from texts like ``2022-03-01 60``: a day, and the value of *name*."""
    found: list[Event[str]] = []
    for each in texts:
        day, _, value = each.partition(" ")
        found += events_at(f"order {day}", **{name: float(value) if _is_number(value) else value})
    return tuple(found)


def _is_number(value: str) -> bool:
    return value.lstrip("-").replace(".", "").isdigit()


COUNTS: Final = (
    Case("at least two, until the second one leaves [E1]", recent.at_least(2),
         ("2022-03-10 to 2022-04-09",), THREE),
    Case(
        "exactly two: not with a third one, until the first one leaves [E1]",
        recent.exactly(2),
        ("2022-03-10 to 2022-03-20", "2022-03-31 to 2022-04-09"),
        THREE,
    ),
    Case("one or two [E1]", recent.at_least(1).at_most(2),
         ("2022-03-01 to 2022-03-20", "2022-03-31 to 2022-04-19"), THREE),
    Case("at most one, or none [E1]", recent.at_most(1),
         ("2022-01-01 to 2022-03-10", "2022-04-09 to 2023-01-01"), THREE),
    Case("never in the last 60 days [E1]", order.never().within_last(days=60),
         ("2022-01-01 to 2022-03-01", "2022-05-19 to 2023-01-01"), THREE),
    Case("at least 0 is always true [E1]",
         recent.at_least(0), ("2022-01-01 to 2023-01-01",), THREE),
    Case("more than all events [E1]", recent.at_least(4), (), THREE),
    Case("two events at one instant [E1]", recent.at_least(2),
         ("2022-03-01 to 2022-03-31",), events_at("order 2022-03-01", "order 2022-03-01")),
    Case("two events at one instant are never exactly one [E1]", recent.exactly(1), (),
         events_at("order 2022-03-01", "order 2022-03-01")),
    Case("of events of one id, the first one given counts [E3]", order.at_least(1),
         ("2022-03-01 to 2023-01-01",),
         (Event("ada", "order", at("2022-03-01"), id="e1"),
          Event("ada", "order", at("2022-02-01"), id="e1"))),
    Case("of events of one id with two names, the first one given counts [E3]", order, (),
         (Event("ada", "mail", at("2022-03-01"), id="e1"),
          Event("ada", "order", at("2022-02-01"), id="e1"))),
    Case("several names are counted together [E1]", did("order", "visit").at_least(2),
         ("2022-03-05 to 2023-01-01",), events_at("visit 2022-03-05", "order 2022-03-01")),
    Case("only events that satisfy where [E2]", recent.where(prop("total") >= 50),
         ("2022-03-10 to 2022-04-09",), orders_with("total", "2022-03-01 49", "2022-03-10 50")),
    Case("an order before the period counts while it is in the window", recent.at_least(2),
         ("2022-01-05 to 2022-01-20",), events_at("order 2021-12-21", "order 2022-01-05")),
)  # fmt: skip
TOTALS: Final = (
    Case("a sum falls below the bound when an event leaves [E4]", recent.sum("total") >= 100,
         ("2022-03-10 to 2022-03-31",), orders_with("total", "2022-03-01 60", "2022-03-10 60")),
    Case("a sum reaches the bound twice [E4]", order.sum("total") >= 100,
         ("2022-03-01 to 2022-04-01", "2022-05-01 to 2023-01-01"),
         orders_with("total", "2022-03-01 100", "2022-04-01 -50", "2022-05-01 50")),
    Case("two events at one instant that cancel out [E4]", order.sum("total") >= 100,
         ("2022-03-01 to 2023-01-01",),
         orders_with("total", "2022-03-01 100", "2022-04-01 -50", "2022-04-01 50")),
    Case("a sum of no events is 0 [E4]", recent.sum("total") < 10,
         ("2022-01-01 to 2022-03-01", "2022-03-31 to 2023-01-01"),
         orders_with("total", "2022-03-01 10")),
    Case("ten times 9.99 and 0.1 are exactly 100 [E4]",
         order.within_last(days=1).sum("total") >= 100,
         ("2022-03-01 to 2022-03-02",),
         orders_with("total", *["2022-03-01 9.99"] * 10, "2022-03-01 0.1")),
    Case("infinities of both signs have no sum, until one of them leaves [E4]",
         recent.sum("total") < 0, ("2022-03-31 to 2022-04-09",),
         (*events_at("order 2022-03-01", total=float("inf")),
          *events_at("order 2022-03-10", total=float("-inf")))),
    Case("values that are not numbers are skipped [E4]", recent.sum("total") >= 10,
         ("2022-03-01 to 2022-03-31",), orders_with("total", "2022-03-01 10", "2022-03-05 many")),
    Case("a mean [E4]", recent.mean("total") > 10,
         ("2022-03-05 to 2022-04-04",), orders_with("total", "2022-03-01 10", "2022-03-05 20")),
    Case("a mean of no events or no numbers has no value [E4]", recent.mean("total") < 10,
         ("2022-03-05 to 2022-04-04",), orders_with("total", "2022-03-01 many", "2022-03-05 5")),
    Case("a minimum [E4]", recent.min("total") < 5,
         ("2022-03-01 to 2022-03-31",), orders_with("total", "2022-03-01 3", "2022-03-10 9")),
    Case("a minimum of no events has no value [E4]", ~(recent.min("total") < 5),
         ("2022-01-01 to 2022-03-01", "2022-03-31 to 2023-01-01"),
         orders_with("total", "2022-03-01 3")),
    Case("a maximum [E4]", recent.max("total") > 5,
         ("2022-03-01 to 2022-03-31",), orders_with("total", "2022-03-01 9", "2022-03-10 3")),
    Case("one of two equal maximums leaves [E4]", recent.max("total") > 5,
         ("2022-03-01 to 2022-04-09",), orders_with("total", "2022-03-01 9", "2022-03-10 9")),
    Case("distinct values, one of them repeated [E4]", recent.distinct("sku") == 2,
         ("2022-03-10 to 2022-04-04",),
         orders_with("sku", "2022-03-01 a", "2022-03-05 a", "2022-03-10 b")),
)  # fmt: skip
ENDS: Final = (
    Case("the latest event, until the next one [E5]", order.latest("status") == "cancelled",
         ("2022-03-01 to 2022-03-10",),
         orders_with("status", "2022-03-10 paid", "2022-03-01 cancelled")),
    Case("the latest event in a window, until it leaves [E5]", recent.latest("status") == "paid",
         ("2022-03-10 to 2022-04-09",),
         orders_with("status", "2022-03-01 cancelled", "2022-03-10 paid")),
    Case("of equal instants, the last event given is the latest [E5]",
         recent.latest("status") == "paid", ("2022-03-01 to 2022-03-31",),
         orders_with("status", "2022-03-01 cancelled", "2022-03-01 paid")),
    Case("of equal instants with two names, the last event given is the latest [E5]",
         did("visit", "order").latest("status") == "paid", ("2022-03-01 to 2023-01-01",),
         (*orders_with("status", "2022-03-01 cancelled"),
          *events_at("visit 2022-03-01", status="paid"))),
    Case("of equal instants, the first event given is the earliest [E5]",
         recent.earliest("status") == "paid", ("2022-03-01 to 2022-03-31",),
         orders_with("status", "2022-03-01 paid", "2022-03-01 cancelled")),
    Case("the earliest event in a window, after the earlier ones have left [E5]",
         recent.earliest("channel") == "web", ("2022-03-31 to 2022-04-09",),
         orders_with("channel", "2022-03-01 app", "2022-03-10 web")),
    Case("the latest event that satisfies where [E5]",
         order.where(prop("status") != "test").latest("status") == "paid",
         ("2022-03-01 to 2022-03-20",),
         orders_with("status", "2022-03-01 paid", "2022-03-10 test", "2022-03-20 cancelled")),
    Case("a latest order 10 days ago or earlier, until the next one [E5], [T14]",
         order.latest_at().before(days=10),
         ("2022-03-11 to 2022-03-20", "2022-03-30 to 2023-01-01"),
         events_at("order 2022-03-01", "order 2022-03-20")),
    Case("the earliest order is in the last 30 days [E5]", order.earliest_at().within_last(days=30),
         ("2022-03-01 to 2022-03-31",), THREE),
    Case("the earliest order of the last 30 days is in the last 15 days [E5]",
         recent.earliest_at().within_last(days=15),
         ("2022-03-01 to 2022-03-16", "2022-04-09 to 2022-04-19"),
         events_at("order 2022-03-01", "order 2022-03-10", "order 2022-04-04")),
    Case("a rolling window of a property of the latest order [E5]",
         order.latest("leaves").within_next(days=7),
         ("2022-03-25 12:00 to 2022-03-30", "2022-04-13 to 2022-04-20"),
         (*events_at("order 2022-03-01", leaves=at("2022-04-01 12:00")),
          *events_at("order 2022-03-30", leaves=date(2022, 4, 20)))),
    Case("the latest event does not have the property [E5]", order.latest("status").is_set(),
         ("2022-03-01 to 2022-03-10",),
         (*orders_with("status", "2022-03-01 paid"), *events_at("order 2022-03-10"))),
)  # fmt: skip

SOON: Final = prop("leaves").within_next(days=7)
booking: Any = did("booking")
BOOKED: Final = (
    *events_at("booking 2022-03-01", leaves=at("2022-04-01 12:00"), price=10, seat="a"),
    *events_at("booking 2022-03-28", leaves=at("2022-04-03 12:00"), price=30, seat="b"),
)
ROLLING_WHERE: Final = (
    Case("a booking whose departure is within the next 7 days [E2]", booking.where(SOON),
         ("2022-03-25 12:00 to 2022-04-03 12:00",), BOOKED),
    Case("two bookings with such a departure [E2]", booking.where(SOON).at_least(2),
         ("2022-03-28 to 2022-04-01 12:00",), BOOKED),
    Case("the booking itself is in the past [T1]", booking.where(SOON),
         ("2022-03-30 to 2022-04-01",), events_at("booking 2022-03-30", leaves=at("2022-04-01"))),
    Case("no booking with such a departure [E2]", booking.where(SOON).never(),
         ("2022-01-01 to 2022-03-25 12:00", "2022-04-03 12:00 to 2023-01-01"), BOOKED),
    Case("bookings with such a departure in a window [E2]",
         booking.where(SOON).within_last(days=27),
         ("2022-03-25 12:00 to 2022-04-03 12:00",), BOOKED),
    Case("the sum of bookings with such a departure [E2], [E4]",
         booking.where(SOON).sum("price") >= 30,
         ("2022-03-28 to 2022-04-03 12:00",), BOOKED),
    Case("the latest booking with such a departure [E2], [E5]",
         booking.where(SOON).latest("seat") == "a",
         ("2022-03-25 12:00 to 2022-03-28",), BOOKED),
    Case("the earliest booking with such a departure [E2], [E5]",
         booking.where(SOON).earliest("seat") == "b",
         ("2022-04-01 12:00 to 2022-04-03 12:00",), BOOKED),
    Case("the instant of the latest booking with such a departure [E2], [E5]",
         booking.where(SOON).latest_at().within_last(days=5),
         ("2022-03-28 to 2022-04-02",), BOOKED),
    Case("an anniversary of the departure [E2], [T10]",
         booking.where(prop("leaves").anniversary_in(days=0)),
         ("2022-04-01 to 2022-04-02", "2022-04-03 to 2022-04-04"), BOOKED),
    Case("a departure in this month [E2], [T8]", booking.where(prop("leaves").during("month")),
         ("2022-04-01 to 2022-05-01",), BOOKED),
    Case("a departure in this month and in the next 7 days [E2], [T8]",
         booking.where(prop("leaves").during("month"), SOON),
         ("2022-04-01 to 2022-04-03 12:00",), BOOKED),
    Case("a fixed window of the departure does not change [E2], [T7]",
         booking.where(prop("leaves").between(at("2022-04-02"), None)),
         ("2022-03-28 to 2023-01-01",), BOOKED),
)  # fmt: skip


@pytest.mark.parametrize(
    "case", [*COUNTS, *TOTALS, *ENDS, *ROLLING_WHERE], ids=lambda case: case.why
)
def test_the_timeline_of_a_condition(case: Case) -> None:
    check(case)
