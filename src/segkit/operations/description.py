"""describe(): a condition as an English sentence."""

from __future__ import annotations

from segkit.english.conditions import describe_group
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, contact_condition


def describe(condition: Condition | Segment) -> str:
    """The condition as a sentence, or as a short indented list where groups nest.

    A negation that lets contacts without a value in says so: ``(or has no value)``; so does a
    count that none satisfies: ``(none counts as 0)``.

    >>> from segkit import attr, describe, did
    >>> describe((attr("plan") != "pro") & did("order").at_least(2).within_last(days=30))
    'all of: plan is not "pro" (or has no value); did "order" at least 2 times in the last 30 days'
    """
    return "\n".join(_lines(contact_condition(condition, "describe")))


def _lines(condition: Condition) -> list[str]:
    head, parts = describe_group(condition)
    said = [_lines(part) for part in parts]
    if all(not describe_group(part)[1] for part in parts):
        sentences = "; ".join(line for lines in said for line in lines)
        return [f"{head}: {sentences}" if parts else head]
    listed = [f"{head}:"]
    for first, *rest in said:
        listed += [f"  - {first}", *(f"    {line}" for line in rest)]
    return listed
