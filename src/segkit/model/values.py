"""The kind of a value, and the form in which two values of one kind are compared.

Attribute and property values come from anywhere: forms, data frames, spreadsheets, pickles.
`normalize` reads each of them once, never raises, and never uses a comparison of the value itself.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from enum import Enum
from functools import partial
from typing import Any, Final, TypeAlias, cast

from segkit.errors import raise_unless_repeated

MAX_INTEGER_DIGITS: Final = 400
"""The maximum number of digits before the point; a longer number has no kind [K9]."""

MIN_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
MAX_INSTANT: Final = datetime.max.replace(tzinfo=UTC)

EXACT_CONTEXT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Decimals are never rounded in this context."""

_TOO_LARGE: Final = 10**MAX_INTEGER_DIGITS


class Kind(Enum):
    """The kinds of values; no value and no kind are kinds too."""  # [K1]

    NO_VALUE = "no value"
    """Absent, ``None``, NaN, pandas' NaT and NA [V3]."""
    INCOMPARABLE = "no kind"
    """A value that cannot be compared: a mapping, bytes, a naive ``datetime`` [K9]."""
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    COLLECTION = "collection"
    LOCATION = "location"
    """A pair of a latitude and a longitude, for ``within_km`` only [S6]."""

    # Members are singletons, and Enum's own hash is slower.
    __hash__ = object.__hash__


TIMES: Final = frozenset({Kind.DAY, Kind.INSTANT})
ORDERED: Final = frozenset({Kind.NUMBER, Kind.TEXT}) | TIMES
SCALARS: Final = ORDERED | {Kind.BOOLEAN}

TypedValue: TypeAlias = tuple[Kind, object]
"""A kind and the value in comparable form: ``bool``, ``int``, ``Decimal`` (never NaN), ``Fraction``
(a mean), ``str``, ``date``, ``datetime`` in UTC, the collection itself (see `collection_members`),
two floats (a location), or ``None``."""

NO_VALUE: Final[TypedValue] = (Kind.NO_VALUE, None)
_INCOMPARABLE: Final[TypedValue] = (Kind.INCOMPARABLE, None)


def normalize(value: object) -> TypedValue:
    """Return the kind of *value* and its comparable form: a number and 3 for 3.0. Never raises."""
    kind: type[object] = type(value)
    if kind is str:
        return (Kind.TEXT, value)
    if value is None:
        return NO_VALUE
    if kind is bool:
        return (Kind.BOOLEAN, value)
    if kind is int:
        return (Kind.NUMBER, value) if _is_within_digit_limit(cast("int", value)) else _INCOMPARABLE
    if kind is datetime and cast("datetime", value).tzinfo is UTC:
        return (Kind.INSTANT, value)
    try:
        return _normalize(value, kind)
    except Exception as error:  # noqa: BLE001 - a tzinfo, Enum or subclass of the host's may raise anything [V1]
        raise_unless_repeated(error, partial(_normalize, value, kind))
        return _INCOMPARABLE


def _normalize(value: object, kind: type[object]) -> TypedValue:
    # issubclass on the type, not isinstance on the value: an object may lie about __class__.
    if issubclass(kind, Enum):
        return normalize(cast("Enum", value).value)
    if _is_missing_in_pandas(value):
        return NO_VALUE
    if _is_numpy_scalar(kind):
        if issubclass(kind, _numpy_times()):
            # The items of these are ints of nanoseconds, or naive datetimes [K1].
            return NO_VALUE if sys.modules["numpy"].isnat(value) else _INCOMPARABLE
        item: object = cast("Any", value).item()
        if type(item) is not kind:
            return normalize(item)
        # Long doubles are their own item: there is no exact Python number for them.
        return NO_VALUE if item != item else _INCOMPARABLE  # noqa: PLR0124 - the definition of NaN
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
            return NO_VALUE
        # The decimal that is printed: 0.1 is one tenth, not 0.1000000000000000055 [K1].
        number = int(double) if double.is_integer() else Decimal(repr(double))
    else:
        number = Decimal(cast("Decimal", value))
        if number.is_nan():
            return NO_VALUE
        # A zero keeps its exponent through every sum: with 0E-1000000, each has a million digits.
        number = number or 0
    return (Kind.NUMBER, number) if _is_within_digit_limit(number) else _INCOMPARABLE


def _is_within_digit_limit(number: int | Decimal) -> bool:
    if isinstance(number, int):
        return -_TOO_LARGE < number < _TOO_LARGE
    # adjusted() is the exponent of the first digit: no power of ten is ever built to find out.
    return not number.is_finite() or not number or number.adjusted() < MAX_INTEGER_DIGITS


