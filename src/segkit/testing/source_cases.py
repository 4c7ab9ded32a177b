"""Cases for `check_source`, with the names that they use in the storage of a host."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from segkit.builders import all_of, any_of, attr, did, in_any_list, in_list, prop
from segkit.model.conditions import Condition
from segkit.model.facts import Contact, Event

# ruff: noqa: PLR2004 - the numbers belong to the cases

_NOW: Final = datetime(2022, 10, 1, 12, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_YESTERDAY: Final = _NOW - _DAY
_TICK: Final = timedelta(microseconds=1)
_MANY: Final = 1203
"""More contacts than fit on a page, and more ids than some databases accept in one list."""
_KATHMANDU: Final = ZoneInfo("Asia/Kathmandu")


@attrs.frozen
class StorageShape:
    """The types that a storage can hold, and the names to use; ``None`` for a missing type.

    Cases that need a missing type are left out.

    Attributes:
        text: An attribute with a text of any length.
        number: An attribute with a whole number.
        boolean: An attribute that is true or false.
        day: An attribute with a day.
        instant: An attribute with an instant, exact to the microsecond.
        texts: An attribute with a list of texts.
        nested: The path to a text within a mapping.
        lists: Two lists.
        events: Two names of events.
        amount: A property of events with a number that has two decimal places.
        word: A property with a text.
        inner: The path to a whole number within a property that is a mapping.

    >>> from segkit.testing import StorageShape, source_cases
    >>> shape = StorageShape(text="ville", nested=None)
    >>> len(source_cases(shape)) < len(source_cases())
    True
    """

    text: str = "city"
    number: str | None = "age"
    boolean: str | None = "vip"
    day: str | None = "born"
    instant: str | None = "subscribed_at"
    texts: str | None = "interests"
    nested: tuple[str, str] | None = ("address", "zip")
    lists: tuple[str, str] | None = ("newsletter", "vip")
    events: tuple[str, str] = ("order", "refund")
    amount: str | None = "total"
    word: str | None = "status"
    inner: tuple[str, str] | None = ("items", "count")


@attrs.frozen
class Question:
    """A condition to evaluate for the contacts of a case, and the expected members.

    Attributes:
        condition: The condition.
        members: The numbers of the contacts that match, in order.
        ids: The numbers of the contacts to evaluate; ``None`` for all.
        now: The instant of the evaluation.
        tz: The time zone of the evaluation.
        ids_type: The type of the collection of ids: ``list``, ``set``, ...
    """

    condition: Condition
    members: tuple[int, ...]
    ids: tuple[int, ...] | None = None
    now: datetime = _NOW
    tz: tzinfo = UTC
    ids_type: Callable[[Iterable[Any]], Collection[Any]] = list


@attrs.frozen
class SourceCase:
    """Contacts with their events, and conditions to evaluate over a source of these.

    Attributes:
        name: The correct behavior of a source.
        why: Why that matters.
        fix: What to do if the case fails.
        contacts: Their ids are whole numbers, in order, starting at 1.
        events: Events of these contacts; their ids are whole numbers, too.
        questions: The conditions, with the expected members.
    """

    name: str
    why: str
    fix: str
    contacts: tuple[Contact[int], ...]
    events: tuple[Event[int], ...]
    questions: tuple[Question, ...]

    def __str__(self) -> str:
        return self.name


def source_cases(shape: StorageShape | None = None) -> tuple[SourceCase, ...]:
    """Return the cases of `check_source` for a storage of some shape.

    Args:
        shape: The types that the storage can hold, and the names to use; by default
            ``StorageShape()``, whose cases are `SOURCE_CASES`.

    >>> from segkit.testing import StorageShape, source_cases
    >>> for case in source_cases(StorageShape(text="ville", events=("achat", "retour"))):
    ...     print(case)  # doctest: +ELLIPSIS
    every contact comes once, always in the same order
    ...
    """
    known = StorageShape() if shape is None else shape
    return (*_about_contacts(known), *_about_values(known), *_about_events(known))


def _case(
    name: str,
    why: str,
    fix: str,
    *questions: Question,
    contacts: Iterable[Contact[int]] | None = None,
    events: Iterable[Event[int]] = (),
) -> SourceCase:
    """Return a case; by default its contacts are those of the events, without attributes."""
    own = tuple(events)
    if contacts is None:
        contacts = map(Contact, sorted({event.contact_id for event in own}))
    return SourceCase(name, why, fix, tuple(contacts), own, questions)


def _contacts_with(name: str, values: tuple[object, ...]) -> list[Contact[int]]:
    """Return a contact for each value of the attribute *name*, and one without the attribute."""
    attributes = [*({name: value} for value in values), {}]
    return [Contact(number, known) for number, known in enumerate(attributes, start=1)]


def _events(*fields: tuple[int, str, datetime]) -> list[Event[int]]:
    return [
        Event(contact_id, name, at, id=number)
        for number, (contact_id, name, at) in enumerate(fields, start=1)
    ]


def _events_with(name: str, property_name: str, *values: object) -> list[Event[int]]:
    """Return an event of one contact each for the values of a property, and one without it."""
    properties = [*({property_name: value} for value in values), {}]
    return [
        Event(number, name, _YESTERDAY, known, id=number)
        for number, known in enumerate(properties, start=1)
    ]


def _about_contacts(shape: StorageShape) -> Iterator[SourceCase]:
    order, refund = shape.events
    text = attr(shape.text)
    four = [Contact(number, {shape.text: "Lyon"}) for number in (1, 2, 3, 4)]
    orders = _events(*[(2, order, _YESTERDAY)] * 3)
    yield _case(
        "every contact comes once, always in the same order",
        "an audience has the order of its source, and a contact that comes twice is an error",
        "yield each contact once, with or without events, and sort by a unique column",
        Question(all_of(), (1, 2, 3, 4)),
        Question(~did(order), (1, 3, 4)),
        Question(did(order).exactly(3), (2,)),
        Question((text == "Lyon") & ~did(refund), (1, 2, 3, 4)),
        contacts=four,
        events=orders,
    )
    yield _case(
        "an empty storage has no contacts",
        "a new shop has no customers, and every segment is empty",
        "yield nothing; do not raise",
        Question(all_of(), ()),
        Question(~did(order), ()),
        Question(~did(order), (), ids=(1, 2)),
    )
    yield _case(
        "only contacts with the given ids come",
        "the result must not contain other contacts; an empty collection of ids means no contacts",
        "distinguish None from an empty collection (`if ids is not None`), and skip unknown ids",
        Question(all_of(), (), ids=()),
        Question(all_of(), (1, 3), ids=(3, 1)),
        Question(all_of(), (2,), ids=(2, 77)),
        Question(all_of(), (), ids=(77,)),
        Question(all_of(), (2, 4), ids=(4, 2, 4)),
        Question(did(order), (2,), ids=(1, 2), ids_type=set),
        Question(did(order), (2,), ids=(2, 3), ids_type=tuple),
        Question(~did(order), (3,), ids=(2, 3), ids_type=lambda ids: dict.fromkeys(ids).keys()),
        contacts=four,
        events=orders,
    )
    # Every third contact is in Lyon. Contacts on the first page, at its end and on the last page
    # have an order.
    buyers = (1, 1000, _MANY)
    yield _case(
        "no contact is lost between two pages",
        "storages are read page by page, and lists of ids are long",
        "continue after the last id of a page until a page is empty; split long lists of ids",
        Question(text == "Lyon", tuple(range(3, _MANY + 1, 3))),
        Question(did(order), buyers),
        Question(did(order), buyers, ids=tuple(range(_MANY, 0, -1))),
        contacts=[
            Contact(number, {shape.text: "Oslo" if number % 3 else "Lyon"})
            for number in range(1, _MANY + 1)
        ],
        events=_events(*[(number, order, _YESTERDAY) for number in buyers]),
    )
    hostile = ("' OR 1=1 --", "id; DROP TABLE customer", "a.b", "100%_", "\u00e9\x00", "\ud800")
    yield _case(
        "unknown names, and names that the storage cannot hold, match no contact",
        "a user may choose the names in a segment: they must not change or break a query",
        "compare names with a list of known names, and never put other names into a query",
        *[
            Question(condition, ())
            for name in hostile
            for condition in (attr(name).is_set(), did(name), in_list(name))
        ],
        Question(any_of(did(order), *[attr(name) == 1 for name in hostile]), (2,)),
        Question(did(order, *hostile), (2,)),
        contacts=four,
        events=orders,
    )


def _about_values(shape: StorageShape) -> Iterator[SourceCase]:
    text = attr(shape.text)
    yield _case(
        "None and a missing attribute are no value, and an empty text is a value",
        "`city is not Lyon` includes contacts without a city; `city is set` does not",
        'return None, or nothing, for a missing value; never "", "None" or a default',
        Question(text.is_set(), (1, 3)),
        Question(text != "Lyon", (2, 3, 4)),
        contacts=_contacts_with(shape.text, ("Lyon", None, "")),
    )
    texts = ("Lyon", "lyon", "Lyon ", "\u00e9", "e\u0301", "O'Hara \\ \"", "\U0001f600\n\t")
    yield _case(
        "texts are loaded without any change",
        "texts are compared exactly: case, accents and spaces matter",
        "store texts as Unicode; not as CHAR(n), which pads; do not fold or strip them",
        *[Question(text == one, (number,)) for number, one in enumerate(texts, start=1)],
        contacts=_contacts_with(shape.text, texts),
    )
    if shape.number is not None:
        number = attr(shape.number)
        yield _case(
            "zero is a number, and not a missing value",
            "`age is not set` must not match a contact with the age 0",
            "do not replace false values by None (`value or None`)",
            Question(number.is_set(), (1, 2)),
            Question(~(number < 18), (2, 3, 4)),
            contacts=_contacts_with(shape.number, (0, 18, None)),
        )
    if shape.boolean is not None:
        boolean = attr(shape.boolean)
        yield _case(
            "true and false are not numbers",
            "1 is not true: a boolean that is loaded as 1 matches no condition",
            "convert the 0 and 1 of a storage such as SQLite: bool(value), unless it is None",
            Question(boolean.is_true(), (1,)),
            Question(boolean == 1, ()),
            Question(~boolean.is_set(), (3, 4)),
            contacts=_contacts_with(shape.boolean, (True, False, None)),
        )
    if shape.day is not None:
        day, leap_day = attr(shape.day), date(2004, 2, 29)
        yield _case(
            "a day is a date, and not an instant or a text",
            "midnight is on another day in other zones, and a text is never within a window",
            "return datetime.date, and do not convert it between zones",
            Question(day == leap_day, (1,), tz=ZoneInfo("Pacific/Kiritimati")),
            Question(day.anniversary_in(days=0), (1,), now=datetime(2023, 3, 1, 12, tzinfo=UTC)),
            contacts=_contacts_with(shape.day, (leap_day, date(1901, 1, 1), None)),
        )
    if shape.instant is not None:
        instant, exact = attr(shape.instant), datetime(2022, 9, 12, 10, 30, 15, 123457, tzinfo=UTC)
        # The clocks of Paris show this time twice; `fold` selects the second one.
        repeated = datetime(2022, 10, 30, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Paris"))
        old = datetime(1965, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
        new_year = datetime(2022, 1, 1, 2, tzinfo=UTC)
        yield _case(
            "an instant is aware, and exact to the microsecond",
            "a naive datetime is not an instant, and another zone or second is another instant",
            "store instants in UTC with microseconds, and attach UTC when you load them",
            Question(instant == exact, (1,)),
            Question(instant == exact.astimezone(_KATHMANDU), (1,)),
            Question(instant == datetime(2022, 10, 30, 1, 30, tzinfo=UTC), (2,)),
            Question(instant == old, (3,)),
            Question(instant == date(2021, 12, 31), (4,), tz=ZoneInfo("America/New_York")),
            contacts=_contacts_with(shape.instant, (exact, repeated, old, new_year, None)),
        )
    if shape.texts is not None:
        yield _case(
            "a list of texts is a list, and may be empty",
            "a list that is loaded as one text has no members",
            "convert it to a list, a tuple or a set",
            Question(attr(shape.texts).has_any(["tea"]), (1,)),
            Question(attr(shape.texts).is_set(), (1, 2)),
            contacts=_contacts_with(shape.texts, (["golf", "tea"], [], None)),
        )
    if shape.nested is not None:
        outer, inner = shape.nested
        yield _case(
            "a path leads into a mapping",
            "`requirements` names the first step of a path; the value is inside the mapping",
            "return the whole mapping under the first name, not a flat name with a dot",
            Question(attr(outer, inner) == "75011", (1,)),
            Question(attr(outer).is_set(), (1, 2, 3)),
            contacts=_contacts_with(outer, ({inner: "75011"}, {inner: None}, {})),
        )


def _about_events(shape: StorageShape) -> Iterator[SourceCase]:
    order, refund = shape.events
    last_year = _NOW - 300 * _DAY
    start, end = _NOW - 60 * _DAY, _NOW - 30 * _DAY
    instants = (start - _TICK, start, end - _TICK, end, _NOW - _TICK, _NOW, _NOW + _TICK)
    yield _case(
        "both ends of a needed range belong to it",
        "`since` and `until` are inclusive, and one microsecond can change a result",
        "write at >= since AND at <= until, with microseconds and instants in UTC",
        Question(did(order), (1, 2, 3, 4, 5, 6)),
        Question(did(order), (1, 2, 3, 4, 5, 6, 7), now=_NOW + _TICK),
        Question(did(order).between(start, end), (2, 3)),
        Question(did(order).between(None, start), (1,)),
        Question(did(order).within_last(days=30), (5, 6)),
        Question(did(order).between_ago(days=(60, 30)), (3, 4)),
        Question(did(order).before(days=60), (1, 2)),
        Question(did(order).after(end), (5, 6)),
        events=_events(*[(number, order, at) for number, at in enumerate(instants, start=1)]),
    )
    yield _case(
        "each name of an event has its own range",
        "one condition may need the orders of yesterday and the refunds of last year",
        "filter by pairs of a name and a range: not all names in one range, not one name only",
        Question(did(order).within_last(days=7), (1,)),
        Question(did(order).within_last(days=7) & did(refund).before(days=200), (1,)),
        Question(did(order, refund).exactly(2), (1, 2)),
        Question(~did(order) & did(refund), (3,)),
        events=_events(
            (1, order, _YESTERDAY),
            (1, refund, last_year),
            (2, order, last_year),
            (2, refund, _YESTERDAY),
            (3, refund, last_year),
        ),
    )
    midnight = datetime(2022, 9, 15, 0, 0, 0, 5, tzinfo=UTC)
    yield _case(
        "the zone of an event does not change its instant",
        "events are compared in UTC to the microsecond; an event with a naive datetime is invalid",
        "store instants in UTC, and attach UTC when you load them",
        Question(did(order).latest_at() == midnight, (1, 2, 3)),
        Question(did(order).between(midnight, midnight + _TICK), (1, 2, 3)),
        Question(did(order).between(date(2022, 9, 14), date(2022, 9, 14)), ()),
        events=_events(
            (1, order, midnight),
            (2, order, midnight.astimezone(_KATHMANDU)),
            (3, order, midnight.astimezone(ZoneInfo("America/Havana"))),
        ),
    )
    names = (order, order.upper() + "!", order + " ", order + order)
    yield _case(
        "names of events are compared exactly",
        "some databases ignore case and trailing spaces",
        "compare names with an exact (binary) collation, or once more in Python",
        *[Question(did(name), (number,)) for number, name in enumerate(names, start=1)],
        Question(did(order.upper()), ()),
        events=_events(*[(number, name, _YESTERDAY) for number, name in enumerate(names, start=1)]),
    )
    lists = shape.lists or ()
    yield _case(
        "each event comes once, and similar events stay apart",
        "a query that joins events with lists returns each event once for every list",
        "load events and lists with two queries; identify events by their own key",
        Question(did(order).exactly(2), (1,)),
        Question(did(order).exactly(1), (2,)),
        Question(did(order).exactly(2) & ~in_list("empty"), (1,)),
        Question(did(order).exactly(2) & (in_any_list() | ~in_any_list()), (1,)),
        contacts=[
            Contact(1, {}, dict.fromkeys(lists)),
            Contact(2, {}, dict.fromkeys(lists[:1])),
            Contact(3),
        ],
        events=[
            Event(contact_id, order, _YESTERDAY, id=number)
            for contact_id, number in ((1, 1), (1, 2), (2, 1))
        ],
    )
    if shape.amount is not None:
        yield _case(
            "an amount is exact",
            "0.1 + 0.2 must be 0.3 for a limit of 0.3, and the amount 0 is a value",
            "store amounts as decimals or doubles; not in single precision, not as texts",
            Question(did(order).sum(shape.amount) == Decimal("0.3"), (1,)),
            Question(did(order).where(prop(shape.amount) >= Decimal("9.99")), (2,)),
            Question(did(order).where(~prop(shape.amount).is_set()), (4, 5)),
            events=[
                *_events_with(order, shape.amount, 0.1, 9.99, 0, None),
                Event(1, order, _YESTERDAY, {shape.amount: 0.2}, id=6),
            ],
        )
    if shape.word is not None:
        yield _case(
            "a property is loaded without any change",
            "a condition in `where` needs the properties of the event",
            "load the properties in `needs.events[name].properties`, or all properties",
            Question(did(order).where(prop(shape.word) == "paid"), (1,)),
            Question(did(order).latest(shape.word).is_set(), (1, 2, 3)),
            events=_events_with(order, shape.word, "paid", "Paid", "", None),
        )
    if shape.inner is not None:
        outer, inner = shape.inner
        yield _case(
            "a path leads into a property",
            "`needs.events[name].properties` names the first step of a path",
            "return the whole mapping under the first name",
            Question(did(order).where(prop(outer, inner) > 1), (1,)),
            Question(did(order).max(outer, inner) == 2, (1,)),
            Question(did(order).where(~prop(outer, inner).is_set()), (2, 3, 4)),
            events=_events_with(order, outer, {inner: 2}, {}, None),
        )
    if shape.lists is not None:
        one, other = shape.lists
        joined = datetime(2022, 9, 12, 10, 30, 15, 123457, tzinfo=UTC)
        yield _case(
            "a contact may be on a list without a known instant of joining",
            "such a contact is on the list, but in no window of time",
            "keep the row without an instant, and return None for the instant",
            Question(in_list(one), (1, 2)),
            Question(in_list(one) & in_list(other), (1,)),
            Question(in_any_list(), (1, 2, 3)),
            Question(in_list(one).joined_between(joined, joined + _TICK), (1,)),
            Question(in_list(one).joined_before(joined), ()),
            Question(in_any_list().joined_within_last(days=30), (1, 3)),
            Question(in_list(one), (2,), ids=(2, 3, 4)),
            contacts=[
                Contact(1, {}, {one: joined, other: None}),
                Contact(2, {}, {one: None}),
                Contact(3, {}, {other: joined.astimezone(_KATHMANDU)}),
                Contact(4),
            ],
        )


SOURCE_CASES: Final = source_cases()
"""The cases of `check_source` for a storage of the default `StorageShape`."""
