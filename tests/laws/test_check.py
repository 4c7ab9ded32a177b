"""`check` never raises, and where it says that no value can satisfy a leaf, no contact does."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from hypothesis import event, given
from hypothesis import strategies as st

from segkit import (
    Attribute,
    Catalog,
    Condition,
    Contact,
    Evaluator,
    Limits,
    MemorySource,
    Segment,
    check,
    from_dict,
    matches,
    to_dict,
)
from segkit.model.comparisons import Comparison
from segkit.model.values import SCALARS
from segkit.testing.strategies import ContactWithEvents, histories, instants, zones
from tests.strategies.comparisons import comparisons
from tests.strategies.conditions import conditions
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


@given(conditions(), st.lists(histories(), max_size=3), instants())
def test_any_condition_is_checked_against_any_data(
    condition: Condition, facts: list[ContactWithEvents], now: datetime
) -> None:
    """The paths are those of the document, and a document with this catalog says the same."""
    rows = [(contact, list(events)) for contact, events in facts]
    catalog = Catalog.observed(rows, now=now)
    findings = check(condition, catalog)
    document = to_dict(condition)
    for finding in findings:
        assert finding.message.isprintable()
        steps = re.findall(r"\.(\w+)|\[(\d+)\]", finding.path)
        value: Any = document
        for key, index in steps[:-1]:
            value = value[key or int(index)]
        assert value is not None
    assert findings == check(Segment("s", condition), catalog) or findings
    for contact, events in rows:
        matches(condition, contact, events, now=now)  # advice changes no verdict


@given(conditions())
def test_a_catalog_that_describes_nothing_finds_nothing(condition: Condition) -> None:
    assert not check(condition, Catalog())
    document = to_dict(condition)
    assert from_dict(document, catalog=Catalog(), limits=ANY_LENGTH) == condition
