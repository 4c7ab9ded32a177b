"""segkit as it is asked here: one place for how a compiled condition is called."""

import linecache
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from segkit import Condition, Event, History, Interval, compile_condition, matches
from segkit.clock import EvaluationContext
from segkit.model.time_spans import Window
from segkit.operations.compilation.source_builder import compile_source

__all__ = ["Asked", "called", "compiled", "forget", "history", "intervals", "reference", "source"]

Asked: TypeAlias = Callable[[Any, Any], bool]
"""Takes a contact and its events, plain or as a `History`."""


def compiled(condition: Condition, now: datetime) -> Asked:
    """The compiled condition at one instant, as a loop over contacts uses it."""
    return compile_condition(condition).at(now)


def called(condition: Condition, now: datetime) -> Asked:
    """The compiled condition called with its now each time, once it has been called often."""
    return partial(compile_condition(condition), now=now)


def reference(condition: Condition, now: datetime) -> Asked:
    """The reference: `matches`."""
    return partial(matches, condition, now=now)


def history(events: Sequence[Event[int]]) -> History:
    """A contact's events, prepared once."""
    return History(events)


# --- what goes on inside --------------------------------------------------------------------------


def source(asked: Asked) -> str:
    """The source of a compiled condition."""
    return "".join(linecache.getlines(asked.__code__.co_filename))


def forget() -> None:
    """Forget which sources were compiled before."""
    compile_source.cache_clear()


def intervals(windows: Sequence[Window], now: datetime) -> list[Interval]:
    """The interval that each window covers at *now*: what no bound condition can do without."""
    context = EvaluationContext(now, UTC)
    return [context.window_interval(window) for window in windows]
