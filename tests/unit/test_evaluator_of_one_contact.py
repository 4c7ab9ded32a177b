"""`Evaluator.explain`, `next_change` and `timeline`: calls about one id of a source."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

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
    InstantError,
    MemorySource,
    Requirements,
    Segment,
    Source,
    attr,
    did,
    explain,
    next_change,
    prop,
    timeline,
)
from tests.unit.evaluation import NOW

DAY: Final = timedelta(days=1)
KEY: Final = UUID(int=7)
ACTIVE: Final = Segment("active", did("order").within_last(days=30) & (attr("age") >= 18))
TODAY: Final = did("order").during("day")
ORDERS: Final = [
    Event("ada", "order", NOW - 10 * DAY),
    Event("ada", "order", NOW + 40 * DAY),
    Event("ada", "visit", NOW - DAY),
]
ADA: Final = Contact("ada", {"age": 36})


@attrs.define
class Rows:
    """A source of a host, whose facts can be read only until the next contact is requested."""

    rows: list[tuple[Contact[Any], list[Event[Any]]]]
    calls: list[tuple[Requirements, Collection[Any] | None]] = attrs.field(factory=list)
    is_open: bool = False
    accepts: tuple[type, ...] = (object,)

    def load(
        self, needs: Requirements, ids: Collection[Any] | None = None, /
    ) -> Iterator[tuple[ContactLike[Any], Iterable[EventLike]]]:
        self.calls.append((needs, ids))
        if not all(isinstance(id_, self.accepts) for id_ in ids or ()):
            raise TypeError("the database refuses ids of this type")
        self.is_open = True
        for contact, events in self.rows:
            if ids is None or contact.id in ids:
                yield contact, self._while_open(needs, events)
        self.is_open = False

    def _while_open(self, needs: Requirements, events: list[Event[Any]]) -> Iterator[Event[Any]]:
        for event in events:
            assert self.is_open
            need = needs.events.get(event.name)
            if need is not None and event.at <= need.until:
                yield event


def sources() -> list[Any]:
    others = [Contact("tim", {"age": 9}), ADA, Contact("eve")]
    return [
        MemorySource(others, ORDERS),
        MemorySource(others, ORDERS, columns=False),
        Rows([(each, ORDERS if each is ADA else []) for each in others]),
    ]


@pytest.mark.parametrize("source", sources(), ids=["store", "no columns", "rows"])
@pytest.mark.parametrize("condition", [ACTIVE, TODAY, attr("age") >= 18], ids=["and", "day", "age"])
@pytest.mark.parametrize("tz", ["UTC", "Pacific/Auckland"])
def test_the_results_are_those_of_the_functions(
    source: Source[str],
    condition: Any,  # noqa: ANN401
    tz: str,
) -> None:
    """In the zone of the evaluator, with the later events that the result depends on."""
    evaluator, end = Evaluator(source, tz=tz), NOW + 90 * DAY
    found = evaluator.explain(condition, "ada", now=NOW)
    assert found == explain(condition, ADA, ORDERS, now=NOW, tz=tz)
    assert found.verdict is ("ada" in evaluator.members(condition, now=NOW))
    change = evaluator.next_change(condition, "ada", now=NOW)
    assert change == next_change(condition, ADA, ORDERS, now=NOW, tz=tz)
    for horizon in (NOW, NOW + DAY, end):
        limited = evaluator.next_change(condition, "ada", now=NOW, horizon=horizon)
        assert limited == next_change(condition, ADA, ORDERS, now=NOW, tz=tz, horizon=horizon)
    spans = evaluator.timeline(condition, "ada", start=NOW - 90 * DAY, end=end)
    assert spans == timeline(condition, ADA, ORDERS, start=NOW - 90 * DAY, end=end, tz=tz)
    assert evaluator.timeline(condition, "ada", start=NOW, end=NOW) == []


CALLS: Final[list[tuple[str, Callable[[Evaluator[Any], Any, Any], object]]]] = [
    ("explain", lambda evaluator, condition, id_: evaluator.explain(condition, id_, now=NOW)),
    ("next_change", lambda evaluator, condition, id_: evaluator.next_change(condition, id_)),
    (
        "timeline",
        lambda evaluator, condition, id_: evaluator.timeline(condition, id_, start=NOW, end=NOW),
    ),
]


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[name for name, _ in CALLS])
def test_one_contact_is_loaded_in_one_call(
    name: str, call: Callable[[Evaluator[Any], Any, Any], object]
) -> None:
    """Only with the facts that the condition reads."""
    source = Rows([(ADA, ORDERS), (Contact("tim"), [])])
    call(Evaluator(source), ACTIVE, "ada")
    [(needs, ids)] = source.calls
    assert ids == ["ada"]
    assert set(needs.events) == {"order"}
    assert needs.attributes == {"age"}
    source.calls.clear()
    for condition, error in ((prop("a") == 1, ConditionError), ("active", TypeError)):
        with pytest.raises(error, match=name):
            call(Evaluator(source), condition, "ada")
    unusable: list[Any] = [None, "", []]
    for id_ in unusable:
        with pytest.raises(FactsError, match=rf"^{name}\.id: "):
            call(Evaluator(source), ACTIVE, id_)
    assert source.calls == []


def test_invalid_instants_are_refused_before_the_source_is_loaded() -> None:
    """The errors are those of the functions."""
    source = Rows([(ADA, ORDERS)])
    evaluator, naive = Evaluator(source), datetime(2022, 10, 1)  # noqa: DTZ001 - what is refused
    for call in (
        lambda: evaluator.explain(ACTIVE, "ada", now=naive),
        lambda: evaluator.next_change(ACTIVE, "ada", now=naive),
        lambda: evaluator.next_change(ACTIVE, "ada", now=NOW, horizon=NOW - DAY),
        lambda: evaluator.timeline(ACTIVE, "ada", start=naive, end=NOW),
        lambda: evaluator.timeline(ACTIVE, "ada", start=NOW, end=NOW - DAY),
    ):
        with pytest.raises(InstantError):
            call()
    assert source.calls == []


def test_now_is_the_current_time_by_default() -> None:
    """As in every call about one contact."""
    recent = datetime.now(UTC) - 10 * DAY
    evaluator = Evaluator(MemorySource([ADA], [Event("ada", "order", recent)]))
    assert evaluator.explain(ACTIVE, "ada").verdict
    assert evaluator.next_change(ACTIVE, "ada").at == recent + 30 * DAY


OTHER_TYPES: Final = [
    pytest.param(1, "1", "there is no contact '1' (str), but there is a contact 1 (int)", id="int"),
    pytest.param(1, "01", "there is no contact '01' (str), but there is a contact 1 (int)",
                 id="int with zeros"),
    pytest.param("1", 1, "there is no contact 1 (int), but there is a contact '1' (str)",
                 id="text"),
    pytest.param(KEY, str(KEY), f"there is no contact '{KEY}' (str), but there is a contact {KEY!r}"
                 " (UUID)", id="UUID"),
    pytest.param(KEY, KEY.hex, f"there is no contact '{KEY.hex}' (str), but there is a contact "
                 f"{KEY!r} (UUID)", id="UUID without dashes"),
    pytest.param(str(KEY), KEY, f"there is no contact {KEY!r} (UUID), but there is a contact "
                 f"'{KEY}' (str)", id="text of a UUID"),
]  # fmt: skip


@pytest.mark.parametrize("make_source", [MemorySource, lambda given: Rows([(given[0], [])])])
@pytest.mark.parametrize(("known", "id_", "problem"), OTHER_TYPES)
def test_an_id_of_another_type_is_reported(
    known: Any,  # noqa: ANN401
    id_: Any,  # noqa: ANN401
    problem: str,
    make_source: Callable[[list[Contact[Any]]], Any],
) -> None:
    """Ids from a URL or a form are text, ids of a database often are not."""
    for name, call in CALLS:
        with pytest.raises(FactsError) as caught:
            call(Evaluator(make_source([Contact(known)])), ACTIVE, id_)
        assert caught.value.path == f"{name}.id"
        assert caught.value.problem == f"{problem}: pass the id with this type"
        assert caught.value.value == id_


@pytest.mark.parametrize(
    "id_", ["2", "no number", 2, 10**5000, UUID(int=8), 2.5, True, (1, 2)], ids=type
)
def test_an_id_that_does_not_exist_is_an_error(id_: Any) -> None:  # noqa: ANN401
    """A source that yields contacts without being requested to has no influence."""
    contacts: list[Contact[Any]] = [Contact("ada"), Contact(7)]
    strict = Rows([(each, []) for each in contacts], accepts=(type(id_),))

    class Careless(MemorySource[Any]):
        def load(self, needs: Any, ids: Any = None, /) -> Any:  # noqa: ANN401
            del ids
            return super().load(needs)

    sources: list[Any] = [MemorySource(contacts), strict, Careless(contacts)]
    for source in sources:
        evaluator = Evaluator[Any](source)
        with pytest.raises(FactsError, match=r"^explain\.id: there is no contact") as caught:
            evaluator.explain(ACTIVE, id_, now=NOW)
        assert "but" not in caught.value.problem


def test_a_source_that_converts_ids_yields_no_other_contact() -> None:
    """SQLite finds the row 1 for the text "1", but the contact that it yields is another one."""

    class Converting(MemorySource[Any]):
        def load(self, needs: Any, ids: Any = None, /) -> Any:  # noqa: ANN401
            return super().load(needs, None if ids is None else [int(id_) for id_ in ids])

    evaluator = Evaluator[Any](Converting([Contact(1)]))
    with pytest.raises(FactsError, match=r"'1' \(str\), but there is a contact 1 \(int\)"):
        evaluator.explain(ACTIVE, "1", now=NOW)


def test_errors_of_the_source_are_not_changed() -> None:
    """Only the attempts with other types are allowed to fail."""
    evaluator = Evaluator(Rows([(ADA, ORDERS)], accepts=(int,)))
    with pytest.raises(TypeError, match="the database refuses"):
        evaluator.explain(ACTIVE, "ada", now=NOW)
