"""Samples: a stable random part of all contacts, selected by their ids [S5]."""

import hashlib
from decimal import ROUND_UP, Decimal, FloatOperation, Inexact, localcontext
from enum import StrEnum
from fractions import Fraction
from math import inf, nan
from typing import Any, Final
from uuid import UUID

import pytest

import segkit
from segkit import (
    ConditionError,
    Contact,
    Evaluator,
    MemorySource,
    Requirements,
    Sample,
    describe,
    explain,
    matches,
    requirements,
)
from tests.unit.event_evaluation import NOW, assert_repr_and_pickle_round_trip, is_member

case = pytest.param

# Any: type checkers refuse the invalid calls, too.
kit: Any = segkit
sample: Any = segkit.sample


def draw(salt: str, text: str) -> int:
    """Compute the number of an id, as specified in [S5]."""
    digest = hashlib.md5((salt + ":" + text).encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324
    return int(digest[:8], 16) % 10_000


def is_in_sample(percent: Any, salt: str, contact_id: Any) -> bool:  # noqa: ANN401 - any value
    """Return whether the contact is in the sample."""
    condition = sample(percent, salt)
    verdict = matches(condition, Contact(contact_id), now=NOW)
    assert matches(~condition, Contact(contact_id), now=NOW) is not verdict
    assert explain(condition, Contact(contact_id), now=NOW).verdict is verdict
    return verdict


class Id(StrEnum):
    """An id that is a text and whose ``str()`` is another text."""

    ADA = "ada"

    def __str__(self) -> str:
        return f"word {self.value}"

    def __format__(self, spec: str) -> str:
        return "formatted"


@pytest.mark.parametrize(
    ("salt", "contact_id", "text", "number"),
    [
        case("autumn", "ada", "ada", 3858, id="a text"),
        case("autumn", 7, "7", 9245, id="an int"),
        case("autumn", "7", "7", 9245, id="an int as a text"),
        case("autumn", -12, "-12", 4615, id="a negative int"),
        case("autumn", 10**30, "1" + "0" * 30, 2448, id="a long int"),
        case("autumn", UUID(int=1), "00000000-0000-0000-0000-000000000001", 7555, id="a UUID"),
        case("autumn", "zoë", "zoë", 5734, id="a letter that is not ASCII"),
        case("autumn", "😀", "😀", 3567, id="above the first plane"),
        case("autumn", "\ud800", "\ud800", 6081, id="a lone surrogate"),
        case("a\udfffz", "ada", "ada", 676, id="a lone surrogate in the salt"),
        case("", "ada", "ada", 5166, id="an empty salt"),
        case("a:b", "c", "c", 392, id="a colon in the salt"),
        case("a", "b:c", "b:c", 392, id="a colon in the id"),
        case("autumn", True, "True", 8350, id="a bool"),
        case("autumn", 1.0, "1.0", 9296, id="a float"),
        case("autumn", (1, "a"), "(1, 'a')", 2126, id="a tuple"),
        case("autumn", Id.ADA, "word ada", 4219, id="an id is converted by str()"),
    ],
)
def test_the_drawn_number_is_the_specified_number(
    salt: str, contact_id: object, text: str, number: int
) -> None:
    """[S5]: MD5 of UTF-8, its first 8 hexadecimal digits, modulo 10,000."""
    assert draw(salt, text) == number
    assert not is_in_sample(Decimal(number) / 100, salt, contact_id)
    assert is_in_sample(Decimal(number + 1) / 100, salt, contact_id)
    explanation = explain(sample(50, salt), Contact(contact_id), now=NOW)
    assert explanation.seen == number
    assert f"drawn: {number} of 10000" in str(explanation)


DRAWS: Final = {0: 6436, 1: 531, 6: 3876, 7: 5478, 8: 4452, 28: 3313, 29: 9938, 1233: 25471,
                1234: 17721, 1235: 10827, 9998: 13469, 9999: 1298}  # fmt: skip
"""Ids, by the numbers that are drawn for them with the salt "autumn"."""


@pytest.mark.parametrize(
    ("percent", "limit"),
    [
        case(100, None, id="every contact"),
        case(100.0, None, id="every contact, as a float"),
        case(99.99, 9999, id="all but one in ten thousand"),
        case(Decimal("99.995"), None, id="a part of a hundredth is included"),
        case(0.07, 7, id="0.07 * 100 is more than 7 in floats"),
        case(Decimal("0.07"), 7, id="0.07 as a Decimal"),
        case(Decimal("0.0700"), 7, id="0.07 with trailing zeros"),
        case(0.29, 29, id="0.29 * 100 is less than 29 in floats"),
        case(0.01, 1, id="one in ten thousand"),
        case(0.001, 1, id="less than one in ten thousand"),
        case(Decimal("1E-9"), 1, id="a percentage near zero"),
        case(Decimal("1E-999999999"), 1, id="a percentage nearer to zero"),
        case(12.34, 1234, id="two decimal places"),
        case(Decimal("12.34" + "0" * 40 + "1"), 1235, id="more digits than the decimal context"),
        case(0.07000000000000002, 8, id="the next float"),
    ],
)
def test_the_limit_of_a_sample_is_exact(percent: Any, limit: int | None) -> None:  # noqa: ANN401
    """[S5], [K1]: below percent times 100; a float is the decimal that it prints as."""
    for number, contact_id in DRAWS.items():
        assert draw("autumn", str(contact_id)) == number
        inside = limit is None or number < limit
        assert is_in_sample(percent, "autumn", contact_id) is inside, number


def test_the_decimal_context_of_the_host_changes_nothing() -> None:
    """[S5], [V1]: the evaluation does not raise."""
    with localcontext(prec=2, rounding=ROUND_UP, Emax=3) as context:
        context.traps.update({Inexact: True, FloatOperation: True})
        for percent in (12.34, Decimal("12.34")):
            for number in (1233, 1234, 1235):
                assert is_in_sample(percent, "autumn", DRAWS[number]) is (number < 1234)


def test_a_larger_percentage_only_adds_members() -> None:
    """[S5]: a member at 10 percent is a member at 20 percent."""
    source = MemorySource(Contact(number) for number in range(3000))
    evaluator, before = Evaluator(source), frozenset[int]()
    for percent in (0.5, 1, 5, 10, Decimal("10.01"), 20, 50, 99.99, 100):
        members = evaluator.members(sample(percent, "autumn"), now=NOW)
        assert before < members
        assert abs(len(members) - 3000 * float(percent) / 100) <= 60
        before = frozenset(members)


def test_another_salt_gives_another_sample() -> None:
    """[S5]: the two samples are independent."""
    evaluator = Evaluator(MemorySource(Contact(number) for number in range(3000)))
    autumn, winter = (
        frozenset(evaluator.members(sample(50, salt), now=NOW)) for salt in ("autumn", "winter")
    )
    assert 650 < len(autumn & winter) < 850


def test_a_sample_depends_only_on_the_id() -> None:
    """[S5]: no facts are required, and facts do not change the verdict."""
    assert requirements(sample(10, "autumn"), now=NOW) == Requirements()
    for percent, verdict in ((Decimal("38.58"), False), (Decimal("38.59"), True)):
        assert is_member(sample(percent, "autumn")) is verdict
        assert is_member(sample(percent, "autumn"), {"id": "bob"}, tz="Asia/Tokyo") is verdict


@pytest.mark.parametrize(
    "percent", [0, 0.0, -1, 100.01, 101, inf, nan, True, "10", None, [10], Fraction(10), 10**499],
    ids=repr,
)  # fmt: skip
def test_a_percentage_is_more_than_0_and_at_most_100(percent: object) -> None:
    """[S5], [V6]."""
    for build in (kit.sample, kit.Sample):
        with pytest.raises(ConditionError, match="percent is more than 0 and at most 100; got"):
            build(percent, "autumn")


@pytest.mark.parametrize(
    "salt", [None, 7, b"autumn", ["autumn"], ("autumn", "winter"), [], {"autumn"}], ids=repr
)
def test_a_salt_is_one_text(salt: object) -> None:
    """[S5], [V6]."""
    with pytest.raises(ConditionError, match="text"):
        kit.sample(10, salt)


def test_a_sample_needs_its_salt() -> None:
    """[S5]: a default would give all samples without a salt the same members."""
    with pytest.raises(TypeError, match="salt"):
        kit.sample(10)


def test_percentages_of_two_types_are_two_conditions() -> None:
    """[K10]."""
    samples = [sample(percent, "autumn") for percent in (10, 10.0, Decimal(10))]
    assert len(set(samples)) == 3
    assert samples[0] == sample(percent=10, salt="autumn") == Sample(10, "autumn")
    assert samples[0] != sample(10, "winter")
    for each in (*samples, sample(Decimal("0.07"), "a\ud800"), sample(0.5, "")):
        assert_repr_and_pickle_round_trip(each)


def test_descriptions() -> None:
    """Section 5 of the specification: every contact has an id, so no value can be missing."""
    assert describe(sample(10, "autumn")) == 'is in the sample "autumn" of 10 percent'
    assert describe(~sample(0.07, "a\ud800")) == ('is not in the sample "a\\ud800" of 0.07 percent')
    assert str(explain(~sample(10, "autumn"), Contact("ada"), now=NOW)) == (
        'yes  is not in the sample "autumn" of 10 percent\n'
        '  no   is in the sample "autumn" of 10 percent\n'
        "       drawn: 3858 of 10000"
    )


class RaisingId:
    """An id whose ``str()`` raises."""

    def __str__(self) -> str:
        raise ValueError("no text")


@pytest.mark.parametrize(
    "contact_id", [RaisingId(), 10**5_000], ids=["str raises", "a too long int"]
)
def test_an_id_without_a_text_is_in_no_sample(contact_id: Any) -> None:  # noqa: ANN401
    """[S5], [V2]: the complement is true; the explanation shows that no number was drawn."""
    full_sample = segkit.sample(100, "autumn")
    contact: Any = Contact(contact_id)
    assert not matches(full_sample, contact, now=NOW)
    assert matches(~full_sample, contact, now=NOW)
    assert explain(full_sample, contact, now=NOW).findings() == ["drawn: none"]
