"""An `Audience` is an immutable set of ids at one instant."""

import collections.abc
from operator import and_, or_, sub, xor
from typing import Any, Final

import pytest

from segkit import Audience, Contact, Evaluator, MemorySource, attr
from tests.unit.evaluation import NOW

IDS: Final = ("cleo", "ada", "bob")


@pytest.fixture
def audience() -> Audience[str]:
    source = MemorySource(map(Contact, IDS))
    return Evaluator(source).members(~attr("age").is_set(), now=NOW)


def test_an_audience_is_a_set(audience: Audience[str]) -> None:
    """[V8], [D6]."""
    assert isinstance(audience, collections.abc.Set)
    assert not isinstance(audience, collections.abc.MutableSet)
    assert len(audience) == 3
    assert "ada" in audience
    assert "dan" not in audience
    assert bool(audience) is True


def test_an_audience_iterates_in_the_order_of_its_source(audience: Audience[str]) -> None:
    """[D7]: iteration can be repeated."""
    assert [*audience, *audience] == [*IDS, *IDS]


@pytest.mark.parametrize("kind", [set, frozenset, lambda ids: dict.fromkeys(ids).keys()])
def test_an_audience_is_equal_to_a_set_of_the_same_ids(audience: Audience[str], kind: Any) -> None:  # noqa: ANN401
    """[D6]: on both sides and in any order; a list is not a set."""
    same, fewer = kind(["ada", "bob", "cleo"]), kind(["ada", "bob"])
    assert (audience == same) is (same == audience) is True
    assert (audience != same) is (same != audience) is False
    assert (audience == fewer) is (fewer == audience) is False
    assert (audience != fewer) is (fewer != audience) is True
    assert audience != list(IDS)
    assert audience != "cleo"


def test_an_audience_has_the_hash_of_an_equal_set(audience: Audience[str]) -> None:
    """[D6]: both are the same key of a dictionary."""
    assert hash(audience) == hash(frozenset(IDS))
    assert {audience: 1}[frozenset(IDS)] == 1  # type: ignore[index]
    other = Evaluator(MemorySource(map(Contact, reversed(IDS))))
    assert {audience, other.members(~attr("age").is_set(), now=NOW)} == {audience}


@pytest.mark.parametrize("kind", [set, frozenset, lambda ids: dict.fromkeys(ids).keys()])
def test_set_operations_return_plain_sets(audience: Audience[str], kind: Any) -> None:  # noqa: ANN401
    """[V8], [D6]: the result of an operation does not belong to one condition and instant."""
    other = kind(["ada", "dan"])
    for found, expected in (
        (audience & other, {"ada"}),
        (other & audience, {"ada"}),
        (audience | other, {"ada", "bob", "cleo", "dan"}),
        (other | audience, {"ada", "bob", "cleo", "dan"}),
        (audience - other, {"bob", "cleo"}),
        (other - audience, {"dan"}),
        (audience ^ other, {"bob", "cleo", "dan"}),
        (other ^ audience, {"bob", "cleo", "dan"}),
    ):
        assert found == expected
        assert isinstance(found, frozenset | set)


@pytest.mark.parametrize("operator", [and_, or_, sub, xor])
def test_an_operation_with_another_type_raises_a_type_error(
    audience: Audience[str],
    operator: Any,  # noqa: ANN401
) -> None:
    """[V8]: as for every set."""
    with pytest.raises(TypeError, match="unsupported operand"):
        operator(audience, 5)


def test_operations_on_two_audiences_return_a_frozenset(audience: Audience[str]) -> None:
    """[V8]."""
    for found in (audience & audience, audience | audience, audience - audience):
        assert type(found) is frozenset
    assert type(audience ^ audience) is frozenset
    assert audience & audience == audience


def test_an_audience_is_compared_like_a_set(audience: Audience[str]) -> None:
    """[D6]: ``<=`` means "is a subset of"."""
    more, fewer = {*IDS, "dan"}, {"ada"}
    assert audience <= more
    assert audience < more
    assert more > audience
    assert fewer <= audience
    assert audience >= fewer
    assert not audience < set(IDS)
    assert audience <= set(IDS)
    assert not audience <= {"ada", "dan"}
    assert audience.isdisjoint({"dan"})
    assert not audience.isdisjoint(["dan", "ada"])


def test_an_audience_is_immutable(audience: Audience[str]) -> None:
    """[V8]: its ids, its instant and its condition cannot be changed."""
    with pytest.raises(AttributeError):
        audience.add("dan")  # type: ignore[attr-defined]
    for name in ("anything", "now", "condition"):
        with pytest.raises(AttributeError):
            setattr(audience, name, None)
    assert audience.now == NOW
    assert audience.condition == ~attr("age").is_set()
    reassigned = audience
    reassigned &= {"ada"}  # type: ignore[assignment]
    assert len(audience) == 3


def test_an_empty_audience_is_an_empty_set() -> None:
    """[V8]: it is false, like an empty set."""
    empty = Evaluator(MemorySource([Contact("ada")])).members(attr("age") > 3, now=NOW)
    assert (len(empty), list(empty), bool(empty)) == (0, [], False)
    assert empty == set() == frozenset()
    assert hash(empty) == hash(frozenset())


def test_the_repr_shows_the_number_and_the_instant_but_no_id(audience: Audience[str]) -> None:
    """[D10]: a repr may be written to a log."""
    assert repr(audience) == "<Audience of 3 at 2022-10-01T00:00:00+00:00>"
