"""Feature flag libraries, which evaluate segments."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from conditions import COUNTRIES

from peers.base import Peer, Rule, json_only, seconds, with_seconds
from segkit import Event

__all__ = ["Flagsmith", "GrowthBook", "LaunchDarkly"]


class GrowthBook(Peer):
    """Conditions like those of MongoDB; a regular expression replaces "contains"."""

    distribution = "growthbook"

    def __init__(self) -> None:
        self._evaluate = import_module("growthbook.core").evalCondition

    def _rule(self, condition: dict[str, Any]) -> Rule:
        evaluate = self._evaluate
        return lambda facts: evaluate(facts, condition)

    def one_test(self) -> Rule:
        return self._rule({"plan": "pro"})

    def five_tests(self) -> Rule:
        return self._rule(
            {
                "$or": [{"plan": "pro"}, {"age": {"$gte": 40}}],
                "country": {"$in": COUNTRIES},
                "email": {"$regex": r"@example\."},
                "phone": {"$exists": False},
            }
        )

    def history(self, events: Sequence[Event[int]]) -> object:
        return with_seconds(events)

    def two_windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> dict[str, Any]:
            times = {"$gt": seconds(now - timedelta(days=days)), "$lte": seconds(now)}
            return {"events": {"$elemMatch": {"name": name, "at": times}}}

        return self._rule({"$and": [some("opened", 30), {"$not": some("order", 60)}]})


class Flagsmith(Peer):
    """The engine that evaluates segments in Flagsmith."""

    distribution = "flagsmith-flag-engine"

    def __init__(self) -> None:
        self._evaluate = import_module("flag_engine.segments.evaluator").is_context_in_segment

    def _rule(self, rule: dict[str, Any]) -> Rule:
        evaluate, segment = self._evaluate, {"key": "1", "name": "segment", "rules": [rule]}
        return lambda facts: evaluate(facts, segment)

    def attributes(self, attributes: Mapping[str, Any]) -> object:
        return {
            "environment": {"key": "1", "name": "benchmark"},
            "identity": {"identifier": "1", "key": "1", "traits": dict(attributes)},
        }

    def one_test(self) -> Rule:
        return self._rule(
            {
                "type": "ALL",
                "conditions": [{"property": "plan", "operator": "EQUAL", "value": "pro"}],
            }
        )

    def five_tests(self) -> Rule:
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


_RESERVED: Final = {"kind", "key", "name", "anonymous"}
"""Attributes with a predefined meaning in a context of LaunchDarkly."""


class LaunchDarkly(Peer):
    """A flag of the server SDK, offline.

    The SDK has no "is not set": the first rule excludes contacts with a phone.
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
                    "id": str(number),
                    "variation": int(answer),
                    "clauses": [
                        {"attribute": name, "op": operator, "values": values, "negate": False}
                        for name, operator, values in clauses
                    ],
                }
                for number, (clauses, answer) in enumerate(rules)
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

    def attributes(self, attributes: Mapping[str, Any]) -> object:
        traits = {
            name: value for name, value in json_only(attributes).items() if name not in _RESERVED
        }
        return self._library.Context.from_dict({"kind": "user", "key": "1", **traits})

    def one_test(self) -> Rule:
        return self._rule(([("plan", "in", ["pro"])], True))

    def five_tests(self) -> Rule:
        others: list[tuple[str, str, list[Any]]] = [
            ("country", "in", COUNTRIES),
            ("email", "contains", ["@example."]),
        ]
        return self._rule(
            ([("phone", "matches", [""])], False),
            ([("plan", "in", ["pro"]), *others], True),
            ([("age", "greaterThanOrEqual", [40]), *others], True),
        )
