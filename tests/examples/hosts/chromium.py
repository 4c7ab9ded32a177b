"""A headless Chromium for the tests, driven over HTTP by the WebDriver protocol of chromedriver.

All processes end with the block, and all files of the browser are in a folder of the test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import ProxyHandler, Request, build_opener

__all__ = ["Browser", "find_chromium", "start_browser"]

_FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
    "--no-first-run", "--no-proxy-server", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_SECONDS: Final = 60


def find_chromium() -> tuple[str, str] | None:
    """Return the paths of chromedriver and Chromium, or ``None`` if one is not installed."""
    driver, browser = shutil.which("chromedriver"), shutil.which("chromium")
    return None if driver is None or browser is None else (driver, browser)


class Browser:
    """A session of chromedriver."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._open = build_opener(ProxyHandler({})).open

    def send(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401 - any value
        """Send a command, and return its value."""
        data = None if method == "DELETE" else json.dumps(body).encode()
        request = Request(f"{self._address}{path}", data, method=method)  # noqa: S310 - own server
        request.add_header("Content-Type", "application/json")
        with self._open(request, timeout=_SECONDS) as response:
            return json.load(response)["value"]

    def go_to(self, address: str) -> None:
        """Load a page."""
        self.send("POST", "/url", url=address)

    def run(self, script: str) -> Any:  # noqa: ANN401 - any value of JSON
        """Run JavaScript in the page, and return what it returns."""
        return self.send("POST", "/execute/sync", script=script, args=[])


@contextmanager
def start_browser(programs: tuple[str, str], folder: Path) -> Iterator[Browser]:
    """Start a browser with an empty profile in *folder*, and end it with the block."""
    driver, chromium = programs
    log, profile = folder / "chromedriver.log", folder / "profile"
    arguments = [*_FLAGS, f"--user-data-dir={profile}"]
    options = {"goog:chromeOptions": {"binary": chromium, "args": arguments}}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - an installed program
            [driver, "--port=0"], stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, env={**os.environ, "HOME": str(folder)},
            start_new_session=True,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{_read_port(log, process)}/session"
        session = Browser(address).send("POST", "", capabilities={"alwaysMatch": options})
        browser = Browser(f"{address}/{session['sessionId']}")
        try:
            yield browser
        finally:
            browser.send("DELETE", "")
    finally:
        # The group has the processes of Chromium too, if the command above has failed.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_SECONDS)


def _read_port(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Return the port that chromedriver has found, and writes when it is ready."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"started successfully on port (\d+)", log.read_text("utf-8")):
            return found[1]
        time.sleep(0.02)
    raise RuntimeError(f"chromedriver has not started:\n{log.read_text('utf-8')}")
