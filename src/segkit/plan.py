"""The plan of a bulk evaluation: which engine evaluates which parts of the segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence as Items
from typing import Final, Literal, NamedTuple, TypeAlias

import attrs

from segkit.model.conditions import Condition, ContactLeaf
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.operations.description import describe
from segkit.operations.evaluation.expression_source import declined_leaves
from segkit.operations.evaluation.rows import compile_rows
from segkit.semantics.comparisons import depends_on_now
from segkit.semantics.observations import leaf_depends_on_now
from segkit.sources.masks import is_static, reads_all_events
from segkit.traversal import iter_contact_leaves

Engine: TypeAlias = Literal["columns", "rows", "reference"]
"""Kept columns of a store; compiled code for one row after the other; or the reference, which is
slow, and evaluates what the other two decline."""

_MAX_SENTENCES: Final = 3


class PlannedPart(NamedTuple):
    """A part that segments have in common, and how it is evaluated: once for all of them."""

    part: ContactLeaf
    engine: Engine
    work: str
    segments: int


@attrs.frozen
class Plan:
    """How an evaluation of several segments works; `Evaluator.plan` returns it.

    Attributes:
        segments: The number of segments.
        parts: The different parts of all segments: comparisons, lists, counts, and so on.

    >>> from segkit import Contact, Evaluator, MemorySource, Segment, attr, did
    >>> source = MemorySource(Contact(number) for number in range(100))
    >>> adult = attr("age") >= 18
    >>> segments = [Segment("adults", adult), Segment("buyers", adult & did("order"))]
    >>> print(Evaluator(source).plan(segments))
    2 segments, 2 different parts
      1 part by columns: verdicts kept for each contact
      1 part by columns: counts kept for each contact, moved on with now
    """

    segments: int
    parts: tuple[PlannedPart, ...]

    @property
    def declined(self) -> tuple[PlannedPart, ...]:
        """The parts that the reference evaluates, or whose ``where`` it evaluates."""
        return tuple(part for part in self.parts if part.engine == "reference")

    def __str__(self) -> str:
        lines = [
            f"{_number(self.segments, 'segment')}, {_number(len(self.parts), 'different part')}"
        ]
        kinds = Counter((part.engine, part.work) for part in self.parts)
        for (engine, work), number in kinds.items():
            lines.append(f"  {_number(number, 'part')} by {engine}: {work}")
            if engine == "reference":
                sentences = [
                    describe(part.part)
                    for part in self.parts
                    if (part.engine, part.work) == (engine, work)
                ]
                lines += [f"    {sentence}" for sentence in sentences[:_MAX_SENTENCES]]
                if number > _MAX_SENTENCES:
                    lines.append(f"    and {number - _MAX_SENTENCES} more")
        return "\n".join(lines)


def plan_of(conditions: Items[Condition], *, by_columns: bool) -> Plan:
    """Return the plan for *conditions*, over the columns of a store or over rows."""
    uses = Counter(
        leaf for condition in conditions for leaf in dict.fromkeys(iter_contact_leaves(condition))
    )
    works = _work_by_columns(uses) if by_columns else _work_by_rows(uses, conditions)
    parts = (PlannedPart(leaf, *works[leaf], number) for leaf, number in uses.items())
    return Plan(len(conditions), tuple(parts))


def _work_by_rows(
    leaves: Iterable[ContactLeaf], conditions: Items[Condition]
) -> dict[ContactLeaf, tuple[Engine, str]]:
    too_large = compile_rows(conditions).declined
    return {
        leaf: ("reference", "contact by contact")
        if declined_leaves(leaf) or leaf in too_large
        else ("rows", "one loop over the contacts, and one over the events of each")
        for leaf in leaves
    }


def _work_by_columns(leaves: Iterable[ContactLeaf]) -> dict[ContactLeaf, tuple[Engine, str]]:
    return {leaf: _work_of_columns(leaf) for leaf in leaves}


def _work_of_columns(leaf: ContactLeaf) -> tuple[Engine, str]:
    if reads_all_events(leaf):
        return "reference", "contact by contact, for contacts with such events"
    work, kept = "a verdict for each contact", None
    if isinstance(leaf, EventCount):
        work = "counts for each contact"
        if is_static(leaf.condition):
            kept = "counts kept for each contact, moved on with now"
    elif isinstance(leaf, EventValue):
        work = "aggregates of the events in the window"
        if is_static(leaf.condition) and not depends_on_now(leaf.comparison):
            kept = f"{work}, kept for contacts without a change"
    elif not leaf_depends_on_now(leaf):
        kept = "verdicts kept for each contact"
    if declined_leaves(leaf):
        return "reference", f"at first, then {kept}" if kept else work
    return "columns", kept or work


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
