"""Twenty segments of a shop, and the same in one pass over plain objects, written by hand.

The code by hand reads each event once and each attribute once. It takes event ids as unique, and
values as being of the expected kinds or ``None``: the bulk population has no others.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from segkit import Contact, Event, Segment, any_of, at_least, attr, did, in_list, prop

__all__ = ["SEGMENTS", "by_hand", "tiers"]

EU: Final = ["FR", "DE", "IT", "ES", "BE", "NL"]

_order, _opened, _visit, _clicked = did("order"), did("opened"), did("visit"), did("clicked")
_opened_30, _ordered_30 = _opened.within_last(days=30), _order.within_last(days=30)

SEGMENTS: Final = [
    Segment("pro", attr("plan") == "pro"),
    Segment("french adults", (attr("age") >= 18) & (attr("country") == "FR")),
    Segment("no phone", ~attr("phone").is_set()),
    Segment("on the newsletter", in_list("newsletter")),
    Segment("only the newsletter", in_list("newsletter") & ~in_list("vip")),
    Segment("opened lately", _opened_30),
    Segment("lapsed", _opened_30 & _order.never().within_last(days=60)),
    Segment("active", _visit.at_least(3).within_last(days=30)),
    Segment("ordered", _order),
    Segment("ordered twice", _order.at_least(2)),
    Segment("ordered five times", _order.at_least(5)),
    Segment("spent 200 in a year", _order.within_last(days=365).sum("total") >= 200),
    Segment("summer clicks", _clicked.where(prop("campaign") == "summer").within_last(days=90)),
    Segment("visited before", _visit.between_ago(days=(90, 30))),
    Segment("keen or vip", any_of(_opened.at_least(2).within_last(days=7), in_list("vip"))),
    Segment("new", attr("since").within_last(years=1)),
    Segment("big spender", (attr("spent") >= 1000) & _ordered_30),
    Segment(
        "opens, no clicks",
        attr("country").is_in(EU)
        & _opened.within_last(days=90)
        & _clicked.never().within_last(days=90),
    ),
    Segment("ordered long ago", _order.before(days=180) & ~_order.within_last(days=180)),
    Segment("two of three", at_least(2, in_list("newsletter"), _opened_30, _ordered_30)),
]


def tiers(number: int) -> list[Segment]:
    """Return *number* segments of one count: ordered once or more, twice or more, and so on."""
    return [Segment(f"tier {least}", _order.at_least(least)) for least in range(1, number + 1)]


def by_hand(  # noqa: C901 - one pass reads every fact
    rows: Iterable[tuple[Contact[int], Sequence[Event[int]]]], now: datetime
) -> Mapping[str, list[int]]:
    """Return the members of `SEGMENTS` in one pass over contacts, each with its events."""
    days = {number: now - timedelta(days=number) for number in (7, 30, 60, 90, 180, 365)}
    ago_7, ago_30, ago_60, ago_90, ago_180, ago_365 = days.values()
    year_ago, today = (now - relativedelta(years=1)).date(), now.date()
    found: dict[str, list[int]] = {segment.name: [] for segment in SEGMENTS}
    members = list(found.values())
    for contact, events in rows:
        orders = orders_30 = orders_60 = orders_180 = total_365 = 0
        opened_7 = opened_30 = opened_90 = visits_30 = visits_90_30 = clicked_90 = summer_90 = 0
        for event in events:
            at, name = event.at, event.name
            if at > now:
                continue
            if name == "opened":
                if at > ago_90:
                    opened_90 += 1
                    if at > ago_30:
                        opened_30 += 1
                        if at > ago_7:
                            opened_7 += 1
            elif name == "order":
                orders += 1
                if at > ago_365:
                    total = event.properties.get("total")
                    if total is not None:
                        total_365 += total
                    if at > ago_180:
                        orders_180 += 1
                        if at > ago_60:
                            orders_60 += 1
                            if at > ago_30:
                                orders_30 += 1
            elif name == "visit":
                if at > ago_30:
                    visits_30 += 1
                elif at > ago_90:
                    visits_90_30 += 1
            elif name == "clicked" and at > ago_90:
                clicked_90 += 1
                if event.properties.get("campaign") == "summer":
                    summer_90 += 1
        get, lists = contact.attributes.get, contact.lists
        age, country, since, spent = get("age"), get("country"), get("since"), get("spent")
        newsletter, vip = "newsletter" in lists, "vip" in lists
        verdicts = (
            get("plan") == "pro",
            country == "FR" and age is not None and age >= 18,
            get("phone") is None,
            newsletter,
            newsletter and not vip,
            opened_30,
            opened_30 and not orders_60,
            visits_30 >= 3,
            orders,
            orders >= 2,
            orders >= 5,
            total_365 >= 200,
            summer_90,
            visits_90_30,
            vip or opened_7 >= 2,
            since is not None and year_ago < since <= today,
            orders_30 and spent is not None and spent >= 1000,
            opened_90 and country in EU and not clicked_90,
            orders and not orders_180,
            newsletter + (opened_30 > 0) + (orders_30 > 0) >= 2,
        )
        id_ = contact.id
        for ids, verdict in zip(members, verdicts, strict=True):
            if verdict:
                ids.append(id_)
    return found
