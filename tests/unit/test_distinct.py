"""When values are distinct [K1], [E4], and that no input makes the comparison slow."""

import math
import sys
from decimal import Decimal
from typing import Any, Final

import pytest

from segkit import did
from segkit.model.values import equality_key, normalize
from tests.unit.event_evaluation import event, is_member, orders

case = pytest.param

distinct_totals: Any = did("order").distinct("total")
PRIME: Final = sys.hash_info.modulus

EQUAL_BY_VALUE: Final[list[Any]] = [
    case([1, 1.0, Decimal(1), Decimal("1.00")], 1, id="one"),
    case([0, -0.0, Decimal("-0"), Decimal("0E+999999999")], 1, id="zero"),
    case([0.5, Decimal("0.50"), Decimal("5E-1")], 1, id="a half"),
    case([1, True, "1"], 3, id="three kinds"),
    case([2**300, Decimal(2**300), 2.0**300], 1, id="a large one"),
    case([PRIME, Decimal(PRIME), -PRIME, hex(PRIME)], 3, id="the modulus of hashes"),
    case([PRIME - 1, Decimal(PRIME - 1), PRIME, -1, -2], 4, id="just below the modulus"),
    case([math.inf, Decimal("Infinity"), -math.inf], 2, id="infinities"),
    case([Decimal("1E-999999999"), Decimal("1.0E-999999999"), 0], 2, id="tiny"),
    case([2**53 + 1, 2.0**53], 2, id="neighbours"),
    case([0.1, Decimal("0.1"), Decimal(0.1)], 2, id="a float has the value that it prints"),  # noqa: RUF032
]


@pytest.mark.parametrize(("values", "number"), EQUAL_BY_VALUE)
def test_distinct_compares_kind_and_exact_value(values: list[object], number: int) -> None:
    """[K1], [E4]: of values, and of the members of a collection."""
    assert is_member(distinct_totals == number, events=orders(*values))
    assert is_member(distinct_totals == number, events=orders(values))


@pytest.mark.parametrize(("values", "number"), EQUAL_BY_VALUE)
def test_equality_keys_are_equal_if_values_are_equal(values: list[object], number: int) -> None:
    """[K1]: and only then."""
    normalized = [normalize(value) for value in values]
    assert len({equality_key(reading) for reading in normalized}) == number
    for one in normalized:
        for other in normalized:
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
def test_keys_of_numbers_with_equal_hashes_have_different_hashes(
    numbers: list[int | Decimal],
) -> None:
    """[E4]: a thousand keys with one hash would take a million comparisons."""
    assert len({hash(number) for number in numbers}) < len(numbers) / 10, "the hashes differ"
    assert len({hash(equality_key(normalize(number))) for number in numbers}) == len(numbers)
    assert is_member(
        distinct_totals == len(numbers), events=[event("order", "2022-09-01", total=numbers)]
    )
