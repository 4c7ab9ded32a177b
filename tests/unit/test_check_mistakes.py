"""Mistakes that people make with their own data: each has a finding, and a near case has none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

import attrs
import pytest

from segkit import (
    Attribute,
    Catalog,
    Condition,
    Contact,
    Event,
    Finding,
    MemorySource,
    Property,
    Segment,
    Segments,
    attr,
    check,
    describe,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    to_dict,
)
from segkit.checking import operands
from tests.unit.call_counts import count_calls

NOW: Final = datetime(2024, 6, 1, tzinfo=UTC)
YESTERDAY: Final = NOW - timedelta(days=1)


def of_contacts(**values: list[Any]) -> Catalog:
    """Return the catalog of contacts with these values of each attribute."""
    rows = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    contacts = [Contact(number, row) for number, row in enumerate(rows)]
    return Catalog.observed(MemorySource(contacts), now=NOW)


def of_orders(*properties: dict[str, Any]) -> Catalog:
    """Return the catalog of orders with these properties."""
    orders = [Event(1, "order", YESTERDAY, each) for each in properties]
    return Catalog.observed(MemorySource([Contact(1)], orders), now=NOW)


@attrs.frozen
class Mistake:
    """A condition that does not fit, and what is found."""

    why: str
    condition: Condition
    catalog: Catalog
    message: str
    repair: str | None = None


BASKET: Final = of_orders({"products": [{"sku": "A", "price": 100}], "price": 3, "note": "x"})
EXPORT: Final = of_contacts(**{
    "Total Spent": ["129.80", "9.00"], "Phone": ["", "503"], "Tags": ["retail, ag-exempt", "a"],
    "Accepts": ["yes", "no"], "Customer ID": ["'6551", "'6552"], "City": ["portland ", "Portland"],
})  # fmt: skip

MISTAKES: Final = (
    Mistake(
        "an aggregate whose latest value is empty has no repair: its code is only a part",
        did("order").latest("note").is_set(),
        of_orders({"note": ""}),
        'note is "" in 1 of 1 "order" event: an empty text is set',
    ),
    Mistake(
        "one of several operands is of another kind",
        attr("age").is_in([18, "twenty"]),
        Catalog({"age": "number"}),
        '"twenty" is text, and age is a number',
    ),
    Mistake(
        "one of several operands is of another kind than all values",
        ~attr("age").is_in([18, "20"]),
        of_contacts(age=[18, 20]),
        '"20" is text, and age is a number',
    ),
    Mistake(
        "a name with a point is read as a path",
        attr("lease", "end") == date(2024, 1, 1),
        Catalog({"lease.end": "day"}),
        'the name of the attribute is "lease.end", and no path',
        'attr("lease.end") == date(2024, 1, 1)',
    ),
    Mistake(
        "a maximum that no value reaches",
        did("order").max("total") > 1000,
        of_orders({"total": 59}),
        "no value of total satisfies it: the values are 59 to 59",
    ),
    Mistake(
        "a collection has no empty text among its members",
        attr("tags") == "",
        Catalog({"tags": "collection"}),
        "tags is a collection: for its members write has_any",
    ),
    Mistake(
        "codes with a leading zero are no numbers",
        attr("zip") == 99999,
        of_contacts(zip=["01420", "03912"]),
        'zip is text in 2 of 2 contacts: "01420", "03912"; a number is needed',
    ),
    Mistake(
        "text is added up",
        did("order").sum("note") > 1,
        Catalog(events={"order": {"note": "text"}}),
        "note is text; a number is needed",
    ),
    Mistake(
        "birthdays are all in the past, and their days are meant",
        attr("born").within_next(days=7),
        of_contacts(born=[date(1990, 6, 3), date(1985, 1, 2)]),
        "no value of born satisfies it: the values are 1985-01-02 to 1990-06-03; for the days of a "
        "birthday write anniversary_within_next",
    ),
    Mistake(
        "a future in which there is nothing",
        attr("renewal").within_next(days=7),
        of_contacts(renewal=[NOW - timedelta(days=9), NOW - timedelta(days=1)]),
        "no value of renewal satisfies it: the values are 2024-05-23 00:00 UTC to 2024-05-31 00:00 "
        "UTC",
    ),
    Mistake(
        "fixed days before all that there are",
        attr("born").between(date(1900, 1, 1), date(1900, 12, 31)),
        of_contacts(born=[date(1990, 6, 3), date(1985, 1, 2)]),
        "no value of born satisfies it: the values are 1985-01-02 to 1990-06-03",
    ),
    Mistake(
        "fixed instants after all that there are",
        attr("seen").between(NOW, NOW + timedelta(days=1)),
        of_contacts(seen=[YESTERDAY]),
        "no value of seen satisfies it: the values are 2024-05-31 00:00 UTC to 2024-05-31 00:00 "
        "UTC",
    ),
    Mistake(
        "numbers in texts that are compared with each other",
        attr("paid") > attr("owed"),
        of_contacts(paid=["39,90", "7,00"], owed=["129,00", "5,50"]),
        'paid and owed are text, in which "10" is before "9"',
    ),
    Mistake(
        "numbers with a decimal comma",
        attr("fee") >= 30,
        of_contacts(fee=["39,90", "", "7,00"]),
        'fee is text in 3 of 3 contacts: "39,90", "", "7,00"; a number is needed',
        'Catalog(attributes={"fee": Field("number", decimal=",")})',
    ),
    Mistake(
        "days of which one shows that the day comes first",
        attr("born") > date(1990, 1, 1),
        of_contacts(born=["03/04/1990", "21/07/1969"]),
        'born is text in 2 of 2 contacts: "03/04/1990", "21/07/1969"; a day or an instant is '
        "needed",
        'Catalog(attributes={"born": Field("day", format="%d/%m/%Y")})',
    ),
    Mistake(
        "days that may be read in two ways",
        attr("born") > date(1990, 1, 1),
        of_contacts(born=["03/04/1990", "05/07/1969"]),
        'born is text in 2 of 2 contacts: "03/04/1990", "05/07/1969"; a day or an instant is '
        "needed",
    ),
    Mistake(
        "versions of one length beside one of another",
        attr("version") >= "3.10.0",
        of_contacts(version=["3.10.0", "3.2.0"]),
        'versions are compared as text, in which "3.10" is before "3.2": store the parts as '
        "numbers",
    ),
    Mistake(
        "an attribute and a property are two fields, of which one names the empty text",
        attr("status").is_set() & did("order").where(prop("status") != ""),
        Catalog.observed(
            MemorySource(
                [Contact(1, {"status": ""})], [Event(1, "order", YESTERDAY, {"status": ""})]
            ),
            now=NOW,
        ),
        'status is "" in 1 of 1 contact: an empty text is set',
        'attr("status").is_set() & (attr("status") != "")',
    ),
    Mistake(
        "the field of a mapping that one contact has",
        attr("address", "zip") >= 3,
        of_contacts(address=[{"zip": "75011"}, None, {}]),
        'address.zip is text in 1 of 3 contacts: "75011"; a number is needed',
        'Catalog(attributes={"address": {"zip": "number"}})',
    ),
    Mistake(
        "a property in a condition of its own",
        prop("totl") > 3,
        of_orders({"total": 3}),
        'no "order" event has the property "totl"; did you mean "total"?',
        'prop("total") > 3',
    ),
    Mistake(
        "the id is no attribute",
        attr("id") == "1",
        Catalog({"age": "number"}),
        'the catalog has no attribute "id" of a contact: the id is no attribute, evaluate with '
        "ids=[...]",
    ),
    Mistake(
        "a misspelt name that is searched in",
        attr("emial").contains("@b.org", ignore_case=True),
        Catalog({"email": "text"}),
        'the catalog has no attribute "emial" of a contact; did you mean "email"?',
        'attr("email").contains("@b.org", ignore_case=True)',
    ),
    Mistake(
        "one name in two cases, of which one is asked for",
        attr("city") == "Lyon",
        of_contacts(city=["Lyon", "LYON"]),
        'city is also "LYON", which differs from "Lyon" in case or spaces only',
        'attr("city").is_in(["Lyon"], ignore_case=True)',
    ),
    Mistake(
        "a misspelt name that is compared with another field",
        attr("billing_ctiy") != attr("shipping_city"),
        Catalog({"billing_city": "text", "shipping_city": "text"}),
        'the catalog has no attribute "billing_ctiy" of a contact; did you mean "billing_city"?',
        'attr("billing_city") != attr("shipping_city")',
    ),
    Mistake(
        "a day in quotes is compared with instants",
        attr("seen") > "2024-01-01",
        of_contacts(seen=[NOW]),
        "seen is an instant in 1 of 1 contact: 2024-06-01 00:00 UTC; compared with text, and needs "
        "an instant",
        'attr("seen") > date(2024, 1, 1)',
    ),
    Mistake(
        "a time without a zone, in quotes: it is no instant",
        attr("seen") > "2024-01-01T05:00",
        of_contacts(seen=[NOW]),
        "seen is an instant in 1 of 1 contact: 2024-06-01 00:00 UTC; compared with text, and needs "
        "an instant",
    ),
    Mistake(
        "texts of several lengths are not in the order of their numbers",
        attr("level").between("10", "9"),
        of_contacts(level=["10", "9"]),
        'a number in quotes is compared as text, in which "10" is before "9"',
        'Catalog(attributes={"level": "number"})',
    ),
    Mistake(
        "members that are numbers are asked for in quotes",
        attr("sizes").has_any(["38"]),
        of_contacts(sizes=[[38, 40]]),
        "the members of sizes are of the kind number",
        'attr("sizes").has_any([38])',
    ),
    Mistake(
        "everybody is without a member that is searched as a part of a text",
        ~attr("tags").contains("duck"),
        of_contacts(tags=[["test", "duck"], ["a"]]),
        "tags is a collection in 2 of 2 contacts: for its members write has_any",
        'attr("tags").has_any(["duck"])',
    ),
    Mistake(
        "a pattern of an address, which is several addresses",
        attr("emails").ends_with(".org"),
        of_contacts(emails=[["a@b.org"]]),
        "emails is a collection in 1 of 1 contact: its members are compared by has_any only",
    ),
    Mistake(
        "a path into a list of objects",
        did("order").where(prop("products", "sku") == "A"),
        BASKET,
        "products is a list of objects (store what is compared in an attribute of its own): a path "
        "goes through mappings only",
    ),
    Mistake(
        "members of a list of objects",
        did("order").where(prop("products").has_any(["A"])),
        BASKET,
        "the members of products are of the kind mapping: members that are no scalars are skipped",
    ),
    Mistake(
        "two names that are meant as a product and are read as a path",
        did("order").sum("price", "qty") >= 3,
        BASKET,
        "price is a number: a path goes through mappings only",
        '.sum("price") >= 3',
    ),
    Mistake(
        "a sum of numbers in quotes",
        did("order").sum("price") >= 3,
        of_orders({"price": "3.50"}),
        'price is text in 1 of 1 "order" event: "3.50"; a number is needed',
        'Catalog(events={"order": {"price": "number"}})',
    ),
    Mistake(
        "an amount of an export",
        attr("Total Spent") > 100,
        EXPORT,
        'Total Spent is text in 2 of 2 contacts: "129.80", "9.00"; a number is needed',
        'Catalog(attributes={"Total Spent": "number"})',
    ),
    Mistake(
        "an empty cell of an export is a text",
        attr("Phone").is_set(),
        EXPORT,
        'Phone is "" in 1 of 2 contacts: an empty text is set',
        'attr("Phone").is_set() & (attr("Phone") != "")',
    ),
    Mistake(
        "tags in one cell",
        attr("Tags").has_any(["retail"]),
        EXPORT,
        'Tags is text that holds several members in one: "retail, ag-exempt"',
        'Catalog(attributes={"Tags": "collection"})',
    ),
    Mistake(
        "tags as a JSON list",
        attr("tags").has_all(["b"]),
        of_contacts(tags=['["a", "b"]']),
        r'tags is text that holds several members in one: "[\"a\", \"b\"]"',
        'Catalog(attributes={"tags": "collection"})',
    ),
    Mistake(
        "yes instead of true",
        attr("Accepts").is_true(),
        EXPORT,
        'Accepts is text in 2 of 2 contacts: "yes", "no"; a boolean is needed',
        'Catalog(attributes={"Accepts": "boolean"})',
    ),
    Mistake(
        "the quote that a spreadsheet keeps before digits",
        attr("Customer ID") == "6551",
        EXPORT,
        '"6551" is no value of Customer ID in the data; did you mean "\'6551"?',
        """attr("Customer ID") == "'6551\"""",
    ),
    Mistake(
        "spaces at the end of a cell",
        attr("City") == "Portland",
        EXPORT,
        'City is also "portland ", which differs from "Portland" in case or spaces only',
    ),
    Mistake(
        "one name in two cases",
        attr("city").is_in(["Lyon"]),
        of_contacts(city=["Lyon", "LYON"]),
        'city is also "LYON", which differs from "Lyon" in case or spaces only',
        'attr("city").is_in(["Lyon"], ignore_case=True)',
    ),
    Mistake(
        "a number of a form is sent as text",
        attr("age") >= "21",
        of_contacts(age=[20, 30]),
        "age is a number in 2 of 2 contacts: 20, 30; compared with text, and needs a number",
        'attr("age") >= 21',
    ),
    Mistake(
        "as texts, 10 is before 9, so the ends are only in order as texts",
        attr("age").between("10", "9"),
        of_contacts(age=[20, 30]),
        "age is a number in 2 of 2 contacts: 20, 30; compared with text, and needs a number",
    ),
    Mistake(
        "a version",
        attr("version") >= "3.2.0",
        of_contacts(version=["3.10.0", "3.1.0"]),
        'versions are compared as text, in which "3.10" is before "3.2": store the parts as '
        "numbers",
    ),
    Mistake(
        "a day is compared with a text",
        attr("signup") > "2024-01-01",
        of_contacts(signup=[date(2024, 2, 1)]),
        "signup is a day in 1 of 1 contact: 2024-02-01; compared with text, and needs a day",
        'attr("signup") > date(2024, 1, 1)',
    ),
    Mistake(
        "a time before the year 1 in UTC",
        attr("seen") > "0001-01-01T00:00:00+05:00",
        of_contacts(seen=[NOW]),
        "seen is an instant in 1 of 1 contact: 2024-06-01 00:00 UTC; compared with text, and needs "
        "an instant",
        'attr("seen") > datetime(1, 1, 1, 0, 0, tzinfo=UTC)',
    ),
    Mistake(
        "days that are text are read before a window is asked of them",
        attr("signup").within_last(days=3),
        of_contacts(signup=["2024-01-01"]),
        'signup is text in 1 of 1 contact: "2024-01-01"; a day or an instant is needed',
        'Catalog(attributes={"signup": "day"})',
    ),
    Mistake(
        "one amount in other units",
        attr("total") > 5_000,
        of_contacts(total=[*range(2_000)]),
        "no value of total satisfies it: the values are 0 to 1999",
    ),
    Mistake(
        "numbers and words in one field",
        attr("x") >= 3,
        of_contacts(x=[1, 5, "many"]),
        'x is text in 1 of 3 contacts: "many"; a number is needed: it is false for these',
    ),
    Mistake(
        "an empty mapping has no fields",
        attr("address", "zip") == "1",
        of_contacts(address=[{}]),
        "no contact has the attribute address.zip",
    ),
    Mistake(
        "braces in the name of an event",
        did("a{b}").where(prop("x") >= 3),
        Catalog.observed(MemorySource([Contact(1)], [Event(1, "a{b}", YESTERDAY, {"x": "4"})])),
        'x is text in 1 of 1 "a{b}" event: "4"; a number is needed',
        'Catalog(events={"a{b}": {"x": "number"}})',
    ),
    Mistake(
        "with several events, one without the property changes nothing",
        did("order", "click").where(prop("total") == "x"),
        Catalog(events={"order": {"total": "number"}, "click": {}}),
        "total is a number; compared with text, and needs a number",
    ),
    Mistake(
        "two fields that have no kind in common",
        attr("a") == attr("b"),
        of_contacts(a=[1], b=["1"]),
        "a is a number and b is text: they are never equal and have no order",
    ),
    Mistake(
        "a collection is equal to nothing, also not to another field",
        attr("tags") == attr("tag"),
        of_contacts(tags=[["a"]], tag=["a"]),
        "tags is a collection in 1 of 1 contact; a boolean or a day or a number or an instant or "
        "text is needed",
    ),
    Mistake(
        "a misspelt name beside the right one is not written twice",
        did("order", "oder"),
        Catalog(events=["order"]),
        'there is no event "oder"; did you mean "order"?',
        'did("order")',
    ),
    Mistake(
        "an attribute in another case, with an operand that takes too long to repeat",
        attr("City").is_in([str(each) for each in range(50)]),
        Catalog(attributes={"city": "text"}),
        'the catalog has no attribute "City" of a contact; did you mean "city"?',
        'attr("city")',
    ),
)


