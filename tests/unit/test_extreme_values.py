"""No value stops an evaluation, whatever its length or exponent, and no text about it is long."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import pytest

from segkit import (
    Catalog,
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    attr,
    did,
    explain,
    first_prop,
    matches,
    next_change,
    prop,
    sample,
    timeline,
)

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)
AT: Final = NOW - timedelta(days=3)

NUMBERS: Final = {
    "a zero of a trillion places": Decimal("0E-999999999999"),
    "a zero of a million places": Decimal("0E-1000000"),
    "a large zero": Decimal("-0E+30000000"),
    "the smallest decimal": Decimal("1E-1999999999999999997"),
    "a decimal of 400 places": Decimal("1E-400"),
    "a decimal of 401 places": Decimal("1E-401"),
    "a decimal of a million zeros": Decimal("1." + "0" * 1_000_000),
    "a decimal of a million digits": Decimal("0." + "3" * 1_000_000),
    "a huge decimal": Decimal("1E+999999999999"),
    "the largest number of 400 digits": 10**400 - 1,
    "a number of 401 digits": 10**400,
    "a number that Python does not print": -(10**5_000),
    "the smallest float": 5e-324,
    "the largest float": 1.7976931348623157e308,
    "infinity": float("inf"),
    "no decimal": Decimal("sNaN"),
}
OTHERS: Final = {
    "a long text": "x" * 1_000_000,
    "a text that is no text": "\ud800",
    "digits": "9" * 5_000,
    "the first instant": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
    "the last instant": datetime.max.replace(tzinfo=timezone(-timedelta(hours=23, minutes=59))),
    "the first day": date.min,
    "the last day": date.max,
    "many members": ["x"] * 10_000,
    "members that are no values": [10**5_000, [], {}] * 1_000,
    "bytes": b"x" * 1_000_000,
    "a place of decimals": (Decimal("1E-99999999999"), Decimal("0E-99999999")),
}
VALUES: Final = NUMBERS | OTHERS

x: Final = attr("x")
CONDITIONS: Final[list[Condition]] = [
    x == 3, x > 3, x < Decimal("1E-5"), x.between(0, 10**9), x.is_in([1, 2.5, "a"]), x.is_set(),
    x.has_any([1, "x"]), x.contains("y", ignore_case=True), x.starts_with("x"), x == attr("y"),
    x > attr("y"), x.within_last(days=30), x.anniversary_in(days=3), x.within_km(3, of=(1, 2)),
    did("o").sum("x") >= 1, did("o").sum("x") == Decimal("0.5"), did("o").mean("x") > 1,
    did("o").min("x") < 1, did("o").max("x") > 10**399, did("o").distinct("x") >= 2,
    did("o").latest("x") == 1, did("o").earliest("x") > 1, did("o").where(prop("x") > 3),
    did("o").followed_by(did("o").where(prop("x") > first_prop("x"))), sample(50, "s") & did("o"),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_is_evaluated_in_every_way(value: Any) -> None:  # noqa: ANN401
    contact = Contact(1, {"x": value, "y": Decimal("0.5")})
    numbers = (value, Decimal("0.5"), 3)
    events = [Event(1, "o", AT + timedelta(hours=n), {"x": each}) for n, each in enumerate(numbers)]
    others = [Contact(number, {"x": number}) for number in range(2, 40)]
    evaluator = Evaluator(MemorySource([contact, *others], events))
    for condition in CONDITIONS:
        verdict = matches(condition, contact, events, now=NOW)
        explanation = explain(condition, contact, events, now=NOW)
        assert explanation.verdict is verdict
        assert len(str(explanation)) < 10_000
        next_change(condition, contact, events, now=NOW)
        timeline(condition, contact, events, start=NOW, end=NOW + timedelta(days=1))
        assert (1 in evaluator.members(condition, now=NOW)) is verdict
    assert len(str(Catalog.observed(MemorySource([contact], events), now=NOW))) < 10_000


@pytest.mark.parametrize("zero", [Decimal("0E-999999999999"), Decimal("-0E+9999999"), 0.0, 0])
def test_a_zero_is_zero(zero: Any) -> None:  # noqa: ANN401
    events = [Event(1, "o", AT, {"x": each}) for each in (zero, Decimal("0.5"), zero)]
    for condition in (
        did("o").sum("x") == Decimal("0.5"),
        did("o").mean("x") < Decimal("0.17"),
        did("o").min("x") == 0,
        did("o").distinct("x") == 2,
    ):
        assert matches(condition, Contact(1), events, now=NOW)
    assert matches(attr("x") == 0, Contact(1, {"x": zero}))


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__


@pytest.mark.parametrize("value", [10**5_000, Unprintable()], ids=["int", "object"])
@pytest.mark.parametrize(
    "build",
    [
        lambda value: Contact(value, {"x": 1}),
        lambda value: Contact(1, {"x": [value]}),
        lambda value: Event(value, "o", AT),
        lambda value: Event(1, "o", AT, {"x": {"y": value}}),
    ],
)
def test_what_cannot_be_printed_has_a_repr(build: Callable[[Any], object], value: Any) -> None:  # noqa: ANN401
    assert type(build(value)).__name__ in repr(build(value))


@pytest.mark.parametrize("id_", [10**5_000, Unprintable()], ids=["int", "object"])
def test_an_id_that_cannot_be_written_is_in_no_sample(id_: Any) -> None:  # noqa: ANN401
    """[S5]: it is evaluated as the others are."""
    source = MemorySource[Any]([Contact(id_), *map(Contact, range(60))])
    in_sample = sample(100, "s")
    assert len(Evaluator(source).members(in_sample, now=NOW)) == 60
    assert not matches(in_sample, Contact(id_))
    assert matches(~in_sample, Contact(id_))
    assert "no  " in str(explain(in_sample, Contact(id_)))
