"""The conditions that are measured."""

from collections.abc import Mapping
from typing import Final

from segkit import Condition, attr, did, prop

__all__ = ["CHANGING", "COUNTRIES", "FIVE_TESTS", "ONE_TEST", "TWO_WINDOWS"]

COUNTRIES: Final = ["FR", "DE", "IT", "ES", "BE", "NL"]

ONE_TEST: Final[Condition] = attr("plan") == "pro"

FIVE_TESTS: Final[Condition] = (
    ((attr("plan") == "pro") | (attr("age") >= 40))
    & attr("country").is_in(COUNTRIES)
    & attr("email").contains("@example.")
    & ~attr("phone").is_set()
)

TWO_WINDOWS: Final[Condition] = did("opened").within_last(days=30) & did(
    "order"
).never().within_last(days=60)

CHANGING: Final[Mapping[str, tuple[Condition, tuple[int, ...]]]] = {
    "a count": (did("order").at_least(3).within_last(days=30), (30,)),
    "two windows": (TWO_WINDOWS, (30, 60)),
    "between ago": (did("order").at_least(5).between_ago(days=(90, 30)), (30, 90)),
    "last seen": (did("visit").latest_at().before(days=60), (60,)),
    "where": (did("order").where(prop("total") > 150).at_least(3).within_last(days=30), (30,)),
    "a sum": (did("order").within_last(days=30).sum("total") >= 500, (30,)),
}
"""Conditions whose verdict changes as time passes, each with the bounds of its windows in days."""
