"""The public names that users import, and the modules that an import loads."""

import ast
import inspect
import json
import subprocess
import sys
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

import segkit
import segkit.live
import segkit.live.durable
import segkit.testing

PACKAGE: Final = Path(segkit.__file__).parent
MODULES: Final = {
    path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()
}  # fmt: skip

# If a name is removed, imports of users fail; so a name that is added has to stay.
NAMES: Final = [
    "Ago",
    "And",
    "Anniversary",
    "AtLeast",
    "Attribute",
    "Audience",
    "BadCell",
    "Between",
    "Calendar",
    "Catalog",
    "CatalogError",
    "ColumnMemory",
    "Comparison",
    "Condition",
    "ConditionAttributeError",
    "ConditionError",
    "ConditionTypeError",
    "Contact",
    "ContactLike",
    "DocumentError",
    "Duration",
    "Evaluator",
    "Event",
    "EventCount",
    "EventLike",
    "EventNeed",
    "EventValue",
    "Ever",
    "Explanation",
    "FactsError",
    "Field",
    "Finding",
    "Findings",
    "History",
    "InSegment",
    "InstantError",
    "Interval",
    "Last",
    "Limits",
    "ListMembership",
    "Live",
    "Matcher",
    "MemberCount",
    "MemorySource",
    "Next",
    "NextChange",
    "Not",
    "Observation",
    "Or",
    "Place",
    "Plan",
    "PlannedPart",
    "Problem",
    "Property",
    "RecordError",
    "Reference",
    "Requirements",
    "Sample",
    "SeenEvents",
    "SeenKind",
    "SeenList",
    "SeenValues",
    "SegkitError",
    "Segment",
    "Segments",
    "Sequence",
    "Source",
    "Span",
    "Step",
    "Transition",
    "ZoneError",
    "all_of",
    "any_of",
    "at_least",
    "attr",
    "check",
    "compile_condition",
    "content_hash",
    "describe",
    "did",
    "explain",
    "first_prop",
    "from_dict",
    "from_json",
    "in_any_list",
    "in_list",
    "in_segment",
    "json_schema",
    "matches",
    "next_change",
    "prop",
    "requirements",
    "sample",
    "timeline",
    "to_dict",
    "to_json",
]


def test_the_public_names_are_these() -> None:
    """A name that is added to `__all__` is added here too, and can never be removed."""
    assert segkit.__all__ == NAMES


def test_the_names_are_sorted_and_unique() -> None:
    """Readers find a name, and a merge cannot duplicate a name."""
    assert sorted(set(segkit.__all__)) == segkit.__all__


@pytest.mark.parametrize("name", NAMES)
def test_the_name_can_be_imported(name: str) -> None:
    """Both kinds of import give the same object."""
    namespace: dict[str, object] = {}
    exec(f"from segkit import {name}", namespace)  # noqa: S102 - the line that users write
    assert namespace[name] is getattr(segkit, name)


def test_nothing_else_looks_public() -> None:
    """Completion in a shell or an editor offers the names in `__all__` only."""
    assert dir(segkit) == NAMES


def test_an_unknown_name_raises_the_usual_error() -> None:
    """Public names are loaded at their first use; the errors are the same as for any module."""
    with pytest.raises(AttributeError, match="module 'segkit' has no attribute 'Segmant'"):
        getattr(segkit, "Segmant")  # noqa: B009 - type checkers reject the attribute
    with pytest.raises(ImportError, match="cannot import name 'Segmant'"):
        exec("from segkit import Segmant")  # noqa: S102 - likewise


def test_type_checkers_and_programs_import_from_the_same_modules() -> None:
    """Type checkers read the imports, and a program reads `_PUBLIC_NAMES`."""
    (block,) = [
        node for node in ast.parse(Path(segkit.__file__).read_text("utf-8")).body
        if isinstance(node, ast.If)
    ]  # fmt: skip
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    table = vars(segkit)["_PUBLIC_NAMES"]
    modules = {module: names.split() for module, names in table.items()}
    assert {node.module: [alias.name for alias in node.names] for node in imports} == modules
    assert sorted(name for names in modules.values() for name in names) == NAMES


def test_no_module_hides_a_name() -> None:
    """A module and a function of one name would hide each other in the package."""
    assert not MODULES & set(NAMES)


