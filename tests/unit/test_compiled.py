"""Compiled conditions: errors, when a matcher compiles, caches, threads, tracebacks."""

from __future__ import annotations

import gc
import linecache
import pickle
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Condition,
    ConditionError,
    ConditionTypeError,
    Contact,
    Event,
    FactsError,
    History,
    InstantError,
    Segment,
    ZoneError,
    all_of,
    attr,
    compile_condition,
    did,
    in_any_list,
    in_list,
    matches,
    prop,
)
from segkit.clock import EvaluationContext, intervals
from segkit.operations.evaluation import compiler, expression_source, function_source
from segkit.operations.evaluation import matches as matches_module
from segkit.operations.evaluation.matches import COMPILE_AFTER
from tests.unit.evaluation import NOW, HostContact, HostEvent
from tests.unit.reference_calls import counting_fallbacks, matches_by_reference

ADA: Final = Contact("ada", {"plan": "pro", "age": 36}, {"vip": NOW - timedelta(days=3)})


def orders(*days_ago: float, name: str = "order") -> list[Event[str]]:
    return [Event("ada", name, NOW - timedelta(days=days)) for days in days_ago]


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda m: m(ADA, now=datetime(2022, 10, 1)), InstantError, "is naive"),  # noqa: DTZ001
        (lambda m: m(ADA, now="2022-10-01"), InstantError, "fromisoformat"),
        (lambda m: m.at(None), InstantError, "aware datetime; got None"),
        (lambda m: m({}, now=NOW), FactsError, "is not a contact"),
        (lambda m: m(HostContact(id=1), [HostEvent()], now=NOW), FactsError, "pass the contact's"),
        (lambda m: m(ADA, [Event("tim", "order", NOW)], now=NOW), FactsError, "own events only"),
        (lambda m: m(ADA, [Event("tim", "visit", NOW)], now=NOW), FactsError, "own events only"),
        (lambda m: m(ADA, [*orders(1), 5], now=NOW), FactsError, "5 is not an event"),
        (lambda m: m(ADA, None, now=NOW), FactsError, "a list or any iterable; got None"),
        (lambda m: m(ADA, "order", now=NOW), FactsError, "got 'order'"),
        (lambda m: m(ADA, History([Event("tim", "order", NOW)]), now=NOW), FactsError, "'tim'"),
    ],
    ids=[
        "a naive now", "a text instead of a now", "no now to bind", "not a contact",
        "a host event of another contact", "an event of another contact",
        "an event of another contact with another name",
        "not an event", "None instead of events",
        "a text instead of events", "a history of another contact",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "condition",
    [did("order"), did("order").where(prop("total") > 5), (attr("plan") == "x") & did("order")],
    ids=["a count", "a count with where", "a false attribute and a count"],
)
@pytest.mark.parametrize("compile_after", [0, 20], ids=["compiled", "not compiled yet"])
def test_a_matcher_raises_the_errors_of_matches(  # noqa: PLR0917
    monkeypatch: pytest.MonkeyPatch,
    compile_after: int,
    condition: Condition,
    call: Callable[[Any], object],
    error: type[Exception],
    text: str,
) -> None:
    monkeypatch.setattr(matches_module, "COMPILE_AFTER", compile_after)
    with pytest.raises(error, match=text.replace("(", r"\(")):
        call(compile_condition(condition))


@pytest.mark.parametrize("now", ["2022-10-01", 5, datetime(2022, 10, 1)], ids=repr)  # noqa: DTZ001
def test_a_now_that_is_not_an_instant_is_refused_in_later_calls_too(now: Any) -> None:  # noqa: ANN401
    """In later calls the matcher is bound to a now, and compares the new now with it."""
    matcher = compile_condition(did("order"))
    matcher(ADA, orders(1), now=NOW)
    with pytest.raises(InstantError):
        matcher(ADA, orders(1), now=now)


def test_only_conditions_about_contacts_are_compiled() -> None:
    with pytest.raises(ConditionError, match="evaluated on one event"):
        compile_condition(prop("total") > 5)
    with pytest.raises(ConditionTypeError, match="takes a condition"):
        compile_condition("plan is pro")  # type: ignore[arg-type]
    with pytest.raises(ZoneError, match="no time zone"):
        compile_condition(attr("age") > 5, tz="Europe/Pariss")


def test_events_that_a_condition_does_not_need_are_not_read() -> None:
    """[E6]: they are neither read nor checked, before and after the matcher compiles."""

    class Unread:
        def __iter__(self) -> Iterator[Event[str]]:
            pytest.fail("read")

    matcher = compile_condition(attr("plan") == "pro")
    for _ in range(COMPILE_AFTER + 2):
        assert matcher(ADA, Unread(), now=NOW)
    assert matcher.at(NOW)(ADA, Unread())
    assert matcher.at(NOW)(ADA, None)  # type: ignore[arg-type]
    assert matcher.at(NOW)(ADA, [Event("tim", "order", NOW)])


