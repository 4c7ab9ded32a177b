"""A compiled condition: what it promises besides the right answer."""

from __future__ import annotations

import gc
import inspect
import linecache
import pickle
import sys
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
    any_of,
    at_least,
    attr,
    compile_condition,
    did,
    in_any_list,
    in_list,
    matches,
    prop,
)
from segkit.clock import EvaluationContext, intervals
from segkit.model.base import MAX_DEPTH
from segkit.operations.compilation import function_source, source_builder
from segkit.operations.compilation import matcher as matchers
from tests.unit.asking import NOW, Happening, Person
from tests.unit.reference_calls import counting_fallbacks

ADA: Final = Contact("ada", {"plan": "pro", "age": 36}, {"vip": NOW - timedelta(days=3)})


def orders(*days_ago: float, name: str = "order") -> list[Event[str]]:
    return [Event("ada", name, NOW - timedelta(days=days)) for days in days_ago]


# --- what it refuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda m: m(ADA, now=datetime(2022, 10, 1)), InstantError, "is naive"),  # noqa: DTZ001
        (lambda m: m(ADA, now="2022-10-01"), InstantError, "fromisoformat"),
        (lambda m: m.at(None), InstantError, "aware datetime; got None"),
        (lambda m: m({}, now=NOW), FactsError, "is not a contact"),
        (lambda m: m(Person(id=1), [Happening()], now=NOW), FactsError, "pass the contact's"),
        (lambda m: m(ADA, [Event("tim", "order", NOW)], now=NOW), FactsError, "own events only"),
        (lambda m: m(ADA, [*orders(1), 5], now=NOW), FactsError, "5 is not an event"),
        (lambda m: m(ADA, None, now=NOW), FactsError, "a list or any iterable; got None"),
        (lambda m: m(ADA, "order", now=NOW), FactsError, "got 'order'"),
        (lambda m: m(ADA, History([Event("tim", "order", NOW)]), now=NOW), FactsError, "'tim'"),
    ],
    ids=[
        "a naive now", "a text for a now", "no now to be bound to", "no contact",
        "another's event of the host", "another's event", "no event", "no events at all",
        "a text for events", "another's history",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "condition",
    [did("order"), did("order").where(prop("total") > 5), (attr("plan") == "x") & did("order")],
    ids=["of counts", "of properties", "of attributes that are false, and counts"],
)
@pytest.mark.parametrize("patience", [0, 20], ids=["compiled", "not compiled yet"])
def test_it_refuses_what_matches_refuses(  # noqa: PLR0917
    monkeypatch: pytest.MonkeyPatch,
    patience: int,
    condition: Condition,
    ask: Callable[[Any], object],
    error: type[Exception],
    said: str,
) -> None:
    monkeypatch.setattr(matchers, "_COMPILE_AFTER", patience)
    with pytest.raises(error, match=said.replace("(", r"\(")):
        ask(compile_condition(condition))


@pytest.mark.parametrize("now", ["2022-10-01", 5, datetime(2022, 10, 1)], ids=repr)  # noqa: DTZ001
def test_a_now_that_is_none_is_refused_after_others_too(now: Any) -> None:  # noqa: ANN401
    """There is a now by then that it could be compared with."""
    matcher = compile_condition(did("order"))
    matcher(ADA, orders(1), now=NOW)
    with pytest.raises(InstantError):
        matcher(ADA, orders(1), now=now)


def test_only_conditions_of_contacts_are_compiled() -> None:
    with pytest.raises(ConditionError, match="asked of one event"):
        compile_condition(prop("total") > 5)
    with pytest.raises(ConditionTypeError, match="takes a condition"):
        compile_condition("plan is pro")  # type: ignore[arg-type]
    with pytest.raises(ZoneError, match="no time zone"):
        compile_condition(attr("age") > 5, tz="Europe/Pariss")


def test_events_that_are_not_asked_for_stay_unread() -> None:
    """[E6]: neither read nor checked, compiled or not."""

    class Unread:
        def __iter__(self) -> Iterator[Event[str]]:
            pytest.fail("read")

    matcher = compile_condition(attr("plan") == "pro")
    for _ in range(matchers._COMPILE_AFTER + 2):  # noqa: SLF001
        assert matcher(ADA, Unread(), now=NOW)
    assert matcher.at(NOW)(ADA, Unread())
    assert matcher.at(NOW)(ADA, [Event("tim", "order", NOW)])


def test_an_id_that_raises_when_compared_belongs_to_no_other_contact() -> None:
    """[E6]."""

    class Odd:
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            raise OSError

    owner = Odd()
    ask = compile_condition(did("order")).at(NOW)
    contact = Contact(owner, {"plan": "pro"})
    assert ask(contact, [Event(owner, "order", NOW)])
    with pytest.raises(FactsError, match="own events only"):
        ask(contact, [Event(Odd(), "order", NOW)])


