"""Long histories: the work is proportional to the number of events, not to its square.

The tests count calls and measure no time: tests whether an event matches a step, additions of
a duration to an instant, and comparisons of two values.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeAlias

import pytest

from segkit import Condition, Contact, Event, did, explain, first_prop, matches, prop
from segkit.semantics import observations, sequences, step_candidates
from tests.unit.call_counts import count_calls
from tests.unit.event_evaluation import NOW

cart: Any = did("cart")
order: Any = did("order")
HOUR: Final = timedelta(hours=1)
SAME: Final = prop("sku") == first_prop("sku")
same_order: Final = order.where(SAME)
same_gift: Final = order.where(prop("gift").is_true(), SAME)


Evaluate: TypeAlias = Callable[..., object]


BuildHistory: TypeAlias = Callable[[int], list[Event[str]]]


def case(condition: Condition, history: BuildHistory, *, id: str) -> Any:  # noqa: A002, ANN401 - as pytest has it
    """Return a row of a table."""
    return pytest.param(condition, history, id=id)


def event(name: str, minute: int, **properties: object) -> Event[str]:
    """Return an event *minute* minutes after the start of the history."""
    return Event("ada", name, NOW - timedelta(days=90) + timedelta(minutes=minute), properties)


def alternate(
    number: int, *names: str, sku: Callable[[str, int], object] = lambda _, i: i
) -> list[Event[str]]:
    """Return *number* events of each name, in turn, one per minute."""
    width = len(names)
    return [
        event(name, width * i + position, sku=sku(name, i))
        for i in range(number)
        for position, name in enumerate(names)
    ]


def chain_of(number: int) -> Any:  # noqa: ANN401
    """Return a sequence of *number* steps of one name, and a last step without events."""
    chain = cart
    for _ in range(number - 1):
        chain = chain.followed_by(cart)
    return chain.followed_by(order)


HISTORIES: Final[list[Any]] = [
    case(cart.followed_by(same_order), lambda n: alternate(n, "order", "cart"),
         id="each order before its cart"),
    case(
        cart.followed_by(same_order),
        lambda n: alternate(n, "cart", "order", sku=lambda name, i: f"{name}{i}"),
        id="no common value",
    ),
    case(
        cart.followed_by(same_order),
        lambda n: alternate(n, "order") + [event("cart", 2 * n + i, sku=7) for i in range(n)],
        id="one value in all carts",
    ),
    case(cart.not_followed_by(same_order), lambda n: alternate(n, "cart", "order"),
         id="each cart ordered"),
    case(
        cart.not_followed_by(same_gift, within=HOUR),
        lambda n: alternate(n, "cart", "order"),
        id="with another condition",
    ),
    case(
        cart.followed_by(same_order, within=timedelta(minutes=1)),
        lambda n: alternate(
            n, "cart", "order", sku=lambda name, i: (name, i)[i % 2] if i % 2 else None
        ),
        id="many missing values",
    ),
    case(
        cart.followed_by(same_order).followed_by(did("pay").where(SAME)),
        lambda n: alternate(n, "pay", "cart", "order"),
        id="two steps of one sku",
    ),
    case(
        cart.followed_by(did("visit")).followed_by(same_order),
        lambda n: alternate(
            n, "order", "visit", "cart", sku=lambda name, i: i if name != "order" else i + 1
        ),
        id="another step between two of one sku",
    ),
    case(
        cart.followed_by(order.where(prop("shop") == first_prop("shop"), SAME)),
        lambda n: [
            event(name, 2 * i + place, sku=f"{name}{i}", shop="Paris")
            for i in range(n)
            for place, name in enumerate(("cart", "order"))
        ],
        id="a step of one sku in one shop",
    ),
    case(
        cart.followed_by(order.where(prop("sku") > first_prop("sku")), within=HOUR / 10),
        lambda n: alternate(n, "cart", "order", sku=lambda _, i: -i),
        id="more than the first, within a time",
    ),
    case(
        cart.followed_by(order).followed_by(did("pay")),
        lambda n: alternate(n, "cart", "order"),
        id="a last step that is never found",
    ),
    case(
        cart.followed_by(order, within=HOUR).followed_by(did("pay"), within=HOUR),
        lambda n: alternate(n, "pay") + [event(name, 999 + 3 * n + i) for i in range(n)
                                    for name in ("cart", "order")],
        id="a last step that is never found within its time",
    ),
    case(cart.not_followed_by(order, within=HOUR), lambda n: alternate(n, "cart", "order"),
         id="an absence"),
    case(
        cart.not_followed_by(order),
        lambda n: [*alternate(n, "cart"), event("order", 2 * n)],
        id="an absence, with one order at the end",
    ),
    case(chain_of(10), lambda n: alternate(n, "cart"), id="ten steps of one name"),
    case(
        chain_of(10),
        lambda n: [event("cart", 0, sku=i) for i in range(n)],
        id="ten steps of one name at one instant",
    ),
    case(
        chain_of(10).not_followed_by(cart),
        lambda n: [event(name, 0) for _ in range(n) for name in ("cart", "order")],
        id="ten steps and an absence at one instant",
    ),
]  # fmt: skip


def count_work(
    monkeypatch: pytest.MonkeyPatch,
    condition: Condition,
    events: list[Event[str]],
    evaluate: Evaluate,
) -> int:
    """Return the number of counted calls of one evaluation."""
    counted = (
        (observations, "observe_event"),
        (observations, "satisfies"),
        (step_candidates, "equality_key"),
        (step_candidates, "normalize"),
        (sequences, "leave"),
        (sequences, "augment_matching"),
        (sequences, "_deadline"),
    )
    return count_calls(
        monkeypatch, counted, lambda: evaluate(condition, Contact("ada"), events, now=NOW)
    )


@pytest.mark.parametrize("evaluate", [matches, explain])
@pytest.mark.parametrize(("condition", "history"), HISTORIES)
def test_four_times_the_events_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch,
    condition: Condition,
    history: BuildHistory,
    evaluate: Evaluate,
) -> None:
    """With a constant part; quadratic work would be sixteen times the work."""
    few, many = history(50), history(200)
    work_of_few = count_work(monkeypatch, condition, few, evaluate)
    work_of_many = count_work(monkeypatch, condition, many, evaluate)
    assert work_of_many <= 4.5 * work_of_few + 100
    assert work_of_many <= 60 * len(many)
