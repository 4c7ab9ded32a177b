"""check_source() tells a good source from one of each sort that goes wrong in practice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import attrs
import pytest

from segkit import Contact, Event, MemorySource, Requirements
from segkit.builders import all_of, attr
from segkit.model.requirements import EventNeed
from segkit.testing import (
    SOURCE_CASES,
    Question,
    SourceCase,
    StorageShape,
    check_source,
    source_cases,
)
from tests.unit.evaluation import HostContact, HostEvent

Rows = Iterable[tuple[Any, Any]]
Loading = Callable[["Shop", Requirements, Collection[Any] | None], Any]


class Shop:
    """A good source, which each broken one spoils in one way."""

    def __init__(self, contacts: Iterable[Contact[Any]], events: Iterable[Event[Any]]) -> None:
        self.contacts, self.events = list(contacts), list(events)

    def rows(self, needs: Requirements, ids: Collection[Any] | None) -> Iterator[tuple[Any, Any]]:
        for contact in self.contacts:
            if ids is None or contact.id in ids:
                own = [event for event in self.events if event.contact_id == contact.id]
                yield contact, [e for e in own if e.name in needs.events]

    def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Rows:
        return self.rows(needs, ids)


def changed(
    contacts: Callable[[Contact[Any]], object] = lambda contact: contact,
    events: Callable[[list[Event[Any]]], object] = lambda events: events,
) -> Loading:
    """Load what is there, each contact and its events changed."""

    def load(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
        return [(contacts(contact), events(own)) for contact, own in shop.rows(needs, ids)]

    return load


def with_values(change: Callable[[Any], Any]) -> Loading:
    """Load contacts whose attributes are changed, one by one."""

    def person(contact: Contact[Any]) -> HostContact:
        known = {name: change(value) for name, value in contact.attributes.items()}
        return HostContact(contact.id, known, contact.lists)

    return changed(person)


def with_lists(change: Callable[[Any], Any]) -> Loading:
    return changed(
        lambda contact: HostContact(contact.id, contact.attributes, change(contact.lists))
    )


def with_instants(change: Callable[[datetime], Any]) -> Loading:
    return changed(events=lambda own: [happening(e, at=change(e.at)) for e in own])


def happening(event: Event[Any], **changes: object) -> HostEvent:
    given = {field.name: getattr(event, field.name) for field in attrs.fields(Event)}
    return HostEvent(**{**given, **changes})


def ranged(needed: Callable[[EventNeed, datetime], bool]) -> Loading:
    """Load the events that are within what is needed, by some reading of it."""

    def load(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
        return [
            (contact, [event for event in own if needed(needs.events[event.name], event.at)])
            for contact, own in shop.rows(needs, ids)
        ]

    return load


def first_name_only(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    first = next(iter(needs.events), None)
    return [(c, [e for e in own if e.name == first]) for c, own in shop.rows(needs, ids)]


def one_range(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    since = [need.since for need in needs.events.values() if need.since is not None]
    return [
        (c, [e for e in own if not since or e.at >= max(since)]) for c, own in shop.rows(needs, ids)
    ]


def a_row_per_event(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    for contact, own in shop.rows(needs, ids):
        for event in own or [None]:
            yield contact, [event] if event else []


def joined_with_lists(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    for contact, own in shop.rows(needs, ids):
        yield contact, own * max(1, len(contact.lists)) if needs.any_list else own


def one_page(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    return list(shop.rows(needs, ids))[:1000]


def naming_columns(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    for name in needs.attributes:
        name.encode()
    return shop.rows(needs, ids)


def folded_names(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    wide = {name.casefold().strip(): name for name in needs.events}
    for contact in shop.contacts:
        if ids is None or contact.id in ids:
            own = [e for e in shop.events if e.contact_id == contact.id]
            yield (
                contact,
                [
                    attrs.evolve(e, name=wide[e.name.casefold().strip()])
                    for e in own
                    if e.name.casefold().strip() in wide
                ],
            )


async def later(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> AsyncIterator[Any]:
    for row in shop.rows(needs, ids):
        yield row


def with_unknown(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    known = list(shop.rows(needs, ids))
    return [*known, *[(None, [])] * (len(set(ids or ())) - len(known))]


def by_key(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    known = {contact.id: (contact, own) for contact, own in shop.rows(needs, None)}
    return known.values() if ids is None else [known[one] for one in sorted(set(ids))]


def away(*_: object) -> Rows:
    raise ConnectionError("the storage is away")


def flat(attributes: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(attributes)
    for name, value in attributes.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": known for inner, known in value.items()}
            del found[name]
    return found


def as_number(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def as_instant(value: object) -> object:
    if type(value) is date:
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def as_text(value: object) -> object:
    return value.isoformat() if type(value) is date else value


def naive(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def whole_seconds(value: object) -> object:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


def padded(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def without(own: list[Event[Any]], known: str) -> list[Event[Any]]:
    return [attrs.evolve(e, properties={**e.properties, known: None}) for e in own]


TICK: Final = timedelta(microseconds=1)
BROKEN: Final[dict[str, tuple[Loading, str, str]]] = {
    # How it loads; a case that must fail; what must be said of it.
    "the last comes first": (
        lambda shop, needs, ids: list(shop.rows(needs, ids))[::-1],
        "every contact comes once",
        r"yields the contacts \['c00004', .*it should yield \['c00001', ",
    ),
    "unknown ids raise": (by_key, "only contacts with the given ids come", "KeyError"),
    "unknown ids are None": (
        with_unknown,
        "only contacts with the given ids come",
        "is not a contact",
    ),
    "no ids are all": (
        lambda shop, needs, ids: shop.rows(needs, ids or None),
        "only contacts with the given ids come",
        r"expected: \[\], in this order\n  got: \['c00001'",
    ),
    "ids are not looked at": (
        lambda shop, needs, _: shop.rows(needs, None),
        "only contacts with the given ids come",
        r"it should yield \[\]",
    ),
    "an inner join": (
        lambda shop, needs, ids: [
            row for row in shop.rows(needs, ids) if row[1] or not needs.events
        ],
        "every contact comes once",
        r"expected: \['c00001', 'c00003', 'c00004'\]",
    ),
    "a row per event": (
        a_row_per_event,
        "every contact comes once",
        "yields the contact 'c00002' twice",
    ),
    "events once per list": (
        joined_with_lists,
        "each event comes once",
        "two events have the id|or twice",
    ),
    "one page": (one_page, "no contact is lost between two pages", "c01203|got:"),
    "names are columns": (
        naming_columns,
        "unknown names",
        "UnicodeEncodeError",
    ),
    "no value is a text": (
        with_values(lambda value: "" if value is None else value),
        "None and a missing attribute are no value",
        "the attribute 'city' is ''; it should be None, text instead of no value",
    ),
    "zero is no value": (
        with_values(lambda value: value or None),
        "zero is a number",
        "is None; it should be 0",
    ),
    "true is 1": (
        with_values(as_number),
        "true and false are not numbers",
        "number instead of boolean",
    ),
    "a day is midnight": (with_values(as_instant), "a day is a date", "instant instead of day"),
    "a day is a text": (with_values(as_text), "a day is a date", "text instead of day"),
    "naive attributes": (with_values(naive), "an instant is aware", "no kind instead of instant"),
    "whole seconds": (with_values(whole_seconds), "an instant is aware", "10:30:15|10, 30, 15, tz"),
    "trimmed": (
        with_values(padded),
        "texts are loaded without any change",
        "is 'Lyon'; it should be 'Lyon '",
    ),
    "members in one text": (
        with_values(lambda value: ",".join(value) if isinstance(value, list) else value),
        "a list of texts is a list",
        "text instead of collection",
    ),
    "a flat path": (
        changed(lambda c: HostContact(c.id, flat(c.attributes), c.lists)),
        "a path leads into a mapping",
        "no value instead of no kind",
    ),
    "naive events": (
        with_instants(lambda at: at.replace(tzinfo=None)),
        "both ends of a needed range",
        "it should be aware",
    ),
    "events of local time": (
        with_instants(lambda at: at + timedelta(hours=2)),
        "both ends of a needed range",
        "is missing; needed are all events up to and including",
    ),
    "since is left out": (
        ranged(lambda need, at: need.since is None or need.since < at <= need.until),
        "both ends of a needed range",
        "is missing; needed are all events from",
    ),
    "until is left out": (
        ranged(lambda need, at: at < need.until),
        "both ends of a needed range",
        "2022-10-01T12:00:00.000000.00:00 is missing",
    ),
    "days instead of instants": (
        ranged(lambda need, at: at.date() < need.until.date()),
        "both ends of a needed range",
        "is missing",
    ),
    "the first name only": (
        first_name_only,
        "each name of an event has its own range",
        "is missing",
    ),
    "one range for all names": (one_range, "each name of an event has its own range", "is missing"),
    "names are folded": (folded_names, "names of events are compared exactly", "does not exist"),
    "events have one id": (
        changed(events=lambda own: [attrs.evolve(e, id=0) for e in own]),
        "each event comes once",
        "two events have the id 0",
    ),
    "no properties": (
        changed(events=lambda own: [attrs.evolve(e, properties={}) for e in own]),
        "a property is loaded without any change",
        "its property 'status' is None; it should be 'paid'",
    ),
    "no amounts": (
        changed(events=lambda own: without(own, "total")),
        "an amount is exact",
        "'total'",
    ),
    "no items": (
        changed(events=lambda own: without(own, "items")),
        "a path leads into a property",
        "'items'",
    ),
    "only who joined at a known time": (
        with_lists(lambda lists: {n: at for n, at in lists.items() if at}),
        "a contact may be on a list without a known instant",
        "is not on the list 'newsletter', but should be",
    ),
    "everybody joined some time": (
        with_lists(
            lambda lists: {n: at or datetime(1970, 1, 1, tzinfo=UTC) for n, at in lists.items()}
        ),
        "a contact may be on a list without a known instant",
        "it should be None, instant instead of no value",
    ),
    "everybody is on a list": (
        with_lists(lambda lists: {"everybody": None, **lists}),
        "a contact may be on a list without a known instant",
        "is on the list 'everybody', but should not be",
    ),
    "async": (later, "every contact comes once", "await the data first"),
    "away": (away, "an empty storage", "it raises ConnectionError: the storage is away"),
}
"""Sources that were met, or are easily written."""


def broken(load: Loading) -> type[Shop]:
    """A shop that loads in another way."""

    class Broken(Shop):
        def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Any:  # noqa: ANN401
            return load(self, needs, ids)

    return Broken


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
@pytest.mark.parametrize("make_id", [int, "c{:05}".format])
def test_a_source_in_memory_passes_each_case(
    case: SourceCase, make_id: Callable[[int], Any]
) -> None:
    """[D7], with ids of either type."""
    check_source(MemorySource, [case], make_id=make_id)


def test_a_source_that_yields_more_than_is_needed_passes() -> None:
    """More does no harm, so it is no fault."""
    check_source(Shop)
    check_source(broken(lambda shop, _, ids: [
        (contact, [event for event in shop.events if event.contact_id == contact.id])
        for contact in shop.contacts
        if ids is None or contact.id in ids
    ]))  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_source_is_caught(fault: str) -> None:
    """By the case that is about it, in words that say what to do."""
    load, name, said = BROKEN[fault]
    with pytest.raises(AssertionError) as caught:
        check_source(broken(load))
    [case] = [case for case in SOURCE_CASES if case.name.startswith(name)]
    [about] = [text for text in str(caught.value).split("\n\n") if text.startswith(case.name)]
    assert re.search(said, about), about
    assert f"  why: {case.why}\n  fix: {case.fix}" in about


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_each_case_catches_something(case: SourceCase) -> None:
    """A case that no broken source fails is worth nothing."""
    failed = []
    for load, *_ in BROKEN.values():
        try:
            check_source(broken(load), [case])
        except AssertionError as error:
            failed.append(str(error))
    assert any(text.startswith("the case of check_source fails\n\n") for text in failed)


def test_a_source_that_can_be_asked_once_is_caught() -> None:
    """Its stream is used up when it is asked again."""

    class Once(Shop):
        def __init__(self, contacts: Any, events: Any) -> None:  # noqa: ANN401
            super().__init__(contacts, events)
            self.contacts = iter(self.contacts)  # type: ignore[assignment]

    with pytest.raises(AssertionError, match=r"yields the contacts \[\]; it should yield"):
        check_source(Once)


def test_a_failure_is_told_in_full() -> None:
    """The question as a sentence, what came, why it matters, what to do."""
    load, name, _ = BROKEN["zero is no value"]
    [case] = [case for case in SOURCE_CASES if case.name.startswith(name)]
    with pytest.raises(AssertionError) as caught:
        check_source(broken(load), [case])
    assert str(caught.value) == (
        "the case of check_source fails\n"
        "\n"
        "zero is a number, and not a missing value\n"
        "  condition:\n"
        "    age is set\n"
        "  ids: all contacts, now: 2022-10-01T12:00:00+00:00, tz: UTC\n"
        "  expected: ['c00001', 'c00002'], in this order\n"
        "  got: ['c00002']\n"
        "  contact 'c00001': the attribute 'age' is None; it should be 0, no value instead of "
        "number\n"
        "  why: `age is not set` must not match a contact with the age 0\n"
        "  fix: do not replace false values by None (`value or None`)"
    )


def test_all_cases_that_fail_are_told_at_once() -> None:
    """So that one run says what there is to do."""
    with pytest.raises(AssertionError) as caught:
        check_source(broken(away))
    assert str(caught.value).startswith(f"{len(SOURCE_CASES)} of {len(SOURCE_CASES)} cases of ")
    assert str(caught.value).count("\n  fix: ") == len(SOURCE_CASES)


def test_what_fails_while_a_storage_is_filled_comes_through() -> None:
    """It is not the source that is at fault."""
    with pytest.raises(ConnectionError):
        check_source(away)  # type: ignore[arg-type]


def test_cases_that_a_storage_has_no_place_for_are_left_out() -> None:
    """Every `None` in a shape takes at least one away; the others stay as they are."""
    everything = {case.name for case in SOURCE_CASES}
    fields = [
        field.name for field in attrs.fields(StorageShape) if field.name not in ("text", "events")
    ]
    for name in fields:
        nothing: dict[str, Any] = {name: None}
        fewer = {case.name for case in source_cases(StorageShape(**nothing))}
        assert fewer < everything
    none_of_them: dict[str, Any] = dict.fromkeys(fields)
    least = source_cases(StorageShape(**none_of_them))
    assert 0 < len(least) < len(SOURCE_CASES) - len(fields) + 1
    check_source(MemorySource, least)


def test_the_names_are_those_of_the_shape() -> None:
    """A storage of other names is asked by them."""
    shape = StorageShape("ville", "age_", "vip_", "ne", "vu", "gouts", ("ou", "code"), ("a", "b"),
                  ("achat", "retour"), "somme", "etat", ("choses", "combien"))  # fmt: skip
    usual = set(attrs.asdict(StorageShape(), recurse=False).values())
    for case in source_cases(shape):
        met = {name for contact in case.contacts for name in (*contact.attributes, *contact.lists)}
        met |= {name for event in case.events for name in (event.name, *event.properties)}
        assert met.isdisjoint(usual | {"order", "refund", "newsletter", "vip", "address", "items"})
    check_source(MemorySource, source_cases(shape))


def test_a_case_can_be_written_by_hand() -> None:
    """For what is special about a storage."""
    case = SourceCase("ten cities", "why", "cure", (Contact(1, {"city": "x" * 10_000}),), (), (
        Question(attr("city") == "x" * 10_000, (1,)), Question(all_of(), (1,)),
    ))  # fmt: skip
    check_source(MemorySource, [case])
    with pytest.raises(AssertionError, match="'xxx"):
        check_source(broken(with_values(lambda value: value[:255])), [case])
