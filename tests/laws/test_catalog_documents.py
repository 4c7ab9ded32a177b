"""A document of a catalog is read exactly or refused with a `CatalogError`, whatever it holds."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from segkit import Catalog, CatalogError, Contact, Event, Field, MemorySource

NOW: Final = datetime(2022, 10, 15, 9, 30, tzinfo=UTC)
CONTACTS: Final = [
    Contact(1, {"age": 36, "city": "Paris", "tags": ["a", 2], "news": True}, {"vip": NOW}),
    Contact(2, {"age": 0.5, "city": "", "born": date(2000, 1, 2), "seen": NOW, "home": {"zip": 1}}),
]
EVENTS: Final[list[Event[Any]]] = [
    Event(1, "order", NOW - timedelta(days=3), {"total": 10**30}),
    Event("1", "order", NOW + timedelta(days=3)),
]
OBSERVED: Final = Catalog.observed(MemorySource[Any](CONTACTS, EVENTS), now=NOW)
DECLARED: Final = Catalog(
    attributes={
        "age": Field("number", label="Age", unit="years", decimal=","),
        "plan": ["free", "pro"],
        "home": {"zip": "text"},
        "born": Field("day", format="%d.%m.%Y"),
        "tags": Field("collection", choices=("a", "b"), separator=";"),
    },
    lists=["vip"],
    events={"order": {"total": "number"}, "visit": None},
)
DOCUMENTS: Final = tuple(json.dumps(each.to_dict()) for each in (OBSERVED, DECLARED))

JUNK: Final[st.SearchStrategy[Any]] = st.one_of(
    st.sampled_from((
        None, True, -1, 0, 1.5, 10**500, float("nan"), "", "x", "-", "9" * 5_000, "1e9999999",
        "2022-10-15", "2022-10-15T09:30", "2022-10-15T09:30Z", [], ["x"], [[]], {}, {"x": 1},
        {"kinds": {}}, {"count": 1}, {"count": 1, "least": {}}, {1: 2}, "\ud800", "\x1b[2J",
    )),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=4,
    ),
)  # fmt: skip


def places(node: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - a part of a document
    """Yield each container of a document with each of its keys."""
    parts: Any = node
    kind = type(parts).__name__
    keys: list[Any] = list(parts) if kind == "dict" else []
    if kind == "list":
        keys = list(range(len(parts)))
    for key in keys:
        yield node, key
        yield from places(node[key])


@given(st.data(), st.sampled_from(DOCUMENTS))
def test_a_changed_document_is_read_or_refused(data: st.DataObject, text: str) -> None:
    document = json.loads(text)
    container, key = data.draw(st.sampled_from(list(places(document))))
    change = data.draw(st.sampled_from(("replace", "remove", "add")))
    if change == "replace":
        container[key] = data.draw(JUNK)
    elif change == "remove":
        del container[key]
    elif isinstance(container[key], dict):
        container[key][data.draw(st.text(max_size=3) | st.sampled_from(("seen", "fields")))] = (
            data.draw(JUNK)
        )
    try:
        catalog = Catalog.from_dict(document)
    except CatalogError:
        return
    assert all(line.isprintable() for line in str(catalog).split("\n"))
    assert Catalog.from_dict(json.loads(json.dumps(catalog.to_dict()))) == catalog
    assert repr(catalog)


@given(JUNK)
def test_any_value_is_read_or_refused(value: Any) -> None:  # noqa: ANN401 - hostile
    documents: list[Any] = [value, {"segkit": value}, {"segkit": 1, "catalog": value}]
    for document in documents:
        try:
            Catalog.from_dict(document)
        except CatalogError:
            continue
        assert document == {"segkit": 1, "catalog": value}


def test_declared_and_observed_catalogs_are_read_back() -> None:
    for catalog in (OBSERVED, DECLARED, Catalog(), Catalog(attributes={}, lists=[], events={})):
        back = Catalog.from_dict(json.loads(json.dumps(catalog.to_dict())))
        assert back == catalog
        assert back.observation == catalog.observation
        assert str(back) == str(catalog)
        for name, field in (catalog.attributes or {}).items():
            assert (back.attributes or {})[name].seen == field.seen
