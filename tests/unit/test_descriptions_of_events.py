"""The English sentences of values of events, sequences, members and anniversaries.

The sentences of other conditions are tested with their cases.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest

from segkit import (
    Anniversary,
    Attribute,
    Comparison,
    Condition,
    Contact,
    attr,
    describe,
    did,
    explain,
    in_list,
    prop,
)
from tests.unit.event_evaluation import NOW

order: Final = did("order")
gift: Final = order.where(prop("gift").is_true(), prop("n") > 1)
cart: Final = did("cart")
DAY: Final = timedelta(hours=24)
birthday: Final = attr("birthday")

SENTENCES = [
    (order.sum("total") >= 100, 'the sum of total of "order" is at least 100'),
    (order.sum("total") < 100, 'the sum of total of "order" is less than 100 (none counts as 0)'),
    (order.sum("total") == 0, 'the sum of total of "order" is 0 (none counts as 0)'),
    (
        ~(order.sum("total") >= 100),
        'the sum of total of "order" is less than 100 (none counts as 0)',
    ),
    (~(order.sum("total") < 100), 'the sum of total of "order" is at least 100'),
    (
        order.sum("price", "gross").between(-1, Decimal("0.5")),
        'the sum of price.gross of "order" is between -1 and 0.5 (none counts as 0)',
    ),
    (order.sum("total").is_set(), 'the sum of total of "order" is set (none counts as 0)'),
    (order.mean("total") > 20, 'the mean of total of "order" is more than 20'),
    (
        ~(order.mean("total") > 20),
        'the mean of total of "order" is at most 20 (or has no value)',
    ),
    (order.min("total").is_in([1, 2.5]), 'the least total of "order" is any of 1, 2.5'),
    (
        order.max("total") != 5,
        'the greatest total of "order" is not 5 (or has no value)',
    ),
    (~order.max("total").is_set(), 'the greatest total of "order" is not set'),
    (order.distinct("sku") >= 2, 'the number of different sku of "order" is at least 2'),
    (
        order.distinct("sku") <= 1,
        'the number of different sku of "order" is at most 1 (none counts as 0)',
    ),
    (
        did("order", "cart").within_last(days=30).sum("total") >= 100,
        'the sum of total of "order" or "cart" in the last 30 days is at least 100',
    ),
    (
        gift.within_last(days=30).sum("total") >= 100,
        (
            'the sum of total of "order" in the last 30 days (where gift is true and n is more '
            "than 1) is at least 100"
        ),
    ),
    (
        order.latest("status") != "paid",
        'status of the latest "order" is not "paid" (or has no value)',
    ),
    (
        order.latest("address", "city").contains("ari", ignore_case=True),
        'address.city of the latest "order" contains "ari" (ignoring case)',
    ),
    (
        order.before(days=60).earliest("vip").is_true(),
        'vip of the earliest "order" 60 days ago or earlier is true',
    ),
    (order.latest("tags").has_all(["a", "b"]), 'tags of the latest "order" has all of "a", "b"'),
    (
        order.latest("spot").within_km(5, of=(1, 2)),
        'spot of the latest "order" is within 5 km of 1, 2',
    ),
    (
        ~order.latest_at().before(days=60),
        'the time of the latest "order" is not 60 days ago or earlier (or has no value)',
    ),
    (
        order.earliest_at().within_last(months=1),
        'the time of the earliest "order" is in the last month',
    ),
    (
        order.latest_at().after(date(2022, 9, 1)),
        'the time of the latest "order" is after 2022-09-01',
    ),
    (cart.followed_by(order), 'did "cart" followed by "order"'),
    (
        cart.within_last(days=7)
        .where(prop("a") == 1)
        .followed_by(gift, within=timedelta(days=2))
        .followed_by(did("pay", "call")),
        (
            'did "cart" (where a is 1) in the last 7 days followed by "order" (where gift is true '
            'and n is more than 1) within 2 days followed by "pay" or "call"'
        ),
    ),
    (~cart.followed_by(order), 'never did "cart" followed by "order"'),
    (
        cart.not_followed_by(order, within=DAY),
        'did "cart" not followed by "order" within 24 hours',
    ),
    (
        cart.followed_by(order, within=timedelta(minutes=90)).not_followed_by(did("pay")),
        'did "cart" followed by "order" within 90 minutes not followed by "pay"',
    ),
    (attr("a") == attr("b", "c"), "a is equal to b.c"),
    (attr("a") != attr("b"), "a is not equal to b (or has no value)"),
    (attr("a") < attr("b"), "a is less than b"),
    (attr("a") <= attr("b"), "a is at most b"),
    (~(attr("a") > attr("b")), "a is at most b (or has no value)"),
    (attr("a") >= attr("b"), "a is at least b"),
    (order.where(prop("a") < prop("b")), 'did "order" at least once where a is less than b'),
    (attr("tags").has_any(["a", 1, True]), 'tags has any of "a", 1, true'),
    (
        ~attr("tags").has_all(["a", "b"]),
        'tags does not have all of "a", "b" (or has no value)',
    ),
    (attr("tags").has_any([]), "tags has any of nothing"),
    (
        birthday.anniversary_within_next(days=7),
        "birthday has its anniversary today or in the next 7 days",
    ),
    (
        birthday.anniversary_within_last(days=7),
        "birthday has its anniversary today or in the last 7 days",
    ),
    (birthday.anniversary_within_next(days=0), "birthday has its anniversary today"),
    (birthday.anniversary_in(days=1), "birthday has its anniversary tomorrow"),
    (birthday.anniversary_in(days=3), "birthday has its anniversary in exactly 3 days"),
    (
        ~birthday.anniversary_in(days=0),
        "birthday does not have its anniversary today (or has no value)",
    ),
    (attr("spot").within_km(25, of=(48.85, 2.35)), "spot is within 25 km of 48.85, 2.35"),
    (
        ~attr("spot").within_km(Decimal("0.5"), of=(-1, 2)),  # type: ignore[arg-type]
        "spot is not within 0.5 km of -1, 2 (or has no value)",
    ),
]


@pytest.mark.parametrize(
    ("condition", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES]
)
def test_a_condition_is_described_in_english(condition: Condition, sentence: str) -> None:
    """Section 5 of the specification: with a note on the contacts that a negation includes."""
    assert describe(condition) == sentence
    assert explain(condition, Contact("ada"), now=NOW).sentence == sentence


def test_an_anniversary_that_no_method_builds_is_described() -> None:
    """The classes are public, so users may build other anniversaries."""
    for days, sentence in (
        (Anniversary(-3, -3), "birthday has its anniversary exactly 3 days ago"),
        (Anniversary(-3, 5), "birthday has its anniversary from 3 days ago to 5 days from today"),
    ):
        assert describe(Attribute(("birthday",), Comparison("anniversary", days))) == sentence


def test_notes_depend_on_the_condition_and_not_on_its_sentence() -> None:
    """The name of a list may be the text of a note."""
    named_like_notes = in_list("none counts as 0") & in_list("or has no value")
    assert describe(~named_like_notes) == (
        'not all of: is on list "none counts as 0"; is on list "or has no value"'
    )
    assert describe(~(named_like_notes & (attr("plan") == "pro"))).startswith(
        "not all of (or has no value)"
    )
