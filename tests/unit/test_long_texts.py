"""Sentences, explanations and errors with long lists and long values are cut."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from segkit import (
    And,
    Attribute,
    Comparison,
    Condition,
    ConditionError,
    Contact,
    EventCount,
    attr,
    describe,
    did,
    explain,
    in_any_list,
    prop,
)
from tests.unit.evaluation import NOW

TEXTS: Final = [f"v{number}" for number in range(50_000)]
FIRST: Final = '"v0", "v1", "v2", "v3", "v4"'
LONG: Final = "ab" * 500_000
CUT: Final = f'"{"ab" * 50}..." (1,000,000 characters)'
ADA: Final = Contact("ada", {"x": LONG, "number": Decimal(f"0.{'1' * 1_000_000}")})


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (attr("x").is_in(TEXTS), f"x is any of {FIRST} and 49,995 more"),
        (~attr("x").is_in(TEXTS), f"x is not any of {FIRST} and 49,995 more (or has no value)"),
        (
            attr("x").has_any(TEXTS, ignore_case=True),
            f"x has any of {FIRST} and 49,995 more (ignoring case)",
        ),
        (attr("x").has_all(TEXTS[:21]), f"x has all of {FIRST} and 16 more"),
        (
            did("order").where(prop("x").is_in(TEXTS)),
            f'did "order" at least once where x is any of {FIRST} and 49,995 more',
        ),
        (
            did(*TEXTS).never(),
            'never did "v0" or "v1" or "v2" or "v3" or "v4" or 49,995 more',
        ),
        (
            did(*TEXTS).sum("x") > 1,
            'the sum of x of "v0" or "v1" or "v2" or "v3" or "v4" or 49,995 more is more than 1',
        ),
        (
            did("a").followed_by(did(*TEXTS)),
            'did "a" followed by "v0" or "v1" or "v2" or "v3" or "v4" or 49,995 more',
        ),
        (attr("x") == LONG, f"x is {CUT}"),
        (attr("x").is_in([LONG, "b"]), f'x is any of {CUT}, "b"'),
        (
            attr("x").matches_regex("a" * 300),
            f'x matches the pattern "{"a" * 100}..." (300 characters)',
        ),
        (attr("x") < 10**300, f"x is less than 1{'0' * 99}... (301 characters)"),
    ],
    ids=map(str, range(12)),
)  # fmt: skip
def test_a_long_list_is_cut_in_a_sentence(condition: Condition, sentence: str) -> None:
    assert describe(condition) == sentence
    assert str(explain(condition, Contact("ada"), [], now=NOW)).splitlines()[0][5:] == sentence


def test_an_ordinary_list_is_shown_whole() -> None:
    """Up to 20 values and names, and texts of up to 200 characters."""
    values = [f"v{number}" for number in range(19)]
    text = "a" * 200
    shown = ", ".join(f'"{value}"' for value in (*values, text))
    assert describe(attr("x").is_in([*values, text])) == f"x is any of {shown}"
    assert describe(did(*values, "w")).count(" or ") == 19


NAMES: Final = {
    "And": And,
    "Attribute": Attribute,
    "Comparison": Comparison,
    "EventCount": EventCount,
}


def test_a_repr_is_never_cut() -> None:
    """It can be pasted back."""
    condition = attr("x").is_in([*TEXTS, LONG]) & did(*TEXTS)
    assert eval(repr(condition), NAMES) == condition  # noqa: S307 - our own text


def test_a_long_value_is_cut_in_an_explanation() -> None:
    """The value itself is in `seen`."""
    text = explain(attr("x") == "a", ADA, now=NOW)
    assert text.line == f"value: {CUT}"
    assert text.seen == LONG
    number = explain(attr("number") == "a", ADA, now=NOW)
    digits = f"0.{'1' * 98}... (1,000,002 characters)"
    assert number.line == f"value: {digits}"
    assert number.notes == (f"number is the number {digits} where a text is expected",)
    assert explain(attr("x") == 1, ADA, now=NOW).notes == (
        f"x is the text {CUT} where a number is expected",
    )
    assert explain(attr("x") != attr("x"), ADA, now=NOW).parts[0].line == f"values: x {CUT}"


def test_a_long_collection_is_cut_in_an_explanation() -> None:
    ada = Contact("ada", {"x": TEXTS})
    found = explain(attr("x").has_any(["b"]), ada, now=NOW)
    assert len(found.line) < 100
    assert found.line.startswith("value: ['v0', 'v1', ")


def test_many_lists_are_cut_in_an_explanation() -> None:
    """As for values."""
    ada = Contact("ada", lists=dict.fromkeys(TEXTS))
    found = explain(in_any_list(), ada, now=NOW)
    shown = ", ".join(f'"v{number}" (joined at an unknown time)' for number in range(5))
    assert found.line == f"on: {shown} and 49,995 more"


def test_many_names_are_cut_in_an_error() -> None:
    with pytest.raises(ConditionError) as caught:
        did(*TEXTS).at_least(-1)
    names = "'v0', 'v1', 'v2', 'v3', 'v4', ... 49,995 more"
    assert str(caught.value) == (f"did({names}).at_least: takes a whole number, 0 or more; got -1")


def test_a_long_operand_is_cut_in_an_error() -> None:
    with pytest.raises(ConditionError) as caught:
        attr("x").is_in([*TEXTS, None])  # type: ignore[list-item] # pyright: ignore[reportArgumentType]
    assert len(str(caught.value)) < 200
