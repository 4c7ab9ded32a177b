"""What is paid before the first answer: compiling, binding to a now, preparing a history."""

from datetime import timedelta
from typing import Final

import handwritten
from conditions import FIVE, WINDOWS
from harness import Disagreement, Effort, effort, race
from population import NOW, contacts, events_of
from report import Row, machine, table
from subject import compiled, forget, history, intervals, source

from segkit import Condition, Last, compile_condition

__all__ = ["rows"]

_MOST_EXTRA: Final = 3e-6
"""Seconds that binding to another now may take, besides the arithmetic of the windows."""


def rows(effort: Effort) -> list[Row]:
    """The lines of this question."""
    return [
        *_compiling("five tests", FIVE, effort),
        *_compiling("two windows", WINDOWS, effort),
        *_binding(effort),
        *_preparing(effort),
    ]


def _compiling(case: str, condition: Condition, effort: Effort) -> list[Row]:
    text = source(compiled(condition, NOW))

    def anew() -> None:
        forget()
        compiled(condition, NOW)

    times = race(
        {
            "compile() of the source": lambda: compile(text, "condition.py", "exec"),
            "compile_condition": anew,
            "another one of its shape": lambda: compiled(condition, NOW),
        },
        effort,
    )
    case, other = f"compiling {case}", "compile() of the source"
    return [
        Row(case, other, times.seconds(other), remark=f"{len(text.splitlines())} lines"),
        *(
            Row(case, name, times.seconds(name), times.ratio(name, other), "compile()", bar)
            for name, bar in (("compile_condition", "<= 1.5"), ("another one of its shape", ""))
        ),
    ]


def _binding(effort: Effort) -> list[Row]:
    matcher = compile_condition(WINDOWS)
    windows = [Last(days=30), Last(days=60)]
    nows = [NOW + timedelta(minutes=minutes) for minutes in range(100)]

    def arithmetic() -> None:
        for now in nows:
            intervals(windows, now)

    def at() -> None:
        for now in nows:
            matcher.at(now)

    def by_hand() -> None:
        for now in nows:
            handwritten.over_times(now)

    contestants = {"by hand": by_hand, "the windows' intervals": arithmetic, "at(now)": at}
    times = race(contestants, effort)
    each = {name: times.seconds(name) / len(nows) for name in contestants}
    extra = each["at(now)"] - each["the windows' intervals"]
    case = "another now, two windows"
    return [
        Row(case, "by hand", each["by hand"]),
        Row(case, "the windows' intervals", each["the windows' intervals"]),
        Row(
            case,
            "at(now)",
            each["at(now)"],
            times.ratio("at(now)", "the windows' intervals"),
            "the intervals",
            bar="<= 3 us more",
            is_held=extra <= _MOST_EXTRA,
            remark=f"{extra * 1e6:.2f} us more",
        ),
    ]


def _preparing(effort: Effort) -> list[Row]:
    known = [events_of(contact) for contact in contacts()[:20]]
    for events in known:
        by_name = {name: list(times) for name, times in history(events).instants.items()}
        if by_name != handwritten.times_by_name(events):
            raise Disagreement("a History and the dict of times differ")

    def by_hand() -> None:
        for events in known:
            handwritten.times_by_name(events)

    def prepared() -> None:
        for events in known:
            history(events)

    times = race({"by hand": by_hand, "History": prepared}, effort)
    number = sum(len(events) for events in known)
    case = "preparing, for each event"
    return [
        Row(case, "by hand", times.seconds("by hand") / number, remark="sorts by time and name"),
        Row(
            case,
            "History",
            times.seconds("History") / number,
            times.ratio("History", "by hand"),
            "by hand",
            remark="checks owners and ids, too",
        ),
    ]


if __name__ == "__main__":
    asked = effort(__doc__)
    print(machine())
    print(table(rows(asked)))
