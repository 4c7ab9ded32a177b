"""The number of members over time, and the members at one instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    Contact,
    ContactLike,
    Evaluator,
    Event,
    EventLike,
    FactsError,
    History,
    InstantError,
    MemberCount,
    MemorySource,
    Requirements,
    Segment,
    attr,
    did,
    in_list,
)
from tests.unit.evaluation import OneRowSource

case = pytest.param

START: Final = datetime(2022, 3, 1, tzinfo=UTC)
END: Final = datetime(2022, 4, 1, tzinfo=UTC)


def march(day: int, hour: int = 0) -> datetime:
    return datetime(2022, 3, day, hour, tzinfo=UTC)


CONTACTS: Final = [
    Contact("ada", {"plan": "pro", "trial_ends": date(2022, 3, 20)}, {"vip": march(5)}),
    Contact("bob", {"plan": "free"}),
    Contact("cleo"),
]
EVENTS: Final = [
    Event("ada", "order", march(3, 12)),
    Event("ada", "order", march(4, 12)),
    Event("bob", "order", march(4, 12)),
    Event("bob", "order", march(11, 12)),
    Event("cleo", "order", datetime(2022, 2, 25, 12, tzinfo=UTC)),
    Event("cleo", "visit", march(4, 12)),
]
WEEKLY: Final = did("order").within_last(days=7)

STEPS: Final[list[Any]] = [
    case(
        WEEKLY,
        [(START, 1), (march(3, 12), 2), (march(11, 12), 1), (march(18, 12), 0)],
        id="cleo leaves at the instant at which bob enters: no step",
    ),
    case(attr("plan") == "pro", [(START, 1)], id="attributes are constant"),
    case(did("visit").never(), [(START, 3), (march(4, 12), 2)], id="a member that does not return"),
    case(attr("plan").is_set() & ~attr("plan").is_set(), [(START, 0)], id="no members at any time"),
    case(
        attr("trial_ends").within_next(days=3),
        [(START, 0), (march(17), 1), (march(20), 0)],
        id="a day in the next days",
    ),
    case(
        in_list("vip").joined_within_last(days=7),
        [(START, 0), (march(5), 1), (march(12), 0)],
        id="a joined instant",
    ),
]


@pytest.mark.parametrize(("condition", "steps"), STEPS)
def test_there_is_a_step_at_each_change_of_the_number(
    condition: Condition, steps: list[tuple[datetime, int]]
) -> None:
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    assert evaluator.size_over_time(condition, START, END) == steps
    assert evaluator.size_over_time(Segment("s", condition), start=START, end=END) == steps
    for at, size in steps:
        assert len(evaluator.as_of(condition, at)) == size


def test_the_first_step_is_at_the_start_and_the_end_is_excluded() -> None:
    """A change at the end is the first step of the next period."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    at = march(3, 12)
    assert evaluator.size_over_time(WEEKLY, START, at) == [(START, 1)]
    assert evaluator.size_over_time(WEEKLY, at, march(4)) == [(at, 2)]
    assert evaluator.size_over_time(WEEKLY, at, at) == []


def test_a_step_is_a_plain_pair_with_names() -> None:
    """It can be unpacked, and it has named fields."""
    [step] = Evaluator(MemorySource(CONTACTS)).size_over_time(attr("plan") == "pro", START, END)
    assert step == MemberCount(START, 1)
    assert (step.at, step.size) == tuple(step)
    assert step.at.tzinfo is UTC


