"""What a good source does, as cases: contacts, events, questions, and who it holds for."""

from __future__ import annotations

from typing import Final

from segkit.testing.source_contacts import about_contacts
from segkit.testing.source_events import about_events
from segkit.testing.source_shape import Shape, SourceCase
from segkit.testing.source_values import about_values

__all__ = ["SOURCE_CASES", "source_cases"]


def source_cases(shape: Shape | None = None) -> tuple[SourceCase, ...]:
    """The cases for a storage of some shape.

    Args:
        shape: What the storage can hold, and under which names; by default the usual `Shape`,
            whose cases are `SOURCE_CASES`.

    >>> from segkit.testing import Shape, source_cases
    >>> for case in source_cases(Shape(text="ville", events=("achat", "retour"))):
    ...     print(case)  # doctest: +ELLIPSIS
    everybody comes once, and in one order
    ...
    """
    known = Shape() if shape is None else shape
    return (*about_contacts(known), *about_values(known), *about_events(known))


SOURCE_CASES: Final = source_cases()
"""What a good source does, for a storage of the usual `Shape`."""
