"""What differs between the rows that a source yields and the facts that it was to yield."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from segkit.errors import shown
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.needs import EventNeed, Requirements
from segkit.model.values import Kind, members, read, same

__all__ = ["differences"]


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
        yield f"load() yields the contacts {shown(met)}; it should yield {shown(expected)}"
        return
    for given, (contact, happened) in zip(contacts, loaded, strict=True):
        who = f"contact {shown(given.id)}"
        for name in sorted(needs.attributes):
            pair = given.attributes.get(name), contact.attributes.get(name)
            yield from _different(f"{who}: the attribute {shown(name)}", *pair)
        yield from _of_lists(who, given.lists, contact.lists, needs)
        for name, need in needs.events.items():
            own = [event for event in events if event.contact_id == given.id]
            yield from _of_events(who, name, own, happened, need)
        yield from _same_ids(who, happened)


def _different(what: str, given: object, found: object) -> Iterator[str]:
    if _is_same(given, found):
        return
    kinds = read(given)[0], read(found)[0]
    sort = "" if kinds[0] is kinds[1] else f", {kinds[1].value} instead of {kinds[0].value}"
    yield f"{what} is {shown(found)}; it should be {shown(given)}{sort}"


def _is_same(given: object, found: object) -> bool:
    one, other = read(given), read(found)
    if one[0] is not other[0]:
        return False
    if one[0] is Kind.COLLECTION:
        return sorted(map(repr, map(same, members(given)))) == sorted(
            map(repr, map(same, members(found)))
        )
    if one[0] is Kind.NO_KIND and isinstance(given, Mapping) and isinstance(found, Mapping):
        pair = cast("Mapping[str, object]", given), cast("Mapping[str, object]", found)
        return all(_is_same(pair[0].get(key), pair[1].get(key)) for key in {*pair[0], *pair[1]})
    return same(one) == same(other)


def _of_lists(
    who: str, given: Mapping[str, object], found: Mapping[str, object], needs: Requirements
) -> Iterator[str]:
    for name in sorted({*given, *found} if needs.any_list else needs.lists):
        if (name in given) is not (name in found):
            is_on, on = ("is", "is not") if name in found else ("is not", "is")
            yield f"{who} {is_on} on the list {shown(name)}; it {on}"
        elif name in given:
            what = f"{who}: the instant of joining the list {shown(name)}"
            yield from _different(what, given[name], found[name])


def _of_events(
    who: str, name: str, given: list[Event[Any]], found: list[EventLike], need: EventNeed
) -> Iterator[str]:
    left = [event for event in found if event.name == name]
    for event in left:
        if read(event.at)[0] is not Kind.INSTANT:
            yield f"{who}: an event {shown(name)} has the instant {shown(event.at)}: it is none"
            return
    for event in given:
        if event.name != name:
            continue
        at = f"{who}: the event {shown(name)} of {event.at.isoformat(timespec='microseconds')}"
        alike = [other for other in left if read(other.at)[1] == event.at]
        if not alike:
            if (need.since is None or need.since <= event.at) and event.at <= need.until:
                yield f"{at} is missing; needed are those {_range(need)}"
            continue
        # Of several at one instant, the one that is like it, if there is one.
        found_one = min(alike, key=lambda other: len(list(_of_properties("", event, other, need))))
        left.remove(found_one)
        yield from _of_properties(at, event, found_one, need)
    for event in left:
        instant = cast("datetime", read(event.at)[1])
        at = instant.isoformat(timespec="microseconds")
        yield f"{who}: an event {shown(name)} of {at} is yielded that was never put in, or twice"


def _of_properties(at: str, given: EventLike, found: EventLike, need: EventNeed) -> Iterator[str]:
    for name in sorted(need.properties):
        pair = given.properties.get(name), found.properties.get(name)
        yield from _different(f"{at}: its property {shown(name)}", *pair)


def _same_ids(who: str, events: list[EventLike]) -> Iterator[str]:
    met: list[object] = []
    for event in events:
        if event.id is not None and event.id in met:
            yield f"{who}: two events have the id {shown(event.id)}; a source holds each once"
            return
        met.append(event.id)


def _range(need: EventNeed) -> str:
    until = f"up to and including {need.until.isoformat(timespec='microseconds')}"
    if need.since is None:
        return until
    return f"from {need.since.isoformat(timespec='microseconds')} on, {until}"
