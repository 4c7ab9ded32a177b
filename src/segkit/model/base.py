"""How deep a condition nests and how large it is when written out, and the limits of both.

Both are found from the parts, which have found theirs, so that building a condition takes time for
its parts and not for all that is in them.


And, Or, Not, and the operators ``& | ~`` that build them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, Self, TypeAlias, cast

import attrs

from segkit.display import HtmlDisplay
from segkit.errors import ConditionError, ConditionTypeError, short_repr, wrap_foreign_errors
from segkit.model.repr import PasteableRepr
from segkit.model.values import Kind, is_int, normalize, to_int

if TYPE_CHECKING:
    from segkit.model.conditions import Condition


MAX_DEPTH: Final = 90
"""Levels of nesting. Python reads at most 200 nested brackets, a repr has two a level, and it must
be possible to paste it back; Python's recursion limit lies a little further on."""

MAX_SIZE: Final = 100_000
"""The size of a condition: the conditions in it, itself and those of its segments too, written out.

One part may stand in many places and costs no memory there, but whoever hashes, prints or asks the
condition meets it in each: forty levels of ``at_least(1, c, c)`` are a million million."""


def depth_of(parts: Sequence[Condition], *, levels: int = 1) -> int:
    """The levels of nesting of something that puts *levels* on top of its parts.

    Raises:
        ConditionError: If they are too many.
    """
    depth = levels + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        problem = f"conditions nest at most {MAX_DEPTH} levels deep; join more in one And or Or"
        raise ConditionError("depth", problem, depth)
    return depth


def size_of(parts: Sequence[Condition]) -> int:
    """The size of something made of *parts*, each counted as often as it stands there.

    Raises:
        ConditionError: If it is too large.
    """
    size = 1 + sum(part.size for part in parts)
    if size > MAX_SIZE:
        problem = (
            f"a condition is made of at most {MAX_SIZE:,} conditions, all written out; got "
            f"{size:,}: many values of one attribute are one is_in([...]), and a part that "
            "stands in many places is an attribute worth keeping with the contact"
        )
        raise ConditionError("size", problem, size)
    return size


def set_depth_and_size(condition: object, parts: Sequence[Condition], *, levels: int = 1) -> None:
    """Find the depth and the size of *condition*, which is just being built, from its parts."""
    object.__setattr__(condition, "depth", depth_of(parts, levels=levels))
    object.__setattr__(condition, "size", size_of(parts))


Scope: TypeAlias = Literal["contact", "event", "later event", "step"]
"""What a condition is asked of.

A contact; in ``where``, one event, or one of a later step of a sequence, which knows the first;
or nothing yet: a step waits to be put into a sequence.
"""


