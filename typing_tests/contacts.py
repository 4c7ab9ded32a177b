"""Generics over the id: what goes in as an int, a str or a UUID comes out as one.

Checked by mypy and pyright, never run.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any, assert_type
from uuid import UUID
from zoneinfo import ZoneInfo

from segkit import (
    Audience,
    Condition,
    Contact,
    Evaluator,
    Event,
    EventNeed,
    Explanation,
    History,
    Interval,
    MemberCount,
    MemorySource,
    NextChange,
    Requirements,
    Segment,
    Span,
    attr,
    did,
    explain,
    matches,
    next_change,
    requirements,
    timeline,
)

now = datetime(2022, 10, 1, tzinfo=UTC)
vip = Segment("vip", attr("plan") == "pro")
lapsed = Segment("lapsed", did("order").never().within_last(months=6))

# --- a contact and its events --------------------------------------------------------------------

ada = Contact(
    "ada",
    {
        "city": "Paris",
        "age": 36,
        "address": {"zip": "75011"},
        "interests": ["golf", "tea"],
        "birthday": date(1986, 10, 4),
        "subscribed_at": datetime(2022, 1, 1, tzinfo=UTC),
    },
    lists={"newsletter": datetime(2022, 1, 1, tzinfo=UTC), "vip": None},
)
opened = Event(
    "ada",
    "email_opened",
    datetime(2022, 9, 12, 8, 30, tzinfo=UTC),
    {"campaign": "summer"},
    id="e1",
)
assert_type(ada, Contact[str])
assert_type(ada.id, str)
assert_type(ada.attributes, dict[str, Any])
assert_type(ada.lists, dict[str, date | None])
assert_type(opened, Event[str])
assert_type(opened.contact_id, str)
assert_type(opened.at, datetime)

assert_type(matches(lapsed, ada, [opened], now=now), bool)
assert_type(matches(attr("age") >= 18, ada), bool)
assert_type(matches(lapsed, ada, (opened,), now=now, tz="Europe/Paris"), bool)
assert_type(matches(lapsed, ada, iter([opened]), now=now, tz=ZoneInfo("Europe/Paris")), bool)

why = explain(lapsed, ada, [opened], now=now)
assert_type(why, Explanation)
assert_type(why.verdict, bool)
assert_type(why.sentence, str)
assert_type(why.window, Interval | None)
assert_type(why.notes, tuple[str, ...])
assert_type(why.parts, tuple[Explanation, ...])
assert_type(str(why), str)

change = next_change(lapsed, ada, History([opened]), now=now, horizon=now)
assert_type(change, NextChange)
assert_type(change.at, datetime | None)
assert_type(change.horizon, datetime | None)
assert_type(why.until, NextChange)
for span in timeline(lapsed, ada, [opened], start=now, end=now, tz="Europe/Paris"):
    assert_type(span, Span)
    assert_type(span.start, datetime)
    began, ended = span
    assert_type(ended, datetime)

needs = requirements(lapsed, now=now)
assert_type(needs, Requirements)
assert_type(needs.attributes, frozenset[str])
assert_type(needs.events["order"], EventNeed)
assert_type(needs.events["order"].since, datetime | None)

# --- many contacts, named by text ----------------------------------------------------------------

evaluator = Evaluator(MemorySource([ada], [opened]), tz="Europe/Paris")
assert_type(evaluator, Evaluator[str])
assert_type(evaluator.members(lapsed, now=now, ids=None), Audience[str])
assert_type(evaluator.as_of(lapsed, now, ids=None), Audience[str])
assert_type(evaluator.size_over_time(vip, now, now), list[MemberCount])
assert_type(evaluator.explain(vip, "ada"), Explanation)
assert_type(evaluator.next_change(vip, "ada", now=now, horizon=now), NextChange)
assert_type(evaluator.timeline(vip, "ada", start=now, end=now), list[Span])
for at, size in evaluator.size_over_time(attr("age") >= 18, start=now, end=now, ids=["ada"]):
    assert_type(at, datetime)
    assert_type(size, int)
assert_type(evaluator.members(attr("age") >= 18, now=now, ids=["ada"]), Audience[str])
assert_type(evaluator.evaluate([lapsed, vip], now=now), dict[str, Audience[str]])
assert_type(Evaluator(MemorySource([ada]), tz=UTC), Evaluator[str])
assert_type(Evaluator(MemorySource([ada]), tz=ZoneInfo("Europe/Paris")), Evaluator[str])


def show(done: int, total: int | None) -> None:
    """Take what `progress` hands over."""
    assert_type((done, total), tuple[int, int | None])


assert_type(evaluator.members(lapsed, now=now, progress=show), Audience[str])

# --- by whole numbers: the type is kept for `filter(pk__in=audience)` -----------------------------

seventh = Contact(7, {"plan": "pro"})
order = Event(7, "order", now, {"total": 30})
assert_type(seventh, Contact[int])
assert_type(order, Event[int])
by_number = MemorySource([seventh], [order])
assert_type(by_number, MemorySource[int])
numbers = Evaluator(by_number)
assert_type(numbers, Evaluator[int])
sevens = numbers.members(vip, now=now, ids=[7, 8])
assert_type(sevens, Audience[int])

# Operations on sets return plain, immutable sets.
assert_type(sevens & {7}, frozenset[int])
assert_type(sevens & sevens, frozenset[int])
assert_type(sevens | {8}, frozenset[int])
assert_type(sevens | {"ada"}, frozenset[int | str])
assert_type(sevens - {8}, frozenset[int])
assert_type(sevens ^ sevens, frozenset[int])
assert_type(sevens ^ frozenset({"ada"}), frozenset[int | str])
assert_type(frozenset({7}) - sevens, frozenset[int])
assert_type(numbers.evaluate([vip], now=now)["vip"], Audience[int])
assert_type(iter(sevens), Iterator[int])
assert_type(list(sevens), list[int])
assert_type(sevens.now, datetime)
assert_type(sevens.condition, Condition)
assert_type(len(sevens), int)
assert_type(7 in sevens, bool)
assert_type(sevens == {7}, bool)


def primary_keys(ids: AbstractSet[int]) -> list[int]:
    """Take an audience as what it is: a set of ids."""
    return sorted(ids)


primary_keys(sevens)
primary_keys(sevens & {7})
primary_keys(sevens - sevens)
primary_keys(sevens | numbers.members(lapsed, now=now))

# --- by UUID -------------------------------------------------------------------------------------

key = UUID("0b0e2f6e-9f0a-4c57-8d4e-1f4a1c9a7a11")
assert_type(Contact(key), Contact[UUID])
by_key = MemorySource([Contact(key)], [Event(key, "order", now)])
assert_type(by_key, MemorySource[UUID])
assert_type(Evaluator(by_key).members(vip, now=now), Audience[UUID])
