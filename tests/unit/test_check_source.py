"""`check_source` accepts a correct source, and reports the faults that occur in practice."""

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
    """A correct source. Each broken source changes one part of it."""

    def __init__(self, contacts: Iterable[Contact[Any]], events: Iterable[Event[Any]]) -> None:
        self.contacts, self.events = list(contacts), list(events)

    def rows(self, needs: Requirements, ids: Collection[Any] | None) -> Iterator[tuple[Any, Any]]:
        for contact in self.contacts:
            if ids is None or contact.id in ids:
                own_events = [event for event in self.events if event.contact_id == contact.id]
                yield contact, [e for e in own_events if e.name in needs.events]

    def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Rows:
        return self.rows(needs, ids)


def changed(
    contacts: Callable[[Contact[Any]], object] = lambda contact: contact,
    events: Callable[[list[Event[Any]]], object] = lambda events: events,
) -> Loading:
    """Return a function that loads all rows, with contacts and events changed."""

    def load(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
        return [
            (contacts(contact), events(own_events)) for contact, own_events in shop.rows(needs, ids)
        ]

    return load


def with_values(change: Callable[[Any], Any]) -> Loading:
    """Return a function that loads contacts with changed values of attributes."""

    def change_contact(contact: Contact[Any]) -> HostContact:
        attributes = {name: change(value) for name, value in contact.attributes.items()}
        return HostContact(contact.id, attributes, contact.lists)

    return changed(change_contact)


def with_lists(change: Callable[[Any], Any]) -> Loading:
    return changed(
        lambda contact: HostContact(contact.id, contact.attributes, change(contact.lists))
    )


def with_instants(change: Callable[[datetime], Any]) -> Loading:
    return changed(events=lambda own_events: [host_event(e, at=change(e.at)) for e in own_events])


def host_event(event: Event[Any], **changes: object) -> HostEvent:
    values = {field.name: getattr(event, field.name) for field in attrs.fields(Event)}
    return HostEvent(**{**values, **changes})


def with_events(is_needed: Callable[[EventNeed, datetime], bool]) -> Loading:
    """Return a function that loads the events for which *is_needed* is true."""

    def load(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
        return [
            (
                contact,
                [event for event in own_events if is_needed(needs.events[event.name], event.at)],
            )
            for contact, own_events in shop.rows(needs, ids)
        ]

    return load


def only_first_name(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    first = next(iter(needs.events), None)
    return [
        (c, [e for e in own_events if e.name == first]) for c, own_events in shop.rows(needs, ids)
    ]


def with_one_range(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    since = [need.since for need in needs.events.values() if need.since is not None]
    return [
        (c, [e for e in own_events if not since or e.at >= max(since)])
        for c, own_events in shop.rows(needs, ids)
    ]


def one_row_per_event(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    for contact, own_events in shop.rows(needs, ids):
        for event in own_events or [None]:
            yield contact, [event] if event else []


def joined_with_lists(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    for contact, own_events in shop.rows(needs, ids):
        yield contact, own_events * max(1, len(contact.lists)) if needs.any_list else own_events


def first_page_only(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    return list(shop.rows(needs, ids))[:1000]


def names_as_columns(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    for name in needs.attributes:
        name.encode()
    return shop.rows(needs, ids)


def folded_names(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    names = {name.casefold().strip(): name for name in needs.events}
    for contact in shop.contacts:
        if ids is None or contact.id in ids:
            own_events = [e for e in shop.events if e.contact_id == contact.id]
            yield (
                contact,
                [
                    attrs.evolve(e, name=names[e.name.casefold().strip()])
                    for e in own_events
                    if e.name.casefold().strip() in names
                ],
            )


async def load_async(
    shop: Shop, needs: Requirements, ids: Collection[Any] | None
) -> AsyncIterator[Any]:
    for row in shop.rows(needs, ids):
        yield row


def with_unknown(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    rows = list(shop.rows(needs, ids))
    return [*rows, *[(None, [])] * (len(set(ids or ())) - len(rows))]


def with_key_errors(shop: Shop, needs: Requirements, ids: Collection[Any] | None) -> Rows:
    rows = {contact.id: (contact, own_events) for contact, own_events in shop.rows(needs, None)}
    return rows.values() if ids is None else [rows[key] for key in sorted(set(ids))]


def unavailable(*_: object) -> Rows:
    raise ConnectionError("the storage is away")


def flat(attributes: Mapping[str, Any]) -> dict[str, Any]:
    flattened = dict(attributes)
    for name, value in attributes.items():
        if isinstance(value, dict):
            flattened |= {f"{name}.{key}": member for key, member in value.items()}
            del flattened[name]
    return flattened


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


def stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def without(own_events: list[Event[Any]], name: str) -> list[Event[Any]]:
    return [attrs.evolve(e, properties={**e.properties, name: None}) for e in own_events]


TICK: Final = timedelta(microseconds=1)
BROKEN: Final[dict[str, tuple[Loading, str, str]]] = {
    # The function that loads; a case that must fail; a pattern of its report.
    "reversed order": (
        lambda shop, needs, ids: list(shop.rows(needs, ids))[::-1],
        "every contact comes once",
        r"yields the contacts \['c00004', .*it should yield \['c00001', ",
    ),
    "unknown ids raise": (with_key_errors, "only contacts with the given ids come", "KeyError"),
    "unknown ids are None": (
        with_unknown,
        "only contacts with the given ids come",
        "is not a contact",
    ),
    "empty ids load all contacts": (
        lambda shop, needs, ids: shop.rows(needs, ids or None),
        "only contacts with the given ids come",
        r"expected: \[\], in this order\n  got: \['c00001'",
    ),
    "ids are ignored": (
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
    "one row per event": (
        one_row_per_event,
        "every contact comes once",
        "yields the contact 'c00002' twice",
    ),
    "events once per list": (
        joined_with_lists,
        "each event comes once",
        "two events have the id|or twice",
    ),
    "only the first page": (first_page_only, "no contact is lost between two pages", "c01203|got:"),
    "names are columns": (
        names_as_columns,
        "unknown names",
        "UnicodeEncodeError",
    ),
    "no value is an empty text": (
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
        with_values(stripped),
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
    "since is excluded": (
        with_events(lambda need, at: need.since is None or need.since < at <= need.until),
        "both ends of a needed range",
        "is missing; needed are all events from",
    ),
    "until is excluded": (
        with_events(lambda need, at: at < need.until),
        "both ends of a needed range",
        "2022-10-01T12:00:00.000000.00:00 is missing",
    ),
    "days instead of instants": (
        with_events(lambda need, at: at.date() < need.until.date()),
        "both ends of a needed range",
        "is missing",
    ),
    "the first name only": (
        only_first_name,
        "each name of an event has its own range",
        "is missing",
    ),
    "one range for all names": (
        with_one_range,
        "each name of an event has its own range",
        "is missing",
    ),
    "names are folded": (folded_names, "names of events are compared exactly", "does not exist"),
    "events have one id": (
        changed(events=lambda own_events: [attrs.evolve(e, id=0) for e in own_events]),
        "each event comes once",
        "two events have the id 0",
    ),
    "no properties": (
        changed(events=lambda own_events: [attrs.evolve(e, properties={}) for e in own_events]),
        "a property is loaded without any change",
        "its property 'status' is None; it should be 'paid'",
    ),
    "no amounts": (
        changed(events=lambda own_events: without(own_events, "total")),
        "an amount is exact",
        "'total'",
    ),
    "no items": (
        changed(events=lambda own_events: without(own_events, "items")),
        "a path leads into a property",
        "'items'",
    ),
    "only lists with a known instant": (
        with_lists(lambda lists: {n: at for n, at in lists.items() if at}),
        "a contact may be on a list without a known instant",
        "is not on the list 'newsletter', but should be",
    ),
    "an invented instant of joining": (
        with_lists(
            lambda lists: {n: at or datetime(1970, 1, 1, tzinfo=UTC) for n, at in lists.items()}
        ),
        "a contact may be on a list without a known instant",
        "it should be None, instant instead of no value",
    ),
    "an additional list for all contacts": (
        with_lists(lambda lists: {"everybody": None, **lists}),
        "a contact may be on a list without a known instant",
        "is on the list 'everybody', but should not be",
    ),
    "async": (load_async, "every contact comes once", "await the data first"),
    "unavailable": (
        unavailable,
        "an empty storage",
        "it raises ConnectionError: the storage is away",
    ),
}
"""Sources with faults that occurred, or that are likely."""


def broken(load: Loading) -> type[Shop]:
    """Return a subclass of `Shop` that loads with *load*."""

    class Broken(Shop):
        def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Any:  # noqa: ANN401
            return load(self, needs, ids)

    return Broken


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
@pytest.mark.parametrize("make_id", [int, "c{:05}".format])
def test_a_source_in_memory_passes_each_case(
    case: SourceCase, make_id: Callable[[int], Any]
) -> None:
    """[D7]: with ids of both types."""
    check_source(MemorySource, [case], make_id=make_id)


def test_an_error_of_segkit_is_not_reported_as_an_error_of_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise RuntimeError("a fault of segkit")

    monkeypatch.setattr("segkit.testing.source_check.evaluate_condition", fail)
    with pytest.raises(RuntimeError, match="a fault of segkit"):
        check_source(MemorySource)


def test_a_source_that_yields_more_than_needed_passes() -> None:
    """Additional events do not change a verdict, so they are not a fault."""
    check_source(Shop)
    check_source(broken(lambda shop, _, ids: [
        (contact, [event for event in shop.events if event.contact_id == contact.id])
        for contact in shop.contacts
        if ids is None or contact.id in ids
    ]))  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_source_is_reported(fault: str) -> None:
    """The report of the case describes the fault and the fix."""
    load, name, pattern = BROKEN[fault]
    with pytest.raises(AssertionError) as caught:
        check_source(broken(load))
    [case] = [case for case in SOURCE_CASES if case.name.startswith(name)]
    [report] = [text for text in str(caught.value).split("\n\n") if text.startswith(case.name)]
    assert re.search(pattern, report), report
    assert f"  why: {case.why}\n  fix: {case.fix}" in report


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_each_case_fails_for_a_broken_source(case: SourceCase) -> None:
    """A case that never fails would be useless."""
    reports = []
    for load, *_ in BROKEN.values():
        try:
            check_source(broken(load), [case])
        except AssertionError as error:
            reports.append(str(error))
    assert any(text.startswith("the case of check_source fails\n\n") for text in reports)


def test_a_source_that_can_be_loaded_only_once_is_reported() -> None:
    """Its iterator is exhausted when it is loaded again."""

    class Once(Shop):
        def __init__(self, contacts: Any, events: Any) -> None:  # noqa: ANN401
            super().__init__(contacts, events)
            self.contacts = iter(self.contacts)  # type: ignore[assignment]

    with pytest.raises(AssertionError, match=r"yields the contacts \[\]; it should yield"):
        check_source(Once)


def test_a_report_is_complete() -> None:
    """It contains the condition, the expected and actual result, the reason and the fix."""
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


def test_all_failing_cases_are_reported_together() -> None:
    """One run reports all faults."""
    with pytest.raises(AssertionError) as caught:
        check_source(broken(unavailable))
    assert str(caught.value).startswith(f"{len(SOURCE_CASES)} of {len(SOURCE_CASES)} cases of ")
    assert str(caught.value).count("\n  fix: ") == len(SOURCE_CASES)


def test_an_error_while_a_storage_is_filled_is_raised() -> None:
    """Such an error is not a fault of the source."""
    with pytest.raises(ConnectionError):
        check_source(unavailable)  # type: ignore[arg-type]


def test_cases_that_a_storage_cannot_represent_are_omitted() -> None:
    """Each `None` in a shape omits at least one case and adds no case."""
    all_names = {case.name for case in SOURCE_CASES}
    fields = [
        field.name for field in attrs.fields(StorageShape) if field.name not in ("text", "events")
    ]
    for name in fields:
        without_field: dict[str, Any] = {name: None}
        names = {case.name for case in source_cases(StorageShape(**without_field))}
        assert names < all_names
    without_fields: dict[str, Any] = dict.fromkeys(fields)
    least = source_cases(StorageShape(**without_fields))
    assert 0 < len(least) < len(SOURCE_CASES) - len(fields) + 1
    check_source(MemorySource, least)


def test_the_cases_use_the_names_of_the_shape() -> None:
    """A storage may have other names."""
    shape = StorageShape("ville", "age_", "vip_", "ne", "vu", "gouts", ("ou", "code"), ("a", "b"),
                  ("achat", "retour"), "somme", "etat", ("choses", "combien"))  # fmt: skip
    default_names = set(attrs.asdict(StorageShape(), recurse=False).values())
    for case in source_cases(shape):
        found = {
            name for contact in case.contacts for name in (*contact.attributes, *contact.lists)
        }
        found |= {name for event in case.events for name in (event.name, *event.properties)}
        assert found.isdisjoint(
            default_names | {"order", "refund", "newsletter", "vip", "address", "items"}
        )
    check_source(MemorySource, source_cases(shape))


def test_a_case_can_be_written_by_hand() -> None:
    """Such a case tests a special feature of a storage."""
    case = SourceCase("ten cities", "why", "cure", (Contact(1, {"city": "x" * 10_000}),), (), (
        Question(attr("city") == "x" * 10_000, (1,)), Question(all_of(), (1,)),
    ))  # fmt: skip
    check_source(MemorySource, [case])
    with pytest.raises(AssertionError, match="'xxx"):
        check_source(broken(with_values(lambda value: value[:255])), [case])
