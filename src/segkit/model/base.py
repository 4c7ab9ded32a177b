"""The base classes of conditions: leaves, `And`, `Or`, `Not`, `AtLeast`, and ``& | ~``.

A condition knows its depth, its size and the segments that it refers to. Each is derived from the
parts when the condition is built, so that building takes time for the direct parts only.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NoReturn, Self, TypeAlias, cast

import attrs

from segkit.display import HtmlDisplay
from segkit.errors import ConditionError, ConditionTypeError, read_foreign, short_repr
from segkit.model.foreign_data import has_fields
from segkit.model.method_hints import CONDITION_HINTS, MethodHints
from segkit.model.repr import PasteableRepr
from segkit.model.validation import ensure_whole, has_type, mismatch, set_fields
from segkit.model.values import ORDERED, Kind, normalize

if TYPE_CHECKING:
    from segkit.model.conditions import Condition
    from segkit.model.segments import Segment

Scope: TypeAlias = Literal["contact", "event", "later event", "step"]
"""The subject of the evaluation of a condition: a contact with its events; one event, in ``where``;
one event of a later step, together with the first event of the sequence; or nothing, if it is an
event count that only a sequence can take, as a step."""

MAX_DEPTH: Final = 90
"""The maximum number of nested levels. Python parses at most 200 nested brackets, a repr has two
per level, and every repr can be pasted back. Python's recursion limit is a little higher."""

MAX_SIZE: Final = 100_000
"""The maximum number of conditions when every part is written out, segments included. One part may
be used in many places at no cost in memory, but hashing, printing and evaluating visit it in every
place: 40 nested levels of ``at_least(1, c, c)`` are a million million visits."""

FIRST_PROP_ONLY_IN_STEPS: Final = (
    "first_prop(...) refers to the first event of a sequence, so it belongs in a later step: "
    "did(...).followed_by(did(...).where(prop(...) == first_prop(...)))"
)


def set_depth_and_size(
    condition: object, parts: Sequence[Condition], *, minimum_depth: int = 1
) -> None:
    """Set ``depth`` and ``size`` of a frozen *condition* under construction, within the limits."""
    depth = max(minimum_depth, 1, *(1 + part.depth for part in parts))
    if depth > MAX_DEPTH:
        problem = f"conditions nest at most {MAX_DEPTH} levels deep; join more in one And or Or"
        raise ConditionError("depth", problem, depth)
    size = 1 + sum(part.size for part in parts)
    if size > MAX_SIZE:
        expected = f"a condition holds at most {MAX_SIZE:,} conditions, every part written out"
        advice = (
            ": write many values of one attribute as one is_in([...]), and store a part that is "
            "used in many places as an attribute of the contact"
        )
        raise mismatch("size", expected, size, found=f"{size:,}", advice=advice)
    set_fields(condition, depth=depth, size=size)


def _common_scope(name: str, parts: Sequence[Condition]) -> Scope | None:
    """Return the scope of a combinator, which is the scope of every part that has one."""
    scopes: set[Scope] = {part.scope for part in parts if part.scope is not None}
    if "later event" in scopes:
        scopes -= {"event"}
    if "step" in scopes:
        raise ConditionError(name, FIRST_PROP_ONLY_IN_STEPS, parts)
    if len(scopes) > 1:
        problem = (
            "prop(...) is evaluated on one event, so it belongs in did(...).where(...); the other "
            "parts are evaluated on a contact"
        )
        raise ConditionError(name, problem, parts)
    return next(iter(scopes), None)


class Compilable:
    """The base of conditions and segments: what `segkit.matches` keeps between calls.

    These slots are not fields: they are not compared, printed, pickled or copied, and live as long
    as the object.
    """

    __slots__ = ("_bind", "_cached")

    _bind: Any
    """The compiled function that binds the condition to a now."""
    _cached: Any
    """The function for the latest now."""


class NotACondition:
    """The base of objects that users pass where a condition is expected."""

    __slots__ = ()

    advice: ClassVar[str]  # what to write instead, for the error
    advice_in_where: ClassVar[str] = ""  # the same in a ``where``, if it is different there


def ensure_condition(value: object, path: str, *, alone: bool = False) -> Condition:
    """Return *value* if it is a condition; otherwise raise an error that says what to write.

    With *alone*, the error says that one condition is expected, and not several.
    """
    if has_type(value, BaseCondition):
        return cast("Condition", value)
    problem = f"takes {'a condition' if alone else 'conditions'}; got {short_repr(value)}"
    raise ConditionTypeError(path, problem + _advice_on(value, path, alone=alone), value)