def test_instants_of_any_zone_are_accepted() -> None:
    """The steps are in UTC."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS), tz="Europe/Paris")
    early = datetime.fromisoformat("2022-03-01T01:00+01:00")
    [step] = evaluator.size_over_time(attr("plan") == "pro", early, END)
    assert step == (START, 1)


def test_days_are_local_days_of_the_evaluator() -> None:
    """In Paris, March 20 starts an hour earlier than in UTC."""
    paris = Evaluator(MemorySource(CONTACTS), tz="Europe/Paris")
    soon = attr("trial_ends").between(date(2022, 3, 20), None)
    today = attr("trial_ends").during("day")
    assert paris.size_over_time(soon, START, END) == [(START, 1)]
    assert [at for at, _ in paris.size_over_time(today, START, END)] == [
        START, march(19, 23), march(20, 23),
    ]  # fmt: skip


class RecordingSource:
    """A source that records each call of `load`."""

    def __init__(self) -> None:
        self.inner = MemorySource(CONTACTS, EVENTS)
        self.calls: list[tuple[Requirements, Collection[str] | None]] = []

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> Iterator[tuple[ContactLike[str], list[EventLike]]]:
        self.calls.append((needs, ids))
        return self.inner.load(needs, ids)


def test_the_source_is_loaded_once_with_the_requirements_of_all_instants() -> None:
    """From the oldest event of the first window to the last instant."""
    source = RecordingSource()
    Evaluator(source).size_over_time(WEEKLY, START, END, ids=["ada"])
    [(needs, ids)] = source.calls
    assert ids == ["ada"]
    assert needs.events["order"].since == START - timedelta(days=7)
    assert needs.events["order"].until == END


def test_progress_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the other bulk calls."""
    monkeypatch.setattr("segkit.progress.CONTACTS_PER_REPORT", 2)
    calls: list[tuple[int, int | None]] = []
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    evaluator.size_over_time(
        WEEKLY, START, END, progress=lambda done, total: calls.append((done, total))
    )
    assert calls == [(2, 3), (3, 3)]


def test_as_of_returns_the_members_at_an_instant() -> None:
    """[T1]: later events do not count. Attributes have their current values."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    found = evaluator.as_of(WEEKLY, march(11, 12))
    assert list(found) == ["bob"]
    assert found.now == march(11, 12)
    assert found == evaluator.members(WEEKLY, now=march(11, 12))
    assert evaluator.as_of(did("order"), datetime(2022, 1, 1, tzinfo=UTC)) == set()
    assert evaluator.as_of(attr("plan") == "pro", datetime(2022, 1, 1, tzinfo=UTC)) == {"ada"}
    assert evaluator.as_of(WEEKLY, march(4, 12), ids=["ada", "eve"]) == {"ada"}


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        case(END, START, "end: .* is before start", id="reversed"),
        case(datetime(2022, 3, 1), END, "start: .* is naive", id="naive start"),  # noqa: DTZ001
        case(START, "2022-04-01", "end: must be an aware datetime", id="text"),
        case(START, date(2022, 4, 1), "end: must be an aware datetime", id="a day"),
    ],
)
def test_an_invalid_period_is_refused_before_the_source_is_loaded(
    start: Any,  # noqa: ANN401 - refused
    end: Any,  # noqa: ANN401 - refused
    message: str,
) -> None:
    source = RecordingSource()
    with pytest.raises(InstantError, match=message):
        Evaluator(source).size_over_time(WEEKLY, start, end)
    assert source.calls == []


def test_a_naive_instant_is_refused_by_as_of() -> None:
    """The error names the parameter of `as_of`."""
    with pytest.raises(InstantError, match=r"^at: .* is naive"):
        Evaluator(RecordingSource()).as_of(WEEKLY, datetime(2022, 3, 1))  # noqa: DTZ001


def test_a_source_may_yield_histories() -> None:
    """A history replaces the events; the results are the same."""

    class Prepared:
        def load(
            self, needs: Requirements, ids: Collection[str] | None = None, /
        ) -> Iterator[tuple[ContactLike[str], History]]:
            for contact, events in MemorySource(CONTACTS, EVENTS).load(needs, ids):
                yield contact, History(events)

    plain, prepared = Evaluator(MemorySource(CONTACTS, EVENTS)), Evaluator(Prepared())
    steps = plain.size_over_time(WEEKLY, START, END)
    assert prepared.size_over_time(WEEKLY, START, END) == steps
    assert prepared.members(WEEKLY, now=march(5)) == plain.members(WEEKLY, now=march(5))


def test_the_error_of_a_row_has_its_position() -> None:
    """As in the other evaluations of many contacts."""
    source = OneRowSource(Contact("ada"), [3])
    with pytest.raises(FactsError, match=r"load\(\)\[0\].*3 is not an event"):
        Evaluator(source).size_over_time(WEEKLY, START, END)
