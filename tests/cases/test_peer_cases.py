"""187 cases of the test suites of other products, evaluated with segkit.

They come from two test suites, both under the MIT licence, and were turned into plain data:

* Dittofeed, events, windows and time passing: github.com/dittofeed/dittofeed at 52b2bee,
  ``packages/backend-lib/src/computedProperties/computePropertiesIncremental.test.ts``
* GrowthBook, conditions on attributes: github.com/growthbook/growthbook-python at c444b7d,
  section ``evalCondition`` of ``tests/cases.json``

The data is not part of this project. ``SEGKIT_PEER_CASES`` names the folder that holds it, and
without it these tests are skipped.

A case is plain or peculiar. A peculiar case depends on a choice of that product, and the data names
the choice. A plain case has to agree, unless segkit does not support the feature. `differences.py`
lists the other cases with the actual result, so that an outdated list fails as well.
"""

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from segkit import ConditionError, ConditionTypeError, Evaluator, MemorySource, matches
from tests.cases.differences import DIFFERENCES, UNSUPPORTED
from tests.cases.facts import facts_of
from tests.cases.translate import Node, NoWordError, condition_of, instant_of

NAMED = os.environ.get("SEGKIT_PEER_CASES")
FOLDER = Path(NAMED) if NAMED else Path(__file__).parents[2].parent / "shared" / "cases"
SUITES = ("dittofeed", "growthbook")

if not NAMED and not FOLDER.is_dir():
    pytest.skip(
        "the cases of Dittofeed and GrowthBook are not part of the project: "
        "SEGKIT_PEER_CASES names a folder with dittofeed.json and growthbook.json",
        allow_module_level=True,
    )

CASES: Final[dict[str, Node]] = {
    case["id"]: case
    for suite in SUITES
    for case in json.loads((FOLDER / f"{suite}.json").read_text("utf-8"))["cases"]
}
LACKING: Final = {name: word for word, names in UNSUPPORTED.items() for name in names}
SHELVES: Final = {
    "dittofeed": {
        "agrees": 75,
        "decided by a rule": 2,
        "cannot be said": 1,
    },
    "growthbook": {"agrees": 101, "decided by a rule": 8},
}


@cache
def outcome(name: str) -> str:
    """How segkit answers the case: "agrees", or what it does instead."""
    case = CASES[name]
    try:
        condition = condition_of(case["condition"])
    except NoWordError as missing:
        return f"no word: {missing.word}"
    except (ConditionError, ConditionTypeError):
        return "refused"
    facts, now = facts_of(case), instant_of(case["now"])
    answers = {
        contact.id: matches(condition, contact, events, now=now) for contact, events in facts
    }
    source = MemorySource(
        [contact for contact, _ in facts], [event for _, events in facts for event in events]
    )
    members = Evaluator(source).members(condition, now=now)
    assert set(members) == {who for who, verdict in answers.items() if verdict}
    expected: dict[str, bool] = case["expected"]
    others = [who for who, verdict in sorted(expected.items()) if answers[who] is not verdict]
    return f"differs for {', '.join(others)}" if others else "agrees"


def listed(name: str) -> str:
    """What `peculiar.py` says of the case. Without a word no rule is reached, so words go first."""
    if name in LACKING:
        return f"no word: {LACKING[name]}"
    return DIFFERENCES[name].observed if name in DIFFERENCES else "agrees"


def shelf(name: str) -> str:
    """Where the case stands, by what was observed."""
    match outcome(name).split(": "):
        case ["agrees"]:
            return "agrees"
        case ["no word", _]:
            return "cannot be said"
        case _:
            return "decided by a rule"


@pytest.mark.parametrize("name", CASES)
def test_the_case_agrees_or_is_listed_with_what_happens_instead(name: str) -> None:
    test = CASES[name]["upstream"]["test"]
    assert outcome(name) == listed(name), f"{test!r}: repair segkit, or the lists in peculiar.py"


@pytest.mark.parametrize(("suite", "shelves"), SHELVES.items())
def test_no_case_changes_its_shelf_unnoticed(suite: str, shelves: dict[str, int]) -> None:
    names = [name for name in CASES if name.startswith(suite)]
    assert Counter(map(shelf, names)) == shelves


def test_what_is_listed_is_there() -> None:
    assert {*LACKING, *DIFFERENCES} <= CASES.keys()


def test_no_rule_decides_against_a_plain_case() -> None:
    assert [name for name in DIFFERENCES if "peculiar" not in CASES[name]] == []
