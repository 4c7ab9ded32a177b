"""An observed catalog has the counts of a plain loop; what it holds travels as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import Catalog, Contact, Event, Field, MemorySource, SeenValues
from segkit.model.catalog import observation as observation_module
from segkit.model.values import Kind, is_naive, normalize
from segkit.testing.strategies import ContactWithEvents, histories, values

NOW: Final = datetime(2022, 10, 15, 9, 30, tzinfo=UTC)


def kind_of(value: object) -> str:
    """Return the kind of a value as a catalog names it."""
    kind, _ = normalize(value)
    if kind is Kind.INCOMPARABLE and issubclass(type(value), Mapping):
        return "mapping"
    if kind is Kind.INCOMPARABLE and is_naive(value):
        return "naive datetime"
    return kind.value


def expected_kinds(of_field: Iterable[object]) -> dict[str, int]:
    counts = Counter(map(kind_of, of_field))
    del counts[Kind.NO_VALUE.value]
    return dict(counts)


def check_field(field: Field, of_field: list[object]) -> None:
    seen = field.seen
    assert seen is not None
    assert {name: kind.count for name, kind in seen.kinds.items()} == expected_kinds(of_field)
    assert seen.count == sum(expected_kinds(of_field).values())
    for name in ("number", "day", "instant"):
        typed_values = [normalize(value) for value in of_field]
        plain: list[Any] = [value for kind, value in typed_values if kind.value == name]
        if plain:
            assert seen.kinds[name].least == min(plain)
            assert seen.kinds[name].greatest == max(plain)
    texts = [value for value in of_field if type(value) is str]
    if texts and max(map(len, texts)) <= 200 and "text" in seen.kinds:
        assert seen.kinds["text"].least <= min(texts)
        assert seen.kinds["text"].empty >= texts.count("")


@pytest.mark.parametrize("per_step", [1, 2, 1_000])
@given(st.lists(values(hosted=True), max_size=8))
def test_the_counts_are_those_of_a_plain_loop(per_step: int, of_x: list[Any]) -> None:
    class Host:
        lists: Mapping[str, object] = {}

        def __init__(self, number: int, value: object) -> None:
            self.id, self.attributes = number, {"x": value}

    rows: list[tuple[Host, list[object]]] = [
        (Host(number, value), []) for number, value in enumerate(of_x)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observation_module, "_CONTACTS_PER_STEP", per_step)
        catalog = Catalog.observed(rows, now=NOW)
    assert catalog.observation is not None
    assert catalog.observation.contacts == len(of_x)
    attributes = catalog.attributes or {}
    assert set(attributes) == ({"x"} if of_x else set())
    if of_x:
        check_field(attributes["x"], of_x)


@pytest.mark.parametrize("per_step", [1, 1_000])
@given(facts=st.lists(histories(unique_ids=False), max_size=3))
def test_the_events_are_those_of_a_plain_loop(
    per_step: int, facts: list[ContactWithEvents]
) -> None:
    rows = [(contact, list(events)) for contact, events in facts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observation_module, "_EVENTS_PER_STEP", per_step)
        catalog = Catalog.observed(rows, now=NOW)
    events = [event for _, own in rows for event in own]
    observation = catalog.observation
    assert observation is not None
    names = Counter(event.name for event in events)
    assert {name: seen.count for name, seen in observation.event_names.items()} == names
    assert observation.future_events == sum(event.at > NOW for event in events)
    assert observation.contacts_without_events == sum(not own for _, own in rows)
    for name, fields in (catalog.events or {}).items():
        dicts = [event.properties for event in events if event.name == name]
        for key, field in (fields or {}).items():
            check_field(field, [each[key] for each in dicts if key in each])


@given(st.lists(histories(), max_size=3), st.booleans())
def test_a_catalog_travels_as_json(facts: list[ContactWithEvents], examples: bool) -> None:
    rows = [(contact, list(events)) for contact, events in facts]
    catalog = Catalog.observed(rows, now=NOW, examples=examples)
    document = json.loads(json.dumps(catalog.to_dict()))
    back = Catalog.from_dict(document)
    assert back == catalog
    assert back.observation == catalog.observation
    assert back.to_dict() == document
    for name, field in (catalog.attributes or {}).items():
        assert (back.attributes or {})[name].seen == field.seen
    assert all(line.isprintable() for line in str(catalog).split("\n"))


@given(st.lists(st.text("xyz", min_size=3, max_size=9), min_size=1, max_size=5))
def test_a_catalog_without_examples_has_no_text_of_a_customer(texts: list[str]) -> None:
    contacts = [Contact(number, {"n": text, "c": [text]}) for number, text in enumerate(texts)]
    order = Event(0, "order", NOW, {"n": texts[0], "m": {"k": texts[0]}})
    catalog = Catalog.observed(MemorySource(contacts, [order]), now=NOW, examples=False)
    for shown in (str(catalog), repr(catalog), json.dumps(catalog.to_dict())):
        assert not any(text in shown for text in texts)


def test_few_values_are_kept_of_many() -> None:
    contacts = [Contact(number, {"n": number, "t": f"t{number}"}) for number in range(3_000)]
    catalog = Catalog.observed(MemorySource(contacts), now=NOW)
    for field in (catalog.attributes or {}).values():
        seen = field.seen
        assert isinstance(seen, SeenValues)
        (kind,) = seen.kinds.values()
        assert kind.values is None
        assert len(kind.examples) == 3
        assert kind.count == 3_000
    assert len(json.dumps(catalog.to_dict())) < 2_000


@given(st.lists(histories(), max_size=4))
def test_the_size_of_a_step_does_not_matter(facts: list[ContactWithEvents]) -> None:
    catalogs: list[Catalog] = []
    for per_step in (1, 3, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(observation_module, "_CONTACTS_PER_STEP", per_step)
            patch.setattr(observation_module, "_EVENTS_PER_STEP", per_step)
            catalogs.append(Catalog.observed(facts, now=NOW))
    for catalog in catalogs[1:]:
        assert catalog == catalogs[0]
        assert catalog.observation == catalogs[0].observation
        for name, field in (catalog.attributes or {}).items():
            check_equal(field.seen, (catalogs[0].attributes or {})[name].seen)


def check_equal(seen: SeenValues | None, other: SeenValues | None) -> None:
    """Check that what was seen is equal, in any order: values of one type are read together."""
    assert seen is not None
    assert other is not None
    assert seen.kinds.keys() == other.kinds.keys()
    for name, kind in seen.kinds.items():
        its = other.kinds[name]
        assert set(kind.values or ()) == set(its.values or ())
        assert len(kind.examples) == len(its.examples)
        if kind.members is not None:
            check_equal(kind.members, its.members)
        ignored: dict[str, Any] = {"values": None, "examples": (), "members": None}
        assert attrs.evolve(kind, **ignored) == attrs.evolve(its, **ignored)
