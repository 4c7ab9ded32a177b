"""Without its requirements, a test of a host is skipped, or fails in CI."""

import getpass
import sys
from pathlib import Path

import pytest

from tests.examples.hosts import needing, postgres


def test_a_missing_requirement_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "REQUIRED", False)
    with pytest.raises(pytest.skip.Exception, match="no_such_module is not installed: pip install"):
        needing.require("sqlite3", "no_such_module")


def test_a_missing_requirement_is_an_error_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "REQUIRED", True)
    with pytest.raises(RuntimeError, match="SEGKIT_HOSTS=required, but no_such_module is not"):
        needing.require("no_such_module")


def test_too_many_queries_are_an_error() -> None:
    queries: list[str] = []
    with pytest.raises(AssertionError, match="2 queries"), needing.limit_queries(queries, 1):
        queries += ["SELECT 1", " select 2", "BEGIN"]
    with pytest.raises(AssertionError, match="0 queries"), needing.limit_queries(queries, 1):
        pass


def test_a_server_that_cannot_start_raises_with_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error contains the output of the program of the server."""
    for name in ("initdb", "pg_ctl"):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\nprint('no room'); raise SystemExit(3)\n")
        program.chmod(0o755)
    monkeypatch.setattr(postgres, "_user", getpass.getuser)
    with pytest.raises(RuntimeError, match=r"initdb gave 3:\nno room"):
        postgres.start_server(tmp_path).__enter__()