def test_a_sum_looks_into_any_mapping() -> None:
    """[K6]: of a host's own events too, where floats decide and where they do not."""
    ask = compile_condition(did("order").sum("total", "net") >= 5).at(NOW)
    for total in (7.5, 5):
        event = Happening("order", NOW, MappingProxyType({"total": {"net": total}}))
        assert ask(Person(), [event])
    assert not ask(Person(), [Happening("order", NOW, {"total": {"net": 4}})])


def test_what_a_host_s_iterator_raises_reaches_the_host() -> None:
    def broken() -> Iterator[Event[str]]:
        yield from orders(1)
        raise OSError("the cursor was closed")

    with pytest.raises(OSError, match="the cursor was closed"):
        compile_condition(did("order")).at(NOW)(ADA, broken())


# --- when it compiles, and how often -------------------------------------------------------------


@pytest.fixture
def fallbacks() -> Iterator[list[Condition]]:
    """The conditions that the reference evaluated, one entry for each time."""
    with counting_fallbacks() as evaluated:
        yield evaluated


def test_it_interprets_first_and_compiles_when_asked_often(fallbacks: list[Condition]) -> None:
    matcher = compile_condition(did("order").within_last(days=30))
    for _ in range(100):
        assert matcher(ADA, orders(3), now=NOW)
    assert len(fallbacks) == matchers._COMPILE_AFTER  # noqa: SLF001
    assert matcher.at(NOW)(ADA, orders(3))
    assert len(fallbacks) == matchers._COMPILE_AFTER  # noqa: SLF001


def test_every_now_of_its_own_counts_as_being_asked(fallbacks: list[Condition]) -> None:
    matcher = compile_condition(did("order").within_last(days=30))
    for second in range(100):
        assert matcher(ADA, orders(3), now=NOW + timedelta(seconds=second))
    assert len(fallbacks) == matchers._COMPILE_AFTER  # noqa: SLF001


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
    """Otherwise the answers would be right and slow, and no other test would notice."""
    ask = compile_condition(PLAIN).at(NOW)
    events = [
        Event("ada", "order", NOW - timedelta(days=days), {"total": total})
        for days, total in ((1, 0.1), (2, 0.2), (40, None))
    ]
    host = [Happening(each.name, each.at, each.properties) for each in events]
    person = Person("ada", dict(ADA.attributes), dict(ADA.lists))
    for facts in ((ADA, events), (ADA, History(events)), (person, host), (person, History(host))):
        assert ask(*facts)
        assert matches(PLAIN, *facts, now=NOW)
    assert fallbacks == []


def test_conditions_of_one_shape_are_compiled_once() -> None:
    """No value of a condition stands in its source, so thousands of segments share a few."""
    source_builder.compile_source.cache_clear()
    for number in range(2, 50):
        condition = did(f"event {number}").at_least(number).within_last(days=number)
        compile_condition(condition & (attr(f"a{number}") == f"b{number}")).at(NOW)
    assert source_builder.compile_source.cache_info().misses == 1


def test_the_cache_of_sources_is_bounded() -> None:
    assert source_builder.compile_source.cache_info().maxsize == 512


def test_no_text_of_the_condition_stands_in_the_source() -> None:
    """Whatever a user's form sends in, none of it is ever compiled as Python."""
    wild = "'); import os; ('\n<0>"
    condition = (attr(wild) == wild) & in_list(wild) & did(wild).where(prop(wild).contains(wild))
    ask = compile_condition(condition).at(NOW)
    assert "import" not in function_source.build_source(condition, source_builder.SourceBuilder())
    facts = Contact("ada", {wild: wild}, {wild: None}), [Event("ada", wild, NOW, {wild: wild})]
    assert ask(*facts)
    assert not ask(Contact("ada"), [])


