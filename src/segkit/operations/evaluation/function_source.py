"""Function source: the functions around the expression of a condition.

The generated source defines ``bind``, which takes the context of one now, computes the bounds of
the windows, and returns the function that evaluates contacts at that now. This function reads the
fields of the contact into variables and returns the value of the expression, which
`segkit.operations.evaluation.expression_source` builds. Any exception means that an object is not
as expected: then the reference returns the verdict, or raises the error that the user sees.

``did("order").within_last(days=30)`` becomes about ::

    def bind(context):
        first_0, last_0 = window_bounds(k4, context)
        def matches_list(contact, events):
            failure = None
            try:
                if type(contact) is not Contact:
                    ...  # read all fields: an object without one of them is not contact-like
                ...  # count the events in one pass, and return the verdict if that is possible
                return matches_now(contact, History(events))
            except Exception as error:
                failure = error
            return reference(context, contact, events, failure)
        def matches_now(contact, events=NOT_GIVEN, /):
            if type(events) is not History:
                return matches_list(contact, as_list(events))
            failure = None
            try:
                if type(contact) is not Contact:
                    ...
                if events.contact_id == contact.id or not len(events):
                    instants = events.instants
                    return first_0 <= instants.get(k1)[-1] <= last_0
            except Exception as error:
                failure = error
            return reference(context, contact, events, failure)
        return matches_now
"""

from __future__ import annotations

from collections.abc import Iterable

from segkit.model.conditions import Condition
from segkit.model.event_leaves import EventCount
from segkit.model.time_spans import Window
from segkit.operations.evaluation.expression_source import SourceBuilder, contact_expression


def build_source(condition: Condition, builder: SourceBuilder) -> str:
    """Return the source of ``bind``, which returns the function that evaluates for one now."""
    expression = contact_expression(condition, builder)
    head: list[str] = []  # Events that the condition does not need are not read [E6].
    body = [f"return {expression}"]
    functions = list(builder.functions)
    if builder.needs_history or builder.counts:
        # Outside of `try`, so that errors of the host's iterator are raised. The iterator is read
        # only once, and the reference may have to read the events again.
        head = [
            "if type(events) is not History:",
            "    return matches_list(contact, as_list(events))",
        ]
        one_pass: list[str] = []
        if not builder.needs_history:
            one_pass = [*read_contact(builder), *_count_in_one_pass(expression, builder)]
        one_pass.append("return matches_now(contact, History(events))")
        functions += _function("matches_list(contact, events)", [], one_pass)
        counts = [_history_count(leaf, number, builder) for leaf, number in builder.counts]
        body = [
            "if events.contact_id == contact.id or not len(events):",
            "    instants = events.instants",
            f"    return {expression.format(*counts)}",
        ]
    body = [*read_contact(builder), *body]
    lines = [
        *builder.bound_lines(),
        *functions,
        *_function("matches_now(contact, events=NOT_GIVEN, /)", head, body),
        "return matches_now",
    ]
    comment = "# Generated from a condition, whose values are k0, k1..."
    return "\n".join([comment, "def bind(context):", *indented(lines), ""])


def _function(signature: str, head: list[str], body: list[str]) -> list[str]:
    """Return a function that leaves to the reference what *body* does not return."""
    return [
        f"def {signature}:",
        *indented(head),
        "    failure = None",
        "    try:",
        *indented(indented(body)),
        "    except Exception as error:",
        "        failure = error",  # So an error of the reference does not have it as its context.
        "    return reference(context, contact, events, failure)",
    ]


def read_contact(builder: SourceBuilder) -> list[str]:
    """Return lines that read the needed fields of the contact.

    A `Contact` has all the fields, and its attributes and lists are dicts. Of other objects every
    field is read, because an object without one of them is not contact-like.
    """
    read: list[str] = []
    of_hosts = ["contact.id"]
    for field, adapter in (("attributes", "HostMapping"), ("lists", "HostLists")):
        if field in builder.fields:
            read.append(f"{field} = contact.{field}")
            of_hosts += [f"if type({field}) is not dict:", f"    {field} = {adapter}({field})"]
        else:
            of_hosts.append(f"contact.{field}")
    return [*read, "if type(contact) is not Contact:", *indented(of_hosts)]


def indented(lines: Iterable[str]) -> list[str]:
    """Return *lines* one level further to the right."""
    return [f"    {line}" for line in lines]


# --- counts of events -----------------------------------------------------------------------------


def _history_count(leaf: EventCount, number: int, builder: SourceBuilder) -> str:
    """Return the expression whether *number* events happened, over the instants of a `History`."""
    first, last = builder.bounds(leaf.window, of_events=True)
    enough = builder.constant(number)
    of_names = [f"instants.get({builder.constant(name)})" for name in dict.fromkeys(leaf.names)]
    if len(of_names) > 1 and number > 1:
        counts = (f"count_between({instants}, {first}, {last})" for instants in of_names)
        return f"({' + '.join(counts)} >= {enough})"
    # With too few events since the window began, none after it has to be counted. Usually no event
    # is after it, and then there are enough if the n-th latest is in the window.
    exist, latest, nth_latest = "(times := {})", "latest", "(latest := times[-1])"
    if number > 1:
        exist += f" and len(times) >= {enough}"
        latest, nth_latest = "times[-1]", f"times[{builder.constant(-number)}]"
    test = (
        f"({nth_latest} >= {first} and ({latest} <= {last} "
        f"or count_between(times, {first}, {last}) >= {enough}) if {exist} else False)"
    )
    return f"({' or '.join(map(test.format, of_names))})"


def _count_in_one_pass(expression: str, builder: SourceBuilder) -> list[str]:
    """Return lines that count the events of a list per name and window, and return the verdict.

    The code after these lines runs if one of the events is not an exact `Event` of the contact, or
    if two events have the same id.
    """
    variables: dict[tuple[str, Window], str] = {}
    counts: list[str] = []
    for leaf, number in builder.counts:
        total = [
            variables.setdefault((name, leaf.window), f"count_{len(variables)}")
            for name in dict.fromkeys(leaf.names)
        ]
        counts.append(f"({' + '.join(total)} >= {builder.constant(number)})")
    increments: dict[str, list[str]] = {}
    for (name, window), variable in variables.items():
        first, last = builder.bounds(window, of_events=True)
        lines = increments.setdefault(name, ["    at = event.at"])
        lines += [f"    if {first} <= at <= {last}:", f"        {variable} += 1"]
    branches: list[str] = []
    for name, lines in increments.items():
        branches += [f"{'elif' if branches else 'if'} name == {builder.constant(name)}:", *lines]
    return [
        f"{' = '.join(variables.values())} = 0",
        "contact_id = contact.id",
        "for event in events:",
        "    if type(event) is not Event or not event.contact_id == contact_id:",
        "        break",
        "    name = event.name",
        *indented(branches),
        "else:",
        f"    if not ({' or '.join(variables.values())}) or ids_are_unique(events):",
        f"        return {expression.format(*counts)}",
    ]
