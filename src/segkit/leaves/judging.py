"""Why a leaf says what it says: whether it rests on values that are missing or of another kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never, cast

import attrs

from segkit.clock import Moment
from segkit.leaves.comparing import value_at
from segkit.leaves.meaning import Seen, Subject, candidates, decide, observe
from segkit.leaves.wording import said_path, said_value
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCount,
    LeafCondition,
    ListMembership,
    Property,
)
from segkit.model.facts import EventLike
from segkit.model.logic import And, Leaf, Not, Or
from segkit.model.operators import Comparison
from segkit.model.values import Kind, Reading
from segkit.sources import Facts, event_name

__all__ = ["Judgement", "every", "judge", "negated", "some"]


@attrs.frozen
class Judgement:
    """A verdict, and what it rests on.

    Attributes:
        verdict: As `segkit.matches` gives it.
        certain: Whether it would be the same whatever the missing and mismatched values were.
        reasons: Those values, in words.
        seen: The value of an attribute; the lists with their joined instants; the number of events.
        among: Of how many events in the window those that counted are; ``None`` without ``where``.
    """

    verdict: bool
    certain: bool = True
    reasons: tuple[str, ...] = ()
    seen: object = None
    among: int | None = None


def judge(leaf: LeafCondition, subject: Subject, moment: Moment) -> Judgement:
    """The verdict of *leaf*, what it saw, and which values it could not compare."""
    seen = observe(leaf, subject, moment)
    verdict = decide(leaf, seen, moment)
    match leaf:
        case Attribute(path, comparison):
            value = value_at(cast("Facts", subject).contact.attributes, path)
            reasons = _misfit(said_path(path), comparison, cast("Reading", seen))
        case Property(path, comparison):
            value = None
            reasons = _misfit(said_path(path), comparison, cast("Reading", seen))
        case ListMembership(_, comparison):
            lists = cast("dict[str, Reading]", seen)
            value = {name: joined for name, (_, joined) in lists.items()}
            reasons = () if comparison is None or verdict else _unknown_joins(lists, comparison)
        case EventCount():
            return _judge_count(leaf, cast("Facts", subject), seen, moment)
        case _:
            assert_never(leaf)
    return Judgement(verdict, not reasons, reasons, value)


def _misfit(name: str, comparison: Comparison, reading: Reading) -> tuple[str, ...]:
    """Why the value read cannot be compared, if it cannot [V3], [V6]."""
    kind, value = reading
    if kind in comparison.kinds or comparison.operator == "is_set":
        return ()
    if kind is Kind.NO_VALUE:
        return (f"{name} has no value",)
    asked = " or ".join(sorted(kind.value for kind in comparison.kinds)) or "nothing"
    if kind is Kind.NO_KIND:
        return (f"{name} is nothing that can be compared; {asked} is asked for",)
    shown = "" if kind is Kind.COLLECTION else f" {said_value(value)}"
    return (f"{name} is {kind.value}{shown}; {asked} is asked for",)


def _unknown_joins(lists: dict[str, Reading], comparison: Comparison) -> tuple[str, ...]:
    return tuple(
        f"when it joined list {said_value(str(name))} is not known"
        for name, (kind, _) in lists.items()
        if kind not in comparison.kinds
    )


def _judge_count(leaf: EventCount, facts: Facts, seen: Seen, moment: Moment) -> Judgement:
    """A count is certain if the events that could not be judged cannot change its verdict."""
    reasons = [
        f"an event {said_value(name)} has no aware instant"
        for name in map(event_name, facts.unusable)
        if name in leaf.names
    ]
    uncertain = len(reasons)
    sure = 0
    found = candidates(leaf, facts, moment)
    for _, _, event in found:
        judged = _judge_event(leaf.condition, event, moment)
        sure += judged.verdict and judged.certain
        uncertain += not judged.certain
        reasons += judged.reasons
    least, most = leaf.counts
    most = sure + uncertain if most is None else most
    certain = least <= sure <= sure + uncertain <= most or not (
        sure <= most and least <= sure + uncertain
    )
    among = None if leaf.condition is None else len(found)
    return Judgement(decide(leaf, seen, moment), certain, tuple(reasons), len(seen), among)


def _judge_event(where: Condition | None, event: EventLike, moment: Moment) -> Judgement:
    if where is None:
        return Judgement(verdict=True)
    return judge_parts(where, lambda part: judge(part, event, moment))


def judge_parts(
    condition: Condition, judge_leaf: Callable[[LeafCondition], Judgement]
) -> Judgement:
    """The judgement of a whole condition, every part of it looked at."""
    match condition:
        case And(parts):
            return every([judge_parts(part, judge_leaf) for part in parts])
        case Or(parts):
            return some([judge_parts(part, judge_leaf) for part in parts])
        case Not(part):
            return negated(judge_parts(part, judge_leaf))
        case Leaf():
            return judge_leaf(condition)
        case _:
            assert_never(condition)


def every(parts: Sequence[Judgement]) -> Judgement:
    """Of `And`: false for certain if one part is; true for certain if all are."""
    failed = [part for part in parts if not part.verdict]
    certain = any(part.certain for part in failed) if failed else all(p.certain for p in parts)
    return Judgement(not failed, certain, () if certain else _reasons(failed or parts))


def some(parts: Sequence[Judgement]) -> Judgement:
    """Of `Or`: the complement of every part's complement."""
    return negated(every([negated(part) for part in parts]))


def negated(part: Judgement) -> Judgement:
    """Of `Not`: the complement, resting on the same values."""
    return Judgement(not part.verdict, part.certain, part.reasons)


def _reasons(parts: Sequence[Judgement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))
