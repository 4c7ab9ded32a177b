"""`check`: each finding has the path of its document, and its repair is code that mends it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

import segkit
from segkit import (
    Catalog,
    Condition,
    Contact,
    Evaluator,
    Event,
    Field,
    Finding,
    Findings,
    MemorySource,
    Segment,
    Segments,
    attr,
    check,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
    to_dict,
)
from tests.unit.check_data import DECLARED, NOW, OBSERVED, found

NAMES: Final = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    "UTC": UTC,
    "date": date,
    "datetime": datetime,
}
PAGE: Final = Path(__file__).parents[1]
CONDITIONS: Final = re.findall(
    r"^str\(check\((.*), (observed|declared)\)\)$",
    (PAGE / "snapshots" / "findings.txt").read_text("utf-8"),
    re.MULTILINE,
)
CATALOGS: Final = {"observed": OBSERVED, "declared": DECLARED}


def value_at(document: Any, path: str) -> Any:  # noqa: ANN401 - any part of a document
    for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        document = document[key or int(index)]
    return document


@pytest.mark.parametrize(("code", "catalog"), CONDITIONS)
def test_a_path_is_one_of_the_document(code: str, catalog: str) -> None:
    condition = eval(code, dict(NAMES))  # noqa: S307 - the code of our own page
    for finding in check(condition, CATALOGS[catalog]):
        if finding.path != "$":
            assert value_at(to_dict(condition), finding.path) is not None


@pytest.mark.parametrize(("code", "catalog"), CONDITIONS)
def test_a_repair_is_written_in_the_place_of_what_it_replaces(code: str, catalog: str) -> None:
    checked = CATALOGS[catalog]
    for finding in check(eval(code, dict(NAMES)), checked):  # noqa: S307 - the code of our own page
        if finding.replaces is None:
            data = None if finding.repair is None else eval(finding.repair, dict(NAMES))  # noqa: S307 - our own repair
            assert data is None or isinstance(data, Catalog)
            continue
        assert finding.repair is not None
        assert finding.replaces in code
        mended = eval(code.replace(finding.replaces, finding.repair), dict(NAMES))  # noqa: S307 - as above
        assert finding.message not in [each.message for each in check(mended, checked)]


REST: Final = did("order").where(prop("total") > 5).within_last(days=30)


@pytest.mark.parametrize(
    ("condition", "written", "repair"),
    [
        (attr("plan") != "por", 'attr("plan") != "por"', 'attr("plan") != "pro"'),
        (~attr("plan").is_in(["por", "free"]), 'attr("plan").is_in(["por", "free"])',
         'attr("plan").is_in(["pro", "free"])'),
        (~(attr("agee") > 3), 'attr("agee") > 3', 'attr("age") > 3'),
        (attr("vip") != "yes", 'attr("vip") != "yes"', '~attr("vip").is_true()'),
        (attr("vip") != 0, 'attr("vip") != 0', '~attr("vip").is_false()'),
        (attr("vip") == 1, 'attr("vip") == 1', 'attr("vip").is_true()'),
        (attr("zip") == 75011, 'attr("zip") == 75011', 'attr("zip") == "75011"'),
        (attr("agee") != attr("age"), 'attr("agee") != attr("age")', 'attr("age") != attr("age")'),
        (attr("age") != attr("agee"), 'attr("agee")', 'attr("age")'),
        (~in_list("vpi"), 'in_list("vpi")', 'in_list("vip")'),
        (did("ordr").never().within_last(days=3), 'did("ordr")', 'did("order")'),
        (did("click", "ordr"), 'did("click", "ordr")', 'did("click", "order")'),
        (REST.sum("totl") >= 100, '.sum("totl") >= 100', '.sum("total") >= 100'),
        (REST.distinct("totl") >= 2, '.distinct("totl") >= 2', '.distinct("total") >= 2'),
        (REST.latest("totl") >= 3, '.latest("totl") >= 3', '.latest("total") >= 3'),
        (attr("tags") != "duck", 'attr("tags") != "duck"', '~attr("tags").has_any(["duck"])'),
        (REST.latest("totl") != 3, '.latest("totl") != 3', '.latest("total") != 3'),
        (attr("address_zip") == "1", 'attr("address_zip") == "1"', 'attr("address", "zip") == "1"'),
        (attr("address.zip") == "1", 'attr("address.zip") == "1"', 'attr("address", "zip") == "1"'),
        (attr("Address.Zpi") == "1", 'attr("Address.Zpi") == "1"', 'attr("address", "zip") == "1"'),
    ],
)  # fmt: skip
def test_a_repair_keeps_the_rest_of_the_condition(
    condition: Condition, written: str, repair: str
) -> None:
    (finding,) = check(condition, DECLARED)
    assert (finding.replaces, finding.repair) == (written, repair)
    assert str(finding).endswith(f"\n    write {repair} instead of {written}")


def test_findings_are_a_tuple_that_prints_one_after_the_other() -> None:
    findings = check(attr("agee") >= 18, DECLARED)
    assert isinstance(findings, Findings)
    assert findings == (Finding(
        "$.condition.path",
        'the catalog has no attribute "agee" of a contact; did you mean "age"?',
        'attr("age") >= 18',
        'attr("agee") >= 18',
    ),)  # fmt: skip
    assert not check(attr("age") >= 18, DECLARED)
    assert str(check(attr("age") >= 18, DECLARED)) == "nothing found"


def test_parts_that_are_not_described_are_not_checked() -> None:
    condition = (attr("x") == 1) & in_list("x") & did("x").where(prop("y") == 1)
    assert not check(condition, Catalog())
    assert not check(condition, Catalog(attributes={"x": None}, lists=["x"], events=["x"]))
    assert len(check(condition, Catalog(attributes={}, lists=[], events={}))) == 3
    assert not check(did("x").sum("y") >= 3, Catalog(events={"x": None}))


def test_a_field_of_any_kind_is_not_checked() -> None:
    catalog = Catalog(attributes={"x": None, "m": {"y": None}})
    for condition in (
        attr("x") >= 3, attr("x", "y") == 1, attr("m", "y") == "a", attr("m", "y", "z") == 1,
        attr("x").is_set(), attr("m").is_set(), attr("x") == attr("m", "y"), attr("x") > attr("x"),
    ):  # fmt: skip
        assert not check(condition, catalog)


def test_several_names_share_what_one_of_them_has() -> None:
    events = {"order": {"total": "number"}, "refund": {"amount": "number"}}
    catalog = Catalog(events=events)
    assert not check(did("order", "refund").where(prop("total") > 3), catalog)
    (finding,) = check(did("order", "refund").where(prop("totl") > 3), catalog)
    assert finding.repair == 'prop("total") > 3'
    assert not check(
        did("order", "click").where(prop("x") > 3), Catalog(events={**events, "click": None})
    )


def test_segments_that_are_referred_to_by_name_are_checked_once() -> None:
    adults = Segment("adults", attr("agee") >= 18)
    segments = Segments([adults, Segment("others", ~in_segment(adults) & in_list("vpi"))])
    assert [finding.path for finding in check(segments, DECLARED)] == [
        "$.segments[0].condition.path",
        "$.segments[1].condition.parts[1].name",
    ]


def test_events_of_unknown_contacts_are_found() -> None:
    order = Event("1", "order", NOW, {"total": 3})
    catalog = Catalog.observed(MemorySource([Contact(1)], [order]), now=NOW)
    (finding,) = check(did("order"), catalog)
    assert finding.path == "$"
    assert finding.message.startswith("1 event of 1 unknown contact")
    assert finding.message.endswith("ids of two types: int and text")
    assert not check(in_any_list(), catalog)


def test_names_that_differ_in_case_or_spaces_are_found() -> None:
    contacts = [
        Contact("a", {"email": "x"}, {"vip": None}),
        Contact("b", {"Email ": "y"}, {"VIP": None}),
    ]
    names = ["order", "Order", "check_in", "Check-In", "check.in"]
    events = [Event("a", name, NOW, {"id": 1}) for name in names]
    catalog = Catalog.observed(MemorySource(contacts, events), now=NOW)
    condition = attr("email").is_set() & in_list("vip") & did("order") & did("check_in")
    assert [finding.message for finding in check(condition, catalog)] == [
        'there is also the attribute "Email ", which differs in case or spaces only',
        'there is also the list "VIP", which differs in case or spaces only',
        'there is also the event "Order", which differs in case or spaces only',
        (
            'there is also the event "Check-In", "check.in", which differs in case, spaces or '
            "hyphens only"
        ),
    ]


def test_names_that_somebody_declared_are_meant() -> None:
    catalog = Catalog(attributes={"email": "text", "Email ": "text"}, lists=["vip", "VIP"])
    assert not check((attr("email") == "x") & in_list("vip"), catalog)


def test_words_for_no_value_are_found() -> None:
    contacts = [Contact(name, {"phone": phone}) for name, phone in [("a", "N/A"), ("b", "06")]]
    catalog = Catalog.observed(MemorySource(contacts), now=NOW)
    (finding,) = check(attr("phone").is_set(), catalog)
    assert finding.repair is not None
    mended = eval(finding.repair, dict(NAMES))  # noqa: S307 - our own repair
    assert Evaluator(MemorySource(contacts)).members(mended, now=NOW) == {"b"}


def test_a_collection_with_another_separator_is_read_with_it() -> None:
    catalog = Catalog.observed(MemorySource([Contact("a", {"tags": "x;y"})]), now=NOW)
    assert found(attr("tags").has_any(["y"]), catalog)[0][2] == (
        'Catalog(attributes={"tags": Field("collection", separator=";")})'
    )


def test_naive_times_and_values_without_kind_are_named() -> None:
    class Host:
        id, lists = "a", dict[str, Any]()

        def __init__(self, value: object) -> None:
            self.attributes = {"x": value}

    naive = Catalog.observed([(Host(datetime(2024, 1, 1)), [])], now=NOW)  # noqa: DTZ001 - naive
    assert found(attr("x").within_last(days=3), naive)[0][1:] == (
        "x is a naive datetime in 1 of 1 contact; a day or an instant is needed: attach a zone",
        'Catalog(attributes={"x": "instant"})',
    )
    other = Catalog.observed([(Host(b"x"), [])], now=NOW)
    assert "a value that cannot be compared in 1 of 1" in found(attr("x") == "x", other)[0][1]


def test_long_names_and_values_are_cut() -> None:
    long = "x" * 10_000
    catalog = Catalog.observed(MemorySource([Contact("a", {long: long, "k": long})]), now=NOW)
    for condition in (attr("z" * 10_000) == 1, attr(long) == 1, attr("k") == 1, attr("k") == "y"):
        for finding in check(condition, catalog):
            assert len(str(finding)) < 1_000


def test_a_long_list_of_operands_is_searched_in_linear_time() -> None:
    contacts = [Contact(number, {"n": number, "t": str(number)}) for number in range(900)]
    catalog = Catalog.observed(MemorySource(contacts), now=NOW)
    operands = [*range(50_000)]
    assert not check(attr("n").is_in(operands), catalog)
    assert not check(attr("t").is_in([str(each) for each in operands]), catalog)
    (finding,) = check(attr("n").is_in([each + 900 for each in operands]), catalog)
    assert len(finding.message) < 200


def test_choices_of_a_collection_are_those_of_its_members() -> None:
    catalog = Catalog(attributes={"tags": Field("collection", choices=["a", "b"])})
    assert not check(attr("tags").has_any(["a"]), catalog)
    assert len(check(attr("tags").has_any(["c"]), catalog)) == 1


def test_a_sample_says_nothing_of_values_that_are_not_there() -> None:
    contacts = [Contact(number, {"n": number}) for number in range(10)]
    catalog = Catalog.observed(MemorySource(contacts), 5, now=NOW)
    assert not check(attr("n") >= 7, catalog)
    assert check(attr("m") >= 7, catalog)[0].message.startswith("no contact that was read has")


def test_leaves_without_names_have_no_findings() -> None:
    assert not check(sample(percent=10, salt="x"), OBSERVED)
    step = did("click").where(prop("page") == first_prop("page"))
    assert not check(did("click").followed_by(step), OBSERVED)
