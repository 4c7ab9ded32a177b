"""The same questions, as other libraries say them: a small adapter each.

Whatever can be done once is done once, outside of what is timed: rules are compiled, and facts are
brought into the form in which a library takes them fastest. Each is called by the shortest way that
it has for one rule and one contact.
"""

import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias

from conditions import COUNTRIES

from segkit import Event

__all__ = ["PEERS", "CannotSay", "Peer"]

Rule: TypeAlias = Callable[[Any], object]


class CannotSay(Exception):  # noqa: N818 - it says what a peer cannot do
    """The peer has no words for the question; the reason is the text."""


class Peer(ABC):
    """A library that answers the questions of `conditions`."""

    distribution: ClassVar[str]

    def attributes(self, known: Mapping[str, Any]) -> object:
        """A contact's attributes, in the form in which the rules take them."""
        return dict(known)

    def history(self, events: Sequence[Event[int]]) -> object:
        """A contact's events, in the form in which the rule about windows takes them."""
        return {"events": [{"name": event.name, "at": event.at} for event in events]}

    @abstractmethod
    def one(self) -> Rule:
        """`conditions.ONE`."""

    @abstractmethod
    def five(self) -> Rule:
        """`conditions.FIVE`."""

    def windows(self, now: datetime) -> Rule:
        """`conditions.WINDOWS`, at one instant."""
        del now
        raise CannotSay("knows attributes only")


class GrowthBook(Peer):
    """Conditions in the manner of MongoDB. It has no "contains": a regular expression stands in."""

    distribution = "growthbook"

    def __init__(self) -> None:
        self._holds = import_module("growthbook.core").evalCondition

    def _rule(self, condition: dict[str, Any]) -> Rule:
        holds = self._holds
        return lambda facts: holds(facts, condition)

    def one(self) -> Rule:
        return self._rule({"plan": "pro"})

    def five(self) -> Rule:
        return self._rule(
            {
                "$or": [{"plan": "pro"}, {"age": {"$gte": 40}}],
                "country": {"$in": COUNTRIES},
                "email": {"$regex": r"@example\."},
                "phone": {"$exists": False},
            }
        )

    def history(self, events: Sequence[Event[int]]) -> object:
        return _with_seconds(events)

    def windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> dict[str, Any]:
            times = {"$gt": _seconds(now - timedelta(days=days)), "$lte": _seconds(now)}
            return {"events": {"$elemMatch": {"name": name, "at": times}}}

        return self._rule({"$and": [some("opened", 30), {"$not": some("order", 60)}]})


class RuleEngine(Peer):
    """A language of its own, in pure Python."""

    distribution = "rule-engine"

    def __init__(self) -> None:
        library = import_module("rule_engine")
        context = library.Context(resolver=dict.get, default_timezone="utc", default_value=None)
        self._compiled = partial(library.Rule, context=context)

    def _rule(self, text: str) -> Rule:
        return self._compiled(text).matches  # type: ignore[no-any-return]

    def one(self) -> Rule:
        return self._rule('plan == "pro"')

    def five(self) -> Rule:
        return self._rule(
            f'(plan == "pro" or age >= 40) and country in {json.dumps(COUNTRIES)} '
            'and "@example." in email and phone == null'
        )

    def windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> str:
            since, until = (now - timedelta(days=days)).isoformat(), now.isoformat()
            times = f'event["at"] > d"{since}" and event["at"] <= d"{until}"'
            return f'[1 for event in events if event["name"] == "{name}" and {times}]'

        # A list that is not empty is true; $any([...]) takes longer.
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
    """The Common Expression Language in pure Python, by the faster of its two runners."""

    distribution = "cel-python"

    def __init__(self) -> None:
        self._library = import_module("celpy")
        self._now = datetime.min.replace(tzinfo=UTC)

    def _rule(self, text: str) -> Rule:
        environment = self._library.Environment(runner_class=self._library.CompiledRunner)
        program = environment.program(environment.compile(text))
        return program.evaluate  # type: ignore[no-any-return]

    def attributes(self, known: Mapping[str, Any]) -> object:
        return {"contact": self._library.json_to_cel(_json(known))}

    def one(self) -> Rule:
        return self._rule(_CEL_ONE)

    def five(self) -> Rule:
        return self._rule(_CEL_FIVE)

    def history(self, events: Sequence[Event[int]]) -> object:
        to_cel = self._library.json_to_cel
        variables = _cel_variables(events, self._now)
        return {name: to_cel(value) for name, value in variables.items()}

    def windows(self, now: datetime) -> Rule:
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

    def attributes(self, known: Mapping[str, Any]) -> object:
        return self._library.Context({"contact": _json(known)})

    def one(self) -> Rule:
        return self._rule(_CEL_ONE)

    def five(self) -> Rule:
        return self._rule(_CEL_FIVE)

    def history(self, events: Sequence[Event[int]]) -> object:
        return self._library.Context(_cel_variables(events, self._now))

    def windows(self, now: datetime) -> Rule:
        self._now = now
        return self._rule(_CEL_WINDOWS)


