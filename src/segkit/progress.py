"""The contacts of a bulk evaluation, and the reports of its progress."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final, TypeVar

from segkit.errors import FactsError
from segkit.model.validation import mismatch

RowT = TypeVar("RowT")

CONTACTS_PER_REPORT: Final = 1_000
"""How many contacts are evaluated between two reports of the progress."""


def no_report(done: int, total: int) -> None:
    """Report nothing."""
    del done, total


def reporting(
    rows: Iterator[RowT], progress: Callable[[int, int | None], object], total: int | None
) -> Iterator[RowT]:
    """Yield *rows*, and report how many are done: now and then, and at the end."""
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if done % CONTACTS_PER_REPORT == 0:
            progress(done, total)
    if done % CONTACTS_PER_REPORT or not done:
        progress(done, total)


def check_selection(ids: object, progress: object) -> None:
    """Refuse what is no collection of ids, or no function of the progress."""
    # By the type: an object may raise when its class is read.
    kind: type[object] = type(ids)
    if ids is not None and (not issubclass(kind, Collection) or issubclass(kind, str | bytes)):
        raise mismatch("ids", "takes a collection of ids, or None for all", ids, FactsError)
    if progress is not None and not callable(progress):
        expected = "takes a function of two numbers, contacts done and the total or None"
        raise mismatch("progress", expected, progress, FactsError)
