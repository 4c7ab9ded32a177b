"""The difference that an operation makes for one contact, and the segments that it can affect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from segkit.history import event_name
from segkit.model.conditions import ContactLeaf
from segkit.model.contact_leaves import Attribute
from segkit.model.facts import Contact, EventLike, contact_of_owned
from segkit.model.requirements import Requirements
from segkit.model.values import Kind, TypedValue, equality_key, normalize

Slots: TypeAlias = set[int]
"""Slots of segments: their positions among all that were ever added."""


@attrs.frozen
class ContactChange:
    """A contact before and after an operation; ``None`` where it does not exist."""

    before: Contact[Any] | None
    after: Contact[Any] | None
    attributes: list[str]
    """The names of the attributes that differ."""
    lists: list[str]
    """The names of the lists that were joined or left, or joined at another instant."""

    @classmethod
    def between(cls, before: Contact[Any] | None, after: Contact[Any] | None) -> ContactChange:
        """Return the difference of two contacts."""
        attributes = _different(_attributes(before), _attributes(after))
        return cls(before, after, attributes, _different(_lists(before), _lists(after)))

    def touches(self, needs: Requirements) -> bool:
        """Return whether a fact that differs is among *needs*."""
        if needs == Requirements():
            return self.has_other_id  # The leaf reads the id.
        return (
            not needs.attributes.isdisjoint(self.attributes)
            or not needs.lists.isdisjoint(self.lists)
            or (needs.any_list and bool(self.lists))
        )

    @property
    def has_other_id(self) -> bool:
        """Whether the id may be another one; ``1`` and ``1.0`` are equal, but written otherwise."""
        return self.before is None or self.after is None or self.before.id is not self.after.id

    def ids(self) -> tuple[object, object]:
        """Return the id before and after."""
        return self.before and self.before.id, self.after and self.after.id

    def values(self, name: str) -> tuple[object, object]:
        """Return the value of an attribute before and after."""
        return _attributes(self.before).get(name), _attributes(self.after).get(name)

    def is_on(self, name: str) -> bool:
        """Return whether the contact is on a list after the operation."""
        return name in _lists(self.after)

    def without(self, name: str) -> Contact[Any]:
        """Return the contact after the operation, with the attribute or list of before."""
        contact = self.after or self.before
        assert contact is not None, "one of the two exists"  # noqa: S101
        attributes, lists = dict(_attributes(self.after)), dict(_lists(self.after))
        for changed, old, new in (
            (self.attributes, _attributes(self.before), attributes),
            (self.lists, _lists(self.before), lists),
        ):
            if name in changed:
                new.pop(name, None)
                if name in old:
                    new[name] = old[name]
        return contact_of_owned(contact.id, attributes, lists)


@attrs.frozen
class EventChange:
    """An event that was added or removed."""

    event: EventLike
    is_added: bool

    def touches(self, needs: Requirements) -> bool:
        """Return whether *needs* contain events of that name."""
        return event_name(self.event) in needs.events


Change: TypeAlias = ContactChange | EventChange


def _attributes(contact: Contact[Any] | None) -> Mapping[str, Any]:
    return {} if contact is None else contact.attributes


def _lists(contact: Contact[Any] | None) -> Mapping[str, Any]:
    return {} if contact is None else contact.lists


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    if before is after:
        return []
    return [
        name
        for name in dict.fromkeys((*before, *after))
        if (name in before) is not (name in after)
        or (before[name] is not after[name] and not _is_same(before[name], after[name]))
    ]


def _is_same(before: object, after: object) -> bool:
    """Return whether no condition can distinguish two values.

    Only scalars are compared; another value is taken for a different one, which is always right.
    """
    kind, _ = typed = normalize(before)
    return kind in _KEYED and type(before) is type(after) and typed == normalize(after)


_KEYED: Final = frozenset({Kind.TEXT, Kind.BOOLEAN, Kind.NUMBER})
"""The kinds whose values are equal exactly if their keys are, in every zone."""


class Dependencies:
    """Which segments a change of the facts can affect.

    A segment that compares an attribute only with ``==`` or ``is_in`` is found by the value: it is
    affected if it names the old or the new value.
    """

    def __init__(self, needs: Mapping[int, Mapping[ContactLeaf, Requirements]]) -> None:
        self._attributes: defaultdict[str, Slots] = defaultdict(set)
        self._values: defaultdict[str, defaultdict[Hashable, Slots]]
        self._values = defaultdict(lambda: defaultdict(set))
        self._lists: defaultdict[str, Slots] = defaultdict(set)
        self._any_list: Slots = set()
        self._events: defaultdict[str, Slots] = defaultdict(set)
        self._ids: Slots = set()
        for slot, of_leaves in needs.items():
            self.add(slot, of_leaves)

    def add(self, slot: int, needs: Mapping[ContactLeaf, Requirements]) -> None:
        """Add a segment, given the facts that each of its leaves reads."""
        for leaf, of_leaf in needs.items():
            self._add(slot, leaf, of_leaf)

    @property
    def event_names(self) -> frozenset[str]:
        """The names of the events that any segment reads."""
        return frozenset(self._events)

    def _add(self, slot: int, leaf: ContactLeaf, needs: Requirements) -> None:
        keys = _equality_keys(leaf)
        for name in needs.attributes:
            if keys is None:
                self._attributes[name].add(slot)
            else:
                for key in keys:
                    self._values[name][key].add(slot)
        for name in needs.lists:
            self._lists[name].add(slot)
        for name in needs.events:
            self._events[name].add(slot)
        if needs.any_list:
            self._any_list.add(slot)
        if needs == Requirements():
            self._ids.add(slot)  # A leaf without other facts reads the id: a sample.

    def of_change(self, change: Change) -> Slots:
        """Return the segments that *change* can affect."""
        if isinstance(change, EventChange):
            name = event_name(change.event)
            return set(self._events.get(name, ())) if name is not None else set()
        found: Slots = set()
        for name in change.attributes:
            found |= self._attributes.get(name, set())
            if name in self._values:
                found |= self._of_values(name, *change.values(name))
        lists = change.lists
        for name in lists:
            found |= self._lists.get(name, set())
        if lists:
            found |= self._any_list
        if change.has_other_id:
            found |= self._ids
        return found

    def _of_values(self, name: str, before: object, after: object) -> Slots:
        by_key, empty = self._values[name], set[int]()
        keys = equality_key(normalize(before)), equality_key(normalize(after))
        if keys[0] == keys[1]:
            return empty
        return by_key.get(keys[0], empty) | by_key.get(keys[1], empty)

    def of_events(self, names: Iterable[str]) -> Slots:
        """Return the segments that read an event with one of the names."""
        return set[int]().union(*(self._events.get(name, set()) for name in names))

    def of_attributes(self, names: Iterable[str]) -> Slots:
        """Return the segments that read one of the attributes, whatever its value."""
        found: Slots = set()
        for name in names:
            found |= self._attributes.get(name, set())
            if name in self._values:
                found.update(*self._values[name].values())
        return found

    def of_list(self, name: str) -> Slots:
        """Return the segments that read a list."""
        return self._lists.get(name, set()) | self._any_list


def _equality_keys(leaf: ContactLeaf) -> list[Hashable] | None:
    """Return the keys of the values for which *leaf* is true, if it is no other comparison."""
    if not isinstance(leaf, Attribute) or len(leaf.path) > 1:
        return None
    comparison = leaf.comparison
    if comparison.operator not in ("==", "is_in") or comparison.ignore_case:
        return None
    operands: tuple[TypedValue, ...] = comparison.typed_operands
    if not operands or any(kind not in _KEYED for kind, _ in operands):
        return None  # A day and an instant are compared in the zone [K4].
    return [equality_key(operand) for operand in operands]