def test_an_id_that_raises_when_compared_belongs_to_no_other_contact() -> None:
    """[E6]."""

    class RaisingId:
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            raise OSError

    owner = RaisingId()
    match = compile_condition(did("order")).at(NOW)
    contact = Contact(owner, {"plan": "pro"})
    assert match(contact, [Event(owner, "order", NOW)])
    with pytest.raises(FactsError, match="own events only"):
        match(contact, [Event(RaisingId(), "order", NOW)])


def test_a_sum_reads_properties_of_any_mapping_class() -> None:
    """[K6]: with and without the fast path for sums of floats."""
    match = compile_condition(did("order").sum("total", "net") >= 5).at(NOW)
    for total in (7.5, 5):
        event = HostEvent("order", NOW, MappingProxyType({"total": {"net": total}}))
        assert match(HostContact(), [event])
    assert not match(HostContact(), [HostEvent("order", NOW, {"total": {"net": 4}})])


def test_an_error_of_the_iterator_of_a_host_is_raised_unchanged() -> None:
    def broken() -> Iterator[Event[str]]:
        yield from orders(1)
        raise OSError("the cursor was closed")

    with pytest.raises(OSError, match="the cursor was closed"):
        compile_condition(did("order")).at(NOW)(ADA, broken())


# --- when it compiles, and how often -------------------------------------------------------------


@pytest.fixture
def fallbacks() -> Iterator[list[Condition]]:
    """The conditions that the reference evaluated, one entry for each evaluation."""
    with counting_fallbacks(first_calls=True) as evaluated:
        yield evaluated


def test_a_matcher_compiles_after_a_number_of_calls_of_the_reference(
    fallbacks: list[Condition],
) -> None:
    matcher = compile_condition(did("order").within_last(days=30))
    for _ in range(100):
        assert matcher(ADA, orders(3), now=NOW)
    assert len(fallbacks) == COMPILE_AFTER
    assert matcher.at(NOW)(ADA, orders(3))
    assert len(fallbacks) == COMPILE_AFTER


def test_calls_with_different_nows_are_counted(fallbacks: list[Condition]) -> None:
    matcher = compile_condition(did("order").within_last(days=30))
    for second in range(100):
        assert matcher(ADA, orders(3), now=NOW + timedelta(seconds=second))
    assert len(fallbacks) == COMPILE_AFTER


PLAIN: Final = all_of(
    attr("plan") == "pro",
    attr("age").between(18, 40.5),
    attr("plan").is_in(["pro", "team"]) | attr("age").is_in([1, 2]),
    attr("phone").is_set() | attr("email").is_set() | attr("plan").is_set(),
    in_list("vip").joined_within_last(days=5),
    did("order", "booking").at_least(2).within_last(months=1),
    did("order").at_least(1).at_most(3).where(prop("total") >= 0.1),
    did("order").sum("total") > 0.25,
)


def test_plain_data_never_needs_the_reference(fallbacks: list[Condition]) -> None:
    """Such a fault would make evaluation slow, and would not change any verdict."""
    match = compile_condition(PLAIN).at(NOW)
    events = [
        Event("ada", "order", NOW - timedelta(days=days), {"total": total})
        for days, total in ((1, 0.1), (2, 0.2), (40, None))
    ]
    host = [HostEvent(each.name, each.at, each.properties) for each in events]
    contact = HostContact("ada", dict(ADA.attributes), dict(ADA.lists))
    for facts in ((ADA, events), (ADA, History(events)), (contact, host), (contact, History(host))):
        assert match(*facts)
        assert matches_by_reference(PLAIN, *facts, now=NOW)
    assert fallbacks == []


def test_conditions_of_one_shape_are_compiled_once() -> None:
    """The source contains no value of a condition, so many segments share a few sources."""
    compiler.compile_source.cache_clear()
    for number in range(2, 50):
        condition = did(f"event {number}").at_least(number).within_last(days=number)
        compile_condition(condition & (attr(f"a{number}") == f"b{number}")).at(NOW)
    assert compiler.compile_source.cache_info().misses == 1


def test_the_cache_of_sources_is_bounded() -> None:
    assert compiler.compile_source.cache_info().maxsize == 512


def test_the_source_contains_no_text_of_the_condition() -> None:
    """Text from the form of a user is never compiled as Python."""
    hostile = "'); import os; ('\n<0>"
    condition = (
        (attr(hostile) == hostile)
        & in_list(hostile)
        & did(hostile).where(prop(hostile).contains(hostile))
    )
    match = compile_condition(condition).at(NOW)
    assert "import" not in function_source.build_source(
        condition, expression_source.SourceBuilder()
    )
    facts = (
        Contact("ada", {hostile: hostile}, {hostile: None}),
        [Event("ada", hostile, NOW, {hostile: hostile})],
    )
    assert match(*facts)
    assert not match(Contact("ada"), [])


