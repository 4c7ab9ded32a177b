"""Details of an explanation: both sides of a comparison, and the remaining time.

Neither changes the verdict. [K7], [S2], [S3].
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
    """Return the values that the explanation of *condition* compares with each other."""
    explanation = explain(condition, Contact("ada", attributes), events, now=NOW)
    return [dict(each.values) for each in explanation.compared]


def test_both_attributes_are_shown_by_their_paths() -> None:
    """[K7]: unchanged, also if absent; `seen` is the value on the left."""
    condition = attr("spent") > attr("plan", "limit")
    ada = Contact("ada", {"spent": 30, "plan": {"limit": "20"}})
    explanation = explain(condition, ada, now=NOW)
    (found,) = explanation.compared
    assert found.values == {"spent": 30, "plan.limit": "20"}
    assert (found.event, found.at, explanation.seen) == (None, None, 30)
    assert explanation.findings()[0] == 'values: spent 30, plan.limit "20"'
    assert values(condition) == [{"spent": None, "plan.limit": None}]
    assert "values: spent 30, plan.limit &quot;20&quot;" in html(explanation)


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
def test_other_comparisons_have_no_compared_values(condition: Condition) -> None:
    """With a fixed value on the right, `seen` is sufficient."""
    given = [event("cart", "2022-09-01"), event("order", "2022-09-02", total=3)]
    assert values(condition, *given, spent=30) == []


def test_both_properties_of_each_event_are_shown() -> None:
    """[K7], [E2]: of all events in the window, the newest first."""
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
    explanation = explain(condition, Contact("ada"), given, now=NOW)
    assert [(each.event, each.at) for each in explanation.compared] == [
        ("order", instant("2022-09-21")),
        ("order", instant("2022-09-20")),
    ]
    assert explanation.findings()[:3] == [
        "count: 0 of 2 in the window",
        '"order" at 2022-09-21 00:00 UTC: paid 1, total none',
        '"order" at 2022-09-20 00:00 UTC: paid 3, total 2',
    ]


def test_the_first_event_and_the_later_ones_are_shown() -> None:
    """[S3]: the compared properties of each; an event that may be either has both."""
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


def test_the_text_shows_the_newest_events_and_the_number_of_earlier_ones() -> None:
    """The attribute `compared` has all events."""
    given = [event("order", f"2022-09-{day:02}", paid=day) for day in range(1, 9)]
    explanation = explain(order.where(prop("paid") < prop("total")), Contact("ada"), given, now=NOW)
    assert len(explanation.compared) == 8
    shown = [line for line in explanation.findings() if "paid" in line or "earlier" in line]
    assert len(shown) == 6
    assert shown[0].startswith('"order" at 2022-09-08')
    assert shown[-1] == "and 3 earlier events"
    explanation = explain(
        order.where(prop("paid") < prop("total")), Contact("ada"), given[:6], now=NOW
    )
    assert "and 1 earlier event" in explanation.findings()


# --- remaining time -------------------------------------------------------------------------------


def waiting_line(condition: Condition, *texts: str) -> str:
    """Return the line of the explanation about the remaining time, or an empty text."""
    explanation = explain(condition, Contact("ada"), history(*texts), now=NOW)
    assert explanation.verdict is matches(condition, Contact("ada"), history(*texts), now=NOW)
    lines = [each for each in explanation.findings() if each.startswith("not yet")]
    assert bool(lines) is (explanation.waiting is not None)
    return lines[0] if lines else ""


no_order: Any = cart.not_followed_by(order, within=HOUR)
no_order_until_now: Any = cart.not_followed_by(order)
paid_order: Any = order.where(prop("sku") == "a")

WAITING: Final[list[Any]] = [
    case(no_order, ["cart 30 23:50"], "2022-09-30 23:50 UTC is not over until 2022-10-01 00:50 UTC",
         id="a cart ten minutes ago"),
    case(no_order, ["cart 30 23:00"], "", id="the time is over, the absence is true"),
    case(no_order, ["cart 30 23:50", "order 30 23:55"], "", id="the cart was followed by an order"),
    case(no_order, ["cart 30 22:00", "order 30 22:30", "cart 30 23:10"],
         "2022-09-30 23:10 UTC is not over until 2022-10-01 00:10 UTC",
         id="only an earlier cart was followed"),
    case(no_order, ["cart 30 20:00", "cart 30 23:50"], "",
         id="an earlier cart makes the absence true"),
    case(no_order, [], "", id="no cart"),
    case(no_order_until_now, ["cart 30 23:50", "order 30 23:55"], "",
         id="an absence without a time limit"),
    case(cart.followed_by(order, within=HOUR), ["cart 30 23:50"], "",
         id="a step has no remaining time"),
    case(cart.followed_by(order).not_followed_by(did("pay"), within=HOUR),
         ["cart 1 08:00", "order 30 23:30"],
         "2022-09-30 23:30 UTC is not over until 2022-10-01 00:30 UTC", id="after a chain"),
    case(cart.not_followed_by(order.where(SAME), within=HOUR),
         ["cart 30 23:40 sku=b", "cart 30 23:45 sku=a", "order 30 23:50 sku=b"],
         "2022-09-30 23:45 UTC is not over until 2022-10-01 00:45 UTC",
         id="an absence of the same sku"),
    case(cart.not_followed_by(order, within=Duration(months=1)), ["cart 30 23:40"],
         "2022-09-30 23:40 UTC is not over until 2022-10-30 23:40 UTC", id="a month"),
    case(cart.not_followed_by(order, within=Duration(years=8000)), ["cart 30 23:40"],
         "2022-09-30 23:40 UTC is never over", id="longer than the calendar [T12]"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "texts", "remaining"), WAITING)
def test_an_absence_shows_its_remaining_time(
    condition: Condition, texts: list[str], remaining: str
) -> None:
    """[S2]: only if the remaining time is the reason for the verdict."""
    assert waiting_line(condition, *texts) == (
        f"not yet: the time after {remaining}" if remaining else ""
    )


def test_the_remaining_time_is_an_interval() -> None:
    """[S2]: the absence is true from its end on, and not before."""
    given = history("cart 30 23:50")
    explanation = explain(no_order, Contact("ada"), given, now=NOW)
    assert explanation.waiting is not None
    assert explanation.waiting.start == given[0].at
    assert explanation.waiting.end is not None
    assert explanation.waiting.end - timedelta(microseconds=1) in explanation.waiting
    assert explanation.waiting.end not in explanation.waiting
    for now, verdict in instants_around(explanation.waiting.end):
        assert matches(no_order, Contact("ada"), given, now=now) is verdict
    outer = explain(~no_order, Contact("ada"), given, now=NOW)
    assert outer.verdict
    assert outer.waiting is None
    assert outer.parts[0].waiting == explanation.waiting


def instants_around(end: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield the last instant at which an absence is false, and the first at which it is true."""
    yield end - timedelta(microseconds=1), False
    yield end, True
