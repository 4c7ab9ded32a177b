"""explain(): why a contact is in a segment or is not, with what every part found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.display import HtmlDisplay
from segkit.english.conditions import Describer
from segkit.errors import short_repr
from segkit.history import NOT_GIVEN, Facts
from segkit.model.base import Leaf, Not
from segkit.model.conditions import CombinedCondition, Condition, ContactLeaf
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import ContactLike, EventLike
from segkit.model.segments import Segment, contact_condition
from segkit.operations.explanation.certainty import (
    EventJudgements,
    Judgement,
    combine_at_least,
    combine_not,
    judge,
)
from segkit.operations.explanation.text import (
    ComparedValues,
    Finding,
    finding,
    format_compared_events,
    format_interval,
    format_next_change,
    format_notes,
    format_pending,
)
from segkit.semantics.observations import (
    SequenceObservation,
    observe,
)
from segkit.timelines import (
    NextChange,
    first_change,
    steps_for_events,
    timeline_of_observation,
)
from segkit.timelines.base import VerdictTimeline, at_least, negate
from segkit.timelines.shared import SharedTimeline
from segkit.traversal import children, combine


@attrs.frozen
class Explanation(HtmlDisplay):
    """The verdict of a condition and of each of its parts, and what they found.

    ``print`` shows it as indented text. In a boolean context it is its verdict.

    Attributes:
        condition: The condition, or the part.
        sentence: The sentence of a leaf; the heading of a group.
        verdict: Whether the condition is true.
        line: What a leaf found, in one line; empty for a group.
        seen: For an attribute, its value (``None`` if absent); for a list membership, the lists
            that the contact is on, each with its joined instant; for an event count, the number of
            events that count.
        among: For an event count with ``where``, the number of events in the window.
        compared: Where values are compared with each other, as ``attr`` with ``attr``, the values:
            of the contact, or of each event, newest first.
        window: The time window, as two instants in UTC; ``None`` if there is none.
        until: When the verdict flips by itself, if no fact changes: the verdict holds from now up
            to ``until.at``, which is not included; see `segkit.next_change`.
        waiting: For an absence that is not certain yet, the time in which it may still be broken:
            from the last event of the chain until that is settled [S2].
        notes: The values that could not be compared: missing, or of another kind [V6].
        certain: Whether the verdict would be the same whatever those values were.
        parts: The explanations of the parts.
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
    notes: tuple[str, ...]
    certain: bool
    parts: tuple[Explanation, ...]

    def __bool__(self) -> bool:
        return self.verdict

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def findings(self) -> list[str]:
        """Return what was found, the window and what could not be compared, one line each."""
        return _findings(self)

    def only_because(self) -> tuple[str, ...]:
        """Return why a negation or an absence is true only for want of a value [V6]."""
        includes_blanks = isinstance(self.condition, Not | EventCount | Sequence)
        return self.notes if self.verdict and not self.certain and includes_blanks else ()


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
    evaluated, also where the verdict is clear after the first.

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
    return _Explainer(facts, EvaluationContext.create(now, tz)).explain(checked).explanation


_MAX_STEPS: Final = 200
"""Steps of the search for the next change of each part, besides those that events need.

Enough for decades of birthdays; a search without an end stops soon.
"""


_NOTHING_FOUND: Final = Finding("", None)
"""The finding of a group, which looks at no fact itself."""


@attrs.frozen(eq=False)
class _Explained:
    """A part that has been explained, with what the group around it is computed from."""

    explanation: Explanation
    judgement: Judgement
    timeline: VerdictTimeline
    leaves: int


class _Explainer:
    """Explains a condition from the leaves upwards.

    Every leaf is observed once. Verdict, certainty, text and timeline of a leaf are read from the
    observation, and those of a group are combined from its parts.
    """

    def __init__(self, facts: Facts, context: EvaluationContext) -> None:
        self._facts = facts
        self._context = context
        self._describer = Describer()

    def explain(self, condition: Condition) -> _Explained:
        """Return the explanation of *condition* and all its parts."""
        if isinstance(condition, Leaf):
            # A condition on contacts has no other leaves, see `segkit.traversal`.
            return self._explain_leaf(cast("ContactLeaf", condition))
        return self._explain_group(condition)

    def _explain_leaf(self, leaf: ContactLeaf) -> _Explained:
        facts, context = self._facts, self._context
        judgements = EventJudgements(context)
        observation = observe(leaf, facts, context, judgements.matches)
        judgement = judge(observation, facts, judgements)
        timeline = timeline_of_observation(observation, facts, context)
        waiting = observation.pending if isinstance(observation, SequenceObservation) else None
        return self._explained(
            leaf,
            judgement,
            timeline,
            leaves=1,
            found=finding(observation, facts, context),
            waiting=waiting,
        )

    def _explain_group(self, condition: CombinedCondition) -> _Explained:
        parts = [self.explain(part) for part in children(condition)]
        judgements = [part.judgement for part in parts]
        timelines = [part.timeline for part in parts]
        return self._explained(
            condition,
            combine(condition, judgements, combine_at_least, combine_not),
            combine(condition, timelines, at_least, negate),
            leaves=sum(part.leaves for part in parts),
            parts=tuple(part.explanation for part in parts),
        )

    def _explained(
        self,
        condition: Condition,
        judgement: Judgement,
        timeline: VerdictTimeline,
        *,
        leaves: int,
        found: Finding = _NOTHING_FOUND,
        waiting: Interval | None = None,
        parts: tuple[Explanation, ...] = (),
    ) -> _Explained:
        shared = SharedTimeline(timeline)
        steps = _MAX_STEPS + steps_for_events(leaves, self._facts)
        explanation = Explanation(
            condition=condition,
            sentence=self._describer.heading(condition)[0],
            verdict=judgement.verdict,
            line=found.line,
            seen=found.seen,
            among=found.among,
            compared=found.compared,
            window=found.window,
            until=first_change(shared, self._context.now, None, max_steps=steps),
            waiting=waiting,
            notes=judgement.reasons,
            certain=judgement.certain,
            parts=parts,
        )
        return _Explained(explanation, judgement, shared, leaves)


# --- as text --------------------------------------------------------------------------------------

_INDENT = "  "
_BELOW_VERDICT = "     "


def _lines(explanation: Explanation) -> list[str]:
    lines = [f"{'yes' if explanation.verdict else 'no ':<3}  {explanation.sentence}"]
    lines += [f"{_BELOW_VERDICT}{line}" for line in explanation.findings()]
    for part in explanation.parts:
        lines += [f"{_INDENT}{line}" for line in _lines(part)]
    return lines


def _findings(explanation: Explanation) -> list[str]:
    condition = explanation.condition
    lines = [explanation.line] if explanation.line else []
    lines += format_compared_events(explanation.compared)
    if explanation.window is not None:
        lines.append(f"window: {format_interval(explanation.window)}")
    lines += format_next_change(explanation.until)
    if explanation.waiting is not None:
        lines.append(format_pending(explanation.waiting))
    because = explanation.only_because()
    if because:
        lines.append(f"holds only because {format_notes(because)}")
    elif isinstance(condition, Leaf) and explanation.notes:
        lines.append(f"note: {format_notes(explanation.notes)}")
    return lines
