"""The shop in Django: its customers in the ORM, its segments as documents, its two pages."""

from __future__ import annotations

import html
import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from segkit import Contact, Evaluator, Event, Segment, all_of, attr, did, in_list, requirements
from segkit.testing import EXAMPLES, SOURCE_CASES, SourceCase, check_source
from tests.examples.hosts.needing import HOSTS, require
from tests.examples.hosts.shops import NOW, World, check_examples, worlds

require("django")

import django  # noqa: E402 - only if it is installed
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from segkit import to_json  # noqa: E402

SHOP = HOSTS / "django_shop"


@pytest.fixture(scope="module", autouse=True)
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Set up Django once, because its settings are global, with a new database file."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
    os.environ["SHOP_DATABASE"] = str(tmp_path_factory.mktemp("django") / "shop.sqlite3")
    sys.path.insert(0, str(SHOP))
    django.setup()
    call_command("migrate", verbosity=0)
    yield
    connection.close()
    sys.path.remove(str(SHOP))
    del os.environ["DJANGO_SETTINGS_MODULE"], os.environ["SHOP_DATABASE"]


@pytest.fixture(autouse=True)
def fix_current_time(monkeypatch: pytest.MonkeyPatch, database: None) -> None:  # noqa: ARG001 - it is set up first
    """Set the current time, at which the pages evaluate, to NOW, and remove all segments."""
    from shop import views  # noqa: PLC0415 - only after Django is set up

    monkeypatch.setattr(views.timezone, "now", lambda: NOW)
    models().StoredSegment.objects.all().delete()


def text_of(segment: Segment) -> str:
    return str(to_json(segment))


def models() -> Any:  # noqa: ANN401 - a module
    from shop import models as shop_models  # noqa: PLC0415

    return shop_models


def make(contacts: list[Contact[int]], events: list[Event[int]]) -> Any:  # noqa: ANN401
    """Store customers and events in the tables, and return a source of them."""
    from shop.source import COLUMNS, ShopSource  # noqa: PLC0415

    shop = models()
    for table in (shop.CustomerEvent, shop.Subscription, shop.Customer):
        table.objects.all().delete()
    shop.Customer.objects.bulk_create(
        shop.Customer(
            id=contact.id,
            **{name: value for name, value in contact.attributes.items() if name in COLUMNS},
            more={name: v for name, v in contact.attributes.items() if name not in COLUMNS},
        )
        for contact in contacts
    )
    shop.Subscription.objects.bulk_create(
        shop.Subscription(customer_id=contact.id, list=name, joined=joined)
        for contact in contacts
        for name, joined in contact.lists.items()
    )
    shop.CustomerEvent.objects.bulk_create(
        shop.CustomerEvent(
            customer_id=event.contact_id, name=event.name, at=event.at, properties=event.properties
        )
        for event in events
    )
    return ShopSource()


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_the_source_passes_every_source_case(case: SourceCase) -> None:
    check_source(make, [case], make_id=int)


def test_every_example_has_the_members_of_a_memory_source() -> None:
    check_examples(make, int)


@given(worlds(int))
def test_random_conditions_have_the_members_of_a_memory_source(world: World) -> None:
    world.check(make, int)


def test_a_page_takes_three_queries_for_any_condition() -> None:
    """There is one query each for customers, lists and events; the last query finds no page."""
    people = [Contact(number, {"city": "Lyon"}, {"vip": None}) for number in range(1, 1201)]
    source = make(people, [Event(number, "order", NOW) for number in range(1, 1201)])
    names = [did(f"event {number}").within_last(days=number + 1) for number in range(300)]
    large_condition = (attr("city") == "Lyon") & in_list("vip") & did("order") & ~all_of(*names)
    for condition, ids, maximum in (
        (large_condition, None, 10),
        (large_condition, range(1, 401), 3),
        (all_of(), None, 4),
    ):
        with CaptureQueriesContext(connection) as queries:
            members = Evaluator(source).members(condition, now=NOW, ids=ids)
        assert len(members) == (1200 if ids is None else 400)
        assert 0 < len(queries) <= maximum


def test_a_page_is_loaded_only_when_it_is_read() -> None:
    """The source streams: a caller that stops early has loaded no further pages."""
    source = make([Contact(number) for number in range(1, 1201)], [])
    with CaptureQueriesContext(connection) as queries:
        assert next(source.load(requirements(all_of()), None))[0].id == 1
    assert len(queries) == 1


def test_only_the_required_facts_are_loaded() -> None:
    attributes = {"city": "Lyon", "plan": "pro", "code": 1}
    orders = [Event(1, "order", NOW - timedelta(days=n), {"total": n}) for n in (1, 29, 31, -1)]
    everything = [*orders, Event(1, "refund", NOW)]
    source = make([Contact(1, attributes, {"vip": None, "news": None})], everything)
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order").within_last(days=30)
    [(contact, events)] = source.load(requirements(condition, now=NOW), None)
    assert (contact.attributes, contact.lists) == ({"city": "Lyon"}, {"vip": None})
    assert [event.properties["total"] for event in events] == [1, 29]


