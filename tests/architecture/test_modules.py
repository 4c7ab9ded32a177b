"""The modules of the package are short, documented and finished; no file has a local path."""

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
MODULES: Final = tuple(sorted(PACKAGE.rglob("*.py")))
MAX_LINES: Final = 500

each_module = pytest.mark.parametrize(
    "module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE))
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_modules_are_found() -> None:
    """The other tests would pass for an empty package."""
    assert {module.stem for module in MODULES} >= {"conditions", "matches", "memory", "values"}


@each_module
def test_the_module_is_short(module: Path) -> None:
    """A longer module has more than one subject."""
    assert len(module.read_text("utf-8").splitlines()) <= MAX_LINES


@each_module
def test_the_module_has_a_docstring(module: Path) -> None:
    """A newcomer reads the first line of a file first."""
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


def unfinished(source: str) -> Iterator[str]:
    """Find stubs, empty functions, and comments such as TODO."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in ("NotImplementedError", "NotImplemented"):
            yield f"{node.id} in line {node.lineno}"
    yield from (
        f"{name} in line {function.lineno} does nothing"
        for name, function, may_be_empty in _functions(tree, "")
        if not may_be_empty and all(map(_is_empty, function.body))
    )
    for number, line in enumerate(source.splitlines(), start=1):
        if note := re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield f"{note[0]} in line {number}"


def _functions(node: ast.AST, within: str) -> Iterator[tuple[str, Function, bool]]:
    """Yield every function with its name, and whether its body may be empty."""
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, Function | ast.ClassDef):
            name = f"{within}.{child.name}".lstrip(".")
        if isinstance(child, Function):
            decorators = {ast.unparse(decorator) for decorator in child.decorator_list}
            is_protocol_method = isinstance(node, ast.ClassDef) and any(
                ast.unparse(base).startswith("Protocol") for base in node.bases
            )
            yield (
                name,
                child,
                is_protocol_method or bool(decorators & {"overload", "abstractmethod"}),
            )
        yield from _functions(child, name)


def _is_empty(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)  # a docstring or `...`
    return isinstance(statement, ast.Pass | ast.Assert)


@each_module
def test_the_module_is_finished(module: Path) -> None:
    """A module has no stub, no empty function and no TODO."""
    assert not list(unfinished(module.read_text("utf-8")))


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
def test_unfinished_code_is_found(source: str) -> None:
    """The search finds each kind of unfinished code."""
    assert list(unfinished(source))


def test_protocol_methods_overloads_and_abstract_methods_may_be_empty() -> None:
    """Their bodies contain a docstring only."""
    source = (
        "class P(Protocol[T]):\n    def load(self):\n        ...\n"
        "class A:\n    @abstractmethod\n    def f(self): ...\n"
        "@overload\ndef g(): ...\n"
        "def g(a):\n    assert a\n    return a\n"
    )
    assert not list(unfinished(source))


# --- local paths ----------------------------------------------------------------------------------

# The parts are joined, so that this file does not match its own pattern.
LOCAL_PATH: Final = re.compile(
    r"(?<![\w.$}*-])/(?:" + "|".join(("ro" + "ot", "ho" + "me", "wo" + "rk", "Us" + "ers"))
    + r")/[\w.]|\b[A-Za-z]:\\" + "Users" + r"\\|\b" + "fi" + r"le:///[a-z]"
)  # fmt: skip
TEXTS: Final = (".cfg", ".css", ".html", ".ini", ".ipynb", ".json", ".md", ".py", ".rst", ".sh",
                ".svg", ".toml", ".txt", ".yaml", ".yml", "")  # fmt: skip

CREATED_BY_TOOLS: Final = re.compile(
    r".*cache(__)?|\.?venv|\.git|\.nox|\.hypothesis|_build|build|dist|node_modules"
)


def tracked() -> list[Path]:
    """List the text files of the project, without files that git ignores or that tools create."""
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
            if not any(CREATED_BY_TOOLS.fullmatch(part) for part in path.relative_to(ROOT).parts)
        ]
    return [path for path in paths if path.is_file() and path.suffix in TEXTS]


def test_no_file_contains_a_local_path() -> None:
    """A path on one developer's machine is useless for others."""
    paths = tracked()
    assert ROOT / "pyproject.toml" in paths
    assert Path(__file__) in paths
    found_paths = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in paths
        if (found := LOCAL_PATH.search(path.read_text("utf-8", "replace")))
    ]
    assert not found_paths


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
def test_local_paths_are_found(line: str) -> None:
    """The search finds paths of each operating system, also within quotes and brackets."""
    assert LOCAL_PATH.search(line)


@pytest.mark.parametrize(
    "line", ['"$work/readme"', "https://example.com/" + "home/page", "it does not wo" + "rk/run"]
)
def test_similar_texts_are_not_found(line: str) -> None:
    """Variables, addresses and prose are not local paths."""
    assert not LOCAL_PATH.search(line)
