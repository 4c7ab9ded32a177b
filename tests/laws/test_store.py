"""The store in memory is a dict of contacts and a list of events for each of them.

The model is naive: it checks a change on a copy of itself, and keeps the copy if nothing is wrong.
Segments of the store have the members that `matches` finds in the facts of the model.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import SearchStrategy

from segkit import (
    Contact,
    Evaluator,
    Event,
    MemorySource,
    SegkitError,
    Segment,
    attr,
    did,
    in_list,
    matches,
    prop,
)

NOW: Final = datetime(2022, 10, 1, 12, tzinfo=UTC)
IDS: Final = ("ada", "bob", 3)
SEGMENTS: Final = [
    Segment("attribute", attr("n") >= 2),
    Segment("nested", attr("tags").has_any(["a"])),
    Segment("list", in_list("vip")),
    Segment("joined", in_list("vip").joined_within_last(days=3)),
    Segment("recent", did("order").at_least(2).within_last(days=5)),
    Segment("never", did("order", "visit").never()),
    Segment("sum", did("order").sum("n") > 2),
    Segment("latest", did("order").latest("n") == 1),
    Segment("where", did("order").where(prop("n") == 2)),
    Segment("sequence", did("visit").followed_by(did("order"), within=timedelta(days=3))),
]

ids: Final = st.sampled_from(IDS)
any_ids: Final = st.sampled_from([*IDS, *IDS, "cleo", "", None])
values: Final = st.sampled_from([None, 0, 1, 2, 3])
names: Final = st.sampled_from(["vip", "news"])
joined_times: Final = st.sampled_from([None, NOW, NOW - timedelta(days=4), date(2022, 9, 30)])
# The second instant is of September 30 in UTC, and of October 1 in Paris.
times: Final = st.sampled_from([NOW, datetime(2022, 9, 30, 22, 30, tzinfo=UTC), date(2022, 10, 1)])
attributes: Final = st.dictionaries(
    st.sampled_from(["n", "tags"]),
    values | times | st.lists(st.sampled_from("ab"), max_size=2),
    max_size=2,
)
event_ids: Final = st.sampled_from([None, 1, 2, "e"])
bad: Final = st.sampled_from([None, 5, "ada", SimpleNamespace(id="ada")])


def contacts(owners: SearchStrategy[Any] = ids) -> SearchStrategy[Contact[Any]]:
    return st.builds(Contact, owners, attributes, st.dictionaries(names, joined_times, max_size=2))


def events(owners: SearchStrategy[Any] = ids) -> SearchStrategy[Event[Any]]:
    return st.builds(
        Event,
        owners,
        st.sampled_from(["order", "order", "visit"]),
        st.integers(-1, 8).map(lambda days: NOW - timedelta(days=days)),
        st.fixed_dictionaries({"n": values, "at": times}),
        event_ids,
    )


def as_host(fact: Any) -> Any:  # noqa: ANN401
    """Return a host's object with the same facts."""
    fields = ("id", "attributes", "lists", "contact_id", "name", "at", "properties")
    return SimpleNamespace(
        **{name: copy.deepcopy(getattr(fact, name)) for name in fields if hasattr(fact, name)}
    )


