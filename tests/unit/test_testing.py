"""The factories of `segkit.testing`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import segkit.testing
from segkit import Contact, Event, FactsError, InstantError
from segkit.testing import make_contact, make_event

NOW = datetime(2024, 3, 31, 12, tzinfo=UTC)


def test_without_hypothesis_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "segkit.testing.strategies", raising=False)
    problem = r'strategies of segkit\.testing need Hypothesis: .*"\.\[testing\]"'
    with pytest.raises(ModuleNotFoundError, match=problem):
        import_module("segkit.testing.strategies")


WITHOUT_HYPOTHESIS = """
import sys
sys.modules["hypothesis"] = None  # An import raises ModuleNotFoundError.
import segkit.testing
missing = []
for name in segkit.testing.__all__:
    try:
        getattr(segkit.testing, name)
    except ModuleNotFoundError as error:
        assert '".[testing]"' in str(error), error
        missing.append(name)
print(*missing)
"""


def test_only_the_strategies_need_hypothesis() -> None:
    """Factories, examples and `check_source` work without the extra `testing`."""
    ran = subprocess.run(  # noqa: S603 - this interpreter, with the program above
        [sys.executable, "-c", WITHOUT_HYPOTHESIS], capture_output=True, text=True, check=True
    )
    strategies = "contacts durations events histories instants values zones"
    assert ran.stdout.split() == strategies.split()


def test_the_strategies_are_loaded_at_their_first_use() -> None:
    """Completion offers them before, and an unknown name raises the usual error."""
    assert set(dir(segkit.testing)) == set(segkit.testing.__all__)
    assert segkit.testing.contacts is import_module("segkit.testing.strategies").contacts
    assert "contacts" in vars(segkit.testing)
    with pytest.raises(AttributeError, match=r"'segkit\.testing' has no attribute 'contakts'"):
        getattr(segkit.testing, "contakts")  # noqa: B009 - type checkers reject the attribute


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (make_contact(), Contact("c1")),
        (make_contact("ada"), Contact("ada")),
        (make_contact(7), Contact(7)),
        (make_contact(age=36, city="Paris"), Contact("c1", {"age": 36, "city": "Paris"})),
        (make_contact("ada", id="attribute"), Contact("ada", {"id": "attribute"})),
        (make_contact(lists=["vip"]), Contact("c1", lists={"vip": None})),
        (make_contact(lists={"vip"}), Contact("c1", lists={"vip": None})),
        (make_contact(lists={"vip": NOW}), Contact("c1", lists={"vip": NOW})),
        (
            make_contact(lists={"vip": date(2024, 1, 1)}),
            Contact("c1", lists={"vip": date(2024, 1, 1)}),
        ),
    ],
)
def test_make_contact(built: Contact[Any], expected: Contact[Any]) -> None:
    assert built == expected


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (make_event(at=NOW), Event("c1", "order", NOW)),
        (make_event(now=NOW), Event("c1", "order", NOW)),
        (make_event("cart", contact_id=7, at=NOW, id="e1"), Event(7, "cart", NOW, id="e1")),
        (make_event(at=NOW, total=30), Event("c1", "order", NOW, {"total": 30})),
        (make_event(at=NOW, name="property"), Event("c1", "order", NOW, {"name": "property"})),
        (make_event(now=NOW, days_ago=3), Event("c1", "order", NOW - timedelta(days=3))),
        (
            make_event(
                now=NOW, weeks_ago=1, days_ago=1, hours_ago=1, minutes_ago=1, seconds_ago=1.5
            ),
            Event("c1", "order", NOW - timedelta(8, 1.5, hours=1, minutes=1)),
        ),
        (make_event(now=NOW, hours_ago=-1), Event("c1", "order", NOW + timedelta(hours=1))),
        # Clocks in Paris went from 2 to 3 on that day; a day of a duration is still 24 hours [T4].
        (
            make_event(now=NOW.astimezone(ZoneInfo("Europe/Paris")), days_ago=1),
            Event("c1", "order", NOW - timedelta(hours=24)),
        ),
    ],
)
def test_make_event(built: Event[Any], expected: Event[Any]) -> None:
    assert built == expected


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, FactsError, "takes either at="),
        ({"days_ago": 3}, FactsError, "takes either at="),
        ({"at": NOW, "now": NOW}, FactsError, "takes either at="),
        ({"at": NOW, "days_ago": 3}, FactsError, "takes either at="),
        ({"now": NOW.replace(tzinfo=None)}, InstantError, r"make_event\.now.* is naive"),
        ({"at": NOW.replace(tzinfo=None)}, InstantError, "is naive"),
    ],
)
def test_an_event_needs_exactly_one_instant(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make_event(**arguments)


def test_a_text_as_lists_is_refused() -> None:
    with pytest.raises(FactsError, match=r'write \["vip"\], or'):
        make_contact(lists="vip")
