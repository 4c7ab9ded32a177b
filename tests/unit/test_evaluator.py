"""Many contacts at once: one pass over a source, whatever it holds."""

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
    """A host's own storage, which counts how often it is asked, and streams."""

    facts: Sequence[tuple[ContactLike[IdT], Iterable[EventLike]]] = ()
    asked: list[tuple[Requirements, Collection[IdT] | None]] = attrs.field(factory=list)

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterator[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        self.asked.append((needs, ids))
        for contact, events in self.facts:
            if ids is None or contact.id in ids:
                yield contact, iter(list(events))


def shop() -> Shop[str]:
    """Three contacts: an adult buyer, a child on the list, and somebody of no known age."""
    return Shop(
        [
            (Contact("cleo", {"age": 36}), [Event("cleo", "order", PAST)]),
            (Contact("ada", {"age": 9}, {"vip": None}), []),
            (Contact("bob"), [Event("bob", "order", NOW - timedelta(days=31))]),
        ]
    )


def test_several_segments_are_answered_in_one_pass() -> None:
    """[D7]: the source is asked once, for what all of them need."""
    source = shop()
    audiences = Evaluator(source).evaluate([BUYERS, ADULTS, VIPS], now=NOW)
    assert audiences == {"buyers": {"cleo"}, "adults": {"cleo"}, "VIPs": {"ada"}}
    assert list(audiences) == ["buyers", "adults", "VIPs"]
    [(needs, ids)] = source.asked
    both = requirements(ADULTS, now=NOW) | requirements(BUYERS, now=NOW)
    assert needs == both | requirements(VIPS, now=NOW)
    assert ids is None


def test_a_source_is_asked_once_per_question() -> None:
    """[D7]: never once per contact; also when nothing is asked, or nobody asked about."""
    source = shop()
    evaluator = Evaluator(source)
    assert evaluator.members(ADULTS, now=NOW) == {"cleo"}
    assert evaluator.members(ADULTS, now=NOW, ids=["ada"]) == set()
    assert evaluator.members(ADULTS, now=NOW, ids=[]) == set()
    assert evaluator.evaluate([], now=NOW) == {}
    assert [ids for _, ids in source.asked] == [None, ["ada"], [], None]


def test_a_question_that_is_refused_asks_no_source() -> None:
    """Everything wrong with a question is told before any work."""
    source = shop()
    evaluator = Evaluator(source)
    twice = [ADULTS, Segment("adults", in_list("vip"))]
    with pytest.raises(ConditionError, match="two segments are named 'adults'"):
        evaluator.evaluate(twice, now=NOW)
    nothing: Any = attr("age")
    with pytest.raises(TypeError, match=r"write .is_set\(\)"):
        evaluator.members(nothing, now=NOW)
    with pytest.raises(ValueError, match="is naive"):
        evaluator.members(ADULTS, now=datetime(2022, 10, 1))  # noqa: DTZ001 - what is refused
    for ids in ("ada", iter(["ada"]), 3):
        wrong: Any = ids
        with pytest.raises(FactsError, match="takes a collection of ids, or None for all"):
            evaluator.members(ADULTS, now=NOW, ids=wrong)
    assert source.asked == []


@pytest.mark.parametrize("other", [ADULTS.condition, "adults", None, ("adults", ADULTS.condition)])
def test_only_segments_can_be_answered_by_name(other: Any) -> None:  # noqa: ANN401
    """A bare condition has no name: `collection_members` takes it."""
    with pytest.raises(ConditionError, match=r"Segment\(name, condition\); got"):
        Evaluator(shop()).evaluate([ADULTS, other], now=NOW)


def test_members_takes_a_segment_or_a_bare_condition() -> None:
    """[V8]: and the audience carries the condition and the instant."""
    for asked in (ADULTS, ADULTS.condition):
        audience = Evaluator(shop()).members(asked, now=NOW)
        assert audience == {"cleo"}
        assert audience.condition == ADULTS.condition
        assert audience.now == NOW


def test_now_is_kept_in_utc() -> None:
    """[K2], [K4]: in whatever zone it was given."""
    audience = Evaluator(shop()).members(ADULTS, now=NOW.astimezone(ZoneInfo("Asia/Kathmandu")))
    assert audience.now == NOW
    assert audience.now.tzinfo is UTC


def test_the_audience_is_in_the_order_of_the_source() -> None:
    """[D7]: and not in the order of the ids asked about."""
    everyone = Evaluator(shop()).members(~did("cart"), now=NOW, ids=["bob", "ada", "cleo"])
    assert list(everyone) == ["cleo", "ada", "bob"]


@pytest.mark.parametrize("ids", [["ada", "nobody"], {"ada"}, ["ada", "ada"], ("ada",)])
def test_ids_narrow_the_question(ids: Collection[str]) -> None:
    """[D7]: unknown ones are left out, and one said twice counts once."""
    for source in (shop(), MemorySource([Contact("cleo"), Contact("ada"), Contact("bob")])):
        assert list(Evaluator(source).members(~did("cart"), now=NOW, ids=ids)) == ["ada"]


def test_an_audience_may_be_the_ids_of_the_next_question() -> None:
    """[V8]: it is a collection."""
    evaluator = Evaluator(shop())
    buyers = evaluator.members(did("order"), now=NOW)
    assert evaluator.members(~did("cart"), now=NOW, ids=buyers) == {"cleo", "bob"}


@pytest.mark.parametrize(
    ("zone", "members"),
    [("UTC", set[str]()), (ZoneInfo("Europe/Paris"), {"ada"}), ("Pacific/Honolulu", set[str]())],
)
def test_the_zone_decides_what_a_day_is(zone: str, members: set[str]) -> None:
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
def test_ids_stay_what_they_are(ids: list[Any]) -> None:
    """[D1]: through contacts, events, sources, audiences and their sets."""
    contacts = [Contact(id_, {"age": age}) for id_, age in zip(ids, (36, 9, 40), strict=True)]
    events = [Event(id_, "order", PAST, id=id_) for id_ in ids[:2]]
    by_host = Shop([(contacts[0], events[:1]), (contacts[1], events[1:]), (contacts[2], [])])
    for source in (MemorySource(contacts, events), by_host):
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
def test_what_has_nothing_to_load_with_is_no_source(source: Any) -> None:  # noqa: ANN401
    """[D7]: ``load`` is something that can be called."""
    with pytest.raises(FactsError, match=r"takes a source, such as MemorySource\("):
        Evaluator(source)


def test_progress_is_called_after_each_contact() -> None:
    """[D10]: with how many are done, and of how many if that is known."""
    calls: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        calls.append((done, total))

    contacts = [Contact(name) for name in ("cleo", "ada", "bob")]
    Evaluator(MemorySource(contacts)).members(ADULTS, now=NOW, progress=progress)
    assert calls == [(1, 3), (2, 3), (3, 3)]
    calls.clear()
    Evaluator(shop()).evaluate([ADULTS, VIPS], now=NOW, progress=progress)
    assert calls == [(1, None), (2, None), (3, None)]
    calls.clear()
    Evaluator(shop()).members(ADULTS, now=NOW, ids=["ada", "bob"], progress=progress)
    assert calls == [(1, 2), (2, 2)]
    calls.clear()
    Evaluator(shop()).members(ADULTS, now=NOW, ids=[], progress=progress)
    assert calls == []


def test_the_logger_says_how_many_and_never_what(caplog: pytest.LogCaptureFixture) -> None:
    """[D10]: attribute values are people's own business."""
    secret = HostContact("ada", {"age": "s3cret"}, {"s3cret": "s3cret"})
    order = HostEvent(at=PAST, properties={"card": "s3cret"}, id="s3cret")
    with caplog.at_level(logging.DEBUG, logger="segkit"):
        Evaluator(MemorySource([secret], [order])).evaluate([ADULTS, BUYERS], now=NOW)
    assert [(record.name, record.args) for record in caplog.records] == [("segkit", (2, 1))]
    assert "s3cret" not in caplog.text


def test_a_program_that_sets_up_no_logging_hears_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """[D10]: a library brings a NullHandler."""
    handlers = logging.getLogger("segkit").handlers
    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)
    Evaluator(shop()).members(ADULTS, now=NOW)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("facts", "cure"),
    [
        pytest.param([(Contact("ada"), []), (Contact("ada"), [])], "'ada' twice", id="twice"),
        pytest.param([("ada", [])], "'ada' is not a contact", id="no contact"),
        pytest.param([(Contact("ada"), [3])], "3 is not an event", id="no event"),
        pytest.param(
            [(Contact("ada"), [Contact("bob")])], "is not an event", id="a contact for one"
        ),
    ],
)
def test_a_source_that_breaks_its_contract_is_told(facts: Any, cure: str) -> None:  # noqa: ANN401
    """[E6]: a wrong audience would be worse."""
    with pytest.raises(FactsError, match=cure):
        Evaluator(Shop(facts)).members(ADULTS, now=NOW)


def test_an_error_of_the_source_reaches_the_caller() -> None:
    """Half an audience is none."""

    class Broken:
        def load(
            self, _needs: Requirements, _ids: Collection[str] | None = None, /
        ) -> Iterator[tuple[ContactLike[str], Iterable[EventLike]]]:
            yield Contact("ada", {"age": 36}), []
            raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError, match="went away"):
        Evaluator(Broken()).members(ADULTS, now=NOW)
