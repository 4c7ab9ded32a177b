"""Adding an operator, an aggregate, a window, a leaf or a group: what the type checkers report.

Each test declares an addition in a copy of the code. mypy and pyright have to report the places
that the tables of CONTRIBUTING.md mark. Without the two checkers the tests are skipped;
``nox -s types`` runs them.
"""

import ast
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not (find_spec("mypy") and find_spec("pyright")), reason="needs the dependency group `lint`"
)


class Edit(NamedTuple):
    """A change that declares the addition, and nothing more."""

    file: str
    old: str
    new: str


LEAF: Final = '''@attrs.frozen(repr=False)
class Consent(SimpleLeaf):
    """Whether the contact has given a consent."""

    scope: ClassVar[Scope] = "contact"

    purpose: str


@attrs.frozen
class _Joined'''
GROUP: Final = '''@attrs.frozen(repr=False)
class Majority(Group):
    """True when more than half of the parts are."""

    parts: tuple[Condition, ...] = attrs.field(default=(), converter=_ensure_parts)

    @property
    def required(self) -> int:
        """More than half of the parts."""
        return len(self.parts) // 2 + 1


@attrs.frozen(repr=False)
class Not('''
WINDOW: Final = '''@attrs.frozen(repr=False)
class Today(BaseWindow):
    """The current local day."""


Window: TypeAlias = Today | Ever'''
UNION: Final = "ContactLeaf: TypeAlias = Consent | A"
DECLARED: Final = {
    "operator": [Edit("model/operators.py", '"anniversary", "within_km",', '"within_km", "odd",')],
    "aggregate": [Edit("model/event_values.py", '"sum", "mean",', '"sum", "median", "mean",')],
    "window": [Edit("model/time_spans.py", "Window: TypeAlias = Ever", WINDOW)],
    "leaf": [
        Edit("model/contact_leaves.py", "@attrs.frozen\nclass _Joined", LEAF),
        Edit("model/conditions.py", "ContactLeaf: TypeAlias = A", UNION),
        Edit("model/conditions.py", "import Attribute, List", "import Attribute, Consent, List"),
    ],
    "group": [
        Edit("model/base.py", "@attrs.frozen(repr=False)\nclass Not(", GROUP),
        Edit("model/conditions.py", "= InSegment | And", "= Majority | InSegment | And"),
        Edit("model/conditions.py", "AtLeast, Not, Or", "AtLeast, Majority, Not, Or"),
    ],
}  # fmt: skip
"""The new operator replaces another one, whose rows are then reported as unknown keys."""


def marked(addition: str) -> set[tuple[str, str]]:
    """Find the file and the marker of each row that both checkers report, according to the page."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = page.split(f"### Add {'an' if addition[0] in 'ao' else 'a'} {addition}\n")[1]
    rows = re.findall(
        r"^\| `([\w/.]+)` \| .* \| `(\w+)` \|$", section.split("\n### ")[0], re.MULTILINE
    )
    return set(rows)


def enclosing_function(file: Path, line: int) -> str:
    """Name the function of a line, or the module."""
    found = ""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0):
            found = node.name  # inner functions come later
    return found


def reported(copy: Path, checker: list[str]) -> set[tuple[str, str]]:
    """Run a checker, and return the reported places: functions, and tables with a missing row."""
    ran = subprocess.run(  # noqa: S603 - the checkers of this environment
        [sys.executable, "-m", *checker], cwd=copy, capture_output=True, text=True, check=False
    )
    places: set[tuple[str, str]] = set()
    for line in ran.stdout.splitlines():
        error = re.search(r"src/segkit/([\w/]+\.py):(\d+).*error: (.*)", line)
        if error:
            file = copy / "src" / "segkit" / error[1]
            table = re.search(r"\b(\w+)\[", file.read_text("utf-8").splitlines()[int(error[2]) - 1])
            places.add((error[1], enclosing_function(file, int(error[2]))))
            if table and table[1].isupper():
                places.update((module, table[1]) for module in defined_in(copy, table[1]))
    return places


def defined_in(copy: Path, table: str) -> list[str]:
    """Return the modules that define a table of that name."""
    package = copy / "src" / "segkit"
    definition = re.compile(rf"^{table}: Final", re.MULTILINE)
    return [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if definition.search(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("addition", DECLARED)
def test_both_checkers_report_the_marked_places(addition: str, tmp_path: Path) -> None:
    """For a class in a union, both checkers report these places only."""
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for edit in DECLARED[addition]:
        file = tmp_path / "src" / "segkit" / edit.file
        source = file.read_text("utf-8")
        assert source.count(edit.old) == 1, edit
        file.write_text(source.replace(edit.old, edit.new), "utf-8")
    by_mypy = reported(tmp_path, ["mypy", "--no-incremental", "src"])
    by_pyright = reported(tmp_path, ["pyright", "src"])
    expected = marked(addition)
    assert len(expected) >= 3
    assert expected <= by_mypy & by_pyright
    if addition in ("window", "leaf", "group"):
        assert by_mypy == by_pyright == expected
