"""The form of documents, the keys that may be omitted, and the guarantees of decoding."""

import copy
import hashlib
import inspect
import json
import pickle
import sys
from collections import OrderedDict, UserDict, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from enum import Enum, IntEnum
from importlib.resources import files
from typing import Any, Final

import pytest

from segkit import (
    And,
    Attribute,
    Comparison,
    Condition,
    ConditionError,
    ConditionTypeError,
    DocumentError,
    EventCount,
    Ever,
    Limits,
    Problem,
    Sample,
    Segment,
    Segments,
    all_of,
    at_least,
    attr,
    content_hash,
    did,
    from_dict,
    from_json,
    in_any_list,
    in_list,
    in_segment,
    json_schema,
    prop,
    sample,
    to_dict,
    to_json,
)
from segkit.model.base import MAX_DEPTH
from segkit.operations.serialization.codec import EncodeOptions
from segkit.operations.serialization.values import encode_window
from tests.unit.hostile_values import VALUES

case = pytest.param
VIP: Final = Segment("vip", in_list("vip"))
HALF: Final = datetime(2022, 7, 1, 0, 0, 0, 500_000, UTC)


def decode(condition: object) -> Any:  # noqa: ANN401
    return from_dict({"segkit": 1, "condition": condition})


def decode_comparison(operator: str, operand: object) -> Any:  # noqa: ANN401
    comparison = {"operator": operator, "operand": operand}
    return decode({"type": "attribute", "path": ["x"], "comparison": comparison})


# --- encoding -------------------------------------------------------------------------------------


def test_a_document_has_a_version_and_one_value() -> None:
    condition = {"type": "list", "name": "vip"}
    assert to_dict(in_list("vip")) == {"segkit": 1, "condition": condition}
    segment = {"name": "vip", "condition": condition}
    assert to_dict(VIP) == {"segkit": 1, "segment": segment}
    assert to_dict(Segments([VIP])) == {"segkit": 1, "segments": [segment]}


def test_a_segment_is_encoded_in_full_alone_and_by_name_among_segments() -> None:
    young = Segment("young", in_segment(VIP))
    assert to_dict(young)["segment"]["condition"] == {
        "type": "in_segment",
        "segment": {"name": "vip", "condition": {"type": "list", "name": "vip"}},
    }
    segments = to_dict(Segments([young, VIP]))["segments"]
    assert segments[0]["condition"] == {"type": "in_segment", "name": "vip"}


def test_a_name_refers_to_the_same_segment_object_in_any_order() -> None:
    young = Segment("young", in_segment(VIP))
    for order in ([young, VIP], [VIP, young]):
        decoded = from_dict(to_dict(Segments(order)))
        assert isinstance(decoded, Segments)
        assert decoded == Segments(order)
        assert decoded["young"].condition.segment is decoded["vip"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("condition", "keys"),
    [
        case(did("a"), {}, id="at least one is the default"),
        case(did("a").at_least(1), {}, id="an explicit at least one"),
        case(did("a").at_least(2), {"least": 2}, id="two"),
        case(did("a").at_least(0), {"least": 0}, id="at least 0"),
        case(did("a").at_most(2), {"most": 2}, id="at most"),
        case(did("a").never(), {"least": 0, "most": 0}, id="never keeps both bounds"),
        case(did("a").at_least(1).at_most(2), {"least": 1, "most": 2}, id="both"),
        case(
            did("a").within_last(days=3),
            {"window": {"type": "last", "length": {"days": 3}}},
            id="a window",
        ),
    ],
)
def test_default_values_are_omitted(condition: Condition, keys: object) -> None:
    document = to_dict(condition)["condition"]
    assert document == {"type": "count", "names": ["a"], **keys}  # type: ignore[dict-item]


def test_the_default_window_has_a_form() -> None:
    assert encode_window(Ever(), EncodeOptions()) == {"type": "ever"}
    assert "window" not in to_dict(did("a"))["condition"]


def test_each_call_returns_a_new_document() -> None:
    """It shares no object with the condition, with another document or with the schema."""
    condition = attr("a").is_in(["x"])
    functions: list[Callable[[], dict[str, Any]]] = [lambda: to_dict(condition), json_schema]
    for create in functions:
        one, other = create(), create()
        assert one == other
        before = copy.deepcopy(other)
        one.clear()
        third = create()
        next(value for value in third.values() if isinstance(value, dict)).clear()
        assert other == before == create()


