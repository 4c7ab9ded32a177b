"""The page on deliberate faults tells the faults that are tried."""

from pathlib import Path

from tests.fault_list import FAULTS

ROOT = Path(__file__).parents[2]


def test_the_page_tells_every_fault() -> None:
    page = (ROOT / "docs" / "explanation" / "faults.md").read_text("utf-8")
    told = {line for line in page.splitlines() if line.startswith("| `")}
    assert told == {f"| `{fault.file}` | {fault.why} |" for fault in FAULTS}


def test_every_fault_breaks_a_line_that_is_there_once() -> None:
    """Otherwise the list is stale, and what it promises is not tried."""
    for fault in FAULTS:
        source = (ROOT / "src" / "segkit" / fault.file).read_text("utf-8")
        assert source.count(fault.line) == 1, fault
        assert fault.line != fault.instead
