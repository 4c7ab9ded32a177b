"""The doors: the words a condition is written with."""

from __future__ import annotations

from typing import cast

from segkit.errors import ConditionTypeError, located, shown
from segkit.model.conditions import Condition, EventCount, ListMembership
from segkit.model.logic import And, Or
from segkit.model.terms import AttributeTerm, PropertyTerm

__all__ = ["all_of", "any_of", "attr", "did", "in_any_list", "in_list", "prop"]


def attr(name: str, /, *path: str) -> AttributeTerm:
    """An attribute of the contact, to be compared.

    Args:
        name: The attribute.
        *path: Steps into it, where it is a mapping [K6].

    >>> from segkit import attr
    >>> attr("address", "zip") == "75011"
    Attribute(('address', 'zip'), Comparison('==', operand='75011'))
    """
    return AttributeTerm(_names("attr", name, *path))


def prop(name: str, /, *path: str) -> PropertyTerm:
    """A property of an event, to be compared; for ``did(...).where(...)`` only.

    >>> from segkit import did, prop
    >>> did("order").where(prop("total") >= 50).names
    ('order',)
    """
    return PropertyTerm(_names("prop", name, *path))


def did(name: str, /, *names: str) -> EventCount:
    """At least one event of that name, ever; a condition that further words narrow.

    Several names are counted together.

    >>> from segkit import did
    >>> did("order").at_least(2).within_last(days=30)
    EventCount(('order',), minimum=2, window=Last(days=30))
    """
    return EventCount(_names("did", name, *names))


def in_list(name: str, /) -> ListMembership:
    """The contact is on that list [L1].

    >>> from segkit import in_list
    >>> ~in_list("newsletter")
    Not(ListMembership('newsletter'))
    """
    return ListMembership(_names("in_list", name)[0])


def in_any_list() -> ListMembership:
    """The contact is on some list; ``~in_any_list()`` is on none."""
    return ListMembership(None)


def all_of(*conditions: Condition) -> And:
    """Every one of them; of nothing, true [V5].

    >>> from segkit import all_of, attr, in_list
    >>> all_of(attr("age") >= 18, in_list("vip")) == (attr("age") >= 18) & in_list("vip")
    True
    """
    with located("all_of"):
        return And(conditions)


def any_of(*conditions: Condition) -> Or:
    """At least one of them; of nothing, false [V5].

    >>> from segkit import Or, any_of
    >>> any_of() == Or()
    True
    """
    with located("any_of"):
        return Or(conditions)


def _names(door: str, *names: object) -> tuple[str, ...]:
    for name in names:
        if not isinstance(name, str):
            problem = f"takes names, text each; got {shown(name)}"
            raise ConditionTypeError(door, problem, name)
    return cast("tuple[str, ...]", names)
