"""Conditions with 50,000 values, compared with the same conditions with ten of them.

The other 49,990 values occur at no contact, so both conditions have the same members. Every time is
that of one contact. The lists of values are arranged before, by the first evaluation.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from harness import Disagreement, Effort, measure, parse_effort
from population import NOW
from report import Row, format_table, machine
from segkit_calls import compiled

from segkit import Condition, Contact, Evaluator, MemorySource, attr, explain

__all__ = ["rows"]

_FEW: Final = 10
_MANY: Final = 50_000
_CONTACTS: Final = 200
_EXPLAINED: Final = 20

_CASES: Final[dict[str, tuple[Callable[[int], Any], Callable[[list[Any]], Condition]]]] = {
    "is_in, texts": (str, lambda values: attr("value").is_in(values)),
    "is_in, texts, any case": (
        "Value {}".format,
        lambda values: attr("value").is_in(values, ignore_case=True),
    ),
    "is_in, prices": (
        lambda number: number + Decimal("0.25"),
        lambda values: attr("value").is_in(values),
    ),
    "has_any, texts": (str, lambda values: attr("values").has_any(values)),
    "has_all, texts": (str, lambda values: ~attr("values").has_all(values)),
}
"""The function that makes a value of a number, and the one that makes the condition."""


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    return [row for case in _CASES for row in _case(case, effort)]


def _case(case: str, effort: Effort) -> list[Row]:
    make_value, make_condition = _CASES[case]
    # Every other contact has one of the ten values, and nobody has any of the others.
    held = [make_value(number if number % 2 else -1 - number) for number in range(_FEW)]
    contacts = [
        Contact(number, {"value": value, "values": [value, "z"]})
        for number in range(_CONTACTS)
        for value in (held[number % _FEW],)
    ]
    expected = [case.startswith("has_all") or number % 2 == 1 for number in range(_CONTACTS)]
    conditions = {
        number: make_condition(
            [*map(make_value, range(_FEW)), *map(make_value, range(1_000, 990 + number))]
        )
        for number in (_FEW, _MANY)
    }
    result: list[Row] = []
    for engine, make_pass in (
        ("compiled", _compiled),
        ("members", _members),
        ("explain", _explained),
    ):
        passes: dict[str, Callable[[], list[bool]]] = {}
        for number, condition in conditions.items():
            name = f"{engine}, {number:,} values"
            passes[name] = make_pass(condition, contacts)
            answers = passes[name]()
            if answers != expected[: len(answers)]:
                raise Disagreement(f"{case}: {name}")
        times = measure(passes, effort)
        few, many = passes
        size = _EXPLAINED if engine == "explain" else _CONTACTS
        ratio = times.ratio(many, few)
        result += [
            Row(case, few, times.seconds(few) / size),
            Row(case, many, times.seconds(many) / size, ratio, "10 values", "<= 2.0"),
        ]
    return result


def _compiled(condition: Condition, contacts: list[Contact[int]]) -> Callable[[], list[bool]]:
    match = compiled(condition, NOW)
    return lambda: [match(contact, ()) for contact in contacts]


def _members(condition: Condition, contacts: list[Contact[int]]) -> Callable[[], list[bool]]:
    """Return the pass that builds a store and its columns."""

    def members() -> list[bool]:
        found = set(Evaluator(MemorySource(contacts)).members(condition, now=NOW))
        return [contact.id in found for contact in contacts]

    return members


def _explained(condition: Condition, contacts: list[Contact[int]]) -> Callable[[], list[bool]]:
    def explained() -> list[bool]:
        found = [explain(condition, contact, now=NOW) for contact in contacts[:_EXPLAINED]]
        return [each.verdict for each in found if str(each)]

    return explained


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine())
    print(format_table(rows(effort)))
