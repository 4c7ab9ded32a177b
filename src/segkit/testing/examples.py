"""At least one example of every kind of condition.

Tests of segkit use them, and so can tests of a host that stores or translates conditions: if a
release adds a kind of condition, its examples contain it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from typing import Final

from segkit.builders import (
    all_of,
    any_of,
    at_least,
    attr,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
)
from segkit.model.conditions import Condition
from segkit.model.segments import Segment

# ruff: noqa: PLR2004 - the numbers belong to the examples

_JULY: Final = date(2022, 7, 1)
_SEPTEMBER_ENDS: Final = date(2022, 9, 30)
_NOON: Final = datetime(2022, 9, 12, 12, tzinfo=UTC)
_A_DAY: Final = timedelta(hours=24)
_ADULTS: Final = Segment("adults", attr("age") >= 18)
# Patterns need the extra `regex`.
_PATTERNS: Final = (attr("email").matches_regex(r"@example\.com$"),) if find_spec("re2") else ()

EXAMPLES: Final[tuple[Condition, ...]] = (
    # Comparisons, on each kind of operand.
    attr("plan") == "pro", attr("plan") != "pro", attr("vip").is_true(), attr("vip").is_false(),
    attr("age") == 18, attr("score") == 0.5, attr("balance") == Decimal("9.99"),
    attr("born") == date(1986, 10, 4), attr("subscribed_at") == _NOON,
    attr("age") < 18, attr("age") <= 18, attr("age") > 18, attr("age") >= 18,
    attr("name") < "M", attr("name") >= "M", attr("born") <= date(2004, 10, 1),
    attr("subscribed_at") >= _NOON, attr("age").between(18, 30), attr("name").between("A", "M"),
    attr("city").is_in(["Paris", "Lyon"]), attr("city").is_in(["paris"], ignore_case=True),
    attr("code").is_in([75011, "75011", True]), attr("code").is_in([]),
    attr("city").contains("ari"), attr("city").starts_with("P"),
    attr("city").ends_with("s", ignore_case=True), *_PATTERNS,
    attr("interests").has_any(["golf", "tea"]), attr("interests").has_all(["golf", "tea"]),
    attr("interests").has_any(["Golf"], ignore_case=True),
    attr("location").within_km(25, of=(48.85, 2.35)),
    attr("phone").is_set(), ~attr("phone").is_set(),
    attr("address", "zip") == "75011",
    attr("last_login") > attr("last_order"), attr("billing", "zip") != attr("address", "zip"),
    attr("birthday").anniversary_within_next(days=7),
    attr("birthday").anniversary_within_last(days=30),
    attr("birthday").anniversary_in(days=0),
    # Windows, on a value.
    attr("subscribed_at").within_last(months=1), attr("trial_ends").within_next(days=3),
    attr("subscribed_at").between_ago(days=(90, 30)), attr("subscribed_at").before(days=90),
    attr("subscribed_at").before(_JULY), attr("subscribed_at").after(_NOON),
    attr("subscribed_at").between(_JULY, _SEPTEMBER_ENDS),
    attr("subscribed_at").between(None, _NOON), attr("subscribed_at").during("month"),
    # Lists.
    in_list("newsletter"), ~in_list("newsletter"), in_any_list(), ~in_any_list(),
    in_list("newsletter").joined_within_last(months=2),
    in_list("newsletter").joined_before(days=30), in_list("newsletter").joined_before(_JULY),
    in_any_list().joined_between(_JULY, _SEPTEMBER_ENDS),
    in_any_list().joined_during("quarter", -1),
    # Events: counts.
    did("order"), did("order", "refund").at_least(3), did("order").at_most(2),
    did("order").at_least(2).at_most(5), did("order").exactly(1), did("order").never(),
    did("order").at_least(0),
    # Events: windows.
    did("order").within_last(days=30), did("order").never().within_last(months=2),
    did("order").between_ago(days=(90, 30)), did("order").before(days=60),
    did("order").before(_NOON), did("order").after(_JULY),
    did("order").between(_JULY, _SEPTEMBER_ENDS), did("order").between(_NOON, None),
    did("order").during("day", -6, count=7), did("order").during("week", -1),
    did("order").during("month", -1), did("order").during("quarter"),
    did("order").during("year", -2, count=2),
    # Events: conditions on properties.
    did("order").where(prop("total") >= 50),
    did("order").where(prop("status") != "cancelled", prop("items", "count") > 1),
    did("order").where((prop("gift").is_true()) | ~prop("coupon").is_set()),
    did("booking").where(prop("departure").within_next(days=7)),
    did("order").where(prop("paid") < prop("total")),
    # Events: aggregates.
    did("order").sum("total") >= 100,
    did("order").where(prop("status") == "paid").mean("total").between(Decimal("9.99"), 50),
    did("order").within_last(days=30).min("total") < 5,
    did("order").max("items", "count") > 10, did("order").distinct("sku") == 3,
    did("order").latest("status") == "cancelled",
    ~(did("order").earliest("channel").is_in(["app", "web"])),
    did("order").latest_at().before(days=60), did("order").earliest_at().within_last(days=30),
    # Events: sequences.
    did("cart").followed_by(did("order")),
    did("cart").within_last(days=30).followed_by(did("order"), within=_A_DAY),
    did("mailed").followed_by(did("opened"), within=_A_DAY).followed_by(did("clicked")),
    did("cart").not_followed_by(did("order"), within=_A_DAY),
    did("cart").not_followed_by(did("order").where(prop("sku") == first_prop("sku"))),
    did("order").in_at_least(3, of=4, weeks=1),
    sample(percent=10, salt="autumn"),
    # Groups.
    at_least(2, attr("plan") == "pro", in_list("vip"), did("order")),
    in_segment(_ADULTS), ~in_segment(_ADULTS),
    all_of(), any_of(), ~all_of(),
    (attr("age") >= 18) & in_list("vip") & did("order"),
    (attr("age") >= 18) | in_list("vip") | did("order"),
    ~((attr("plan") == "pro") | did("order")),
    ((attr("plan") == "pro") | in_list("vip")) & ~(did("refund") & (attr("age") < 18)),
)  # fmt: skip
"""Conditions about contacts that together contain every leaf, operator, window and group."""
