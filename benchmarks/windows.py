"""Opened in the last 30 days, and ordered nothing in the last 60: over 50 events of each contact.

Once over histories that were prepared before, once over plain lists of events.
"""

from typing import Final

import handwritten
import oracle
from conditions import WINDOWS
from harness import Contestant, Effort, contest, effort
from population import NOW, contacts, events_of
from report import Row, machine, table
from subject import called, compiled, history, reference

__all__ = ["rows"]

_PREPARED: Final = "two windows, prepared"
_PLAIN: Final = "two windows, plain events"


def rows(effort: Effort) -> list[Row]:
    """The lines of this question."""
    known = [(contact, events_of(contact)) for contact in contacts()]
    truth = [oracle.windows(events, NOW) for _, events in known]
    prepared = [(contact, history(events)) for contact, events in known]
    times = [(contact, handwritten.times_by_name(events)) for contact, events in known]
    remark = f"{sum(truth)} of {len(truth)} yes"

    contestants: dict[str, Contestant] = {
        "by hand, bisect": (handwritten.over_times(NOW), times),
        "by hand, newest, bisect": (handwritten.over_newest(NOW), times),
        "compiled, History": (compiled(WINDOWS, NOW), prepared),
        "History, now= each time": (called(WINDOWS, NOW), prepared),
        "by hand, scan": (handwritten.scan(NOW), known),
        "by hand, each id once": (handwritten.scan_once(NOW), known),
        "by hand, newest first": (handwritten.newest_first(NOW), known),
        "compiled": (compiled(WINDOWS, NOW), known),
        "matches()": (reference(WINDOWS, NOW), known),
    }
    measured = contest(contestants, truth, effort)
    each = {name: measured.seconds(name) / len(known) for name in contestants}

    def against(name: str, other: str, bar: str = "", remark: str = "") -> Row:
        case = _PLAIN if contestants[name][1] is known else _PREPARED
        return Row(case, name, each[name], measured.ratio(name, other), other, bar, remark=remark)

    return [
        Row(_PREPARED, "by hand, bisect", each["by hand, bisect"], remark=remark),
        against("by hand, newest, bisect", "by hand, bisect", remark="looks at the newest first"),
        against("compiled, History", "by hand, bisect", "<= 1.35"),
        against("History, now= each time", "by hand, bisect"),
        Row(_PLAIN, "by hand, scan", each["by hand, scan"]),
        against("by hand, each id once", "by hand, scan", remark="of two with one id, the first"),
        against("by hand, newest first", "by hand, scan", remark="knows that the list is sorted"),
        against("compiled", "by hand, scan", "<= 1.0"),
        against("compiled", "by hand, each id once"),
        against("matches()", "by hand, scan"),
    ]


if __name__ == "__main__":
    asked = effort(__doc__)
    print(machine())
    print(table(rows(asked)))
