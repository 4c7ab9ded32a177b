"""Long lists of operands: the work of an evaluation does not grow with the list."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo

import attrs
import pytest

from segkit import (
    Attribute,
    Comparison,
    Condition,
    Contact,
    Evaluator,
    Event,
    Live,
    MemorySource,
    Segment,
    attr,
    compile_condition,
    did,
    explain,
    from_dict,
    matches,
    prop,
    timeline,
    to_dict,
)
from segkit.clock import EvaluationContext
from segkit.model.values import Kind, normalize
from segkit.semantics.comparisons import satisfies
from segkit.semantics.operand_sets import OperandSet, operand_set
from tests.unit.evaluation import NOW, evaluate
from tests.unit.reference_calls import matches_by_reference

DAY: Final = timedelta(days=1)
FEW: Final = 10
MANY: Final = 1_000
CONTACTS: Final = 50
"""More contacts than a store without columns has."""

MakeValue: TypeAlias = Callable[[int], Any]
Evaluate: TypeAlias = Callable[[], list[object]]
MakeEngine: TypeAlias = Callable[[Condition, list[Contact[int]]], Evaluate]

VALUES: Final[dict[str, MakeValue]] = {
    "text": str,
    "int": int,
    "Decimal": lambda number: Decimal(number) / 4,
    "day": lambda number: date(2000, 1, 1) + number * DAY,
    "instant": lambda number: datetime(2000, 1, 1, 12, tzinfo=UTC) + number * DAY,
    "several kinds": lambda number: (number, str(number), date(2000, 1, 1) + number * DAY)[
        number % 3
    ],
    "one hash": lambda number: number * sys.hash_info.modulus,
}
OPERATORS: Final = ("is_in", "has_any", "has_all")


@attrs.define
class RowsSource:
    """A source of a host, without columns."""

    rows: list[tuple[Contact[int], list[Event[int]]]]

    def load(self, *_: object) -> list[tuple[Contact[int], list[Event[int]]]]:
        return self.rows


ODD: Final[tuple[object, ...]] = (None, float("nan"), True, -1, "x", date(1999, 1, 1), NOW, b"x")


def calls_of(function: Callable[[], object]) -> int:
    """Return the number of functions that *function* calls, also those that are written in C."""
    number = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(before)
    return number


def people(make_value: MakeValue, *, collections: bool) -> list[Contact[int]]:
    """Return contacts with values that are among the operands, after them, or of other kinds."""
    found: list[Any] = [make_value(number) for number in range(CONTACTS - len(ODD))]
    found += ODD
    return [
        Contact(number, {"x": [value, "y", [1]] if collections else value})
        for number, value in enumerate(found)
    ]


def orders(contacts: Iterable[Contact[int]]) -> dict[int, list[Event[int]]]:
    return {
        each.id: [Event(each.id, "order", NOW - DAY, each.attributes, id=1)] for each in contacts
    }


def one_by_one(evaluate: Callable[..., object]) -> MakeEngine:
    """Return the engine that calls *evaluate* for each contact with its events."""

    def make(condition: Condition, contacts: list[Contact[int]]) -> Evaluate:
        events = orders(contacts)
        evaluate_condition = partial(evaluate, condition)
        return lambda: [evaluate_condition(each, events[each.id]) for each in contacts]

    return make


def by_matcher(condition: Condition, contacts: list[Contact[int]]) -> Evaluate:
    matcher, events = compile_condition(condition), orders(contacts)
    return lambda: [matcher(each, events[each.id], now=NOW) for each in contacts]


def by_columns(condition: Condition, contacts: list[Contact[int]]) -> Evaluate:
    events = [event for of_one in orders(contacts).values() for event in of_one]
    evaluator = Evaluator(MemorySource(contacts, events))
    return lambda: list(evaluator.members(condition, now=NOW))


def by_rows(condition: Condition, contacts: list[Contact[int]]) -> Evaluate:
    rows = [
        (each, of_one) for each, of_one in zip(contacts, orders(contacts).values(), strict=True)
    ]
    evaluator = Evaluator(RowsSource(rows))
    return lambda: list(evaluator.members(condition, now=NOW))


def by_live(condition: Condition, contacts: list[Contact[int]]) -> Evaluate:
    live: Live[int] = Live([Segment("s", condition)], now=NOW)
    for contact in contacts:
        live.upsert(Contact(contact.id))
        for event in orders([contact])[contact.id]:
            live.track(event, at=NOW)

    def change_all() -> list[object]:
        """Let every contact have its attributes, and then none again."""
        for contact in contacts:
            live.upsert(contact)
            live.upsert(Contact(contact.id))
        return []

    return change_all


ENGINES: Final[dict[str, MakeEngine]] = {
    "reference": one_by_one(partial(matches_by_reference, now=NOW)),
    "matches": one_by_one(partial(matches, now=NOW)),
    "explain": one_by_one(lambda *facts: str(explain(*facts, now=NOW))),
    "timeline": one_by_one(partial(timeline, start=NOW, end=NOW + DAY)),
    "matcher": by_matcher,
    "columns": by_columns,
    "rows": by_rows,
    "live": by_live,
}


ENGINES_AND_VALUES: Final = [
    (engine, values)
    for engine in ENGINES
    for values in VALUES
    # The other engines call the same functions for the other kinds.
    if engine in ("reference", "matcher", "columns") or values in ("text", "several kinds")
]


@pytest.mark.parametrize(("engine", "values"), ENGINES_AND_VALUES)
@pytest.mark.parametrize("operator", OPERATORS)
def test_many_operands_are_as_much_work_as_ten(operator: str, values: str, engine: str) -> None:
    """The operands are arranged by the first evaluation, and only searched by the others."""
    contacts = people(VALUES[values], collections=operator != "is_in")
    calls: dict[int, list[int]] = {}
    for number in (FEW, MANY):
        operands = [VALUES[values](each) for each in range(number)]
        for condition in (
            getattr(attr("x"), operator)(operands),
            did("order").where(~getattr(prop("x"), operator)(operands)),
            getattr(did("order").latest("x"), operator)(operands),
        ):
            evaluate = ENGINES[engine](condition, contacts)
            first = evaluate()
            assert evaluate() == first
            calls.setdefault(number, []).append(calls_of(evaluate))
    for few, many in zip(calls[FEW], calls[MANY], strict=True):
        assert many <= 2 * few


def pickled(comparison: Comparison) -> Comparison:
    return cast("Comparison", pickle.loads(pickle.dumps(comparison)))  # noqa: S301


# --- one arrangement ------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_operands_are_arranged_once(monkeypatch: pytest.MonkeyPatch, operator: str) -> None:
    """Whatever the number of values, and of engines that search them."""
    contacts = people(str, collections=False)
    condition: Condition = getattr(attr("x"), operator)(list(map(str, range(MANY))))
    arranged: list[object] = []
    arrange = OperandSet.of

    def counted(scalars: Any, **options: Any) -> OperandSet:  # noqa: ANN401
        # The members of a contact are arranged too, for `has_all`.
        arranged.extend([scalars] if len(scalars) > 1 else [])
        return arrange(scalars, **options)

    monkeypatch.setattr(OperandSet, "of", counted)
    for make_engine in ENGINES.values():
        make_engine(condition, contacts)()
    assert len(arranged) == 1


@pytest.mark.parametrize(
    "make_copy", [copy.copy, copy.deepcopy, pickled], ids=["copy", "deepcopy", "pickle"]
)
def test_an_evaluated_comparison_is_equal_to_its_copies(
    make_copy: Callable[[Comparison], Comparison],
) -> None:
    """The arrangement and the hash are no part of it, and an unpickled one has its own."""
    comparison = Comparison("is_in", ("a", "b"))
    unused = pickle.dumps(comparison)
    assert matches(Attribute(("x",), comparison), Contact("ada", {"x": "b"}), now=NOW)
    assert pickle.dumps(comparison) == unused
    copied = make_copy(comparison)
    assert copied == comparison
    assert hash(copied) == hash(comparison)
    assert repr(copied) == repr(comparison)
    assert matches(Attribute(("x",), copied), Contact("ada", {"x": "b"}), now=NOW)


def test_the_hash_of_another_process_is_not_kept() -> None:
    """The hashes of texts differ between processes."""
    condition = attr("x").is_in(["a", "b"])
    program = (
        "import pickle, sys\n"
        "condition = pickle.loads(sys.stdin.buffer.read())\n"
        "hash(condition)\n"
        "sys.stdout.buffer.write(pickle.dumps(condition))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    hash(condition)
    result = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program],
        input=pickle.dumps(condition), capture_output=True, check=True, env=environment,
    )  # fmt: skip
    assert hash(pickle.loads(result.stdout)) == hash(condition)  # noqa: S301 - written above


def test_numbers_of_one_hash_are_not_searched_by_their_hash() -> None:
    """A set of them compares each with all the others."""
    many = tuple(number * sys.hash_info.modulus for number in range(1, MANY))
    assert len(set(map(hash, many))) == 1
    found = operand_set(Comparison("is_in", (*many, 1, sys.hash_info.modulus - 1, 0.5)))
    assert found.hashed == {Kind.NUMBER: {1, sys.hash_info.modulus - 1}}
    assert found.ordered == {Kind.NUMBER: [Decimal("0.5"), *many]}


@pytest.mark.parametrize(
    "average", [(1, 2), (Decimal("0.5"), Decimal("2.5")), (10**30, 2 * 10**30)]
)
def test_a_mean_is_among_the_operands_by_its_exact_value(average: tuple[Any, Any]) -> None:
    """[K1], [E4]: a mean is a fraction."""
    events = [Event("ada", "order", NOW, {"total": each}, id=each) for each in average]
    exact = sum(map(Fraction, average), Fraction()) / 2
    operand = int(exact) if exact.denominator == 1 else Decimal("1.5")
    mean = did("order").mean("total")
    for condition in (mean == operand, mean.is_in([operand, -1]), mean.has_all([operand])):
        assert evaluate(condition, events=events)
    assert not evaluate(mean.is_in([operand + 1, -1]), events=events)


@pytest.mark.parametrize("call", ["build", "to_dict", "from_dict", "hash", "repr"])
def test_what_happens_once_takes_time_linear_in_the_operands(call: str) -> None:
    calls: list[int] = []
    for number in (100, 1_000):
        operands = [f"{number}@example.com" for number in range(number)]
        condition = attr("email").is_in(operands)
        document = to_dict(condition)
        functions: dict[str, Callable[[], object]] = {
            "build": lambda operands=operands: attr("email").is_in(operands),  # type: ignore[misc]
            "to_dict": partial(to_dict, condition),
            "from_dict": partial(from_dict, document),
            "hash": partial(hash, condition),
            "repr": partial(repr, condition),
        }
        calls.append(calls_of(functions[call]))
    few, many = calls
    assert many <= 11 * few


def test_a_condition_is_hashed_once() -> None:
    """Bulk evaluation keeps verdicts by the leaf, so it hashes the leaf in every call."""
    condition = attr("x").is_in(list(map(str, range(MANY))))
    hash(condition)
    assert calls_of(lambda: hash(condition)) < FEW


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "Pacific/Kiritimati", "America/Havana"])
def test_days_and_instants_are_found_by_the_local_day(zone: str) -> None:
    """[K4]: a day among instants and an instant among days, as with ``==``; [T9] in Havana."""
    start = datetime(2022, 10, 25, tzinfo=UTC)
    instants = [start + timedelta(hours=37 * number) for number in range(12)]
    days = [date(2022, 10, 20) + number * DAY for number in range(40)]
    context = EvaluationContext(NOW, ZoneInfo(zone))
    for some, others in ((instants, days), (days[::3], instants)):
        found = Comparison("is_in", tuple(some))
        for other in others:
            value = normalize(other)
            equal = [satisfies(Comparison("==", each), value, context) for each in some]
            assert satisfies(found, value, context) is any(equal)


def test_a_collection_with_all_of_many_operands() -> None:
    """[K5]: and one without the last of them."""
    operands: list[Any] = [make(number) for make in VALUES.values() for number in range(5)]
    condition = attr("x").has_all([*operands, *operands])
    assert evaluate(condition, Contact("ada", {"x": operands[::-1]}))
    assert not evaluate(condition, Contact("ada", {"x": operands[:-1]}))
