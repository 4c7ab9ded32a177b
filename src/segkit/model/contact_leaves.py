"""Leaves on one fact: an attribute, an event property, a list membership, the id (`Sample`)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Unpack, cast

import attrs

from segkit.errors import ConditionError, short_repr, with_error_path
from segkit.model.base import Scope, SimpleLeaf
from segkit.model.call_hints import written_as
from segkit.model.comparisons import Comparison, Reference
from segkit.model.method_hints import LIST_HINTS
from segkit.model.time_spans import CalendarUnit, Day, DurationLike, Units
from segkit.model.validation import as_names, ensure_text, ensure_type, mismatch, set_fields
from segkit.model.values import TIMES, Kind, normalize, to_builtin
from segkit.model.window_methods import WindowComparisonMethods


def ensure_comparison(comparison: Comparison) -> Comparison:
    """Return *comparison* if it is a `Comparison`."""
    return ensure_type("comparison", "must be a Comparison", comparison, Comparison)


@attrs.frozen(repr=False)
class Attribute(SimpleLeaf):
    """A comparison of one attribute of the contact; `segkit.attr` builds it.

    An absent attribute has no value, and every comparison of it is false [V3].

    Args:
        path: The name of the attribute, or several names as a path through mappings [K6].
        comparison: The comparison of its value.

    Raises:
        ConditionError: If a name is not text, or the operand is ``first_prop(...)``.

    >>> from segkit import Attribute, Comparison
    >>> Attribute("age", Comparison(">=", 18))
    Attribute(('age',), Comparison('>=', operand=18))
    """

    scope: ClassVar[Scope] = "contact"

    path: tuple[str, ...] = attrs.field(converter=as_names)
    comparison: Comparison = attrs.field(converter=ensure_comparison)

    def __attrs_post_init__(self) -> None:
        operand = self.comparison.operand
        if isinstance(operand, Reference) and operand.first:
            problem = "first_prop(...) is of an event, and compared with prop(...) only"
            raise ConditionError("attr", problem, operand)


@attrs.frozen(repr=False)
class Property(SimpleLeaf):
    """A comparison of one property of an event, in ``where`` only; `segkit.prop` builds it.

    The arguments are those of `Attribute`. The operand may be ``first_prop(...)``.

    >>> from segkit import Comparison, Property
    >>> Property("total", Comparison(">=", 50))
    Property(('total',), Comparison('>=', operand=50))
    """

    path: tuple[str, ...] = attrs.field(converter=as_names)
    comparison: Comparison = attrs.field(converter=ensure_comparison)
    scope: Scope = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        operand = self.comparison.operand
        later = isinstance(operand, Reference) and operand.first
        set_fields(self, scope="later event" if later else "event")


@attrs.frozen(repr=False)
class ListMembership(SimpleLeaf):
    """The contact is on a list; `segkit.in_list` and `segkit.in_any_list` build it.

    Args:
        name: The list; ``None`` for any list.
        joined: The comparison of the instant at which it joined; false if that is unknown.

    Raises:
        ConditionError: If *name* is not text, or *joined* does not compare days or instants.

    >>> from segkit import in_list
    >>> in_list("newsletter").joined_within_last(months=2)
    ListMembership('newsletter', joined=Comparison('within', operand=Last(months=2)))
    """

    scope: ClassVar[Scope] = "contact"

    method_hints: ClassVar[Mapping[str, str]] = LIST_HINTS

    name: str | None
    joined: Comparison | None = None

    def __attrs_post_init__(self) -> None:
        if self.name is not None:
            set_fields(self, name=as_names(self.name)[0])
        if self.joined is not None and not ensure_comparison(self.joined).kinds <= TIMES:
            expected = "the joined instant is compared with days and instants"
            raise mismatch("joined", expected, self.joined)

    def _call_repr(self) -> str:
        return "in_any_list()" if self.name is None else f"in_list({short_repr(self.name)})"

    @written_as(".joined_within_last(days=30)")
    def joined_within_last(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ListMembership:
        """Require that the contact joined in ``(now - length, now]``: the older end is excluded.

        Give the length as a ``timedelta`` or ``relativedelta``, or in whole ``years, months, weeks,
        days, hours, minutes, seconds``. Only one ``joined...`` may follow ``in_list(...)`` [T2].

        Raises:
            ConditionError: If the length is not given exactly once, or is not whole and positive.

        >>> from segkit import describe, in_list
        >>> describe(in_list("vip").joined_within_last(days=30))
        'joined list "vip" in the last 30 days'
        """
        return _Joined(self).within_last(length, **units)

    @written_as(".joined_before(date(2022, 9, 1)), or .joined_before(days=30)")
    def joined_before(
        self, end: Day | datetime | DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ListMembership:
        """Require that the contact joined before a day or instant, or a length of time ago.

        ``joined_before(date(2022, 9, 1))`` is before that day; ``joined_before(days=30)`` is up to
        and including ``now - 30 days``. The units are those of `joined_within_last` [T14].

        >>> from segkit import describe, in_list
        >>> describe(in_list("vip").joined_before(days=30))
        'joined list "vip" 30 days ago or earlier'
        """
        return _Joined(self).before(end, **units)

    @written_as(".joined_between(date(2022, 7, 1), None), with None for an open end")
    def joined_between(
        self, start: Day | datetime | None, end: Day | datetime | None, /
    ) -> ListMembership:
        """Require that the contact joined between two fixed ends, one of which may be ``None``.

        Days are included whole at both ends; an instant *end* is excluded [T7].

        >>> from datetime import date
        >>> from segkit import describe, in_list
        >>> describe(in_list("vip").joined_between(date(2022, 7, 1), None))
        'joined list "vip" on or after 2022-07-01'
        """
        return _Joined(self).between(start, end)

    @written_as('.joined_during("month", -1)')
    def joined_during(
        self, unit: CalendarUnit, offset: int = 0, *, count: int = 1
    ) -> ListMembership:
        """Require that the contact joined in whole calendar units, as in ``did(...).during``.

        >>> from segkit import describe, in_list
        >>> describe(in_list("vip").joined_during("month", -1))
        'joined list "vip" in the previous calendar month'
        """
        return _Joined(self).during(unit, offset, count=count)


@attrs.frozen
class _Joined(WindowComparisonMethods[ListMembership]):
    """The instant at which a contact joined a list, not compared yet."""

    membership: ListMembership

    def _compared(self, comparison: Comparison) -> ListMembership:
        if self.membership.joined is not None:
            problem = "a second joined... is refused: combine two conditions with &"
            raise ConditionError("joined", problem, comparison)
        return attrs.evolve(self.membership, joined=comparison)

    def _call_repr(self) -> str:
        return self.membership._call_repr()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def _error_path(self, method: str) -> AbstractContextManager[None]:
        return with_error_path(f"{self._call_repr()}.joined_{method}")


@attrs.frozen(repr=False)
class Sample(SimpleLeaf):
    """A stable random sample of all contacts, by their ids; `segkit.sample` builds it.

    The first 8 hexadecimal digits of the MD5 of the UTF-8 bytes of ``salt + ":" + str(id)``, as a
    number modulo 10,000, are below ``percent * 100``. So a sample of 20 % includes that of 10
    % [S5].

    Raises:
        ConditionError: If *percent* is not more than 0 and at most 100, or *salt* is not text.

    >>> from segkit import sample
    >>> sample(percent=10, salt="autumn")
    Sample(10, 'autumn')
    """

    scope: ClassVar[Scope] = "contact"

    percent: int | float | Decimal = attrs.field(eq=lambda number: (type(number), number))
    salt: str

    def __attrs_post_init__(self) -> None:
        kind, number = normalize(self.percent)
        if kind is not Kind.NUMBER or not 0 < cast("Decimal", number) <= _MAX_PERCENT:
            raise mismatch("sample", "percent is more than 0 and at most 100", self.percent)
        salt = ensure_text("sample", "salt is a text", self.salt)
        set_fields(self, percent=to_builtin(self.percent), salt=salt)


_MAX_PERCENT = 100
