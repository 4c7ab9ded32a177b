"""Patterns in RE2 syntax, which match anywhere in a text [S7]."""

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

# Any: type checkers refuse the invalid calls, too.
email: Any = attr("email")

LONG: Final = 50_000


class Email(StrEnum):
    ADA = "ada@example.com"


FOUND = [
    case(r"@example\.com$", "ada@example.com", True, id="at the end"),
    case(r"@example\.com$", "ada@example.com.au", False, id="not at the end"),
    case(r"@example\.com$", "ada@example,com", False, id="an escaped dot"),
    case("ample", "ada@example.com", True, id="anywhere"),
    case("^ample", "ada@example.com", False, id="not at the start"),
    case("^ada", "ada@example.com", True, id="at the start"),
    case("Ada", "ada@example.com", False, id="patterns are case-sensitive"),
    case("(?i)Ada", "ada@example.com", True, id="the flag i ignores case"),
    case("", "", True, id="an empty pattern in an empty text"),
    case("", "anything", True, id="an empty pattern in a text"),
    case("^$", "", True, id="empty text is a value [V4]"),
    case("a.c", "a\nc", False, id="a dot does not match a line break"),
    case("(?s)a.c", "a\nc", True, id="with the flag s it does"),
    case("a$", "a\n", False, id="$ is the end of the text"),
    case("^b", "a\nb", False, id="^ is the start of the text"),
    case("(?m)^b$", "a\nb\nc", True, id="with the flag m they are the ends of a line"),
    case(r"\A\d+\z", "2022", True, id="digits"),
    case(r"^\d$", "\u0663", False, id="digits are ASCII only"),
    case(r"^\p{Nd}$", "\u0663", True, id="digits of Unicode"),
    case("^.$", "é", True, id="one code point"),
    case("^.$", "e\u0301", False, id="two code points, no normalisation [K3]"),
    case("^.$", "😀", True, id="above the first plane"),
    case("b\x00c", "ab\x00cd", True, id="a null character"),
    case("(?P<name>ada)", "ada", True, id="a named group"),
    case(r"^\x{10FFFF}$", "\U0010ffff", True, id="the last code point"),
    case(".", "\ud800", False, id="a lone surrogate matches nothing"),
    case("a", "a\ud800", False, id="a text with a lone surrogate matches nothing"),
    case("", "\udfff", False, id="a lone surrogate does not match an empty pattern"),
    case("ada", Email.ADA, True, id="an Enum member has the kind of its value [K1]"),
    case("1", 1, False, id="a number is not a text [V6]"),
    case("True", True, False, id="a boolean is not a text"),
    case("a", ["a"], False, id="a collection is not a text"),
    case("a", b"a", False, id="bytes are not a text"),
    case("None", None, False, id="no value"),
]


@pytest.mark.parametrize(("pattern", "value", "verdict"), FOUND)
def test_a_pattern_is_found_anywhere_in_a_text(pattern: str, value: object, verdict: bool) -> None:
    """[S7]."""
    condition = email.matches_regex(pattern)
    assert is_member(condition, {"email": value}) is verdict
    events = [event("mail", "2022-09-01", text=value)]
    assert (
        is_member(did("mail").where(prop("text").matches_regex(pattern)), events=events) is verdict
    )
    assert is_member(did("mail").latest("text").matches_regex(pattern), events=events) is verdict
    if verdict:  # The module re agrees, if the syntax is converted.
        python_pattern = (
            pattern.replace(r"\z", r"\Z").replace(r"\p{Nd}", r"\d").replace(r"\x{10FFFF}", ".")
        )
        assert re.search(python_pattern, str(value))


def test_thirty_unicode_classes_fit_into_a_megabyte() -> None:
    """[S7]: longer than any pattern in practice, and accepted."""
    assert is_member(email.matches_regex(r"^\pL{30}$"), {"email": "\u00e9" * 30})
    assert not is_member(email.matches_regex(r"^\pL{30}$"), {"email": "\u00e9" * 29})


