"""Cases about what a contact did and which lists it is on: ranges, names, amounts, joining."""

# ruff: noqa: PLR2004 - the numbers are the cases

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from segkit.model.facts import Contact, Event
from segkit.testing.source_shape import DAY, NOW, TICK, Question, Shape, SourceCase, case
from segkit.words import did, in_any_list, in_list, prop

__all__ = ["about_events"]


def about_events(shape: Shape) -> Iterator[SourceCase]:
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


def _properties(shape: Shape) -> Iterator[SourceCase]:
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