@pytest.mark.parametrize(
    "value", [None, 3, "vip", attr("age"), [VIP], {"a": 1}, Comparison("is_set")]
)
def test_other_values_are_not_encoded(value: Any) -> None:  # noqa: ANN401
    for write in (to_dict, to_json, content_hash):
        with pytest.raises(ConditionTypeError, match=f"{write.__name__}: takes a condition"):
            write(value)


@pytest.mark.parametrize("value", VALUES)
def test_values_that_raise_are_not_encoded(value: str) -> None:
    for write in (to_dict, to_json, content_hash):
        with pytest.raises(ConditionTypeError):
            write(VALUES[value])  # type: ignore[arg-type]


# --- decoding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "condition"),
    [
        case({"type": "count", "names": ["a"], "least": 1}, did("a"), id="least"),
        case({"type": "count", "names": ["a"], "least": 0, "most": 2}, did("a").at_most(2), id="0"),
        case({"type": "count", "names": ["a"], "window": {"type": "ever"}}, did("a"), id="window"),
        case(
            {"type": "sequence", "first": {"type": "count", "names": ["a"], "least": 1},
             "steps": [{"event": {"type": "count", "names": ["b"], "least": 1}}]},
            did("a").followed_by(did("b")), id="least in a step",
        ),
        case(
            {"type": "sequence", "first": {"type": "count", "names": ["a"]}, "steps": [],
             "absent": {"event": {"type": "count", "names": ["b"]}}},
            did("a").not_followed_by(did("b")), id="no steps",
        ),
        case(
            {"type": "list", "joined": {"operator": "within", "operand":
             {"type": "calendar", "unit": "month", "offset": 0, "count": 1}}},
            in_any_list().joined_during("month"), id="calendar",
        ),
        case(
            {"type": "attribute", "path": ["x"], "comparison":
             {"operator": "==", "operand": 1, "ignore_case": False}}, attr("x") == 1, id="case",
        ),
        case(
            {"type": "attribute", "path": ["x"], "comparison":
             {"operator": ">", "operand": 1, "ignore_case": False}}, attr("x") > 1,
            id="case, where it cannot be ignored",
        ),
        case(
            {"type": "count", "names": ["a"], "window": {"type": "last", "length":
             {"years": 1, "months": 2, "weeks": 1, "hours": 0, "seconds": 3}}},
            did("a").within_last(months=14, days=7, seconds=3), id="units",
        ),
    ],
)  # fmt: skip
def test_default_values_may_be_explicit(document: object, condition: Condition) -> None:
    assert decode(document) == condition


@pytest.mark.parametrize(
    ("operand", "scalar"),
    [
        case(5, 5, id="a whole number is an int"),
        case(2**60, 2**60, id="a large whole number is an int"),
        case(0.5, 0.5, id="a number with a fraction is a float"),
        case(1.0, 1.0, id="a float with the fraction .0"),
        case(Decimal(5), 5, id="a whole Decimal of another JSON reader is an int"),
        case(Decimal("0.5"), 0.5, id="a Decimal with a fraction is a float"),
        case(Decimal("1.0"), 1.0, id="a Decimal with the fraction .0 is a float"),
        case(Decimal("1E+2"), 100.0, id="a Decimal with an exponent is a float"),
        case({"int": "-7"}, -7, id="a small number as text"),
        case({"int": "-" + "9" * 400}, -(10**400) + 1, id="a sign is not a digit, in text"),
        case(-(10**400) + 1, -(10**400) + 1, id="a sign is not a digit, in a number"),
        case({"float": "0.5"}, 0.5, id="a float as text"),
        case({"float": "1e+16"}, 1e16, id="a float with an exponent"),
        case({"decimal": "1.10"}, Decimal("1.10"), id="a decimal keeps its zeros"),
        case({"instant": "2022-07-01T02:00:00+02:00"}, datetime(2022, 7, 1, tzinfo=UTC), id="zone"),
        case({"instant": "2022-07-01T00:00:00.5Z"}, HALF, id="half a second"),
    ],
)  # fmt: skip
def test_scalars_have_several_forms(operand: object, scalar: Any) -> None:  # noqa: ANN401
    decoded = decode_comparison("==", operand)
    assert decoded == (attr("x") == scalar)
    assert repr(decoded) == repr(attr("x") == scalar)


class Text(str):
    """A subclass of str, as a host application may define it."""

    __slots__ = ()


class Size(IntEnum):
    FIVE = 5


class Plan(str, Enum):  # noqa: UP042 - as host applications define it
    PRO = "pro"


