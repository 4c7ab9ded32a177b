"""Where the facts of many contacts come from: what a host supplies, and how it is read."""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator
from typing import Any, Protocol, TypeVar, cast

from segkit.errors import FactsError, shown
from segkit.history import Facts, is_several
from segkit.model.facts import ContactLike, EventLike, check_id
from segkit.model.needs import Requirements

__all__ = ["Source", "is_among", "loaded"]

IdT = TypeVar("IdT", bound=Hashable)


class Source(Protocol[IdT]):
    """A host's own storage: any object with this one method.

    *Absence*: an id in *ids* that is not there is not yielded; a contact without events is
    yielded with none. *Order*: contacts come in the order an `Audience` is to have; the events
    of one contact in any order. *Ownership*: what is yielded is read while the next one is asked
    for, never kept, never changed. *Uniqueness*: no contact twice, and of one contact no two
    events of one id [E3]. *Concurrency*: ``load`` is called once per question, in the calling
    thread; an evaluation is as consistent as what it streams. *Errors*: what the source raises
    itself comes through as it is; a row that is no contact with its events is a `FactsError`.
    """

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        """Stream contacts, each with its events, narrowed to *needs* or wider.

        Args:
            needs: The attributes, lists and events that can matter. More does no harm.
            ids: The contacts asked about; ``None`` for all.
        """
        ...


def loaded(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[Facts]:
    """The facts that *source* streams; its own exceptions pass as they are.

    Raises:
        FactsError: If it yields something that is no contact with its events.
    """
    rows: object = source.load(needs, ids)
    if not is_several(rows):
        problem = f"returns pairs (contact, events), a list or generator of them; got {shown(rows)}"
        if hasattr(type(rows), "__aiter__") or hasattr(type(rows), "__await__"):
            problem += ": await the data first, and hand it in with MemorySource"
        raise FactsError("load", problem, rows)
    met: set[IdT] = set()
    for place, row in enumerate(cast("Iterable[object]", rows)):
        path = f"load()[{place}]"
        try:
            contact, events = cast("tuple[ContactLike[IdT], Iterable[EventLike]]", row)
        except Exception as error:
            problem = f"a row is a pair (contact, events); got {shown(row)}"
            raise FactsError(path, problem, row) from error
        try:
            facts = Facts.of(contact, events)
            _check_new(contact.id, met)
        except FactsError as error:
            error.path = f"{path}.{error.path}"
            raise
        met.add(contact.id)
        yield facts


def _check_new(id_: object, met: set[Any]) -> None:
    check_id(id_, "contact.id")
    if is_among(id_, met):
        problem = f"the source yields the contact {shown(id_)} twice"
        raise FactsError("contact.id", problem, id_)


def is_among(id_: object, met: Container[object]) -> bool:
    """Whether a contact of that id was met.

    Raises:
        FactsError: If the id cannot be compared with the others.
    """
    try:
        return id_ in met
    except Exception as error:
        problem = f"an id must be comparable: text, int or UUID; it raises {shown(error)}"
        raise FactsError("contact.id", problem, id_) from error
