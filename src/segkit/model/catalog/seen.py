"""The values that data holds for one field: counts by kind, extremes and examples.

`ValueCounter` counts many values at a time with the functions of Python that loop in C, because
every value of every contact passes through it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import Any, Final, cast

import attrs

from segkit.model.catalog.text_kinds import kind_of_texts
from segkit.model.facts import readable_members
from segkit.model.validation import is_mapping
from segkit.model.values import Kind, TypedValue, collection_items, is_naive, normalize

MAX_VALUES: Final = 1_000
"""A field with more different values than this keeps their extremes, and not the values."""

_MAX_EXAMPLES: Final = 3
_MAX_TEXT: Final = 200
"""A field with a longer text keeps neither its values nor its extremes."""

_MAPPING: Final = "mapping"
_NAIVE: Final = "naive datetime"
MAX_LEVELS: Final = 20
_MAX_INT: Final = 2**61 - 1
"""Whole numbers up to this have different hashes, so a set of them takes linear time."""


@attrs.frozen
class SeenKind:
    """The values of one kind that a field has in the data.

    Attributes:
        count: The number of values.
        least: The least value of numbers, texts, days and instants; ``None`` if it was not kept.
        greatest: The greatest value, likewise.
        examples: Some of the first different values, at most three; of a long text, its first 200
            characters.
        values: All different values; ``None`` if there are more than 1,000, or a text has more than
            200 characters, or a number has more than 18 digits.
        empty: The number of empty texts.
        reads_as: For texts: ``number``, ``boolean``, ``day``, ``instant`` or ``JSON``, if all texts
            that were tried can be read as that.
        lengths: The lengths of the shortest and of the longest text.
        members: The members of the collections.
        is_described: For mappings: whether the field has their fields. There are none for mappings
            in a collection, for mappings in twenty others, and after 500 places with mappings.
    """

    count: int
    least: Any = None
    greatest: Any = None
    examples: tuple[Any, ...] = ()
    values: tuple[Any, ...] | None = attrs.field(default=None, repr=False)
    empty: int = 0
    reads_as: str | None = None
    lengths: tuple[int, int] | None = None
    members: SeenValues | None = None
    is_described: bool = True


@attrs.frozen
class SeenValues:
    """The values that the data holds for one field.

    Attributes:
        among: The number of contacts, or of events of the name, that were read; of the members of
            a collection, the number of members.
        kinds: The values by the name of their kind. Beside the kinds of `Field` there are
            ``mapping``, ``naive datetime``, and ``no kind`` for other values that cannot be
            compared.
    """

    among: int
    kinds: Mapping[str, SeenKind] = attrs.field(factory=dict[str, SeenKind])

    @property
    def count(self) -> int:
        """The number of contacts or events in which the field has a value."""
        return sum(kind.count for kind in self.kinds.values())


def have_zone_utc(moments: Sequence[datetime]) -> bool:
    """Return whether each of *moments* has ``UTC`` itself, and no zone that is equal to it."""
    # By identity: the zone of a host may raise from __hash__ or __eq__ [V1].
    return {id(UTC)}.issuperset(map(id, map(attrgetter("tzinfo"), moments)))


class _KindCounter:
    """The values of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.count = self.empty = 0
        self.least: TypedValue | None = None
        self.greatest: TypedValue | None = None
        self.pool: dict[Any, None] = {}  # The first different values, in order.
        self.is_full = self.omits_numbers = False
        self.lengths: tuple[int, int] | None = None
        self.members: ValueCounter | None = None
        self.is_described = True

    @property
    def has_long_texts(self) -> bool:
        """Whether a text is too long to be kept."""
        return self.lengths is not None and self.lengths[1] > _MAX_TEXT

    def add_scalars(self, values: Sequence[Any]) -> None:
        """Add values of one type that can be hashed and, except booleans, ordered."""
        self.count += len(values)
        different: Iterable[Any] = values if self.is_full else dict.fromkeys(values)
        if self.kind == Kind.TEXT.value:
            self._add_lengths(values, different)
        if not self.is_full:
            self._add_to_pool(self._few_long(different) if self.has_long_texts else different)
        if self.kind != Kind.BOOLEAN.value and not self.has_long_texts:
            self.add_extremes(min(different), max(different))

    def _add_to_pool(self, different: Iterable[Any]) -> None:
        """Add the different values to the pool, in order, until it is full."""
        self.pool.update(dict.fromkeys(islice(different, MAX_VALUES + 1)))
        if len(self.pool) > MAX_VALUES:
            self.is_full = True
            self.pool = dict.fromkeys(islice(self.pool, MAX_VALUES))

    def _few_long(self, different: Iterable[str]) -> Iterator[str]:
        """Return the texts without the long ones, of which the pool has a few at most."""
        number = sum(len(text) > _MAX_TEXT for text in self.pool)
        for text in different:
            if len(text) > _MAX_TEXT and text not in self.pool:
                number += 1
                if number > _MAX_EXAMPLES:
                    continue
            yield text

    def _add_lengths(self, values: Sequence[str], different: Iterable[str]) -> None:
        sizes = set(map(len, different))
        low, high = min(sizes), max(sizes)
        if not low:
            self.empty += values.count("")
        if self.lengths is not None:
            low, high = min(low, self.lengths[0]), max(high, self.lengths[1])
        self.lengths = (low, high)

    def add_extremes(self, low: object, high: object) -> None:
        """Add the least and the greatest of some values."""
        # In comparable form: a float and a Decimal are compared as the decimals that they print as.
        least, greatest = normalize(low), normalize(high)
        if self.least is None or cast("Any", least[1]) < self.least[1]:
            self.least = least
        if self.greatest is None or cast("Any", greatest[1]) > self.greatest[1]:
            self.greatest = greatest

    def add_others(self, count: int) -> None:
        """Add values that are counted only."""
        self.count += count

    def add_collections(self, values: Sequence[Iterable[object]]) -> None:
        """Add collections with their members."""
        self.count += len(values)
        if self.members is None:
            self.members = ValueCounter(0, Places())
        self.members.add(list(chain.from_iterable(values)))

    def seen(self, *, examples: bool) -> SeenKind:
        """Return the counts, with or without examples."""
        is_text = self.kind == Kind.TEXT.value
        keeps_extremes = not is_text or (examples and not self.has_long_texts)
        keeps_values = examples and not (self.is_full or self.omits_numbers or self.has_long_texts)
        members = self.members
        pool = list(self.pool)
        first = pool[:_MAX_EXAMPLES] if examples else []
        least, greatest = self.least, self.greatest
        return SeenKind(
            self.count,
            least=least[1] if least is not None and keeps_extremes else None,
            greatest=greatest[1] if greatest is not None and keeps_extremes else None,
            examples=tuple(text[:_MAX_TEXT] for text in first) if is_text else tuple(first),
            values=tuple(pool) if pool and keeps_values else None,
            empty=self.empty,
            reads_as=kind_of_texts(pool) if is_text else None,
            lengths=self.lengths,
            members=None if members is None else members.seen(members.added, examples=examples),
            is_described=self.is_described,
        )


