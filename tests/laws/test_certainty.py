"""A certain verdict does not depend on unusable values; an uncertain verdict does [V6]."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from segkit import (
    And,
    AtLeast,
    Attribute,
    Comparison,
    Condition,
    Contact,
    Event,
    EventCount,
    EventValue,
    Explanation,
    InSegment,
    ListMembership,
    Not,
    Or,
    Property,
    Reference,
    Sample,
    Segment,
    Sequence,
    attr,
    did,
    explain,
    matches,
    prop,
)
from segkit.model.values import Kind, normalize, normalize_location
from segkit.testing import instants, values
from segkit.traversal import iter_leaves
from tests.laws.inputs import Inputs, inputs
from tests.strategies import conditions


def nodes(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for part in explanation.parts:
        yield from nodes(part)


# --- certain verdicts do not change ---------------------------------------------------------------


@attrs.frozen
class Read:
    """The path of a value that a leaf reads, and the check whether the leaf can use the value."""

    path: tuple[str, ...]
    is_usable: Callable[[object], bool]
    event_names: tuple[str, ...] | None = None
    """The names of the events whose value is read; ``None`` for the contact."""

    def is_blank(self, known: Mapping[str, Any]) -> bool:
        found: Any = known
        for step in self.path:
            try:
                found = found.get(step)
            except Exception:  # noqa: BLE001 - hostile mappings raise, others have no .get
                found = None
        return not self.is_usable(found)


def reads(condition: Condition) -> Iterator[Read]:
    for leaf in iter_leaves(condition):
        match leaf:
            case Attribute(path, comparison):
                yield from reads_of_comparison(path, comparison, None, None)
            case EventCount(names=names, condition=where):
                yield from reads_in_where(where, names, None)
            case EventValue(names=names, condition=where):
                yield from reads_in_where(where, names, None)
                if leaf.path:
                    yield Read(leaf.path, usable_by(leaf), names)
            case Sequence(first):
                yield from reads_in_where(first.condition, first.names, None)
                for step in leaf.later_steps():
                    yield from reads_in_where(step.event.condition, step.event.names, first.names)
            case ListMembership() | Sample() | Property():
                pass


def reads_in_where(
    where: Condition | None, names: tuple[str, ...], first: tuple[str, ...] | None
) -> Iterator[Read]:
    for leaf in iter_leaves(where) if where is not None else ():
        assert isinstance(leaf, Property)
        yield from reads_of_comparison(leaf.path, leaf.comparison, names, first)


def reads_of_comparison(
    path: tuple[str, ...],
    comparison: Comparison,
    names: tuple[str, ...] | None,
    first: tuple[str, ...] | None,
) -> Iterator[Read]:
    def is_usable(value: object) -> bool:
        return can_compare(comparison, value)

    yield Read(path, is_usable, names)
    if isinstance(comparison.operand, Reference):
        yield Read(comparison.operand.path, is_usable, first if comparison.operand.first else names)


def can_compare(comparison: Comparison, value: object) -> bool:
    kind, _ = normalize_location(value) if comparison.operator == "within_km" else normalize(value)
    return comparison.operator == "is_set" or kind in comparison.kinds


def usable_by(leaf: EventValue) -> Callable[[object], bool]:
    def is_usable(value: object) -> bool:
        if leaf.aggregate in ("latest", "earliest"):
            return can_compare(leaf.comparison, value)
        kind, _ = normalize(value)
        if leaf.aggregate == "distinct":
            return kind not in (Kind.NO_VALUE, Kind.INCOMPARABLE)
        return kind is Kind.NUMBER

    return is_usable


def unusable_names(reads: list[Read], known: Mapping[str, Any]) -> list[str]:
    """Return the names whose values no leaf can use."""
    names = {read.path[0] for read in reads}
    return sorted(names - {read.path[0] for read in reads if not read.is_blank(known)})


def with_other_values_at_blanks(data: DataObject, condition: Condition, case: Inputs) -> Inputs:
    """Return the inputs with other values at the names whose values no leaf can use."""
    all_reads = list(reads(condition))

    def with_other_values(known: Mapping[str, Any], reads: list[Read]) -> dict[str, Any]:
        optional = dict.fromkeys(unusable_names(reads, known), values())
        return {**known, **data.draw(st.fixed_dictionaries({}, optional=optional))}

    contact = case.contact
    filled = Contact(
        contact.id,
        with_other_values(
            contact.attributes, [read for read in all_reads if read.event_names is None]
        ),
        {name: data.draw(instants()) if at is None else at for name, at in contact.lists.items()},
    )
    events = []
    for event in case.events:
        event_reads = [
            read for read in all_reads if read.event_names and event.name in read.event_names
        ]
        events.append(
            attrs.evolve(event, properties=with_other_values(event.properties, event_reads))
        )
    return attrs.evolve(case, contact=filled, events=events)


@given(conditions(), inputs(unique_ids=True), st.data())
def test_a_certain_verdict_does_not_depend_on_unusable_values(
    condition: Condition, case: Inputs, data: DataObject
) -> None:
    """[V6] A certain verdict does not change when values that cannot be compared are replaced."""
    old_nodes = nodes(case.explain(condition))
    new_nodes = nodes(with_other_values_at_blanks(data, condition, case).explain(condition))
    for old, new in zip(old_nodes, new_nodes, strict=True):
        assert old.verdict is new.verdict or not old.certain


# --- uncertain verdicts can change ----------------------------------------------------------------

NOW = datetime(2024, 3, 1, tzinfo=UTC)
YES, NO, BLANK = "yes", "no", None
ANSWERS = st.sampled_from((BLANK, YES, NO))


@attrs.define
class Form:
    """A condition whose leaves share no facts, and the facts that they read."""

    condition: Condition = attrs.field(factory=And)
    attributes: dict[str, str | None] = attrs.field(factory=dict)
    events: list[tuple[str, str | None]] = attrs.field(factory=list)

    def facts(self) -> tuple[Contact[str], list[Event[str]]]:
        events = [Event("c1", name, NOW, {"answer": answer}) for name, answer in self.events]
        return Contact("c1", self.attributes), events

    def fillings(self) -> Iterator[Form]:
        """Yield a form for each combination of values for the blanks."""
        answers = [*self.attributes.values(), *(answer for _, answer in self.events)]
        options = [(YES, NO) if answer is BLANK else (answer,) for answer in answers]
        for combination in product(*options):
            filled = iter(combination)
            yield Form(
                self.condition,
                {name: next(filled) for name in self.attributes},
                [(name, next(filled)) for name, _ in self.events],
            )


@st.composite
def forms(draw: DrawFn) -> Form:
    form = Form()
    names = (f"x{number}" for number in range(1000))

    def count_of(name: str) -> EventCount:
        form.events += [(name, answer) for answer in draw(st.lists(ANSWERS, max_size=2))]
        return did(name).where(prop("answer") == YES)

    def leaf() -> Condition:
        name = next(names)
        match draw(st.sampled_from(("attribute", "count", "sequence", "absence"))):
            case "attribute":
                form.attributes[name] = draw(ANSWERS)
                return attr(name) == YES
            case "count":
                minimum, extra = draw(st.integers(0, 2)), draw(st.none() | st.integers(0, 1))
                counted = count_of(name).at_least(minimum)
                return counted if extra is None else counted.at_most(minimum + extra)
            case "sequence":
                return count_of(name).followed_by(count_of(next(names)))
            case _:
                return count_of(name).not_followed_by(count_of(next(names)))

    def tree(depth: int) -> Condition:
        kind = draw(st.sampled_from((leaf, Not, And, Or, AtLeast, InSegment))) if depth else leaf
        if kind is leaf:
            return leaf()
        if kind is Not:
            return Not(tree(depth - 1))
        if kind is InSegment:
            return InSegment(Segment("a", tree(depth - 1)))
        parts = tuple(tree(depth - 1) for _ in range(draw(st.integers(0, 2))))
        if kind is AtLeast:
            return AtLeast(draw(st.integers(0, 2)), parts)
        return And(parts) if kind is And else Or(parts)

    form.condition = tree(2)
    return form


@given(forms())
def test_certainty_is_exact_if_leaves_share_no_fact(form: Form) -> None:
    """[V6] A verdict is certain exactly if it is equal for all values of the blanks."""
    outcomes = [filled.facts() for filled in form.fillings()]
    for node in nodes(explain(form.condition, *form.facts(), now=NOW)):
        verdicts = {matches(node.condition, *facts, now=NOW) for facts in outcomes}
        assert node.certain is (verdicts == {node.verdict})
