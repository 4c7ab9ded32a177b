"""Python code of terms, comparisons and catalogs, which repairs are written in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from math import isinf
from typing import Any, Final

import attrs

from segkit.model.comparisons import Comparison, Reference
from segkit.model.operators import OPERATORS

_MAX_OPERANDS: Final = 10


@attrs.frozen
class Repair:
    """Code to write instead.

    Attributes:
        code: The code.
        replaces: The code in whose place it is written; ``None`` for a catalog, which is for data.
    """

    code: str
    replaces: str | None = None


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


@attrs.frozen
class Term:
    """The compared value of a leaf: an attribute, a property, or an aggregate of a property.

    Attributes:
        function: The call without its names: ``attr``, ``prop``, or ``.sum`` after a ``did(...)``.
        path: The names.
        is_unequal: Whether the comparison is an ``==`` in a `Not`: its code includes the negation.
    """

    function: str
    path: tuple[str, ...]
    is_unequal: bool = False

    @property
    def noun(self) -> str:
        """``attribute`` or ``property``."""
        return "attribute" if self.function == "attr" else "property"

    @property
    def is_aggregate(self) -> bool:
        """Whether the code follows a ``did(...)``, and is no code of its own."""
        return self.function.startswith(".")

    def __str__(self) -> str:
        return call_code(self.function, self.path)

    def compared(self, comparison: Comparison) -> str | None:
        """Return a comparison of the term as code; ``None`` if the operand takes too long."""
        operator = comparison.operator
        if isinstance(comparison.operand, Reference):
            code: str | None = f"{self} {operator} {self.reference(comparison.operand)}"
        else:
            code = _comparison_code(str(self), comparison)
        if code is None or not self.is_unequal:
            return code  # A ~ before it stays as it is.
        equals = f"{self} == "
        return f"{self} != {code.removeprefix(equals)}" if code.startswith(equals) else f"~{code}"

    def reference(self, operand: Reference) -> str:
        """Return the value that the term is compared with as code."""
        return call_code("first_prop" if operand.first else self.function, operand.path)


def _comparison_code(term: str, comparison: Comparison) -> str | None:
    operand: Any = comparison.operand
    operator = comparison.operator
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


def catalog_repair(event: str | None, path: tuple[str, ...], field: str) -> Repair:
    """Return the catalog of one attribute, or of one property of an event.

    Args:
        event: The name of the event; ``None`` for an attribute.
        path: The path of the attribute or property.
        field: The code of its field.
    """
    for name in reversed(path):
        field = f"{{{text_code(name)}: {field}}}"
    if event is None:
        return Repair(f"Catalog(attributes={field})")
    return Repair(f"Catalog(events={{{text_code(event)}: {field}}})")
