"""Cases in a neutral form, said in the words of segkit.

The neutral form is plain data: a tree of ``all``, ``any``, ``not``, ``const``, ``list``, ``attr``,
``prop`` and ``events``, and contacts with attributes, lists and events. What was chosen here:

* A negative operator (``ne``, ``not_...``) is the complement of its positive one [V2]; ``exists``
  is ``is_set``.
* ``fold`` is ``ignore_case``. Equality has no such word, so it becomes ``is_in`` of one value; a
  pattern gets the flag ``(?i)``. An order is never folded [K3].
* Dates are ISO text in the data. In a contact or an event a value becomes an instant (of UTC, if it
  names no zone) where ``before``, ``after`` or ``within_last`` looks at its path, unless it is no
  date; every other text stays text. A path that one case reads both ways is not translated.
* The neutral ``last`` and ``ago`` include their old end and not the new end of ``ago``; segkit does
  it the other way round [T2], [T3]. Neutral months are clamped, segkit's follow [T5]. The nearest
  word is taken, and segkit's law decides at the edge.
* Nothing is skipped: a key that is not known here is an error, so no part of a case goes unasked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from inspect import signature
from typing import Any, Final, TypeAlias, cast

from segkit import (
    And,
    Condition,
    Contact,
    Duration,
    Event,
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
Path: TypeAlias = tuple[str, ...]
Term: TypeAlias = AttributeTerm | PropertyTerm

_IN_TIME: Final = frozenset({"before", "after", "within_last"})
_FOLDED: Final = frozenset(
    {"eq", "in", "contains", "starts_with", "ends_with", "matches", "has", "has_any", "has_all"}
)


class NoWordError(Exception):
    """segkit has no word for a part of the case."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class UntranslatableError(Exception):
    """A part of the case is not of the neutral form that is known here."""


# --- conditions ----------------------------------------------------------------------------------


def condition_of(node: Node) -> Condition:
    """The condition that *node* describes.

    Raises:
        NoWordError: If segkit cannot say it.
        UntranslatableError: If the node is not of the neutral form.
    """
    match node:
        case {"all": parts, **rest} if not rest:
            return all_of(*map(condition_of, parts))
        case {"any": parts, **rest} if not rest:
            return any_of(*map(condition_of, parts))
        case {"not": part, **rest} if not rest:
            return ~condition_of(part)
        case {"const": bool(value), **rest} if not rest:
            return all_of() if value else any_of()
        case {"list": str(name), **rest} if not rest:
            return in_list(name)
        case {"attr": path, "op": str(op), **rest} if rest.keys() <= {"value", "fold"}:
            return _comparison(attr(*path), op, rest)
        case {"prop": path, "op": str(op), **rest} if rest.keys() <= {"value", "fold"}:
            return _comparison(prop(*path), op, rest)
        case {"events": {"name": _, "where": _, "window": _, "count": _} as count, **rest} if (
            not rest and len(count) == len(("name", "where", "window", "count"))
        ):
            return _count(count)
    raise UntranslatableError(node)


def _comparison(term: Term, op: str, right: Node) -> Condition:
    positive = "eq" if op == "ne" else op.removeprefix("not_")
    if positive != op:
        return ~_comparison(term, positive, right)
    value, fold = right.get("value"), bool(right.get("fold"))
    if fold and op not in _FOLDED:
        raise UntranslatableError(op, right)
    match op:
        case "eq":
            return term.is_in([value], ignore_case=True) if fold else term == value
        case "gt":
            return term > value
        case "gte":
            return term >= value
        case "lt":
            return term < value
        case "lte":
            return term <= value
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
            return _later(term, "matches_regex", f"(?i){value}" if fold else value)
        case "has":
            return _later(term, "has_any", [value], fold=fold)
        case "has_any" | "has_all":
            return _later(term, op, value, fold=fold)
        case "before" | "after" | "within_last":
            return _in_time(term, op, value)
    raise UntranslatableError(op, right)