def _advice_on(value: object, path: str, *, alone: bool) -> str:
    """Return what to write instead of *value*, which is not a condition."""
    if has_type(value, NotACondition):
        in_where = path == "where" and value.advice_in_where
        return f": {in_where or value.advice}"
    if issubclass(type(value), list | tuple | set):
        return (
            ": join several conditions with all_of(*conditions)"
            if alone
            else ": pass the conditions one by one, or with a star: *conditions"
        )
    if issubclass(type(value), Mapping):
        function = "prop" if path == "where" else "attr"
        return f': write {function}("total") == 5 for each key, or from_dict(...) for a document'
    if has_type(value, bool):
        return (
            ': Python has evaluated a comparison here, such as in_list(...) == "a", or & before '
            'a comparison: write brackets around each one, (attr("age") >= 18) & ...'
        )
    if path in ("&", "|") and normalize(value)[0] in ORDERED:
        return f': write brackets around each comparison, (...) {path} (attr("age") >= 18)'
    if has_fields(value, "id", "attributes", "lists"):
        call = path if path.isidentifier() else "matches"
        return f": the condition comes first, then the contact: {call}(condition, contact)"
    if has_type(value, str) and alone and path not in ("&", "|"):
        return ": write the condition or the segment itself, not its name"
    return ""


def refuse_missing_brackets(operator: str, left: object) -> None:
    """Refuse a scalar to the left of ``&`` or ``|``, as in ``attr("age") >= 18 & ...``.

    Python evaluates ``&`` before ``>=``, so its left operand is the number 18 alone.
    """
    if normalize(left)[0] in ORDERED:
        problem = (
            f"Python evaluates {short_repr(left)} {operator} ... before the comparison: write "
            f'brackets around each comparison, (attr("age") >= 18) {operator} (...)'
        )
        raise ConditionTypeError(operator, problem, left)


def _ensure_parts(parts: Iterable[Condition]) -> tuple[Condition, ...]:
    given: object = parts
    if not has_type(given, list, tuple):
        expected = "takes one tuple of conditions, (a, b), unlike all_of(a, b) and any_of(a, b)"
        raise mismatch("parts", expected, given, ConditionTypeError)
    items = read_foreign("parts", lambda: tuple(parts))
    return tuple(ensure_condition(part, f"parts[{place}]") for place, part in enumerate(items))


def _ensure_part(part: Condition) -> Condition:
    return ensure_condition(part, "Not", alone=True)


class BaseCondition(PasteableRepr, HtmlDisplay, Compilable, MethodHints):
    """The private base of every condition: ``&``, ``|``, ``~``, and no truth value."""

    __slots__ = ()

    method_hints: ClassVar[Mapping[str, str]] = CONDITION_HINTS

    def _call_repr(self) -> str:
        return type(self).__name__

    def __init_subclass__(cls) -> None:
        # attrs creates each class a second time, then with the equality of its fields.
        if "__eq__" in vars(cls):
            cls.__eq__ = _eq_refusing_numbers(cls.__eq__)  # type: ignore[method-assign]

    def __and__(self, other: Condition) -> And:
        """Combine both conditions. ``a & b & c`` is one `And` of three parts."""
        return And((*_parts_of(And, self, "&"), *_parts_of(And, other, "&")))

    def __or__(self, other: Condition) -> Or:
        """Combine them so that one is enough. ``a | b | c`` is one `Or` of three parts."""
        return Or((*_parts_of(Or, self, "|"), *_parts_of(Or, other, "|")))

    def __bool__(self) -> NoReturn:
        problem = (
            "a condition has no truth value: combine with & | ~ instead of "
            "and, or, not; write attr(...).between(a, b) instead of a < attr(...) < b, "
            "and attr(...).is_in([...]) instead of attr(...) in [...]; "
            "evaluate a condition for a contact with matches(condition, contact, events)"
        )
        raise ConditionTypeError(type(self).__name__, problem, self)

    if not TYPE_CHECKING:  # so that type checkers still report ``1 & condition``

        def __rand__(self, other: object) -> NoReturn:
            refuse_missing_brackets("&", other)
            ensure_condition(other, "&")

        def __ror__(self, other: object) -> NoReturn:
            refuse_missing_brackets("|", other)
            ensure_condition(other, "|")

        def __lt__(self, other: object) -> NoReturn:
            self._refuse_comparison(other)

        __le__ = __gt__ = __ge__ = __lt__

    def _refuse_comparison(self, other: object) -> NoReturn:
        problem = f"a condition cannot be compared with {short_repr(other)}: "
        if normalize(other)[0] is Kind.BOOLEAN:
            problem += "write the condition alone for True, and ~ before it for False; "
        else:
            problem += (
                "write a number of events as .exactly(3), .at_least(3), .at_most(3); "
                "compare a value with attr(...) >= 3; "
            )
        problem += "evaluate a condition with matches(condition, contact, events)"
        raise ConditionTypeError(type(self).__name__, problem, other)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # A condition is immutable, so a copy would be of no use.
        return self