class BusinessRules(Peer):
    """Variables as methods of a class, conditions as dicts."""

    distribution = "business-rules"

    def __init__(self) -> None:
        library = import_module("business_rules.variables")
        self._holds = import_module("business_rules.engine").check_conditions_recursively

        class Variables(library.BaseVariables):  # type: ignore[misc, name-defined]
            def __init__(self, known: Mapping[str, Any]) -> None:
                self._known = known

            @library.string_rule_variable()  # type: ignore[untyped-decorator]
            def plan(self) -> object:
                return self._known.get("plan")

            @library.numeric_rule_variable()  # type: ignore[untyped-decorator]
            def age(self) -> object:
                return self._known.get("age")

            @library.select_multiple_rule_variable()  # type: ignore[untyped-decorator]
            def countries(self) -> list[object]:
                return [self._known.get("country")]

            @library.string_rule_variable()  # type: ignore[untyped-decorator]
            def email(self) -> object:
                return self._known.get("email")

            @library.boolean_rule_variable()  # type: ignore[untyped-decorator]
            def has_phone(self) -> bool:
                return self._known.get("phone") is not None

        self._variables = Variables

    def _rule(self, conditions: dict[str, Any]) -> Rule:
        holds = self._holds
        return lambda facts: holds(conditions, facts)

    def attributes(self, known: Mapping[str, Any]) -> object:
        return self._variables(known)

    def one(self) -> Rule:
        return self._rule({"name": "plan", "operator": "equal_to", "value": "pro"})

    def five(self) -> Rule:
        pro = {"name": "plan", "operator": "equal_to", "value": "pro"}
        old = {"name": "age", "operator": "greater_than_or_equal_to", "value": 40}
        return self._rule(
            {
                "all": [
                    {"any": [pro, old]},
                    {"name": "countries", "operator": "is_contained_by", "value": COUNTRIES},
                    {"name": "email", "operator": "contains", "value": "@example."},
                    {"name": "has_phone", "operator": "is_false", "value": None},
                ]
            }
        )


class JsonLogic(Peer):
    """Rules as JSON; of its packages for Python one that is kept up."""

    distribution = "maykin-json-logic-py"

    def __init__(self) -> None:
        self._holds = import_module("json_logic").jsonLogic

    def _rule(self, tests: dict[str, Any]) -> Rule:
        holds = self._holds
        return lambda facts: holds(tests, facts)

    def one(self) -> Rule:
        return self._rule({"===": [{"var": "plan"}, "pro"]})

    def five(self) -> Rule:
        return self._rule(
            {
                "and": [
                    {"or": [{"===": [{"var": "plan"}, "pro"]}, {">=": [{"var": "age"}, 40]}]},
                    {"in": [{"var": "country"}, COUNTRIES]},
                    {"in": ["@example.", {"var": "email"}]},
                    {"===": [{"var": "phone"}, None]},
                ]
            }
        )

    def history(self, events: Sequence[Event[int]]) -> object:
        return _with_seconds(events)

    def windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> dict[str, Any]:
            at = {"var": "current.at"}
            of_name = {"===": [{"var": "current.name"}, name]}
            since, until = _seconds(now - timedelta(days=days)), _seconds(now)
            inside = [{">": [at, since]}, {"<=": [at, until]}]
            one = {"and": [of_name, *inside]}
            # It has no "some".
            return {"reduce": [{"var": "events"}, {"or": [{"var": "accumulator"}, one]}, False]}

        return self._rule({"and": [some("opened", 30), {"!": some("order", 60)}]})


class Flagsmith(Peer):
    """The engine that decides segments inside Flagsmith."""

    distribution = "flagsmith-flag-engine"

    def __init__(self) -> None:
        self._holds = import_module("flag_engine.segments.evaluator").is_context_in_segment

    def _rule(self, rule: dict[str, Any]) -> Rule:
        holds, segment = self._holds, {"key": "1", "name": "segment", "rules": [rule]}
        return lambda facts: holds(facts, segment)

    def attributes(self, known: Mapping[str, Any]) -> object:
        return {
            "environment": {"key": "1", "name": "benchmark"},
            "identity": {"identifier": "1", "key": "1", "traits": dict(known)},
        }

    def one(self) -> Rule:
        return self._rule(
            {
                "type": "ALL",
                "conditions": [{"property": "plan", "operator": "EQUAL", "value": "pro"}],
            }
        )

    def five(self) -> Rule:
        pro = {"property": "plan", "operator": "EQUAL", "value": "pro"}
        old = {"property": "age", "operator": "GREATER_THAN_INCLUSIVE", "value": "40"}
        return self._rule(
            {
                "type": "ALL",
                "rules": [{"type": "ANY", "conditions": [pro, old]}],
                "conditions": [
                    {"property": "country", "operator": "IN", "value": COUNTRIES},
                    {"property": "email", "operator": "CONTAINS", "value": "@example."},
                    {"property": "phone", "operator": "IS_NOT_SET", "value": ""},
                ],
            }
        )


