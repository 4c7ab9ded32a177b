"""What an explanation calls certain no value can change, and what it does not, some values can."""

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


def nodes(told: Explanation) -> Iterator[Explanation]:
    yield told
    for part in told.parts:
        yield from nodes(part)


# --- what is certain stays ------------------------------------------------------------------------


@attrs.frozen
class Look:
    """That some leaf looks at a value, and whether it can make something of what it finds."""

    path: tuple[str, ...]
    fits: Callable[[object], bool]
    of_events: tuple[str, ...] | None = None
    """The names of the events it looks at; ``None`` for the contact."""

    def is_vain(self, known: Mapping[str, Any]) -> bool:
        found: Any = known
        for step in self.path:
            try:
                found = found.get(step)
            except Exception:  # noqa: BLE001 - hostile mappings raise, others have no .get
                found = None
        return not self.fits(found)


def looks(condition: Condition) -> Iterator[Look]:
    for leaf in iter_leaves(condition):
        match leaf:
            case Attribute(path, comparison):
                yield from compared(path, comparison, None, None)
            case EventCount(names=names, condition=where):
                yield from looks_in_where(where, names, None)
            case EventValue(names=names, condition=where):
                yield from looks_in_where(where, names, None)
                if leaf.path:
                    yield Look(leaf.path, made_of(leaf), names)
            case Sequence(first):
                yield from looks_in_where(first.condition, first.names, None)
                for step in leaf.later_steps():
                    yield from looks_in_where(step.event.condition, step.event.names, first.names)
            case ListMembership() | Sample() | Property():
                pass


def looks_in_where(
    where: Condition | None, names: tuple[str, ...], first: tuple[str, ...] | None
) -> Iterator[Look]:
    for leaf in iter_leaves(where) if where is not None else ():
        assert isinstance(leaf, Property)
        yield from compared(leaf.path, leaf.comparison, names, first)


def compared(
    path: tuple[str, ...],
    comparison: Comparison,
    names: tuple[str, ...] | None,
    first: tuple[str, ...] | None,
) -> Iterator[Look]:
    def fits(value: object) -> bool:
        return can_compare(comparison, value)

    yield Look(path, fits, names)
    if isinstance(comparison.operand, Reference):
        yield Look(comparison.operand.path, fits, first if comparison.operand.first else names)


def can_compare(comparison: Comparison, value: object) -> bool:
    kind, _ = normalize_location(value) if comparison.operator == "within_km" else normalize(value)
    return comparison.operator == "is_set" or kind in comparison.kinds


def made_of(leaf: EventValue) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        if leaf.aggregate in ("latest", "earliest"):
            return can_compare(leaf.comparison, value)
        kind, _ = normalize(value)
        if leaf.aggregate == "distinct":
            return kind not in (Kind.NO_VALUE, Kind.INCOMPARABLE)
        return kind is Kind.NUMBER

    return fits


def blanks(looks: list[Look], known: Mapping[str, Any]) -> list[str]:
    """The names at which whoever looked could make nothing of it."""
    names = {look.path[0] for look in looks}
    return sorted(names - {look.path[0] for look in looks if not look.is_vain(known)})


def refilled(data: DataObject, condition: Condition, case: Inputs) -> Inputs:
    """The situation with other values where nothing could be made of those there are."""
    all_looks = list(looks(condition))

    def others(known: Mapping[str, Any], looks: list[Look]) -> dict[str, Any]:
        optional = dict.fromkeys(blanks(looks, known), values())
        return {**known, **data.draw(st.fixed_dictionaries({}, optional=optional))}

    contact = case.contact
    filled = Contact(
        contact.id,
        others(contact.attributes, [look for look in all_looks if look.of_events is None]),
        {name: data.draw(instants()) if at is None else at for name, at in contact.lists.items()},
    )
    events = []
    for event in case.events:
        own = [look for look in all_looks if look.of_events and event.name in look.of_events]
        events.append(attrs.evolve(event, properties=others(event.properties, own)))
    return attrs.evolve(case, contact=filled, events=events)


@given(conditions(), inputs(unique_ids=True), st.data())
def test_what_is_certain_stays_whatever_the_blanks_hold(
    condition: Condition, case: Inputs, data: DataObject
) -> None:
    """[V6] A certain verdict does not change when values that could not be compared are others."""
    for_what_it_was = nodes(case.explain(condition))
    for_others = nodes(refilled(data, condition, case).explain(condition))
    for was, now in zip(for_what_it_was, for_others, strict=True):
        assert was.verdict is now.verdict or not was.certain


# --- what is uncertain can change -----------------------------------------------------------------

NOW = datetime(2024, 3, 1, tzinfo=UTC)
YES, NO, BLANK = "yes", "no", None
ANSWERS = st.sampled_from((BLANK, YES, NO))


@attrs.define
class Form:
    """A condition each of whose leaves looks at its own facts, and what stands there."""

    condition: Condition = attrs.field(factory=And)
    attributes: dict[str, str | None] = attrs.field(factory=dict)
    events: list[tuple[str, str | None]] = attrs.field(factory=list)

    def facts(self) -> tuple[Contact[str], list[Event[str]]]:
        events = [Event("c1", name, NOW, {"answer": answer}) for name, answer in self.events]
        return Contact("c1", self.attributes), events

    def fillings(self) -> Iterator[Form]:
        """Every way to fill the blanks."""
        answers = [*self.attributes.values(), *(answer for _, answer in self.events)]
        ways = [(YES, NO) if answer is BLANK else (answer,) for answer in answers]
        for way in product(*ways):
            filled = iter(way)
            yield Form(
                self.condition,
                {name: next(filled) for name in self.attributes},
                [(name, next(filled)) for name, _ in self.events],
            )


@st.composite
def forms(draw: DrawFn) -> Form:
    form = Form()
    names = (f"x{number}" for number in range(1000))

    def happened(name: str) -> EventCount:
        form.events += [(name, answer) for answer in draw(st.lists(ANSWERS, max_size=2))]
        return did(name).where(prop("answer") == YES)

    def leaf() -> Condition:
        name = next(names)
        match draw(st.sampled_from(("attribute", "count", "sequence", "absence"))):
            case "attribute":
                form.attributes[name] = draw(ANSWERS)
                return attr(name) == YES
            case "count":
                least, more = draw(st.integers(0, 2)), draw(st.none() | st.integers(0, 1))
                counted = happened(name).at_least(least)
                return counted if more is None else counted.at_most(least + more)
            case "sequence":
                return happened(name).followed_by(happened(next(names)))
            case _:
                return happened(name).not_followed_by(happened(next(names)))

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
def test_certain_is_what_no_way_to_fill_the_blanks_can_change(form: Form) -> None:
    """[V6] Where leaves share no fact, ``certain`` is exact: all fillings agree, or two differ."""
    outcomes = [filled.facts() for filled in form.fillings()]
    for node in nodes(explain(form.condition, *form.facts(), now=NOW)):
        verdicts = {matches(node.condition, *facts, now=NOW) for facts in outcomes}
        assert node.certain is (verdicts == {node.verdict})
