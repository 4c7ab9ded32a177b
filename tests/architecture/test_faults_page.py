"""The page on deliberate faults lists every fault."""

from pathlib import Path

from tests.fault_list import FAULTS

ROOT = Path(__file__).parents[2]


def test_the_page_lists_every_fault() -> None:
    page = (ROOT / "docs" / "explanation" / "faults.md").read_text("utf-8")
    rows = {line for line in page.splitlines() if line.startswith("| `")}
    assert rows == {f"| `{fault.file}` | {fault.why} |" for fault in FAULTS}


def test_every_fault_changes_a_line_that_occurs_once() -> None:
    """Otherwise the list is out of date, and the fault is not tried."""
    for fault in FAULTS:
        source = (ROOT / "src" / "segkit" / fault.file).read_text("utf-8")
        assert source.count(fault.line) == 1, fault
        assert fault.line != fault.instead
