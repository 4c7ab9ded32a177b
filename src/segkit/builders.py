"""Builders: the functions that build conditions, such as ``attr`` and ``did``."""

from __future__ import annotations

from segkit.errors import ConditionTypeError, with_error_path
from segkit.model.base import And, AtLeast, BaseCondition, Or
from segkit.model.call_hints import written_as
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import ListMembership, Sample
from segkit.model.event_leaves import EventCount
from segkit.model.segments import InSegment, Segment
from segkit.model.terms import AttributeTerm, FirstProperty, PropertyTerm
from segkit.model.validation import ensure_text, mismatch


@written_as('attr("age"), or attr("address", "zip") for a path')
def attr(name: str, /, *path: str) -> AttributeTerm:
    """Return an attribute of the contact, as a term to compare.

    What may follow:

    * values: ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``.between(a, b)``, ``.is_in([...])``,
      ``.is_true()``, ``.is_false()``, ``.is_set()``
    * text: ``.contains(...)``, ``.starts_with(...)``, ``.ends_with(...)``, ``.matches_regex(...)``
    * collections: ``.has_any([...])``, ``.has_all([...])``
    * days and instants: ``.within_last(...)``, ``.within_next(...)``, ``.before(...)``,
      ``.after(...)``, ``.between_ago(...)``, ``.during(...)``, ``.anniversary_within_next(...)``,
      ``.anniversary_within_last(...)``, ``.anniversary_in(...)``
    * locations: ``.within_km(...)``

    Args:
        name: The name of the attribute.
        *path: Keys into its value, where that is a mapping [K6].

    Raises:
        ConditionTypeError: If a name is not text.

    >>> from segkit import attr
    >>> attr("address", "zip") == "75011"
    Attribute(('address', 'zip'), Comparison('==', operand='75011'))
    """
    return AttributeTerm(_check_names("attr", name, *path))


@written_as('prop("total"), or prop("item", "sku") for a path')
def prop(name: str, /, *path: str) -> PropertyTerm:
    """Return a property of an event, as a term to compare in ``did(...).where(...)``.

    The arguments and the methods that may follow are those of `attr`.

    Raises:
        ConditionTypeError: If a name is not text.

    >>> from segkit import did, prop
    >>> did("order").where(prop("total") >= 50).names
    ('order',)
    """
    return PropertyTerm(_check_names("prop", name, *path))


@written_as('did("order"), or did("order").where(prop("total") >= 50) for properties')
def did(name: str, /, *names: str) -> EventCount:
    """Return the condition that an event of one of these names happened at least once, ever.

    The names are counted together. What may follow:

    * counts: ``.at_least(n)``, ``.at_most(n)``, ``.exactly(n)``, ``.never()``
    * windows: ``.within_last(days=30)``, ``.between_ago(days=(90, 30))``, ``.before(days=60)``,
      ``.before(x)``, ``.after(x)``, ``.between(a, b)``, ``.during("month", -1)``
    * properties: ``.where(prop("total") >= 50)``
    * values to compare: ``.sum(...)``, ``.mean(...)``, ``.min(...)``, ``.max(...)``,
      ``.distinct(...)``, ``.latest(...)``, ``.earliest(...)``, ``.latest_at()``,
      ``.earliest_at()``
    * order: ``.followed_by(did(...))``, ``.not_followed_by(did(...))``, ``.in_at_least(3, of=4)``

    Raises:
        ConditionTypeError: If a name is not text.

    >>> from segkit import did
    >>> did("order").at_least(2).within_last(days=30)
    EventCount(('order',), minimum=2, window=Last(days=30))
    """
    return EventCount(_check_names("did", name, *names))


@written_as('in_list("a"), with & or | between several')
def in_list(name: str, /) -> ListMembership:
    """Return the condition that the contact is on a list.

    What may follow: ``.joined_within_last(...)``, ``.joined_before(...)``,
    ``.joined_between(a, b)``, ``.joined_during(...)`` [L1].

    Raises:
        ConditionTypeError: If *name* is not text.

    >>> from segkit import in_list
    >>> ~in_list("newsletter")
    Not(ListMembership('newsletter'))
    """
    return ListMembership(_check_names("in_list", name)[0])


