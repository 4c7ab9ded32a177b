"""`check`: what in a condition does not fit the catalog of what there is."""

from __future__ import annotations

from segkit.checking.conditions import find_problems
from segkit.checking.findings import Findings
from segkit.errors import ConditionTypeError
from segkit.model.catalog import Catalog
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, Segments
from segkit.model.validation import ensure_type


def check(condition: Condition | Segment | Segments, catalog: Catalog, /) -> Findings:
    """Return what in a condition does not fit a catalog: misspelt names, kinds that never meet.

    Each finding has a path, a sentence and, where there is one, the repair as code. Found are

    * attributes, lists, events and properties that do not exist;
    * comparisons of a kind that the values do not have, such as ``attr("age") >= 18`` of texts, or
      ``contains`` of a collection;
    * paths into a list of objects, or into a text that holds JSON;
    * operands that are no choice of the field, or that no value in the data reaches;
    * numbers, versions and days in quotes, which are ordered as text;
    * in observed data: events of unknown contacts, ids of two types, events without a zone.

    A finding is advice: the condition can be evaluated, and does what it says. The check knows the
    names and kinds of the catalog, and the values of an observed catalog.

    Args:
        condition: A condition, a segment or several segments.
        catalog: The names and kinds: declared, or observed.

    Raises:
        ConditionTypeError: If an argument is of another type.

    >>> from segkit import Catalog, attr, check
    >>> catalog = Catalog(attributes={"plan": ["free", "pro"], "age": "number"})
    >>> print(check((attr("age") >= "18") & (attr("plan") == "por"), catalog))
    $.condition.parts[0].comparison.operand: age is a number; compared with text, and needs a number
        write attr("age") >= 18 instead of attr("age") >= "18"
    $.condition.parts[1].comparison.operand: "por" is no choice of plan; did you mean "pro"?
        write attr("plan") == "pro" instead of attr("plan") == "por"
    """
    expected = "takes a Catalog, such as Catalog.observed(source)"
    ensure_type("check", expected, catalog, Catalog, ConditionTypeError)
    return Findings(dict.fromkeys(find_problems(condition, catalog)))
