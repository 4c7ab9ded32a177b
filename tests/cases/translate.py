"""Translate conditions in the neutral form to conditions of segkit.

The neutral form is plain data: a tree of ``all``, ``any``, ``not``, ``const``, ``list``, ``attr``,
``prop`` and ``events``. The rules of the translation:

* A negative operator (``ne``, ``not_...``) is the complement of its positive one [V2]; ``exists``
  is ``is_set``.
* ``fold`` is ``ignore_case``. Equality has no such option, so it becomes ``is_in`` of one value; a
  pattern gets the flag ``(?i)``. An order never ignores case [K3].
* Dates are ISO text in the data, and instants in segkit; `facts.py` decides which text is a date.
* The neutral ``last`` and ``ago`` include their older bound, and ``ago`` excludes its newer bound;
  the windows of segkit are the reverse [T2], [T3]. Months are clamped in the neutral form, and
  follow [T5] in segkit. The nearest window is used, and the rules of segkit apply at its bounds.
* Nothing is ignored: an unknown part of a condition is an error.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, cast

from segkit import (
    And,
    Condition,
    Duration,
    EventCount,
    Not,
    Or,
    Property,
    all_of,
    any_of,
    attr,
    did,
    in_list,
    prop,
)
from segkit.model.terms import AttributeTerm, PropertyTerm

Node: TypeAlias = Mapping[str, Any]
Term: TypeAlias = AttributeTerm | PropertyTerm

_SHAPES: Final = frozenset(
    frozenset(keys.split())
    for keys in (
        "all", "any", "not", "const", "list", "events", "name where window count", "op n",
        "attr op", "attr op value", "attr op value fold",
        "prop op", "prop op value", "prop op value fold",
        "prefix", "last", "ago", "from to", "n unit",
    )
)  # fmt: skip
"""The keys of each kind of mapping in a condition."""

_NEGATIVE: Final = {
    "ne": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "not_starts_with": "starts_with",
    "not_ends_with": "ends_with",
    "not_matches": "matches",
    "not_exists": "exists",
    "not_has_any": "has_any",
}
_ORDER: Final[Mapping[str, Callable[[Any, Any], Condition]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
IN_TIME: Final = frozenset({"before", "after", "within_last"})
_FOLDED: Final = frozenset(
    {"eq", "in", "contains", "starts_with", "ends_with", "matches", "has", "has_any", "has_all"}
)


class UnsupportedError(Exception):
    """segkit does not support a feature of the case."""

    def __init__(self, feature: str) -> None:
        super().__init__(feature)
        self.feature = feature


class UntranslatableError(Exception):
    """A part of the case is not in the known neutral form."""


# --- conditions ----------------------------------------------------------------------------------


def condition_of(node: Node) -> Condition:
    """Return the condition that *node* describes.

    Raises:
        UnsupportedError: If segkit does not support a feature of the node.
        UntranslatableError: If the node is not in the neutral form.
    """
    for part in mappings(node):
        if frozenset(part) not in _SHAPES:
            raise UntranslatableError(part)
    return _condition(node)


def _condition(node: Node) -> Condition:
    match node:
        case {"all": parts}:
            return all_of(*map(_condition, parts))
        case {"any": parts}:
            return any_of(*map(_condition, parts))
        case {"not": part}:
            return ~_condition(part)
        case {"const": bool(value)}:
            return all_of() if value else any_of()
        case {"list": str(name)}:
            return in_list(name)
        case {"attr": path, "op": str(op)}:
            return _comparison(attr(*path), op, node)
        case {"prop": path, "op": str(op)}:
            return _comparison(prop(*path), op, node)
        case {"events": {"name": _} as count}:
            return _count(count)
        case _:
            raise UntranslatableError(node)


def _comparison(term: Term, op: str, leaf: Node) -> Condition:
    if op in _NEGATIVE:
        return ~_comparison(term, _NEGATIVE[op], leaf)
    value: Any = leaf.get("value")
    fold = bool(leaf.get("fold"))
    if fold and op not in _FOLDED:
        raise UntranslatableError(leaf)
    match op:
        case "eq":
            return term.is_in([value], ignore_case=True) if fold else term == value
        case "gt" | "gte" | "lt" | "lte":
            return _ORDER[op](term, value)
        case "in":
            return term.is_in(value, ignore_case=fold)
        case "contains":
            return term.contains(value, ignore_case=fold)
        case "starts_with":
            return term.starts_with(value, ignore_case=fold)
        case "ends_with":
            return term.ends_with(value, ignore_case=fold)
        case "exists":
            return term.is_set()
        case "matches":
            return term.matches_regex(f"(?i){value}" if fold else value)
        case "has":
            return term.has_any([value], ignore_case=fold)
        case "has_any":
            return term.has_any(value, ignore_case=fold)
        case "has_all":
            return term.has_all(value, ignore_case=fold)
        case "before" | "after" | "within_last":
            return _in_time(term, op, value)
        case _:
            raise UntranslatableError(leaf)


def _in_time(term: Term, op: str, value: Any) -> Condition:  # noqa: ANN401 - a date or a length
    match op, value:
        case "within_last", {"n": _, "unit": _}:
            return term.within_last(**_units(value))
        case "before", str():
            return term.before(instant_of(value))
        case "before", {"ago": length}:
            return term.before(**_units(length))
        case "after", str():
            return term.after(instant_of(value))
        case _:
            raise UntranslatableError(op, value)


def _units(length: Node) -> dict[str, Any]:
    match length:
        case {"n": int(number), "unit": str(unit)}:
            return {f"{unit}s": number}
        case _:
            raise UntranslatableError(length)


def mappings(tree: object) -> Iterator[Node]:
    """Yield every mapping in a condition, the outermost first."""
    if isinstance(tree, Mapping):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from mappings(part)


def instant_of(text: str) -> datetime:
    """Return ISO text as an instant, in UTC if it names no zone.

    Raises:
        ValueError: If the text is not a date.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- events in a condition -----------------------------------------------------------------------


def _count(node: Node) -> Condition:
    name, where = node["name"], node["where"]
    if not isinstance(name, str):
        raise UnsupportedError("event names by a common prefix")
    events = _in_window(did(name), node["window"])
    if where is not None:
        events = events.where(cast("Property | And | Or | Not", _condition(where)))
    match node["count"]:
        case {"op": "gte", "n": int(n)}:
            return events.at_least(n)
        case {"op": "gt", "n": int(n)}:
            return events.at_least(n + 1)
        case {"op": "lte", "n": int(n)}:
            return events.at_most(n)
        case {"op": "lt", "n": int(n)}:
            # No number of events is below 0, and segkit refuses such a number.
            return events.at_most(n - 1) if n else any_of()
        case {"op": "eq", "n": int(n)}:
            return events.exactly(n)
        case {"op": "ne", "n": int(n)}:
            return ~events.exactly(n)
        case _:
            raise UntranslatableError(node)


def _in_window(events: EventCount, window: Node | None) -> EventCount:
    match window:
        case None | {"ago": [None, None]} | {"from": None, "to": None}:
            return events
        case {"last": length} | {"ago": [length, None]}:
            return events.within_last(**_units(length))
        case {"ago": [None, newer]}:
            return events.before(**_units(newer))
        case {"ago": [older, newer]}:
            return events.between_ago(Duration(**_units(older)), Duration(**_units(newer)))
        case {"from": start, "to": end}:
            return events.between(start and instant_of(start), end and instant_of(end))
        case _:
            raise UntranslatableError(window)
