"""Explanations of values of events and of sequences: values found and values skipped [V6].

The explanations of other conditions are tested with their cases.
"""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, Final

import pytest

from segkit import Condition, Contact, did, explain, prop
from tests.unit.event_evaluation import NOW, event, history, orders

case = pytest.param

order: Final = did("order")
cart: Final = did("cart")
DAY: Final = timedelta(hours=24)

WINDOW: Final = "     window: up to and including 2022-10-01 00:00 UTC"

EXPLAINED: Final[list[Any]] = [
    case(
        order.within_last(days=30).sum("total") >= 30,
        orders(10.5, 20),
        'yes  the sum of total of "order" in the last 30 days is at least 30\n'
        "     value: 30.5\n"
        "     window: after 2022-09-01 00:00 UTC, up to and including 2022-10-01 00:00 UTC\n"
        "     until: 2022-10-01 12:00 UTC",
        id="a sum",
    ),
    case(
        order.sum("total") >= 30,
        orders(10, "20"),
        'no   the sum of total of "order" is at least 30\n'
        "     value: 10\n"
        f"{WINDOW}\n"
        "     note: total of an event was skipped: the text looks like a number, store it as one",
        id="a sum with a skipped value",
    ),
    case(
        order.mean("total") > 3,
        orders(10, 0, 0),
        f'yes  the mean of total of "order" is more than 3\n     value: about 3.33333\n{WINDOW}',
        id="a mean without a finite decimal form",
    ),
    case(
        order.mean("total") > 3,
        orders(10, 20),
        f'yes  the mean of total of "order" is more than 3\n     value: 15\n{WINDOW}',
        id="a mean with a finite decimal form",
    ),
    case(
        order.mean("total") < 3,
        [],
        'no   the mean of total of "order" is less than 3\n'
        "     value: none\n"
        f"{WINDOW}\n"
        '     note: the mean of total of "order" has no value',
        id="a mean of no events",
    ),
    case(
        order.latest("status") == "paid",
        orders("open", "paid", name="status"),
        f'yes  status of the latest "order" is "paid"\n     value: "paid"\n{WINDOW}',
        id="a latest value",
    ),
    case(
        order.latest("status") == "paid",
        orders("paid", 7, name="status"),
        'no   status of the latest "order" is "paid"\n'
        "     value: 7\n"
        f"{WINDOW}\n"
        '     note: status of the latest "order" is the number 7 where a text is expected',
        id="a latest value of another kind",
    ),
    case(
        order.latest_at().before(days=60),
        orders(1),
        'no   the time of the latest "order" is 60 days ago or earlier\n'
        "     value: 2022-09-01 12:00 UTC\n"
        f"{WINDOW}\n"
        "     until: 2022-10-31 12:00 UTC",
        id="the instant of the latest event",
    ),
    case(
        cart.followed_by(order, within=DAY),
        history("cart 1 08:00", "order 1 09:30"),
        'yes  did "cart" followed by "order" within 24 hours\n'
        "     found: 2022-09-01 08:00 UTC, then 2022-09-01 09:30 UTC\n"
        f"{WINDOW}",
        id="a sequence",
    ),
    case(
        ~cart.not_followed_by(order.where(prop("paid").is_true())),
        history("cart 1 08:00", "order 1 09:30"),
        'no   every "cart" was followed by "order" (where paid is true) (or there was none)\n'
        '  yes  did "cart" not followed by "order" (where paid is true)\n'
        "       found: 2022-09-01 08:00 UTC\n"
        f"  {WINDOW}\n"
        "       holds only because paid has no value",
        id="an absence that depends on a missing value",
    ),
    case(
        ~cart.followed_by(order.where(prop("paid").is_true())),
        history("cart 1 08:00", "order 1 09:30 paid=yes"),
        'yes  never did "cart" followed by "order" (where paid is true)\n'
        '     holds only because paid is the text "yes" where a boolean is expected: the text '
        "looks like a boolean, store it as one\n"
        '  no   did "cart" followed by "order" (where paid is true)\n'
        "       found: none\n"
        f"  {WINDOW}\n"
        '       note: paid is the text "yes" where a boolean is expected: the text looks like a '
        "boolean, store it as one",
        id="a sequence that depends on a value of another kind",
    ),
]


