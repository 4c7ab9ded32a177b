"""Customers in data frames, pandas' or polars': a `Source` over three of them.

What a frame has for "nothing" (NaN, NaT, NA, null) is no value to segkit, and a `Timestamp` is an
instant, so that cells are handed on as they are. Run it from a checkout:

    pip install -e ".[hosts]"
    python examples/hosts/frames.py
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
import polars as pl

from segkit import Evaluator, Requirements, attr, did, in_list, prop


class Customer(NamedTuple):
    """A row of the frame of customers: to segkit, whatever has these three is a contact."""

    id: Any
    attributes: Mapping[str, Any]
    lists: Mapping[str, Any]


class Happening(NamedTuple):
    """A row of the frame of events: to segkit, whatever has these five is an event."""

    contact_id: Any
    name: str
    at: Any
    properties: Mapping[str, Any]
    id: Any = None


Row = tuple[Customer, list[Happening]]
FIXED = ("customer_id", "name", "at")
"""The columns of events that are no properties."""


class PandasSource:
    """Customers (`id`, attributes), events (`customer_id`, `name`, `at`, properties) and lists.

    The frame of lists has `customer_id`, `list` and `joined`. No two events may be one, and no two
    customers: drop duplicates where the data comes in.
    """

    def __init__(self, customers: pd.DataFrame, events: pd.DataFrame, lists: pd.DataFrame) -> None:
        """Keep the frames: the instants of events in UTC, cut to the microsecond."""
        if not isinstance(events["at"].dtype, pd.DatetimeTZDtype):
            raise TypeError("the events' `at` has no zone: attach one with .dt.tz_localize(...)")
        self._customers, self._lists = customers, lists
        # Cut first, as segkit does: an event half a microsecond after now is at now, and counts.
        self._events = events.assign(at=events["at"].dt.tz_convert("UTC").dt.floor("us"))

    def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Iterator[Row]:
        """Stream customers in the order of their frame."""
        customers, events, lists = self._customers, self._events, self._lists
        if ids is not None:
            customers = customers[customers["id"].isin(list(ids))]
        wanted = pd.Series(data=False, index=events.index)
        for name, need in needs.events.items():
            if is_text(name):
                within = (events["name"] == name) & (events["at"] <= need.until)
                wanted |= within if need.since is None else within & (events["at"] >= need.since)
        events = events[wanted & events["customer_id"].isin(customers["id"])]
        if not needs.any_list:
            lists = lists[lists["list"].isin(list(filter(is_text, needs.lists)))]
        known = ["id", *needed(customers.columns, needs.attributes, "id")]
        columns = [*FIXED, *needed(events.columns, properties(needs), *FIXED)]
        yield from together(
            (known, customers[known].itertuples(index=False, name=None)),
            (columns, events[columns].itertuples(index=False, name=None)),
            lists[["customer_id", "list", "joined"]].itertuples(index=False, name=None),
        )


class PolarsSource:
    """The same over the frames of polars."""

    def __init__(self, customers: pl.DataFrame, events: pl.DataFrame, lists: pl.DataFrame) -> None:
        """Keep the frames: the instants of events in UTC, cut to the microsecond."""
        kind = events.schema["at"]
        if not isinstance(kind, pl.Datetime) or kind.time_zone is None:
            raise TypeError("the events' `at` has no zone: attach one, .dt.replace_time_zone(...)")
        self._customers, self._lists = customers, lists
        # Cut first, as segkit does: an event half a microsecond after now is at now, and counts.
        at = pl.col("at").dt.convert_time_zone("UTC").dt.cast_time_unit("us")
        self._events = events.with_columns(at)

    def load(self, needs: Requirements, ids: Collection[Any] | None = None, /) -> Iterator[Row]:
        """Stream customers in the order of their frame."""
        customers, events, lists = self._customers, self._events, self._lists
        if ids is not None:
            customers = customers.filter(among("id", ids))
        wanted = pl.lit(value=False)
        for name, need in needs.events.items():
            if is_text(name):
                within = (pl.col("name") == name) & (pl.col("at") <= need.until)
                wanted |= within if need.since is None else within & (pl.col("at") >= need.since)
        events = events.filter(wanted, among("customer_id", customers["id"]))
        if not needs.any_list:
            lists = lists.filter(among("list", filter(is_text, needs.lists)))
        known = ["id", *needed(customers.columns, needs.attributes, "id")]
        columns = [*FIXED, *needed(events.columns, properties(needs), *FIXED)]
        yield from together(
            (known, customers.select(known).iter_rows()),
            (columns, events.select(columns).iter_rows()),
            lists.select("customer_id", "list", "joined").iter_rows(),
        )


def among(column: str, values: Iterable[Any]) -> pl.Expr:
    """Whether a cell is one of some; polars has no type for a list of none."""
    several = list(values)
    return pl.col(column).is_in(several) if several else pl.lit(value=False)


def properties(needs: Requirements) -> set[str]:
    """All properties that are looked at, of whatever event."""
    return {name for need in needs.events.values() for name in need.properties}


def needed(columns: Iterable[str], names: Collection[str], *fixed: str) -> list[str]:
    """Those of the columns that are looked at, without those that are always there."""
    return [name for name in columns if name in names and name not in fixed]


def is_text(name: str) -> bool:
    """Whether a frame can hold that name; one that it cannot is nobody's."""
    try:
        name.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True


def together(
    customers: tuple[list[str], Iterable[tuple[Any, ...]]],
    events: tuple[list[str], Iterable[tuple[Any, ...]]],
    lists: Iterable[tuple[Any, ...]],
) -> Iterator[Row]:
    """Give each customer with its events, from rows of cells."""
    happened: dict[Any, list[Happening]] = {}
    for who, name, at, *known in events[1]:
        cells = dict(zip(events[0][len(FIXED) :], known, strict=True))
        happened.setdefault(who, []).append(Happening(who, name, at, cells))
    joined: dict[Any, dict[str, Any]] = {}
    for who, name, at in lists:
        joined.setdefault(who, {})[name] = at
    for who, *known in customers[1]:
        cells = dict(zip(customers[0][1:], known, strict=True))
        yield Customer(who, cells, joined.get(who, {})), happened.get(who, [])


def main() -> None:
    """Ask one question of the same shop in either library."""
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
    asked = (attr("age") >= 18) & in_list("newsletter") & spent
    for source in (
        PandasSource(*map(pd.DataFrame, (customers, events, lists))),
        PolarsSource(*map(pl.DataFrame, (customers, events, lists))),
    ):
        print(f"{type(source).__name__}:", *Evaluator(source).members(asked, now=now))


if __name__ == "__main__":
    main()
