"""A shop that keeps its customers in memory, and evaluates its segments every hour of a week.

The store has 5,000 customers with their events of a year. In each hour, customers visit, order and
move; the next evaluation visits only these changes. The numbers are random, and the same in every
run. Nothing is downloaded.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

from segkit import (
    Audience,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Segment,
    attr,
    did,
    in_list,
    prop,
)

CUSTOMERS = 5_000
HOURS = 7 * 24
START = datetime(2024, 5, 6, tzinfo=UTC)

order, visit = did("order"), did("visit")
SEGMENTS = [
    Segment("buyers of the week", order.within_last(days=7)),
    Segment("regulars", order.at_least(3).within_last(days=90) & ~in_list("staff")),
    Segment("lapsing", order & order.never().within_last(days=60)),
    Segment("browsers", visit.at_least(5).within_last(days=3) & order.never().within_last(days=3)),
    Segment("big spenders in Lyon", (attr("city") == "Lyon") & (order.sum("total") >= 1_000)),
    Segment("gift buyers", order.where(prop("gift") == True).within_last(months=1)),  # noqa: E712
    Segment("birthdays of the week", attr("birthday").anniversary_within_next(days=7)),
]


def make_store(random: Random) -> MemorySource[int]:
    """Return a store of customers with their orders and visits of a year."""
    contacts = [
        Contact(
            number,
            {
                "city": random.choice(["Paris", "Lyon", "Lille"]),
                "birthday": date(1960, 1, 1) + timedelta(days=random.randrange(15_000)),
            },
            lists={"staff": None} if random.random() < 0.01 else {},
        )
        for number in range(CUSTOMERS)
    ]
    events = [
        make_event(random, START - timedelta(minutes=random.randrange(365 * 24 * 60)), number)
        for number in range(CUSTOMERS * 8)
    ]
    return MemorySource(contacts, events)


def make_event(random: Random, at: datetime, number: int) -> Event[int]:
    """Return an order or, more often, a visit of any customer."""
    customer = random.randrange(CUSTOMERS)
    if random.random() < 0.25:
        properties = {"total": random.randint(10, 300), "gift": random.random() < 0.1}
        return Event(customer, "order", at, properties, id=number)
    return Event(customer, "visit", at, id=number)


def main() -> tuple[MemorySource[int], dict[str, Audience[int]]]:
    """Print the size of each segment, once a day, and how many customers entered and left it.

    Returns:
        The store at the end of the week, and the members of the segments by name.
    """
    random = Random(2024)  # noqa: S311 - not for secrets
    store = make_store(random)
    evaluator = Evaluator(store, tz="Europe/Paris")
    print(evaluator.plan(SEGMENTS))

    number = CUSTOMERS * 8
    members = evaluator.evaluate(SEGMENTS, now=START)
    entered, left = Counter[str](), Counter[str]()
    for hour in range(1, HOURS + 1):
        now = START + timedelta(hours=hour)
        for _ in range(random.randrange(10)):
            store.track(make_event(random, now - timedelta(minutes=random.randrange(60)), number))
            number += 1
        store.update(random.randrange(CUSTOMERS), {"city": random.choice(["Paris", "Lyon"])})

        current = evaluator.evaluate(SEGMENTS, now=now)
        for name, audience in current.items():
            entered[name] += len(audience - members[name])
            left[name] += len(members[name] - audience)
        members = current

        if hour % 24 == 0:
            print(f"\n{now:%A, %B %d}")
            for name, audience in members.items():
                print(f"  {name}: {len(audience)} (+{entered[name]} -{left[name]})")
            entered.clear()
            left.clear()

    print(f"\n{store.memory()}")
    return store, members


if __name__ == "__main__":
    main()
