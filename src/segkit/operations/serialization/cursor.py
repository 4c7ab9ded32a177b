"""What a document is made of, read by the methods of the plain types.

A subclass of dict, list or str is taken for what it is underneath: none of its own methods runs.
Nothing is compared or hashed before its type is known.


One spot of a document that is being read: its value, its path, and what is wrong with it.

Nothing here trusts the document. Values are told by their type and read with the methods of the
plain types, so that no method of a subclass runs; a value of a type that JSON does not have is
refused by its name. What is wrong is noted, and reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, NoReturn, TypeVar, cast

import attrs

from segkit.errors import DocumentError, Problem, SegkitError, shown
from segkit.model.segments import Segment
from segkit.operations.serialization.limits import Limits

# The type checkers know nothing of what the unbound methods give.
_DICT: Final[Any] = dict
_LIST: Final[Any] = list


def pairs_of(value: object) -> list[tuple[object, object]] | None:
    """The keys and values of an object, a dict; of anything else nothing."""
    if not issubclass(type(value), dict):
        return None
    return list(cast("Iterable[tuple[object, object]]", _DICT.items(value)))


def values_of(value: object) -> list[object] | None:
    """The values of a list; of anything else nothing."""
    if not issubclass(type(value), list):
        return None
    return list(cast("Iterable[object]", _LIST.__iter__(value)))


def text_of(value: object) -> str | None:
    """A text as plain ``str``; of anything else nothing."""
    return str.__str__(cast("str", value)) if issubclass(type(value), str) else None


_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def is_broken(text: str) -> bool:
    """Whether a surrogate pair stands in *text* as two characters.

    JSON writes it as it writes the one character that the pair is, and reads that.
    """
    return not text.isascii() and _PAIR.search(text) is not None


class Unreadable(NamedTuple):
    """What stands where a JSON text has a number that was not read, such as ``NaN``."""

    met: str
    expected: str

    def __repr__(self) -> str:
        return self.met  # as it was sent, where what is around it is shown


class Doubled(dict[str, object]):
    """An object of a JSON text in which a key comes twice."""

    __slots__ = ("keys_twice",)
    keys_twice: tuple[str, ...]


BuiltT = TypeVar("BuiltT")
MOST_TOLD: Final = 100
_LONGEST_MISSPELLED: Final = 40
_MOST_KNOWN: Final = 50


class Keys(NamedTuple):
    """The keys of an object: those it must have, and those it may have."""

    needed: tuple[str, ...]
    others: tuple[str, ...] = ()


@attrs.define
class Session:
    """One document while it is read.

    Attributes:
        limits: What it may ask for.
        segments: The segments that can be referred to by name, those that could not be read as
            ``None``; ``None`` where a segment is written out instead.
    """

    limits: Limits
    segments: Mapping[str, Segment | None] | None = None
    problems: list[Problem] = attrs.Factory(list[Problem])
    failed: int = 0
    """Refusals so far, those that came after the end included."""
    more: int = 0
    spent: int = 0
    nodes: int = 0
    patterns: int = 0
    too_deep: bool = False
    """That is told once: what nests too deep may do so in many thousand places."""
    over: bool = False
    """The document is too large: what follows is neither read nor told."""

    def spend(self, spot: Spot, size: int) -> bool:
        """Whether *size* more characters may be read."""
        self.spent += size
        if self.spent > self.limits.characters:
            spot.end(f"a document has at most {self.limits.characters:,} characters")
        return not self.over

    def count(self, spot: Spot, size: int = 1) -> bool:
        """Whether the document may have *size* more conditions."""
        self.nodes += size
        if self.nodes > self.limits.nodes:
            spot.end(
                f"a document has at most {self.limits.nodes:,} conditions, each reference to a "
                "segment counted as what it stands for"
            )
        return not self.over

    def refuse(self, word: str, document: object) -> NoReturn:
        """Raise all that was found.

        Raises:
            DocumentError: Always.
        """
        number = len(self.problems) + self.more
        told = [str(problem) for problem in self.problems]
        if self.more:
            told.append(f"and {self.more:,} more")
        said = told[0] if number == 1 else "\n  ".join([f"{number:,} problems", *told])
        raise DocumentError(word, said, document, tuple(self.problems), self.more)


class Spot:
    """A value of the document, with the way to it."""

    __slots__ = ("key", "level", "nesting", "parent", "session", "value")

    def __init__(
        self, session: Session, value: object, parent: Spot | None = None, key: str | int = "$"
    ) -> None:
        self.session = session
        self.value = value
        self.parent = parent
        self.key = key
        self.level: int = 1 if parent is None else parent.level + 1
        self.nesting: int = 0 if parent is None else parent.nesting
        """Conditions around it."""

    def at(self, key: str | int, value: object) -> Spot:
        """The spot of a value within this one."""
        return Spot(self.session, value, self, key)

    def path(self) -> str:
        """Where it is, as a JSON path. All keys on the way are keys of the format."""
        steps: list[str] = []
        spot: Spot | None = self
        while spot is not None:
            steps.append(f"[{spot.key}]" if isinstance(spot.key, int) else f".{spot.key}")
            spot = spot.parent
        return "".join(reversed(steps))[1:]

    # --- refusing ----------------------------------------------------------------------------

    def refuse(self, expected: str, met: str | None = None, known: Iterable[str] = ()) -> None:
        """Note that something else was expected here; *known* are words one may have meant."""
        session = self.session
        session.failed += 1
        if session.over:
            return
        if len(session.problems) == MOST_TOLD:
            session.more += 1
            return
        if known:
            expected += _meant(text_of(self.value) if met is None else met, known)
        if not expected.isprintable():
            expected = expected.encode("unicode_escape").decode("ascii")
        told = shown(self.value) if met is None else met
        if not told.isprintable():
            told = told.encode("unicode_escape").decode("ascii")
        session.problems.append(Problem(self.path(), told, expected))

    def refuse_depth(self, expected: str) -> None:
        """Note that this nests too deep."""
        if self.session.too_deep:
            self.session.failed += 1
        else:
            self.refuse(expected)
        self.session.too_deep = True

    def end(self, expected: str) -> None:
        """Note that the document is too large, and read no further."""
        if not self.session.over:
            self.refuse(expected)
        self.session.over = True

    def built(
        self, build: Callable[[], BuiltT], blamed: Callable[[str], Spot | None] | None = None
    ) -> BuiltT | None:
        """What *build* gives; what it refuses is a problem here, or at the spot to blame.

        Args:
            build: Calls a constructor of the model.
            blamed: Finds the spot by the path of the error.
        """
        try:
            return build()
        except SegkitError as error:
            spot = None if blamed is None else blamed(error.path)
            # "is a number" is said of the word that the path names: of a sum.
            of = f"{error.path} " if error.problem.startswith("is ") else ""
            (spot or self).refuse(of + error.problem)
            return None

    # --- reading -----------------------------------------------------------------------------

    def fields(self, what: str, keys: Keys) -> dict[str, Spot] | None:
        """The values of an object by their keys; a key that is missing or unknown is told."""
        given = self._object(what)
        return None if given is None else self._picked(what, given, keys)

    def tagged(self, what: str, kinds: Mapping[str, Keys]) -> tuple[str, dict[str, Spot]] | None:
        """The ``type`` of an object, and its other values."""
        given = self._object(what)
        if given is None:
            return None
        if "type" not in given:
            self.refuse(f'{what} needs the key "type", one of: {" ".join(kinds)}')
            return None
        spot = self.at("type", given.pop("type"))
        tag = spot.text()
        if tag is None:
            return None
        if tag not in kinds:
            spot.refuse(f"is no type of {what}; they are: {' '.join(kinds)}", known=kinds)
            return None
        return tag, self._picked(f'{what} of type "{tag}"', given, kinds[tag])

    def _object(self, what: str) -> dict[str, object] | None:
        pairs = pairs_of(self.value) if self._goes_on() else None
        if pairs is None:
            self.unlike(f"{what} is an object")
            return None
        if not self.session.spend(self, 1 + len(pairs)):
            return None
        # By the type, here and below: an object may lie about its class, or raise when it is asked.
        if type(self.value) is Doubled:
            for twice in self.value.keys_twice:
                self.refuse("a key comes once", shown(twice))
        given: dict[str, object] = {}
        for key, held in pairs:
            name = text_of(key)
            if name is None:
                self.refuse("the keys of an object are text", shown(key))
            elif name in given:
                self.refuse("a key comes once", shown(name))
            else:
                given[name] = held
        return given

    def _picked(self, what: str, given: dict[str, object], keys: Keys) -> dict[str, Spot]:
        known = (*keys.needed, *keys.others)
        picked: dict[str, Spot] = {}
        for name, held in given.items():
            if name in known:
                picked[name] = self.at(name, held)
                continue
            may = f"has the keys {' '.join(known)}" if known else "has no other keys"
            self.refuse(f"{what} {may}, and no {shown(name)}", shown(name), known)
        for name in keys.needed:
            if name not in given:
                self.refuse(f'{what} needs the key "{name}"')
        return picked

    def items(self, what: str, limit: int) -> list[Spot] | None:
        """The values of a list; one that is too long is not looked into."""
        values = values_of(self.value) if self._goes_on() else None
        if values is None:
            self.unlike(f"takes a list of {what}")
            return None
        if len(values) > limit:
            self.refuse(f"takes at most {limit:,} {what}", f"a list of {len(values):,}")
            return None
        if not self.session.spend(self, 1 + len(values)):
            return None
        return [self.at(place, held) for place, held in enumerate(values)]

    def text(self, what: str = "a text", limit: int | None = None) -> str | None:
        """A text, plain; by default as long as any may be."""
        text = text_of(self.value)
        if text is None:
            self.unlike(f"takes {what}")
            return None
        longest = self.session.limits.text if limit is None else limit
        if len(text) > longest:
            expected = f"has at most {longest:,} characters"
            self.refuse(expected, f"{shown(text)} ({len(text):,} characters)")
            return None
        if is_broken(text):
            self.refuse("holds a surrogate pair as two characters, which JSON has as one")
            return None
        return text if self.session.spend(self, len(text)) else None

    def flag(self) -> bool | None:
        """``true`` or ``false``."""
        if type(self.value) is bool:
            return self.value
        self.unlike("takes true or false")
        return None

    def _goes_on(self) -> bool:
        """Whether what is nested here may be looked into."""
        return self.level <= self.session.limits.depth and not self.session.over

    def unlike(self, expected: str, met: str | None = None) -> None:
        """Note that what stands here is not like *expected*, or could not be read at all."""
        if type(self.value) is Unreadable:
            self.refuse(self.value.expected, self.value.met)
        elif issubclass(type(self.value), dict | list) and not self._goes_on():
            limit = self.session.limits.depth
            self.refuse_depth(f"objects and lists nest at most {limit:,} levels deep")
        else:
            self.refuse(expected, met)


def _meant(met: str | None, known: Iterable[str]) -> str:
    """A guess at what was meant, as a question."""
    from difflib import get_close_matches  # noqa: PLC0415 - for those who misspell

    word = (met or "").strip("'\"")
    if len(word) > _LONGEST_MISSPELLED:
        return ""
    short = [text for text in islice(known, _MOST_KNOWN) if len(text) <= _LONGEST_MISSPELLED]
    near = get_close_matches(word, short, 1)
    return f'; did you mean "{near[0]}"?' if near else ""
