"""The benchmarks run, and every candidate gives the answers of the oracle.

Nothing is measured: one round, one pass. Peers that are not installed are skipped by the scripts.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parents[2] / "benchmarks"

QUESTIONS = {
    "attributes": ["by hand", "compiled", "compiled, dataclass", "matches()"],
    "windows": ["by hand, bisect", "compiled, History", "by hand, scan", "compiled", "matches()"],
    "against_peers": ["by hand", "segkit", "segkit, plain events", "growthbook", "rule-engine"],
    "compiling": ["compile_condition", "at(now)", "History"],
    "changes_over_time": [
        "next_change, History",
        "timeline, History",
        "size_over_time",
        "12 x members",
    ],
    "bulk": [
        "by hand",
        "segkit",
        "segkit, columns=False",
        "polars",
        "pandas",
        "duckdb",
        "evaluation after them",
        "the changes alone",
        "100 tiers of one count",
    ],
    "bulk_sizes": ["by hand", "segkit", "polars", "pandas", "duckdb"],
    "bulk_journey": ["by hand", "segkit", "pandas"],
    "live": ["bare", "MemorySource", "Live", "evaluating again", "heap"],
    "durable": ["bare inserts", "DurableLive"],
    "observing": ["one pass", "Catalog.observed"],
    "long_lists": ["compiled, 10 values", "compiled, 50,000 values", "members, 50,000 values"],
    "importing": ["attrs", "segkit"],
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_runs_and_every_candidate_answers_like_the_oracle(question: str) -> None:
    # A wrong answer of segkit or of the code written by hand raises Disagreement.
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, FOLDER / f"{question}.py", "--smoke"],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    rows = [line.split("|") for line in run.stdout.splitlines() if line.startswith("| ")]
    named = {row[2].strip() for row in rows}
    assert set(QUESTIONS[question]) <= named


def test_every_script_with_rows_is_a_question() -> None:
    scripts = {path.stem for path in FOLDER.glob("*.py") if "def rows(" in path.read_text("utf-8")}
    assert scripts == set(QUESTIONS)
