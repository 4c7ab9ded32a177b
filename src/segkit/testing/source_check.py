"""Whether a host's source does what a `Source` has to, and what it does instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from itertools import islice
from textwrap import indent
from typing import Any, Final, TypeAlias, TypeVar

from segkit.audience import Evaluator
from segkit.errors import shown
from segkit.model.facts import Contact, Event
from segkit.operations.description import describe
from segkit.operations.requirements import requirements
from segkit.sources import Source
from segkit.testing.source_cases import SOURCE_CASES
from segkit.testing.source_rows import differences
from segkit.testing.source_shape import Question, SourceCase

__all__ = ["MakeSource", "check_source"]

IdT = TypeVar("IdT", bound=Hashable)

MakeSource: TypeAlias = Callable[[list[Contact[IdT]], list[Event[IdT]]], Source[IdT]]
"""Puts contacts and events into a storage that was empty, and gives a source over it."""

_MOST: Final = 5
"""Differences shown of one question; the rest follows from these, mostly."""


def check_source(
    make_source: MakeSource[Any],
    cases: Iterable[SourceCase] = SOURCE_CASES,
    *,
    make_id: Callable[[int], Hashable] = "c{:05}".format,
) -> None:
    """Check that a source of yours does what a `Source` has to.

    Each case puts a few contacts and events into your storage and asks. The answers must be
    right, in the order of the contacts; and what was loaded is looked through, so that it is said
    what was wrong with it. Each question is asked twice: a source can be asked again.

    Args:
        make_source: Is handed contacts and events and gives a source over them, and over nothing
            from the case before. Contacts come in the order of their ids. The ids of events are
            whole numbers, no two alike of one contact; a storage that numbers its events itself
            may give them others.
        cases: Some of `source_cases`, those for the shape of your storage.
        make_id: Makes an id of a whole number; a greater id of a greater number. By default a
            text: ``"c00001"``.

    Raises:
        AssertionError: If a case fails; it names all that fail, why that matters, what to do.

    >>> from segkit import MemorySource
    >>> from segkit.testing import check_source
    >>> check_source(MemorySource)
    >>> check_source(MemorySource, make_id=int)
    """
    several = list(cases)
    failed = [text for case in several for text in _failures(case, make_source, make_id)]
    if failed:
        number = f"{len(failed)} of {len(several)} cases" if len(several) > 1 else "the case"
        verb = "fail" if len(failed) > 1 else "fails"
        raise AssertionError("\n\n".join([f"{number} of check_source {verb}", *failed]))


def _failures(
    case: SourceCase, make_source: MakeSource[Any], make_id: Callable[[int], Hashable]
) -> Iterator[str]:
    """What is said of a case that fails: one text, or none."""
    contacts = [
        Contact(make_id(contact.id), contact.attributes, contact.lists) for contact in case.contacts
    ]
    events = [
        Event(make_id(event.contact_id), event.name, event.at, event.properties, event.id)
        for event in case.events
    ]
    source = make_source(contacts, events)
    for question in case.questions:
        complaints = list(islice(_complaints(source, contacts, events, question, make_id), _MOST))
        if complaints:
            lines = [
                case.name,
                indent(_asked(question, make_id), "  "),
                *[indent(complaint, "  ") for complaint in complaints],
                f"  why: {case.why}",
                f"  do: {case.cure}",
            ]
            yield "\n".join(lines)
            return


def _asked(question: Question, make_id: Callable[[int], Hashable]) -> str:
    ids = "everybody" if question.ids is None else _listed(map(make_id, question.ids))
    return (
        f"asked:\n{indent(describe(question.condition), '  ')}\n"
        f"of {ids}, now {question.now.isoformat()}, tz {question.tz}"
    )


def _complaints(
    source: Source[Any],
    contacts: list[Contact[Any]],
    events: list[Event[Any]],
    question: Question,
    make_id: Callable[[int], Hashable],
) -> Iterator[str]:
    expected = [make_id(number) for number in question.members]
    ids: Collection[Hashable] | None = None
    if question.ids is not None:
        ids = question.handed_in_as(make_id(number) for number in question.ids)
    try:
        evaluator = Evaluator(source, question.tz)
        found = list(evaluator.members(question.condition, now=question.now, ids=ids))
        needs = requirements(question.condition, now=question.now, tz=question.tz)
        asked = [contact for contact in contacts if ids is None or contact.id in ids]
        different = list(differences(source.load(needs, ids), asked, events, needs))
    except Exception as error:  # noqa: BLE001 - whatever a source raises is what it does wrong
        yield f"it raises {type(error).__name__}: {error}"
        return
    if found != expected:
        yield f"expected: {_listed(expected)}, in this order\ngot: {_listed(found)}"
    yield from different


def _listed(ids: Iterable[object]) -> str:
    return shown(list(ids))
