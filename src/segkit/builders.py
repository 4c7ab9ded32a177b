"""The doors: the words a condition is written with."""

from __future__ import annotations

from typing import cast

from segkit.errors import ConditionTypeError, short_repr, with_error_path
from segkit.model.base import And, AtLeast, Or
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import ListMembership, Sample
from segkit.model.event_leaves import EventCount
from segkit.model.segments import InSegment, Segment
from segkit.model.terms import AttributeTerm, FirstProperty, PropertyTerm
from segkit.model.values import normalize


def attr(name: str, /, *path: str) -> AttributeTerm:
    """An attribute of the contact, to be compared.

    Args:
        name: The attribute.
        *path: Steps into it, where it is a mapping [K6].

    >>> from segkit import attr
    >>> attr("address", "zip") == "75011"
    Attribute(('address', 'zip'), Comparison('==', operand='75011'))
    """
    return AttributeTerm(_check_names("attr", name, *path))


def prop(name: str, /, *path: str) -> PropertyTerm:
    """A property of an event, to be compared; for ``did(...).where(...)`` only.

    >>> from segkit import did, prop
    >>> did("order").where(prop("total") >= 50).names
    ('order',)
    """
    return PropertyTerm(_check_names("prop", name, *path))


def did(name: str, /, *names: str) -> EventCount:
    """At least one event of that name, ever; a condition that further words narrow.

    Several names are counted together.

    >>> from segkit import did
    >>> did("order").at_least(2).within_last(days=30)
    EventCount(('order',), minimum=2, window=Last(days=30))
    """
    return EventCount(_check_names("did", name, *names))


def in_list(name: str, /) -> ListMembership:
    """The contact is on that list [L1].

    >>> from segkit import in_list
    >>> ~in_list("newsletter")
    Not(ListMembership('newsletter'))
    """
    return ListMembership(_check_names("in_list", name)[0])


def in_any_list() -> ListMembership:
    """The contact is on some list; ``~in_any_list()`` is on none."""
    return ListMembership(None)


def all_of(*conditions: Condition) -> And:
    """Every one of them; of nothing, true [V5].

    >>> from segkit import all_of, attr, in_list
    >>> all_of(attr("age") >= 18, in_list("vip")) == (attr("age") >= 18) & in_list("vip")
    True
    """
    with with_error_path("all_of"):
        return And(conditions)


def any_of(*conditions: Condition) -> Or:
    """At least one of them; of nothing, false [V5].

    >>> from segkit import Or, any_of
    >>> any_of() == Or()
    True
    """
    with with_error_path("any_of"):
        return Or(conditions)


def at_least(number: int, /, *conditions: Condition) -> AtLeast:
    """*number* or more of them; equal ones count separately [V5].

    >>> from segkit import at_least, attr, describe, did, in_list
    >>> describe(at_least(2, in_list("vip"), did("order"), attr("plan") == "pro"))
    'at least 2 of: is on list "vip"; did "order" at least once; plan is "pro"'
    """
    with with_error_path("at_least"):
        return AtLeast(number, conditions)


def first_prop(name: str, /, *path: str) -> FirstProperty:
    """A property of the first event of a sequence, for the ``where`` of a later step [S3].

    >>> from segkit import describe, did, first_prop, prop
    >>> same = did("order").where(prop("sku") == first_prop("sku"))
    >>> describe(did("cart").not_followed_by(same))
    'did "cart" not followed by "order" (where sku is equal to the sku of the first event)'
    """
    return FirstProperty(_check_names("first_prop", name, *path))


def sample(percent: float, salt: str) -> Sample:
    """A stable random part of all contacts [S5].

    Whoever is in at 10 percent is in at 20; another *salt* draws another sample.

    Args:
        percent: More than 0, at most 100.
        salt: What makes one sample differ from another.
    """
    with with_error_path("sample"):
        return Sample(percent, salt)


def in_segment(segment: Segment, /) -> InSegment:
    """What the segment means, at the same now and in the same zone [S8].

    >>> from segkit import Segment, attr, describe, in_segment
    >>> describe(~in_segment(Segment("adults", attr("age") >= 18)))
    'is not in segment "adults" (or has no value)'
    """
    with with_error_path("in_segment"):
        return InSegment(segment)


def _check_names(function: str, *names: object) -> tuple[str, ...]:
    for name in names:
        if not issubclass(type(name), str):
            problem = f"takes names, text each; got {short_repr(name)}"
            raise ConditionTypeError(function, problem, name)
    # Plain, so that a subclass of str prints as something to paste back.
    return tuple(cast("str", normalize(name)[1]) for name in names)