def test_months_are_worked_out_once_for_each_now(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    plus_months = intervals._plus_months  # noqa: SLF001

    def counting(moment: datetime, months: int) -> object:
        counted.append(months)
        return plus_months(moment, months)

    monkeypatch.setattr(intervals, "_plus_months", counting)
    condition = did("order").within_last(months=1) | did("cart").within_last(months=1)
    matcher = compile_condition(condition | attr("since").within_last(months=2))
    for now in (NOW, NOW + timedelta(days=1)):
        ask = matcher.at(now)
        for _ in range(50):
            ask(ADA, orders(40, name="visit"))
    assert sorted(counted) == [-2, -2, -1, -1]


class Looks(list[datetime]):
    """Instants that count how often one of them is looked at."""

    number = 0

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401
        self.number += 1
        return super().__getitem__(place)


@pytest.mark.parametrize("number", [1, 2, 50])
def test_a_count_in_a_rolling_window_is_a_look_at_one_or_two_places(number: int) -> None:
    """However many events there are: the newest, and the one *number* back."""
    history = History(orders(*range(1000)))
    looks = history.instants["order"] = Looks(history.instants["order"])
    ask = compile_condition(did("order").at_least(number).within_last(days=30)).at(NOW)
    assert ask(ADA, history) is (number <= 30)
    assert looks.number == min(number, 2)


def test_a_window_in_the_past_is_a_search_by_halves() -> None:
    history = History(orders(*range(1000)))
    looks = history.instants["order"] = Looks(history.instants["order"])
    ask = compile_condition(did("order").between_ago(days=(600, 500)).at_least(100)).at(NOW)
    assert ask(ADA, history)
    assert looks.number <= 1 + 2 * 10  # two times the halvings of 1,000


# --- what else it can do -------------------------------------------------------------------------


def test_it_is_asked_without_a_now_at_the_current_time() -> None:
    matcher = compile_condition(did("order").within_last(days=1))
    fresh = [Event("ada", "order", datetime.now(UTC))]
    for _ in range(30):
        assert matcher(ADA, fresh)
        assert not matcher(ADA, orders(0))


def test_it_takes_a_segment_and_says_what_it_is_of() -> None:
    matcher = compile_condition(Segment("pros", attr("plan") == "pro"), tz="Europe/Paris")
    assert matcher.condition == (attr("plan") == "pro")
    assert matcher.tz == ZoneInfo("Europe/Paris")
    assert repr(matcher) == "<Matcher of Attribute(('plan',), Comparison('==', operand='pro'))>"


def test_it_is_pickled_with_its_condition_and_zone() -> None:
    """The code is not: it is made again where it is needed."""
    matcher = compile_condition(PLAIN, tz="Europe/Paris")
    matcher.at(NOW)
    again = pickle.loads(pickle.dumps(matcher))  # noqa: S301
    assert again.condition == PLAIN
    assert again.tz == ZoneInfo("Europe/Paris")
    assert len(pickle.dumps(matcher)) < len(pickle.dumps((PLAIN, ZoneInfo("Europe/Paris")))) + 200


def test_days_are_those_of_its_zone() -> None:
    event = [Event("ada", "order", datetime(2022, 9, 30, 22, 30, tzinfo=UTC))]
    today = did("order").during("day")
    assert compile_condition(today, tz="Europe/Paris").at(NOW)(ADA, event)
    assert not compile_condition(today).at(NOW)(ADA, event)


def test_a_now_that_is_equal_is_the_same_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes ``now=datetime(...)`` inside of a loop has a new object each time."""
    bound: list[EvaluationContext] = []
    bind = matchers._Plan.bind  # noqa: SLF001

    def counted(plan: Any, context: EvaluationContext) -> matchers.BoundMatcher:  # noqa: ANN401
        bound.append(context)
        return bind(plan, context)

    monkeypatch.setattr(matchers._Plan, "bind", counted)  # noqa: SLF001
    monkeypatch.setattr(matchers, "_COMPILE_AFTER", 0)
    matcher = compile_condition(did("order").within_last(days=30))
    for _ in range(50):
        assert matcher(ADA, orders(3), now=datetime(2022, 10, 1, tzinfo=UTC))
    assert len(bound) == 1
    paris = ZoneInfo("Europe/Paris")
    twice = datetime(2022, 10, 30, 2, 30, tzinfo=paris)  # at 00:30 and at 01:30 UTC
    event = [Event("ada", "order", datetime(2022, 10, 30, 1, tzinfo=UTC))]
    assert [matcher(ADA, event, now=twice.replace(fold=fold)) for fold in (0, 1, 0)] == [
        False, True, False,
    ]  # fmt: skip


class Folding(dict[str, object]):
    """A host's mapping that does not care for case, as those of HTTP headers do not."""

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
def test_a_host_s_mapping_of_lists_is_asked_as_it_wants_to_be(
    condition: Condition, lists: object
) -> None:
    person = Person(lists=lists)
    assert compile_condition(condition).at(NOW)(person) is matches(condition, person, now=NOW)


@pytest.mark.parametrize("nobody", [None, object(), 5])
def test_no_contact_is_refused_whether_events_are_looked_at_or_not(nobody: Any) -> None:  # noqa: ANN401
    for condition in (attr("plan") == "pro", did("order"), did("order").sum("total") > 5):
        with pytest.raises(FactsError, match="is not a contact"):
            compile_condition(condition).at(NOW)(nobody, orders(1))


def test_its_condition_and_zone_are_what_they_were_made_with() -> None:
    matcher = compile_condition(attr("plan") == "pro")
    with pytest.raises(AttributeError):
        matcher.condition = attr("plan") == "free"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        matcher.tz = ZoneInfo("Europe/Paris")  # type: ignore[misc]


def test_threads_that_ask_about_different_nows_do_not_mix_them_up() -> None:
    matcher = compile_condition(did("order").within_last(days=30))
    history = History(orders(10))
    nows = [(NOW + timedelta(days=days), days < 20) for days in range(40)]

    def asked(place: int) -> bool:
        now, expected = nows[place % 40]
        return matcher(ADA, history, now=now) is expected

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(asked, range(8000)))


