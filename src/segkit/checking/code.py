"""Python code of terms and comparisons, which repairs are written in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from segkit.model.comparisons import Comparison, Reference
from segkit.model.operators import OPERATORS

_MAX_VALUES: Final = 10


def text_code(text: str) -> str:
    """Return a text as Python code, in double quotes if that needs no escapes."""
    return f'"{text}"' if text.isprintable() and not {'"', "\\"} & set(text) else repr(text)


def value_code(value: object) -> str:
    """Return a scalar as Python code."""
    if isinstance(value, str):
        return text_code(value)
    if isinstance(value, datetime):
        arguments = ", ".join(map(str, value.timetuple()[: 6 if value.second else 5]))
        zone = "UTC" if value.tzinfo is UTC else repr(value.tzinfo)
        return f"datetime({arguments}, tzinfo={zone})"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    return f'Decimal("{value}")' if isinstance(value, Decimal) else repr(value)


def call_code(function: str, names: Iterable[str]) -> str:
    """Return a call with names: ``attr("address", "zip")``."""
    return f"{function}({', '.join(map(text_code, names))})"


def comparison_code(term: str, comparison: Comparison) -> str:
    """Return a comparison of *term* as Python code; *term* alone if the operand takes too long."""
    operand: Any = comparison.operand
    operator = comparison.operator
    if isinstance(operand, Reference):
        function = "first_prop" if operand.first else term.partition("(")[0]
        return f"{term} {operator} {call_code(function, operand.path)}"
    ignoring = ", ignore_case=True" if comparison.ignore_case else ""
    match OPERATORS[operator].operand:
        case "scalar" if operator in ("==", "<", "<=", ">", ">=") and not ignoring:
            return f"{term} {operator} {value_code(operand)}"
        case "scalar" if operator != "==":
            return f"{term}.{operator}({value_code(operand)}{ignoring})"
        case "values" if len(operand) <= _MAX_VALUES:
            return f"{term}.{operator}([{', '.join(map(value_code, operand))}]{ignoring})"
        case "range":
            return f"{term}.between({', '.join(map(value_code, operand))})"
        case "none":
            return f"{term}.is_set()"
        case _:
            return term
