"""Who the quickstart must print, found by reading its ten contacts with a calendar at hand.

It is asked on 2022-10-15 at 09:00 UTC. The last month began on September 15, the last two months on
August 15, the last six on April 15, each at 09:00, and that very instant is outside.
"""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "examples" / "quickstart.py"

EXPECTED = {
    # Four contacts carry the list; eve does although nobody knows since when.
    "VIPs": ["ada", "cleo", "eve", "hana"],
    # ada on Oct 3, cleo on Oct 1, finn on Sep 15 at 09:01, a minute inside the month.
    # ivo's Sep 14 is a day too early; ada's July alone would be, too.
    "readers": ["ada", "cleo", "finn"],
    # ada on Oct 8, ivo on Aug 16. finn's Aug 15 09:00 is the excluded end itself, gus' April is
    # long ago, hana's Oct 20 is yet to come.
    "buyers": ["ada", "ivo"],
    # ben never opened, cleo did only after midnight ended September.
    # ada, finn and ivo opened in summer; dan was first mailed in October, gus last in June; eve,
    # hana and june were never mailed, so there was nothing to leave unopened.
    "unmoved in summer": ["ben", "cleo"],
    # By an order: ada in October, finn and ivo in August; gus' Apr 10 is five days too early and
    # hana's is yet to come. By a cart in the last month and the list: eve on Oct 1. dan is not on
    # the list, and hana's cart of Sep 10 is too old.
    "promising": ["ada", "eve", "finn", "ivo"],
}


@pytest.fixture(scope="module")
def printed() -> str:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", PROGRAM],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stderr == ""
    return run.stdout


def paragraphs(printed: str) -> list[list[str]]:
    return [paragraph.splitlines() for paragraph in printed.split("\n\n")]


@pytest.mark.parametrize("segment", EXPECTED)
def test_it_prints_who_is_in_each_segment(printed: str, segment: str) -> None:
    [answer] = [lines[-1] for lines in paragraphs(printed) if lines[0] == segment]
    names = answer.strip().removeprefix("-> ").split(", ")
    assert names == EXPECTED[segment]


def test_it_explains_why_cleo_is_unmoved(printed: str) -> None:
    [answer] = [lines for lines in paragraphs(printed) if lines[0].startswith("Is cleo")]
    assert answer[1].startswith("yes ")
