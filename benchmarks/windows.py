"""Opened in the last 30 days, and ordered nothing in the last 60: over 50 events of each contact.

Once over prepared histories, and once over plain lists of events.
"""

from typing import Final

import handwritten
import oracle
from conditions import TWO_WINDOWS
from harness import Candidate, Effort, check_and_measure, parse_effort
from population import NOW, contacts, events_of
from report import Row, format_table, machine
from segkit_calls import called, compiled, compiled_with_now, history

__all__ = ["rows"]

_PREPARED: Final = "two windows, prepared"
_PLAIN: Final = "two windows, plain events"


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    plain = [(contact, events_of(contact)) for contact in contacts()]
    expected = [oracle.two_windows(events, NOW) for _, events in plain]
    prepared = [(contact, history(events)) for contact, events in plain]
    times = [(contact, handwritten.times_by_name(events)) for contact, events in plain]
    remark = f"{sum(expected)} of {len(expected)} yes"

    candidates: dict[str, Candidate] = {
        "by hand, bisect": (handwritten.search(NOW), times),
        "by hand, latest, bisect": (handwritten.latest_then_search(NOW), times),
        "compiled, History": (compiled(TWO_WINDOWS, NOW), prepared),
        "History, now= each time": (compiled_with_now(TWO_WINDOWS, NOW), prepared),
        "by hand, scan": (handwritten.scan(NOW), plain),
        "by hand, unique ids": (handwritten.scan_unique_ids(NOW), plain),
        "by hand, latest first": (handwritten.scan_latest_first(NOW), plain),
        "compiled": (compiled(TWO_WINDOWS, NOW), plain),
        "matches()": (called(TWO_WINDOWS, NOW), plain),
        "matches(), History": (called(TWO_WINDOWS, NOW), prepared),
    }
    measured = check_and_measure(candidates, expected, effort)
    each = {name: measured.seconds(name) / len(plain) for name in candidates}

    def compared(name: str, other: str, target: str = "", remark: str = "") -> Row:
        case = _PLAIN if candidates[name][1] is plain else _PREPARED
        ratio = measured.ratio(name, other)
        return Row(case, name, each[name], ratio, other, target, remark=remark)

    return [
        Row(_PREPARED, "by hand, bisect", each["by hand, bisect"], remark=remark),
        compared(
            "by hand, latest, bisect", "by hand, bisect", remark="tests the latest event first"
        ),
        compared("compiled, History", "by hand, bisect", "<= 1.25"),
        compared("matches(), History", "by hand, bisect", "<= 4.0"),
        compared("History, now= each time", "by hand, bisect"),
        Row(_PLAIN, "by hand, scan", each["by hand, scan"]),
        compared("by hand, unique ids", "by hand, scan", remark="of two with one id, the first"),
        compared("by hand, latest first", "by hand, scan", remark="requires a sorted list"),
        compared("compiled", "by hand, scan"),
        compared("compiled", "by hand, unique ids", "<= 1.2"),
        compared("matches()", "by hand, scan", "<= 3.5"),
    ]


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine())
    print(format_table(rows(effort)))