def _later(term: Term, word: str, operand: object, *, fold: bool = False) -> Condition:
    # By name, not by attribute: what is missing today is then found on the day it is there.
    method: Callable[..., Condition] | None = getattr(term, word, None)
    if method is None:
        raise NoWordError(word)
    if not fold:
        return method(operand)
    if "ignore_case" not in signature(method).parameters:
        raise NoWordError(f"{word}(ignore_case=True)")
    return method(operand, ignore_case=True)


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
    raise UntranslatableError(op, value)


def _units(length: Node) -> dict[str, Any]:
    match length:
        case {"n": int(number), "unit": str(unit), **rest} if not rest:
            return {f"{unit}s": number}
    raise UntranslatableError(length)


def instant_of(text: str) -> datetime:
    """ISO text as an instant, of UTC if it names no zone.

    Raises:
        ValueError: If it is no date.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- events in a condition -----------------------------------------------------------------------


def _count(node: Node) -> Condition:
    name, where = node["name"], node["where"]
    if not isinstance(name, str):
        raise NoWordError("event names by a common prefix")
    events = _in_window(did(name), node["window"])
    if where is not None:
        events = events.where(cast("Property | And | Or | Not", condition_of(where)))
    match node["count"]:
        case {"op": "gte", "n": int(n)}:
            return events.at_least(n)
        case {"op": "gt", "n": int(n)}:
            return events.at_least(n + 1)
        case {"op": "lte", "n": int(n)}:
            return events.at_most(n)
        case {"op": "lt", "n": int(n)}:
            # No number of events is below 0, and segkit refuses to ask for one.
            return events.at_most(n - 1) if n else any_of()
        case {"op": "eq", "n": int(n)}:
            return events.exactly(n)
        case {"op": "ne", "n": int(n)}:
            return ~events.exactly(n)
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
    raise UntranslatableError(window)


# --- facts ---------------------------------------------------------------------------------------


def facts_of(case: Node) -> list[tuple[Contact[str], list[Event[str]]]]:
    """The contacts of *case*, each with its events.

    Raises:
        UntranslatableError: If its condition reads one path both as a date and as something else.
    """
    of_contact = _paths_in_time(case["condition"], "attr")
    of_event = _paths_in_time(case["condition"], "prop")
    return [
        (
            Contact(
                contact["id"],
                _with_instants(contact["attributes"], of_contact),
                # When it joined is not part of the neutral form.
                dict.fromkeys(contact["lists"]),
            ),
            [
                Event(
                    contact["id"],
                    event["name"],
                    instant_of(event["at"]),
                    _with_instants(event["properties"], of_event),
                )
                for event in contact["events"]
            ],
        )
        for contact in case["contacts"]
    ]


def _paths_in_time(condition: Node, leaf: str) -> set[Path]:
    """The paths whose values are dates: those that an operator about time looks at."""
    read = {(tuple(node[leaf]), node["op"].removeprefix("not_")) for node in _leaves(condition, leaf)}
    dates = {path for path, op in read if op in _IN_TIME}
    others = {path for path, op in read if op not in _IN_TIME | {"exists"}}
    if dates & others:
        raise UntranslatableError(dates & others)
    return dates


def _leaves(tree: object, leaf: str) -> Iterator[Node]:
    if isinstance(tree, Mapping):
        if leaf in tree:
            yield tree
        for part in tree.values():
            yield from _leaves(part, leaf)
    elif isinstance(tree, list):
        for part in tree:
            yield from _leaves(part, leaf)


def _with_instants(values: Node, paths: Iterable[Path]) -> dict[str, Any]:
    own = deepcopy(dict(values))
    for *steps, last in paths:
        holder: Any = own
        for step in steps:
            holder = holder.get(step) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and isinstance(holder.get(last), str):
            holder[last] = _date_or_text(holder[last])
    return own


def _date_or_text(text: str) -> datetime | str:
    try:
        return instant_of(text)
    except ValueError:
        return text
