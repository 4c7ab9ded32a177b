"""The compiled function that a condition keeps between calls of `matches`."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Condition,
    ConditionTypeError,
    Contact,
    Event,
    InstantError,
    Segment,
    attr,
    did,
    in_list,
    matches,
    to_json,
)
from segkit.clock import EvaluationContext
from segkit.clock import context as context_module
from segkit.operations.evaluation import compiler, reference
from segkit.operations.evaluation import matches as matches_module
from segkit.operations.evaluation.matches import COMPILE_AFTER
from tests.unit.evaluation import NOW
from tests.unit.reference_calls import counting_fallbacks

ADA: Final = Contact("ada", {"plan": "pro", "age": 36})
ORDER: Final = [Event("ada", "order", NOW - timedelta(days=9))]


class Clock:
    """Stands for ``datetime`` in a module; its current time is the last element of a list."""

    def __init__(self, current: list[datetime]) -> None:
        self._current = current

    def now(self, tz: tzinfo) -> datetime:
        return self._current[-1].astimezone(tz)


@pytest.fixture
def by_reference(monkeypatch: pytest.MonkeyPatch) -> list[Condition]:
    """The conditions that `matches` evaluates by the reference, one entry per evaluation."""
    evaluated: list[Condition] = []
    evaluate = reference.evaluate_by_reference

    def counted(condition: Condition, *arguments: object) -> bool:
        evaluated.append(condition)
        return evaluate(condition, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(reference, "evaluate_by_reference", counted)
    return evaluated


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The nows that conditions are bound to, after they were compiled."""
    nows: list[datetime] = []
    compile_condition = compiler._compile  # noqa: SLF001

    def counted(condition: Condition) -> compiler.Bind:
        bind = compile_condition(condition)

        def counted_bind(context: EvaluationContext) -> compiler.BoundMatcher:
            nows.append(context.now)
            return bind(context)

        return counted_bind

    monkeypatch.setattr(compiler, "_compile", counted)
    return nows


@pytest.mark.parametrize("as_segment", [False, True], ids=["condition", "segment"])
def test_a_condition_that_is_asked_again_is_compiled(
    by_reference: list[Condition], bound: list[datetime], as_segment: bool
) -> None:
    condition = did("order").within_last(days=30)
    asked = Segment("ordered", condition) if as_segment else condition
    with counting_fallbacks() as fallbacks:
        for _ in range(COMPILE_AFTER + 50):
            assert matches(asked, ADA, ORDER, now=NOW)
    assert by_reference == [condition] * COMPILE_AFTER
    assert (bound, fallbacks) == ([NOW], [])


def test_each_condition_object_counts_its_own_calls(by_reference: list[Condition]) -> None:
    """A condition that is built for one call is never compiled."""
    for _ in range(COMPILE_AFTER + 50):
        assert matches(did("order").within_last(days=30), ADA, ORDER, now=NOW)
    assert len(by_reference) == COMPILE_AFTER + 50


def compiled(condition: Condition) -> Condition:
    for _ in range(COMPILE_AFTER + 1):
        matches(condition, ADA, ORDER, now=NOW)
    return condition


def test_it_is_no_part_of_the_condition() -> None:
    """Neither of equality, hash, repr and documents, nor of pickles and copies."""
    used, unused = (did("order").within_last(days=30) & (attr("age") >= 18) for _ in range(2))
    compiled(used)
    assert used == unused
    assert hash(used) == hash(unused)
    assert repr(used) == repr(unused)
    assert to_json(used) == to_json(unused)
    assert pickle.dumps(used) == pickle.dumps(unused)
    for duplicate in (copy.copy(used), copy.deepcopy(used), pickle.loads(pickle.dumps(used))):  # noqa: S301
        assert duplicate == unused
        assert matches(duplicate, ADA, ORDER, now=NOW)


def test_it_lives_as_long_as_the_condition() -> None:
    condition = compiled(did("order").within_last(days=30))
    function = weakref.ref(condition._bind)  # noqa: SLF001
    gone = weakref.ref(condition)
    del condition
    gc.collect()
    assert gone() is None
    assert function() is None


def test_a_condition_keeps_one_function(bound: list[datetime]) -> None:
    """The function of an earlier now is dropped, however many nows and zones there are."""
    condition = compiled(did("order").during("day"))
    functions = weakref.WeakSet[object]()
    for hours in range(50):
        matches(condition, ADA, ORDER, now=NOW + timedelta(hours=hours), tz="Europe/Paris")
        functions.add(condition._cached[2])  # noqa: SLF001
    gc.collect()
    assert len(functions) == 1
    assert len(bound) == 51


