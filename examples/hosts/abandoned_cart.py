"""A web application that reminds customers of abandoned carts, and loses nothing in a crash.

It receives contacts and events over HTTP. One SQLite file has these facts, the members of the
segments, the transitions and the mails. If the program is killed, start it again: it goes on with
the state of the file. Run it from a checkout, and open http://127.0.0.1:8000/:

    pip install -e ".[hosts]"
    export CART_DATABASE=carts.db CART_WAIT=60
    uvicorn --app-dir examples/hosts --timeout-graceful-shutdown 1 abandoned_cart:app

CART_WAIT is the number of seconds after which a cart is abandoned. Send requests from another
terminal, and see the page change:

    send() { curl -H "Idempotency-Key: $1" "http://127.0.0.1:8000/$2" --json "$3"; }
    send 1 contacts '{"id": "ada", "attributes": {"name": "Ada"}}'
    send 2 events '{"contact": "ada", "name": "cart", "at": "'$(date -Iseconds)'"}'
    send 3 events '{"contact": "ada", "name": "order", "at": "'$(date -Iseconds)'"}'
"""

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Body, FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from segkit import Contact, Event, SegkitError, Segment, did
from segkit.live import Operation, Track, Transition, Upsert
from segkit.live.durable import DurableLive, SQLiteStorage

WAIT = timedelta(seconds=int(os.environ.get("CART_WAIT", "3600")))
"""The time after which a cart is abandoned."""
POLL = 5.0
"""The longest time, in seconds, between two rounds of `work`."""
KEPT = timedelta(days=30)
"""How long delivered transitions and the keys of requests are kept."""

# There was a cart between a week and WAIT ago, and no order since then.
ABANDONED = Segment(
    "abandoned cart",
    did("cart").between_ago(timedelta(days=7), WAIT).not_followed_by(did("order")),
)
CUSTOMERS = Segment("customers", did("order"))
MAILS = {ABANDONED.name: "Your cart is waiting.", CUSTOMERS.name: "Thank you for your order."}
"""The mail that a contact receives when it enters a segment."""

STORAGE: SQLiteStorage[Any] = SQLiteStorage(os.environ.get("CART_DATABASE", "carts.db"))
LIVE = DurableLive(STORAGE, clock=lambda: datetime.now(UTC))

# --- the work in the background -------------------------------------------------------------------


def write_mail(transition: Transition[Any], connection: sqlite3.Connection) -> None:
    """Write a mail in the transaction that acknowledges the delivery of its transition.

    So each mail is written exactly once. A mail server cannot be part of the transaction. To call
    one, use `LIVE.deliver`, and send `transition.id` with the mail: after a crash the call may be
    repeated, and the server can notice it.
    """
    text = MAILS.get(transition.segment)
    if text is not None and transition.kind == "entered":
        row = (json.dumps(transition.id), str(transition.contact), text)
        connection.execute("INSERT INTO mail (transition, contact, text) VALUES (?, ?, ?)", row)


def work_once() -> tuple[str, float]:
    """Let time pass and write mails; return what the page shows, and the seconds to wait."""
    LIVE.advance()
    LIVE.deliver_in_transaction(write_mail)
    rows = [
        [f"{each.at:%Y-%m-%d %H:%M:%S} UTC", str(each.contact), str(each), delivery.state]
        for delivery in LIVE.deliveries(limit=20)
        for each in [delivery.transition]
    ]
    counts = [[segment.name, str(LIVE.count(segment))] for segment in (ABANDONED, CUSTOMERS)]
    wake = LIVE.next_wake
    seconds = POLL if wake is None else (wake - LIVE.now).total_seconds()
    return json.dumps({"counts": counts, "transitions": rows}), min(max(seconds, 0), POLL)


