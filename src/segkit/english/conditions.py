"""English for conditions: the sentence of a leaf, the heading of a group, and their notes."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC
from typing import Final, assert_never

from segkit.clock import EvaluationContext
from segkit.english.values import (
    format_comparison,
    format_duration,
    format_names,
    format_path,
    format_value,
    format_window,
)
from segkit.model.base import And, AtLeast, Group, Leaf, Not, Or
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment
from segkit.model.values import MIN_INSTANT, Kind
from segkit.semantics.aggregates import aggregate_events
from segkit.semantics.comparisons import satisfies
from segkit.traversal import children

_NO_VALUE_NOTE: Final = "or has no value"
"""The note of a negation that includes contacts without a value [V3]."""

_ZERO_COUNT_NOTE: Final = "none counts as 0"
"""The note of a count that includes contacts without events [E1]."""


def phrase(leaf: LeafCondition, *, negated: bool = False) -> str:
    """Return the sentence of *leaf*, or of its complement.

    >>> from segkit import attr
    >>> from segkit.english.conditions import phrase
    >>> phrase(attr("plan") == "pro", negated=True)
    'plan is not "pro" (or has no value)'
    """
    note = _in_brackets({_note(leaf, negated=negated)})
    match leaf:
        case Attribute(path, comparison) | Property(path, comparison):
            return f"{format_path(path)} {format_comparison(comparison, negated=negated)}{note}"
        case EventValue(comparison=comparison):
            return f"{_value(leaf)} {format_comparison(comparison, negated=negated)}{note}"
        case ListMembership():
            return _membership(leaf, negated=negated)
        case EventCount():
            return _count(leaf, note, negated=negated)
        case Sequence():
            return _sequence(leaf, negated=negated)
        case Sample(percent, salt):
            verb = "is not in" if negated else "is in"
            return f"{verb} the sample {format_value(salt)} of {format_value(percent)} percent"
        case _:
            assert_never(leaf)


def _membership(leaf: ListMembership, *, negated: bool) -> str:
    name = "any list" if leaf.name is None else f"list {format_value(leaf.name)}"
    if leaf.joined is None:
        if negated:
            return "is on no list" if leaf.name is None else f"is not on {name}"
        return f"is on {name}"
    when = format_comparison(leaf.joined).removeprefix("is ")
    if negated:
        # That includes contacts who are not on the list, or joined at an unknown time.
        absent = "is on none" if leaf.name is None else "is not on it"
        return f"did not join {name} {when} (or {absent}, {_NO_VALUE_NOTE} for when)"
    return f"joined {name} {when}"


# --- counts and values of events ------------------------------------------------------------------


def _count(leaf: EventCount, note: str, *, negated: bool) -> str:
    names = format_names(leaf.names)
    verb, times = _count_words(*leaf.counts, negated=negated)
    text = " ".join(filter(None, (verb, names, times, format_window(leaf.window))))
    where = "" if leaf.condition is None else f" where {_where(leaf.condition)}"
    return f"{text}{note}{where}"


_NEVER_OR_ONCE: Final = ((0, 0), (1, None))
"""The counts that are worded as "never did" and "did at least once"."""


def _count_words(least: int, most: int | None, *, negated: bool) -> tuple[str, str]:
    """Return the verb and the number of times."""
    if (least, most) in _NEVER_OR_ONCE:
        return ("did", "at least once") if (least == 1) is not negated else ("never did", "")
    if most is None:
        return "did", f"{'fewer than' if negated else 'at least'} {_times(least)}"
    if least == most:
        return "did", f"{'fewer or more than' if negated else 'exactly'} {_times(least)}"
    if least == 0:
        return "did", f"{'more than' if negated else 'at most'} {_times(most)}"
    if negated:
        return "did", f"fewer than {least} or more than {_times(most)}"
    return "did", f"{least} to {_times(most)}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def format_aggregate(leaf: EventValue) -> str:
    """Return the words for the value of the events: ``the sum of total of "order"``."""
    aggregate, path = leaf.aggregate, format_path(leaf.path)
    names = format_names(leaf.names)
    match aggregate:
        case "sum" | "mean":
            return f"the {aggregate} of {path} of {names}"
        case "min":
            return f"the least {path} of {names}"
        case "max":
            return f"the greatest {path} of {names}"
        case "distinct":
            return f"the number of different {path} of {names}"
        case "latest" | "earliest":
            return f"{path} of the {aggregate} {names}"
        case "latest_at":
            return f"the time of the latest {names}"
        case "earliest_at":
            return f"the time of the earliest {names}"
        case _:
            assert_never(aggregate)


def _value(leaf: EventValue) -> str:
    where = "" if leaf.condition is None else f"(where {_where(leaf.condition)})"
    return " ".join(filter(None, (format_aggregate(leaf), format_window(leaf.window), where)))


# --- sequences ------------------------------------------------------------------------------------


def _sequence(leaf: Sequence, *, negated: bool) -> str:
    first = " ".join(filter(None, (_event(leaf.first), format_window(leaf.first.window))))
    chain = " followed by ".join((first, *map(_step, leaf.steps)))
    if leaf.absent is None:
        return f"{'never did' if negated else 'did'} {chain}"
    if not negated:
        return f"did {chain} not followed by {_step(leaf.absent)}"
    # That includes contacts without such a chain, and those whose time is not over yet [S2].
    undecided = "" if leaf.absent.within is None else ", or its time is not over"
    return f"every {chain} was followed by {_step(leaf.absent)} (or there was none{undecided})"


def _step(step: Step) -> str:
    return _event(step.event) + (f" within {format_duration(step.within)}" if step.within else "")


def _event(event: EventCount) -> str:
    names = format_names(event.names)
    return names if event.condition is None else f"{names} (where {_where(event.condition)})"


# --- where ----------------------------------------------------------------------------------------


def _where(condition: Condition) -> str:
    """Return the sentence of a ``where``, in one line with brackets."""
    condition = _simplify(condition)
    match condition:
        case _ if (verdict := _constant_verdict(condition)) is not None:
            return "anything holds" if verdict else "nothing holds"
        case And(parts):
            return " and ".join(map(_where_part, parts))
        case Or(parts):
            return " or ".join(map(_where_part, parts))
        case AtLeast(number, parts):
            return f"at least {number} of {', '.join(map(_where_part, parts))}"
        case Not(Leaf() as leaf):
            return phrase(leaf, negated=True)
        case Not(part):
            return f"not ({_where(part)}){Describer().negative_notes(part)}"
        case InSegment(segment):
            return _where(segment.condition)
        case Leaf():
            return phrase(condition)
        case _:
            assert_never(condition)


def _where_part(condition: Condition) -> str:
    text = _where(condition)
    return f"({text})" if isinstance(condition, And | Or | AtLeast) else text


# --- notes ----------------------------------------------------------------------------------------


def _note(leaf: LeafCondition, *, negated: bool) -> str:
    """Return the note about contacts that a leaf, or its complement, includes; often empty."""
    match leaf:
        case EventCount():
            # "never" and "at least once" say by themselves that no event counts as 0.
            includes = leaf.counts not in _NEVER_OR_ONCE and (leaf.counts[0] == 0) is not negated
            return _ZERO_COUNT_NOTE if includes else ""
        case EventValue(comparison=comparison) if aggregate_events(leaf, []) == (Kind.NUMBER, 0):
            # Without events the value is 0, and not missing [E4].
            includes = satisfies(comparison, (Kind.NUMBER, 0), _ANY_CONTEXT) is not negated
            return _ZERO_COUNT_NOTE if includes else ""
        case Attribute(_, comparison) | Property(_, comparison) | EventValue(comparison=comparison):
            return _NO_VALUE_NOTE if negated and comparison.operator != "is_set" else ""
        case ListMembership(_, joined):
            return _NO_VALUE_NOTE if negated and joined is not None else ""
        case Sequence() | Sample():
            return ""
        case _:
            assert_never(leaf)


_ANY_CONTEXT: Final = EvaluationContext(MIN_INSTANT, UTC)
"""Numbers compare alike at every instant."""


def _in_brackets(notes: AbstractSet[str]) -> str:
    ordered = [note for note in (_NO_VALUE_NOTE, _ZERO_COUNT_NOTE) if note in notes]
    return f" ({'; '.join(ordered)})" if ordered else ""


# --- groups ---------------------------------------------------------------------------------------


def _simplify(condition: Condition) -> Condition:
    """Return *condition* without a double negation, and without a group of one part."""
    match condition:
        case Not(Not(part)) | And((part,)) | Or((part,)):
            return _simplify(part)
        case Not(And((part,)) | Or((part,))):
            return _simplify(Not(part))
        case _:
            return condition


def _constant_verdict(condition: Condition) -> bool | None:
    """Return the verdict of a group, or its complement, that no part can change."""  # [V5]
    if isinstance(condition, Not):
        verdict = _constant_verdict(condition.part)
        return None if verdict is None else not verdict
    if not isinstance(condition, Group) or 0 < condition.required <= len(condition.parts):
        return None
    return condition.required <= 0


class Describer:
    """Describes the parts of one condition; the notes of each part are computed once."""

    def __init__(self) -> None:
        self._notes: dict[tuple[int, bool], frozenset[str]] = {}

    def heading(self, condition: Condition) -> tuple[str, tuple[Condition, ...]]:
        """Return the heading of a condition, and the parts to list below; a leaf has none."""
        condition = _simplify(condition)
        match condition:
            case Leaf():
                return phrase(condition), ()
            case Not(Leaf() as leaf):
                return phrase(leaf, negated=True), ()
            case InSegment(segment):
                return f"is in segment {format_value(segment.name)}", ()
            case Not(InSegment(segment)):
                note = self.negative_notes(segment.condition)
                return f"is not in segment {format_value(segment.name)}{note}", ()
            case _ if (verdict := _constant_verdict(condition)) is not None:
                return ("everybody" if verdict else "nobody"), ()
            case AtLeast(number, parts):
                return f"at least {number} of", parts
            case Not(AtLeast(number, parts)):
                return f"fewer than {number} of{self.negative_notes(condition.part)}", parts
            case And(parts):
                return "all of", parts
            case Or(parts):
                return "any of", parts
            case Not(part):
                heading, parts = self.heading(part)
                return f"not {heading}{self.negative_notes(part)}", parts
            case _:
                assert_never(condition)

    def negative_notes(self, condition: Condition) -> str:
        """Return the notes of the complement of *condition* in brackets; empty without notes."""
        return _in_brackets(self._notes_of(condition, negated=True))

    def _notes_of(self, condition: Condition, *, negated: bool) -> frozenset[str]:
        """Return the notes of all leaves, each negated as often as it is in *condition*."""
        # By identity: hashing a condition would visit all of it.
        key = (id(condition), negated)
        if key not in self._notes:
            if isinstance(condition, Leaf):
                self._notes[key] = frozenset((_note(condition, negated=negated),))
            else:
                within = negated is not isinstance(condition, Not)
                parts = [self._notes_of(part, negated=within) for part in children(condition)]
                self._notes[key] = frozenset[str]().union(*parts)
        return self._notes[key]
