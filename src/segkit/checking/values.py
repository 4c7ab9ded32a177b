"""Whether the values of a field can satisfy a comparison: kinds, choices and operands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any, Final, cast

import attrs

from segkit.checking.code import comparison_code, text_code, value_code
from segkit.checking.names import KIND_NOUNS, Draft, Holder
from segkit.clock import EvaluationContext
from segkit.english.values import format_path, format_value
from segkit.model.catalog import Field, SeenKind
from segkit.model.catalog.cells import BadValueError, CellOptions, kind_of_texts, read_number
from segkit.model.catalog.fields import KINDS
from segkit.model.comparisons import Comparison, Reference
from segkit.model.operators import OPERATORS
from segkit.model.spelling import nearest_name
from segkit.model.values import TIMES, Kind, normalize
from segkit.semantics.comparisons import value_satisfies

_MAX_SHOWN: Final = 3
_ANY_NOW: Final = EvaluationContext(datetime(2000, 1, 1, tzinfo=UTC), UTC)
"""For comparisons that do not depend on now; days and instants are never compared in it."""

_TEXT_OPERATORS: Final = frozenset({"contains", "starts_with", "ends_with", "matches_regex"})
_EQUALITIES: Final = frozenset({"==", "is_in", "has_any", "has_all"})


@attrs.frozen
class Use:
    """One field as a condition uses it.

    Attributes:
        holder: The contacts or events that have the field.
        path: The path of the field.
        term: Its code: ``attr("age")``.
        field: The field.
        comparison: What it is compared with.
        is_negated: Whether the comparison is in a negation.
        operand_key: The key of the operand in the document of the condition.
    """

    holder: Holder
    path: tuple[str, ...]
    term: str
    field: Field
    comparison: Comparison
    is_negated: bool
    operand_key: str = "comparison.operand"

    @property
    def name(self) -> str:
        """The path as sentences write it."""
        return format_path(self.path)

    def code(self, **changes: Any) -> str:  # noqa: ANN401 - the fields of a comparison
        """Return the comparison as code, with changes."""
        return comparison_code(self.term, attrs.evolve(self.comparison, **changes))


def check_value(use: Use) -> Iterator[tuple[str, Draft]]:
    """Yield what does not fit, each with the name of the rule that it breaks."""
    if use.comparison.operator == "is_set":
        yield from _check_is_set(use)
        return
    mismatch, is_never = _check_kinds(use)
    if mismatch is not None:
        yield "kinds", mismatch
    if is_never:
        return  # No value can satisfy the comparison, so its operand does not matter.
    yield from _check_order_of_texts(use)
    choice = _check_choices(use)
    if choice is not None:
        yield "choices", choice
        return
    unreached = _check_reach(use)
    if unreached is not None:
        yield "reach", unreached
    else:
        yield from _check_similar(use)


def _check_is_set(use: Use) -> Iterator[tuple[str, Draft]]:
    seen = use.field.seen
    if seen is None:
        return
    text = seen.kinds.get("text")
    if text is not None and text.empty:
        message = f'{use.name} is "" in {_of(text.empty, seen.among, use)}: an empty text is set'
        yield "empty", Draft("comparison", message, f'{use.term}.is_set() & ({use.term} != "")')


# --- kinds ----------------------------------------------------------------------------------------


def _check_kinds(use: Use) -> tuple[Draft | None, bool]:
    """Return the finding about kinds that cannot satisfy the comparison, and whether none can."""
    field, seen = use.field, use.field.seen
    accepted = _accepted(use.comparison)
    if seen is None:
        if field.fields and "mapping" not in accepted:
            return _mismatch(use, f"{use.name} is a mapping", "mapping", None), True
        if field.kind is None or field.kind in accepted:
            return None, False
        return _mismatch(use, f"{use.name} is {KIND_NOUNS[field.kind]}", field.kind, None), True
    if not seen.count:
        return Draft("comparison", f"{use.name} has no value in {_of(0, seen.among, use)}"), True
    others = {name: kind for name, kind in seen.kinds.items() if name not in accepted}
    if not others:
        members = _check_members(use)
        return members, members is not None
    name, kind = max(others.items(), key=lambda item: item[1].count)
    noun = KIND_NOUNS.get(name, name)
    message = f"{use.name} is {noun} in {_of(kind.count, seen.among, use)}{_examples(kind)}"
    draft = _mismatch(use, message, name, kind)
    if len(others) == len(seen.kinds):
        return draft, True
    return attrs.evolve(draft, message=f"{draft.message}; it is false for the others"), False


def _accepted(comparison: Comparison) -> frozenset[str]:
    """Return the names of the kinds that a comparison can be true for."""
    if comparison.operator == "within_km":
        return frozenset({"location", "collection", "mapping"})
    return frozenset(kind.value for kind in comparison.kinds)


def _mismatch(use: Use, message: str, name: str, kind: SeenKind | None) -> Draft:
    """Return the finding about a kind, with what is needed and the repair."""
    comparison = use.comparison
    if name == "collection" and (comparison.operator in _TEXT_OPERATORS | {"==", "is_in"}):
        operand = comparison.operand
        if comparison.operator == "matches_regex" or isinstance(operand, Reference):
            return Draft("comparison", f"{message}: a pattern is compared with a text")
        values = operand if isinstance(operand, tuple) else (operand,)
        repair = use.code(operator="has_any", operand=values)
        return Draft("comparison", f"{message}: for its members write has_any", repair)
    of_same_kind = _repaired_operand(use, name)
    if of_same_kind is not None:
        needed = f"compared with text, and needs {KIND_NOUNS[name]}"
        return Draft(use.operand_key, f"{message}; {needed}", of_same_kind)
    nouns = [KIND_NOUNS[each] for each in _accepted(comparison) if each in KIND_NOUNS]
    needed = " or ".join(sorted({*nouns} - {"a collection"}))
    message = f"{message}; {needed} is needed"
    if name == "naive datetime":
        return Draft("comparison", f"{message}: attach a zone", _catalog_code(use, "instant"))
    wanted = _wanted_kind(comparison, kind)
    return Draft("comparison", message, None if wanted is None else _catalog_code(use, wanted))


def _operand_kinds(comparison: Comparison) -> set[str]:
    return {kind.value for kind, _ in comparison.typed_operands}


def _repaired_operand(use: Use, name: str) -> str | None:
    """Return the code with the operands, which are texts, as values of the kind *name*."""
    comparison = use.comparison
    operand = comparison.operand
    if _operand_kinds(comparison) != {Kind.TEXT.value} or name not in (
        "number",
        "boolean",
        "day",
        "instant",
    ):
        return None
    values = operand if isinstance(operand, tuple) else (operand,)
    read = [read_as(cast("str", value), name) for value in values]
    if None in read:
        return None
    if comparison.operator in _TEXT_OPERATORS or (
        name == "boolean" and comparison.operator != "=="
    ):
        return None
    if comparison.operator == "between" and name in ("day", "instant"):
        return f"{use.term}.between({', '.join(_codes(read))})"
    return use.code(
        operand=tuple(read) if isinstance(operand, tuple) else read[0], ignore_case=False
    )


def _codes(values: Iterable[object]) -> Iterator[str]:
    return map(value_code, values)


def read_as(text: str, kind: str) -> object:
    """Return a text as a value of a kind; ``None`` if it does not read as one."""
    stripped = text.strip()
    if kind == "boolean":
        return {"true": True, "yes": True, "false": False, "no": False}.get(stripped.casefold())
    with suppress(BadValueError, ValueError):
        if kind == "number":
            return read_number(stripped, CellOptions())
        if kind == "day":
            return date.fromisoformat(stripped)
        moment = datetime.fromisoformat(stripped)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if moment.time() == time():
            return moment.date()
    return None


def _wanted_kind(comparison: Comparison, kind: SeenKind | None) -> str | None:
    """Return the kind that texts could be read as, so that the comparison is possible."""
    reads_as = None if kind is None else kind.reads_as
    if comparison.kinds & TIMES:
        return reads_as if reads_as in ("day", "instant") else None
    operand_kinds = _operand_kinds(comparison)
    return reads_as if reads_as in operand_kinds else None


def _catalog_code(use: Use, kind: str) -> str:
    """Return the code of a catalog that reads the field as *kind*."""
    code = text_code(kind)
    for name in reversed(use.path):
        code = f"{{{text_code(name)}: {code}}}"
    return use.holder.catalog(code)


def _check_members(use: Use) -> Draft | None:
    """Return the finding about the members of a collection that cannot be compared."""
    if use.field.seen is None or not OPERATORS[use.comparison.operator].of_members:
        return None
    collection = use.field.seen.kinds.get("collection")
    members = None if collection is None else collection.members
    if collection is None or members is None or not members.kinds:
        return None
    accepted = _accepted(use.comparison) - {"collection"}
    if accepted & members.kinds.keys() or len(use.field.seen.kinds) > 1:
        return None
    found = " and ".join(sorted(members.kinds))
    skipped = (
        "" if members.kinds.keys() & KINDS.keys() else ": members that are no scalars are skipped"
    )
    return Draft("comparison", f"the members of {use.name} are of the kind {found}{skipped}")


# --- order of texts -------------------------------------------------------------------------------

_VERSION: Final = re.compile(r"v?\d+(\.\d+){2,}\S*|v\d+(\.\d+)+\S*", re.ASCII)


def _check_order_of_texts(use: Use) -> Iterator[tuple[str, Draft]]:
    """Yield the finding about texts that are numbers, versions or days, and ordered as texts."""
    comparison = use.comparison
    if comparison.operator not in ("<", "<=", ">", ">=", "between"):
        return
    texts = [cast("str", value) for kind, value in comparison.typed_operands if kind is Kind.TEXT]
    if not texts:
        return
    if any(map(_VERSION.fullmatch, texts)):
        message = 'versions are compared as text, in which "3.10" is before "3.2"'
        yield "order", Draft(use.operand_key, f"{message}: store the parts as numbers")
        return
    looks_like = kind_of_texts(texts)
    if looks_like not in ("number", "day", "instant") or _has_one_form(use, texts, looks_like):
        return
    example = ', in which "10" is before "9"' if looks_like == "number" else ""
    message = f"{KIND_NOUNS[looks_like]} in quotes is compared as text{example}"
    yield "order", Draft(use.operand_key, message, _repaired_operand(use, looks_like))


def _has_one_form(use: Use, texts: list[str], looks_like: str) -> bool:
    """Return whether text order is the right order: all values have the form of the operands."""
    seen = use.field.seen
    text = None if seen is None else seen.kinds.get("text")
    sizes = set(map(len, texts))
    if text is None:
        return use.comparison.operator == "between" and len(sizes) == 1 and looks_like == "number"
    if text.lengths is None or len(sizes) > 1:
        return False
    return {*text.lengths} == sizes and (looks_like in ("number", text.reads_as))


# --- choices, and values that are there -----------------------------------------------------------


def _check_choices(use: Use) -> Draft | None:
    choices, comparison = use.field.choices, use.comparison
    if choices is None or isinstance(comparison.operand, Reference):
        return None
    if comparison.operator in _EQUALITIES:
        for value in _operands(comparison):
            single = attrs.evolve(comparison, operator="is_in", operand=(value,))
            if not _any_satisfies(choices, single):
                return _not_there(
                    use, value, choices, f"{format_value(value)} is no choice of {use.name}"
                )
    elif comparison.operator in _TEXT_OPERATORS and not _any_satisfies(choices, comparison):
        return _not_there(use, None, choices, f"no choice of {use.name} satisfies it")
    return None


def _operands(comparison: Comparison) -> tuple[Any, ...]:
    operand: Any = comparison.operand
    return operand if isinstance(operand, tuple) else (operand,)  # pyright: ignore[reportUnknownVariableType]


def _any_satisfies(values: Iterable[object], comparison: Comparison) -> bool:
    return any(value_satisfies(value, comparison, _ANY_NOW) for value in values)


def _not_there(use: Use, value: object, known: Iterable[object], message: str) -> Draft:
    """Return the finding about an operand that no value is equal to."""
    known = list(known)
    near = (
        nearest_name(value, [text for text in known if isinstance(text, str)])
        if isinstance(value, str)
        else None
    )
    if near is not None:
        operands = tuple(near if each == value else each for each in _operands(use.comparison))
        is_many = isinstance(use.comparison.operand, tuple)
        repair = use.code(operand=operands if is_many else operands[0])
        return Draft(use.operand_key, f"{message}; did you mean {format_value(near)}?", repair)
    shown = ", ".join(map(format_value, known[:_MAX_SHOWN]))
    more = f" and {len(known) - _MAX_SHOWN:,} more" if len(known) > _MAX_SHOWN else ""
    return Draft(use.operand_key, f"{message}: the values are {shown}{more}")


def _check_reach(use: Use) -> Draft | None:
    """Return the finding about an operand that no value in the data reaches."""
    seen, comparison = use.field.seen, use.comparison
    form = OPERATORS[comparison.operator].operand
    if seen is None or use.holder.is_sample or isinstance(comparison.operand, Reference):
        return None
    if form not in ("scalar", "values", "range", "pattern") or not comparison.typed_operands:
        return None
    kinds = [kind for name, kind in seen.kinds.items() if name in _accepted(comparison)]
    operand_kinds = {kind for kind, _ in comparison.typed_operands}
    if operand_kinds & TIMES and operand_kinds != {KINDS.get(name) for name in seen.kinds}:
        return None  # A day against an instant depends on the zone.
    kinds = [kind for each in kinds for kind in _scalars_of(each, operand_kinds)]
    if not kinds:
        return None
    if all(kind.values is not None for kind in kinds):
        values = [value for kind in kinds for value in kind.values or ()]
        return _check_values(use, values)
    if use.is_negated or any(_can_reach(comparison, kind) for kind in kinds):
        return None
    ranges = " and ".join(
        f"{format_value(kind.least)} to {format_value(kind.greatest)}" for kind in kinds
    )
    return Draft(use.operand_key, f"no value of {use.name} satisfies it: the values are {ranges}")


def _scalars_of(kind: SeenKind, operand_kinds: set[Kind]) -> list[SeenKind]:
    """Return the scalars that are compared: those of the members of a collection, or *kind*."""
    if kind.members is None:
        return [kind]
    names = {each.value for each in operand_kinds}
    return [member for name, member in kind.members.kinds.items() if name in names]


def _check_values(use: Use, values: list[object]) -> Draft | None:
    """Return the finding about operands that are not among *values*, all values that there are."""
    comparison = use.comparison
    if comparison.operator not in _EQUALITIES:
        if use.is_negated or _any_satisfies(values, comparison):
            return None
        return _unreached(use, values)
    missing = [
        value
        for value in _operands(comparison)
        if not _any_satisfies(values, attrs.evolve(comparison, operator="is_in", operand=(value,)))
    ]
    every = comparison.operator == "has_all" or len(missing) == len(_operands(comparison))
    for value in missing[:_MAX_OPERANDS]:
        message = f"{format_value(value)} is no value of {use.name} in the data"
        draft = _in_one_text(use, value, values) or _not_there(use, value, values, message)
        # Where other operands are there, or none is wanted, only a misspelling is a mistake.
        if draft.repair is not None or (every and not use.is_negated):
            return draft
    return None


def _in_one_text(use: Use, value: object, values: list[object]) -> Draft | None:
    """Return the finding about texts that hold several members with separators."""
    if use.comparison.operator not in ("has_any", "has_all"):
        return None
    for text in values:
        if isinstance(text, str) and value in [each.strip() for each in re.split("[,;|]", text)]:
            message = f"{use.name} is text that holds several members in one: {format_value(text)}"
            return Draft("comparison", message, _catalog_code(use, "collection"))
    return None


_MAX_OPERANDS: Final = 100


def _unreached(use: Use, values: list[object]) -> Draft:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values) and use.comparison.operator in _TEXT_OPERATORS:
        return _not_there(use, None, values, f"no value of {use.name} satisfies it")
    least = min(values, key=lambda value: cast("Any", normalize(value)[1]))
    greatest = max(values, key=lambda value: cast("Any", normalize(value)[1]))
    message = (
        f"no value of {use.name} satisfies it: the values are {format_value(least)} to "
        f"{format_value(greatest)}"
    )
    return Draft(use.operand_key, message)


def _can_reach(comparison: Comparison, kind: SeenKind) -> bool:
    """Return whether a value between the extremes of *kind* can satisfy a comparison."""
    least, greatest = kind.least, kind.greatest
    own_kind = normalize(least)[0]
    operands = [value for each, value in comparison.typed_operands if each is own_kind]
    if (
        least is None
        or not operands
        or comparison.operator in _TEXT_OPERATORS
        or comparison.ignore_case
    ):
        return least is None or bool(operands)
    low, high = min(cast("list[Any]", operands)), max(cast("list[Any]", operands))
    match comparison.operator:
        case ">":
            return bool(greatest > low)
        case ">=":
            return bool(greatest >= low)
        case "<":
            return bool(least < high)
        case "<=":
            return bool(least <= high)
        case _:
            return any(least <= value <= greatest for value in operands) or (
                comparison.operator == "between" and low <= greatest and least <= high
            )


def _check_similar(use: Use) -> Iterator[tuple[str, Draft]]:
    """Yield the finding about values that differ from an operand in case or spaces only."""
    seen, comparison = use.field.seen, use.comparison
    if seen is None or comparison.operator not in _EQUALITIES or comparison.ignore_case:
        return
    kinds = [kind for name, kind in seen.kinds.items() if name in ("text", "collection")]
    texts = [
        value
        for each in kinds
        for kind in _scalars_of(each, {Kind.TEXT})
        for value in kind.values or ()
    ]
    by_form: dict[str, list[str]] = {}
    for text in texts:
        by_form.setdefault(_form(text), []).append(text)
    operands = {value for value in _operands(comparison) if isinstance(value, str)}
    for value in operands if len(by_form) < len(texts) else ():
        others = [text for text in by_form.get(_form(value), ()) if text not in operands]
        if others:
            shown = " and ".join(map(format_value, others[:_MAX_SHOWN]))
            differs = f"differs from {format_value(value)} in case or spaces only"
            in_case_only = all(text.strip() == text for text in others)
            repair = use.code(ignore_case=True) if in_case_only else None
            yield (
                "similar",
                Draft(use.operand_key, f"{use.name} is also {shown}, which {differs}", repair),
            )
            return


def _form(text: str) -> str:
    return " ".join(text.casefold().split())


# --- words ----------------------------------------------------------------------------------------


def _examples(kind: SeenKind) -> str:
    if not kind.examples:
        return ""
    shown = ", ".join(map(format_value, kind.examples[:_MAX_SHOWN]))
    return f": {shown}{'...' if kind.count > len(kind.examples) else ''}"


def _of(number: int, among: int, use: Use) -> str:
    read = " that were read" if use.holder.is_sample else ""
    if not number:
        return f"any of {among:,} {use.holder.noun}s{read}"
    return f"{number:,} of {among:,} {use.holder.noun}{'' if among == 1 else 's'}{read}"
