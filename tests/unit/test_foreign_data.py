"""Data of other libraries, where contacts, events and times are taken: what the errors advise."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final, cast

import pandas as pd
import pytest

from segkit import (
    Contact,
    Evaluator,
    Event,
    FactsError,
    InstantError,
    MemorySource,
    SegkitError,
    Segment,
    attr,
    did,
    explain,
    in_list,
    matches,
)
from segkit.live import Live
from tests.unit.evaluation import NOW

VIP: Final = Segment("vip", in_list("vip"))
ADA: Final = Contact("ada")
ORDER: Final = {"contact_id": "ada", "name": "order", "at": NOW}
FRAME: Any = pd.DataFrame([{"id": "ada", "age": 36}])


class PolarsFrame:
    """The methods of a frame of polars by which it is recognized."""

    columns = ("id",)

    def to_dicts(self) -> list[dict[str, object]]:
        return [{"id": "ada"}]


class LazyFrame:
    """The methods of a lazy frame of polars."""

    def collect(self) -> PolarsFrame:
        return PolarsFrame()

    def collect_schema(self) -> object: ...


class ArrowTable:
    """The methods of a table of pyarrow."""

    column_names = ("id",)

    def to_pylist(self) -> list[dict[str, object]]:
        return [{"id": "ada"}]


ENTRIES: Final[dict[str, Callable[[Any], object]]] = {
    "MemorySource.contacts": MemorySource,
    "MemorySource.events": lambda value: MemorySource([], value),
    "Evaluator": Evaluator,
    "Live": lambda value: Live([VIP], value, now=NOW),
    "upsert": lambda value: Live([VIP], now=NOW).upsert(value),
    "track": lambda value: Live([VIP], now=NOW).track(value),
    "matches": lambda value: matches(VIP, value, now=NOW),
    "explain": lambda value: explain(VIP, value, now=NOW),
    "matches.events": lambda value: matches(did("order"), ADA, value, now=NOW),
}


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(
    ("frame", "rows"),
    [
        (FRAME, 'frame.to_dict("records")'),
        (PolarsFrame(), "frame.to_dicts()"),
        (LazyFrame(), "frame.collect().to_dicts()"),
        (ArrowTable(), "frame.to_pylist()"),
    ],
    ids=["pandas", "polars", "polars-lazy", "pyarrow"],
)
def test_a_data_frame_is_named_with_the_code_that_reads_it(
    entry: str, frame: object, rows: str
) -> None:
    with pytest.raises(FactsError, match="a data frame") as caught:
        ENTRIES[entry](frame)
    of_events = entry in {"MemorySource.events", "track", "matches.events"}
    first = "contacts, " if of_events else ""
    assert f"MemorySource.from_records({first}{rows}, ...)" in str(caught.value)


def test_the_advised_code_reads_a_data_frame() -> None:
    source = MemorySource.from_records(FRAME.to_dict("records"))
    adults = Evaluator(source).members(attr("age") >= 18, now=NOW)
    assert adults == {"ada"}


@pytest.mark.parametrize("entry", ["upsert", "matches", "explain"])
def test_a_dict_is_no_contact_and_the_error_shows_one(entry: str) -> None:
    with pytest.raises(FactsError, match="is not a contact") as caught:
        ENTRIES[entry]({"age": 20})
    assert 'write Contact("ada", {"age": 36}) for one dict' in str(caught.value)
    assert "MemorySource.from_records(rows, ...) for many" in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        ENTRIES["track"],
        lambda row: MemorySource([ADA], [row]),
        lambda row: matches(did("order"), ADA, [row], now=NOW),
    ],
    ids=["track", "MemorySource", "matches"],
)
def test_a_dict_is_no_event_and_the_error_shows_one(call: Callable[[Any], object]) -> None:
    with pytest.raises(FactsError, match="is not an event") as caught:
        call(ORDER)
    assert 'write Event("ada", "order", at, {"total": 30})' in str(caught.value)


def test_a_row_of_a_data_frame_is_no_contact() -> None:
    with pytest.raises(FactsError, match=r"a row of a data frame is not .*row = value.to_dict\(\)"):
        matches(VIP, FRAME.iloc[0], now=NOW)


def test_an_object_whose_attributes_raise_is_refused_without_a_read() -> None:
    """Frames are recognized by the names of their class alone."""

    class Hostile:
        def __getattribute__(self, name: str) -> object:
            raise RuntimeError(name)

    hostile: Any = Hostile()
    with pytest.raises(SegkitError):
        MemorySource(hostile)
    with pytest.raises(SegkitError, match="takes a condition"):
        matches(hostile, ADA, now=NOW)


# --- JSON text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['{"total": 3}', b'{"total": 3}', ' \n{"total": 3}'])
def test_json_text_of_an_object_is_to_be_read_first(text: str) -> None:
    value: Any = text
    for call in (
        lambda: Event("ada", "order", NOW, value),
        lambda: Contact("ada", value),
        lambda: Contact("ada", lists=value),
    ):
        with pytest.raises(FactsError, match=r"read JSON text first, json.loads\(...\)"):
            call()
    assert Event("ada", "order", NOW, json.loads(text)).properties == {"total": 3}


def test_another_text_is_not_called_json() -> None:
    text: Any = "total"
    with pytest.raises(FactsError, match=r"must be a mapping; got 'total'$"):
        Event("ada", "order", NOW, text)


# --- instants -------------------------------------------------------------------------------------

SECONDS: Final = 1_717_200_000
MOMENT: Final = datetime.fromtimestamp(SECONDS, UTC)


@pytest.mark.parametrize(
    ("x", "code"),
    [
        (date(2024, 6, 1), "datetime.combine(day, time(), tzinfo=UTC)"),
        ("2024-06-01T00:00:00+00:00", "datetime.fromisoformat(...)"),
        (SECONDS, "datetime.fromtimestamp(x, UTC) for seconds"),
        (-SECONDS, "datetime.fromtimestamp(x, UTC) for seconds"),
        (SECONDS + 0.5, "datetime.fromtimestamp(x, UTC) for seconds"),
        (SECONDS * 1_000, "datetime.fromtimestamp(x / 1000, UTC) for milliseconds"),
        (SECONDS * 10**6, "datetime.fromtimestamp(x / 1_000_000, UTC) for microseconds"),
        (SECONDS * 10**9, "datetime.fromtimestamp(x / 1_000_000_000, UTC) for nanoseconds"),
    ],
)
def test_the_code_that_makes_an_instant_is_named(x: object, code: str) -> None:
    value: Any = x
    calls: tuple[Callable[[], object], ...] = (
        lambda: Event("ada", "order", value),
        lambda: matches(VIP, ADA, now=value),
        lambda: Evaluator(MemorySource()).members(VIP, now=value),
        lambda: Live([VIP], now=value),
    )
    for call in calls:
        with pytest.raises(InstantError) as caught:
            call()
        assert code in str(caught.value)


@pytest.mark.parametrize("x", [SECONDS, SECONDS * 1_000, SECONDS * 10**6, SECONDS * 10**9])
def test_the_advised_unit_gives_the_instant(x: int) -> None:
    with pytest.raises(InstantError) as caught:
        Event("ada", "order", cast("Any", x))
    code = str(caught.value).split("write ")[1].split(" for ")[0]
    assert eval(code, {"datetime": datetime, "UTC": UTC, "x": x}) == MOMENT  # noqa: S307


@pytest.mark.parametrize("x", [None, True, [MOMENT], object()])
def test_no_code_is_named_for_what_is_no_instant(x: object) -> None:
    with pytest.raises(InstantError, match=r"must be an aware datetime; got [^:]*$"):
        Event("ada", "order", cast("Any", x))
