"""The findings about a whole condition: each leaf is compared with the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias, cast

import attrs

from segkit.checking.code import call_code, comparison_code, text_code
from segkit.checking.findings import Finding
from segkit.checking.names import Draft, Holder, Missing, find_field
from segkit.checking.values import Use, check_value
from segkit.english.values import format_path, format_value
from segkit.errors import ConditionTypeError
from segkit.model.base import BaseCondition
from segkit.model.catalog import Catalog, Field, Observation
from segkit.model.catalog.table import count, unusual_lines
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.segments import Segment, Segments
from segkit.model.spelling import nearest_name
from segkit.model.validation import has_type, mismatch
from segkit.traversal import iter_contact_leaves, iter_located_leaves

_Drafts: TypeAlias = Iterator[Draft]


def find_all_problems(condition: object, catalog: Catalog) -> Iterator[Finding]:
    """Yield what in a condition, a segment or several segments does not fit."""
    if has_type(condition, Segments):
        for number, segment in enumerate(condition):
            path = f"$.segments[{number}].condition"
            yield from find_problems(segment.condition, catalog, path)
    elif has_type(condition, Segment):
        yield from find_problems(condition.condition, catalog, "$.segment.condition")
    elif has_type(condition, BaseCondition):
        yield from find_problems(condition, catalog, "$.condition")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    else:
        expected = "takes a condition, a Segment or Segments([...]), then a catalog"
        raise mismatch("check", expected, condition, ConditionTypeError)


def find_problems(condition: Condition, catalog: Catalog, path: str) -> Iterator[Finding]:
    """Yield what in *condition*, whose path in its document is *path*, does not fit."""
    observation = catalog.observation
    if observation is not None:
        yield from _findings("$", _about_data(condition, observation))
        if not observation.contacts:
            return
    for located in iter_located_leaves(condition, path):
        drafts = _Leaf(catalog, located.is_negated).check(cast("Condition", located.leaf))
        yield from _findings(located.path, drafts)


def _findings(path: str, drafts: Iterable[Draft]) -> Iterator[Finding]:
    for draft in drafts:
        yield Finding(f"{path}.{draft.key}" if draft.key else path, draft.message, draft.repair)


def _about_data(condition: Condition, observation: Observation) -> _Drafts:
    """Yield what in the data as a whole makes answers about events wrong."""
    if not observation.contacts:
        yield Draft("", "there are no contacts")
    elif any(isinstance(leaf, _OF_EVENTS) for leaf in iter_contact_leaves(condition)):
        for line in unusual_lines(observation):
            yield Draft("", line)


_OF_EVENTS = (EventCount, EventValue, Sequence)


@attrs.frozen
class _Leaf:
    """The check of one leaf of a condition.

    Attributes:
        catalog: The catalog.
        is_negated: Whether the leaf is in an odd number of negations.
    """

    catalog: Catalog
    is_negated: bool

    def check(self, leaf: Condition) -> _Drafts:
        match leaf:
            case Attribute(path, comparison):
                term = _Term("attr", path, comparison)
                yield from self._check_term(term, comparison, self._contacts())
            case ListMembership():
                yield from self._check_list(leaf)
            case EventCount() | EventValue():
                yield from self._check_events(leaf)
            case Sequence(first, steps, absent):
                yield from _prefixed("first", self._check_events(first))
                for number, step in enumerate(steps):
                    key = f"steps[{number}].event"
                    yield from _prefixed(key, self._check_events(step.event, first))
                if absent is not None:
                    yield from _prefixed("absent.event", self._check_events(absent.event, first))
            case Sample():
                return
            case _:  # Properties are checked with the names of their events.
                return

    # --- attributes and properties ----------------------------------------------------------------

    def _contacts(self) -> list[Holder]:
        """Return the contacts; none if their attributes are not described."""
        observation, fields = self.catalog.observation, self.catalog.attributes
        if fields is None:
            return []
        is_sample = observation is not None and observation.is_sample
        code = "Catalog(attributes={})".format
        return [Holder("contact", fields, observation is not None, is_sample, code)]

    def _holders(self, names: tuple[str, ...]) -> list[Holder]:
        """Return the events of the names that exist; none if properties are not described."""
        observation, holders = self.catalog.observation, list[Holder]()
        for name in names:
            fields = (self.catalog.events or {}).get(name)
            if fields is not None:
                code = f"Catalog(events={{{{{text_code(name)}: {{}}}}}})"
                is_sample = observation is not None and observation.is_sample
                noun = f"{format_value(name)} event"
                is_observed = observation is not None
                holders.append(Holder(noun, fields, is_observed, is_sample, code.format))
        is_whole = len(holders) == len(names)
        return holders if is_whole else []

    def _check_term(
        self,
        term: _Term,
        comparison: Comparison,
        holders: list[Holder],
        first: list[Holder] | None = None,
    ) -> _Drafts:
        """Yield what does not fit in a comparison of a field.

        With several holders, which are the events of several names, only what none of them fits.
        """
        fields, missing = _find_fields(term, holders)
        if missing is not None:
            yield missing
            return
        by_rule: dict[str, list[Draft]] = {}
        for holder, field in fields:
            use = Use(holder, term.path, term.code(), field, comparison, self.is_negated)
            for rule, draft in check_value(use):
                by_rule.setdefault(rule, []).append(draft)
        for drafts in by_rule.values():
            if len(drafts) == len(holders):
                yield drafts[0]
        operand = comparison.operand
        if isinstance(operand, Reference):
            others = (first or []) if operand.first else holders
            yield from self._check_reference(term, operand, others, [each for _, each in fields])

    def _check_reference(
        self, term: _Term, reference: Reference, holders: list[Holder], fields: list[Field]
    ) -> _Drafts:
        """Yield what does not fit in the other value that *fields* are compared with."""
        found = [find_field(holder, reference.path, term.noun) for holder in holders]
        others = [each for each in found if isinstance(each, Field)]
        if found and not others:
            missing = cast("Missing", found[0])
            name = "first_prop" if reference.first else term.function
            repair = None if missing.path is None else call_code(name, missing.path)
            yield Draft("comparison.operand", missing.message, repair)
            return
        kinds, other_kinds = _kinds(fields), _kinds(others)
        if kinds and other_kinds and not kinds & other_kinds:
            message = (
                f"{format_path(term.path)} is {' or '.join(sorted(kinds))} and "
                f"{format_path(reference.path)} is {' or '.join(sorted(other_kinds))}: they are "
                "never equal and have no order"
            )
            yield Draft("comparison.operand", message)

    # --- lists ------------------------------------------------------------------------------------

    def _check_list(self, leaf: ListMembership) -> _Drafts:
        lists, observation = self.catalog.lists, self.catalog.observation
        if lists is None or leaf.name is None:
            return
        if leaf.name not in lists:
            near = nearest_name(leaf.name, lists)
            message = f"there is no list {format_value(leaf.name)}"
            if observation is not None:
                message = f"no contact is on a list {format_value(leaf.name)}"
            if near is None:
                yield Draft("name", message)
            else:
                message += f"; did you mean {format_value(near)}?"
                yield Draft("name", message, call_code("in_list", [near]))
        elif leaf.joined is not None and observation is not None:
            seen = observation.lists[leaf.name]
            if not seen.joined:
                contacts = count(seen.members, "contact")
                yield Draft("joined", f"it is not known when the {contacts} on the list joined")

    # --- events -----------------------------------------------------------------------------------

    def _check_events(
        self, leaf: EventCount | EventValue, first: EventCount | None = None
    ) -> _Drafts:
        events = self.catalog.events
        if events is None:
            return
        yield from self._check_event_names(leaf.names, events)
        holders = self._holders(leaf.names)
        first_holders = None if first is None else self._holders(first.names)
        if leaf.condition is not None:
            for located in iter_located_leaves(leaf.condition, "where"):
                part = cast("Property", located.leaf)
                check = attrs.evolve(self, is_negated=located.is_negated)
                term = _Term("prop", part.path, part.comparison)
                drafts = check._check_term(  # noqa: SLF001 - of this class
                    term, part.comparison, holders, first_holders
                )
                yield from _prefixed(located.path, drafts)
        if isinstance(leaf, EventValue) and leaf.path:
            yield from self._check_aggregate(leaf, holders)

    def _check_event_names(self, names: tuple[str, ...], events: Mapping[str, object]) -> _Drafts:
        observation = self.catalog.observation
        for number, name in enumerate(names):
            key = f"names[{number}]"
            if name in events:
                yield from self._check_instants(key, name)
                continue
            near = nearest_name(name, events)
            message = f"there is no event {format_value(name)}"
            if observation is not None:
                message = f"no event is named {format_value(name)}"
            if near is None:
                yield Draft(key, message)
            else:
                message += f"; did you mean {format_value(near)}?"
                meant = [near if each == name else each for each in names]
                yield Draft(key, message, call_code("did", meant))

    def _check_instants(self, key: str, name: str) -> _Drafts:
        observation = self.catalog.observation
        seen = None if observation is None else observation.event_names.get(name)
        if seen is None:
            return
        events = count(seen.count, f"{format_value(name)} event")
        if seen.without_instant == seen.count:
            yield Draft(key, f"no time of the {events} is an instant with a zone: none counts")
        elif seen.future == seen.count:
            yield Draft(key, f"all of the {events} are in the future: none counts before then")

    def _check_aggregate(self, leaf: EventValue, holders: list[Holder]) -> _Drafts:
        """Yield what does not fit in an aggregate of a property."""
        call = f"{call_code('did', leaf.names)}.{leaf.aggregate}"
        term = _Term(call, leaf.path, leaf.comparison)
        if leaf.aggregate in ("latest", "earliest"):
            yield from self._check_term(term, leaf.comparison, holders)
        elif leaf.aggregate == "distinct":
            _, missing = _find_fields(term, holders)
            if missing is not None:
                yield missing
        else:
            # The operand is compared with the aggregate, so the property may be any number.
            for draft in self._check_term(term, _ANY_NUMBER, holders):
                yield attrs.evolve(draft, key="path")


_ANY_NUMBER: Final = Comparison("between", (float("-inf"), float("inf")))


@attrs.frozen
class _Term:
    """What is compared, as code.

    Attributes:
        function: The call without its names: ``attr``, ``prop``, ``did("order").sum``.
        path: The names.
        written: The comparison in the condition.
    """

    function: str
    path: tuple[str, ...]
    written: Comparison

    @property
    def noun(self) -> str:
        return "attribute" if self.function == "attr" else "property"

    def code(self) -> str:
        """Return the term as code."""
        return call_code(self.function, self.path)

    def repair(self, path: tuple[str, ...] | None) -> str | None:
        """Return the comparison of another path as code, if there is one."""
        return (
            None if path is None else comparison_code(call_code(self.function, path), self.written)
        )


def _find_fields(
    term: _Term, holders: list[Holder]
) -> tuple[list[tuple[Holder, Field]], Draft | None]:
    """Return the fields of the holders that have one, and the finding if none has."""
    found = [(holder, find_field(holder, term.path, term.noun)) for holder in holders]
    fields = [(holder, each) for holder, each in found if isinstance(each, Field)]
    if fields or not found:
        return fields, None
    missing = cast("Missing", found[0][1])
    return [], Draft("path", missing.message, term.repair(missing.path))


def _kinds(fields: Iterable[Field]) -> set[str]:
    """Return the kinds of the fields; empty if one has any kind. Days and instants are one."""
    kinds: set[str] = set()
    for field in fields:
        own = set(field.seen.kinds) if field.seen is not None else {field.kind}
        if None in own or field.fields:
            return set()
        kinds |= {"day or instant" if each in ("day", "instant") else str(each) for each in own}
    return kinds


def _prefixed(prefix: str, drafts: Iterable[Draft]) -> _Drafts:
    for draft in drafts:
        yield attrs.evolve(draft, key=f"{prefix}.{draft.key}" if draft.key else prefix)