def test_subclasses_of_plain_types_are_decoded_as_the_plain_types() -> None:
    document: Any = OrderedDict(
        segkit=1,
        condition=defaultdict(
            list,
            {
                Text("type"): Text("attribute"),
                "path": [Text("x")],
                "comparison": {Text("operator"): Text("=="), "operand": Size.FIVE},
            },
        ),
    )
    assert from_dict(document) == (attr("x") == 5)
    assert decode_comparison("==", Plan.PRO) == (attr("x") == "pro")
    assert type(decode_comparison("==", Text("a")).comparison.operand) is str


def test_other_mappings_are_refused() -> None:
    """Their methods may return anything; users can pass `dict(mapping)`."""
    for mapping in (UserDict(to_dict(VIP)), to_dict(VIP).items()):
        with pytest.raises(DocumentError, match="a document is an object"):
            from_dict(mapping)  # type: ignore[call-overload]


def test_the_decimal_context_has_no_effect() -> None:
    condition = all_of(
        attr("x") == Decimal("1.2345678901234567890"), Sample(Decimal("33.330"), "a")
    )
    with localcontext() as context:
        context.prec = 3
        context.Emax = 5
        assert repr(from_dict(to_dict(condition))) == repr(condition)
        hash_in_context = content_hash(condition)
    assert content_hash(condition) == hash_in_context


def test_lone_surrogates_are_encoded_as_escapes() -> None:
    condition = attr("\ud800") == "\udfff"
    assert r"\udfff" in to_json(condition)
    assert to_json(condition).encode("ascii").decode("ascii") == to_json(condition)
    assert from_json(to_json(condition)) == condition


PAIR: Final = "\ud83d\ude00"
"""Two characters in Python, which is a different text from their one character."""


@pytest.mark.parametrize(
    "value",
    [
        case(attr("x") == PAIR, id="an operand"),
        case(attr("x").is_in(["a", f"a{PAIR}a"]), id="one of several"),
        case(attr("x") > attr("y", PAIR), id="a reference"),
        case(attr("x", PAIR).is_set(), id="a path"),
        case(in_list(PAIR), id="a list"),
        case(did("a", PAIR), id="a name of an event"),
        case(did("a").latest(PAIR).is_set(), id="a property"),
        case(did("a").where(prop(PAIR).is_set()), id="a property in where"),
        case(did(PAIR).latest_at().is_set(), id="an event of a value"),
        case(sample(10, PAIR), id="a salt"),
        case(Segment(PAIR, did("a")), id="a segment"),
        case(Segments([Segment(PAIR, did("a"))]), id="one of several segments"),
        case(in_segment(Segment(PAIR, did("a"))), id="a segment within"),
    ],
)
def test_two_surrogates_that_make_a_pair_are_refused(value: Any) -> None:  # noqa: ANN401
    """JSON has the same escapes for the pair and for its character: the decoded text differs."""
    decoded: str = json.loads(json.dumps(PAIR))
    assert (decoded == "\U0001f600", decoded == PAIR) == (True, False)
    for write in (to_dict, to_json, content_hash):
        with pytest.raises(ConditionError, match="surrogate pair as two characters"):
            write(value)
    with pytest.raises(DocumentError, match="surrogate pair as two characters"):
        decode_comparison("==", PAIR)
    for text in ("\U0001f600", "\ude00\ud83d", "\ud83da\ude00"):
        assert from_json(to_json(attr(text) == text)) == (attr(text) == text)


@pytest.mark.parametrize(
    "convert",
    [
        case(lambda text: text, id="text"),
        case(lambda text: "\ufeff" + text, id="text with a byte order mark"),
        case(lambda text: text.encode(), id="bytes"),
        case(lambda text: b"\xef\xbb\xbf" + text.encode(), id="bytes with a byte order mark"),
        case(lambda text: bytearray(text.encode()), id="a bytearray"),
        case(Text, id="a subclass of text"),
        case(lambda text: json.dumps(json.loads(text), indent=4, ensure_ascii=False), id="indent"),
    ],
)
def test_text_and_bytes_are_decoded(convert: Any) -> None:  # noqa: ANN401
    condition = attr("é") == "\U0001d4b6"
    assert from_json(convert(to_json(condition))) == condition


def test_the_deepest_condition_fits_the_default_limits() -> None:
    """A group takes two levels of JSON, and so does a segment."""
    leaf: Condition = attr("x").between(date(2022, 7, 1), datetime(2022, 9, 30, tzinfo=UTC))
    groups = segments = leaf
    while groups.depth < MAX_DEPTH:
        groups = And((groups,))
    while segments.depth < MAX_DEPTH:
        segments = in_segment(Segment("s", segments))
    for deep in (groups, segments):
        assert from_json(to_json(deep)) == deep
        assert from_json(to_json(Segment("s", deep))) == Segment("s", deep)


