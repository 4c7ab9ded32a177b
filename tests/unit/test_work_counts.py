"""The work of a call, counted: observations, timelines, searches, visited events."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    Contact,
    Event,
    History,
    all_of,
    any_of,
    at_least,
    attr,
    describe,
    did,
    explain,
    first_prop,
    in_list,
    matches,
    next_change,
    prop,
)
from segkit.english import conditions as english
from segkit.history import Facts
from segkit.operations.explanation import certainty
from segkit.semantics import observations
from segkit.timelines import conditions as timelines
from segkit.traversal import children, iter_leaves
from tests.unit.call_counts import count_calls
from tests.unit.evaluation import NOW

explanation_module: Final = import_module("segkit.operations.explanation.explain")
ADA: Final = Contact("ada", {"age": 36, "plan": "pro"}, lists={"vip": None})
DAY: Final = timedelta(days=1)
order: Any = did("order")
cart: Any = did("cart")
LATER_TOTAL: Final = prop("total") > first_prop("total")


def orders(number: int) -> list[Event[str]]:
    """Return orders and carts, one per day until now."""
    names = ("order", "cart")
    return [Event("ada", names[day % 2], NOW - day * DAY, {"total": day}) for day in range(number)]


def nodes(condition: Condition) -> int:
    return 1 + sum(map(nodes, children(condition)))


def nested(depth: int) -> Condition:
    """Build a tree of groups and negations with *depth* leaves, one per level."""
    condition: Condition = order.within_last(days=30)
    for level in range(depth - 1):
        leaf = attr("age") >= level if level % 2 else ~in_list(str(level))
        condition = all_of(leaf, condition) if level % 3 else ~any_of(leaf, condition)
    return condition


@pytest.mark.parametrize("depth", [1, 3, 9, 20])
def test_an_explanation_observes_every_leaf_once(
    monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    """For a leaf at any depth and in any number of groups."""
    condition = nested(depth)
    leaves = sum(1 for _ in iter_leaves(condition))
    seen: list[object] = []
    observe = observations.observe

    def counted(*arguments: Any) -> Any:  # noqa: ANN401
        seen.append(arguments[0])
        return observe(*arguments)

    for module in (explanation_module, timelines, observations):
        monkeypatch.setattr(module, "observe", counted)
    explain(condition, ADA, orders(20), now=NOW)
    assert len(seen) == leaves


@pytest.mark.parametrize("depth", [1, 3, 9, 20])
def test_an_explanation_builds_one_timeline_for_every_part(
    monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    """The timeline of a group is built from the timelines of its parts."""
    condition = nested(depth)
    counted = (
        (explanation_module, "timeline_of_observation"),
        (explanation_module, "SharedTimeline"),
    )
    calls = count_calls(monkeypatch, counted, lambda: explain(condition, ADA, orders(20), now=NOW))
    assert calls == sum(1 for _ in iter_leaves(condition)) + nodes(condition)


@pytest.mark.parametrize(
    ("sequence", "searches"),
    [
        pytest.param(cart.followed_by(order), 1, id="found"),
        pytest.param(cart.followed_by(did("never")), 1, id="not found"),
        pytest.param(cart.not_followed_by(did("never"), within=DAY), 1, id="absence found"),
        pytest.param(cart.where(prop("total") >= 0).followed_by(order), 1, id="with where"),
        pytest.param(cart.not_followed_by(order, within=400 * DAY), 1, id="absence broken"),
        pytest.param(cart.not_followed_by(did("never"), within=400 * DAY), 1, id="absence pending"),
        pytest.param(
            cart.not_followed_by(order.where(LATER_TOTAL), within=400 * DAY),
            1,
            id="absence pending, with first_prop",
        ),
        pytest.param(cart.followed_by(order.where(LATER_TOTAL)), 1, id="first_prop, found"),
        pytest.param(
            cart.followed_by(order.where(prop("total") == first_prop("total"))),
            1,
            id="first_prop, not found",
        ),
        pytest.param(cart.where(prop("name") == "x").followed_by(order), 2, id="a missing value"),
        pytest.param(
            cart.followed_by(order.where(prop("name") == first_prop("total"))),
            2,
            id="first_prop, with a missing value",
        ),
    ],
)
def test_a_sequence_is_searched_once(
    monkeypatch: pytest.MonkeyPatch, sequence: Condition, searches: int
) -> None:
    """Certainty needs another search at now only if a value cannot be compared.

    The search of the timeline, for the chains of later instants, is not counted here.
    """
    counted = ((observations, "find_chain"), (certainty, "find_chain"))
    calls = count_calls(monkeypatch, counted, lambda: explain(sequence, ADA, orders(20), now=NOW))
    assert calls == searches


class Visited(list[Any]):
    """A list that counts the events that are read from it."""

    number = 0

    def __iter__(self) -> Iterator[Any]:
        for item in super().__iter__():
            self.number += 1
            yield item

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401
        self.number += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("evaluate", [matches, explain])
@pytest.mark.parametrize(
    "condition",
    [
        order.within_last(days=10),
        order.where(prop("total") >= 0).within_last(days=10),
        did("order", "cart").within_last(days=10),
        order.within_last(days=10).sum("total") >= 3,
        cart.within_last(days=10).followed_by(order),
    ],
    ids=str,
)
def test_only_the_events_of_a_history_in_the_window_are_visited(
    condition: Condition, evaluate: Callable[..., object]
) -> None:
    """The work depends on the window, and not on the length of the history."""
    numbers: list[int] = []
    for length in (200, 2_000):
        history = History(orders(length))
        visited = history.timed = Visited(history.timed)
        evaluate(condition, ADA, history, now=NOW)
        numbers.append(visited.number)
    assert numbers[0] == numbers[1]
    assert 0 < numbers[0] < 200


def test_at_least_stops_as_soon_as_it_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as enough parts are true, or too many are false."""
    adult, minor = attr("age") >= 18, attr("age") < 18
    for condition, parts in (
        (at_least(2, adult, adult, adult, adult), 2),
        (at_least(3, minor, minor, adult, adult), 2),
        (at_least(2, minor, adult, adult, minor), 3),
        (at_least(0, adult, adult), 0),
        (at_least(3, adult, adult), 0),
        (all_of(minor, adult), 1),
        (any_of(adult, minor), 1),
    ):
        counted = ((observations, "decide"),)
        call = partial(matches, condition, ADA, now=NOW)
        assert count_calls(monkeypatch, counted, call) == parts


