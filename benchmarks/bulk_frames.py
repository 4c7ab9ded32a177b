"""The segments of `bulk_segments` over frames: polars, pandas and DuckDB.

`build` copies the objects into frames, with one column per attribute, list and property that the
segments read; `members` answers from the frames. Each engine computes the facts of all segments in
one aggregation of the events, and then one expression per segment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final, Protocol, TypeAlias

from bulk_segments import EU
from dateutil.relativedelta import relativedelta

from segkit import Contact, Event

__all__ = ["ENGINES", "FrameEngine"]

Frames: TypeAlias = Any
"""The frames of one engine. Their types are those of the engine, which may be missing."""

_DAYS: Final = (7, 30, 60, 90, 180, 365)
_ATTRIBUTES: Final = ("plan", "age", "country", "phone", "spent", "since")


class FrameEngine(Protocol):
    """One engine over frames."""

    def build(self, contacts: Sequence[Contact[int]], events: Sequence[Event[int]]) -> Frames:
        """Return the frames of the objects."""
        ...

    def members(self, frames: Frames, now: datetime) -> Mapping[str, list[int]]:
        """Return the ids of the members of each segment."""
        ...


def _contact_columns(contacts: Sequence[Contact[int]]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {"id": [contact.id for contact in contacts]}
    for name in _ATTRIBUTES:
        columns[name] = [contact.attributes.get(name) for contact in contacts]
    for name in ("newsletter", "vip"):
        columns[name] = [name in contact.lists for contact in contacts]
    return columns


def _event_columns(events: Sequence[Event[int]]) -> dict[str, list[Any]]:
    return {
        "owner": [event.contact_id for event in events],
        "name": [event.name for event in events],
        "time": [event.at for event in events],
        "total": [event.properties.get("total") for event in events],
        "campaign": [event.properties.get("campaign") for event in events],
    }


_FACTS: Final = {
    "orders": "name = 'order'",
    "orders_30": "name = 'order' AND time > ago_30",
    "orders_60": "name = 'order' AND time > ago_60",
    "orders_180": "name = 'order' AND time > ago_180",
    "opened_7": "name = 'opened' AND time > ago_7",
    "opened_30": "name = 'opened' AND time > ago_30",
    "opened_90": "name = 'opened' AND time > ago_90",
    "visits_30": "name = 'visit' AND time > ago_30",
    "visits_90_30": "name = 'visit' AND time > ago_90 AND time <= ago_30",
    "clicked_90": "name = 'clicked' AND time > ago_90",
    "summer_90": "name = 'clicked' AND time > ago_90 AND campaign = 'summer'",
}
"""The counts of events that the segments need."""


class Polars:
    """polars, with lazy frames."""

    def __init__(self) -> None:
        self._pl: Any = import_module("polars")

    def build(self, contacts: Sequence[Contact[int]], events: Sequence[Event[int]]) -> Frames:
        pl = self._pl
        utc = pl.Datetime("us", "UTC")
        return (
            pl.DataFrame(_contact_columns(contacts)),
            pl.DataFrame(_event_columns(events), schema_overrides={"time": utc}),
        )

    def members(self, frames: Frames, now: datetime) -> Mapping[str, list[int]]:
        pl, (contacts, events) = self._pl, frames
        ago = {days: pl.lit(now - timedelta(days=days)) for days in _DAYS}
        name, at = pl.col("name"), pl.col("time")
        order, opened, visit = name == "order", name == "opened", name == "visit"
        clicked = (name == "clicked") & (at > ago[90])
        facts = {
            "orders": order,
            **{f"orders_{days}": order & (at > ago[days]) for days in (30, 60, 180)},
            **{f"opened_{days}": opened & (at > ago[days]) for days in (7, 30, 90)},
            "visits_30": visit & (at > ago[30]),
            "visits_90_30": visit & (at > ago[90]) & (at <= ago[30]),
            "clicked_90": clicked,
            "summer_90": clicked & (pl.col("campaign") == "summer"),
        }
        by_owner = (
            events.lazy()
            .filter(at <= pl.lit(now))
            .group_by("owner")
            .agg(
                *(test.sum().alias(fact) for fact, test in facts.items()),
                pl.col("total").filter(order & (at > ago[365])).sum().alias("total_365"),
            )
        )
        joined = contacts.lazy().join(
            by_owner, left_on="id", right_on="owner", how="left", maintain_order="left"
        )
        count = {fact: pl.col(fact).fill_null(0) for fact in (*facts, "total_365")}
        col = pl.col
        newsletter, vip = col("newsletter"), col("vip")
        year_ago = (now - relativedelta(years=1)).date()
        opened_30, orders_30 = count["opened_30"] > 0, count["orders_30"] > 0
        tests = {
            "pro": col("plan") == "pro",
            "french adults": (col("age") >= 18) & (col("country") == "FR"),
            "no phone": col("phone").is_null(),
            "on the newsletter": newsletter,
            "only the newsletter": newsletter & ~vip,
            "opened lately": opened_30,
            "lapsed": opened_30 & (count["orders_60"] == 0),
            "active": count["visits_30"] >= 3,
            "ordered": count["orders"] >= 1,
            "ordered twice": count["orders"] >= 2,
            "ordered five times": count["orders"] >= 5,
            "spent 200 in a year": count["total_365"] >= 200,
            "summer clicks": count["summer_90"] > 0,
            "visited before": count["visits_90_30"] > 0,
            "keen or vip": vip | (count["opened_7"] >= 2),
            "new": (col("since") > year_ago) & (col("since") <= now.date()),
            "big spender": orders_30 & (col("spent") >= 1000),
            "opens, no clicks": col("country").is_in(EU)
            & (count["opened_90"] > 0)
            & (count["clicked_90"] == 0),
            "ordered long ago": (count["orders"] > 0) & (count["orders_180"] == 0),
            "two of three": newsletter.cast(int) + opened_30.cast(int) + orders_30.cast(int) >= 2,
        }
        verdicts = joined.select("id", **tests).collect()
        return {name: verdicts.filter(col(name))["id"].to_list() for name in tests}


class Pandas:
    """pandas, with its default types."""

    def __init__(self) -> None:
        self._pd: Any = import_module("pandas")

    def build(self, contacts: Sequence[Contact[int]], events: Sequence[Event[int]]) -> Frames:
        pd = self._pd
        people = pd.DataFrame(_contact_columns(contacts))
        people["since"] = pd.to_datetime(people["since"])
        return people, pd.DataFrame(_event_columns(events))

    def members(self, frames: Frames, now: datetime) -> Mapping[str, list[int]]:
        pd, (people, events) = self._pd, frames
        past = events[events["time"] <= now]
        ago = {days: past["time"] > now - timedelta(days=days) for days in _DAYS}
        order, opened, visit = (past["name"] == each for each in ("order", "opened", "visit"))
        clicked = (past["name"] == "clicked") & ago[90]
        facts = pd.DataFrame(
            {
                "orders": order,
                **{f"orders_{days}": order & ago[days] for days in (30, 60, 180)},
                **{f"opened_{days}": opened & ago[days] for days in (7, 30, 90)},
                "visits_30": visit & ago[30],
                "visits_90_30": visit & ago[90] & ~ago[30],
                "clicked_90": clicked,
                "summer_90": clicked & (past["campaign"] == "summer"),
                "total_365": past["total"].where(order & ago[365], 0),
            }
        )
        count = facts.groupby(past["owner"]).sum().reindex(people["id"], fill_value=0)
        count = count.reset_index(drop=True)
        newsletter, vip, since = people["newsletter"], people["vip"], people["since"]
        year_ago, today = (now - relativedelta(years=1)).date(), now.date()
        is_new = (since > pd.Timestamp(year_ago)) & (since <= pd.Timestamp(today))
        opened_30, orders_30 = count["opened_30"] > 0, count["orders_30"] > 0
        tests = {
            "pro": people["plan"] == "pro",
            "french adults": (people["age"] >= 18) & (people["country"] == "FR"),
            "no phone": people["phone"].isna(),
            "on the newsletter": newsletter,
            "only the newsletter": newsletter & ~vip,
            "opened lately": opened_30,
            "lapsed": opened_30 & (count["orders_60"] == 0),
            "active": count["visits_30"] >= 3,
            "ordered": count["orders"] >= 1,
            "ordered twice": count["orders"] >= 2,
            "ordered five times": count["orders"] >= 5,
            "spent 200 in a year": count["total_365"] >= 200,
            "summer clicks": count["summer_90"] > 0,
            "visited before": count["visits_90_30"] > 0,
            "keen or vip": vip | (count["opened_7"] >= 2),
            "new": is_new,
            "big spender": orders_30 & (people["spent"] >= 1000),
            "opens, no clicks": people["country"].isin(EU)
            & (count["opened_90"] > 0)
            & (count["clicked_90"] == 0),
            "ordered long ago": (count["orders"] > 0) & (count["orders_180"] == 0),
            "two of three": newsletter.astype(int) + opened_30 + orders_30 >= 2,
        }
        ids = people["id"]
        return {name: ids[test].tolist() for name, test in tests.items()}


class DuckDB:
    """DuckDB in memory, fed through Arrow tables."""

    def __init__(self) -> None:
        self._duckdb: Any = import_module("duckdb")
        self._pa: Any = import_module("pyarrow")

    def build(self, contacts: Sequence[Contact[int]], events: Sequence[Event[int]]) -> Frames:
        connection = self._duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        tables = {"people": _contact_columns(contacts), "events": _event_columns(events)}
        for name, columns in tables.items():
            connection.register("arrow_table", self._pa.table(columns))
            connection.execute(f"CREATE TABLE {name} AS FROM arrow_table")
            connection.unregister("arrow_table")
        return connection

    def members(self, frames: Frames, now: datetime) -> Mapping[str, list[int]]:
        counts = ", ".join(
            f"count(*) FILTER (WHERE {test}) AS {fact}" for fact, test in _FACTS.items()
        )
        instants = {f"ago_{days}": now - timedelta(days=days) for days in _DAYS}
        year_ago = (now - relativedelta(years=1)).date()
        bounds = ", ".join(f"${name} AS {name}" for name in instants)
        eu = ", ".join(f"'{country}'" for country in EU)
        tests = {
            "pro": "plan = 'pro'",
            "french adults": "age >= 18 AND country = 'FR'",
            "no phone": "phone IS NULL",
            "on the newsletter": "newsletter",
            "only the newsletter": "newsletter AND NOT vip",
            "opened lately": "opened_30 > 0",
            "lapsed": "opened_30 > 0 AND orders_60 = 0",
            "active": "visits_30 >= 3",
            "ordered": "orders >= 1",
            "ordered twice": "orders >= 2",
            "ordered five times": "orders >= 5",
            "spent 200 in a year": "total_365 >= 200",
            "summer clicks": "summer_90 > 0",
            "visited before": "visits_90_30 > 0",
            "keen or vip": "vip OR opened_7 >= 2",
            "new": "since > $year_ago AND since <= $today",
            "big spender": "orders_30 > 0 AND spent >= 1000",
            "opens, no clicks": f"country IN ({eu}) AND opened_90 > 0 AND clicked_90 = 0",
            "ordered long ago": "orders > 0 AND orders_180 = 0",
            "two of three": "newsletter::INT + (opened_30 > 0)::INT + (orders_30 > 0)::INT >= 2",
        }
        columns = ", ".join(f'coalesce({test}, false) AS "{name}"' for name, test in tests.items())
        zeros = ", ".join(f"coalesce({fact}, 0) AS {fact}" for fact in (*_FACTS, "total_365"))
        query = f"""
            WITH counted AS (
                SELECT owner, {counts},
                    coalesce(sum(total) FILTER (WHERE name = 'order' AND time > ago_365), 0)
                        AS total_365
                FROM events, (SELECT {bounds})
                WHERE time <= $now
                GROUP BY owner
            ),
            facts AS (
                SELECT people.*, {zeros}
                FROM people LEFT JOIN counted ON people.id = counted.owner
            )
            SELECT id, {columns} FROM facts ORDER BY id
        """  # noqa: S608 - the texts are all above
        parameters = {**instants, "now": now, "year_ago": year_ago, "today": now.date()}
        answers = frames.execute(query, parameters).fetchnumpy()
        ids = answers["id"]
        return {name: ids[answers[name]].tolist() for name in tests}


ENGINES: Final[Mapping[str, type[FrameEngine]]] = {
    "polars": Polars,
    "pandas": Pandas,
    "duckdb": DuckDB,
}
