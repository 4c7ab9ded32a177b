"""The source of a condition: one expression, its leaves tested from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, assert_never

from segkit import tree
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCount,
    EventValue,
    LeafCondition,
    ListMembership,
    Property,
    Sample,
    Sequence,
)
from segkit.model.logic import And, AtLeast, Leaf, Not, Or
from segkit.model.operands import Reference
from segkit.model.segment import InSegment
from segkit.operations.compilation.sheets import Sheet
from segkit.operations.compilation.values import value_test

__all__ = ["is_small", "test_of"]


def test_of(condition: Condition, sheet: Sheet) -> str:
    """The source that tests a contact: ``known`` are its attributes, ``lists`` its lists.

    Where events are counted it holds a mark, which `Sheet.counted` replaces.
    """
    return _test(condition, sheet, _of_contact)


_MOST_LEAVES: Final = 1_000
"""A source with more of them takes Python a second to compile, or more nesting than it has."""


def is_small(condition: Condition) -> bool:
    """Whether it pays to compile *condition*; a part that stands in several places counts each."""
    return next(islice(_looks(condition), _MOST_LEAVES, None), None) is None


def _looks(condition: Condition) -> Iterator[object]:
    """Everything that becomes a test: leaves, and the names and parts within those on events."""
    for leaf in tree.leaves_of(condition):
        yield leaf
        if isinstance(leaf, EventCount | EventValue):
            yield from leaf.names[1:]
            if leaf.condition is not None:
                yield from tree.leaves_of(leaf.condition)


def _test(condition: Condition, sheet: Sheet, leaf: Callable[[LeafCondition, Sheet], str]) -> str:
    match condition:
        case And(parts):
            return f"({' and '.join(_test(part, sheet, leaf) for part in parts) or True})"
        case Or(parts):
            return f"({' or '.join(_test(part, sheet, leaf) for part in parts) or False})"
        case AtLeast(number, parts):
            held = " + ".join(_test(part, sheet, leaf) for part in parts) or "0"
            return f"({held} >= {sheet.name(number)})"
        case Not(part):
            return f"(not {_test(part, sheet, leaf)})"
        case InSegment(segment):
            return _test(segment.condition, sheet, leaf)
        case Leaf():
            return leaf(condition, sheet)
        case _:
            assert_never(condition)


# --- what is asked of a contact ------------------------------------------------------------------


def _of_contact(leaf: LeafCondition, sheet: Sheet) -> str:
    assert not isinstance(leaf, Property), "it stands in where(), and nowhere else"  # noqa: S101
    match leaf:
        case Attribute(path, comparison):
            if isinstance(comparison.operand, Reference):
                return _by_reference(leaf, sheet, "Facts(contact, [], [])")
            sheet.needs_attributes = True
            return value_test(_looked_up(path, sheet), comparison, sheet)
        case ListMembership(None, None):
            sheet.needs_lists = True
            return "(len(lists) > 0)"
        case ListMembership(None):
            return _by_reference(leaf, sheet, "Facts(contact, [], [])")
        case ListMembership(name, None):
            sheet.needs_lists = True
            return f"({sheet.name(name)} in lists)"
        case ListMembership(name, comparison):
            assert comparison is not None  # noqa: S101 - the case before has it
            sheet.needs_lists = True
            return value_test(f"lists.get({sheet.name(name)})", comparison, sheet)
        case EventCount():
            return _count(leaf, sheet)
        case EventValue():
            where = _where(leaf.condition, sheet)
            return f"value_holds({sheet.name(leaf)}, {_events(leaf, sheet)}, {where}, moment)"
        case Sequence():
            sheet.needs_history = True
            facts = "Facts(contact, events.timed, events.unusable)"
            return _by_reference(leaf, sheet, facts)
        case Sample():
            return _by_reference(leaf, sheet, "Facts(contact, [], [])")
        case _:
            assert_never(leaf)


def _by_reference(leaf: LeafCondition, sheet: Sheet, subject: str) -> str:
    return f"leaf_holds({sheet.name(leaf)}, {subject}, moment)"


def _looked_up(path: tuple[str, ...], sheet: Sheet) -> str:
    found = f"known.get({sheet.name(path[0])})"
    return found if len(path) == 1 else f"value_at({found}, {sheet.name(path[1:])})"


# --- what is asked of events ---------------------------------------------------------------------


def _count(leaf: EventCount, sheet: Sheet) -> str:
    least, most = leaf.counts
    tests = [_reaches(leaf, least, sheet)] if least else []
    if most is not None:
        tests.append(f"not {_reaches(leaf, most + 1, sheet)}")
    return f"({' and '.join(tests) or True})"


def _reaches(leaf: EventCount, number: int, sheet: Sheet) -> str:
    """Whether there are *number* events or more, 1 at the least."""
    if leaf.condition is not None:
        where = _where(leaf.condition, sheet)
        return f"reaches({_events(leaf, sheet)}, {where}, {sheet.name(number)})"
    return sheet.tally(tuple(dict.fromkeys(leaf.names)), leaf.window, number)


def _events(leaf: EventCount | EventValue, sheet: Sheet) -> str:
    sheet.needs_history = True
    first, last = sheet.ends(leaf.window, of_events=True)
    return f"events.within({sheet.name(tuple(dict.fromkeys(leaf.names)))}, {first}, {last})"


def _where(condition: Condition | None, sheet: Sheet) -> str:
    """The name of the function that tests one event."""
    if condition is None:
        return "None"
    return sheet.function(
        "where",
        [
            "known = event.properties",
            "if type(known) is not dict:",
            "    known = Known(known)",
            f"return {_test(condition, sheet, _of_event)}",
        ],
    )


def _of_event(leaf: LeafCondition, sheet: Sheet) -> str:
    assert isinstance(leaf, Property), "where() takes nothing else"  # noqa: S101
    if isinstance(leaf.comparison.operand, Reference):
        return _by_reference(leaf, sheet, "OneEvent(event)")
    return value_test(_looked_up(leaf.path, sheet), leaf.comparison, sheet)
