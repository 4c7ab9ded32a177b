"""Every window method, called on attributes, properties, joined instants and events."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
from dateutil.relativedelta import relativedelta

from segkit import Condition, attr, did, in_any_list, in_list, prop
from tests.unit.evaluation import NOW, TICK, HostContact, HostEvent, evaluate

DAY: Final = timedelta(days=1)
NOON: Final = datetime(2022, 9, 12, 12, tzinfo=UTC)
JULY: Final = date(2022, 7, 1)
SEPTEMBER_ENDS: Final = date(2022, 9, 30)


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


class WindowCall(NamedTuple):
    """A window method with its arguments."""

    name: str
    arguments: tuple[object, ...]
    units: Mapping[str, object]

    def on(self, term: object, prefix: str = "") -> Condition:
        method = getattr(term, prefix + self.name)
        condition: Condition = method(*self.arguments, **self.units)
        return condition

    def __str__(self) -> str:
        arguments = [str(argument) for argument in self.arguments]
        return f"{self.name} {' '.join(arguments + [f'{k}={v}' for k, v in self.units.items()])}"


def call_of(name: str, *arguments: object, **units: object) -> WindowCall:
    return WindowCall(name, arguments, units)


def attribute(call: WindowCall, at: object) -> bool:
    return evaluate(call.on(attr("x")), HostContact(attributes={"x": at}))


def property_of_an_event(call: WindowCall, at: object) -> bool:
    where: Any = call.on(prop("x"))
    return evaluate(did("seen").where(where), events=[HostEvent("seen", properties={"x": at})])


def joined(call: WindowCall, at: object) -> bool:
    return evaluate(call.on(in_list("vip"), "joined_"), HostContact(lists={"vip": at}))


def joined_any(call: WindowCall, at: object) -> bool:
    lists = {"vip": None, "news": at}
    return evaluate(call.on(in_any_list(), "joined_"), HostContact(lists=lists))


def event(call: WindowCall, at: object) -> bool:
    return evaluate(call.on(did("order")), events=[HostEvent(at=at)])


SUBJECTS: Final[Mapping[Callable[[WindowCall, object], bool], str]] = {
    attribute: "within_last within_next between_ago before after between during",
    property_of_an_event: "within_last within_next between_ago before after between during",
    joined: "within_last before between during",
    joined_any: "within_last before between during",
    event: "within_last between_ago before after between during",
}
"""The values to which windows apply, each with its window methods."""

Bounds = tuple[tuple[datetime, bool, str], ...]
"""Instants, each with whether the window covers it, and the reason."""


def opens_after(bound: datetime) -> Bounds:
    return (
        (bound, False, "the older end is excluded"),
        (bound + TICK, True, "the next instant is included"),
    )


def opens_at(bound: datetime) -> Bounds:
    return ((bound - TICK, False, "before the start"), (bound, True, "the start is included"))


def closes_after(bound: datetime) -> Bounds:
    return (
        (bound, True, "the newer end is included"),
        (bound + TICK, False, "after the newer end"),
    )


def closes_at(bound: datetime) -> Bounds:
    return ((bound - TICK, True, "before the end"), (bound, False, "the end is excluded"))


FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
FROM_THE_FIRST: Final[Bounds] = ((FIRST, True, "no start"),)
TO_THE_LAST: Final[Bounds] = ((LAST, True, "no end"),)

WINDOWS: Final[tuple[tuple[WindowCall, Bounds], ...]] = (
    # [T2]: (now - w, now].
    (call_of("within_last", days=30), opens_after(NOW - 30 * DAY) + closes_after(NOW)),
    (call_of("within_last", hours=1, minutes=30), opens_after(NOW - timedelta(minutes=90))),
    (call_of("within_last", microseconds=1), opens_after(NOW - TICK) + closes_after(NOW)),
    (call_of("within_last", weeks=2), opens_after(NOW - 14 * DAY)),
    (call_of("within_last", timedelta(seconds=1)), opens_after(NOW - timedelta(seconds=1))),
    # [T5], [T15]: months first, then the rest.
    (call_of("within_last", months=1), opens_after(utc(2022, 9, 1)) + closes_after(NOW)),
    (call_of("within_last", years=1, days=3), opens_after(utc(2021, 9, 28))),
    (call_of("within_last", relativedelta(months=7)), opens_after(utc(2022, 3, 1))),
    # [T3]: (now - older, now - newer].
    (call_of("between_ago", days=(90, 30)), opens_after(NOW - 90 * DAY)),
    (call_of("between_ago", days=(90, 30)), closes_after(NOW - 30 * DAY)),
    (call_of("between_ago", relativedelta(months=3), DAY), opens_after(utc(2022, 7, 1))),
    (call_of("between_ago", relativedelta(months=3), DAY), closes_after(utc(2022, 9, 30))),
    # [T14]: a length of time ago or earlier; before and after fixed instants are < and >.
    (call_of("before", days=60), FROM_THE_FIRST + closes_after(NOW - 60 * DAY)),
    (call_of("before", months=2), closes_after(utc(2022, 8, 1))),
    (call_of("before", NOON), FROM_THE_FIRST + closes_at(NOON)),
    (call_of("before", JULY), FROM_THE_FIRST + closes_at(utc(2022, 7, 1))),
    (
        call_of("after", NOON),
        ((NOON, False, "the instant is excluded"), (NOON + TICK, True, "the next instant")),
    ),
    (call_of("after", JULY), (*opens_at(utc(2022, 7, 2)), (NOW, True, "a later instant"))),
    # [T3]: (now, now + w], for values that may be in the future.
    (call_of("within_next", days=3), opens_after(NOW) + closes_after(NOW + 3 * DAY)),
    (call_of("within_next", months=1), opens_after(NOW) + closes_after(utc(2022, 11, 1))),
    # [T7]: an instant b is not included, days are whole, one side may be open.
    (call_of("between", NOON, NOON + DAY), opens_at(NOON) + closes_at(NOON + DAY)),
    (call_of("between", NOON, NOON), ((NOON, False, "an empty window"),)),
    (call_of("between", NOON, None), opens_at(NOON) + TO_THE_LAST),
    (call_of("between", None, NOON), FROM_THE_FIRST + closes_at(NOON)),
    (call_of("between", JULY, SEPTEMBER_ENDS), opens_at(utc(2022, 7, 1)) + closes_at(NOW)),
    (call_of("between", JULY, JULY), opens_at(utc(2022, 7, 1)) + closes_at(utc(2022, 7, 2))),
    (call_of("between", JULY, NOON), opens_at(utc(2022, 7, 1)) + closes_at(NOON)),
    (call_of("between", NOON, SEPTEMBER_ENDS), opens_at(NOON) + closes_at(NOW)),
    (call_of("between", None, JULY), FROM_THE_FIRST + closes_at(utc(2022, 7, 2))),
    (call_of("between", JULY, None), opens_at(utc(2022, 7, 1)) + TO_THE_LAST),
    # [T8]: whole units, counted from the current unit; 1 October 2022 is a Saturday.
    (call_of("during", "day"), opens_at(NOW) + closes_at(NOW + DAY)),
    (call_of("during", "day", -6, count=7), opens_at(utc(2022, 9, 25)) + closes_at(NOW + DAY)),
    (call_of("during", "week"), opens_at(utc(2022, 9, 26)) + closes_at(utc(2022, 10, 3))),
    (call_of("during", "week", -1), opens_at(utc(2022, 9, 19)) + closes_at(utc(2022, 9, 26))),
    (call_of("during", "month"), opens_at(NOW) + closes_at(utc(2022, 11, 1))),
    (call_of("during", "month", -1), opens_at(utc(2022, 9, 1)) + closes_at(NOW)),
    (call_of("during", "quarter"), opens_at(NOW) + closes_at(utc(2023, 1, 1))),
    (call_of("during", "quarter", -1), opens_at(utc(2022, 7, 1)) + closes_at(NOW)),
    (call_of("during", "year"), opens_at(utc(2022, 1, 1)) + closes_at(utc(2023, 1, 1))),
    (
        call_of("during", "year", -2, count=2),
        opens_at(utc(2020, 1, 1)) + closes_at(utc(2022, 1, 1)),
    ),
    (call_of("during", "month", 1), opens_at(utc(2022, 11, 1)) + closes_at(utc(2022, 12, 1))),
    # [T12]: a bound outside the years 1 to 9999 is before or after all instants.
    (call_of("within_last", years=9999), FROM_THE_FIRST),
    (call_of("before", years=9999), ((FIRST, False, "no instant is in the window"),)),
    (call_of("within_next", years=9999), TO_THE_LAST),
    (call_of("during", "year", 9999), ((LAST, False, "no instant is in the window"),)),
)


@pytest.mark.parametrize(
    ("subject", "call", "at", "covered"),
    [
        pytest.param(subject, call, at, covered, id=f"{subject.__name__}: {call}: {at}: {why}")
        for call, bounds in WINDOWS
        for at, covered, why in bounds
        for subject, methods in SUBJECTS.items()
        if call.name in methods.split()
    ],
)
def test_the_bounds_of_a_window_are_exact_to_the_microsecond(
    subject: Callable[[WindowCall, object], bool], call: WindowCall, at: datetime, covered: bool
) -> None:
    """[T2], [T3], [T7], [T8], [T12], [T14]; events after now do not count [T1]."""
    assert subject(call, at) is (covered and (subject is not event or at <= NOW))


@pytest.mark.parametrize(
    ("subject", "call"),
    [
        pytest.param(subject, call, id=f"{subject.__name__}: {call}")
        for call in {call.name: call for call, _ in WINDOWS}.values()
        for subject, methods in SUBJECTS.items()
        if call.name in methods.split()
    ],
)
@pytest.mark.parametrize(
    "at",
    [
        pytest.param(None, id="None"),
        pytest.param("2022-09-12T12:00:00+00:00", id="a text is not an instant"),
        pytest.param(1_662_984_000, id="a number of seconds is not an instant"),
        pytest.param(datetime(2022, 9, 12, 12), id="a naive datetime is not an instant"),  # noqa: DTZ001
        pytest.param([NOON], id="a list of instants"),
    ],
)
def test_a_value_that_is_not_an_instant_is_in_no_window(
    subject: Callable[[WindowCall, object], bool], call: WindowCall, at: object
) -> None:
    """[V3], [V6], [K2], [K9], [L1]."""
    assert subject(call, at) is False


def test_adjacent_windows_have_no_overlap_and_no_gap() -> None:
    """[T2], [T3]: "the last 30 days" starts where "between 60 and 30 days ago" ends."""
    near, far = did("order").within_last(days=30), did("order").between_ago(days=(60, 30))
    farther = did("order").before(days=60)
    for days in (0, 29, 30, 31, 59, 60, 61):
        for offset in (-TICK, timedelta(0), TICK):
            at = NOW - days * DAY + offset
            events = [HostEvent(at=at)]
            verdicts = [evaluate(window, events=events) for window in (near, far, farther)]
            assert sum(verdicts) == (at <= NOW), at
