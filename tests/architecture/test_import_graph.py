"""The import graph of the package has no cycle, and the package stays small.

Every import counts, also an import inside a function. The edges lead to the module that an import
names: ``from segkit.clock import leave`` leads to the package ``segkit.clock``, and its
``__init__`` to its modules.

Two kinds of imports are special:

* ``segkit/__init__.py`` imports the public names for type checkers, and loads them lazily in its
  ``__getattr__``. It is a table of names for users, so no module of the package imports from it.
* Imports under ``if TYPE_CHECKING:`` are used in annotations only. Conditions are recursive: a
  group has conditions as parts, and the union of all conditions contains the group. So the classes
  of ``model`` may import the unions in this way, although this makes a cycle of annotations. No
  other module may import from the package under ``TYPE_CHECKING``.
"""

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import segkit

PACKAGE: Final = Path(segkit.__file__).parent
MAX_MODULES: Final = 165
MAX_LINES: Final = 31_000
"""Of all modules together, with docstrings, comments and empty lines."""

PUBLIC_NAMES: Final = "segkit"
LAZY_MODULES: Final = {PUBLIC_NAMES, "segkit.testing"}
"""Their ``__getattr__`` imports at the first use what type checkers read in an import."""

RECURSIVE_TYPES: Final = frozenset(
    f"segkit.model.{name}" for name in ("conditions", "event_leaves", "segments")
)

Graph = Mapping[str, AbstractSet[str]]


class Import(NamedTuple):
    """An import of a module of the package.

    Attributes:
        module: The module that is imported.
        for_types: Whether only type checkers execute the import.
    """

    module: str
    for_types: bool


def read_sources() -> dict[str, str]:
    """Read the source of each module, by its dotted name."""
    sources: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = path.read_text("utf-8")
    return sources


SOURCES: Final = read_sources()


def imports_in(source: str, modules: AbstractSet[str]) -> Iterator[Import]:
    """Yield the imports of *modules* in a source, wherever they are."""
    for node, for_types in nodes_of(ast.parse(source), for_types=False):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module=str(package), level=0, names=names):
                submodules = {f"{package}.{alias.name}" for alias in names}
                # A name may be a module, or be defined in the `__init__` of the package.
                imported = [name if name in modules else package for name in submodules]
            case ast.ImportFrom():
                raise AssertionError(f"a relative import in line {node.lineno}")
            case _:
                continue
        yield from (Import(name, for_types) for name in imported if name in modules)


def nodes_of(node: ast.AST, *, for_types: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield each node, and whether it is in the body of an ``if TYPE_CHECKING:``."""
    yield node, for_types
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        only_runtime = isinstance(node.test, ast.UnaryOp)  # if not TYPE_CHECKING:
        branches = ((node.body, not only_runtime), (node.orelse, only_runtime))
        for branch, is_for_types in branches:
            for statement in branch:
                yield from nodes_of(statement, for_types=for_types or is_for_types)
    else:
        for child in ast.iter_child_nodes(node):
            yield from nodes_of(child, for_types=for_types)


def runtime_graph(sources: Mapping[str, str]) -> Graph:
    """Return the modules that each module imports at run time, sooner or later."""
    return {
        name: {found.module for found in imports_in(source, sources.keys()) if not found.for_types}
        for name, source in sources.items()
    }


def find_cycle(graph: Graph) -> list[str]:
    """Return the modules of a cycle in the order of the imports; none if there is no cycle.

    A depth-first search: a module that is reached again while it is on the path closes a cycle.
    """
    finished: set[str] = set()

    def search(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in finished:
            return []
        for imported in sorted(graph.get(module, ())):
            if cycle := search(imported, [*path, module]):
                return cycle
        finished.add(module)
        return []

    for module in sorted(graph):
        if cycle := search(module, []):
            return cycle
    return []


def test_modules_are_found() -> None:
    """The other tests would pass for an empty package."""
    graph = runtime_graph(SOURCES)
    assert graph.keys() >= {"segkit", "segkit.clock", "segkit.operations.evaluation.matches"}
    assert "segkit.model.values" in graph["segkit.model.comparisons"]
    assert sum(map(len, graph.values())) > 200


def test_the_import_graph_has_no_cycle() -> None:
    """Imports inside functions count: they do not hide a cycle."""
    cycle = find_cycle(runtime_graph(SOURCES))
    assert not cycle, "these modules import each other: " + " -> ".join([*cycle, cycle[0]])


def test_no_module_imports_the_public_names() -> None:
    """A module imports from the module that defines a name."""
    graph = runtime_graph(SOURCES)
    assert [name for name, imported in graph.items() if PUBLIC_NAMES in imported] == []


def test_only_recursive_types_are_imported_for_annotations() -> None:
    """Only the classes of the model need it, because a condition contains conditions."""
    for name in SOURCES.keys() - LAZY_MODULES:
        allowed = RECURSIVE_TYPES if name.startswith("segkit.model.") else set[str]()
        imports = imports_in(SOURCES[name], SOURCES.keys())
        assert {found.module for found in imports if found.for_types} <= allowed, name


def test_the_package_has_not_too_many_modules() -> None:
    """A new subject has a place in an existing module, or another module becomes obsolete."""
    assert len(SOURCES) <= MAX_MODULES


def test_the_package_has_not_too_many_lines() -> None:
    """The whole package can be read in a few days."""
    assert sum(source.count("\n") for source in SOURCES.values()) <= MAX_LINES


# --- the search itself ----------------------------------------------------------------------------

MADE_UP: Final = {
    "shop": "",
    "shop.cart": "from shop.order import Order",
    "shop.order": "from shop import price",
    "shop.price": "import json\n\ndef f():\n    import shop.cart\n",
    "shop.report": "import shop.cart",
}


def test_a_cycle_through_a_function_is_found() -> None:
    """The third module closes the cycle inside a function; the report is not part of it."""
    cycle = find_cycle(runtime_graph(MADE_UP))
    assert cycle == ["shop.cart", "shop.order", "shop.price"]


def test_two_paths_to_one_module_are_no_cycle() -> None:
    """A module may be imported by several modules."""
    assert find_cycle({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}) == []


def test_a_module_that_imports_itself_is_a_cycle() -> None:
    """The shortest cycle."""
    assert find_cycle({"a": {"a"}}) == ["a"]


def test_imports_for_type_checkers_are_distinguished() -> None:
    """The branch of the type checkers, and the other branch, of both forms of the test."""
    source = (
        "if TYPE_CHECKING:\n    import shop.cart\nelse:\n    import shop.order\n"
        "if not typing.TYPE_CHECKING:\n    import shop.price\nelse:\n    import shop.report\n"
    )
    assert set(imports_in(source, MADE_UP.keys())) == {
        Import("shop.cart", for_types=True),
        Import("shop.order", for_types=False),
        Import("shop.price", for_types=False),
        Import("shop.report", for_types=True),
    }


def test_a_relative_import_is_refused() -> None:
    """Its module is not visible in the line."""
    with pytest.raises(AssertionError, match="line 1"):
        list(imports_in("from . import cart", MADE_UP.keys()))
