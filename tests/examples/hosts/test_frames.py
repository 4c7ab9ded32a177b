"""Customers in frames: missing values of pandas and polars are no value; no data is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from segkit import Contact, Evaluator, Event, MemorySource, attr, did, in_list, requirements
from segkit.testing import SOURCE_CASES, SourceCase, check_source
from tests.examples.hosts.needing import HOSTS, program, require
from tests.examples.hosts.shops import NOW, World, check_examples, check_members, worlds

require("pandas", "polars")

import pandas as pd  # noqa: E402 - only if it is installed
import polars as pl  # noqa: E402

frames = program("frames")


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the cells of each column; a missing cell is None."""
    return {name: [row.get(name) for row in rows] for name in {n: 0 for row in rows for n in row}}


def tables(
    contacts: Iterable[Contact[Any]], events: Iterable[Event[Any]]
) -> tuple[dict[str, list[Any]], dict[str, list[Any]], dict[str, list[Any]]]:
    """Return the columns of the three frames."""
    attributes = columns([contact.attributes for contact in contacts])
    customers = {"id": [contact.id for contact in contacts], **attributes}
    event_columns = {
        "customer_id": [event.contact_id for event in events],
        "name": [event.name for event in events],
        "at": [event.at for event in events],
        **columns([event.properties for event in events]),
    }
    lists = [
        (contact.id, name, joined) for contact in contacts for name, joined in contact.lists.items()
    ]
    joined = dict(zip(("customer_id", "list", "joined"), [*map(list, zip(*lists))] or ([], [], [])))  # noqa: B905
    return customers, event_columns, joined


def pandas_series(name: str, cells: list[Any]) -> pd.Series[Any]:
    if name in ("at", "joined") or any(isinstance(cell, datetime) for cell in cells):
        return pd.Series(
            [cell and cell.astimezone(UTC) for cell in cells], dtype="datetime64[us, UTC]"
        )
    return pd.Series(cells, dtype=None if cells else object)


def make_pandas(contacts: list[Contact[Any]], events: list[Event[Any]]) -> Any:  # noqa: ANN401
    data_frames = [
        pd.DataFrame({name: pandas_series(name, cells) for name, cells in table.items()})
        for table in tables(contacts, events)
    ]
    return frames.PandasSource(*data_frames)


def polars_series(name: str, cells: list[Any]) -> pl.Series:
    if name in ("at", "joined") or any(isinstance(cell, datetime) for cell in cells):
        utc = [cell and cell.astimezone(UTC) for cell in cells]
        return pl.Series(name, utc, dtype=pl.Datetime("us", "UTC"))
    kinds = {type(cell) for cell in cells} - {type(None)}
    if name in ("id", "customer_id"):
        return pl.Series(name, cells, dtype=pl.Int64)
    if not cells or (len(kinds) == 1 and kinds <= {str, int, bool, float, date}):
        return pl.Series(name, cells, dtype=None if cells else pl.String)
    return pl.Series(name, cells, dtype=pl.Object)  # A column may have values of several kinds.


def make_polars(contacts: list[Contact[Any]], events: list[Event[Any]]) -> Any:  # noqa: ANN401
    data_frames = [
        pl.DataFrame([polars_series(name, cells) for name, cells in table.items()])
        for table in tables(contacts, events)
    ]
    return frames.PolarsSource(*data_frames)


with_each_library = pytest.mark.parametrize(
    "make", [make_pandas, make_polars], ids=["pandas", "polars"]
)


@with_each_library
@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_the_source_passes_every_source_case(case: SourceCase, make: Any) -> None:  # noqa: ANN401
    check_source(make, [case], make_id=int)


@with_each_library
def test_every_example_has_the_members_of_a_memory_source(make: Any) -> None:  # noqa: ANN401
    check_examples(make, int)


@with_each_library
@given(world=worlds(int))
def test_random_conditions_have_the_members_of_a_memory_source(make: Any, world: World) -> None:  # noqa: ANN401
    world.check(make, int)


CUSTOMERS = {"id": [1, 2, 3], "age": [36, None, 18], "seen": [NOW, None, NOW]}
EVENTS = {"customer_id": [1], "name": ["order"], "at": [NOW], "total": [3.0]}
LISTS = {"customer_id": [1, 2], "list": ["vip", "vip"], "joined": [NOW, None]}


