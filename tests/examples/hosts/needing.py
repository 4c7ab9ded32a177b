"""What the programs of examples/hosts/ need, and how a test gets at them.

Without the extra `hosts`, or without a PostgreSQL server, the tests here are skipped. With
`SEGKIT_HOSTS=required` in the environment, as in `nox -s hosts`, what is missing is an error.
"""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

HOSTS: Final = Path(__file__).parents[3] / "examples" / "hosts"
REQUIRED: Final = os.environ.get("SEGKIT_HOSTS", "") == "required"


def need(*modules: str) -> None:
    """Skip the tests of a file where one of its modules is not installed, if that is allowed."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            missing(f"{module} is not installed: pip install -e '.[test,hosts]'")


def missing(what: str) -> None:
    """Skip, or fail where nothing may be skipped."""
    if REQUIRED:
        raise RuntimeError(f"SEGKIT_HOSTS=required, but {what}")
    pytest.skip(what, allow_module_level=True)


def program(name: str) -> Any:  # noqa: ANN401 - a module, of whatever names it has
    """One of the programs, as a module."""
    known = f"examples_hosts_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, HOSTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[known]


@contextmanager
def counted(queries: list[str], most: int) -> Iterator[None]:
    """Fail if more queries than *most* are put into the list that a hook of the driver fills."""
    queries.clear()
    yield
    met = [query for query in queries if query.lstrip().upper().startswith("SELECT")]
    assert 0 < len(met) <= most, "\n".join([f"{len(met)} queries:", *met])
