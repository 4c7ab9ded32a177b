"""HTML for the end of a notebook cell: renders what other rooms found out, computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import islice
from typing import Any, Final

from segkit.english.values import format_instant
from segkit.errors import short_repr
from segkit.evaluator import Audience
from segkit.model.base import BaseCondition
from segkit.model.segments import Segment, Segments
from segkit.operations.description import describe
from segkit.operations.explanation.explain import Explanation

_MOST: Final = 10
"""Ids of an audience, segments of a collection."""


def html(value: object) -> str:
    """*value* as a small piece of HTML, everything in it escaped. Never raises.

    >>> from segkit import attr
    >>> from segkit.notebook import html
    >>> html(attr("name") == "<b>")
    '<div class="segkit"><pre>name is &quot;&lt;b&gt;&quot;</pre></div>'
    """
    try:
        body = _body(value)
    except Exception:  # noqa: BLE001 - a cell that shows less is better than one that fails
        body = _pre(short_repr(value))
    return f'<div class="segkit">{body}</div>'


def _body(value: object) -> str:
    match value:
        case Segment(name, condition):
            return f"<strong>{_text(name)}</strong>{_pre(describe(condition))}"
        case Segments():
            listed = "".join(_body(segment) for segment in islice(value, _MOST))
            more = len(value) - _MOST
            return f"{listed}<small>and {more} more</small>" if more > 0 else listed
        case BaseCondition():
            return _pre(describe(value))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        case Explanation():
            return _explained(value)
        case Audience():
            return _audience(value)
        case _:
            return _pre(short_repr(value))


def _explained(explanation: Explanation) -> str:
    verdict = "yes" if explanation.verdict else "no"
    line = f"<strong>{verdict}</strong> {_text(explanation.sentence)}"
    findings = "".join(f"<br><small>{_text(found)}</small>" for found in explanation.findings())
    parts = "".join(f"<li>{_explained(part)}</li>" for part in explanation.parts)
    return f"{line}{findings}{f'<ul>{parts}</ul>' if parts else ''}"


def _audience(audience: Audience[Any]) -> str:
    count = f"<strong>{len(audience)}</strong> at {_text(format_instant(audience.now))}"
    ids: Iterable[object] = islice(audience, _MOST)
    listed = ", ".join(_text(short_repr(id_)) for id_ in ids)
    more = len(audience) - _MOST
    rest = f", and {more} more" if more > 0 else ""
    return f"{count}{_pre(describe(audience.condition))}<small>{listed}{rest}</small>"


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"


def _text(text: str) -> str:
    # A lone surrogate has no place in a page.
    return escape(text.encode("utf-8", "backslashreplace").decode("utf-8"))
