"""Methods of other libraries, which terms and conditions do not have: the errors name ours."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any, Final

import pytest

import segkit
from segkit import (
    SegkitError,
    Segment,
    at_least,
    attr,
    did,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
)
from segkit.model.base import BaseCondition
from segkit.model.terms import Term

VIP: Final = Segment("vip", in_list("vip"))
TERMS: Final[tuple[Any, ...]] = (
    attr("age"),
    prop("total"),
    did("order").sum("total"),
    did("order").latest("status"),
    did("order").latest_at(),
)
CONDITIONS: Final[tuple[Any, ...]] = (
    VIP,
    in_list("vip"),
    in_any_list(),
    in_segment(VIP),
    did("order"),
    did("order").followed_by(did("refund")),
    did("order").sum("total") >= 3,
    attr("age") >= 18,
    prop("total") >= 18,
    sample(percent=10, salt="a"),
    ~in_list("vip"),
    in_list("vip") & in_list("a"),
    in_list("vip") | in_list("a"),
    at_least(1, in_list("vip")),
)
ALL: Final = (*TERMS, *CONDITIONS)
each: Final = pytest.mark.parametrize("value", ALL, ids=range(len(ALL)))


@pytest.mark.parametrize(
    ("code", "instead"),
    [
        ('did("order").avg', "write did('order').mean(\"total\")"),
        ('did("order").count', "did('order').exactly(2)"),
        ('did("order").filter', "write did('order').where("),
        ('did("order").last', "did('order').within_last(days=30)"),
        ('did("order").since', "did('order').between(date(2024, 1, 31), None)"),
        ('did("order").any', "write did('order') alone: at least once"),
        ('attr("age").eq', "write attr('age') == value"),
        ('attr("age").ne', "write attr('age') != value"),
        ('attr("age").gt', "write attr('age') > value"),
        ('attr("age").gte', "write attr('age') >= value"),
        ('attr("age").lt', "write attr('age') < value"),
        ('attr("age").lte', "write attr('age') <= value"),
        ('attr("age").exists', "write attr('age').is_set()"),
        ('attr("age").is_not_set', "write ~attr('age').is_set()"),
        ('attr("age").isin', "write attr('age').is_in([...])"),
        ('attr("age").not_in', "write ~attr('age').is_in([...])"),
        ('attr("age").startswith', "write attr('age').starts_with("),
        ('attr("age").endswith', "write attr('age').ends_with("),
        ('attr("age").icontains', "ignore_case=True"),
        ('attr("age").any', "write attr('age').has_any([...])"),
        ('attr("age").all', "write attr('age').has_all([...])"),
        ('attr("age").last', "write attr('age').within_last(days=30)"),
        ('prop("total").gte', "write prop('total') >= value"),
        ('did("order").sum("total").gte', "write did('order').sum('total') >= value"),
        ('in_list("vip").since', "in_list('vip').joined_between(date(2024, 1, 31), None)"),
        ("in_any_list().between", "write in_any_list().joined_between(a, b)"),
        ('Segment("vip", in_list("vip")).matches', "write matches(condition, contact, events)"),
        ('(in_list("a") & in_list("b")).or_', "write a | b"),
    ],
)
def test_the_error_names_the_word_that_there_is(code: str, instead: str) -> None:
    with pytest.raises(AttributeError) as caught:
        eval(code, dict(vars(segkit)))  # noqa: S307 - code of this file
    assert isinstance(caught.value, SegkitError)
    assert instead in str(caught.value)


@each
def test_every_word_is_refused_and_is_not_there(value: Any) -> None:  # noqa: ANN401 - any of them
    words = type(value).method_hints
    assert words
    for word in words:
        assert not hasattr(value, word)
        assert getattr(value, word, None) is None
        with pytest.raises(SegkitError, match=rf"there is no \.{word}: write ") as caught:
            getattr(value, word)
        assert "{" not in str(caught.value).replace('{"', "")


@each
def test_every_method_that_a_word_names_exists(value: Any) -> None:  # noqa: ANN401 - any of them
    for cure in type(value).method_hints.values():
        for method in re.findall(r"\{\}\.(\w+)", cure):
            if isinstance(value, (Term, type(did("order")), type(in_list("a")))):
                assert callable(getattr(value, method)), cure


@each
def test_names_that_nobody_knows_are_as_python_reports_them(value: Any) -> None:  # noqa: ANN401
    names = ("nope", "_repr_mimebundle_", "_ipython_canary_method_should_not_exist_", "__array__")
    for name in names:
        assert not hasattr(value, name)
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'") as caught:
            getattr(value, name)
        assert not isinstance(caught.value, SegkitError)
        assert (caught.value.name, caught.value.obj) == (name, value)


@each
def test_copies_pickles_and_inspection_do_not_notice(value: Any) -> None:  # noqa: ANN401
    for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301
        assert repr(again) == repr(value)
        assert type(again) is type(value)
    assert inspect.getmembers(value)
    assert inspect.unwrap(value) is value
    assert not inspect.iscoroutine(value)
    assert not callable(value)


@each
def test_an_object_without_its_fields_can_be_asked_for_any_name(value: Any) -> None:  # noqa: ANN401
    """``copy`` and ``pickle`` ask for methods before the fields are there."""
    empty = object.__new__(type(value))
    assert not hasattr(empty, "__setstate_of_another_library__")
    assert isinstance(value, BaseCondition | Term | Segment)
