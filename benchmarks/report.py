"""What is printed: the machine and the versions, and a table in Markdown."""

import operator
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness import Spread

__all__ = ["Row", "machine", "table", "version_of"]


@dataclass(frozen=True)
class Row:
    """One line: who was timed, against whom, and what had been asked of it.

    Attributes:
        case: What was asked.
        who: Who was timed.
        seconds: How long it took for one of what the case counts (a contact, an event, a call).
        ratio: Its time by that of *against*; ``None`` for the one the others are compared with.
        bar: The most (``"<= 1.5"``) or least (``">= 20"``) the ratio may be, if that was set.
        is_held: Whether the bar was held, where it is about something else than the ratio.
        remark: Why there is no time, for example.
    """

    case: str
    who: str
    seconds: float | None = None
    ratio: Spread | None = None
    against: str = ""
    bar: str = ""
    is_held: bool | None = None
    remark: str = ""

    def verdict(self) -> str:
        """The bar, and whether it was held."""
        is_held = self.is_held
        if is_held is None:
            if not self.bar or self.ratio is None:
                return self.bar
            sign, number = self.bar.split()
            compare = operator.le if sign == "<=" else operator.ge
            is_held = compare(self.ratio.median, float(number))
        return f"{self.bar}: {'held' if is_held else 'MISSED'}"

    def cells(self) -> list[str]:
        """The texts of the columns."""
        ratio = "" if self.ratio is None else f"{self.ratio} x {self.against}"
        return [self.case, self.who, shown(self.seconds), ratio, self.verdict(), self.remark]


def shown(seconds: float | None) -> str:
    """A time in the unit that suits it."""
    if seconds is None:
        return ""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


_HEADER = ["case", "who", "time", "ratio: median (least..most)", "bar", "remark"]


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown; columns that nobody fills are left out."""
    lines = [_HEADER, *(row.cells() for row in rows)]
    filled = [place for place in range(len(_HEADER)) if any(line[place] for line in lines[1:])]
    widths = [max(len(line[place]) for line in lines) for place in filled]
    texts = [
        "| "
        + " | ".join(line[place].ljust(width) for place, width in zip(filled, widths, strict=True))
        + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def machine(packages: Iterable[str] = ()) -> str:
    """The processor, the interpreter and the versions of what was measured."""
    versions = ", ".join(f"{name} {version_of(name)}" for name in ("segkit-rules", *packages))
    day = datetime.now(UTC).date().isoformat()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{day}, {_processor()}, {os.cpu_count()} cores, {platform.system()}; {python}\n{versions}"
    )


def version_of(package: str) -> str:
    """The version of an installed distribution."""
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
