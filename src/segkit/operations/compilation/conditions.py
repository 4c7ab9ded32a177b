"""The source of a whole condition: one expression, its leaves tested from left to right."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

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

__all__ = ["source_of"]


def source_of(condition: Condition, sheet: Sheet) -> str:
    """The source of ``bind``, which makes the function that answers for one now.

    That function reads a contact's three fields first, because what lacks one is no contact. What
    fails for whatever reason is left to the reference, whose answer or error is the right one.
    """
    answer = _test(condition, sheet, _of_contact)
    # Of no use to most conditions on attributes; but not to be taken from somebody else [E6].
    events = ["if events is not no_events:", "    check_owner(contact_id, events)"]
    if sheet.looks_at_events:
        events = ["history = history_of(contact_id, events)", "instants = history.instants.get"]
    elif sheet.event_names:
        names = sheet.name(frozenset(sheet.event_names))
        events = [
            "if type(events) is History:",
            "    if events.owner != contact_id and len(events):",
            "        raise Doubt",
            "    instants = events.instants.get",
            "else:",
            f"    instants = instants_of(contact_id, events, {names})",
        ]
    ends = "".join(f", first_{place}, last_{place}" for place in range(len(sheet.windows)))
    return "\n".join(
        (
            f"def bind(reference, moment{ends}):",
            *(f"    {line}" for line in sheet.functions),
            "    def ask(contact, events=no_events, /):",
            "        if events is not no_events:",
            "            events = settled(events)",
            "        try:",
            "            contact_id = contact.id",
            "            lists = contact.lists",
            "            if type(lists) is not dict:",
            "                lists = lists_of(lists)",
            "            known = contact.attributes",
            "            get = known.get if type(known) is dict else getter(known)",
            *(f"            {line}" for line in events),
            f"            return {answer}",
            "        except Exception:",
            "            return reference(contact, events, moment)",
            "    return ask",
            "",
        )
    )


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
    match leaf:
        case Attribute(path, comparison):
            if isinstance(comparison.operand, Reference):
                return _by_reference(leaf, sheet, "Facts(contact, [], [])")
            return value_test(_looked_up(path, sheet), comparison, sheet)
        case ListMembership(None, None):
            return "(len(lists) > 0)"
        case ListMembership(None):
            return _by_reference(leaf, sheet, "Facts(contact, [], [])")
        case ListMembership(name, None):
            return f"({sheet.name(name)} in lists)"
        case ListMembership(name, comparison):
            assert comparison is not None  # noqa: S101 - the case before has it
            return value_test(f"lists.get({sheet.name(name)})", comparison, sheet)
        case EventCount():
            return _count(leaf, sheet)
        case EventValue():
            where = _where(leaf.condition, sheet)
            return f"value_holds({sheet.name(leaf)}, {_events(leaf, sheet)}, {where}, moment)"
        case Sequence():
            sheet.looks_at_events = True
            facts = "Facts(contact, history.timed, history.unusable)"
            return _by_reference(leaf, sheet, facts)
        case Sample():
            return _by_reference(leaf, sheet, "Facts(contact, [], [])")
        case Property():
            raise AssertionError("a condition of contacts holds no property outside of where")
        case _:
            assert_never(leaf)


def _by_reference(leaf: LeafCondition, sheet: Sheet, subject: str) -> str:
    return f"leaf_holds({sheet.name(leaf)}, {subject}, moment)"


def _looked_up(path: tuple[str, ...], sheet: Sheet) -> str:
    found = f"get({sheet.name(path[0])})"
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
    first, last = sheet.ends(leaf.window, of_events=True)
    names = [sheet.name(name) for name in dict.fromkeys(leaf.names)]
    sheet.event_names.update(leaf.names)
    if number == 1:
        return f"({' or '.join(_reaches_one(name, first, last) for name in names)})"
    if len(names) == 1:
        return _reaches_several(names[0], number, first, last, sheet)
    counted = (f"counted(instants({name}), {first}, {last})" for name in names)
    return f"({' + '.join(counted)} >= {sheet.name(number)})"


def _reaches_one(name: str, first: str, last: str) -> str:
    # Mostly the newest event is not after the window, and looking at that one is enough.
    newest = f"at[-1] >= {first} if at[-1] <= {last} else counted(at, {first}, {last}) > 0"
    return f"(({newest}) if (at := instants({name})) else False)"


def _reaches_several(name: str, number: int, first: str, last: str, sheet: Sheet) -> str:
    count, place = sheet.name(number), sheet.name(-number)
    newest = f"at[{place}] >= {first} if at[-1] <= {last} else "
    newest += f"counted(at, {first}, {last}) >= {count}"
    return f"(({newest}) if (at := instants({name})) and len(at) >= {count} else False)"


def _events(leaf: EventCount | EventValue, sheet: Sheet) -> str:
    sheet.looks_at_events = True
    first, last = sheet.ends(leaf.window, of_events=True)
    return f"history.within({sheet.name(tuple(dict.fromkeys(leaf.names)))}, {first}, {last})"


def _where(condition: Condition | None, sheet: Sheet) -> str:
    """The name of the function that tests one event."""
    if condition is None:
        return "None"
    return sheet.function(
        "where",
        [
            "known = event.properties",
            "get = known.get if type(known) is dict else getter(known)",
            f"return {_test(condition, sheet, _of_event)}",
        ],
    )


def _of_event(leaf: LeafCondition, sheet: Sheet) -> str:
    assert isinstance(leaf, Property), "where() takes nothing else"  # noqa: S101
    if isinstance(leaf.comparison.operand, Reference):
        return _by_reference(leaf, sheet, "OneEvent(event)")
    return value_test(_looked_up(leaf.path, sheet), leaf.comparison, sheet)
