"""Evaluate five segments for ten contacts. This program needs segkit only.

The segments are the examples of Brevo's article "About segments"
(https://help.brevo.com/hc/en-us/articles/360021703959-About-segments). Run the program from a
checkout:

    pip install -e .
    python examples/quickstart.py
"""

from datetime import UTC, date, datetime
from textwrap import indent

from segkit import Contact, Evaluator, Event, MemorySource, Segment, describe, did, explain, in_list

# A segment is evaluated at an instant. A real program would use the current time; this example
# uses a fixed instant, so that its output is always the same.
NOW = datetime(2022, 10, 15, 9, 0, tzinfo=UTC)

SUMMER = (date(2022, 7, 1), date(2022, 9, 30))  # both days included

ON_THE_LIST = Segment("VIPs", in_list("VIP"))
READERS = Segment("readers", did("email_opened").within_last(months=1))
BUYERS = Segment("buyers", did("order").within_last(months=2))
UNMOVED = Segment(
    "unmoved in summer",
    did("email_received").between(*SUMMER) & ~did("email_opened").between(*SUMMER),
)
PROMISING = Segment(
    "promising",
    did("order").within_last(months=6)
    | (did("added_to_cart").within_last(months=1) & in_list("VIP")),
)
SEGMENTS = (ON_THE_LIST, READERS, BUYERS, UNMOVED, PROMISING)

CONTACTS = (
    Contact("ada", lists={"VIP": datetime(2021, 3, 1, 12, 0, tzinfo=UTC)}),
    Contact("ben"),
    Contact("cleo", lists={"VIP": date(2022, 5, 20)}),  # a day is accepted too
    Contact("dan"),
    Contact("eve", lists={"VIP": None}),  # on the list, since an unknown time
    Contact("finn"),
    Contact("gus"),
    Contact("hana", lists={"VIP": date(2022, 9, 1)}),
    Contact("ivo"),
    Contact("june"),  # has no events
)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of 2022 in UTC."""
    return datetime(2022, month, day, hour, minute, tzinfo=UTC)


EVENTS = (
    Event("ada", "email_received", at(7, 12, 8)),
    Event("ada", "email_opened", at(7, 12, 19)),
    Event("ada", "email_opened", at(10, 3, 7)),
    Event("ada", "order", at(10, 8, 16)),
    Event("ben", "email_received", at(8, 2, 8)),
    Event("cleo", "email_received", at(9, 30, 23, 50)),
    Event("cleo", "email_opened", at(10, 1, 0, 5)),  # 15 minutes later, but in October
    Event("dan", "email_received", at(10, 2, 8)),
    Event("dan", "added_to_cart", at(10, 10, 20)),  # but not on the list VIP
    Event("eve", "added_to_cart", at(10, 1, 11)),
    Event("finn", "email_received", at(9, 15, 8)),
    Event("finn", "email_opened", at(9, 15, 9, 1)),
    Event("finn", "order", at(8, 15, 9)),  # exactly two months ago: just outside the window
    Event("gus", "email_received", at(6, 30, 23)),
    Event("gus", "order", at(4, 10, 10)),
    Event("hana", "added_to_cart", at(9, 10, 18)),
    Event("hana", "order", at(10, 20, 9)),  # after NOW: does not count yet
    Event("ivo", "email_received", at(9, 1, 8)),
    Event("ivo", "email_opened", at(9, 14, 21)),
    Event("ivo", "order", at(8, 16, 9)),
)


def main() -> None:
    """Print the members of each segment, and explain one of them."""
    evaluator = Evaluator(MemorySource(CONTACTS, EVENTS), tz=UTC)
    audiences = evaluator.evaluate(SEGMENTS, now=NOW)
    for segment in SEGMENTS:
        print(segment.name)
        print(indent(describe(segment), "    "))
        print("    ->", ", ".join(audiences[segment.name]))
        print()

    # For one contact, no source is needed: pass the contact and its events.
    cleo = next(contact for contact in CONTACTS if contact.id == "cleo")
    events = [event for event in EVENTS if event.contact_id == cleo.id]
    print(f"Is cleo {UNMOVED.name}?")
    print(explain(UNMOVED, cleo, events, now=NOW, tz=UTC))


if __name__ == "__main__":
    main()