def test_months_are_computed_once_for_each_now(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    plus_months = intervals._plus_months  # noqa: SLF001

    def counting(moment: datetime, months: int) -> object:
        counted.append(months)
        return plus_months(moment, months)

    monkeypatch.setattr(intervals, "_plus_months", counting)
    condition = did("order").within_last(months=1) | did("cart").within_last(months=1)
    matcher = compile_condition(condition | attr("since").within_last(months=2))
    for now in (NOW, NOW + timedelta(days=1)):
        match = matcher.at(now)
        for _ in range(50):
            match(ADA, orders(40, name="visit"))
    assert sorted(counted) == [-2, -2, -1, -1]


class CountingList(list[datetime]):
    """A list of instants that counts how often an instant is read."""

    number = 0

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401
        self.number += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("number", [1, 2, 50])
def test_a_count_in_a_rolling_window_reads_one_or_two_instants(number: int) -> None:
    """Of any number of events, the *number*-th latest and, if it is in the window, the latest."""
    history = History(orders(*range(1000)))
    instants = history.instants["order"] = CountingList(history.instants["order"])
    match = compile_condition(did("order").at_least(number).within_last(days=30)).at(NOW)
    assert match(ADA, history) is (number <= 30)
    assert instants.number == {1: 1, 2: 2, 50: 1}[number]


def test_a_count_in_a_window_of_the_past_is_a_binary_search() -> None:
    history = History(orders(*range(1000)))
    instants = history.instants["order"] = CountingList(history.instants["order"])
    match = compile_condition(did("order").between_ago(days=(600, 500)).at_least(100)).at(NOW)
    assert match(ADA, history)
    assert instants.number <= 1 + 2 * 10  # two binary searches in 1,000 instants


@pytest.mark.parametrize("names", [["order"], ["order", "booking"]], ids=["one", "several"])
def test_a_count_in_a_window_of_the_past_includes_its_first_instant(names: list[str]) -> None:
    """Also when later events make a binary search necessary [T1]."""
    first = Event("ada", names[-1], NOW - timedelta(days=60) + datetime.resolution)
    before = Event("ada", names[-1], NOW - timedelta(days=60))
    match = compile_condition(did(*names).at_least(2).between_ago(days=(60, 50))).at(NOW)
    for events, expected in (([first], True), ([before], False)):
        all_events = [*events, *orders(55, 1), *orders(1, name=names[-1])]
        assert match(ADA, History(all_events)) is expected
        assert match(ADA, all_events) is expected


# --- the current time, pickles, zones, threads, tracebacks ----------------------------------------


def test_without_a_now_a_matcher_uses_the_current_time() -> None:
    matcher = compile_condition(did("order").within_last(days=1))
    recent = [Event("ada", "order", datetime.now(UTC))]
    for _ in range(30):
        assert matcher(ADA, recent)
        assert not matcher(ADA, orders(0))


def test_a_matcher_of_a_segment_shows_its_condition_and_zone() -> None:
    matcher = compile_condition(Segment("pros", attr("plan") == "pro"), tz="Europe/Paris")
    assert matcher.condition == (attr("plan") == "pro")
    assert matcher.tz == ZoneInfo("Europe/Paris")
    assert repr(matcher) == "<Matcher of Attribute(('plan',), Comparison('==', operand='pro'))>"


def test_a_matcher_is_pickled_as_its_condition_and_zone() -> None:
    """The code is not pickled; the new matcher compiles it again."""
    matcher = compile_condition(PLAIN, tz="Europe/Paris")
    matcher.at(NOW)
    again = pickle.loads(pickle.dumps(matcher))  # noqa: S301
    assert again.condition == PLAIN
    assert again.tz == ZoneInfo("Europe/Paris")
    assert len(pickle.dumps(matcher)) < len(pickle.dumps((PLAIN, ZoneInfo("Europe/Paris")))) + 200


def test_days_are_days_of_the_zone_of_the_matcher() -> None:
    event = [Event("ada", "order", datetime(2022, 9, 30, 22, 30, tzinfo=UTC))]
    today = did("order").during("day")
    assert compile_condition(today, tz="Europe/Paris").at(NOW)(ADA, event)
    assert not compile_condition(today).at(NOW)(ADA, event)


def test_an_equal_now_is_not_bound_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """``now=datetime(...)`` inside a loop is a new object in each call."""
    bound: list[EvaluationContext] = []
    compile_to_bind = compiler._compile  # noqa: SLF001

    def counted(condition: Condition) -> Callable[[EvaluationContext], compiler.BoundMatcher]:
        bind = compile_to_bind(condition)

        def counted_bind(context: EvaluationContext) -> compiler.BoundMatcher:
            bound.append(context)
            return bind(context)

        return counted_bind

    monkeypatch.setattr(compiler, "_compile", counted)
    monkeypatch.setattr(matches_module, "COMPILE_AFTER", 0)
    matcher = compile_condition(did("order").within_last(days=30))
    for _ in range(50):
        assert matcher(ADA, orders(3), now=datetime(2022, 10, 1, tzinfo=UTC))
    assert len(bound) == 1
    paris = ZoneInfo("Europe/Paris")
    ambiguous = datetime(2022, 10, 30, 2, 30, tzinfo=paris)  # at 00:30 and at 01:30 UTC
    event = [Event("ada", "order", datetime(2022, 10, 30, 1, tzinfo=UTC))]
    assert [matcher(ADA, event, now=ambiguous.replace(fold=fold)) for fold in (0, 1, 0)] == [
        False, True, False,
    ]  # fmt: skip


class Folding(dict[str, object]):
    """A mapping of a host application that ignores case, like mappings of HTTP headers."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(str(key).lower())

    def __getitem__(self, key: str) -> object:
        return super().__getitem__(key.lower())


class Failing(dict[str, object]):
    def __getitem__(self, key: str) -> object:
        raise ValueError(key)


@pytest.mark.parametrize("lists", [Folding(vip=NOW), Failing(vip=NOW), MappingProxyType({}), 5])
@pytest.mark.parametrize(
    "condition",
    [
        in_list("VIP"), in_list("vip"), in_any_list(), in_list("VIP").joined_within_last(days=1),
        in_any_list().joined_within_last(days=1),
    ],
    ids=repr,
)  # fmt: skip
def test_a_host_mapping_of_lists_is_read_as_by_the_reference(
    condition: Condition, lists: object
) -> None:
    contact = HostContact(lists=lists)
    assert compile_condition(condition).at(NOW)(contact) is matches(condition, contact, now=NOW)


@pytest.mark.parametrize("value", [None, object(), 5])
def test_a_value_that_is_not_a_contact_is_refused_with_and_without_event_leaves(value: Any) -> None:  # noqa: ANN401
    for condition in (attr("plan") == "pro", did("order"), did("order").sum("total") > 5):
        with pytest.raises(FactsError, match="is not a contact"):
            compile_condition(condition).at(NOW)(value, orders(1))


def test_the_condition_and_zone_of_a_matcher_cannot_be_assigned() -> None:
    matcher = compile_condition(attr("plan") == "pro")
    with pytest.raises(AttributeError):
        matcher.condition = attr("plan") == "free"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        matcher.tz = ZoneInfo("Europe/Paris")  # type: ignore[misc]


def test_threads_with_different_nows_do_not_mix_them_up() -> None:
    matcher = compile_condition(did("order").within_last(days=30))
    history = History(orders(10))
    nows = [(NOW + timedelta(days=days), days < 20) for days in range(40)]

    def is_correct(call: int) -> bool:
        now, expected = nows[call % 40]
        return matcher(ADA, history, now=now) is expected

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(is_correct, range(8000)))


def test_a_traceback_shows_the_generated_line_and_one_error() -> None:
    """The error is from an object of the host application. The reference raises it again."""

    class Lazy(HostContact):
        @property
        def attributes(self) -> dict[str, object]:
            raise OSError("the row was deleted")

        @attributes.setter
        def attributes(self, value: object) -> None: ...

    with pytest.raises(OSError, match="the row was deleted") as caught:
        compile_condition(attr("plan") == "pro").at(NOW)(Lazy())
    shown = "".join(traceback.format_exception(caught.value))
    assert "return reference(context, contact, events, failure)" in shown
    assert shown.count("Traceback") == 1


def test_the_error_for_an_event_of_another_contact_has_no_context() -> None:
    with pytest.raises(FactsError) as caught:
        compile_condition(did("order")).at(NOW)(ADA, [Event("tim", "order", NOW)])
    assert caught.value.__context__ is None


def test_source_lines_are_kept_for_tracebacks_as_long_as_their_code() -> None:
    """The number of cached sources has the same bound as the number of functions."""
    evicted: Any = compile_condition(attr("plan") == "pro").at(NOW)
    compiler.compile_source.cache_clear()
    match: Any = compile_condition(attr("plan") == "pro").at(NOW)
    filename = match.__code__.co_filename
    compiler.compile_source.cache_clear()
    del evicted
    gc.collect()
    assert "def matches_now(contact" in "".join(linecache.getlines(filename))
    del match
    gc.collect()
    assert linecache.getlines(filename) == []
