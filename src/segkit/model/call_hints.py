"""Errors for calls with other arguments than the function has: they show the call to write."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, NoReturn, TypeVar, cast

from segkit.errors import ConditionTypeError, short_repr

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

MATCHES_CALL: Final = "matches(condition, contact, events, now=now)"


def written_as(example: str) -> Callable[[FunctionT], FunctionT]:
    """Let a function refuse arguments that it does not have with an error that shows *example*.

    Python's own error for ``is_in("a", "b")`` counts arguments, and does not say what to write. The
    signature stays as it is, for type checkers, editors and `inspect.signature`.
    """

    def decorate(function: FunctionT) -> FunctionT:
        @wraps(function)
        def call(*arguments: object, **named: object) -> object:
            try:
                return function(*arguments, **named)
            except TypeError as error:
                # The function was not entered: no frame of it is in the traceback.
                if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                    raise
            refuse_call(function.__qualname__, example, arguments, named)

        return cast("FunctionT", call)

    return decorate


def refuse_call(
    name: str, example: str, arguments: tuple[object, ...], named: Mapping[str, object]
) -> NoReturn:
    """Refuse a call of the function *name* with these arguments."""
    owner, _, method = name.rpartition(".")
    given = [short_repr(argument) for argument in arguments[bool(owner) :]]
    given += [f"{key}={short_repr(value)}" for key, value in named.items()]
    problem = f"takes other arguments; got {method}({', '.join(given)}): write {example}"
    raise ConditionTypeError(method, problem, arguments)


def hide_misplaced(function: FunctionT) -> FunctionT:
    """Show the signature of *function* without its parameter for misplaced arguments.

    A function that is called a million times has that parameter instead of `written_as`.
    """
    signature = inspect.signature(function)
    shown = [each for each in signature.parameters.values() if each.name != "misplaced"]
    function.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    return function
