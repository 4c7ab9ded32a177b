"""An exception of no value comes through every evaluation, wherever it is raised.

Job queues raise a time limit from a signal handler, so at any line. It is raised here at every line
of segkit that an evaluation runs, one after the other: each time it comes through.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import FrameType, SimpleNamespace
from typing import Any, Final, cast

import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    attr,
    did,
    explain,
    first_prop,
    from_dict,
    in_any_list,
    in_list,
    matches,
    next_change,
    prop,
    sample,
    timeline,
    to_dict,
)

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)


class TimeLimit(Exception):  # noqa: N818 - as job queues name it
    """A time limit, which is an `Exception` in several job queues."""


class AtLine:
    """Raises `TimeLimit` at one of the lines of segkit that run, counted from 1; at 0 never."""

    def __init__(self, line: int) -> None:
        self.line, self.lines, self.has_raised = line, 0, False

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:  # noqa: ANN401
        del event, argument
        name = frame.f_code.co_filename
        return self.count if "segkit" in name and "tests" not in name else None

    def count(self, frame: FrameType, event: str, argument: object) -> Any:  # noqa: ANN401
        del frame, argument
        if event == "line":
            self.lines += 1
            if self.lines == self.line:
                self.has_raised = True
                raise TimeLimit
        return self.count


def run_with(tracer: AtLine, call: Callable[[], object]) -> object:
    previous = sys.gettrace()
    sys.settrace(tracer)
    try:
        return call()
    finally:
        sys.settrace(previous)


CONTACT: Final = Contact("a", {"x": 3, "y": "Paris", "z": ["a", 1], "when": NOW}, {"vip": NOW})
EVENTS: Final = [
    Event("a", "o", NOW - timedelta(days=number), {"x": number, "y": "b"}, str(number))
    for number in range(3)
]
OF_HOST: Final = SimpleNamespace(id="a", attributes={"x": 3.0, "y": None}, lists={"vip": None})
HOST_EVENTS: Final = [
    SimpleNamespace(contact_id="a", name="o", at=NOW, properties={"x": 1}, id=None)
]
CONDITIONS: Final[dict[str, Condition]] = {
    "attributes": (attr("x") >= 3) & attr("y").contains("ar") & attr("z").has_any([1]),
    "a place": attr("z").within_km(3, of=(1, 2)) | attr("when").within_last(days=3),
    "lists": in_list("vip") & in_any_list() & ~sample(1, "s"),
    "a count": did("o").at_least(2).within_last(days=5),
    "a where": did("o").where((prop("x") >= 1) & (prop("y") == "b")),
    "a sum": (did("o").sum("x") >= 3) & (did("o").latest("y") == "b"),
    "a sequence": did("o").followed_by(did("o").where(prop("x") < first_prop("x"))),
}


def compiled(condition: Condition) -> Condition:
    """Return the condition after so many calls that it is compiled."""
    for _ in range(80):
        matches(condition, CONTACT, EVENTS, now=NOW)
    return condition


MANY: Final = [Contact(number, {**CONTACT.attributes, "x": number}) for number in range(60)]
EVENTS_OF_MANY: Final = [
    Event(number, "o", NOW - timedelta(days=3), {"x": number, "y": "b"}) for number in range(60)
]


def source(*, of_host: bool) -> Any:  # noqa: ANN401
    if not of_host:
        return MemorySource([CONTACT], EVENTS)
    rows = [(OF_HOST, HOST_EVENTS)]
    return SimpleNamespace(load=lambda *_: iter(rows))


WAYS: Final[dict[str, Callable[[Condition], Callable[[], object]]]] = {
    "matches": lambda c: lambda: matches(c, OF_HOST, HOST_EVENTS, now=NOW),
    "matches, compiled": lambda c: (
        lambda: matches(compiled(c), CONTACT, EVENTS, now=NOW + timedelta(seconds=1))
    ),
    "explain": lambda c: lambda: str(explain(c, CONTACT, EVENTS, now=NOW)),
    "next_change": lambda c: lambda: next_change(c, CONTACT, EVENTS, now=NOW),
    "timeline": lambda c: (
        lambda: timeline(c, CONTACT, EVENTS, start=NOW, end=NOW + timedelta(days=2))
    ),
    "members of a store": lambda c: lambda: Evaluator(source(of_host=False)).members(c, now=NOW),
    "members by columns": lambda c: (
        lambda: Evaluator(MemorySource(MANY, EVENTS_OF_MANY)).members(c, now=NOW)
    ),
    "members of a host": lambda c: lambda: Evaluator(source(of_host=True)).members(c, now=NOW),
    "a document": lambda c: lambda: from_dict(to_dict(c)),
}


@pytest.mark.once
@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("way", WAYS)
def test_a_time_limit_comes_through_at_every_line(name: str, way: str) -> None:
    call = WAYS[way](CONDITIONS[name])
    call()  # what is loaded and kept at the first call
    counter = AtLine(0)
    expected = run_with(counter, call)
    step = max(1, counter.lines // 150)
    swallowed: list[int] = []
    for line in range(1, counter.lines + 1, step):
        tracer = AtLine(line)
        try:
            result = run_with(tracer, call)
        except TimeLimit:
            continue
        assert result == expected
        if tracer.has_raised:  # Another call may run fewer lines: what the first one found is kept.
            swallowed.append(line)
    assert not swallowed


class RaisesOnce:
    """A row of a source that raises the first time that it is read."""

    def __init__(self, error: Exception) -> None:
        self.errors = [error]

    def __iter__(self) -> Iterator[object]:
        if self.errors:
            raise self.errors.pop()
        return iter((CONTACT, EVENTS))


def test_an_exception_that_a_row_raises_once_comes_through() -> None:
    rows = [RaisesOnce(TimeLimit())]
    evaluator = Evaluator(cast("Any", SimpleNamespace(load=lambda *_: rows)))
    with pytest.raises(TimeLimit):
        evaluator.members(attr("x") >= 3, now=NOW)
    assert evaluator.members(attr("x") >= 3, now=NOW) == {"a"}


def test_an_attribute_that_raises_once_comes_through_compiled_code() -> None:
    """The rows after the first twenty are evaluated by generated code."""
    errors: list[Exception] = []

    class Attributes(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
            if errors and self["x"] == 150:
                raise errors.pop()
            return super().get(key, default)

    contacts = [SimpleNamespace(id=n, attributes=Attributes(x=n), lists={}) for n in range(200)]
    source = SimpleNamespace(load=lambda *_: ((each, []) for each in contacts))
    evaluator = Evaluator(cast("Any", source))
    condition = attr("x") >= 3
    assert len(evaluator.members(condition, now=NOW)) == 197
    errors.append(TimeLimit())
    with pytest.raises(TimeLimit):
        evaluator.members(condition, now=NOW)
