"""`Use`: one field as a condition uses it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

import attrs

from segkit.checking.code import catalog_code, comparison_code, value_code
from segkit.checking.names import Holder
from segkit.checking.words import short_path
from segkit.model.catalog import Field
from segkit.model.comparisons import Comparison

OPERAND: Final = "comparison.operand"
"""The key of the operand in the document of a leaf."""

ORDERS: Final = ("<", "<=", ">", ">=")
TEXT_OPERATORS: Final = frozenset({"contains", "starts_with", "ends_with", "matches_regex"})
EQUALITIES: Final = frozenset({"==", "is_in", "has_any", "has_all"})


@attrs.frozen
class Use:
    """One field as a condition uses it.

    Attributes:
        holder: The contacts or events that have the field.
        path: The path of the field.
        term: Its code: ``attr("age")``.
        field: The field.
        comparison: The comparison of its values.
        is_negated: Whether the comparison is in a negation.
        named_texts: The texts that the condition names anywhere for the field.
    """

    holder: Holder
    path: tuple[str, ...]
    term: str
    field: Field
    comparison: Comparison
    is_negated: bool
    named_texts: AbstractSet[str] = frozenset()

    @property
    def name(self) -> str:
        """The path as sentences write it."""
        return short_path(self.path)

    def code(self, **changes: Any) -> str | None:  # noqa: ANN401 - the fields of a comparison
        """Return the comparison as code, with changes; ``None`` if it takes too long."""
        return comparison_code(self.term, attrs.evolve(self.comparison, **changes))

    def between(self, ends: Iterable[object]) -> str:
        """Return the code of a comparison with the time between two days or instants."""
        return f"{self.term}.between({', '.join(map(value_code, ends))})"

    def catalog(self, field: str) -> str:
        """Return the code of a catalog that reads the field as described by code."""
        return catalog_code(self.holder.event, self.path, field)


def accepted_kinds(comparison: Comparison) -> frozenset[str]:
    """Return the names of the kinds of value that a comparison can be true for."""
    if comparison.operator == "within_km":
        return frozenset({"location", "collection", "mapping"})
    return frozenset(kind.value for kind in comparison.kinds)


def operands(comparison: Comparison) -> tuple[Any, ...]:
    """Return the operands of a comparison, several or one."""
    operand = comparison.operand
    return cast("tuple[Any, ...]", operand if isinstance(operand, tuple) else (operand,))
