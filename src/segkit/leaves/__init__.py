"""What each leaf means, said once: observe, decide, phrase, footprint.

Every operation walks the combinators itself and asks here about the leaves.
"""

from segkit.leaves.aggregating import aggregated
from segkit.leaves.comparing import satisfies, value_at, value_satisfies
from segkit.leaves.findings import (
    said_compared,
    said_interval,
    said_seen,
    said_until,
    said_values,
    said_waiting,
)
from segkit.leaves.headings import heading
from segkit.leaves.judgement import Judgement, enough, every, negated, some
from segkit.leaves.judging import judge, waiting
from segkit.leaves.lasting import NextChange, course_of, look_ahead
from segkit.leaves.meaning import OneEvent, leaf_holds, memberships
from segkit.leaves.needing import footprint
from segkit.leaves.phrasing import phrase
from segkit.leaves.referring import Compared, compared
from segkit.leaves.timing import said_instant

__all__ = [
    "Compared",
    "Judgement",
    "NextChange",
    "OneEvent",
    "aggregated",
    "compared",
    "course_of",
    "enough",
    "every",
    "footprint",
    "heading",
    "judge",
    "leaf_holds",
    "look_ahead",
    "memberships",
    "negated",
    "phrase",
    "said_compared",
    "said_instant",
    "said_interval",
    "said_seen",
    "said_until",
    "said_values",
    "said_waiting",
    "satisfies",
    "some",
    "value_at",
    "value_satisfies",
    "waiting",
]
