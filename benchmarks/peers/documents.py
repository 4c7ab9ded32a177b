"""Libraries whose rules are dicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from conditions import COUNTRIES

from peers.base import Peer, Rule, seconds, with_seconds
from segkit import Event

__all__ = ["BusinessRules", "JsonLogic", "Mongomock"]


class BusinessRules(Peer):
    """Variables as methods of a class, conditions as dicts."""

    distribution = "business-rules"

    def __init__(self) -> None:
        library = import_module("business_rules.variables")
        self._evaluate = import_module("business_rules.engine").check_conditions_recursively

        class Variables(library.BaseVariables):  # type: ignore[misc, name-defined]
            def __init__(self, attributes: Mapping[str, Any]) -> None:
                self._attributes = attributes

            @library.string_rule_variable()  # type: ignore[untyped-decorator]
            def plan(self) -> object:
                return self._attributes.get("plan")

            @library.numeric_rule_variable()  # type: ignore[untyped-decorator]
            def age(self) -> object:
                return self._attributes.get("age")

            @library.select_multiple_rule_variable()  # type: ignore[untyped-decorator]
            def countries(self) -> list[object]:
                return [self._attributes.get("country")]

            @library.string_rule_variable()  # type: ignore[untyped-decorator]
            def email(self) -> object:
                return self._attributes.get("email")

            @library.boolean_rule_variable()  # type: ignore[untyped-decorator]
            def has_phone(self) -> bool:
                return self._attributes.get("phone") is not None

        self._variables = Variables

    def _rule(self, conditions: dict[str, Any]) -> Rule:
        evaluate = self._evaluate
        return lambda facts: evaluate(conditions, facts)

    def attributes(self, attributes: Mapping[str, Any]) -> object:
        return self._variables(attributes)

    def one_test(self) -> Rule:
        return self._rule({"name": "plan", "operator": "equal_to", "value": "pro"})

    def five_tests(self) -> Rule:
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
    """Rules as JSON, by a maintained package for Python."""

    distribution = "maykin-json-logic-py"

    def __init__(self) -> None:
        self._evaluate = import_module("json_logic").jsonLogic

    def _rule(self, tests: dict[str, Any]) -> Rule:
        evaluate = self._evaluate
        return lambda facts: evaluate(tests, facts)

    def one_test(self) -> Rule:
        return self._rule({"===": [{"var": "plan"}, "pro"]})

    def five_tests(self) -> Rule:
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
        return with_seconds(events)

    def two_windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> dict[str, Any]:
            at = {"var": "current.at"}
            of_name = {"===": [{"var": "current.name"}, name]}
            since, until = seconds(now - timedelta(days=days)), seconds(now)
            inside = [{">": [at, since]}, {"<=": [at, until]}]
            one = {"and": [of_name, *inside]}
            # The library has no "some".
            return {"reduce": [{"var": "events"}, {"or": [{"var": "accumulator"}, one]}, False]}

        return self._rule({"and": [some("opened", 30), {"!": some("order", 60)}]})


class Mongomock(Peer):
    """MongoDB's filters in pure Python, made for tests."""

    distribution = "mongomock"

    def __init__(self) -> None:
        self._evaluate = import_module("mongomock.filtering").filter_applies

    def _rule(self, search: dict[str, Any]) -> Rule:
        evaluate = self._evaluate
        return lambda facts: evaluate(search, facts)

    def one_test(self) -> Rule:
        return self._rule({"plan": "pro"})

    def five_tests(self) -> Rule:
        return self._rule(
            {
                "$or": [{"plan": "pro"}, {"age": {"$gte": 40}}],
                "country": {"$in": COUNTRIES},
                "email": {"$regex": r"@example\."},
                "phone": None,
            }
        )

    def two_windows(self, now: datetime) -> Rule:
        def some(name: str, days: int) -> dict[str, Any]:
            times = {"$gt": now - timedelta(days=days), "$lte": now}
            return {"$elemMatch": {"name": name, "at": times}}

        return self._rule(
            {"$and": [{"events": some("opened", 30)}, {"events": {"$not": some("order", 60)}}]}
        )
