"""One test and five tests of attributes: compiled conditions and code written by hand.

The contacts are untidy: some values are missing, and some are of an unexpected kind. Every
candidate has to give the right answer for those too.
"""

import handwritten
import oracle
from conditions import FIVE_TESTS, ONE_TEST
from harness import Candidate, Effort, check_and_measure, parse_effort
from population import NOW, contacts, customers, untidy
from report import Row, format_table, machine
from segkit_calls import called, compiled, compiled_with_now

__all__ = ["rows"]


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    return [
        *_case("one test", effort),
        *_case("five tests", effort),
    ]


def _case(case: str, effort: Effort) -> list[Row]:
    condition, by_hand, oracle_match = {
        "one test": (ONE_TEST, handwritten.one_test, oracle.one_test),
        "five tests": (FIVE_TESTS, handwritten.five_tests, oracle.five_tests),
    }[case]
    all_contacts = untidy(contacts())
    expected = [oracle_match(contact.attributes) for contact in all_contacts]
    over_contacts = [(contact, ()) for contact in all_contacts]
    over_customers = [(customer, ()) for customer in customers(all_contacts)]
    # Compiled twice, because bytecode specializes for one class of contact, as in a host.
    candidates: dict[str, Candidate] = {
        "by hand": (by_hand, over_contacts),
        "compiled": (compiled(condition, NOW), over_contacts),
        "compiled, now= each time": (compiled_with_now(condition, NOW), over_contacts),
        "compiled, dataclass": (compiled(condition, NOW), over_customers),
        "matches()": (called(condition, NOW), over_contacts),
    }
    times = check_and_measure(candidates, expected, effort)
    each = {name: times.seconds(name) / len(all_contacts) for name in candidates}
    remark = f"{sum(expected)} of {len(expected)} yes"
    if case == "five tests":
        evaluated = sum(oracle.tests_evaluated(contact.attributes) for contact in all_contacts)
        remark += f", {evaluated / len(all_contacts):.1f} tests evaluated"

    def compared(name: str, other: str, target: str) -> Row:
        return Row(case, name, each[name], times.ratio(name, other), other, target)

    return [
        Row(case, "by hand", each["by hand"], remark=remark),
        compared("compiled", "by hand", "<= 1.5" if case == "one test" else "<= 1.2"),
        compared("compiled, now= each time", "by hand", ""),
        compared("compiled, dataclass", "compiled", "<= 1.3"),
        compared("matches()", "by hand", "<= 3.0" if case == "five tests" else ""),
    ]


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine())
    print(format_table(rows(effort)))
