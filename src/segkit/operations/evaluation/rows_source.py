"""Rows source: one function that evaluates many conditions for each contact of a stream.

The generated source defines ``bind``, which takes the context of one now and one function per
condition that adds a member. It returns the function that evaluates one row, a contact with its
events. Values that several conditions need are computed once for each contact: an attribute,
the verdict of a leaf, and the number of events of one name in one window. The events are read in
one loop, whatever the number of conditions. Two segments, ``did("order").within_last(days=30)``
and ``did("order").at_least(2).within_last(days=90)``, become about ::

    def bind(context, adders):
        add_0, add_1 = adders
        now = context.now
        first_0, last_0 = window_bounds(k0, context)
        first_1, last_1 = window_bounds(k2, context)
        def evaluate_row(contact, events):
            events = as_list(events)
            try:
                count_0 = 0
                count_1 = 0
                for event in events:
                    if type(event) is not Event:
                        ...  # its instant in UTC and its name, if it can count
                    name = event.name
                    if name == k1:
                        at = event.at
                        if at <= now:
                            if at >= first_1:
                                count_1 += 1
                                if at >= first_0:
                                    count_0 += 1
                verdict_0 = count_0 >= k3
                verdict_1 = count_1 >= k4
            except Exception as error:
                return fall_back(context, contact, events, adders, error)
            id_ = contact.id
            if verdict_0:
                add_0(id_)
            if verdict_1:
                add_1(id_)
        return evaluate_row

Any exception means that an object is not as expected. Then the reference evaluates this contact, or
raises the error that the user sees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence as Items
from typing import Final

import attrs

from segkit.model.conditions import Condition, ContactLeaf
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.time_spans import Between, Ever, Last, Window
from segkit.operations.evaluation.expression_source import (
    SourceBuilder,
    contact_fact,
    join_at_least,
    negate,
    path_expression,
    where_expression,
)
from segkit.operations.evaluation.function_source import indented, read_contact
from segkit.traversal import fold, iter_contact_leaves

_EVENTS_AS_LIST: Final = ["if type(events) is not list:", "    events = as_list(events)"]

_MAX_NESTED: Final = 20
"""Python allows 100 levels of indentation."""


def build_rows_source(conditions: Items[Condition], builder: SourceBuilder) -> str:
    """Return the source of ``bind``, which returns the function that evaluates one row."""
    leaves = (leaf for condition in conditions for leaf in iter_contact_leaves(condition))
    rows = _RowBuilder(builder, Counter(leaves))
    values = shared_values(rows.uses, builder)
    verdicts: list[str] = []
    added: list[str] = []
    tiers: dict[str, list[tuple[int, int]]] = {}
    for number, condition in enumerate(conditions):
        if isinstance(condition, EventCount) and condition.counts[1] is None:
            tiers.setdefault(rows.total(condition), []).append((condition.counts[0], number))
            continue
        verdict = f"verdict_{number}"
        verdicts.append(f"{verdict} = {fold(condition, rows.leaf, join_at_least, negate)}")
        added += [f"if {verdict}:", f"    add_{number}(id_)"]
    for total, numbers in tiers.items():
        added += _add_to_tiers(total, sorted(numbers), builder)
    evaluated = [
        *read_contact(builder),
        *values,
        *rows.shared_leaves(),
        *rows.event_loop(),
        *verdicts,
    ]
    adders = "".join(f"add_{number}, " for number in range(len(conditions)))
    lines = [
        f"{adders or '() '}= adders",
        "now = context.now",
        *builder.bound_lines(),
        *rows.of_no_events,
        "def evaluate_row(contact, events):",
        *(indented(_EVENTS_AS_LIST) if rows.reads_events else []),
        "    try:",
        *indented(indented(evaluated)),
        "    except Exception as error:",
        "        return fall_back(context, contact, events, adders, error)",
        "    id_ = contact.id",
        *indented(added),
        "return evaluate_row",
    ]
    comment = "# Generated from several conditions, whose values are k0, k1..."
    return "\n".join([comment, "def bind(context, adders):", *indented(lines), ""])


def shared_values(leaves: Iterable[ContactLeaf], builder: SourceBuilder) -> list[str]:
    """Return lines that read the attributes which several different leaves compare."""
    paths = Counter(leaf.path for leaf in leaves if isinstance(leaf, Attribute))
    lines: list[str] = []
    for path, number in paths.items():
        if number > 1:
            builder.fields.add("attributes")
            variable = f"attribute_{len(lines)}"
            lines.append(f"{variable} = {path_expression('attributes', path, builder)}")
            builder.path_variables["attributes", path] = variable
    return lines


def _add_to_tiers(total: str, numbers: Items[tuple[int, int]], builder: SourceBuilder) -> list[str]:
    """Return lines that add a member to every condition whose least number of events is reached.

    The conditions that are ``total >= 1``, ``total >= 2`` and so on are tested within each other,
    so that a contact is not tested for the tiers above its own.
    """
    lines: list[str] = []
    for start in range(0, len(numbers), _MAX_NESTED):
        nested: list[str] = []
        for least, number in reversed(numbers[start : start + _MAX_NESTED]):
            test = f"if {total} >= {builder.constant(least)}:"
            nested = [test, *indented([f"add_{number}(id_)", *nested])]
        lines += nested
    return lines


@attrs.define
class _Tally:
    """A result of the loop over the events: a number, or a list of events."""

    variable: str
    names: tuple[str, ...]
    window: Window
    where: str | None
    is_list: bool


@attrs.define(eq=False)
class _RowBuilder:
    """The parts of a rows source that are collected while its expressions are written.

    *uses* counts how often each leaf occurs in all of the conditions.
    """

    builder: SourceBuilder
    uses: Counter[ContactLeaf]
    tallies: dict[object, _Tally] = attrs.field(factory=dict[object, _Tally])
    shared: dict[ContactLeaf, tuple[str, str]] = attrs.field(
        factory=dict[ContactLeaf, tuple[str, str]]
    )
    """The variable and the expression of each leaf that occurs several times."""
    of_no_events: list[str] = attrs.field(factory=list[str])
    """The lines that compute the verdicts of aggregates without events, once."""
    reads_events: bool = False
    reads_facts: bool = False

    def shared_leaves(self) -> list[str]:
        """Return a line that marks the verdicts which several conditions use as unknown."""
        names = [
            *(variable for variable, _ in self.shared.values()),
            *(["facts"] if self.reads_facts else []),
        ]
        return [" = ".join([*names, "None"])] if names else []

    def leaf(self, leaf: ContactLeaf) -> str:
        """Return the expression of *leaf*; if it occurs several times, it is evaluated once."""
        if leaf in self.shared:
            return self.shared[leaf][1]
        if isinstance(leaf, EventCount):
            return self._count(leaf)
        if isinstance(leaf, Attribute | ListMembership | Sample):
            expression = contact_fact(leaf, self.builder)
        elif isinstance(leaf, EventValue):
            expression = self._aggregate(leaf)
        else:
            self.reads_events = self.reads_facts = True
            self.builder.declined.append(leaf)
            facts = "facts or (facts := Facts.from_source(contact, events))"
            expression = f"leaf_is_true({self.builder.constant(leaf)}, {facts}, context)"
        if self.uses[leaf] == 1:
            return expression
        variable = f"leaf_{len(self.shared)}"
        memo = f"({variable} if {variable} is not None else ({variable} := {expression}))"
        self.shared[leaf] = variable, memo
        return memo

    def _aggregate(self, leaf: EventValue) -> str:
        """Return the expression whether the aggregate of the events satisfies *leaf*."""
        events = self._tally(leaf.names, leaf.window, leaf.condition, is_list=True)
        aggregate = f"aggregate_satisfies({self.builder.constant(leaf)}, {{}}, None, context)"
        of_none = f"of_none_{len(self.of_no_events)}"
        self.of_no_events.append(f"{of_none} = {aggregate.format('[]')}")
        return f"({aggregate.format(events)} if {events} else {of_none})"

    def _count(self, leaf: EventCount) -> str:
        """Return the expression whether the number of events is in the range of *leaf*."""
        total = self.total(leaf)
        least, most = leaf.counts
        tests = [f"{total} >= {self.builder.constant(least)}"] if least else []
        if most is not None:
            tests.append(f"{total} <= {self.builder.constant(most)}")
        return f"({' and '.join(tests) or True})"

    def total(self, leaf: EventCount) -> str:
        """Return the expression of the number of events that *leaf* counts."""
        counted = [
            self._tally((name,), leaf.window, leaf.condition, is_list=False)
            for name in dict.fromkeys(leaf.names)
        ]
        return counted[0] if len(counted) == 1 else f"({' + '.join(counted)})"

    def _tally(
        self, names: tuple[str, ...], window: Window, where: Condition | None, *, is_list: bool
    ) -> str:
        """Return the variable of the events of *names* in *window* that satisfy *where*."""
        self.reads_events = True
        key = (names, window, where, is_list)
        tally = self.tallies.get(key)
        if tally is None:
            prefix = "events" if is_list else "count"
            test = None if where is None else where_expression(where, self.builder)
            tally = _Tally(f"{prefix}_{len(self.tallies)}", names, window, test, is_list)
            self.tallies[key] = tally
        return tally.variable

    def event_loop(self) -> list[str]:
        """Return lines that count and collect the events in one pass."""
        tallies = list(self.tallies.values())
        if not tallies:
            return []
        lines = [f"{each.variable} = {'[]' if each.is_list else 0}" for each in tallies]
        branches: list[str] = []
        for name in dict.fromkeys(name for tally in tallies for name in tally.names):
            of_name = [tally for tally in tallies if name in tally.names]
            branches += [
                f"{'elif' if branches else 'if'} name == {self.builder.constant(name)}:",
                "    at = event.at",
                "    if at <= now:",
                *indented(indented(self._collect(of_name))),
            ]
        return [
            *lines,
            "for event in events:",
            "    if type(event) is not Event:",
            "        event = usable_event(event)",
            "        if event is None:",
            "            continue",
            "    name = event.name",
            *indented(branches),
        ]

    def _collect(self, tallies: list[_Tally]) -> list[str]:
        """Return lines that add one event, which is not after now, to the tallies of its name.

        A longer window includes a shorter one, so the shorter one is tested within it. How many
        months compare with how many days depends on now, so those windows are tested separately.
        """
        by_window: dict[Window, list[str]] = {}
        for tally in tallies:
            action = f"{tally.variable} += 1"
            if tally.is_list:
                action = f"{tally.variable}.append(timed_event((at, name, event)))"
            actions = by_window.setdefault(tally.window, [])
            actions += [action] if tally.where is None else [f"if {tally.where}:", f"    {action}"]
        lines: list[str] = []
        if any(tally.where is not None for tally in tallies):
            lines += [
                "properties = event.properties",
                "if type(properties) is not dict:",
                "    properties = HostMapping(properties)",
            ]
        nested: list[str] = []
        exact = [each for each in by_window if isinstance(each, Last) and not each.length.months]
        for last in sorted(exact, key=lambda each: each.length.microseconds)[:_MAX_NESTED]:
            test = f"if {self._test(last)}:"
            nested = [test, *indented([*by_window.pop(last), *nested])]
        lines += nested
        for window, actions in by_window.items():
            test = self._test(window)
            lines += [f"if {test}:", *indented(actions)] if test else actions
        return lines

    def _test(self, window: Window) -> str:
        """Return the test of an instant, which is not after now; empty if it is always true."""
        first, last = self.builder.bounds(window, of_events=True)
        match window:
            case Ever() | Between(start=None, end=None):
                return ""
            case Last() | Between(end=None):
                return f"at >= {first}"
            case _:
                return f"{first} <= at <= {last}"
