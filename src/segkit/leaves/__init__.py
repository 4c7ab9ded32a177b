"""What each leaf means, said once: observe, decide, phrase, footprint.

Every operation walks the combinators itself and asks here about the leaves.
"""

from segkit.leaves.headings import heading
from segkit.leaves.judgement import Judgement, enough, every, negated, some
from segkit.leaves.judging import judge, waiting
from segkit.leaves.meaning import leaf_holds
from segkit.leaves.needing import footprint
from segkit.leaves.phrasing import phrase
from segkit.leaves.referring import Compared, compared
from segkit.leaves.timing import said_instant
from segkit.leaves.wording import said_value

__all__ = [
    "Compared",
    "Judgement",
    "compared",
    "enough",
    "every",
    "footprint",
    "heading",
    "judge",
    "leaf_holds",
    "negated",
    "phrase",
    "said_instant",
    "said_value",
    "some",
    "waiting",
]
