"""Two segkit sources: one over pandas data frames, one over polars data frames.

The missing values of data frames (NaN, NaT, NA, null) mean no value to segkit, and a `Timestamp` is
an instant. So the sources pass the cells of a frame unchanged. Run the program from a checkout:

    pip install -e ".[hosts]"
    python examples/hosts/frames.py
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
import polars as pl

from segkit import Evaluator, Requirements, attr, did, in_list, prop


class CustomerRow(NamedTuple):
    """A row of the customers. segkit accepts any object with these three fields as a contact."""

    id: Any
    attributes: Mapping[str, Any]
    lists: Mapping[str, Any]


class EventRow(NamedTuple):
    """A row of the events. segkit accepts any object with these five fields as an event."""

    contact_id: Any
    name: str
    at: Any
    properties: Mapping[str, Any]
    id: Any = None


Row = tuple[CustomerRow, list[EventRow]]
FIXED = ("customer_id", "name", "at")
"""The columns of the events that are not properties."""


class PandasSource:
    """A source over three pandas data frames: customers, events and lists.

    Their columns are `id` and attributes; `customer_id`, `name`, `at` and properties; and
    `customer_id`, `list` and `joined`. Drop duplicate customers and events before you create it.
    """

    def __init__(self, customers: pd.DataFrame, events: pd.DataFrame, lists: pd.DataFrame) -> None:
        """Create the source. Event instants are converted to UTC and cut to the microsecond."""
        if not isinstance(events["at"].dtype, pd.DatetimeTZDtype):
            raise TypeError("the events' `at` has no zone: attach one with .dt.tz_localize(...)")
        self._customers, self._lists = customers, lists
        # segkit cuts instants too: an event half a microsecond after now counts as an event at now.
        self._events = events.assign(at=events["at"].dt.tz_convert("UTC").dt.floor("us"))

    def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Iterator[Row]:
        """Yield customers in the order of the frame."""
        customers, events, lists = self._customers, self._events, self._lists
        if ids is not None:
            customers = customers[customers["id"].isin(list(ids))]
        wanted = pd.Series(data=False, index=events.index)
        for name, need in needs.events.items():
            if can_store(name):
                within = (events["name"] == name) & (events["at"] <= need.until)
                wanted |= within if need.since is None else within & (events["at"] >= need.since)
        events = events[wanted & events["customer_id"].isin(customers["id"])]
        if not needs.any_list:
            lists = lists[lists["list"].isin(list(filter(can_store, needs.lists)))]
        customer_columns = ["id", *needed(customers.columns, needs.attributes, "id")]
        event_columns = [*FIXED, *needed(events.columns, properties(needs), *FIXED)]
        yield from join_rows(
            (customer_columns, customers[customer_columns].itertuples(index=False, name=None)),
            (event_columns, events[event_columns].itertuples(index=False, name=None)),
            lists[["customer_id", "list", "joined"]].itertuples(index=False, name=None),
        )


class PolarsSource:
    """A source over three polars data frames, with the columns of `PandasSource`."""

    def __init__(self, customers: pl.DataFrame, events: pl.DataFrame, lists: pl.DataFrame) -> None:
        """Create the source. Event instants are converted to UTC and cut to the microsecond."""
        dtype = events.schema["at"]
        if not isinstance(dtype, pl.Datetime) or dtype.time_zone is None:
            raise TypeError("the events' `at` has no zone: attach one, .dt.replace_time_zone(...)")
        self._customers, self._lists = customers, lists
        # segkit cuts instants too: an event half a microsecond after now counts as an event at now.
        at = pl.col("at").dt.convert_time_zone("UTC").dt.cast_time_unit("us")
        self._events = events.with_columns(at)

    def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Iterator[Row]:
        """Yield customers in the order of the frame."""
        customers, events, lists = self._customers, self._events, self._lists
        if ids is not None:
            customers = customers.filter(among("id", ids))
        wanted = pl.lit(value=False)
        for name, need in needs.events.items():
            if can_store(name):
                within = (pl.col("name") == name) & (pl.col("at") <= need.until)
                wanted |= within if need.since is None else within & (pl.col("at") >= need.since)
        events = events.filter(wanted, among("customer_id", customers["id"]))
        if not needs.any_list:
            lists = lists.filter(among("list", filter(can_store, needs.lists)))
        customer_columns = ["id", *needed(customers.columns, needs.attributes, "id")]
        event_columns = [*FIXED, *needed(events.columns, properties(needs), *FIXED)]
        yield from join_rows(
            (customer_columns, customers.select(customer_columns).iter_rows()),
            (event_columns, events.select(event_columns).iter_rows()),
            lists.select("customer_id", "list", "joined").iter_rows(),
        )


def among(column: str, values: Iterable[Any]) -> pl.Expr:
    """Return the condition that a cell has one of the values. An empty list has no polars type."""
    items = list(values)
    return pl.col(column).is_in(items) if items else pl.lit(value=False)


def properties(needs: Requirements) -> set[str]:
    """Return the properties that an evaluation reads, of all events."""
    return {name for need in needs.events.values() for name in need.properties}


def needed(columns: Iterable[str], names: Collection[str], *fixed: str) -> list[str]:
    """Return the columns with one of the names, without the fixed columns."""
    return [name for name in columns if name in names and name not in fixed]


def can_store(name: str) -> bool:
    """Return whether a frame can store this name; other names match no contact."""
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def join_rows(
    customers: tuple[list[str], Iterable[tuple[Any, ...]]],
    events: tuple[list[str], Iterable[tuple[Any, ...]]],
    lists: Iterable[tuple[Any, ...]],
) -> Iterator[Row]:
    """Yield each customer with its events and lists, from rows of cells."""
    events_of: dict[Any, list[EventRow]] = {}
    for id_, name, at, *cells in events[1]:
        values = dict(zip(events[0][len(FIXED) :], cells, strict=True))
        events_of.setdefault(id_, []).append(EventRow(id_, name, at, values))
    lists_of: dict[Any, dict[str, Any]] = {}
    for id_, name, joined in lists:
        lists_of.setdefault(id_, {})[name] = joined
    for id_, *cells in customers[1]:
        values = dict(zip(customers[0][1:], cells, strict=True))
        yield CustomerRow(id_, values, lists_of.get(id_, {})), events_of.get(id_, [])


def main() -> None:
    """Evaluate one condition over the same data in pandas and in polars."""
    now = datetime(2024, 5, 10, 12, tzinfo=UTC)
    customers = {"id": [1, 2, 3], "city": ["Lyon", "Oslo", None], "age": [36, None, 18]}
    events = {
        "customer_id": [1, 1, 2],
        "name": ["order", "order", "order"],
        "at": [now - timedelta(days=days) for days in (1, 40, 2)],
        "total": [35.0, 12.0, None],
    }
    lists = {"customer_id": [1, 3], "list": ["newsletter", "newsletter"], "joined": [now, None]}
    spent = did("order").where(prop("total") >= 20).within_last(days=30)
    condition = (attr("age") >= 18) & in_list("newsletter") & spent
    for source in (
        PandasSource(*map(pd.DataFrame, (customers, events, lists))),
        PolarsSource(*map(pl.DataFrame, (customers, events, lists))),
    ):
        print(f"{type(source).__name__}:", *Evaluator(source).members(condition, now=now))


if __name__ == "__main__":
    main()