@pytest.mark.parametrize(("condition", "given", "text"), EXPLAINED)
def test_explain_shows_the_values_and_the_window(
    condition: Condition, given: list[Any], text: str
) -> None:
    """[V6]: and the kinds of the values."""
    assert str(explain(condition, Contact("ada"), given, now=NOW)) == text


@pytest.mark.parametrize(
    ("condition", "given"),
    [
        case(order.min("total") >= 5, orders(3, "x"), id="the minimum is too small already"),
        case(order.max("total") <= 5, orders(7, None), id="the maximum is too large already"),
        case(
            order.distinct("total") <= 1, orders(1, 2, None), id="too many distinct values already"
        ),
        case(
            order.where(prop("gift").is_true()).latest("total") == 5,
            [
                event("order", "2022-09-01", total=5),
                event("order", "2022-09-02", total=3, gift=True),
            ],
            id="an uncertain event before the latest",
        ),
        case(
            order.where(prop("gift").is_true()).earliest_at() >= date(2022, 9, 2),
            [event("order", "2022-09-01", gift=True), event("order", "2022-09-03")],
            id="an uncertain event after the earliest",
        ),
    ],
)
def test_explain_names_no_value_that_cannot_change_the_verdict(
    condition: Condition, given: list[Any]
) -> None:
    """[V6]: "only because" is absent if the verdict is certain."""
    explanation = explain(~condition, Contact("ada"), given, now=NOW)
    assert explanation.verdict
    assert "only because" not in str(explanation)


@pytest.mark.parametrize(
    ("condition", "given", "why"),
    [
        case(order.sum("total") >= 100, orders(99, "x"), "total of an event was skipped: text",
             id="a sum"),
        case(order.mean("total") < 5, [], 'the mean of total of "order" has no value', id="a mean of no events"),  # noqa: E501 - the whole sentence
        case(order.min("total") >= 5, orders(None), "total of an event was skipped: no value; "
             'the least total of "order" has no value', id="a minimum of no numbers"),
        case(order.latest("total") == 5, [event("order", "2022-09-01")],
             'total of the latest "order" has no value', id="a latest value"),
        case(order.where(prop("gift").is_true()).latest_at().is_set(),
             [event("order", "2022-09-01", gift="yes")],
             'gift is the text "yes" where a boolean is expected: the text looks like a boolean, '
             "store it as one", id="an uncertain latest event"),
    ],
)  # fmt: skip
def test_explain_shows_that_a_negation_is_true_only_because_of_a_missing_value(
    condition: Condition, given: list[Any], why: str
) -> None:
    """[V6]."""
    explained = str(explain(~condition, Contact("ada"), given, now=NOW))
    assert explained.splitlines()[1] == f"     holds only because {why}"


@pytest.mark.parametrize(
    ("condition", "name", "given", "certain"),
    [
        case(cart.followed_by(order), "order", ["cart 1 08:00"], False,
             id="it might complete the sequence"),
        case(cart.followed_by(order), "cart", ["order 1 08:00"], False,
             id="it might begin the sequence"),
        case(cart.followed_by(order), "order", ["cart 1 08:00", "order 2 08:00"], True,
             id="the sequence is complete"),
        case(cart.not_followed_by(order), "order", ["cart 1 08:00"], False,
             id="it might end the absence"),
        case(cart.not_followed_by(order), "cart", ["cart 1 08:00", "order 2 08:00"], False,
             id="it might begin the absence"),
        case(cart.followed_by(order), "visit", ["cart 1 08:00"], True, id="it is not a step"),
    ],
)  # fmt: skip
def test_explain_names_an_event_of_a_sequence_without_a_usable_time(
    condition: Condition, name: str, given: list[str], certain: bool
) -> None:
    """[K2], [V6]: an event of a host whose instant is unusable."""
    undated: Any = SimpleNamespace(
        contact_id="ada",
        name=name,
        at="2022-09-03",
        properties={},
        id=None,
    )
    explanation = explain(condition, Contact("ada"), [*history(*given), undated], now=NOW)
    note = f'an event "{name}" has no usable time and counts nowhere'
    assert explanation.certain is certain
    assert explanation.notes == (() if certain else (note,))
