"""Errors show enough of a value to find it, and never hide a fault of segkit."""

import tracemalloc
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import (
    ConditionError,
    SegkitError,
    Segment,
    Segments,
    all_of,
    any_of,
    at_least,
    attr,
    builders,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
)
from segkit.errors import raise_unless_repeated, read_foreign, short_repr, with_error_path
from segkit.model import (
    base,
    comparisons,
    contact_leaves,
    event_leaves,
    event_values,
    segments,
    terms,
    time_spans,
)
from tests.unit.hostile_values import VALUES, raising

MEGABYTE: Final = 2**20
SHARED: list[Any] = []
for _ in range(60):
    SHARED = [SHARED, SHARED]
PLAIN: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.sets(st.text() | st.integers())
        | st.frozensets(st.text() | st.integers())
    ),
)


@given(PLAIN)
def test_a_short_repr_is_the_beginning_of_the_repr(value: object) -> None:
    """The first 77 characters and three dots if the repr is longer than 80."""
    whole = repr(value)
    if len(whole) <= 80:
        assert short_repr(value) == whole
    else:
        assert len(short_repr(value)) == 80
        # A long text may have other quotation marks if there is one after the first part.
        assert short_repr(value).replace('"', "'")[:20] == whole.replace('"', "'")[:20]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a" * 78, repr("a" * 78), id="a text of the maximum length"),
        pytest.param("a" * 79, "'" + "a" * 76 + "...", id="a text that is one character too long"),
        pytest.param((), "()", id="an empty tuple"),
        pytest.param((1,), "(1,)", id="a tuple of one value"),
        pytest.param(
            [(), {}, set(), frozenset()], "[(), {}, set(), frozenset()]", id="empty collections"
        ),
        pytest.param(frozenset({1}), "frozenset({1})", id="a frozenset"),
        pytest.param({"a": [1, {2}]}, "{'a': [1, {2}]}", id="nested collections"),
        pytest.param(OrderedDict(a=1), repr(OrderedDict(a=1)), id="another class: its own repr"),
        pytest.param(
            raising("__repr__")(),
            "<Raising whose repr raises RuntimeError>",
            id="a repr that raises",
        ),
        pytest.param(10**1000, (str(10**1000))[:77] + "...", id="a long number"),
        pytest.param(10**5000, "<int of 16610 bits>", id="a number longer than Python prints"),
        pytest.param(-(10**5000), "<int of 16610 bits>", id="a long negative number"),
        pytest.param(
            Decimal("1E+999999"), "Decimal('1E+999999')", id="a large number with a short repr"
        ),
    ],
)
def test_short_reprs(value: object, text: str) -> None:
    assert short_repr(value) == text


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("\ud800\n" * (10 * MEGABYTE), id="a text"),
        pytest.param(b"\x00" * (10 * MEGABYTE), id="bytes"),
        pytest.param([0] * MEGABYTE, id="a list"),
        pytest.param(set(range(MEGABYTE)), id="a set"),
        pytest.param(dict.fromkeys(range(MEGABYTE), "a" * 100), id="a dict"),
        pytest.param([["a" * (10 * MEGABYTE)]], id="a text in lists"),
        pytest.param(1 << (10 * MEGABYTE), id="a number"),
        pytest.param(SHARED, id="shared lists whose repr is endless"),
        pytest.param(VALUES["a list that holds itself"], id="a list that contains itself"),
    ],
)
def test_the_repr_of_a_huge_value_takes_little_memory(value: object) -> None:
    """An error about a value of ten megabytes takes less than one megabyte."""
    tracemalloc.start()
    try:
        assert len(short_repr(value)) <= 80
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()
    with pytest.raises(SegkitError) as caught:
        attr("x").contains([value])  # type: ignore[arg-type]
    assert len(str(caught.value)) < 500
    assert len(repr(caught.value)) < 500


def test_the_repr_of_an_error_has_its_fields() -> None:
    error = ConditionError("attr('x')", "takes text; got 3", 3)
    assert repr(error) == "ConditionError(\"attr('x')\", 'takes text; got 3', 3)"
    assert str(error) == "attr('x'): takes text; got 3"