@pytest.mark.parametrize(
    ("pattern", "text", "verdict"),
    [
        case("(a+)+$", "a" * LONG + "b", False, id="nested repetition"),
        case("(a|aa)+$", "a" * LONG + "b", False, id="alternatives with the same match"),
        case("(.*)*x", "a" * LONG, False, id="a repetition of a repetition of any character"),
        case("(a?){50}a{50}$", "a" * 49 + "b", False, id="optional, then required characters"),
        case("(a+)+b$", "a" * LONG + "b", True, id="a match at the end"),
    ],
)
def test_a_catastrophic_pattern_is_fast(pattern: str, text: str, verdict: bool) -> None:
    """[S7]: in time linear in the text. A backtracking search would take years."""
    begin = time.process_time()
    found = matches(email.matches_regex(pattern), Contact("ada", {"email": text}), now=NOW)
    assert found is verdict
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        case(r"(a)\1", "invalid escape sequence", id="a back reference"),
        case(r"(?P<n>a)(?P=n)", "invalid perl operator", id="a named back reference"),
        case("(?=a)", "invalid perl operator", id="a look-ahead assertion"),
        case("(?<!a)b", "", id="a negative lookbehind assertion"),
        case("(", r"missing \)", id="an open group"),
        case("[z-a]", "invalid character class range", id="a reversed range"),
        case("a**", "bad repetition operator", id="a repetition of a repetition"),
        case("a{1001}", "invalid repetition size", id="too many repetitions"),
        case("((a{100}){100}){100}", "", id="too large"),
        case(r"\pL{300}", "pattern too large", id="too large for a megabyte"),
        case("*a", "no argument for repetition operator", id="a repetition without an operand"),
        case("\\", r"trailing \\", id="an escape without a character"),
    ],
)
def test_a_pattern_that_does_not_compile_is_refused_when_built(pattern: str, why: str) -> None:
    """[S7]: the error contains the reason."""
    for build in (
        lambda: email.matches_regex(pattern),
        lambda: Comparison("matches_regex", pattern),
        lambda: did("mail").latest("text").matches_regex(pattern),
    ):
        with pytest.raises(
            ConditionError, match=f"is not a pattern in RE2 syntax: .*{why}"
        ) as caught:
            build()
        assert caught.value.value == pattern
    with pytest.raises(ConditionError) as caught:
        email.matches_regex(pattern)
    assert caught.value.path == "attr('email').matches_regex"


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(lambda: email.matches_regex("\ud800"), "lone surrogate", id="a lone surrogate"),
        case(lambda: email.matches_regex(7), "takes text; got 7", id="a number"),
        case(lambda: email.matches_regex(b"a"), "takes text; got b'a'", id="bytes"),
        case(lambda: email.matches_regex(None), r"\.is_set\(\)", id="None"),
        case(lambda: email.matches_regex(["a"]), r"takes text; got \[", id="a list"),
        case(
            lambda: email.matches_regex(re.compile("a")),
            "takes text; got re.compile",
            id="a compiled pattern of re",
        ),
        case(
            lambda: Comparison("matches_regex", "a", ignore_case=True),
            "ignore_case",
            id="ignore_case",
        ),
        case(
            lambda: did("order").sum("n").matches_regex("1"),
            "a comparison with a number",
            id="a pattern for a sum",
        ),
        case(
            lambda: did("order").latest_at().matches_regex("1"),
            "an instant",
            id="a pattern for an instant",
        ),
    ],
)
def test_invalid_arguments_of_matches_regex(build: Callable[[], object], cure: str) -> None:
    """[V6]."""
    with pytest.raises(ConditionError, match=cure):
        build()


@pytest.fixture
def without_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate an installation without the optional package."""
    monkeypatch.setitem(sys.modules, "re2", None)


@pytest.mark.usefixtures("without_re2")
def test_without_re2_the_error_shows_what_to_install() -> None:
    """[S7]: the package and the command."""
    with pytest.raises(ConditionError, match="google-re2") as caught:
        email.matches_regex("not compiled before")
    assert "pip install" in str(caught.value)
    assert caught.value.path == "attr('email').matches_regex"
    # Other conditions work.
    assert is_member(email.contains("@"), {"email": "ada@example.com"})


@pytest.mark.usefixtures("without_re2")
def test_the_extra_in_the_error_exists() -> None:
    """The package metadata provide the extra."""
    with pytest.raises(ConditionError) as caught:
        email.matches_regex("nor this one")
    extra = re.search(r"\[(\w+)\]", caught.value.problem)
    assert extra is not None
    assert extra[1] in metadata("segkit-rules").get_all("Provides-Extra", [])


def test_a_pattern_is_kept_unchanged() -> None:
    """[K10]: in the repr, in a pickle and in comparisons."""
    for pattern in (r"@example\.com$", "\n", "'\"", "\\\\", "é😀"):
        condition = email.matches_regex(pattern)
        assert condition == Attribute(("email",), Comparison("matches_regex", pattern))
        assert condition != email.contains(pattern)
        assert_repr_and_pickle_round_trip(condition)


def test_descriptions() -> None:
    """Section 5 of the specification."""
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
