"""The application of abandoned carts, as a real process that is killed, and in a real browser."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import pytest

from segkit import Contact, Event, matches
from segkit.live import TransitionId
from segkit.live.durable import Delivery, DurableLive, SQLiteStorage
from tests.examples.hosts.chromium import Browser, find_chromium, start_browser
from tests.examples.hosts.needing import HOSTS, require, skip_or_fail

require("fastapi", "httpx", "uvicorn")

import httpx  # noqa: E402 - only if it is installed

WAIT: Final = timedelta(seconds=1)
DEADLINE: Final = 60.0
"""How many seconds a test waits before it fails; no result depends on it."""
FACTS: Final = ("segkit_contact", "segkit_contact_facts", "segkit_event", "segkit_operation")

T = TypeVar("T")


def wait_for(condition: Callable[[], T | Literal[False] | None]) -> T:
    """Return the first true result of *condition*."""
    end = time.monotonic() + DEADLINE
    while not (found := condition()):
        assert time.monotonic() < end, "the deadline is over"
        time.sleep(0.02)
    return found


def free_port() -> int:
    """Return a port that is free, also while the server is down.

    The system gives ports from 32768 on to clients. A client without a server could receive the
    port of the server, and would be connected to itself.
    """
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - no secret
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


class Server:
    """The program in a process of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "carts.db"
        self.log = folder / "server.log"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=self.address, trust_env=False, timeout=DEADLINE)

    def start(self) -> None:
        """Start the program, and wait until it serves the page."""
        options = ["--port", str(self.port), "--timeout-graceful-shutdown", "1"]
        command = [sys.executable, "-m", "uvicorn", "--app-dir", str(HOSTS), *options]
        settings = {
            "CART_DATABASE": str(self.path),
            "CART_WAIT": str(round(WAIT.total_seconds())),
        }
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - the program of the test
                [*command, "abandoned_cart:app"],
                env=os.environ | settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for(self._is_ready)

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text("utf-8")
        try:
            return self.client.get("/").is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End the process at once, as a crash does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(DEADLINE)
            self.process = None

    def close(self) -> None:
        """End the process and close the connections."""
        self.client.close()
        self.kill()

    def post(self, path: str, body: object, key: str) -> list[str]:
        """Send a request again and again until there is a response, and return the transitions."""
        response = wait_for(lambda: self._response_of(path, body, key))
        assert response.status_code == 200, response.text
        transitions: list[str] = response.json()["transitions"]
        return transitions

    def _response_of(self, path: str, body: object, key: str) -> httpx.Response | None:
        try:
            return self.client.post(path, json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            return None

    # --- the file ---

    @contextmanager
    def storage(self) -> Iterator[SQLiteStorage[str]]:
        """Open the file in this process, too."""
        with closing(SQLiteStorage[str](self.path)) as storage:
            yield storage

    @contextmanager
    def live(self) -> Iterator[DurableLive[str]]:
        """Open the file as the program does."""
        with self.storage() as storage:
            yield DurableLive(storage, clock=lambda: datetime.now(UTC))

    def deliveries(self) -> list[Delivery]:
        """Return all transitions, the oldest first."""
        with self.live() as live:
            return live.deliveries(limit=10_000)[::-1]

    def rows(self, query: str) -> list[Any]:
        """Return the rows of a query, of one column."""
        with closing(sqlite3.connect(self.path, timeout=DEADLINE)) as connection:
            return [value for (value,) in connection.execute(query).fetchall()]

    def mails(self) -> list[TransitionId]:
        """Return the transitions of the mails."""
        return [TransitionId(*json.loads(key)) for key in self.rows("SELECT transition FROM mail")]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with closing(Server(tmp_path)) as server:
        server.start()
        yield server


def event(contact: str, name: str, at: datetime) -> dict[str, object]:
    return {"contact": contact, "name": name, "at": at.isoformat()}


def transitions_of(server: Server) -> list[tuple[str, str]]:
    return [(each.transition.kind, each.transition.segment) for each in server.deliveries()]


def test_a_cart_is_abandoned_by_time_until_an_order(server: Server) -> None:
    assert server.post("/contacts", {"id": "ada"}, "1") == []
    # An event of the future waits for its instant, however long the request takes.
    filled = datetime.now(UTC) + timedelta(seconds=3)
    cart = event("ada", "cart", filled) | {"id": "e1", "properties": {"sku": "fern"}}
    assert server.post("/events", cart, "2") == []
    [entered] = wait_for(server.deliveries)
    assert (entered.transition.kind, entered.transition.segment) == ("entered", "abandoned cart")
    assert entered.transition.at == filled + WAIT
    order = event("ada", "order", filled + WAIT)
    left = server.post("/events", order, "3")
    assert [reason.split(":")[0] for reason in left] == [
        'left "abandoned cart"',
        'entered "customers"',
    ]
    wait_for(lambda: len(server.mails()) == 2)
    # A request with a known key has no effect, and the same response.
    assert server.post("/events", order, "3") == left
    assert server.post("/events", cart, "2") == []
    assert server.post("/contacts", {"id": "ada"}, "1") == []
    other = server.client.post("/contacts", json={"id": "bob"}, headers={"Idempotency-Key": "1"})
    assert other.status_code == 400
    assert other.json() == {
        "detail": "apply.operation_id: '1' was used for other operations: take another id"
    }
    wait_for(lambda: {each.state for each in server.deliveries()} == {"delivered"})
    assert transitions_of(server) == [
        ("entered", "abandoned cart"),
        ("left", "abandoned cart"),
        ("entered", "customers"),
    ]
    assert server.mails() == [
        TransitionId("abandoned cart", 1, "ada", 1),
        TransitionId("customers", 1, "ada", 1),
    ]
    assert server.rows("SELECT count(*) FROM segkit_event") == [2]


def test_an_event_may_arrive_before_its_contact(server: Server) -> None:
    assert server.post("/events", event("ada", "order", datetime.now(UTC)), "1") == []
    [entered] = server.post("/contacts", {"id": "ada"}, "2")
    assert entered.startswith('entered "customers"')


# --- crashes --------------------------------------------------------------------------------------

# Makes it likely that a crash comes between a mail and the acknowledgement of its transition, if
# they are not in one transaction.
SLOW_ACKNOWLEDGEMENT: Final = """
    CREATE VIEW many_steps AS
        WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 80000)
        SELECT n FROM step;
    CREATE TRIGGER slow BEFORE UPDATE ON segkit_transition WHEN new.state = 'delivered'
        BEGIN SELECT count(*) FROM many_steps; END;
"""


def check_mails(server: Server) -> None:
    """At any instant, there is one mail for each entry that is delivered, and no other one."""
    # One transaction reads both, because a server that runs may write in between.
    with server.storage() as storage, storage.transaction() as transaction:
        found = transaction.deliveries("delivered", None, 10_000)
        mails = transaction.connection.execute("SELECT transition FROM mail").fetchall()
    entered = [
        json.dumps(each.transition.id) for each in found if each.transition.kind == "entered"
    ]
    assert sorted(key for (key,) in mails) == sorted(entered)


def test_nothing_is_lost_or_repeated_when_the_server_is_killed(server: Server) -> None:
    with server.storage() as storage, closing(storage.connect()) as connection:
        connection.executescript(SLOW_ACKNOWLEDGEMENT)
    chance = random.Random(7)  # noqa: S311 - no secret
    start = datetime.now(UTC)
    contacts = [f"c{number}" for number in range(9)]
    events: dict[str, list[Event[str]]] = {contact: [] for contact in contacts}
    for number in range(225):
        contact, name = chance.choice(contacts), chance.choice(("cart", "cart", "order", "visit"))
        at = start + timedelta(seconds=chance.uniform(-3, 5))
        events[contact].append(Event(contact, name, at, {"n": number}, f"e{number}"))
    answered: list[str] = []

    def send_all(own: list[str]) -> None:
        """Send contacts and their events in any order, and some of them again."""
        requests: list[tuple[str, dict[str, object], str]]
        requests = [("/contacts", {"id": contact}, contact) for contact in own]
        for contact in own:
            for each in events[contact]:
                body = event(contact, each.name, each.at)
                body |= {"id": each.id, "properties": each.properties}
                requests.append(("/events", body, f"key of {each.id}"))
        random.Random(own[0]).shuffle(requests)  # noqa: S311 - no secret
        for path, body, key in requests:
            first = server.post(path, body, key)
            answered.append(key)
            if len(answered) % 5 == 0:
                assert server.post(path, body, key) == first

    def has_answers(number: int) -> bool:
        return len(answered) >= number

    def has_new_mail(known: int) -> bool:
        return len(server.mails()) > known or has_answers(total)

    total = len(contacts) + sum(map(len, events.values()))
    with ThreadPoolExecutor(3) as threads:
        futures = [threads.submit(send_all, contacts[part::3]) for part in range(3)]
        for crash in range(1, 5):
            wait_for(partial(has_answers, total * crash // 5))
            wait_for(partial(has_new_mail, len(server.mails())))
            server.kill()
            check_mails(server)
            server.start()
        for future in futures:
            future.result()
    assert len(answered) == total

    assert sorted(server.rows("SELECT event_id FROM segkit_event")) == sorted(
        json.dumps(each.id) for own in events.values() for each in own
    )
    # All instants of the events, and of what follows from them, are over.
    wait_for(lambda: datetime.now(UTC) > start + timedelta(seconds=5) + WAIT)
    with server.live() as live:
        # What the server has not done so far, it does after the last crash.
        server.kill()
        moment = live.now
        live.advance(moment)
        for segment in live.segments:
            assert live.members(segment) == {
                contact
                for contact in contacts
                if matches(segment, Contact(contact), events[contact], now=moment)
            }
            assert live.count(segment) > 0
        server.start()
        wait_for(lambda: not live.deliveries("pending"))
        assert not live.deliveries("dead")
    check_mails(server)
    assert len(server.mails()) > 9
    check_transitions(server.deliveries())


def check_transitions(deliveries: list[Delivery]) -> None:
    """The transitions of a contact and a segment have the numbers from 1 on, and alternate."""
    by_membership: dict[tuple[str, str], list[Delivery]] = {}
    for each in deliveries:
        identity = each.transition.id
        by_membership.setdefault((identity.segment, identity.contact), []).append(each)
    for found in by_membership.values():
        transitions = [each.transition for each in found]
        assert [each.id.number for each in transitions] == list(range(1, len(found) + 1))
        assert [each.kind for each in transitions] == [
            ("entered", "left")[number % 2] for number in range(len(found))
        ]
        assert all(first.at <= second.at for first, second in pairwise(transitions))


# --- input from outside ---------------------------------------------------------------------------

NOW_TEXT: Final = "2022-09-12T08:30:00Z"
REFUSED: Final[list[tuple[str, str, str]]] = [
    ("/contacts", "[]", "the body must be an object with the fields id, attributes"),
    ("/contacts", "null", ""),
    ("/contacts", "{", ""),
    ("/contacts", '{"id": "a"', ""),
    ("/contacts", "", ""),
    ("/contacts", '{"id": ' * 50_000, ""),
    ("/contacts", '{"id": "a", "name": "Ada"}', "the body must be an object"),
    ("/contacts", "{}", "Contact.id: an id is needed; got None"),
    ("/contacts", '{"id": ""}', "Contact.id: an id is needed; got ''"),
    ("/contacts", '{"id": NaN}', "Contact.id: an id is needed; got nan"),
    ("/contacts", '{"id": ["a"]}', "Contact.id: an id must be hashable"),
    ("/contacts", '{"id": true}', "id: an id in a storage is text, an int or a UUID"),
    ("/contacts", '{"id": 1.5}', "id: an id in a storage is text, an int or a UUID"),
    ("/contacts", r'{"id": "\ud800"}', r"id: holds half of a surrogate pair: '\ud800'"),
    ("/contacts", '{"id": "a", "attributes": [1]}', "Contact('a').attributes: must be a mapping"),
    ("/contacts", r'{"id": "a", "attributes": {"\udc00": 1}}', "half of a surrogate pair"),
    ("/contacts", f'{{"id": "a", "attributes": {"[" * 200}{"]" * 200}}}', "must be a mapping"),
    ("/contacts", f'{{"id": "a", "attributes": {{"b": {"[" * 200}{"]" * 200}}}}}', "100 levels"),
    ("/events", "{}", "Event.contact_id: an id is needed; got None"),
    ("/events", '{"contact": "a"}', "Event.name: must be text; got None"),
    ("/events", '{"contact": "a", "name": "cart"}', ".at: must be an aware datetime; got None"),
    *[
        ("/events", json.dumps({"contact": "a", "name": "cart", "at": at}), problem)
        for at, problem in [
            ("soon", "Event('a', 'cart').at: must be an aware datetime; got 'soon'"),
            (1662971400, "Event('a', 'cart').at: must be an aware datetime; got 1662971400"),
            ("2022-09-12T08:30:00", "Event('a', 'cart').at: "),
            ("2022-09-12", "Event('a', 'cart').at: "),
            ({"$instant": NOW_TEXT}, "Event('a', 'cart').at: must be an aware datetime"),
        ]
    ],
    *[
        ("/events", json.dumps({"contact": "a", "name": "cart", "at": NOW_TEXT, **more}), problem)
        for more, problem in list[tuple[dict[str, object], str]](
            [
                ({"name": "a\0b"}, "track.event.name: a name in a storage cannot have"),
                ({"name": 3}, "Event.name: must be text; got 3"),
                ({"properties": "red"}, "Event('a', 'cart').properties: must be a mapping"),
                ({"id": {}}, ""),
                ({"id": 0.5}, "track.event.id: an id in a storage is text, an int or a UUID"),
                ({"contact": None}, "Event.contact_id: an id is needed; got None"),
            ]
        )
    ],
]


def test_invalid_requests_are_refused_and_change_nothing(server: Server) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    for path, body, problem in REFUSED:
        response = server.client.post(path, content=body, headers=headers)
        assert 400 <= response.status_code < 500, (path, body[:100], response.text)
        if problem:
            assert problem in response.json()["detail"], (path, body[:100], response.text)
    good = {"id": "a"}
    assert server.client.post("/contacts", json=good).status_code == 422  # no key
    assert server.client.post("/contacts", json=good, headers={"Idempotency-Key": ""}).is_error
    assert server.client.get("/contacts").status_code == 405
    for table in FACTS:
        assert server.rows(f"SELECT count(*) FROM {table}") == [0]  # noqa: S608 - a constant
    # A key that was refused can be used for the corrected request.
    assert server.post("/contacts", good, "k") == []


HTML: Final = "<img src=x onerror='window.hacked = 1'>&amp;\n\ndata: x"


def read_state(server: Server) -> dict[str, list[list[str]]]:
    """Return the first state of the stream."""
    with server.client.stream("GET", "/stream") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line.startswith("data: "):
                state: dict[str, list[list[str]]] = json.loads(line.removeprefix("data: "))
                return state
    raise AssertionError("the stream has no state")


def test_any_text_is_one_line_of_the_stream(server: Server) -> None:
    server.post("/contacts", {"id": HTML}, "1")
    [entered] = server.post("/events", event(HTML, "order", datetime.now(UTC)), "2")
    rows = wait_for(lambda: read_state(server)["transitions"])
    assert [row[1:3] for row in rows] == [[HTML, entered]]
    assert read_state(server)["counts"] == [["abandoned cart", "0"], ["customers", "1"]]
    assert HTML not in server.client.get("/").text


def test_the_program_ends_on_request_while_a_page_is_open(server: Server) -> None:
    assert server.process is not None
    with server.client.stream("GET", "/stream") as response:
        next(response.iter_lines())
        server.process.terminate()
        assert server.process.wait(DEADLINE) in (0, -signal.SIGTERM)
    assert "Traceback" not in server.log.read_text("utf-8")
    server.start()


# --- a browser ------------------------------------------------------------------------------------


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    programs = find_chromium()
    if programs is None:
        skip_or_fail("chromium and chromedriver are not installed: .ci/chromium installs them")
    assert programs is not None
    with start_browser(programs, tmp_path) as browser:
        yield browser


def test_the_page_changes_without_a_reload_and_survives_a_crash(
    server: Server, browser: Browser
) -> None:
    def text_of(element: str) -> str:
        return str(browser.run(f"return document.getElementById('{element}').innerText"))

    def counts() -> list[str]:
        return text_of("counts").split("\n")

    server.post("/contacts", {"id": HTML}, "1")
    browser.go_to(f"{server.address}/")
    wait_for(lambda: counts() == ["abandoned cart\t0", "customers\t0"])
    browser.run("window.isFirstLoad = true")

    server.post("/events", event(HTML, "cart", datetime.now(UTC)), "2")
    wait_for(lambda: counts() == ["abandoned cart\t1", "customers\t0"])
    assert 'entered "abandoned cart": ' in text_of("transitions")
    reason = 'did "cart" between 7 days and 1 second ago not followed by "order"'
    assert reason in text_of("transitions")

    server.kill()
    wait_for(lambda: text_of("status") == "connecting")
    assert counts() == ["abandoned cart\t1", "customers\t0"]
    server.start()
    wait_for(lambda: text_of("status") == "connected")
    server.post("/events", event(HTML, "order", datetime.now(UTC)), "3")
    wait_for(lambda: counts() == ["abandoned cart\t0", "customers\t1"])
    wait_for(lambda: "pending" not in text_of("transitions"))
    assert 'left "abandoned cart": event "order"' in text_of("transitions")

    # The id of the contact is shown as text, and no element was created from it.
    assert browser.run("return window.isFirstLoad && !window.hacked") is True
    assert browser.run("return document.querySelectorAll('img').length") == 0
    cell = "return document.querySelector('#transitions td:nth-child(2)').textContent"
    assert browser.run(cell) == HTML
