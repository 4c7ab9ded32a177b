"""The codecs of durations, windows and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, assert_never, cast, get_args, get_type_hints

import attrs

from segkit.model.comparisons import Anniversary, Comparison, Place
from segkit.model.operators import OPERATORS, Operator, OperatorRow
from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Duration,
    Ever,
    Last,
    Next,
    Units,
    Window,
)
from segkit.operations.serialization.codec import (
    Codec,
    Document,
    EncodeOptions,
    Field,
    Record,
    TaggedUnion,
    list_of,
    ref,
)
from segkit.operations.serialization.cursor import Cursor
from segkit.operations.serialization.limits import Limits
from segkit.operations.serialization.scalars import (
    COUNT,
    FLAG,
    NUMBER,
    OPERAND,
    POSITIVE,
    SCALAR,
    TEXT,
    TEXT_OPERAND,
    TIME,
    WHOLE,
)

# --- durations ------------------------------------------------------------------------------------

_MICROSECONDS_OF_A_YEAR: Final = 366 * 86_400 * 10**6


def _check_duration(length: Duration, limits: Limits) -> str | None:
    years = limits.years
    is_too_long = (
        length.months > 12 * years or length.microseconds > _MICROSECONDS_OF_A_YEAR * years
    )
    return f"is at most {years:,} years" if is_too_long else None


def _encode_duration(length: Duration, options: EncodeOptions) -> Document:
    return {unit: COUNT.encode(number, options) for unit, number in length.in_units().items()}


DURATION: Final = Record(
    Duration,
    *(Field(unit, COUNT, default=0) for unit in get_type_hints(Units)),
    name="a length of time",
    check=_check_duration,
)
LENGTH: Final = Codec(_encode_duration, DURATION.decode, ref("length"))

# --- windows --------------------------------------------------------------------------------------

_UNITS_OF_A_YEAR: Final = {"day": 366, "week": 53, "month": 12, "quarter": 4, "year": 1}


def _check_reach(limits: Limits, unit: CalendarUnit, *numbers: int) -> str | None:
    longest = _UNITS_OF_A_YEAR[unit] * limits.years
    is_too_far = any(abs(number) > longest for number in numbers)
    return f"reaches at most {limits.years:,} years" if is_too_far else None


def _last(length: Duration) -> Last:
    return Last(length)


def _next(length: Duration) -> Next:
    return Next(length)


_LENGTH: Final = Field("length", LENGTH)
_UNIT: Final = attrs.evolve(TEXT, schema={"enum": list(get_args(CalendarUnit))})

WINDOWS: Final = TaggedUnion(
    "a window",
    "type",
    "of type",
    {
        "ever": Record(Ever),
        "last": Record(_last, _LENGTH),
        "ago": Record(Ago, Field("older", LENGTH, default=None), Field("newer", LENGTH)),
        "next": Record(_next, _LENGTH),
        "between": Record(
            Between, Field("start", TIME, default=None), Field("end", TIME, default=None)
        ),
        "calendar": Record(
            Calendar,
            Field("unit", _UNIT),
            Field("offset", WHOLE, default=0),
            Field("count", POSITIVE, default=1),
            check=lambda value, limits: _check_reach(limits, value.unit, value.offset, value.count),
        ),
    },
)


def encode_window(window: Window, options: EncodeOptions) -> Document:
    """Encode a window; its type in documents depends on its class."""
    match window:
        case Ever():
            tag = "ever"
        case Last():
            tag = "last"
        case Ago():
            tag = "ago"
        case Next():
            tag = "next"
        case Between():
            tag = "between"
        case Calendar():
            tag = "calendar"
        case _:
            assert_never(window)
    return WINDOWS.encode(tag, window, options)


WINDOW: Final = Codec(encode_window, WINDOWS.decode, ref("window"))

# --- comparisons ----------------------------------------------------------------------------------


def _decode_pattern(cursor: Cursor) -> str | None:
    context = cursor.context
    context.patterns += 1
    if context.patterns > context.limits.patterns:
        cursor.report(f"a document has at most {context.limits.patterns:,} patterns")
        return None
    return cursor.text("a pattern, which is text", context.limits.pattern)


def _decode_unused_flag(cursor: Cursor) -> bool:
    if cursor.flag():
        cursor.report("ignore_case has no meaning here")
    return False


_VALUES: Final = list_of(SCALAR, "values", "operands")
_RANGE: Final = list_of(SCALAR, "values", "operands", minItems=2, maxItems=2)
_PATTERN: Final = attrs.evolve(TEXT, decode=_decode_pattern)
_UNUSED_FLAG: Final = attrs.evolve(FLAG, decode=_decode_unused_flag)
_ANNIVERSARY: Final = Record(
    Anniversary,
    Field("first", WHOLE),
    Field("last", WHOLE),
    name="an anniversary",
    check=lambda value, limits: _check_reach(limits, "day", value.first, value.last),
)
_PLACE: Final = Record(
    Place,
    Field("km", NUMBER),
    Field("latitude", NUMBER),
    Field("longitude", NUMBER),
    name="a place",
)


def _operand_codec(row: OperatorRow) -> Codec | None:
    match row.operand:
        case "scalar":
            return OPERAND if row.takes_reference else TEXT_OPERAND
        case "values":
            return _VALUES
        case "range":
            return _RANGE
        case "pattern":
            return _PATTERN
        case "window":
            return WINDOW
        case "anniversary":
            return _ANNIVERSARY.codec()
        case "place":
            return _PLACE.codec()
        case "none":
            return None
        case _:
            assert_never(row.operand)


def _comparison(operator: Operator, row: OperatorRow) -> Record:
    operand = _operand_codec(row)
    flag = FLAG if row.can_ignore_case else _UNUSED_FLAG
    return Record(
        partial(Comparison, operator),
        *(() if operand is None else (Field("operand", operand),)),
        Field("ignore_case", flag, default=False),
        error_key="operand",
    )


def _words(*rows: tuple[str, str]) -> dict[str, str]:
    return {word: cure for words, cure in rows for word in words.split()}


def _instead(operator: Operator) -> str:
    return f'write "{operator}"'


def _negated(operator: Operator) -> str:
    return f'write {{"type": "not", "part": ...}} around a condition with "{operator}"'


_OTHER_WORDS: Final = _words(
    ("= === eq equal equals is equal_to", _instead("==")),
    ("!= !== <> ≠ ne neq not_equal not_equals is_not not_eq", _negated("==")),
    ("gt greater greater_than", _instead(">")),
    ("gte ge => ≥ greater_or_equal greater_than_or_equal greater_than_or_equals", _instead(">=")),
    ("lt less less_than", _instead("<")),
    ("lte le =< ≤ less_or_equal less_than_or_equal less_than_or_equals", _instead("<=")),
    ("in isin any_of one_of is_any_of", _instead("is_in")),
    ("not_in notin nin is_not_in not_any_of none_of", _negated("is_in")),
    ("like icontains ilike includes", _instead("contains")),
    ("not_contains notcontains does_not_contain doesnotcontain", _negated("contains")),
    ("startswith beginswith begins_with prefix", _instead("starts_with")),
    ("notbeginswith doesnotbeginwith not_starts_with", _negated("starts_with")),
    ("endswith suffix", _instead("ends_with")),
    ("notendswith doesnotendwith not_ends_with", _negated("ends_with")),
    ("regex regexp matches match =~", _instead("matches_regex")),
    ("exists is_not_null notnull not_null isnotnull is_not_empty", _instead("is_set")),
    ("not_exists is_null isnull null is_empty not_set is_not_set", _negated("is_set")),
    ("range is_between", _instead("between")),
    ("not_between notbetween", _negated("between")),
    ("contains_any overlap", _instead("has_any")),
    ("contains_all all", _instead("has_all")),
    ("last within_last next within_next before after during", _instead("within")),
    ("near distance", _instead("within_km")),
)

COMPARISONS: Final = TaggedUnion(
    "a comparison",
    "operator",
    "with",
    {
        operator: _comparison(operator, row)
        for operator, row in cast("Mapping[Operator, OperatorRow]", OPERATORS).items()
    },
    _OTHER_WORDS,
)


COMPARISON: Final = Codec(
    lambda value, options: COMPARISONS.encode(value.operator, value, options),
    COMPARISONS.decode,
    ref("comparison"),
)
