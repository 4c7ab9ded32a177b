"""Rows: many conditions compiled together, for a stream of contacts with their events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, NoReturn, Protocol, TypeAlias, cast

import attrs

from segkit.clock import EvaluationContext
from segkit.errors import raise_unless_repeated
from segkit.history import Facts
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.facts import ContactLike, EventLike
from segkit.operations.evaluation.compiler import compile_source, run_source
from segkit.operations.evaluation.expression_source import (
    MAX_LEAVES,
    SourceBuilder,
    is_small,
    tested_parts,
)
from segkit.operations.evaluation.rows_source import build_rows_source
from segkit.semantics.observations import evaluate_condition
from segkit.traversal import iter_contact_leaves

Add: TypeAlias = Callable[[Any], object]
"""A function that adds an id to the members of one condition."""


class EvaluateRow(Protocol):
    """Several conditions bound to one now and to functions that add members."""

    def __call__(self, contact: ContactLike[Any], events: Iterable[EventLike], /) -> object:
        """Add the id of *contact* to the members of each condition that is true for it."""
        ...


_BindRows: TypeAlias = Callable[[EvaluationContext, Sequence[Add]], EvaluateRow]


@attrs.frozen(eq=False)
class CompiledRows:
    """Conditions that are compiled together, in functions of a limited size.

    Attributes:
        declined: The leaves that the reference evaluates.
    """

    declined: list[LeafCondition]
    _functions: list[tuple[slice, _BindRows]]

    def bind(self, context: EvaluationContext, adders: Sequence[Add]) -> list[EvaluateRow]:
        """Return the functions that evaluate one row; *adders* has one for each condition."""
        return [bind(context, adders[part]) for part, bind in self._functions]


_MAX_COMPILED: Final = 8


@attrs.define(eq=False)
class RowsCache:
    """The functions compiled last, for an evaluator that evaluates the same segments again.

    Pickles and copies of it are empty.
    """

    _compiled: dict[tuple[int, ...], tuple[list[Condition], CompiledRows]] = attrs.field(
        factory=dict[tuple[int, ...], tuple[list[Condition], CompiledRows]]
    )

    def get(self, conditions: list[Condition]) -> CompiledRows | None:
        """Return the result of compiling these very objects, if it is kept."""
        kept = self._compiled.get(tuple(map(id, conditions)))
        return None if kept is None else kept[1]

    def add(self, conditions: list[Condition]) -> CompiledRows:
        """Compile *conditions*, and keep the result."""
        compiled = compile_rows(conditions)
        while len(self._compiled) >= _MAX_COMPILED:
            self._compiled.pop(next(iter(self._compiled)), None)
        # The conditions are kept too, so that no other object gets the identity of one of them.
        self._compiled[tuple(map(id, conditions))] = conditions, compiled
        return compiled

    def __reduce__(self) -> tuple[object, ...]:
        return RowsCache, ()


def not_compiled(conditions: Sequence[Condition]) -> CompiledRows:
    """Return *conditions* for evaluation by the reference, for a few contacts."""
    return CompiledRows([], [(slice(0, len(conditions)), partial(_bind_reference, conditions))])


def compile_rows(conditions: Sequence[Condition]) -> CompiledRows:
    """Compile *conditions* together; what they have in common is computed once for each contact."""
    declined: list[LeafCondition] = []
    functions: list[tuple[slice, _BindRows]] = []
    for part in _slices(conditions):
        builder = SourceBuilder(of_many=True)
        some = conditions[part]
        bind = _compile(some, builder)
        if bind is None:
            bind = partial(_bind_reference, some)
            declined += dict.fromkeys(leaf for each in some for leaf in iter_contact_leaves(each))
        else:
            declined += builder.declined
        functions.append((part, bind))
    return CompiledRows(declined, functions)


def _slices(conditions: Sequence[Condition]) -> list[slice]:
    """Return the conditions in slices of at most `MAX_LEAVES` tests, or of one condition."""
    slices: list[slice] = []
    start = size = 0
    for number, condition in enumerate(conditions):
        tests = sum(1 for _ in tested_parts(condition))
        if size and size + tests > MAX_LEAVES:
            slices.append(slice(start, number))
            start, size = number, 0
        size += tests
    return [*slices, slice(start, len(conditions))]


def _compile(conditions: Sequence[Condition], builder: SourceBuilder) -> _BindRows | None:
    """Return the function that binds *conditions*; ``None`` if Python cannot compile them."""
    if len(conditions) == 1 and not is_small(conditions[0]):
        return None  # Several conditions of one slice are small together.
    try:
        code = compile_source(build_rows_source(conditions, builder))
    except (RecursionError, MemoryError):  # The caller's own stack may be deep.
        return None

    def evaluate_again(
        context: EvaluationContext, contact: ContactLike[Any], events: Iterable[EventLike]
    ) -> None:
        bind = cast("_BindRows", run_source(code, builder, fall_back=_raise_again))
        adders = [list[object]().append for _ in conditions]  # The members are not used.
        bind(context, adders)(contact, events)

    fall_back = _FallBack(conditions, evaluate_again)
    return cast("_BindRows", run_source(code, builder, fall_back=fall_back))


def _raise_again(*arguments: object) -> NoReturn:
    """Raise the failure of generated code, its last argument, instead of using the reference."""
    raise cast("Exception", arguments[-1])


@attrs.frozen
class _FallBack:
    """Evaluates a row on which the generated code failed.

    Attributes:
        conditions: The conditions.
        evaluate_again: Runs the generated code once more, without effect.
    """

    conditions: Sequence[Condition]
    evaluate_again: Callable[[EvaluationContext, ContactLike[Any], Iterable[EventLike]], object]

    def __call__(
        self,
        context: EvaluationContext,
        contact: ContactLike[Any],
        events: Iterable[EventLike],
        adders: Sequence[Add],
        failure: Exception,
    ) -> None:
        """Evaluate the row by the reference, unless *failure* is of no value."""
        raise_unless_repeated(failure, lambda: self.evaluate_again(context, contact, events))
        _by_reference(self.conditions, context, contact, events, adders)


def _bind_reference(
    conditions: Sequence[Condition], context: EvaluationContext, adders: Sequence[Add]
) -> EvaluateRow:
    def evaluate_row(contact: ContactLike[Any], events: Iterable[EventLike], /) -> None:
        _by_reference(conditions, context, contact, events, adders)

    return evaluate_row


def _by_reference(
    conditions: Sequence[Condition],
    context: EvaluationContext,
    contact: ContactLike[Any],
    events: Iterable[EventLike],
    adders: Sequence[Add],
) -> None:
    """Evaluate one row by the reference, which raises the errors that the user sees."""
    facts = Facts.from_source(contact, events)
    verdicts = [evaluate_condition(condition, facts, context) for condition in conditions]
    for add, verdict in zip(adders, verdicts, strict=True):
        if verdict:
            add(contact.id)
