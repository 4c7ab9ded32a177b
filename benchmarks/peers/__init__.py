"""The same conditions as rules of other libraries: a small adapter for each.

Whatever can be done once is done before the measurement: rules are compiled, and facts are in the
form that is fastest for the library. Each adapter calls the shortest function that the library has
for one rule and one contact.
"""

from collections.abc import Sequence
from typing import Final

from peers.base import Peer, UnsupportedError
from peers.documents import BusinessRules, JsonLogic, Mongomock
from peers.flags import Flagsmith, GrowthBook, LaunchDarkly
from peers.languages import CelPython, RuleEngine, RustCel

__all__ = ["PEERS", "Peer", "UnsupportedError"]

PEERS: Final[Sequence[type[Peer]]] = [
    GrowthBook, RuleEngine, CelPython, RustCel, BusinessRules, JsonLogic, Flagsmith, LaunchDarkly,
    Mongomock,
]  # fmt: skip
