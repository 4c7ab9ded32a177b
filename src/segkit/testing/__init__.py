"""Tools for tests of segments and of sources: fixtures, random data, examples, a conformance test.

* `make_contact` and `make_event` create a contact or an event in one line.
* `EXAMPLES` are conditions that together contain every leaf, operator, window and group.
* `contacts`, `events`, `histories`, `values`, `durations`, `instants` and `zones` are Hypothesis
  strategies. They generate hostile values and unusual zones, but few names, so that about half of
  all conditions are true. They need the extra ``testing``, which installs Hypothesis.
* `check_source` checks a host's own `Source` with `SOURCE_CASES`, or with the `source_cases` of
  another `StorageShape`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from segkit.testing.examples import EXAMPLES
from segkit.testing.factories import make_contact, make_event
from segkit.testing.source_cases import (
    SOURCE_CASES,
    Question,
    SourceCase,
    StorageShape,
    source_cases,
)
from segkit.testing.source_check import check_source

if TYPE_CHECKING:
    from segkit.testing.strategies import (
        contacts,
        durations,
        events,
        histories,
        instants,
        values,
        zones,
    )

__all__ = [
    "EXAMPLES",
    "SOURCE_CASES",
    "Question",
    "SourceCase",
    "StorageShape",
    "check_source",
    "contacts",
    "durations",
    "events",
    "histories",
    "instants",
    "make_contact",
    "make_event",
    "source_cases",
    "values",
    "zones",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module("segkit.testing.strategies"), name)
    globals()[name] = value  # From now on Python finds it without this function.
    return value


def __dir__() -> list[str]:
    return list(__all__)
