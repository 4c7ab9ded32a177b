"""Calls with arguments that a function does not have: the error shows the call to write."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

import segkit
from segkit import ConditionTypeError, Contact, did, matches
from segkit.model.call_hints import written_as

NAMES: Final = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    "date": date,
    "now": datetime(2022, 10, 15, tzinfo=UTC),
    "ada": Contact("ada"),
    "vip": segkit.Segment("vip", segkit.in_list("vip")),
}


@pytest.mark.parametrize(
    ("code", "instead"),
    [
        ("sample(10)", 'write sample(percent=10, salt="autumn")'),
        ('in_list("a", "b")', 'write in_list("a"), with & or | between several'),
        ('attr("city").is_in("a", "b")', 'write .is_in(["Paris", "Lyon"])'),
        ('attr("city").contains("a", "b")', 'write .contains("Paris"), with | between several'),
        ('attr("age").between([1, 2])', "write .between(18, 29), with None for an open end"),
        ('attr("born").anniversary_within_next(7)', "write .anniversary_within_next(days=7)"),
        ('did("order").where(total=5)', 'write .where(prop("total") == 5'),
        ('did("order").between([1, 2])', "write .between(date(2022, 7, 1), date(2022, 9, 30))"),
        ('did("order").at_least()', "write .at_least(2)"),
        ("did()", 'write did("order")'),
        ("attr()", 'write attr("age")'),
        ("describe(vip, vip)", "write describe(condition)"),
        ("explain(vip, ada, [], now)", "write explain(condition, contact, events, now=now)"),
        (
            "next_change(vip, ada, [], now)",
            "write next_change(condition, contact, events, now=now)",
        ),
        ("matches(vip, ada, [], now)", "write matches(condition, contact, events, now=now)"),
        (
            "Evaluator(MemorySource()).members(vip, now)",
            "write evaluator.members(segment, now=now)",
        ),
        ("Evaluator(MemorySource()).members(vip)", "write evaluator.members(segment, now=now)"),
    ],
)
def test_the_error_shows_the_call_and_the_one_to_write(code: str, instead: str) -> None:
    with pytest.raises(TypeError) as caught:
        eval(code, dict(NAMES))  # noqa: S307 - code of this file
    assert isinstance(caught.value, ConditionTypeError)
    assert f"takes other arguments; got {caught.value.path}(" in str(caught.value)
    assert instead in str(caught.value)


def test_named_arguments_are_shown_with_their_names() -> None:
    where: Any = did("order").where
    with pytest.raises(ConditionTypeError, match=r"got where\(5, total=6\)"):
        where(5, total=6)


def test_the_signature_is_what_the_function_takes() -> None:
    assert list(inspect.signature(matches).parameters) == [
        "condition",
        "contact",
        "events",
        "now",
        "tz",
    ]
    assert str(inspect.signature(segkit.in_list)) == "(name: 'str', /) -> 'ListMembership'"
    assert inspect.getdoc(segkit.in_list)


def test_a_type_error_inside_of_the_function_is_unchanged() -> None:
    @written_as("call(1)")
    def call(number: int, /) -> int:
        raise TypeError(f"from inside: {number}")

    with pytest.raises(TypeError, match="from inside: 1") as caught:
        call(1)
    assert not isinstance(caught.value, ConditionTypeError)
