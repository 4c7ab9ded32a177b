"""explain(): why a contact is in a segment or is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, NamedTuple

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.display import HtmlDisplay
from segkit.english.conditions import Describer
from segkit.english.values import format_instant, format_value
from segkit.errors import short_repr
from segkit.history import Facts
from segkit.model.base import Leaf, Not
from segkit.model.call_hints import written_as
from segkit.model.conditions import Condition
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import NOT_GIVEN, ContactLike, EventLike
from segkit.model.segments import Segment, contact_condition
from segkit.operations.explanation.certainty import (
    EventJudgements,
    Judgement,
    combine_at_least,
    combine_not,
    judge,
)
from segkit.operations.explanation.findings import (
    ComparedValues,
    LeafFinding,
    finding,
    format_compared_values,
)
from segkit.semantics.observations import observe
from segkit.timelines.base import SharedTimeline, VerdictTimeline, at_least, negate
from segkit.timelines.conditions import (
    NextChange,
    first_change,
    steps_for_events,
    timeline_of_observation,
)
from segkit.traversal import children, combine, iter_contact_leaves


@attrs.frozen
class Explanation(HtmlDisplay):
    """The verdict of a condition and of each of its parts, and what they found.

    ``print`` shows it as indented text. ``bool()`` returns the verdict.

    Attributes:
        condition: The condition, or the part.
        sentence: The sentence of a leaf; the heading of a group.
        verdict: Whether the condition is true.
        line: The finding of a leaf, in one line; empty for a group.
        seen: For an attribute, its value (``None`` if absent); for a list membership, the lists
            that the contact is on, each with its joined instant; for an event count, the number of
            events that count.
        among: For an event count with ``where``, the number of events in the window.
        compared: The values that are compared with each other, as by ``attr("a") > attr("b")``:
            those of the contact, or those of each event, newest first.
        window: The time window, as two instants in UTC; ``None`` if there is none.
        until: When the verdict flips by itself, if no fact changes: the verdict holds from now up
            to ``until.at``, which is not included; see `segkit.next_change`.
        waiting: For a sequence whose absence is not certain yet, the time in which an event may
            still break it, from the last event of the chain on [S2].
        future: For events, how many lie after now and are left out, although the window could
            contain them [T1].
        notes: The values that could not be compared: missing, or of another kind [V6].
        certain: Whether the verdict would be the same whatever those values were.
        parts: The explanations of the parts.
        tz: The zone of the evaluation. ``print`` shows instants in it; those of the attributes are
            in UTC.

    >>> from segkit import Contact, attr, explain
    >>> explanation = explain(attr("age") >= 18, Contact("ada", {"age": 36}))
    >>> explanation.sentence, explanation.verdict, explanation.seen
    ('age is at least 18', True, 36)
    """

    condition: Condition
    sentence: str
    verdict: bool
    line: str
    seen: object = attrs.field(repr=short_repr)
    among: int | None
    compared: tuple[ComparedValues, ...] = attrs.field(repr=short_repr)
    window: Interval | None
    until: NextChange = attrs.field(repr=short_repr)
    waiting: Interval | None
    future: int
    notes: tuple[str, ...]
    certain: bool
    parts: tuple[Explanation, ...]
    tz: tzinfo

    def __bool__(self) -> bool:
        return self.verdict

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def findings(self) -> list[str]:
        """Return what was found, the window and what could not be compared, one line each."""
        lines, tz = [self.line] if self.line else [], self.tz
        lines += _format_compared_events(self.compared, tz)
        if self.window is not None:
            lines.append(f"window: {_format_interval(self.window, tz)}")
        if self.until.at is not None:
            lines.append(f"until: {format_instant(self.until.at, tz)}")
        elif self.until.horizon is not None:
            lines.append(f"until: after {format_instant(self.until.horizon, tz)}")
        if self.waiting is not None:
            lines.append(_format_pending(self.waiting, tz))
        if self.future:
            lines.append(f"note: {_format_future(self.future)}")
        because = self.only_because()
        if because:
            lines.append(f"holds only because {_format_notes(because)}")
        elif isinstance(self.condition, Leaf) and self.notes:
            lines.append(f"note: {_format_notes(self.notes)}")
        return lines

    def only_because(self) -> tuple[str, ...]:
        """Return the missing or mismatched values without which it would not be true.

        Only a negation, a count or a sequence is marked so; other leaves show them in a note [V6].
        """
        includes_missing = isinstance(self.condition, Not | EventCount | Sequence)
        return self.notes if self.verdict and not self.certain and includes_missing else ()


@written_as("explain(condition, contact, events, now=now)")
def explain(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    *,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
) -> Explanation:
    """Return why *contact* is in the segment or is not: the verdict and findings of every part.

    Arguments and errors are those of `segkit.matches`, and so is the verdict. Every part is
    evaluated, even if the first one decides the verdict.

    >>> from segkit import Contact, attr, explain
    >>> print(explain(attr("plan") != "pro", Contact("ada")))
    yes  plan is not "pro" (or has no value)
         holds only because plan has no value
      no   plan is "pro"
           value: none
           note: plan has no value
    """
    checked = contact_condition(condition, "explain")
    facts = Facts.from_call(checked, contact, events)
    return _explain(checked, facts, EvaluationContext.create(now, tz), Describer()).explanation


_MAX_STEPS: Final = 200
"""Steps of each search for a next change, enough for decades of birthdays; more for events."""


class _Explained(NamedTuple):
    """A part that has been explained, with what its group is computed from."""

    explanation: Explanation
    judgement: Judgement
    timeline: VerdictTimeline
    leaves: int


def _explain(
    condition: Condition, facts: Facts, context: EvaluationContext, describer: Describer
) -> _Explained:
    """Explain *condition* and its parts, from the leaves upwards.

    Every leaf is observed once: its verdict, certainty, text and timeline are computed from the
    observation, and those of a group from its parts.
    """
    parts: list[_Explained] = []
    if isinstance(condition, Leaf):
        (leaf,) = iter_contact_leaves(condition)
        judgements = EventJudgements(context)
        observation = observe(leaf, facts, context, judgements.matches)
        judgement = judge(observation, facts, judgements)
        timeline = timeline_of_observation(observation, facts, context)
        found, leaves = finding(observation, facts, context), 1
    else:
        parts = [_explain(part, facts, context, describer) for part in children(condition)]
        judged = [part.judgement for part in parts]
        judgement = combine(condition, judged, combine_at_least, combine_not)
        timeline = combine(condition, [part.timeline for part in parts], at_least, negate)
        found, leaves = LeafFinding(), sum(part.leaves for part in parts)
    shared = SharedTimeline(timeline)
    steps = _MAX_STEPS + steps_for_events(leaves, facts)
    explanation = Explanation(
        condition=condition,
        sentence=describer.heading(condition)[0],
        verdict=judgement.verdict,
        until=first_change(shared, context.now, None, max_steps=steps),
        notes=judgement.reasons,
        certain=judgement.certain,
        parts=tuple(part.explanation for part in parts),
        tz=context.tz,
        **attrs.asdict(found, recurse=False),
    )
    return _Explained(explanation, judgement, shared, leaves)


# --- as text --------------------------------------------------------------------------------------

_MAX_EVENTS: Final = 5
_MAX_NOTES: Final = 5


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"{'yes' if explanation.verdict else 'no':<3}  {explanation.sentence}"
    for line in explanation.findings():
        yield f"     {line}"
    for part in explanation.parts:
        for line in _lines(part):
            yield f"  {line}"


def _format_compared_events(compared: tuple[ComparedValues, ...], tz: tzinfo) -> list[str]:
    """Return the values of the newest events, one line each; none for values of the contact."""
    events = [(each.at, each) for each in compared if each.at is not None]
    lines = [
        f"{format_value(event.event)} at {format_instant(at, tz)}: "
        f"{format_compared_values(event, tz)}"
        for at, event in events[:_MAX_EVENTS]
    ]
    more = len(events) - len(lines)
    return [*lines, f"and {more} earlier event{'s' if more > 1 else ''}"] if more else lines


def _format_interval(window: Interval, tz: tzinfo) -> str:
    """Return a window in words that say which bound is included."""
    start, end = window.start, window.end
    if start is not None and end is not None and start >= end:
        return "empty"
    since, until = "after", "up to and including"
    if window.closed == "left":
        since, until = "from", "before" if start is None else "to before"
    bounds = [f"{since} {format_instant(start, tz)}"] if start is not None else []
    bounds += [f"{until} {format_instant(end, tz)}"] if end is not None else []
    return ", ".join(bounds) or "at all time"


def _format_pending(pending: Interval, tz: tzinfo) -> str:
    """Return the line that says how long an absence can still be broken."""  # [S2]
    assert pending.start is not None, "it starts with an event"  # noqa: S101
    end = pending.end
    over = "never over" if end is None else f"not over until {format_instant(end, tz)}"
    return f"not yet: the time after {format_instant(pending.start, tz)} is {over}"


def _format_future(number: int) -> str:
    events = "event lies after now and does" if number == 1 else "events lie after now and do"
    return f"{number} {events} not count yet"


def _format_notes(notes: tuple[str, ...]) -> str:
    """Return the first notes, and how many more there are."""
    more = len(notes) - _MAX_NOTES
    rest = (f"{more} more like these",) if more > 0 else ()
    return "; ".join((*notes[:_MAX_NOTES], *rest))
