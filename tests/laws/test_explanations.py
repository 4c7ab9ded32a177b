"""An explanation contains the verdict of every part, and whether the verdict is certain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from segkit import Condition, Contact, Explanation, explain
from segkit.english.values import format_instant
from segkit.model.values import normalize
from segkit.testing import instants, zones
from segkit.testing.strategies import PATHS
from tests.laws.inputs import Inputs, inputs
from tests.strategies import conditions

NOW = datetime(2024, 3, 1, tzinfo=UTC)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("this value does not print")


def nodes(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for part in explanation.parts:
        yield from nodes(part)


@given(conditions(), inputs())
def test_every_part_has_the_verdict_of_its_condition(condition: Condition, case: Inputs) -> None:
    """Each part of an explanation has the verdict that ``matches`` returns for its condition."""
    for node in nodes(case.explain(condition)):
        assert node.verdict is case.matches(node.condition)


@given(conditions(), inputs())
def test_an_uncertain_verdict_has_a_note(condition: Condition, case: Inputs) -> None:
    """[V6] The notes name the values that are missing or of another kind."""
    for node in nodes(case.explain(condition)):
        assert node.certain or node.notes
        assert not node.only_because() or (node.verdict and not node.certain)


UNPRINTABLE = {
    "an object": Unprintable(),
    "a list": [Unprintable()],
    "a number of 5000 digits": 10**5000,
    "a mapping": {"zip": 10**5000},
    "a lone surrogate": "\ud800",
}


@given(conditions(), st.sampled_from(sorted(UNPRINTABLE)))
def test_an_explanation_prints_values_whose_repr_raises(condition: Condition, name: str) -> None:
    """[V1] An explanation can be printed if the ``repr`` of a value raises."""
    attributes = {path[0]: UNPRINTABLE[name] for path, _ in PATHS}
    explanation = explain(condition, Contact("c1", attributes), now=NOW)
    assert str(explanation).encode()
    assert repr(explanation).encode()


@given(instants(), zones())
def test_an_instant_can_be_read_back_from_its_text(at: datetime, zone: tzinfo) -> None:
    """The text of an instant in a zone is unambiguous."""
    in_utc = cast("datetime", normalize(at)[1])  # [T12]
    day, time, *name = format_instant(in_utc, zone).split(" ")
    found = datetime.fromisoformat(f"{day} {time}")
    if name and found.tzinfo is None:
        found = found.replace(tzinfo=UTC if name == ["UTC"] else ZoneInfo(name[0]))
    assert found.astimezone(UTC) == in_utc
