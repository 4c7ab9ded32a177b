"""The calls of segkit that the benchmarks measure."""

import linecache
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from segkit import Condition, Event, History, Interval, compile_condition, matches
from segkit.clock import EvaluationContext
from segkit.model.time_spans import Window
from segkit.operations.evaluation import compiler

__all__ = [
    "Match",
    "called",
    "clear_cache",
    "compiled",
    "compiled_anew",
    "compiled_with_now",
    "history",
    "intervals",
    "source",
]

Match: TypeAlias = Callable[[Any, Any], bool]
"""A function of a contact and its events, plain or as a `History`."""


def compiled(condition: Condition, now: datetime) -> Match:
    """Return the compiled condition bound to one instant, as a loop over contacts uses it."""
    return compile_condition(condition).at(now)


def compiled_with_now(condition: Condition, now: datetime) -> Match:
    """Return the compiled condition, called with ``now=`` each time."""
    return partial(compile_condition(condition), now=now)


def called(condition: Condition, now: datetime) -> Match:
    """Return `matches`, called with the same condition each time."""
    return partial(matches, condition, now=now)


def history(events: Sequence[Event[int]]) -> History:
    """Return a contact's events, indexed once."""
    return History(events)


# --- internals ------------------------------------------------------------------------------------


def source(match: Match) -> str:
    """Return the source of a compiled condition."""
    return "".join(linecache.getlines(match.__code__.co_filename))


def compiled_anew(condition: Condition, now: datetime) -> Match:
    """Return the bound condition, compiled although the condition was compiled before."""
    return compiler._compile(condition)(EvaluationContext(now, UTC))  # noqa: SLF001


def clear_cache() -> None:
    """Forget the sources that were compiled before."""
    compiler.compile_source.cache_clear()


def intervals(windows: Sequence[Window], now: datetime) -> list[Interval]:
    """Return the interval of each window at *now*, which every bound condition needs."""
    context = EvaluationContext(now, UTC)
    return [context.window_interval(window) for window in windows]
