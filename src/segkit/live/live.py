"""`Live`: members that are kept current as facts change and time passes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from functools import partial
from threading import TIMEOUT_MAX, Condition, RLock
from typing import Final, NoReturn, TypeVar

from segkit.audience import Audience
from segkit.clock import parse_zone
from segkit.errors import ConditionError, ConditionTypeError, FactsError, short_repr
from segkit.live.fact_methods import FactMethods
from segkit.live.members import Members
from segkit.live.operations import (
    Operation,
    checked_operations,
    ensure_operations,
    not_before,
)
from segkit.live.subscriptions import Subscriptions
from segkit.live.transitions import Transition
from segkit.model.facts import check_id, instant
from segkit.model.foreign_data import frame_problem
from segkit.model.segments import Segment, ensure_segments, segments_by_name
from segkit.model.validation import ensure_type, has_type, mismatch
from segkit.model.values import is_int
from segkit.operations.explanation.explain import Explanation, explain
from segkit.sources import MemorySource

IdT = TypeVar("IdT", bound=Hashable)
FoundT = TypeVar("FoundT")

_EXPECTED: Final = "takes a Segment(name, condition)"

_logger = logging.getLogger("segkit")


class Live(FactMethods[IdT]):
    """Keeps the members of segments current, and returns who entered and who left.

    `upsert`, `update`, `remove`, `add_to_list`, `remove_from_list`, `track` and `untrack` change
    facts as the methods of `MemorySource` do; `apply` takes many at once. `advance` lets time pass.
    Each returns the list of `Transition` that it caused: time passes first, up to *at*, and each
    transition by time has its exact instant. `add_segment`, `replace_segment` and `remove_segment`
    change segments. `members`, `is_member`, `segments_of`, `explain` and `next_wake` read.

    Membership is that of `segkit.matches` for the present facts at `now`, unless an `advance` with
    *limit* has left work. Only the segments that can read a changed fact are evaluated, for the
    changed contact only, and time alone evaluates only what can change at that instant.

    A late event takes effect when it is tracked; past transitions stay as they are. An event of the
    future takes effect at its own instant. The contacts of *source* are members from the beginning,
    without transitions.

    Threads may share a `Live`; its operations take turns.

    Args:
        segments: The segments, each with another name. Transitions of one instant and contact come
            in this order.
        source: The store; by default a new one. Only this `Live` may change it from now on.
        now: The instant of the clock at the beginning, an aware ``datetime``.
        tz: The zone of days and calendar units: a name, a ``ZoneInfo`` or ``datetime.UTC``.

    Raises:
        ConditionError: If two segments have one name.
        ConditionTypeError: If an element of *segments* is not a `Segment`.
        FactsError: If *source* is not a `MemorySource`.
        InstantError: If *now* is naive.
        ZoneError: If *tz* is unknown.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, Live, Segment, did
    >>> active = Segment("active", did("order").within_last(days=30))
    >>> live = Live([active], now=datetime(2022, 9, 1, tzinfo=UTC))
    >>> live.upsert(Contact("ada"))
    []
    >>> order = Event("ada", "order", datetime(2022, 9, 12, 8, 30, tzinfo=UTC))
    >>> for transition in live.track(order, at=order.at):
    ...     print(transition.at, transition)
    2022-09-12 08:30:00+00:00 entered "active": event "order" of 2022-09-12 08:30 UTC: \
