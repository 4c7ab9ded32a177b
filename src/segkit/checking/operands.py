"""Whether the operands of a comparison are among the choices of a field, or its values in data."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import attrs

from segkit.checking.names import Draft
from segkit.checking.uses import EQUALITIES, OPERAND, TEXT_OPERATORS, Use, operands
from segkit.checking.words import first_values, plain_form, short_value, some_values
from segkit.clock import EvaluationContext
from segkit.model.catalog import SeenKind, SeenValues
from segkit.model.comparisons import Comparison
from segkit.model.spelling import nearest_name
from segkit.model.time_spans import Between, Next
from segkit.model.values import TIMES, Kind, equality_key, normalize
from segkit.semantics.comparisons import value_satisfies

_ANY_NOW: Final = EvaluationContext(datetime(2000, 1, 1, tzinfo=UTC), UTC)
"""For comparisons that do not depend on now; days and instants are never compared in it."""

_MAX_CATEGORIES: Final = 40
"""A field with more texts has names, codes or addresses, of which some are always alike."""

_MAX_TRIED: Final = 20
"""The nearest names of this many operands are searched."""


def check_choices(use: Use) -> Draft | None:
    """Return the finding about an operand that is no choice of the field."""
    choices, comparison = use.field.choices, use.comparison
    if not choices or not comparison.typed_operands:
        return None
    if comparison.operator in EQUALITIES:
        for value in _operands_not_in(choices, comparison):
            near = _nearest(value, choices)
            message = f"{short_value(value)} is no choice of {use.name}"
            return _not_there(use, value, near, choices, message)
    elif comparison.operator in TEXT_OPERATORS and not _any_satisfies(choices, comparison):
        values = some_values([*choices])
        message = f"no choice of {use.name} satisfies it: the values are {values}"
        return Draft(OPERAND, message)
    return None


def check_reach(use: Use) -> Draft | None:
    """Return the finding about an operand that no value in the data reaches."""
    seen, comparison = use.field.seen, use.comparison
    operand_kinds = {kind for kind, _ in comparison.typed_operands}
    if seen is None or use.holder.is_sample:
        return None
    if comparison.operator == "within":
        return None if use.is_negated else _check_window(use, seen)
    if not operand_kinds:
        return None
    given = {kind.value for kind in operand_kinds}
    if operand_kinds & TIMES and (len(given) > 1 or given != set(seen.kinds)):
        return None  # A day against an instant depends on the zone.
    kinds = _scalars_of(seen, comparison, operand_kinds)
    if not kinds:
        return None
    if all(kind.values is not None for kind in kinds):
        values = [value for kind in kinds for value in kind.values or ()]
        if comparison.operator in EQUALITIES:
            return _check_equality(use, values)
        if use.is_negated or _any_satisfies(values, comparison):
            return None
        is_text = comparison.operator in TEXT_OPERATORS
        return _unreached(use, some_values(values) if is_text else _range(values))
    if use.is_negated or any(_can_reach(comparison, kind) for kind in kinds):
        return None
    return _unreached(use, " and ".join(_range((kind.least, kind.greatest)) for kind in kinds))


def _check_window(use: Use, seen: SeenValues) -> Draft | None:
    """Return the finding about fixed days that no value reaches, or a future that none has."""
    ((name, kind), *others) = seen.kinds.items()
    least, greatest, window = kind.least, kind.greatest, use.comparison.operand
    if others or name not in ("day", "instant") or least is None or use.holder.observation is None:
        return None
    if isinstance(window, Between):
        ends = [end for end in (window.start, window.end) if end is not None]
        is_of_kind = all(normalize(end)[0].value == name for end in ends)
        is_before = window.end is not None and is_of_kind and window.end < least
        is_after = window.start is not None and is_of_kind and greatest < window.start
        return _unreached(use, _range((least, greatest))) if is_before or is_after else None
    now = use.holder.observation.now
    # In no zone is the day of an instant two days after the one in UTC.
    is_past = greatest < (now if name == "instant" else now.date() - timedelta(days=1))
    if not isinstance(window, Next) or not is_past:
        return None
    unreached = _unreached(use, _range((least, greatest)))
    advice = "; for the days of a birthday write anniversary_within_next" if name == "day" else ""
    return attrs.evolve(unreached, message=f"{unreached.message}{advice}")


def check_similar(use: Use) -> Draft | None:
    """Return the finding about values that differ from an operand in case or spaces only."""
    seen, comparison = use.field.seen, use.comparison
    if seen is None or comparison.operator not in EQUALITIES or comparison.ignore_case:
        return None
    texts = [
        cast("str", value)
        for kind in _scalars_of(seen, comparison, {Kind.TEXT})
        for value in kind.values or ()
    ]
    by_form: dict[str, list[str]] = {}
    for text in texts:
        by_form.setdefault(plain_form(text), []).append(text)
    if len(by_form) == len(texts):
        return None
    given = {value: None for value in operands(comparison) if isinstance(value, str)}
    for value in given:
        others = [text for text in by_form.get(plain_form(value), ()) if text not in given]
        if others:
            differs = f"differs from {short_value(value)} in case or spaces only"
            in_case_only = {text.casefold() for text in others} == {value.casefold()}
            repair = use.repair(ignore_case=True) if in_case_only else None
            message = f"{use.name} is also {first_values(others)}, which {differs}"
            return Draft(OPERAND, message, repair)
    return None


# --- values that are there ------------------------------------------------------------------------


def _scalars_of(seen: SeenValues, comparison: Comparison, kinds: set[Kind]) -> list[SeenKind]:
    """Return the values of *kinds* that are compared: of the field, and members of collections."""
    names = {kind.value for kind in kinds}
    scalars = [kind for name, kind in seen.kinds.items() if name in names]
    collection = seen.kinds.get("collection")
    if Kind.COLLECTION in comparison.kinds and collection is not None and collection.members:
        members = collection.members.kinds
        scalars += [kind for name, kind in members.items() if name in names]
    return scalars


def _any_satisfies(values: Iterable[object], comparison: Comparison) -> bool:
    return any(value_satisfies(value, comparison, _ANY_NOW) for value in values)


def _can_reach(comparison: Comparison, kind: SeenKind) -> bool:
    """Return whether a value between the extremes of *kind* can satisfy a comparison."""
    least, greatest = kind.least, kind.greatest
    if least is None or comparison.operator in TEXT_OPERATORS or comparison.ignore_case:
        return True
    own_kind = normalize(least)[0]
    given: list[Any] = [value for each, value in comparison.typed_operands if each is own_kind]
    low, high = min(given), max(given)
    match comparison.operator:
        case ">":
            return bool(greatest > low)
        case ">=":
            return bool(greatest >= low)
        case "<":
            return bool(least < high)
        case "<=":
            return bool(least <= high)
        case "between":
            return bool(low <= greatest and least <= high)
        case _:
            return any(least <= value <= greatest for value in given)


def _unreached(use: Use, values: str) -> Draft:
    return Draft(OPERAND, f"no value of {use.name} satisfies it: the values are {values}")


def _range(values: Sequence[object]) -> str:
    def in_order(value: object) -> Any:  # noqa: ANN401 - values of one kind
        return normalize(value)[1]

    return f"{short_value(min(values, key=in_order))} to {short_value(max(values, key=in_order))}"


# --- operands that are there ----------------------------------------------------------------------


def _operands_not_in(values: Iterable[object], comparison: Comparison) -> list[object]:
    """Return the operands that no value is equal to; days and instants are of one kind."""
    ignore_case = comparison.ignore_case
    keys = {_key(value, ignore_case=ignore_case) for value in values}
    given = operands(comparison)
    return [each for each in given if _key(each, ignore_case=ignore_case) not in keys]


def _key(value: object, *, ignore_case: bool) -> Hashable:
    kind, plain = normalize(value)
    if ignore_case and kind is Kind.TEXT:
        plain = cast("str", plain).casefold()
    return equality_key((kind, plain))


def _check_equality(use: Use, values: list[object]) -> Draft | None:
    """Return the finding about operands that are not among *values*, all values that there are."""
    comparison = use.comparison
    given = operands(comparison)
    missing = _operands_not_in(values, comparison)
    needs_all = comparison.operator == "has_all"
    is_never = bool(missing) and (needs_all or len(missing) == len(given)) and not use.is_negated
    whole = _texts_by_member(values) if comparison.operator in ("has_any", "has_all") else {}
    for value in missing[:_MAX_TRIED]:
        if value in whole:
            return _several_in_one(use, *whole[value])
        near = _nearest(value, values)
        if near in given or (near is not None and not _differ_in_letters(value, near)):
            near = None
        # Where other operands are there, or none is wanted, only a misspelling is a mistake.
        if is_never or near is not None:
            message = f"{short_value(value)} is no value of {use.name} in the data"
            return _not_there(use, value, near, values, message)
    return None


def _differ_in_letters(value: object, near: str) -> bool:
    """Return whether two texts differ in more than digits, as codes and numbered names do."""
    return re.sub(r"\d+", "", str(value)) != re.sub(r"\d+", "", near)


def _nearest(value: object, known: Iterable[object]) -> str | None:
    """Return the text that *value* is most likely a misspelling of, if the texts are categories."""
    texts = [text for text in known if isinstance(text, str)]
    if not isinstance(value, str) or len(texts) > _MAX_CATEGORIES:
        return None
    return nearest_name(value, texts)


def _not_there(
    use: Use, value: object, near: str | None, known: Iterable[object], message: str
) -> Draft:
    """Return the finding about an operand that no value is equal to."""
    if near is None:
        return Draft(OPERAND, f"{message}: the values are {some_values([*known])}")
    corrected = tuple(near if each == value else each for each in operands(use.comparison))
    is_many = isinstance(use.comparison.operand, tuple)
    repair = use.repair(operand=corrected if is_many else near)
    return Draft(OPERAND, f"{message}; did you mean {short_value(near)}?", repair)


_SEPARATORS: Final = (",", ";", "|")


def _texts_by_member(values: Iterable[object]) -> dict[object, tuple[str, str]]:
    """Return the texts that hold several members in one, and their separator, by each member."""
    by_member: dict[object, tuple[str, str]] = {}
    for text in values:
        for separator in _SEPARATORS if isinstance(text, str) else ():
            members = cast("str", text).split(separator)
            if len(members) > 1:
                found = (cast("str", text), separator)
                by_member.update((member.strip(' []"'), found) for member in members)
    return by_member


def _several_in_one(use: Use, text: str, separator: str) -> Draft:
    field = '"collection"'
    if separator != ",":
        field = f'Field("collection", separator="{separator}")'
    message = f"{use.name} is text that holds several members in one: {short_value(text)}"
    return Draft("comparison", message, use.repair_data(field))