def findings(condition: Condition, catalog: Catalog) -> list[tuple[str, str | None]]:
    return [(each.message, each.repair) for each in check(condition, catalog)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.why)
def test_a_mistake_is_found(mistake: Mistake) -> None:
    assert (mistake.message, mistake.repair) in findings(mistake.condition, mistake.catalog)


CODES: Final = of_contacts(code=["A1", "A2"], city=["Bern", "Basel"], level=["10", "20"])

RIGHT: Final = [
    ("days and instants are compared", attr("seen").is_in([date(2024, 5, 31), YESTERDAY]),
     Catalog({"seen": "instant"})),
    ("a sum is more than each value", did("order").sum("total") > 1000, of_orders({"total": 59})),
    ("a maximum that is reached", did("order").max("total") > 10, of_orders({"total": 59})),
    ("a window that moves with time", attr("born").within_last(days=7),
     of_contacts(born=[date(1990, 6, 3)])),
    ("tomorrow may be today in another zone", attr("due").within_next(days=1),
     of_contacts(due=[NOW.date() - timedelta(days=1)])),
    ("fixed days are compared with instants in some zone",
     attr("seen").between(date(2025, 1, 1), date(2025, 1, 2)), of_contacts(seen=[YESTERDAY])),
    ("a window without an end", attr("born").between(date(1980, 1, 1), date(2030, 1, 1)),
     of_contacts(born=[date(1990, 6, 3)])),
    ("not in these days", ~attr("born").between(date(1900, 1, 1), date(1900, 1, 2)),
     of_contacts(born=[date(1990, 6, 3)])),
    ("days and instants have no common zone", attr("x").is_in([date(2023, 12, 31), YESTERDAY]),
     of_contacts(x=[date(2024, 1, 1), NOW])),
    ("texts that are no numbers are in order", attr("a") > attr("b"),
     of_contacts(a=["x", "yz"], b=["a", "bc"])),
    ("numbers of one length are in order as texts", attr("a") > attr("b"),
     of_contacts(a=["11", "12"], b=["13", "10"])),
    ("days in one form, with points", attr("day") >= "2024.03.05",
     of_contacts(day=["2024.03.04", "2024.03.09"])),
    ("days in ISO form that a catalog declares as text", attr("day") >= "2024-03-05",
     Catalog({"day": "text"})),
    ("Namibia is a country", attr("country").is_set(), of_contacts(country=["FR", "NA", "DE"])),
    ("a location may be a mapping", attr("home", "latitude") >= 40, Catalog({"home": "location"})),
    ("no contact is on a list", in_any_list().joined_within_last(days=3), of_contacts(x=[1])),
    ("an empty text is named in an aggregate", did("order").latest("s") != "",
     of_orders({"s": ""})),
    ("a choice has the text", attr("plan").contains("r"), Catalog({"plan": ["free", "pro"]})),
    ("an order of choices", attr("plan") > "a", Catalog({"plan": ["free", "pro"]})),
    ("another city is written in two ways", attr("city") == "Bern",
     of_contacts(city=["Bern", "Basel", "BASEL"])),
    ("days in one form are in order as texts", attr("day") >= "2024-01-02",
     of_contacts(day=["2024-01-01", "2024-02-01"])),
    ("no collection has a member", attr("tags").has_any(["a"]), of_contacts(tags=[[]])),
    ("codes that differ in digits are no misspellings", attr("code").is_in(["A1", "A3"]), CODES),
    ("a code that nobody has yet, beside one that is there",
     attr("code").is_in(["SKU-10", "TAG-71"]), of_contacts(code=["SKU-10", "TAG-70"])),
    ("no contact is there yet", attr("code").is_in(["A1", "B9"]), CODES),
    ("the nearest name is asked for too", attr("city").is_in(["Bern", "Berne"]), CODES),
    ("everybody but those who are not there", attr("city") != "Zug", CODES),
    ("an operand that is there in another case", attr("city").is_in(["BERN"], ignore_case=True),
     CODES),
    ("digits of one length are in order as texts", attr("level") >= "15", CODES),
    ("nothing is asked", attr("city").is_in([]), CODES),
    ("no member is asked", attr("city").has_any([]), CODES),
    ("an empty text is named", attr("x").is_set() & (attr("x") != ""), of_contacts(x=["", "a"])),
    ("empty cells and words for them are named",
     attr("x").is_set() & ~attr("x").is_in(["", "N/A"]), of_contacts(x=["", "N/A", "a"])),
    ("never with a value that is not there", did("order").never().where(prop("price") == 77),
     BASKET),
    ("not followed by an event that never is", did("order").not_followed_by(
        did("order").where(prop("price") == 77)), BASKET),
    ("in a negation of a negation the value is wanted", ~~(attr("city") == "Bern"), CODES),
    ("a day is compared with instants in some zone", attr("seen") > date(2025, 1, 1),
     of_contacts(seen=[NOW])),
    ("choices that are there", attr("plan").is_in(["free"]), Catalog({"plan": ["free", "pro"]})),
    ("a text is one of several kinds", attr("x").is_in(["a", 1]), of_contacts(x=["a", 1])),
]  # fmt: skip


