"""The closed unions contain every class that belongs to them.

The type checkers do not report a class that is missing from a union. So the unions are compared
with the classes of the modules, and not with ``__subclasses__()``: attrs creates a class with slots
twice, and both are listed there.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Final, get_args

import segkit
from segkit import Condition, EventCount, InSegment, Property, did, first_prop, model, prop
from segkit.model.base import BaseCondition, Combinator, Group, Leaf, NestedLeaf, SimpleLeaf
from segkit.model.conditions import EventCondition, LeafCondition
from segkit.model.time_spans import BaseWindow, Window

BASES: Final = (BaseCondition, Combinator, Group, Leaf, NestedLeaf, SimpleLeaf)


def classes_of_the_model() -> Iterator[type]:
    """Find the public classes that the modules of the model define."""
    for module in pkgutil.walk_packages(model.__path__, f"{model.__name__}."):
        for name, value in inspect.getmembers(importlib.import_module(module.name)):
            if (
                inspect.isclass(value)
                and value.__module__ == module.name
                and not name.startswith("_")
            ):
                yield value


def subclasses(base: type) -> set[type]:
    """Return the subclasses of *base* in the model, without the bases."""
    return {
        value
        for value in classes_of_the_model()
        if issubclass(value, base) and value not in BASES and value is not base
    }


def test_classes_are_found() -> None:
    """The other tests would pass for an empty folder."""
    assert {value.__name__ for value in subclasses(Combinator)} >= {"And", "AtLeast", "InSegment"}
    assert {value.__name__ for value in subclasses(Leaf)} >= {
        "Attribute",
        "EventCount",
        "EventValue",
        "Sample",
        "Sequence",
    }


def test_every_leaf_is_in_the_union_of_leaves() -> None:
    """A match over the leaves is exhaustive only then."""
    assert set(get_args(LeafCondition)) == subclasses(Leaf)


def test_every_leaf_and_combinator_is_in_the_union_of_conditions() -> None:
    """`Condition` contains every condition."""
    assert set(get_args(Condition)) == subclasses(Leaf) | subclasses(Combinator)


def test_every_condition_is_a_leaf_or_a_combinator() -> None:
    """There is no third base, and no class has both."""
    assert subclasses(BaseCondition) == subclasses(Leaf) | subclasses(Combinator)
    assert not subclasses(Leaf) & subclasses(Combinator)


def test_every_leaf_has_a_scope() -> None:
    """The class or the instance has it; combinators derive it from their parts."""
    # An attribute of the instances of a class with slots is a descriptor in the class.
    by_instance = {leaf for leaf in subclasses(Leaf) if not isinstance(vars(leaf)["scope"], str)}
    assert by_instance == {EventCount, Property}
    assert {vars(leaf)["scope"] for leaf in subclasses(Leaf) - by_instance} == {"contact"}
    later = prop("sku") == first_prop("sku")
    assert [condition.scope for condition in (prop("sku") == "a", later)] == [
        "event",
        "later event",
    ]
    assert [did("order").scope, did("order").where(later).scope] == ["contact", "step"]


def test_where_takes_conditions_on_one_event() -> None:
    """The type checkers refuse the rest in ``where`` [E2]; a segment is on a contact [S8]."""
    assert set(get_args(EventCondition)) == {Property} | subclasses(Combinator) - {InSegment}


def test_every_window_is_in_the_union_of_windows() -> None:
    """The clock's match over the windows is exhaustive only then."""
    assert set(get_args(Window)) == subclasses(BaseWindow)


def test_the_classes_of_the_unions_are_public() -> None:
    """Applications use them in ``match``, so each has a public name."""
    for union in (Condition, Window):
        for value in get_args(union):
            assert getattr(segkit, value.__name__) is value
