"""The peak memory of the candidates of `bulk_sizes`, each measured in a process of its own.

    python benchmarks/bulk_memory.py 100000

This process invents the contacts and events. A forked process for each candidate imports the
candidate's library, builds what the candidate keeps, and finds the members once. Its peak memory is
by how many bytes this raises the greatest size of the process, which is `ru_maxrss` of
`resource.getrusage`. The contacts and events, from which all candidates start, are not included.
"""

import gc
import json
import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from bulk_frames import ENGINES
from bulk_population import group, population
from bulk_segments import SEGMENTS, by_hand
from population import NOW

from segkit import Contact, Evaluator, Event, MemorySource

__all__ = ["CANDIDATES", "peaks"]

CANDIDATES: Final = ("by hand", "segkit", *ENGINES)
_BYTES: Final = 1 if sys.platform == "darwin" else 1024
"""The unit of `ru_maxrss`: macOS returns bytes, and Linux returns kibibytes."""

Facts = tuple[Sequence[Contact[int]], Sequence[Event[int]]]


def peaks(number: int) -> Mapping[str, int]:
    """Return the bytes of each candidate for *number* contacts, if they can be measured here."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return {}
    command = [sys.executable, str(Path(__file__)), str(number)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    found: dict[str, int] = json.loads(run.stdout)
    return found


def _asking(candidate: str) -> Callable[[Facts], object]:
    """Return a function that builds what the candidate keeps, and finds the members once."""
    if candidate == "by hand":
        return lambda facts: by_hand(group(*facts), NOW)
    if candidate == "segkit":
        return lambda facts: Evaluator(MemorySource(*facts)).evaluate(SEGMENTS, now=NOW)
    engine = ENGINES[candidate]()
    return lambda facts: engine.members(engine.build(*facts), NOW)


def _send_peak(candidate: str, facts: Facts, some: Facts, to: Connection) -> None:
    """Send the bytes of one candidate; ``None`` if its library is not installed."""
    try:
        ask = _asking(candidate)
    except ImportError:
        to.send(None)
        return
    ask(some)  # imports the modules, and compiles the segments
    before = _greatest_size()
    ask(facts)
    to.send(_greatest_size() - before)


def _greatest_size() -> int:
    usage = import_module("resource")  # Windows has no such module.
    return int(usage.getrusage(usage.RUSAGE_SELF).ru_maxrss) * _BYTES


def main() -> None:
    """Print the bytes of each candidate for the number of contacts on the command line."""
    gc.disable()  # Nothing of the population is garbage.
    contacts, events = population(int(sys.argv[1]))
    gc.freeze()
    gc.enable()
    some = contacts[:100], [event for event in events if event.contact_id < 100]
    fork = multiprocessing.get_context("fork")
    found: dict[str, int] = {}
    for candidate in CANDIDATES:
        receiver, sender = fork.Pipe(duplex=False)
        process = fork.Process(
            target=_send_peak, args=(candidate, (contacts, events), some, sender)
        )
        process.start()
        sender.close()  # so that the receiver notices if the process ends without an answer
        peak = receiver.recv()
        process.join()
        if peak is not None:
            found[candidate] = peak
    print(json.dumps(found))


if __name__ == "__main__":
    main()
