"""Run a re-engagement campaign over one year of real purchases, as the purchases happen.

The data is the same as in complete_journey.py, which describes its origin and its time zone. Run
the program from a checkout:

    pip install -e ".[examples]"
    python examples/reengagement.py

The program replays the orders of 2017 in their order. A `Live` returns each household that enters
or leaves a segment, with its instant and its reason, and the program reacts:

* A household that has gone quiet gets a coupon, but no second one within 90 days.
* A household that orders again is counted as won back if it got a coupon in the last 30 days.

The real households never got these coupons, so the numbers show how the program works, and not how
a campaign would.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from complete_journey import (  # type: ignore[import-not-found] # the program in the same directory
    NOW,
    SHOP_ZONE,
    gone_quiet,
    load_source,
)
from rich.progress import Progress

from segkit import Contact, Event, Live, Segment, Transition, in_list
from segkit.live import EventArrived

START = datetime(2017, 1, 1, tzinfo=SHOP_ZONE)

QUIET = Segment("gone quiet", gone_quiet(orders=6))
COUPON = in_list("coupon").joined_within_last(days=90)
RECENT_COUPON = in_list("coupon").joined_within_last(days=30)
SEGMENTS = (QUIET, Segment("coupon", COUPON), Segment("recent coupon", RECENT_COUPON))


class Campaign:
    """The campaign: it reacts to transitions, and counts what happened."""

    def __init__(self, live: Live[int]) -> None:
        self.live = live
        self.counts = Counter[str]()
        self.log: list[Transition[int]] = []
        live.subscribe("gone quiet", self.react)

    def react(self, transition: Transition[int]) -> None:
        """Send a coupon to a quiet household, and count the households that order again."""
        self.log.append(transition)
        household = transition.contact
        if transition.kind == "entered":
            if self.live.is_member("coupon", household):
                self.counts["had a coupon already"] += 1
            else:
                self.counts["coupons sent"] += 1
                self.live.add_to_list(household, "coupon", joined=transition.at)
        elif isinstance(transition.cause, EventArrived):
            self.counts["ordered again"] += 1
            if self.live.is_member("recent coupon", household):
                self.counts["won back within 30 days"] += 1
        else:
            self.counts["stayed away"] += 1


def purchases() -> tuple[list[Contact[int]], list[Event[int]]]:
    """Return the households and their orders, by instant."""
    with Progress(transient=True) as progress:
        source = load_source(progress)
        households = list(source)
        orders = [
            event
            for household in households
            for event in source.events(household.id)
            if event.name == "order"
        ]
    return households, sorted(orders, key=lambda order: order.at)


def replay(households: list[Contact[int]], orders: list[Event[int]]) -> Campaign:
    """Replay the orders of the year, and let time pass up to its end."""
    live = Live[int](SEGMENTS, now=START, tz=SHOP_ZONE)
    for household in households:
        live.upsert(household)
    campaign = Campaign(live)
    for order in orders:
        live.track(order, at=order.at)
    live.advance(to=NOW)
    return campaign


def lines(campaign: Campaign) -> Iterator[str]:
    """Return the lines of the report."""
    yield f"{len(campaign.log):,} transitions of {QUIET.name!r}, from {START:%Y-%m-%d} on:"
    for what, number in campaign.counts.most_common():
        yield f"  {number:5,}  {what}"
    yield ""
    yield "The first five:"
    for transition in campaign.log[:5]:
        yield f"  {transition.at.astimezone(UTC):%m-%d %H:%M}  household {transition.contact}"
        yield f"    {transition}"
    members = campaign.live.members(QUIET)
    yield ""
    yield f"{len(members)} households are quiet at the end of the year."


def main() -> None:
    """Replay the year and print the report."""
    print("\n".join(lines(replay(*purchases()))))


if __name__ == "__main__":
    main()
