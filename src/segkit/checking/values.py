"""Whether the values of a field can satisfy a comparison: their kinds, and the order of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from segkit.checking.code import Repair, text_code
from segkit.checking.names import Draft
from segkit.checking.operands import check_choices, check_reach, check_similar
from segkit.checking.texts import field_for
from segkit.checking.uses import (
    ANY_NUMBER,
    EQUALITIES,
    OPERAND,
    ORDERS,
    TEXT_OPERATORS,
    Use,
    accepted_kinds,
    operands,
)
from segkit.checking.words import KIND_NOUNS, first_values, short_value
from segkit.model.catalog import SeenKind, SeenValues
from segkit.model.catalog.field_cells import cell_options
from segkit.model.catalog.fields import KINDS
from segkit.model.catalog.text_kinds import kind_of_texts, read_operand
from segkit.model.comparisons import Reference
from segkit.model.operators import OPERATORS
from segkit.model.values import SCALARS, TIMES, Kind, normalize


def check_value(use: Use) -> Iterator[tuple[str, Draft]]:
    """Yield what does not fit, each with the name of the rule that it breaks."""
    if use.comparison.operator == "is_set":
        yield from _check_is_set(use)
        return
    if use.comparison.operand == ():
        return  # It is false as written, whatever the values are.
    mismatch, is_never = _check_kinds(use)
    if mismatch is not None:
        yield "kinds", mismatch
    if is_never:
        return  # No value can satisfy the comparison, so its operand does not matter.
    other = _check_operand_kinds(use)
    if other is not None:
        yield "operand kinds", other
        return
    order = _check_order_of_texts(use)
    if order is not None:
        yield "order", order
        return
    choice = check_choices(use)
    if choice is not None:
        yield "choices", choice
        return
    unreached = check_reach(use)
    similar = check_similar(use) if unreached is None else None
    if unreached is not None:
        yield "reach", unreached
    if similar is not None:
        yield "similar", similar


def _check_is_set(use: Use) -> Iterator[tuple[str, Draft]]:
    seen = use.field.seen
    text = None if seen is None else seen.kinds.get("text")
    if seen is None or text is None:
        return
    if text.empty and "" not in use.named_texts:
        empty = use.holder.some(text.empty, seen.among)
        message = f'{use.name} is "" in {empty}: an empty text is set'
        yield "empty", Draft("comparison", message, _set_and(use, f'({use.term} != "")'))
    words = [
        value
        for value in text.values or ()
        if value.strip().casefold() in _NO_VALUE_WORDS and value not in use.named_texts
    ]
    # "NA" among other codes of two letters is Namibia.
    if words and (text.lengths != (2, 2) or len(text.values or ()) == 1):
        some = first_values(words)
        repair = _set_and(use, f"~{use.term}.is_in([{', '.join(map(text_code, words))}])")
        message = f"{use.name} is also {some}: for segkit that is a text, which is set"
        yield "words", Draft("comparison", message, repair)


def _set_and(use: Use, code: str) -> Repair | None:
    """Return ``is_set()`` and another condition on the field, in brackets in a negation."""
    if use.term.is_aggregate:
        return None
    both = f"{use.term}.is_set() & {code}"
    return use.replaced_by(f"({both})" if use.is_negated else both)


_NO_VALUE_WORDS: Final = frozenset(
    {"n/a", "na", "nan", "nat", "nil", "none", "null", "undefined", "unknown", "-", "--", "\\n"}
)
"""The words that other programs write for no value."""


# --- kinds ----------------------------------------------------------------------------------------


def _check_kinds(use: Use) -> tuple[Draft | None, bool]:
    """Return the finding about kinds that cannot satisfy the comparison, and whether none can."""
    field, seen = use.field, use.field.seen
    accepted = accepted_kinds(use.comparison)
    if seen is None:
        name: str | None = "mapping" if field.fields else field.kind
        if name is None or name in accepted:
            return None, False
        return _mismatch(use, f"{use.name} is {KIND_NOUNS[name]}", name, None), True
    if not seen.count:
        nobody = use.holder.some(0, seen.among)
        return Draft("comparison", f"{use.name} has no value in {nobody}"), True
    others = {name: kind for name, kind in seen.kinds.items() if name not in accepted}
    if not others:
        members = _check_members(use)
        return members, members is not None
    name, kind = max(others.items(), key=lambda item: item[1].count)
    some = use.holder.some(kind.count, seen.among)
    message = f"{use.name} is {KIND_NOUNS[name]} in {some}{_examples(kind)}"
    if len(others) == len(seen.kinds):
        return _mismatch(use, message, name, kind), True
    needed, repair = _needed(use, name, kind)
    return Draft("comparison", f"{message}; {needed}: it is false for these", repair), False


def _mismatch(use: Use, message: str, name: str, kind: SeenKind | None) -> Draft:
    """Return the finding about the only kind of a field, with what is needed and the repair."""
    comparison = use.comparison
    if name == "collection":
        if comparison.operator in ("==", "is_in", "contains") and not isinstance(
            comparison.operand, Reference
        ):
            repair = None
            if not any(each == "" or isinstance(each, bool) for each in operands(comparison)):
                repair = use.repair(operator="has_any", operand=operands(comparison))
            return Draft("comparison", f"{message}: for its members write has_any", repair)
        if comparison.operator in TEXT_OPERATORS:
            return Draft("comparison", f"{message}: its members are compared by has_any only")
    of_same_kind = _repaired_operand(use, name)
    if of_same_kind is not None or _is_operand_wrong(use, name):
        given = " or ".join(
            sorted({KIND_NOUNS[each.value] for each, _ in comparison.typed_operands})
        )
        needed = f"compared with {given}, and needs {KIND_NOUNS[name]}"
        return Draft(OPERAND, f"{message}; {needed}", of_same_kind)
    needed, repair = _needed(use, name, kind)
    return Draft("comparison", f"{message}; {needed}", repair)


def _check_operand_kinds(use: Use) -> Draft | None:
    """Return the finding about one operand of several that has another kind than all values."""
    field, comparison = use.field, use.comparison
    kinds: set[str | None] = {field.kind} if field.seen is None else {*field.seen.kinds}
    if len(comparison.typed_operands) < 2 or comparison.operator not in EQUALITIES:  # noqa: PLR2004 - several
        return None
    if use.holder.is_sample or len(kinds) != 1 or not kinds <= _SCALARS:
        return None
    times: set[str | None] = {"day", "instant"}
    accepted = kinds | times if kinds & times else kinds
    for (kind, _), operand in zip(comparison.typed_operands, operands(comparison), strict=True):
        if kind.value not in accepted:
            given = f"{short_value(operand)} is {KIND_NOUNS[kind.value]}"
            return Draft(OPERAND, f"{given}, and {use.name} is {KIND_NOUNS[str(*kinds)]}")
    return None


def _is_operand_wrong(use: Use, name: str) -> bool:
    """Return whether the values are as they should be: they are declared, or are no texts."""
    is_scalar = name in _SCALARS and use.comparison.operator in (*EQUALITIES, *ORDERS, "between")
    is_other_value = isinstance(use.comparison.operand, Reference)
    if not is_scalar or is_other_value or use.comparison is ANY_NUMBER:
        return False
    return use.field.seen is None or name != "text"


_SCALARS: Final = frozenset(kind.value for kind in SCALARS)


def _needed(use: Use, name: str, kind: SeenKind | None) -> tuple[str, Repair | None]:
    """Return which kind is needed instead of *name*, and the catalog that reads it."""
    comparison = use.comparison
    nouns = {KIND_NOUNS[each] for each in accepted_kinds(comparison)} - {"a collection"}
    needed = f"{' or '.join(sorted(nouns))} is needed"
    if name == "naive datetime" and comparison.kinds & TIMES:
        return f"{needed}: attach a zone", use.repair_data('"instant"')
    field = None
    if name == "text" and kind is not None:
        field = field_for(kind, frozenset(each.value for each in comparison.kinds))
    return needed, None if field is None else use.repair_data(field)


def _repaired_operand(use: Use, name: str) -> Repair | None:
    """Return the comparison with the operands, which are texts, as values of the kind *name*."""
    comparison = use.comparison
    is_order = comparison.operator in (*ORDERS, "between")
    if comparison.operator in TEXT_OPERATORS or (is_order and name in ("boolean", "text")):
        return None
    given = {kind for kind, _ in comparison.typed_operands}
    read: list[Any] = []
    if given == {Kind.TEXT}:
        options = cell_options(use.field)
        read = [read_operand(value, name, options) for value in operands(comparison)]
    elif given == {Kind.NUMBER} and name in ("boolean", "text"):
        read = [_number_as(use, value, name) for value in operands(comparison)]
    if not read or None in read:
        return None
    if comparison.operator == "between":
        # As texts the ends are in order, as other values they may be of two kinds or in another.
        (low_kind, low), (high_kind, high) = map(normalize, read)
        if low_kind is not high_kind or cast("Any", low) > high:
            return None
        if low_kind in TIMES:
            return use.repair_between(read)
    is_many = isinstance(comparison.operand, tuple)
    return use.repair(operand=tuple(read) if is_many else read[0], ignore_case=False)


def _number_as(use: Use, number: object, kind: str) -> object:
    """Return an int as a boolean or as a text that the field may have, or ``None``."""
    if not isinstance(number, int):
        return None
    if kind == "boolean":
        return {0: False, 1: True}.get(number)
    text = str(number)
    seen = use.field.seen
    known = None if seen is None else seen.kinds.get("text")  # None for members of a collection.
    return text if seen is None or (known is not None and text in (known.values or ())) else None


def _check_members(use: Use) -> Draft | None:
    """Return the finding about the members of a collection that cannot be compared."""
    seen = use.field.seen
    collection = None if seen is None else seen.kinds.get("collection")
    if seen is None or collection is None or not OPERATORS[use.comparison.operator].of_members:
        return None
    kinds = (collection.members or SeenValues(0)).kinds
    if not kinds or len(seen.kinds) > 1 or accepted_kinds(use.comparison) & kinds.keys():
        return None
    found = " and ".join(sorted(kinds))
    skipped = "" if kinds.keys() & KINDS.keys() else ": members that are no scalars are skipped"
    repair = _repaired_operand(use, next(iter(kinds))) if len(kinds) == 1 else None
    message = f"the members of {use.name} are of the kind {found}{skipped}"
    return Draft("comparison", message, repair)


def _examples(kind: SeenKind) -> str:
    if not kind.examples:
        return ""
    is_all = kind.values is not None and len(kind.values) <= len(kind.examples)
    return f": {first_values(kind.examples)}{'' if is_all else '...'}"


# --- order of texts -------------------------------------------------------------------------------

_VERSION: Final = re.compile(r"v?\d+(\.\d+){2,}\S*|v\d+(\.\d+)+\S*", re.ASCII)
_MAX_VERSION: Final = 60
_DAY_FIRST: Final = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}", re.ASCII)


def _check_order_of_texts(use: Use) -> Draft | None:
    """Return the finding about texts that are numbers, versions or days, and ordered as texts."""
    comparison = use.comparison
    texts = [cast("str", value) for kind, value in comparison.typed_operands if kind is Kind.TEXT]
    if not texts or comparison.operator not in (*ORDERS, "between"):
        return None
    if any(map(_DAY_FIRST.fullmatch, texts)):
        message = "a day in this form is compared as text, by the day of the month first"
        return Draft(OPERAND, f"{message}: store a date")
    if any(len(each) <= _MAX_VERSION and _VERSION.fullmatch(each) for each in texts):
        if _has_one_form(use, texts, None):
            return None
        message = 'versions are compared as text, in which "3.10" is before "3.2"'
        return Draft(OPERAND, f"{message}: store the parts as numbers")
    looks_like = kind_of_texts(texts)
    if looks_like not in ("number", "day", "instant") or _has_one_form(use, texts, looks_like):
        return None
    if looks_like == "day" and use.field.seen is None and use.field.kind == "text":
        return None  # Days in ISO form, which are in order as texts.
    example = ', in which "10" is before "9"' if looks_like == "number" else ""
    message = f"{KIND_NOUNS[looks_like]} in quotes is compared as text{example}"
    return Draft(OPERAND, message, _repair_of_order(use, looks_like))


def _has_one_form(use: Use, texts: list[str], looks_like: str | None) -> bool:
    """Return whether text order is the right order: all values have the form of the operands.

    The form of versions, and of other texts that look like no kind, is their length.
    """
    seen = use.field.seen
    text = None if seen is None else seen.kinds.get("text")
    sizes = {len(each) for each in texts}
    if len(sizes) > 1:
        return False
    if text is None:
        is_digits = all(map(str.isdecimal, texts))
        return use.comparison.operator == "between" and is_digits
    if text.lengths is None or {*text.lengths} != sizes:
        return False
    if looks_like is None:
        return True
    if looks_like == "number":
        values = text.values or (text.least or "0", text.greatest or "0")
        return all(map(str.isdecimal, (*texts, *cast("tuple[str, ...]", values))))
    return text.reads_as == looks_like


def _repair_of_order(use: Use, looks_like: str) -> Repair | None:
    """Return the comparison with operands of another kind, or the catalog that reads texts so."""
    field, seen = use.field, use.field.seen
    if seen is None:
        is_text = field.kind == "text"
        return (
            use.repair_data(text_code(looks_like))
            if is_text
            else _repaired_operand(use, looks_like)
        )
    text = seen.kinds.get("text")
    is_like = text is not None and text.reads_as == looks_like
    return use.repair_data(text_code(looks_like)) if is_like else None
