"""`content_hash`: one hash for all values that are equal, in every process and every version."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from segkit.model.conditions import Condition
from segkit.model.operands import Scalar
from segkit.model.segment import Segment
from segkit.model.segments import Segments
from segkit.model.values import EXACT
from segkit.operations.serialization.scalars import written
from segkit.operations.serialization.texts import canonical_text
from segkit.operations.serialization.writing import Form, document_of

__all__ = ["content_hash"]


def content_hash(value: Condition | Segment | Segments, /) -> str:
    """The SHA-256 of what *value* says, as 64 hexadecimal digits.

    Equal values have one hash, and values that differ have different ones [K10]: ``did("order")``
    and ``did("order").at_least(1)`` share theirs, ``attr("n") == 1`` and ``attr("n") == 1.0`` do
    not. It does not depend on the process, the machine or the version of segkit, so it can be kept
    beside a stored audience to tell whether its segment has changed since.

    What is hashed is the text of `to_json`, in UTF-8, but for three things, which have one form
    where values are equal: decimals have no trailing zeros (``{"decimal":"1.1"}`` for
    ``Decimal("1.10")``) and no negative zero, floats no negative zero either, and of numbers of
    events, ``least`` is left out where it is 1 without ``most``, or 0 beside it.

    Raises:
        ConditionTypeError: If *value* is something else.
        ConditionError: As `to_dict` does.

    >>> from segkit import content_hash, did
    >>> content_hash(did("order")) == content_hash(did("order").at_least(1))
    True
    """
    document = document_of(value, Form(scalar=_one_form, settled=True), "content_hash")
    return hashlib.sha256(canonical_text(document).encode("ascii")).hexdigest()


def _one_form(scalar: Scalar) -> object:
    if isinstance(scalar, Decimal):
        # Zero of any sign and exponent is 0.
        return written(EXACT.normalize(scalar) if scalar else Decimal(0))
    if isinstance(scalar, float):
        return written(scalar or 0.0)
    return written(scalar)
