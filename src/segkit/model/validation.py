"""Checks of arguments that several classes of the model share, and the errors that they raise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any, TypeGuard, TypeVar, cast

from segkit.errors import ConditionError, SegkitError, read_foreign, short_repr
from segkit.model.foreign_data import has_methods
from segkit.model.values import Kind, is_datetime64, is_int, is_naive, normalize

T = TypeVar("T")


def set_fields(instance: object, **values: object) -> None:
    """Set fields of a frozen instance under construction."""
    for name, value in values.items():
        object.__setattr__(instance, name, value)


def has_type(value: object, *types: type[T]) -> TypeGuard[T]:
    """Return whether *value* is an instance of one of *types*, as ``isinstance`` does.

    This never reads ``value.__class__``: a foreign object may lie about its class, or raise.
    """
    return issubclass(type(value), types)


def is_iterable_of_items(value: object) -> TypeGuard[Iterable[Any]]:
    """Return whether *value* is iterable and is neither text, bytes nor a mapping."""
    return issubclass(type(value), Iterable) and not issubclass(type(value), str | bytes | Mapping)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether *value* is a mapping."""
    return issubclass(type(value), Mapping)


def mismatch(
    path: str,
    expected: str,
    value: object,
    error: type[SegkitError] = ConditionError,
    *,
    found: str | None = None,
    advice: str = "",
) -> SegkitError:
    """Return the error for a *value* that is not as *expected*; *found* are the words for it."""
    result = error(path, f"{expected}; got {found or short_repr(value)}{advice}", value)
    result.expected = expected
    return result


def ensure_whole(path: str, expected: str, value: object, *, minimum: int | None = None) -> int:
    """Return *value* as a plain ``int`` if it is a whole number of *minimum* or more."""
    if is_int(value):
        number = int.__int__(cast("int", value))
        if minimum is None or number >= minimum:
            return number
    raise mismatch(path, expected, value)


def ensure_type(
    path: str,
    expected: str,
    value: object,
    kind: type[T],
    error: type[SegkitError] = ConditionError,
) -> T:
    """Return *value* if it is an instance of *kind*."""
    if not has_type(value, kind):
        raise mismatch(path, expected, value, error)
    return value


def ensure_items(
    path: str, expected: str, value: object, error: type[SegkitError] = ConditionError
) -> tuple[object, ...]:
    """Return the items of *value* if it is iterable, and neither a text nor a mapping."""
    if not is_iterable_of_items(value):
        raise mismatch(path, expected, value, error)
    return read_foreign(path, lambda: tuple(value), error)


def ensure_mapping(
    path: str, expected: str, value: object, error: type[SegkitError] = ConditionError
) -> dict[object, Any]:
    """Return the keys and values of *value* if it is a mapping."""
    if not is_mapping(value):
        raise mismatch(path, expected, value, error)
    return read_foreign(path, lambda: dict(value), error)


def as_tuple(given: object, path: str) -> tuple[object, ...]:
    """Return the items of a tuple or list, or *given* alone as a tuple of one."""
    if not issubclass(type(given), tuple | list):
        return (given,)
    return read_foreign(path, lambda: tuple(cast("tuple[object, ...]", given)))


def as_names(names: object) -> tuple[str, ...]:
    """Return one name or several as a tuple of plain texts."""
    several = as_tuple(names, "name")
    if not several:
        raise ConditionError("name", "at least one is needed", names)
    # Plain, so that an Enum member or a subclass of str prints as something to paste back.
    return tuple(ensure_text("name", "must be text", name) for name in several)


def ensure_pair(path: str, expected: str, value: object) -> tuple[Any, Any]:
    """Return the two items of *value*, if it is a pair."""

    def read() -> tuple[Any, Any]:
        try:
            first, second = cast("tuple[object, object]", value)
        except (TypeError, ValueError):
            raise mismatch(path, expected, value) from None
        return first, second

    return read_foreign(path, read)


def ensure_text(
    path: str, expected: str, value: object, error: type[SegkitError] = ConditionError
) -> str:
    """Return *value* as a plain ``str`` if it is a text."""
    kind, text = normalize(value)
    if kind is not Kind.TEXT:
        raise mismatch(path, expected, value, error)
    return cast("str", text)


def ensure_choice(path: str, noun: str, value: object, choices: tuple[str, ...]) -> str:
    """Return *value* as a plain ``str`` if it is one of *choices*."""
    kind, text = normalize(value)
    for choice in choices:
        if kind is Kind.TEXT and text == choice:
            return choice
    problem = f"no {noun} {short_repr(value)}; the {noun}s are {', '.join(choices)}"
    raise ConditionError(path, problem, value)


def zone_problem(value: object, *, takes_day: bool = True) -> str | None:
    """Return what is wrong with *value* if it is a time without a usable zone, or ``None``.

    With *takes_day*, the problem also says how to make a day of a time at midnight.
    """
    if is_datetime64(value):
        day = '; or value.astype("datetime64[D]").item() if a day is meant' if takes_day else ""
        return (
            f'{short_repr(value)} has no zone: write pandas.Timestamp(value, tz="UTC"), or '
            f'value.astype("datetime64[us]").item() with .replace(tzinfo=UTC){day}'
        )
    if not has_type(value, datetime) or normalize(value)[0] is not Kind.INCOMPARABLE:
        return None
    if not is_naive(value):
        return f"{short_repr(value)} has a zone that raises an error: write .replace(tzinfo=UTC)"
    zone = '.tz_localize("UTC")' if has_methods(value, "tz_localize") else ".replace(tzinfo=UTC)"
    day = "; or write .date() if a day is meant" if takes_day and _is_midnight(value) else ""
    return f"{short_repr(value)} is naive: attach a zone, {zone} for example{day}"


def _is_midnight(moment: datetime) -> bool:
    # Of datetime itself: a subclass may have attributes that raise.
    return datetime.time(moment) == time()