@pytest.mark.parametrize(("why", "condition", "catalog"), RIGHT, ids=[why for why, *_ in RIGHT])
def test_what_is_no_mistake_is_not_found(why: str, condition: Condition, catalog: Catalog) -> None:
    assert not findings(condition, catalog), why


MANY: Final = of_contacts(total=[*range(2_000)])

REACHED: Final = (
    attr("total") >= 1_999,
    attr("total") > 1_998,
    attr("total") <= 0,
    attr("total") < 1,
    attr("total").between(-5, 0),
    attr("total").between(1_999, 2_005),
    attr("total").is_in([-1, 1_999]),
    attr("total").has_any([0]),
    ~(attr("total") > 5_000),
)
UNREACHED: Final = (
    attr("total") >= 2_000,
    attr("total") > 1_999,
    attr("total") <= -1,
    attr("total") < 0,
    attr("total").between(-5, -1),
    attr("total").between(2_000, 2_005),
    attr("total").is_in([-1, 2_000]),
    attr("total").has_any([-1]),
)


def test_the_extremes_of_many_values_are_reached() -> None:
    assert [describe(each) for each in REACHED if check(each, MANY)] == []
    assert [describe(each) for each in UNREACHED if not check(each, MANY)] == []


def test_a_doubly_negated_leaf_is_asked_for() -> None:
    assert findings(~~(attr("city") == "Zug"), CODES)
    assert findings(~did("order").never().where(prop("price") == 77), BASKET)
    assert findings(~did("order").where(prop("price") != 77), BASKET)