def test_the_error_of_a_foreign_value_is_the_cause() -> None:
    """An error of segkit passes unchanged, except for the path of the call if it is known."""
    own = ConditionError("inner", "is wrong")

    def refuse() -> None:
        raise own

    with pytest.raises(ConditionError, match="raises ZeroDivisionError") as caught:
        read_foreign("here", lambda: 1 // 0)
    assert (caught.value.path, type(caught.value.__cause__)) == ("here", ZeroDivisionError)
    with pytest.raises(ConditionError) as caught:
        read_foreign("outer", refuse)
    assert (caught.value, own.path) == (own, "inner")
    with pytest.raises(ConditionError) as caught, with_error_path("outer"):
        raise own
    assert (caught.value, own.path) == (own, "outer")


@pytest.mark.parametrize("error", [TimeoutError(), RecursionError(), MemoryError()])
def test_what_does_not_come_back_is_raised(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        raise_unless_repeated(error, lambda: None)
    assert caught.value is error


@pytest.mark.parametrize("kind", [RecursionError, MemoryError, KeyboardInterrupt])
def test_an_error_of_the_program_is_raised_whenever_it_comes(kind: type[BaseException]) -> None:
    def read() -> None:
        raise kind

    with pytest.raises(kind):
        raise_unless_repeated(ValueError(), read)
    with pytest.raises(kind):
        read_foreign("here", read)


@pytest.mark.parametrize("kind", [RecursionError, MemoryError])
def test_an_error_of_the_program_is_of_no_value(kind: type[Exception]) -> None:
    with pytest.raises(kind):
        raise_unless_repeated(kind(), lambda: 1 // 0)


def test_what_comes_back_is_of_the_value() -> None:
    raise_unless_repeated(ValueError(), lambda: 1 // 0)


@pytest.mark.parametrize(
    ("module", "name", "build"),
    [
        (comparisons, "normalize", lambda: attr("age") >= 18),
        (comparisons, "_ensure_scalar", lambda: attr("age").is_in([1, 2])),
        (comparisons, "_value_kinds", lambda: attr("seen").within_last(days=3)),
        (time_spans, "ensure_whole", lambda: did("order").within_last(days=30)),
        (time_spans, "_reversed", lambda: did("order").between(date(2022, 7, 1), date(2022, 7, 2))),
        (time_spans, "get_args", lambda: did("order").during("month")),
        (event_values, "_check_kinds", lambda: did("order").sum("total") >= 100),
        (event_leaves, "where_scope", lambda: did("order").where(prop("total") > 1)),
        (base, "_common_scope", lambda: attr("a").is_set() & attr("b").is_set()),
        (contact_leaves, "ensure_text", lambda: sample(10, "autumn")),
        (builders, "ensure_text", lambda: attr("age")),
        (builders, "ensure_text", lambda: prop("total")),
        (builders, "ensure_text", lambda: first_prop("sku")),
        (builders, "ensure_text", lambda: did("order")),
        (builders, "ensure_text", lambda: in_list("vip")),
        (builders, "And", lambda: all_of(in_any_list())),
        (builders, "Or", lambda: any_of(in_any_list())),
        (builders, "AtLeast", lambda: at_least(1, in_any_list())),
        (builders, "InSegment", lambda: in_segment(Segment("listed", in_any_list()))),
        (segments, "set_depth_and_size", lambda: in_segment(Segment("listed", in_any_list()))),
        (segments, "_path_to_missing", lambda: Segments([Segment("listed", in_any_list())])),
        (terms, "Anniversary", lambda: attr("born").anniversary_in(days=0)),
        (terms, "Place", lambda: attr("home").within_km(3, of=(1, 2))),
        (terms, "Next", lambda: attr("renewal").within_next(days=3)),
        (time_spans, "Ago", lambda: did("order").between_ago(days=(90, 30))),
        (time_spans, "normalize", lambda: did("order").after(date(2022, 7, 1))),
        (time_spans, "_parts", lambda: in_list("vip").joined_before(days=3)),
        (event_leaves, "set_depth_and_size", lambda: did("order").at_least(2)),
        (event_leaves, "as_tuple", lambda: did("cart").followed_by(did("order"))),
        (event_leaves, "Ago", lambda: did("order").in_at_least(1, of=2)),
    ],
)  # fmt: skip
def test_a_fault_of_segkit_is_not_reported_as_the_user_s_mistake(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, build: Callable[[], object]
) -> None:
    """Only an exception of a foreign value becomes a `ConditionError`."""

    def broken(*_: object, **__: object) -> object:
        raise KeyError(name)

    monkeypatch.setattr(module, name, broken)
    with pytest.raises(KeyError, match=name):
        build()


@pytest.mark.parametrize("term", [attr, prop, first_prop])
def test_the_repr_of_a_term_shortens_a_long_name(term: Callable[[str], Any]) -> None:
    assert len(repr(term("n" * MEGABYTE))) < 120


def test_an_error_shortens_a_long_name() -> None:
    with pytest.raises(SegkitError) as caught:
        attr("n" * MEGABYTE).is_in("Paris")  # a text is not a collection of values
    assert len(str(caught.value)) < 300
