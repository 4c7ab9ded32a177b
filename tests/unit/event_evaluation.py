"""How the cases of the vocabulary are asked: whichever way, the answer has to be the same."""

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
"""What a pasted condition may use: the front door, ``datetime`` and ``Decimal``."""


def event(name: str, at: str, **properties: object) -> Event[str]:
    """An event of ada's at that time in UTC."""
    return Event("ada", name, instant(at), properties)


def orders(*values: object, name: str = "total") -> list[Event[str]]:
    """An order a day from September 1 on, each with one of *values*."""
    return [
        event("order", f"2022-09-{day:02} 12:00", **{name: value})
        for day, value in enumerate(values, start=1)
    ]


def history(*said: str) -> list[Event[str]]:
    """Events as ``cart 1 08:30 sku=a``: a name, a day of September, a time, perhaps a sku."""
    events: list[Event[str]] = []
    for each in said:
        name, day, time, *rest = each.split()
        properties = dict(part.split("=") for part in rest)
        events.append(event(name, f"2022-09-{int(day):02} {time}", **properties))
    return events


def answer(
    condition: Condition,
    attributes: Mapping[str, object] | None = None,
    events: Iterable[Event[str]] = (),
    *,
    now: datetime = NOW,
    tz: str | tzinfo = UTC,
) -> bool:
    """Give the verdict, after every other way of asking has confirmed it.

    The complement [V2], the explanation, the bulk call, the condition pasted back from its repr
    and unpickled, the compiled condition, and the facts cut down to what `segkit.requirements`
    asks for.
    """
    ada = Contact("ada", attributes)
    given = list(events)
    verdict = matches(condition, ada, given, now=now, tz=tz)
    assert matches(~condition, ada, given, now=now, tz=tz) is not verdict
    explanation = explain(condition, ada, given, now=now, tz=tz)
    assert explanation.verdict is verdict
    assert str(explanation).startswith("yes" if verdict else "no")
    members = Evaluator(MemorySource([ada], given), tz=tz).members(condition, now=now)
    assert list(members) == (["ada"] if verdict else [])
    needs = requirements(condition, now=now, tz=tz)
    assert matches(condition, *needed(needs, ada, given), now=now, tz=tz) is verdict
    ask = compile_condition(condition, tz=tz).at(now)
    assert ask(ada, given) is verdict
    assert ask(ada, History(given)) is verdict
    assert_kept(condition)
    return verdict


def assert_kept(condition: Condition) -> None:
    """Neither a repr pasted back nor a pickle loses anything of a condition."""
    for again in (pasted_back(condition), pickle.loads(pickle.dumps(condition))):  # noqa: S301
        assert again == condition
        assert hash(again) == hash(condition)
        assert repr(again) == repr(condition)


def pasted_back(condition: Condition) -> Any:  # noqa: ANN401 - whatever the text builds
    """What the repr of *condition* builds."""
    return eval(repr(condition), dict(_NAMES))  # noqa: S307


def needed(
    needs: Requirements, contact: Contact[str], events: Iterable[Event[str]]
) -> tuple[Contact[str], list[Event[str]]]:
    """The facts that are asked for, and nothing else of the contact."""
    kept: list[Event[str]] = []
    for each in events:
        need = needs.events.get(each.name)
        if need is None or each.at > need.until or (need.since and each.at < need.since):
            continue
        properties = _only(need.properties, each.properties)
        kept.append(Event(each.contact_id, each.name, each.at, properties, each.id))
    return Contact(contact.id, _only(needs.attributes, contact.attributes)), kept


def _only(names: frozenset[str], held: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in held.items() if name in names}
