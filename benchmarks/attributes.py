"""One test and five tests of attributes: compiled against written by hand.

The contacts are untidy: some values are missing, some are of another kind than one would expect.
Both sides have to give the right answer for those, too.
"""

import handwritten
import oracle
from conditions import FIVE, ONE
from harness import Contestant, Effort, contest, effort
from population import NOW, contacts, customers, untidied
from report import Row, machine, table
from subject import called, compiled, reference

__all__ = ["rows"]


def rows(effort: Effort) -> list[Row]:
    """The lines of this question."""
    return [
        *_case("one test", effort),
        *_case("five tests", effort),
    ]


def _case(case: str, effort: Effort) -> list[Row]:
    condition, by_hand, true = {
        "one test": (ONE, handwritten.one, oracle.one),
        "five tests": (FIVE, handwritten.five, oracle.five),
    }[case]
    known = untidied(contacts())
    truth = [true(contact.attributes) for contact in known]
    over_contacts = [(contact, ()) for contact in known]
    over_customers = [(customer, ()) for customer in customers(known)]
    # Compiled twice: what runs has adapted itself to one kind of contact, as it does in a host.
    contestants: dict[str, Contestant] = {
        "by hand": (by_hand, over_contacts),
        "compiled": (compiled(condition, NOW), over_contacts),
        "compiled, now= each time": (called(condition, NOW), over_contacts),
        "compiled, dataclass": (compiled(condition, NOW), over_customers),
        "matches()": (reference(condition, NOW), over_contacts),
    }
    times = contest(contestants, truth, effort)
    each = {name: times.seconds(name) / len(known) for name in contestants}
    remark = f"{sum(truth)} of {len(truth)} yes"
    if case == "five tests":
        reached = sum(oracle.tests_reached(contact.attributes) for contact in known) / len(known)
        remark += f", {reached:.1f} tests reached"

    def against(name: str, other: str, bar: str) -> Row:
        return Row(case, name, each[name], times.ratio(name, other), other, bar)

    return [
        Row(case, "by hand", each["by hand"], remark=remark),
        against("compiled", "by hand", "<= 1.5"),
        against("compiled, now= each time", "by hand", ""),
        against("compiled, dataclass", "compiled", "<= 1.3"),
        against("matches()", "by hand", "<= 15" if case == "five tests" else ""),
    ]


if __name__ == "__main__":
    asked = effort(__doc__)
    print(machine())
    print(table(rows(asked)))
