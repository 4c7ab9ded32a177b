"""Timelines of conditions: windows of instants, days and lists, and groups."""

from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from segkit import (
    Segment,
    all_of,
    any_of,
    at_least,
    attr,
    did,
    in_any_list,
    in_list,
    in_segment,
    sample,
)
from tests.unit.timeline_cases import Case, at, check, events_at

order: Any = did("order")
adult: Final = attr("age") >= 18
ROLLING: Final = (
    Case(
        "an order is in the last 30 days from its instant until 30 days later, excluded [T2]",
        order.within_last(days=30),
        ("2022-09-12 08:30 to 2022-10-12 08:30",),
        events_at("order 2022-09-12 08:30"),
    ),
    Case(
        "the second of two orders keeps the verdict true",
        order.within_last(days=30),
        ("2022-09-12 08:30 to 2022-10-20",),
        events_at("order 2022-09-20", "order 2022-09-12 08:30"),
    ),
    Case(
        "an order enters at the instant at which another leaves: one span [T11]",
        order.within_last(days=30),
        ("2022-09-01 to 2022-10-31",),
        events_at("order 2022-09-01", "order 2022-10-01"),
    ),
    Case(
        "an order enters a microsecond after another leaves: a gap",
        order.within_last(days=30),
        ("2022-09-01 to 2022-10-01", "2022-10-01 00:00:00.000001 to 2022-10-31 00:00:00.000001"),
        events_at("order 2022-09-01", "order 2022-10-01 00:00:00.000001"),
    ),
    Case(
        "January 31 leaves the last month on March 1 [T6]",
        order.within_last(months=1),
        ("2022-01-31 15:00 to 2022-03-01",),
        events_at("order 2022-01-31 15:00"),
    ),
    Case(
        "an order that has left the last month does not return on the 29th [T5]",
        order.within_last(months=1),
        ("2022-02-28 06:00 to 2022-03-28 06:00",),
        events_at("order 2022-02-28 06:00"),
    ),
    Case(
        "months are subtracted from now first, so they are added last [T15]",
        order.within_last(months=1, days=1),
        ("2022-01-30 15:00 to 2022-03-01",),
        events_at("order 2022-01-30 15:00"),
    ),
    Case(
        "between 90 and 30 days ago: an order enters after 30 days and leaves after 90 [T3]",
        order.between_ago(days=(90, 30)),
        ("2022-03-31 to 2022-05-30",),
        events_at("order 2022-03-01"),
    ),
    Case(
        "60 days ago or earlier: an order never leaves [T3]",
        order.before(days=60),
        ("2022-04-30 to 2023-01-01",),
        events_at("order 2022-03-01"),
    ),
    Case(
        "adjacent windows do not overlap [T2]",
        order.between_ago(days=(30, 29)) & order.between_ago(days=(29, 28)),
        (),
        events_at("order 2022-03-01"),
    ),
    Case(
        "adjacent windows have no gap [T2]",
        order.between_ago(days=(30, 29)) | order.between_ago(days=(29, 28)),
        ("2022-03-29 to 2022-03-31",),
        events_at("order 2022-03-01"),
    ),
    Case(
        "a trial ends within the next 3 days: from 3 days before its end, which is excluded [T3]",
        attr("ends").within_next(days=3),
        ("2022-06-07 12:00 to 2022-06-10 12:00",),
        attributes={"ends": at("2022-06-10 12:00")},
    ),
    Case(
        "within the next month: there is no February 31, so from March 1 on [T6]",
        attr("ends").within_next(months=1),
        ("2022-03-01 to 2022-03-31 10:00",),
        attributes={"ends": at("2022-03-31 10:00")},
    ),
    Case(
        "a future order counts from its instant on [T1]",
        order,
        ("2022-06-15 to 2023-01-01",),
        events_at("order 2022-06-15"),
    ),
    Case(
        "an event at the end of the period is excluded [T11]",
        order,
        (),
        events_at("order 2022-06-15"),
        during="2022-01-01 to 2022-06-15",
    ),
    Case(
        "an event before the period is in a span from the start of the period",
        order.within_last(months=2),
        ("2022-01-01 to 2022-01-15",),
        events_at("order 2021-11-15"),
    ),
)
FIXED: Final = (
    Case(
        "in a fixed window an order counts from its instant on [T7]",
        order.between(date(2022, 6, 1), date(2022, 6, 30)),
        ("2022-06-30 23:00 to 2023-01-01",),
        events_at("order 2022-06-30 23:00", "order 2022-07-01"),
    ),
    Case(
        "the start of a fixed window is included, its end is excluded [T7]",
        order.between(at("2022-06-15"), at("2022-06-20")).exactly(1),
        ("2022-06-15 to 2023-01-01",),
        events_at("order 2022-06-15", "order 2022-06-20"),
    ),
    Case(
        "days are local days: in Paris it is July [T7]",
        order.between(date(2022, 6, 1), date(2022, 6, 30)),
        (),
        events_at("order 2022-06-30 23:00"),
        tz="Europe/Paris",
    ),
    Case(
        "a value in a fixed window: always",
        attr("since").between(at("2022-06-01"), None),
        ("2022-01-01 to 2023-01-01",),
        attributes={"since": at("2022-06-01")},
    ),
    Case(
        "a value before a fixed window: never",
        attr("since").between(at("2022-06-01"), None),
        (),
        attributes={"since": at("2022-05-31 23:59:59.999999")},
    ),
)
CALENDAR: Final = (
    Case(
        "this month in Paris: one hour before midnight in UTC, two in summer [T8]",
        attr("since").during("month"),
        ("2022-02-28 23:00 to 2022-03-31 22:00",),
        attributes={"since": at("2022-03-15")},
        tz="Europe/Paris",
    ),
    Case(
        "the previous month is the month after [T8]",
        order.during("month", -1),
        ("2022-03-01 to 2022-04-01",),
        events_at("order 2022-02-10"),
    ),
    Case(
        "the next month of a value is the month before [T8]",
        attr("ends").during("month", 1),
        ("2022-04-01 to 2022-05-01",),
        attributes={"ends": date(2022, 5, 20)},
    ),
    Case(
        "today, on a day of 25 hours in New York; not before the event [T1], [T8]",
        order.during("day"),
        ("2022-11-06 12:00 to 2022-11-07 05:00",),
        events_at("order 2022-11-06 12:00"),
        tz="America/New_York",
    ),
    Case(
        "seven days up to today, one of them with 23 hours in Paris [T8]",
        order.during("day", -6, count=7),
        ("2022-03-25 10:00 to 2022-03-31 22:00",),
        events_at("order 2022-03-25 10:00"),
        tz="Europe/Paris",
    ),
    Case(
        "a day without midnight in Havana starts at one [T9]",
        attr("since").during("day"),
        ("2022-03-13 05:00 to 2022-03-14 04:00",),
        attributes={"since": date(2022, 3, 13)},
        tz="America/Havana",
    ),
    Case(
        "a week starts on Monday [T8]",
        order.during("week"),
        ("2022-06-15 09:00 to 2022-06-20",),
        events_at("order 2022-06-15 09:00"),
    ),
    Case(
        "no event is in the next quarter [T1], [T8]",
        order.during("quarter", 1),
        (),
        events_at("order 2022-06-15 09:00"),
    ),
)
DAYS: Final = (
    Case(
        "a day is in the last 3 days from its start on [T13]",
        attr("born").within_last(days=3),
        ("2022-06-10 to 2022-06-13",),
        attributes={"born": date(2022, 6, 10)},
    ),
    Case(
        "the start of a day in Paris [T13]",
        attr("born").within_last(days=3),
        ("2022-06-09 22:00 to 2022-06-12 22:00",),
        attributes={"born": date(2022, 6, 10)},
        tz="Europe/Paris",
    ),
    Case(
        "today is not in the next 3 days [T13]",
        attr("born").within_next(days=3),
        ("2022-06-07 to 2022-06-10",),
        attributes={"born": date(2022, 6, 10)},
    ),
    Case(
        "joined in the last two months [L2]",
        in_list("vip").joined_within_last(months=2),
        ("2022-04-30 to 2022-06-30",),
        lists={"vip": at("2022-04-30")},
    ),
    Case(
        "an unknown joined instant [L1]",
        in_list("vip").joined_within_last(months=2),
        (),
        lists={"vip": None},
    ),
    Case(
        "one of several lists is sufficient [L2]",
        in_any_list().joined_within_last(days=7),
        ("2022-02-01 to 2022-02-08", "2022-02-10 to 2022-02-17"),
        lists={"vip": at("2022-02-10"), "old": None, "news": date(2022, 2, 1)},
    ),
    Case("the membership of a list does not change with time", in_list("vip"),
         ("2022-01-01 to 2023-01-01",), lists={"vip": None}),
)  # fmt: skip
DAILY: Final = order.within_last(days=1)
VISITED: Final = did("visit").within_last(days=2)
BOTH: Final = events_at("order 2022-03-01", "visit 2022-03-01 12:00", "mail 2022-03-02 18:00")
GROUPS: Final = (
    Case("all of: both parts are true", all_of(DAILY, VISITED),
         ("2022-03-01 12:00 to 2022-03-02",), BOTH),
    Case("any of: one part is true",
         any_of(DAILY, VISITED), ("2022-03-01 to 2022-03-03 12:00",), BOTH),
    Case(
        "at least 2 of 3 parts [V5]",
        at_least(2, DAILY, VISITED, did("mail")),
        ("2022-03-01 12:00 to 2022-03-02", "2022-03-02 18:00 to 2022-03-03 12:00"),
        BOTH,
    ),
    Case(
        "equal parts count separately [V5]",
        at_least(2, DAILY, DAILY, VISITED),
        ("2022-03-01 to 2022-03-02",),
        BOTH,
    ),
    Case(
        "one part becomes true when another becomes false: the number is constant [V5]",
        at_least(1, DAILY, did("mail").within_last(days=1)),
        ("2022-03-01 to 2022-03-03",),
        events_at("order 2022-03-01", "mail 2022-03-02"),
    ),
    Case("parts that are true at the start", all_of(~DAILY, ~VISITED),
         ("2022-01-01 to 2022-03-01", "2022-03-03 12:00 to 2023-01-01"), BOTH),
    Case("at least 0 parts", at_least(0, DAILY), ("2022-01-01 to 2023-01-01",), BOTH),
    Case("more than all parts", at_least(3, DAILY, VISITED), (), BOTH),
    Case("a constant part and a part that changes",
         adult & DAILY, ("2022-03-01 to 2022-03-02",), BOTH,
         {"age": 36}),
    Case("a part that is never true", adult & DAILY, (), BOTH, {"age": 9}),
    Case("a part that is always true", adult | DAILY, ("2022-01-01 to 2023-01-01",),
         BOTH, {"age": 36}),
    Case("a reference to a segment [S8]", in_segment(Segment("daily", DAILY)),
         ("2022-03-01 to 2022-03-02",), BOTH),
    Case("a sample does not change [S5]",
         sample(percent=100, salt="a"), ("2022-01-01 to 2023-01-01",)),
    Case("an attribute does not change", attr("at") > datetime(2022, 6, 1, tzinfo=UTC),
         ("2022-01-01 to 2023-01-01",), attributes={"at": date(2022, 6, 2)}),
)  # fmt: skip


@pytest.mark.parametrize(
    "case", [*ROLLING, *FIXED, *CALENDAR, *DAYS, *GROUPS], ids=lambda case: case.why
)
def test_the_timeline_of_a_condition(case: Case) -> None:
    check(case)