class BaseCondition(PasteableRepr, HtmlDisplay):
    """The private base of every condition: ``&``, ``|``, ``~``, and no truth value."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # attrs makes each class once more, and this time with the equality of its fields.
        if "__eq__" in vars(cls):
            cls.__eq__ = _eq_refusing_numbers(cls.__eq__)  # type: ignore[method-assign]

    def __and__(self, other: Condition) -> And:
        """Both. ``a & b & c`` is one `And` of three parts."""
        return And((*_parts_of(And, self), *_parts_of(And, ensure_condition(other, "&"))))

    def __or__(self, other: Condition) -> Or:
        """At least one. ``a | b | c`` is one `Or` of three parts."""
        return Or((*_parts_of(Or, self), *_parts_of(Or, ensure_condition(other, "|"))))

    def __bool__(self) -> NoReturn:
        problem = (
            "a condition has no truth value of its own: combine with & | ~ instead of "
            "and, or, not; write attr(...).between(a, b) instead of a < attr(...) < b, "
            "and matches(condition, contact, events) to ask about a contact"
        )
        raise ConditionTypeError(type(self).__name__, problem, self)

    if not TYPE_CHECKING:  # so that the checkers still report ``1 & condition``

        def __rand__(self, other: object) -> NoReturn:
            ensure_condition(other, "&")

        def __ror__(self, other: object) -> NoReturn:
            ensure_condition(other, "|")

        def __lt__(self, other: object) -> NoReturn:
            self._refuse_comparison(other)

        __le__ = __gt__ = __ge__ = __lt__

    def _refuse_comparison(self, other: object) -> NoReturn:
        problem = (
            f"a condition is not compared, here with {short_repr(other)}: say how often in words, "
            ".exactly(3), .at_least(3), .at_most(3); compare a value, attr(...) >= 3; and ask "
            "whether it holds with matches(condition, contact, events)"
        )
        raise ConditionTypeError(type(self).__name__, problem, other)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Nothing in a condition can change, so sharing cannot be told from copying.
        return self


Equality: TypeAlias = Callable[[Any, object], bool]


def _eq_refusing_numbers(same: Equality) -> Equality:
    """Equality of conditions that refuses a number or a truth value on the other side.

    To Python that is a plain ``False``, so ``did("order") == 3`` would be no condition at all.
    """

    def equal(self: BaseCondition, other: object) -> bool:
        if type(other) is type(self):
            return same(self, other)
        if normalize(other)[0] in (Kind.NUMBER, Kind.BOOLEAN):
            self._refuse_comparison(other)  # pyright: ignore[reportPrivateUsage]
        # Not equal, unless the other side says so.
        return object.__eq__(self, other)

    return equal


class Leaf(BaseCondition):
    """The base of the conditions that look at a fact."""

    __slots__ = ()

    def __invert__(self) -> Not:
        """The exact complement [V2]."""
        return Not(cast("Condition", self))


class Combinator(BaseCondition):
    """The base of the conditions made of conditions."""

    __slots__ = ()

    def __invert__(self) -> And | Or | Not | Condition:
        """The exact complement [V2]. ``~~a`` is ``a``."""
        return self.part if isinstance(self, Not) else Not(cast("Condition", self))


def ensure_condition(value: object, path: str, *, alone: bool = False) -> Condition:
    """*value* if it is a condition; *alone* if one is asked for and not several.

    Raises:
        ConditionTypeError: Naming what to write instead of what was given.
    """
    # By the type: an object may lie about its class, or raise when it is asked for it.
    kind: type[object] = type(value)
    if issubclass(kind, BaseCondition):
        return cast("Condition", value)
    given: object = value
    problem = f"takes {'a condition' if alone else 'conditions'}; got {short_repr(given)}"
    if kind.__name__.endswith("Term"):
        problem += ", which is not compared with anything yet: write .is_set(), .is_true(), == ..."
    elif kind.__name__ == "Segment":
        problem += ": write in_segment(...) around a segment"
    elif issubclass(kind, list | tuple | set):
        problem += (
            ": join several with all_of(*conditions)"
            if alone
            else ": hand in the conditions one by one, or with a star"
        )
    elif kind is bool:
        problem += ': is one side a comparison that Python worked out, such as in_list(...) == "a"?'
    raise ConditionTypeError(path, problem, given)


def _parts_of(combinator: type[And | Or], condition: object) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, combinator) else (cast("Condition", condition),)


def _parts(value: Iterable[Condition]) -> tuple[Condition, ...]:
    given: object = value
    if not issubclass(type(given), list | tuple):
        problem = (
            f"takes one tuple of conditions, And((a, b)), or all_of(a, b); got {short_repr(value)}"
        )
        raise ConditionTypeError("parts", problem, value)
    with wrap_foreign_errors("parts"):
        return tuple(ensure_condition(part, f"parts[{place}]") for place, part in enumerate(value))


def _derive_scope_and_size(self: Combinator, parts: tuple[Condition, ...]) -> None:
    """Find the scope and extents of a combinator from its parts, which have found theirs."""
    scopes: set[Scope] = {part.scope for part in parts if part.scope is not None}
    if "later event" in scopes:
        scopes -= {"event"}
    if "step" in scopes:
        raise ConditionError(type(self).__name__, FIRST_PROP_ONLY_IN_STEPS, parts)
    if len(scopes) > 1:
        problem = "prop(...) is asked of one event, in did(...).where(...); the rest of a contact"
        raise ConditionError(type(self).__name__, problem, parts)
    object.__setattr__(self, "scope", next(iter(scopes), None))
    set_depth_and_size(self, parts)


FIRST_PROP_ONLY_IN_STEPS: Final = (
    "first_prop(...) looks at the first event of a sequence: it is for the steps behind it, "
    "did(...).followed_by(did(...).where(prop(...) == first_prop(...)))"
)


@attrs.frozen(repr=False)
class And(Combinator):
    """True when every part is; of nothing, true [V5].

    >>> from segkit import And, attr
    >>> And((attr("vip").is_true(),)) == And((attr("vip") == True,))
    True
    """

    parts: tuple[Condition, ...] = attrs.field(default=(), converter=_parts)
    scope: Scope | None = attrs.field(init=False, eq=False, repr=False)
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _derive_scope_and_size(self, self.parts)


@attrs.frozen(repr=False)
class Or(Combinator):
    """True when at least one part is; of nothing, false [V5].

    >>> from segkit import Or
    >>> Or()
    Or()
    """

    parts: tuple[Condition, ...] = attrs.field(default=(), converter=_parts)
    scope: Scope | None = attrs.field(init=False, eq=False, repr=False)
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _derive_scope_and_size(self, self.parts)


def _part(value: object) -> Condition:
    return ensure_condition(value, "Not")


@attrs.frozen(repr=False)
class Not(Combinator):
    """True exactly when its part is false [V2].

    >>> from segkit import in_list
    >>> ~in_list("vip")
    Not(ListMembership('vip'))
    """

    part: Condition = attrs.field(converter=_part)
    scope: Scope | None = attrs.field(init=False, eq=False, repr=False)
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _derive_scope_and_size(self, (self.part,))


@attrs.frozen(repr=False)
class AtLeast(Combinator):
    """True when *number* or more of the parts are [V5]; equal parts count separately.

    `segkit.at_least` is its door.

    Raises:
        ConditionError: If *number* is not whole, or below 0.

    >>> from segkit import AtLeast, in_list
    >>> AtLeast(1, (in_list("vip"), in_list("staff")))
    AtLeast(1, (ListMembership('vip'), ListMembership('staff')))
    """

    number: int = attrs.field(converter=to_int)
    parts: tuple[Condition, ...] = attrs.field(converter=_parts)
    scope: Scope | None = attrs.field(init=False, eq=False, repr=False)
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not is_int(self.number) or self.number < 0:
            problem = f"takes a whole number, 0 or more, first; got {short_repr(self.number)}"
            raise ConditionError("at_least", problem, self.number)
        _derive_scope_and_size(self, self.parts)
