"""How a leaf is said in English, plainly and negated.

How groups are introduced: all of, any of, not; and a leaf by its own sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Final, assert_never

from segkit.clock import EvaluationContext
from segkit.english.values import (
    NO_VALUE_NOTE,
    format_comparison,
    format_duration,
    format_path,
    format_value,
    format_window,
)
from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment
from segkit.model.values import MIN_INSTANT, Kind
from segkit.semantics.comparisons import satisfies

ZERO_COUNT_NOTE = "none counts as 0"
"""Said wherever a count lets in contacts without any event [E1]."""


def phrase(leaf: LeafCondition, *, negated: bool = False) -> str:
    """The sentence of *leaf*, or of its complement.

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
        # Whoever is not on it, and whoever joined nobody knows when, is let in too.
        absent = "is on none" if leaf.name is None else "is not on it"
        return f"did not join {name} {when} (or {absent}, {NO_VALUE_NOTE} for when)"
    return f"joined {name} {when}"


def _count(leaf: EventCount, *, negated: bool) -> str:
    names = " or ".join(map(format_value, leaf.names))
    verb, times, blank = _count_words(*leaf.counts, negated=negated)
    said = " ".join(filter(None, (verb, names, times, format_window(leaf.window))))
    said += f" ({ZERO_COUNT_NOTE})" if blank else ""
    return said if leaf.condition is None else f"{said} where {_where(leaf.condition)}"


_OF: Final[Mapping[str, str]] = {
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
    """What is compared: ``the sum of total of "order"``."""
    names = " or ".join(map(format_value, leaf.names))
    return _OF[leaf.aggregate].format(format_path(leaf.path), names)


def _value(leaf: EventValue, *, negated: bool) -> str:
    subject = format_aggregate(leaf)
    window = format_window(leaf.window)
    subject += f" {window}" if window else ""
    subject += f" (where {_where(leaf.condition)})" if leaf.condition is not None else ""
    if leaf.aggregate not in ("sum", "distinct"):
        return f"{subject} {format_comparison(leaf.comparison, negated=negated)}"
    # Of no events these are 0, not a blank: what is let in are contacts without any [E4].
    said = format_comparison(leaf.comparison, negated=negated).removesuffix(f" ({NO_VALUE_NOTE})")
    lets_none_in = satisfies(leaf.comparison, (Kind.NUMBER, 0), _ANY_MOMENT) is not negated
    return f"{subject} {said}{f' ({ZERO_COUNT_NOTE})' if lets_none_in else ''}"


_ANY_MOMENT: Final = EvaluationContext(MIN_INSTANT, UTC)
"""Numbers are compared alike at every moment."""


def _sequence(leaf: Sequence, *, negated: bool) -> str:
    window = format_window(leaf.first.window)
    chain = f"{_event(leaf.first)}{f' {window}' if window else ''}"
    for step in leaf.steps:
        chain += f" followed by {_step(step)}"
    if leaf.absent is None:
        return f"{'never did' if negated else 'did'} {chain}"
    if not negated:
        return f"did {chain} not followed by {_step(leaf.absent)}"
    # Whoever did nothing of the kind is let in, and whoever may still do the rest [S2].
    undecided = "" if leaf.absent.within is None else ", or its time is not over"
    return f"every {chain} was followed by {_step(leaf.absent)} (or there was none{undecided})"


def _step(step: Step) -> str:
    return _event(step.event) + (f" within {format_duration(step.within)}" if step.within else "")


def _event(event: EventCount) -> str:
    names = " or ".join(map(format_value, event.names))
    return names if event.condition is None else f"{names} (where {_where(event.condition)})"


def _count_words(least: int, most: int | None, *, negated: bool) -> tuple[str, str, bool]:
    """The verb, the number of times, and whether to say that none counts as 0 [E1]."""
    never, once = ("never did", "", False), ("did", "at least once", False)
    if (least, most) == (0, 0):
        return once if negated else never
    if (least, most) == (1, None):
        return never if negated else once
    blank = (least == 0) is not negated
    if most is None:
        return "did", f"{'fewer than' if negated else 'at least'} {_times(least)}", blank
    if least == most:
        return "did", f"{'fewer or more than' if negated else 'exactly'} {_times(least)}", blank
    if least == 0:
        return "did", f"{'more than' if negated else 'at most'} {_times(most)}", blank
    if negated:
        return "did", f"fewer than {least} or more than {_times(most)}", blank
    return "did", f"{least} to {_times(most)}", blank


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _where(condition: Condition) -> str:
    match condition:
        case And(parts) if parts:
            return " and ".join(map(_part, parts))
        case Or(parts) if parts:
            return " or ".join(map(_part, parts))
        case AtLeast(number, parts):
            return f"at least {number} of {', '.join(map(_part, parts)) or 'nothing'}"
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
            return f"not ({_where(part)}){blank_note(part)}"
        case InSegment(segment):
            return _where(segment.condition)
        case Leaf():
            return phrase(condition)
        case _:
            assert_never(condition)


def blank_note(negated: Condition) -> str:
    """What the negation of a group lets in without a value or an event being there."""
    said = [phrase(leaf, negated=plain) for leaf, plain in _leaves_with_polarity(negated)]
    notes = [
        note for note in (NO_VALUE_NOTE, ZERO_COUNT_NOTE) if any(note in words for words in said)
    ]
    return f" ({'; '.join(notes)})" if notes else ""


def _leaves_with_polarity(
    condition: Condition, *, positive: bool = True
) -> Iterator[tuple[LeafCondition, bool]]:
    """The leaves, and whether they stand under an even number of negations."""
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _leaves_with_polarity(part, positive=positive)
        case Not(part):
            yield from _leaves_with_polarity(part, positive=not positive)
        case InSegment(segment):
            yield from _leaves_with_polarity(segment.condition, positive=positive)
        case Leaf():
            yield condition, positive
        case _:
            assert_never(condition)


def _part(condition: Condition) -> str:
    said = _where(condition)
    return f"({said})" if isinstance(condition, And | Or | AtLeast) else said


def describe_group(condition: Condition) -> tuple[str, tuple[Condition, ...]]:
    """How a condition is introduced, and the parts to list below that; a leaf has none."""
    match condition:
        case Leaf():
            return phrase(condition), ()
        case Not(Leaf() as leaf):
            return phrase(leaf, negated=True), ()
        case Not(Not(part)):
            return describe_group(part)
        case Not(And(())) | Or(()):
            return "nobody", ()
        case Not(Or(())) | And(()):
            return "everybody", ()
        case And((part,)) | Or((part,)):
            return describe_group(part)
        case InSegment(segment):
            return f"is in segment {format_value(segment.name)}", ()
        case Not(InSegment(segment)):
            blanks = blank_note(segment.condition)
            return f"is not in segment {format_value(segment.name)}{blanks}", ()
        case AtLeast(number, parts) if number > len(parts):
            return "nobody", ()
        case AtLeast(0, _):
            return "everybody", ()
        case AtLeast(number, parts):
            return f"at least {number} of", parts
        case Not(AtLeast(number, parts)) if 0 < number <= len(parts):
            return f"fewer than {number} of{blank_note(condition.part)}", parts
        case Not(AtLeast(number)):
            return ("everybody" if number else "nobody"), ()
        case And(parts):
            return "all of", parts
        case Or(parts):
            return "any of", parts
        case Not(And((part,)) | Or((part,))):
            return describe_group(Not(part))
        case Not(part):
            head, parts = describe_group(part)
            return f"not {head}{blank_note(part)}", parts
        case _:
            assert_never(condition)
