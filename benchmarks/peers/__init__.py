"""The same questions, as other libraries say them: a small adapter each.

Whatever can be done once is done once, outside of what is timed: rules are compiled, and facts are
brought into the form in which a library takes them fastest. Each is called by the shortest way that
it has for one rule and one contact.
"""

from collections.abc import Sequence
from typing import Final

from peers.base import CannotSay, Peer
from peers.documents import BusinessRules, JsonLogic, Mongomock
from peers.flags import Flagsmith, GrowthBook, LaunchDarkly
from peers.languages import CelPython, RuleEngine, RustCel

__all__ = ["PEERS", "CannotSay", "Peer"]

PEERS: Final[Sequence[type[Peer]]] = [
    GrowthBook, RuleEngine, CelPython, RustCel, BusinessRules, JsonLogic, Flagsmith, LaunchDarkly,
    Mongomock,
]  # fmt: skip
