"""What the programs with grocery data print."""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from types import ModuleType

import pytest

from segkit import MemorySource


def printed_by(program: ModuleType, source: MemorySource[int]) -> str:
    """Run a program over its source, and return what it prints in a wide terminal.

    To load the source again in a new interpreter would take ten times as long. `nox -s examples`
    starts the programs as a user does.
    """
    output = StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(output),
        redirect_stderr(StringIO()),
    ):
        patch.setenv("COLUMNS", "400")  # wide enough for the sentences
        patch.setattr(program, "load_source", lambda _: source)
        program.main()
    return output.getvalue()