def given_as(facts: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Generate facts as objects of segkit or of a host."""
    return facts | facts.map(as_host)


def many(items: SearchStrategy[Any]) -> SearchStrategy[list[Any]]:
    """Generate a few items, rarely an invalid one among them."""
    return st.lists(items, max_size=4) | st.lists(items | bad, max_size=4)


class Refused(Exception):  # noqa: N818 - the model refuses a change
    """The model cannot make a change."""


class Model:
    """Plain dicts: contacts as pairs of dicts, and events as objects of segkit."""

    def __init__(self) -> None:
        self.contacts: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.events: dict[Any, list[Event[Any]]] = {}

    def contact(self, id_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        if id_ not in self.contacts:
            raise Refused
        return self.contacts[id_]

    def upsert(self, contact: Any) -> object:  # noqa: ANN401
        if not hasattr(contact, "attributes"):
            raise Refused
        self.contacts[contact.id] = (dict(contact.attributes), dict(contact.lists))
        return None

    def update(self, id_: object, changes: dict[str, Any]) -> object:
        own, _ = self.contact(id_)
        own.update(changes)
        for name in [name for name in changes if own[name] is None]:
            del own[name]
        return None

    def remove(self, id_: object) -> bool:
        if id_ in ("", None):
            raise Refused
        self.events.pop(id_, None)
        return self.contacts.pop(id_, None) is not None

    def add_to_list(self, id_: object, name: str, joined: object) -> bool:
        _, lists = self.contact(id_)
        is_new = name not in lists
        if is_new or joined is not None:
            lists[name] = joined
        return is_new

    def remove_from_list(self, id_: object, name: str) -> bool:
        if id_ in ("", None):
            raise Refused
        _, lists = self.contacts.get(id_, ({}, {}))
        is_there = name in lists
        lists.pop(name, None)
        return is_there

    def track(self, event: Any) -> bool:  # noqa: ANN401
        if not hasattr(event, "properties"):
            raise Refused
        own = self.events.setdefault(event.contact_id, [])
        if event.id is not None and any(each.id == event.id for each in own):
            return False
        own.append(Event(event.contact_id, event.name, event.at, event.properties, event.id))
        return True

    def untrack(self, owner: object, event_id: object) -> bool:
        if owner in ("", None) or event_id is None:
            raise Refused
        own = self.events.get(owner, [])
        for number, event in enumerate(own):
            if event.id == event_id:
                del own[number]
                return True
        return False


class StoreMachine(RuleBasedStateMachine):
    """Change the store and the model alike."""

    def __init__(self) -> None:
        super().__init__()
        self.store: MemorySource[Any] = MemorySource()
        self.model = Model()

    @initialize(
        facts=st.lists(contacts(), max_size=3, unique_by=lambda contact: contact.id),
        stored=st.lists(events(), max_size=6),
        copies=st.integers(0, 40),
    )
    def create(self, facts: list[Contact[Any]], stored: list[Event[Any]], copies: int) -> None:
        """Begin with a few events, or with many of which each has an id of its own."""
        many_events = [
            Event("ada", "order", NOW - timedelta(days=number % 9), {"n": 1}, id=("e", number))
            for number in range(copies)
        ]
        self.store = MemorySource(facts, [*stored, *many_events])
        for contact in facts:
            self.model.upsert(contact)
        for event in [*stored, *many_events]:
            self.model.track(event)

    def change(self, of_store: Callable[[], object], of_model: Callable[[Model], object]) -> None:
        """Make a change of both, which both accept with one result, or both refuse."""
        changed = copy.deepcopy(self.model)
        try:
            expected = of_model(changed)
        except Refused:
            with pytest.raises(SegkitError):
                of_store()
            return
        self.model = changed
        assert of_store() == expected

    # --- one ---

    @rule(contact=given_as(contacts()))
    def upsert(self, contact: Any) -> None:  # noqa: ANN401
        self.change(lambda: self.store.upsert(contact), lambda model: model.upsert(contact))

    @rule(id_=any_ids, changes=attributes)
    def update(self, id_: Any, changes: dict[str, Any]) -> None:  # noqa: ANN401
        self.change(
            lambda: self.store.update(id_, changes), lambda model: model.update(id_, changes)
        )

    @rule(id_=any_ids)
    def remove(self, id_: Any) -> None:  # noqa: ANN401
        self.change(lambda: self.store.remove(id_), lambda model: model.remove(id_))

    @rule(id_=any_ids, name=names, joined=joined_times)
    def add_to_list(self, id_: Any, name: str, joined: Any) -> None:  # noqa: ANN401
        self.change(
            lambda: self.store.add_to_list(id_, name, joined),
            lambda model: model.add_to_list(id_, name, joined),
        )

    @rule(id_=any_ids, name=names)
    def remove_from_list(self, id_: Any, name: str) -> None:  # noqa: ANN401
        self.change(
            lambda: self.store.remove_from_list(id_, name),
            lambda model: model.remove_from_list(id_, name),
        )

    @rule(event=given_as(events()))
    def track(self, event: Any) -> None:  # noqa: ANN401
        self.change(lambda: self.store.track(event), lambda model: model.track(event))

    @rule(owner=any_ids, event_id=event_ids)
    def untrack(self, owner: Any, event_id: Any) -> None:  # noqa: ANN401
        self.change(
            lambda: self.store.untrack(owner, event_id),
            lambda model: model.untrack(owner, event_id),
        )

    # --- many ---

    @rule(given=many(given_as(contacts())))
    def upsert_many(self, given: list[Any]) -> None:
        self.change(
            lambda: self.store.upsert_many(iter(given)),
            lambda model: run_all(model.upsert(each) for each in given),
        )

    @rule(given=st.dictionaries(any_ids, attributes, max_size=3))
    def update_many(self, given: dict[Any, dict[str, Any]]) -> None:
        self.change(
            lambda: self.store.update_many(given),
            lambda model: run_all(model.update(*each) for each in given.items()),
        )

    @rule(given=st.lists(any_ids, max_size=3))
    def remove_many(self, given: list[Any]) -> None:
        self.change(
            lambda: self.store.remove_many(given),
            lambda model: sum([model.remove(each) for each in given]),
        )

    @rule(given=st.lists(any_ids, max_size=3), name=names, joined=joined_times)
    def add_many_to_list(self, given: list[Any], name: str, joined: Any) -> None:  # noqa: ANN401
        self.change(
            lambda: self.store.add_many_to_list(given, name, joined),
            lambda model: sum([model.add_to_list(each, name, joined) for each in given]),
        )

    @rule(given=st.lists(any_ids, max_size=3), name=names)
    def remove_many_from_list(self, given: list[Any], name: str) -> None:
        self.change(
            lambda: self.store.remove_many_from_list(given, name),
            lambda model: sum([model.remove_from_list(each, name) for each in given]),
        )

    @rule(given=many(given_as(events())))
    def track_many(self, given: list[Any]) -> None:
        self.change(
            lambda: self.store.track_many(iter(given)),
            lambda model: sum([model.track(each) for each in given]),
        )

    @rule(given=st.lists(st.tuples(any_ids, event_ids), max_size=3))
    def untrack_many(self, given: list[Any]) -> None:
        self.change(
            lambda: self.store.untrack_many(given),
            lambda model: sum([model.untrack(*each) for each in given]),
        )

    @rule(given=st.lists(contacts(), max_size=3))
    def an_iterable_that_raises_changes_nothing(self, given: list[Any]) -> None:
        def items() -> Iterator[Any]:
            yield from given
            raise ConnectionError

        for call in (self.store.upsert_many, self.store.remove_many, self.store.track_many):
            with pytest.raises(ConnectionError):
                call(items())

    # --- what is compared ---

    @invariant()
    def has_the_facts_of_the_model(self) -> None:
        expected = [Contact(id_, *facts) for id_, facts in self.model.contacts.items()]
        assert list(self.store) == expected
        assert len(self.store) == len(expected)
        for id_ in (*IDS, "cleo"):
            assert (id_ in self.store) is (id_ in self.model.contacts)
            assert self.store.get(id_) == next((c for c in expected if c.id == id_), None)

    @rule()
    def has_the_events_of_the_model(self) -> None:
        """In the order in which they were tracked."""
        for id_ in (*IDS, "cleo"):
            assert self.store.events(id_) == self.model.events.get(id_, [])

    @invariant()
    def has_the_members_of_the_model(self) -> None:
        audiences = Evaluator(self.store).evaluate(SEGMENTS, now=NOW)
        for segment in SEGMENTS:
            assert list(audiences[segment.name]) == [
                id_
                for id_, facts in self.model.contacts.items()
                if matches(segment, Contact(id_, *facts), self.model.events.get(id_, []), now=NOW)
            ]


def run_all(changes: Iterable[object]) -> None:
    for _ in changes:
        pass


TestStore = StoreMachine.TestCase
TestStore.settings = settings(stateful_step_count=25)
