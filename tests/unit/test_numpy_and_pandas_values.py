"""Values of NumPy and pandas, as in single cells of a data frame."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from segkit import (
    Condition,
    ConditionError,
    Contact,
    Evaluator,
    Event,
    FactsError,
    InstantError,
    MemorySource,
    attr,
    did,
    explain,
    in_list,
    matches,
)
from segkit.model.values import Kind, normalize
from tests.unit.evaluation import NOW, TICK, HostContact, HostEvent, evaluate, evaluate_value

# Any, because NaT and NA have special types in the stubs of pandas.
NAT: Final[Any] = pd.NaT
NA: Final[Any] = pd.NA


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(np.int64(3), 3, id="int64"),
        pytest.param(np.int8(-3), -3, id="int8"),
        pytest.param(np.uint64(2**64 - 1), 2**64 - 1, id="the largest uint64"),
        pytest.param(
            np.float64(0.1), Decimal("0.1"), id="float64 is the decimal that it prints as"
        ),
        pytest.param(np.float64(3), 3, id="a whole float64"),
        pytest.param(np.float64("inf"), math.inf, id="infinity"),
        pytest.param(np.float32(0.5), 0.5, id="float32"),
        pytest.param(np.float16(0.5), 0.5, id="float16"),
        pytest.param(np.bool_(True), True, id="bool_"),
        pytest.param(np.str_("pro"), "pro", id="str_"),
        pytest.param(np.array([7])[0], 7, id="a cell of an array"),
        pytest.param(pd.Series([1.5])[0], 1.5, id="a cell of a series"),
        pytest.param(pd.Timestamp("2022-10-01", tz="UTC"), NOW, id="a Timestamp"),
        pytest.param(
            pd.Timestamp("2022-10-01 02:00", tz="Europe/Paris"), NOW, id="a Timestamp in Paris"
        ),
    ],
)
def test_a_foreign_scalar_equals_the_plain_scalar(value: Any, plain: Any) -> None:  # noqa: ANN401
    """[K1]: as the value and as the operand."""
    assert evaluate_value({"x": value}, lambda x: x == plain) is True
    assert evaluate_value({"x": plain}, lambda x: x == value) is True


@pytest.mark.parametrize(
    ("value", "other"),
    [
        pytest.param(np.float32(0.1), Decimal("0.1"), id="float32 has less precision"),
        pytest.param(np.bool_(True), 1, id="a bool_ is not a number"),
        pytest.param(np.int64(1), True, id="a number is not a boolean"),
        pytest.param(np.str_("1"), 1, id="a str_ is not a number"),
        pytest.param(np.bytes_(b"a"), "a", id="bytes_ are not text"),
    ],
)
def test_foreign_scalars_keep_their_kind(value: object, other: object) -> None:
    """[K1], [K9]."""
    assert evaluate_value({"x": value}, lambda x: x == other) is False
    assert evaluate_value({"x": value}, lambda x: x.is_set()) is True


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [
        pytest.param(np.int64(3), 3, id="int64"),
        pytest.param(np.float64(0.1), 0.1, id="float64"),
        pytest.param(np.float32(0.5), 0.5, id="float32"),
        pytest.param(np.float32(3), 3.0, id="a whole float32"),
        pytest.param(np.bool_(True), True, id="bool_"),
        pytest.param(np.str_("pro"), "pro", id="str_"),
        pytest.param(pd.Timestamp("2022-10-01", tz="Europe/Paris"), NOW - timedelta(hours=2),
                     id="Timestamp"),
    ],
)  # fmt: skip
def test_a_foreign_operand_is_converted_to_the_plain_scalar(scalar: Any, plain: Any) -> None:  # noqa: ANN401
    """[K10]: with the type of its ``.item()``, so that both conditions are equal."""
    assert (attr("x") == scalar) == (attr("x") == plain)
    assert repr(attr("x").is_in([scalar])) == repr(attr("x").is_in([plain]))


def test_a_timestamp_is_truncated_to_microseconds() -> None:
    """[K1]: 999 additional nanoseconds do not change the instant."""
    fine = pd.Timestamp("2022-10-01 00:00:00.000000999", tz="UTC")
    assert fine.nanosecond == 999
    assert evaluate_value({"x": fine}, lambda x: x == NOW) is True
    assert evaluate_value({"x": fine}, lambda x: x <= NOW) is True
    assert evaluate_value({"x": fine}, lambda x: x.before(NOW + TICK)) is True
    assert type(Event("ada", "order", fine).at) is datetime
    assert evaluate(did("order"), events=[HostEvent(at=fine)], now=NOW) is True


MISSING: Final[tuple[Any, ...]] = (
    pytest.param(NAT, id="pandas NaT"),
    pytest.param(NA, id="pandas NA"),
    pytest.param(np.float64("nan"), id="float64"),
    pytest.param(np.float32("nan"), id="float32"),
    pytest.param(np.longdouble("nan"), id="longdouble"),
    pytest.param(np.datetime64("NaT", "us"), id="NumPy NaT"),
    pytest.param(np.datetime64("NaT", "ns"), id="NumPy NaT of nanoseconds"),
    pytest.param(pd.Series([None, 1.5])[0], id="an empty cell of numbers"),
    pytest.param(pd.Series([None, 1], dtype="Int64")[0], id="an empty cell of Int64"),
    pytest.param(
        pd.to_datetime(pd.Series([None, "2022-10-01"]))[0], id="an empty cell of timestamps"
    ),
    pytest.param(pd.Series([None, "a"], dtype="string")[0], id="an empty cell of text"),
)


@pytest.mark.parametrize("missing", MISSING)
def test_an_empty_cell_has_no_value(missing: object) -> None:
    """[V3]: of any library."""
    assert evaluate_value({"x": missing}, lambda x: x.is_set()) is False
    for make_comparison in (
        lambda x: x == 1,
        lambda x: x.contains(""),
        lambda x: (x < math.inf) | (x >= -math.inf),
        lambda x: x.before(NOW) | x.after(NOW) | x.within_last(years=9999),
    ):
        assert evaluate_value({"x": missing}, make_comparison) is False


@pytest.mark.parametrize("missing", MISSING)
def test_an_empty_cell_is_not_an_operand_an_id_or_an_instant(missing: Any) -> None:  # noqa: ANN401
    """[V3]: the error of an operand shows what to write."""
    with pytest.raises(ConditionError, match=r"write .is_set\(\)"):
        attr("x") == missing
    with pytest.raises(FactsError, match="an id is needed"):
        Contact(missing)
    with pytest.raises(InstantError, match="must be an aware datetime"):
        Event("ada", "order", missing)
    assert Event("ada", "order", NOW, id=missing).id is None
    ada = Contact("ada", {"x": missing}, lists={"vip": missing})
    assert evaluate(in_list("vip") & ~in_list("vip").joined_before(days=1), ada) is True


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(np.longdouble(1), id="longdouble has no exact Python number"),
        pytest.param(np.complex128(1), id="complex128"),
        pytest.param(np.datetime64("2022-10-01T00:00", "us"), id="a datetime64 has no zone"),
        pytest.param(np.timedelta64(1, "s"), id="timedelta64"),
        pytest.param(np.array(1), id="an array of no dimensions"),
        pytest.param(np.array([1, 2]), id="an array"),
        pytest.param(np.void(b"a"), id="void"),
        pytest.param(pd.Timestamp("2022-10-01"), id="a naive Timestamp"),
        pytest.param(pd.Timedelta(days=1), id="Timedelta"),
        pytest.param(pd.Period("2022-10"), id="Period"),
        pytest.param(pd.Interval(0, 2), id="Interval"),
        pytest.param(pd.Series([1]), id="a Series has no truth value"),
        pytest.param(pd.DataFrame({"a": [1]}), id="a DataFrame has no truth value"),
        pytest.param(pd.Index([1]), id="an Index has no truth value"),
    ],
)
def test_foreign_values_without_a_kind(value: object) -> None:
    """[K9], [K2]: the value is set, and equals nothing."""
    assert normalize(value) == (Kind.INCOMPARABLE, None)
    assert evaluate_value({"x": value}, lambda x: x.is_set()) is True
    assert (
        evaluate_value({"x": value}, lambda x: (x == 1) | (x < 9) | x.within_last(years=99))
        is False
    )


def test_a_naive_timestamp_is_refused_as_an_argument() -> None:
    """[K2]."""
    naive = pd.Timestamp("2022-10-01")
    with pytest.raises(InstantError, match="attach a zone"):
        Contact("ada", {"x": naive})
    with pytest.raises(InstantError, match="attach a zone"):
        Event("ada", "order", naive)
    with pytest.raises(ConditionError, match="attach a zone"):
        attr("x") < naive
    with pytest.raises(InstantError, match="attach a zone"):
        matches(did("order"), Contact("ada"), now=naive)


def test_a_data_frame_becomes_contacts() -> None:
    """[V3], [K1]: one contact per row, with missing values."""
    frame = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "age": [36.0, None, 9.0],
            "city": pd.Series(["Paris", None, "Lyon"], dtype="string"),
            "seen": pd.to_datetime(pd.Series(["2022-09-30", None, "2022-01-01"]), utc=True),
        }
    )
    contacts = [
        Contact(int(row.pop("id")), {str(name): cell for name, cell in row.items()})
        for row in frame.to_dict("records")
    ]
    evaluator = Evaluator(MemorySource(contacts))

    def members(condition: Condition) -> list[int]:
        return list(evaluator.members(condition, now=NOW))

    assert members(attr("age") >= 18) == [1]
    assert members(~(attr("age") >= 18)) == [2, 3]
    assert members(attr("city").is_set()) == [1, 3]
    assert members(attr("seen").within_last(days=3)) == [1]
    assert members(attr("seen").before(days=3)) == [3]


def test_foreign_ids_are_ids() -> None:
    """[E6]: a NumPy integer and the same int are one id."""
    ada: Contact[Any] = Contact(np.int64(7), {"age": np.int64(36)})
    order = Event(7, "order", NOW - timedelta(days=1))
    assert evaluate(did("order") & (attr("age") == 36), ada, [order]) is True
    assert Evaluator(MemorySource([ada])).members(attr("age") == 36, now=NOW, ids=[7]) == {7}


def test_a_host_may_have_foreign_values_anywhere() -> None:
    """[V1], [K2]: as the instant, the name or the id of an event, and as a whole mapping."""
    person = HostContact(attributes=NA, lists=NAT)
    events = [
        HostEvent(at=NAT),
        HostEvent(at=NA),
        HostEvent(name=NA),
        HostEvent(id=NAT),
        HostEvent(id=NAT, properties=pd.Series([1])),
        HostEvent(at=datetime(2022, 9, 30, tzinfo=UTC), id=NA),
    ]
    assert evaluate(did("order").exactly(3), person, events) is True
    assert evaluate(attr("x").is_set() | in_list("vip"), person, events) is False


# --- times of NumPy ------------------------------------------------------------------------------

UNITS = ["Y", "D", "h", "s", "us", "ns"]


@pytest.mark.parametrize("unit", UNITS)
def test_numpy_times_in_a_host_contact_have_no_kind(unit: Any) -> None:  # noqa: ANN401
    """[K1]: depending on the unit, ``.item()`` is an int of nanoseconds or a naive datetime."""
    for value in (
        np.datetime64("2022-10-01").astype(f"datetime64[{unit}]"),
        np.timedelta64(3, unit),
    ):
        contact = HostContact("ada", {"seen": value})
        seen = attr("seen")
        assert matches(seen.is_set(), contact, now=NOW)
        for comparison in (
            seen > 0,
            seen <= NOW,
            seen == date(2022, 10, 1),
            seen.within_last(days=9),
        ):
            assert not matches(comparison, contact, now=NOW)
        problem = "holds something that cannot be compared"
        if isinstance(value, np.datetime64):
            problem = "is a NumPy datetime64, which has no zone"
        assert f"seen {problem}" in str(explain(seen <= NOW, contact, now=NOW))


@pytest.mark.parametrize("unit", UNITS)
def test_numpy_nat_is_not_a_value(unit: Any) -> None:  # noqa: ANN401
    """[V3]: of either type and every unit."""
    for value in (np.datetime64("NaT", unit), np.timedelta64("NaT", unit)):
        assert not matches(attr("seen").is_set(), Contact("ada", {"seen": value}), now=NOW)


@pytest.mark.parametrize("unit", UNITS)
def test_a_datetime64_is_refused_as_an_argument(unit: Any) -> None:  # noqa: ANN401
    """[K1], [K2]: like a naive datetime; the error shows what to write instead."""
    stamp: Any = np.datetime64("2022-10-01").astype(f"datetime64[{unit}]")
    for build in (
        lambda: Contact("ada", {"seen": stamp}),
        lambda: Contact("ada", {"seen": [{"at": stamp}]}),
        lambda: Contact("ada", lists={"vip": stamp}),
        lambda: Event("ada", "order", stamp),
        lambda: Event("ada", "order", NOW, {"seen": stamp}),
    ):
        with pytest.raises(InstantError, match=r"has no zone: write pandas\.Timestamp"):
            build()
    with pytest.raises(ConditionError, match=r"has no zone: write pandas\.Timestamp"):
        _ = attr("seen") <= stamp
    assert Contact("ada", {"waited": np.timedelta64(3, unit)}).attributes


def test_an_empty_text_is_not_an_id() -> None:
    """[E6]: an empty cell of an export identifies no contact and no event."""
    with pytest.raises(FactsError, match="an id is needed; got ''"):
        Contact("")
    with pytest.raises(FactsError, match="an id is needed; got ''"):
        Event("", "order", NOW)
    events = [Event("ada", "order", NOW, id=""), Event("ada", "order", NOW, id="")]
    assert events[0].id is None
    assert matches(did("order").exactly(2), Contact("ada"), events, now=NOW)
    host_events = [HostEvent("order", NOW, {}, "", "ada") for _ in range(2)]
    assert matches(did("order").exactly(2), Contact("ada"), host_events, now=NOW)
