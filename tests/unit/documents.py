"""Documents that are handed in by tests, and what is told of them."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from segkit import DocumentError, Limits, from_dict

__all__ = [
    "VIP",
    "aliased_operands",
    "comparing",
    "doubled",
    "holding_itself",
    "into",
    "nested",
    "reading",
    "refused",
]

VIP: Final = {"type": "list", "name": "vip"}


def reading(condition: object, **limits: int) -> Any:  # noqa: ANN401
    return from_dict({"segkit": 1, "condition": condition}, limits=Limits(**limits))


def comparing(operator: str, operand: object) -> dict[str, Any]:
    comparison = {"operator": operator, "operand": operand}
    return {"type": "attribute", "path": ["x"], "comparison": comparison}


def refused(read: Callable[..., object], *given: object, **limits: object) -> list[str]:
    """What is told, as ``path: what was expected``."""
    with pytest.raises(DocumentError) as caught:
        read(*given, **limits)
    return [f"{path}: {expected}" for path, _, expected in caught.value.problems]


def nested(levels: int, kind: str = "not") -> dict[str, Any]:
    inner: dict[str, Any] = VIP
    for _ in range(levels):
        inner = (
            {"type": "not", "part": inner} if kind == "not" else {"type": kind, "parts": [inner]}
        )
    return inner


def holding_itself(kind: str, times: int) -> dict[str, Any]:
    held: dict[str, Any] = {"type": kind}
    held["part" if kind == "not" else "parts"] = held if kind == "not" else [held] * times
    return held


def doubled(levels: int) -> dict[str, Any]:
    """As YAML's anchors can make it: a few lists in memory, a million million written out."""
    held: dict[str, Any] = VIP
    for _ in range(levels):
        held = {"type": "or", "parts": [held, held]}
    return held


def aliased_operands() -> dict[str, Any]:
    operands = ["a" * 9_000] * 9_000
    return {"type": "or", "parts": [comparing("is_in", operands)] * 900}


def into(name: str, *, deep: bool = False) -> dict[str, Any]:
    named = {"type": "in_segment", "name": name}
    return {"type": "not", "part": {"type": "and", "parts": [VIP, named]}} if deep else named
