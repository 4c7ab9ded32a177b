"""Patterns in RE2 syntax, found anywhere in a text [S7]."""

import re
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from importlib.metadata import metadata
from typing import Any, Final

import pytest

from segkit import (
    Attribute,
    Comparison,
    ConditionError,
    Contact,
    attr,
    describe,
    did,
    explain,
    matches,
    prop,
)
from tests.unit.event_evaluation import NOW, assert_repr_and_pickle_round_trip, event, is_member

pytest.importorskip("re2", reason="needs the package google-re2")

case = pytest.param

# Any: some lines are what the type checkers refuse as well.
email: Any = attr("email")

LONG: Final = 50_000


class Word(StrEnum):
    ADA = "ada@example.com"


FOUND = [
    case(r"@example\.com$", "ada@example.com", True, id="at the end"),
    case(r"@example\.com$", "ada@example.com.au", False, id="not at the end"),
    case(r"@example\.com$", "ada@example,com", False, id="a dot that is one"),
    case("ample", "ada@example.com", True, id="anywhere"),
    case("^ample", "ada@example.com", False, id="not at the start"),
    case("^ada", "ada@example.com", True, id="at the start"),
    case("Ada", "ada@example.com", False, id="case counts"),
    case("(?i)Ada", "ada@example.com", True, id="unless it is left aside"),
    case("", "", True, id="nothing in nothing"),
    case("", "anything", True, id="nothing in anything"),
    case("^$", "", True, id="empty text is a value [V4]"),
    case("a.c", "a\nc", False, id="a dot is no line break"),
    case("(?s)a.c", "a\nc", True, id="unless it is asked to"),
    case("a$", "a\n", False, id="the end is the end of the text"),
    case("^b", "a\nb", False, id="and the start its start"),
    case("(?m)^b$", "a\nb\nc", True, id="unless lines are asked for"),
    case(r"\A\d+\z", "2022", True, id="digits"),
    case(r"^\d$", "\u0663", False, id="of ASCII only"),
    case(r"^\p{Nd}$", "\u0663", True, id="unless those of Unicode are asked for"),
    case("^.$", "é", True, id="one code point"),
    case("^.$", "e\u0301", False, id="two, no normalisation [K3]"),
    case("^.$", "😀", True, id="beyond the first plane"),
    case("b\x00c", "ab\x00cd", True, id="a zero is a character"),
    case("(?P<name>ada)", "ada", True, id="a named group"),
    case(r"^\x{10FFFF}$", "\U0010ffff", True, id="the last code point"),
    case(".", "\ud800", False, id="a lone surrogate matches nothing"),
    case("a", "a\ud800", False, id="nor does a text that holds one"),
    case("", "\udfff", False, id="not even nothing"),
    case("ada", Word.ADA, True, id="an Enum member stands for its value [K1]"),
    case("1", 1, False, id="a number is no text [V6]"),
    case("True", True, False, id="nor a boolean"),
    case("a", ["a"], False, id="nor a collection"),
    case("a", b"a", False, id="nor bytes"),
    case("None", None, False, id="no value"),
]


@pytest.mark.parametrize(("pattern", "held", "verdict"), FOUND)
def test_a_pattern_is_found_anywhere_in_a_text(pattern: str, held: object, verdict: bool) -> None:
    """[S7]."""
    said = email.matches_regex(pattern)
    assert is_member(said, {"email": held}) is verdict
    given = [event("mail", "2022-09-01", text=held)]
    assert (
        is_member(did("mail").where(prop("text").matches_regex(pattern)), events=given) is verdict
    )
    assert is_member(did("mail").latest("text").matches_regex(pattern), events=given) is verdict
    if verdict:  # What Python's own finds as well, where both know the syntax.
        own = pattern.replace(r"\z", r"\Z").replace(r"\p{Nd}", r"\d").replace(r"\x{10FFFF}", ".")
        assert re.search(own, str(held))


def test_a_class_of_unicode_thirty_times_over_fits_into_a_megabyte() -> None:
    """[S7]: it is more than anybody writes, and still found."""
    assert is_member(email.matches_regex(r"^\pL{30}$"), {"email": "\u00e9" * 30})
    assert not is_member(email.matches_regex(r"^\pL{30}$"), {"email": "\u00e9" * 29})