def test_a_traceback_shows_the_generated_line_and_one_error() -> None:
    """Of a host's own error, for instance, as the reference meets it."""

    class Lazy(Person):
        @property
        def attributes(self) -> dict[str, object]:
            raise OSError("the row was deleted")

        @attributes.setter
        def attributes(self, value: object) -> None: ...

    with pytest.raises(OSError, match="the row was deleted") as raised:
        compile_condition(attr("plan") == "pro").at(NOW)(Lazy())
    shown = "".join(traceback.format_exception(raised.value))
    assert "return reference(contact, events, context)" in shown
    assert shown.count("Traceback") == 1


def test_somebody_else_s_event_is_one_error_too() -> None:
    with pytest.raises(FactsError) as raised:
        compile_condition(did("order")).at(NOW)(ADA, [Event("tim", "order", NOW)])
    assert raised.value.__context__ is None


def test_the_deepest_and_the_widest_conditions_compile() -> None:
    deep: Condition = attr("plan") == "free"
    for level in range(MAX_DEPTH - 2):
        deep = ~(deep & in_list("vip")) if level % 2 else (deep | in_list("none"))
        if deep.depth > MAX_DEPTH - 3:
            break
    wide = any_of(*(attr("age") == number for number in range(500)))
    counts = at_least(1, *(did(f"n{number}").at_least(2) for number in range(900)), did("order"))
    for condition in (deep, wide, ~wide, counts):
        assert compile_condition(condition).at(NOW)(ADA) is matches(condition, ADA, now=NOW)


def shared(levels: int) -> Condition:
    """Two to the power of *levels* tests, written down in a few lines."""
    condition: Condition = attr("plan") == "pro"
    for _ in range(levels):
        condition = any_of(condition, condition & in_list("none"))
    return condition


@pytest.mark.parametrize(
    "condition",
    [
        any_of(*(attr("age") == number for number in range(5000))),
        did(*(f"n{number}" for number in range(6500))),
        did("order").where(any_of(*(prop("total") == number for number in range(5000)))),
        at_least(1, *(did(f"n{number}").at_least(2) for number in range(5000))),
        shared(14),  # more are not built at all
    ],
    ids=["parts", "names", "parts of a where", "numbers of events", "two to the power of fourteen"],
)
def test_what_is_too_large_to_compile_is_interpreted(
    condition: Condition, fallbacks: list[Condition]
) -> None:
    """However often it is asked: as right as ever, and as slow."""
    matcher = compile_condition(condition)
    for _ in range(matchers._COMPILE_AFTER + 2):  # noqa: SLF001
        assert matcher(ADA, orders(1), now=NOW) is matches(condition, ADA, orders(1), now=NOW)
    assert matcher.at(NOW)(ADA) is matches(condition, ADA, now=NOW)
    assert len(fallbacks) == matchers._COMPILE_AFTER + 3  # noqa: SLF001


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_what_python_cannot_compile_is_interpreted(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], fallbacks: list[Condition]
) -> None:
    def refusing(*_: object) -> str:
        raise error

    monkeypatch.setattr(matchers, "build_source", refusing)
    assert compile_condition(attr("plan") == "pro").at(NOW)(ADA)
    assert len(fallbacks) == 1


def test_lines_are_kept_for_tracebacks_as_long_as_their_code() -> None:
    """So what is shown in a traceback is bounded as the code is."""
    ask: Any = compile_condition(attr("plan") == "pro").at(NOW)
    filename = ask.__code__.co_filename
    source_builder.compile_source.cache_clear()
    gc.collect()
    assert "def matches_now(contact" in "".join(linecache.getlines(filename))
    del ask
    gc.collect()
    assert linecache.getlines(filename) == []


def test_a_deep_stack_of_the_caller_s_is_no_error() -> None:
    """Python counts the frames of everybody together."""
    condition: Condition = attr("plan") == "pro"
    for _ in range(40):
        condition = ~(condition | in_list("none"))

    def asked(frames: int) -> bool:
        return asked(frames - 1) if frames else compile_condition(condition).at(NOW)(ADA)

    free = sys.getrecursionlimit() - len(inspect.stack())
    assert asked(free - 300) is matches(condition, ADA, now=NOW)
