"""The callbacks of `Live.subscribe`, and the transitions that they have not seen yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any, Generic, TypeAlias, TypeVar

from segkit.live.transitions import Transition

IdT = TypeVar("IdT", bound=Hashable)

Callback: TypeAlias = Callable[[Transition[Any]], object]


class Subscriptions(Generic[IdT]):
    """Calls callbacks with transitions, in order, one transition at a time.

    One thread delivers at a time, without a lock, so that a callback may wait for other threads.
    Transitions that are added meanwhile, by a callback or by another thread, follow.
    """

    def __init__(self) -> None:
        self._callbacks: dict[object, tuple[str | None, Callback]] = {}
        self._queue: deque[Transition[IdT]] = deque()
        # The callbacks that are left for the first transition, which has left the queue.
        self._calls: deque[tuple[object, Transition[IdT]]] = deque()
        self._is_delivering = False
        self._lock = Lock()

    def subscribe(self, segment: str | None, callback: Callback) -> Callable[[], None]:
        """Add a callback for a segment, or for all; return a function that removes it."""
        key = object()
        with self._lock:
            self._callbacks[key] = (segment, callback)

        def unsubscribe() -> None:
            with self._lock:
                self._callbacks.pop(key, None)

        return unsubscribe

    def add(self, transitions: Iterable[Transition[IdT]]) -> None:
        """Add transitions to deliver later."""
        self._queue.extend(transitions)

    def deliver(self) -> None:
        """Call the callbacks with all transitions, unless another call is doing so.

        Raises:
            ExceptionGroup: If callbacks have raised, when all of them have been called.
        """
        with self._lock:
            if self._is_delivering:
                return
            self._is_delivering = True
        errors: list[Exception] = []
        try:
            while (call := self._next_call()) is not None:
                callback, transition = call
                try:
                    callback(transition)
                except Exception as error:  # noqa: BLE001 - raised after the others
                    errors.append(error)
        except BaseException:  # The program is interrupted: the next operation delivers the rest.
            self._is_delivering = False
            raise
        if errors:
            raise ExceptionGroup("callbacks of Live.subscribe", errors)

    def _next_call(self) -> tuple[Callback, Transition[IdT]] | None:
        with self._lock:
            while self._calls or self._queue:
                if not self._calls:
                    transition = self._queue.popleft()
                    self._calls.extend(
                        (key, transition)
                        for key, (segment, _) in self._callbacks.items()
                        if segment is None or segment == transition.segment
                    )
                    continue
                key, transition = self._calls.popleft()
                if key in self._callbacks:  # A callback may have removed it.
                    return self._callbacks[key][1], transition
            # In one step with finding nothing, so that what is added now is not left.
            self._is_delivering = False
            return None
