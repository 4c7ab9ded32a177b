"""`Field`: the kind of an attribute or a property, with its label, unit and choices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Final, Literal, TypeAlias, cast, get_args

import attrs

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.seen import SeenValues
from segkit.model.repr import PasteableRepr
from segkit.model.spelling import nearest_name
from segkit.model.validation import (
    ensure_items,
    ensure_mapping,
    ensure_text,
    has_type,
    is_iterable_of_items,
    is_mapping,
    mismatch,
    set_fields,
)
from segkit.model.values import Kind, normalize, to_builtin

FieldKind: TypeAlias = Literal[
    "boolean", "number", "text", "day", "instant", "collection", "location"
]
"""The kind of the values of a field [K1], [S6]."""

Choice: TypeAlias = bool | int | float | str

KINDS: Final[Mapping[str, Kind]] = {name: Kind(name) for name in get_args(FieldKind)}

_MAX_DEPTH: Final = 20
_MAX_FIELDS: Final = 100_000
_NO_FIELDS: Final[Mapping[str, Field]] = {}
"""The default, which each field replaces by a mapping of its own."""


def ensure_name(path: str, name: object) -> str:
    """Return the name of a field, a list or an event as a plain text."""
    return ensure_text(path, "a name is a text", name, CatalogError)


def _ensure_optional_text(path: str, value: object) -> str | None:
    return None if value is None else ensure_text(path, "takes a text", value, CatalogError)


def _ensure_choices(choices: object) -> tuple[Choice, ...] | None:
    if choices is None:
        return None
    expected = 'takes a list of values, ["free", "pro"]'
    items = ensure_items(_CHOICES, expected, choices, CatalogError)
    if not items:
        problem = "takes one value or more: leave it out if each value is possible"
        raise CatalogError(_CHOICES, problem, choices)
    return tuple(map(_ensure_choice, items))


def _ensure_choice(choice: object) -> Choice:
    kind, _ = normalize(choice)
    value = to_builtin(choice)
    # JSON has no decimals and no infinity.
    is_finite = type(value) is not float or isfinite(value)
    if kind in _KINDS_OF_CHOICES and type(value) in get_args(Choice) and is_finite:
        return cast("Choice", value)
    raise mismatch(
        _CHOICES, "a choice is a text, an int, a float or a boolean", choice, CatalogError
    )


_CHOICES: Final = "Field.choices"
_KINDS_OF_CHOICES: Final = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN})


def _kind_of_choices(choices: tuple[Choice, ...]) -> str:
    kinds = {normalize(choice)[0].value for choice in choices}
    if len(kinds) > 1:
        problem = f"choices of one field have one kind; got {' and '.join(sorted(kinds))}"
        raise CatalogError(_CHOICES, problem, choices)
    return kinds.pop()


def _ensure_fields(fields: object) -> dict[str, Field]:
    return build_fields(fields, "Field.fields")


@attrs.frozen(repr=False)
class Field(PasteableRepr):
    """One attribute or property: the kind of its values, and how people call it.

    Args:
        kind: ``boolean``, ``number``, ``text``, ``day``, ``instant``, ``collection`` or
            ``location``; ``None`` if any kind is possible, or if the value is a mapping of
            *fields*. With *choices* it may be left out.
        label: The name for people, such as a form shows it.
        unit: The unit of numbers, such as ``years``.
        choices: The values that there are: texts, numbers or booleans; for a collection, the
            members that there are. ``None`` for any value.
        fields: The fields of a mapping, by name.
        format: How text is read as this kind, if not in ISO form: a format of ``strptime``
            (``%d.%m.%Y``) for days and instants, ``seconds`` or ``milliseconds`` since 1970 for
            instants.
        separator: The text between the members of a collection that is read from one cell.
        decimal: The decimal separator of numbers that are read from text, a point or a comma; the
            other one may separate thousands. ``None`` for a point, and ``1,234`` is refused.
        seen: The counts of `Catalog.observed`.

    Raises:
        CatalogError: If an argument is of another type, or *choices* are not of the kind.

    >>> from segkit import Field
    >>> Field("number", label="Age", unit="years").kind
    'number'
    """

    kind: FieldKind | None = None
    label: str | None = attrs.field(default=None, kw_only=True)
    unit: str | None = attrs.field(default=None, kw_only=True)
    choices: tuple[Choice, ...] | None = attrs.field(
        default=None, kw_only=True, converter=_ensure_choices
    )
    fields: Mapping[str, Field] = attrs.field(
        default=_NO_FIELDS, kw_only=True, converter=_ensure_fields
    )
    format: str | None = attrs.field(default=None, kw_only=True)
    separator: str = attrs.field(default=",", kw_only=True)
    decimal: str | None = attrs.field(default=None, kw_only=True)
    seen: SeenValues | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)
    depth: int = attrs.field(init=False, default=1, eq=False, repr=False)
    """The number of mappings around each other, this field included."""

    def __attrs_post_init__(self) -> None:
        kind: str | None = _ensure_optional_text("Field.kind", self.kind)
        if kind is not None and kind not in KINDS:
            meant = _KINDS_BY_WORD.get(kind.casefold()) or nearest_name(kind, KINDS)
            advice = "" if meant is None else f'; did you mean "{meant}"?'
            problem = f"no kind {short_repr(kind)}; the kinds are {', '.join(KINDS)}{advice}"
            raise CatalogError("Field.kind", problem, kind)
        if self.choices is not None:
            of_choices = _kind_of_choices(self.choices)
            kind = kind or of_choices
            if kind not in (of_choices, "collection"):
                problem = f"the kind is {kind}, and the choices are {of_choices}"
                raise CatalogError(_CHOICES, problem, self.choices)
        if self.fields and kind is not None:
            problem = f"a field of the kind {kind} has no fields: leave out the kind"
            raise CatalogError("Field.fields", problem, self.fields)
        expected = "takes a text of one character or more"
        if kind not in (None, "collection", "location") and self.separator != ",":
            raise CatalogError("Field.separator", "is for collections and locations", kind)
        if kind not in (None, "number", "location") and self.decimal is not None:
            raise CatalogError("Field.decimal", "is for numbers and locations", kind)
        if not (self.seen is None or has_type(self.seen, SeenValues)):
            expected = "takes the counts of Catalog.observed"
            raise mismatch("Field.seen", expected, self.seen, CatalogError)
        depth = 1 + max((field.depth for field in self.fields.values()), default=0)
        if depth > _MAX_DEPTH + 1:
            raise CatalogError("Field.fields", _TOO_DEEP, self.fields)
        separator = ensure_text("Field.separator", expected, self.separator, CatalogError)
        if not separator:
            raise mismatch("Field.separator", expected, separator, CatalogError)
        decimal = _ensure_optional_text("Field.decimal", self.decimal)
        if decimal not in (None, ".", ","):
            raise mismatch("Field.decimal", _DECIMAL, decimal, CatalogError)
        set_fields(
            self,
            kind=kind,
            label=_ensure_optional_text("Field.label", self.label),
            unit=_ensure_optional_text("Field.unit", self.unit),
            format=_ensure_format(_ensure_optional_text("Field.format", self.format), kind),
            separator=separator,
            decimal=decimal,
            depth=depth,
        )


_TOO_DEEP: Final = f"fields nest at most {_MAX_DEPTH} levels deep"
_KINDS_BY_WORD: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in (
        ("number", "int integer float decimal numeric"),
        ("text", "str string varchar"),
        ("boolean", "bool flag"),
        ("day", "date"),
        ("instant", "datetime timestamp time"),
        ("collection", "list array set tags"),
        ("location", "geo point place"),
    )
    for word in words.split()
}
_DECIMAL: Final = 'takes "." or ","'
_EPOCH_UNITS: Final = ("seconds", "milliseconds")
_DIRECTIVES: Final = re.compile("%(.)", re.DOTALL)
_YEARS: Final = frozenset("YyGcx")


def _ensure_format(text: str | None, kind: str | None) -> str | None:
    if text is None or (kind == "instant" and text in _EPOCH_UNITS):
        return text
    path = "Field.format"
    if kind not in ("day", "instant"):
        raise CatalogError(path, "is for days and instants only", text)
    problem = _format_problem(text)
    if problem is not None:
        epoch = ", or seconds or milliseconds" if kind == "instant" else ""
        expected = f"takes a format of strptime, %d.%m.%Y for example{epoch}"
        raise CatalogError(path, f"{expected}; got {short_repr(text)}{problem}", text)
    return text


def _format_problem(text: str) -> str | None:
    """Return what is wrong with a format, after its repr: a moment is written and read by it."""
    directives = set(_DIRECTIVES.findall(text))
    if "Z" in directives:
        return ": strptime drops the zone of %Z, write %z"
    if not directives & _YEARS:
        return ", which has no year"
    moment = datetime(2000, 11, 22, 13, 14, 15, tzinfo=UTC if "z" in directives else None)
    try:
        read = datetime.strptime(moment.strftime(text), text)  # noqa: DTZ007 - with the zone of %z
    except (ValueError, re.error):
        return ""
    if read.date() != moment.date():
        return ", which has no month or no day"
    # Of %I without %p, the afternoon would be read as the morning.
    return None if read.hour in (0, moment.hour) else ": write %p beside %I, or %H"


@attrs.define
class _Building:
    """How many fields were built of the mappings of one argument, which may contain one another."""

    depth: int = -1  # The outermost mapping has the depth 0.
    fields: int = 0


Fields: TypeAlias = Mapping[str, Field]
"""The fields of a mapping by name."""

EventFields: TypeAlias = Mapping[str, Fields | None]
"""The properties by the name of the event; ``None`` for properties that are not described."""


def build_field(value: object, path: str, building: _Building) -> Field:
    """Return the field of a `Field`, a kind, a list of choices or a mapping of fields."""
    if has_type(value, Field):
        return value
    try:
        if value is None:
            return Field()
        if has_type(value, str):
            return Field(cast("FieldKind", value))
        if is_mapping(value):
            return Field(fields=build_fields(value, path, building))
        if is_iterable_of_items(value):
            return Field(choices=cast("tuple[Choice, ...]", value))
    except CatalogError as error:
        error.path = error.path if error.path.startswith(path) else path
        raise
    problem = (
        'takes a kind ("number"), a list of choices (["free", "pro"]), a mapping of fields '
        f'({{"zip": "text"}}) or a Field; got {short_repr(value)}'
    )
    raise CatalogError(path, problem, value)


def build_fields(value: object, path: str, building: _Building | None = None) -> dict[str, Field]:
    """Return the fields of a mapping of names to fields."""
    building = building or _Building()
    expected = 'takes a mapping of names to kinds, {"age": "number"}'
    items = ensure_mapping(path, expected, value, CatalogError)
    building.depth += 1
    building.fields += len(items)
    if building.depth > _MAX_DEPTH:
        raise CatalogError(path, _TOO_DEEP, value)
    if building.fields > _MAX_FIELDS:
        raise CatalogError(path, f"there are more than {_MAX_FIELDS:,} fields", value)
    fields = {
        ensure_name(path, name): build_field(field, f"{path}[{short_repr(name)}]", building)
        for name, field in items.items()
    }
    building.depth -= 1
    return fields