def test_a_missing_value_of_a_frame_is_no_value() -> None:
    """NaN, NaT, NA and null are no value in each kind of column, and in lists and properties."""
    customers = pd.DataFrame(
        {
            "id": [1, 2],
            "number": [1.5, float("nan")],
            "whole": pd.array([1, None], dtype="Int64"),
            "truth": pd.array([True, None], dtype="boolean"),
            "text": pd.array(["a", None], dtype="string"),
            "seen": pd.Series([NOW, pd.NaT]),
            "day": [date(2022, 1, 1), pd.NaT],
            "kind": pd.Categorical(["a", None]),
        }
    )
    events = pd.DataFrame(
        {"customer_id": [1, 2], "name": ["order"] * 2, "at": [NOW] * 2, "total": [3, None]}
    )
    source = frames.PandasSource(customers, events, pd.DataFrame(LISTS))
    for name in customers.columns[1:]:
        members = Evaluator(source).members(attr(name).is_set(), now=NOW)
        assert members == {1}, name
    assert Evaluator(source).members(~did("order").latest("total").is_set(), now=NOW) == {2}
    assert Evaluator(source).members(in_list("vip"), now=NOW) == {1, 2}
    assert Evaluator(source).members(in_list("vip").joined_within_last(days=1), now=NOW) == {1}


@pytest.mark.parametrize(
    ("nanoseconds", "counts"),
    [(-1000, True), (0, True), (1, True), (999, True), (1000, False)],
)
def test_a_timestamp_is_truncated_to_microseconds(nanoseconds: int, counts: bool) -> None:
    """[K1]: half a microsecond after now is now, for a frame and for segkit."""
    at = pd.Series([pd.Timestamp(NOW).as_unit("ns") + pd.Timedelta(nanoseconds, "ns")])
    pandas_source = frames.PandasSource(
        pd.DataFrame(CUSTOMERS), pd.DataFrame(EVENTS).assign(at=at), pd.DataFrame(LISTS)
    )
    polars_column = pl.Series("at", at.astype("int64")).cast(pl.Datetime("ns", "UTC"))
    polars_source = frames.PolarsSource(
        pl.DataFrame(CUSTOMERS),
        pl.DataFrame(EVENTS).with_columns(polars_column),
        pl.DataFrame(LISTS),
    )
    expected = {1} if counts else set()
    for source in (pandas_source, polars_source):
        assert Evaluator(source).members(did("order"), now=NOW) == expected
        assert Evaluator(source).members(did("order").latest_at() == NOW, now=NOW) == (
            {1} if 0 <= nanoseconds < 1000 else set()
        )


def test_a_column_may_have_any_zone() -> None:
    """The zone in which a column shows its instants has no effect."""
    kathmandu = ZoneInfo("Asia/Kathmandu")
    events = {**EVENTS, "at": [NOW.astimezone(kathmandu)]}
    for source in (
        frames.PandasSource(*map(pd.DataFrame, (CUSTOMERS, events, LISTS))),
        frames.PolarsSource(
            pl.DataFrame(CUSTOMERS),
            pl.DataFrame(EVENTS).with_columns(pl.col("at").dt.convert_time_zone("Asia/Kathmandu")),
            pl.DataFrame(LISTS),
        ),
    ):
        memory = MemorySource([Contact(1), Contact(2), Contact(3)], [Event(1, "order", NOW)])
        for now in (NOW, NOW - timedelta(microseconds=1)):
            check_members(source, memory, did("order").within_last(days=1), now=now)


@pytest.mark.parametrize("library", [pd, pl], ids=["pandas", "polars"])
def test_events_without_a_zone_are_refused(library: Any) -> None:  # noqa: ANN401
    """Otherwise such events would never count, without an error."""
    naive = {**EVENTS, "at": [NOW.replace(tzinfo=None)]}
    source = frames.PandasSource if library is pd else frames.PolarsSource
    with pytest.raises(TypeError, match="has no zone: attach one"):
        source(*map(library.DataFrame, (CUSTOMERS, naive, LISTS)))


@with_each_library
def test_only_the_required_facts_are_loaded(make: Any) -> None:  # noqa: ANN401
    attributes = {"city": "Lyon", "plan": "pro"}
    orders = [
        Event(1, "order", NOW - timedelta(days=n), {"total": n, "sku": "a"}) for n in (1, 29, 31)
    ]
    source = make(
        [Contact(1, attributes, {"vip": None, "news": None})], [*orders, Event(1, "refund", NOW)]
    )
    recent_sum = did("order").within_last(days=30).sum("total") > 1
    condition = (attr("city") == "Lyon") & in_list("vip") & recent_sum
    [(customer, events)] = source.load(requirements(condition, now=NOW), None)
    assert (customer.attributes, list(customer.lists)) == ({"city": "Lyon"}, ["vip"])
    assert [event.properties for event in events] == [{"total": 1}, {"total": 29}]


def test_the_program_prints_the_same_result_for_both_libraries() -> None:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", HOSTS / "frames.py"],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stdout == "PandasSource: 1\nPolarsSource: 1\n"
