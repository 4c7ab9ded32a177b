"""Transitions: who entered or left which segment, when, and what caused it."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

import attrs

from segkit.live.causes import Cause
from segkit.live.sentences import format_transition

IdT = TypeVar("IdT", bound=Hashable)

TransitionKind: TypeAlias = Literal["entered", "left"]


class TransitionId(NamedTuple):
    """The identity of a transition: the same whenever the same operations are replayed [M5].

    Attributes:
        segment: The name of the segment.
        revision: The revision of its condition: 1 at first, one more for each replacement.
        contact: The id of the contact.
        number: The number of the transition of this contact and this segment, from 1 on.

    >>> from segkit.live import TransitionId
    >>> TransitionId("active", 1, "ada", 3).number
    3
    """

    segment: str
    revision: int
    contact: Any
    number: int


@attrs.frozen
class Transition(Generic[IdT]):
    """A contact entered or left a segment. ``str()`` says why.

    Attributes:
        id: The identity, the same in every replay: use it to handle each transition once.
        at: The instant, in UTC: for a change of facts the clock of the `Live`, for a change by
            time alone the exact instant.
        segment: The name of the segment.
        contact: The id of the contact.
        kind: ``"entered"`` or ``"left"``.
        cause: The cause, as data: a value of a class of `segkit.live`.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Live, Segment, attr
    >>> live = Live([Segment("pros", attr("plan") == "pro")], now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> [transition] = live.upsert(Contact("ada", {"plan": "pro"}))
    >>> transition.segment, transition.contact, transition.kind
    ('pros', 'ada', 'entered')
    >>> print(transition)
    entered "pros": the contact was added: plan is "pro"
    """

    id: TransitionId
    at: datetime
    kind: TransitionKind
    cause: Cause = attrs.field(eq=False)  # It may have values that cannot be compared or hashed.

    @property
    def segment(self) -> str:
        """The name of the segment."""
        return self.id.segment

    @property
    def contact(self) -> IdT:
        """The id of the contact."""
        contact: IdT = self.id.contact
        return contact

    def __str__(self) -> str:
        return format_transition(self.kind, self.segment, self.cause)
