"""The comparison operators, and the kinds of operand each takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from segkit.model.values import Kind

Operator: TypeAlias = Literal[
    "==", "<", "<=", ">", ">=", "between", "is_in", "has_any", "has_all",
    "contains", "starts_with", "ends_with", "matches_regex", "is_set",
    "within", "anniversary", "within_km",
]  # fmt: skip

TIMES: Final = frozenset({Kind.DAY, Kind.INSTANT})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.TEXT}) | TIMES
SCALARS: Final = _ORDERED | {Kind.BOOLEAN}
_TEXT: Final = frozenset({Kind.TEXT})

OPERAND_KINDS: Final[Mapping[Operator, frozenset[Kind]]] = {
    "==": SCALARS,
    "<": _ORDERED,
    "<=": _ORDERED,
    ">": _ORDERED,
    ">=": _ORDERED,
    "between": frozenset({Kind.NUMBER, Kind.TEXT}),
    "is_in": SCALARS,
    "has_any": SCALARS,
    "has_all": SCALARS,
    "contains": _TEXT,
    "starts_with": _TEXT,
    "ends_with": _TEXT,
    "matches_regex": _TEXT,
}
"""The kinds of operand of each operator that takes scalars, one or several."""

COLLECTION_OPERATORS: Final = frozenset({"has_any", "has_all"})
"""The operators that look at the members of a collection [K5]."""

CASE_INSENSITIVE: Final = COLLECTION_OPERATORS | {
    "==",
    "is_in",
    "contains",
    "starts_with",
    "ends_with",
}
"""The operators that can leave the case of text aside [K3]."""
