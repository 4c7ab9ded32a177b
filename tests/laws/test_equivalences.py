"""Equivalent conditions: both conditions of a pair have the same verdict for every contact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit import (
    AtLeast,
    Attribute,
    Comparison,
    Condition,
    Contact,
    EventCount,
    EventValue,
    Or,
    Place,
    Segment,
    all_of,
    any_of,
    attr,
    did,
    in_segment,
    matches,
    sample,
)
from segkit.model.comparisons import Scalar
from segkit.model.operators import Operator
from segkit.model.time_spans import Ago, Duration, Last, Window
from segkit.model.values import Kind, normalize
from segkit.testing import durations, instants
from segkit.testing.strategies import EVENTS, PATHS, USUAL_VALUES
from tests.laws.inputs import Inputs, inputs
from tests.strategies import conditions, windows

SCALARS = st.sampled_from((Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.INSTANT)).flatmap(
    USUAL_VALUES.__getitem__
)
FIELDS = st.sampled_from([path for path, _ in PATHS])
NAMES = st.sampled_from(EVENTS)
PARTS = st.lists(conditions(max_leaves=2), max_size=4)


def ends(kind: Kind) -> SearchStrategy[tuple[Any, Any]]:
    return st.tuples(USUAL_VALUES[kind], USUAL_VALUES[kind]).map(
        lambda pair: tuple(sorted(pair, key=lambda end: normalize(end)[1]))  # type: ignore[arg-type, return-value]
    )


@given(FIELDS, st.lists(SCALARS, max_size=3), inputs())
def test_is_in_is_any_of_the_equalities(
    path: tuple[str, ...], values: list[Scalar], case: Inputs
) -> None:
    """[K5] ``is_in([a, b])`` is ``== a`` or ``== b``."""
    either = Or(tuple(attr(*path) == value for value in values))
    assert case.matches(attr(*path).is_in(values)) is case.matches(either)


@given(FIELDS, st.sampled_from((Kind.NUMBER, Kind.TEXT)).flatmap(ends), inputs())
def test_between_includes_both_ends(
    path: tuple[str, ...], ends: tuple[Any, Any], case: Inputs
) -> None:
    """[K8] ``between(a, b)`` is ``>= a`` and ``<= b``, of numbers and of text."""
    both = (attr(*path) >= ends[0]) & (attr(*path) <= ends[1])
    assert case.matches(attr(*path).between(*ends)) is case.matches(both)


@given(FIELDS, SCALARS.filter(lambda value: not isinstance(value, bool)), inputs())
def test_at_least_is_greater_or_equal(path: tuple[str, ...], value: Scalar, case: Inputs) -> None:
    """[K1], [K4] ``>=`` is ``>`` or ``==``, ``<=`` is ``<`` or ``==``, and never both of them."""
    term = attr(*path)
    assert case.matches(term >= value) is case.matches((term > value) | (term == value))
    assert case.matches(term <= value) is case.matches((term < value) | (term == value))
    assert not case.matches((term < value) & (term > value))


@given(NAMES, st.integers(0, 4), windows(ahead=False), inputs())
def test_at_most_is_the_complement_of_one_more(
    name: str, number: int, window: Window, case: Inputs
) -> None:
    """[E1] ``at_most(n)`` is not ``at_least(n + 1)``."""
    at_most = EventCount((name,), maximum=number, window=window)
    more = EventCount((name,), minimum=number + 1, window=window)
    assert case.matches(at_most) is not case.matches(more)


@given(st.lists(NAMES, min_size=1), st.integers(0, 4), inputs())
def test_names_of_events_are_a_set(names: list[str], number: int, case: Inputs) -> None:
    """[E1] Several names are counted together, in any order, and each event once."""
    several = did(*names).at_least(number)
    assert case.matches(several) is case.matches(did(*sorted(set(names))).at_least(number))


@given(FIELDS, st.lists(SCALARS, min_size=1, max_size=3), inputs())
def test_has_any_and_has_all_are_groups_of_has(
    path: tuple[str, ...], values: list[Scalar], case: Inputs
) -> None:
    """[K5] ``has_any([a, b])`` means a or b, ``has_all([a, b])`` means both."""
    each = [attr(*path).has_any([value]) for value in values]
    assert case.matches(attr(*path).has_any(values)) is case.matches(any_of(*each))
    assert case.matches(attr(*path).has_all(values)) is case.matches(all_of(*each))


@given(SCALARS, SCALARS, st.sampled_from(("==", "<", "<=", ">", ">=")), inputs())
def test_a_reference_is_a_comparison_with_the_other_value(
    value: Scalar, other: Scalar, operator: Operator, case: Inputs
) -> None:
    """[K7] ``attr("x") < attr("y")`` is ``attr("x") < 3`` where y is 3."""
    term = attr("y")
    reference = {
        "==": attr("x") == term,
        "<": attr("x") < term,
        "<=": attr("x") <= term,
        ">": attr("x") > term,
        ">=": attr("x") >= term,
    }[operator]
    contact = Contact("c1", {"x": value, "y": other})
    if isinstance(other, bool) and operator != "==":
        assert not matches(reference, contact, now=case.now, tz=case.tz)
        return
    fixed = Attribute(("x",), Comparison(operator, other))
    assert matches(reference, contact, now=case.now, tz=case.tz) is matches(
        fixed, contact, now=case.now, tz=case.tz
    )


@given(st.integers(0, 4), PARTS, inputs())
def test_at_least_counts_its_parts(number: int, parts: list[Condition], case: Inputs) -> None:
    """[V5] ``AtLeast(k, ...)`` holds when k or more parts do; equal parts count separately."""
    repeated = [*parts, *parts[:1]]
    count = sum(case.matches(part) for part in repeated)
    assert case.matches(AtLeast(number, tuple(repeated))) is (count >= number)


@given(PARTS, inputs())
def test_at_least_one_is_any_and_at_least_all_is_all(parts: list[Condition], case: Inputs) -> None:
    """[V5] At least one part is ``Or``; at least as many as there are parts is ``And``."""
    assert case.matches(AtLeast(1, tuple(parts))) is case.matches(Or(tuple(parts)))
    assert case.matches(AtLeast(len(parts), tuple(parts))) is case.matches(all_of(*parts))


@given(conditions(), inputs())
def test_in_segment_has_the_verdict_of_the_segment(condition: Condition, case: Inputs) -> None:
    """[S8] ``in_segment(s)`` means what s means, at the same now and in the same zone."""
    segment = Segment("a", condition)
    assert case.matches(in_segment(segment)) is case.matches(condition)
    assert case.matches(~in_segment(segment)) is not case.matches(condition)


@given(NAMES, st.integers(1, 4), durations().filter(lambda length: length.months < 1000), inputs())
def test_in_at_least_is_at_least_over_windows(
    name: str, of: int, length: Duration, case: Inputs
) -> None:
    """[S4] ``in_at_least(k, of=n)`` is `AtLeast` over n adjacent rolling windows."""
    adjacent: list[Window] = [Last(length)]
    adjacent += [Ago(length.times(step + 1), length.times(step)) for step in range(1, of)]
    units = {"months": length.months, "microseconds": length.microseconds}
    count = sum(case.matches(EventCount((name,), window=window)) for window in adjacent)
    for number in range(of + 2):
        condition = did(name).in_at_least(number, of=of, **units)
        assert case.matches(condition) is (count >= number)


@given(NAMES, windows(ahead=False), inputs())
def test_a_latest_instant_is_set_if_events_are_counted(
    name: str, window: Window, case: Inputs
) -> None:
    """[E1], [E5] A latest and an earliest instant are set exactly if an event is counted."""
    has_events = case.matches(EventCount((name,), window=window))
    for aggregate in ("latest_at", "earliest_at"):
        latest_or_earliest = EventValue((name,), aggregate, (), Comparison("is_set"), window)
        assert case.matches(latest_or_earliest) is has_events


@given(NAMES, FIELDS, windows(ahead=False), SCALARS, inputs(unique_ids=True))
def test_latest_is_the_property_of_the_last_event(
    name: str, path: tuple[str, ...], window: Window, value: Scalar, case: Inputs
) -> None:
    """[E5] ``latest(p)`` is property p of the last event; of equal instants, the last given."""
    counted = [
        event
        for event in case.events
        if event.name == name
        and attrs.evolve(case, events=[event]).matches(EventCount((name,), window=window))
    ]
    latest = EventValue((name,), "latest", path, Comparison("==", value), window)
    last = [event for event in counted if event.at == max(other.at for other in counted)][-1:]
    assert case.matches(latest) is any(
        attrs.evolve(case, events=[event]).matches(latest) for event in last
    )


@given(
    st.text("a\ud800", min_size=1), st.sampled_from("ab"), st.integers(1, 99), st.integers(0, 100)
)
def test_a_larger_sample_contains_the_smaller_sample(
    contact_id: str, salt: str, percent: int, more: int
) -> None:
    """[S5] A member at p percent is a member at more; at 100 percent every contact is a member."""
    contact = Contact(contact_id)
    larger = min(100, percent + more)
    if matches(sample(percent, salt), contact):
        assert matches(sample(larger, salt), contact)
    assert matches(sample(100, salt), contact)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20_100), instants())
def test_a_larger_circle_contains_the_smaller_circle(
    latitude: float, longitude: float, km: float, now: datetime
) -> None:
    """[S6] A point within r kilometres is within more; all points are within 20,100 kilometres."""
    contact = Contact("c1", {"home": (latitude, longitude)})

    def within(kilometres: float) -> bool:
        place = Place(kilometres, 48.85, 2.35)
        return matches(Attribute(("home",), Comparison("within_km", place)), contact, now=now)

    assert not within(km) or within(km * 2)
    assert within(20_100)
    assert matches(attr("home").within_km(0, of=(latitude, longitude)), contact, now=now)
