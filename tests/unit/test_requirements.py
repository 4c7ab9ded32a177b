"""The facts that a condition reads, and how far back it reads events."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from segkit import (
    And,
    Condition,
    EventNeed,
    Requirements,
    Segment,
    attr,
    did,
    in_any_list,
    in_list,
    prop,
    requirements,
)
from tests.unit.evaluation import NOW, TICK

JULY: Final = datetime(2022, 7, 1, tzinfo=UTC)
NOTHING: Final = Requirements()


def events(**needs: EventNeed) -> Requirements:
    return Requirements(events=needs)


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        pytest.param(attr("age") >= 18, Requirements(frozenset({"age"})), id="an attribute"),
        pytest.param(~attr("age").is_set(), Requirements(frozenset({"age"})), id="a negation"),
        pytest.param(
            attr("address", "zip") == "75011",
            Requirements(frozenset({"address"})),
            id="the first name of a path",
        ),
        pytest.param(
            (attr("age") >= 18) | (attr("city") == "Paris") & ~(attr("age") < 9),
            Requirements(frozenset({"age", "city"})),
            id="every part of a group",
        ),
        pytest.param(in_list("vip"), Requirements(lists=frozenset({"vip"})), id="a list"),
        pytest.param(
            in_list("vip").joined_before(days=3) | in_list("news"),
            Requirements(lists=frozenset({"vip", "news"})),
            id="lists",
        ),
        pytest.param(in_any_list(), Requirements(any_list=True), id="every list"),
        pytest.param(
            in_any_list() & in_list("vip"),
            Requirements(lists=frozenset({"vip"}), any_list=True),
            id="every list and one list",
        ),
        pytest.param(did("order"), events(order=EventNeed(None, NOW)), id="all events so far"),
        pytest.param(did("order").never(), events(order=EventNeed(None, NOW)), id="never"),
        pytest.param(
            did("order", "cart"),
            events(order=EventNeed(None, NOW), cart=EventNeed(None, NOW)),
            id="events of several names",
        ),
        pytest.param(
            did("order").where(prop("total") > 1, prop("item", "sku") == "x"),
            events(order=EventNeed(None, NOW, frozenset({"total", "item"}))),
            id="properties by their first name",
        ),
        pytest.param(And(), NOTHING, id="no requirements"),
    ],
)
def test_requirements_name_the_facts_that_are_read(
    condition: Condition, needs: Requirements
) -> None:
    """[D7]: a segment has the requirements of its condition."""
    assert requirements(condition, now=NOW) == needs
    assert requirements(Segment("s", condition), now=NOW) == needs
    assert requirements(~condition, now=NOW) == needs


@pytest.mark.parametrize(
    ("condition", "since", "until"),
    [
        pytest.param(
            did("order").within_last(days=30), NOW - timedelta(days=30), NOW, id="within_last"
        ),
        pytest.param(
            did("order").between_ago(days=(90, 30)),
            NOW - timedelta(days=90),
            NOW - timedelta(days=30),
            id="between_ago",
        ),
        pytest.param(
            did("order").before(days=60), None, NOW - timedelta(days=60), id="before a length"
        ),
        pytest.param(did("order").before(JULY), None, JULY, id="before"),
        pytest.param(did("order").after(JULY), JULY + TICK, NOW, id="after ends now"),
        pytest.param(
            did("order").between(date(2022, 7, 1), date(2022, 9, 30)), JULY, NOW, id="days"
        ),
        pytest.param(
            did("order").between(JULY, datetime(2023, 1, 1, tzinfo=UTC)),
            JULY,
            NOW,
            id="an end in the future",
        ),
        pytest.param(
            did("order").during("month", -1), datetime(2022, 9, 1, tzinfo=UTC), NOW, id="during"
        ),
        pytest.param(did("order").during("quarter"), NOW, NOW, id="this quarter began now"),
    ],
)
def test_the_period_of_the_required_events(
    condition: Condition, since: datetime | None, until: datetime
) -> None:
    """[T1], [T2]: never later than now."""
    assert requirements(condition, now=NOW).events == {"order": EventNeed(since, until)}


def test_days_start_in_the_zone_of_the_evaluation() -> None:
    """[T9]."""
    needs = requirements(did("order").during("day"), now=NOW, tz="Europe/Paris").events["order"]
    assert needs.since == datetime(2022, 9, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        pytest.param(
            did("order").within_last(days=3),
            did("order").within_last(days=9),
            EventNeed(NOW - timedelta(days=9), NOW),
            id="the older start",
        ),
        pytest.param(
            did("order").within_last(days=3),
            did("order"),
            EventNeed(None, NOW),
            id="no start",
        ),
        pytest.param(
            did("order").between_ago(days=(9, 6)),
            did("order").between_ago(days=(5, 2)),
            EventNeed(NOW - timedelta(days=9), NOW - timedelta(days=2)),
            id="the later end",
        ),
        pytest.param(
            did("order").where(prop("total") > 1),
            did("order").where(prop("sku") == "x"),
            EventNeed(None, NOW, frozenset({"total", "sku"})),
            id="all properties",
        ),
    ],
)
def test_needs_of_one_event_name_are_combined(
    left: Condition, right: Condition, both: EventNeed
) -> None:
    """[D7]: one query is sufficient for both."""
    assert requirements(left & right, now=NOW).events == {"order": both}
    assert requirements(right | left, now=NOW).events == {"order": both}
    joined = requirements(left, now=NOW) | requirements(right, now=NOW)
    assert joined == requirements(left & right, now=NOW)


def test_combining_changes_neither_operand() -> None:
    """Requirements are immutable."""
    left, right = requirements(did("order"), now=NOW), requirements(did("cart"), now=NOW)
    assert set((left | right).events) == {"order", "cart"}
    assert (set(left.events), set(right.events)) == ({"order"}, {"cart"})
    assert left | NOTHING == left == NOTHING | left


def test_a_window_that_starts_after_now_needs_no_event() -> None:
    """[T1]: its start is after its end."""
    need = requirements(did("order").during("month", 1), now=NOW).events["order"]
    assert need.since is not None
    assert need.since > need.until == NOW
