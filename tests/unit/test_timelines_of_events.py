"""How long counts hold, and comparisons of what events make together."""

from datetime import date
from typing import Any, Final

import pytest

from segkit import Event, did, prop
from tests.unit.timeline_cases import Case, at, check, events_at

order: Any = did("order")
recent: Final = order.within_last(days=30)
THREE: Final = events_at("order 2022-03-01", "order 2022-03-10", "order 2022-03-20")


def having(name: str, *texts: str) -> tuple[Event[str], ...]:
    """Orders as ``2022-03-01 60``: a day, and what the property *name* holds."""
    found: list[Event[str]] = []
    for each in texts:
        day, _, value = each.partition(" ")
        found += events_at(f"order {day}", **{name: float(value) if _is_number(value) else value})
    return tuple(found)


def _is_number(value: str) -> bool:
    return value.lstrip("-").replace(".", "").isdigit()


COUNTS: Final = (
    Case("two at least: until one of the last two is left [E1]", recent.at_least(2),
         ("2022-03-10 to 2022-04-09",), THREE),
    Case(
        "just two: the third one is one too many, until the first one goes [E1]",
        recent.exactly(2),
        ("2022-03-10 to 2022-03-20", "2022-03-31 to 2022-04-09"),
        THREE,
    ),
    Case("from one to two [E1]", recent.at_least(1).at_most(2),
         ("2022-03-01 to 2022-03-20", "2022-03-31 to 2022-04-19"), THREE),
    Case("one at most, none included [E1]", recent.at_most(1),
         ("2022-01-01 to 2022-03-10", "2022-04-09 to 2023-01-01"), THREE),
    Case("never in the last 60 days [E1]", order.never().within_last(days=60),
         ("2022-01-01 to 2022-03-01", "2022-05-19 to 2023-01-01"), THREE),
    Case("none at least is always [E1]", recent.at_least(0), ("2022-01-01 to 2023-01-01",), THREE),
    Case("more than there ever are [E1]", recent.at_least(4), (), THREE),
    Case("events at one instant come together [E1]", recent.at_least(2),
         ("2022-03-01 to 2022-03-31",), events_at("order 2022-03-01", "order 2022-03-01")),
    Case("so that there never is one alone [E1]", recent.exactly(1), (),
         events_at("order 2022-03-01", "order 2022-03-01")),
    Case("events of one id are one, the first one given [E3]", order.at_least(1),
         ("2022-03-01 to 2023-01-01",),
         (Event("ada", "order", at("2022-03-01"), id="e1"),
          Event("ada", "order", at("2022-02-01"), id="e1"))),
    Case("whatever its name [E3]", order, (),
         (Event("ada", "mail", at("2022-03-01"), id="e1"),
          Event("ada", "order", at("2022-02-01"), id="e1"))),
    Case("several names are counted together [E1]", did("order", "visit").at_least(2),
         ("2022-03-05 to 2023-01-01",), events_at("visit 2022-03-05", "order 2022-03-01")),
    Case("only those that satisfy where [E2]", recent.where(prop("total") >= 50),
         ("2022-03-10 to 2022-04-09",), having("total", "2022-03-01 49", "2022-03-10 50")),
    Case("an order before the time watched counts while it is in the window", recent.at_least(2),
         ("2022-01-05 to 2022-01-20",), events_at("order 2021-12-21", "order 2022-01-05")),
)  # fmt: skip
TOTALS: Final = (
    Case("a sum crosses its bound as an event goes [E4]", recent.sum("total") >= 100,
         ("2022-03-10 to 2022-03-31",), having("total", "2022-03-01 60", "2022-03-10 60")),
    Case("and again [E4]", order.sum("total") >= 100,
         ("2022-03-01 to 2022-04-01", "2022-05-01 to 2023-01-01"),
         having("total", "2022-03-01 100", "2022-04-01 -50", "2022-05-01 50")),
    Case("two of one instant that make up for each other [E4]", order.sum("total") >= 100,
         ("2022-03-01 to 2023-01-01",),
         having("total", "2022-03-01 100", "2022-04-01 -50", "2022-04-01 50")),
    Case("a sum of nothing is 0 [E4]", recent.sum("total") < 10,
         ("2022-01-01 to 2022-03-01", "2022-03-31 to 2023-01-01"),
         having("total", "2022-03-01 10")),
    Case("ten times 9.99 and 0.1 reach 100, and 0.1 is gone without a trace [E4]",
         order.within_last(days=1).sum("total") >= 100,
         ("2022-03-01 to 2022-03-02",),
         having("total", *["2022-03-01 9.99"] * 10, "2022-03-01 0.1")),
    Case("infinities of both signs are no value, until one of them is gone [E4]",
         recent.sum("total") < 0, ("2022-03-31 to 2022-04-09",),
         (*events_at("order 2022-03-01", total=float("inf")),
          *events_at("order 2022-03-10", total=float("-inf")))),
    Case("what is no number is skipped [E4]", recent.sum("total") >= 10,
         ("2022-03-01 to 2022-03-31",), having("total", "2022-03-01 10", "2022-03-05 many")),
    Case("a mean [E4]", recent.mean("total") > 10,
         ("2022-03-05 to 2022-04-04",), having("total", "2022-03-01 10", "2022-03-05 20")),
    Case("a mean of nothing is no value, of no numbers too [E4]", recent.mean("total") < 10,
         ("2022-03-05 to 2022-04-04",), having("total", "2022-03-01 many", "2022-03-05 5")),
    Case("the least [E4]", recent.min("total") < 5,
         ("2022-03-01 to 2022-03-31",), having("total", "2022-03-01 3", "2022-03-10 9")),
    Case("the least of nothing is no value [E4]", ~(recent.min("total") < 5),
         ("2022-01-01 to 2022-03-01", "2022-03-31 to 2023-01-01"), having("total", "2022-03-01 3")),
    Case("the greatest [E4]", recent.max("total") > 5,
         ("2022-03-01 to 2022-03-31",), having("total", "2022-03-01 9", "2022-03-10 3")),
    Case("of two that are equal one goes [E4]", recent.max("total") > 5,
         ("2022-03-01 to 2022-04-09",), having("total", "2022-03-01 9", "2022-03-10 9")),
    Case("different values, the same one twice [E4]", recent.distinct("sku") == 2,
         ("2022-03-10 to 2022-04-04",),
         having("sku", "2022-03-01 a", "2022-03-05 a", "2022-03-10 b")),
)  # fmt: skip
ENDS: Final = (
    Case("the latest, until another one comes [E5]", order.latest("status") == "cancelled",
         ("2022-03-01 to 2022-03-10",),
         having("status", "2022-03-10 paid", "2022-03-01 cancelled")),
    Case("the latest in a window, until it has left [E5]", recent.latest("status") == "paid",
         ("2022-03-10 to 2022-04-09",),
         having("status", "2022-03-01 cancelled", "2022-03-10 paid")),
    Case("of equal instants the last one given is the latest [E5]",
         recent.latest("status") == "paid", ("2022-03-01 to 2022-03-31",),
         having("status", "2022-03-01 cancelled", "2022-03-01 paid")),
    Case("whatever the names [E5]",
         did("visit", "order").latest("status") == "paid", ("2022-03-01 to 2023-01-01",),
         (*having("status", "2022-03-01 cancelled"),
          *events_at("visit 2022-03-01", status="paid"))),
    Case("and the first one given the earliest [E5]",
         recent.earliest("status") == "paid", ("2022-03-01 to 2022-03-31",),
         having("status", "2022-03-01 paid", "2022-03-01 cancelled")),
    Case("the earliest in a window, when the ones before have left it [E5]",
         recent.earliest("channel") == "web", ("2022-03-31 to 2022-04-09",),
         having("channel", "2022-03-01 app", "2022-03-10 web")),
    Case("the latest that satisfies where [E5]",
         order.where(prop("status") != "test").latest("status") == "paid",
         ("2022-03-01 to 2022-03-20",),
         having("status", "2022-03-01 paid", "2022-03-10 test", "2022-03-20 cancelled")),
    Case("a latest order of 10 days ago or earlier, unless another one comes [E5], [T14]",
         order.latest_at().before(days=10),
         ("2022-03-11 to 2022-03-20", "2022-03-30 to 2023-01-01"),
         events_at("order 2022-03-01", "order 2022-03-20")),
    Case("a first order within the last 30 days [E5]", order.earliest_at().within_last(days=30),
         ("2022-03-01 to 2022-03-31",), THREE),
    Case("the first order in the last 30 days within the last 15 [E5]",
         recent.earliest_at().within_last(days=15),
         ("2022-03-01 to 2022-03-16", "2022-04-09 to 2022-04-19"),
         events_at("order 2022-03-01", "order 2022-03-10", "order 2022-04-04")),
    Case("what the latest booking holds moves by itself [E5]",
         order.latest("leaves").within_next(days=7),
         ("2022-03-25 12:00 to 2022-03-30", "2022-04-13 to 2022-04-20"),
         (*events_at("order 2022-03-01", leaves=at("2022-04-01 12:00")),
          *events_at("order 2022-03-30", leaves=date(2022, 4, 20)))),
    Case("the latest has no such property [E5]", order.latest("status").is_set(),
         ("2022-03-01 to 2022-03-10",),
         (*having("status", "2022-03-01 paid"), *events_at("order 2022-03-10"))),
)  # fmt: skip

