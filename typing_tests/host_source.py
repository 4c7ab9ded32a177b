"""A host's own storage, with its own classes: nothing of segkit is inherited.

Checked by mypy and pyright, never run.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, assert_type

from segkit import (
    Audience,
    Contact,
    ContactLike,
    Evaluator,
    Event,
    EventLike,
    Explanation,
    MemorySource,
    Requirements,
    Segment,
    Source,
    did,
    explain,
    matches,
)
from segkit.testing import SOURCE_CASES, StorageShape, check_source, source_cases

now = datetime(2022, 10, 1, tzinfo=UTC)
buyers = Segment("buyers", did("order").within_last(months=6))


@dataclass(frozen=True)
class Shopper:
    """A contact as the shop keeps it."""

    id: int
    attributes: dict[str, object]
    lists: Mapping[str, date | None]
    loyal: bool = False


@dataclass
class Visit:
    """An event as the shop keeps it; it may change, segkit only reads it."""

    contact_id: int
    name: str
    at: datetime
    properties: dict[str, object] = field(default_factory=dict[str, object])
    id: int | None = None


class Row(NamedTuple):
    """A contact as a query gives it."""

    id: int
    attributes: Mapping[str, Any]
    lists: Mapping[str, Any]


class ShopSource:
    """A source by its one method."""

    def __init__(self, shoppers: Iterable[Shopper], visits: Iterable[Visit]) -> None:
        """Keep what the shop knows."""
        self.shoppers = {shopper.id: shopper for shopper in shoppers}
        self.visits = list(visits)

    def load(
        self, needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterable[tuple[ContactLike[int], Iterable[EventLike]]]:
        """Stream shoppers, each with its visits."""
        for shopper in self.shoppers.values():
            if ids is None or shopper.id in ids:
                visits = [visit for visit in self.visits if visit.contact_id == shopper.id]
                yield shopper, [visit for visit in visits if visit.name in needs.events]


class RowSource:
    """A source whose method says more exactly what it gives."""

    def load(
        self, needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterator[tuple[Row, list[Visit]]]:
        """Stream rows."""
        for number in ids or ():
            yield Row(number, dict.fromkeys(needs.attributes), {}), []


shopper = Shopper(7, {"plan": "pro"}, {"vip": None})
visit = Visit(7, "order", now)

as_contact: ContactLike[int] = shopper
as_event: EventLike = visit
assert_type(matches(buyers, shopper, [visit], now=now), bool)
assert_type(explain(buyers, shopper, [visit], now=now), Explanation)
matches(buyers, Row(7, {}, {}), (visit,), now=now)
matches(buyers, Contact(7), [visit], now=now)

by_number: Source[int] = ShopSource([shopper], [visit])
shop = Evaluator(ShopSource([shopper], [visit]), tz="Europe/Paris")
assert_type(shop, Evaluator[int])
assert_type(shop.members(buyers, now=now), Audience[int])
assert_type(shop.members(buyers, now=now, ids={7}), Audience[int])
assert_type(Evaluator(RowSource()).members(buyers, now=now, ids=[7]), Audience[int])
assert_type(MemorySource([shopper], [visit]), MemorySource[int])
assert_type(Evaluator(MemorySource([shopper], [visit])).members(buyers, now=now), Audience[int])


def make_source(contacts: list[Contact[int]], events: list[Event[int]]) -> ShopSource:
    """Put what a case hands in into the shop."""
    shoppers = [Shopper(one.id, one.attributes, one.lists) for one in contacts]
    return ShopSource(
        shoppers, [Visit(one.contact_id, one.name, one.at, one.properties) for one in events]
    )


check_source(make_source, make_id=int)
check_source(make_source, SOURCE_CASES[:3], make_id=int)
check_source(MemorySource, source_cases(StorageShape(text="ville", nested=None)))
