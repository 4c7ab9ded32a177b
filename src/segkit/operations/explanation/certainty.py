"""Certainty: whether missing or mismatched values could have changed a verdict.

A value that is missing, or of another kind than the operand, makes a comparison false. The verdict
of a condition is *certain* if it would be the same whatever those values were. Example: with no
age, ``(age >= 18) & (plan == "pro")`` is uncertain for a "pro", and certainly false for others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import assert_never

import attrs

from segkit.clock import EvaluationContext
from segkit.english.conditions import format_aggregate
from segkit.english.values import format_path, format_value
from segkit.history import Facts, event_name
from segkit.model.conditions import Condition, EventLeaf
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.facts import EventLike
from segkit.model.values import Kind, TypedValue, is_naive, normalize
from segkit.operations.explanation.reasons import (
    FoundValue,
    Root,
    advice_on_text,
    mismatch,
    path_obstacle,
    skipped_members,
    value_reasons,
)
from segkit.semantics.aggregates import AGGREGATES, picked_event
from segkit.semantics.comparisons import get_path
from segkit.semantics.observations import (
    AggregateObservation,
    ContactObservation,
    CountObservation,
    EventSubject,
    ListObservation,
    SampleObservation,
    SequenceObservation,
    ValueObservation,
    decide,
    observe_event,
)
from segkit.semantics.sequences import find_chain
from segkit.semantics.step_candidates import step_names
from segkit.traversal import fold


@attrs.frozen
class Judgement:
    """A verdict, and whether it depends on missing or mismatched values.

    Attributes:
        verdict: The verdict, as `segkit.matches` gives it.
        certain: Whether it would be the same whatever those values were.
        reasons: Those values, in words; empty if the verdict is certain.
    """

    verdict: bool
    certain: bool = True
    reasons: tuple[str, ...] = ()


def combine_at_least(number: int, parts: list[Judgement]) -> Judgement:
    """Return the judgement of a group: *number* or more of the parts are true.

    It is certain if the uncertain parts cannot change it. Otherwise it depends on the parts with
    the verdict of the group: only these can change it.
    """
    verdict = sum(part.verdict for part in parts) >= number
    surely_true = sum(part.verdict and part.certain for part in parts)
    possibly_true = sum(part.verdict or not part.certain for part in parts)
    if surely_true >= number or possibly_true < number:
        return Judgement(verdict)
    reasons = (reason for part in parts if part.verdict is verdict for reason in part.reasons)
    return Judgement(verdict, certain=False, reasons=tuple(dict.fromkeys(reasons)))


def combine_not(part: Judgement) -> Judgement:
    """Return the judgement of a complement, which depends on the same values."""
    return Judgement(not part.verdict, part.certain, part.reasons)


# --- one event ------------------------------------------------------------------------------------


class EventJudgements:
    """The judgements of events by the ``where`` of one leaf, each computed once.

    `matches` is passed to `segkit.semantics.observations.observe`, so that the verdict and its
    certainty come from one evaluation.
    """

    def __init__(self, context: EvaluationContext) -> None:
        self.context = context
        self._judgements: dict[tuple[int, int, int], Judgement] = {}

    def matches(self, where: Condition, subject: EventSubject) -> bool:
        """Return whether an event satisfies ``where``."""
        return self.judge(where, subject).verdict

    def judge(self, where: Condition | None, subject: EventSubject) -> Judgement:
        """Return whether an event satisfies ``where``, and whether that is certain."""
        if where is None:
            return Judgement(verdict=True)
        # By identity: the condition and the events outlive this object.
        key = (id(where), id(subject.event), id(subject.first))
        if key not in self._judgements:

            def of_leaf(leaf: EventLeaf) -> Judgement:
                observation = observe_event(leaf, subject)
                is_true = decide(observation, self.context)
                reasons = () if is_true else value_reasons(observation, own, first, self.context.tz)
                return Judgement(is_true, not reasons, reasons)

            own = Root("properties", subject.event.properties)
            first = None if subject.first is None else Root("properties", subject.first.properties)

            self._judgements[key] = fold(where, of_leaf, combine_at_least, combine_not)
        return self._judgements[key]

    def reasons(self) -> tuple[str, ...]:
        """Return the reasons of all judgements so far, each once."""
        found = (reason for judged in self._judgements.values() for reason in judged.reasons)
        return tuple(dict.fromkeys(found))


# --- one leaf -------------------------------------------------------------------------------------


def judge(observation: ContactObservation, facts: Facts, judgements: EventJudgements) -> Judgement:
    """Return the verdict of an observation, and which values could not be compared."""
    verdict = decide(observation, judgements.context)
    match observation:
        case ValueObservation():
            root = Root("attributes", facts.contact.attributes)
            tz = judgements.context.tz
            reasons = () if verdict else value_reasons(observation, root, None, tz)
        case ListObservation():
            reasons = () if verdict else _list_reasons(observation)
        case CountObservation():
            return _judge_count(observation, facts, judgements, verdict=verdict)
        case AggregateObservation():
            return _judge_aggregate(observation, facts, judgements, verdict=verdict)
        case SequenceObservation():
            return _judge_sequence(observation, facts, judgements, verdict=verdict)
        case SampleObservation():
            reasons = ()
        case _:
            assert_never(observation)
    return Judgement(verdict, not reasons, reasons)


def _list_reasons(observation: ListObservation) -> tuple[str, ...]:
    """Return the lists that the contact joined at an unknown instant, if that matters."""  # [L1]
    comparison = observation.leaf.joined
    if comparison is None:
        return ()
    return tuple(
        f"it is not known when the contact joined list {format_value(str(name))}"
        for name, (kind, _) in observation.joined.items()
        if kind not in comparison.kinds
    )


# --- counts and values of events ------------------------------------------------------------------


def _with_event_counts(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return each reason once, with the number of events it applies to."""
    return tuple(
        reason if number == 1 else f"{reason} ({number} events)"
        for reason, number in Counter(reasons).items()
    )


