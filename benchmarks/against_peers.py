"""One test, five tests and two windows: segkit against other libraries.

The contacts are tidy here: each value is of the kind one would expect, and some have no phone. On
these the peers agree with the rules of segkit; who does not is named with its reason and not timed.
The remark says how many of the untidy contacts (one value in twelve is missing or unexpected) a
peer judges otherwise, or raises for.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import handwritten
import oracle
from conditions import FIVE, ONE, WINDOWS
from harness import Disagreement, Effort, Pass, check, effort, over, race, wrong_answers
from peers import PEERS, CannotSay, Peer
from population import NOW, contacts, events_of, untidied
from report import Row, machine, table
from subject import compiled, history

from segkit import Condition, Contact

__all__ = ["rows"]

_NAMED: Final = {"growthbook", "rule-engine", "cel-python"}
"""The peers that the bars speak of."""


@dataclass(frozen=True)
class _Question:
    name: str
    condition: Condition
    by_hand: Callable[[Any, Any], bool]
    bar: str
    true: Callable[[Contact[int]], bool]
    own_facts: dict[str, Callable[[Contact[int]], object]]
    hand_facts: Callable[[Contact[int]], object]
    rule: Callable[[Peer], Callable[[Any], object]]
    facts: Callable[[Peer, Contact[int]], object]


def _of_attributes(
    name: str, condition: Condition, by_hand: Callable[[Any, Any], bool], bar: str
) -> _Question:
    true = {"one test": oracle.one, "five tests": oracle.five}[name]
    return _Question(
        name,
        condition,
        by_hand,
        bar,
        true=lambda contact: true(contact.attributes),
        own_facts={"segkit": lambda _: ()},
        hand_facts=lambda _: (),
        rule=lambda peer: peer.one() if name == "one test" else peer.five(),
        facts=lambda peer, contact: peer.attributes(contact.attributes),
    )


_QUESTIONS: Final = [
    _of_attributes("one test", ONE, handwritten.one, ">= 8"),
    _of_attributes("five tests", FIVE, handwritten.five, ">= 20"),
    _Question(
        "two windows",
        WINDOWS,
        handwritten.over_times(NOW),
        bar="",
        true=lambda contact: oracle.windows(events_of(contact), NOW),
        own_facts={
            "segkit": lambda contact: history(events_of(contact)),
            "segkit, plain events": events_of,
        },
        hand_facts=lambda contact: handwritten.times_by_name(events_of(contact)),
        rule=lambda peer: peer.windows(NOW),
        facts=lambda peer, contact: peer.history(events_of(contact)),
    ),
]


def rows(effort: Effort) -> list[Row]:
    """The lines of this question."""
    logging.disable()  # Some peers log each value that they do not expect.
    present, lines = [], []
    for kind in PEERS:
        try:
            present.append(kind())
        except ImportError:
            lines.append(Row("all", kind.distribution, remark="skipped: not installed"))
    return [line for question in _QUESTIONS for line in _lines(question, present, effort)] + lines


def _lines(question: _Question, present: Sequence[Peer], effort: Effort) -> list[Row]:
    known = contacts()
    if question.condition is WINDOWS:
        # Some take a hundredth of a second for one contact.
        known, effort = known[::4], replace(effort, rounds=min(effort.rounds, 11))
    truth = [question.true(contact) for contact in known]
    by_hand = [(contact, question.hand_facts(contact)) for contact in known]
    check("by hand", by_hand, question.by_hand, truth)
    passes: dict[str, Pass] = {"by hand": over(by_hand, question.by_hand)}
    for name, facts in question.own_facts.items():
        own = [(contact, facts(contact)) for contact in known]
        holds = compiled(question.condition, NOW)
        check(name, own, holds, truth)
        passes[name] = over(own, holds)
    remarks: dict[str, str] = {}
    for peer in present:
        try:
            passes[peer.distribution] = _timed(question, peer, known, truth)
        except (CannotSay, Disagreement) as reason:
            remarks[peer.distribution] = f"not timed: {reason}"
        else:
            remarks[peer.distribution] = _on_untidy(question, peer)
    times = race(passes, effort)

    lines = []
    for name in ("by hand", *question.own_facts, *(peer.distribution for peer in present)):
        if name not in passes:
            lines.append(Row(question.name, name, remark=remarks[name]))
            continue
        bar = question.bar if name in _NAMED else ""
        ratio = None if name == "segkit" else times.ratio(name, "segkit")
        each = times.seconds(name) / len(known)
        lines.append(
            Row(question.name, name, each, ratio, "segkit", bar, remark=remarks.get(name, ""))
        )
    return lines


def _timed(
    question: _Question, peer: Peer, known: Sequence[Contact[int]], truth: Sequence[bool]
) -> Pass:
    """A pass of the peer over the contacts, which it answers rightly.

    Raises:
        CannotSay: If it has no words for the question.
        Disagreement: If it answers otherwise.
    """
    rule = question.rule(peer)
    asked = [(question.facts(peer, contact),) for contact in known]
    check(peer.distribution, asked, rule, truth)
    return over(asked, rule)


def _on_untidy(question: _Question, peer: Peer) -> str:
    """How the peer fares with values that are missing or of another kind."""
    if question.condition is WINDOWS:
        return ""
    known = untidied(contacts())
    rule = question.rule(peer)

    def answer(contact: Contact[int]) -> object:
        return rule(question.facts(peer, contact))

    asked = [(contact,) for contact in known]
    wrong = wrong_answers(asked, answer, [question.true(contact) for contact in known])
    return f"untidy: {len(wrong)} of {len(known)} otherwise" if wrong else "untidy: all right"


if __name__ == "__main__":
    asked = effort(__doc__)
    print(machine([kind.distribution for kind in PEERS]))
    print(table(rows(asked)))
