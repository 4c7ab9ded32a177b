"""Twenty segments over more and more contacts: the time and the memory of each contact.

There are 10,000 and 100,000 contacts (and 1,000,000 with `--million`), each with ten events on
average. *Cold*, *streamed* and *warm* are those of `bulk.py`. All times are per contact, so a ratio
of 1.00 to the smallest size means that the time grows as the number of contacts does.

*Kept columns* are the bytes that `MemorySource.memory` returns after one evaluation. *Peak memory*
is measured by `bulk_memory.py` in a process of its own for each candidate: by how many bytes
building and asking once raise `ru_maxrss`. The contacts and events themselves are not included.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter_ns
from typing import Final

from bulk import COLD, LATER, STREAMED, WARM, check, evaluate
from bulk_memory import CANDIDATES, peaks
from bulk_population import GroupedSource, StoredRow, group, population
from bulk_segments import SEGMENTS, by_hand
from harness import SMOKE, Effort, Times, argument_parser, effort_from, measure
from population import NOW
from report import Row, format_table, machine

from segkit import Contact, Evaluator, Event, MemorySource

__all__ = ["rows"]

_SIZES: Final = (10_000, 100_000)
_MILLION: Final = 1_000_000
_MAX_GROWTH: Final = "<= 1.5"
"""The target of the time per contact, compared with that of the smallest size."""

_MAX_BYTES: Final = 24
"""The target of the bytes of the kept columns, for each event in them."""


@dataclass(frozen=True)
class _Population:
    """The contacts and events of one size, and what an evaluation reads them from."""

    contacts: Sequence[Contact[int]]
    events: Sequence[Event[int]]
    stored: Sequence[StoredRow]
    memory: MemorySource[int]

    def passes(self) -> Mapping[str, Mapping[str, Callable[[], Mapping[str, Sequence[int]]]]]:
        """Return the passes of each case, by candidate."""
        contacts, events, stored = self.contacts, self.events, self.stored
        grouped, memory = Evaluator(GroupedSource(stored)), Evaluator(self.memory)
        return {
            COLD: {
                "by hand": lambda: by_hand(group(contacts, events), NOW),
                "segkit": lambda: evaluate(
                    Evaluator(MemorySource(contacts, events)), SEGMENTS, NOW
                ),
            },
            STREAMED: {
                "by hand": partial(by_hand, stored, NOW),
                "segkit": partial(evaluate, grouped, SEGMENTS, NOW),
            },
            WARM: {
                "by hand": partial(by_hand, stored, LATER),
                "segkit": partial(evaluate, memory, SEGMENTS, LATER),
            },
        }


def rows(effort: Effort, sizes: Sequence[int] = _SIZES) -> list[Row]:
    """Return the rows of this question, for each number of contacts in *sizes*."""
    if effort == SMOKE:
        sizes = (100, 200)
    # The processes of these rows run before this process needs memory itself.
    memory = [row for size in sizes for row in _peaks(size)]
    effort = Effort(max(1, effort.rounds // 10), effort.seconds)  # a turn takes seconds
    populations = {size: _population(size) for size in sizes}
    passes = {size: each.passes() for size, each in populations.items()}
    found: list[Row] = []
    for case in (COLD, STREAMED, WARM):
        for size in sizes:
            check(case, passes[size][case])
        found += _growth(case, {size: passes[size][case] for size in sizes}, effort)
    kept = [_kept(size, each.memory) for size, each in populations.items()]
    return found + kept + memory


def _population(size: int) -> _Population:
    contacts, events = population(size)
    return _Population(contacts, events, group(contacts, events), MemorySource(contacts, events))


def _growth(
    case: str, passes: Mapping[int, Mapping[str, Callable[[], object]]], effort: Effort
) -> list[Row]:
    """Return the times per contact of each size, which are compared within each round."""
    named = {
        _named(candidate, size): run
        for size, candidates in passes.items()
        for candidate, run in candidates.items()
    }
    of_all = measure(named, effort, perf_counter_ns)
    measured = Times(
        {
            _named(candidate, size): [
                seconds / size for seconds in of_all.of[_named(candidate, size)]
            ]
            for size, candidates in passes.items()
            for candidate in candidates
        }
    )
    smallest = min(passes)
    found: list[Row] = []
    for size, candidates in passes.items():
        for candidate in candidates:
            name = _named(candidate, size)
            is_segkit, is_smallest = candidate == "segkit", size == smallest
            by_hand_ratio = measured.ratio(name, _named("by hand", size))
            found.append(
                Row(
                    f"{case}, {size:,}",
                    candidate,
                    measured.seconds(name),
                    None if is_smallest else measured.ratio(name, _named(candidate, smallest)),
                    f"{smallest:,}",
                    _MAX_GROWTH if is_segkit and not is_smallest else "",
                    remark=f"{by_hand_ratio} x by hand" if is_segkit else "",
                )
            )
    return found


def _named(candidate: str, size: int) -> str:
    return f"{candidate}, {size}"


# --- memory ---------------------------------------------------------------------------------------


def _kept(size: int, source: MemorySource[int]) -> Row:
    """Return the bytes of the kept columns of a store that was asked."""
    memory = source.memory()
    # Smaller stores are evaluated without columns.
    of_event = memory.bytes_of_events / max(memory.events, 1)
    of_contact = memory.bytes_of_contacts / max(memory.contacts, 1)
    total = (memory.bytes_of_events + memory.bytes_of_contacts) / 1e6
    return Row(
        f"kept columns, {size:,}",
        "segkit",
        target=f"<= {_MAX_BYTES} bytes for each event",
        is_held=of_event <= _MAX_BYTES,
        remark=(
            f"{of_event:.1f} bytes for each of {memory.events:,} events, "
            f"{of_contact:.1f} for each contact; {total:.1f} MB"
        ),
    )


def _peaks(size: int) -> list[Row]:
    """Return the peak memory of building and asking, for each candidate."""
    found: list[Row] = []
    peak_of = peaks(size)
    for candidate in CANDIDATES:
        peak = peak_of.get(candidate)
        remark = "not measured: not installed, or processes cannot fork here"
        if peak is not None:
            remark = f"{peak / 1e6:.1f} MB, {peak / size:,.0f} bytes for each contact"
        found.append(Row(f"peak memory, {size:,}", candidate, remark=remark))
    return found


def main() -> None:
    """Measure the sizes that the command line specifies, and print."""
    parser = argument_parser(__doc__)
    parser.add_argument("--million", action="store_true", help="measure 1,000,000 contacts too")
    parser.add_argument("--contacts", type=int, nargs="+", default=_SIZES, help="other sizes")
    options = parser.parse_args()
    sizes = (*options.contacts, _MILLION) if options.million else tuple(options.contacts)
    print(machine(CANDIDATES[2:]))
    print(format_table(rows(effort_from(options), sizes)))


if __name__ == "__main__":
    main()
