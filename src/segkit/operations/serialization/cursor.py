"""What a document is made of, read by the methods of the plain types.

A subclass of dict, list or str is taken for what it is underneath: none of its own methods runs.
Nothing is compared or hashed before its type is known.


One cursor of a document that is being read: its value, its path, and what is wrong with it.

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

from segkit.errors import DocumentError, Problem, SegkitError, short_repr
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


def has_split_surrogates(text: str) -> bool:
    """Whether a surrogate pair stands in *text* as two characters.

    JSON writes it as it writes the one character that the pair is, and reads that.
    """
    return not text.isascii() and _PAIR.search(text) is not None


class UnreadNumber(NamedTuple):
    """What stands where a JSON text has a number that was not read, such as ``NaN``."""

    found: str
    expected: str

    def __repr__(self) -> str:
        return self.found  # as it was sent, where what is around it is shown


class DuplicateKeys(dict[str, object]):
    """An object of a JSON text in which a key comes twice."""

    __slots__ = ("duplicates",)
    duplicates: tuple[str, ...]


BuiltT = TypeVar("BuiltT")
MAX_PROBLEMS: Final = 100
_LONGEST_MISSPELLED: Final = 40
_MOST_KNOWN: Final = 50


class ObjectShape(NamedTuple):
    """The keys of an object: those it must have, and those it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@attrs.define
class DecodeContext:
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
    omitted: int = 0
    characters: int = 0
    nodes: int = 0
    patterns: int = 0
    too_deep: bool = False
    """That is told once: what nests too deep may do so in many thousand places."""
    over: bool = False
    """The document is too large: what follows is neither read nor told."""

    def charge(self, cursor: Cursor, size: int) -> bool:
        """Whether *size* more characters may be read."""
        self.characters += size
        if self.characters > self.limits.characters:
            cursor.stop(f"a document has at most {self.limits.characters:,} characters")
        return not self.over

    def charge_nodes(self, cursor: Cursor, size: int = 1) -> bool:
        """Whether the document may have *size* more conditions."""
        self.nodes += size
        if self.nodes > self.limits.nodes:
            cursor.stop(
                f"a document has at most {self.limits.nodes:,} conditions, each reference to a "
                "segment counted as what it stands for"
            )
        return not self.over

    def raise_problems(self, word: str, document: object) -> NoReturn:
        """Raise all that was found.

        Raises:
            DocumentError: Always.
        """
        number = len(self.problems) + self.omitted
        told = [str(problem) for problem in self.problems]
        if self.omitted:
            told.append(f"and {self.omitted:,} more")
        said = told[0] if number == 1 else "\n  ".join([f"{number:,} problems", *told])
        raise DocumentError(word, said, document, tuple(self.problems), self.omitted)


