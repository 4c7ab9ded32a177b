"""What both checkers must report. Checked by mypy and pyright, never run.

Each line carries the code of each checker's report; one that is no longer made is an error itself.
"""

# pyright: reportUnusedExpression=false

from datetime import UTC, datetime

from segkit import (
    Calendar,
    Comparison,
    Contact,
    Evaluator,
    Event,
    Last,
    MemorySource,
    Segment,
    all_of,
    attr,
    describe,
    did,
    in_list,
    matches,
    prop,
)

now = datetime(2022, 10, 1, tzinfo=UTC)
a, b = attr("age") >= 18, in_list("vip")
c = did("order")
ada = Contact("ada")

# --- what is no condition does not combine -------------------------------------------------------

1 & a  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
1 | a  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
a & 1  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
a & attr("vip")  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
attr("vip") & a  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
~attr("vip")  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
1 & attr("b")  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
"x" in attr("city")  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
all_of([a, b])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
all_of(a, attr("vip"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
all_of(a, Segment("s", a))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# --- nor is it asked about -----------------------------------------------------------------------

Segment("s", attr("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Segment("s", [a])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
describe(attr("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(attr("x"), ada)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(a, {})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(a, ada, [{}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
matches(a, ada, now="2022-10-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(a, ada, [], now)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Evaluator(MemorySource([ada])).members(a)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Evaluator(MemorySource([ada])).members(a, now=now, ids=[7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Evaluator(ada)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
MemorySource([Contact(7)], ["order"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Event("ada", "order", "2022-10-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# --- operands ------------------------------------------------------------------------------------

attr("age").contains(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("age").is_in(18)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("age") >= [18]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
attr("age") >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
Comparison("~", 3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# --- events and their windows --------------------------------------------------------------------

did("o").where(attr("x") == 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").where(prop("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").where(c)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").within_last(day=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
did("o").within_last(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").within_last(days=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").between_ago(days=90)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").during("fortnight")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").at_least("2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").within_next(days=3)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
did(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Last(day=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Calendar("decade")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
in_list("vip").joined_within_last(day=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# --- values of conditions are what they are ------------------------------------------------------

a.path = ("city",)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
