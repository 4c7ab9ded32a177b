"""What tells different values apart [K1], [E4], and that nobody can slow it down."""

import math
import sys
from decimal import Decimal
from typing import Any, Final

import pytest

from segkit import did
from segkit.model.values import equality_key, normalize
from tests.unit.event_evaluation import event, is_member, orders

case = pytest.param

how_many: Any = did("order").distinct("total")
PRIME: Final = sys.hash_info.modulus

EQUAL_BY_VALUE: Final[list[Any]] = [
    case([1, 1.0, Decimal(1), Decimal("1.00")], 1, id="one"),
    case([0, -0.0, Decimal("-0"), Decimal("0E+999999999")], 1, id="zero"),
    case([0.5, Decimal("0.50"), Decimal("5E-1")], 1, id="a half"),
    case([1, True, "1"], 3, id="three kinds"),
    case([2**300, Decimal(2**300), 2.0**300], 1, id="a large one"),
    case([PRIME, Decimal(PRIME), -PRIME, hex(PRIME)], 3, id="where the hashes begin again"),
    case([PRIME - 1, Decimal(PRIME - 1), PRIME, -1, -2], 4, id="and just before"),
    case([math.inf, Decimal("Infinity"), -math.inf], 2, id="without end"),
    case([Decimal("1E-999999999"), Decimal("1.0E-999999999"), 0], 2, id="hardly anything"),
    case([2**53 + 1, 2.0**53], 2, id="neighbours"),
    case([0.1, Decimal("0.1"), Decimal(0.1)], 2, id="a float is what it prints as"),  # noqa: RUF032
]


@pytest.mark.parametrize(("values", "number"), EQUAL_BY_VALUE)
def test_distinct_goes_by_kind_and_exact_value(values: list[object], number: int) -> None:
    """[K1], [E4]: of values, and of the members of a collection."""
    assert is_member(how_many == number, events=orders(*values))
    assert is_member(how_many == number, events=orders(values))


@pytest.mark.parametrize(("values", "number"), EQUAL_BY_VALUE)
def test_values_are_the_same_where_they_are_equal(values: list[object], number: int) -> None:
    """[K1]: and nowhere else."""
    readings = [normalize(value) for value in values]
    assert len({equality_key(reading) for reading in readings}) == number
    for one in readings:
        for other in readings:
            assert (equality_key(one) == equality_key(other)) is (
                one[0] is other[0] and one[1] == other[1]
            )


@pytest.mark.parametrize(
    "numbers",
    [
        case([n * PRIME for n in range(300)], id="whole"),
        case([Decimal(n * PRIME) for n in range(300)], id="whole decimals"),
        case([-1 - n * PRIME for n in range(300)], id="below 0"),
        case([Decimal(f"{n * PRIME}.5") for n in range(300)], id="with a fraction"),
        case([Decimal(5 + 10 * n * PRIME).scaleb(-25) for n in range(300)], id="small"),
    ],
)
def test_numbers_chosen_to_have_one_hash_are_told_apart_by_others(
    numbers: list[int | Decimal],
) -> None:
    """[E4]: of one hash, a thousand take a million comparisons."""
    assert len({hash(number) for number in numbers}) < len(numbers) / 10, "the case is none"
    assert len({hash(equality_key(normalize(number))) for number in numbers}) == len(numbers)
    assert is_member(how_many == len(numbers), events=[event("order", "2022-09-01", total=numbers)])
