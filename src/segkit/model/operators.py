"""The comparison operators: what operand each takes, and how it treats values.

`OPERATORS` has one row for each operator, and `segkit.semantics.comparisons` a table of what each
operator means. The keys of each table are the members of `Operator`, so that a missing row is an
error of mypy and of pyright. `segkit.english.values` has the words for each operator, and
`segkit.operations.evaluation.expression_source` the Python code of the compiled operators.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypedDict

import attrs

from segkit.model.values import ORDERED, SCALARS, TIMES, Kind

Operator: TypeAlias = Literal[
    "==", "<", "<=", ">", ">=", "between", "is_in", "has_any", "has_all",
    "contains", "starts_with", "ends_with", "matches_regex", "is_set",
    "within", "anniversary", "within_km",
]  # fmt: skip

OperandForm: TypeAlias = Literal[
    "scalar", "values", "range", "pattern", "window", "anniversary", "place", "none"
]
"""The form of an operand: one scalar, several, two ends, a regular expression, ..."""

_TEXT: Final = frozenset({Kind.TEXT})


@attrs.frozen(kw_only=True)
class OperatorRow:
    """The operand that one operator takes, and the values that it can be true for."""

    operand: OperandForm
    kinds: frozenset[Kind] = frozenset()
    """The kinds of the operand's scalars; empty if it has none."""
    value_kinds: frozenset[Kind] | None = None
    """The kinds of value; ``None`` for the operand's, days and instants together [K4]."""
    of_members: bool = False
    """Whether it compares the members of a collection [K5]."""
    can_ignore_case: bool = False
    takes_reference: bool = False
    """Whether the operand may be another attribute or property [K7]."""


OperatorTable = TypedDict("OperatorTable", {
    "==": OperatorRow, "<": OperatorRow, "<=": OperatorRow, ">": OperatorRow, ">=": OperatorRow,
    "between": OperatorRow, "is_in": OperatorRow, "has_any": OperatorRow, "has_all": OperatorRow,
    "contains": OperatorRow, "starts_with": OperatorRow, "ends_with": OperatorRow,
    "matches_regex": OperatorRow, "is_set": OperatorRow,
    "within": OperatorRow, "anniversary": OperatorRow, "within_km": OperatorRow,
})  # fmt: skip

_ORDER: Final = OperatorRow(operand="scalar", kinds=ORDERED, takes_reference=True)
_OF_MEMBERS: Final = OperatorRow(
    operand="values", kinds=SCALARS, of_members=True, can_ignore_case=True
)
_IN_TEXT: Final = OperatorRow(operand="scalar", kinds=_TEXT, can_ignore_case=True)

OPERATORS: Final[OperatorTable] = {
    "==": OperatorRow(operand="scalar", kinds=SCALARS, can_ignore_case=True, takes_reference=True),
    "<": _ORDER,
    "<=": _ORDER,
    ">": _ORDER,
    ">=": _ORDER,
    "between": OperatorRow(operand="range", kinds=frozenset({Kind.NUMBER, Kind.TEXT})),
    "is_in": OperatorRow(operand="values", kinds=SCALARS, can_ignore_case=True),
    "has_any": _OF_MEMBERS,
    "has_all": _OF_MEMBERS,
    "contains": _IN_TEXT,
    "starts_with": _IN_TEXT,
    "ends_with": _IN_TEXT,
    "matches_regex": OperatorRow(operand="pattern", kinds=_TEXT),
    "is_set": OperatorRow(operand="none", value_kinds=frozenset(Kind) - {Kind.NO_VALUE}),
    "within": OperatorRow(operand="window", value_kinds=TIMES),
    "anniversary": OperatorRow(operand="anniversary", value_kinds=TIMES),
    "within_km": OperatorRow(operand="place", value_kinds=frozenset({Kind.LOCATION})),
}
