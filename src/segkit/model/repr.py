"""The reprs of values, which can be pasted back."""

from __future__ import annotations

import math
from typing import Any

import attrs

from segkit.errors import short_repr


def pasteable_repr(value: object) -> str:
    """Return the ``repr`` of *value*, in a form that can be pasted for ``inf`` too.

    A value that cannot be written, such as an int of 5,000 digits, is described instead.
    """
    if isinstance(value, float) and math.isinf(value):
        return f"float('{value}')"
    if isinstance(value, tuple):
        inner = ", ".join(map(pasteable_repr, value))  # pyright: ignore[reportUnknownArgumentType]
        return f"({inner},)" if len(value) == 1 else f"({inner})"  # pyright: ignore[reportUnknownArgumentType]
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - the __repr__ of a host's value may raise anything
        return short_repr(value)


class PasteableRepr:
    """Gives an attrs class a repr of the arguments that differ from their defaults."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown: list[str] = []
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type(self))  # type: ignore[arg-type]
        skipped = False
        for field in fields:
            value = getattr(self, field.name)
            if not field.repr or (field.default is not attrs.NOTHING and value == field.default):
                skipped = skipped or field.init
                continue
            text = pasteable_repr(value)
            # Arguments without a default, and the first argument, need no name.
            named = skipped or (shown and field.default is not attrs.NOTHING)
            shown.append(f"{field.name}={text}" if named else text)
        return f"{type(self).__name__}({', '.join(shown)})"
