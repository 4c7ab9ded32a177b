"""How the cases of this folder are asked: every way of asking has to give the same answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, TypeAlias

import attrs

from segkit import (
    Condition,
    Contact,
    ContactLike,
    Evaluator,
    EventLike,
    History,
    MemorySource,
    attr,
    compile_condition,
    did,
    explain,
    matches,
    prop,
)

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
"""The smallest step there is: what lies beside an edge."""

Said: TypeAlias = Callable[[Any], Any]
"""A comparison of whatever term it is given: ``lambda x: x >= 18``."""


@attrs.define
class Person:
    """A contact as a host may have it: nothing is checked, nothing is copied."""

    id: Any = "ada"
    attributes: Any = attrs.field(factory=dict[str, Any])
    lists: Any = attrs.field(factory=dict[str, Any])


@attrs.define
class Happening:
    """An event as a host may have it: nothing is checked, nothing is copied."""

    name: Any = "order"
    at: Any = NOW
    properties: Any = attrs.field(factory=dict[str, Any])
    id: Any = None
    contact_id: Any = "ada"


def asked(
    condition: Condition,
    contact: ContactLike[Any] | None = None,
    events: Iterable[EventLike] = (),
    *,
    now: datetime = NOW,
    tz: str | tzinfo = UTC,
) -> bool:
    """Give the verdict, which every other way of asking confirms.

    Its complement [V2], its explanation, the bulk call, and the compiled condition over the events
    and over a history of them.
    """
    who = Contact("ada") if contact is None else contact
    given = list(events)
    verdict = matches(condition, who, given, now=now, tz=tz)
    assert matches(~condition, who, given, now=now, tz=tz) is (not verdict)
    assert explain(condition, who, given, now=now, tz=tz).verdict is verdict
    members = Evaluator(MemorySource([who], given), tz=tz).members(condition, now=now)
    assert list(members) == ([who.id] if verdict else [])
    ask = compile_condition(condition, tz=tz).at(now)
    assert ask(who, given) is verdict
    assert ask(who, History(given)) is verdict
    return verdict


def asked_of(
    attributes: Mapping[str, object],
    said: Said,
    *path: str,
    now: datetime = NOW,
    tz: str | tzinfo = UTC,
) -> bool:
    """Compare what stands at *path*, once as an attribute and once as a property."""
    asked_path = path or ("x",)
    person = Person(attributes=attributes)
    verdict = asked(said(attr(*asked_path)), person, now=now, tz=tz)
    seen = did("seen").where(said(prop(*asked_path)))
    assert asked(seen, Person(), [Happening("seen", now, attributes)], now=now, tz=tz) is verdict
    return verdict
