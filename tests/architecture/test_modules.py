"""How the code is built: short rooms, nothing left undone, no trace of whose machine it was."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import segkit

PACKAGE: Final = Path(segkit.__file__).parent
ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = tuple(sorted(PACKAGE.rglob("*.py")))
LONGEST_ROOM: Final = 500

every_room = pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_there_are_rooms() -> None:
    """What follows would hold for an empty package."""
    assert {room.stem for room in ROOMS} >= {"conditions", "evaluation", "sources", "values"}


@every_room
def test_the_room_is_short(room: Path) -> None:
    """When one grows past this, it lacks a wall."""
    assert len(room.read_text("utf-8").splitlines()) <= LONGEST_ROOM


@every_room
def test_the_room_says_what_it_is_for(room: Path) -> None:
    """The first line of a file is what a newcomer reads."""
    assert ast.get_docstring(ast.parse(room.read_text("utf-8")))


def unfinished(source: str) -> Iterator[str]:
    """Find what somebody meant to come back to."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in ("NotImplementedError", "NotImplemented"):
            yield f"{node.id} in line {node.lineno}"
    yield from (
        f"{name} in line {function.lineno} does nothing"
        for name, function, open_by_design in _functions(tree, "")
        if not open_by_design and all(map(_does_nothing, function.body))
    )
    for number, line in enumerate(source.splitlines(), start=1):
        if word := re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield f"{word[0]} in line {number}"


def _functions(node: ast.AST, within: str) -> Iterator[tuple[str, Function, bool]]:
    """Every function with its name, and whether it has no body on purpose."""
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, Function | ast.ClassDef):
            name = f"{within}.{child.name}".lstrip(".")
        if isinstance(child, Function):
            marks = {ast.unparse(mark) for mark in child.decorator_list}
            of_a_protocol = isinstance(node, ast.ClassDef) and any(
                ast.unparse(base).startswith("Protocol") for base in node.bases
            )
            yield name, child, of_a_protocol or bool(marks & {"overload", "abstractmethod"})
        yield from _functions(child, name)


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)  # a docstring or `...`
    return isinstance(statement, ast.Pass | ast.Assert)


@every_room
def test_nothing_in_the_room_is_left_undone(room: Path) -> None:
    """Real things only: no stub, no empty function, no note to come back."""
    assert not list(unfinished(room.read_text("utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "def f(): raise NotImplementedError",
        "def f() -> int:\n    '''Later.'''\n    ...",
        "def f():\n    pass",
        "def f(a):\n    assert a",
        "class A:\n    def f(self):\n        '''Says nothing.'''",
        "class A:\n    def __add__(self, other):\n        return NotImplemented",
        "x = 1  # TODO: think",
    ],
)
def test_what_is_left_undone_would_be_found(source: str) -> None:
    """The search finds each sort."""
    assert list(unfinished(source))


def test_a_protocol_an_overload_and_an_abstract_method_may_be_empty() -> None:
    """Their bodies are places for a docstring."""
    source = (
        "class P(Protocol[T]):\n    def load(self):\n        ...\n"
        "class A:\n    @abstractmethod\n    def f(self): ...\n"
        "@overload\ndef g(): ...\n"
        "def g(a):\n    assert a\n    return a\n"
    )
    assert not list(unfinished(source))


# --- nothing of the machine ----------------------------------------------------------------------

# Put together, so that this file does not hold what it looks for.
MACHINE: Final = re.compile(
    r"(?<![\w.$}*-])/(?:" + "|".join(("ro" + "ot", "ho" + "me", "wo" + "rk", "Us" + "ers"))
    + r")/[\w.]|\b[A-Za-z]:\\" + "Users" + r"\\|\b" + "fi" + r"le:///[a-z]"
)  # fmt: skip
TEXTS: Final = (".cfg", ".css", ".html", ".ini", ".ipynb", ".json", ".md", ".py", ".rst", ".sh",
                ".svg", ".toml", ".txt", ".yaml", ".yml", "")  # fmt: skip

LEFT_BY_TOOLS: Final = re.compile(
    r".*cache(__)?|\.?venv|\.git|\.nox|\.hypothesis|_build|build|dist|node_modules"
)


def tracked() -> list[Path]:
    """List the texts of the project: what git knows or would add, or all but what tools leave."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(  # noqa: S603 - git, in this checkout
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(LEFT_BY_TOOLS.fullmatch(part) for part in path.relative_to(ROOT).parts)
        ]
    return [path for path in paths if path.is_file() and path.suffix in TEXTS]


def test_no_file_holds_a_path_of_a_machine() -> None:
    """A path of somebody's machine is of use to nobody else."""
    paths = tracked()
    assert ROOT / "pyproject.toml" in paths
    assert Path(__file__) in paths
    held = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in paths
        if (found := MACHINE.search(path.read_text("utf-8", "replace")))
    ]
    assert not held


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "home/ada/segkit/notes.md",
        "cd /" + "root/segkit",
        "(/" + "work/main)",
        'Path("/' + 'home/ada")',
        "C:\\" + "Users\\ada",
        "fi" + "le:///opt/index",
    ],
)
def test_a_path_of_a_machine_would_be_found(line: str) -> None:
    """Of any system, within quotes and brackets, too."""
    assert MACHINE.search(line)


@pytest.mark.parametrize(
    "line", ['"$work/readme"', "https://example.com/" + "home/page", "it does not wo" + "rk/run"]
)
def test_what_only_looks_like_such_a_path_is_left_alone(line: str) -> None:
    """Variables, addresses and plain prose."""
    assert not MACHINE.search(line)
