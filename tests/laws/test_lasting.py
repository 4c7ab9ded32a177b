"""Time: what `timeline` and `next_change` say is what `matches` says, at every instant.

They work by the inverse of each window; here it is only asked which events are in one now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from segkit import Condition, History, matches, next_change, timeline
from segkit.model.conditions import LeafCondition
from segkit.testing import SMALL_NOWS, small_conditions, small_histories
from segkit.testing.small_rules import SMALL_LEAVES
from segkit.testing.wide_facts import WithEvents

FIRST, LAST = SMALL_NOWS[0], SMALL_NOWS[-1]


def check_small(condition: Condition, history: WithEvents) -> None:
    """Every instant of the small world, and from every one of them."""
    contact, events = history
    verdicts = [matches(condition, contact, events, now=now) for now in SMALL_NOWS]
    spans = timeline(condition, contact, events, start=FIRST, end=LAST)
    for now, verdict in zip(SMALL_NOWS[:-1], verdicts, strict=False):
        assert any(start <= now < end for start, end in spans) is verdict
    for one, other in zip(spans, spans[1:], strict=False):
        assert one.end < other.start
    prepared = History(events)
    for place, now in enumerate(SMALL_NOWS):
        expected = next(
            (
                at
                for at, verdict in zip(SMALL_NOWS[place:], verdicts[place:], strict=True)
                if verdict is not verdicts[place]
            ),
            None,
        )
        assert next_change(condition, contact, prepared, now=now, horizon=LAST).at == expected


@given(small_conditions(), small_histories())
def test_every_instant_of_the_small_world(condition: Condition, history: WithEvents) -> None:
    check_small(condition, history)


@pytest.mark.parametrize("kind", SMALL_LEAVES)
@given(st.data(), small_histories())
def test_every_leaf_at_every_instant(
    kind: type[LeafCondition], data: DataObject, history: WithEvents
) -> None:
    check_small(data.draw(SMALL_LEAVES[kind]), history)