# --- paths ----------------------------------------------------------------------------------------

EVERYWHERE: Final = (
    attr("x") == 1,
    ~(attr("a").is_set() & ~in_list("x")),
    did("x"),
    did("order", "x"),
    did("order").where((prop("a") == 1) | ~(prop("x") == 2)),
    did("order").sum("x") > 3,
    did("order").where(prop("x") == 1).latest("a") == "b",
    did("order").followed_by(did("x")).followed_by(did("order").where(prop("x") == 1)),
    did("order").not_followed_by(did("x")),
    did("order").followed_by(did("order").where(prop("a") == first_prop("x"))),
    attr("a") == attr("x"),
    in_list("x"),
    in_segment(Segment("s", attr("x") == 1)),
)


@pytest.mark.parametrize("condition", EVERYWHERE, ids=describe)
def test_a_path_leads_to_the_mistake(condition: Condition) -> None:
    """The name ``x`` is wrong, and wherever it is, the path leads to it."""
    catalog = Catalog({"a": "text"}, [], {"order": {"a": None}})
    found = check(condition, catalog)
    assert len(found) == 1 + (str(condition).count("'x'") - 1)
    for finding in found:
        assert '"x"' in json.dumps(value_at(to_dict(condition), finding.path))


def value_at(document: Any, path: str) -> Any:  # noqa: ANN401 - any part of a document
    for step in path.removeprefix("$.").replace("[", ".").replace("]", "").split("."):
        document = document[int(step) if isinstance(document, list) else step]
    return document


