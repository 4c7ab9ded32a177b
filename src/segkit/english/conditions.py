"""English for conditions: the sentence of a leaf, the heading of a group, and their notes."""

from __future__ import annotations

from datetime import UTC
from typing import Final, NamedTuple, TypedDict, assert_never

from segkit.clock import EvaluationContext
from segkit.english.values import (
    NO_VALUE_NOTE,
    format_comparison,
    format_duration,
    format_path,
    format_value,
    format_window,
    includes_no_value,
)
from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment
from segkit.model.values import MIN_INSTANT, Kind
from segkit.semantics.aggregates import AGGREGATES
from segkit.semantics.comparisons import satisfies
from segkit.traversal import children, combine, fold

ZERO_COUNT_NOTE = "none counts as 0"
"""The note of a count that includes contacts without events [E1]."""


def phrase(leaf: LeafCondition, *, negated: bool = False) -> str:
    """Return the sentence of *leaf*, or of its complement.

    >>> from segkit import attr
    >>> from segkit.english.conditions import phrase
    >>> phrase(attr("plan") == "pro", negated=True)
    'plan is not "pro" (or has no value)'
    """
    match leaf:
        case Attribute(path, comparison) | Property(path, comparison):
            return f"{format_path(path)} {format_comparison(comparison, negated=negated)}"
        case ListMembership():
            return _membership(leaf, negated=negated)
        case EventCount():
            return _count(leaf, negated=negated)
        case EventValue():
            return _value(leaf, negated=negated)
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
        return f"did not join {name} {when} (or {absent}, {NO_VALUE_NOTE} for when)"
    return f"joined {name} {when}"


# --- counts and values of events ------------------------------------------------------------------


def _count(leaf: EventCount, *, negated: bool) -> str:
    names = " or ".join(map(format_value, leaf.names))
    verb, times = _count_words(*leaf.counts, negated=negated)
    text = " ".join(filter(None, (verb, names, times, format_window(leaf.window))))
    text += f" ({ZERO_COUNT_NOTE})" if _notes_zero(leaf, negated=negated) else ""
    return text if leaf.condition is None else f"{text} where {_where(leaf.condition)}"


def _count_words(least: int, most: int | None, *, negated: bool) -> tuple[str, str]:
    """Return the verb and the number of times."""
    never, once = ("never did", ""), ("did", "at least once")
    if (least, most) == (0, 0):
        return once if negated else never
    if (least, most) == (1, None):
        return never if negated else once
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


def _notes_zero(leaf: EventCount, *, negated: bool) -> bool:
    """Return whether to note that no event counts as 0: not where "never" says so [E1]."""
    least, most = leaf.counts
    if (least, most) in ((0, 0), (1, None)):
        return False
    return (least == 0) is not negated


class AggregatePhrases(TypedDict):
    """How each aggregate is worded, with the property and the event."""

    sum: str
    mean: str
    min: str
    max: str
    distinct: str
    latest: str
    earliest: str
    latest_at: str
    earliest_at: str


_AGGREGATES: Final[AggregatePhrases] = {
    "sum": "the sum of {} of {}",
    "mean": "the mean of {} of {}",
    "min": "the least {} of {}",
    "max": "the greatest {} of {}",
    "distinct": "the number of different {} of {}",
    "latest": "{} of the latest {}",
    "earliest": "{} of the earliest {}",
    "latest_at": "the time of the latest {1}",
    "earliest_at": "the time of the earliest {1}",
}


def format_aggregate(leaf: EventValue) -> str:
    """Return what is compared: ``the sum of total of "order"``."""
    names = " or ".join(map(format_value, leaf.names))
    return _AGGREGATES[leaf.aggregate].format(format_path(leaf.path), names)


def _value(leaf: EventValue, *, negated: bool) -> str:
    subject = format_aggregate(leaf)
    window = format_window(leaf.window)
    subject += f" {window}" if window else ""
    subject += f" (where {_where(leaf.condition)})" if leaf.condition is not None else ""
    text = format_comparison(leaf.comparison, negated=negated)
    if AGGREGATES[leaf.aggregate].is_zero_of_nothing:
        # Without events the value is 0, and not missing [E4].
        text = text.removesuffix(f" ({NO_VALUE_NOTE})")
        text += f" ({ZERO_COUNT_NOTE})" if _zero_satisfies(leaf) is not negated else ""
    return f"{subject} {text}"


def _zero_satisfies(leaf: EventValue) -> bool:
    return satisfies(leaf.comparison, (Kind.NUMBER, 0), _ANY_CONTEXT)


_ANY_CONTEXT: Final = EvaluationContext(MIN_INSTANT, UTC)
"""Numbers compare alike at every instant."""


# --- sequences ------------------------------------------------------------------------------------


def _sequence(leaf: Sequence, *, negated: bool) -> str:
    window = format_window(leaf.first.window)
    chain = f"{_event(leaf.first)}{f' {window}' if window else ''}"
    for step in leaf.steps:
        chain += f" followed by {_step(step)}"
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
    names = " or ".join(map(format_value, event.names))
    return names if event.condition is None else f"{names} (where {_where(event.condition)})"


# --- where ----------------------------------------------------------------------------------------