def test_describing_formats_every_leaf_a_fixed_number_of_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For any nesting: notes about missing values are computed from the condition."""
    for depth in (5, 20):
        condition: Condition = attr("plan") == "pro"
        for level in range(depth):
            condition = ~all_of(condition, attr("age") >= level)
        call = partial(describe, condition)
        assert count_calls(monkeypatch, ((english, "phrase"),), call) <= 2 * (depth + 1)


def test_events_that_are_not_required_are_not_read() -> None:
    """[E6]: in every function, the events are neither read nor validated."""

    class Unread:
        """Events that must not be read."""

        def __iter__(self) -> Iterator[Event[str]]:
            pytest.fail("read")

    condition = (attr("age") >= 18) & in_list("vip")
    assert matches(condition, ADA, Unread(), now=NOW)
    assert explain(condition, ADA, Unread(), now=NOW)
    assert not next_change(condition, ADA, Unread(), now=NOW)
    assert Facts.from_call(condition, ADA, Unread()).events == []
    with pytest.raises(pytest.fail.Exception, match="read"):
        matches(condition & order, ADA, Unread(), now=NOW)


def test_the_truth_value_of_an_explanation_is_its_verdict() -> None:
    """``assert explain(...)`` fails if the contact is not in the segment."""
    assert explain(attr("age") >= 18, ADA, now=NOW)
    assert not explain(attr("age") < 18, ADA, now=NOW)


def test_a_next_change_is_true_if_it_has_an_instant() -> None:
    """``if next_change(...)`` is true if the verdict changes."""
    assert next_change(order.within_last(days=30), ADA, orders(3), now=NOW)
    assert not next_change(attr("age") >= 18, ADA, now=NOW)
