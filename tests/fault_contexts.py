"""A pytest plugin for `faults.py`: coverage records the test module that executes each line."""

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the module of each test as the context of the lines that it executes."""
    coverage = Coverage.current()
    if coverage is not None:
        coverage.switch_context(item.location[0])
    return (yield)
