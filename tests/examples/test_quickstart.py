"""The members that the quickstart must print, determined by hand from its ten contacts.

Now is 2022-10-15 at 09:00 UTC. The last month starts on September 15, the last two months on August
15, the last six months on April 15, each at 09:00, and this instant itself is excluded.
"""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "examples" / "quickstart.py"

EXPECTED = {
    # Four contacts are on the list; for eve the time of joining is unknown.
    "VIPs": ["ada", "cleo", "eve", "hana"],
    # ada on Oct 3, cleo on Oct 1, finn on Sep 15 at 09:01, one minute after the start of the month.
    # ivo opened on Sep 14, one day too early.
    "readers": ["ada", "cleo", "finn"],
    # ada on Oct 8, ivo on Aug 16. finn ordered on Aug 15 at 09:00, which is the excluded bound; gus
    # ordered in April; hana orders on Oct 20, after now.
    "buyers": ["ada", "ivo"],
    # ben never opened a mail; cleo opened it in October, after midnight.
    # ada, finn and ivo opened in summer; dan was first mailed in October, gus last in June; eve,
    # hana and june were never mailed.
    "unmoved in summer": ["ben", "cleo"],
    # By an order: ada in October, finn and ivo in August; gus ordered five days too early, on Apr
    # 10, and hana orders after now. By a cart in the last month and the list: eve on Oct 1. dan is
    # not on the list, and the cart of hana on Sep 10 is too old.
    "promising": ["ada", "eve", "finn", "ivo"],
}


@pytest.fixture(scope="module")
def output() -> str:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", PROGRAM],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stderr == ""
    return run.stdout


def paragraphs(output: str) -> list[list[str]]:
    return [paragraph.splitlines() for paragraph in output.split("\n\n")]


@pytest.mark.parametrize("segment", EXPECTED)
def test_it_prints_the_members_of_each_segment(output: str, segment: str) -> None:
    [line] = [lines[-1] for lines in paragraphs(output) if lines[0] == segment]
    names = line.strip().removeprefix("-> ").split(", ")
    assert names == EXPECTED[segment]


def test_it_explains_why_cleo_is_unmoved(output: str) -> None:
    [lines] = [paragraph for paragraph in paragraphs(output) if paragraph[0].startswith("Is cleo")]
    assert lines[1].startswith("yes ")
