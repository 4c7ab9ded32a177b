"""Hostile documents: each one is refused, and its problems are reported."""

import json
from typing import Any, Final

import pytest

from segkit import DocumentError, from_dict, from_json
from tests.unit.documents import VIP, comparing, decode, problems_of
from tests.unit.hostile_values import COMPARING, CONVERTING, VALUES, Key, raising

case = pytest.param

# --- texts ----------------------------------------------------------------------------------------

TEXTS: Final = [
    case("[" * 100_000, "$: objects and lists nest at most 200 levels deep", id="nested lists"),
    case(
        '{"a":' * 100_000, "$: objects and lists nest at most 200 levels deep", id="nested objects"
    ),
    case('"' + "[" * 300, "$: is not JSON: Unterminated string", id="brackets in a text"),
    case("]" * 300 + "[" * 300, "$: is not JSON", id="closing brackets first"),
    case('"' + '\\"' * 100_000, "$: is not JSON: Unterminated string", id="an unterminated text"),
    case("\\" * 1_000, "$: is not JSON", id="backslashes only"),
    case(" " * 1_000_001, "$: a document has at most 1,000,000 characters", id="too many spaces"),
    case(b" " * 1_000_001, "$: a document has at most 1,000,000 characters", id="too many bytes"),
    case("", "$: is not JSON", id="an empty text"),
    case(b"", "$: is not JSON", id="no bytes"),
    case("\ufeff", "$: is not JSON", id="a byte order mark only"),
    case("{} {}", "$: is not JSON: Extra data", id="two documents"),
    case('{"segkit":1,}', "$: is not JSON", id="a trailing comma"),
    case("{'segkit':1}", "$: is not JSON", id="Python syntax"),
    case("null", "$: a document is an object", id="null"),
    case('"\x00"', "$: is not JSON: Invalid control character", id="control characters"),
    case(b"\xff{}", "$: is not UTF-8: byte 0 is 255", id="invalid bytes"),
    case("{}".encode("utf-16"), "$: is not UTF-8", id="UTF-16"),
    case("{}".encode("utf-32-le"), "$: is not JSON", id="UTF-32, which decodes as UTF-8"),
    case(b'"\xed\xa0\x80"', "$: is not UTF-8", id="a surrogate in bytes"),
    case(None, "$: takes JSON text", id="None"),
    case({"segkit": 1}, "$: takes JSON text", id="a dict"),
    case(memoryview(b"{}"), "$: takes JSON text", id="a memoryview"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_an_invalid_json_text_is_refused(text: Any, expected: str) -> None:  # noqa: ANN401
    (problem,) = problems_of(from_json, text)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("operator", "operand", "expected"),
    [
        case("==", {"instant": 5}, "operand.instant: takes text, an instant", id="instant"),
        case("==", {"day": None}, "operand.day: takes text, a day", id="day"),
        case("==", {"int": None}, "operand.int: takes a whole number as text", id="int"),
        case("==", {"float": 1.0}, "operand.float: takes a number as text", id="float"),
        case("==", {"decimal": 1}, "operand.decimal: takes a decimal number as text", id="decimal"),
        case("==", {"value_of": "age"}, "operand.value_of: takes a list of names", id="value_of"),
        case("==", {"value_of": [3]}, "operand.value_of[0]: takes a name", id="a name"),
        case("==", {}, "operand: a value is an object with one key", id="an empty object"),
        case("anniversary", 3, "operand: an anniversary is an object", id="anniversary"),
        case("anniversary", {"first": "a", "last": 1}, "operand.first: takes a whole", id="first"),
        case("within_km", [1, 2], "operand: a place is an object", id="place"),
        case("within_km", {"km": 1}, 'operand: a place needs the key "latitude"', id="latitude"),
        case("within", "month", "operand: a window is an object", id="window"),
        case("within", {"type": "last", "length": 3}, "operand.length: a length of", id="length"),
        case("within", {"type": "last"}, 'operand: a window of type "last" needs', id="no length"),
        case("matches_regex", 3, "operand: takes a pattern", id="pattern"),
        case(3, 3, "operator: takes a text, the operator of a comparison", id="operator"),
    ],
)
def test_a_value_in_the_wrong_form_is_reported(
    operator: Any,  # noqa: ANN401
    operand: object,
    expected: str,
) -> None:
    problems = problems_of(decode, comparing(operator, operand))
    assert problems[0].startswith(f"$.condition.comparison.{expected}")


@pytest.mark.parametrize(
    "text",
    [
        case("2022-07-01T00:00:00", id="no offset"),
        case("2022-07-01", id="a day"),
        case("2022-07-01 00:00:00Z", id="a space instead of T"),
        case("2022-07-01t00:00:00z", id="small letters"),
        case("2022-07-01T00:00Z", id="no seconds"),
        case("2022-07-01T00:00:00+0200", id="an offset without a colon"),
        case("2022-07-01T00:00:00+02:00[Europe/Paris]", id="the name of a zone"),
        case("2022-07-01T00:00:00.1234567Z", id="less than a microsecond"),
        case("2022-07-01T00:00:60Z", id="a leap second"),
        case("2022-02-30T00:00:00Z", id="not a day of the calendar"),
        case("0000-01-01T00:00:00Z", id="the year 0"),
        case("10000-01-01T00:00:00Z", id="a year of five digits"),
        case("2022-07-01T00:00:00+99:00", id="an offset of four days"),
        case("20220701T000000Z", id="the short form"),
        case("2022-W26-5T00:00:00Z", id="a week"),
        case("\u0662\u0660\u0662\u0662-07-01T00:00:00Z", id="digits that are not ASCII"),
        case(" 2022-07-01T00:00:00Z", id="a leading space"),
        case("2022-07-01T00:00:00Z\n", id="a trailing newline"),
        case("", id="an empty text"),
    ],
)
def test_an_instant_has_one_form(text: str) -> None:
    """[K2]: an instant has an offset. Days have one form, too."""
    for tag, value in (("instant", text), ("day", text if text != "2022-07-01" else "2022-7-1")):
        (problem,) = problems_of(decode, comparing("<", {tag: value}))
        assert problem.startswith(f"$.condition.comparison.operand.{tag}: takes ")


OPERANDS: Final = [
    case("NaN", "is not JSON", id="NaN"),
    case("Infinity", "is not JSON", id="Infinity"),
    case("-Infinity", "is not JSON", id="-Infinity"),
    case("1e999", "is larger than any float", id="larger than any float"),
    case("9" * 402, "a whole number has at most 401 characters", id="many digits"),
    case("-" + "9" * 900_000, "a whole number has at most 401 characters", id="900,000 digits"),
    case(
        "0." + "1" * 900_000,
        "a number has at most 500 characters",
        id="900,000 digits of a fraction",
    ),
    case(
        "1e" + "9" * 900_000,
        "a number has at most 500 characters",
        id="900,000 digits of an exponent",
    ),
    case("9" * 401, "a whole number has at most 400 digits", id="one digit too many"),
    case('{"int":1,"int":"2"}', "each key of an object appears once", id="a repeated key"),
]


@pytest.mark.parametrize(("operand", "expected"), OPERANDS)
def test_an_invalid_number_is_reported_with_its_path(operand: str, expected: str) -> None:
    text = json.dumps({"segkit": 1, "condition": comparing("==", "@")}).replace('"@"', operand)
    problems = problems_of(from_json, text)
    assert problems[0].startswith(f"$.condition.comparison.operand: {expected}")


@pytest.mark.parametrize("operator", ["is_in", "within", "contains", "matches_regex", "within_km"])
def test_an_invalid_number_is_reported_at_any_position(operator: str) -> None:
    document = {"segkit": 1, "condition": comparing(operator, "@")}
    flagged = comparing("==", "a")
    flagged["comparison"]["ignore_case"] = "@"
    for text in (
        json.dumps(document).replace('"@"', "NaN"),
        json.dumps(document).replace(f'"{operator}"', "NaN"),
        json.dumps({"segkit": 1, "condition": "@"}).replace('"@"', "NaN"),
        '{"segkit": NaN, "condition": {"type": "list"}}',
        '{"segkit": 1, "condition": {"type": NaN}}',
        '{"segkit": 1, "condition": {"type": "count", "names": ["a"], "least": NaN}}',
        json.dumps({"segkit": 1, "condition": flagged}).replace('"@"', "NaN"),
    ):
        assert any("is not JSON" in problem for problem in problems_of(from_json, text))


def test_all_repeated_keys_are_reported() -> None:
    """Python reads the last value and other programs the first: the document is ambiguous."""
    text = (
        '{"segkit":1,"segkit":1,"segkit":1,"condition":{"type":"list","type":"count","name":"a"}}'
    )
    problems = problems_of(from_json, text)
    assert problems[:3] == ["$: each key of an object appears once"] * 2 + [
        "$.condition: each key of an object appears once"
    ]
    assert 'has the keys names least most window where only; did you mean "names"' in problems[3]
    assert problems[4] == '$.condition: a condition of type "count" needs the key "names"'


# --- values of hosts ------------------------------------------------------------------------------

Hostile = raising(
    *COMPARING,
    *CONVERTING,
    "__iter__",
    "items",
    "keys",
    "get",
    "__getitem__",
    "__contains__",
    base=dict,
)


@pytest.mark.parametrize("value", VALUES)
def test_any_value_in_a_document_raises_an_error_of_segkit(value: str) -> None:
    """Methods that raise are not called."""
    hostile: Any = VALUES[value]
    for document in (
        hostile,
        {"segkit": hostile},
        {"segkit": 1, "condition": hostile},
        {"segkit": 1, "segments": [hostile, {"name": hostile, "condition": hostile}]},
        {"segkit": 1, "condition": {"type": hostile}},
        {"segkit": 1, "condition": {"type": "and", "parts": [hostile]}},
        {"segkit": 1, "condition": comparing("within", hostile)},
        {"segkit": 1, "condition": comparing("within_km", hostile)},
    ):
        assert problems_of(from_dict, document)
    assert problems_of(from_json, hostile)


def test_no_method_of_a_subclass_is_called() -> None:
    """The checked value is the value used: no method can return two results."""
    document = Hostile(segkit=1, condition=Hostile(VIP))
    assert from_dict(document) == from_dict({"segkit": 1, "condition": VIP})
    text = raising("__bytes__", "__len__", "__iter__", "decode", base=bytes)(b'{"segkit": 1}')
    assert problems_of(from_json, text) == problems_of(from_dict, {"segkit": 1})
    parts = raising("__iter__", "__len__", "__getitem__", base=list)([VIP])
    assert decode({"type": "and", "parts": parts}).size == 2
    named = raising(*COMPARING, "__hash__", "__str__", "__len__", base=str)("vip")
    assert decode({"type": "list", "name": named}) == decode(VIP)


def test_keys_that_are_not_text_are_reported_and_never_compared() -> None:
    """A key may have the hash of a text, so that a lookup of the text would compare the key."""
    for key in (3, None, ("type",), Key("type"), Key("name"), Key("segkit")):
        problems = problems_of(from_dict, {key: 1, "condition": VIP})
        assert problems[0] == "$: the keys of an object are text"
        listed: Any = [{"condition": {key: 1, "part": VIP}}, {key: 1, "condition": VIP}]
        assert problems_of(from_dict, {"segkit": 1, "segments": listed})


def test_a_key_that_claims_to_be_another_text_is_reported() -> None:
    class Other(str):
        __slots__ = ()
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            return self is other

    problems = problems_of(from_dict, {"segkit": 1, "condition": VIP, Other("segkit"): 1})
    assert problems == ["$: each key of an object appears once"]


def test_each_problem_is_one_short_line() -> None:
    """Problems do not flood a log, and contain no control characters for a terminal."""
    bad = "\x1b[31m\n\u2028" + "a" * 9_000
    with pytest.raises(DocumentError) as caught:
        decode({"type": bad, bad: bad, "parts": [bad]})
    printed = type("Printed", (), {"__repr__": lambda _: "one\ntwo\x1b[31m"})()
    with pytest.raises(DocumentError) as compared:
        decode(
            {
                "type": "or",
                "parts": [comparing("matches_regex", "(\n\x1b"), comparing(bad, printed), printed],
            }
        )
    for error in (caught.value, compared.value):
        for line in str(error).split("\n"):
            assert line.isprintable()
            assert len(line) < 400
