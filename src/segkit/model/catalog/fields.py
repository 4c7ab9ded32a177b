"""`Field`: the kind of an attribute or a property, with its label, unit and choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Final, Literal, TypeAlias, cast, get_args

import attrs

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.seen import SeenValues
from segkit.model.repr import PasteableRepr
from segkit.model.validation import has_type, is_iterable_of_items, is_mapping, set_fields
from segkit.model.values import Kind, normalize, to_builtin

FieldKind: TypeAlias = Literal[
    "boolean", "number", "text", "day", "instant", "collection", "location"
]
"""The kind of the values of a field [K1], [S6]."""

Choice: TypeAlias = bool | int | float | str

KINDS: Final[Mapping[str, Kind]] = {name: Kind(name) for name in get_args(FieldKind)}

_MAX_DEPTH: Final = 20
_NO_FIELDS: Final[Mapping[str, Field]] = {}
"""The default, which each field replaces by a mapping of its own."""


def _ensure_optional_text(value: object, path: str) -> str | None:
    if value is None:
        return None
    kind, text = normalize(value)
    if kind is not Kind.TEXT:
        raise CatalogError(path, f"takes a text; got {short_repr(value)}", value)
    return cast("str", text)


def _ensure_choices(choices: object) -> tuple[Choice, ...] | None:
    if choices is None:
        return None
    if not is_iterable_of_items(choices):
        problem = f'takes a list of values, ["free", "pro"]; got {short_repr(choices)}'
        raise CatalogError("Field.choices", problem, choices)
    plain: list[Choice] = []
    for choice in choices:
        value = to_builtin(choice)
        if type(value) not in (bool, int, float, str) or (
            type(value) is float and not isfinite(value)
        ):
            problem = f"a choice is a text, a number or a boolean; got {short_repr(choice)}"
            raise CatalogError("Field.choices", problem, choice)
        plain.append(cast("Choice", value))
    return tuple(plain)


def _kind_of_choices(choices: tuple[Choice, ...]) -> str | None:
    kinds = {normalize(choice)[0].value for choice in choices}
    if len(kinds) > 1:
        problem = f"choices of one field have one kind; got {' and '.join(sorted(kinds))}"
        raise CatalogError("Field.choices", problem, choices)
    return kinds.pop() if kinds else None


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
        decimal: The decimal separator of numbers that are read from text, a point or a comma.
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
    fields: Mapping[str, Field] = attrs.field(default=_NO_FIELDS, kw_only=True)
    format: str | None = attrs.field(default=None, kw_only=True)
    separator: str = attrs.field(default=",", kw_only=True)
    decimal: str = attrs.field(default=".", kw_only=True)
    seen: SeenValues | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        kind: str | None = _ensure_optional_text(self.kind, "Field.kind")
        if kind is not None and kind not in KINDS:
            problem = f"no kind {short_repr(kind)}; the kinds are {', '.join(KINDS)}"
            raise CatalogError("Field.kind", problem, kind)
        if self.choices:
            of_choices = _kind_of_choices(self.choices)
            kind = kind or of_choices
            if kind not in (of_choices, "collection"):
                problem = f"the kind is {kind}, and the choices are {of_choices}"
                raise CatalogError("Field.choices", problem, self.choices)
        if is_mapping(self.fields) and self.fields and kind is not None:
            problem = f"a field of the kind {kind} has no fields: leave out the kind"
            raise CatalogError("Field.fields", problem, self.fields)
        separator = _ensure_optional_text(self.separator, "Field.separator")
        if not separator:
            problem = f"takes a text of one character or more; got {short_repr(self.separator)}"
            raise CatalogError("Field.separator", problem, self.separator)
        if self.decimal not in (".", ","):
            problem = f'takes "." or ","; got {short_repr(self.decimal)}'
            raise CatalogError("Field.decimal", problem, self.decimal)
        set_fields(
            self,
            kind=kind,
            label=_ensure_optional_text(self.label, "Field.label"),
            unit=_ensure_optional_text(self.unit, "Field.unit"),
            format=self._ensure_format(kind),
            separator=separator,
            fields=build_fields(self.fields, "Field.fields"),
        )

    def _ensure_format(self, kind: str | None) -> str | None:
        text = _ensure_optional_text(self.format, "Field.format")
        if text is None or (kind == "instant" and text in _EPOCH_UNITS):
            return text
        if kind not in ("day", "instant"):
            raise CatalogError("Field.format", "is for days and instants only", text)
        try:
            # With a zone for %z, and without one otherwise: strptime drops the zone of %Z.
            zone = UTC if "%z" in text else None
            moment = datetime(2000, 1, 2, 3, 4, 5, 6, tzinfo=zone)
            datetime.strptime(moment.strftime(text), text)  # noqa: DTZ007 - as above
        except ValueError:
            problem = (
                f"takes a format of strptime, %d.%m.%Y for example, or seconds or milliseconds "
                f"for an instant; got {short_repr(text)}"
            )
            raise CatalogError("Field.format", problem, text) from None
        return text


_EPOCH_UNITS: Final = ("seconds", "milliseconds")


def build_field(value: object, path: str, depth: int = 0) -> Field:
    """Return the field of a `Field`, a kind, a list of choices or a mapping of fields."""
    if has_type(value, Field):
        return value
    try:
        if value is None:
            return Field()
        if has_type(value, str):
            return Field(cast("FieldKind", value))
        if is_mapping(value):
            return Field(fields=build_fields(value, path, depth + 1))
        if is_iterable_of_items(value):
            return Field(choices=tuple(value))
    except CatalogError as error:
        error.path = error.path if error.path.startswith(path) else path
        raise
    problem = (
        'takes a kind ("number"), a list of choices (["free", "pro"]), a mapping of fields '
        f'({{"zip": "text"}}) or a Field; got {short_repr(value)}'
    )
    raise CatalogError(path, problem, value)


def build_fields(value: object, path: str, depth: int = 0) -> dict[str, Field]:
    """Return the fields of a mapping of names to fields."""
    if not is_mapping(value):
        problem = f'takes a mapping of names to kinds, {{"age": "number"}}; got {short_repr(value)}'
        raise CatalogError(path, problem, value)
    if depth > _MAX_DEPTH:
        raise CatalogError(path, f"fields nest at most {_MAX_DEPTH} levels deep", value)
    fields: dict[str, Field] = {}
    for name, field in value.items():
        kind, text = normalize(name)
        if kind is not Kind.TEXT:
            raise CatalogError(path, f"a name is a text; got {short_repr(name)}", name)
        inner = f"{path}[{short_repr(name)}]"
        fields[cast("str", text)] = build_field(field, inner, depth)
    return fields