@pytest.mark.parametrize("name", ["customer__city", "pk", "id", "more", "subscription__list"])
def test_the_name_of_an_attribute_is_not_a_lookup_of_django(name: str) -> None:
    """Django would follow such a name into another table or into JSON."""
    make([Contact(1, {"city": "Lyon"}, {"vip": None})], [])
    assert Evaluator(make([Contact(1)], [])).members(attr(name).is_set(), now=NOW) == set()


# --- segments as documents ------------------------------------------------------------------------


@pytest.mark.parametrize("condition", EXAMPLES, ids=str)
def test_a_stored_segment_is_loaded_without_a_change(condition: Any) -> None:  # noqa: ANN401
    segment = Segment("kept", condition)
    stored = models().StoredSegment.of(segment)
    stored.save()
    assert models().StoredSegment.objects.get(name="kept").segment == segment


BUYERS = Segment("buyers & <co>", did("order").within_last(days=30) & (attr("city") == "Lyon"))


def test_a_page_shows_the_sentence_and_the_members() -> None:
    make(
        [
            Contact(1, {"name": "Ada <3", "city": "Lyon"}),
            Contact(2, {"name": "Bob", "city": "Oslo"}),
            Contact(3, {"city": "Lyon"}),
        ],
        [Event(number, "order", NOW - timedelta(days=1)) for number in (1, 2, 3)],
    )
    response = Client().post("/", {"document": text_of(BUYERS)})
    assert response.status_code == 302
    page = Client().get(response.headers["Location"])
    body = page.content.decode()
    assert page.status_code == 200
    assert html.escape(BUYERS.name) in body
    assert html.escape('did "order" at least once in the last 30 days') in body
    assert "2 customers" in body
    assert "<li>Ada &lt;3</li><li>customer 3</li>" in body
    assert "Bob" not in body
    assert html.escape(BUYERS.name) in Client().get("/").content.decode()


def test_the_members_are_shown_in_pages() -> None:
    make([Contact(number, {"name": f"<{number}>"}) for number in range(1, 121)], [])
    response = Client().post("/", {"document": text_of(Segment("all", all_of()))})
    shown = []
    for page in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            body = Client().get(response.headers["Location"], {"page": page}).content.decode()
        assert len(queries) < 10  # For any number of customers.
        assert "120 customers" in body
        shown.append([n for n in range(1, 121) if f"<li>&lt;{n}&gt;</li>" in body])
    assert shown == [list(range(1, 51)), list(range(51, 101)), list(range(101, 121))]


def refusal_of(text: str) -> str:
    """Return the page for a text that is refused; no segment may be stored."""
    response = Client().post("/", {"document": text})
    assert response.status_code == 400
    assert models().StoredSegment.objects.count() == 0
    return html.unescape(response.content.decode())


def test_all_problems_of_a_document_are_shown() -> None:
    """Each problem is shown with its path, so that the author can find it."""
    document = json.loads(text_of(BUYERS))
    parts = document["segment"]["condition"]["parts"]
    parts[0]["names"], parts[1]["comparison"]["operator"] = "or<der", "=="
    parts[1]["comparison"]["operator"] = "is abot"
    del document["segment"]["name"]
    body = refusal_of(json.dumps(document))
    assert "$.segment.condition.parts[0].names" in body
    assert "$.segment.condition.parts[1].comparison.operator" in body
    assert "$.segment" in body


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "This field is required"),
        ("{", "$"),
        ("[" * 100_000, "$"),
        ("null", "$"),
        ('{"segkit": 1, "condition": {"type": "and", "parts": []}}', "expected one segment"),
        ('{"segkit": 99, "segment": {}}', "$.segkit"),
        ("<script>alert(1)</script>", "$"),
        ("__import__('os')", "$"),
        (text_of(Segment("\ud800", all_of())), "the database cannot store this name"),
        (text_of(Segment("a\x00", all_of())), "the database cannot store this name"),
        (text_of(Segment("a" * 201, all_of())), "at most 200 characters"),
        ('{"segkit": 1, "segment": {"name": "a", "condition": {"type": "\\ud800"}}}', "$"),
    ],
)
def test_a_text_that_is_not_a_segment_is_refused(text: str, message: str) -> None:
    """The page shows the problem of any text."""
    assert message in refusal_of(text)


@pytest.mark.parametrize("name", ["\ud800", "a\x00", "<b>", "' OR 1=1 --", "\u202e"])
def test_odd_names_in_a_condition_are_stored_and_shown(name: str) -> None:
    """Such names are valid, and no customer matches them."""
    make([Contact(1)], [])
    condition = (attr(name) == name) | did(name) | in_list(name)
    response = Client().post("/", {"document": text_of(Segment("odd", condition))})
    page = Client().get(response.headers["Location"])
    assert page.status_code == 200
    assert "0 customers" in page.content.decode()
    assert "<b>" not in page.content.decode()


def test_a_refused_text_is_escaped() -> None:
    """A submitted text must not become markup of the page."""
    response = Client().post("/", {"document": '{"<script>": 1}'})
    assert "<script>" not in response.content.decode()


def test_a_name_is_unique() -> None:
    assert Client().post("/", {"document": text_of(BUYERS)}).status_code == 302
    response = Client().post("/", {"document": text_of(BUYERS)})
    assert response.status_code == 400
    assert "already exists" in response.content.decode()
    assert models().StoredSegment.objects.count() == 1


def test_an_unknown_segment_is_not_found() -> None:
    assert Client().get("/segments/12345/").status_code == 404
