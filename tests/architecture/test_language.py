"""The text of the project is plain technical English: words and phrases that it does not use.

Many people read the names, docstrings, errors and pages of segkit in a second language. So the text
uses the standard terms of the field, and no metaphors. `PHRASES` lists what has been written in
their place, each with the term to write instead.

The checked text is: docstrings, comments, strings and names of the code in ``src/`` and
``examples/``; the pages; and the expected lines of the snapshots, which are the sentences and
errors that users read.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import segkit

pytestmark = pytest.mark.once

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = Path(segkit.__file__).parent


class Phrase(NamedTuple):
    """A phrase that the text does not use, in the sense that the pattern finds.

    Attributes:
        pattern: A regular expression, case-insensitive. It searches paragraphs that are one line.
        instead: What to write instead.
        unwanted: A sentence that the pattern finds.
        legitimate: A similar sentence that the pattern does not find.
    """

    pattern: str
    instead: str
    unwanted: str
    legitimate: str


PHRASES: Final = (
    # --- metaphors: the package as a building, a document as a place, a rule as a law ----------
    Phrase(
        r"\bdoors?\b",
        "the public API, the function",
        "Users enter by the front door.",
        "A shop for outdoor furniture.",
    ),
    Phrase(
        r"(?<![\"'\w])rooms?\b(?! ?[\"'\d])",
        "module; space, memory; 'cannot represent' for 'has no room for'",
        "A float has no room for these digits.",
        'attr("address", "room") == "room 12" in a bathroom',
    ),
    Phrase(
        r"(?<![.\"'\w])floors?\b(?! ?[\"'\d(]| division)",
        "layer; lower bound",
        "A module imports from the floors below it.",
        'attr("address", "floor") == 3, math.floor(3.5)',
    ),
    Phrase(
        r"\bwalls?\b(?![- ](?:clock|time))",
        "boundary, layer; 'wall time', 'local time' for the time that a clock shows",
        "A module that grows past this lacks a wall.",
        "The wall clock of a zone; a firewall.",
    ),
    Phrase(
        r"\bhouses?\b(?! numbers?)",
        "package, project",
        "The rules of the house are tests.",
        "A household with a house number.",
    ),
    Phrase(
        r"\b(?:an?|the|its|their|each|every) seats?\b(?![\"'])",
        "path, position",
        "The seat of each problem.",
        'attr("seats") >= 5, "seats is at least 5", for customers in Seattle',
    ),
    Phrase(
        r"(?<![\"'\w])spots?\b(?![\"'])",
        "path, position",
        "Each problem is reported at its spot.",
        "The conditions of HubSpot.",
    ),
    Phrase(
        r"(?<![\"'\w])sheets?\b(?![\"'])",
        "page, document, table",
        "A sheet for each condition.",
        "A spreadsheet has NaN for an empty cell; a stylesheet.",
    ),
    Phrase(
        r"(?<![/\w])laws?\b(?!/)",
        "specification; rule; property, property test",
        "The laws hold for random conditions.",
        "tests/laws/test_clock.py is flawless.",
    ),
    Phrase(
        r"(?<!of )(?<![\"'])\bcourses?\b(?! of (?:action|study))",
        "timeline, verdict over time",
        "The course of a verdict.",
        'Every condition is, of course, true or false: prop("course") == "chess".',
    ),
    Phrase(
        r"\b(?:an?|its|each|every|this|one|their) spells?\b(?! check)|\bspells (?:of|in)\b",
        "interval, period",
        "A part is evaluated again when its spell is over.",
        "A misspelled key: users spell it in several ways.",
    ),
    Phrase(
        r"\b(?:an?|its|each|every|this|one|their) stays?\b|\bstays? of (?:a|an|the)\b",
        "interval",
        "The stay of an event in a window.",
        "The verdict stays the same until then.",
    ),
    Phrase(
        r"\bcircles? of (?:segments|imports|references)\b|\b(?:in|round in) a circle\b(?! of)",
        "cycle",
        "Segments that refer to each other in a circle.",
        "A great-circle distance; in a circle of 5 km.",
    ),
    # --- verbs that make a program speak, meet and look ----------------------------------------
    Phrase(
        r"\b(?:un)?told\b",
        "reported, passed, given",
        "All problems are told at once.",
        'last_name == "Toldi"',
    ),
    Phrase(
        r"(?<!port )\bsaid\b",
        "reported, stated, described",
        "A negated absence is said as if it were none.",
        'city == "Port Said"',
    ),
    Phrase(
        r"(?<![.\w])met\b",
        "found; 'is true' for a condition",
        "The value that was met there.",
        "Problem.met was renamed; a method, a metre, a symmetric relation.",
    ),
    Phrase(
        r"\blet(?:s|ting)? in\b|\blet(?:s|ting)?(?: [\w']+){1,5} in(?= ?[.,;:)[]|$)",
        "include, accept",
        "A negation lets contacts without a value in.",
        "segkit lets you define a segment in Python; let the window end in the past.",
    ),
    Phrase(
        r"(?<!by )(?<!-)\bhand(?:s|ed|ing)?(?: \w+){0,2}? (?:in|over|out|down|on|back)\b",
        "pass, give, return",
        "The events that a caller hands in.",
        "Code written by hand in ten lines; the right-hand side in a comparison.",
    ),
    Phrase(
        r"\blook(?:s|ed|ing)?\b(?![- ]?(?:ups?|like|around)\b)(?!-ahead)",
        "read, evaluate, search; refer to; step",
        "The instants that a condition looks at.",
        "Look up a name, which looks like a path; RE2 has no look-around and no look-ahead.",
    ),
    Phrase(
        r"\bask(?:s|ed|ing)?\b(?! (?:an? |the |your )?(?:users?|people|customers?|authors?)\b)",
        "evaluate, request, pass, require",
        "The instants that it was asked about.",
        "The form asks the user for a name; a task, a mask.",
    ),
    Phrase(
        r"\bturns? over\b",
        "flip, change",
        "The instant at which a verdict turns over.",
        "A turnover of 100; turn overlapping windows into one.",
    ),
    Phrase(
        r"\bstands? (?:in|at|there|here|around|beside|where|still|on)\b",
        "is, is in, is written in",
        "The name that stands in a document.",
        "Its first line stands alone. A letter stands for a name.",
    ),
    # --- one word for another ------------------------------------------------------------------
    Phrase(
        r"\bbehind\b(?! (?:an? |the |your )?(?:proxy|firewall|login|load balancer|UTC)\b)",
        "after (time); below, on the right (place)",
        "The first instant behind *now*.",
        "An application behind a proxy or the login; clocks 30 seconds behind UTC.",
    ),
    Phrase(
        r"\bwho(?:so)?ever\b",
        "the user, the caller, the contact; 'if a user ...'",
        "The message is for whoever builds a condition.",
        "Contacts who ever ordered.",
    ),
    Phrase(
        r"(?<!there )\b(?:is|are|was|were) (?-i:none)\b(?! of)",
        "the noun: 'is not a contact-like object', 'has no value'",
        "If *contact* is none.",
        "If *contact* is None, or is none of these, or there was none.",
    ),
    # --- pronouns without a noun, and inverted sentences ---------------------------------------
    Phrase(
        r"\bthose that\b",
        "the noun: 'the events that'",
        "Events and those that follow them.",
        "The members of a segment and those of its complement.",
    ),
    Phrase(
        r"\bones? that\b",
        "the noun: 'a value that'",
        "A value, or one that equals it.",
        "More than one; that is refused.",
    ),
    Phrase(
        # A sentence that begins with "What" and is not a question. A dot may be part of a name.
        r"(?:^|(?<=  )|(?<=[.:;!?] ))(?-i:What)(?! to | may follow) \S+"
        r"(?=(?:[^.?!|]|[.?!](?=\S))+[.!](?:[\s\"'`)]|$))",
        "the noun as subject: 'A valid document may be refused.'",
        "What is valid may still be refused.",
        "What does `attr.contains` mean? The error says what is wrong. What to write instead.",
    ),
)

NAMES: Final = {
    "circle": "cycle, references",
    "held": "value, contents",
    "spell": "interval",
    "stay": "interval",
    "twice": "duplicate, repeated",
    "way": "method, path",
}
"""Names that the code does not use, each with better names. Names also follow `PHRASES`."""


class Text(NamedTuple):
    """A paragraph, docstring, comment or string, and the line on which it starts."""

    line: int
    text: str


def problems_in(texts: Iterable[Text]) -> Iterator[tuple[int, str]]:
    """Yield the line of each unwanted phrase, and what to write instead."""
    for line, text in texts:
        lines = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", text))
        # A phrase may continue on the next line, but not after an empty line: two spaces.
        joined = lines.replace("\n", " ")
        for phrase in PHRASES:
            for match in re.finditer(phrase.pattern, joined, re.IGNORECASE):
                number = line + lines.count("\n", 0, match.start())
                yield number, f"{match[0]!r}: write {phrase.instead}"


def texts_of_python(source: str) -> Iterator[Text]:
    """Yield the strings, docstrings included, and the comments of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield Text(node.lineno, node.value)
    line, comment = 0, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            text = token.string.lstrip("#").strip()
            # A comment of several lines is one text.
            if comment and token.start[0] == line + comment.count("\n") + 1:
                comment += f"\n{text}"
            else:
                yield Text(line, comment)
                line, comment = token.start[0], text
    yield Text(line, comment)


