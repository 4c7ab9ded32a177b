"""Documents of somebody who means harm: refused in words, whatever they are made of."""

import json
from typing import Any, Final

import pytest

from segkit import DocumentError, from_dict, from_json
from tests.unit.documents import VIP, comparing, decode, problems_of
from tests.unit.hostile_values import COMPARING, CONVERTING, VALUES, Key, raising

case = pytest.param

# --- texts ----------------------------------------------------------------------------------------

TEXTS: Final = [
    case("[" * 100_000, "$: objects and lists nest at most 200 levels deep", id="depth"),
    case('{"a":' * 100_000, "$: objects and lists nest at most 200 levels deep", id="objects"),
    case('"' + "[" * 300, "$: is not JSON: Unterminated string", id="brackets in a text"),
    case("]" * 300 + "[" * 300, "$: is not JSON", id="closed before they are opened"),
    case('"' + '\\"' * 100_000, "$: is not JSON: Unterminated string", id="a text with no end"),
    case("\\" * 1_000, "$: is not JSON", id="escapes of nothing"),
    case(" " * 1_000_001, "$: a document has at most 1,000,000 characters", id="blanks"),
    case(b" " * 1_000_001, "$: a document has at most 1,000,000 characters", id="bytes"),
    case("", "$: is not JSON", id="nothing"),
    case(b"", "$: is not JSON", id="no bytes"),
    case("\ufeff", "$: is not JSON", id="a mark alone"),
    case("{} {}", "$: is not JSON: Extra data", id="two documents"),
    case('{"segkit":1,}', "$: is not JSON", id="a comma too many"),
    case("{'segkit':1}", "$: is not JSON", id="Python"),
    case("null", "$: a document is an object", id="null"),
    case('"\x00"', "$: is not JSON: Invalid control character", id="control characters"),
    case(b"\xff{}", "$: is not UTF-8: byte 0 is 255", id="invalid bytes"),
    case("{}".encode("utf-16"), "$: is not UTF-8", id="another encoding"),
    case("{}".encode("utf-32-le"), "$: is not JSON", id="one that looks like UTF-8"),
    case(b'"\xed\xa0\x80"', "$: is not UTF-8", id="a surrogate in bytes"),
    case(None, "$: takes JSON text", id="None"),
    case({"segkit": 1}, "$: takes JSON text", id="a dict"),
    case(memoryview(b"{}"), "$: takes JSON text", id="a view of bytes"),
]


@pytest.mark.parametrize(("text", "told"), TEXTS)
def test_a_text_that_is_no_document_is_refused(text: Any, told: str) -> None:  # noqa: ANN401
    (problem,) = problems_of(from_json, text)
    assert problem.startswith(told)


