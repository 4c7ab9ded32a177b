"""Steps of a sequence on events of one instant: each needs one of its own [S1].

Events of one instant may be taken in any order but each only once, so whether some steps in a row
can all be there at once is a matching of steps and events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["choices_of", "runs", "seat"]


def choices_of(serves: Mapping[int, set[int]], steps: range) -> dict[int, list[int]]:
    """For each step the events it could be seated on.

    As many as there are steps will do: of so many, the others cannot take all.
    """
    choices: dict[int, list[int]] = {step: [] for step in steps}
    for place, served in serves.items():
        for step in served:
            if len(choices[step]) < len(steps):
                choices[step].append(place)
    return choices


def runs(step: int, choices: Mapping[int, list[int]]) -> Iterator[int]:
    """The last steps of the runs from *step* on that fit on one instant, the shortest first."""
    seated: dict[int, int] = {}
    for final in range(step, len(choices)):
        if not seat(final, choices, seated, set()):
            return
        yield final


def seat(
    one: int, choices: Mapping[int, list[int]], seated: dict[int, int], tried: set[int]
) -> bool:
    """Seat *one* on one of its choices; whoever sits there moves on if it can."""
    for choice in choices[one]:
        if choice in tried:
            continue
        tried.add(choice)
        if choice not in seated or seat(seated[choice], choices, seated, tried):
            seated[choice] = one
            return True
    return False
