"""Evaluate a condition with every engine, and check that all results are equal."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, TypeAlias

import attrs
import pytest

from segkit import (
    Condition,
    Contact,
    ContactLike,
    Evaluator,
    EventLike,
    FactsError,
    History,
    MemorySource,
    attr,
    compile_condition,
    did,
    explain,
    matches,
    prop,
)
from segkit.clock import EvaluationContext
from segkit.operations.evaluation.rows import compile_rows
from segkit.sources import column_store

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
"""The smallest time step, for the instants next to a bound."""

MakeComparison: TypeAlias = Callable[[Any], Any]
"""A function that makes a comparison of a term: ``lambda x: x >= 18``."""


@attrs.define
class HostContact:
    """A contact class of a host application: only a store copies it."""

    id: Any = "ada"
    attributes: Any = attrs.field(factory=dict[str, Any])
    lists: Any = attrs.field(factory=dict[str, Any])


@attrs.define
class HostEvent:
    """An event class of a host application: only a store copies it."""

    name: Any = "order"
    at: Any = NOW
    properties: Any = attrs.field(factory=dict[str, Any])
    id: Any = None
    contact_id: Any = "ada"


@attrs.define
class OneRowSource:
    """A source of a host with one contact."""

    contact: Any
    events: Any

    def load(self, *_: object) -> Any:  # noqa: ANN401
        return [(self.contact, self.events)]


REFUSED_COPY: Final = re.compile("holds itself|levels deep|collections in it")


def sources(contact: Any, events: list[EventLike]) -> list[Any]:  # noqa: ANN401
    """Return a source of a host, and a store unless the facts are too large to be copied [D9]."""
    found: list[Any] = [OneRowSource(contact, History(events))]
    try:
        found.append(MemorySource([contact], events))
    except FactsError as error:
        assert REFUSED_COPY.search(error.problem)  # noqa: PT017 - other facts are stored
    return found


def evaluate(
    condition: Condition,
    contact: ContactLike[Any] | None = None,
    events: Iterable[EventLike] = (),
    *,
    now: datetime = NOW,
    tz: str | tzinfo = UTC,
) -> bool:
    """Return the verdict, after the other engines have returned the same one.

    The other engines are: the complement [V2], the explanation, the bulk evaluation of a host's
    source and of a store, the compiled condition with the events and with a `History`, and
    conditions compiled together.
    """
    person = Contact("ada") if contact is None else contact
    event_list = list(events)
    verdict = matches(condition, person, event_list, now=now, tz=tz)
    assert matches(~condition, person, event_list, now=now, tz=tz) is (not verdict)
    assert explain(condition, person, event_list, now=now, tz=tz).verdict is verdict
    for source in sources(person, event_list):
        members = Evaluator(source, tz=tz).members(condition, now=now)
        assert list(members) == ([person.id] if verdict else [])
        if isinstance(source, MemorySource):
            assert members_by_columns(source, condition, now, tz) == list(members)
    matcher = compile_condition(condition, tz=tz).at(now)
    assert matcher(person, event_list) is verdict
    history = History(event_list)
    assert matcher(person, history) is verdict
    assert members_of_row([condition, ~condition], person, history, now, tz) == [
        verdict,
        not verdict,
    ]
    return verdict


def members_by_columns(
    source: MemorySource[Any], condition: Condition, now: datetime, tz: str | tzinfo
) -> list[object]:
    """Return the members according to kept columns, however few the contacts are."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(column_store, "MIN_CONTACTS", 0)
        return list(Evaluator(source, tz=tz).members(condition, now=now))


def members_of_row(
    conditions: list[Condition],
    contact: ContactLike[Any],
    events: Iterable[EventLike],
    now: datetime,
    tz: str | tzinfo,
) -> list[bool]:
    """Return the verdict of each condition, compiled together as for many contacts."""
    found: list[list[object]] = [[] for _ in conditions]
    context = EvaluationContext.create(now, tz)
    for evaluate_row in compile_rows(conditions).bind(context, [each.append for each in found]):
        evaluate_row(contact, list(events))
    return [len(each) == 1 for each in found]


def evaluate_value(
    attributes: Mapping[str, object],
    make_comparison: MakeComparison,
    *path: str,
    now: datetime = NOW,
    tz: str | tzinfo = UTC,
) -> bool:
    """Compare the value at *path*, as an attribute and as a property; return the verdict."""
    full_path = path or ("x",)
    person = HostContact(attributes=attributes)
    verdict = evaluate(make_comparison(attr(*full_path)), person, now=now, tz=tz)
    condition = did("seen").where(make_comparison(prop(*full_path)))
    assert (
        evaluate(condition, HostContact(), [HostEvent("seen", now, attributes)], now=now, tz=tz)
        is verdict
    )
    return verdict
