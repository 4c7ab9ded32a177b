"""Cases about what is known of a contact: absence, kinds, zones, paths."""

# ruff: noqa: PLR2004 - the numbers are the cases

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from segkit.model.facts import Contact
from segkit.testing.source_shape import Question, Shape, SourceCase, case, people
from segkit.words import attr

__all__ = ["about_values"]


def about_values(shape: Shape) -> Iterator[SourceCase]:
    """What is known of contacts."""
    text = attr(shape.text)
    yield case(
        "absent and None are no value, and an empty text is one",
        "who has no city is in `city is not Lyon`, and not among those whose city is set",
        'give None, or nothing, for what is not known; never "", "None" or a default',
        people({shape.text: "Lyon"}, {shape.text: None}, {}, {shape.text: ""}),
        (),
        Question(text.is_set(), (1, 4)),
        Question(~text.is_set(), (2, 3)),
        Question(text != "Lyon", (2, 3, 4)),
        Question(text == "", (4,)),
    )
    texts = ("Lyon", "lyon", "Lyon ", "\u00e9", "e\u0301", "O'Hara \\ \"", "\U0001f600\n\t")
    yield case(
        "texts come back as they were, character by character",
        "texts are compared exactly: with another case, accent or space they are others",
        "hold them as Unicode; no CHAR(n), which pads; no folding on the way in or out",
        people(*[{shape.text: one} for one in texts]),
        (),
        *[Question(text == one, (place,)) for place, one in enumerate(texts, start=1)],
    )
    if shape.number is not None:
        number = attr(shape.number)
        yield case(
            "zero is a number, and no value is none",
            "`age is not set` must not hold for whoever is 0",
            "do not take what is false for what is absent (`value or None`)",
            people({shape.number: 0}, {shape.number: None}, {}, {shape.number: 18}),
            (),
            Question(number.is_set(), (1, 4)),
            Question(number == 0, (1,)),
            Question(number < 18, (1,)),
            Question(~(number < 18), (2, 3, 4)),
        )
    if shape.boolean is not None:
        truth = attr(shape.boolean)
        yield case(
            "true and false are no numbers",
            "1 is not true, so that a boolean that comes back as 1 is in no segment",
            "convert them where the storage has 0 and 1 (SQLite): bool(value), unless it is None",
            people({shape.boolean: True}, {shape.boolean: False}, {shape.boolean: None}, {}),
            (),
            Question(truth.is_true(), (1,)),
            Question(truth.is_false(), (2,)),
            Question(truth == 1, ()),
            Question(~truth.is_set(), (3, 4)),
        )
    if shape.day is not None:
        day = attr(shape.day)
        leap = date(2004, 2, 29)
        yield case(
            "a day is a day, and no instant or text",
            "an instant at midnight is another day elsewhere, and a text is never within a window",
            "give datetime.date, and keep it out of any conversion of zones",
            people({shape.day: leap}, {shape.day: date(1901, 1, 1)}, {shape.day: None}, {}),
            (),
            Question(day == leap, (1,), tz=ZoneInfo("America/New_York")),
            Question(day == leap, (1,), tz=ZoneInfo("Pacific/Kiritimati")),
            Question(day < date(1950, 1, 1), (2,)),
            Question(day.anniversary_in(days=0), (1,), now=datetime(2023, 2, 28, 12, tzinfo=UTC)),
            Question(~day.is_set(), (3, 4)),
        )
    if shape.instant is not None:
        yield _instants(shape.instant)
    if shape.texts is not None:
        several = attr(shape.texts)
        yield case(
            "a list of texts is a list, and may be empty",
            "a list that comes back as one text has no member",
            "read it into a list, a tuple or a set",
            people({shape.texts: ["golf", "tea"]}, {shape.texts: []}, {shape.texts: None}, {}),
            (),
            Question(several.has_any(["tea"]), (1,)),
            Question(several.has_all(["golf", "tea"]), (1,)),
            Question(several.is_set(), (1, 2)),
        )
    if shape.nested is not None:
        outer, inner = shape.nested
        nested = attr(outer, inner)
        yield case(
            "a path walks into a mapping",
            "`requirements` names the first step of a path; the value is further in",
            "give the whole mapping under its first name, not a flat name with a dot",
            people({outer: {inner: "75011"}}, {outer: {inner: None}}, {outer: {}}, {}),
            (),
            Question(nested == "75011", (1,)),
            Question(~nested.is_set(), (2, 3, 4)),
            Question(attr(outer).is_set(), (1, 2, 3)),
        )


def _instants(name: str) -> SourceCase:
    instant = attr(name)
    paris = ZoneInfo("Europe/Paris")
    # The second of two times that the clocks of Paris show this hour.
    again = datetime(2022, 10, 30, 2, 30, fold=1, tzinfo=paris)
    exact = datetime(2022, 9, 12, 10, 30, 15, 123457, tzinfo=UTC)
    old = datetime(1965, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    new_years_eve = datetime(2022, 1, 1, 2, tzinfo=UTC)
    values = (exact, again, old, new_years_eve, None)
    return case(
        "an instant is aware, and the same to the microsecond",
        "a naive datetime is no instant, and one of another zone or second is another one",
        "hold instants in UTC with their microseconds, and give them a zone when you read them",
        [*people(*[{name: value} for value in values]), Contact(6)],
        (),
        Question(instant == exact, (1,)),
        Question(instant == exact.astimezone(paris), (1,)),
        Question(instant < exact, (3, 4)),
        Question(instant == datetime(2022, 10, 30, 1, 30, tzinfo=UTC), (2,)),
        Question(instant == old, (3,)),
        Question(instant == date(2022, 1, 1), (4,)),
        Question(instant == date(2021, 12, 31), (4,), tz=ZoneInfo("America/New_York")),
        Question(~instant.is_set(), (5, 6)),
    )
