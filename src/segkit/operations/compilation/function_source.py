"""The source of the function that answers: a condition's test, and how its facts are reached."""

from __future__ import annotations

from collections.abc import Iterable

from segkit.model.conditions import Condition
from segkit.operations.compilation.expression_source import contact_expression
from segkit.operations.compilation.source_builder import CountTest, SourceBuilder


def source_of(condition: Condition, builder: SourceBuilder) -> str:
    """The source of ``bind``, which makes the function that answers for one now.

    That function touches every field of a contact, because what lacks one is no contact. What
    fails in it, for whatever reason, is left to the reference: its answer or its error is the
    right one.
    """
    test = contact_expression(condition, builder)
    answer = builder.fill_counts(test, _in_history)
    if builder.needs_history or builder.counts:
        functions = [*_asking_a_history(answer, builder), *_asking_events(test, builder)]
    else:
        functions = _asking_nothing(answer, builder)
    ends = "".join(f", first_{place}, last_{place}" for place in range(len(builder.windows)))
    body = _indented([*builder.functions, *functions, "return ask"])
    return "\n".join([f"def bind(context{ends}):", *body, ""])


def _asking_nothing(answer: str, builder: SourceBuilder) -> list[str]:
    """Return the function of a condition that does not ask for events: they stay unread [E6]."""
    return _function(
        "ask(contact, events=no_events, /)",
        [],
        [*_contact(builder, id_is_read=False), f"return {answer}"],
    )


def _asking_a_history(answer: str, builder: SourceBuilder) -> list[str]:
    return _function(
        "ask(contact, events=no_events, /)",
        ["if type(events) is not History:", "    return ask_events(contact, events)"],
        [
            "if not events.contact_id == contact.id and len(events):",
            "    raise Doubt",
            *_contact(builder),
            "instants = events.instants",
            f"return {answer}",
        ],
    )


def _asking_events(test: str, builder: SourceBuilder) -> list[str]:
    """Plain events are counted in one pass if that will do, and otherwise prepared."""
    counting = [] if builder.needs_history else _counting(test, builder)
    return _function(
        "ask_events(contact, events)",
        ["events = settled(events)"],  # To be there for the reference too, if it is an iterator.
        [*counting, "events = History(events)"],
        otherwise=["if type(events) is History:", "    return ask(contact, events)"],
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
        "        pass",  # The reference says it again, in a traceback of its own.
        *_indented(otherwise),
        "    return reference(contact, events, context)",
    ]


def _contact(builder: SourceBuilder, *, id_is_read: bool = True) -> list[str]:
    """Read what is needed of the contact, and touch the rest."""
    read: list[str] = []
    of_hosts = [] if id_is_read else ["contact.id"]
    if builder.needs_attributes:
        read += ["known = contact.attributes"]
        of_hosts += ["if type(known) is not dict:", "    known = Known(known)"]
    else:
        of_hosts += ["contact.attributes"]
    if builder.needs_lists:
        read += ["lists = contact.lists"]
        of_hosts += ["if type(lists) is not dict:", "    lists = Lists(lists)"]
    else:
        of_hosts += ["contact.lists"]
    if not read:
        return of_hosts
    # A `Contact` has all the fields, and dicts in them.
    return [*read, "if type(contact) is not Contact:", *_indented(of_hosts)]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


# --- over a history ------------------------------------------------------------------------------


def _in_history(tally: CountTest) -> str:
    """The test of a number of events over their sorted instants."""
    first, last = tally.ends
    name, *others = tally.names
    if tally.number == 1:
        return f"({' or '.join(_happened(name, first, last) for name in tally.names)})"
    if others:
        counted = (f"counted(instants.get({name}), {first}, {last})" for name in tally.names)
        return f"({' + '.join(counted)} >= {tally.count})"
    newest = f"at[{tally.place}] >= {first} if at[-1] <= {last} else "
    newest += f"counted(at, {first}, {last}) >= {tally.count}"
    found = f"(at := instants.get({name})) and len(at) >= {tally.count}"
    return f"(({newest}) if {found} else False)"


def _happened(name: str, first: str, last: str) -> str:
    # Mostly the newest event is not after the window, and looking at that one is enough.
    newest = f"v >= {first} if (v := at[-1]) <= {last} else counted(at, {first}, {last}) > 0"
    return f"(({newest}) if (at := instants.get({name})) else False)"


# --- over plain events ---------------------------------------------------------------------------


def _counting(test: str, builder: SourceBuilder) -> list[str]:
    """One pass over the events that counts them, window by window, and prepares nothing.

    It answers unless one of them is no `Event`, or two have one id: then a history is prepared.
    """
    counters: dict[str, dict[tuple[str, str], str]] = {}
    every: list[str] = []

    def counter(name: str, ends: tuple[str, str]) -> str:
        of_name = counters.setdefault(name, {})
        if ends not in of_name:
            every.append(f"n{len(every)}")
            of_name[ends] = every[-1]
        return of_name[ends]

    def counted(tally: CountTest) -> str:
        own = (counter(name, tally.ends) for name in tally.names)
        return f"({' + '.join(own)} >= {tally.count})"

    test = builder.fill_counts(test, counted)
    return [
        "contact_id = contact.id",
        *_contact(builder),
        f"{' = '.join(every)} = 0",
        "for event in events:",
        "    if type(event) is not Event or not event.contact_id == contact_id:",
        "        break",
        "    name = event.name",
        *_indented(_tallying(counters)),
        "else:",
        f"    if not ({' or '.join(every)}) or all_count(events):",
        f"        return {test}",
    ]


def _tallying(counters: dict[str, dict[tuple[str, str], str]]) -> list[str]:
    lines: list[str] = []
    for name, of_name in counters.items():
        lines.append(f"{'elif' if lines else 'if'} name == {name}:")
        lines.append("    at = event.at")
        for (first, last), counter in of_name.items():
            lines += [f"    if {first} <= at <= {last}:", f"        {counter} += 1"]
    return lines
