"""`Limits`: how large an untrusted document may be."""

from __future__ import annotations

import attrs

from segkit.model.validation import ensure_whole


def _check(_: object, field: attrs.Attribute[int], value: object) -> None:
    ensure_whole("Limits", f"{field.name} is a whole number, 1 or more", value, minimum=1)


def _limit(default: int) -> int:
    return attrs.field(default=default, validator=_check)


@attrs.frozen(kw_only=True)
class Limits:
    """The limits of a document that `from_dict` and `from_json` decode, for untrusted input.

    A document that exceeds a limit is refused with a `Problem` that has the path of the place. The
    defaults are far above what people write in forms, and a document below them is decoded in a
    fraction of a second. Raise a limit for your own documents: ``Limits(nodes=100_000)``.

    Args:
        characters: Characters of the JSON text; for a dict, its values and the characters in them.
        depth: Levels of nested objects and lists. The deepest possible condition needs no more than
            the default.
        nodes: Conditions in the document, with those in ``where`` and in steps. A reference to a
            segment counts as the conditions of the segment.
        parts: Parts of one group, and segments of one document.
        operands: Values of one ``is_in``, ``has_any`` or ``has_all``.
        names: Event names of one condition; names of one path.
        steps: Later steps of one sequence.
        text: Characters of one text: a name, an operand.
        pattern: Characters of one regular expression.
        patterns: Regular expressions in the document.
        digits: Characters of one number.
        years: Years of one length of time, one calendar window or one anniversary.

    Raises:
        ConditionError: If a limit is not a whole number, or is below 1.

    >>> from segkit import Limits
    >>> Limits(nodes=500).nodes, Limits().parts
    (500, 1000)
    """

    characters: int = _limit(1_000_000)
    depth: int = _limit(200)
    nodes: int = _limit(10_000)
    parts: int = _limit(1_000)
    operands: int = _limit(10_000)
    names: int = _limit(100)
    steps: int = _limit(20)
    text: int = _limit(10_000)
    pattern: int = _limit(500)
    patterns: int = _limit(100)
    digits: int = _limit(500)
    years: int = _limit(10_000)