def _in_utc(moment: datetime) -> datetime | None:
    """Return the instant in UTC, within years 1 to 9999; ``None`` if *moment* is naive."""  # [T12]
    offset = moment.utcoffset()
    if offset is None:
        return None
    local = datetime(
        moment.year, moment.month, moment.day,
        moment.hour, moment.minute, moment.second, moment.microsecond,
        tzinfo=UTC,
    )  # fmt: skip
    try:
        return local - offset
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
    """Return whether *value* is a ``datetime64`` of NumPy and not NaT: it has no zone."""  # [K1]
    kind: type[object] = type(value)
    if not _is_numpy_scalar(kind) or not issubclass(kind, _numpy_times()[0]):
        return False
    return not sys.modules["numpy"].isnat(value)


def is_naive(value: object) -> bool:
    """Return whether *value* is a ``datetime`` without a zone. It never raises."""
    try:
        return issubclass(type(value), datetime) and cast("datetime", value).utcoffset() is None
    except Exception as error:  # noqa: BLE001 - the zone is a host's object [V1]
        raise_unless_repeated(error, cast("datetime", value).utcoffset)
        return False


def collection_members(collection: object) -> Iterator[TypedValue]:
    """Return the scalar members of a collection, normalized; others are skipped."""  # [K5]
    for item in collection_items(collection):
        typed_value = normalize(item)
        if typed_value[0] in SCALARS:
            yield typed_value


def count_skipped_members(collection: object) -> int:
    """Return how many members of a collection are values, but not scalars."""  # [K5]
    kinds = (normalize(item)[0] for item in collection_items(collection))
    return sum(kind not in SCALARS and kind is not Kind.NO_VALUE for kind in kinds)


def collection_items(collection: object) -> tuple[object, ...]:
    """Return the members of a collection, or the keys of a mapping; nothing if that raises."""
    items = cast("tuple[object, ...]", collection)
    try:
        return tuple(items)
    except Exception as error:  # noqa: BLE001 - a subclass of list may raise from __iter__ [V1]
        raise_unless_repeated(error, partial(tuple[object, ...], items))
        return ()


def equality_key(typed_value: TypedValue) -> Hashable:
    """Return a key that equal scalars share, and no others.

    The hash of a number is its remainder by a known prime, so numbers can be chosen that all have
    one hash, and a set of them takes quadratic time. The hash of a text cannot be foreseen [K1].
    """
    kind, value = typed_value
    if kind is not Kind.NUMBER:
        return (kind, value if kind in SCALARS else None)
    number = cast("int | Decimal", value)
    if isinstance(number, Decimal) and number == EXACT_CONTEXT.to_integral_value(number):
        number = int(number) if number.is_finite() else number
    if isinstance(number, Decimal):
        return (kind, str(EXACT_CONTEXT.normalize(number)))
    return (kind, number if -_HASH_MODULUS < number < _HASH_MODULUS else hex(number))


_HASH_MODULUS: Final = sys.hash_info.modulus
"""Whole numbers closer to 0 than this have different hashes."""


def to_builtin(value: object) -> object:
    """Return a scalar as a plain value; ``1``, ``1.0`` and ``Decimal(1)`` stay different.

    Subclasses, Enum members and NumPy scalars become plain values; instants are in UTC [K10].
    """
    kind: type[object] = type(value)
    if issubclass(kind, Enum):
        return to_builtin(cast("Enum", value).value)
    if _is_numpy_scalar(kind) and not issubclass(kind, _numpy_times()):
        return to_builtin(cast("Any", value).item())
    if kind is bool:
        return value
    # Never by a method that a subclass may have overridden.
    if issubclass(kind, int):
        return int.__int__(cast("int", value))
    if issubclass(kind, float):
        return float.__float__(cast("float", value))
    if issubclass(kind, Decimal):
        return Decimal(cast("Decimal", value))
    return normalize(value)[1]


def normalize_location(value: object) -> TypedValue:
    """Return a pair, or a mapping with ``latitude`` and ``longitude``, as a location."""  # [S6]
    try:
        pair = _latitude_and_longitude(value)
    except Exception as error:  # noqa: BLE001 - a foreign mapping may raise anything [V1]
        raise_unless_repeated(error, partial(_latitude_and_longitude, value))
        return NO_VALUE
    typed_values = [normalize(degrees) for degrees in pair]
    if [kind for kind, _ in typed_values] != [Kind.NUMBER, Kind.NUMBER]:
        return NO_VALUE
    latitude, longitude = (cast("Decimal", number) for _, number in typed_values)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - a sphere
        return NO_VALUE
    return Kind.LOCATION, (float(latitude), float(longitude))


def _latitude_and_longitude(value: object) -> tuple[object, ...]:
    """Return the two values, or the members of a list or tuple; nothing for another value."""
    if issubclass(type(value), Mapping):
        given = cast("Mapping[object, object]", value)
        return given.get("latitude"), given.get("longitude")
    is_pair = issubclass(type(value), list | tuple)
    return tuple(cast("tuple[object, ...]", value)) if is_pair else ()


def is_int(value: object) -> bool:
    """Return whether *value* is an ``int``, but no ``bool``, of a length that can be printed."""
    kind: type[object] = type(value)
    return (
        issubclass(kind, int)
        and kind is not bool
        and _is_within_digit_limit(int.__int__(cast("int", value)))
    )
