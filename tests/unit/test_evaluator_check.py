"""`Evaluator.check` observes the source and compares the condition with it, in one call."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from segkit import (
    ConditionError,
    ConditionTypeError,
    Contact,
    Evaluator,
    Event,
    InstantError,
    MemorySource,
    Requirements,
    Segment,
    attr,
    did,
    in_list,
    prop,
)

NOW = datetime(2024, 6, 1, tzinfo=UTC)
OLD = Event("ada", "order", NOW - timedelta(days=200), {"total": 30})
ADA = Contact("ada", {"age": "36"}, {"vip": None})


class NarrowSource:
    """A source that yields what the requirements name, and nothing else."""

    def __init__(self) -> None:
        self.calls: list[Requirements] = []

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> Iterator[tuple[Contact[str], list[Event[str]]]]:
        self.calls.append(needs)
        assert ids is None
        attributes = {name: ADA.attributes[name] for name in needs.attributes & {"age"}}
        lists = {name: None for name in ADA.lists if name in needs.lists or needs.any_list}
        need = needs.events.get("order")
        events = []
        if need is not None and (need.since is None or OLD.at >= need.since):
            events.append(OLD)
        yield Contact("ada", attributes, lists), events


def messages(findings: Any) -> list[str]:  # noqa: ANN401 - findings
    return [finding.message for finding in findings]


def test_a_store_is_observed_whole() -> None:
    evaluator = Evaluator(MemorySource([ADA], [OLD]))
    condition = (attr("agee") >= 18) & did("ordr") & in_list("vpi")
    assert messages(evaluator.check(condition, now=NOW)) == [
        'no contact has the attribute "agee"; did you mean "age"?',
        'no event is named "ordr"; did you mean "order"?',
        'no contact is on a list "vpi"; did you mean "vip"?',
    ]


def test_a_source_that_yields_the_needs_only_gives_no_false_findings() -> None:
    source = NarrowSource()
    recent = did("order").where(prop("total") >= 10).within_last(days=3)
    segment = Segment("s", recent & in_list("vip") & attr("age").is_set())
    assert not Evaluator(source).check(segment, now=NOW)
    (needs,) = source.calls
    assert needs.everything
    assert needs.events["order"].since is None


def test_a_source_that_yields_the_needs_only_is_checked() -> None:
    found = Evaluator(NarrowSource()).check(attr("age") >= 18, now=NOW)
    assert messages(found) == ['age is text in 1 of 1 contact: "36"; a number is needed']


def test_a_sample_is_said_to_be_one() -> None:
    source = MemorySource([ADA, Contact("tim", {"agee": 9})])
    (finding,) = Evaluator(source).check(attr("agee") >= 18, sample=1, now=NOW)
    assert "that was read" in finding.message
    assert not Evaluator(source).check(attr("agee") >= 9, now=NOW)


def test_an_empty_source_is_one_finding() -> None:
    assert messages(Evaluator(MemorySource[str]()).check(did("order"), now=NOW)) == [
        "there are no contacts"
    ]


def test_now_may_be_left_out() -> None:
    later = Event("ada", "order", datetime(9000, 1, 1, tzinfo=UTC))
    found = Evaluator(MemorySource([ADA], [later])).check(did("order"))
    assert messages(found) == ['no "order" event counts yet: 1 event in the future']


def test_other_arguments_are_refused() -> None:
    evaluator = Evaluator(MemorySource([ADA]))
    with pytest.raises(ConditionTypeError):
        evaluator.check("age")  # type: ignore[arg-type]
    with pytest.raises(ConditionError, match="prop"):
        evaluator.check(prop("total") >= 3)
    with pytest.raises(InstantError, match="naive"):
        evaluator.check(attr("age") >= 3, now=datetime(2024, 1, 1))  # noqa: DTZ001 - refused
