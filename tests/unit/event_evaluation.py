"""Evaluate a condition about events with every engine, and check that all results are equal."""

import datetime as dt
import pickle
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

import segkit
from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    History,
    MemorySource,
    Requirements,
    compile_condition,
    explain,
    matches,
    requirements,
)
from tests.slow_clock import instant

NOW: Final = instant("2022-10-01 00:00")

_NAMES: Final[dict[str, Any]] = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    "datetime": dt,
    "Decimal": Decimal,
}
"""The names in a repr of a condition: public names, ``datetime`` and ``Decimal``."""


def event(name: str, at: str, **properties: object) -> Event[str]:
    """Return an event of the contact ``ada`` at a time in UTC."""
    return Event("ada", name, instant(at), properties)


def orders(*values: object, name: str = "total") -> list[Event[str]]:
    """Return one order a day, starting on September 1, with *values* as its property *name*."""
    return [
        event("order", f"2022-09-{day:02} 12:00", **{name: value})
        for day, value in enumerate(values, start=1)
    ]


def history(*texts: str) -> list[Event[str]]:
    """Return events from texts like ``cart 1 08:30 sku=a``, where 1 is a day of September."""
    events: list[Event[str]] = []
    for text in texts:
        name, day, time, *rest = text.split()
        properties = dict(part.split("=") for part in rest)
        events.append(event(name, f"2022-09-{int(day):02} {time}", **properties))
    return events


def is_member(
    condition: Condition,
    attributes: Mapping[str, object] | None = None,
    events: Iterable[Event[str]] = (),
    *,
    now: datetime = NOW,
    tz: str | tzinfo = UTC,
) -> bool:
    """Return the verdict, after the other engines have returned the same one.

    The other engines are: the complement [V2], the explanation, the bulk evaluation, the condition
    rebuilt from its repr and from its pickle, the compiled condition, and the facts narrowed to
    `segkit.requirements`.
    """
    ada = Contact("ada", attributes)
    event_list = list(events)
    verdict = matches(condition, ada, event_list, now=now, tz=tz)
    assert matches(~condition, ada, event_list, now=now, tz=tz) is not verdict
    explanation = explain(condition, ada, event_list, now=now, tz=tz)
    assert explanation.verdict is verdict
    assert str(explanation).startswith("yes" if verdict else "no")
    members = Evaluator(MemorySource([ada], event_list), tz=tz).members(condition, now=now)
    assert list(members) == (["ada"] if verdict else [])
    needs = requirements(condition, now=now, tz=tz)
    assert matches(condition, *narrow(needs, ada, event_list), now=now, tz=tz) is verdict
    matcher = compile_condition(condition, tz=tz).at(now)
    assert matcher(ada, event_list) is verdict
    assert matcher(ada, History(event_list)) is verdict
    assert_repr_and_pickle_round_trip(condition)
    return verdict


def assert_repr_and_pickle_round_trip(condition: Condition) -> None:
    """Check that the repr and the pickle of *condition* rebuild an equal condition."""
    for rebuilt in (rebuilt_from_repr(condition), pickle.loads(pickle.dumps(condition))):  # noqa: S301
        assert rebuilt == condition
        assert hash(rebuilt) == hash(condition)
        assert repr(rebuilt) == repr(condition)


def rebuilt_from_repr(condition: Condition) -> Any:  # noqa: ANN401 - any condition
    """Evaluate the repr of *condition*."""
    return eval(repr(condition), dict(_NAMES))  # noqa: S307


def narrow(
    needs: Requirements, contact: Contact[str], events: Iterable[Event[str]]
) -> tuple[Contact[str], list[Event[str]]]:
    """Return only the facts that *needs* contains."""
    kept: list[Event[str]] = []
    for each in events:
        need = needs.events.get(each.name)
        if need is None or each.at > need.until or (need.since and each.at < need.since):
            continue
        properties = _only(need.properties, each.properties)
        kept.append(Event(each.contact_id, each.name, each.at, properties, each.id))
    return Contact(contact.id, _only(needs.attributes, contact.attributes)), kept


def _only(names: frozenset[str], values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in names}
