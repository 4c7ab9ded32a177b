"""The campaign reacts to the transitions that `timeline` finds in the whole year."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from segkit import Event, timeline

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def program() -> Any:  # noqa: ANN401 - a module of examples/
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        return import_module("reengagement")


@pytest.fixture(scope="module")
def purchases(program: Any) -> Any:  # noqa: ANN401
    return program.purchases()


@pytest.fixture(scope="module")
def campaign(program: Any, purchases: Any) -> Any:  # noqa: ANN401
    return program.replay(*purchases)


def test_the_log_is_that_of_timelines(
    program: Any,  # noqa: ANN401
    purchases: Any,  # noqa: ANN401
    campaign: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    households, orders = purchases
    by_household: dict[int, list[Event[int]]] = {}
    for order in orders:
        by_household.setdefault(order.contact_id, []).append(order)
    expected = []
    for number, household in enumerate(households):
        spans = timeline(
            program.QUIET,
            household,
            by_household.get(household.id, []),
            start=program.START,
            end=program.NOW,
            tz=program.SHOP_ZONE,
        )
        for span in spans:
            expected.append((span.start, number, household.id, "entered"))
            if span.end < program.NOW:
                expected.append((span.end, number, household.id, "left"))
    assert [(each.at, each.contact, each.kind) for each in campaign.log] == [
        (at, id_, kind) for at, _, id_, kind in sorted(expected)
    ]
    assert len(expected) > 500
    monkeypatch.setattr(program, "purchases", lambda: purchases)
    monkeypatch.setattr(program, "replay", lambda *_: campaign)
    program.main()
    printed = capsys.readouterr().out
    assert f"{len(expected)} transitions of 'gone quiet'" in printed
    assert f"{len(campaign.live.members('gone quiet'))} households are quiet" in printed


def test_each_household_gets_one_coupon_in_90_days(campaign: Any) -> None:  # noqa: ANN401
    counts = campaign.counts
    entered = counts["coupons sent"] + counts["had a coupon already"]
    left = counts["ordered again"] + counts["stayed away"]
    assert 0 < counts["had a coupon already"] < counts["coupons sent"]
    assert 0 < entered - left < 100
    assert 0 < counts["won back within 30 days"] < counts["ordered again"]
