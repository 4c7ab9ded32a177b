"""The shop's customers as a `Source` of segkit, by Django's ORM."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from segkit import Contact, Event, Requirements
from shop.models import Customer, Happening, Subscription

PAGE = 500
"""Customers that are in memory at one time, with the events and lists that are asked for."""

# _meta is documented by Django, for all its underscore.
COLUMNS = frozenset(f.name for f in Customer._meta.fields) - {"id", "more"}  # noqa: SLF001
PROPERTIES = {"departure": parse_datetime}
"""The properties of events that JSON has as texts, and that are none."""


class ShopSource:
    """Ask within `transaction.atomic()`: the answer is true of one state of the database then."""

    def load(
        self, needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterator[tuple[Contact[int], list[Event[int]]]]:
        """Stream customers in the order of their ids: three queries, at most, for each page."""
        for page in self._pages(needs, ids):
            lists, events = self._lists(needs, page), self._events(needs, page)
            for id_, attributes in page.items():
                yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])

    def _pages(
        self, needs: Requirements, ids: Collection[int] | None
    ) -> Iterator[dict[int, dict[str, Any]]]:
        # Names in a segment may come from a user, and `values` follows a name like `a__b` into
        # other tables: none but those of COLUMNS go in.
        columns = sorted(COLUMNS & needs.attributes)
        more = ["more"] if needs.attributes - COLUMNS else []
        query = Customer.objects.order_by("id").values("id", *columns, *more)
        if ids is None:
            after = 0
            while page := _read(query.filter(id__gt=after)[:PAGE]):
                yield page
                after = max(page)
        else:
            # In parts: a query takes so many values, and no more.
            wanted = sorted(set(ids))
            for start in range(0, len(wanted), PAGE):
                yield _read(query.filter(id__in=wanted[start : start + PAGE]))

    def _lists(
        self, needs: Requirements, page: Collection[int]
    ) -> dict[int, dict[str, datetime | None]]:
        found: dict[int, dict[str, datetime | None]] = {}
        query = Subscription.objects.filter(customer_id__in=page)
        if not needs.any_list:
            query = query.filter(list__in=list(filter(is_text, needs.lists)))
        if page and (needs.any_list or needs.lists):
            for id_, name, joined in query.values_list("customer_id", "list", "joined"):
                found.setdefault(id_, {})[name] = joined
        return found

    def _events(self, needs: Requirements, page: Collection[int]) -> dict[int, list[Event[int]]]:
        found: dict[int, list[Event[int]]] = {}
        ranges = Q()
        for name, need in needs.events.items():
            if is_text(name):
                # Each name has a range of its own, and both ends are included.
                since = {} if need.since is None else {"at__gte": need.since}
                ranges |= Q(name=name, at__lte=need.until, **since)
        if not page or not ranges:
            return found
        query = Happening.objects.filter(ranges, customer_id__in=page).order_by("id")
        for happening in query.iterator():
            known = happening.properties
            for key in PROPERTIES.keys() & known:
                known[key] = known[key] and PROPERTIES[key](known[key])
            event = Event(happening.customer_id, happening.name, happening.at, known, happening.pk)
            found.setdefault(event.contact_id, []).append(event)
        return found


def _read(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row.pop("id"): row.pop("more", {}) | row for row in rows}


def is_text(name: str) -> bool:
    """Whether the database can hold that name; one that it cannot is nobody's."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half a character
        return False
