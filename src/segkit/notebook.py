"""HTML of results for notebooks: it renders the results of other modules."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import Any, Final

from segkit.audience import Audience
from segkit.checking.findings import Finding, Findings
from segkit.english.values import format_instant
from segkit.errors import short_repr
from segkit.model.base import BaseCondition
from segkit.model.catalog import Catalog
from segkit.model.catalog.table import Table
from segkit.model.segments import Segment, Segments
from segkit.operations.description import describe
from segkit.operations.explanation.explain import Explanation

_MAX_ITEMS: Final = 10  # ids of an audience, segments of a collection


def html(value: object) -> str:
    """Return *value* as a small piece of HTML, with all text escaped. It never raises."""
    try:
        body = _body(value)
    except Exception:  # noqa: BLE001 - a cell with less content is better than a cell that fails
        body = _pre(short_repr(value))
    return f'<div class="segkit">{body}</div>'


def _body(value: object) -> str:
    match value:
        case Segment(name, condition):
            return f"<strong>{_text(name)}</strong>{_pre(describe(condition))}"
        case Segments():
            items = "".join(_body(segment) for segment in islice(value, _MAX_ITEMS))
            more = len(value) - _MAX_ITEMS
            return f"{items}<small>and {more} more</small>" if more > 0 else items
        case BaseCondition():
            return _pre(describe(value))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        case Explanation():
            return _explanation(value)
        case Audience():
            return _audience(value)
        case Catalog():
            table = value.table()
            summary = "<br>".join(map(_text, table.summary))
            return "".join((f"<p>{summary}</p>", *map(_table, table.tables)))
        case Findings():
            items = "".join(map(_finding, value))
            return f"<ul>{items}</ul>" if items else "nothing found"
        case _:
            return _pre(short_repr(value))


def _explanation(explanation: Explanation) -> str:
    verdict = "yes" if explanation.verdict else "no"
    line = f"<strong>{verdict}</strong> {_text(explanation.sentence)}"
    findings = "".join(f"<br><small>{_text(found)}</small>" for found in explanation.findings())
    parts = "".join(f"<li>{_explanation(part)}</li>" for part in explanation.parts)
    return f"{line}{findings}{f'<ul>{parts}</ul>' if parts else ''}"


def _audience(audience: Audience[Any]) -> str:
    count = f"<strong>{len(audience)}</strong> at {_text(format_instant(audience.now))}"
    items = ", ".join(_text(short_repr(id_)) for id_ in islice(audience, _MAX_ITEMS))
    more = len(audience) - _MAX_ITEMS
    rest = f", and {more} more" if more > 0 else ""
    return f"{count}{_pre(describe(audience.condition))}<small>{items}{rest}</small>"


def _table(table: Table) -> str:
    header = "".join(f"<th>{_text(name)}</th>" for name in table.header)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"


def _finding(finding: Finding) -> str:
    advice = "" if finding.repair is None else f"<br><code>{_text(finding.repair)}</code>"
    if finding.replaces is not None:
        advice += f" instead of <code>{_text(finding.replaces)}</code>"
    return f"<li><small>{_text(finding.path)}</small><br>{_text(finding.message)}{advice}</li>"


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"


def _text(text: str) -> str:
    # A lone surrogate cannot be encoded in a page.
    return escape(text.encode("utf-8", "backslashreplace").decode("utf-8"))
