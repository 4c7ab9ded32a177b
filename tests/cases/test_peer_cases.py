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
from tests.cases.translate import Node, UnsupportedError, condition_of, instant_of

CONFIGURED_FOLDER = os.environ.get("SEGKIT_PEER_CASES")
FOLDER = (
    Path(CONFIGURED_FOLDER)
    if CONFIGURED_FOLDER
    else Path(__file__).parents[2].parent / "shared" / "cases"
)
SUITES = ("dittofeed", "growthbook")

if not CONFIGURED_FOLDER and not FOLDER.is_dir():
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
UNSUPPORTED_CASES: Final = {
    name: feature for feature, names in UNSUPPORTED.items() for name in names
}
EXPECTED_COUNTS: Final = {
    "dittofeed": {
        "agrees": 75,
        "decided by a rule": 2,
        "unsupported": 1,
    },
    "growthbook": {"agrees": 101, "decided by a rule": 8},
}


@cache
def outcome(name: str) -> str:
    """Return "agrees" if segkit has the results of the case, or the observed difference."""
    case = CASES[name]
    try:
        condition = condition_of(case["condition"])
    except UnsupportedError as error:
        return f"unsupported: {error.feature}"
    except (ConditionError, ConditionTypeError):
        return "refused"
    facts, now = facts_of(case), instant_of(case["now"])
    verdicts = {
        contact.id: matches(condition, contact, events, now=now) for contact, events in facts
    }
    source = MemorySource(
        [contact for contact, _ in facts], [event for _, events in facts for event in events]
    )
    members = Evaluator(source).members(condition, now=now)
    assert set(members) == {contact_id for contact_id, verdict in verdicts.items() if verdict}
    expected: dict[str, bool] = case["expected"]
    differing = [
        contact_id
        for contact_id, verdict in sorted(expected.items())
        if verdicts[contact_id] is not verdict
    ]
    return f"differs for {', '.join(differing)}" if differing else "agrees"


def expected_outcome(name: str) -> str:
    """Return the outcome of the case by `differences.py`; an unsupported feature comes first."""
    if name in UNSUPPORTED_CASES:
        return f"unsupported: {UNSUPPORTED_CASES[name]}"
    return DIFFERENCES[name].observed if name in DIFFERENCES else "agrees"


def group_of(name: str) -> str:
    """Return the group of the case, by its observed outcome."""
    match outcome(name).split(": "):
        case ["agrees"]:
            return "agrees"
        case ["unsupported", _]:
            return "unsupported"
        case _:
            return "decided by a rule"


@pytest.mark.parametrize("name", CASES)
def test_the_case_has_the_expected_outcome(name: str) -> None:
    test = CASES[name]["upstream"]["test"]
    assert outcome(name) == expected_outcome(name), (
        f"{test!r}: correct segkit, or the lists in differences.py"
    )


@pytest.mark.parametrize(("suite", "counts"), EXPECTED_COUNTS.items())
def test_the_number_of_cases_in_each_group_is_as_expected(
    suite: str, counts: dict[str, int]
) -> None:
    names = [name for name in CASES if name.startswith(suite)]
    assert Counter(map(group_of, names)) == counts


def test_every_listed_case_exists() -> None:
    assert {*UNSUPPORTED_CASES, *DIFFERENCES} <= CASES.keys()


def test_every_difference_is_a_peculiar_case() -> None:
    assert [name for name in DIFFERENCES if "peculiar" not in CASES[name]] == []
