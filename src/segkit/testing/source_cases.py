"""Cases about who comes out of a source: order, ids, pages, names that are not there.

Cases about what is known of a contact: absence, kinds, zones, paths.

Cases about what a contact did and which lists it is on: ranges, names, amounts, joining.

What a good source does, as cases: contacts, events, questions, and who it holds for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from segkit.builders import all_of, any_of, attr, did, in_any_list, in_list, prop
from segkit.model.facts import Contact, Event
from segkit.testing.storage_shape import (
    DAY,
    NOW,
    TICK,
    Question,
    SourceCase,
    StorageShape,
    case,
    people,
)

_MANY: Final = 1203
"""More contacts than a page has, and more ids than some databases take in one list."""


def about_contacts(shape: StorageShape) -> Iterator[SourceCase]:
    """Who comes out of a source, in which order, of whom it is asked."""
    order, refund = shape.events
    text = shape.text
    everyone = all_of()
    four = [Contact(number, {text: "Lyon"}) for number in (1, 2, 3, 4)]
    orders = [Event(2, order, NOW - DAY, id=number) for number in (1, 2, 3)]
    yield case(
        "everybody comes once, and in one order",
        "an audience is in the order of its source, and a contact that comes twice is refused",
        "yield each contact once, also those without events, and sort by something unique",
        four,
        orders,
        Question(everyone, (1, 2, 3, 4)),
        Question(~did(order), (1, 3, 4)),
        Question(did(order).exactly(3), (2,)),
        Question((attr(text) == "Lyon") & ~did(refund), (1, 2, 3, 4)),
    )
    yield case(
        "nobody is there",
        "a shop begins empty, and nobody is in any segment then",
        "yield nothing; do not raise",
        (),
        (),
        Question(everyone, ()),
        Question(~did(order), ()),
        Question(~did(order), (), ids=(1, 2)),
    )
    yield case(
        "only those asked about come",
        "the answer about some must not name others; no ids at all is nobody, and not everybody",
        "tell None from an empty collection (`if ids is not None`), and leave out ids you lack",
        four,
        orders,
        Question(everyone, (), ids=()),
        Question(everyone, (1, 3), ids=(3, 1)),
        Question(everyone, (2,), ids=(2, 77)),
        Question(everyone, (), ids=(77,)),
        Question(everyone, (2, 4), ids=(4, 2, 4)),
        Question(did(order), (2,), ids=(1, 2), ids_type=set),
        Question(did(order), (2,), ids=(2, 3), ids_type=tuple),
        Question(~did(order), (3,), ids=(2, 3), ids_type=_keys),
    )
    # Every third in Lyon; orders of the first, of the last, and of one that lies between pages.
    many = [Contact(n, {text: "Lyon" if n % 3 == 0 else "Oslo"}) for n in range(1, _MANY + 1)]
    few = (1, 1000, _MANY)
    yield case(
        "a page has an end, and behind it there are more",
        "storages are read page by page, and lists of ids are long: nobody may fall between",
        "go on behind the last id of a page until none comes; hand long lists of ids in in parts",
        many,
        [Event(number, order, NOW - DAY, id=number) for number in few],
        Question(attr(text) == "Lyon", tuple(range(3, _MANY + 1, 3))),
        Question(did(order), few),
        Question(did(order), few, ids=tuple(range(_MANY, 0, -1))),
    )
    hostile = ("' OR 1=1 --", "id; DROP TABLE customer", "a.b", "100%_", "\u00e9\x00", "\ud800")
    yield case(
        "names that the storage does not have, or cannot hold, are nobody's",
        "the names in a segment may come from a user: they must not break a query, or make one",
        "take names by a list of those you have, and hand all others to no query",
        four,
        orders,
        *[
            Question(asked, ())
            for name in hostile
            for asked in (attr(name).is_set(), did(name), in_list(name))
        ],
        Question(any_of(did(order), *[attr(name) == 1 for name in hostile]), (2,)),
        Question(did(order, *hostile), (2,)),
    )


def _keys(ids: Iterable[Any]) -> Any:  # noqa: ANN401 - the keys of a dict are a set of no class
    return dict.fromkeys(ids).keys()


# ruff: noqa: PLR2004 - the numbers are the cases


def about_values(shape: StorageShape) -> Iterator[SourceCase]:
    """What is known of contacts."""
    text = attr(shape.text)
    yield case(
        "absent and None are no value, and an empty text is one",
        "who has no city is in `city is not Lyon`, and not among those whose city is set",
        'give None, or nothing, for what is not known; never "", "None" or a default',
        people({shape.text: "Lyon"}, {shape.text: None}, {}, {shape.text: ""}),
        (),
        Question(text.is_set(), (1, 4)),
        Question(~text.is_set(), (2, 3)),
        Question(text != "Lyon", (2, 3, 4)),
        Question(text == "", (4,)),
    )
    texts = ("Lyon", "lyon", "Lyon ", "\u00e9", "e\u0301", "O'Hara \\ \"", "\U0001f600\n\t")
    yield case(
        "texts come back as they were, character by character",
        "texts are compared exactly: with another case, accent or space they are others",
        "hold them as Unicode; no CHAR(n), which pads; no folding on the way in or out",
        people(*[{shape.text: one} for one in texts]),
        (),
        *[Question(text == one, (place,)) for place, one in enumerate(texts, start=1)],
    )
    if shape.number is not None:
        number = attr(shape.number)
        yield case(
            "zero is a number, and no value is none",
            "`age is not set` must not hold for whoever is 0",
            "do not take what is false for what is absent (`value or None`)",
            people({shape.number: 0}, {shape.number: None}, {}, {shape.number: 18}),
            (),
            Question(number.is_set(), (1, 4)),
            Question(number == 0, (1,)),
            Question(number < 18, (1,)),
            Question(~(number < 18), (2, 3, 4)),
        )
    if shape.boolean is not None:
        truth = attr(shape.boolean)
        yield case(
            "true and false are no numbers",
            "1 is not true, so that a boolean that comes back as 1 is in no segment",
            "convert them where the storage has 0 and 1 (SQLite): bool(value), unless it is None",
            people({shape.boolean: True}, {shape.boolean: False}, {shape.boolean: None}, {}),
            (),
            Question(truth.is_true(), (1,)),
            Question(truth.is_false(), (2,)),
            Question(truth == 1, ()),
            Question(~truth.is_set(), (3, 4)),
        )
    if shape.day is not None:
        day = attr(shape.day)
        leap = date(2004, 2, 29)
        yield case(
            "a day is a day, and no instant or text",
            "an instant at midnight is another day elsewhere, and a text is never within a window",
            "give datetime.date, and keep it out of any conversion of zones",
            people({shape.day: leap}, {shape.day: date(1901, 1, 1)}, {shape.day: None}, {}),
            (),
            Question(day == leap, (1,), tz=ZoneInfo("America/New_York")),
            Question(day == leap, (1,), tz=ZoneInfo("Pacific/Kiritimati")),
            Question(day < date(1950, 1, 1), (2,)),
            Question(day.anniversary_in(days=0), (1,), now=datetime(2023, 3, 1, 12, tzinfo=UTC)),
            Question(~day.is_set(), (3, 4)),
        )
    if shape.instant is not None:
        yield _instants(shape.instant)
    if shape.texts is not None:
        several = attr(shape.texts)
        yield case(
            "a list of texts is a list, and may be empty",
            "a list that comes back as one text has no member",
            "read it into a list, a tuple or a set",
            people({shape.texts: ["golf", "tea"]}, {shape.texts: []}, {shape.texts: None}, {}),
            (),
            Question(several.has_any(["tea"]), (1,)),
            Question(several.has_all(["golf", "tea"]), (1,)),
            Question(several.is_set(), (1, 2)),
        )
    if shape.nested is not None:
        outer, inner = shape.nested
        nested = attr(outer, inner)
        yield case(
            "a path walks into a mapping",
            "`requirements` names the first step of a path; the value is further in",
            "give the whole mapping under its first name, not a flat name with a dot",
            people({outer: {inner: "75011"}}, {outer: {inner: None}}, {outer: {}}, {}),
            (),
            Question(nested == "75011", (1,)),
            Question(~nested.is_set(), (2, 3, 4)),
            Question(attr(outer).is_set(), (1, 2, 3)),
        )


def _instants(name: str) -> SourceCase:
    instant = attr(name)
    paris = ZoneInfo("Europe/Paris")
    # The second of two times that the clocks of Paris show this hour.
    again = datetime(2022, 10, 30, 2, 30, fold=1, tzinfo=paris)
    exact = datetime(2022, 9, 12, 10, 30, 15, 123457, tzinfo=UTC)
    old = datetime(1965, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    new_years_eve = datetime(2022, 1, 1, 2, tzinfo=UTC)
    values = (exact, again, old, new_years_eve, None)
    return case(
        "an instant is aware, and the same to the microsecond",
        "a naive datetime is no instant, and one of another zone or second is another one",
        "hold instants in UTC with their microseconds, and give them a zone when you read them",
        [*people(*[{name: value} for value in values]), Contact(6)],
        (),
        Question(instant == exact, (1,)),
        Question(instant == exact.astimezone(paris), (1,)),
        Question(instant < exact, (3, 4)),
        Question(instant == datetime(2022, 10, 30, 1, 30, tzinfo=UTC), (2,)),
        Question(instant == old, (3,)),
        Question(instant == date(2022, 1, 1), (4,)),
        Question(instant == date(2021, 12, 31), (4,), tz=ZoneInfo("America/New_York")),
        Question(~instant.is_set(), (5, 6)),
    )


# ruff: noqa: PLR2004 - the numbers are the cases


def about_events(shape: StorageShape) -> Iterator[SourceCase]:
    """What contacts did, and which lists they are on."""
    order, refund = shape.events
    start, end = NOW - 60 * DAY, NOW - 30 * DAY
    at = (start - TICK, start, end - TICK, end, NOW - TICK, NOW, NOW + TICK)
    yield case(
        "both ends of what is needed belong to it",
        "`since` and `until` are included, and one microsecond decides",
        "write at >= since AND at <= until, with microseconds, and with instants in UTC",
        [Contact(number) for number, _ in enumerate(at, start=1)],
        [Event(number, order, instant, id=number) for number, instant in enumerate(at, start=1)],
        Question(did(order), (1, 2, 3, 4, 5, 6)),
        Question(did(order), (1, 2, 3, 4, 5, 6, 7), now=NOW + TICK),
        Question(did(order).between(start, end), (2, 3)),
        Question(did(order).between(None, start), (1,)),
        Question(did(order).within_last(days=30), (5, 6)),
        Question(did(order).between_ago(days=(60, 30)), (3, 4)),
        Question(did(order).before(days=60), (1, 2)),
        Question(did(order).after(end), (5, 6)),
    )
    near, far = NOW - DAY, NOW - 300 * DAY
    yield case(
        "each name of an event has a range of its own",
        "one question may look at yesterday's orders and at last year's refunds",
        "select by (name, range) pairs: not all names in one range, not only the first of them",
        [Contact(number) for number in (1, 2, 3)],
        [
            Event(1, order, near, id=1),
            Event(1, refund, far, id=2),
            Event(2, order, far, id=3),
            Event(2, refund, near, id=4),
            Event(3, refund, far, id=5),
        ],
        Question(did(order).within_last(days=7), (1,)),
        Question(did(order).within_last(days=7) & did(refund).before(days=200), (1,)),
        Question(did(order, refund).exactly(2), (1, 2)),
        Question(~did(order) & did(refund), (3,)),
    )
    zones = ("UTC", "Asia/Kathmandu", "America/Havana")
    midnight = datetime(2022, 9, 15, 0, 0, 0, 5, tzinfo=UTC)
    yield case(
        "an event is where it was, whatever zone it was written in",
        "events are compared in UTC to the microsecond; a naive one counts nowhere",
        "hold instants in UTC, and attach UTC when you read them",
        [Contact(number) for number in (1, 2, 3)],
        [
            Event(number, order, midnight.astimezone(ZoneInfo(zone)), id=number)
            for number, zone in enumerate(zones, start=1)
        ],
        Question(did(order).latest_at() == midnight, (1, 2, 3)),
        Question(did(order).between(midnight, midnight + TICK), (1, 2, 3)),
        Question(did(order).between(date(2022, 9, 14), date(2022, 9, 14)), ()),
    )
    names = (order, order.upper() + "!", order + " ", order + order)
    yield case(
        "the name of an event is compared exactly",
        "a storage may take texts of another case, or with a space behind, for the same",
        "compare names in a collation that is exact (binary), or once more in Python",
        [Contact(number) for number in (1, 2, 3, 4)],
        [Event(place, name, near, id=place) for place, name in enumerate(names, start=1)],
        *[Question(did(name), (place,)) for place, name in enumerate(names, start=1)],
        Question(did(order.upper()), ()),
    )
    # Of two contacts, and at one instant: neither makes them one event.
    twice = [Event(1, order, near, id=1), Event(1, order, near, id=2), Event(2, order, near, id=1)]
    on_lists = [
        Contact(number, {}, dict.fromkeys((shape.lists or ())[: 3 - number]))
        for number in (1, 2, 3)
    ]
    yield case(
        "the same event is yielded once, and two events are two",
        "a query that joins events with lists has each event once for every list",
        "ask for events and for lists in two queries; tell events apart by your own key",
        on_lists,
        twice,
        Question(did(order).exactly(2), (1,)),
        Question(did(order).exactly(1), (2,)),
        Question(did(order).exactly(2) & ~in_list("of nobody"), (1,)),
        Question(did(order).exactly(2) & (in_any_list() | ~in_any_list()), (1,)),
    )
    yield from _properties(shape)
    if shape.lists is not None:
        yield from _lists(*shape.lists)


def _properties(shape: StorageShape) -> Iterator[SourceCase]:
    order, at = shape.events[0], NOW - DAY
    five = [Contact(number) for number in (1, 2, 3, 4, 5)]
    if shape.amount is not None:
        known = ((1, 0.1), (1, 0.2), (2, 9.99), (3, 0), (4, None))
        events = [
            Event(who, order, at, {shape.amount: amount}, id=place)
            for place, (who, amount) in enumerate(known, start=1)
        ]
        amount = prop(shape.amount)
        yield case(
            "an amount is exact",
            "0.1 and 0.2 are 0.3 to whoever set the limit, and an order of 0 has an amount",
            "hold amounts as decimals, or as doubles; not in single precision, not as texts",
            five,
            [*events, Event(5, order, at, id=6)],
            Question(did(order).sum(shape.amount) == Decimal("0.3"), (1,)),
            Question(did(order).where(amount >= Decimal("9.99")), (2,)),
            Question(did(order).where(amount.is_set()), (1, 2, 3)),
            Question(did(order).where(~amount.is_set()), (4, 5)),
            Question(did(order), (1, 2, 3, 4, 5)),
        )
    if shape.word is not None:
        known_words = ("paid", "Paid", "", None)
        yield case(
            "a property comes back as it was",
            "what an event is asked for by `where` has to be loaded with it",
            "load the properties that `needs.events[name].properties` names, or all",
            five,
            [
                *[
                    Event(who, order, at, {shape.word: word}, id=who)
                    for who, word in enumerate(known_words, start=1)
                ],
                Event(5, order, at, id=5),
            ],
            Question(did(order).where(prop(shape.word) == "paid"), (1,)),
            Question(did(order).where(prop(shape.word) != "paid"), (2, 3, 4, 5)),
            Question(did(order).latest(shape.word).is_set(), (1, 2, 3)),
        )
    if shape.inner is not None:
        outer, inner = shape.inner
        yield case(
            "a path walks into a property",
            "`needs.events[name].properties` names the first step of a path",
            "give the whole mapping under its first name",
            five,
            [
                Event(1, order, at, {outer: {inner: 2}}, id=1),
                Event(2, order, at, {outer: {}}, id=2),
                Event(3, order, at, {outer: None}, id=3),
            ],
            Question(did(order).where(prop(outer, inner) > 1), (1,)),
            Question(did(order).max(outer, inner) == 2, (1,)),
            Question(did(order).where(~prop(outer, inner).is_set()), (2, 3)),
        )


def _lists(one: str, other: str) -> Iterator[SourceCase]:
    joined = datetime(2022, 9, 12, 10, 30, 15, 123457, tzinfo=UTC)
    yield case(
        "a list may be one that nobody knows the joining of",
        "whoever joined at an unknown time is on the list, and in no window",
        "keep the row without its instant, and give None for it",
        [
            Contact(1, {}, {one: joined, other: None}),
            Contact(2, {}, {one: None}),
            Contact(3, {}, {other: joined.astimezone(ZoneInfo("Asia/Kathmandu"))}),
            Contact(4),
        ],
        (),
        Question(in_list(one), (1, 2)),
        Question(in_list(one) & in_list(other), (1,)),
        Question(in_any_list(), (1, 2, 3)),
        Question(~in_any_list(), (4,)),
        Question(in_list(one).joined_between(joined, joined + TICK), (1,)),
        Question(in_list(one).joined_before(joined), ()),
        Question(in_any_list().joined_within_last(days=30), (1, 3)),
        Question(in_list(other).joined_within_last(days=30), (3,)),
        Question(in_list(one), (2,), ids=(2, 3, 4)),
    )


def source_cases(shape: StorageShape | None = None) -> tuple[SourceCase, ...]:
    """The cases for a storage of some shape.

    Args:
        shape: What the storage can hold, and under which names; by default the usual
            `StorageShape`, whose cases are `SOURCE_CASES`.

    >>> from segkit.testing import StorageShape, source_cases
    >>> for case in source_cases(StorageShape(text="ville", events=("achat", "retour"))):
    ...     print(case)  # doctest: +ELLIPSIS
    everybody comes once, and in one order
    ...
    """
    known = StorageShape() if shape is None else shape
    return (*about_contacts(known), *about_values(known), *about_events(known))


SOURCE_CASES: Final = source_cases()
"""What a good source does, for a storage of the usual `StorageShape`."""