SOON: Final = prop("leaves").within_next(days=7)
booking: Any = did("booking")
BOOKED: Final = (
    *events_at("booking 2022-03-01", leaves=at("2022-04-01 12:00"), price=10, seat="a"),
    *events_at("booking 2022-03-28", leaves=at("2022-04-03 12:00"), price=30, seat="b"),
)
MOVING: Final = (
    Case("a booking whose departure is within the next 7 days [E2]", booking.where(SOON),
         ("2022-03-25 12:00 to 2022-04-03 12:00",), BOOKED),
    Case("two such [E2]", booking.where(SOON).at_least(2),
         ("2022-03-28 to 2022-04-01 12:00",), BOOKED),
    Case("it has to have happened, too [T1]", booking.where(SOON),
         ("2022-03-30 to 2022-04-01",), events_at("booking 2022-03-30", leaves=at("2022-04-01"))),
    Case("none such [E2]", booking.where(SOON).never(),
         ("2022-01-01 to 2022-03-25 12:00", "2022-04-03 12:00 to 2023-01-01"), BOOKED),
    Case("in a window of its own [E2]", booking.where(SOON).within_last(days=27),
         ("2022-03-25 12:00 to 2022-04-03 12:00",), BOOKED),
    Case("their sum [E2], [E4]", booking.where(SOON).sum("price") >= 30,
         ("2022-03-28 to 2022-04-03 12:00",), BOOKED),
    Case("the latest of them [E2], [E5]", booking.where(SOON).latest("seat") == "a",
         ("2022-03-25 12:00 to 2022-03-28",), BOOKED),
    Case("the earliest of them [E2], [E5]", booking.where(SOON).earliest("seat") == "b",
         ("2022-04-01 12:00 to 2022-04-03 12:00",), BOOKED),
    Case("when the latest of them was made [E2], [E5]",
         booking.where(SOON).latest_at().within_last(days=5),
         ("2022-03-28 to 2022-04-02",), BOOKED),
    Case("an anniversary [E2], [T10]", booking.where(prop("leaves").anniversary_in(days=0)),
         ("2022-04-01 to 2022-04-02", "2022-04-03 to 2022-04-04"), BOOKED),
    Case("this month, by itself [E2], [T8]", booking.where(prop("leaves").during("month")),
         ("2022-04-01 to 2022-05-01",), BOOKED),
    Case("this month [E2], [T8]", booking.where(prop("leaves").during("month"), SOON),
         ("2022-04-01 to 2022-04-03 12:00",), BOOKED),
    Case("a fixed window does not move [E2], [T7]",
         booking.where(prop("leaves").between(at("2022-04-02"), None)),
         ("2022-03-28 to 2023-01-01",), BOOKED),
)  # fmt: skip


@pytest.mark.parametrize("case", [*COUNTS, *TOTALS, *ENDS, *MOVING], ids=lambda case: case.why)
def test_it_holds_from_then_to_then(case: Case) -> None:
    check(case)
