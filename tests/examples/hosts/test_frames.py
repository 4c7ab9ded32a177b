"""Customers in frames: what pandas and polars have for nothing is no value, and nothing is lost."""

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
from tests.examples.hosts.needing import HOSTS, need, program
from tests.examples.hosts.shops import NOW, World, answers_alike, examples_alike, worlds

need("pandas", "polars")

import pandas as pd  # noqa: E402 - where it is installed
import polars as pl  # noqa: E402

frames = program("frames")


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The cells of each column; what a row does not have is None."""
    return {name: [row.get(name) for row in rows] for name in {n: 0 for row in rows for n in row}}


def tables(
    contacts: Iterable[Contact[Any]], events: Iterable[Event[Any]]
) -> tuple[dict[str, list[Any]], dict[str, list[Any]], dict[str, list[Any]]]:
    """The columns of the three frames."""
    known = columns([contact.attributes for contact in contacts])
    people = {"id": [contact.id for contact in contacts], **known}
    happened = {
        "customer_id": [event.contact_id for event in events],
        "name": [event.name for event in events],
        "at": [event.at for event in events],
        **columns([event.properties for event in events]),
    }
    lists = [
        (contact.id, name, joined) for contact in contacts for name, joined in contact.lists.items()
    ]
    joined = dict(zip(("customer_id", "list", "joined"), [*map(list, zip(*lists))] or ([], [], [])))  # noqa: B905
    return people, happened, joined


def in_pandas(name: str, cells: list[Any]) -> pd.Series[Any]:
    if name in ("at", "joined") or any(isinstance(cell, datetime) for cell in cells):
        return pd.Series(
            [cell and cell.astimezone(UTC) for cell in cells], dtype="datetime64[us, UTC]"
        )
    return pd.Series(cells, dtype=None if cells else object)


def make_pandas(contacts: list[Contact[Any]], events: list[Event[Any]]) -> Any:  # noqa: ANN401
    made = [
        pd.DataFrame({name: in_pandas(name, cells) for name, cells in table.items()})
        for table in tables(contacts, events)
    ]
    return frames.PandasSource(*made)


def in_polars(name: str, cells: list[Any]) -> pl.Series:
    if name in ("at", "joined") or any(isinstance(cell, datetime) for cell in cells):
        utc = [cell and cell.astimezone(UTC) for cell in cells]
        return pl.Series(name, utc, dtype=pl.Datetime("us", "UTC"))
    kinds = {type(cell) for cell in cells} - {type(None)}
    if name in ("id", "customer_id"):
        return pl.Series(name, cells, dtype=pl.Int64)
    if not cells or (len(kinds) == 1 and kinds <= {str, int, bool, float, date}):
        return pl.Series(name, cells, dtype=None if cells else pl.String)
    return pl.Series(name, cells, dtype=pl.Object)  # Of several kinds, as a column may be.


def make_polars(contacts: list[Contact[Any]], events: list[Event[Any]]) -> Any:  # noqa: ANN401
    made = [
        pl.DataFrame([in_polars(name, cells) for name, cells in table.items()])
        for table in tables(contacts, events)
    ]
    return frames.PolarsSource(*made)


either = pytest.mark.parametrize("make", [make_pandas, make_polars], ids=["pandas", "polars"])


@either
@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_it_does_what_a_source_has_to(case: SourceCase, make: Any) -> None:  # noqa: ANN401
    check_source(make, [case], make_id=int)


@either
def test_it_answers_every_example_as_memory_does(make: Any) -> None:  # noqa: ANN401
    examples_alike(make, int)


@either
@given(world=worlds(int))
def test_it_answers_random_questions_as_memory_does(make: Any, world: World) -> None:  # noqa: ANN401
    world.check(make, int)


CUSTOMERS = {"id": [1, 2, 3], "age": [36, None, 18], "seen": [NOW, None, NOW]}
EVENTS = {"customer_id": [1], "name": ["order"], "at": [NOW], "total": [3.0]}
LISTS = {"customer_id": [1, 2], "list": ["vip", "vip"], "joined": [NOW, None]}


def test_what_is_nothing_to_a_frame_is_no_value() -> None:
    """NaN, NaT, NA and null: of numbers, instants, texts and booleans, of lists and properties."""
    nothing = pd.DataFrame(
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
    source = frames.PandasSource(nothing, events, pd.DataFrame(LISTS))
    for name in nothing.columns[1:]:
        members = Evaluator(source).members(attr(name).is_set(), now=NOW)
        assert members == {1}, name
    assert Evaluator(source).members(~did("order").latest("total").is_set(), now=NOW) == {2}
    assert Evaluator(source).members(in_list("vip"), now=NOW) == {1, 2}
    assert Evaluator(source).members(in_list("vip").joined_within_last(days=1), now=NOW) == {1}


@pytest.mark.parametrize(
    ("nanoseconds", "counts"),
    [(-1000, True), (0, True), (1, True), (999, True), (1000, False)],
)
def test_a_timestamp_is_cut_to_the_microsecond(nanoseconds: int, counts: bool) -> None:
    """[K1]: so half a microsecond after now is now, for the frame as for segkit."""
    at = pd.Series([pd.Timestamp(NOW).as_unit("ns") + pd.Timedelta(nanoseconds, "ns")])
    in_pandas = frames.PandasSource(
        pd.DataFrame(CUSTOMERS), pd.DataFrame(EVENTS).assign(at=at), pd.DataFrame(LISTS)
    )
    same = pl.Series("at", at.astype("int64")).cast(pl.Datetime("ns", "UTC"))
    in_polars = frames.PolarsSource(
        pl.DataFrame(CUSTOMERS), pl.DataFrame(EVENTS).with_columns(same), pl.DataFrame(LISTS)
    )
    expected = {1} if counts else set()
    for source in (in_pandas, in_polars):
        assert Evaluator(source).members(did("order"), now=NOW) == expected
        assert Evaluator(source).members(did("order").latest_at() == NOW, now=NOW) == (
            {1} if 0 <= nanoseconds < 1000 else set()
        )


def test_a_column_may_be_of_any_zone() -> None:
    """Instants are instants: the zone they are shown in does not matter."""
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
            answers_alike(source, memory, did("order").within_last(days=1), now=now)


@pytest.mark.parametrize("library", [pd, pl], ids=["pandas", "polars"])
def test_events_without_a_zone_are_refused(library: Any) -> None:  # noqa: ANN401
    """Otherwise they would count nowhere, and nobody would be told."""
    naive = {**EVENTS, "at": [NOW.replace(tzinfo=None)]}
    source = frames.PandasSource if library is pd else frames.PolarsSource
    with pytest.raises(TypeError, match="has no zone: attach one"):
        source(*map(library.DataFrame, (CUSTOMERS, naive, LISTS)))


@either
def test_no_more_is_loaded_than_is_needed(make: Any) -> None:  # noqa: ANN401
    known = {"city": "Lyon", "plan": "pro"}
    orders = [
        Event(1, "order", NOW - timedelta(days=n), {"total": n, "sku": "a"}) for n in (1, 29, 31)
    ]
    source = make(
        [Contact(1, known, {"vip": None, "news": None})], [*orders, Event(1, "refund", NOW)]
    )
    where = did("order").within_last(days=30).sum("total") > 1
    asked = (attr("city") == "Lyon") & in_list("vip") & where
    [(customer, events)] = source.load(requirements(asked, now=NOW), None)
    assert (customer.attributes, list(customer.lists)) == ({"city": "Lyon"}, ["vip"])
    assert [event.properties for event in events] == [{"total": 1}, {"total": 29}]


def test_the_program_prints_the_same_of_both() -> None:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", HOSTS / "frames.py"],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stdout == "PandasSource: 1\nPolarsSource: 1\n"
