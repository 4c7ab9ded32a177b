"""Long histories: the work grows with the events of a contact, not with their square.

Counted, not timed: how often an event is asked whether it fits a step, how often a length of time
is added to an instant, how often one value is held against another.
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


Asking: TypeAlias = Callable[..., object]


History: TypeAlias = Callable[[int], list[Event[str]]]


def case(condition: Condition, history: History, *, id: str) -> Any:  # noqa: A002, ANN401 - as pytest has it
    """Build a row of a table."""
    return pytest.param(condition, history, id=id)


def made(name: str, minute: int, **properties: object) -> Event[str]:
    """An event so many minutes after a day long past."""
    return Event("ada", name, NOW - timedelta(days=90) + timedelta(minutes=minute), properties)


def each(
    number: int, *names: str, sku: Callable[[str, int], object] = lambda _, i: i
) -> list[Event[str]]:
    """*number* events of each name, one after the other in turn."""
    width = len(names)
    return [
        made(name, width * i + place, sku=sku(name, i))
        for i in range(number)
        for place, name in enumerate(names)
    ]


def chain_of(number: int) -> Any:  # noqa: ANN401
    """A chain of so many steps of one name, and after it what never happens."""
    chain = cart
    for _ in range(number - 1):
        chain = chain.followed_by(cart)
    return chain.followed_by(order)


HISTORIES: Final[list[Any]] = [
    case(cart.followed_by(same_order), lambda n: each(n, "order", "cart"), id="each too early"),
    case(
        cart.followed_by(same_order),
        lambda n: each(n, "cart", "order", sku=lambda name, i: f"{name}{i}"),
        id="nothing in common",
    ),
    case(
        cart.followed_by(same_order),
        lambda n: each(n, "order") + [made("cart", 2 * n + i, sku=7) for i in range(n)],
        id="one thing all the time",
    ),
    case(cart.not_followed_by(same_order), lambda n: each(n, "cart", "order"), id="all ordered"),
    case(
        cart.not_followed_by(same_gift, within=HOUR),
        lambda n: each(n, "cart", "order"),
        id="beside another condition",
    ),
    case(
        cart.followed_by(same_order, within=timedelta(minutes=1)),
        lambda n: each(n, "cart", "order", sku=lambda name, i: (name, i)[i % 2] if i % 2 else None),
        id="many blanks",
    ),
    case(
        cart.followed_by(same_order).followed_by(did("pay").where(SAME)),
        lambda n: each(n, "pay", "cart", "order"),
        id="two steps of one thing",
    ),
    case(
        cart.followed_by(did("visit")).followed_by(same_order),
        lambda n: each(
            n, "order", "visit", "cart", sku=lambda name, i: i if name != "order" else i + 1
        ),
        id="any step between two of one thing",
    ),
    case(
        cart.followed_by(order.where(prop("shop") == first_prop("shop"), SAME)),
        lambda n: [
            made(name, 2 * i + place, sku=f"{name}{i}", shop="Paris")
            for i in range(n)
            for place, name in enumerate(("cart", "order"))
        ],
        id="of one thing in one shop",
    ),
    case(
        cart.followed_by(order.where(prop("sku") > first_prop("sku")), within=HOUR / 10),
        lambda n: each(n, "cart", "order", sku=lambda _, i: -i),
        id="more than the first, in time",
    ),
    case(
        cart.followed_by(order).followed_by(did("pay")),
        lambda n: each(n, "cart", "order"),
        id="a long dead end",
    ),
    case(
        cart.followed_by(order, within=HOUR).followed_by(did("pay"), within=HOUR),
        lambda n: each(n, "pay") + [made(name, 999 + 3 * n + i) for i in range(n)
                                    for name in ("cart", "order")],
        id="a long dead end in time",
    ),
    case(cart.not_followed_by(order, within=HOUR), lambda n: each(n, "cart", "order"), id="absent"),
    case(
        cart.not_followed_by(order),
        lambda n: [*each(n, "cart"), made("order", 2 * n)],
        id="absent, and only the last event is one",
    ),
    case(chain_of(10), lambda n: each(n, "cart"), id="ten steps of one name"),
    case(
        chain_of(10),
        lambda n: [made("cart", 0, sku=i) for i in range(n)],
        id="ten steps of one name at one instant",
    ),
    case(
        chain_of(10).not_followed_by(cart),
        lambda n: [made(name, 0) for _ in range(n) for name in ("cart", "order")],
        id="and an absence at that instant",
    ),
]  # fmt: skip


def steps_taken(
    monkeypatch: pytest.MonkeyPatch,
    condition: Condition,
    events: list[Event[str]],
    asking: Asking,
) -> int:
    """How much work it is to ask about these events."""
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
        monkeypatch, counted, lambda: asking(condition, Contact("ada"), events, now=NOW)
    )


@pytest.mark.parametrize("asking", [matches, explain])
@pytest.mark.parametrize(("condition", "history"), HISTORIES)
def test_four_times_the_events_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch,
    condition: Condition,
    history: History,
    asking: Asking,
) -> None:
    """Up to what is done once; the square would be sixteen times the work."""
    few, many = history(50), history(200)
    once = steps_taken(monkeypatch, condition, few, asking)
    again = steps_taken(monkeypatch, condition, many, asking)
    assert again <= 4.5 * once + 100
    assert again <= 60 * len(many)
