"""The report: the machine, the versions, and a table in Markdown."""

import operator
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness import Spread

__all__ = ["Row", "format_seconds", "format_table", "machine"]


@dataclass(frozen=True)
class Row:
    """One row of a table: a candidate, and how its time compares with that of another one.

    Attributes:
        case: The task of the candidates.
        candidate: The candidate that was timed.
        seconds: The seconds for one unit of the case: a contact, an event or a call.
        ratio: The time divided by the time of *reference*; ``None`` for the reference itself.
        reference: The candidate that this one is compared with.
        target: The maximum (``"<= 1.5"``) or the minimum (``">= 20"``) of the ratio, if any.
        is_held: Whether the target is held, if it is not a target of the ratio.
        remark: A remark, such as the reason for a missing time.
    """

    case: str
    candidate: str
    seconds: float | None = None
    ratio: Spread | None = None
    reference: str = ""
    target: str = ""
    is_held: bool | None = None
    remark: str = ""

    def verdict(self) -> str:
        """Return the target, and whether it is held."""
        is_held = self.is_held
        if is_held is None:
            if not self.target or self.ratio is None:
                return self.target
            sign, number = self.target.split()
            compare = operator.le if sign == "<=" else operator.ge
            is_held = compare(self.ratio.median, float(number))
        return f"{self.target}: {'held' if is_held else 'MISSED'}"

    def cells(self) -> list[str]:
        """Return the texts of the columns."""
        ratio = "" if self.ratio is None else f"{self.ratio} x {self.reference}"
        time = format_seconds(self.seconds)
        return [self.case, self.candidate, time, ratio, self.verdict(), self.remark]


def format_seconds(seconds: float | None) -> str:
    """Return a time in the largest unit of which it has one or more: ``1.84 ms``."""
    if seconds is None:
        return ""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


_HEADER = ["case", "candidate", "time", "ratio: median (least..most)", "target", "remark"]


def format_table(rows: Sequence[Row]) -> str:
    """Return the rows in Markdown, without the columns that are empty."""
    lines = [_HEADER, *(row.cells() for row in rows)]
    filled = [column for column in range(len(_HEADER)) if any(line[column] for line in lines[1:])]
    widths = [max(len(line[column]) for line in lines) for column in filled]
    texts = [
        "| "
        + " | ".join(
            line[column].ljust(width) for column, width in zip(filled, widths, strict=True)
        )
        + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def machine(packages: Iterable[str] = ()) -> str:
    """Return the processor, the interpreter and the versions of the measured packages."""
    versions = ", ".join(f"{name} {_version(name)}" for name in ("segkit-rules", *packages))
    day = datetime.now(UTC).date().isoformat()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{day}, {_processor()}, {os.cpu_count()} cores, {platform.system()}; {python}\n{versions}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    for line in text.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
