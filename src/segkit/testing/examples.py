"""One example, at least, of everything a condition can say.

Tests of segkit run over these, and so can those of a host that stores or translates conditions: a
kind of condition that is new in a release is among them.
"""

# ruff: noqa: PLR2004 - the numbers are what the examples are about

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from segkit.model.conditions import Condition
from segkit.words import all_of, any_of, attr, did, in_any_list, in_list, prop

__all__ = ["EXAMPLES"]

_JULY: Final = date(2022, 7, 1)
_SEPTEMBER_ENDS: Final = date(2022, 9, 30)
_NOON: Final = datetime(2022, 9, 12, 12, tzinfo=UTC)

EXAMPLES: Final[tuple[Condition, ...]] = (
    # Every operator, on every kind of operand.
    attr("plan") == "pro",
    attr("plan") != "pro",
    attr("vip").is_true(),
    attr("vip").is_false(),
    attr("age") == 18,
    attr("score") == 0.5,
    attr("balance") == Decimal("9.99"),
    attr("born") == date(1986, 10, 4),
    attr("subscribed_at") == _NOON,
    attr("age") < 18,
    attr("age") <= 18,
    attr("age") > 18,
    attr("age") >= 18,
    attr("name") < "M",
    attr("name") >= "M",
    attr("born") <= date(2004, 10, 1),
    attr("subscribed_at") > _NOON,
    attr("age").between(18, 30),
    attr("name").between("A", "M"),
    attr("city").is_in(["Paris", "Lyon"]),
    attr("city").is_in(["paris"], ignore_case=True),
    attr("code").is_in([75011, "75011", True]),
    attr("code").is_in([]),
    attr("city").contains("ari"),
    attr("city").starts_with("P"),
    attr("city").ends_with("s", ignore_case=True),
    attr("phone").is_set(),
    ~attr("phone").is_set(),
    attr("address", "zip") == "75011",
    # Every window, on a value.
    attr("subscribed_at").within_last(months=1),
    attr("trial_ends").within_next(days=3),
    attr("subscribed_at").between_ago(days=(90, 30)),
    attr("subscribed_at").before(days=90),
    attr("subscribed_at").before(_JULY),
    attr("subscribed_at").after(_NOON),
    attr("subscribed_at").between(_JULY, _SEPTEMBER_ENDS),
    attr("subscribed_at").between(None, _NOON),
    attr("subscribed_at").during("month"),
    # Lists.
    in_list("newsletter"),
    ~in_list("newsletter"),
    in_any_list(),
    ~in_any_list(),
    in_list("newsletter").joined_within_last(months=2),
    in_list("newsletter").joined_before(days=30),
    in_list("newsletter").joined_before(_JULY),
    in_any_list().joined_between(_JULY, _SEPTEMBER_ENDS),
    in_any_list().joined_during("quarter", -1),
    # Events: how often, in every window.
    did("order"),
    did("order", "refund").at_least(3),
    did("order").at_most(2),
    did("order").at_least(2).at_most(5),
    did("order").exactly(1),
    did("order").never(),
    did("order").at_least(0),
    did("order").within_last(days=30),
    did("order").never().within_last(months=2),
    did("order").between_ago(days=(90, 30)),
    did("order").before(days=60),
    did("order").before(_NOON),
    did("order").after(_JULY),
    did("order").between(_JULY, _SEPTEMBER_ENDS),
    did("order").between(_NOON, None),
    did("order").during("day", -6, count=7),
    did("order").during("week", -1),
    did("order").during("month", -1),
    did("order").during("quarter"),
    did("order").during("year", -2, count=2),
    # Events: which ones.
    did("order").where(prop("total") >= 50),
    did("order").where(prop("status") != "cancelled", prop("items", "count") > 1),
    did("order").where((prop("gift").is_true()) | ~prop("coupon").is_set()),
    did("booking").where(prop("departure").within_next(days=7)),
    # Groups.
    all_of(),
    any_of(),
    ~all_of(),
    (attr("age") >= 18) & in_list("vip") & did("order"),
    (attr("age") >= 18) | in_list("vip") | did("order"),
    ~((attr("plan") == "pro") | did("order")),
    ~~(attr("plan") == "pro"),
    ((attr("plan") == "pro") | in_list("vip")) & ~(did("refund") & (attr("age") < 18)),
)
"""Conditions of contacts: together they hold every leaf, operator, window and group."""
