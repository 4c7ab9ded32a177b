"""Load an untouched customer export: observe it, check seven segments, then read it by a catalog.

In the two CSV files of examples/data every value is text, as a shop system writes them. This
program needs segkit only. Run it from a checkout:

    pip install -e .
    python examples/customer_export.py
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from segkit import Catalog, Contact, Evaluator, Event, MemorySource, Segment, attr, check, did

DATA = Path(__file__).parent / "data"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
SHOP_ZONE = "America/Los_Angeles"

SEGMENTS = (
    Segment("big spenders", attr("Total Spent") >= 300),
    Segment("accept mail", attr("Accepts Email Marketing").is_true()),
    Segment("can be called", attr("Phone").is_set()),
    Segment("wholesale", attr("Tags").has_any(["wholesale"])),
    Segment("in Portland", attr("City") == "Portland"),
    Segment("in Portland by postcode", attr("Address", "zip").starts_with("972")),
    Segment("spring coupon", did("order").sum("Total") >= 200),
)

CATALOG = Catalog(
    attributes={
        "Accepts Email Marketing": "boolean",
        "City": ["Boise", "Eugene", "Portland", "Seattle"],
        "Total Spent": "number",
        "Total Orders": "number",
        "Phone": "text",
        "Tags": "collection",
        "Born": "day",
        "Signed Up": "instant",
        "Address": {"zip": "text", "state": "text"},
    },
    events={"order": {"Total": "number", "Coupon": "text"}},
)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one CSV file."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def untouched() -> MemorySource[str]:
    """Return the store of somebody who has not opened the files."""
    contacts = [Contact(row["\ufeffCustomer ID"], row) for row in rows("customers.csv")]
    # The times are naive, and naive times are refused.
    at = [
        datetime.fromisoformat(row["Created at"]).replace(tzinfo=UTC) for row in rows("orders.csv")
    ]
    orders = [
        Event(row["Customer ID"], "order", time, row)
        for row, time in zip(rows("orders.csv"), at, strict=True)
    ]
    return MemorySource(contacts, orders)


def read() -> MemorySource[str]:
    """Return the store with values of the kinds in the catalog."""
    return MemorySource.from_records(
        rows("customers.csv"),
        rows("orders.csv"),
        catalog=CATALOG,
        contact_columns={"id": "Customer ID"},
        event_columns={"id": "Order", "contact_id": "Customer ID", "at": "Created at"},
        event_name="order",
        tz=SHOP_ZONE,
    )


def show_members(source: MemorySource[str]) -> None:
    """Print the number of members of each segment."""
    audiences = Evaluator(source, tz=SHOP_ZONE).evaluate(SEGMENTS, now=NOW)
    for name, audience in audiences.items():
        print(f"  {name}: {len(audience)} of {len(source)}")


def main() -> None:
    """Print the catalog and the findings of the untouched files, and the members of both stores."""
    source = untouched()
    observed = Catalog.observed(source, now=NOW)
    print("The files as they are:\n")
    print(observed)
    print("\nMembers, which are wrong:")
    show_members(source)
    print("\nWhat check finds:")
    for segment in SEGMENTS:
        for finding in check(segment, observed):
            print(f"  {segment.name}: {finding.message}")
    source = read()
    print("\nRead by the catalog:\n")
    print(source.get("6552"))
    print("\nMembers:")
    show_members(source)
    findings = [
        found for each in SEGMENTS for found in check(each, Catalog.observed(source, now=NOW))
    ]
    print(f"\nWhat check finds: {len(findings)} findings")


if __name__ == "__main__":
    main()
