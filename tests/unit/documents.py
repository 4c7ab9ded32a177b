"""Documents for tests, and the problems that decoding reports."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from segkit import DocumentError, Limits, from_dict

__all__ = [
    "VIP",
    "aliased_operands",
    "comparing",
    "containing_itself",
    "decode",
    "doubled",
    "nested",
    "problems_of",
    "refer_to",
]

VIP: Final = {"type": "list", "name": "vip"}


def decode(condition: object, **limits: int) -> Any:  # noqa: ANN401
    return from_dict({"segkit": 1, "condition": condition}, limits=Limits(**limits))


def comparing(operator: str, operand: object) -> dict[str, Any]:
    comparison = {"operator": operator, "operand": operand}
    return {"type": "attribute", "path": ["x"], "comparison": comparison}


def problems_of(
    function: Callable[..., object], *arguments: object, **options: object
) -> list[str]:
    """Return the problems that *function* reports, as ``path: expected``."""
    with pytest.raises(DocumentError) as caught:
        function(*arguments, **options)
    return [f"{path}: {expected}" for path, _, expected in caught.value.problems]


def nested(levels: int, kind: str = "not") -> dict[str, Any]:
    document: dict[str, Any] = VIP
    for _ in range(levels):
        document = (
            {"type": "not", "part": document}
            if kind == "not"
            else {"type": kind, "parts": [document]}
        )
    return document


def containing_itself(kind: str, times: int) -> dict[str, Any]:
    document: dict[str, Any] = {"type": kind}
    document["part" if kind == "not" else "parts"] = (
        document if kind == "not" else [document] * times
    )
    return document


def doubled(levels: int) -> dict[str, Any]:
    """Return nested lists that share members, as YAML anchors create them."""
    document: dict[str, Any] = VIP
    for _ in range(levels):
        document = {"type": "or", "parts": [document, document]}
    return document


def aliased_operands() -> dict[str, Any]:
    operands = ["a" * 9_000] * 9_000
    return {"type": "or", "parts": [comparing("is_in", operands)] * 900}


def refer_to(name: str, *, deep: bool = False) -> dict[str, Any]:
    reference = {"type": "in_segment", "name": name}
    return (
        {"type": "not", "part": {"type": "and", "parts": [VIP, reference]}} if deep else reference
    )