@written_as('in_any_list(), or in_list("a") | in_list("b") for some lists')
def in_any_list() -> ListMembership:
    """Return the condition that the contact is on at least one list.

    The methods that may follow are those of `in_list`.

    >>> from segkit import in_any_list
    >>> ~in_any_list()
    Not(ListMembership(None))
    """
    return ListMembership(None)


@written_as('all_of(attr("age") >= 18, in_list("vip"))')
def all_of(*conditions: Condition) -> And:
    """Return the condition that all *conditions* are true; without any, it is true.

    Raises:
        ConditionTypeError: If an argument is not a condition.

    >>> from segkit import all_of, attr, in_list
    >>> all_of(attr("age") >= 18, in_list("vip")) == (attr("age") >= 18) & in_list("vip")
    True
    """
    with with_error_path("all_of"):
        return And(conditions)


@written_as('any_of(attr("age") >= 18, in_list("vip"))')
def any_of(*conditions: Condition) -> Or:
    """Return the condition that one or more of *conditions* are true; without any, false.

    Raises:
        ConditionTypeError: If an argument is not a condition.

    >>> from segkit import Or, any_of
    >>> any_of() == Or()
    True
    """
    with with_error_path("any_of"):
        return Or(conditions)


@written_as("at_least(2, a, b, c)")
def at_least(number: int, /, *conditions: Condition) -> AtLeast:
    """Return the condition that *number* or more of *conditions* are true.

    Equal conditions count separately [V5].

    Raises:
        ConditionError: If *number* is not a whole number, or is below 0.
        ConditionTypeError: If another argument is not a condition.

    >>> from segkit import at_least, attr, describe, did, in_list
    >>> describe(at_least(2, in_list("vip"), did("order"), attr("plan") == "pro"))
    'at least 2 of: is on list "vip"; did "order" at least once; plan is "pro"'
    """
    with with_error_path("at_least"):
        if issubclass(type(number), BaseCondition | list | tuple | set | frozenset):
            expected = "takes the number first, then the conditions: at_least(2, a, b, c)"
            raise mismatch("at_least", expected, number, ConditionTypeError)
        return AtLeast(number, conditions)


@written_as('first_prop("sku")')
def first_prop(name: str, /, *path: str) -> FirstProperty:
    """Return a property of the first event of a sequence, as an operand in a later step.

    The arguments are those of `attr` [S3].

    Raises:
        ConditionTypeError: If a name is not text.

    >>> from segkit import describe, did, first_prop, prop
    >>> same = did("order").where(prop("sku") == first_prop("sku"))
    >>> describe(did("cart").not_followed_by(same))
    'did "cart" not followed by "order" (where sku is equal to the sku of the first event)'
    """
    return FirstProperty(_check_names("first_prop", name, *path))


@written_as('sample(percent=10, salt="autumn")')
def sample(percent: float, salt: str) -> Sample:
    """Return the condition that the contact is in a stable random sample of all contacts.

    A contact in the sample of 10 percent is also in that of 20 percent with the same *salt* [S5].

    Args:
        percent: The size of the sample, more than 0 and at most 100.
        salt: A text. Samples with different salts are independent of each other.

    Raises:
        ConditionError: If *percent* is out of range, or *salt* is not text.

    >>> from segkit import sample
    >>> sample(percent=10, salt="autumn")
    Sample(10, 'autumn')
    """
    with with_error_path("sample"):
        return Sample(percent, salt)


@written_as("in_segment(segment), with & or | between several")
def in_segment(segment: Segment, /) -> InSegment:
    """Return the condition that the contact is in a segment, at the same now and zone.

    Raises:
        ConditionTypeError: If *segment* is not a `Segment`; a name is not enough.

    >>> from segkit import Segment, attr, describe, in_segment
    >>> describe(~in_segment(Segment("adults", attr("age") >= 18)))
    'is not in segment "adults" (or has no value)'
    """
    with with_error_path("in_segment"):
        return InSegment(segment)


def _check_names(function: str, *names: object) -> tuple[str, ...]:
    expected = "takes names, each a text"
    return tuple(ensure_text(function, expected, name, ConditionTypeError) for name in names)