class Cursor:
    """A value of the document, with the way to it."""

    __slots__ = ("context", "key", "level", "nesting", "parent", "value")

    def __init__(
        self,
        session: DecodeContext,
        value: object,
        parent: Cursor | None = None,
        key: str | int = "$",
    ) -> None:
        self.context = session
        self.value = value
        self.parent = parent
        self.key = key
        self.level: int = 1 if parent is None else parent.level + 1
        self.nesting: int = 0 if parent is None else parent.nesting
        """Conditions around it."""

    def at(self, key: str | int, value: object) -> Cursor:
        """The cursor of a value within this one."""
        return Cursor(self.context, value, self, key)

    def path(self) -> str:
        """Where it is, as a JSON path. All keys on the way are keys of the format."""
        steps: list[str] = []
        cursor: Cursor | None = self
        while cursor is not None:
            steps.append(f"[{cursor.key}]" if isinstance(cursor.key, int) else f".{cursor.key}")
            cursor = cursor.parent
        return "".join(reversed(steps))[1:]

    # --- refusing ----------------------------------------------------------------------------

    def report(self, expected: str, met: str | None = None, known: Iterable[str] = ()) -> None:
        """Note that something else was expected here; *known* are words one may have meant."""
        session = self.context
        session.failed += 1
        if session.over:
            return
        if len(session.problems) == MAX_PROBLEMS:
            session.omitted += 1
            return
        if known:
            expected += _suggest(text_of(self.value) if met is None else met, known)
        if not expected.isprintable():
            expected = expected.encode("unicode_escape").decode("ascii")
        told = short_repr(self.value) if met is None else met
        if not told.isprintable():
            told = told.encode("unicode_escape").decode("ascii")
        session.problems.append(Problem(self.path(), told, expected))

    def report_depth(self, expected: str) -> None:
        """Note that this nests too deep."""
        if self.context.too_deep:
            self.context.failed += 1
        else:
            self.report(expected)
        self.context.too_deep = True

    def stop(self, expected: str) -> None:
        """Note that the document is too large, and read no further."""
        if not self.context.over:
            self.report(expected)
        self.context.over = True

    def construct(
        self, build: Callable[[], BuiltT], blamed: Callable[[str], Cursor | None] | None = None
    ) -> BuiltT | None:
        """What *build* gives; what it refuses is a problem here, or at the cursor to blame.

        Args:
            build: Calls a constructor of the model.
            blamed: Finds the cursor by the path of the error.
        """
        try:
            return build()
        except SegkitError as error:
            cursor = None if blamed is None else blamed(error.path)
            # "is a number" is said of the word that the path names: of a sum.
            of = f"{error.path} " if error.problem.startswith("is ") else ""
            (cursor or self).report(of + error.problem)
            return None

    # --- reading -----------------------------------------------------------------------------

    def fields(self, what: str, keys: ObjectShape) -> dict[str, Cursor] | None:
        """The values of an object by their keys; a key that is missing or unknown is told."""
        given = self._object(what)
        return None if given is None else self._picked(what, given, keys)

    def tagged(
        self, what: str, kinds: Mapping[str, ObjectShape]
    ) -> tuple[str, dict[str, Cursor]] | None:
        """The ``type`` of an object, and its other values."""
        given = self._object(what)
        if given is None:
            return None
        if "type" not in given:
            self.report(f'{what} needs the key "type", one of: {" ".join(kinds)}')
            return None
        cursor = self.at("type", given.pop("type"))
        tag = cursor.text()
        if tag is None:
            return None
        if tag not in kinds:
            cursor.report(f"is no type of {what}; they are: {' '.join(kinds)}", known=kinds)
            return None
        return tag, self._picked(f'{what} of type "{tag}"', given, kinds[tag])

    def _object(self, what: str) -> dict[str, object] | None:
        pairs = pairs_of(self.value) if self._may_descend() else None
        if pairs is None:
            self.report_type(f"{what} is an object")
            return None
        if not self.context.charge(self, 1 + len(pairs)):
            return None
        # By the type, here and below: an object may lie about its class, or raise when it is asked.
        if type(self.value) is DuplicateKeys:
            for twice in self.value.duplicates:
                self.report("a key comes once", short_repr(twice))
        given: dict[str, object] = {}
        for key, held in pairs:
            name = text_of(key)
            if name is None:
                self.report("the keys of an object are text", short_repr(key))
            elif name in given:
                self.report("a key comes once", short_repr(name))
            else:
                given[name] = held
        return given

    def _picked(self, what: str, given: dict[str, object], keys: ObjectShape) -> dict[str, Cursor]:
        known = (*keys.required, *keys.optional)
        picked: dict[str, Cursor] = {}
        for name, held in given.items():
            if name in known:
                picked[name] = self.at(name, held)
                continue
            may = f"has the keys {' '.join(known)}" if known else "has no other keys"
            self.report(f"{what} {may}, and no {short_repr(name)}", short_repr(name), known)
        for name in keys.required:
            if name not in given:
                self.report(f'{what} needs the key "{name}"')
        return picked

    def items(self, what: str, limit: int) -> list[Cursor] | None:
        """The values of a list; one that is too long is not looked into."""
        values = values_of(self.value) if self._may_descend() else None
        if values is None:
            self.report_type(f"takes a list of {what}")
            return None
        if len(values) > limit:
            self.report(f"takes at most {limit:,} {what}", f"a list of {len(values):,}")
            return None
        if not self.context.charge(self, 1 + len(values)):
            return None
        return [self.at(place, held) for place, held in enumerate(values)]

    def text(self, what: str = "a text", limit: int | None = None) -> str | None:
        """A text, plain; by default as long as any may be."""
        text = text_of(self.value)
        if text is None:
            self.report_type(f"takes {what}")
            return None
        longest = self.context.limits.text if limit is None else limit
        if len(text) > longest:
            expected = f"has at most {longest:,} characters"
            self.report(expected, f"{short_repr(text)} ({len(text):,} characters)")
            return None
        if has_split_surrogates(text):
            self.report("holds a surrogate pair as two characters, which JSON has as one")
            return None
        return text if self.context.charge(self, len(text)) else None

    def flag(self) -> bool | None:
        """``true`` or ``false``."""
        if type(self.value) is bool:
            return self.value
        self.report_type("takes true or false")
        return None

    def _may_descend(self) -> bool:
        """Whether what is nested here may be looked into."""
        return self.level <= self.context.limits.depth and not self.context.over

    def report_type(self, expected: str, met: str | None = None) -> None:
        """Note that what stands here is not like *expected*, or could not be read at all."""
        if type(self.value) is UnreadNumber:
            self.report(self.value.expected, self.value.found)
        elif issubclass(type(self.value), dict | list) and not self._may_descend():
            limit = self.context.limits.depth
            self.report_depth(f"objects and lists nest at most {limit:,} levels deep")
        else:
            self.report(expected, met)


def _suggest(met: str | None, known: Iterable[str]) -> str:
    """A guess at what was meant, as a question."""
    from difflib import get_close_matches  # noqa: PLC0415 - for those who misspell

    word = (met or "").strip("'\"")
    if len(word) > _LONGEST_MISSPELLED:
        return ""
    short = [text for text in islice(known, _MOST_KNOWN) if len(text) <= _LONGEST_MISSPELLED]
    near = get_close_matches(word, short, 1)
    return f'; did you mean "{near[0]}"?' if near else ""
