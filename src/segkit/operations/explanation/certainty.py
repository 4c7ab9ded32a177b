"""Certainty: whether missing or mismatched values could have changed a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from datetime import datetime
from typing import Final, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval, leave
from segkit.english.conditions import format_aggregate
from segkit.english.values import format_path, format_value
from segkit.history import Facts, event_name
from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.facts import EventLike
from segkit.model.operators import SCALARS
from segkit.model.segments import InSegment
from segkit.model.values import Kind, TypedValue, normalize
from segkit.operations.explanation.text import format_reference
from segkit.semantics.comparisons import comparable, get_path
from segkit.semantics.observations import (
    EventSubject,
    Found,
    Seen,
    Subject,
    decide,
    events_in_window,
    find_sequence,
    observe,
    step_predicate,
)


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


def judge_parts(
    condition: Condition, judge_leaf: Callable[[LeafCondition], Judgement]
) -> Judgement:
    """The judgement of a whole condition, every part of it looked at."""
    match condition:
        case And(parts):
            return every([judge_parts(part, judge_leaf) for part in parts])
        case Or(parts):
            return some([judge_parts(part, judge_leaf) for part in parts])
        case AtLeast(number, parts):
            return enough(number, [judge_parts(part, judge_leaf) for part in parts])
        case Not(part):
            return combine_not(judge_parts(part, judge_leaf))
        case InSegment(segment):
            return judge_parts(segment.condition, judge_leaf)
        case Leaf():
            return judge_leaf(condition)
        case _:
            assert_never(condition)


def every(parts: SequenceOf[Judgement]) -> Judgement:
    """Of `And`: false for certain if one part is; true for certain if all are."""
    failed = [part for part in parts if not part.verdict]
    certain = any(part.certain for part in failed) if failed else all(p.certain for p in parts)
    return Judgement(not failed, certain, () if certain else _reasons(failed or parts))


def some(parts: SequenceOf[Judgement]) -> Judgement:
    """Of `Or`: the complement of every part's complement."""
    return combine_not(every([combine_not(part) for part in parts]))


def enough(number: int, parts: SequenceOf[Judgement]) -> Judgement:
    """Of `AtLeast`: certain if the uncertain parts cannot tip the scales."""
    held = sum(part.verdict for part in parts)
    sure = sum(part.verdict and part.certain for part in parts)
    possible = sum(part.verdict or not part.certain for part in parts)
    certain = sure >= number or possible < number
    return Judgement(held >= number, certain, () if certain else _reasons(parts))


def combine_not(part: Judgement) -> Judgement:
    """Of `Not`: the complement, resting on the same values."""
    return Judgement(not part.verdict, part.certain, part.reasons)


def _reasons(parts: SequenceOf[Judgement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))


def judge(leaf: LeafCondition, subject: Subject, context: EvaluationContext) -> Judgement:
    """The verdict of *leaf*, what it saw, and which values it could not compare."""
    seen = observe(leaf, subject, context)
    verdict = decide(leaf, seen, context)
    facts = cast("Facts", subject)
    match leaf:
        case Attribute(path, comparison):
            value = get_path(facts.contact.attributes, path)
            reasons = _mismatch_reasons(format_path(path), comparison, cast("Found", seen))
        case Property(path, comparison):
            value = None
            reasons = _mismatch_reasons(format_path(path), comparison, cast("Found", seen))
        case ListMembership(_, comparison):
            lists = cast("dict[str, TypedValue]", seen)
            value = {name: joined for name, (_, joined) in lists.items()}
            reasons = () if comparison is None or verdict else _unknown_joins(lists, comparison)
        case EventCount():
            return _judge_count(leaf, facts, seen, context)
        case EventValue():
            return _judge_value(leaf, facts, cast("Found", seen), context, verdict=verdict)
        case Sequence():
            return _judge_sequence(leaf, facts, seen, context)
        case Sample():
            value, reasons = seen, ()
        case _:
            assert_never(leaf)
    return Judgement(verdict, not reasons, reasons, value)


