"""Documents that are too large, too deep or cyclic are refused with little work."""

import json
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

import pytest

from segkit import DocumentError, Limits, Segments, from_dict, from_json
from tests.unit.documents import (
    VIP,
    aliased_operands,
    comparing,
    containing_itself,
    decode,
    doubled,
    nested,
    problems_of,
    refer_to,
)

case = pytest.param

DEEP: Final = "conditions nest at most 90 levels deep; join more in one group"
LARGE: Final = [
    case(nested(100_000), DEEP, id="a hundred thousand levels of not"),
    case(nested(100_000, "and"), DEEP, id="a hundred thousand levels of and"),
    case(nested(90), DEEP, id="one level too many"),
    case(containing_itself("not", 1), DEEP, id="a document that contains itself"),
    case(containing_itself("or", 1), DEEP, id="a document that contains itself in a list"),
    case(doubled(40), "a document has at most 10,000 conditions", id="two to the power of forty"),
    case(
        aliased_operands(), "a document has at most 1,000,000 characters", id="a shared list"
    ),
    case(
        {"type": "or", "parts": [VIP] * 1_000_000},
        "takes at most 1,000 conditions",
        id="a million parts",
    ),
    case(
        {"type": "or", "parts": [{"type": "or", "parts": [VIP] * 999}] * 999},
        "a document has at most 10,000 conditions",
        id="a thousand times a thousand parts",
    ),
    case(
        comparing("is_in", list(range(1_000_000))),
        "takes at most 10,000 values",
        id="a million operands",
    ),
    case(comparing("==", "a" * 10_001), "has at most 10,000 characters", id="a long text"),
    case(comparing("==", 10**400), "a whole number has at most 400 digits", id="a long number"),
    case(comparing("==", 10**90_000), "a whole number has at most 400 digits", id="a longer one"),
    case(comparing("==", {"decimal": "9" * 501}), "has at most 500 characters", id="a decimal"),
    case(comparing("==", {"int": "9" * 10**6}), "has at most 500 characters", id="an int as text"),
    case(comparing("==", {"decimal": "99E+999999999999999999"}), "is larger or smaller", id="exp"),
    case(comparing("==", {"a" * 10**6: 1}), "a value has the keys", id="a long key"),
    case(comparing("matches_regex", "(a|b)" * 101), "has at most 500 characters", id="a pattern"),
    case(
        {"type": "or", "parts": [comparing("matches_regex", f"a{n}") for n in range(101)]},
        "a document has at most 100 patterns", id="too many patterns",
    ),
    case(comparing("matches_regex", r"\pL{300}"), "pattern too large", id="a pattern of megabytes"),
    case(
        {"type": "count", "names": ["a"] * 101}, "takes at most 100 names", id="names of events"
    ),
    case(
        {"type": "sequence", "first": {"type": "count", "names": ["a"]},
         "steps": [{"event": {"type": "count", "names": ["a"]}}] * 21},
        "takes at most 20 steps", id="steps",
    ),
    case(
        comparing("within", {"type": "last", "length": {"years": 10_001}}),
        "is at most 10,000 years", id="longer than the calendar",
    ),
    case(
        comparing("within", {"type": "next", "length": {"int": 1, "years": {"int": "9" * 400}}}),
        "a length of time has the keys", id="an unknown unit",
    ),
    case(
        comparing("within", {"type": "ago", "newer": {"seconds": 10**12}}),
        "is at most 10,000 years", id="a window in seconds",
    ),
    case(
        comparing("within", {"type": "calendar", "unit": "day", "count": 10**7}),
        "reaches at most 10,000 years", id="days of a calendar",
    ),
    case(
        comparing("anniversary", {"first": -(10**7), "last": 0}),
        "reaches at most 10,000 years", id="days to an anniversary",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "problem"), LARGE)
def test_a_document_that_is_too_large_is_refused(condition: Any, problem: str) -> None:  # noqa: ANN401
    assert any(problem in found for found in problems_of(decode, condition))


def test_decoding_stops_where_a_document_is_too_large() -> None:
    """The rest of the document is neither decoded nor reported."""
    parts = [VIP] * 50 + [{"type": "lost"}]
    problems = problems_of(decode, {"type": "or", "parts": parts}, characters=40)
    assert problems == ["$.condition.parts: a document has at most 40 characters"]


def test_a_limit_that_is_too_high_still_ends_in_a_document_error() -> None:
    """With a higher limit of the depth, the recursion limit of Python is reported."""
    (problem,) = problems_of(from_json, "[" * 500_000, limits=Limits(depth=10**6))
    assert problem == "$: nests too deep for the recursion limit of Python and the calls so far"


def test_a_condition_that_nests_too_deep_is_reported_once() -> None:
    problems = problems_of(decode, containing_itself("or", 2))
    assert len(problems) == 2
    assert problems[0].endswith(DEEP)
    assert "a document has at most 10,000 conditions" in problems[1]


