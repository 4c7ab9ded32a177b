"""Collections of segments: each name once, and every referenced segment is included."""

import copy
import pickle
from collections.abc import Callable, Collection
from types import MappingProxyType
from typing import Any, Final

import pytest

from segkit import (
    ConditionError,
    ConditionTypeError,
    Contact,
    Evaluator,
    MemorySource,
    Segment,
    Segments,
    at_least,
    attr,
    did,
    in_list,
    in_segment,
)
from segkit.notebook import html
from tests.unit.event_evaluation import NOW
from tests.unit.hostile_values import VALUES

case = pytest.param

VIP: Final = Segment("vip", in_list("vip"))
OTHER_VIP: Final = Segment("vip", attr("plan") == "pro")
YOUNG: Final = Segment("young", in_segment(VIP) & (attr("age") < 30))
LAPSED: Final = Segment("lapsed", at_least(1, ~in_segment(YOUNG), did("order").never()))


def test_a_collection_keeps_the_order_of_its_segments() -> None:
    segments = Segments([LAPSED, VIP, YOUNG])
    assert isinstance(segments, Collection)
    assert list(segments) == [LAPSED, VIP, YOUNG]
    assert segments.segments == (LAPSED, VIP, YOUNG)
    assert len(segments) == 3
    assert segments["young"] is YOUNG


def test_membership_by_name_or_by_segment() -> None:
    """A segment with another condition is not in the collection, even with the same name."""
    segments = Segments((VIP,))
    assert "vip" in segments
    assert VIP in segments
    assert Segment("vip", in_list("vip")) in segments
    assert OTHER_VIP not in segments
    assert "young" not in segments
    assert YOUNG not in segments
    with pytest.raises(KeyError, match="young"):
        segments["young"]


@pytest.mark.parametrize("value", VALUES)
def test_other_values_are_not_in_a_collection(value: str) -> None:
    """Even if the value raises when it is compared."""
    assert VALUES[value] not in Segments([VIP])


def test_an_empty_collection() -> None:
    assert list(Segments()) == []
    assert Segments() == Segments([]) == Segments(iter(()))
    assert repr(Segments()) == "Segments()"


def test_collections_are_equal_with_the_same_segments_in_the_same_order() -> None:
    assert Segments([VIP, YOUNG]) == Segments(iter([VIP, YOUNG]))
    assert hash(Segments([VIP, YOUNG])) == hash(Segments((VIP, YOUNG)))
    assert Segments([VIP, YOUNG]) != Segments([YOUNG, VIP])
    assert Segments([VIP]) != Segments([OTHER_VIP])
    listed: object = [VIP]
    assert Segments([VIP]) != listed


def test_the_repr_can_be_pasted_and_a_collection_can_be_copied() -> None:
    import segkit  # noqa: PLC0415 - the names in the pasted text

    segments = Segments([YOUNG, VIP])
    assert eval(repr(segments), vars(segkit) | {"Segments": Segments}) == segments  # noqa: S307
    for copied in (
        pickle.loads(pickle.dumps(segments)),  # noqa: S301
        copy.copy(segments),
        copy.deepcopy(segments),
    ):
        assert copied == segments
        assert copied["vip"] == VIP


def test_a_collection_is_immutable() -> None:
    segments: Any = Segments([VIP])
    with pytest.raises(AttributeError):
        segments.segments = ()
    with pytest.raises(TypeError):
        segments["young"] = YOUNG


def test_an_evaluator_evaluates_a_collection() -> None:
    evaluator = Evaluator(MemorySource([Contact("ada", {"age": 20}, lists={"vip": None})]))
    found = evaluator.evaluate(Segments([YOUNG, VIP]), now=NOW)
    assert {name: set(members) for name, members in found.items()} == {
        "young": {"ada"},
        "vip": {"ada"},
    }


def test_a_notebook_shows_each_segment() -> None:
    page = html(Segments([VIP, Segment("b", did("order"))]))
    assert page == (
        '<div class="segkit"><strong>vip</strong><pre>is on list &quot;vip&quot;</pre>'
        "<strong>b</strong><pre>did &quot;order&quot; at least once</pre></div>"
    )
    many = html(Segments(Segment(str(number), did("order")) for number in range(12)))
    assert many.count("<strong>") == 10
    assert many.endswith("<small>and 2 more</small></div>")
    assert Segments([VIP])._repr_html_() == html(Segments([VIP]))


Build = Callable[[], object]


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        case(
            lambda: Segments([VIP, YOUNG, VIP]),
            "two segments are named 'vip'",
            id="a repeated segment",
        ),
        case(
            lambda: Segments([VIP, OTHER_VIP]),
            "two segments are named 'vip'",
            id="two segments of one name",
        ),
        case(
            lambda: Segments([YOUNG]), "'young -> vip': 'vip' is not here", id="a missing segment"
        ),
        case(
            lambda: Segments([LAPSED]),
            "'lapsed -> young -> vip': 'vip' is not here",
            id="all references to the missing segment",
        ),
        case(
            lambda: Segments([LAPSED, VIP]),
            "'lapsed -> young': 'young' is not here",
            id="the missing segment refers to a present one",
        ),
        case(
            lambda: Segments([LAPSED, YOUNG]),
            "'young -> vip': 'vip' is not here",
            id="a present segment refers to a missing one",
        ),
        case(
            lambda: Segments([YOUNG, OTHER_VIP]),
            "'young -> vip': 'vip' has another condition here",
            id="another condition",
        ),
        case(
            lambda: Segments([LAPSED, Segment("young", in_segment(OTHER_VIP)), OTHER_VIP]),
            "'lapsed -> young -> vip': 'vip' has another condition here",
            id="another condition in a nested reference",
        ),
    ],
)
def test_inconsistent_segments_are_refused(build: Build, problem: str) -> None:
    with pytest.raises(ConditionError, match=problem):
        build()


@pytest.mark.parametrize(
    ("segments", "problem"),
    [
        case(VIP, "several segments", id="one segment"),
        case("vip", "several segments", id="a text"),
        case(b"vip", "several segments", id="bytes"),
        case({"vip": VIP}, "several segments", id="a dict"),
        case(MappingProxyType({"vip": VIP}), "several segments", id="a mapping"),
        case(3, "several segments", id="a number"),
        case(None, "several segments", id="None"),
        case([VIP, VIP.condition], r"Segments\[1\]: takes Segment\(name", id="a condition"),
        case([None], r"Segments\[0\]: takes Segment\(name", id="None in a list"),
    ],
)
def test_other_arguments_are_refused(segments: Any, problem: str) -> None:  # noqa: ANN401
    with pytest.raises(ConditionTypeError, match=problem):
        Segments(segments)


@pytest.mark.parametrize("value", VALUES)
def test_hostile_arguments_raise_an_error_of_segkit(value: str) -> None:
    hostile: Any = VALUES[value]
    for argument in (hostile, [VIP, hostile]):
        with pytest.raises((ConditionTypeError, ConditionError)):
            Segments(argument)
