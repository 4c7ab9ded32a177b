"""Members kept current as facts arrive and time passes, and the transitions that this causes."""

from segkit.live.causes import (
    AttributeChanged,
    Cause,
    ContactAdded,
    ContactRemoved,
    EventArrived,
    EventExpired,
    EventRemoved,
    FactsDiffer,
    ListJoined,
    ListLeft,
    SegmentChanged,
    TimePassed,
)
from segkit.live.live import Live
from segkit.live.operations import (
    AddToList,
    Operation,
    Remove,
    RemoveFromList,
    Track,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.transitions import Transition, TransitionId

__all__ = [
    "AddToList",
    "AttributeChanged",
    "Cause",
    "ContactAdded",
    "ContactRemoved",
    "EventArrived",
    "EventExpired",
    "EventRemoved",
    "FactsDiffer",
    "ListJoined",
    "ListLeft",
    "Live",
    "Operation",
    "Remove",
    "RemoveFromList",
    "SegmentChanged",
    "TimePassed",
    "Track",
    "Transition",
    "TransitionId",
    "Untrack",
    "Update",
    "Upsert",
]