def test_it_is_compiled_once_for_all_nows_and_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    condition = compiled(did("order").during("day"))
    monkeypatch.setattr(compiler, "_compile", pytest.fail)
    late = [Event("ada", "order", datetime(2022, 9, 30, 22, 30, tzinfo=UTC))]
    now = datetime(2022, 10, 1, 12, tzinfo=UTC)
    for _ in range(2):
        assert not matches(condition, ADA, late, now=now)
        assert matches(condition, ADA, late, now=now, tz="Europe/Paris")
        assert matches(condition, ADA, late, now=now, tz=ZoneInfo("Europe/Paris"))
        assert not matches(condition, ADA, late, now=now + timedelta(days=1))


def test_a_condition_that_does_not_depend_on_now_is_bound_once(bound: list[datetime]) -> None:
    condition = compiled((attr("age") >= 18) & ~in_list("staff"))
    for hours in range(50):
        assert matches(condition, ADA, now=NOW + timedelta(hours=hours))
        assert matches(condition, ADA)
    assert len(bound) == 1


def test_an_equal_now_is_not_bound_again(bound: list[datetime]) -> None:
    """``now=datetime(...)`` inside a loop is a new object in each call."""
    condition = compiled(did("order").within_last(days=30))
    for _ in range(50):
        now = NOW.replace(microsecond=NOW.microsecond)
        assert now is not NOW
        assert matches(condition, ADA, ORDER, now=now)
    assert bound == [NOW]


def test_every_later_now_counts() -> None:
    """A condition that depends on now is not answered from the function of another now."""
    condition = compiled(did("order").within_last(days=30))
    assert matches(condition, ADA, ORDER, now=NOW)
    assert not matches(condition, ADA, ORDER, now=NOW + timedelta(days=60))
    assert not matches(condition, ADA, ORDER)  # the current time
    both = compiled((attr("age") >= 18) & did("order").within_last(days=30))
    assert matches(both, ADA, ORDER, now=NOW)
    assert not matches(both, ADA, ORDER, now=NOW + timedelta(days=60))
    ages = compiled(attr("since").within_last(days=5))
    contact = Contact("ada", {"since": NOW - timedelta(days=3)})
    assert [matches(ages, contact, now=NOW + timedelta(days=days)) for days in (0, 1, 2, 3)] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("calls", [1, COMPILE_AFTER + 1], ids=["reference", "compiled"])
def test_without_a_now_every_call_is_at_the_current_time(
    monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    """The function of an earlier current time is not called again."""
    condition = did("order").within_last(days=10)
    current = [NOW]
    monkeypatch.setattr(context_module, "datetime", Clock(current))
    for _ in range(calls):
        assert matches(condition, ADA, ORDER)
    current[0] += timedelta(days=1)
    assert not matches(condition, ADA, ORDER)
    current[0] -= timedelta(days=1)
    assert matches(condition, ADA, ORDER)


@pytest.mark.parametrize("condition", [did("order"), attr("age") >= 18], ids=["now", "no now"])
@pytest.mark.parametrize("now", ["2022-10-01", 5, datetime(2022, 10, 1)], ids=repr)  # noqa: DTZ001
def test_a_wrong_now_stays_an_error(condition: Condition, now: object) -> None:
    with pytest.raises(InstantError):
        matches(compiled(condition), ADA, ORDER, now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, 5, "pro", attr("age"), object()])
def test_an_object_that_is_no_condition_is_refused(value: object) -> None:
    with pytest.raises(ConditionTypeError, match="takes a condition"):
        matches(value, ADA)  # type: ignore[arg-type]


def test_an_attribute_error_of_a_host_is_raised_once() -> None:
    """It is not taken for a condition without a function."""
    read: list[int] = []

    class Broken:
        id = "ada"
        lists: dict[str, None] = {}  # noqa: RUF012

        @property
        def attributes(self) -> dict[str, object]:
            read.append(1)
            message = "the row was deleted"
            raise AttributeError(message)

    condition = compiled(attr("age") >= 18)
    with pytest.raises(Exception, match=r"deleted|attributes"):
        matches(condition, Broken(), now=NOW)
    assert len(read) == 3  # by the compiled function, once more, and by the reference


def test_errors_of_calls_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled or not, the same sentence is raised."""

    def message(condition: Condition) -> Iterator[str]:
        for contact, events in ((None, ()), (ADA, [Event("tim", "order", NOW)]), (ADA, 5)):
            with pytest.raises(Exception) as caught:  # noqa: PT011
                matches(condition, contact, events, now=NOW)  # type: ignore[arg-type]
            yield str(caught.value)

    expected = list(message(did("order")))
    monkeypatch.setattr(matches_module, "COMPILE_AFTER", 0)
    assert list(message(did("order"))) == expected
