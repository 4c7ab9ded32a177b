"""`Use`: one field as a condition uses it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

import attrs

from segkit.checking.code import Repair, Term, catalog_repair, value_code
from segkit.checking.names import Holder
from segkit.checking.words import short_path
from segkit.model.catalog import Field
from segkit.model.comparisons import Comparison

OPERAND: Final = "comparison.operand"
"""The key of the operand in the document of a leaf."""

ORDERS: Final = ("<", "<=", ">", ">=")
TEXT_OPERATORS: Final = frozenset({"contains", "starts_with", "ends_with", "matches_regex"})
ANY_NUMBER: Final = Comparison("between", (float("-inf"), float("inf")))
"""The comparison of the values that are added up: they may be any numbers."""
EQUALITIES: Final = frozenset({"==", "is_in", "has_any", "has_all"})


@attrs.frozen
class Use:
    """One field as a condition uses it.

    Attributes:
        holder: The contacts or events that have the field.
        term: The compared value.
        field: The field.
        comparison: The comparison of its values.
        is_negated: Whether the comparison is in a negation.
        named_texts: The texts that the condition names anywhere for the field.
    """

    holder: Holder
    term: Term
    field: Field
    comparison: Comparison
    is_negated: bool
    named_texts: AbstractSet[str] = frozenset()

    @property
    def name(self) -> str:
        """The path as sentences write it."""
        return short_path(self.term.path)

    def repair(self, **changes: Any) -> Repair | None:  # noqa: ANN401 - the fields of a comparison
        """Return the comparison with changes; ``None`` if its code is too long."""
        code = self.term.compared(attrs.evolve(self.comparison, **changes))
        return None if code is None else self.replaced_by(code)

    def repair_between(self, ends: Iterable[object]) -> Repair | None:
        """Return the comparison with the time between two days or instants."""
        return self.replaced_by(f"{self.term}.between({', '.join(map(value_code, ends))})")

    def replaced_by(self, code: str) -> Repair | None:
        """Return *code* as what to write instead of the comparison, unless that is too long."""
        written = self.term.compared(self.comparison)
        return None if written is None else Repair(code, written)

    def repair_data(self, field: str) -> Repair:
        """Return the catalog that reads the field as described by the code *field*."""
        return catalog_repair(self.holder.event, self.term.path, field)


def accepted_kinds(comparison: Comparison) -> frozenset[str]:
    """Return the names of the kinds of value that a comparison can be true for."""
    if comparison.operator == "within_km":
        return frozenset({"location", "collection", "mapping"})
    return frozenset(kind.value for kind in comparison.kinds)


def operands(comparison: Comparison) -> tuple[Any, ...]:
    """Return the operands of a comparison, several or one."""
    operand = comparison.operand
    return cast("tuple[Any, ...]", operand if isinstance(operand, tuple) else (operand,))