# --- the content hash -----------------------------------------------------------------------------


def test_the_content_hash_is_usually_the_hash_of_the_text() -> None:
    for value in (VIP, attr("x") == 1.0, did("a").at_least(2), Segments([VIP])):
        assert content_hash(value) == hashlib.sha256(to_json(value).encode()).hexdigest()


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        case(
            attr("x") == Decimal("1.10"),
            '{"condition":{"comparison":{"operand":{"decimal":"1.1"},"operator":"=="},'
            '"path":["x"],"type":"attribute"},"segkit":1}',
            id="a decimal without its zeros",
        ),
        case(
            attr("x") == Decimal("-0.00"),
            '{"condition":{"comparison":{"operand":{"decimal":"0"},"operator":"=="},'
            '"path":["x"],"type":"attribute"},"segkit":1}',
            id="a decimal zero without its sign",
        ),
        case(
            attr("x") == Decimal(100),
            '{"condition":{"comparison":{"operand":{"decimal":"1E+2"},"operator":"=="},'
            '"path":["x"],"type":"attribute"},"segkit":1}',
            id="a decimal of hundreds",
        ),
        case(
            attr("x") == -0.0,
            '{"condition":{"comparison":{"operand":{"float":"0.0"},"operator":"=="},'
            '"path":["x"],"type":"attribute"},"segkit":1}',
            id="a float zero without its sign",
        ),
        case(
            did("a").never(),
            '{"condition":{"most":0,"names":["a"],"type":"count"},"segkit":1}',
            id="the default of least, with most",
        ),
        case(
            did("a").at_least(1),
            '{"condition":{"names":["a"],"type":"count"},"segkit":1}',
            id="the default of least, without most",
        ),
    ],
)
def test_the_text_that_is_hashed_if_equal_values_have_several_forms(
    condition: Condition, text: str
) -> None:
    """[K10]: byte for byte."""
    assert content_hash(condition) == hashlib.sha256(text.encode("ascii")).hexdigest()


def test_a_condition_a_segment_and_segments_have_different_hashes() -> None:
    values = (VIP.condition, VIP, Segments([VIP]), in_segment(VIP), Segment("other", VIP.condition))
    assert len({content_hash(value) for value in values}) == len(values)


# --- the schema in the package --------------------------------------------------------------------


def test_the_schema_in_the_package_is_the_schema_that_is_returned() -> None:
    """Byte for byte. To update the file, write *text*, and review the diff: it is published."""
    text = json.dumps(json_schema(), indent=2) + "\n"
    assert files("segkit").joinpath("schema/segment-1.json").read_bytes() == text.encode("ascii")


# --- errors ---------------------------------------------------------------------------------------


def test_all_problems_are_reported_together_with_their_paths() -> None:
    parts = [
        {"type": "list", "name": 3},
        {"type": "list", "name": "vip"},
        {"type": "attribute", "path": ["x"], "comparison": {"operator": ">", "operand": None}},
    ]
    with pytest.raises(DocumentError) as caught:
        decode({"type": "and", "parts": parts, "extra": 1})
    assert [(problem.path, problem.found) for problem in caught.value.problems] == [
        ("$.condition", "'extra'"),
        ("$.condition.parts[0].name", "3"),
        ("$.condition.parts[2].comparison.operand", "None"),
    ]
    assert caught.value.omitted == 0
    assert str(caught.value).count("\n") == 3


def test_a_hundred_problems_are_reported_and_the_rest_is_counted() -> None:
    with pytest.raises(DocumentError) as caught:
        decode({"type": "or", "parts": [3] * 103})
    assert len(caught.value.problems) == 100
    assert caught.value.omitted == 3
    assert str(caught.value).startswith("from_dict: 103 problems\n  $.condition.parts[0]: ")
    assert str(caught.value).endswith("\n  and 3 more")


def test_a_problem_shows_the_found_value_once() -> None:
    """Also if the sentence contains the same digits, or a constructor names the value."""
    assert str(Problem("$.a", "3", "takes a text")) == "$.a: takes a text; got 3"
    day = {"operator": "==", "operand": {"day": 2022}}
    for condition, ending in (
        ({"type": "list", "joined": day}, 'takes text, a day such as "2022-07-01"; got 2022'),
        ({"type": "sample", "percent": 0, "salt": "a"}, "more than 0 and at most 100; got 0"),
    ):
        with pytest.raises(DocumentError) as caught:
            decode(condition)
        assert str(caught.value).endswith(ending)


