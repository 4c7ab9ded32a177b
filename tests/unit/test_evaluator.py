"""Evaluate many contacts in one pass over a source."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest

from segkit import (
    ConditionError,
    ConditionTypeError,
    Contact,
    ContactLike,
    Evaluator,
    Event,
    EventLike,
    FactsError,
    MemorySource,
    Requirements,
    Segment,
    attr,
    did,
    in_list,
    matches,
    requirements,
)
from tests.unit.evaluation import NOW, HostContact, HostEvent

IdT = TypeVar("IdT")
PAST: Final = NOW - timedelta(days=9)
ADULTS: Final = Segment("adults", attr("age") >= 18)
BUYERS: Final = Segment("buyers", did("order").within_last(days=30))
VIPS: Final = Segment("VIPs", in_list("vip"))


@attrs.define
class Shop(Generic[IdT]):
    """A storage of a host that records each call of `load` and yields its facts one by one."""

    facts: Sequence[tuple[ContactLike[IdT], Iterable[EventLike]]] = ()
    calls: list[tuple[Requirements, Collection[IdT] | None]] = attrs.field(factory=list)

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterator[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        self.calls.append((needs, ids))
        for contact, events in self.facts:
            if ids is None or contact.id in ids:
                yield contact, iter(list(events))


def shop() -> Shop[str]:
    """Return a source of an adult buyer, a child on the list, and a contact without an age."""
    return Shop(
        [
            (Contact("cleo", {"age": 36}), [Event("cleo", "order", PAST)]),
            (Contact("ada", {"age": 9}, {"vip": None}), []),
            (Contact("bob"), [Event("bob", "order", NOW - timedelta(days=31))]),
        ]
    )


def test_several_segments_are_evaluated_in_one_pass() -> None:
    """[D7]: the source is loaded once, with the requirements of all segments."""
    source = shop()
    audiences = Evaluator(source).evaluate([BUYERS, ADULTS, VIPS], now=NOW)
    assert audiences == {"buyers": {"cleo"}, "adults": {"cleo"}, "VIPs": {"ada"}}
    assert list(audiences) == ["buyers", "adults", "VIPs"]
    [(needs, ids)] = source.calls
    both = requirements(ADULTS, now=NOW) | requirements(BUYERS, now=NOW)
    assert needs == both | requirements(VIPS, now=NOW)
    assert ids is None


def test_a_source_is_loaded_once_per_call() -> None:
    """[D7]: not once per contact; also without segments, and without ids."""
    source = shop()
    evaluator = Evaluator(source)
    assert evaluator.members(ADULTS, now=NOW) == {"cleo"}
    assert evaluator.members(ADULTS, now=NOW, ids=["ada"]) == set()
    assert evaluator.members(ADULTS, now=NOW, ids=[]) == set()
    assert evaluator.evaluate([], now=NOW) == {}
    assert [ids for _, ids in source.calls] == [None, ["ada"], [], None]


def test_a_refused_call_does_not_load_the_source() -> None:
    """Invalid arguments are reported before the source is loaded."""
    source = shop()
    evaluator = Evaluator(source)
    duplicates = [ADULTS, Segment("adults", in_list("vip"))]
    with pytest.raises(ConditionError, match="two segments are named 'adults'"):
        evaluator.evaluate(duplicates, now=NOW)
    term: Any = attr("age")
    with pytest.raises(TypeError, match=r"write .is_set\(\)"):
        evaluator.members(term, now=NOW)
    with pytest.raises(ValueError, match="is naive"):
        evaluator.members(ADULTS, now=datetime(2022, 10, 1))  # noqa: DTZ001 - what is refused
    for ids in ("ada", iter(["ada"]), 3):
        wrong: Any = ids
        with pytest.raises(FactsError, match="takes a collection of ids, or None for all"):
            evaluator.members(ADULTS, now=NOW, ids=wrong)
    assert source.calls == []


@pytest.mark.parametrize("other", [ADULTS.condition, "adults", None, ("adults", ADULTS.condition)])
def test_evaluate_takes_segments_only(other: Any) -> None:  # noqa: ANN401
    """A condition has no name; `Evaluator.members` takes it."""
    with pytest.raises(ConditionTypeError, match=r"evaluate\[1\].*Segment\(name, condition\); got"):
        Evaluator(shop()).evaluate([ADULTS, other], now=NOW)


def test_members_takes_a_segment_or_a_condition() -> None:
    """[V8]: the audience has the condition and the instant as attributes."""
    for population in (ADULTS, ADULTS.condition):
        audience = Evaluator(shop()).members(population, now=NOW)
        assert audience == {"cleo"}
        assert audience.condition == ADULTS.condition
        assert audience.now == NOW


def test_now_is_kept_in_utc() -> None:
    """[K2], [K4]: for a *now* in any zone."""
    audience = Evaluator(shop()).members(ADULTS, now=NOW.astimezone(ZoneInfo("Asia/Kathmandu")))
    assert audience.now == NOW
    assert audience.now.tzinfo is UTC


def test_the_audience_is_in_the_order_of_the_source() -> None:
    """[D7]: not in the order of the ids that were passed."""
    audience = Evaluator(shop()).members(~did("cart"), now=NOW, ids=["bob", "ada", "cleo"])
    assert list(audience) == ["cleo", "ada", "bob"]


@pytest.mark.parametrize("ids", [["ada", "nobody"], {"ada"}, ["ada", "ada"], ("ada",)])
def test_ids_restrict_the_contacts(ids: Collection[str]) -> None:
    """[D7]: unknown ids are ignored, and a repeated id counts once."""
    for source in (shop(), MemorySource([Contact("cleo"), Contact("ada"), Contact("bob")])):
        assert list(Evaluator(source).members(~did("cart"), now=NOW, ids=ids)) == ["ada"]


def test_an_audience_may_be_the_ids_of_the_next_call() -> None:
    """[V8]: an audience is a collection of ids."""
    evaluator = Evaluator(shop())
    buyers = evaluator.members(did("order"), now=NOW)
    assert evaluator.members(~did("cart"), now=NOW, ids=buyers) == {"cleo", "bob"}


@pytest.mark.parametrize(
    ("zone", "members"),
    [("UTC", set[str]()), (ZoneInfo("Europe/Paris"), {"ada"}), ("Pacific/Honolulu", set[str]())],
)
def test_the_zone_determines_the_local_day(zone: str, members: set[str]) -> None:
    """[K4], [T9]: 23:00 UTC is the next day in Paris."""
    late = datetime(2022, 9, 30, 23, tzinfo=UTC)
    evaluator = Evaluator(MemorySource([Contact("ada", {"seen": late})]), tz=zone)
    assert evaluator.members(attr("seen") == date(2022, 10, 1), now=NOW) == members


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param(["7", "8", "9"], id="text"),
        pytest.param([7, 8, 9], id="int"),
        pytest.param([UUID(int=7), UUID(int=8), UUID(int=9)], id="UUID"),
    ],
)
def test_ids_keep_their_type(ids: list[Any]) -> None:
    """[D1]: in contacts, events, sources, audiences and sets of audiences."""
    contacts = [Contact(id_, {"age": age}) for id_, age in zip(ids, (36, 9, 40), strict=True)]
    events = [Event(id_, "order", PAST, id=id_) for id_ in ids[:2]]
    shop_source = Shop([(contacts[0], events[:1]), (contacts[1], events[1:]), (contacts[2], [])])
    for source in (MemorySource(contacts, events), shop_source):
        evaluator: Evaluator[Any] = Evaluator(source)
        audiences = evaluator.evaluate([ADULTS, BUYERS], now=NOW, ids=ids)
        assert list(audiences["adults"]) == [ids[0], ids[2]]
        assert audiences["adults"] & audiences["buyers"] == {ids[0]}
        assert {type(id_) for id_ in audiences["buyers"]} == {type(ids[0])}
        assert evaluator.members(ADULTS, now=NOW, ids=[ids[2]]) == {ids[2]}
        other = str(ids[0]) if isinstance(ids[0], int | UUID) else 7
        assert other not in audiences["adults"]
        assert evaluator.members(ADULTS, now=NOW, ids=[other]) == set()
    assert matches(BUYERS, contacts[0], events[:1], now=NOW) is True
    with pytest.raises(FactsError, match="the contact's own events"):
        matches(BUYERS, contacts[0], events[1:], now=NOW)


@pytest.mark.parametrize(
    "source", [None, [], [Contact("ada")], {"load": 1}, "ada", type("Wrong", (), {"load": 3})()]
)
def test_an_object_without_a_method_load_is_refused(source: Any) -> None:  # noqa: ANN401
    """[D7]: ``load`` is callable."""
    with pytest.raises(FactsError, match=r"takes a source, such as MemorySource\("):
        Evaluator(source)


def test_progress_is_reported_now_and_then_and_at_the_end() -> None:
    """[D10]: with the number of evaluated contacts, and the total if it is known."""
    calls: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        calls.append((done, total))

    many = [(Contact(number), list[Event[int]]()) for number in range(2500)]
    Evaluator(Shop(many)).members(ADULTS, now=NOW, progress=progress)
    assert calls == [(1000, None), (2000, None), (2500, None)]
    calls.clear()
    Evaluator(Shop(many[:2000])).members(ADULTS, now=NOW, progress=progress)
    assert calls == [(1000, None), (2000, None)]
    calls.clear()
    Evaluator(shop()).evaluate([ADULTS, VIPS], now=NOW, progress=progress)
    assert calls == [(3, None)]
    calls.clear()
    Evaluator(shop()).members(ADULTS, now=NOW, ids=["ada", "bob"], progress=progress)
    assert calls == [(2, 2)]
    calls.clear()
    Evaluator(shop()).members(ADULTS, now=NOW, ids=[], progress=progress)
    assert calls == [(0, 0)]


def test_the_log_contains_numbers_and_no_values(caplog: pytest.LogCaptureFixture) -> None:
    """[D10]: the values of contacts are private."""
    secret = HostContact("ada", {"age": "s3cret"}, {"s3cret": "s3cret"})
    order = HostEvent(at=PAST, properties={"card": "s3cret"}, id="s3cret")
    with caplog.at_level(logging.DEBUG, logger="segkit"):
        Evaluator(MemorySource([secret], [order])).evaluate([ADULTS, BUYERS], now=NOW)
    assert [(record.name, record.args) for record in caplog.records] == [("segkit", (2, 1))]
    assert "s3cret" not in caplog.text


def test_without_a_configured_logger_nothing_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """[D10]: the logger of the library has a `NullHandler`."""
    handlers = logging.getLogger("segkit").handlers
    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)
    Evaluator(shop()).members(ADULTS, now=NOW)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("facts", "cure"),
    [
        pytest.param(
            [(Contact("ada"), []), (Contact("ada"), [])], "'ada' twice", id="a duplicate contact"
        ),
        pytest.param([("ada", [])], "'ada' is not a contact", id="not a contact"),
        pytest.param([(Contact("ada"), [3])], "3 is not an event", id="not an event"),
        pytest.param(
            [(Contact("ada"), [Contact("bob")])], "is not an event", id="a contact among the events"
        ),
    ],
)
def test_a_source_that_breaks_its_contract_is_refused(facts: Any, cure: str) -> None:  # noqa: ANN401
    """[E6]: an error is better than a wrong audience."""
    with pytest.raises(FactsError, match=cure):
        Evaluator(Shop(facts)).members(ADULTS, now=NOW)


def test_an_error_of_the_source_reaches_the_caller() -> None:
    """A partial audience is never returned."""

    class Broken:
        def load(
            self, _needs: Requirements, _ids: Collection[str] | None = None, /
        ) -> Iterator[tuple[ContactLike[str], Iterable[EventLike]]]:
            yield Contact("ada", {"age": 36}), []
            raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError, match="went away"):
        Evaluator(Broken()).members(ADULTS, now=NOW)


def test_no_segments_have_no_members_among_many_contacts() -> None:
    """Also of more contacts than are evaluated before segments are compiled."""
    many = [(Contact(number), list[Event[int]]()) for number in range(50)]
    assert Evaluator(Shop(many)).evaluate([], now=NOW) == {}
