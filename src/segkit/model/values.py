"""What kind of thing a value is, and the form in which two values of one kind are compared.

Attribute and property values come from anywhere: forms, data frames, spreadsheets, pickles.
`normalize` looks at each of them once, never raises, and never asks the value itself to compare.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from enum import Enum
from typing import Any, Final, TypeAlias, cast, overload

MAX_INTEGER_DIGITS: Final = 400
"""Digits of the integer part; a longer number has no kind [K9], so comparing stays cheap."""

MIN_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
MAX_INSTANT: Final = datetime.max.replace(tzinfo=UTC)

EXACT_CONTEXT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Decimals are never rounded in this context."""

_TOO_LARGE: Final = 10**MAX_INTEGER_DIGITS
_INFINITY: Final = Decimal("Infinity")


class Kind(Enum):
    """The kinds of value [K1], and the two ways of not being one."""

    NO_VALUE = "no value"
    """Absent, ``None``, NaN, pandas' NaT and NA [V3]."""
    INCOMPARABLE = "no kind"
    """Set, but nothing segkit can compare: a mapping, bytes, a naive ``datetime`` [K9]."""
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    COLLECTION = "collection"
    LOCATION = "location"
    """A pair of a latitude and a longitude, where one is asked for [S6]."""

    # Members are singletons; Enum's own hash goes through the name and is slower.
    __hash__ = object.__hash__


TypedValue: TypeAlias = tuple[Kind, object]
"""A kind and the value in comparable form.

boolean: ``bool``; number: ``int`` or ``Decimal`` (never NaN); text: ``str``; day: ``date``;
instant: ``datetime`` in UTC; collection: itself (see `collection_members`); otherwise ``None``.
"""

_NO_VALUE: Final[TypedValue] = (Kind.NO_VALUE, None)
_INCOMPARABLE: Final[TypedValue] = (Kind.INCOMPARABLE, None)


def normalize(value: object) -> TypedValue:
    """The kind of *value* and its comparable form. Never raises.

    >>> from segkit.model.values import normalize
    >>> normalize(3.0)
    (<Kind.NUMBER: 'number'>, 3)
    >>> normalize(float("nan"))
    (<Kind.NO_VALUE: 'no value'>, None)
    """
    kind: type[object] = type(value)
    if kind is str:
        return (Kind.TEXT, value)
    if value is None:
        return _NO_VALUE
    if kind is bool:
        return (Kind.BOOLEAN, value)
    if kind is int:
        return (Kind.NUMBER, value) if _is_within_digit_limit(cast("int", value)) else _INCOMPARABLE
    if kind is datetime and cast("datetime", value).tzinfo is UTC:
        return (Kind.INSTANT, value)
    try:
        return _normalize(value, kind)
    except Exception:  # noqa: BLE001 - a tzinfo, Enum or subclass of the host's may raise anything [V1]
        return _INCOMPARABLE


def _normalize(value: object, kind: type[object]) -> TypedValue:
    # issubclass on the type, not isinstance on the value: an object may lie about __class__.
    if issubclass(kind, Enum):
        return normalize(cast("Enum", value).value)
    if _is_missing_in_pandas(value):
        return _NO_VALUE
    if _is_numpy_scalar(kind):
        if issubclass(kind, _numpy_times()):
            # The items of these are ints of nanoseconds, or naive datetimes [K1].
            return _NO_VALUE if sys.modules["numpy"].isnat(value) else _INCOMPARABLE
        item = _item(value)
        if type(item) is not kind:
            return normalize(item)
        # Long doubles are their own item: there is no exact Python number for them.
        return _NO_VALUE if item != item else _INCOMPARABLE  # noqa: PLR0124 - the definition of NaN
    if issubclass(kind, bool | int | float | Decimal):
        return _number(value, kind)
    if issubclass(kind, str):
        return (Kind.TEXT, str.__str__(cast("str", value)))
    if issubclass(kind, datetime):
        instant = _in_utc(cast("datetime", value))
        return _INCOMPARABLE if instant is None else (Kind.INSTANT, instant)
    if issubclass(kind, date):
        day = cast("date", value)
        return (Kind.DAY, day if kind is date else date(day.year, day.month, day.day))
    if issubclass(kind, list | tuple | set | frozenset):
        return (Kind.COLLECTION, value)
    return _INCOMPARABLE


def _number(value: object, kind: type[object]) -> TypedValue:
    if issubclass(kind, int):
        number: int | Decimal = int.__int__(cast("int", value))
    elif issubclass(kind, float):
        double = float.__float__(cast("float", value))
        if double != double:  # noqa: PLR0124 - the definition of NaN
            return _NO_VALUE
        # The decimal a person sees: 0.1 is one tenth, not 0.1000000000000000055 [K1].
        number = int(double) if double.is_integer() else Decimal(repr(double))
    else:
        number = Decimal(cast("Decimal", value))
        if number.is_nan():
            return _NO_VALUE
    return (Kind.NUMBER, number) if _is_within_digit_limit(number) else _INCOMPARABLE


def _is_within_digit_limit(number: int | Decimal) -> bool:
    if isinstance(number, int):
        return -_TOO_LARGE < number < _TOO_LARGE
    # adjusted() is the exponent of the first digit: no power of ten is ever built to find out.
    return not number.is_finite() or not number or number.adjusted() < MAX_INTEGER_DIGITS


