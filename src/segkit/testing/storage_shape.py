"""What a case about a source is made of, and the names it goes by in the storage of a host."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

import attrs

from segkit.model.conditions import Condition
from segkit.model.facts import Contact, Event

NOW: Final = datetime(2022, 10, 1, 12, tzinfo=UTC)
"""When the questions are asked, if they do not say otherwise."""
DAY: Final = timedelta(days=1)
TICK: Final = timedelta(microseconds=1)
"""The smallest step there is."""


@attrs.frozen
class StorageShape:
    """What a storage can hold, and under which names; ``None`` for what it has no place for.

    The cases that need what is ``None`` are left out.

    Attributes:
        text: An attribute that is a text of any length.
        number: One that is a whole number.
        boolean: One that is true or false.
        day: One that is a day.
        instant: One that is an instant, exact to the microsecond.
        texts: One that is a list of texts.
        nested: The path of a text within a mapping.
        lists: Two lists.
        events: Two names of events.
        amount: A property of events that is a number with two digits behind the point.
        word: A property that is a text.
        inner: The path of a whole number within a property that is a mapping.

    >>> from segkit.testing import StorageShape, source_cases
    >>> shape = StorageShape(text="ville", nested=None)
    >>> len(source_cases(shape)) < len(source_cases())
    True
    """

    text: str = "city"
    number: str | None = "age"
    boolean: str | None = "vip"
    day: str | None = "born"
    instant: str | None = "subscribed_at"
    texts: str | None = "interests"
    nested: tuple[str, str] | None = ("address", "zip")
    lists: tuple[str, str] | None = ("newsletter", "vip")
    events: tuple[str, str] = ("order", "refund")
    amount: str | None = "total"
    word: str | None = "status"
    inner: tuple[str, str] | None = ("items", "count")


@attrs.frozen
class Question:
    """What is asked of the contacts of a case, and who they are it holds for.

    Attributes:
        condition: What is asked.
        members: The numbers of the contacts it holds for, in order.
        ids: The numbers of the contacts asked about; ``None`` for all.
        now: When it is asked.
        tz: In which zone.
        ids_type: What the ids are handed in as: a list, a set, ...
    """

    condition: Condition
    members: tuple[int, ...]
    ids: tuple[int, ...] | None = None
    now: datetime = NOW
    tz: tzinfo = UTC
    ids_type: Callable[[Iterable[Any]], Collection[Any]] = list


@attrs.frozen
class SourceCase:
    """Contacts with their events, and questions that a source over them has to answer.

    Attributes:
        name: What it is about: a sentence that is true of a good source.
        why: Why that matters.
        fix: What to do where it fails.
        contacts: Their ids are whole numbers from 1 on, in order.
        events: Events of these; their own ids are whole numbers, too.
        questions: What is asked.
    """

    name: str
    why: str
    fix: str
    contacts: tuple[Contact[int], ...]
    events: tuple[Event[int], ...]
    questions: tuple[Question, ...]

    def __str__(self) -> str:
        return self.name


def case(
    name: str,
    why: str,
    fix: str,
    contacts: Iterable[Contact[int]],
    events: Iterable[Event[int]],
    *questions: Question,
) -> SourceCase:
    """A case, its parts in the order in which it is read."""
    return SourceCase(name, why, fix, tuple(contacts), tuple(events), questions)


def people(*attributes: dict[str, Any]) -> list[Contact[int]]:
    """Contacts numbered from 1 on, of whom that is known."""
    return [Contact(number, known) for number, known in enumerate(attributes, start=1)]
