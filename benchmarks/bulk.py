"""Twenty segments over many contacts, compared with code by hand, polars, pandas and DuckDB.

*Cold* starts with two lists of objects, contacts and events, and ends with the ids of the members.
An engine over frames has to copy the objects into frames first. *Streamed* starts with rows of a
contact and its events. *Warm* asks again, at another now, what was built before. Further rows show
the time of an evaluation after 1,000 facts have changed (500 new events, 250 updates of attributes
and 250 changes of lists), and how the time grows with the number of segments. All times are per
contact. They are those of the wall clock, because engines over frames use several threads.

`--keep` draws the figure of docs/explanation/performance.md from the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations, islice
from pathlib import Path
from time import perf_counter_ns
from typing import Final, TypeAlias

from bulk_frames import ENGINES, FrameEngine
from bulk_population import CHANGES, Changes, GroupedSource, group, population
from bulk_segments import SEGMENTS, by_hand, tiers
from figure import draw_bulk
from harness import SMOKE, Disagreement, Effort, argument_parser, effort_from, measure
from population import NOW
from report import Row, format_seconds, format_table, machine

from segkit import Contact, Evaluator, Event, MemorySource, Segment

__all__ = ["COLD", "ENGINES", "FIGURE", "LATER", "STREAMED", "WARM", "check", "evaluate", "rows"]

FIGURE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "bulk.svg"

COLD: Final = "cold, from objects"
STREAMED: Final = "streamed from a source"
WARM: Final = "warm, another now"
_CHANGED: Final = f"warm, {CHANGES:,} facts changed"
_TARGETS: Final = {COLD: "<= 2.0", STREAMED: "<= 1.15", WARM: "<= 0.2"}
"""The greatest ratio of the time of segkit to the time by hand."""

_CONTACTS: Final = 20_000
LATER: Final = NOW + timedelta(hours=7)
"""The now at which an evaluation asks again."""

Members: TypeAlias = Mapping[str, Sequence[int]]
Pass: TypeAlias = Callable[[], Members]


def rows(effort: Effort, number: int = _CONTACTS) -> list[Row]:
    """Return the rows of this question, for *number* contacts with ten times as many events."""
    if effort == SMOKE:
        number = 300
    effort = Effort(max(1, effort.rounds // 10), effort.seconds)  # a turn takes about a second
    contacts, events = population(number)
    stored = group(contacts, events)
    engines = _installed()
    frames = {name: engine.build(contacts, events) for name, engine in engines.items()}
    memory, grouped = Evaluator(MemorySource(contacts, events)), Evaluator(GroupedSource(stored))
    without_columns = Evaluator(MemorySource(contacts, events, columns=False))

    cold: dict[str, Pass] = {
        "by hand": lambda: by_hand(group(contacts, events), NOW),
        "segkit": lambda: evaluate(Evaluator(MemorySource(contacts, events)), SEGMENTS, NOW),
        **{
            name: partial(_from_objects, engine, contacts, events)
            for name, engine in engines.items()
        },
    }
    streamed: dict[str, Pass] = {
        "by hand": partial(by_hand, stored, NOW),
        "segkit": partial(evaluate, grouped, SEGMENTS, NOW),
    }
    warm: dict[str, Pass] = {
        "by hand": partial(by_hand, stored, LATER),
        "segkit": partial(evaluate, memory, SEGMENTS, LATER),
        "segkit, columns=False": partial(evaluate, without_columns, SEGMENTS, LATER),
        **{name: partial(engine.members, frames[name], LATER) for name, engine in engines.items()},
    }
    several = {
        "1 segment": SEGMENTS[6:7],
        "20 segments": SEGMENTS,
        "100 segments": SEGMENTS + _pairs(80),
        "100 tiers of one count": tiers(100),
    }
    found: list[Row] = []
    for case, passes in ((COLD, cold), (STREAMED, streamed), (WARM, warm)):
        check(case, passes)
        found += _with_target(_compared(case, passes, "by hand", effort, number), _TARGETS[case])
    found += _changed(contacts, events, effort)
    growing = {name: partial(evaluate, memory, some, LATER) for name, some in several.items()}
    found += _compared("warm, more segments", growing, "1 segment", effort, number)
    missing = [name for name in ENGINES if name not in engines]
    return found + [Row(COLD, name, remark="not installed") for name in missing]


def _installed() -> dict[str, FrameEngine]:
    """Return the engines over frames that are installed."""
    installed: dict[str, FrameEngine] = {}
    for name, engine in ENGINES.items():
        try:
            installed[name] = engine()
        except ImportError:
            continue
    return installed


def evaluate(evaluator: Evaluator[int], segments: Sequence[Segment], now: datetime) -> Members:
    """Return the ids of the members of each segment, as lists, which the other candidates give."""
    return {name: list(ids) for name, ids in evaluator.evaluate(segments, now=now).items()}


def _from_objects(
    engine: FrameEngine, contacts: Sequence[Contact[int]], events: Sequence[Event[int]]
) -> Members:
    return engine.members(engine.build(contacts, events), NOW)


def _pairs(number: int) -> list[Segment]:
    """Return segments of two conditions each, so that many conditions occur several times."""
    return [
        Segment(f"{one.name} and {other.name}", one.condition & other.condition)
        for one, other in islice(combinations(SEGMENTS, 2), number)
    ]


def check(case: str, passes: Mapping[str, Pass]) -> None:
    """Raise if a candidate finds other members than the code by hand.

    Raises:
        Disagreement: With the name of the segment and the number of members.
    """
    expected = passes["by hand"]()
    for name, run in passes.items():
        found = run()
        for segment, ids in expected.items():
            if list(found[segment]) != ids:
                problem = f"{case}: {name} finds {len(found[segment])} members of {segment!r}"
                raise Disagreement(f"{problem} instead of {len(ids)}, or others")


def _changed(
    contacts: Sequence[Contact[int]], events: Sequence[Event[int]], effort: Effort
) -> list[Row]:
    """Return the time of an evaluation after changes, and the time of the changes.

    Each candidate has a store of its own, so the changes of one do not change another one.
    """
    unchanged, changed, changing = (MemorySource(contacts, events) for _ in range(3))
    changes, timed_changes = Changes(changed), Changes(changing)
    ask_unchanged, ask_changed, ask_changing = (
        partial(evaluate, Evaluator(source), SEGMENTS, LATER)
        for source in (unchanged, changed, changing)
    )

    def change() -> None:
        changes.invent()
        changes.apply()

    def prepare_changes() -> None:
        ask_changing()  # The columns exist, and the changes of the last turn are applied to them.
        timed_changes.invent()

    ask_changed()
    change()
    check(_CHANGED, {"by hand": partial(by_hand, changes.stored(), LATER), "segkit": ask_changed})
    after, alone = "evaluation after them", "the changes alone"
    passes: dict[str, Callable[[], object]] = {
        "evaluation, no changes": ask_unchanged,
        after: ask_changed,
        alone: timed_changes.apply,
    }
    before: dict[str, Callable[[], object]] = {after: change, alone: prepare_changes}
    reference = next(iter(passes))
    found = _compared(_CHANGED, passes, reference, effort, len(contacts), before=before)
    each = (found[-1].seconds or 0.0) * len(contacts) / CHANGES
    remark = f"{format_seconds(each)} for each change"
    return [found[0], replace(found[1], target="<= 1.5"), replace(found[2], remark=remark)]


def _with_target(found: Sequence[Row], target: str) -> list[Row]:
    """Return the rows, of which those of segkit have the target."""
    return [replace(row, target=target) if row.candidate == "segkit" else row for row in found]


def _compared(
    case: str,
    passes: Mapping[str, Callable[[], object]],
    reference: str,
    effort: Effort,
    number: int,
    *,
    before: Mapping[str, Callable[[], object]] | None = None,
) -> list[Row]:
    measured = measure(passes, effort, perf_counter_ns, before)
    return [
        Row(
            case,
            name,
            measured.seconds(name) / number,
            None if name == reference else measured.ratio(name, reference),
            reference,
        )
        for name in passes
    ]


def main() -> None:
    """Measure for the number of contacts on the command line, and print."""
    parser = argument_parser(__doc__)
    parser.add_argument("--contacts", type=int, default=_CONTACTS)
    parser.add_argument("--keep", action="store_true", help="draw the figure")
    options = parser.parse_args()
    print(machine(list(ENGINES)))
    found = rows(effort_from(options), options.contacts)
    print(format_table(found))
    if options.keep:
        draw_bulk(found, FIGURE)


if __name__ == "__main__":
    main()
