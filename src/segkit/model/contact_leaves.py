"""The leaves that look one fact up: an attribute, a property, a list, the id itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Unpack, cast

import attrs

from segkit.errors import ConditionError, short_repr, with_error_path, wrap_foreign_errors
from segkit.model.base import Leaf, Scope
from segkit.model.comparisons import Comparison, Reference
from segkit.model.operators import TIMES
from segkit.model.time_spans import CalendarUnit, Day, DurationLike, Units
from segkit.model.values import Kind, normalize, to_builtin
from segkit.model.window_methods import WindowComparisonMethods


def as_tuple(given: object, path: str) -> tuple[object, ...]:
    """What a tuple or a list holds, or the one thing that was given instead."""
    if not issubclass(type(given), tuple | list):
        return (given,)
    with wrap_foreign_errors(path):
        return tuple(cast("tuple[object, ...]", given))


def as_names(names: object) -> tuple[str, ...]:
    """Names as plain text: a str, or several of them."""
    several = as_tuple(names, "name")
    for name in several:
        if not issubclass(type(name), str):
            raise ConditionError("name", f"must be text; got {short_repr(name)}", name)
    if not several:
        raise ConditionError("name", "at least one is needed", names)
    # Plain, so that an Enum member or a subclass of str prints as something to paste back.
    return tuple(cast("str", normalize(name)[1]) for name in several)


def ensure_comparison(value: object) -> Comparison:
    """*value* if it is a comparison; what else a leaf is given is refused."""
    if not issubclass(type(value), Comparison):
        raise ConditionError("comparison", f"must be a Comparison; got {short_repr(value)}", value)
    return cast("Comparison", value)


@attrs.frozen(repr=False)
class Attribute(Leaf):
    """A comparison of one attribute of the contact; `segkit.attr` builds it.

    A path of several names walks mappings [K6]. An attribute that is absent has no value, and
    every comparison of it is false [V3].
    """

    scope: ClassVar[Scope] = "contact"
    depth: ClassVar[int] = 1
    size: ClassVar[int] = 1

    path: tuple[str, ...] = attrs.field(converter=as_names)
    comparison: Comparison = attrs.field(converter=ensure_comparison)

    def __attrs_post_init__(self) -> None:
        operand = self.comparison.operand
        if isinstance(operand, Reference) and operand.first:
            problem = "first_prop(...) is of an event, and compared with prop(...) only"
            raise ConditionError("attr", problem, operand)


@attrs.frozen(repr=False)
class Property(Leaf):
    """A comparison of one property of an event, in ``where`` only; `segkit.prop` builds it."""

    depth: ClassVar[int] = 1
    size: ClassVar[int] = 1

    path: tuple[str, ...] = attrs.field(converter=as_names)
    comparison: Comparison = attrs.field(converter=ensure_comparison)
    scope: Scope = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        operand = self.comparison.operand
        later = isinstance(operand, Reference) and operand.first
        object.__setattr__(self, "scope", "later event" if later else "event")


@attrs.frozen(repr=False)
class ListMembership(Leaf):
    """Whether the contact is on a list, and perhaps when it joined [L1], [L2].

    `segkit.in_list` and `segkit.in_any_list` build it.

    Args:
        name: The list; ``None`` for any list.
        joined: What the joined instant is compared with. When it is unknown, that is false.

    >>> from segkit import in_list
    >>> in_list("newsletter").joined_within_last(months=2)
    ListMembership('newsletter', joined=Comparison('within', operand=Last(months=2)))
    """

    scope: ClassVar[Scope] = "contact"
    depth: ClassVar[int] = 1
    size: ClassVar[int] = 1

    name: str | None
    joined: Comparison | None = None

    def __attrs_post_init__(self) -> None:
        if self.name is not None:
            object.__setattr__(self, "name", as_names(self.name)[0])
        if self.joined is not None and not ensure_comparison(self.joined).kinds <= TIMES:
            problem = f"the joined instant is compared with days and instants; got {self.joined}"
            raise ConditionError("joined", problem, self.joined)

    def joined_within_last(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ListMembership:
        """Joined in ``(now - length, now]`` [T2]."""
        return _Joined(self).within_last(length, **units)

    def joined_before(
        self, end: Day | datetime | DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ListMembership:
        """Joined before a day or instant; or, given a length, that long ago or longer [T14]."""
        return _Joined(self).before(end, **units)

    def joined_between(
        self, start: Day | datetime | None, end: Day | datetime | None, /
    ) -> ListMembership:
        """Joined between two fixed ends: days are whole, an instant ``end`` not included [T7]."""
        return _Joined(self).between(start, end)

    def joined_during(
        self, unit: CalendarUnit, offset: int = 0, *, count: int = 1
    ) -> ListMembership:
        """Joined during whole calendar units of the evaluation zone [T8]."""
        return _Joined(self).during(unit, offset, count=count)


@attrs.frozen
class _Joined(WindowComparisonMethods[ListMembership]):
    """The joined instant of a membership, as something to compare."""

    membership: ListMembership

    def _compared(self, comparison: Comparison) -> ListMembership:
        if self.membership.joined is not None:
            problem = "a second joined... is refused: combine two conditions with &"
            raise ConditionError("joined", problem, comparison)
        return attrs.evolve(self.membership, joined=comparison)

    def _call_repr(self) -> str:
        name = self.membership.name
        return "in_any_list()" if name is None else f"in_list({short_repr(name)})"

    def _error_path(self, method: str):  # type: ignore[no-untyped-def] # noqa: ANN202
        return with_error_path(f"{self._call_repr()}.joined_{method}")


@attrs.frozen(repr=False)
class Sample(Leaf):
    """A stable random sample of all contacts, by their ids [S5]; `segkit.sample` builds it.

    The first 8 hexadecimal digits of the MD5 of the UTF-8 bytes of ``salt + ":" + str(id)``, as a
    number modulo 10,000, are below ``percent * 100``. So a sample of 20 % includes that of 10 %.

    Args:
        percent: More than 0, at most 100.
        salt: What makes one sample differ from another.

    Raises:
        ConditionError: If *percent* is out of range, or *salt* no text.

    >>> from segkit import sample
    >>> sample(percent=10, salt="autumn")
    Sample(10, 'autumn')
    """

    scope: ClassVar[Scope] = "contact"
    depth: ClassVar[int] = 1
    size: ClassVar[int] = 1

    percent: int | float | Decimal = attrs.field(eq=lambda number: (type(number), number))
    salt: str

    def __attrs_post_init__(self) -> None:
        kind, number = normalize(self.percent)
        if kind is not Kind.NUMBER or not 0 < cast("Decimal", number) <= _MAX_PERCENT:
            problem = f"percent is more than 0 and at most 100; got {short_repr(self.percent)}"
            raise ConditionError("sample", problem, self.percent)
        object.__setattr__(self, "percent", to_builtin(self.percent))
        object.__setattr__(self, "salt", _salt(self.salt))


_MAX_PERCENT = 100


def _salt(salt: object) -> str:
    kind, text = normalize(salt)
    if kind is not Kind.TEXT:
        raise ConditionError("sample", f"salt is a text; got {short_repr(salt)}", salt)
    return cast("str", text)
