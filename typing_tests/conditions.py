"""The types of all builders and their methods. Checked by mypy and pyright, never run."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import assert_never, assert_type

from dateutil.relativedelta import relativedelta

from segkit import (
    Ago,
    And,
    Anniversary,
    AtLeast,
    Attribute,
    Between,
    Calendar,
    Comparison,
    Condition,
    Duration,
    EventCount,
    EventValue,
    Ever,
    InSegment,
    Last,
    ListMembership,
    Next,
    Not,
    Or,
    Place,
    Property,
    Reference,
    Sample,
    Segment,
    Sequence,
    Step,
    all_of,
    any_of,
    at_least,
    attr,
    describe,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
)

now = datetime(2022, 10, 1, tzinfo=UTC)
july, september = date(2022, 7, 1), date(2022, 9, 30)

# --- attr(): a term, and each comparison of it a condition ---------------------------------------

assert_type(attr("city") == "Paris", Attribute)
assert_type(attr("city") != "Paris", Not)
assert_type(attr("score") == 0.5, Attribute)
assert_type(attr("balance") >= Decimal("9.99"), Attribute)
assert_type(attr("birthday") == date(1986, 10, 4), Attribute)
assert_type(attr("vip").is_true(), Attribute)
assert_type(attr("vip").is_false(), Attribute)
assert_type(attr("age") >= 18, Attribute)
assert_type(attr("age") > 18, Attribute)
assert_type(attr("age") <= 18, Attribute)
assert_type(attr("age") < 18, Attribute)
assert_type(attr("age").between(18, 30), Attribute)
assert_type(attr("age").between(18, None), Attribute)
assert_type(attr("city").is_in(["Paris", "Lyon"]), Attribute)
assert_type(attr("city").is_in({"paris"}, ignore_case=True), Attribute)
assert_type(attr("city").contains("ari"), Attribute)
assert_type(attr("city").starts_with("P"), Attribute)
assert_type(attr("city").ends_with("s", ignore_case=True), Attribute)
assert_type(attr("phone").is_set(), Attribute)
assert_type(attr("address", "zip") == "75011", Attribute)
assert_type(attr("last_login") > now, Attribute)
assert_type(attr("subscribed_at").within_last(months=1), Attribute)
assert_type(attr("subscribed_at").within_last(timedelta(days=3)), Attribute)
assert_type(attr("trial_ends").within_next(days=3), Attribute)
assert_type(attr("subscribed_at").before(days=90), Attribute)
assert_type(attr("subscribed_at").before(july), Attribute)
assert_type(attr("subscribed_at").after(now), Attribute)
assert_type(attr("subscribed_at").during("month"), Attribute)
assert_type(attr("subscribed_at").between(july, september), Attribute)
assert_type(attr("subscribed_at").between(None, now), Attribute)
assert_type(attr("subscribed_at").between_ago(days=(90, 30)), Attribute)

assert_type(attr("interests").has_any(["golf"]), Attribute)
assert_type(attr("interests").has_any({"golf", 3}, ignore_case=True), Attribute)
assert_type(attr("interests").has_all(("golf", "tea")), Attribute)
assert_type(attr("email").matches_regex(r"@example\.com$"), Attribute)
assert_type(attr("location").within_km(25, of=(48.85, 2.35)), Attribute)
assert_type(attr("birthday").anniversary_within_next(days=7), Attribute)
assert_type(attr("birthday").anniversary_within_last(days=7), Attribute)
assert_type(attr("birthday").anniversary_in(days=3), Attribute)
assert_type(attr("last_login") > attr("last_order"), Attribute)
assert_type(attr("last_login") == attr("last_order"), Attribute)
assert_type(attr("last_login") != attr("last_order"), Not)
assert_type(sample(percent=10, salt="autumn"), Sample)
assert_type(sample(percent=0.5, salt="autumn"), Sample)

# --- lists ---------------------------------------------------------------------------------------

assert_type(in_list("newsletter"), ListMembership)
assert_type(in_any_list(), ListMembership)
assert_type(in_list("newsletter").joined_within_last(months=2), ListMembership)
assert_type(in_list("newsletter").joined_before(days=30), ListMembership)
assert_type(in_list("newsletter").joined_before(july), ListMembership)
assert_type(in_list("newsletter").joined_between(july, None), ListMembership)
assert_type(in_any_list().joined_during("quarter", -1), ListMembership)

# --- did(): a condition, and each further method returns a condition again ------------------------

assert_type(did("email_opened"), EventCount)
assert_type(did("email_opened", "email_clicked").at_least(3), EventCount)
assert_type(did("order").at_least(2).at_most(5).within_last(days=30), EventCount)
assert_type(did("order").exactly(1), EventCount)
assert_type(did("order").never().within_last(days=60), EventCount)
assert_type(did("order").between(july, september), EventCount)
assert_type(did("order").between_ago(days=(90, 30)), EventCount)
assert_type(did("order").between_ago(relativedelta(months=3), timedelta(days=30)), EventCount)
assert_type(did("order").before(days=60), EventCount)
assert_type(did("order").after(july), EventCount)
assert_type(did("order").during("month", -1), EventCount)
assert_type(did("order").during("day", -6, count=7), EventCount)
assert_type(did("order").within_last(years=1, months=2, days=3), EventCount)

# --- where(): properties of one event ------------------------------------------------------------

assert_type(prop("campaign") == "summer", Property)
assert_type(prop("campaign") != "summer", Not)
assert_type(prop("departure").within_next(days=7), Property)
assert_type(did("email_opened").where(prop("campaign") == "summer", prop("clicks") > 1), EventCount)
assert_type(did("order").where(prop("status") != "cancelled"), EventCount)
assert_type(did("order").where((prop("total") > 9) | prop("gift").is_true()), EventCount)
assert_type(did("order").where((prop("total") > 9) & prop("gift").is_true()), EventCount)
assert_type(did("order").where(Not(prop("coupon").is_set())), EventCount)
assert_type(did("order").where(prop("gift").is_true() | ~prop("coupon").is_set()), EventCount)

assert_type(did("order").where(~prop("coupon").is_set()), EventCount)
assert_type(did("order").where(~(prop("total") > 9), ~prop("gift").is_true()), EventCount)
assert_type(did("order").where(prop("paid") < prop("total")), EventCount)
assert_type(did("order").where(prop("skus").has_any(["a-1"])), EventCount)
assert_type(did("order").where(AtLeast(1, (prop("total") > 9, prop("vip").is_true()))), EventCount)

# --- values made of events -----------------------------------------------------------------------

assert_type(did("order").sum("total") >= 100, EventValue)
assert_type(did("order").mean("total") < 9.5, EventValue)
assert_type(did("order").min("total") > Decimal("9.99"), EventValue)
assert_type(did("order").max("items", "price") <= 100, EventValue)
assert_type(did("order").distinct("sku").between(3, 5), EventValue)
assert_type(did("order").latest("status") == "cancelled", EventValue)
assert_type(did("order").latest("status") != "cancelled", Not)
assert_type(did("order").earliest("status").is_in(["open", "paid"]), EventValue)
assert_type(did("order").latest_at().before(days=60), EventValue)
assert_type(did("order").earliest_at().within_last(days=30), EventValue)
assert_type(did("order").within_last(days=30).where(prop("a") == 1).sum("b") > 1, EventValue)
assert_type(~(did("order").sum("total") >= 100), Not)

# --- sequences -----------------------------------------------------------------------------------

day = timedelta(hours=24)
assert_type(did("cart").followed_by(did("order")), Sequence)
assert_type(did("cart").followed_by(did("order"), within=day), Sequence)
assert_type(did("cart").not_followed_by(did("order"), within=relativedelta(months=1)), Sequence)
assert_type(did("cart").followed_by(did("order")).not_followed_by(did("refund")), Sequence)
assert_type(did("a").followed_by(did("b"), within=day).followed_by(did("c"), within=day), Sequence)
assert_type(
    did("cart").not_followed_by(did("order").where(prop("sku") == first_prop("sku"))), Sequence
)
assert_type(prop("total") > first_prop("total"), Property)
assert_type(did("order").in_at_least(3, of=4, weeks=1), AtLeast)
assert_type(did("order").in_at_least(3, of=4), AtLeast)

# --- groups --------------------------------------------------------------------------------------

a, b, c = attr("age") >= 18, in_list("vip"), did("order")
assert_type(a & b, And)
assert_type(a & b & c, And)
assert_type(a | b, Or)
assert_type(a | b | c, Or)
assert_type((a | b) & ~c, And)
assert_type(~(a & b) | ~c, Or)
assert_type(Not(a) & b, And)
assert_type(all_of(a, b, c), And)
assert_type(any_of(a, b, c), Or)
assert_type(And((a, b)), And)
assert_type(Or((a, ~b)), Or)
assert_type(Not(a), Not)
assert_type(at_least(2, a, b, c), AtLeast)
assert_type(AtLeast(2, (a, b, ~c)), AtLeast)
assert_type(at_least(2, a, b, c) & ~sample(percent=10, salt="autumn"), And)
assert_type((did("order").sum("total") > 100) | did("cart").followed_by(did("order")), Or)
assert_type(~attr("phone").is_set(), Not)
complements: list[Condition] = [~a, ~b, ~c, ~(a & b), ~(a | b), ~~a, ~attr("phone").is_set()]

# --- segments ------------------------------------------------------------------------------------

vip = Segment("vip", attr("plan") == "pro")
lapsed = Segment(
    "lapsed",
    did("email_received").between(july, september) & ~did("email_opened").between(july, september),
)
assert_type(vip, Segment)
assert_type(vip.name, str)
assert_type(vip.condition, Condition)
assert_type(in_segment(vip), InSegment)
assert_type(in_segment(vip).segment, Segment)
assert_type(in_segment(vip) & ~in_segment(lapsed), And)
assert_type(describe(lapsed), str)
assert_type(describe(lapsed.condition), str)

# --- the classes that the builders return ---------------------------------------------------------

assert_type(Attribute(("age",), Comparison(">=", 18)), Attribute)
assert_type(Property(("total",), Comparison("between", (1, 2))), Property)
assert_type(ListMembership("vip", Comparison("within", Last(days=3))), ListMembership)
assert_type(EventCount(("order",), minimum=2, window=Last(days=30)), EventCount)
assert_type(EventCount(("order",)).counts, tuple[int, int | None])
assert_type(Last(days=30), Last)
assert_type(Next(weeks=1), Next)
assert_type(Ago(Duration(days=90), timedelta(days=30)), Ago)
assert_type(Ago(None, relativedelta(months=2)), Ago)
assert_type(Between(july, None), Between)
assert_type(Calendar("month", -1), Calendar)
assert_type(Ever(), Ever)
assert_type(InSegment(vip), InSegment)
assert_type(Sample(10, "autumn"), Sample)
assert_type(Sequence(did("a"), (Step(did("b"), day),), absent=Step(did("c"))), Sequence)
assert_type(
    EventValue(("order",), "sum", ("total",), Comparison(">=", 100), Last(days=30)), EventValue
)
assert_type(Attribute(("a",), Comparison("==", Reference(("b",)))), Attribute)
assert_type(Attribute(("a",), Comparison("anniversary", Anniversary(0, 7))), Attribute)
assert_type(Attribute(("a",), Comparison("within_km", Place(25, 48.85, 2.35))), Attribute)


def kind_of(condition: Condition) -> str:
    """Say which kind a condition is: `Condition` is closed, so nothing else needs a case."""
    match condition:
        case Attribute() | Property():
            return assert_type(".".join(condition.path), str)
        case ListMembership():
            assert_type(condition.name, str | None)
            return "list"
        case EventCount():
            assert_type(condition.names, tuple[str, ...])
            return "events"
        case EventValue():
            assert_type(condition.comparison, Comparison)
            return condition.aggregate
        case Sequence():
            assert_type(condition.first, EventCount)
            assert_type(condition.steps, tuple[Step, ...])
            assert_type(condition.absent, Step | None)
            return "sequence"
        case Sample():
            return assert_type(condition.salt, str)
        case InSegment():
            return assert_type(condition.segment.name, str)
        case AtLeast():
            assert_type(condition.number, int)
            assert_type(condition.parts, tuple[Condition, ...])
            return "so many of"
        case And() | Or():
            assert_type(condition.parts, tuple[Condition, ...])
            return "group"
        case Not():
            assert_type(condition.part, Condition)
            return "complement"
        case _:
            assert_never(condition)


def sentences(conditions: Mapping[str, Condition]) -> dict[str, str]:
    """A mapping of conditions of different kinds is one of `Condition`."""
    return {name: describe(condition) for name, condition in conditions.items()}


sentences({"grown": a, "listed": b, "bought": c, "none of it": ~(a | b | c)})
