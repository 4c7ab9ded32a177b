"""The compiler: a condition as a Python function.

A condition is compiled once, to a function ``bind``, which is called once for each now, computes
the windows, and returns a function of a contact and its events.
"""

from __future__ import annotations

import linecache
import weakref
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import count
from types import CodeType
from typing import Any, Final, Protocol, TypeAlias, cast

from segkit.clock import EvaluationContext
from segkit.errors import raise_unless_repeated
from segkit.model.conditions import Condition
from segkit.model.facts import NOT_GIVEN, ContactLike, EventLike
from segkit.model.validation import set_fields
from segkit.operations.evaluation.expression_source import SourceBuilder, is_small
from segkit.operations.evaluation.function_source import build_source
from segkit.operations.evaluation.reference import evaluate_by_reference
from segkit.operations.evaluation.runtime import RUNTIME
from segkit.semantics.observations import leaf_depends_on_now
from segkit.traversal import iter_contact_leaves

_MAX_SOURCES: Final = 512
"""How many compiled sources are cached; the source of a dozen leaves takes some kilobytes."""

_NUMBERS: Final = count(1)


class BoundMatcher(Protocol):
    """A condition bound to one now."""

    def __call__(
        self, contact: ContactLike[Any], events: Iterable[EventLike] = NOT_GIVEN, /
    ) -> bool:
        """Return whether *contact* belongs to the segment at that now."""
        ...


Bind: TypeAlias = Callable[[EvaluationContext], BoundMatcher]


def bind_of(condition: Condition) -> Bind:
    """Return the function that binds *condition* to a now; the condition keeps it."""
    try:
        return cast("Bind", condition._bind)  # pyright: ignore[reportPrivateUsage] # noqa: SLF001
    except AttributeError:
        bind = _compile(condition)
        set_fields(condition, _bind=bind)
        return bind


def depends_on_now(condition: Condition) -> bool:
    """Return whether the verdict for the same facts can be another one at another now."""
    return any(map(leaf_depends_on_now, iter_contact_leaves(condition)))


def _compile(condition: Condition) -> Bind:
    """Return the function that binds *condition* to a now; a large condition is not compiled."""
    builder = SourceBuilder()
    try:
        code = compile_source(build_source(condition, builder)) if is_small(condition) else None
    except (RecursionError, MemoryError):  # The caller's own stack may be deep.
        code = None
    if code is None:
        return lambda context: partial(_fall_back, condition, context)

    def bind_again() -> Bind:
        return cast("Bind", run_source(code, builder, reference=_raise_again))

    by_reference = partial(_fall_back, condition, bind_again=bind_again)
    return cast("Bind", run_source(code, builder, reference=by_reference))


def run_source(code: CodeType, builder: SourceBuilder, **names: object) -> object:
    """Return the function ``bind`` that *code* defines; it may use *names* besides `RUNTIME`."""
    namespace = {
        **RUNTIME,
        **builder.constants,
        **names,
        "code": code,  # Tracebacks show source lines while the code is alive.
    }
    exec(code, namespace)  # noqa: S102 - it contains no text of the condition
    return namespace["bind"]


def _fall_back(
    condition: Condition,
    context: EvaluationContext,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    failure: Exception | None = None,
    /,
    *,
    bind_again: Callable[[], Bind] | None = None,
) -> bool:
    """Return the verdict by the reference, unless *failure* is of no value."""
    if failure is not None and bind_again is not None:
        raise_unless_repeated(failure, lambda: bind_again()(context)(contact, events))
    return evaluate_by_reference(condition, context, contact, events)


def _raise_again(*arguments: object) -> bool:
    """Raise the failure of generated code, its last argument, instead of using the reference."""
    failure = arguments[-1]
    if isinstance(failure, Exception):
        raise failure
    return False


@lru_cache(_MAX_SOURCES)
def compile_source(source: str) -> CodeType:
    """Return the code of *source*; tracebacks show its lines as long as the code is in use."""
    # A number, because a hash of the source is also the name of an evicted code still in use.
    filename = f"<segkit compiled {next(_NUMBERS)}>"
    code = compile(source, filename, "exec", dont_inherit=True)
    # Without a modification time in its entry, linecache does not search for the file on disk.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(code, linecache.cache.pop, filename, None)
    return code
