"""`Cursor`: one value of a document that is decoded, with its path and the problems found so far.

The document is untrusted. A value is recognized by its type and read with the methods of `dict`,
`list` and `str`, so that no method of a subclass runs. A problem is recorded, and decoding goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, NoReturn, TypeVar, cast

import attrs

from segkit.errors import DocumentError, Problem, SegkitError, short_repr
from segkit.model.segments import Segment
from segkit.model.spelling import nearest_name
from segkit.operations.serialization.catalog_scope import CatalogScope
from segkit.operations.serialization.limits import Limits

# The type checkers do not know what the unbound methods return.
_DICT: Final[Any] = dict
_LIST: Final[Any] = list


def items_of(value: object) -> list[tuple[object, object]] | None:
    """Return the keys and values of a `dict`, or ``None`` for another type."""
    return list(_DICT.items(value)) if issubclass(type(value), dict) else None


def values_of(value: object) -> list[object] | None:
    """Return the values of a `list`, or ``None`` for another type."""
    return list(_LIST.__iter__(value)) if issubclass(type(value), list) else None


def text_of(value: object) -> str | None:
    """Return a text as a plain ``str``, or ``None`` for another type."""
    return str.__str__(cast("str", value)) if issubclass(type(value), str) else None


SPLIT_SURROGATES: Final = "holds a surrogate pair as two characters, which JSON has as one"
_SPLIT_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def has_split_surrogates(text: str) -> bool:
    """Whether *text* has a surrogate pair as two characters, which JSON decodes as one."""
    return not text.isascii() and _SPLIT_PAIR.search(text) is not None


class UnreadNumber(NamedTuple):
    """The place of a number in a JSON text that was not decoded, such as ``NaN``."""

    found: str
    expected: str

    def __repr__(self) -> str:
        return self.found


class DuplicateKeys(dict[str, object]):
    """An object of a JSON text in which keys are repeated."""

    def __init__(self, values: dict[str, object]) -> None:
        super().__init__(values)
        self.duplicates: list[str] = []


BuiltT = TypeVar("BuiltT")
MAX_PROBLEMS: Final = 100
_MAX_SUGGESTIONS: Final = 50


@attrs.define
class DecodeContext:
    """The state of one document while it is decoded.

    Attributes:
        segments: The segments that can be referred to by name, ``None`` for a segment that could
            not be decoded. ``None`` in a document without ``segments``, where references are
            written in full.
        failures: The number of problems so far, with the problems that are no longer recorded.
        depth_reported: Whether a place that nests too deep is recorded: one is enough.
        stopped: Whether the document is too large. The rest is neither read nor reported.
        scope: The kinds of the catalog that the document is decoded with, if there is one.
    """

    limits: Limits
    segments: Mapping[str, Segment | None] | None = None
    problems: list[Problem] = attrs.Factory(list[Problem])
    failures: int = 0
    omitted: int = 0
    characters: int = 0
    nodes: int = 0
    patterns: int = 0
    depth_reported: bool = False
    stopped: bool = False
    scope: CatalogScope | None = None

    def count_characters(self, cursor: Cursor, number: int) -> bool:
        """Count *number* more characters, and return whether decoding may go on."""
        self.characters += number
        if self.characters > self.limits.characters:
            cursor.stop(f"a document has at most {self.limits.characters:,} characters")
        return not self.stopped

    def count_nodes(self, cursor: Cursor, number: int = 1) -> bool:
        """Count *number* more conditions, and return whether decoding may go on."""
        self.nodes += number
        if self.nodes > self.limits.nodes:
            cursor.stop(
                f"a document has at most {self.limits.nodes:,} conditions, with the conditions of "
                "a segment counted for each reference to it"
            )
        return not self.stopped

    def raise_problems(self, path: str, document: object) -> NoReturn:
        """Raise the recorded problems as one `DocumentError`."""
        number = len(self.problems) + self.omitted
        lines = [str(problem) for problem in self.problems]
        if self.omitted:
            lines.append(f"and {self.omitted:,} more")
        text = lines[0] if number == 1 else "\n  ".join([f"{number:,} problems", *lines])
        raise DocumentError(path, text, document, tuple(self.problems), self.omitted)


class Cursor:
    """One value of the document, with its path.

    Attributes:
        level: The level of nested objects and lists, 1 for the document.
        nesting: The number of conditions around the value.
    """

    __slots__ = ("context", "key", "level", "nesting", "parent", "value")

    def __init__(
        self,
        context: DecodeContext,
        value: object,
        parent: Cursor | None = None,
        key: str | int = "$",
    ) -> None:
        self.context = context
        self.value = value
        self.parent = parent
        self.key = key
        self.level: int = 1 if parent is None else parent.level + 1
        self.nesting: int = 0 if parent is None else parent.nesting

    def child(self, key: str | int, value: object) -> Cursor:
        """Return the cursor of a value in this object or list."""
        return Cursor(self.context, value, self, key)

    def path(self) -> str:
        """Return the JSON path. Only keys of the format are in it."""
        steps: list[str] = []
        cursor: Cursor | None = self
        while cursor is not None:
            steps.append(f"[{cursor.key}]" if isinstance(cursor.key, int) else f".{cursor.key}")
            cursor = cursor.parent
        return "".join(reversed(steps))[1:]

    # --- recording problems ------------------------------------------------------------------

    def report(self, expected: str, found: str | None = None, known: Iterable[str] = ()) -> None:
        """Record a problem at this value; the nearest of the *known* words is suggested."""
        context = self.context
        context.failures += 1
        if context.stopped:
            return
        if len(context.problems) == MAX_PROBLEMS:
            context.omitted += 1
            return
        if known:
            expected += _suggestion(text_of(self.value) if found is None else found, known)
        found = short_repr(self.value) if found is None else found
        context.problems.append(Problem(self.path(), _printable(found), _printable(expected)))

    def report_type(self, expected: str) -> None:
        """Record that this value is of another type than *expected*, or could not be read."""
        if type(self.value) is UnreadNumber:
            self.report(self.value.expected, self.value.found)
        elif issubclass(type(self.value), dict | list) and not self._may_enter():
            limit = self.context.limits.depth
            self.report_depth(f"objects and lists nest at most {limit:,} levels deep")
        else:
            self.report(expected)

    def report_depth(self, expected: str) -> None:
        """Record that the document nests too deep, once."""
        if self.context.depth_reported:
            self.context.failures += 1
        else:
            self.report(expected)
        self.context.depth_reported = True

    def report_recursion(self) -> None:
        """Record that Python's recursion limit is reached."""
        self.report("nests too deep for the recursion limit of Python and the calls so far")

    def stop(self, expected: str) -> None:
        """Record that the document is too large, and stop decoding."""
        if not self.context.stopped:
            self.report(expected)
        self.context.stopped = True

    def construct(
        self, build: Callable[[], BuiltT], cursor_of: Callable[[str], Cursor | None]
    ) -> BuiltT | None:
        """Return the result of *build*, a call of a constructor of the model.

        An error is recorded at the cursor that *cursor_of* returns for its path, or at this one.
        """
        try:
            return build()
        except SegkitError as error:
            (cursor_of(error.path) or self).report(error.expected)
            return None

    # --- reading -----------------------------------------------------------------------------

    def mapping(self, name: str) -> dict[str, object] | None:
        """Return the keys and values of an object, such as "a window"."""
        pairs = items_of(self.value) if self._may_enter() else None
        if pairs is None:
            self.report_type(f"{name} is an object")
            return None
        if not self.context.count_characters(self, 1 + len(pairs)):
            return None
        # By the type, here and below: an object may lie about its class, or raise when it is read.
        if type(self.value) is DuplicateKeys:
            for duplicate in self.value.duplicates:
                self.report("each key of an object appears once", short_repr(duplicate))
        values: dict[str, object] = {}
        for key, value in pairs:
            text = text_of(key)
            if text is None:
                self.report("the keys of an object are text", short_repr(key))
            elif text in values:
                self.report("each key of an object appears once", short_repr(text))
            else:
                values[text] = value
        return values

    def select(
        self, name: str, values: Mapping[str, object], required: Iterable[str], known: Iterable[str]
    ) -> dict[str, Cursor]:
        """Return the cursors of the *known* keys; a missing or an unknown key is a problem."""
        cursors: dict[str, Cursor] = {}
        for key, value in values.items():
            if key in known:
                cursors[key] = self.child(key, value)
                continue
            keys = f"has the keys {' '.join(known)} only" if known else "has no other keys"
            self.report(f"{name} {keys}", short_repr(key), known)
        for key in required:
            if key not in values:
                self.report(f'{name} needs the key "{key}"')
        return cursors

    def items(self, plural: str, limit: int) -> list[Cursor] | None:
        """Return the cursors of a list; a list that is too long is not entered."""
        values = values_of(self.value) if self._may_enter() else None
        if values is None:
            self.report_type(f"takes a list of {plural}")
            return None
        if len(values) > limit:
            self.report(f"takes at most {limit:,} {plural}", f"a list of {len(values):,}")
            return None
        if not self.context.count_characters(self, 1 + len(values)):
            return None
        return [self.child(index, value) for index, value in enumerate(values)]

    def text(self, name: str = "a text", limit: int | None = None) -> str | None:
        """Return a text of at most *limit* characters, `Limits.text` by default."""
        text = text_of(self.value)
        if text is None:
            self.report_type(f"takes {name}")
            return None
        longest = self.context.limits.text if limit is None else limit
        if len(text) > longest:
            expected = f"has at most {longest:,} characters"
            self.report(expected, f"{short_repr(text)} ({len(text):,} characters)")
            return None
        if has_split_surrogates(text):
            self.report(SPLIT_SURROGATES)
            return None
        return text if self.context.count_characters(self, len(text)) else None

    def flag(self) -> bool | None:
        """Return ``true`` or ``false``."""
        if type(self.value) is bool:
            return self.value
        self.report_type("takes true or false")
        return None

    def _may_enter(self) -> bool:
        return self.level <= self.context.limits.depth and not self.context.stopped


def _printable(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")


def _suggestion(found: str | None, known: Iterable[str]) -> str:
    near = nearest_name((found or "").strip("'\""), islice(known, _MAX_SUGGESTIONS))
    return f'; did you mean "{near}"?' if near else ""