class LaunchDarkly(Peer):
    """A flag of its server SDK, offline.

    It has no "is not set": a first rule turns away whoever has a phone.
    """

    distribution = "launchdarkly-server-sdk"

    def __init__(self) -> None:
        self._library = import_module("ldclient")
        self._files = import_module("ldclient.integrations").Files

    def _rule(self, *rules: tuple[list[tuple[str, str, list[Any]]], bool]) -> Rule:
        flag = {
            "key": "flag", "version": 1, "on": True, "salt": "1",
            "variations": [False, True], "offVariation": 0, "fallthrough": {"variation": 0},
            "rules": [
                {
                    "id": str(place),
                    "variation": int(answer),
                    "clauses": [
                        {"attribute": name, "op": operator, "values": values, "negate": False}
                        for name, operator, values in clauses
                    ],
                }
                for place, (clauses, answer) in enumerate(rules)
            ],
        }  # fmt: skip
        library = self._library
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "flags.json"
            path.write_text(json.dumps({"flags": {"flag": flag}}), "utf-8")
            source = self._files.new_data_source(paths=[str(path)])
            config = library.Config(
                "sdk-key", update_processor_class=source, send_events=False, diagnostic_opt_out=True
            )
            variation = library.LDClient(config).variation
        return lambda facts: variation("flag", facts, None)

    def attributes(self, known: Mapping[str, Any]) -> object:
        traits = {name: value for name, value in _json(known).items() if name not in _RESERVED}
        return self._library.Context.from_dict({"kind": "user", "key": "1", **traits})

    def one(self) -> Rule:
        return self._rule(([("plan", "in", ["pro"])], True))

    def five(self) -> Rule:
        others: list[tuple[str, str, list[Any]]] = [
            ("country", "in", COUNTRIES),
            ("email", "contains", ["@example."]),
        ]
        return self._rule(
            ([("phone", "matches", [""])], False),
            ([("plan", "in", ["pro"]), *others], True),
            ([("age", "greaterThanOrEqual", [40]), *others], True),
        )


class Mongomock(Peer):
    """MongoDB's filters in pure Python, made for tests."""

    distribution = "mongomock"

    def __init__(self) -> None:
        self._holds = import_module("mongomock.filtering").filter_applies

    def _rule(self, search: dict[str, Any]) -> Rule:
        holds = self._holds
        return lambda facts: holds(search, facts)

    def one(self) -> Rule:
        return self._rule({"plan": "pro"})

    def five(self) -> Rule:
        return self._rule(
            {
                "$or": [{"plan": "pro"}, {"age": {"$gte": 40}}],
                "country": {"$in": COUNTRIES},
                "email": {"$regex": r"@example\."},
                "phone": None,
            }
        )

    def windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> dict[str, Any]:
            times = {"$gt": now - timedelta(days=days), "$lte": now}
            return {"$elemMatch": {"name": name, "at": times}}

        return self._rule(
            {"$and": [{"events": some("opened", 30)}, {"events": {"$not": some("order", 60)}}]}
        )


PEERS: Final[Sequence[type[Peer]]] = [
    GrowthBook, RuleEngine, CelPython, RustCel, BusinessRules, JsonLogic, Flagsmith, LaunchDarkly,
    Mongomock,
]  # fmt: skip

_JSON: Final = frozenset({str, int, float, bool})


_RESERVED: Final = {"kind", "key", "name", "anonymous"}
"""Attributes of which LaunchDarkly's context says itself what they may be."""


def _json(known: Mapping[str, Any]) -> dict[str, Any]:
    """Without the values that JSON has no word for, which no question is about."""
    return {name: value for name, value in known.items() if type(value) in _JSON}


def _seconds(at: datetime) -> float:
    return at.timestamp()


def _with_seconds(events: Sequence[Event[int]]) -> object:
    """For those who know numbers and texts, but no times."""
    return {"events": [{"name": event.name, "at": _seconds(event.at)} for event in events]}