def _eq_refusing_numbers(
    equality: Callable[[Any, object], bool],
) -> Callable[[Any, object], bool]:
    """Return *equality*, but raising for a number or a boolean.

    Otherwise ``did("order") == 3`` would be ``False``, and not a condition at all.
    """

    def equal(self: BaseCondition, other: object) -> bool:
        if type(other) is type(self):
            return equality(self, other)
        if normalize(other)[0] in (Kind.NUMBER, Kind.BOOLEAN):
            self._refuse_comparison(other)  # pyright: ignore[reportPrivateUsage]
        # Not equal, unless the other side says so.
        return object.__eq__(self, other)

    return equal


def _parts_of(group: type[And | Or], value: object, operator: str) -> tuple[Condition, ...]:
    condition = ensure_condition(value, operator, alone=True)
    return condition.parts if isinstance(condition, group) else (condition,)


class Leaf(BaseCondition):
    """The base of the conditions that read a fact."""

    __slots__ = ()

    referenced_segments: ClassVar[tuple[Segment, ...]] = ()

    def __invert__(self) -> Not:
        """Return the exact complement."""  # [V2]
        return Not(cast("Condition", self))


class SimpleLeaf(Leaf):
    """The base of the leaves that contain no other condition."""

    __slots__ = ()

    depth: ClassVar[int] = 1
    size: ClassVar[int] = 1


@attrs.frozen(eq=False, repr=False)
class NestedLeaf(Leaf):
    """The base of the leaves that may contain conditions, such as the condition of a ``where``."""

    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)


@attrs.frozen(eq=False, repr=False)
class Combinator(BaseCondition):
    """The base of the conditions that are made of other conditions."""

    scope: Scope | None = attrs.field(init=False, eq=False, repr=False)
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)
    referenced_segments: tuple[Segment, ...] = attrs.field(init=False, eq=False, repr=False)

    def __invert__(self) -> Condition:
        """Return the exact complement. ``~~a`` is ``a``."""  # [V2]
        return self.part if isinstance(self, Not) else Not(cast("Condition", self))

    def _derive_from(self, *parts: Condition) -> None:
        """Set the derived fields of a frozen combinator under construction."""
        scope = _common_scope(type(self).__name__, parts)
        # By identity: comparing or hashing a segment visits its whole condition.
        found = {id(segment): segment for part in parts for segment in part.referenced_segments}
        set_fields(self, scope=scope, referenced_segments=tuple(found.values()))
        set_depth_and_size(self, parts)


class Group(Combinator):
    """The base of `And`, `Or` and `AtLeast`: true when `required` or more of the parts are."""

    __slots__ = ()

    parts: tuple[Condition, ...]

    def __attrs_post_init__(self) -> None:
        self._derive_from(*self.parts)

    @property
    @abstractmethod
    def required(self) -> int:
        """The number of parts that have to be true."""


@attrs.frozen(repr=False)
class And(Group):
    """True when every part is true; without parts, true.

    >>> from segkit import And, attr
    >>> And((attr("vip").is_true(),)) == And((attr("vip") == True,))
    True
    """

    parts: tuple[Condition, ...] = attrs.field(default=(), converter=_ensure_parts)

    @property
    def required(self) -> int:
        """The number of all parts."""
        return len(self.parts)


@attrs.frozen(repr=False)
class Or(Group):
    """True when at least one part is true; without parts, false.

    >>> from segkit import Or
    >>> Or()
    Or()
    """

    parts: tuple[Condition, ...] = attrs.field(default=(), converter=_ensure_parts)

    @property
    def required(self) -> int:
        """Always 1."""
        return 1


@attrs.frozen(repr=False)
class AtLeast(Group):
    """True when *number* or more of the parts are true; `segkit.at_least` builds it.

    Equal parts count separately [V5].

    Raises:
        ConditionError: If *number* is not a whole number of 0 or more.

    >>> from segkit import AtLeast, in_list
    >>> AtLeast(1, (in_list("vip"), in_list("staff")))
    AtLeast(1, (ListMembership('vip'), ListMembership('staff')))
    """

    number: int
    parts: tuple[Condition, ...] = attrs.field(converter=_ensure_parts)

    def __attrs_post_init__(self) -> None:
        expected = "takes a whole number, 0 or more, before the conditions"
        set_fields(self, number=ensure_whole("at_least", expected, self.number, minimum=0))
        self._derive_from(*self.parts)

    @property
    def required(self) -> int:
        """The given *number*."""
        return self.number


@attrs.frozen(repr=False)
class Not(Combinator):
    """True exactly when its part is false.

    >>> from segkit import in_list
    >>> ~in_list("vip")
    Not(ListMembership('vip'))
    """

    part: Condition = attrs.field(converter=_ensure_part)

    def __attrs_post_init__(self) -> None:
        self._derive_from(self.part)