@pytest.mark.parametrize(
    ("operator", "operand", "told"),
    [
        case("==", {"instant": 5}, "operand.instant: takes text, an instant", id="instant"),
        case("==", {"day": None}, "operand.day: takes text, a day", id="day"),
        case("==", {"int": None}, "operand.int: takes a whole number as text", id="int"),
        case("==", {"float": 1.0}, "operand.float: takes a number as text", id="float"),
        case("==", {"decimal": 1}, "operand.decimal: takes a decimal number as text", id="decimal"),
        case("==", {"value_of": "age"}, "operand.value_of: takes a list of names", id="value_of"),
        case("==", {"value_of": [3]}, "operand.value_of[0]: takes a name", id="a name"),
        case("==", {}, "operand: a value is an object with one key", id="nothing in it"),
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
def test_what_is_not_written_as_it_has_to_be_is_told(
    operator: Any,  # noqa: ANN401
    operand: object,
    told: str,
) -> None:
    problems = problems_of(decode, comparing(operator, operand))
    assert problems[0].startswith(f"$.condition.comparison.{told}")


@pytest.mark.parametrize(
    "text",
    [
        case("2022-07-01T00:00:00", id="no offset"),
        case("2022-07-01", id="a day"),
        case("2022-07-01 00:00:00Z", id="a blank"),
        case("2022-07-01t00:00:00z", id="small letters"),
        case("2022-07-01T00:00Z", id="no seconds"),
        case("2022-07-01T00:00:00+0200", id="an offset without its colon"),
        case("2022-07-01T00:00:00+02:00[Europe/Paris]", id="the name of a zone"),
        case("2022-07-01T00:00:00.1234567Z", id="parts of a microsecond"),
        case("2022-07-01T00:00:60Z", id="a leap second"),
        case("2022-02-30T00:00:00Z", id="no day of the calendar"),
        case("0000-01-01T00:00:00Z", id="the year 0"),
        case("10000-01-01T00:00:00Z", id="a year of five digits"),
        case("2022-07-01T00:00:00+99:00", id="an offset of four days"),
        case("20220701T000000Z", id="the short form"),
        case("2022-W26-5T00:00:00Z", id="a week"),
        case("\u0662\u0660\u0662\u0662-07-01T00:00:00Z", id="other digits"),
        case(" 2022-07-01T00:00:00Z", id="a blank before it"),
        case("2022-07-01T00:00:00Z\n", id="the end of a line"),
        case("", id="nothing"),
    ],
)
def test_an_instant_has_one_form(text: str) -> None:
    """[K2]: and one without an offset is none. Days are as strict."""
    for tag, value in (("instant", text), ("day", text if text != "2022-07-01" else "2022-7-1")):
        (told,) = problems_of(decode, comparing("<", {tag: value}))
        assert told.startswith(f"$.condition.comparison.operand.{tag}: takes ")


OPERANDS: Final = [
    case("NaN", "is not JSON", id="NaN"),
    case("Infinity", "is not JSON", id="Infinity"),
    case("-Infinity", "is not JSON", id="-Infinity"),
    case("1e999", "is larger than any float", id="larger than any float"),
    case("9" * 402, "a whole number has at most 401 characters", id="many digits"),
    case("-" + "9" * 900_000, "a whole number has at most 401 characters", id="a million digits"),
    case("0." + "1" * 900_000, "a number has at most 500 characters", id="of a fraction"),
    case("1e" + "9" * 900_000, "a number has at most 500 characters", id="of an exponent"),
    case("9" * 401, "a whole number has at most 400 digits", id="one digit too many"),
    case('{"int":1,"int":"2"}', "each key of an object appears once", id="a key twice"),
]


@pytest.mark.parametrize(("operand", "told"), OPERANDS)
def test_a_number_that_is_none_is_told_with_its_place(operand: str, told: str) -> None:
    text = json.dumps({"segkit": 1, "condition": comparing("==", "@")}).replace('"@"', operand)
    problems = problems_of(from_json, text)
    assert problems[0].startswith(f"$.condition.comparison.operand: {told}")


@pytest.mark.parametrize("operator", ["is_in", "within", "contains", "matches_regex", "within_km"])
def test_such_a_number_is_told_wherever_it_stands(operator: str) -> None:
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


def test_keys_that_come_twice_are_told_all_of_them() -> None:
    """Python takes the last, others the first: what was checked need not be what is used."""
    text = (
        '{"segkit":1,"segkit":1,"segkit":1,"condition":{"type":"list","type":"count","name":"a"}}'
    )
    told = problems_of(from_json, text)
    assert told[:3] == ["$: each key of an object appears once"] * 2 + [
        "$.condition: each key of an object appears once"
    ]
    assert 'has the keys names least most window where only; did you mean "names"' in told[3]
    assert told[4] == '$.condition: a condition of type "count" needs the key "names"'


# --- hosts' values --------------------------------------------------------------------------------

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
def test_whatever_stands_in_a_document_the_error_is_ours(value: str) -> None:
    """A value that raises when it is asked is not asked."""
    given: Any = VALUES[value]
    for document in (
        given,
        {"segkit": given},
        {"segkit": 1, "condition": given},
        {"segkit": 1, "segments": [given, {"name": given, "condition": given}]},
        {"segkit": 1, "condition": {"type": given}},
        {"segkit": 1, "condition": {"type": "and", "parts": [given]}},
        {"segkit": 1, "condition": comparing("within", given)},
        {"segkit": 1, "condition": comparing("within_km", given)},
    ):
        assert problems_of(from_dict, document)
    assert problems_of(from_json, given)


def test_no_method_of_a_subclass_runs() -> None:
    """What was checked is what is used: nothing can answer twice."""
    document = Hostile(segkit=1, condition=Hostile(VIP))
    assert from_dict(document) == from_dict({"segkit": 1, "condition": VIP})
    text = raising("__bytes__", "__len__", "__iter__", "decode", base=bytes)(b'{"segkit": 1}')
    assert problems_of(from_json, text) == problems_of(from_dict, {"segkit": 1})
    parts = raising("__iter__", "__len__", "__getitem__", base=list)([VIP])
    assert decode({"type": "and", "parts": parts}).size == 2
    named = raising(*COMPARING, "__hash__", "__str__", "__len__", base=str)("vip")
    assert decode({"type": "list", "name": named}) == decode(VIP)


def test_keys_that_are_no_text_are_told_and_never_compared() -> None:
    """A key may have the hash of a text, so that looking the text up asks the key."""
    for key in (3, None, ("type",), Key("type"), Key("name"), Key("segkit")):
        told = problems_of(from_dict, {key: 1, "condition": VIP})
        assert told[0] == "$: the keys of an object are text"
        listed: Any = [{"condition": {key: 1, "part": VIP}}, {key: 1, "condition": VIP}]
        assert problems_of(from_dict, {"segkit": 1, "segments": listed})


def test_a_text_that_claims_to_be_another_one_comes_twice() -> None:
    class Other(str):
        __slots__ = ()
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            return self is other

    told = problems_of(from_dict, {"segkit": 1, "condition": VIP, Other("segkit"): 1})
    assert told == ["$: each key of an object appears once"]


def test_what_is_told_is_one_line_each_and_short() -> None:
    """Nobody's log is flooded, and no terminal is steered."""
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