def names_in_python(source: str) -> Iterator[tuple[int, str]]:
    """Yield the names that a module defines, with the line of the first definition."""
    seen: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                name = node.name
            case ast.arg():
                name = node.arg
            case ast.Name(ctx=ast.Store()):
                name = node.id
            case ast.Attribute(ctx=ast.Store()):
                name = node.attr
            case _:
                continue
        if name not in seen:
            seen.add(name)
            yield node.lineno, name


def problems_in_names(names: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the line of each unwanted name, and what to write instead."""
    for line, name in names:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).strip().lower()
        for _, problem in problems_in([Text(line, words)]):
            yield line, f"name {name}: {problem}"
        if words in NAMES:
            yield line, f"name {name}: write {NAMES[words]}"


def texts_of_page(page: str) -> Iterator[Text]:
    """Yield the paragraphs of a page."""
    line = 1
    for paragraph in re.split(r"(?<=\n)(?=\n)", page):
        yield Text(line, paragraph)
        line += paragraph.count("\n")


def texts_of_snapshot(page: str) -> Iterator[Text]:
    """Yield the expected lines of a snapshot: sentences, explanations and errors."""
    for number, line in enumerate(page.splitlines(), start=1):
        if line.startswith(("  |", "  ~", "  !")):
            yield Text(number, line[4:])


def problems_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the problems of a file, each with its line."""
    content = path.read_text("utf-8")
    match path.suffix:
        case ".md":
            yield from problems_in(texts_of_page(content))
        case ".txt":
            yield from problems_in(texts_of_snapshot(content))
        case _:
            yield from problems_in(texts_of_python(content))
            yield from problems_in_names(names_in_python(content))


def files() -> dict[str, Path]:
    """Find the files whose text is checked, by their names. A copy may lack some folders."""
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").rglob("*.md")]
    found = [
        *PACKAGE.rglob("*.py"),
        *(ROOT / "examples").rglob("*.py"),
        *(page for page in pages if "_build" not in page.parts),
        *(ROOT / "tests" / "snapshots").glob("*.txt"),
    ]
    return {
        str(path.relative_to(PACKAGE.parent if PACKAGE in path.parents else ROOT)): path
        for path in sorted(found)
    }


FILES: Final = files()


def test_files_are_found() -> None:
    """The test of the files would pass for an empty list."""
    assert "segkit/operations/evaluation/matches.py" in FILES
    assert "README.md" in FILES
    assert len(FILES) > 100


@pytest.mark.parametrize("name", FILES)
def test_the_text_is_plain_english(name: str) -> None:
    """Each problem names the file, the line, the phrase, and what to write instead."""
    problems = [f"{name}:{line}: {problem}" for line, problem in sorted(problems_of(FILES[name]))]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.unwanted)
