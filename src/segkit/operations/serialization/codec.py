"""Codecs: how a value is encoded, decoded and described in the JSON Schema, declared once.

A `Record` is the codec of one class. Its `Field` objects name the keys, the codecs of their values
and the constructor arguments. For example, the record of a step of a sequence is::

    Record(Step, Field("event", CONDITION), Field("within", LENGTH, default=None), name="a step")

A `TaggedUnion` chooses a record by the value of one key: conditions and windows by ``type``,
comparisons by ``operator``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from segkit.operations.serialization.catalog_scope import Narrow
from segkit.operations.serialization.cursor import Cursor
from segkit.operations.serialization.limits import Limits

Document: TypeAlias = dict[str, Any]


@attrs.frozen
class EncodeOptions:
    """How documents are encoded, where there is a choice.

    Attributes:
        by_name: Whether a referenced segment is written as its name, instead of in full.
        canonical: Whether equal values have equal documents [K10], as `content_hash` needs it.
    """

    by_name: bool = False
    canonical: bool = False


@attrs.frozen
class Codec:
    """The functions that encode and decode the values of one type, and their JSON Schema.

    ``decode`` returns ``None`` after it has recorded a problem.
    """

    encode: Callable[[Any, EncodeOptions], object]
    decode: Callable[[Cursor], Any]
    schema: Document


def ref(name: str) -> Document:
    """Return a reference to a definition of the JSON Schema."""
    return {"$ref": f"#/$defs/{name}"}


def list_of(codec: Codec, plural: str, limit: str, **schema: object) -> Codec:
    """Return the codec of a tuple of values, which is as long as a field of `Limits` allows."""

    def decode(cursor: Cursor) -> tuple[Any, ...] | None:
        items = cursor.items(plural, getattr(cursor.context.limits, limit))
        return None if items is None else tuple(map(codec.decode, items))

    return Codec(
        lambda values, options: [codec.encode(value, options) for value in values],
        decode,
        {"type": "array", "items": codec.schema, **schema},
    )


# --- records --------------------------------------------------------------------------------------

REQUIRED: Final = object()


@attrs.frozen
class Field:
    """One key of an object.

    Attributes:
        key: The key. It is part of the format and never changes.
        codec: The codec of the value.
        default: The value of a missing key, which is not written; `REQUIRED` for a required key.
        argument: The attribute of the class and argument of the constructor, by default *key*.
        error_paths: More paths of constructor errors that belong to this value.
        get: Returns the value to encode, for a value that is not an attribute.
    """

    key: str
    codec: Codec
    default: object = REQUIRED
    argument: str = attrs.field(default=attrs.Factory(lambda self: self.key, takes_self=True))
    error_paths: tuple[str, ...] = ()
    get: Callable[[Any, EncodeOptions], object] | None = None


class Record:
    """The codec of the objects of one class.

    Args:
        build: The class, or a function that takes the arguments of the fields.
        *fields: The keys, in the order in which they are written.
        name: The name in errors, with its article: "a step". A `TaggedUnion` gives its own.
        error_key: The key at which an error of the constructor is reported that no field claims.
        check: Returns what is wrong with a decoded value under the limits, or ``None``.
        narrow: Returns the scope of the catalog inside of the object.
    """

    def __init__(
        self,
        build: Callable[..., Any],
        *fields: Field,
        name: str = "an object",
        error_key: str = "",
        check: Callable[[Any, Limits], str | None] | None = None,
        narrow: Narrow | None = None,
    ) -> None:
        self.build = build
        self.fields = fields
        self.name = name
        self.error_key = error_key
        self.check = check
        self.narrow = narrow
        self.by_key = {field.key: field for field in fields}
        self.required = tuple(field.key for field in fields if field.default is REQUIRED)
        self.keys = tuple(dict.fromkeys((*self.required, *self.by_key)))

    def encode(self, value: Any, options: EncodeOptions) -> Document:  # noqa: ANN401 - of its class
        """Return the object of *value*, without defaults."""
        document: Document = {}
        for field in self.fields:
            get = field.get
            item = getattr(value, field.argument) if get is None else get(value, options)
            # By the type first: a condition refuses to be compared with a number.
            if not (type(item) is type(field.default) and item == field.default):
                document[field.key] = field.codec.encode(item, options)
        return document

    def decode(self, cursor: Cursor) -> Any:  # noqa: ANN401 - what the constructor returns
        """Return the value of an object, or ``None`` after recording a problem."""
        failures = cursor.context.failures
        values = cursor.mapping(self.name)
        return None if values is None else self.decode_values(cursor, values, self.name, failures)

    def decode_values(
        self, cursor: Cursor, values: Mapping[str, object], name: str, failures: int
    ) -> Any:  # noqa: ANN401 - as above
        """Decode an object that errors call *name*, if no problem was added to *failures*."""
        context = cursor.context
        cursors = cursor.select(name, values, self.required, self.keys)
        arguments = {field.argument: field.default for field in self.fields}
        outer = context.scope
        if outer is not None and self.narrow is not None:
            context.scope = self.narrow(outer, values)
        for key, inner in cursors.items():
            field = self.by_key[key]
            arguments[field.argument] = field.codec.decode(inner)
        context.scope = outer
        if context.failures != failures:
            return None
        built = cursor.construct(
            lambda: self.build(**arguments), lambda path: cursors.get(self._key_of_error(path))
        )
        if self.check is not None and context.failures == failures:
            problem = self.check(built, context.limits)
            if problem is not None:
                cursor.report(problem)
        return built

    def _key_of_error(self, path: str) -> str:
        for field in self.fields:
            if path == field.argument or path in field.error_paths:
                return field.key
        return self.error_key

    def codec(self, name: str = "") -> Codec:
        """Return the codec; its schema refers to the definition *name*, if one is given."""
        return Codec(self.encode, self.decode, ref(name) if name else self.schema())

    def schema(self, tag: Mapping[str, Document] | None = None) -> Document:
        """Return the JSON Schema of the objects, with the schema of a *tag*."""
        tag = tag or {}
        return {
            "type": "object",
            "properties": {**tag, **{key: self.by_key[key].codec.schema for key in self.keys}},
            "required": [*tag, *self.required],
            "additionalProperties": False,
        }


@attrs.frozen
class TaggedUnion:
    """The codec of objects of several classes, distinguished by the value of one key, the tag.

    Attributes:
        name: The name in errors, with its article: "a window".
        key: The key of the tag.
        preposition: The words between name and tag in errors: a window *of type* "last".
        records: The record of each tag. The tags are part of the format and never change.
        other_words: What to write instead of the words of other formats for a tag.
    """

    name: str
    key: str
    preposition: str
    records: Mapping[str, Record]
    other_words: Mapping[str, str] = {}

    def encode(self, tag: str, value: object, options: EncodeOptions) -> Document:
        """Return the object of *value*."""
        return {self.key: tag, **self.records[tag].encode(value, options)}

    def decode(self, cursor: Cursor) -> Any:  # noqa: ANN401 - what a constructor returns
        """Return the value of an object, or ``None`` after recording a problem."""
        failures = cursor.context.failures
        values = cursor.mapping(self.name)
        if values is None:
            return None
        known = " ".join(self.records)
        if self.key not in values:
            keys = [key for record in self.records.values() for key in record.keys]
            cursor.select(self.name, values, (), dict.fromkeys((self.key, *keys)))
            cursor.report(f'{self.name} needs the key "{self.key}", one of: {known}')
            return None
        tag_cursor = cursor.child(self.key, values.pop(self.key))
        tag = tag_cursor.text(f"a text, the {self.key} of {self.name}")
        if tag is None:
            return None
        if tag not in self.records:
            expected = f"is not one of the {self.key}s of {self.name}: {known}"
            cure = self.other_words.get(tag.strip().lower().replace(" ", "_"))
            known_words = self.records if cure is None else ()
            tag_cursor.report(expected + (f"; {cure}" if cure else ""), known=known_words)
            return None
        name = f'{self.name} {self.preposition} "{tag}"'
        return self.records[tag].decode_values(cursor, values, name, failures)

    def schema(self) -> Document:
        """Return the JSON Schema: the tag decides which other keys are valid."""
        return {
            "type": "object",
            "properties": {self.key: {"enum": list(self.records)}},
            "required": [self.key],
            "allOf": [
                {
                    "if": {"properties": {self.key: {"enum": [tag]}}, "required": [self.key]},
                    "then": record.schema({self.key: {"const": tag}}),
                }
                for tag, record in self.records.items()
            ],
        }
