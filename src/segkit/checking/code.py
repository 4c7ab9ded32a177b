"""Python code of terms, comparisons and catalogs, which repairs are written in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from math import isinf
from typing import Any, Final

from segkit.model.comparisons import Comparison, Reference
from segkit.model.operators import OPERATORS

_MAX_OPERANDS: Final = 10


def text_code(text: str) -> str:
    """Return a text as Python code, in double quotes if that needs no escapes."""
    return f'"{text}"' if text.isprintable() and not {'"', "\\"} & set(text) else ascii(text)


def value_code(value: object) -> str:
    """Return an operand as Python code; instants are in UTC."""
    if isinstance(value, str):
        return text_code(value)
    if isinstance(value, datetime):
        parts = [*value.timetuple()[:6], value.microsecond]
        while len(parts) > _DAY_AND_MINUTE and not parts[-1]:
            parts.pop()
        return f"datetime({', '.join(map(str, parts))}, tzinfo=UTC)"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, Decimal):
        return f'Decimal("{value}")'
    return f'float("{value}")' if isinstance(value, float) and isinf(value) else repr(value)


_DAY_AND_MINUTE: Final = 5


def call_code(function: str, names: Iterable[str]) -> str:
    """Return a call with names: ``attr("address", "zip")``."""
    return f"{function}({', '.join(map(text_code, names))})"


def comparison_code(term: str, comparison: Comparison) -> str | None:
    """Return a comparison of *term* as Python code; ``None`` if the operand takes too long."""
    operand: Any = comparison.operand
    operator = comparison.operator
    if isinstance(operand, Reference):
        function = "first_prop" if operand.first else term.partition("(")[0]
        return f"{term} {operator} {call_code(function, operand.path)}"
    ignoring = ", ignore_case=True" if comparison.ignore_case else ""
    match OPERATORS[operator].operand:
        case "scalar" if ignoring and operator == "==":
            return f"{term}.is_in([{value_code(operand)}]{ignoring})"
        case "scalar" if isinstance(operand, bool):
            return f"{term}.is_{str(operand).lower()}()"
        case "scalar" if operator in ("==", "<", "<=", ">", ">="):
            return f"{term} {operator} {value_code(operand)}"
        case "scalar" | "pattern":
            return f"{term}.{operator}({value_code(operand)}{ignoring})"
        case "values" if len(operand) <= _MAX_OPERANDS:
            return f"{term}.{operator}([{', '.join(map(value_code, operand))}]{ignoring})"
        case "range":
            return f"{term}.between({', '.join(map(value_code, operand))})"
        case "none":
            return f"{term}.is_set()"
        case _:
            return None


def catalog_code(event: str | None, path: tuple[str, ...], field: str) -> str:
    """Return a catalog of one attribute, or of one property of an event, as Python code.

    Args:
        event: The name of the event; ``None`` for an attribute.
        path: The path of the attribute or property.
        field: The code of its field.
    """
    for name in reversed(path):
        field = f"{{{text_code(name)}: {field}}}"
    if event is None:
        return f"Catalog(attributes={field})"
    return f"Catalog(events={{{text_code(event)}: {field}}})"