def test_a_phrase_is_found_in_its_unwanted_sense_only(phrase: Phrase) -> None:
    """The pattern finds the one example, also across lines, and not the other."""
    for text in (phrase.unwanted, phrase.unwanted.replace(" ", "\n    ")):
        problems = [problem for _, problem in problems_in([Text(1, text)])]
        assert any(problem.endswith(f": write {phrase.instead}") for problem in problems)
    assert not re.search(phrase.pattern, phrase.legitimate, re.IGNORECASE)


def test_each_text_of_a_module_is_checked() -> None:
    """Docstrings, comments over two lines, joined strings, f-strings, and names."""
    source = '''"""Return a value.

The events that a caller hands in.
"""
# A contact is a member of one segment
# behind the window.
def f(events_behind, *, circle):
    raise ValueError(f"{circle} was "
                     "told")
'''
    assert sorted(problems_in(texts_of_python(source))) == [
        (3, "'hands in': write pass, give, return"),
        (6, "'behind': write after (time); below, on the right (place)"),
        (8, "'told': write reported, passed, given"),
    ]
    assert list(problems_in_names(names_in_python(source))) == [
        (7, "name events_behind: 'behind': write after (time); below, on the right (place)"),
        (7, "name circle: write cycle, references"),
    ]


def test_each_paragraph_of_a_page_is_checked() -> None:
    """A phrase is found across the lines of a paragraph, and not across two paragraphs."""
    page = "# A page\n\nEvents that a caller hands\nin.\n\nEvents that a caller hands\n\nin.\n"
    assert list(problems_in(texts_of_page(page))) == [(3, "'hands in': write pass, give, return")]


def test_the_expected_lines_of_a_snapshot_are_checked() -> None:
    """The code and the comments of a snapshot are not checked, only the sentences."""
    page = '# told\n\nattr("told")\n  | told is set\n  ~ it is not set\n  ! it was said\n'
    assert list(problems_in(texts_of_snapshot(page))) == [
        (4, "'told': write reported, passed, given"),
        (6, "'said': write reported, stated, described"),
    ]