def test_a_condition_with_a_bad_key_is_not_built() -> None:
    """Otherwise, problems that follow from the bad key would be reported, too."""
    for text, problems in (
        ('{"type": "list", "name": "a", "name": "b"}', ["each key of an object appears once"]),
        (
            '{"type": "count", "names": ["a"], "least": 3, "least": 5, "most": 4}',
            ["each key of an object appears once"],
        ),
    ):
        with pytest.raises(DocumentError) as caught:
            from_json(f'{{"segkit": 1, "condition": {text}}}')
        assert [problem.expected for problem in caught.value.problems] == problems


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        ({"typ": "list", "name": "a"}, "type"),
        ({"type": "list", "joined": {"operatr": "==", "operand": 1}}, "operator"),
    ],
)
def test_a_misspelled_key_of_the_tag_is_suggested(condition: object, key: str) -> None:
    with pytest.raises(DocumentError, match=f'did you mean "{key}"'):
        decode(condition)


def test_the_error_can_be_pickled_with_its_problems() -> None:
    with pytest.raises(DocumentError) as caught:
        decode({"type": "or", "parts": [3] * 103})
    restored = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (restored.problems, restored.omitted) == (caught.value.problems, 3)
    assert str(restored) == str(caught.value)
    assert restored.value == {"segkit": 1, "condition": {"type": "or", "parts": [3] * 103}}


def test_a_document_of_a_later_version_is_refused_as_such() -> None:
    """The error does not list the keys and types that this version does not know."""
    for function in (from_dict, lambda document: from_json(json.dumps(document))):
        with pytest.raises(DocumentError, match=r"reads documents of version 1: install .*; got 7"):
            function({"segkit": 7, "condition": {"type": "new"}})


@pytest.mark.parametrize("version", [0, -1, True, 1.0, "1", None, [], {"int": "1"}, Decimal("NaN")])
def test_a_version_is_a_whole_number_of_1_or_more(version: object) -> None:
    with pytest.raises(DocumentError, match="is the version of the document, 1"):
        from_dict({"segkit": version, "condition": {"type": "list"}})


def test_a_deep_stack_of_the_caller_is_reported() -> None:
    """The recursion limit includes the frames of the caller; no RecursionError is raised."""
    deep: Condition = attr("x") == 1
    while deep.depth < MAX_DEPTH:
        deep = at_least(1, deep)
    document, text = to_dict(deep), to_json(deep)

    def problems_below(frames: int) -> set[str]:
        if frames:
            return problems_below(frames - 1)
        problems: set[str] = set()
        functions: list[Callable[[], object]] = [
            lambda: from_dict(document),
            lambda: from_json(text),
        ]
        for function in functions:
            try:
                function()
            except DocumentError as error:
                problems.add(error.problems[0].expected)
        return problems

    free = sys.getrecursionlimit() - len(inspect.stack())
    assert problems_below(0) == set()
    assert problems_below(free - 150) == {
        "nests too deep for the recursion limit of Python and the calls so far"
    }


def test_a_zone_has_minutes_and_an_instant_keeps_its_microseconds() -> None:
    at = datetime(2022, 7, 1, 12, 30, 15, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert to_dict(attr("x") == at)["condition"]["comparison"]["operand"] == {
        "instant": "2022-07-01T06:45:15.000001Z"
    }


def test_limits_can_be_raised_for_trusted_documents() -> None:
    wide = attr("x").is_in(range(20_000))
    with pytest.raises(DocumentError, match="takes at most 10,000 values"):
        from_dict(to_dict(wide))
    assert from_dict(to_dict(wide), limits=Limits(operands=20_000)) == wide
    many = all_of(*[did("a")] * 1_500)
    with pytest.raises(DocumentError, match="takes at most 1,000 conditions; got a list of 1,500"):
        from_dict(to_dict(many))
    assert from_dict(to_dict(many), limits=Limits(parts=1_500)) == many


def test_the_methods_of_a_decoded_condition_work() -> None:
    decoded = from_dict(to_dict(did("a").at_least(1)))
    assert isinstance(decoded, EventCount)
    assert decoded.at_least(2).where(prop("p") == 1) == did("a").at_least(2).where(prop("p") == 1)
    assert isinstance(from_dict(to_dict(attr("x") == 1)), Attribute)