def test_a_document_at_a_limit_is_accepted() -> None:
    assert decode(nested(89)).depth == 90
    condition = {"type": "or", "parts": [VIP, VIP]}
    for limits in ({"nodes": 3}, {"parts": 2}, {"depth": 4}, {"text": 4}):
        name, limit = next(iter(limits.items()))
        decode(condition, **limits)
        assert problems_of(decode, condition, **{name: limit - 1})
    decode(comparing("is_in", [1, 2]), operands=2, names=1)
    assert problems_of(decode, comparing("is_in", [1, 2]), operands=1)
    assert problems_of(decode, {**comparing("==", 1), "path": ["x", "y"]}, names=1)
    decode(comparing("==", {"decimal": "1.5"}), digits=3)
    assert problems_of(decode, comparing("==", {"decimal": "1.5"}), digits=2)
    decode(comparing("==", 99), digits=2)
    assert problems_of(decode, comparing("==", 99), digits=1)
    window = comparing("within", {"type": "last", "length": {"months": 24}})
    decode(window, years=2)
    assert problems_of(decode, window, years=1)
    text = json.dumps({"segkit": 1, "condition": VIP})
    from_json(text, limits=Limits(characters=len(text)))
    assert problems_of(from_json, text, limits=Limits(characters=len(text) - 1))


def chain(length: int, times: int) -> dict[str, Any]:
    """Return a document of segments. Each refers to the next segment several times."""
    segments: list[dict[str, Any]] = [
        {
            "name": str(index),
            "condition": {
                "type": "or",
                "parts": [{"type": "in_segment", "name": str(index + 1)}] * times,
            },
        }
        for index in range(length)
    ]
    return {"segkit": 1, "segments": [*segments, {"name": str(length), "condition": VIP}]}


def test_references_count_as_the_conditions_of_their_segments() -> None:
    """Each segment refers twice to the next one, so the number of conditions doubles."""
    assert "a document has at most 10,000 conditions" in problems_of(from_dict, chain(40, 2))[0]
    decoded = from_dict(chain(9, 2))
    assert isinstance(decoded, Segments)
    sizes = [segment.condition.size for segment in decoded]
    assert sizes == [4 * 2**level - 3 for level in range(9, -1, -1)]
    assert from_dict(chain(9, 2), limits=Limits(nodes=sum(sizes))) == decoded
    assert problems_of(from_dict, chain(9, 2), limits=Limits(nodes=sum(sizes) - 1))


def test_a_long_chain_of_references_is_refused_and_not_followed_by_recursion() -> None:
    problems = problems_of(from_dict, chain(999, 1), limits=Limits(nodes=10**6))
    assert any("conditions nest at most 90 levels deep" in problem for problem in problems)


def test_a_cycle_of_a_thousand_segments_is_reported_once() -> None:
    document = chain(999, 1)
    document["segments"][-1]["condition"] = {"type": "in_segment", "name": "0"}
    (problem,) = problems_of(from_dict, document)
    assert (
        problem == "$.segments[999]: a segment must not refer to itself, directly or through others"
    )


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        case(
            {"a": refer_to("a")}, ["$.segments[0]: a segment must not refer to itself"], id="itself"
        ),
        case(
            {"a": refer_to("b", deep=True), "b": refer_to("a", deep=True)},
            ["$.segments[1]: a segment must not refer to itself"],
            id="two, in nested groups",
        ),
        case(
            {"a": refer_to("b"), "b": refer_to("c"), "c": refer_to("b"), "d": refer_to("d")},
            [
                "$.segments[2]: a segment must not refer to itself",
                "$.segments[3]: a segment must not refer to itself",
            ],
            id="each cycle once",
        ),
        case(
            {"a": refer_to("x"), "b": refer_to("a"), "c": {"type": "list", "name": 3}},
            [
                "$.segments[0].condition.name: no segment",
                "$.segments[2].condition.name: takes a text",
            ],
            id="references to invalid segments are not reported again",
        ),
    ],
)
def test_invalid_references_are_reported(segments: dict[str, Any], expected: list[str]) -> None:
    listed = [{"name": name, "condition": condition} for name, condition in segments.items()]
    problems = problems_of(from_dict, {"segkit": 1, "segments": listed})
    assert [problem.split(", directly")[0].split(" of the")[0] for problem in problems] == expected


def test_a_segment_that_is_too_deep_or_contains_itself_is_refused() -> None:
    for condition in (containing_itself("or", 3), doubled(40), nested(100_000)):
        document = {"segkit": 1, "segments": [{"name": "a", "condition": condition}]}
        assert problems_of(from_dict, document)


