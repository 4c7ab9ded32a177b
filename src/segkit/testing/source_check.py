"""Check a host's own `Source` case by case, and report what to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from textwrap import indent
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from segkit.clock import EvaluationContext
from segkit.errors import short_repr
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.requirements import EventNeed, Requirements
from segkit.model.values import Kind, collection_members, equality_key, normalize
from segkit.operations.description import describe
from segkit.operations.requirements import requirements
from segkit.semantics.observations import evaluate_condition
from segkit.sources import Source, load_facts
from segkit.testing.source_cases import SOURCE_CASES, Question, SourceCase

IdT = TypeVar("IdT", bound=Hashable)

MakeSource: TypeAlias = Callable[[list[Contact[IdT]], list[Event[IdT]]], Source[IdT]]
"""Puts contacts and events into an empty storage, and returns a source over it."""

_MAX_PROBLEMS: Final = 5
"""Problems to report for one question; further ones mostly have the same cause."""


def check_source(
    make_source: MakeSource[Any],
    cases: Iterable[SourceCase] | None = None,
    *,
    make_id: Callable[[int], Hashable] = "c{:05}".format,
) -> None:
    """Check that your own source does what a `Source` has to do.

    Each case puts a few contacts and events into your storage, and evaluates conditions. The
    check compares the members, their order, and the loaded data. It loads the data of each
    condition twice, because a source must be able to load more than once.

    Args:
        make_source: Takes contacts and events, and returns a source over these alone, without the
            data of the case before. The contacts are in the order of their ids. The ids of events
            are whole numbers, unique for each contact; a storage that numbers its events itself
            may replace them.
        cases: Cases from `source_cases` for the shape of your storage, or cases of your own. By
            default `SOURCE_CASES`.
        make_id: Converts a whole number to an id; a greater number must give a greater id. By
            default an id is text: ``"c00001"``.

    Raises:
        AssertionError: If a case fails. The text contains each case that fails, the reason why it
            matters, and what to change.

    >>> from segkit import MemorySource
    >>> from segkit.testing import check_source
    >>> check_source(MemorySource)
    >>> check_source(MemorySource, make_id=int)
    """
    # As the default of the parameter, all cases would be part of the signature.
    chosen = SOURCE_CASES if cases is None else cases
    numbered = [_with_ids(case, make_id) for case in chosen]
    failures = [failure for case in numbered for failure in _failures(case, make_source)]
    if failures:
        number = f"{len(failures)} of {len(numbered)} cases" if len(numbered) > 1 else "the case"
        verb = "fail" if len(failures) > 1 else "fails"
        raise AssertionError("\n\n".join([f"{number} of check_source {verb}", *failures]))


def _with_ids(case: SourceCase, make_id: Callable[[int], Any]) -> SourceCase:
    """Return *case* with the ids of a host in place of the numbers of the contacts."""
    contacts = [attrs.evolve(contact, id=make_id(contact.id)) for contact in case.contacts]
    events = [attrs.evolve(event, contact_id=make_id(event.contact_id)) for event in case.events]
    questions = [
        attrs.evolve(
            question,
            members=tuple(map(make_id, question.members)),
            ids=None if question.ids is None else tuple(map(make_id, question.ids)),
        )
        for question in case.questions
    ]
    return attrs.evolve(
        case, contacts=tuple(contacts), events=tuple(events), questions=tuple(questions)
    )


def _failures(case: SourceCase, make_source: MakeSource[Any]) -> Iterator[str]:
    """Yield the report about the first question with a problem, if there is one."""
    source = make_source(list(case.contacts), list(case.events))
    for question in case.questions:
        problems = list(islice(_problems(source, case, question), _MAX_PROBLEMS))
        if problems:
            ids = "all contacts" if question.ids is None else short_repr(list(question.ids))
            lines = [
                "condition:",
                indent(describe(question.condition), "  "),
                f"ids: {ids}, now: {question.now.isoformat()}, tz: {question.tz}",
                *problems,
                f"why: {case.why}",
                f"fix: {case.fix}",
            ]
            yield "\n".join([case.name, *[indent(line, "  ") for line in lines]])
            return


def _problems(source: Source[Any], case: SourceCase, question: Question) -> Iterator[str]:
    ids = None if question.ids is None else question.ids_type(question.ids)
    contacts = [contact for contact in case.contacts if ids is None or contact.id in ids]
    context = EvaluationContext.create(question.now, question.tz)
    needs = requirements(question.condition, now=question.now, tz=question.tz)
    try:
        rows = list(load_facts(source, needs, ids))
    except Exception as error:  # noqa: BLE001 - an error of any class is a problem of the source
        yield f"it raises {type(error).__name__}: {error}"
        return
    is_member = partial(evaluate_condition, question.condition, context=context)
    members = [facts.contact.id for facts in rows if is_member(facts)]
    if members != list(question.members):
        expected = short_repr(list(question.members))
        yield f"expected: {expected}, in this order\ngot: {short_repr(members)}"
    loaded = [(row.contact, [each.event for each in row.events] + row.undated) for row in rows]
    yield from _differences(loaded, contacts, case.events, needs)


def _differences(
    loaded: list[tuple[ContactLike[Any], list[EventLike]]],
    contacts: list[Contact[Any]],
    events: Iterable[Event[Any]],
    needs: Requirements,
) -> Iterator[str]:
    """Yield a sentence for each difference; loading more than *needs* is not a difference."""
    ids, expected_ids = [contact.id for contact, _ in loaded], [one.id for one in contacts]
    if ids != expected_ids:
        ids_text = f"{short_repr(ids)}; it should yield {short_repr(expected_ids)}"
        yield f"load() yields the contacts {ids_text}"
        return
    for expected, (contact, own_events) in zip(contacts, loaded, strict=True):
        who = f"contact {short_repr(expected.id)}"
        attributes = expected.attributes, contact.attributes
        yield from _value_differences(f"{who}: the attribute", needs.attributes, *attributes)
        yield from _list_differences(who, needs, expected.lists, contact.lists)
        for name, need in needs.events.items():
            key = expected.id, name
            expected_events = [event for event in events if (event.contact_id, event.name) == key]
            yield from _event_differences(who, name, need, expected_events, own_events)
        event_ids = [event.id for event in own_events if event.id is not None]
        for repeated in [one for one in event_ids if event_ids.count(one) > 1][:1]:
            yield f"{who}: two events have the id {short_repr(repeated)}; ids must be unique"


def _value_differences(
    label: str, names: Iterable[str], expected: Mapping[str, Any], loaded: Mapping[str, Any]
) -> Iterator[str]:
    for name in sorted(names):
        good, found = expected.get(name), loaded.get(name)
        if _comparable(good) != _comparable(found):
            good_kind, kind = normalize(good)[0], normalize(found)[0]
            kinds = "" if kind is good_kind else f", {kind.value} instead of {good_kind.value}"
            values = f"is {short_repr(found)}; it should be {short_repr(good)}"
            yield f"{label} {short_repr(name)} {values}{kinds}"


def _comparable(value: object) -> object:
    """Return a form of *value* that is equal for two values if no condition distinguishes them."""
    kind, comparable = normalize(value)
    if kind is Kind.COLLECTION:
        return kind, Counter(map(equality_key, collection_members(value)))
    if kind is Kind.INCOMPARABLE and isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        with_value = [item for item in items if normalize(item[1])[0] is not Kind.NO_VALUE]
        return kind, {key: _comparable(item) for key, item in with_value}
    return equality_key((kind, comparable))


def _list_differences(
    who: str, needs: Requirements, expected: Mapping[str, Any], loaded: Mapping[str, Any]
) -> Iterator[str]:
    for name in sorted({*expected, *loaded} if needs.any_list else needs.lists):
        if name in expected and name in loaded:
            label = f"{who}: the instant of joining the list"
            yield from _value_differences(label, [name], expected, loaded)
        elif name in loaded:
            yield f"{who} is on the list {short_repr(name)}, but should not be"
        elif name in expected:
            yield f"{who} is not on the list {short_repr(name)}, but should be"


def _event_differences(
    who: str, name: str, need: EventNeed, expected: list[Event[Any]], loaded: list[EventLike]
) -> Iterator[str]:
    label = f"{who}: the event {short_repr(name)}"
    rest = [event for event in loaded if event.name == name]
    for event in rest:
        if normalize(event.at)[0] is not Kind.INSTANT:
            yield f"{label} has the instant {short_repr(event.at)}; it should be aware"
            return
    for event in expected:
        event_label = f"{label} of {_text(event.at)}"
        candidates = [other for other in rest if normalize(other.at)[1] == event.at]
        if candidates:
            # Of several events at one instant, the most similar one.
            found = min(
                candidates, key=lambda other: len(_property_differences("", need, event, other))
            )
            rest.remove(found)
            yield from _property_differences(event_label, need, event, found)
        elif event.at <= need.until and (need.since is None or event.at >= need.since):
            since = "" if need.since is None else f"from {_text(need.since)} "
            needed = f"needed are all events {since}up to and including {_text(need.until)}"
            yield f"{event_label} is missing; {needed}"
    for event in rest:
        yield f"{label} of {_text(event.at)} does not exist, or is yielded twice"


def _property_differences(
    label: str, need: EventNeed, expected: EventLike, loaded: EventLike
) -> list[str]:
    properties = expected.properties, loaded.properties
    return list(_value_differences(f"{label}: its property", need.properties, *properties))


def _text(instant: object) -> str:
    return cast("datetime", normalize(instant)[1]).isoformat(timespec="microseconds")
