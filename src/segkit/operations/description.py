"""describe(): a condition as an English sentence."""

from __future__ import annotations

from segkit.english.conditions import Describer
from segkit.model.call_hints import written_as
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, contact_condition


@written_as("describe(condition)")
def describe(condition: Condition | Segment) -> str:
    """Return the condition as a sentence, or as a short indented list where groups nest.

    A negation that includes contacts without a value says so, ``(or has no value)``, and so does a
    count that includes contacts without events, ``(none counts as 0)``. Of more than 20 values or
    event names, the sentence has the first five and the number of others; ``repr`` has all.

    Raises:
        ConditionTypeError: If *condition* is neither a condition nor a segment.
        ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

    >>> from segkit import attr, describe, did
    >>> describe((attr("plan") != "pro") & did("order").at_least(2).within_last(days=30))
    'all of: plan is not "pro" (or has no value); did "order" at least 2 times in the last 30 days'
    """
    lines, _ = _lines(contact_condition(condition, "describe"), Describer())
    return "\n".join(lines)


def _lines(condition: Condition, describer: Describer) -> tuple[list[str], bool]:
    """Return the lines of a condition, and whether it is a group with parts listed below it."""
    heading, parts = describer.heading(condition)
    if not parts:
        return [heading], False
    described = [_lines(part, describer) for part in parts]
    if not any(is_group for _, is_group in described):
        return [f"{heading}: {'; '.join(lines[0] for lines, _ in described)}"], True
    listed = [f"{heading}:"]
    for (first, *rest), _ in described:
        listed += [f"  - {first}", *(f"    {line}" for line in rest)]
    return listed, True
