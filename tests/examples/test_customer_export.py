"""The members that the program prints, counted from its two files by plain loops."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / "data" / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def output() -> str:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", EXAMPLES / "customer_export.py"],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    return run.stdout


def members(output: str, heading: str) -> dict[str, int]:
    """Return the printed numbers of members after a heading."""
    lines = output.partition(heading)[2].strip("\n").splitlines()
    found: dict[str, int] = {}
    for line in lines:
        name, _, rest = line.strip().partition(": ")
        if not line.startswith("  "):
            break
        found[name] = int(rest.split()[0])
    return found


def expected() -> dict[str, int]:
    customers = rows("customers.csv")
    spent = Counter[str]()
    for order in rows("orders.csv"):
        spent[order["Customer ID"]] += round(float(order["Total"]) * 100)
    return {
        "big spenders": sum(float(c["Total Spent"].replace(",", "")) >= 300 for c in customers),
        "accept mail": sum(c["Accepts Email Marketing"] == "yes" for c in customers),
        "can be called": sum(c["Phone"] != "" for c in customers),
        "wholesale": sum("wholesale" in c["Tags"].split(", ") for c in customers),
        "in Portland": sum(c["City"].strip().casefold() == "portland" for c in customers),
        "in Portland by postcode": sum('"zip": "972' in c["Address"] for c in customers),
        "spring coupon": sum(cents >= 20_000 for cents in spent.values()),
    }


def test_the_members_are_those_of_the_files(output: str) -> None:
    assert members(output, "\nMembers:\n") == expected()


def test_the_untouched_files_give_other_members(output: str) -> None:
    wrong = members(output, "which are wrong:\n")
    assert wrong.keys() == expected().keys()
    assert all(wrong[name] != number for name, number in expected().items())


def test_check_names_every_segment_of_the_untouched_files(output: str) -> None:
    found = output.partition("What check finds:\n")[2].partition("\n\n")[0]
    assert {line.strip().partition(": ")[0] for line in found.splitlines()} == expected().keys()


def test_check_finds_nothing_in_the_store_that_was_read(output: str) -> None:
    assert output.endswith("What check finds: 0 findings\n")
