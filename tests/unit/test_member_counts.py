"""How many members there were at every instant of a time, and who they were at one."""

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
        id="cleo leaves when bob comes in, on the 4th: no step",
    ),
    case(attr("plan") == "pro", [(START, 1)], id="attributes are as they are, at every instant"),
    case(did("visit").never(), [(START, 3), (march(4, 12), 2)], id="who leaves for good"),
    case(attr("plan").is_set() & ~attr("plan").is_set(), [(START, 0)], id="nobody at any time"),
    case(
        attr("trial_ends").within_next(days=3),
        [(START, 0), (march(17), 1), (march(20), 0)],
        id="a day ahead",
    ),
    case(
        in_list("vip").joined_within_last(days=7),
        [(START, 0), (march(5), 1), (march(12), 0)],
        id="a list",
    ),
]


@pytest.mark.parametrize(("condition", "steps"), STEPS)
def test_there_is_a_step_wherever_the_number_changes(
    condition: Condition, steps: list[tuple[datetime, int]]
) -> None:
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    assert evaluator.size_over_time(condition, START, END) == steps
    assert evaluator.size_over_time(Segment("s", condition), start=START, end=END) == steps
    for at, size in steps:
        assert len(evaluator.as_of(condition, at)) == size


def test_the_first_step_is_at_the_start_and_the_end_does_not_belong_to_it() -> None:
    """Half open, as every time here: what changes at the end is the next one's first step."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    at = march(3, 12)
    assert evaluator.size_over_time(WEEKLY, START, at) == [(START, 1)]
    assert evaluator.size_over_time(WEEKLY, at, march(4)) == [(at, 2)]
    assert evaluator.size_over_time(WEEKLY, at, at) == []


def test_a_step_is_a_plain_pair_with_names() -> None:
    """It unpacks for a plot, and reads by name."""
    [step] = Evaluator(MemorySource(CONTACTS)).size_over_time(attr("plan") == "pro", START, END)
    assert step == MemberCount(START, 1)
    assert (step.at, step.size) == tuple(step)
    assert step.at.tzinfo is UTC


def test_instants_of_any_zone_are_taken() -> None:
    """The steps are in UTC."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS), tz="Europe/Paris")
    early = datetime.fromisoformat("2022-03-01T01:00+01:00")
    [step] = evaluator.size_over_time(attr("plan") == "pro", early, END)
    assert step == (START, 1)


def test_days_are_those_of_the_evaluator() -> None:
    """In Paris the 20th begins an hour earlier than in UTC."""
    paris = Evaluator(MemorySource(CONTACTS), tz="Europe/Paris")
    soon = attr("trial_ends").between(date(2022, 3, 20), None)
    month = attr("trial_ends").during("day")
    assert paris.size_over_time(soon, START, END) == [(START, 1)]
    assert [at for at, _ in paris.size_over_time(month, START, END)] == [
        START, march(19, 23), march(20, 23),
    ]  # fmt: skip


class Counting:
    """A source that notes what it is expected."""

    def __init__(self) -> None:
        self.inner = MemorySource(CONTACTS, EVENTS)
        self.asked: list[tuple[Requirements, Collection[str] | None]] = []

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> Iterator[tuple[ContactLike[str], list[EventLike]]]:
        self.asked.append((needs, ids))
        return self.inner.load(needs, ids)


def test_the_source_is_asked_once_for_what_all_instants_need() -> None:
    """From the oldest event of the first window to the last instant."""
    source = Counting()
    Evaluator(source).size_over_time(WEEKLY, START, END, ids=["ada"])
    [(needs, ids)] = source.asked
    assert ids == ["ada"]
    assert needs.events["order"].since == START - timedelta(days=7)
    assert needs.events["order"].until == END


def test_progress_is_told_after_each_contact() -> None:
    """As in the other questions about many."""
    told: list[tuple[int, int | None]] = []
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    evaluator.size_over_time(WEEKLY, START, END, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_as_of_is_members_then() -> None:
    """[T1]: later events do not count. Attributes are as they are today."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS))
    found = evaluator.as_of(WEEKLY, march(11, 12))
    assert list(found) == ["bob"]
    assert found.now == march(11, 12)
    assert found == evaluator.members(WEEKLY, now=march(11, 12))
    assert evaluator.as_of(did("order"), datetime(2022, 1, 1, tzinfo=UTC)) == set()
    assert evaluator.as_of(attr("plan") == "pro", datetime(2022, 1, 1, tzinfo=UTC)) == {"ada"}
    assert evaluator.as_of(WEEKLY, march(4, 12), ids=["ada", "eve"]) == {"ada"}


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        case(END, START, "end: .* is before start", id="reversed"),
        case(datetime(2022, 3, 1), END, "start: .* is naive", id="naive start"),  # noqa: DTZ001
        case(START, "2022-04-01", "end: must be an aware datetime", id="text"),
        case(START, date(2022, 4, 1), "end: must be an aware datetime", id="a day"),
    ],
)
def test_what_is_no_time_is_refused_before_anything_is_loaded(
    start: Any,  # noqa: ANN401 - what is refused
    end: Any,  # noqa: ANN401 - what is refused
    said: str,
) -> None:
    source = Counting()
    with pytest.raises(InstantError, match=said):
        Evaluator(source).size_over_time(WEEKLY, start, end)
    assert source.asked == []


def test_a_naive_instant_is_refused_by_as_of() -> None:
    """As by `collection_members`, under its own name."""
    with pytest.raises(InstantError, match=r"^at: .* is naive"):
        Evaluator(Counting()).as_of(WEEKLY, datetime(2022, 3, 1))  # noqa: DTZ001


def test_a_source_may_yield_histories() -> None:
    """In place of the events, prepared once; the answers are the same."""

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
