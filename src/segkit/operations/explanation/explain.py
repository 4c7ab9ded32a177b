"""explain(): why a contact is in a segment, or is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.display import HtmlDisplay
from segkit.english.conditions import describe_group
from segkit.errors import short_repr
from segkit.history import Facts
from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.facts import ContactLike, EventLike
from segkit.model.segments import InSegment, Segment, contact_condition
from segkit.model.time_spans import Ever, Window
from segkit.operations.explanation.certainty import (
    Judgement,
    combine_not,
    enough,
    every,
    judge,
    pending_absence,
    some,
)
from segkit.operations.explanation.text import (
    ComparedValues,
    compared_values,
    format_compared_events,
    format_compared_values,
    format_interval,
    format_next_change,
    format_observation,
    format_pending,
)
from segkit.timelines.conditions import NextChange, find_next_change


@attrs.frozen
class Explanation(HtmlDisplay):
    """The verdict of a condition and of each of its parts, and what they saw.

    ``print`` shows it as an indented text.

    Attributes:
        condition: The condition or part.
        sentence: What it says; of a group, how it is introduced.
        verdict: Whether it holds.
        seen: Of an attribute its value (``None`` if absent); of a list membership the lists the
            contact is on, each with its joined instant; of an event count the number that counts.
        among: Of an event count with ``where``, the events in the window that could have counted.
        compared: Where values are compared with each other, as ``attr`` with ``attr``, what each
            of them was found to be: of the contact, or of each event looked at, newest first.
        window: The window looked through, between two instants in UTC; ``None`` if there is none.
        until: When the verdict flips by itself, if nothing new happens: it holds from now up to
            ``until.at``, which does not belong to it; see `segkit.next_change`.
        waiting: Of an absence that is not certain yet, the time within which it may still be
            broken: from the event that nothing has followed so far to when that is settled [S2].
        notes: The values that could not be compared: missing, or of another kind [V6].
        certain: Whether the verdict would be the same whatever those values were.
        parts: The explanations of the parts.
    """

    condition: Condition
    sentence: str
    verdict: bool
    seen: object = attrs.field(repr=short_repr)
    among: int | None
    compared: tuple[ComparedValues, ...] = attrs.field(repr=short_repr)
    window: Interval | None
    until: NextChange = attrs.field(repr=short_repr)
    waiting: Interval | None
    notes: tuple[str, ...]
    certain: bool
    parts: tuple[Explanation, ...]

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def findings(self) -> list[str]:
        """What it saw, where it looked and what it could not compare, a line each."""
        return _findings(self)

    def only_because(self) -> tuple[str, ...]:
        """Why a negation, or a count that none satisfies, holds only for want of a value [V6]."""
        letting_in = isinstance(self.condition, Not | EventCount | Sequence)
        return self.notes if self.verdict and not self.certain and letting_in else ()


def explain(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = (),
    *,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
) -> Explanation:
    """Why *contact* is in the segment or is not: every part, its verdict and what it saw.

    Arguments and errors are those of `segkit.matches`, and so is the verdict. Every part is
    looked at, also where the verdict is clear after the first.

    >>> from segkit import Contact, attr, explain
    >>> print(explain(attr("plan") != "pro", Contact("ada")))
    yes  plan is not "pro" (or has no value)
         holds only because plan has no value
      no   plan is "pro"
           value: none
           note: plan has no value
    """
    asked = contact_condition(condition, "explain")
    return _explained(asked, Facts.from_call(contact, events), EvaluationContext.create(now, tz))


_MAX_STEPS: Final = 200
"""Looks ahead for each part: enough for decades of birthdays, and soon done with the rest."""


def _explained(condition: Condition, facts: Facts, context: EvaluationContext) -> Explanation:
    parts: tuple[Explanation, ...] = ()
    beside: tuple[ComparedValues, ...] = ()
    window: Interval | None = None
    time_left: Interval | None = None
    match condition:
        case And(conditions):
            parts = tuple(_explained(part, facts, context) for part in conditions)
            judged = every([_judged(part) for part in parts])
        case Or(conditions):
            parts = tuple(_explained(part, facts, context) for part in conditions)
            judged = some([_judged(part) for part in parts])
        case AtLeast(number, conditions):
            parts = tuple(_explained(part, facts, context) for part in conditions)
            judged = enough(number, [_judged(part) for part in parts])
        case Not(part):
            parts = (_explained(part, facts, context),)
            judged = combine_not(_judged(parts[0]))
        case InSegment(segment):
            parts = (_explained(segment.condition, facts, context),)
            judged = _judged(parts[0])
        case Leaf():
            judged = judge(condition, facts, context)
            beside = compared_values(condition, facts, context)
            window = _window(condition, context)
            if isinstance(condition, Sequence) and not judged.verdict:
                time_left = pending_absence(condition, facts, context)
        case _:
            assert_never(condition)
    return Explanation(
        condition=condition,
        sentence=describe_group(condition)[0],
        verdict=judged.verdict,
        seen=judged.seen,
        among=judged.among,
        compared=beside,
        window=window,
        until=find_next_change(condition, facts, context, None, max_steps=_MAX_STEPS),
        waiting=time_left,
        notes=judged.reasons,
        certain=judged.certain,
        parts=parts,
    )


def _judged(part: Explanation) -> Judgement:
    return Judgement(part.verdict, part.certain, part.notes)


def _window(leaf: LeafCondition, context: EvaluationContext) -> Interval | None:
    match leaf:
        case EventCount(window=window) | EventValue(window=window):
            return _past(window, context)
        case Sequence(first):
            return _past(first.window, context)
        case Attribute(_, comparison) | Property(_, comparison) | ListMembership(_, comparison):
            if comparison is None or comparison.operator != "within":
                return None
            return context.window_interval(cast("Window", comparison.operand))
        case Sample():
            return None
        case _:
            assert_never(leaf)


def _past(window: Window, context: EvaluationContext) -> Interval:
    """The window of events; what has happened has happened up to now [T1]."""
    return (
        Interval(None, context.now, "right")
        if window == Ever()
        else context.window_interval(window)
    )


# --- as text -------------------------------------------------------------------------------------

_INDENT = "  "
_UNDER = "     "


def _lines(explanation: Explanation) -> list[str]:
    lines = [f"{'yes' if explanation.verdict else 'no ':<3}  {explanation.sentence}"]
    lines += [f"{_UNDER}{line}" for line in explanation.findings()]
    for part in explanation.parts:
        lines += [f"{_INDENT}{line}" for line in _lines(part)]
    return lines


def _findings(explanation: Explanation) -> list[str]:
    found: list[str] = []
    condition = explanation.condition
    if isinstance(condition, Attribute) and explanation.compared:
        found += [f"values: {format_compared_values(each)}" for each in explanation.compared]
    elif isinstance(condition, Leaf):
        found.append(format_observation(condition, explanation.seen, explanation.among))
        found += format_compared_events(explanation.compared)
    if explanation.window is not None:
        found.append(f"window: {format_interval(explanation.window)}")
    found += format_next_change(explanation.until)
    if explanation.waiting is not None:
        found.append(format_pending(explanation.waiting))
    because = explanation.only_because()
    if because:
        found.append(f"holds only because {_listed(because)}")
    elif isinstance(condition, Leaf) and explanation.notes:
        found.append(f"note: {_listed(explanation.notes)}")
    return found


_MOST_NOTES = 5


def _listed(notes: tuple[str, ...]) -> str:
    more = len(notes) - _MOST_NOTES
    rest = (f"{more} more like these",) if more > 0 else ()
    return "; ".join((*notes[:_MOST_NOTES], *rest))
