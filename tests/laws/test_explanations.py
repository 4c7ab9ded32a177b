"""An explanation tells the verdict of every part, and whether it could have been another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from segkit import (
    And,
    Attribute,
    Condition,
    Contact,
    Event,
    EventCount,
    Explanation,
    Not,
    Or,
    Property,
    attr,
    did,
    explain,
    matches,
    prop,
)
from segkit.model.values import read
from segkit.testing import conditions, instants, values
from segkit.testing.wide_facts import PATHS
from segkit.tree import leaves_of
from tests.laws.situations import Situation, situations

NOW = datetime(2024, 3, 1, tzinfo=UTC)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("this value does not print")


def nodes(told: Explanation) -> Iterator[Explanation]:
    yield told
    for part in told.parts:
        yield from nodes(part)


def told_of(condition: Condition, asked: Situation) -> Explanation:
    return explain(condition, asked.contact, asked.events, now=asked.now, tz=asked.tz)


@given(conditions(), situations())
def test_every_part_has_the_verdict_of_its_condition(
    condition: Condition, asked: Situation
) -> None:
    """``explain`` watches what ``matches`` means: each part says what ``matches`` says of it."""
    for node in nodes(told_of(condition, asked)):
        assert node.verdict is asked.holds(node.condition)


@given(conditions(), situations())
def test_what_is_uncertain_says_why(condition: Condition, asked: Situation) -> None:
    """[V6] A verdict that rests on blanks or on other kinds names them."""
    for node in nodes(told_of(condition, asked)):
        assert node.certain or node.notes
        assert not node.only_because() or (node.verdict and not node.certain)


UNPRINTABLE = {
    "an object": Unprintable(),
    "a list": [Unprintable()],
    "a number of 5000 digits": 10**5000,
    "a mapping": {"zip": 10**5000},
    "a lone surrogate": "\ud800",
}


@given(conditions(), st.sampled_from(sorted(UNPRINTABLE)))
def test_an_explanation_prints_what_cannot_print_itself(condition: Condition, what: str) -> None:
    """[V1] ``str`` and ``repr`` of an explanation answer for values whose own ``repr`` raises."""
    attributes = {path[0]: UNPRINTABLE[what] for path, _ in PATHS}
    told = explain(condition, Contact("c1", attributes), now=NOW)
    assert str(told).encode()
    assert repr(told).encode()


# --- what is certain stays ------------------------------------------------------------------------


def fits(leaf: Attribute | Property, known: dict[str, Any]) -> bool:
    """Whether the leaf could compare what it finds, or asks only whether there is something."""
    found: Any = known
    for step in leaf.path:
        try:
            found = found.get(step)
        except Exception:  # noqa: BLE001 - hostile mappings raise, others have no .get
            found = None
    return leaf.comparison.operator == "is_set" or read(found)[0] in leaf.comparison.kinds


def blanks(leaves: list[Attribute | Property], known: dict[str, Any]) -> list[str]:
    """The names at which no leaf could compare what it found."""
    fitting = {leaf.path[0] for leaf in leaves if fits(leaf, known)}
    return sorted({leaf.path[0] for leaf in leaves} - fitting)


def refilled(data: DataObject, condition: Condition, asked: Situation) -> Situation:
    """The situation with other values where nothing could be compared."""
    leaves = list(leaves_of(condition))
    contact = asked.contact
    attributes = blanks(
        [leaf for leaf in leaves if isinstance(leaf, Attribute)], contact.attributes
    )
    joined = [name for name, at in contact.lists.items() if at is None]
    events = [
        attrs.evolve(
            event,
            properties={**event.properties, **data.draw(dictionary(looked_at(leaves, event)))},
        )
        for event in asked.events
    ]
    filled = Contact(
        contact.id,
        {**contact.attributes, **data.draw(dictionary(attributes))},
        {**contact.lists, **{name: data.draw(instants()) for name in joined}},
    )
    return attrs.evolve(asked, contact=filled, events=events)


def looked_at(leaves: list[Any], event: Event[str]) -> list[str]:
    wheres = [
        leaf.condition
        for leaf in leaves
        if isinstance(leaf, EventCount) and event.name in leaf.names and leaf.condition is not None
    ]
    properties = [
        part for where in wheres for part in leaves_of(where) if isinstance(part, Property)
    ]
    return blanks(list(properties), event.properties)


def dictionary(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, values()))


@given(conditions(), situations(unique_ids=True), st.data())
def test_what_is_certain_stays_whatever_the_blanks_hold(
    condition: Condition, asked: Situation, data: DataObject
) -> None:
    """[V6] A certain verdict does not change when values that could not be compared are others."""
    before = nodes(told_of(condition, asked))
    after = nodes(told_of(condition, refilled(data, condition, asked)))
    for was, now in zip(before, after, strict=True):
        assert was.verdict is now.verdict or not was.certain


# --- what is uncertain can change -----------------------------------------------------------------

YES, NO, BLANK = "yes", "no", None


@attrs.frozen
class Form:
    """A condition each of whose leaves looks at its own facts, and what stands there."""

    condition: Condition
    answers: dict[str, str | None]
    """By attribute, or by event."""

    def filled(self) -> Iterator[dict[str, str | None]]:
        """Every way to fill the blanks."""
        open_ = [name for name, answer in self.answers.items() if answer is BLANK]
        for choice in product((YES, NO), repeat=len(open_)):
            yield {**self.answers, **dict(zip(open_, choice, strict=True))}


def facts(answers: dict[str, str | None]) -> tuple[Contact[str], list[Event[str]]]:
    events = [
        Event("c1", name.partition(" ")[0], NOW, {"answer": answer})
        for name, answer in answers.items()
        if " " in name
    ]
    return Contact("c1", dict(answers)), events


@st.composite
def forms(draw: DrawFn) -> Form:
    answers: dict[str, str | None] = {}

    def leaf() -> Condition:
        name = f"x{len(answers)}"
        if draw(st.booleans()):
            answers[name] = draw(st.sampled_from((BLANK, YES, NO)))
            return attr(name) == YES
        given_ = draw(st.lists(st.sampled_from((BLANK, YES, NO)), max_size=3))
        answers.update({f"{name} {place}": answer for place, answer in enumerate(given_)})
        least, more = draw(st.integers(0, 2)), draw(st.none() | st.integers(0, 2))
        counted = did(name).at_least(least).where(prop("answer") == YES)
        return counted if more is None else counted.at_most(least + more)

    def tree(depth: int) -> Condition:
        kind = draw(st.sampled_from((Not, And, Or, None))) if depth else None
        if kind is None:
            return leaf()
        if kind is Not:
            return Not(tree(depth - 1))
        return kind(tuple(tree(depth - 1) for _ in range(draw(st.integers(0, 2)))))

    return Form(tree(2), answers)


@given(forms())
def test_certain_is_what_no_way_to_fill_the_blanks_can_change(form: Form) -> None:
    """[V6] Where leaves share no fact, ``certain`` is exact: all fillings agree, or two differ."""
    told = explain(form.condition, *facts(form.answers), now=NOW)
    for node in nodes(told):
        outcomes = {matches(node.condition, *facts(each), now=NOW) for each in form.filled()}
        assert node.certain is (outcomes == {node.verdict})
