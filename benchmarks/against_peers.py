"""One test, five tests and two windows: segkit and other libraries.

The contacts are tidy here: each value is of the expected kind, and some contacts have no phone. For
these contacts the peers agree with the rules of segkit; a peer that does not is listed with the
reason and is not timed. The remark says for how many of the untidy contacts (one value in twelve is
missing or unexpected) a peer gives a wrong answer or raises.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import handwritten
import oracle
from conditions import FIVE_TESTS, ONE_TEST, TWO_WINDOWS
from harness import (
    Disagreement,
    Effort,
    Pass,
    check,
    loop_over,
    measure,
    parse_effort,
    wrong_answers,
)
from peers import PEERS, Peer, UnsupportedError
from population import NOW, contacts, events_of, untidy
from report import Row, format_table, machine
from segkit_calls import compiled, history

from segkit import Condition, Contact

__all__ = ["rows"]

_WITH_TARGET: Final = {"growthbook", "rule-engine", "cel-python"}
"""The peers that the targets are about."""


@dataclass(frozen=True)
class _Question:
    """A condition in every form that is timed, and the facts that each form takes."""

    name: str
    condition: Condition
    by_hand: Callable[[Any, Any], bool]
    target: str
    oracle: Callable[[Contact[int]], bool]
    segkit_facts: dict[str, Callable[[Contact[int]], object]]
    by_hand_facts: Callable[[Contact[int]], object]
    peer_rule: Callable[[Peer], Callable[[Any], object]]
    peer_facts: Callable[[Peer, Contact[int]], object]


def _of_attributes(
    name: str, condition: Condition, by_hand: Callable[[Any, Any], bool], target: str
) -> _Question:
    oracle_match = {"one test": oracle.one_test, "five tests": oracle.five_tests}[name]
    return _Question(
        name,
        condition,
        by_hand,
        target,
        oracle=lambda contact: oracle_match(contact.attributes),
        segkit_facts={"segkit": lambda _: ()},
        by_hand_facts=lambda _: (),
        peer_rule=lambda peer: peer.one_test() if name == "one test" else peer.five_tests(),
        peer_facts=lambda peer, contact: peer.attributes(contact.attributes),
    )


_QUESTIONS: Final = [
    _of_attributes("one test", ONE_TEST, handwritten.one_test, ">= 8"),
    _of_attributes("five tests", FIVE_TESTS, handwritten.five_tests, ">= 20"),
    _Question(
        "two windows",
        TWO_WINDOWS,
        handwritten.search(NOW),
        target="",
        oracle=lambda contact: oracle.two_windows(events_of(contact), NOW),
        segkit_facts={
            "segkit": lambda contact: history(events_of(contact)),
            "segkit, plain events": events_of,
        },
        by_hand_facts=lambda contact: handwritten.times_by_name(events_of(contact)),
        peer_rule=lambda peer: peer.two_windows(NOW),
        peer_facts=lambda peer, contact: peer.history(events_of(contact)),
    ),
]


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    logging.disable()  # Some peers log each unexpected value.
    installed: list[Peer] = []
    missing: list[Row] = []
    for kind in PEERS:
        try:
            installed.append(kind())
        except ImportError:
            missing.append(Row("all", kind.distribution, remark="skipped: not installed"))
    return [row for question in _QUESTIONS for row in _rows(question, installed, effort)] + missing


def _rows(question: _Question, peers: Sequence[Peer], effort: Effort) -> list[Row]:
    all_contacts = contacts()
    if question.condition is TWO_WINDOWS:
        # Some peers take a hundredth of a second for one contact.
        all_contacts, effort = all_contacts[::4], replace(effort, rounds=min(effort.rounds, 11))
    expected = [question.oracle(contact) for contact in all_contacts]
    by_hand = [(contact, question.by_hand_facts(contact)) for contact in all_contacts]
    check("by hand", by_hand, question.by_hand, expected)
    passes: dict[str, Pass] = {"by hand": loop_over(by_hand, question.by_hand)}
    for name, facts in question.segkit_facts.items():
        calls = [(contact, facts(contact)) for contact in all_contacts]
        match = compiled(question.condition, NOW)
        check(name, calls, match, expected)
        passes[name] = loop_over(calls, match)
    remarks: dict[str, str] = {}
    for peer in peers:
        try:
            passes[peer.distribution] = _pass(question, peer, all_contacts, expected)
        except (UnsupportedError, Disagreement) as reason:
            remarks[peer.distribution] = f"not timed: {reason}"
        else:
            remarks[peer.distribution] = _remark_on_untidy(question, peer)
    times = measure(passes, effort)

    found: list[Row] = []
    for name in ("by hand", *question.segkit_facts, *(peer.distribution for peer in peers)):
        if name not in passes:
            found.append(Row(question.name, name, remark=remarks[name]))
            continue
        target = question.target if name in _WITH_TARGET else ""
        ratio = None if name == "segkit" else times.ratio(name, "segkit")
        each = times.seconds(name) / len(all_contacts)
        remark = remarks.get(name, "")
        found.append(Row(question.name, name, each, ratio, "segkit", target, remark=remark))
    return found


def _pass(
    question: _Question, peer: Peer, all_contacts: Sequence[Contact[int]], expected: Sequence[bool]
) -> Pass:
    """Return a pass of the peer over the contacts, after a check of its answers.

    Raises:
        UnsupportedError: If the peer cannot express the condition.
        Disagreement: If the peer gives a wrong answer.
    """
    rule = question.peer_rule(peer)
    calls = [(question.peer_facts(peer, contact),) for contact in all_contacts]
    check(peer.distribution, calls, rule, expected)
    return loop_over(calls, rule)


def _remark_on_untidy(question: _Question, peer: Peer) -> str:
    """Return what the peer answers for values that are missing or of another kind."""
    if question.condition is TWO_WINDOWS:
        return ""
    all_contacts = untidy(contacts())
    rule = question.peer_rule(peer)

    def answer(contact: Contact[int]) -> object:
        return rule(question.peer_facts(peer, contact))

    calls = [(contact,) for contact in all_contacts]
    wrong = wrong_answers(calls, answer, [question.oracle(contact) for contact in all_contacts])
    return f"untidy: {len(wrong)} of {len(all_contacts)} wrong" if wrong else "untidy: all right"


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine([kind.distribution for kind in PEERS]))
    print(format_table(rows(effort)))