@attrs.define
class Places:
    """The places in the data that hold mappings: so many are described, and no more.

    A mapping may contain itself under two names, and then has 2**20 places of a depth of twenty.
    """

    left: int = 500

    def take(self) -> bool:
        """Take one place; return whether there was one."""
        self.left -= 1
        return self.left >= 0


class ValueCounter:
    """The values of one field, and the fields of the mappings among them.

    The mappings and collections among the members of a collection are counted only [K5].

    Args:
        levels: How deep mappings and collections are counted with what they contain.
        places: The places of mappings, which all counters of an observation share.
    """

    def __init__(self, levels: int, places: Places) -> None:
        self.added = 0
        self.kinds: dict[str, _KindCounter] = {}
        self.levels = levels
        self.places = places
        self.fields: FieldCounters | None = None

    def seen(self, among: int, *, examples: bool) -> SeenValues:
        """Return the counts of the values of *among* contacts or events."""
        kinds = {name: counter.seen(examples=examples) for name, counter in self.kinds.items()}
        return SeenValues(among, kinds)

    def _kind(self, kind: str) -> _KindCounter:
        counter = self.kinds.get(kind)
        if counter is None:
            counter = self.kinds[kind] = _KindCounter(kind)
        return counter

    def add(self, values: Sequence[Any]) -> None:
        """Add values of any types."""
        self.added += len(values)
        types: dict[type[Any], None] = dict.fromkeys(map(type, values))
        for type_ in types:
            own = values if len(types) == 1 else [value for value in values if type(value) is type_]
            if type_ is not type(None) and not self._add_of_type(type_, own):
                self._add_normalized(own)

    def _add_of_type(self, type_: type[Any], values: Sequence[Any]) -> bool:
        """Add values of one builtin type; return whether that was possible."""
        if type_ is str:
            self._kind(Kind.TEXT.value).add_scalars(values)
        elif type_ is bool:
            self._kind(Kind.BOOLEAN.value).add_scalars(values)
        elif type_ is int:
            if not (min(values) > -_MAX_INT and max(values) < _MAX_INT):
                return False
            self._kind(Kind.NUMBER.value).add_scalars(values)
        elif type_ is float:
            numbers = [number for number in values if number == number]  # noqa: PLR0124 - not NaN
            if numbers:
                self._kind(Kind.NUMBER.value).add_scalars(numbers)
        elif type_ is date:
            self._kind(Kind.DAY.value).add_scalars(values)
        elif type_ is datetime:
            if not have_zone_utc(values):
                return False
            self._kind(Kind.INSTANT.value).add_scalars(values)
        elif type_ is dict:
            self._add_mappings(values)
        elif type_ in (list, tuple, set, frozenset):
            self._add_collections(values)
        else:
            return False
        return True

    def _add_normalized(self, values: Sequence[Any]) -> None:
        """Add values of other types one by one, as a condition reads them."""
        scalars: defaultdict[str, list[Any]] = defaultdict(list)
        for value in values:
            kind, normalized = normalize(value)
            if kind is Kind.NO_VALUE:
                continue
            if kind is Kind.INCOMPARABLE:
                self._add_incomparable(value)
            elif kind is Kind.COLLECTION:
                self._add_collections([collection_items(normalized)])
            elif kind is Kind.NUMBER and not -_MAX_INT < cast("int", normalized) < _MAX_INT:
                self._add_long_number(normalized)
            else:
                scalars[kind.value].append(normalized)
        for name, of_one_kind in scalars.items():
            self._kind(name).add_scalars(of_one_kind)

    def _add_long_number(self, number: object) -> None:
        counter = self._kind(Kind.NUMBER.value)
        counter.add_others(1)
        counter.omits_numbers = True
        counter.add_extremes(number, number)

    def _add_incomparable(self, value: object) -> None:
        if is_mapping(value):
            self._add_mappings(plain_mappings([value]))
        else:
            self._kind(_NAIVE if is_naive(value) else Kind.INCOMPARABLE.value).add_others(1)

    def _add_mappings(self, mappings: Sequence[dict[Any, Any]]) -> None:
        counter = self._kind(_MAPPING)
        counter.add_others(len(mappings))
        if self.fields is None and self.levels and self.places.take():
            self.fields = FieldCounters(self.levels - 1, self.places)
        if self.fields is None:
            counter.is_described = False
        else:
            self.fields.add(mappings)

    def _add_collections(self, collections: Sequence[Iterable[object]]) -> None:
        counter = self._kind(Kind.COLLECTION.value)
        if self.levels:
            counter.add_collections(collections)
        else:
            counter.add_others(len(collections))


