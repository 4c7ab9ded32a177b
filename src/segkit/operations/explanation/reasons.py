"""Reasons: why a value cannot be compared, and what to write or to store instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final, NamedTuple, cast

from segkit.english.values import format_path, format_value
from segkit.model.catalog.text_kinds import TextKind, looks_like
from segkit.model.comparisons import Comparison, Reference
from segkit.model.operators import OPERATORS
from segkit.model.values import (
    SCALARS,
    TIMES,
    Kind,
    TypedValue,
    count_skipped_members,
    is_datetime64,
    is_naive,
    normalize,
)
from segkit.semantics.comparisons import comparable, get_path
from segkit.semantics.observations import ValueObservation


class FoundValue(NamedTuple):
    """A value that was found, as a reason describes it.

    Attributes:
        name: Its name: ``address.zip``.
        typed: The value in comparable form.
        raw: The value as the facts have it.
        obstacle: The value on its path that is not a mapping, in words; often empty.
    """

    name: str
    typed: TypedValue
    raw: object = None
    obstacle: str = ""


class Root(NamedTuple):
    """The mapping in which a path begins, and its name: the attributes, or the properties."""

    name: str
    mapping: object


def value_reasons(
    observation: ValueObservation, root: Root, first: Root | None, tz: tzinfo
) -> tuple[str, ...]:
    """Return why a value does not satisfy its comparison whatever the operand is, or nothing.

    *root* contains the value, and *first* the values of the first event of a sequence.
    """  # [V3], [V6], [K7]
    leaf, comparison = observation.leaf, observation.leaf.comparison
    value, obstacle = observation.value, path_obstacle(root, leaf.path)
    own = FoundValue(format_path(leaf.path), value, observation.raw, obstacle)
    reasons = mismatch(own, comparison, tz)
    operand = comparison.operand
    if observation.operands is None or not isinstance(operand, Reference):
        return reasons
    holder = first if operand.first and first is not None else root
    raw, obstacle = get_path(holder.mapping, operand.path), path_obstacle(holder, operand.path)
    other = FoundValue(format_reference(operand), observation.operands[0], raw, obstacle)
    reasons += mismatch(other, comparison, tz)
    if reasons or comparable(value[0], other.typed[0]):
        return reasons
    kinds = f"{own.name} is {_with_article(value[0])} and {other.name} is "
    advice = advice_on_text(value, {other.typed[0]}) or advice_on_text(other.typed, {value[0]})
    return (f"{kinds}{_with_article(other.typed[0])}{_after_colon(advice)}",)


def mismatch(found: FoundValue, comparison: Comparison, tz: tzinfo) -> tuple[str, ...]:
    """Return why *comparison* is false for a value whatever its operand is, or nothing."""
    name, (kind, value) = found.name, found.typed
    if not comparison.kinds - {Kind.COLLECTION}:
        return ()  # No value could satisfy it: there is no operand.
    if comparison.operator == "is_set":
        return (found.obstacle,) if found.obstacle else ()
    if kind in comparison.kinds:
        return skipped_members(found) if kind is Kind.COLLECTION else ()
    if kind is Kind.NO_VALUE:
        lacking = "is no location" if comparison.operator == "within_km" else "has no value"
        return (f"{name} {lacking}{_after_colon(found.obstacle)}",)
    if kind is Kind.INCOMPARABLE:
        return (f"{name} {_incomparable(found.raw)}",)
    expected = " or ".join(sorted(map(_with_article, comparison.kinds)))
    shown = _with_article(kind)
    if kind in SCALARS:
        shown = f"the {kind.value} {format_value(value, tz)}"
    advice = _advice(found.typed, comparison)
    return (f"{name} is {shown} where {expected} is expected{_after_colon(advice)}",)


def format_reference(operand: Reference) -> str:
    """Return the name of the other value of a comparison: ``the first sku``."""
    return f"{'the first ' if operand.first else ''}{format_path(operand.path)}"


def _after_colon(advice: str) -> str:
    return f": {advice}" if advice else ""


def _with_article(kind: Kind) -> str:
    return f"{'an' if kind is Kind.INSTANT else 'a'} {kind.value}"


def skipped_members(found: FoundValue) -> tuple[str, ...]:
    """Return how many members of a collection were skipped, if any: mappings, for example."""
    number = count_skipped_members(found.typed[1])  # [K5]
    if not number:
        return ()
    members = f"{number} member{'s' if number > 1 else ''} of {found.name}"
    return (
        f"{members} that {'are no scalars were' if number > 1 else 'is no scalar was'} skipped",
    )


def _incomparable(value: object) -> str:
    """Return what is wrong with a value that has no kind, after its name."""  # [K9]
    if is_datetime64(value):
        return "is a NumPy datetime64, which has no zone: store a datetime with a zone"
    if is_naive(value):
        return "is a naive datetime: attach a zone, .replace(tzinfo=UTC) for example"
    if issubclass(type(value), datetime):
        return "has a zone that raises an error: replace it, .replace(tzinfo=UTC) for example"
    if issubclass(type(value), Mapping):
        return "is a mapping: compare a value in it, by a longer path"
    return "holds something that cannot be compared"


# --- advice ---------------------------------------------------------------------------------------


def _advice(typed: TypedValue, comparison: Comparison) -> str:
    """Return what to write or to store instead; often nothing."""
    kind, operator = typed[0], comparison.operator
    if kind is Kind.COLLECTION:
        has_members = operator in ("==", "is_in", "contains")
        is_fixed = not isinstance(comparison.operand, Reference)
        return "has_any is meant for a collection" if has_members and is_fixed else ""
    if kind is Kind.TEXT:
        return advice_on_text(typed, comparison.kinds)
    if kind not in OPERATORS[operator].kinds:
        return ""
    wanted = TIMES if kind in TIMES else {kind}
    for operand_kind, operand in comparison.typed_operands[:_MAX_OPERANDS]:
        similar = _similar_kind((operand_kind, operand), wanted)
        if similar is not None:
            shown = format_value(operand)
            return f"write the operand {shown} as {_with_article(similar)}, not as a text"
    return ""


_MAX_OPERANDS: Final = 5
_MAX_LENGTH: Final = 40


def advice_on_text(typed: TypedValue, kinds: Collection[Kind]) -> str:
    """Return which of *kinds* a text looks like; often nothing."""
    similar = _similar_kind(typed, kinds)
    if similar is None:
        return ""
    return f"the text looks like {_with_article(similar)}, store it as one"


def _similar_kind(typed: TypedValue, kinds: Collection[Kind]) -> Kind | None:
    """Return the first of *kinds* that a text looks like, such as a number for "21"."""
    kind, value = typed
    if kind is not Kind.TEXT or len(text := cast("str", value)) > _MAX_LENGTH:
        return None
    return next(
        (each for each, name in _KINDS.items() if each in kinds and looks_like(text, name)), None
    )


_KINDS: Final[Mapping[Kind, TextKind]] = {
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DAY: "day",
    Kind.INSTANT: "instant",
}


# --- paths ----------------------------------------------------------------------------------------


def path_obstacle(root: Root, path: tuple[str, ...]) -> str:
    """Return what on a path is not a mapping, in words; empty if each step is one, or absent.

    Example: ``products is a list of 2; a path goes through mappings only``.
    """  # [K6]
    value = root.mapping
    for number in range(len(path)):
        kind, collection = normalize(value)
        if kind is Kind.NO_VALUE:
            break
        if not issubclass(type(value), Mapping):
            name = format_path(path[:number]) if number else root.name
            return f"{name} is {_no_mapping(kind, collection)}"
        value = get_path(value, path[number : number + 1])
    return ""


def _no_mapping(kind: Kind, value: object) -> str:
    if kind is Kind.TEXT and cast("str", value).lstrip()[:1] in ("{", "["):
        return "a text; read it with json.loads(...)"
    shown = "no mapping" if kind is Kind.INCOMPARABLE else _with_article(kind)
    if kind is Kind.COLLECTION:
        base: Any = next(each for each in _COLLECTIONS if issubclass(type(value), each))
        # By the type: a subclass may have a __len__ that raises.
        shown = f"a {base.__name__} of {base.__len__(value)}"
    return f"{shown}; a path goes through mappings only"


_COLLECTIONS: Final = (list, tuple, set, frozenset)