def _in_utc(moment: datetime) -> datetime | None:
    """The instant in UTC, cut to the microsecond and to years 1 to 9999 [T12]; None if naive."""
    offset = moment.utcoffset()
    if offset is None:
        return None
    wall = datetime(
        moment.year, moment.month, moment.day,
        moment.hour, moment.minute, moment.second, moment.microsecond,
        tzinfo=UTC,
    )  # fmt: skip
    try:
        return wall - offset
    except OverflowError:
        return MIN_INSTANT if offset.days >= 0 else MAX_INSTANT


def _is_missing_in_pandas(value: object) -> bool:
    # NaT is an instance of datetime. It can only occur where pandas is loaded already.
    pandas = sys.modules.get("pandas")
    return pandas is not None and (
        value is getattr(pandas, "NaT", pandas) or value is getattr(pandas, "NA", pandas)
    )


def _is_numpy_scalar(kind: type[object]) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, getattr(numpy, "generic", ()))


def _numpy_times() -> tuple[type[object], ...]:
    numpy = sys.modules["numpy"]
    return numpy.datetime64, numpy.timedelta64


def is_datetime64(value: object) -> bool:
    """Return whether *value* is a NumPy ``datetime64``, NaT aside: a time without a zone [K1]."""
    kind: type[object] = type(value)
    if not _is_numpy_scalar(kind) or not issubclass(kind, _numpy_times()[0]):
        return False
    return not sys.modules["numpy"].isnat(value)


def _item(scalar: Any) -> object:  # noqa: ANN401 - NumPy is not there to name its type
    return scalar.item()


def collection_members(collection: object) -> Iterator[TypedValue]:
    """The scalar members of a collection as readings; others are skipped [K5]."""
    try:
        items = tuple(cast("tuple[object, ...]", collection))
    except Exception:  # noqa: BLE001 - a subclass of list may raise from __iter__ [V1]
        return
    for item in items:
        reading = normalize(item)
        if reading[0] in _SCALARS:
            yield reading


_SCALARS: Final = frozenset({Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.INSTANT})


def equality_key(reading: TypedValue) -> Hashable:
    """What two scalar readings of equal value share, and no other two [K1].

    Not the readings themselves: the hash of a number is its remainder by a known prime, so numbers
    can be chosen that all have one hash, and a set of them takes time in proportion to its square.
    """
    kind, value = reading
    if kind is not Kind.NUMBER:
        return (kind, value if kind in _SCALARS else None)
    number = cast("int | Decimal", value)
    if isinstance(number, Decimal) and number == EXACT_CONTEXT.to_integral_value(number):
        number = int(number) if number.is_finite() else number
    if isinstance(number, Decimal):
        return (kind, str(EXACT_CONTEXT.normalize(number)))
    # The text of a number has a hash that nobody knows beforehand.
    return (kind, number if -_HASH_MODULUS < number < _HASH_MODULUS else hex(number))


_HASH_MODULUS: Final = sys.hash_info.modulus
"""Whole numbers closer to 0 than this have hashes of their own."""


def to_builtin(value: object) -> object:
    """A scalar as a plain Python value of its own type: what a condition keeps as its operand.

    The number types stay apart (``1``, ``1.0`` and ``Decimal(1)`` are three operands [K10]);
    subclasses, Enum members and NumPy scalars become what they stand for; instants are in UTC.
    """
    kind: type[object] = type(value)
    if issubclass(kind, Enum):
        return to_builtin(cast("Enum", value).value)
    if _is_numpy_scalar(kind) and not issubclass(kind, _numpy_times()):
        return to_builtin(_item(value))
    if kind is bool:
        return value
    # As `normalize` does, never by a method that a subclass may have overridden.
    if issubclass(kind, int):
        return int.__int__(cast("int", value))
    if issubclass(kind, float):
        return float.__float__(cast("float", value))
    if issubclass(kind, Decimal):
        return Decimal(cast("Decimal", value))
    return normalize(value)[1]


def location(value: object) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, of a pair or of a mapping with these keys [S6]."""
    if issubclass(type(value), Mapping):
        given = cast("Mapping[object, object]", value)
        pair: tuple[object, ...] = (given.get("latitude"), given.get("longitude"))
    elif issubclass(type(value), list | tuple):
        pair = tuple(cast("tuple[object, ...]", value))
    else:
        return None
    readings = [normalize(degrees) for degrees in pair]
    if [kind for kind, _ in readings] != [Kind.NUMBER, Kind.NUMBER]:
        return None
    latitude, longitude = (cast("Decimal", number) for _, number in readings)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - a sphere
        return None
    return float(latitude), float(longitude)


def normalize_location(value: object) -> TypedValue:
    """The reading of a value where a location is asked for; never raises."""
    try:
        found = location(value)
    except Exception:  # noqa: BLE001 - a mapping of the host's may raise anything [V1]
        return _NO_VALUE
    return _NO_VALUE if found is None else (Kind.LOCATION, found)


def is_int(value: object) -> bool:
    """Whether *value* is an ``int`` (not a ``bool``) of a length that can be printed."""
    kind: type[object] = type(value)
    return (
        issubclass(kind, int)
        and kind is not bool
        and _is_within_digit_limit(int.__int__(cast("int", value)))
    )


@overload
def to_int(value: int) -> int: ...
@overload
def to_int(value: int | None) -> int | None: ...
def to_int(value: int | None) -> int | None:
    """A whole number as a plain ``int``, so that it prints as one.

    Anything else comes back as it is, to be refused where it can be said what it is for.
    """
    return int.__int__(cast("int", value)) if is_int(value) else value
