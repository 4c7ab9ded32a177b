"""Operand sets: the operands of `is_in`, `has_any` and `has_all`, arranged to be searched.

There may be tens of thousands of operands, which are not compared one by one. Texts, booleans, days
and usual whole numbers are found by their hash. Other numbers, and instants, are sorted and found
by bisection: many of them with one hash can be chosen, and a search by hash compares all of these.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, cast

import attrs

from segkit.clock import EvaluationContext
from segkit.model.comparisons import Comparison
from segkit.model.validation import set_fields
from segkit.model.values import Kind, TypedValue

_HASH_MODULUS: Final = sys.hash_info.modulus
"""Whole numbers closer to 0 than this have different hashes."""


@attrs.define(eq=False, repr=False)
class OperandSet:
    """Different scalars, which a value is compared with all at once.

    Attributes:
        hashed: The texts, booleans, days and whole numbers by kind; texts are folded if case is
            ignored.
        ordered: The other numbers, and the instants, by kind; sorted, and each once.
        ignore_case: Whether texts are compared by their ``casefold()`` [K3].
    """

    hashed: dict[Kind, frozenset[object]]
    ordered: dict[Kind, list[Any]]
    ignore_case: bool

    @classmethod
    def of(cls, scalars: Iterable[TypedValue], *, ignore_case: bool) -> OperandSet:
        """Return the set of some scalars."""
        hashed: dict[Kind, list[object]] = {}
        ordered: dict[Kind, list[Any]] = {}
        for kind, value in scalars:
            if kind is Kind.INSTANT or (kind is Kind.NUMBER and not _has_own_hash(value)):
                ordered.setdefault(kind, []).append(value)
            else:
                folds = ignore_case and kind is Kind.TEXT
                key = cast("str", value).casefold() if folds else value
                hashed.setdefault(kind, []).append(key)
        return cls(
            {kind: frozenset(values) for kind, values in hashed.items()},
            {kind: [value for value, _ in groupby(sorted(ordered[kind]))] for kind in ordered},
            ignore_case,
        )

    def __iter__(self) -> Iterator[TypedValue]:
        for values_by_kind in (self.hashed, self.ordered):
            for kind, values in values_by_kind.items():
                for value in values:
                    yield kind, value

    def has_equal(self, scalar: TypedValue, context: EvaluationContext) -> bool:
        """Return whether one of the values is equal to *scalar*."""  # [K1], [K4]
        kind, value = scalar
        if kind in self.hashed:
            if self.ignore_case and kind is Kind.TEXT:
                value = cast("str", value).casefold()
            if value in self.hashed[kind]:
                return True
        if kind in self.ordered and _contains(self.ordered[kind], value):
            return True
        if kind is Kind.INSTANT and Kind.DAY in self.hashed:
            return context.local_day(cast("datetime", value)) in self.hashed[Kind.DAY]
        if kind is Kind.DAY and Kind.INSTANT in self.ordered:
            # Local days never move back as time passes, so the instants are sorted by day too.
            return _contains(self.ordered[Kind.INSTANT], value, context.local_day)
        return False


def _has_own_hash(number: object) -> bool:
    """Return whether a number is an ``int`` that shares its hash with no other such ``int``."""
    return type(number) is int and -_HASH_MODULUS < number < _HASH_MODULUS


def _contains(ordered: list[Any], value: object, key: Callable[[Any], date] | None = None) -> bool:
    """Return whether *value* is one of the sorted values, or of their keys."""
    place = bisect_left(ordered, cast("Any", value), key=key)
    if place == len(ordered):
        return False
    found = ordered[place] if key is None else key(ordered[place])
    return bool(found == value)


def operand_set(comparison: Comparison) -> OperandSet:
    """Return the operands of *comparison*; it is built once, and the comparison keeps it."""
    try:
        kept = comparison._operand_set  # pyright: ignore[reportPrivateUsage] # noqa: SLF001
    except AttributeError:
        kept = OperandSet.of(comparison.typed_operands, ignore_case=comparison.ignore_case)
        set_fields(comparison, _operand_set=kept)
    return cast("OperandSet", kept)
