"""What explain shows beside the verdict: both sides of a comparison, and time that is left.

Neither changes an answer. [K7], [S2], [S3].
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    Contact,
    Duration,
    Event,
    attr,
    did,
    explain,
    first_prop,
    matches,
    prop,
)
from segkit.notebook import html
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, event, history

case = pytest.param

cart: Any = did("cart")
order: Any = did("order")
HOUR: Final = timedelta(hours=1)
SAME: Final = prop("sku") == first_prop("sku")


def values(condition: Condition, *events: Event[str], **attributes: object) -> list[dict[str, Any]]:
    """What *condition* compared with each other."""
    told = explain(condition, Contact("ada", attributes), events, now=NOW)
    return [dict(each.values) for each in told.compared]


def test_both_attributes_are_shown_by_their_paths() -> None:
    """[K7]: as they are, absent ones too; `seen` stays the value on the left."""
    condition = attr("spent") > attr("plan", "limit")
    ada = Contact("ada", {"spent": 30, "plan": {"limit": "20"}})
    told = explain(condition, ada, now=NOW)
    (found,) = told.compared
    assert found.values == {"spent": 30, "plan.limit": "20"}
    assert (found.event, found.at, told.seen) == (None, None, 30)
    assert told.findings()[0] == 'values: spent 30, plan.limit "20"'
    assert values(condition) == [{"spent": None, "plan.limit": None}]
    assert "values: spent 30, plan.limit &quot;20&quot;" in html(told)


@pytest.mark.parametrize(
    "condition",
    [
        attr("spent") > 20,
        attr("spent").is_set(),
        order,
        order.where(prop("total") > 20),
        order.sum("total") > 20,
        cart.followed_by(order.where(prop("total") > 20)),
    ],
)
def test_elsewhere_nothing_is_compared_with_each_other(condition: Condition) -> None:
    """With a fixed value on the right, `seen` says it all."""
    given = [event("cart", "2022-09-01"), event("order", "2022-09-02", total=3)]
    assert values(condition, *given, spent=30) == []


def test_both_properties_of_each_event_are_shown() -> None:
    """[K7], [E2]: the newest first, of the events in the window; whether they count or not."""
    condition = order.within_last(days=20).where(
        (prop("paid") < prop("total")) | prop("x").is_set()
    )
    given = [
        event("order", "2022-09-01", paid=1, total=2),
        event("order", "2022-09-20", paid=3, total=2),
        event("order", "2022-09-21", paid=1),
        event("order", "2022-10-02", paid=1, total=2),
        event("cart", "2022-09-20", paid=1, total=2),
    ]
    found = [{"paid": 1, "total": None}, {"paid": 3, "total": 2}]
    assert values(condition, *given) == found
    total = order.within_last(days=20).where(prop("paid") < prop("total")).sum("total")
    assert values(total > 3, *given) == found
    told = explain(condition, Contact("ada"), given, now=NOW)
    assert [(each.event, each.at) for each in told.compared] == [
        ("order", instant("2022-09-21")),
        ("order", instant("2022-09-20")),
    ]
    assert told.findings()[:3] == [
        "count: 0 of 2 in the window",
        '"order" at 2022-09-21 00:00 UTC: paid 1, total none',
        '"order" at 2022-09-20 00:00 UTC: paid 3, total 2',
    ]


def test_the_first_event_and_the_later_ones_are_shown() -> None:
    """[S3]: what is compared of each; an event that may be either has both."""
    given = history("cart 1 08:00 sku=a", "order 2 08:00 sku=b", "pay 2 09:00 sku=c")
    step = order.where(SAME, prop("paid") == prop("sku"))
    assert values(cart.followed_by(step), *given) == [
        {"sku": "b", "paid": None},
        {"the first sku": "a"},
    ]
    assert values(cart.not_followed_by(step), *given) == values(cart.followed_by(step), *given)
    of_first = cart.where(prop("sku") == prop("a", "b")).followed_by(order)
    assert values(of_first, *given) == [{"sku": "a", "a.b": None}]
    again = order.followed_by(order.where(SAME))
    assert values(again, *given) == [{"the first sku": "b", "sku": "b"}]
    # An event before the window of the first step cannot be part of any chain.
    outside = cart.within_last(days=3).followed_by(order.where(SAME))
    assert values(outside, *given) == []


def test_a_text_shows_the_newest_events_and_how_many_there_are() -> None:
    """A long history would fill the screen; a program has all of it."""
    given = [event("order", f"2022-09-{day:02}", paid=day) for day in range(1, 9)]
    told = explain(order.where(prop("paid") < prop("total")), Contact("ada"), given, now=NOW)
    assert len(told.compared) == 8
    shown = [line for line in told.findings() if "paid" in line or "earlier" in line]
    assert len(shown) == 6
    assert shown[0].startswith('"order" at 2022-09-08')
    assert shown[-1] == "and 3 earlier events"
    told = explain(order.where(prop("paid") < prop("total")), Contact("ada"), given[:6], now=NOW)
    assert "and 1 earlier event" in told.findings()


# --- time that is left ----------------------------------------------------------------------------


def line(condition: Condition, *said: str) -> str:
    """What the explanation says of the time that is left; nothing if it does not."""
    told = explain(condition, Contact("ada"), history(*said), now=NOW)
    assert told.verdict is matches(condition, Contact("ada"), history(*said), now=NOW)
    lines = [each for each in told.findings() if each.startswith("not yet")]
    assert bool(lines) is (told.waiting is not None)
    return lines[0] if lines else ""


left: Any = cart.not_followed_by(order, within=HOUR)
by_now: Any = cart.not_followed_by(order)
paid: Any = order.where(prop("sku") == "a")

WAITING: Final[list[Any]] = [
    case(left, ["cart 30 23:50"], "2022-09-30 23:50 UTC is not over until 2022-10-01 00:50 UTC",
         id="a cart of ten minutes ago"),
    case(left, ["cart 30 23:00"], "", id="its time is over, and it holds"),
    case(left, ["cart 30 23:50", "order 30 23:55"], "", id="it was followed"),
    case(left, ["cart 30 22:00", "order 30 22:30", "cart 30 23:10"],
         "2022-09-30 23:10 UTC is not over until 2022-10-01 00:10 UTC", id="one before it was"),
    case(left, ["cart 30 20:00", "cart 30 23:50"], "", id="it holds by one before it"),
    case(left, [], "", id="no cart"),
    case(by_now, ["cart 30 23:50", "order 30 23:55"], "", id="without a time there is none left"),
    case(cart.followed_by(order, within=HOUR), ["cart 30 23:50"], "", id="a step has no such time"),
    case(cart.followed_by(order).not_followed_by(did("pay"), within=HOUR),
         ["cart 1 08:00", "order 30 23:30"],
         "2022-09-30 23:30 UTC is not over until 2022-10-01 00:30 UTC", id="behind a chain"),
    case(cart.not_followed_by(order.where(SAME), within=HOUR),
         ["cart 30 23:40 sku=b", "cart 30 23:45 sku=a", "order 30 23:50 sku=b"],
         "2022-09-30 23:45 UTC is not over until 2022-10-01 00:45 UTC", id="of the same thing"),
    case(cart.not_followed_by(order, within=Duration(months=1)), ["cart 30 23:40"],
         "2022-09-30 23:40 UTC is not over until 2022-10-30 23:40 UTC", id="a month"),
    case(cart.not_followed_by(order, within=Duration(years=8000)), ["cart 30 23:40"],
         "2022-09-30 23:40 UTC is never over", id="longer than there are years [T12]"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "said", "left_over"), WAITING)
def test_an_absence_says_how_long_it_may_still_be_broken(
    condition: Condition, said: list[str], left_over: str
) -> None:
    """[S2]: only where that is why it does not hold."""
    assert line(condition, *said) == (f"not yet: the time after {left_over}" if left_over else "")


def test_the_time_left_is_an_interval_for_programs() -> None:
    """[S2]: at its end the absence holds, and not before."""
    given = history("cart 30 23:50")
    told = explain(left, Contact("ada"), given, now=NOW)
    assert told.waiting is not None
    assert told.waiting.start == given[0].at
    assert told.waiting.end is not None
    assert told.waiting.end - timedelta(microseconds=1) in told.waiting
    assert told.waiting.end not in told.waiting
    for now, verdict in instants_around(told.waiting.end):
        assert matches(left, Contact("ada"), given, now=now) is verdict
    outer = explain(~left, Contact("ada"), given, now=NOW)
    assert outer.verdict
    assert outer.waiting is None
    assert outer.parts[0].waiting == told.waiting


def instants_around(end: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield the last instant at which an absence does not hold, and the first at which it does."""
    yield end - timedelta(microseconds=1), False
    yield end, True
