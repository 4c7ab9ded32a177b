"""What both checkers must report. Checked by mypy and pyright, never run.

Each line carries the code of each checker's report; one that is no longer made is an error itself.
"""

# pyright: reportUnusedExpression=false

from datetime import UTC, datetime, timedelta

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
    at_least,
    attr,
    describe,
    did,
    in_list,
    in_segment,
    matches,
    next_change,
    prop,
    sample,
    timeline,
)

now = datetime(2022, 10, 1, tzinfo=UTC)
a, b = attr("age") >= 18, in_list("vip")
c = did("order")
ada = Contact("ada")
vip = Segment("vip", attr("plan") == "pro")
day = timedelta(days=1)

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

# --- and in calls that evaluate it ----------------------------------------------------------------

Segment("s", attr("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Segment("s", [a])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
describe(attr("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(attr("x"), ada)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(a, {})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(a, ada, [{}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
next_change(a, ada, horizon=day)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
timeline(a, ada, start=now)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
matches(a, ada, now="2022-10-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
matches(a, ada, [], now)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
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
did("o") >= 3  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
did("o") < 3  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
did("o") == 3  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnnecessaryComparison]
c != 3  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnnecessaryComparison]
in_list("vip") == True  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnnecessaryComparison]
did(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Last(day=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Calendar("decade")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
in_list("vip").joined_within_last(day=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# --- values made of events, sequences, segments --------------------------------------------------

a & did("o").sum("x")  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
describe(did("o").sum("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").sum()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
did("o").latest_at("x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
did("o").sum("x") >= [100]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
did("o").sum("x").within_last(day=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
did("o").where(did("o").sum("x") > 3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").where(in_segment(vip))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").where(sample(percent=10, salt="s"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("a").followed_by("b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("a").followed_by(did("b"), within=24)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("a").followed_by(did("b"), day)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
did("a").followed_by(did("b")).within_last(days=3)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
did("a").followed_by(did("b").followed_by(did("c")))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
did("o").in_at_least(3, weeks=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
vip & a  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
a & vip  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
~vip  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
all_of(vip)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
in_segment("vip")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
in_segment(a)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
at_least(a, b)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
at_least(1, "vip")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# --- members, patterns, places, anniversaries, samples -------------------------------------------

attr("x").has_any(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("x").has_all([None])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
attr("x").matches_regex(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("x").within_km("25", of=(48.85, 2.35))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("x").within_km(25, of="Paris")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("x").within_km(25)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
attr("x").anniversary_in()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
attr("x").anniversary_in(days="3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
attr("x").anniversary_within_next(weeks=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sample(percent="10", salt="s")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# --- values of conditions are what they are ------------------------------------------------------

a.path = ("city",)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