@pytest.mark.parametrize(
    ("pattern", "text", "verdict"),
    [
        case("(a+)+$", "a" * LONG + "b", False, id="nested repetition"),
        case("(a|aa)+$", "a" * LONG + "b", False, id="two ways to the same end"),
        case("(.*)*x", "a" * LONG, False, id="anything any number of times"),
        case("(a?){50}a{50}$", "a" * 49 + "b", False, id="optional, then required"),
        case("(a+)+b$", "a" * LONG + "b", True, id="found at last"),
    ],
)
def test_a_catastrophic_pattern_answers_at_once(pattern: str, text: str, verdict: bool) -> None:
    """[S7]: in time linear in the text. A backtracking search would not end in a lifetime."""
    begin = time.process_time()
    found = matches(email.matches_regex(pattern), Contact("ada", {"email": text}), now=NOW)
    assert found is verdict
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        case(r"(a)\1", "invalid escape sequence", id="a reference back"),
        case(r"(?P<n>a)(?P=n)", "invalid perl operator", id="a named reference back"),
        case("(?=a)", "invalid perl operator", id="a look ahead"),
        case("(?<!a)b", "", id="a look behind"),
        case("(", r"missing \)", id="an open group"),
        case("[z-a]", "invalid character class range", id="a reversed range"),
        case("a**", "bad repetition operator", id="a repetition of one"),
        case("a{1001}", "invalid repetition size", id="too often"),
        case("((a{100}){100}){100}", "", id="too large"),
        case(r"\pL{300}", "pattern too large", id="too large for a megabyte"),
        case("*a", "no argument for repetition operator", id="a repetition of nothing"),
        case("\\", r"trailing \\", id="an escape of nothing"),
    ],
)
def test_a_pattern_that_does_not_compile_is_refused_when_built(pattern: str, why: str) -> None:
    """[S7]: and the error says what is wrong with it."""
    for written in (
        lambda: email.matches_regex(pattern),
        lambda: Comparison("matches_regex", pattern),
        lambda: did("mail").latest("text").matches_regex(pattern),
    ):
        with pytest.raises(
            ConditionError, match=f"is no pattern in RE2 syntax: .*{why}"
        ) as refused:
            written()
        assert refused.value.value == pattern
    with pytest.raises(ConditionError) as refused:
        email.matches_regex(pattern)
    assert refused.value.path == "attr('email').matches_regex"


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        case(lambda: email.matches_regex("\ud800"), "lone surrogate", id="a lone surrogate"),
        case(lambda: email.matches_regex(7), "takes text; got 7", id="a number"),
        case(lambda: email.matches_regex(b"a"), "takes text; got b'a'", id="bytes"),
        case(lambda: email.matches_regex(None), r"\.is_set\(\)", id="None"),
        case(lambda: email.matches_regex(["a"]), r"takes text; got \[", id="a list"),
        case(
            lambda: email.matches_regex(re.compile("a")),
            "takes text; got re.compile",
            id="one of re",
        ),
        case(lambda: Comparison("matches_regex", "a", ignore_case=True), "ignore_case", id="case"),
        case(
            lambda: did("order").sum("n").matches_regex("1"),
            "a comparison with a number",
            id="of a sum",
        ),
        case(lambda: did("order").latest_at().matches_regex("1"), "an instant", id="of a time"),
    ],
)
def test_what_matches_regex_does_not_take(written: Callable[[], object], cure: str) -> None:
    """[V6]."""
    with pytest.raises(ConditionError, match=cure):
        written()


@pytest.fixture
def without_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the optional package."""
    monkeypatch.setitem(sys.modules, "re2", None)


@pytest.mark.usefixtures("without_re2")
def test_without_re2_building_one_says_what_to_install() -> None:
    """[S7]: the package, and how it is expected."""
    with pytest.raises(ConditionError, match="google-re2") as refused:
        email.matches_regex("not compiled before")
    assert "pip install" in str(refused.value)
    assert refused.value.path == "attr('email').matches_regex"
    # And everything else works.
    assert is_member(email.contains("@"), {"email": "ada@example.com"})


@pytest.mark.usefixtures("without_re2")
def test_the_extra_that_is_named_there_is_one() -> None:
    """What the error tells to install must exist."""
    with pytest.raises(ConditionError) as refused:
        email.matches_regex("nor this one")
    named = re.search(r"\[(\w+)\]", refused.value.problem)
    assert named is not None
    assert named[1] in metadata("segkit-rules").get_all("Provides-Extra", [])


def test_a_pattern_is_kept_as_it_was_written() -> None:
    """[K10]: pasted back, unpickled and compared as the text it is."""
    for pattern in (r"@example\.com$", "\n", "'\"", "\\\\", "é😀"):
        condition = email.matches_regex(pattern)
        assert condition == Attribute(("email",), Comparison("matches_regex", pattern))
        assert condition != email.contains(pattern)
        assert_repr_and_pickle_round_trip(condition)


def test_it_is_said() -> None:
    """Section 5 of the law."""
    condition = email.matches_regex("@example[.]com$")
    assert describe(condition) == 'email matches the pattern "@example[.]com$"'
    assert describe(~condition) == (
        'email does not match the pattern "@example[.]com$" (or has no value)'
    )
    assert str(explain(~condition, Contact("ada", {"email": 7}), now=NOW)) == (
        'yes  email does not match the pattern "@example[.]com$" (or has no value)\n'
        "     holds only because email is the number 7 where a text is expected\n"
        '  no   email matches the pattern "@example[.]com$"\n'
        "       value: 7\n"
        "       note: email is the number 7 where a text is expected"
    )
