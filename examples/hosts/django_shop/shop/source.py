"""A segkit source over the Django ORM."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from segkit import Contact, Event, Requirements
from shop.models import Customer, CustomerEvent, Subscription

PAGE = 500
"""How many customers are in memory at the same time, with their events and lists."""

# _meta is a documented API of Django, despite its underscore.
COLUMNS = frozenset(f.name for f in Customer._meta.fields) - {"id", "more"}  # noqa: SLF001
PROPERTIES = {"departure": parse_datetime}
"""How to convert event properties that JSON stores as text."""


class ShopSource:
    """The source. Evaluate in `transaction.atomic()` to read one state of the database."""

    def load(
        self, needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterator[tuple[Contact[int], list[Event[int]]]]:
        """Yield customers in the order of their ids, with at most three queries for each page."""
        for page in self._pages(needs, ids):
            lists, events = self._lists(needs, page), self._events(needs, page)
            for id_, attributes in page.items():
                yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])

    def _pages(
        self, needs: Requirements, ids: Collection[int] | None
    ) -> Iterator[dict[int, dict[str, Any]]]:
        # Names in a segment may come from a user, and `values` follows a name like `a__b` to other
        # tables: only names of COLUMNS go into the query.
        columns = sorted(COLUMNS & needs.attributes)
        more = ["more"] if needs.attributes - COLUMNS else []
        query = Customer.objects.order_by("id").values("id", *columns, *more)
        if ids is None:
            after = 0
            while page := _read(query.filter(id__gt=after)[:PAGE]):
                yield page
                after = max(page)
        else:
            # One page at a time, because the number of parameters of a query is limited.
            wanted = sorted(set(ids))
            for start in range(0, len(wanted), PAGE):
                yield _read(query.filter(id__in=wanted[start : start + PAGE]))

    def _lists(
        self, needs: Requirements, page: Collection[int]
    ) -> dict[int, dict[str, datetime | None]]:
        found: dict[int, dict[str, datetime | None]] = {}
        query = Subscription.objects.filter(customer_id__in=page)
        if not needs.any_list:
            query = query.filter(list__in=list(filter(can_store, needs.lists)))
        if page and (needs.any_list or needs.lists):
            for id_, name, joined in query.values_list("customer_id", "list", "joined"):
                found.setdefault(id_, {})[name] = joined
        return found

    def _events(self, needs: Requirements, page: Collection[int]) -> dict[int, list[Event[int]]]:
        found: dict[int, list[Event[int]]] = {}
        ranges = Q()
        for name, need in needs.events.items():
            if can_store(name):
                # Each event name has its own time range, which includes both ends.
                since = {} if need.since is None else {"at__gte": need.since}
                ranges |= Q(name=name, at__lte=need.until, **since)
        if not page or not ranges:
            return found
        query = CustomerEvent.objects.filter(ranges, customer_id__in=page).order_by("id")
        for row in query.iterator():
            properties = row.properties
            for key in PROPERTIES.keys() & properties:
                properties[key] = properties[key] and PROPERTIES[key](properties[key])
            event = Event(row.customer_id, row.name, row.at, properties, row.pk)
            found.setdefault(event.contact_id, []).append(event)
        return found


def _read(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row.pop("id"): row.pop("more", {}) | row for row in rows}


def can_store(name: str) -> bool:
    """Return whether the database can store this name; other names match no contact."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
