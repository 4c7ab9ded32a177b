"""Function source: the functions around the expression of a condition.

The expression (`segkit.operations.compilation.expression_source`) needs the attributes, the lists
and the events of a contact. The functions here read them, and leave every object that is not as
expected to the reference. ``attr("plan") == "pro"`` becomes about ::

    def bind(context):
        def matches_now(contact, events=NOT_GIVEN, /):
            try:
                attributes = contact.attributes
                if type(contact) is not Contact:
                    ...  # the same for objects of the host's own classes
                return (v == k2 if type(v := attributes.get(k0)) is str else ...)
            except Exception:
                pass
            return reference(contact, events, context)
        return matches_now

A condition on events gets a second function, ``matches_events``, for events that are not a
`History`.
"""

from __future__ import annotations

from collections.abc import Iterable

from segkit.model.conditions import Condition
from segkit.operations.compilation.expression_source import contact_expression
from segkit.operations.compilation.source_builder import CountTest, SourceBuilder


def build_source(condition: Condition, builder: SourceBuilder) -> str:
    """Return the source of ``bind``, which returns the function that evaluates for one now.

    The generated function reads every field of a contact, because an object without one of the
    fields is not contact-like. Whatever fails in the function is left to the reference, which
    returns the right verdict or raises the right error.
    """
    expression = contact_expression(condition, builder)
    over_history = builder.fill_counts(expression, _count_in_history)
    if builder.needs_history or builder.counts:
        functions = [
            *_history_function(over_history, builder),
            *_events_function(expression, builder),
        ]
    else:
        functions = _contact_function(over_history, builder)
    bounds = "".join(f", first_{number}, last_{number}" for number in range(len(builder.windows)))
    body = _indented([*builder.functions, *functions, "return matches_now"])
    return "\n".join([f"def bind(context{bounds}):", *body, ""])


def _contact_function(expression: str, builder: SourceBuilder) -> list[str]:
    """Return the function of a condition that does not ask for events: they stay unread [E6]."""
    return _function(
        "matches_now(contact, events=NOT_GIVEN, /)",
        [],
        [*_read_contact(builder, id_is_read=False), f"return {expression}"],
    )


def _history_function(expression: str, builder: SourceBuilder) -> list[str]:
    """Return the function of a condition on events, over the index of a `History`."""
    return _function(
        "matches_now(contact, events=NOT_GIVEN, /)",
        ["if type(events) is not History:", "    return matches_events(contact, events)"],
        [
            "if not events.contact_id == contact.id and len(events):",
            "    raise UseReferenceError",
            *_read_contact(builder),
            "instants = events.instants",
            f"return {expression}",
        ],
    )


def _events_function(expression: str, builder: SourceBuilder) -> list[str]:
    """Return the function for plain events: it counts them in one pass, or indexes them."""
    counting = [] if builder.needs_history else _count_in_one_pass(expression, builder)
    return _function(
        "matches_events(contact, events)",
        # The reference has to be able to read the events again, even if they are an iterator.
        ["events = materialized(events)"],
        [*counting, "events = History(events)"],
        otherwise=["if type(events) is History:", "    return matches_now(contact, events)"],
    )


def _function(
    signature: str, head: list[str], body: list[str], otherwise: Iterable[str] = ()
) -> list[str]:
    return [
        f"def {signature}:",
        *_indented(head),
        "    try:",
        *_indented(_indented(body)),
        "    except Exception:",
        "        pass",  # So an error of the reference does not have this one as its context.
        *_indented(otherwise),
        "    return reference(contact, events, context)",
    ]


def _read_contact(builder: SourceBuilder, *, id_is_read: bool = True) -> list[str]:
    """Return lines that read the needed fields of the contact, and check that the rest exists."""
    read: list[str] = []
    of_hosts = [] if id_is_read else ["contact.id"]
    if builder.needs_attributes:
        read += ["attributes = contact.attributes"]
        of_hosts += [
            "if type(attributes) is not dict:",
            "    attributes = HostMapping(attributes)",
        ]
    else:
        of_hosts += ["contact.attributes"]
    if builder.needs_lists:
        read += ["lists = contact.lists"]
        of_hosts += ["if type(lists) is not dict:", "    lists = HostLists(lists)"]
    else:
        of_hosts += ["contact.lists"]
    if not read:
        return of_hosts
    # A `Contact` has all the fields, and its attributes and lists are dicts.
    return [*read, "if type(contact) is not Contact:", *_indented(of_hosts)]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


# --- counts in a history --------------------------------------------------------------------------


def _count_in_history(count: CountTest) -> str:
    """Return the expression of a count test over the sorted instants of each name."""
    first, last = count.bounds
    name, *other_names = count.names
    if count.number == 1:
        return f"({' or '.join(_happened(name, first, last) for name in count.names)})"
    if other_names:
        counted = (f"count_between(instants.get({name}), {first}, {last})" for name in count.names)
        return f"({' + '.join(counted)} >= {count.count})"
    # Usually no event is after the window. Then there are enough if the n-th latest is in it.
    nth_latest = f"at[{count.position}] >= {first} if at[-1] <= {last} else "
    nth_latest += f"count_between(at, {first}, {last}) >= {count.count}"
    enough = f"(at := instants.get({name})) and len(at) >= {count.count}"
    return f"(({nth_latest}) if {enough} else False)"


def _happened(name: str, first: str, last: str) -> str:
    # Usually the latest event is not after the window. Then that event decides.
    latest = f"v >= {first} if (v := at[-1]) <= {last} else count_between(at, {first}, {last}) > 0"
    return f"(({latest}) if (at := instants.get({name})) else False)"


# --- counts in plain events -----------------------------------------------------------------------


def _count_in_one_pass(expression: str, builder: SourceBuilder) -> list[str]:
    """Return lines that count plain events, per name and window, without building an index.

    They return the verdict unless one of the events is not an exact `Event` of the contact, or
    two events have the same id: then a history has to be built.
    """
    counters: dict[str, dict[tuple[str, str], str]] = {}
    variables: list[str] = []

    def counter(name: str, bounds: tuple[str, str]) -> str:
        of_name = counters.setdefault(name, {})
        if bounds not in of_name:
            variables.append(f"n{len(variables)}")
            of_name[bounds] = variables[-1]
        return of_name[bounds]

    def counted(count: CountTest) -> str:
        total = " + ".join(counter(name, count.bounds) for name in count.names)
        return f"({total} >= {count.count})"

    expression = builder.fill_counts(expression, counted)
    return [
        "contact_id = contact.id",
        *_read_contact(builder),
        f"{' = '.join(variables)} = 0",
        "for event in events:",
        "    if type(event) is not Event or not event.contact_id == contact_id:",
        "        break",
        "    name = event.name",
        *_indented(_increments(counters)),
        "else:",
        f"    if not ({' or '.join(variables)}) or ids_are_unique(events):",
        f"        return {expression}",
    ]


def _increments(counters: dict[str, dict[tuple[str, str], str]]) -> list[str]:
    lines: list[str] = []
    for name, of_name in counters.items():
        lines.append(f"{'elif' if lines else 'if'} name == {name}:")
        lines.append("    at = event.at")
        for (first, last), counter in of_name.items():
            lines += [f"    if {first} <= at <= {last}:", f"        {counter} += 1"]
    return lines
