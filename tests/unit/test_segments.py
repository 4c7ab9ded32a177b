"""Collections of segments: each name once, and whatever is looked into is there."""

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
from tests.unit.answering import NOW
from tests.unit.raising import VALUES

case = pytest.param

VIP: Final = Segment("vip", in_list("vip"))
OTHER_VIP: Final = Segment("vip", attr("plan") == "pro")
YOUNG: Final = Segment("young", in_segment(VIP) & (attr("age") < 30))
LAPSED: Final = Segment("lapsed", at_least(1, ~in_segment(YOUNG), did("order").never()))


def test_it_is_a_collection_of_segments_in_the_order_given() -> None:
    segments = Segments([LAPSED, VIP, YOUNG])
    assert isinstance(segments, Collection)
    assert list(segments) == [LAPSED, VIP, YOUNG]
    assert segments.segments == (LAPSED, VIP, YOUNG)
    assert len(segments) == 3
    assert segments["young"] is YOUNG


def test_it_is_asked_by_name_or_by_segment() -> None:
    """A segment of another condition is not in it, whatever its name."""
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
def test_anything_else_is_not_in_it(value: str) -> None:
    """Whatever it raises when it is asked."""
    assert VALUES[value] not in Segments([VIP])


def test_nothing_is_a_collection_too() -> None:
    assert list(Segments()) == []
    assert Segments() == Segments([]) == Segments(iter(()))
    assert repr(Segments()) == "Segments()"


def test_two_are_equal_when_they_hold_the_same_in_the_same_order() -> None:
    assert Segments([VIP, YOUNG]) == Segments(iter([VIP, YOUNG]))
    assert hash(Segments([VIP, YOUNG])) == hash(Segments((VIP, YOUNG)))
    assert Segments([VIP, YOUNG]) != Segments([YOUNG, VIP])
    assert Segments([VIP]) != Segments([OTHER_VIP])
    listed: object = [VIP]
    assert Segments([VIP]) != listed


def test_it_prints_as_something_to_paste_and_can_be_copied() -> None:
    import segkit  # noqa: PLC0415 - what the pasted text is read with

    segments = Segments([YOUNG, VIP])
    assert eval(repr(segments), vars(segkit) | {"Segments": Segments}) == segments  # noqa: S307
    for copied in (
        pickle.loads(pickle.dumps(segments)),  # noqa: S301
        copy.copy(segments),
        copy.deepcopy(segments),
    ):
        assert copied == segments
        assert copied["vip"] == VIP


def test_it_does_not_change() -> None:
    segments: Any = Segments([VIP])
    with pytest.raises(AttributeError):
        segments.segments = ()
    with pytest.raises(TypeError):
        segments["young"] = YOUNG


def test_an_evaluator_takes_it() -> None:
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


Given = Callable[[], object]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        case(lambda: Segments([VIP, YOUNG, VIP]), "two segments are named 'vip'", id="twice"),
        case(lambda: Segments([VIP, OTHER_VIP]), "two segments are named 'vip'", id="one name"),
        case(lambda: Segments([YOUNG]), "'young -> vip': 'vip' is not here", id="not here"),
        case(
            lambda: Segments([LAPSED]),
            "'lapsed -> young -> vip': 'vip' is not here",
            id="the whole way to what is missing",
        ),
        case(
            lambda: Segments([LAPSED, VIP]),
            "'lapsed -> young': 'young' is not here",
            id="what is missing looks into what is here",
        ),
        case(
            lambda: Segments([LAPSED, YOUNG]),
            "'young -> vip': 'vip' is not here",
            id="what is here looks into what is not",
        ),
        case(
            lambda: Segments([YOUNG, OTHER_VIP]),
            "'young -> vip': 'vip' has another condition here",
            id="another condition",
        ),
        case(
            lambda: Segments([LAPSED, Segment("young", in_segment(OTHER_VIP)), OTHER_VIP]),
            "'lapsed -> young -> vip': 'vip' has another condition here",
            id="another condition further in",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_with_the_way_to_it(given: Given, said: str) -> None:
    with pytest.raises(ConditionError, match=said):
        given()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        case(VIP, "several segments", id="one segment"),
        case("vip", "several segments", id="a text"),
        case(b"vip", "several segments", id="bytes"),
        case({"vip": VIP}, "several segments", id="a dict"),
        case(MappingProxyType({"vip": VIP}), "several segments", id="a mapping"),
        case(3, "several segments", id="a number"),
        case(None, "several segments", id="nothing"),
        case([VIP, VIP.condition], r"Segments\[1\]: takes Segment\(name", id="a condition"),
        case([None], r"Segments\[0\]: takes Segment\(name", id="None in a list"),
    ],
)
def test_what_is_no_collection_of_segments_is_refused(given: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(ConditionTypeError, match=said):
        Segments(given)


@pytest.mark.parametrize("value", VALUES)
def test_whatever_is_handed_in_the_error_is_ours(value: str) -> None:
    given: Any = VALUES[value]
    for handed_in in (given, [VIP, given]):
        with pytest.raises((ConditionTypeError, ConditionError)):
            Segments(handed_in)
