"""Cases about who comes out of a source: order, ids, pages, names that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from segkit.model.facts import Contact, Event
from segkit.testing.source_shape import DAY, NOW, Question, Shape, SourceCase, case
from segkit.words import all_of, any_of, attr, did, in_list

__all__ = ["about_contacts"]

_MANY: Final = 1203
"""More contacts than a page has, and more ids than some databases take in one list."""


def about_contacts(shape: Shape) -> Iterator[SourceCase]:
    """Who comes out of a source, in which order, of whom it is asked."""
    order, refund = shape.events
    text = shape.text
    everyone = all_of()
    four = [Contact(number, {text: "Lyon"}) for number in (1, 2, 3, 4)]
    orders = [Event(2, order, NOW - DAY, id=number) for number in (1, 2, 3)]
    yield case(
        "everybody comes once, and in one order",
        "an audience is in the order of its source, and a contact that comes twice is refused",
        "yield each contact once, also those without events, and sort by something unique",
        four,
        orders,
        Question(everyone, (1, 2, 3, 4)),
        Question(~did(order), (1, 3, 4)),
        Question(did(order).exactly(3), (2,)),
        Question((attr(text) == "Lyon") & ~did(refund), (1, 2, 3, 4)),
    )
    yield case(
        "nobody is there",
        "a shop begins empty, and nobody is in any segment then",
        "yield nothing; do not raise",
        (),
        (),
        Question(everyone, ()),
        Question(~did(order), ()),
        Question(~did(order), (), ids=(1, 2)),
    )
    yield case(
        "only those asked about come",
        "the answer about some must not name others; no ids at all is nobody, and not everybody",
        "tell None from an empty collection (`if ids is not None`), and leave out ids you lack",
        four,
        orders,
        Question(everyone, (), ids=()),
        Question(everyone, (1, 3), ids=(3, 1)),
        Question(everyone, (2,), ids=(2, 77)),
        Question(everyone, (), ids=(77,)),
        Question(everyone, (2, 4), ids=(4, 2, 4)),
        Question(did(order), (2,), ids=(1, 2), handed_in_as=set),
        Question(did(order), (2,), ids=(2, 3), handed_in_as=tuple),
        Question(~did(order), (3,), ids=(2, 3), handed_in_as=_keys),
    )
    # Every third in Lyon; orders of the first, of the last, and of one that lies between pages.
    many = [Contact(n, {text: "Lyon" if n % 3 == 0 else "Oslo"}) for n in range(1, _MANY + 1)]
    few = (1, 1000, _MANY)
    yield case(
        "a page has an end, and behind it there are more",
        "storages are read page by page, and lists of ids are long: nobody may fall between",
        "go on behind the last id of a page until none comes; hand long lists of ids in in parts",
        many,
        [Event(number, order, NOW - DAY, id=number) for number in few],
        Question(attr(text) == "Lyon", tuple(range(3, _MANY + 1, 3))),
        Question(did(order), few),
        Question(did(order), few, ids=tuple(range(_MANY, 0, -1))),
    )
    hostile = ("' OR 1=1 --", "id; DROP TABLE customer", "a.b", "100%_", "\u00e9\x00", "\ud800")
    yield case(
        "names that the storage does not have, or cannot hold, are nobody's",
        "the names in a segment may come from a user: they must not break a query, or make one",
        "take names by a list of those you have, and hand all others to no query",
        four,
        orders,
        *[
            Question(asked, ())
            for name in hostile
            for asked in (attr(name).is_set(), did(name), in_list(name))
        ],
        Question(any_of(did(order), *[attr(name) == 1 for name in hostile]), (2,)),
        Question(did(order, *hostile), (2,)),
    )


def _keys(ids: Iterable[Any]) -> Any:  # noqa: ANN401 - the keys of a dict are a set of no class
    return dict.fromkeys(ids).keys()
