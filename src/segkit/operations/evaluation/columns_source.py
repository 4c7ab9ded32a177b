"""Columns source: functions that test many contacts, or events, and return no ids but verdicts.

The generated source tests several leaves in one loop over contacts, which reads each contact once.
``attr("age") >= 18`` and ``in_list("vip")`` become about ::

    def bind(context):
        def test_contacts(contacts):
            verdicts_0 = bytearray()
            add_0 = verdicts_0.append
            ...
            for contact in contacts:
                attributes = contact.attributes
                lists = contact.lists
                add_0(...)  # the expression of the first leaf
                add_1((k4 in lists))
            return [verdicts_0, verdicts_1]
        return test_contacts

The contacts and events are exact `Contact` and `Event` objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

from segkit.clock import EvaluationContext
from segkit.errors import raise_unless_repeated
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.facts import Contact, Event
from segkit.operations.evaluation.compiler import compile_source, run_source
from segkit.operations.evaluation.expression_source import (
    SourceBuilder,
    contact_fact,
    where_expression,
)
from segkit.operations.evaluation.function_source import indented
from segkit.operations.evaluation.rows_source import shared_values
from segkit.semantics.observations import leaf_is_true, where_is_true

ContactFact: TypeAlias = Attribute | ListMembership | Sample
"""A leaf that reads no events."""

TestContacts: TypeAlias = Callable[..., list[bytearray]]
"""A function of contacts, and of the columns of values that it was compiled for. For each leaf it
returns one byte per contact: 1 if the leaf is true, else 0."""

TestEvent: TypeAlias = Callable[[Event[Any]], bool]


def compile_contact_tests(
    leaves: Sequence[ContactFact], paths: Iterable[tuple[str, ...]] = ()
) -> Callable[[EvaluationContext], TestContacts]:
    """Return the function that binds *leaves* to a now; it has one loop for all of them.

    The values of attributes at *paths* are read from columns, which are passed with the contacts.
    """
    builder = SourceBuilder(of_many=True)
    variables = ["contact"]
    for path in paths:
        variables.append(f"value_{len(variables)}")
        builder.path_variables["attributes", path] = variables[-1]
    values = [] if len(variables) > 1 else shared_values(leaves, builder)
    expressions = [contact_fact(leaf, builder) for leaf in leaves]
    before: list[str] = []
    for number in range(len(leaves)):
        before += [f"verdicts_{number} = bytearray()", f"add_{number} = verdicts_{number}.append"]
    results = ", ".join(f"verdicts_{number}" for number in range(len(leaves)))
    rows = "contacts" if len(variables) == 1 else "zip(contacts, *columns)"
    body = [
        *(f"{field} = contact.{field}" for field in sorted(builder.fields)),
        *values,
        *(f"add_{number}({expression})" for number, expression in enumerate(expressions)),
    ]
    bind = _compile("test_contacts", "contacts, *columns", builder, [
        *before,
        f"for {', '.join(variables)} in {rows}:",
        *indented(body),
        f"return [{results}]",
    ])  # fmt: skip
    if len(variables) > 1:
        return bind  # The attributes are read already: nothing raises.
    return lambda context: partial(_test_contacts, leaves, context, bind(context))


def _test_contacts(
    leaves: Sequence[ContactFact],
    context: EvaluationContext,
    test: TestContacts,
    contacts: Sequence[Contact[Any]],
) -> list[bytearray]:
    """Return the verdicts; the reference tests a contact whose attributes raise when read."""
    try:
        return test(contacts)
    except Exception as error:  # noqa: BLE001 - the keys of a host's attributes may raise anything [V1]
        raise_unless_repeated(error, lambda: test(contacts))
        if len(contacts) == 1:
            facts = Facts(contacts[0], [], [])
            return [bytearray([leaf_is_true(leaf, facts, context)]) for leaf in leaves]
    half = len(contacts) // 2
    halves = [
        _test_contacts(leaves, context, test, contacts[part])
        for part in (slice(half), slice(half, None))
    ]
    return [one + other for one, other in zip(*halves, strict=True)]


def compile_where(where: Condition) -> Callable[[EvaluationContext], TestEvent]:
    """Return the function that binds a ``where`` to a now, for single events."""
    builder = SourceBuilder(of_many=True)
    expression = where_expression(where, builder)
    read = "properties = event.properties"
    again = _compile("test_event", "event", builder, [read, f"return {expression}"])
    names = {
        "where": where,
        "test_again": again,
        "partial": partial,
        "check": raise_unless_repeated,
    }
    return _compile("test_event", "event", builder, [
        read,
        "try:",
        f"    return {expression}",
        "except Exception as error:",
        "    check(error, partial(test_again(context), event))",
        "return where_is_true(where, EventSubject(event), context)",
    ], **names)  # fmt: skip


def _compile(
    name: str, parameter: str, builder: SourceBuilder, body: Iterable[str], **names: object
) -> Callable[[EvaluationContext], Any]:
    lines = [
        *builder.bound_lines(),
        f"def {name}({parameter}):",
        *indented(body),
        f"return {name}",
    ]
    source = "\n".join(["def bind(context):", *indented(lines), ""])
    bind = run_source(compile_source(source), builder, where_is_true=where_is_true, **names)
    return cast("Callable[[EvaluationContext], Any]", bind)
