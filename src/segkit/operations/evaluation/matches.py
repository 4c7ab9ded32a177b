"""matches(): whether a contact belongs to a segment.

The reference evaluates the first calls, because compiling takes as long as some of them. A
condition that is evaluated more often is compiled, and keeps the compiled function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, Final, Never, TypeAlias

from segkit.errors import raise_unless_repeated
from segkit.model.call_hints import MATCHES_CALL, hide_misplaced, refuse_call
from segkit.model.conditions import Condition
from segkit.model.facts import NOT_GIVEN, ContactLike, EventLike
from segkit.model.segments import Segment, contact_condition
from segkit.model.validation import set_fields

COMPILE_AFTER: Final = 20
"""The number of evaluations by the reference that take about as long as compiling."""


Cached: TypeAlias = tuple[object, object, Callable[..., bool] | None, bool, int]
"""The state that a condition or a matcher keeps between calls: the latest now, the zone, the
function for both, whether it depends on now, and the number of evaluations by the reference.

One tuple, replaced as a whole: every thread reads a now together with its function. Not a named
one, which takes longer to unpack.
"""

NOT_CACHED: Final[Cached] = (object(), None, None, True, 0)
"""Its now is an object that no call passes."""


@hide_misplaced
def matches(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    *misplaced: Never,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
) -> bool:
    """Return whether *contact* belongs to the segment.

    The answer is always true or false [V1]: a value that is absent, or of a kind that the
    condition does not compare with, makes a comparison false and its negation true.

    Args:
        condition: A segment or a bare condition.
        contact: A `Contact`, or any object with its fields.
        events: The contact's own events, in any order; for many calls about one contact, a
            `History` of them. Of two events with one id the first counts [E3]. A condition without
            events leaves them unread [E6].
        now: The instant of the evaluation, an aware ``datetime``; by default the current time.
        tz: The zone of days and calendar units: a name, a ``ZoneInfo`` or ``datetime.UTC``.

    Raises:
        FactsError: If *contact* is not contact-like, an event is not event-like, or an event
            belongs to another contact [E6].
        InstantError: If *now* is naive.
        ZoneError: If *tz* is unknown.
        ConditionTypeError: If *condition* is neither a condition nor a segment, or *now* is not
            given by name.
        ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

    >>> from segkit import Contact, attr, matches
    >>> matches(attr("age") >= 18, Contact("ada", {"age": 36}))
    True
    """
    if misplaced:
        refuse_call("matches", MATCHES_CALL, (condition, contact, events, *misplaced), {})
    try:
        cached: Cached = condition._cached  # pyright: ignore[reportPrivateUsage] # noqa: SLF001
    except AttributeError:  # Not evaluated before.
        cached = NOT_CACHED
    except Exception as error:  # noqa: BLE001 - any object but a condition
        raise_unless_repeated(error, partial(getattr, condition, "_cached", None))
        cached = NOT_CACHED
    bound_now, bound_tz, match, depends_on_now, _ = cached
    if match is not None and tz is bound_tz:
        if now is bound_now:
            return match(contact, events)
        if not depends_on_now and (now is None or (type(now) is datetime and now.tzinfo is UTC)):
            return match(contact, events)
    checked = contact_condition(condition, "matches")
    match = bind_and_cache(condition, checked, now, tz)
    return match(contact, events)


def bind_and_cache(
    holder: object, condition: Condition, now: datetime | None, tz: str | tzinfo
) -> Callable[..., bool]:
    """Return the function for *now*, and let *holder* keep it for further calls at the same now.

    The function of the first calls evaluates by the reference, and is not kept.
    """
    # A program that defines segments, or evaluates little, loads no more than it needs.
    from segkit.clock import EvaluationContext  # noqa: PLC0415

    cached: Cached = getattr(holder, "_cached", NOT_CACHED)
    bound_now, bound_tz, match, _, evaluations = cached
    # Only in UTC does Python's == distinguish the two instants of a repeated hour.
    is_in_utc = type(now) is datetime and now.tzinfo is UTC
    if match is not None and tz is bound_tz and is_in_utc and now == bound_now:
        return match
    context = EvaluationContext.create(now, tz)
    if evaluations < COMPILE_AFTER:
        from segkit.operations.evaluation.reference import evaluate_by_reference  # noqa: PLC0415

        set_fields(holder, _cached=(*NOT_CACHED[:-1], evaluations + 1))
        return partial(evaluate_by_reference, condition, context)
    from segkit.operations.evaluation.compiler import bind_of, depends_on_now  # noqa: PLC0415

    match = bind_of(condition)(context)
    # Not ``None``: the next call without a now is at another time.
    bound_now = context.now if now is None else now
    set_fields(holder, _cached=(bound_now, tz, match, depends_on_now(condition), evaluations))
    return match
