"""The protocol of a source of facts, which a host implements, and how its rows are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Hashable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from operator import contains
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from segkit.errors import FactsError, raise_unless_repeated, short_repr
from segkit.history import Facts, History, check_contact, check_iterable, ids_equal
from segkit.model.facts import Contact, ContactLike, EventLike, check_id
from segkit.model.requirements import Requirements
from segkit.model.validation import is_iterable_of_items

IdT = TypeVar("IdT", bound=Hashable)
ResultT = TypeVar("ResultT")


class Source(Protocol[IdT]):
    """A host's own storage: any object with this one method.

    * *Absence*: an id in *ids* that does not exist is not yielded. A contact without events is
      yielded with an empty iterable.
    * *Order*: the `Audience` keeps the order of the contacts. The events of one contact may have
      any order.
    * *Ownership*: contacts and events are read until the next contact is requested, and are never
      kept and never changed.
    * *Uniqueness*: no contact twice, and no two events of one contact with one id [E3].
    * *Names* in the requirements may be any text: a name that does not exist, or that the storage
      cannot hold, is left out.
    * *Concurrency*: ``load`` is called once per evaluation, in the calling thread. An evaluation is
      as consistent as the rows that the source yields.
    * *Errors*: exceptions of the source itself are not changed. A row that is not a pair of a
      contact and its events is a `FactsError`.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, attr
    >>> class AgesSource:
    ...     def load(self, needs, ids=None, /):
    ...         for name, age in {"ada": 36, "tim": 9}.items():
    ...             if ids is None or name in ids:
    ...                 yield Contact(name, {"age": age}), []
    >>> evaluator = Evaluator(AgesSource())
    >>> list(evaluator.members(attr("age") >= 18, now=datetime(2022, 10, 1, tzinfo=UTC)))
    ['ada']
    """

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        """Yield contacts, each with its events, narrowed to *needs* or wider.

        Args:
            needs: The attributes, lists and events that can change a verdict. Others may be
                yielded too.
            ids: The ids of the contacts to load; ``None`` for all.
        """
        ...


def load_rows(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[tuple[ContactLike[IdT], list[EventLike] | History]]:
    """Yield the contacts that *source* streams, each with its events, which can be read twice.

    Raises:
        FactsError: If a row is not a pair of a contact and an iterable, or a contact comes twice.
    """
    rows: object = source.load(needs, ids)
    if not is_iterable_of_items(rows):
        problem = f"returns pairs (contact, events), in a list or generator; got {short_repr(rows)}"
        if hasattr(type(rows), "__aiter__") or hasattr(type(rows), "__await__"):
            problem += ": await the data first, and pass it to MemorySource"
        raise FactsError("load", problem, rows)
    seen_ids: set[IdT] = set()
    for number, row in enumerate(cast("Iterable[object]", rows)):
        path = f"load()[{number}]"
        try:
            contact, events = cast("tuple[ContactLike[IdT], Iterable[EventLike]]", row)
        except Exception as error:
            raise_unless_repeated(error, partial(_unpack, row))
            problem = f"a row must be a pair (contact, events); got {short_repr(row)}"
            raise FactsError(path, problem, row) from error
        try:
            kind: type[object] = type(contact)
            if kind is not Contact:
                check_contact(contact)
                check_id(contact.id, "contact.id")
            is_known = contains_id(contact.id, seen_ids)
            if type(events) is not list and type(events) is not History:
                events = list(check_iterable(events))
        except FactsError as error:
            add_row_to_path(error, number)
            raise
        if is_known:
            problem = f"the source yields the contact {short_repr(contact.id)} twice"
            raise FactsError(f"{path}.contact.id", problem, contact.id)
        seen_ids.add(contact.id)
        yield contact, events


def load_facts(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[Facts]:
    """Yield the facts that *source* streams; a row with a mistake is a `FactsError`."""
    for number, (contact, events) in enumerate(load_rows(source, needs, ids)):
        try:
            facts = Facts.from_source(contact, events)
        except FactsError as error:
            add_row_to_path(error, number)
            raise
        yield facts


def evaluate_contact(
    source: Source[IdT],
    needs: Requirements,
    id_: IdT,
    path: str,
    evaluate: Callable[[ContactLike[IdT], Iterable[EventLike]], ResultT],
) -> ResultT:
    """Return the result of *evaluate* for the contact with that id and its events.

    It is called while the source yields the contact, whose facts may not be read later.

    Raises:
        FactsError: If there is no contact with that id, or the source yields an invalid row.
    """
    check_id(id_, path)
    for contact, events in load_rows(source, needs, [id_]):
        if ids_equal(contact.id, id_):
            return evaluate(contact, events)
    problem = f"there is no contact {short_repr(id_)}"
    for other in _as_other_types(id_):
        if _has_contact(source, other):
            problem += (
                f" ({type(id_).__name__}), but there is a contact {short_repr(other)} "
                f"({type(other).__name__}): pass the id with this type"
            )
            break
    raise FactsError(path, problem, id_)


def _unpack(row: object) -> tuple[object, object]:
    contact, events = cast("tuple[object, object]", row)
    return contact, events


def _as_other_types(id_: object) -> list[Hashable]:
    """Return the ids of other types that have the same text as *id_*."""
    kind: type[object] = type(id_)
    others: list[Hashable] = []
    # An integer with too many digits raises, and the methods of a subclass may raise anything.
    if issubclass(kind, str):
        for other_type in (int, UUID):
            with suppress(Exception):
                others.append(other_type(cast("Any", id_)))
    elif issubclass(kind, int | UUID) and kind is not bool:
        with suppress(Exception):
            others.append(str(id_))
    return others


def _has_contact(source: Source[Any], id_: Hashable) -> bool:
    """Return whether a source has that id; a source that refuses ids of its type has not."""
    try:
        rows = load_rows(source, Requirements(), [id_])
        return any(ids_equal(contact.id, id_) for contact, _ in rows)
    except Exception:  # noqa: BLE001 - a database may raise anything for an id of another type
        return False


def add_row_to_path(error: FactsError, number: int) -> None:
    """Let the path of *error* say in which row of a source the mistake is."""
    error.path = f"load()[{number}].{error.path}"


def contains_id(id_: object, ids: Container[object], path: str = "contact.id") -> bool:
    """Return whether *ids* contains an id; it is an error if the id cannot be compared."""
    try:
        return id_ in ids
    except Exception as error:
        raise_unless_repeated(error, partial(contains, ids, id_))
        raise FactsError(path, not_comparable(error), id_) from error


def not_comparable(error: Exception) -> str:
    """Return what is wrong with an id whose comparison raises *error*."""
    return f"an id must be comparable: text, int or UUID; it raises {short_repr(error)}"
