"""The field of a catalog that reads the texts of observed data as numbers, days or other values."""

from __future__ import annotations

import re
from typing import Final

from segkit.checking.code import text_code
from segkit.model.catalog import Field, SeenKind
from segkit.model.catalog.cells import BadValueError
from segkit.model.catalog.field_cells import read_cell


def field_for(texts: SeenKind, wanted: frozenset[str]) -> str | None:
    """Return the code of the field that reads all texts as one of the kinds *wanted*, if one does.

    A form in which a comma or the order of day and month decides is tried where all the different
    texts are known, and is returned if no other one of them fits.
    """
    if texts.reads_as in wanted:
        return text_code(texts.reads_as)
    given = [text for text in texts.values or () if text.strip()]
    fitting = [
        code
        for code, field in _FORMS.items()
        if given and field.kind in wanted and _fits(field, given)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _fits(field: Field, texts: list[str]) -> bool:
    """Return whether a form fits all texts. Digits alone, and a leading zero, are of codes."""
    if field.kind == "number" and not any("," in text for text in texts):
        return False
    is_code = field.kind == "number" and any(map(_LEADING_ZERO.match, texts))
    return not is_code and all(_reads(text, field) for text in texts)


def _reads(text: str, field: Field) -> bool:
    try:
        read_cell(text, field, None)
    except BadValueError:
        return False
    return True


_LEADING_ZERO: Final = re.compile(r"\s*[+-]?0\d")
_FORMS: Final = {
    'Field("number", decimal=",")': Field("number", decimal=","),
    **{
        f'Field("day", format="{form}")': Field("day", format=form)
        for form in ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y")
    },
}
