"""The outbox of a `DurableLive`: order, repeated attempts, leases, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from segkit import (
    ConditionError,
    Contact,
    FactsError,
    InstantError,
    SegkitError,
    Segment,
    Transition,
    attr,
)
from segkit.live import Update, Upsert
from segkit.live.durable import Delivery, Retries
from segkit.model.values import MAX_INSTANT
from tests.unit.durable_program import DAY, NOW, PROS, Program, open_program, told

TEAMS: Final = Segment("teams", attr("team").is_set())
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
TWICE: Final = Retries(attempts=2, first_wait=MINUTE)


@pytest.fixture
def program() -> Iterator[Program]:
    """Return a program with two segments and the contact "ada", without transitions."""
    found = open_program(PROS, TEAMS)
    found.insert("ada")
    yield found
    found.storage.close()


def change(program: Program, *plans: str | None, id_: str = "ada") -> None:
    """Let a contact enter or leave segments by its plan."""
    for plan in plans:
        program.live.update(id_, {"plan": plan})


def fail(_: object, __: object = None) -> None:
    raise ValueError("no connection")


def ignore(_: object, __: object = None) -> None:
    """Take a transition."""


class Receiver:
    """A handler that keeps what it has taken, and raises as long as *fails* says so."""

    def __init__(self, fails: Callable[[Transition[Any]], bool] = lambda _: False) -> None:
        self.taken: list[Transition[Any]] = []
        self._fails = fails

    def __call__(self, transition: Transition[Any]) -> None:
        if self._fails(transition):
            raise ValueError("no connection")
        self.taken.append(transition)


def numbers(transitions: list[Transition[Any]]) -> list[tuple[str, str, int]]:
    return [(each.contact, each.segment, each.id.number) for each in transitions]


# --- order ----------------------------------------------------------------------------------------


def test_each_transition_is_delivered_once_in_order(program: Program) -> None:
    change(program, "pro", None, "pro")
    receiver = Receiver()
    assert program.live.deliver(receiver) == 3
    assert numbers(receiver.taken) == [("ada", "pros", number) for number in (1, 2, 3)]
    assert program.live.deliver(receiver) == 0
    assert [each.state for each in program.live.deliveries()] == ["delivered"] * 3


def test_what_is_delivered_is_what_the_operation_returned(program: Program) -> None:
    expected = program.live.update("ada", {"plan": "pro", "team": "a"})
    receiver = Receiver()
    program.live.deliver(receiver)
    assert receiver.taken == expected
    assert list(map(str, receiver.taken)) == list(map(str, expected))


def test_the_next_transition_of_a_contact_waits_for_the_one_before(program: Program) -> None:
    """But other contacts and other segments do not."""
    program.insert("bob")
    program.live.update("ada", {"plan": "pro", "team": "a"})
    change(program, None)
    change(program, "pro", id_="bob")
    receiver = Receiver(lambda each: each.contact == "ada" and each.segment == "pros")
    assert program.live.deliver(receiver) == 2
    assert numbers(receiver.taken) == [("ada", "teams", 1), ("bob", "pros", 1)]
    receiver = Receiver()
    assert program.live.deliver(receiver, at=NOW + MINUTE) == 2
    assert numbers(receiver.taken) == [("ada", "pros", 1), ("ada", "pros", 2)]


def test_after_a_dead_one_the_next_transition_is_delivered(program: Program) -> None:
    change(program, "pro", None)
    receiver = Receiver(lambda each: each.kind == "entered")
    assert program.live.deliver(receiver, retries=Retries(attempts=1)) == 1
    assert numbers(receiver.taken) == [("ada", "pros", 2)]
    assert [each.state for each in program.live.deliveries()] == ["delivered", "dead"]


def test_a_transition_is_due_at_its_instant(program: Program) -> None:
    program.live.update("ada", {"plan": "pro"}, at=NOW + DAY)
    assert program.live.deliver(ignore) == 0
    assert program.live.deliver(ignore, at=NOW + DAY - datetime.resolution) == 0
    program.now += DAY
    assert program.live.deliver(ignore) == 1


def test_one_segment_is_delivered(program: Program) -> None:
    program.live.update("ada", {"plan": "pro", "team": "a"})
    receiver = Receiver()
    assert program.live.deliver(receiver, segment="teams") == 1
    assert program.live.deliver(receiver, segment=PROS) == 1
    assert [each.segment for each in receiver.taken] == ["teams", "pros"]
    with pytest.raises(ConditionError, match="there is no segment 'prose'; the segments are: "):
        program.live.deliver(receiver, segment="prose")
    program.live.set_segments([])
    program.live.advance()
    assert program.live.deliver(receiver, segment="teams") == 1


def test_a_limit_bounds_the_attempts(program: Program) -> None:
    change(program, "pro", None, "pro", None)
    assert program.live.deliver(ignore, limit=3) == 3
    assert program.live.deliver(fail, limit=3) == 0
    assert program.live.deliver_in_transaction(ignore, at=NOW + DAY, limit=1) == 1
    assert program.live.deliveries("pending") == []


def test_a_handler_may_call_operations(program: Program) -> None:
    """The transitions of these are delivered too."""

    def handler(transition: Transition[Any]) -> None:
        if transition.segment == "pros":
            program.live.update(transition.contact, {"team": "new"})

    change(program, "pro")
    assert program.live.deliver(handler) == 2
    assert [each.transition.segment for each in program.live.deliveries()] == ["teams", "pros"]


# --- repeated attempts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retries", "waits", "why"),
    [
        (Retries(), [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600], "by default"),
        (Retries(first_wait=timedelta()), [0, 0, 0], "at once"),
        (
            Retries(first_wait=2 * SECOND, longest_wait=5 * SECOND),
            [2, 4, 5, 5],
            "to the longest",
        ),
        (Retries(first_wait=MINUTE, longest_wait=SECOND), [1, 1], "the longest is less"),
        (Retries(first_wait=SECOND, longest_wait=4 * SECOND), [1, 2, 4, 4], "exactly the longest"),
    ],
)
def test_waits_double_up_to_the_longest(retries: Retries, waits: list[int], why: str) -> None:
    found = [retries.wait(attempts) for attempts in range(1, len(waits) + 1)]
    assert found == [number * SECOND for number in waits], why


def test_a_wait_after_many_attempts_is_the_longest() -> None:
    assert Retries().wait(10**9) == timedelta(hours=1)


def test_a_failed_attempt_is_repeated_after_the_wait(program: Program) -> None:
    change(program, "pro")
    assert program.live.deliver(fail) == 0
    [delivery] = program.live.deliveries()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert delivery.due == NOW + 10 * SECOND
    assert delivery.error == "ValueError('no connection')"
    assert program.live.deliver(ignore, at=NOW + 10 * SECOND - datetime.resolution) == 0
    program.now += 10 * SECOND
    assert program.live.deliver(fail) == 0
    [delivery] = program.live.deliveries("pending")
    assert (delivery.attempts, delivery.due) == (2, NOW + 30 * SECOND)
    assert program.live.deliver(ignore, at=NOW + 30 * SECOND) == 1
    [delivery] = program.live.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 3, None)
    assert delivery.due == NOW + 30 * SECOND


def test_a_delivery_is_dead_after_the_last_attempt(program: Program) -> None:
    change(program, "pro")
    assert program.live.deliver(fail, retries=TWICE) == 0
    assert program.live.deliver(fail, retries=TWICE, at=NOW + MINUTE) == 0
    [dead] = program.live.deliveries("dead")
    assert (dead.attempts, dead.error) == (2, "ValueError('no connection')")
    assert program.live.deliver(ignore, at=NOW + DAY) == 0
    # It can be attempted again.
    assert program.live.retry(dead, at=NOW + DAY)
    assert not program.live.retry(dead)
    [delivery] = program.live.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error) == ("pending", 0, None)
    assert program.live.deliver(ignore, at=NOW + DAY - SECOND) == 0
    assert program.live.deliver(ignore, at=NOW + DAY) == 1
    assert not program.live.retry(dead)
    assert program.live.deliveries()[0].state == "delivered"


def test_a_dead_one_may_be_attempted_again_at_once(program: Program) -> None:
    change(program, "pro")
    program.live.deliver(fail, retries=Retries(attempts=1))
    [dead] = program.live.deliveries("dead")
    assert program.live.retry(dead)
    assert program.live.deliver(ignore) == 1


def test_an_attempt_without_wait_is_repeated_in_the_same_call(program: Program) -> None:
    change(program, "pro")
    calls: list[object] = []

    def handler(transition: object) -> None:
        calls.append(transition)
        fail(transition)

    retries = Retries(attempts=3, first_wait=timedelta())
    assert program.live.deliver(handler, retries=retries) == 0
    assert len(calls) == 3
    assert [each.state for each in program.live.deliveries()] == ["dead"]


# --- workers --------------------------------------------------------------------------------------


def kill(_: object, __: object = None) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_is_killed_has_made_an_attempt(program: Program) -> None:
    change(program, "pro")
    with pytest.raises(KeyboardInterrupt):
        program.live.deliver(kill, lease=MINUTE)
    [delivery] = program.live.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error) == ("pending", 1, None)
    assert delivery.due == NOW + MINUTE
    assert program.live.deliver(ignore, at=NOW + MINUTE - SECOND) == 0
    assert program.live.deliver(ignore, at=NOW + MINUTE) == 1
    assert program.live.deliveries()[0].attempts == 2


def test_a_transition_that_kills_each_worker_is_dead_in_the_end(program: Program) -> None:
    change(program, "pro", None)
    for number in range(2):
        with pytest.raises(KeyboardInterrupt):
            program.live.deliver(kill, lease=MINUTE, retries=TWICE, at=NOW + number * MINUTE)
    receiver = Receiver()
    assert program.live.deliver(receiver, retries=TWICE, at=NOW + 2 * MINUTE) == 1
    assert numbers(receiver.taken) == [("ada", "pros", 2)]
    [dead] = program.live.deliveries("dead")
    assert dead.attempts == 2
    assert dead.error == "the worker ended before the attempt was finished"


def test_the_last_error_of_a_killed_worker_is_kept(program: Program) -> None:
    change(program, "pro")
    program.live.deliver(fail, retries=TWICE)
    with pytest.raises(KeyboardInterrupt):
        program.live.deliver(kill, lease=MINUTE, retries=TWICE, at=NOW + MINUTE)
    assert program.live.deliver(fail, retries=TWICE, at=NOW + DAY) == 0
    assert program.live.deliveries("dead")[0].error == "ValueError('no connection')"


def test_no_other_worker_takes_a_transition_during_the_lease(program: Program) -> None:
    change(program, "pro", None)
    other = program.start()
    found: list[int] = []

    def handler(_: object) -> None:
        found.append(other.deliver(ignore))

    assert program.live.deliver(handler, limit=1) == 1
    assert found == [0]


def test_another_worker_takes_a_transition_when_the_lease_is_over(program: Program) -> None:
    """Both deliver it; the handler may be late."""
    change(program, "pro")
    receiver, other = Receiver(), program.start()

    def late(transition: Transition[Any]) -> None:
        assert other.deliver(receiver, at=NOW + 5 * MINUTE) == 1
        fail(transition)

    assert program.live.deliver(late) == 0
    assert numbers(receiver.taken) == [("ada", "pros", 1)]
    # The failure of the late one does not take back the success of the other.
    [delivery] = program.live.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 2, None)


# --- in the transaction of the delivery -----------------------------------------------------------


def write(transition: Transition[Any], connection: Any) -> None:  # noqa: ANN401
    connection.execute("INSERT INTO mail VALUES (?)", (str(transition.id),))


def write_and_fail(transition: Transition[Any], connection: Any) -> None:  # noqa: ANN401
    write(transition, connection)
    fail(transition)


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Program]:
    """Return a program with a table of its own in the file of the storage."""
    program = open_program(PROS, TEAMS, path=tmp_path / "live.db")
    program.insert("ada")
    program.rows("CREATE TABLE mail (id TEXT)")
    yield program
    program.storage.close()


def test_what_a_handler_writes_is_kept_with_the_delivery(mailing: Program) -> None:
    change(mailing, "pro", None)
    assert mailing.live.deliver_in_transaction(write) == 2
    assert mailing.live.deliver_in_transaction(write) == 0
    assert len(mailing.rows("SELECT * FROM mail")) == 2
    assert [each.attempts for each in mailing.live.deliveries("delivered")] == [1, 1]


def test_what_a_handler_that_raises_has_written_is_rolled_back(mailing: Program) -> None:
    change(mailing, "pro")
    assert mailing.live.deliver_in_transaction(write_and_fail, retries=TWICE) == 0
    assert mailing.rows("SELECT * FROM mail") == []
    [delivery] = mailing.live.deliveries("pending")
    assert (delivery.attempts, delivery.due) == (1, NOW + MINUTE)
    assert delivery.error == "ValueError('no connection')"
    assert mailing.live.deliver_in_transaction(write) == 0
    assert mailing.live.deliver_in_transaction(write, at=NOW + MINUTE) == 1
    assert len(mailing.rows("SELECT * FROM mail")) == 1
    assert mailing.live.deliveries()[0].attempts == 2


def test_a_handler_in_the_transaction_that_always_raises_is_given_up(mailing: Program) -> None:
    change(mailing, "pro", None)
    retries = Retries(attempts=1)
    assert mailing.live.deliver_in_transaction(write_and_fail, retries=retries) == 0
    assert [each.attempts for each in mailing.live.deliveries("dead")] == [1, 1]


def test_a_worker_that_is_killed_in_the_transaction_leaves_nothing(mailing: Program) -> None:
    change(mailing, "pro")

    def write_and_kill(transition: Transition[Any], connection: Any) -> None:  # noqa: ANN401
        write(transition, connection)
        kill(transition)

    with pytest.raises(KeyboardInterrupt):
        mailing.live.deliver_in_transaction(write_and_kill)
    assert mailing.rows("SELECT * FROM mail") == []
    assert mailing.live.deliveries()[0].attempts == 0
    assert mailing.live.deliver_in_transaction(write) == 1


def test_a_handler_may_call_operations_in_the_transaction(mailing: Program) -> None:
    change(mailing, "pro")

    def handler(transition: Transition[Any], connection: Any) -> None:  # noqa: ANN401
        live = mailing.live.within(connection)
        if transition.segment == "pros":
            live.update(transition.contact, {"team": "new"})
            if len(mailing_attempts) == 0:
                mailing_attempts.append(1)
                fail(transition)

    mailing_attempts: list[int] = []
    assert mailing.live.deliver_in_transaction(handler) == 0
    assert not mailing.live.is_member("teams", "ada")
    assert mailing.live.deliver_in_transaction(handler, at=NOW + DAY) == 2
    assert mailing.live.is_member("teams", "ada")


def test_one_segment_is_delivered_in_the_transaction(mailing: Program) -> None:
    mailing.live.update("ada", {"plan": "pro", "team": "a"})
    assert mailing.live.deliver_in_transaction(write, segment="teams") == 1
    assert mailing.rows("SELECT id FROM mail") == [
        ("TransitionId(segment='teams', revision=1, contact='ada', number=1)",)
    ]


def test_an_error_of_the_storage_is_not_one_of_a_handler(program: Program) -> None:
    program.rows("DROP TABLE segkit_transition")
    with pytest.raises(Exception, match="no such table"):
        program.live.deliver_in_transaction(ignore)


# --- what is kept ---------------------------------------------------------------------------------


def test_deliveries_are_the_newest_first(program: Program) -> None:
    program.live.update("ada", {"plan": "pro", "team": "a"})
    program.live.deliver(ignore, limit=1)
    change(program, None)

    def positions(found: list[Delivery]) -> list[tuple[str, int]]:
        return [(each.transition.segment, each.transition.id.number) for each in found]

    live = program.live
    assert positions(live.deliveries()) == [("pros", 2), ("teams", 1), ("pros", 1)]
    assert positions(live.deliveries("pending")) == [("pros", 2), ("teams", 1)]
    assert positions(live.deliveries("delivered")) == [("pros", 1)]
    assert positions(live.deliveries("dead")) == []
    assert positions(live.deliveries(segment="pros")) == [("pros", 2), ("pros", 1)]
    assert positions(live.deliveries("pending", segment=PROS)) == [("pros", 2)]
    assert positions(live.deliveries(limit=1)) == [("pros", 2)]


def test_what_was_delivered_before_is_deleted(program: Program) -> None:
    program.live.apply([Update("ada", {"plan": "pro"})], operation_id="r1")
    program.live.deliver(ignore, at=NOW + DAY)
    program.now += 2 * DAY
    program.live.apply([Update("ada", {"plan": None})], operation_id="r2")
    assert program.live.prune(NOW) == 0
    assert program.live.prune(NOW + DAY) == 1  # the operation id "r1"
    assert program.live.prune(NOW + DAY + SECOND) == 1  # its transition
    assert program.live.prune(NOW + 9 * DAY) == 1  # the operation id "r2"
    [pending] = program.live.deliveries()
    assert pending.transition.id.number == 2
    assert program.live.deliver(ignore) == 1
    assert program.live.prune(NOW + 9 * DAY) == 1
    # Numbers go on [M5].
    assert [each.id.number for each in program.live.update("ada", {"plan": "pro"})] == [3]


def test_the_dead_are_not_deleted(program: Program) -> None:
    change(program, "pro")
    program.live.deliver(fail, retries=Retries(attempts=1))
    assert program.live.prune(NOW + 100 * DAY) == 0
    assert len(program.live.deliveries("dead")) == 1


def test_an_operation_id_that_was_deleted_can_be_used_again(program: Program) -> None:
    program.live.apply([Upsert(Contact("bob", {"plan": "pro"}))], operation_id="r1")
    assert program.live.prune(NOW + SECOND) == 1
    assert told(program.live.apply([Update("bob", {"plan": None})], operation_id="r1")) == [
        (0, "bob", "pros", "left")
    ]


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "2"])
@pytest.mark.parametrize("method", ["deliver", "deliver_in_transaction", "deliveries"])
def test_a_limit_is_a_whole_number(program: Program, method: str, limit: Any) -> None:  # noqa: ANN401
    change(program, "pro")
    arguments = [] if method == "deliveries" else [fail]
    with pytest.raises(FactsError, match=r"whole number (of 1 or more|from 1 to)") as caught:
        getattr(program.live, method)(*arguments, limit=limit)
    assert caught.value.path == f"{method}.limit"
    assert program.live.deliveries()[0].attempts == 0


@pytest.mark.parametrize("method", ["deliver", "deliver_in_transaction"])
@pytest.mark.parametrize("handler", ["send", None])
def test_a_handler_is_a_function(program: Program, method: str, handler: Any) -> None:  # noqa: ANN401
    """Not a failed attempt for each transition."""
    change(program, "pro")
    with pytest.raises(FactsError, match="takes a function of a transition") as caught:
        getattr(program.live, method)(handler)
    assert caught.value.path == method
    assert program.live.deliveries()[0].attempts == 0


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda live: live.deliver(ignore, at="now"), "at"),
        (lambda live: live.deliver_in_transaction(ignore, at="now"), "at"),
        (lambda live: live.retry(live.deliveries()[0], at=datetime(2022, 10, 1)), "at"),  # noqa: DTZ001
        (lambda live: live.prune(datetime(2022, 10, 1)), "prune.before"),  # noqa: DTZ001
    ],
)
def test_an_instant_is_aware(program: Program, call: Any, path: str) -> None:  # noqa: ANN401
    change(program, "pro")
    with pytest.raises(InstantError) as caught:
        call(program.live)
    assert caught.value.path == path


@pytest.mark.parametrize(
    "options",
    [
        {"attempts": 0},
        {"attempts": 1.5},
        {"attempts": True},
        {"first_wait": 10},
        {"first_wait": -SECOND},
        {"longest_wait": None},
        {"longest_wait": -SECOND},
    ],
    ids=repr,
)
def test_the_numbers_of_retries_are_checked(options: Any) -> None:  # noqa: ANN401
    with pytest.raises(SegkitError) as caught:
        Retries(**options)
    assert caught.value.path == "Retries"
    assert next(iter(options)) in caught.value.problem


# --- dead deliveries, and what is logged ----------------------------------------------------------


def test_a_dead_delivery_can_be_discarded(program: Program) -> None:
    change(program, "pro")
    program.live.deliver(fail, retries=Retries(attempts=1))
    [dead] = program.live.deliveries("dead")
    assert program.live.discard(dead)
    assert not program.live.discard(dead)
    assert program.live.deliveries() == []


def test_a_delivery_that_is_not_dead_is_not_discarded(program: Program) -> None:
    change(program, "pro")
    [pending] = program.live.deliveries()
    assert not program.live.discard(pending)
    assert program.live.deliver(ignore) == 1


def test_failed_attempts_are_logged_without_data_of_contacts(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    change(program, "pro")
    [delivery] = program.live.deliveries()
    program.live.deliver(fail, retries=TWICE)
    program.live.deliver(fail, retries=TWICE, at=NOW + DAY)
    position = delivery.position
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", f"attempt 1 of delivery {position} has failed: ValueError"),
        ("ERROR", f"attempt 2 of delivery {position} has failed, it is dead: ValueError"),
    ]


def test_an_exception_whose_text_no_database_can_keep_is_written_otherwise(
    program: Program,
) -> None:
    change(program, "pro")

    def handler(_: object) -> None:
        raise ValueError("\0 \ud800 é")

    assert program.live.deliver(handler) == 0
    error = program.live.deliveries()[0].error
    assert error is not None
    assert error.isascii()
    assert "\0" not in error


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda live: live.deliver(ignore, lease=3), "deliver.lease"),
        (lambda live: live.deliver(ignore, lease=-DAY), "deliver.lease"),
        (lambda live: live.deliver(ignore, retries=3), "deliver.retries"),
        (lambda live: live.deliver_in_transaction(ignore, retries=3), "deliver_in_transaction.ret"),
        (lambda live: live.deliver(ignore, segment=3), "deliver.segment"),
        (lambda live: live.deliver(ignore, segment="\ud800"), "deliver.segment"),
        (lambda live: live.deliveries("failed"), "deliveries.state"),
        (lambda live: live.deliveries(limit=None), "deliveries.limit"),
        (lambda live: live.deliveries(segment="others"), "deliveries.segment"),
        (lambda live: live.retry(3), "retry"),
        (lambda live: live.discard(3), "discard"),
    ],
)
def test_wrong_arguments_are_refused(program: Program, call: Any, path: str) -> None:  # noqa: ANN401
    with pytest.raises(SegkitError) as caught:
        call(program.live)
    assert caught.value.path.startswith(path)


def test_a_delivery_that_waits_can_be_attempted_at_once(program: Program) -> None:
    """The clock was years ahead, for example."""
    change(program, "pro")
    assert program.live.deliver(fail, at=NOW + 1_000 * DAY) == 0
    assert program.live.deliver(ignore) == 0
    [waiting] = program.live.deliveries("pending")
    assert program.live.retry(waiting)
    assert not program.live.retry(waiting)
    assert program.live.deliver(ignore) == 1


def test_waits_end_at_the_last_instant(program: Program) -> None:
    change(program, "pro")
    longest = Retries(first_wait=timedelta.max, longest_wait=timedelta.max)
    assert longest.wait(3) == timedelta.max
    assert program.live.deliver(fail, lease=timedelta.max, retries=longest) == 0
    assert program.live.deliveries()[0].due == MAX_INSTANT