def plain_mappings(values: Iterable[object]) -> list[dict[Any, Any]]:
    """Return the mappings as dicts of what can be read; another value is an empty dict."""
    mappings = list(values)
    if set(map(type, mappings)) == {dict}:
        return cast("list[dict[Any, Any]]", mappings)
    return [
        cast("dict[Any, Any]", readable_members(mapping)) if is_mapping(mapping) else {}
        for mapping in mappings
    ]


def with_plain_names(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a mapping with its names as plain texts; keys that are no text are left out."""
    # A member of a StrEnum is found by its text. Other keys may raise from __hash__ or __eq__ [V1].
    return {
        str.__str__(name): value for name, value in mapping.items() if issubclass(type(name), str)
    }


class FieldCounters:
    """The fields of many mappings, each with the counter of its values."""

    def __init__(self, levels: int, places: Places) -> None:
        self.by_name: dict[str, ValueCounter] = {}
        self.levels = levels
        self.places = places

    def add(self, mappings: Sequence[dict[Any, Any]]) -> None:
        """Add the values of mappings by their names; names that are not text are skipped."""
        if not {str}.issuperset(map(type, chain.from_iterable(mappings))):
            mappings = list(map(with_plain_names, mappings))
        for name, values in _values_by_name(mappings):
            counter = self.by_name.get(name)
            if counter is None:
                counter = self.by_name[name] = ValueCounter(self.levels, self.places)
            counter.add(values)


def _values_by_name(mappings: Sequence[dict[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    """Return each name with its values."""
    names = dict.fromkeys(chain.from_iterable(mappings))
    if len(names) * len(mappings) > _MAX_MISSING * sum(map(len, mappings)):
        # Each mapping has few of the names, such as numbers by product: not every one is looked up.
        by_name: defaultdict[str, list[Any]] = defaultdict(list)
        for mapping in mappings:
            for name, value in mapping.items():
                by_name[name].append(value)
        yield from by_name.items()
        return
    for name in names:
        try:
            yield name, list(map(itemgetter(name), mappings))
        except KeyError:
            yield name, [mapping[name] for mapping in mappings if name in mapping]


_MAX_MISSING: Final = 4
