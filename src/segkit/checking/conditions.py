"""The findings about a whole condition: each leaf is compared with the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias, assert_never, cast

import attrs

from segkit.checking.code import Repair, Term, call_code
from segkit.checking.findings import Finding
from segkit.checking.names import Draft, Holder, Missing, find_field
from segkit.checking.texts import field_for
from segkit.checking.uses import ANY_NUMBER, EQUALITIES, OPERAND, ORDERS, Use, operands
from segkit.checking.values import check_value
from segkit.checking.words import (
    KIND_NOUNS,
    first_values,
    plain_form,
    plain_name,
    short_path,
    short_value,
)
from segkit.model.base import ensure_condition
from segkit.model.catalog import Catalog, Field, Observation
from segkit.model.catalog.table import count, unusual_lines
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.segments import Segment, Segments
from segkit.model.spelling import nearest_name
from segkit.model.validation import has_type
from segkit.traversal import (
    LocatedLeaf,
    iter_event_leaves,
    iter_located_leaves,
)

_Drafts: TypeAlias = Iterator[Draft]


def find_problems(condition: object, catalog: Catalog) -> Iterator[Finding]:
    """Yield what in a condition, a segment or several segments does not fit."""
    if has_type(condition, Segments):
        for number, segment in enumerate(condition):
            path = f"$.segments[{number}].condition"
            yield from _find_in(segment.condition, catalog, path, by_name=True)
    elif has_type(condition, Segment):
        yield from _find_in(condition.condition, catalog, "$.segment.condition")
    else:
        checked = ensure_condition(condition, "check", alone=True)
        yield from _find_in(checked, catalog, "$.condition")


def _find_in(
    condition: Condition, catalog: Catalog, path: str, *, by_name: bool = False
) -> Iterator[Finding]:
    """Yield what in *condition* does not fit.

    Args:
        condition: The condition.
        catalog: The names and kinds.
        path: The path of the condition in its document.
        by_name: Whether segments in it are referred to by name, and checked on their own.
    """
    observation = catalog.observation
    if observation is not None:
        yield from _findings("$", _about_data(condition, observation))
        if not observation.contacts:
            return
    check = _Check(catalog, _named_texts(condition))
    for located in iter_located_leaves(condition, path, by_name=by_name):
        yield from _findings(located.path, check.leaf(located))


_MAX_REPAIR: Final = 300
"""Longer code is not shown: it would be cut, and no code."""


def _findings(path: str, drafts: Iterable[Draft]) -> Iterator[Finding]:
    for draft in drafts:
        repair = draft.repair
        key = f"{path}.{draft.key}" if draft.key else path
        if repair is None or max(len(repair.code), len(repair.replaces or "")) > _MAX_REPAIR:
            yield Finding(key, draft.message)
        else:
            yield Finding(key, draft.message, repair.code, repair.replaces)


def _about_data(condition: Condition, observation: Observation) -> _Drafts:
    """Yield what in the data as a whole makes answers about events wrong."""
    if not observation.contacts:
        yield Draft("", "there are no contacts")
    elif any(isinstance(each.leaf, _OF_EVENTS) for each in iter_located_leaves(condition, "")):
        for line in unusual_lines(observation):
            yield Draft("", line)


_OF_EVENTS = (EventCount, EventValue, Sequence, Property)


_Named: TypeAlias = Mapping[tuple[str, tuple[str, ...]], set[str]]
"""Texts by the noun and the path of a field."""


def _named_texts(condition: Condition) -> _Named:
    """Return the texts that a condition names by their field.

    A condition that names an empty text or ``"N/A"`` has no finding about that text.
    """
    named: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for leaf in _comparing_leaves(condition):
        if leaf.comparison.operator in EQUALITIES:
            noun = "attribute" if isinstance(leaf, Attribute) else "property"
            texts = [each for each in operands(leaf.comparison) if isinstance(each, str)]
            named.setdefault((noun, leaf.path), set()).update(texts)
    return named


def _comparing_leaves(condition: Condition) -> Iterator[Attribute | Property | EventValue]:
    for located in iter_located_leaves(condition, ""):
        leaf = located.leaf
        match leaf:
            case Attribute() | Property():
                yield leaf
            case EventCount(condition=where):
                yield from iter_event_leaves(where)
            case EventValue(condition=where):
                yield leaf
                yield from iter_event_leaves(where)
            case Sequence():
                for event in (leaf.first, *(step.event for step in leaf.later_steps())):
                    yield from iter_event_leaves(event.condition)
            case ListMembership() | Sample():
                pass
            case _:
                assert_never(leaf)


@attrs.frozen
class _Check:
    """The check of the leaves of a condition.

    Attributes:
        catalog: The names and kinds.
        named_texts: The texts that the condition names, by their field.
    """

    catalog: Catalog
    named_texts: _Named

    def leaf(self, located: LocatedLeaf) -> _Drafts:
        """Yield what does not fit in a leaf, which may be in a negation."""
        leaf, is_negated = located.leaf, located.is_negated
        match leaf:
            case Property(path, comparison):  # A condition on events of any name, on its own.
                term = Term("prop", path, is_unequal=located.is_unequal)
                holders = self._holders(tuple(self.catalog.events or {}))
                yield from self._compared(term, comparison, holders, is_negated=is_negated)
            case Attribute(path, comparison):
                term = Term("attr", path, is_unequal=located.is_unequal)
                yield from self._compared(term, comparison, self._contacts(), is_negated=is_negated)
            case ListMembership():
                yield from self._list(leaf)
            case EventCount() | EventValue():
                yield from self._events(leaf, is_negated=is_negated, is_unequal=located.is_unequal)
            case Sequence():
                yield from self._sequence(leaf, is_negated=is_negated)
            case Sample():
                return
            case _:
                assert_never(leaf)

    # --- attributes and properties ----------------------------------------------------------------

    def _contacts(self) -> list[Holder]:
        """Return the contacts; none if their attributes are not described."""
        fields = self.catalog.attributes
        return [] if fields is None else [Holder(fields, self.catalog.observation)]

    def _holders(self, names: tuple[str, ...]) -> list[Holder]:
        """Return the events of all names; none if the properties of one are not described."""
        fields = [(name, (self.catalog.events or {}).get(name)) for name in names]
        holders = [
            Holder(properties, self.catalog.observation, name)
            for name, properties in fields
            if properties is not None
        ]
        return holders if len(holders) == len(names) else []

    def _compared(
        self,
        term: Term,
        comparison: Comparison,
        holders: list[Holder],
        first: list[Holder] | None = None,
        *,
        is_negated: bool,
    ) -> _Drafts:
        """Yield what does not fit in a comparison of a field.

        With several holders, which are the events of several names, only what none of them fits.
        """
        fields, missing = _find_fields(term, comparison, holders)
        if missing is not None:
            yield missing
            return
        by_rule: dict[str, list[Draft]] = {}
        for holder, field in fields:
            named = self.named_texts.get((term.noun, term.path), set())
            use = Use(holder, term, field, comparison, is_negated, named)
            for rule, draft in check_value(use):
                by_rule.setdefault(rule, []).append(draft)
            for draft in self._similar("path", term.noun, term.path[0], holder.fields):
                by_rule.setdefault("similar names", []).append(draft)
        yield from (drafts[0] for drafts in by_rule.values() if len(drafts) == len(fields))
        operand = comparison.operand
        if isinstance(operand, Reference):
            others = (first or []) if operand.first else holders
            yield from _check_reference(term, comparison, others, [each for _, each in fields])

    def _similar(self, key: str, noun: str, name: str, known: Iterable[str]) -> _Drafts:
        """Yield the finding about names in data that differ from *name* in signs or case only."""
        if self.catalog.observation is None:
            return
        form = plain_name(name)
        others = [each for each in known if each != name and plain_name(each) == form]
        if others:
            also = f"there is also the {noun} {first_values(others)}"
            is_plain = any(plain_form(each) == plain_form(name) for each in others)
            differs = "case or spaces" if is_plain else "case, spaces or hyphens"
            yield Draft(key, f"{also}, which differs in {differs} only")

    # --- lists ------------------------------------------------------------------------------------

    def _list(self, leaf: ListMembership) -> _Drafts:
        lists, observation = self.catalog.lists, self.catalog.observation
        if lists is None:
            return
        name = leaf.name
        if name is not None and name not in lists:
            near = nearest_name(name, lists)
            who = "there is no list" if observation is None else "no contact is on a list"
            repair = None
            if near is not None:
                repair = Repair(call_code("in_list", [near]), call_code("in_list", [name]))
            yield Draft("name", _unknown(f"{who} {short_value(name)}", near), repair)
            return
        if name is not None:
            yield from self._similar("name", "list", name, lists)
        if leaf.joined is not None and observation is not None:
            seen = [observation.lists.get(each) for each in (lists if name is None else [name])]
            members = sum(each.members for each in seen if each is not None)
            if members and not any(each is None or each.joined for each in seen):
                contacts = count(members, "contact")
                on = "the list" if name is not None else "a list"
                yield Draft("joined", f"it is not known when the {contacts} on {on} joined")

    # --- events -----------------------------------------------------------------------------------

    def _sequence(self, sequence: Sequence, *, is_negated: bool) -> _Drafts:
        first, absent = sequence.first, sequence.absent
        yield from _prefixed("first", self._events(first, is_negated=is_negated))
        for number, step in enumerate(sequence.steps):
            drafts = self._events(step.event, first, is_negated=is_negated)
            yield from _prefixed(f"steps[{number}].event", drafts)
        if absent is not None:
            drafts = self._events(absent.event, first, is_negated=not is_negated)
            yield from _prefixed("absent.event", drafts)

    def _events(
        self,
        leaf: EventCount | EventValue,
        first: EventCount | None = None,
        *,
        is_negated: bool,
        is_unequal: bool = False,
    ) -> _Drafts:
        events = self.catalog.events
        if events is None:
            return
        yield from self._event_names(leaf.names, events)
        holders = self._holders(leaf.names)
        first_holders = None if first is None else self._holders(first.names)
        if isinstance(leaf, EventCount) and leaf.maximum is not None and not leaf.minimum:
            is_negated = not is_negated  # Few events, or none, are wanted.
        if leaf.condition is not None:
            for located in iter_located_leaves(leaf.condition, "where", is_negated=is_negated):
                part = cast("Property", located.leaf)
                drafts = self._compared(
                    Term("prop", part.path, is_unequal=located.is_unequal),
                    part.comparison,
                    holders,
                    first_holders,
                    is_negated=located.is_negated,
                )
                yield from _prefixed(located.path, drafts)
        if isinstance(leaf, EventValue) and leaf.path:
            term = Term(f".{leaf.aggregate}", leaf.path, is_unequal=is_unequal)
            yield from self._aggregate(leaf, term, holders, is_negated=is_negated)

    def _event_names(self, names: tuple[str, ...], events: Mapping[str, object]) -> _Drafts:
        observation = self.catalog.observation
        for number, name in enumerate(names):
            key = f"names[{number}]"
            if name in events:
                yield from self._instants(key, name)
                yield from self._similar(key, "event", name, events)
                continue
            near = nearest_name(name, events)
            repair = None
            if near is not None:
                meant = dict.fromkeys(each if each != name else near for each in names)
                repair = Repair(call_code("did", meant), call_code("did", names))
            what = "there is no event" if observation is None else "no event is named"
            yield Draft(key, _unknown(f"{what} {short_value(name)}", near), repair)

    def _instants(self, key: str, name: str) -> _Drafts:
        observation = self.catalog.observation
        seen = None if observation is None else observation.event_names.get(name)
        if observation is None or seen is None or observation.is_sample:
            return
        events = count(seen.count, f"{short_value(name)} event")
        future = count(seen.future, "event")
        if seen.without_instant == seen.count:
            yield Draft(key, f"{events} without an instant that has a zone: none counts")
        elif seen.future + seen.without_instant == seen.count:
            yield Draft(key, f"no {short_value(name)} event counts yet: {future} in the future")

    def _aggregate(
        self, leaf: EventValue, term: Term, holders: list[Holder], *, is_negated: bool
    ) -> _Drafts:
        """Yield what does not fit in an aggregate of a property."""
        if leaf.aggregate in ("latest", "earliest"):
            yield from self._compared(term, leaf.comparison, holders, is_negated=is_negated)
            return
        _, missing = _find_fields(term, leaf.comparison, holders)
        if missing is not None:
            yield missing
        elif leaf.aggregate != "distinct":
            # The operand is compared with the aggregate, so the property may be any number.
            found = list(self._compared(term, ANY_NUMBER, holders, is_negated=is_negated))
            yield from (attrs.evolve(draft, key="path") for draft in found)
            if leaf.aggregate in ("min", "max") and not found:
                yield from self._compared(term, leaf.comparison, holders, is_negated=is_negated)


def _unknown(message: str, near: str | None) -> str:
    return message if near is None else f"{message}; did you mean {short_value(near)}?"


def _with_path(term: Term, comparison: Comparison, path: tuple[str, ...] | None) -> Repair | None:
    """Return the comparison of the term with another path, if there is one."""
    if path is None:
        return None
    other = attrs.evolve(term, path=path)
    code, written = other.compared(comparison), term.compared(comparison)
    return Repair(code or str(other), written or str(term))


def _find_fields(
    term: Term, comparison: Comparison, holders: list[Holder]
) -> tuple[list[tuple[Holder, Field]], Draft | None]:
    """Return the fields of the holders that have one, and the finding if none has."""
    found = [(holder, find_field(holder, term.path, term.noun)) for holder in holders]
    fields = [(holder, each) for holder, each in found if isinstance(each, Field)]
    if fields or not found:
        return fields, None
    missing = cast("Missing", found[0][1])
    return [], Draft("path", missing.message, _with_path(term, comparison, missing.path))


def _check_reference(
    term: Term, comparison: Comparison, holders: list[Holder], fields: list[Field]
) -> _Drafts:
    """Yield what does not fit in the other value that *fields* are compared with."""
    reference = cast("Reference", comparison.operand)
    found = [find_field(holder, reference.path, term.noun) for holder in holders]
    others = [each for each in found if isinstance(each, Field)]
    if found and not others:
        missing = cast("Missing", found[0])
        repair = None
        if missing.path is not None:
            meant = term.reference(attrs.evolve(reference, path=missing.path))
            repair = Repair(meant, term.reference(reference))
        yield Draft(OPERAND, missing.message, repair)
        return
    if comparison.operator in ORDERS and _are_ordered_as_text(fields + others):
        both = f"{short_path(term.path)} and {short_path(reference.path)}"
        yield Draft(OPERAND, f'{both} are text, in which "10" is before "9"')
    kinds, other_kinds = _kinds(fields), _kinds(others)
    if kinds and other_kinds and not kinds & other_kinds:
        message = (
            f"{short_path(term.path)} is {' or '.join(sorted(kinds))} and "
            f"{short_path(reference.path)} is {' or '.join(sorted(other_kinds))}: they are "
            "never equal and have no order"
        )
        yield Draft(OPERAND, message)


def _are_ordered_as_text(fields: list[Field]) -> bool:
    """Return whether the fields are numbers, days or instants in texts of different lengths."""
    seen = [field.seen.kinds for field in fields if field.seen is not None]
    texts = [kinds["text"] for kinds in seen if {*kinds} == {"text"}]
    lengths = {size for text in texts for size in text.lengths or ()}
    is_like = [field_for(text, _ORDERED) is not None for text in texts]
    return len(texts) == len(fields) and all(is_like) and len(lengths) > 1


_ORDERED: Final = frozenset({"number", "day", "instant"})


def _kinds(fields: Iterable[Field]) -> set[str]:
    """Return the nouns of the kinds; none if one is any kind. Days and instants are one."""
    kinds: set[str] = set()
    for field in fields:
        own = set(field.seen.kinds) if field.seen is not None else {field.kind}
        if None in own or field.fields:
            return set()
        times = "a day or an instant"
        kinds |= {times if each in ("day", "instant") else KIND_NOUNS[str(each)] for each in own}
    return kinds


def _prefixed(prefix: str, drafts: Iterable[Draft]) -> _Drafts:
    for draft in drafts:
        yield attrs.evolve(draft, key=f"{prefix}.{draft.key}" if draft.key else prefix)
