"""For the tests of applications that use segkit, and of segkit: fixtures, random data, examples.

It needs the extra ``testing``, which brings Hypothesis.

* `make_contact` and `make_event` write fixtures in one line each.
* `EXAMPLES` are conditions that together hold everything a condition can say.
* `contacts`, `events`, `histories`, `values`, `durations`, `instants` and `zones` are Hypothesis
  strategies of random facts: hostile values and odd zones, but few names, so that a condition over
  them is true about as often as not.
* `check_source` checks a host's own `Source`, case by case: those of `SOURCE_CASES`, or what
  `source_cases` makes for a storage of another `StorageShape`.

>>> from datetime import UTC, datetime
>>> from segkit import did, matches, prop
>>> from segkit.testing import make_contact, make_event
>>> now = datetime(2022, 10, 1, tzinfo=UTC)
>>> ada = make_contact("ada", city="Paris")
>>> order = make_event("order", contact_id="ada", days_ago=3, now=now, total=30)
>>> matches(did("order").where(prop("total") >= 30).within_last(days=7), ada, [order], now=now)
True
"""

from segkit.testing.examples import EXAMPLES
from segkit.testing.factories import make_contact, make_event
from segkit.testing.source_cases import SOURCE_CASES, source_cases
from segkit.testing.source_check import check_source
from segkit.testing.storage_shape import Question, SourceCase, StorageShape
from segkit.testing.strategies import (
    contacts,
    durations,
    events,
    histories,
    instants,
    values,
    zones,
)

__all__ = [
    "EXAMPLES",
    "SOURCE_CASES",
    "Question",
    "SourceCase",
    "StorageShape",
    "check_source",
    "contacts",
    "durations",
    "events",
    "histories",
    "instants",
    "make_contact",
    "make_event",
    "source_cases",
    "values",
    "zones",
]