def _undated_reasons(names: Collection[str], facts: Facts) -> list[str]:
    """Return a reason for each event of these names that has no aware instant."""  # [K2]
    named = [(event_name(event), event) for event in facts.undated]
    return [
        f"an event {format_value(name)} {_time_problem(event)}"
        for name, event in named
        if name is not None and name in names
    ]


def _time_problem(event: EventLike) -> str:
    if is_naive(event.at):
        return "counts nowhere, because its time is a naive datetime: attach a zone"
    return "has no usable time and counts nowhere"


def _judge_count(
    observation: CountObservation, facts: Facts, judgements: EventJudgements, *, verdict: bool
) -> Judgement:
    """Judge a count: it is certain if the uncertain events cannot change its verdict."""
    leaf = observation.leaf
    undated = _undated_reasons(leaf.names, facts)
    judged = [
        judgements.judge(leaf.condition, EventSubject(timed.event))
        for timed in observation.candidates
    ]
    sure = sum(each.verdict and each.certain for each in judged)
    highest = sure + sum(not each.certain for each in judged) + len(undated)
    reasons = [*undated, *(reason for each in judged for reason in each.reasons)]
    least, most = leaf.counts
    most = highest if most is None else most
    # The real number is from *sure* to *highest*: all of these satisfy the leaf, or none does.
    certain = least <= sure <= highest <= most or not (sure <= most and least <= highest)
    return Judgement(verdict, certain, _with_event_counts(reasons))


def _judge_aggregate(
    observation: AggregateObservation, facts: Facts, judgements: EventJudgements, *, verdict: bool
) -> Judgement:
    """Judge a value of events: it is certain if uncertain or skipped events cannot change it."""
    leaf, value = observation.leaf, observation.value
    reasons = _undated_reasons(leaf.names, facts)
    # Whether an event that counts now might not count with other values.
    could_drop = bool(reasons)
    sure: list[datetime] = []
    uncertain: list[datetime] = []
    for timed in observation.candidates:
        judged = judgements.judge(leaf.condition, EventSubject(timed.event))
        if not judged.certain:
            reasons += judged.reasons
            uncertain.append(timed.at)
            could_drop = could_drop or judged.verdict
        elif judged.verdict:
            sure.append(timed.at)
        if judged.verdict or not judged.certain:
            reasons += _skipped_reason(leaf, timed.event)
    # One more event may be unable to change the verdict; one event less always may.
    is_monotone = _is_monotone(leaf, value, verdict=verdict)
    more_is_harmless = is_monotone or _cannot_be_extreme(leaf, sure, uncertain)
    certain = not reasons or (more_is_harmless and not could_drop)
    of_value = () if verdict else _aggregate_mismatch(observation, judgements.context.tz)
    all_reasons = of_value if certain else (*_with_event_counts(reasons), *of_value)
    return Judgement(verdict, not all_reasons, all_reasons)


