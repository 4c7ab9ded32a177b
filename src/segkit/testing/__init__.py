"""For the tests of applications that use segkit, and of segkit: fixtures, random data, examples.

It needs the extra ``testing``, which brings Hypothesis.

* `make_contact` and `make_event` write fixtures in one line each.
* `EXAMPLES` are conditions that together hold everything a condition can say.
* `conditions`, `segments`, `windows`, `durations` and `contacts`, `events`, `histories`, `values`,
  `instants`, `zones` are Hypothesis strategies of a *wide world*: hostile values and odd zones, but
  few names, so that random conditions are true about as often as not.
* `small_conditions` and `small_histories` are of a *small world*: everything in it happens within
  microseconds of one midnight, and `SMALL_NOWS` are all instants worth asking about.
* `check_source` checks a host's own `Source`, case by case: those of `SOURCE_CASES`, or what
  `source_cases` makes for a storage of another `Shape`.

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
from segkit.testing.small_rules import small_conditions
from segkit.testing.small_world import SMALL_NOWS, small_histories
from segkit.testing.source_cases import SOURCE_CASES, source_cases
from segkit.testing.source_check import check_source
from segkit.testing.source_shape import Question, Shape, SourceCase
from segkit.testing.wide_conditions import conditions, segments
from segkit.testing.wide_facts import contacts, events, histories
from segkit.testing.wide_times import durations, instants, zones
from segkit.testing.wide_values import values
from segkit.testing.wide_windows import windows

__all__ = [
    "EXAMPLES",
    "SMALL_NOWS",
    "SOURCE_CASES",
    "Question",
    "Shape",
    "SourceCase",
    "check_source",
    "conditions",
    "contacts",
    "durations",
    "events",
    "histories",
    "instants",
    "make_contact",
    "make_event",
    "segments",
    "small_conditions",
    "small_histories",
    "source_cases",
    "values",
    "windows",
    "zones",
]
