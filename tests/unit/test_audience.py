"""An audience is a fixed set of ids at one instant."""

import collections.abc
from typing import Any, Final

import pytest

from segkit import Audience, Contact, Evaluator, MemorySource, attr
from tests.unit.evaluation import NOW

HELD: Final = ("cleo", "ada", "bob")


@pytest.fixture
def audience() -> Audience[str]:
    source = MemorySource(map(Contact, HELD))
    return Evaluator(source).members(~attr("age").is_set(), now=NOW)


def test_it_is_a_set(audience: Audience[str]) -> None:
    """[V8], [D6]."""
    assert isinstance(audience, collections.abc.Set)
    assert not isinstance(audience, collections.abc.MutableSet)
    assert len(audience) == 3
    assert "ada" in audience
    assert "dan" not in audience
    assert bool(audience) is True


def test_it_iterates_in_the_order_of_its_source(audience: Audience[str]) -> None:
    """[D7]: as often as one likes."""
    assert [*audience, *audience] == [*HELD, *HELD]


@pytest.mark.parametrize("kind", [set, frozenset, lambda ids: dict.fromkeys(ids).keys()])
def test_it_is_equal_to_a_set_of_the_same_ids(audience: Audience[str], kind: Any) -> None:  # noqa: ANN401
    """[D6]: both ways round, in any order; a list is no set."""
    same, fewer = kind(["ada", "bob", "cleo"]), kind(["ada", "bob"])
    assert (audience == same) is (same == audience) is True
    assert (audience != same) is (same != audience) is False
    assert (audience == fewer) is (fewer == audience) is False
    assert (audience != fewer) is (fewer != audience) is True
    assert audience != list(HELD)
    assert audience != "cleo"


def test_it_hashes_as_the_set_it_is_equal_to(audience: Audience[str]) -> None:
    """[D6]: so both are one key."""
    assert hash(audience) == hash(frozenset(HELD))
    assert {audience: 1}[frozenset(HELD)] == 1  # type: ignore[index]
    other = Evaluator(MemorySource(map(Contact, reversed(HELD))))
    assert {audience, other.members(~attr("age").is_set(), now=NOW)} == {audience}


@pytest.mark.parametrize("kind", [set, frozenset, lambda ids: dict.fromkeys(ids).keys()])
def test_set_operations_give_plain_sets(audience: Audience[str], kind: Any) -> None:  # noqa: ANN401
    """[V8], [D6]: what two answers have in common is nobody's answer any more."""
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


def test_two_audiences_give_a_frozenset(audience: Audience[str]) -> None:
    """[V8]."""
    for found in (audience & audience, audience | audience, audience - audience):
        assert type(found) is frozenset
    assert type(audience ^ audience) is frozenset
    assert audience & audience == audience


def test_it_is_compared_as_sets_are(audience: Audience[str]) -> None:
    """[D6]: ``<=`` is "all of them are in"."""
    more, fewer = {*HELD, "dan"}, {"ada"}
    assert audience <= more
    assert audience < more
    assert more > audience
    assert fewer <= audience
    assert audience >= fewer
    assert not audience < set(HELD)
    assert audience <= set(HELD)
    assert not audience <= {"ada", "dan"}
    assert audience.isdisjoint({"dan"})
    assert not audience.isdisjoint(["dan", "ada"])


def test_it_never_changes(audience: Audience[str]) -> None:
    """[V8]: neither what it holds nor what was asked."""
    with pytest.raises(AttributeError):
        audience.add("dan")  # type: ignore[attr-defined]
    for name in ("anything", "now", "condition"):
        with pytest.raises(AttributeError):
            setattr(audience, name, None)
    assert audience.now == NOW
    assert audience.condition == ~attr("age").is_set()
    taken = audience
    taken &= {"ada"}  # type: ignore[assignment]
    assert len(audience) == 3


def test_nobody_is_an_empty_set() -> None:
    """[V8]: and false, as an empty set is."""
    nobody = Evaluator(MemorySource([Contact("ada")])).members(attr("age") > 3, now=NOW)
    assert (len(nobody), list(nobody), bool(nobody)) == (0, [], False)
    assert nobody == set() == frozenset()
    assert hash(nobody) == hash(frozenset())


def test_it_shows_how_many_and_when_but_nobody(audience: Audience[str]) -> None:
    """[D10]: a repr ends up in logs."""
    assert repr(audience) == "<Audience of 3 at 2022-10-01T00:00:00+00:00>"
