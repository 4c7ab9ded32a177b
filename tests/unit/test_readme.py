"""The first program of README.md is complete, and prints what README.md says that it prints."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

README: Final = Path(__file__).parents[2] / "README.md"

pytestmark = pytest.mark.skipif(not README.exists(), reason="README.md is not part of this copy")


def first_block(language: str) -> str:
    found = re.search(
        rf"^```{language}\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[1]


def test_the_first_program_prints_the_first_text() -> None:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", "-c", first_block("python")],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stderr == ""
    assert run.stdout == first_block("text")