def test_the_paths_of_several_segments_are_those_of_their_document() -> None:
    inner = Segment("inner", attr("x") == 1)
    outer = Segment("outer", in_segment(inner) & in_list("x"))
    segments = Segments([outer, inner])
    found = check(segments, Catalog({}, []))
    document = to_dict(segments)
    assert [value_at(document, each.path) for each in found] == ["x", ["x"]]


# --- words and work -------------------------------------------------------------------------------

HOSTILE: Final = ("\x1b[31m", "a\nb", "\u202eabc", "\ud800", '"', "\\", "{0}", "x" * 100_000)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_no_name_and_no_value_breaks_a_line_or_a_terminal(text: str) -> None:
    contact = Contact(1, {text: text, "k": text, "m": {text: 1}}, {text: None})
    events = [Event(1, text, YESTERDAY, {text: text, "n": 1})]
    catalog = Catalog.observed(MemorySource([contact], events), now=NOW)
    found: list[Finding] = []
    for other in (f"{text} ", f"{text}s"):
        for condition in (
            attr(other) == other, attr("k") == other, attr("k") >= 3, attr("m", other) == 1,
            attr(text, "y") == 1, in_list(other), did(other), did(text).where(prop(other) == 1),
            did(text).where(prop("n") == other), did(text).where(prop(text) == 1),
            attr(text) == attr(other),
        ):  # fmt: skip
            found += check(condition, catalog)
    assert len(found) >= 20
    for finding in found:
        assert finding.message.isprintable()
        assert len(finding.message) < 300
        assert (finding.repair or "").isprintable()
        assert len(finding.repair or "") <= 300