class Page:
    """The state that the page shows, and signals between the tasks of the event loop."""

    def __init__(self) -> None:
        """Create a page without a state."""
        self.state = ""
        self.changed = asyncio.Condition()
        self.work_is_due = asyncio.Event()

    async def work(self) -> None:
        """Work when time changes a membership, after each request, and every POLL seconds."""
        while True:
            self.work_is_due.clear()
            seconds = POLL
            try:
                # A `DurableLive` blocks: it waits for the disk and for other transactions. In a
                # thread, it does not stop the event loop, which serves the other requests.
                state, seconds = await asyncio.to_thread(work_once)
            except Exception:
                # For example, the disk is full. Nothing is lost: the next round does the work.
                logging.getLogger(__name__).exception("a round has failed")
            else:
                async with self.changed:
                    self.state = state
                    self.changed.notify_all()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.work_is_due.wait(), seconds)

    async def messages(self) -> AsyncIterator[str]:
        """Yield the state, and each new one, as server-sent events."""
        yield "retry: 1000\n\n"  # After a lost connection, the browser waits so long.
        shown = ""
        while True:
            try:
                async with asyncio.timeout(15), self.changed:
                    while self.state == shown:
                        await self.changed.wait()
            except TimeoutError:
                yield ": the connection is alive\n\n"
            else:
                shown = self.state
                yield f"data: {shown}\n\n"  # JSON text has no line breaks.


PAGE = Page()

# --- the application ------------------------------------------------------------------------------


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Create the tables if they do not exist, and work in the background."""
    STORAGE.create_tables()
    with closing(STORAGE.connect()) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS mail"
            " (transition TEXT PRIMARY KEY, contact TEXT NOT NULL, text TEXT NOT NULL)"
        )
    LIVE.set_segments([ABANDONED, CUSTOMERS])  # The same segments change nothing.
    LIVE.prune(LIVE.now - KEPT)
    task = asyncio.create_task(PAGE.work())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    STORAGE.close()


app = FastAPI(lifespan=lifespan)

Json = Annotated[Any, Body()]
Key = Annotated[str, Header(alias="Idempotency-Key")]
"""The id of a request. A client that has received no response sends the request again with it."""


def fields_of(body: object, *names: str) -> list[Any]:
    """Return the fields of a JSON object; a missing one is None. Other names are refused."""
    if not isinstance(body, dict) or not body.keys() <= set(names):
        raise HTTPException(400, f"the body must be an object with the fields {', '.join(names)}")
    return [body.get(name) for name in names]


def read_instant(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return the instant that a text represents, or another value, which segkit refuses."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


async def apply(operation: Operation, key: str) -> dict[str, list[str]]:
    """Apply an operation once for each key, in a thread as above; return the transitions."""
    transitions = await asyncio.to_thread(LIVE.apply, [operation], operation_id=key)
    PAGE.work_is_due.set()
    return {"transitions": [str(transition) for transition in transitions]}


@app.exception_handler(SegkitError)
async def refuse(_: Request, error: Exception) -> JSONResponse:
    """Respond with the text of an error of segkit. The operation has changed nothing."""
    return JSONResponse({"detail": str(error)}, status_code=400)


@app.post("/contacts")
async def receive_contact(body: Json, key: Key) -> dict[str, list[str]]:
    """Insert or replace a contact."""
    return await apply(Upsert(Contact(*fields_of(body, "id", "attributes"))), key)


@app.post("/events")
async def receive_event(body: Json, key: Key) -> dict[str, list[str]]:
    """Add an event. It may arrive before its contact, and counts when the contact is inserted."""
    names = ("contact", "name", "at", "properties", "id")
    contact, name, at, properties, id_ = fields_of(body, *names)
    return await apply(Track(Event(contact, name, read_instant(at), properties, id_)), key)


@app.get("/stream")
async def stream() -> StreamingResponse:
    """Return the states as an endless stream of server-sent events."""
    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(PAGE.messages(), media_type="text/event-stream", headers=headers)


@app.get("/")
async def page() -> HTMLResponse:
    """Return the page. It has no data: it receives them from the stream."""
    return HTMLResponse(HTML)


# `textContent` never creates elements, so that an id or a name may contain any characters.
HTML = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Abandoned carts</title>
<h1>Abandoned carts</h1><p id="status">connecting</p>
<h2>Members</h2><table id="counts"></table>
<h2>Latest transitions</h2><table id="transitions" cellpadding="4"></table>
<script>
function show(id, rows) {
  document.getElementById(id).replaceChildren(...rows.map(row => {
    const line = document.createElement("tr");
    for (const text of row) line.insertCell().textContent = text;
    return line;
  }));
}
const source = new EventSource("stream");  // It connects again by itself.
source.onopen = () => { document.getElementById("status").textContent = "connected"; };
source.onerror = () => { document.getElementById("status").textContent = "connecting"; };
source.onmessage = message => {
  for (const [id, rows] of Object.entries(JSON.parse(message.data))) show(id, rows);
};
</script></html>
"""
