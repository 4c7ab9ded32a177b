"""Twenty segments over many contacts, compared with code by hand, polars, pandas and DuckDB.

*Cold* starts with two lists of objects, contacts and events, and ends with the ids of the members.
An engine over frames has to copy the objects into frames first. *Streamed* starts with rows of a
contact and its events. *Warm* asks again, at another now, what was built before. The last rows show
how the time grows with the number of segments. Times are those of the wall clock, because engines
over frames use several threads.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations, islice
from time import perf_counter_ns
from typing import Final, TypeAlias

from bulk_frames import ENGINES, FrameEngine
from bulk_population import GroupedSource, StoredRow, group, population
from bulk_segments import SEGMENTS, by_hand, tiers
from harness import SMOKE, Disagreement, Effort, argument_parser, effort_from, measure
from population import NOW
from report import Row, format_table, machine

from segkit import (
    Contact,
    Evaluator,
    Event,
    History,
    MemorySource,
    Segment,
    compile_condition,
)

__all__ = ["ENGINES", "rows"]

_CONTACTS: Final = 20_000
_LATER: Final = NOW + timedelta(hours=7)

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

    cold: dict[str, Pass] = {
        "by hand": lambda: by_hand(group(contacts, events), NOW),
        "segkit": lambda: _evaluate(Evaluator(MemorySource(contacts, events)), SEGMENTS, NOW),
        **{
            name: partial(_from_objects, engine, contacts, events)
            for name, engine in engines.items()
        },
    }
    streamed: dict[str, Pass] = {
        "by hand": partial(by_hand, stored, NOW),
        "segkit": partial(_evaluate, grouped, SEGMENTS, NOW),
        "segkit, compiled": partial(_evaluate_compiled, stored, NOW),
    }
    warm: dict[str, Pass] = {
        "by hand": partial(by_hand, stored, _LATER),
        "segkit": partial(_evaluate, memory, SEGMENTS, _LATER),
        **{name: partial(engine.members, frames[name], _LATER) for name, engine in engines.items()},
    }
    several = {
        "1 segment": SEGMENTS[6:7],
        "20 segments": SEGMENTS,
        "100 segments": SEGMENTS + _pairs(80),
        "100 tiers of one count": tiers(100),
    }
    found: list[Row] = []
    for case, passes in (
        ("cold, from objects", cold),
        ("streamed from a source", streamed),
        ("warm, another now", warm),
    ):
        _check(case, passes)
        found += _compared(case, passes, "by hand", effort, number)
    growing = {name: partial(_evaluate, memory, some, _LATER) for name, some in several.items()}
    found += _compared("warm, more segments", growing, "1 segment", effort, number)
    missing = [name for name in ENGINES if name not in engines]
    return found + [Row("cold, from objects", name, remark="not installed") for name in missing]


def _installed() -> dict[str, FrameEngine]:
    """Return the engines over frames that are installed."""
    installed: dict[str, FrameEngine] = {}
    for name, engine in ENGINES.items():
        try:
            installed[name] = engine()
        except ImportError:
            continue
    return installed


def _evaluate(evaluator: Evaluator[int], segments: Sequence[Segment], now: datetime) -> Members:
    """Return the ids of the members of each segment, as lists, which the other candidates give."""
    return {name: list(ids) for name, ids in evaluator.evaluate(segments, now=now).items()}


def _evaluate_compiled(stored: Sequence[StoredRow], now: datetime) -> Members:
    """Return the same by a loop over compiled conditions, with one history for each contact."""
    matchers = {each.name: compile_condition(each).at(now) for each in SEGMENTS}
    found: dict[str, list[int]] = {name: [] for name in matchers}
    for contact, events in stored:
        history = History(events)
        for name, match in matchers.items():
            if match(contact, history):
                found[name].append(contact.id)
    return found


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


def _check(case: str, passes: Mapping[str, Pass]) -> None:
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


def _compared(
    case: str, passes: Mapping[str, Pass], reference: str, effort: Effort, number: int
) -> list[Row]:
    measured = measure(passes, effort, clock=perf_counter_ns)
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
    options = parser.parse_args()
    print(machine(list(ENGINES)))
    print(format_table(rows(effort_from(options), options.contacts)))


if __name__ == "__main__":
    main()