def test_each_operand_and_each_value_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = of_contacts(n=[*range(1_000)], t=[f"t{each}" for each in range(1_000)])
    counted = [(operands, "equality_key"), (operands, "value_satisfies")]
    for condition in (
        attr("n").is_in([*range(500, 50_500)]),
        attr("n").is_in([*range(1_000, 51_000)]),
        attr("t").has_any([f"t{each}" for each in range(500, 50_500)]),
        attr("t").is_in([f"T{each}" for each in range(50_000)], ignore_case=True),
    ):
        work = count_calls(monkeypatch, counted, lambda: check(condition, catalog))  # noqa: B023
        assert work <= 51_000


def test_choices_are_compared_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog({"n": [*range(1_000)]})
    condition = attr("n").is_in([*range(1_000)] * 50)
    work = count_calls(monkeypatch, [(operands, "equality_key")], lambda: check(condition, catalog))
    assert work <= 51_000


def test_a_long_list_of_operands_is_cut() -> None:
    catalog = of_contacts(tags=[["a"]], n=[1])
    for condition in (
        attr("tags").is_in([f"t{each}" for each in range(5_000)]),
        attr("n").is_in([str(each) for each in range(5_000)]),
        attr("n").is_in([*range(2, 5_000)]),
    ):
        (finding,) = check(condition, catalog)
        assert len(str(finding)) < 300