def test_each_invalid_segment_is_reported() -> None:
    segments: list[Any] = [
        3,
        {},
        {"name": 3},
        [],
        {"name": "a", "condition": VIP},
        {3: "a", "name": "a"},
    ]
    problems = problems_of(from_dict, {"segkit": 1, "segments": segments})
    assert {problem.split(":")[0] for problem in problems} == {
        "$.segments[0]", "$.segments[1]", "$.segments[2]", "$.segments[2].name", "$.segments[3]",
        "$.segments[5]", "$.segments[5].name",
    }  # fmt: skip
    assert problems_of(from_dict, {"segkit": 1, "segments": {"a": VIP}})


# --- work in proportion to the size ---------------------------------------------------------------


def count_calls(
    function: Callable[..., object], document: object, limits: Limits | None = None
) -> int:
    """Return the number of calls of functions, including functions in C."""
    count = 0

    def count_call(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(count_call)
    try:
        function(document, limits=limits or HIGH_LIMITS)
    except DocumentError:
        pass
    finally:
        sys.setprofile(None)
    return count


HIGH_LIMITS: Final = Limits(
    characters=10**8, nodes=10**6, parts=10**6, operands=10**6, names=10**6, text=10**8, steps=80
)


def documents_of_size(size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "parts", {"condition": {"type": "or", "parts": [VIP] * size}}
    yield "invalid parts", {"condition": {"type": "or", "parts": [3] * size}}
    yield "operands", {"condition": comparing("is_in", list(range(size)))}
    yield "invalid operands", {"condition": comparing("is_in", [None] * size)}
    yield "keys", {"condition": {"type": "list", **{f"k{key}": 1 for key in range(size)}}}
    yield "segments", {"segments": [{"name": str(name), "condition": VIP} for name in range(size)]}
    yield "segments of one name", {"segments": [{"name": "a", "condition": VIP}] * size}
    yield (
        "references",
        {
            "segments": [
                {"name": "a", "condition": {"type": "or", "parts": [refer_to("b")] * size}},
                {"name": "b", "condition": VIP},
            ]
        },
    )
    yield (
        "chains of references",
        {
            "segments": [
                {"name": str(name), "condition": refer_to(str(name - 1)) if name % 50 else VIP}
                for name in range(size)
            ]
        },
    )
    yield (
        "references to an unknown segment",
        {"condition": {"type": "or", "parts": [refer_to("b")] * size}},
    )


@pytest.mark.parametrize("index", range(10), ids=[name for name, _ in documents_of_size(1)])
def test_decoding_takes_work_in_proportion_to_the_size(index: int) -> None:
    """A valid or invalid document of twice the size takes about twice the calls."""
    calls, calls_for_double_size = (
        count_calls(from_dict, {"segkit": 1, **list(documents_of_size(size))[index][1]})
        for size in (400, 800)
    )
    assert calls > 400
    assert calls_for_double_size < 2.2 * calls


def test_segments_that_share_a_condition_are_searched_within_the_limits() -> None:
    """YAML anchors can create such documents. The search for names stops at the limits."""
    condition = containing_itself("or", 3)
    segment_with_many_keys = {
        "name": "a",
        **{f"k{key}": 1 for key in range(5_000)},
        "condition": condition,
    }
    low_limits = Limits(characters=3_000)
    for segment in ({"name": "a", "condition": condition}, segment_with_many_keys):
        document = {"segkit": 1, "segments": [segment] * 900}
        assert problems_of(from_dict, document, limits=low_limits)
        assert count_calls(from_dict, document, low_limits) < 100_000


def test_cycles_take_work_in_proportion_to_the_number_of_references() -> None:
    def complete_graph(number: int) -> dict[str, Any]:
        parts = [refer_to(str(name)) for name in range(number)]
        segments = [
            {"name": str(name), "condition": {"type": "or", "parts": parts}}
            for name in range(number)
        ]
        return {"segkit": 1, "segments": segments}

    calls, calls_for_double_size = (
        count_calls(from_dict, complete_graph(number)) for number in (60, 120)
    )
    assert calls_for_double_size < 4.4 * calls
    problems = problems_of(from_dict, complete_graph(120), limits=HIGH_LIMITS)
    assert len(problems) == 100
    assert all("a segment must not refer to itself" in problem for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        lambda size: (
            '{"segkit":1,"condition":{"type":"or","parts":['
            + ",".join(['{"type":"list"}'] * size)
            + "]}}"
        ),
        lambda size: '{"segkit":1,"condition":{' + ",".join(['"type":"list"'] * size) + "}}",
        lambda size: '{"segkit":1,"condition":[' + ",".join(["NaN"] * size) + "]}",
        lambda size: '"' + '\\"' * size,
        lambda size: "[]" * size,
    ],
    ids=["conditions", "one key many times", "constants", "a text without an end", "brackets"],
)
def test_decoding_text_takes_work_in_proportion_to_its_length(text: Callable[[int], str]) -> None:
    calls, calls_for_double_size = (count_calls(from_json, text(size)) for size in (500, 1000))
    assert calls_for_double_size < 2.2 * calls + 50
