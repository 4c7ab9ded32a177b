"""What differs between the rows that a source yields and the facts that it was to yield.

Whether a host's source does what a `Source` has to, and what it does instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from textwrap import indent
from typing import Any, Final, TypeAlias, TypeVar, cast

from segkit.errors import short_repr
from segkit.evaluator import Evaluator
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.requirements import EventNeed, Requirements
from segkit.model.values import Kind, collection_members, equality_key, normalize
from segkit.operations.description import describe
from segkit.operations.requirements import requirements
from segkit.sources import Source
from segkit.testing.source_cases import SOURCE_CASES
from segkit.testing.storage_shape import Question, SourceCase


def differences(
    rows: Iterable[tuple[ContactLike[Any], Iterable[EventLike]]],
    contacts: list[Contact[Any]],
    events: list[Event[Any]],
    needs: Requirements,
) -> Iterator[str]:
    """What is wrong with *rows*, as sentences; more than is needed is not wrong."""
    loaded = [(contact, list(happened)) for contact, happened in rows]
    met, expected = [contact.id for contact, _ in loaded], [contact.id for contact in contacts]
    if met != expected:
        yield (
            f"load() yields the contacts {short_repr(met)}; it should yield {short_repr(expected)}"
        )
        return
    for given, (contact, happened) in zip(contacts, loaded, strict=True):
        who = f"contact {short_repr(given.id)}"
        for name in sorted(needs.attributes):
            pair = given.attributes.get(name), contact.attributes.get(name)
            yield from _different(f"{who}: the attribute {short_repr(name)}", *pair)
        yield from _of_lists(who, given.lists, contact.lists, needs)
        for name, need in needs.events.items():
            own = [event for event in events if event.contact_id == given.id]
            yield from _of_events(who, name, own, happened, need)
        yield from _same_ids(who, happened)


def _different(what: str, given: object, found: object) -> Iterator[str]:
    if _is_same(given, found):
        return
    kinds = normalize(given)[0], normalize(found)[0]
    sort = "" if kinds[0] is kinds[1] else f", {kinds[1].value} instead of {kinds[0].value}"
    yield f"{what} is {short_repr(found)}; it should be {short_repr(given)}{sort}"


def _is_same(given: object, found: object) -> bool:
    one, other = normalize(given), normalize(found)
    if one[0] is not other[0]:
        return False
    if one[0] is Kind.COLLECTION:
        return sorted(map(repr, map(equality_key, collection_members(given)))) == sorted(
            map(repr, map(equality_key, collection_members(found)))
        )
    if one[0] is Kind.INCOMPARABLE and isinstance(given, Mapping) and isinstance(found, Mapping):
        pair = cast("Mapping[str, object]", given), cast("Mapping[str, object]", found)
        return all(_is_same(pair[0].get(key), pair[1].get(key)) for key in {*pair[0], *pair[1]})
    return equality_key(one) == equality_key(other)


def _of_lists(
    who: str, given: Mapping[str, object], found: Mapping[str, object], needs: Requirements
) -> Iterator[str]:
    for name in sorted({*given, *found} if needs.any_list else needs.lists):
        if (name in given) is not (name in found):
            is_on, on = ("is", "is not") if name in found else ("is not", "is")
            yield f"{who} {is_on} on the list {short_repr(name)}; it {on}"
        elif name in given:
            what = f"{who}: the instant of joining the list {short_repr(name)}"
            yield from _different(what, given[name], found[name])


def _of_events(
    who: str, name: str, given: list[Event[Any]], found: list[EventLike], need: EventNeed
) -> Iterator[str]:
    left = [event for event in found if event.name == name]
    for event in left:
        if normalize(event.at)[0] is not Kind.INSTANT:
            yield (
                f"{who}: an event {short_repr(name)} has the instant {short_repr(event.at)}: "
                "it is none"
            )
            return
    for event in given:
        if event.name != name:
            continue
        at = f"{who}: the event {short_repr(name)} of {event.at.isoformat(timespec='microseconds')}"
        alike = [other for other in left if normalize(other.at)[1] == event.at]
        if not alike:
            if (need.since is None or need.since <= event.at) and event.at <= need.until:
                yield f"{at} is missing; needed are those {_range(need)}"
            continue
        # Of several at one instant, the one that is like it, if there is one.
        found_one = min(alike, key=lambda other: len(list(_of_properties("", event, other, need))))
        left.remove(found_one)
        yield from _of_properties(at, event, found_one, need)
    for event in left:
        instant = cast("datetime", normalize(event.at)[1])
        at = instant.isoformat(timespec="microseconds")
        yield (
            f"{who}: an event {short_repr(name)} of {at} is yielded that was never put in, or twice"
        )


def _of_properties(at: str, given: EventLike, found: EventLike, need: EventNeed) -> Iterator[str]:
    for name in sorted(need.properties):
        pair = given.properties.get(name), found.properties.get(name)
        yield from _different(f"{at}: its property {short_repr(name)}", *pair)


def _same_ids(who: str, events: list[EventLike]) -> Iterator[str]:
    met: list[object] = []
    for event in events:
        if event.id is not None and event.id in met:
            yield f"{who}: two events have the id {short_repr(event.id)}; a source holds each once"
            return
        met.append(event.id)


def _range(need: EventNeed) -> str:
    until = f"up to and including {need.until.isoformat(timespec='microseconds')}"
    if need.since is None:
        return until
    return f"from {need.since.isoformat(timespec='microseconds')} on, {until}"


IdT = TypeVar("IdT", bound=Hashable)

MakeSource: TypeAlias = Callable[[list[Contact[IdT]], list[Event[IdT]]], Source[IdT]]
"""Puts contacts and events into a storage that was empty, and gives a source over it."""

_MOST: Final = 5
"""Differences shown of one question; the rest follows from these, mostly."""


def check_source(
    make_source: MakeSource[Any],
    cases: Iterable[SourceCase] = SOURCE_CASES,
    *,
    make_id: Callable[[int], Hashable] = "c{:05}".format,
) -> None:
    """Check that a source of yours does what a `Source` has to.

    Each case puts a few contacts and events into your storage and asks. The answers must be
    right, in the order of the contacts; and what was loaded is looked through, so that it is said
    what was wrong with it. Each question is asked twice: a source can be asked again.

    Args:
        make_source: Is handed contacts and events and gives a source over them, and over nothing
            from the case before. Contacts come in the order of their ids. The ids of events are
            whole numbers, no two alike of one contact; a storage that numbers its events itself
            may give them others.
        cases: Some of `source_cases`, those for the shape of your storage.
        make_id: Makes an id of a whole number; a greater id of a greater number. By default a
            text: ``"c00001"``.

    Raises:
        AssertionError: If a case fails; it names all that fail, why that matters, what to do.

    >>> from segkit import MemorySource
    >>> from segkit.testing import check_source
    >>> check_source(MemorySource)
    >>> check_source(MemorySource, make_id=int)
    """
    several = list(cases)
    failed = [text for case in several for text in _failures(case, make_source, make_id)]
    if failed:
        number = f"{len(failed)} of {len(several)} cases" if len(several) > 1 else "the case"
        verb = "fail" if len(failed) > 1 else "fails"
        raise AssertionError("\n\n".join([f"{number} of check_source {verb}", *failed]))


def _failures(
    case: SourceCase, make_source: MakeSource[Any], make_id: Callable[[int], Hashable]
) -> Iterator[str]:
    """What is said of a case that fails: one text, or none."""
    contacts = [
        Contact(make_id(contact.id), contact.attributes, contact.lists) for contact in case.contacts
    ]
    events = [
        Event(make_id(event.contact_id), event.name, event.at, event.properties, event.id)
        for event in case.events
    ]
    source = make_source(contacts, events)
    for question in case.questions:
        complaints = list(islice(_complaints(source, contacts, events, question, make_id), _MOST))
        if complaints:
            lines = [
                case.name,
                indent(_asked(question, make_id), "  "),
                *[indent(complaint, "  ") for complaint in complaints],
                f"  why: {case.why}",
                f"  do: {case.fix}",
            ]
            yield "\n".join(lines)
            return


def _asked(question: Question, make_id: Callable[[int], Hashable]) -> str:
    ids = "everybody" if question.ids is None else _listed(map(make_id, question.ids))
    return (
        f"asked:\n{indent(describe(question.condition), '  ')}\n"
        f"of {ids}, now {question.now.isoformat()}, tz {question.tz}"
    )


def _complaints(
    source: Source[Any],
    contacts: list[Contact[Any]],
    events: list[Event[Any]],
    question: Question,
    make_id: Callable[[int], Hashable],
) -> Iterator[str]:
    expected = [make_id(number) for number in question.members]
    ids: Collection[Hashable] | None = None
    if question.ids is not None:
        ids = question.ids_type(make_id(number) for number in question.ids)
    try:
        evaluator = Evaluator(source, question.tz)
        found = list(evaluator.members(question.condition, now=question.now, ids=ids))
        needs = requirements(question.condition, now=question.now, tz=question.tz)
        asked = [contact for contact in contacts if ids is None or contact.id in ids]
        different = list(differences(source.load(needs, ids), asked, events, needs))
    except Exception as error:  # noqa: BLE001 - whatever a source raises is what it does wrong
        yield f"it raises {type(error).__name__}: {error}"
        return
    if found != expected:
        yield f"expected: {_listed(expected)}, in this order\ngot: {_listed(found)}"
    yield from different


def _listed(ids: Iterable[object]) -> str:
    return short_repr(list(ids))