def _where(condition: Condition) -> str:
    """Return the sentence of a ``where``, in one line with brackets."""
    match condition:
        case And(parts) if parts:
            return " and ".join(map(_where_part, parts))
        case Or(parts) if parts:
            return " or ".join(map(_where_part, parts))
        case AtLeast(number, parts):
            return f"at least {number} of {', '.join(map(_where_part, parts)) or 'nothing'}"
        case And():
            return "anything holds"
        case Or():
            return "nothing holds"
        case Not(Leaf() as leaf):
            return phrase(leaf, negated=True)
        case Not(Not(part)):
            return _where(part)
        case Not(And((part,)) | Or((part,))):
            return _where(Not(part))
        case Not(part):
            return f"not ({_where(part)}){format_notes(notes_of(part).negative)}"
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


class Notes(NamedTuple):
    """The notes that a condition needs, as it is and negated."""

    positive: frozenset[str]
    negative: frozenset[str]


_NO_NOTES: Final[frozenset[str]] = frozenset()


def notes_of(condition: Condition) -> Notes:
    """Return the notes about contacts that a condition, or its complement, includes [V3], [E1]."""
    return fold(condition, leaf_notes, combine_notes, negate_notes)


def combine_notes(number: int, parts: list[Notes]) -> Notes:
    """Return the notes of a group: those of all parts."""
    del number
    positive = _NO_NOTES.union(*(part.positive for part in parts))
    return Notes(positive, _NO_NOTES.union(*(part.negative for part in parts)))


def negate_notes(part: Notes) -> Notes:
    """Return the notes of a complement."""
    return Notes(part.negative, part.positive)


def leaf_notes(leaf: LeafCondition) -> Notes:
    """Return the notes of a leaf and of its complement."""
    return Notes(_leaf_notes(leaf, negated=False), _leaf_notes(leaf, negated=True))


def _leaf_notes(leaf: LeafCondition, *, negated: bool) -> frozenset[str]:
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison):
            includes = includes_no_value(comparison, negated=negated)
            return frozenset((NO_VALUE_NOTE,)) if includes else _NO_NOTES
        case ListMembership(_, joined):
            return frozenset((NO_VALUE_NOTE,)) if joined is not None and negated else _NO_NOTES
        case EventCount():
            includes = _notes_zero(leaf, negated=negated)
            return frozenset((ZERO_COUNT_NOTE,)) if includes else _NO_NOTES
        case EventValue():
            if AGGREGATES[leaf.aggregate].is_zero_of_nothing:
                includes = _zero_satisfies(leaf) is not negated
                return frozenset((ZERO_COUNT_NOTE,)) if includes else _NO_NOTES
            includes = includes_no_value(leaf.comparison, negated=negated)
            return frozenset((NO_VALUE_NOTE,)) if includes else _NO_NOTES
        case Sequence() | Sample():
            return _NO_NOTES
        case _:
            assert_never(leaf)


def format_notes(notes: frozenset[str]) -> str:
    """Return the notes in brackets, in a fixed order; empty without notes."""
    ordered = [note for note in (NO_VALUE_NOTE, ZERO_COUNT_NOTE) if note in notes]
    return f" ({'; '.join(ordered)})" if ordered else ""


# --- groups ---------------------------------------------------------------------------------------


class Describer:
    """Words the parts of one condition; the notes of each part are computed once."""

    def __init__(self) -> None:
        self._notes: dict[int, Notes] = {}

    def heading(self, condition: Condition) -> tuple[str, tuple[Condition, ...]]:
        """Return the heading of a condition, and the parts to list below; a leaf has none."""
        match condition:
            case Leaf():
                return phrase(condition), ()
            case Not(Leaf() as leaf):
                return phrase(leaf, negated=True), ()
            case Not(Not(part)):
                return self.heading(part)
            case Not(And(())) | Or(()):
                return "nobody", ()
            case Not(Or(())) | And(()):
                return "everybody", ()
            case And((part,)) | Or((part,)):
                return self.heading(part)
            case InSegment(segment):
                return f"is in segment {format_value(segment.name)}", ()
            case Not(InSegment(segment)):
                note = self._negative_note(segment.condition)
                return f"is not in segment {format_value(segment.name)}{note}", ()
            case AtLeast(number, parts) if number > len(parts):
                return "nobody", ()
            case AtLeast(0, _):
                return "everybody", ()
            case AtLeast(number, parts):
                return f"at least {number} of", parts
            case Not(AtLeast(number, parts)) if 0 < number <= len(parts):
                return f"fewer than {number} of{self._negative_note(condition.part)}", parts
            case Not(AtLeast(number)):
                return ("everybody" if number else "nobody"), ()
            case And(parts):
                return "all of", parts
            case Or(parts):
                return "any of", parts
            case Not(And((part,)) | Or((part,))):
                return self.heading(Not(part))
            case Not(part):
                heading, parts = self.heading(part)
                return f"not {heading}{self._negative_note(part)}", parts
            case _:
                assert_never(condition)

    def _negative_note(self, condition: Condition) -> str:
        return format_notes(self._notes_of(condition).negative)

    def _notes_of(self, condition: Condition) -> Notes:
        # By identity: hashing a condition would visit all of it. A part that has no notes yet is
        # computed from its own parts, so that each part is visited once, whatever is around it.
        known = self._notes.get(id(condition))
        if known is None:
            if isinstance(condition, Leaf):
                known = leaf_notes(condition)
            else:
                parts = [self._notes_of(part) for part in children(condition)]
                known = combine(condition, parts, combine_notes, negate_notes)
            self._notes[id(condition)] = known
        return known
