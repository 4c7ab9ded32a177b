"""What pyproject.toml declares, and what pages, errors and other files say of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import segkit

ROOT: Final = Path(__file__).parents[2]
PYPROJECT: Final = ROOT / "pyproject.toml"
README: Final = ROOT / "README.md"

if not (PYPROJECT.exists() and README.exists()):
    pytest.skip("pyproject.toml is not part of this copy", allow_module_level=True)

SETTINGS: Final[dict[str, Any]] = tomllib.loads(PYPROJECT.read_text("utf-8"))
PROJECT: Final[dict[str, Any]] = SETTINGS["project"]
EXTRAS: Final = set(PROJECT["optional-dependencies"])
GROUPS: Final = set(SETTINGS["dependency-groups"])
FOLDERS: Final = (".ci", "benchmarks", "docs", "examples", "src", "tests", "typing_tests")


# --- extras and dependency groups ----------------------------------------------------------------

NAMES: Final = r"(`+[\w-]+`+(?:(?:, | and | or )`+[\w-]+`+)*)"
IN_BRACKETS: Final = re.compile(r"""(?:["'`\s]\.|\bsegkit-rules)\[([a-z][\w,-]*)\]""")
NAMED_EXTRAS: Final = re.compile(rf"\bextras?\s+{NAMES}")
OPTIONS: Final = re.compile(r"--group[ =]([a-z]\w*)|\bgroup\(\"(\w+)\"\)")
NAMED_GROUPS: Final = re.compile(rf"\bdependency\s+groups?\s+{NAMES}")


def texts() -> dict[str, str]:
    """Return the texts of the project that may name an extra or a group, by path."""
    # Not the files that tools leave there, such as .coverage.
    files = [path for path in ROOT.glob("[!.]*") if path.is_file()]
    for folder in FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    kinds = {"", ".md", ".py", ".toml", ".txt"}
    return {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in files
        if path.suffix in kinds and "_build" not in path.parts and path != Path(__file__)
    }


def names_in(text: str, in_code: re.Pattern[str], in_prose: re.Pattern[str]) -> Iterator[str]:
    for found in in_code.finditer(text):
        yield from "".join(filter(None, found.groups())).split(",")
    for found in in_prose.finditer(text):
        yield from re.findall(r"`([\w-]+)`", found[1])


def named_extras(text: str) -> set[str]:
    return set(names_in(text, IN_BRACKETS, NAMED_EXTRAS))


def named_groups(text: str) -> set[str]:
    return set(names_in(text, OPTIONS, NAMED_GROUPS))


@pytest.mark.parametrize(
    ("text", "extras"),
    [
        ('python -m pip install -e ".[regex]"', {"regex"}),
        ("pip install -e '.[test,hosts]'", {"test", "hosts"}),
        ("pip install segkit-rules[postgres]", {"postgres"}),
        ("needs the extra ``testing``, which", {"testing"}),
        ("with the extras `regex` and `testing`", {"regex", "testing"}),
        ("in the extra\n    `examples`, which", {"examples"}),
        ("the key is extra", set[str]()),
        ("pattern[a-z]", set[str]()),
    ],
)
def test_the_extras_in_a_text_are_found(text: str, extras: set[str]) -> None:
    assert named_extras(text) == extras


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("pip install -e . --group bench", {"bench"}),
        ('session.install("-e", ".", *group("lint"))', {"lint"}),
        ("needs the dependency group `lint`", {"lint"}),
        ("the dependency groups\n`docs`, `lint` and `dev`", {"docs", "lint", "dev"}),
    ],
)
def test_the_groups_in_a_text_are_found(text: str, groups: set[str]) -> None:
    assert named_groups(text) == groups


def test_each_extra_that_a_text_names_exists() -> None:
    """A reader types the command of a page or of an error."""
    wrong = {path: named_extras(text) - EXTRAS for path, text in texts().items()}
    del wrong["CHANGELOG.md"]  # It also names extras that have been removed.
    assert not {path: names for path, names in wrong.items() if names}


def test_each_group_that_a_text_names_exists() -> None:
    wrong = {path: named_groups(text) - GROUPS for path, text in texts().items()}
    assert not {path: names for path, names in wrong.items() if names}


def test_texts_name_extras_and_groups() -> None:
    """The tests before would pass if they found no name at all."""
    found = texts()
    assert named_extras(found["README.md"]) >= {"examples", "test", "regex"}
    assert named_extras(found["src/segkit/model/regex.py"]) == {"regex"}
    assert set[str]().union(*map(named_groups, found.values())) == GROUPS


def test_the_readme_lists_the_extras() -> None:
    """The table says what each extra is for."""
    _, _, table = README.read_text("utf-8").partition("| extra |")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])} == EXTRAS


def test_tools_for_work_on_segkit_are_groups() -> None:
    """Users of segkit see only extras that they can need."""
    assert {"bench", "dev", "docs", "fuzz", "lint"} == GROUPS
    assert not GROUPS & EXTRAS


# --- the archives and the page of the package index ----------------------------------------------

LINK: Final = re.compile(r"\]\(([^)]+)\)")


def test_links_on_the_package_page_are_absolute() -> None:
    """A link that is relative to the repository leads nowhere on another site."""
    text = README.read_text("utf-8")
    relative = [link for link in LINK.findall(text) if not link.startswith(("https://", "#"))]
    assert relative
    hook = SETTINGS["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    assert hook["fragments"] == [{"path": "README.md"}]
    for rule in hook["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    links = LINK.findall(text)
    assert not [link for link in links if not link.startswith(("https://", "#"))]
    source = PROJECT["urls"]["Source"]
    assert {f"{source}/blob/main/{link}" for link in relative} <= set(links)


def test_the_source_archive_has_the_pages_that_the_readme_links() -> None:
    """Links of the README in an unpacked archive lead to a file."""
    included = {
        path.strip("/")
        for path in SETTINGS["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    }
    included |= {"LICENSE"}  # a file of the licence is always included
    links = {link for link in LINK.findall(README.read_text("utf-8")) if "://" not in link}
    assert {link.partition("/")[0] for link in links} <= included
    assert all((ROOT / link).exists() for link in links)


def test_windows_gets_the_time_zones() -> None:
    """Windows has no database of time zones, and ``ZoneInfo("Europe/Paris")`` needs one."""
    (requirement,) = [each for each in PROJECT["dependencies"] if each.startswith("tzdata")]
    assert requirement.endswith("; sys_platform == 'win32'")


# --- versions ------------------------------------------------------------------------------------


def test_the_version_is_in_the_module_only() -> None:
    """The version is right in a checkout that is not installed, too."""
    assert "version" in PROJECT["dynamic"]
    module = ROOT / SETTINGS["tool"]["hatch"]["version"]["path"]
    assert re.findall(r'^__version__ = "(.*)"$', module.read_text("utf-8"), re.MULTILINE) == [
        segkit.__version__
    ]


def test_each_version_of_python_that_is_promised_is_tested() -> None:
    pattern = re.compile(r"Python :: (3\.\d+)$")
    promised = [found[1] for line in PROJECT["classifiers"] if (found := pattern.search(line))]
    assert PROJECT["requires-python"] == f">={promised[0]}"
    sessions = re.search(
        r"^PYTHONS = \[(.*)\]$", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE
    )
    assert sessions is not None
    assert re.findall(r'"(.*?)"', sessions[1]) == promised
    loop = re.search(
        r"^for version in (3.*); do$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE
    )
    assert loop is not None
    assert loop[1].split() == promised
