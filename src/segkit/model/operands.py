"""Operands that are more than one scalar: another value, an anniversary, a place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeAlias, cast

import attrs

from segkit.errors import ConditionError, shown
from segkit.model.showing import Pasted
from segkit.model.values import Kind, is_whole, location, plain, read, whole

__all__ = ["Anniversary", "Place", "Reference", "Scalar"]

Scalar: TypeAlias = bool | int | float | Decimal | str | date
"""What one operand may be; a ``datetime`` (which is a ``date`` to Python) must be aware."""


@attrs.frozen(repr=False)
class Reference(Pasted):
    """Another value of the same contact or event, as an operand [K7].

    Attributes:
        path: Where it is, as for ``attr`` and ``prop``.
        first: Whether it is looked up in the first event of a sequence instead [S3].
    """

    path: tuple[str, ...]
    first: bool = False


@attrs.frozen(repr=False)
class Anniversary(Pasted):
    """The local days from ``today + first`` to ``today + last``, both included [T10].

    Raises:
        ConditionError: If they are not whole numbers in that order.

    >>> from segkit import Anniversary
    >>> Anniversary(0, 7)
    Anniversary(0, 7)
    """

    first: int = attrs.field(converter=whole)
    last: int = attrs.field(converter=whole)

    def __attrs_post_init__(self) -> None:
        if not is_whole(self.first) or not is_whole(self.last) or self.first > self.last:
            problem = f"takes whole numbers of days in order; got {shown((self.first, self.last))}"
            raise ConditionError("Anniversary", problem, (self.first, self.last))


def _typed(number: object) -> object:
    return type(number), number


def _number(value: object) -> int | float | Decimal:
    kind, number = read(value)
    infinite = isinstance(number, Decimal) and not number.is_finite()
    if kind is not Kind.NUMBER or infinite:
        raise ConditionError("Place", f"takes numbers; got {shown(value)}", value)
    return cast("int | float | Decimal", plain(value))


@attrs.frozen(repr=False)
class Place(Pasted):
    """All locations at most *km* kilometres from a point [S6].

    Args:
        km: The distance along the surface, 0 or more.
        latitude: Of the point, in degrees from -90 to 90.
        longitude: Of the point, in degrees from -180 to 180.

    Raises:
        ConditionError: If a number is none, or out of range.

    >>> from segkit import Place
    >>> Place(25, 48.85, 2.35)
    Place(25, 48.85, 2.35)
    """

    km: int | float | Decimal = attrs.field(converter=_number, eq=_typed)
    latitude: int | float | Decimal = attrs.field(converter=_number, eq=_typed)
    longitude: int | float | Decimal = attrs.field(converter=_number, eq=_typed)

    def __attrs_post_init__(self) -> None:
        if self.km < 0:
            raise ConditionError("within_km", f"a distance is 0 or more; got {self.km}", self.km)
        if location((self.latitude, self.longitude)) is None:
            problem = (
                "of= takes (latitude, longitude), degrees within 90 and 180; "
                f"got {(self.latitude, self.longitude)}"
            )
            raise ConditionError("within_km", problem, (self.latitude, self.longitude))
