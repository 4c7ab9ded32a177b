"""The requirements of the programs of examples/hosts/, and functions that load the programs.

Without the extra `hosts`, a PostgreSQL server or Chromium, the tests here are skipped. With
`SEGKIT_HOSTS=required` in the environment, as in `nox -s hosts`, a missing requirement is an error.
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


def require(*modules: str) -> None:
    """Skip the tests of a file if one of *modules* is not installed, or fail if it is required."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            skip_or_fail(f"{module} is not installed: pip install -e '.[test,hosts]'")


def skip_or_fail(reason: str) -> None:
    """Skip the tests of a file, or fail if requirements may not be missing."""
    if REQUIRED:
        raise RuntimeError(f"SEGKIT_HOSTS=required, but {reason}")
    pytest.skip(reason, allow_module_level=True)


def program(name: str) -> Any:  # noqa: ANN401 - a module with any names
    """Return one of the programs as a module."""
    module_name = f"examples_hosts_{name}"
    if module_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(module_name, HOSTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[module_name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[module_name]


@contextmanager
def limit_queries(queries: list[str], maximum: int) -> Iterator[None]:
    """Fail if more queries than *maximum* are added to the list that a hook of the driver fills."""
    queries.clear()
    yield
    selects = [query for query in queries if query.lstrip().upper().startswith("SELECT")]
    assert 0 < len(selects) <= maximum, "\n".join([f"{len(selects)} queries:", *selects])
