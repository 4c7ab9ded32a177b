"""The cases in which segkit deliberately returns another result than the product, with the reason.

Each entry contains the exact observation, so that an outdated entry fails:
``"differs for user-2"`` names the contacts with another result,
``"refused"`` means that the condition cannot be built.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Difference(NamedTuple):
    """A case in which a rule of segkit requires another result."""

    rule: str
    observed: str
    why: str


UNSUPPORTED: Final[Mapping[str, tuple[str, ...]]] = {
    # ``did`` takes full names. A program that knows its event names can select the names with the
    # prefix and pass them to ``did``, which counts several names together [E1].
    "event names by a common prefix": ("dittofeed-053",),
}
"""The ids of the cases that need an unsupported feature, by the feature."""

DIFFERENCES: Final[Mapping[str, Difference]] = {
    "dittofeed-056": Difference(
        "V4",
        "differs for user-2",
        'An email of "" is a value, so it is set; Dittofeed treats empty text as missing.',
    ),
    "dittofeed-057": Difference(
        "V4",
        "differs for user-2",
        'The same contacts three seconds later: the email of user-2 is still "".',
    ),
    "growthbook-018": Difference(
        "V6",
        "refused",
        "is_in takes a list; a single number is refused when built, not false for everyone.",
    ),
    "growthbook-026": Difference(
        "V6",
        "refused",
        "As above; and the complement of a false condition cannot also be false [V2].",
    ),
    "growthbook-035": Difference(
        "V3",
        "differs for u",
        "The age is missing, so every comparison with it is false; GrowthBook reads it as 0.",
    ),
    "growthbook-036": Difference(
        "V6",
        "differs for u",
        'The text "8" is of another kind than the number 5; GrowthBook turns it into a number.',
    ),
    "growthbook-037": Difference(
        "V6",
        "differs for u",
        'The number 8 is of another kind than the text "5"; GrowthBook turns "5" into a number.',
    ),
    "growthbook-038": Difference(
        "V5",
        "differs for u",
        "``any_of()`` without parts is false; in GrowthBook an empty $or is true.",
    ),
    "growthbook-088": Difference(
        "S7",
        "refused",
        "A pattern that does not compile is refused when built, not false for everyone.",
    ),
    "growthbook-089": Difference(
        "S7",
        "refused",
        "As above; it does not matter that the contact has no name.",
    ),
}
"""The cases in which a rule of segkit requires another result, by the id of the case."""
