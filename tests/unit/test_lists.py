"""Membership of lists, and joined instants."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import pytest

from segkit import Condition, Contact, in_any_list, in_list
from tests.unit.evaluation import NOW, TICK, HostContact, evaluate

TODAY: Final = date(2022, 10, 1)
MAY: Final = datetime(2022, 5, 20, 9, tzinfo=UTC)


class Lists(StrEnum):
    VIP = "vip"


@pytest.mark.parametrize(
    ("condition", "lists", "verdict"),
    [
        pytest.param(in_list("vip"), {"vip": MAY}, True, id="on the list"),
        pytest.param(in_list("vip"), {"vip": None}, True, id="an unknown joined instant"),
        pytest.param(in_list("vip"), {"vip": TODAY}, True, id="a day as the joined instant"),
        pytest.param(in_list("vip"), {"vip": NOW + TICK}, True,
                     id="a joined instant in the future"),
        pytest.param(in_list("vip"), {"news": MAY}, False, id="on another list"),
        pytest.param(in_list("vip"), {"VIP": MAY}, False, id="names are exact"),
        pytest.param(in_list("vip"), {}, False, id="on no list"),
        pytest.param(in_list(Lists.VIP), {"vip": None}, True, id="an Enum member in the condition"),
        pytest.param(in_list("vip"), {Lists.VIP: None}, True, id="an Enum member in the contact"),
        pytest.param(in_list(""), {"": None}, True, id="a name may be empty"),
        pytest.param(in_any_list(), {"news": None}, True, id="any list"),
        pytest.param(in_any_list(), {"": None}, True, id="any list, with an empty name"),
        pytest.param(in_any_list(), {}, False, id="any list, on none"),
        pytest.param(in_list("vip") & in_list("news"), {"vip": None}, False,
                     id="and: on one of two"),
        pytest.param(in_list("vip") | in_list("news"), {"vip": None}, True, id="or: on one of two"),
        pytest.param(in_list("vip") & ~in_list("news"), {"vip": None}, True,
                     id="on one and not on the other"),
    ],
)  # fmt: skip
def test_membership_of_a_list(
    condition: Condition, lists: Mapping[str, date | None], verdict: bool
) -> None:
    """[L1]: independent of the joined instant."""
    assert evaluate(condition, Contact("ada", lists=lists)) is verdict
    assert evaluate(condition, HostContact(lists=lists)) is verdict


JOINED: Final[Mapping[str, Condition]] = {
    "within the last": in_list("vip").joined_within_last(days=30),
    "before a length": in_list("vip").joined_before(days=30),
    "before an instant": in_list("vip").joined_before(NOW),
    "before a day": in_list("vip").joined_before(TODAY),
    "between": in_list("vip").joined_between(date(2022, 1, 1), None),
    "during": in_list("vip").joined_during("year"),
    "of any list": in_any_list().joined_between(None, TODAY),
}


@pytest.mark.parametrize("joined", JOINED)
@pytest.mark.parametrize(
    "lists",
    [
        pytest.param({}, id="not on the list"),
        pytest.param({"vip": None}, id="an unknown joined instant"),
        pytest.param({"vip": float("nan")}, id="an empty cell of a data frame"),
        pytest.param({"vip": "2022-05-20"}, id="a text is not an instant"),
        pytest.param({"vip": True}, id="a boolean"),
        pytest.param({"vip": datetime(2022, 5, 20)}, id="an instant without a zone"),  # noqa: DTZ001
        pytest.param({"vip": {"at": MAY}}, id="an instant in a mapping"),
    ],
)
def test_joined_is_false_if_the_instant_is_unknown(
    lists: Mapping[str, object], joined: str
) -> None:
    """[L1], [K9]: and its negation is true, on the list or not [V2]."""
    assert evaluate(JOINED[joined], HostContact(lists=lists)) is False
    assert evaluate(in_list("vip"), HostContact(lists=lists)) is ("vip" in lists)


@pytest.mark.parametrize(
    ("condition", "joined", "verdict"),
    [
        pytest.param(
            in_list("vip").joined_between(NOW, None), NOW + TICK, True, id="a future instant counts"
        ),
        pytest.param(
            in_list("vip").joined_during("month"),
            datetime(2022, 10, 31, tzinfo=UTC),
            True,
            id="later in this month",
        ),
        pytest.param(
            in_list("vip").joined_within_last(days=30), NOW + TICK, False,
            id="a future instant is not in the past"
        ),
        pytest.param(in_list("vip").joined_within_last(days=3), TODAY, True, id="today"),
        pytest.param(
            in_list("vip").joined_within_last(days=3),
            TODAY - timedelta(days=3),
            False,
            id="the day of the start of the window, which is excluded",
        ),
        pytest.param(in_list("vip").joined_before(TODAY), TODAY, False,
                     id="a day is not before itself"),
        pytest.param(
            in_list("vip").joined_before(TODAY), TODAY - timedelta(days=1), True, id="a day before"
        ),
        pytest.param(
            in_list("vip").joined_before(NOW), TODAY, False, id="the day of an instant [K4]"
        ),
        pytest.param(in_list("vip").joined_between(TODAY, TODAY), TODAY, True, id="one whole day"),
    ],
)  # fmt: skip
def test_the_joined_instant_is_compared_as_an_attribute(
    condition: Condition, joined: date, verdict: bool
) -> None:
    """[L2], [T13]: it may be in the future, unlike events [T1]."""
    assert evaluate(condition, Contact("ada", lists={"vip": joined})) is verdict


@pytest.mark.parametrize(
    ("lists", "verdict"),
    [
        pytest.param({"vip": MAY}, True, id="one list, in the window"),
        pytest.param({"news": None, "vip": MAY}, True, id="one in the window, one unknown"),
        pytest.param({"old": datetime(2020, 1, 1, tzinfo=UTC), "vip": MAY}, True,
                     id="one in the window, one before it"),
        pytest.param({"old": datetime(2020, 1, 1, tzinfo=UTC), "news": None}, False,
                     id="no list in the window"),
        pytest.param(
            {"old": datetime(2021, 12, 31, tzinfo=UTC), "new": datetime(2023, 1, 1, tzinfo=UTC)},
            False,
            id="one before and one after the window",
        ),
    ],
)  # fmt: skip
def test_any_list_needs_one_list_in_the_window(
    lists: Mapping[str, date | None], verdict: bool
) -> None:
    """[L2]: in_any_list().joined_... evaluates each list separately."""
    condition = in_any_list().joined_between(date(2022, 1, 1), date(2022, 12, 31))
    assert evaluate(condition, Contact("ada", lists=lists)) is verdict


@pytest.mark.parametrize(
    "lists",
    [
        pytest.param(None, id="None"),
        pytest.param(["vip"], id="a list of names"),
        pytest.param({"vip"}, id="a set of names"),
        pytest.param("vip", id="a text"),
        pytest.param(3, id="a number"),
    ],
)
def test_lists_that_are_not_a_mapping_are_ignored(lists: object) -> None:
    """[V1], [K6]: in a contact of a host, which is not validated."""
    assert evaluate(in_list("vip"), HostContact(lists=lists)) is False
    assert evaluate(in_any_list(), HostContact(lists=lists)) is False
    assert evaluate(in_list("vip").joined_before(NOW), HostContact(lists=lists)) is False


def test_lists_may_be_any_mapping() -> None:
    """[L1]: in a contact of a host."""
    person = HostContact(lists=MappingProxyType({"vip": MAY, 3: None, None: None}))
    assert evaluate(in_list("vip"), person) is True
    assert evaluate(in_any_list().joined_before(NOW), person) is True
    assert evaluate(in_list("3"), person) is False