def documented_aliases() -> set[str]:
    """Find the names in the package whose assignment is followed by a docstring."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        body = ast.parse(path.read_text("utf-8")).body
        for before, after in pairwise(body):
            if (
                isinstance(before, ast.AnnAssign)
                and isinstance(before.target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            ):
                found.add(before.target.id)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_name_has_a_docstring(name: str) -> None:
    """A class or function has its own docstring; an alias is followed by a docstring."""
    value = getattr(segkit, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        # `inspect.getdoc` would return the docstring of a base class.
        assert value.__doc__
        assert not value.__doc__.startswith(f"{name}("), "generated by attrs or dataclasses"
    else:
        assert name in documented_aliases()


@pytest.mark.parametrize("name", NAMES)
def test_every_public_method_has_a_docstring(name: str) -> None:
    """The test includes methods that a class inherits from a class of segkit."""
    value = getattr(segkit, name)
    methods = {
        f"{base.__name__}.{attribute}"
        for base in (value.__mro__ if inspect.isclass(value) else ())
        if base.__module__.startswith("segkit.")
        for attribute, member in vars(base).items()
        if not attribute.startswith("_")
        and (inspect.isroutine(member) or isinstance(member, property))
        and not inspect.getdoc(member)
    }
    assert not methods


def public_signatures() -> dict[str, str]:
    """Return the signature of each public function, class and method, as `help` shows it."""
    found: dict[str, str] = {}
    for package in (segkit, segkit.live, segkit.live.durable, segkit.testing):
        for name in package.__all__:
            value = getattr(package, name)
            members = vars(value).items() if inspect.isclass(value) else ()
            public = [(f"{name}.{key}", each) for key, each in members if not key.startswith("_")]
            for label, each in [(name, value), *public]:
                function = getattr(each, "__func__", each)  # of a class method
                if inspect.isclass(function) or inspect.isfunction(function):
                    found[label] = str(inspect.signature(function))
    return found


def test_each_signature_is_short() -> None:
    """A default value is shown in full: in a page, in an editor and by `help`."""
    signatures = public_signatures()
    assert {"check_source", "from_dict", "Evaluator.members", "DurableLive"} <= signatures.keys()
    long = {name: len(text) for name, text in signatures.items() if len(text) > 1_000}
    assert not long


# --- what `import segkit` loads ------------------------------------------------------------------

LOADED = """
import json, sys
before = set(sys.modules)
{line}
print(json.dumps([sorted(sys.modules), sorted(set(sys.modules) - before)]))
"""


def loaded_by(line: str) -> tuple[set[str], set[str]]:
    """Run *line* in a new interpreter; return all loaded modules, and the new ones."""
    ran = subprocess.run(  # noqa: S603 - this interpreter, with the program above
        [sys.executable, "-c", LOADED.format(line=line)], capture_output=True, text=True, check=True
    )
    everything, new = json.loads(ran.stdout)
    return set(everything), set(new)


@pytest.fixture(scope="module")
def modules() -> tuple[set[str], set[str]]:
    """Load every public name."""
    return loaded_by("from segkit import *")


def segkit_modules_loaded_by(line: str) -> set[str]:
    return {module for module in loaded_by(line)[1] if module.split(".")[0] == "segkit"}


def test_importing_segkit_loads_no_other_module() -> None:
    """An application that does not use segkit yet loads one module, without attrs."""
    _, new = loaded_by("import segkit")
    assert not new & {"attr", "attrs", "dateutil", "decimal"}
    assert segkit_modules_loaded_by("import segkit") == {"segkit", "segkit.display"}


def test_defining_segments_loads_the_model_and_the_builders() -> None:
    """Modules that evaluate, explain, describe or store are not loaded."""
    modules = segkit_modules_loaded_by("from segkit import Segment, attr, did, in_list, prop")
    assert {module.split(".")[1] for module in modules - {"segkit"}} == {
        "builders",
        "display",
        "errors",
        "model",
    }
    assert len(modules) <= 24


def test_evaluating_loads_one_operation() -> None:
    """The operations do not import each other."""
    modules = segkit_modules_loaded_by("from segkit import matches")
    operations = {module for module in modules if module.startswith("segkit.operations.")}
    package = "segkit.operations.evaluation"
    assert operations == {package, f"{package}.matches"}
    assert not modules & {"segkit.evaluator", "segkit.notebook", "segkit.sources"}


def test_importing_segkit_loads_attrs_dateutil_and_the_standard_library(
    modules: tuple[set[str], set[str]],
) -> None:
    """The core needs two libraries; heavier libraries are extras."""
    tops = {module.partition(".")[0] for module in modules[1]}
    foreign = {
        top
        for top in tops - sys.stdlib_module_names
        if not top.startswith(
            "_sysconfigdata"
        )  # in the standard library; its name depends on the platform
    }
    # dateutil before version 3 imports six.
    assert foreign - {"six"} == {"attr", "attrs", "dateutil", "segkit"}


@pytest.mark.parametrize(
    "heavy",
    ["hypothesis", "ibis", "matplotlib", "numpy", "pandas", "pyarrow", "pytest", "re2", "rich"],
)
def test_importing_segkit_loads_nothing_heavy(
    heavy: str, modules: tuple[set[str], set[str]]
) -> None:
    """Heavy libraries are not loaded indirectly either: the test checks all loaded modules."""
    assert heavy not in {module.partition(".")[0] for module in modules[0]}


@pytest.mark.parametrize("module", ["segkit.notebook", "segkit.testing"])
def test_importing_segkit_loads_no_higher_layer(
    module: str, modules: tuple[set[str], set[str]]
) -> None:
    """A program imports them itself, or a notebook shows a condition."""
    loaded = modules[0]
    assert module not in loaded
    assert not {name for name in loaded if name.startswith(f"{module}.")}


def test_segkit_is_marked_as_typed() -> None:
    """Without the marker, type checkers treat the package as untyped."""
    assert files("segkit").joinpath("py.typed").is_file()
