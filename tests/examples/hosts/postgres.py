"""A PostgreSQL server for the tests, in a temporary folder that is removed after the tests.

The server has no port. It listens at a socket in its own folder, so it cannot conflict with another
server.
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

__all__ = ["find_programs", "start_server"]

# The data is temporary, so the server need not wait for the disk.
_SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "Asia/Kathmandu",  # No result may depend on it.
    "max_connections": "20",
    "shared_buffers": "32MB",
}
_OTHER_USERS: Final = ("postgres", "nobody")
"""The users that run the server if the tests run as root, because the server refuses root."""


def find_programs() -> Path | None:
    """Return the folder of the programs of the server, or ``None`` if it is not installed."""
    found = shutil.which("pg_ctl")
    directories = [Path(found).parent] if found else []
    # Debian installs each version in its own folder.
    directories += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    directories = [directory for directory in directories if (directory / "initdb").exists()]
    return directories[0] if directories else None


@contextmanager
def start_server(folder: Path) -> Iterator[str]:
    """Create and start a server, and yield the address of its database for SQLAlchemy."""
    user = _user()
    # The folders of pytest are private to its user, and the path of a socket must be short.
    directory = Path(tempfile.mkdtemp(prefix="segkit-postgres-", dir="/tmp"))
    try:
        if user != getpass.getuser():
            shutil.chown(directory, user)
        data, log = directory / "data", directory / "log"
        _run(user, folder / "initdb", "-D", data, "-U", "shop", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        options = [f"-c {name}={value}" for name, value in _SETTINGS.items()]
        start = ["-o", " ".join([f"-k {directory}", *options]), "-l", str(log)]
        _run(user, folder / "pg_ctl", "start", "-D", data, "-w", "-t", "60", *start)
        try:
            yield f"postgresql+psycopg://shop@/postgres?host={directory}"
        finally:
            _run(user, folder / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w")
    finally:
        shutil.rmtree(directory)


def _user() -> str:
    if os.getuid() != 0:
        return getpass.getuser()
    import pwd  # noqa: PLC0415 - missing on systems without root

    users = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _OTHER_USERS if name in users)


def _run(user: str, *command: str | Path) -> None:
    other = None if user == getpass.getuser() else user
    run = subprocess.run(  # noqa: S603 - the server's own programs
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, cwd="/", timeout=120,
        user=other, extra_groups=None if other is None else [],
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{command[0]} gave {run.returncode}:\n{run.stdout}")
