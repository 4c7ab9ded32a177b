"""Libraries with a rule language, in which a rule is text."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any, Final

from conditions import COUNTRIES

from peers.base import Peer, Rule, json_only
from segkit import Event

__all__ = ["CelPython", "RuleEngine", "RustCel"]


class RuleEngine(Peer):
    """A rule language in pure Python."""

    distribution = "rule-engine"

    def __init__(self) -> None:
        library = import_module("rule_engine")
        context = library.Context(resolver=dict.get, default_timezone="utc", default_value=None)
        self._compiled = partial(library.Rule, context=context)

    def _rule(self, text: str) -> Rule:
        return self._compiled(text).matches  # type: ignore[no-any-return]

    def one_test(self) -> Rule:
        return self._rule('plan == "pro"')

    def five_tests(self) -> Rule:
        return self._rule(
            f'(plan == "pro" or age >= 40) and country in {json.dumps(COUNTRIES)} '
            'and "@example." in email and phone == null'
        )

    def two_windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> str:
            since, until = (now - timedelta(days=days)).isoformat(), now.isoformat()
            times = f'event["at"] > d"{since}" and event["at"] <= d"{until}"'
            return f'[1 for event in events if event["name"] == "{name}" and {times}]'

        # A list that is not empty is true. $any([...]) is slower.
        return self._rule(f"{some('opened', 30)} and not {some('order', 60)}")


_CEL_ONE: Final = 'contact.plan == "pro"'
_CEL_FIVE: Final = (
    f'(contact.plan == "pro" || contact.age >= 40) && contact.country in {json.dumps(COUNTRIES)} '
    '&& contact.email.contains("@example.") && !("phone" in contact)'
)
_CEL_WINDOWS: Final = (
    'events.exists(e, e.name == "opened" && e.at > opened_after && e.at <= now) '
    '&& !events.exists(e, e.name == "order" && e.at > ordered_after && e.at <= now)'
)


def _cel_variables(events: Sequence[Event[int]], now: datetime) -> dict[str, Any]:
    return {
        "events": [{"name": event.name, "at": event.at} for event in events],
        "opened_after": now - timedelta(days=30),
        "ordered_after": now - timedelta(days=60),
        "now": now,
    }


class CelPython(Peer):
    """The Common Expression Language in pure Python, with the faster of its two runners."""

    distribution = "cel-python"

    def __init__(self) -> None:
        self._library = import_module("celpy")
        self._now = datetime.min.replace(tzinfo=UTC)

    def _rule(self, text: str) -> Rule:
        environment = self._library.Environment(runner_class=self._library.CompiledRunner)
        program = environment.program(environment.compile(text))
        return program.evaluate  # type: ignore[no-any-return]

    def attributes(self, attributes: Mapping[str, Any]) -> object:
        return {"contact": self._library.json_to_cel(json_only(attributes))}

    def one_test(self) -> Rule:
        return self._rule(_CEL_ONE)

    def five_tests(self) -> Rule:
        return self._rule(_CEL_FIVE)

    def history(self, events: Sequence[Event[int]]) -> object:
        to_cel = self._library.json_to_cel
        variables = _cel_variables(events, self._now)
        return {name: to_cel(value) for name, value in variables.items()}

    def two_windows(self, now: datetime) -> Rule:
        self._now = now
        return self._rule(_CEL_WINDOWS)


class RustCel(Peer):
    """The Common Expression Language in Rust."""

    distribution = "common-expression-language"

    def __init__(self) -> None:
        self._library = import_module("cel")
        self._now = datetime.min.replace(tzinfo=UTC)

    def _rule(self, text: str) -> Rule:
        return self._library.compile(text).execute  # type: ignore[no-any-return]

    def attributes(self, attributes: Mapping[str, Any]) -> object:
        return self._library.Context({"contact": json_only(attributes)})

    def one_test(self) -> Rule:
        return self._rule(_CEL_ONE)

    def five_tests(self) -> Rule:
        return self._rule(_CEL_FIVE)

    def history(self, events: Sequence[Event[int]]) -> object:
        return self._library.Context(_cel_variables(events, self._now))

    def two_windows(self, now: datetime) -> Rule:
        self._now = now
        return self._rule(_CEL_WINDOWS)
