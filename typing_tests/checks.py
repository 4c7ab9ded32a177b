"""Catalogs and what `check` finds, as a host uses them. Checked by mypy and pyright, never run."""

from typing import assert_type

from segkit import (
    Catalog,
    Contact,
    Evaluator,
    Finding,
    Findings,
    MemorySource,
    Segment,
    Segments,
    attr,
    check,
    did,
    in_list,
)

source = MemorySource([Contact("ada", {"age": "36"})])
catalog = Catalog.observed(source)
adults = Segment("adults", attr("age") >= 18)

# A condition, a segment or several, then the catalog.
assert_type(check(attr("age") >= 18, catalog), Findings)
assert_type(check(did("order"), Catalog(events=["order"])), Findings)
assert_type(check(adults, catalog), Findings)
assert_type(check(Segments([adults]), catalog), Findings)
assert_type(Evaluator(source).check(in_list("vip"), sample=100), Findings)

# Findings are a tuple.
found = check(adults, catalog)
assert_type(found[0], Finding)
assert_type(len(found), int)
for finding in found:
    assert_type(finding.path, str)
    assert_type(finding.message, str)
    assert_type(finding.repair, str | None)

# What is wrong with a call.
check("age", catalog)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
check(adults, {})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
check([adults], catalog)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