def _mismatch_reasons(name: str, comparison: Comparison, found: Found) -> tuple[str, ...]:
    """Why the value cannot be compared, or what it is compared with [V3], [V6], [K7]."""
    reading, operands = found
    reasons = _mismatch_reason(name, comparison, reading)
    if operands is None:
        return reasons
    operand = cast("Reference", comparison.operand)
    other = format_reference(operand)
    reasons = (*reasons, *_mismatch_reason(other, comparison, operands[0]))
    (kind, _), (other_kind, _) = reading, operands[0]
    if reasons or comparable(kind, other_kind):
        return reasons
    return (f"{name} is {_with_article(kind)} and {other} is {_with_article(other_kind)}",)


def _mismatch_reason(name: str, comparison: Comparison, reading: TypedValue) -> tuple[str, ...]:
    """Why the value read cannot be compared, if it cannot [V3], [V6]."""
    kind, value = reading
    if kind in comparison.kinds or comparison.operator == "is_set" or not comparison.kinds:
        return ()  # It fits, or nothing would.
    if kind is Kind.NO_VALUE:
        lacking = "is no location" if comparison.operator == "within_km" else "has no value"
        return (f"{name} {lacking}",)
    asked = " or ".join(sorted(map(_with_article, comparison.kinds)))
    if kind is Kind.INCOMPARABLE:
        return (f"{name} holds something that cannot be compared",)
    held = f"the {kind.value} {format_value(value)}" if kind in SCALARS else _with_article(kind)
    return (f"{name} is {held} where {asked} is asked for",)


def _with_article(kind: Kind) -> str:
    return f"{'an' if kind is Kind.INSTANT else 'a'} {kind.value}"


def _unknown_joins(lists: dict[str, TypedValue], comparison: Comparison) -> tuple[str, ...]:
    return tuple(
        f"it is not known when the contact joined list {format_value(str(name))}"
        for name, (kind, _) in lists.items()
        if kind not in comparison.kinds
    )


def _with_event_counts(reasons: Iterable[str]) -> tuple[str, ...]:
    """Each reason once, with the number of events it holds for."""
    return tuple(
        reason if number == 1 else f"{reason} ({number} events)"
        for reason, number in Counter(reasons).items()
    )


def _undated_reasons(names: tuple[str, ...], facts: Facts) -> list[str]:
    """The events that would have been looked at, had they an aware instant [K2]."""
    return [
        f"an event {format_value(name)} has no usable time and counts nowhere"
        for name in map(event_name, facts.undated)
        if name in names
    ]


def _judge_count(
    leaf: EventCount, facts: Facts, seen: Seen, context: EvaluationContext
) -> Judgement:
    """A count is certain if the events that could not be judged cannot change its verdict."""
    reasons = _undated_reasons(leaf.names, facts)
    uncertain = len(reasons)
    sure = 0
    found = events_in_window(leaf, facts, context)
    for _, _, event in found:
        judged = judge_event(leaf.condition, EventSubject(event), context)
        sure += judged.verdict and judged.certain
        uncertain += not judged.certain
        reasons += judged.reasons
    least, most = leaf.counts
    most = sure + uncertain if most is None else most
    certain = least <= sure <= sure + uncertain <= most or not (
        sure <= most and least <= sure + uncertain
    )
    among = None if leaf.condition is None else len(found)
    number = len(cast("list[object]", seen))
    return Judgement(
        decide(leaf, seen, context), certain, _with_event_counts(reasons), number, among
    )


def judge_event(
    where: Condition | None, event: EventSubject, context: EvaluationContext
) -> Judgement:
    """Whether one event satisfies *where*, and which of its values could not be compared."""
    if where is None:
        return Judgement(verdict=True)
    return judge_parts(where, lambda part: judge(part, event, context))


