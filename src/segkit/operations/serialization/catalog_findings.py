"""The findings of a check against a catalog, as problems of the document."""

from __future__ import annotations

import re
from typing import Final

from segkit.checking.conditions import find_problems
from segkit.model.catalog import Catalog
from segkit.operations.serialization.cursor import Cursor, items_of, values_of

_STEP: Final = re.compile(r"\.(\w+)|\[(\d+)\]")


def report_findings(cursor: Cursor, value: object, catalog: Catalog) -> None:
    """Report at its own path each finding about *value*, the content of the document.

    A finding about the data as a whole is no problem of a document.
    """
    for finding in find_problems(value, catalog):
        if finding.path != "$":
            _cursor_at(cursor, finding.path).report(finding.message)


def _cursor_at(cursor: Cursor, path: str) -> Cursor:
    """Return the cursor at the path of a finding, which the document always has."""
    for key, index in _STEP.findall(path):
        step: str | int = key or int(index)
        members = dict(items_of(cursor.value) or enumerate(values_of(cursor.value) or ()))
        cursor = cursor.child(step, members[step])
    return cursor
