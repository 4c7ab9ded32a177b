"""Catalogs, findings and records: what is read has the types that the pages promise.

Checked by mypy and pyright, never run.
"""

import csv
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO, assert_type

from segkit import (
    BadCell,
    Catalog,
    Condition,
    Contact,
    Evaluator,
    Event,
    Explanation,
    Field,
    Finding,
    Findings,
    MemorySource,
    NextChange,
    Observation,
    Segment,
    Segments,
    Span,
    attr,
    check,
    from_dict,
    from_json,
)
from segkit.model.catalog import SeenValues

now = datetime(2022, 10, 1, tzinfo=UTC)
adults = Segment("adults", attr("age") >= 18)
source = MemorySource([Contact("ada", {"age": 36})])
evaluator = Evaluator(source)

# --- what a catalog takes and has -----------------------------------------------------------------

catalog = Catalog(
    attributes={
        "age": "number",
        "plan": ["free", "pro"],
        "home": {"zip": "text"},
        "any": None,
        "born": Field("day", format="%d.%m.%Y", label="Birthday"),
    },
    lists={"vip"},
    events={"order": {"total": Field("number", unit="EUR")}, "visit": None},
)
Catalog(events=["order", "visit"])
assert_type(catalog.attributes, Mapping[str, Field] | None)
assert_type(catalog.lists, tuple[str, ...] | None)
assert_type(catalog.events, Mapping[str, Mapping[str, Field] | None] | None)
observed = Catalog.observed(source, sample=10, now=now, examples=False)
assert_type(observed, Catalog)
assert_type(observed.observation, Observation | None)
assert_type(Field("number").seen, SeenValues | None)
assert_type(catalog.to_dict(), dict[str, Any])
assert_type(Catalog.from_dict(catalog.to_dict()), Catalog)

# --- findings -------------------------------------------------------------------------------------

assert_type(check(adults, catalog), Findings)
assert_type(check(Segments([adults]), catalog), Findings)
assert_type(evaluator.check(adults, sample=100), Findings)
for finding in check(attr("age") >= 18, catalog):
    assert_type(finding, Finding)
    assert_type(finding.repair, str | None)
    assert_type(finding.replaces, str | None)
assert_type(from_dict({}, catalog=catalog), Condition | Segment | Segments)
assert_type(from_json("{}", Segment, catalog=catalog), Segment)

# --- one contact by its id ------------------------------------------------------------------------

assert_type(evaluator.explain(adults, "ada", now=now), Explanation)
assert_type(evaluator.next_change(adults, "ada", now=now), NextChange)
assert_type(evaluator.timeline(adults, "ada", start=now, end=now), list[Span])
assert_type(source.get("ada"), Contact[str] | None)

# --- rows -----------------------------------------------------------------------------------------


def read(file: TextIO, report: list[BadCell]) -> MemorySource[Any]:
    """Read a file in the ways that the page shows."""
    row = {"id": "ada", "age": "36"}
    assert_type(catalog.contact(row, columns={"id": "key"}, tz="Europe/Paris"), Contact[Any])
    assert_type(catalog.event(row, name="order", id_type=uuid.UUID), Event[Any])
    MemorySource.from_records(csv.DictReader(file), catalog=catalog, on_bad="skip")
    return MemorySource.from_records(
        csv.DictReader(file),
        [{"contact_id": "ada", "at": "2022-10-01"}],
        catalog=catalog,
        lists={"vip": ["ada"], "news": {"ada": "2022-10-01"}},
        event_columns={"at": "placed"},
        event_name="order",
        id_type=int,
        on_bad=report.append,
    )
