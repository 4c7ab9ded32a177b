"""What a test of a host needs is there, or the test is skipped; or, in CI, it fails."""

import getpass
import sys
from pathlib import Path

import pytest

from tests.examples.hosts import needing, postgres


def test_what_is_missing_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "REQUIRED", False)
    with pytest.raises(pytest.skip.Exception, match="no_such_module is not installed: pip install"):
        needing.need("sqlite3", "no_such_module")


def test_what_is_missing_is_an_error_where_nothing_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "REQUIRED", True)
    with pytest.raises(RuntimeError, match="SEGKIT_HOSTS=required, but no_such_module is not"):
        needing.need("no_such_module")


def test_too_many_queries_are_counted() -> None:
    queries: list[str] = []
    with pytest.raises(AssertionError, match="2 queries"), needing.counted(queries, 1):
        queries += ["SELECT 1", " select 2", "BEGIN"]
    with pytest.raises(AssertionError, match="0 queries"), needing.counted(queries, 1):
        pass


def test_a_server_that_cannot_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what its program printed; and nothing of it is left."""
    for name in ("initdb", "pg_ctl"):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\nprint('no room'); raise SystemExit(3)\n")
        program.chmod(0o755)
    monkeypatch.setattr(postgres, "_user", getpass.getuser)
    with pytest.raises(RuntimeError, match=r"initdb gave 3:\nno room"):
        postgres.server(tmp_path).__enter__()