def _judge_value(
    leaf: EventValue, facts: Facts, seen: Found, context: EvaluationContext, *, verdict: bool
) -> Judgement:
    """A value is certain if what is doubtful or was skipped could not have changed the verdict."""
    undated = _undated_reasons(leaf.names, facts)
    doubts = [*undated]
    could_go = bool(undated)
    sure: list[datetime] = []
    doubtful: list[datetime] = []
    for at, _, event in events_in_window(leaf, facts, context):
        judged = judge_event(leaf.condition, EventSubject(event), context)
        if not judged.certain:
            doubts += judged.reasons
            doubtful.append(at)
            could_go = could_go or judged.verdict  # It may be one that should not count.
        elif judged.verdict:
            sure.append(at)
        if judged.verdict or not judged.certain:
            doubts += _skipped(leaf, event)
    value = seen[0][1]
    misfits = _mismatch_reasons(format_aggregate(leaf), leaf.comparison, seen)
    certain = not doubts or (
        not could_go
        and (_is_monotone(leaf, verdict, value) or _cannot_be_extreme(leaf, sure, doubtful))
    )
    reasons = (*(() if certain else _with_event_counts(doubts)), *misfits)
    return Judgement(verdict, certain and not misfits, reasons, value)


def _skipped(leaf: EventValue, event: EventLike) -> Iterator[str]:
    """The value of an event that a sum and the like had to skip [E4]."""
    if leaf.aggregate not in _SKIPPING:
        return
    kind, _ = normalize(get_path(event.properties, leaf.path))
    distinct = leaf.aggregate == "distinct" and kind not in (Kind.NO_VALUE, Kind.INCOMPARABLE)
    if kind is not Kind.NUMBER and not distinct:
        yield f"{format_path(leaf.path)} of an event was skipped: {kind.value}"


_SKIPPING: Final = frozenset({"sum", "mean", "min", "max", "distinct"})
_UPWARD: Final = frozenset({"max", "distinct"})


def _is_monotone(leaf: EventValue, verdict: bool, value: object) -> bool:  # noqa: FBT001 - as judged
    """Whether further values could only take the verdict further: a maximum never falls."""
    word = leaf.comparison.operator
    if value is None or word not in ("<", "<=", ">", ">="):
        return False
    upward = verdict is (word in (">", ">="))
    return (leaf.aggregate in _UPWARD and upward) or (leaf.aggregate == "min" and not upward)


def _cannot_be_extreme(leaf: EventValue, sure: list[datetime], doubtful: list[datetime]) -> bool:
    """Whether the doubtful events lie before the latest, or behind the earliest that counts."""
    if leaf.aggregate in _SKIPPING or not sure:
        return False
    if leaf.aggregate.startswith("latest"):
        return all(at < max(sure) for at in doubtful)
    return all(at > min(sure) for at in doubtful)


def _judge_sequence(
    leaf: Sequence, facts: Facts, seen: Seen, context: EvaluationContext
) -> Judgement:
    """A sequence is certain if doubtful events, all fitting or none, cannot change its verdict."""
    steps = leaf.later_steps()
    names = (*leaf.first.names, *(name for step in steps for name in step.event.names))
    undated = _undated_reasons(names, facts)
    reasons = dict.fromkeys(undated)

    def found(*, doubtful_fit: bool) -> bool:
        def serves(
            step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool
        ) -> bool:
            judged = judge_event(step.condition, EventSubject(event, first), context)
            reasons.update(dict.fromkeys(judged.reasons))
            # A doubtful event helps a step and hinders an absence.
            return judged.verdict if judged.certain else doubtful_fit is not is_absent

        return bool(find_sequence(leaf, facts, context, serves, include_uncertain=True))

    verdict = bool(seen)
    # An event that is nowhere in time might complete a chain, or break an absence.
    lost = bool(undated) and (leaf.absent is not None or not verdict)
    certain = found(doubtful_fit=True) is found(doubtful_fit=False) and not lost
    return Judgement(verdict, certain, () if certain else tuple(reasons), seen)


def pending_absence(leaf: Sequence, facts: Facts, context: EvaluationContext) -> Interval | None:
    """The time within which an absence that is not certain yet may still be broken [S2].

    It begins with the last event of a chain that nothing unwanted is behind so far, and ends when
    nothing can be any more; ``None`` if there is no such chain.
    """
    if leaf.absent is None or leaf.absent.within is None:
        return None
    found = find_sequence(leaf, facts, context, step_predicate(context), allow_pending=True)
    if not found:
        return None
    return Interval.from_bounds(found[-1], leave(found[-1], leaf.absent.within), "left")