def test_a_catalog_whose_parts_were_changed_is_checked() -> None:
    """A list or an event may be added to a catalog of data."""
    observed = of_orders({"price": 3})
    catalog = attrs.evolve(observed, lists=["vip"], events={**(observed.events or {}), "new": {}})
    assert not check(in_list("vip").joined_within_last(days=3) & did("new"), catalog)


def test_events_without_a_zone_never_count() -> None:
    naive = NOW.replace(tzinfo=None)

    def order(at: object, number: int) -> Any:  # noqa: ANN401 - an event of a host
        return SimpleNamespace(contact_id=1, name="order", at=at, properties={}, id=number)

    never = Catalog.observed([(Contact(1), [order(naive, 1), order(naive, 2)])], now=NOW)
    assert [each.message for each in check(did("order"), never)] == [
        "2 events whose time is no instant with a zone: never counted",
        '2 "order" events without an instant that has a zone: none counts',
    ]
    later = Catalog.observed([(Contact(1), [order(naive, 1), order(NOW, 2)])], now=NOW)
    assert len(check(did("order"), later)) == 1


def test_conditions_that_are_built_by_hand_are_checked() -> None:
    leaf = Attribute("x", (attr("x") == "a").comparison)
    assert check(leaf, of_contacts(x=[1]))
    where = Property("x", (attr("x") == "a").comparison)
    assert check(did("order").where(where), of_orders({"x": 1}))