def _aggregate_mismatch(observation: AggregateObservation, tz: tzinfo) -> tuple[str, ...]:
    """Return why the value of events cannot be compared, or nothing."""
    leaf = observation.leaf
    found = FoundValue(format_aggregate(leaf), observation.value)
    picked = picked_event(leaf, observation.events)
    if picked is not None and leaf.path:
        root = Root("properties", picked.event.properties)
        raw, obstacle = get_path(root.mapping, leaf.path), path_obstacle(root, leaf.path)
        found = found._replace(raw=raw, obstacle=obstacle)
    return mismatch(found, leaf.comparison, tz)


def _skipped_reason(leaf: EventValue, event: EventLike) -> Iterator[str]:
    """Yield why a sum or the like skips the value of an event, if it does."""  # [E4]
    skipped = AGGREGATES[leaf.aggregate].skipped_kinds
    if skipped:
        root, name = Root("properties", event.properties), format_path(leaf.path)
        typed = normalize(get_path(root.mapping, leaf.path))
        if typed[0] in skipped:
            advice = advice_on_text(typed, {Kind.NUMBER})
            why = path_obstacle(root, leaf.path) or (advice or typed[0].value)
            yield f"{name} of an event was skipped: {why}"
        elif typed[0] is Kind.COLLECTION:
            yield from skipped_members(FoundValue(f"{name} of an event", typed))


def _is_monotone(leaf: EventValue, value: TypedValue, *, verdict: bool) -> bool:
    """Return whether further values could only confirm the verdict: a maximum never falls."""
    operator = leaf.comparison.operator
    if value[1] is None or operator not in ("<", "<=", ">", ">="):
        return False
    confirmed_by_more = verdict is (operator in (">", ">="))
    return AGGREGATES[leaf.aggregate].trend == ("up" if confirmed_by_more else "down")


def _cannot_be_extreme(leaf: EventValue, sure: list[datetime], uncertain: list[datetime]) -> bool:
    """Return whether no uncertain event can be the latest, or the earliest, event that counts."""
    picks = AGGREGATES[leaf.aggregate].picks
    if picks is None or not sure:
        return False
    if picks == "latest":
        return not uncertain or max(uncertain) < max(sure)
    return not uncertain or min(uncertain) > min(sure)


# --- sequences ------------------------------------------------------------------------------------


def _judge_sequence(
    observation: SequenceObservation, facts: Facts, judgements: EventJudgements, *, verdict: bool
) -> Judgement:
    """Judge a sequence: it is certain if the uncertain events cannot change its verdict.

    They can only change it in one direction, so that one more search is enough, in which every
    uncertain event counts against the verdict.
    """
    leaf, context = observation.leaf, judgements.context

    def serves(step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool) -> bool:
        judged = judgements.judge(step.condition, EventSubject(event, first))
        # An event of a step helps the sequence, an event of the absent step breaks it.
        return judged.verdict if judged.certain else is_absent is verdict

    certain = True
    if judgements.reasons():
        found = find_chain(leaf, observation.candidates, context, serves, include_uncertain=True)
        certain = bool(found.instants) is verdict
    # An event without an instant might complete a chain, or break an absence.
    undated = _undated_reasons(step_names(leaf), facts)
    if undated and (leaf.absent is not None or not verdict):
        certain = False
    reasons = (*_with_event_counts(undated), *judgements.reasons())
    return Judgement(verdict, certain, () if certain else reasons)
