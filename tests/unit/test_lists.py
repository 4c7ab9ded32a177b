"""Being on a list, and when one joined it."""

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
        pytest.param(in_list("vip"), {"vip": MAY}, True, id="on it"),
        pytest.param(in_list("vip"), {"vip": None}, True, id="on it, since when is not known"),
        pytest.param(in_list("vip"), {"vip": TODAY}, True, id="on it, since a day"),
        pytest.param(in_list("vip"), {"vip": NOW + TICK}, True, id="on it from an instant to come"),
        pytest.param(in_list("vip"), {"news": MAY}, False, id="on another"),
        pytest.param(in_list("vip"), {"VIP": MAY}, False, id="names are exact"),
        pytest.param(in_list("vip"), {}, False, id="on none"),
        pytest.param(in_list(Lists.VIP), {"vip": None}, True, id="asked by an Enum member"),
        pytest.param(in_list("vip"), {Lists.VIP: None}, True, id="kept by an Enum member"),
        pytest.param(in_list(""), {"": None}, True, id="a name may be empty"),
        pytest.param(in_any_list(), {"news": None}, True, id="some list is any list"),
        pytest.param(in_any_list(), {"": None}, True, id="however it is named"),
        pytest.param(in_any_list(), {}, False, id="no list is not"),
        pytest.param(in_list("vip") & in_list("news"), {"vip": None}, False, id="one of two"),
        pytest.param(in_list("vip") | in_list("news"), {"vip": None}, True, id="either"),
        pytest.param(in_list("vip") & ~in_list("news"), {"vip": None}, True, id="not the other"),
    ],
)  # fmt: skip
def test_a_contact_is_on_a_list_or_not(
    condition: Condition, lists: Mapping[str, date | None], verdict: bool
) -> None:
    """[L1]: whatever is known about when it joined."""
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
        pytest.param({}, id="not on it"),
        pytest.param({"vip": None}, id="since when is not known"),
        pytest.param({"vip": float("nan")}, id="an empty cell of a data frame"),
        pytest.param({"vip": "2022-05-20"}, id="a text is no instant"),
        pytest.param({"vip": True}, id="just a mark"),
        pytest.param({"vip": datetime(2022, 5, 20)}, id="an instant without a zone"),  # noqa: DTZ001
        pytest.param({"vip": {"at": MAY}}, id="an instant within something"),
    ],
)
def test_joined_is_false_when_the_instant_is_not_known(
    lists: Mapping[str, object], joined: str
) -> None:
    """[L1], [K9]: and its negation true, whether on the list or not [V2]."""
    assert evaluate(JOINED[joined], HostContact(lists=lists)) is False
    assert evaluate(in_list("vip"), HostContact(lists=lists)) is ("vip" in lists)


@pytest.mark.parametrize(
    ("condition", "joined", "verdict"),
    [
        pytest.param(
            in_list("vip").joined_between(NOW, None), NOW + TICK, True, id="one to come counts"
        ),
        pytest.param(
            in_list("vip").joined_during("month"),
            datetime(2022, 10, 31, tzinfo=UTC),
            True,
            id="also later this month",
        ),
        pytest.param(
            in_list("vip").joined_within_last(days=30), NOW + TICK, False, id="the past is the past"
        ),
        pytest.param(in_list("vip").joined_within_last(days=3), TODAY, True, id="a day: today"),
        pytest.param(
            in_list("vip").joined_within_last(days=3),
            TODAY - timedelta(days=3),
            False,
            id="the day the window begins with, its start excluded",
        ),
        pytest.param(in_list("vip").joined_before(TODAY), TODAY, False, id="no day before itself"),
        pytest.param(
            in_list("vip").joined_before(TODAY), TODAY - timedelta(days=1), True, id="a day before"
        ),
        pytest.param(
            in_list("vip").joined_before(NOW), TODAY, False, id="the day of an instant [K4]"
        ),
        pytest.param(in_list("vip").joined_between(TODAY, TODAY), TODAY, True, id="one whole day"),
    ],
)  # fmt: skip
def test_the_joined_instant_is_like_the_value_of_an_attribute(
    condition: Condition, joined: date, verdict: bool
) -> None:
    """[L2], [T13]: that events have to have happened [T1] does not apply."""
    assert evaluate(condition, Contact("ada", lists={"vip": joined})) is verdict


@pytest.mark.parametrize(
    ("lists", "verdict"),
    [
        pytest.param({"vip": MAY}, True, id="one list, in the window"),
        pytest.param({"news": None, "vip": MAY}, True, id="beside one of unknown age"),
        pytest.param({"old": datetime(2020, 1, 1, tzinfo=UTC), "vip": MAY}, True, id="or an old"),
        pytest.param({"old": datetime(2020, 1, 1, tzinfo=UTC), "news": None}, False, id="none"),
        pytest.param(
            {"old": datetime(2021, 12, 31, tzinfo=UTC), "new": datetime(2023, 1, 1, tzinfo=UTC)},
            False,
            id="one before and one behind do not add up",
        ),
    ],
)  # fmt: skip
def test_any_list_needs_one_list_that_satisfies(
    lists: Mapping[str, date | None], verdict: bool
) -> None:
    """[L2]: in_any_list().joined_... looks at each list by itself."""
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
def test_lists_that_are_no_mapping_hold_nothing(lists: object) -> None:
    """[V1], [K6]: in a host's own contact, which nobody checked."""
    assert evaluate(in_list("vip"), HostContact(lists=lists)) is False
    assert evaluate(in_any_list(), HostContact(lists=lists)) is False
    assert evaluate(in_list("vip").joined_before(NOW), HostContact(lists=lists)) is False


def test_lists_may_be_any_mapping() -> None:
    """[L1]: a host's own contact brings what it has."""
    person = HostContact(lists=MappingProxyType({"vip": MAY, 3: None, None: None}))
    assert evaluate(in_list("vip"), person) is True
    assert evaluate(in_any_list().joined_before(NOW), person) is True
    assert evaluate(in_list("3"), person) is False
