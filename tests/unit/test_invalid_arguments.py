"""Arguments that every function refuses: an invalid condition, now or zone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

import dateutil.tz
import pytest

from segkit import (
    ConditionError,
    ConditionTypeError,
    Contact,
    Evaluator,
    Event,
    InstantError,
    MemorySource,
    ZoneError,
    attr,
    describe,
    did,
    explain,
    matches,
    prop,
    requirements,
)
from tests.unit.evaluation import NOW

# Any, because type checkers refuse these calls, too.
age: Any = attr("age")
a: Any = attr("a") == 1
p: Any = prop("p") == 1
ADA: Final = Contact("ada")
NAIVE: Final = datetime(2022, 9, 12, 12)  # noqa: DTZ001 - refused


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda condition: matches(condition, ADA, now=NOW), id="matches"),
        pytest.param(lambda condition: explain(condition, ADA, now=NOW), id="explain"),
        pytest.param(describe, id="describe"),
        pytest.param(lambda condition: requirements(condition, now=NOW), id="requirements"),
        pytest.param(
            lambda condition: Evaluator(MemorySource()).members(condition, now=NOW), id="members"
        ),
    ],
)
def test_every_function_refuses_arguments_that_are_not_conditions_of_contacts(
    call: Callable[[object], object],
) -> None:
    """[D4], [D2]."""
    for event_condition in (p, ~p, p & p):
        with pytest.raises(ConditionError, match=r"write did\(...\).where\(prop"):
            call(event_condition)
    with pytest.raises(ConditionTypeError, match=r"write .is_set\(\)"):
        call(age)
    for other in ("age > 3", None, True, ADA, [a]):
        with pytest.raises(ConditionTypeError, match="takes a condition; got"):
            call(other)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda now: matches(a, ADA, now=now), id="matches"),
        pytest.param(lambda now: explain(a, ADA, now=now), id="explain"),
        pytest.param(lambda now: requirements(a, now=now), id="requirements"),
        pytest.param(lambda now: Evaluator(MemorySource()).members(a, now=now), id="members"),
        pytest.param(lambda now: Evaluator(MemorySource()).evaluate([], now=now), id="evaluate"),
    ],
)
def test_now_is_an_aware_instant(call: Callable[[object], object]) -> None:
    """[K2]."""
    with pytest.raises(InstantError, match=r"is naive: attach a zone, .replace\(tzinfo=UTC\)"):
        call(NAIVE)
    with pytest.raises(InstantError, match=r"datetime.fromisoformat"):
        call("2022-10-01T00:00:00+00:00")
    for other in (date(2022, 10, 1), 1_664_582_400, False):
        with pytest.raises(InstantError, match="must be an aware datetime"):
            call(other)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda tz: matches(a, ADA, now=NOW, tz=tz), id="matches"),
        pytest.param(lambda tz: explain(a, ADA, now=NOW, tz=tz), id="explain"),
        pytest.param(lambda tz: requirements(a, now=NOW, tz=tz), id="requirements"),
        pytest.param(lambda tz: Evaluator(MemorySource(), tz=tz), id="Evaluator"),
    ],
)
def test_zones_come_from_zoneinfo(call: Callable[[object], object]) -> None:
    """[T9]: zones of dateutil return a wrong local time for some instants."""
    for name in ("Europe/Pariss", "", "../etc/passwd", "Europe", "a\0b", "\ud800", "+02:00"):
        with pytest.raises(ZoneError, match="names look like 'Europe/Paris'"):
            call(name)
    offset = timezone(timedelta(hours=2))
    for foreign in (dateutil.tz.gettz("Europe/Paris"), dateutil.tz.UTC, offset):
        with pytest.raises(ZoneError, match=r"write zoneinfo.ZoneInfo\('Europe/Paris'\)"):
            call(foreign)
    for other in (None, 2, timedelta(hours=2)):
        with pytest.raises(ZoneError, match=r"takes a name, a zoneinfo.ZoneInfo or datetime.UTC"):
            call(other)


def test_an_error_has_the_path_and_the_value() -> None:
    """Fields for programs, one sentence for people."""
    with pytest.raises(ConditionError) as caught:
        age.contains(3)
    error = caught.value
    assert (error.path, error.value) == ("attr('age').contains", 3)
    assert str(error) == f"{error.path}: {error.problem}"
    assert isinstance(error, ValueError)


def test_a_refused_event_is_named() -> None:
    """[K2]: by contact, name and property."""
    with pytest.raises(InstantError) as caught:
        Event("ada", "order", NOW, {"paid": {"at": [NAIVE]}})
    assert caught.value.path == "Event('ada', 'order').properties['paid']['at'][0]"
    assert caught.value.value == NAIVE


def test_now_left_out_is_the_current_time() -> None:
    """In calls about one contact only: stored results need an instant."""
    millennium = Event("ada", "order", NOW.replace(year=2000))
    end_of_time = Event("ada", "order", NOW.replace(year=9999))
    both = [millennium, end_of_time]
    assert matches(did("order").exactly(1), ADA, both) is True
    assert explain(did("order").exactly(1), ADA, both).verdict is True
    until = requirements(did("order")).events["order"].until
    assert millennium.at < until < end_of_time.at
