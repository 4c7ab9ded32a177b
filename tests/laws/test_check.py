"""`check` never raises, and where it says that no value can satisfy a leaf, no contact does."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final, cast

import attrs
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import segkit
from segkit import (
    Attribute,
    Catalog,
    Condition,
    Contact,
    Evaluator,
    EventCount,
    EventValue,
    Limits,
    ListMembership,
    MemorySource,
    Property,
    Segment,
    check,
    did,
    from_dict,
    matches,
    to_dict,
)
from segkit.model.comparisons import Comparison
from segkit.model.values import SCALARS
from segkit.testing.strategies import (
    EVENTS,
    LISTS,
    PATHS,
    ContactWithEvents,
    histories,
    instants,
    zones,
)
from tests.strategies.comparisons import comparisons
from tests.strategies.conditions import conditions
from tests.strategies.leaves import leaves
from tests.strategies.world import WIDE

NOW: Final = datetime(2022, 10, 15, 9, 30, tzinfo=UTC)
ANY_LENGTH: Final = Limits(years=10**9)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.decimals(-3, 40, places=1),
    st.floats(-3, 40, width=16),
    st.sampled_from(["a", "b", "A", "ab", "Paris", "paris ", "", "18", "3.10.0", "yes", "x, y"]),
    st.dates(NOW.date() - timedelta(days=900), NOW.date() + timedelta(days=900)),
    st.datetimes(datetime(2020, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - naive bounds
)
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.dictionaries(st.sampled_from("abc"), scalars, max_size=2),
    st.lists(st.just({"sku": "A"}), max_size=2),
)
single_comparisons = st.sampled_from(sorted(SCALARS, key=lambda kind: kind.value)).flatmap(
    lambda kind: comparisons(WIDE, kind)
)

NEVER: Final = re.compile(
    r"satisfies it: the values are|in the data: the values are|has no value in any of|is needed$"
    r"|is needed: attach a zone$|for its members write has_any$|by has_any only$|, and needs "
    r"|no contact has the attribute|the members of x are of the kind|text that holds several"
)


def store(of_x: list[Any]) -> MemorySource[int]:
    return MemorySource(Contact(number, {"x": value}) for number, value in enumerate(of_x))


@given(st.lists(values, min_size=1, max_size=6), single_comparisons, zones())
def test_a_leaf_that_nothing_can_satisfy_has_no_member(
    of_x: list[Any], comparison: Comparison, tz: tzinfo
) -> None:
    source, condition = store(of_x), Attribute("x", comparison)
    findings = check(condition, Catalog.observed(source, now=NOW))
    never = [each for each in findings if NEVER.search(each.message)]
    event("never" if never else "perhaps")
    if never and not any("false for these" in each.message for each in findings):
        found = Evaluator(source, tz=tz).members(condition, now=NOW)
        assert not found, (never, [of_x[number] for number in found])


@given(st.lists(values, min_size=1, max_size=6), single_comparisons)
def test_a_catalog_without_examples_knows_less_and_nothing_else(
    of_x: list[Any], comparison: Comparison
) -> None:
    source, condition = store(of_x), Attribute("x", comparison)
    findings = check(condition, Catalog.observed(source, now=NOW, examples=False))
    if any("satisfies it" in each.message for each in findings):
        assert not Evaluator(source).members(condition, now=NOW)


OF_EVENTS: Final = re.compile(
    r"^no event is named|^no contact is on a list|^it is not known when|never equal"
    r"|has the (attribute|property) |a path goes through mappings only"
)
"""Findings of other leaves than those of one attribute, of which each is about the whole leaf."""


@st.composite
def single_leaves(draw: DrawFn) -> Condition:
    """Generate leaves that are false where a part of them is never true."""
    kind = draw(st.sampled_from([Attribute, ListMembership, EventCount, EventValue, Property]))
    if kind is Property:
        of_event = cast("Attribute", draw(leaves()[Attribute]))
        where = Property(of_event.path, of_event.comparison)
        return did(draw(st.sampled_from(EVENTS))).where(where)
    leaf = draw(leaves()[kind])
    if isinstance(leaf, EventCount) and not leaf.minimum:
        return attrs.evolve(leaf, minimum=1, maximum=None)
    if isinstance(leaf, EventValue) and leaf.aggregate in ("sum", "distinct"):
        return attrs.evolve(leaf, comparison=Comparison(">", 0))  # without events they are 0
    return leaf


@given(single_leaves(), st.lists(histories(), min_size=1, max_size=3), instants(), zones())
def test_a_leaf_of_what_is_not_there_has_no_member(
    leaf: Condition, facts: list[ContactWithEvents], now: datetime, tz: tzinfo
) -> None:
    """Also properties, lists, other values of events, and values as hosts have them."""
    findings = check(leaf, Catalog.observed(facts, now=now))
    never = [
        each.message
        for each in findings
        if OF_EVENTS.search(each.message) or NEVER.search(each.message)
        if not each.path.startswith("$.condition.where.part")  # a part of a condition
    ]
    if getattr(leaf, "names", ("",))[1:]:
        never = [message for message in never if not message.startswith("no event is named")]
    event("never" if never else "perhaps")
    for contact, events in facts if never else ():
        assert not matches(leaf, contact, events, now=now, tz=tz), never


def value_at(document: Any, path: str) -> Any:  # noqa: ANN401 - any part of a document
    for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        document = document[key or int(index)]
    return document


@given(conditions(), st.lists(histories(), max_size=3), instants())
def test_any_condition_is_checked_against_any_data(
    condition: Condition, facts: list[ContactWithEvents], now: datetime
) -> None:
    """The paths are those of the document, and no sentence breaks a line or a terminal."""
    catalog = Catalog.observed(facts, now=now)
    for tested in (condition, Segment("s", condition)):
        document = to_dict(tested)
        for finding in check(tested, catalog):
            value_at(document, finding.path)  # raises if it leads nowhere
            assert finding.message.isprintable()
            assert (finding.repair or "").isprintable()


@given(conditions())
def test_any_condition_is_checked_against_declared_catalogs(condition: Condition) -> None:
    """Nothing is there, everything is text, and some things have choices."""
    text = {path[0]: "text" for path, _ in PATHS}
    chosen = {path[0]: ["a", "b"] for path, _ in PATHS}
    document = to_dict(condition)
    for names in ({}, text, chosen):
        for lists in (LISTS[:0], LISTS):
            catalog = Catalog(names, lists, dict.fromkeys(EVENTS, names) if lists else {})
            for finding in check(condition, catalog):
                value_at(document, finding.path)


PUBLIC: Final = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    "UTC": UTC,
    "date": date,
    "datetime": datetime,
    "Decimal": Decimal,
}


@given(
    st.lists(values, min_size=1, max_size=6),
    single_comparisons,
    st.sampled_from(["x", "X", "xx", "x "]),
    st.booleans(),
)
def test_a_repair_is_code_that_removes_its_finding(
    of_x: list[Any], comparison: Comparison, name: str, is_negated: bool
) -> None:
    catalog = Catalog.observed(store(of_x), now=NOW)
    condition: Condition = Attribute(name, comparison)
    condition = ~condition if is_negated else condition
    for finding in check(condition, catalog):
        if finding.repair is None:
            continue
        repaired = eval(finding.repair, dict(PUBLIC))  # noqa: S307 - our own repair
        event(type(repaired).__name__)
        if finding.replaces is None:
            assert isinstance(repaired, Catalog)
            continue
        written = eval(finding.replaces, dict(PUBLIC))  # noqa: S307 - as above
        if isinstance(repaired, Condition):
            assert finding.message not in [each.message for each in check(repaired, catalog)]
            assert written in (condition, Attribute(name, comparison))
        else:
            assert repr(written) == f"attr({name!r})"


@given(conditions())
def test_a_catalog_that_describes_nothing_finds_nothing(condition: Condition) -> None:
    assert not check(condition, Catalog())
    document = to_dict(condition)
    assert from_dict(document, catalog=Catalog(), limits=ANY_LENGTH) == condition
