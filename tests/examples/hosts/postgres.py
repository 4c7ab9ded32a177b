"""A PostgreSQL server for the tests: made in a temporary folder, and gone when they are over.

It listens at no port, but at a socket in its own folder, so that it is in nobody's way.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["programs", "server"]

# It writes nothing that has to last, so it need not wait for a disk.
_SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "Asia/Kathmandu",  # Nothing may depend on it.
    "max_connections": "20",
    "shared_buffers": "32MB",
}
_OTHERS: Final = ("postgres", "nobody")
"""Whom a server is run as where the tests run as root, as whom it refuses to run."""


def programs() -> Path | None:
    """The folder of the server's programs; ``None`` if there is none."""
    found = shutil.which("pg_ctl")
    places = [Path(found).parent] if found else []
    # Debian keeps them apart, by version.
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [place for place in places if (place / "initdb").exists()]
    return places[0] if places else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Make a server and start it; gives the address of a database on it, for SQLAlchemy."""
    user = _user()
    # Not one of pytest's own folders, which nobody else may enter. The path of a socket is short.
    place = Path(tempfile.mkdtemp(prefix="segkit-postgres-", dir="/tmp"))
    try:
        if user != getpass.getuser():
            shutil.chown(place, user)
        data, log = place / "data", place / "log"
        _run(user, folder / "initdb", "-D", data, "-U", "shop", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        options = [f"-c {name}={value}" for name, value in _SETTINGS.items()]
        start = ["-o", " ".join([f"-k {place}", *options]), "-l", str(log)]
        _run(user, folder / "pg_ctl", "start", "-D", data, "-w", "-t", "60", *start)
        try:
            yield f"postgresql+psycopg://shop@/postgres?host={place}"
        finally:
            _run(user, folder / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w")
    finally:
        shutil.rmtree(place)


def _user() -> str:
    if os.getuid() != 0:
        return getpass.getuser()
    import pwd  # noqa: PLC0415 - not where there is no root

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _OTHERS if name in known)


def _run(user: str, *command: str | Path) -> None:
    other = None if user == getpass.getuser() else user
    run = subprocess.run(  # noqa: S603 - the server's own programs
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, cwd="/", timeout=120,
        user=other, extra_groups=None if other is None else [],
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{command[0]} gave {run.returncode}:\n{run.stdout}")