did "order" at least once in the last 30 days
    >>> print(live.next_wake)
    2022-10-12 08:30:00+00:00
    >>> [(transition.kind, transition.at.day) for transition in live.advance(to=live.next_wake)]
    [('left', 12)]
    """

    def __init__(
        self,
        segments: Iterable[Segment],
        source: MemorySource[IdT] | None = None,
        *,
        now: datetime,
        tz: str | tzinfo = UTC,
    ) -> None:
        expected = "takes several segments, Live([segment], now=now) for one"
        named = segments_by_name("Live", ensure_segments("Live.segments", expected, segments))
        if source is None:
            source = MemorySource[IdT]()
        problem = frame_problem(source, "a MemorySource")
        if problem is not None:
            raise FactsError("Live.source", problem, source)
        expected = "takes a MemorySource, or None for a new one: MemorySource(contacts, events)"
        ensure_type("Live.source", expected, source, MemorySource, FactsError)
        self._source = source
        self._members = Members[IdT].of_source(
            source, named.values(), instant(now, "now"), parse_zone(tz)
        )
        self._lock = RLock()
        self._changed = Condition(self._lock)
        self._clock: Callable[[], datetime] | None = None
        self._is_stopped = False
        # Transitions of an operation that failed after time had passed.
        self._not_returned: list[Transition[IdT]] = []
        self._subscriptions = Subscriptions[IdT]()

    # --- many operations at once ------------------------------------------------------------------

    def apply(self, operations: Iterable[Operation]) -> list[Transition[IdT]]:
        """Apply several operations in order, and return the transitions of all.

        The result is that of the single calls. If an operation is refused, none is applied.

        Raises:
            FactsError: If an operation refers to a contact that does not exist.
            InstantError: If the instant of an operation is before the one before it.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, Segment, attr
        >>> from segkit.live import Update, Upsert
        >>> pros = Segment("pros", attr("plan") == "pro")
        >>> live = Live([pros], now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> transitions = live.apply([Upsert(Contact("ada")), Update("ada", {"plan": "pro"})])
        >>> [str(transition) for transition in transitions]
        ['entered "pros": plan changed from no value to "pro": plan is "pro"']
        """
        given = ensure_operations(operations)

        def change() -> Iterator[list[Transition[IdT]]]:
            # One step at a time, so that transitions before a failure are not lost.
            for operation, at in checked_operations(
                given, self.now, self._instant(None), self._exists
            ):
                yield self._members.advance(at)
                yield self._members.change(operation)

        return self._run(change)

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The instant of the clock, in UTC; it never goes back."""
        return self._members.context.now

    @property
    def next_wake(self) -> datetime | None:
        """The instant, in UTC, of the next transition by time alone; ``None`` if it never comes.

        A caller that sleeps until then and calls `advance` misses no transition and polls nothing.
        It is `now` if `advance` with *limit* has left work at this instant. It may be an instant
        before the next transition if the search takes too many steps: the search for the next day
        on which hundreds of birthdays coincide, for example. The result is kept until the facts
        change.
        """
        with self._lock:
            return self._members.next_wake()

    def advance(self, to: datetime, *, limit: int | None = None) -> list[Transition[IdT]]:
        """Let time pass up to an instant, which is included, and return the transitions.

        One call returns what many calls with instants in between return.

        Args:
            to: The instant, an aware ``datetime``, not before `now`.
            limit: The greatest number of memberships to evaluate, 1 or more; ``None`` for all that
                are due. If it is reached, the clock stops early: call again while `next_wake` is
                not after *to*. Many contacts may be due at one instant, such as midnight. Then
                `now` is that instant, and the contacts that are left follow with the next call,
                or before the next operation.

        Raises:
            InstantError: If *to* is naive or before `now`.
            FactsError: If *limit* is not a whole number of 1 or more.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, Segment, attr
        >>> trial_over = Segment("trial over", attr("trial_ends").before(days=1))
        >>> live = Live([trial_over], now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> live.upsert(Contact("ada", {"trial_ends": datetime(2022, 10, 3, 12, tzinfo=UTC)}))
        []
        >>> print(live.next_wake)
        2022-10-04 12:00:00+00:00
        >>> [transition.kind for transition in live.advance(to=live.next_wake)]
        ['entered']
        """
        if limit is not None and not (is_int(limit) and limit > 0):
            expected = "takes a whole number of 1 or more, or None for no limit"
            raise mismatch("advance.limit", expected, limit, FactsError)
        end = instant(to, "advance.to")

        def advance() -> Iterator[list[Transition[IdT]]]:
            yield self._members.advance(not_before(end, self.now, "advance.to"), limit)

        return self._run(advance)

    def run(self, clock: Callable[[], datetime]) -> None:
        """Let time pass as *clock* says, until `stop` is called: the target of a thread.

        It sleeps until `next_wake`, and is woken by every operation. While it runs, the default
        instant of operations is that of *clock*. Transitions go to the callbacks of `subscribe`; an
        exception of a callback is logged by the logger ``segkit``, and ends nothing.

        Args:
            clock: A function that returns the current time, an aware ``datetime``:
                ``lambda: datetime.now(UTC)``.

        Raises:
            FactsError: If *clock* is not a function, or this `Live` runs already.
            InstantError: If *clock* returns a naive ``datetime``.

        >>> from datetime import UTC, datetime
        >>> from threading import Thread
        >>> from segkit import Live
        >>> live = Live([], now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> thread = Thread(target=live.run, args=[lambda: datetime.now(UTC)])
        >>> thread.start()
        >>> live.stop()
        >>> thread.join()
        """
        given: object = clock
        if not callable(given):
            expected = "takes a function that returns the time, lambda: datetime.now(UTC)"
            raise mismatch("run.clock", expected, given, FactsError)
        with self._changed:
            if self._clock is not None:
                raise FactsError("run", "it runs already: call stop() and join its thread first")
            self._clock = clock
        try:
            while not self._is_stopped:
                self._run_once()
                with self._changed:
                    seconds = self._seconds_until_wake(clock)
                    if not self._is_stopped:  # A callback, or the clock itself, may stop it.
                        self._changed.wait(seconds)
        finally:
            self._clock, self._is_stopped = None, False

    def stop(self) -> None:
        """End `run`; if `run` has not begun yet, it ends as soon as it begins."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def _run_once(self) -> None:
        try:
            self._run(lambda: [self._members.advance(self._instant(None))])
        except ExceptionGroup as errors:
            # One callback that fails, say for a mail server, must not end all transitions by time.
            _logger.exception("callbacks of Live.subscribe have raised", exc_info=errors)

    def _seconds_until_wake(self, clock: Callable[[], datetime]) -> float | None:
        wake = self.next_wake
        if wake is None:
            return None
        return min((wake - instant(clock(), "clock")).total_seconds(), TIMEOUT_MAX)

    # --- segments ---------------------------------------------------------------------------------

    @property
    def segments(self) -> list[Segment]:
        """The segments, in order."""
        with self._lock:
            segments = self._members.segment_set.segments.values()
            return [Segment(each.name, each.condition) for each in segments]

    def add_segment(self, segment: Segment, *, at: datetime | None = None) -> list[Transition[IdT]]:
        """Add a segment after the others: every contact that matches it enters it.

        Raises:
            ConditionError: If there is a segment of that name.
            ConditionTypeError: If *segment* is not a `Segment`.
            InstantError: If *at* is naive or before `now`.
        """
        ensure_type("add_segment", _EXPECTED, segment, Segment, ConditionTypeError)

        def check() -> None:
            if self._members.segment_set.slot_of(segment.name) is not None:
                problem = (
                    f"there is a segment {short_repr(segment.name)}: call replace_segment(segment)"
                )
                raise ConditionError("add_segment", problem, segment)

        return self._change_segments(at, check, lambda _: self._members.add_segment(segment))

    def replace_segment(
        self, segment: Segment, *, at: datetime | None = None
    ) -> list[Transition[IdT]]:
        """Replace the condition of the segment of that name; its position stays.

        The contacts for which the conditions differ enter or leave. An equal condition changes
        nothing.

        Raises:
            ConditionError: If there is no segment of that name.
            ConditionTypeError: If *segment* is not a `Segment`.
            InstantError: If *at* is naive or before `now`.
        """
        ensure_type("replace_segment", _EXPECTED, segment, Segment, ConditionTypeError)

        def change(slot: int) -> list[Transition[IdT]]:
            if self._members.segment_set.segments[slot].condition == segment.condition:
                return []
            return self._members.replace_segment(slot, segment.condition)

        return self._change_segments(at, partial(self._slot, segment, "replace_segment"), change)

    def remove_segment(
        self, segment: str | Segment, *, at: datetime | None = None
    ) -> list[Transition[IdT]]:
        """Remove a segment: its members leave it.

        Args:
            segment: The name of the segment, or the segment.

        Raises:
            ConditionError: If there is no segment of that name.
            InstantError: If *at* is naive or before `now`.
        """
        find = partial(self._slot, segment, "remove_segment")
        return self._change_segments(at, find, self._members.remove_segment)

    # --- reading ----------------------------------------------------------------------------------

    @property
    def source(self) -> MemorySource[IdT]:
        """The store, to read contacts and events: change it by this `Live` only."""
        return self._source

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        problem = "cannot be copied or pickled: pickle live.source, and build a new Live with it"
        raise FactsError("Live", problem, self)

    def __repr__(self) -> str:
        contacts, segments = len(self._source), len(self._members.segment_set.segments)
        name = type(self).__name__
        return f"<{name} of {contacts} contacts, {segments} segments at {self.now.isoformat()}>"

    def members(self, segment: str | Segment) -> Audience[IdT]:
        """Return the members of a segment at `now`, in the order of the contacts.

        Raises:
            ConditionError: If there is no segment of that name.
        """
        with self._lock:
            slot = self._slot(segment, "members")
            condition = self._members.segment_set.segments[slot].condition
            return Audience(self._members.ids(slot), now=self.now, condition=condition)

    def is_member(self, segment: str | Segment, id: IdT) -> bool:  # noqa: A002 - the field's name
        """Return whether a contact is a member of a segment; an unknown contact is not.

        Raises:
            ConditionError: If there is no segment of that name.
            FactsError: If *id* cannot be an id.
        """
        check_id(id, "is_member.id")
        with self._lock:
            return self._members.is_member(self._slot(segment, "is_member"), id)

    def segments_of(self, id: IdT) -> list[str]:  # noqa: A002 - the field's name
        """Return the names of the segments of which a contact is a member, in their order.

        Raises:
            FactsError: If *id* cannot be an id.
        """
        check_id(id, "segments_of.id")
        with self._lock:
            segments = self._members.segment_set.segments.items()
            return [each.name for slot, each in segments if self._members.is_member(slot, id)]

    def explain(self, segment: str | Segment, id: IdT) -> Explanation:  # noqa: A002 - the field's name
        """Return why a contact is a member of a segment or not, at `now`; see `segkit.explain`.

        Raises:
            ConditionError: If there is no segment of that name.
            FactsError: If there is no contact with that id.
        """
        with self._lock:
            condition = self._members.segment_set.segments[self._slot(segment, "explain")].condition
            contact = self._source.get(id)
            if contact is None:
                raise FactsError("explain.id", f"there is no contact {short_repr(id)}", id)
            events = self._source.events(id)
            context = self._members.context
        return explain(condition, contact, events, now=context.now, tz=context.tz)

    # --- subscriptions ----------------------------------------------------------------------------

    def subscribe(
        self, segment: str | Segment | None, callback: Callable[[Transition[IdT]], object]
    ) -> Callable[[], None]:
        """Call *callback* with each transition of a segment, and return a function that ends this.

        Callbacks are called when an operation is complete, in the order of the transitions, before
        the operation returns. They may call operations: the transitions of these go to callbacks
        only, after the present ones. One thread calls callbacks at a time. If another thread is
        doing so, the operation returns, and that thread calls the callbacks for it.

        If callbacks raise, the others are called all the same; then an `ExceptionGroup` of the
        exceptions is raised. The operation is done even so.

        Args:
            segment: The name of the segment, or the segment; ``None`` for all.
            callback: A function of one `Transition`, of either kind.

        Raises:
            ConditionError: If there is no segment of that name.
            FactsError: If *callback* cannot be called.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, Segment, attr
        >>> pros = Segment("pros", attr("plan") == "pro")
        >>> live = Live([pros], now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> unsubscribe = live.subscribe("pros", lambda transition: print(transition.contact))
        >>> transitions = live.upsert(Contact("ada", {"plan": "pro"}))
        ada
        """
        given: object = callback
        if not callable(given):
            expected = "takes a segment, or None for all, and a function of one transition"
            raise mismatch("subscribe", expected, given, FactsError)
        with self._lock:
            slot = None if segment is None else self._slot(segment, "subscribe")
            name = None if slot is None else self._members.segment_set.segments[slot].name
        return self._subscriptions.subscribe(name, callback)

    # --- one operation at a time ------------------------------------------------------------------

    def _run(self, change: Callable[[], Iterable[list[Transition[IdT]]]]) -> list[Transition[IdT]]:
        """Make a change in steps, and return the transitions of all; then call the callbacks."""
        with self._lock:
            # If a step raises, the next operation returns the transitions of those before it.
            for found in change():
                self._not_returned += found
                self._subscriptions.add(found)
            transitions, self._not_returned = self._not_returned, []
            self._changed.notify_all()
        self._subscriptions.deliver()
        return transitions

    def _change_segments(
        self,
        at: datetime | None,
        check: Callable[[], FoundT],
        change: Callable[[FoundT], list[Transition[IdT]]],
    ) -> list[Transition[IdT]]:
        """Let time pass, and make a change with the result of *check*, which may refuse it."""

        def steps() -> Iterator[list[Transition[IdT]]]:
            now, found = self._instant(at), check()
            yield self._members.advance(now)
            yield change(found)

        return self._run(steps)

    def _instant(self, at: datetime | None) -> datetime:
        """Return the instant of an operation, which is by default that of the clock."""
        now = self.now
        if at is not None:
            return not_before(instant(at, "at"), now, "at")
        return now if self._clock is None else max(now, instant(self._clock(), "clock"))

    def _exists(self, id_: IdT) -> bool:
        return self._source.get(id_) is not None

    def _slot(self, segment: object, path: str) -> int:
        name = segment.name if has_type(segment, Segment) else segment
        slot = self._members.segment_set.slot_of(name) if has_type(name, str) else None
        if slot is None:
            names = ", ".join(
                short_repr(each.name) for each in self._members.segment_set.segments.values()
            )
            problem = f"there is no segment {short_repr(name)}; the segments are: {names or 'none'}"
            raise ConditionError(path, problem, segment)
        return slot
