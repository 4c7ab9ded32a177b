"""What ``attr(...)`` and ``prop(...)`` give: no condition yet, comparing one makes a condition."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, Unpack, cast

import attrs

from segkit.errors import (
    ConditionError,
    ConditionTypeError,
    short_repr,
    with_error_path,
    wrap_foreign_errors,
)
from segkit.model.base import Not, NotACondition
from segkit.model.comparisons import Anniversary, Comparison, Place, Reference, Scalar
from segkit.model.contact_leaves import Attribute, Property
from segkit.model.operators import Operator
from segkit.model.repr import pasteable_repr
from segkit.model.time_spans import Between, Day, DurationLike, Next, Units
from segkit.model.values import Kind, is_int, normalize, to_int
from segkit.model.window_methods import WindowComparisonMethods

if TYPE_CHECKING:
    from segkit.model.conditions import Condition

LeafT_co = TypeVar("LeafT_co", bound="Condition", covariant=True)


class Term(WindowComparisonMethods[LeafT_co], NotACondition, Generic[LeafT_co]):
    """A value that waits to be compared. It has no hash and no truth value.

    Every comparison is false where there is no value, or a value of another kind [V3], [V6].
    """

    __slots__ = ()

    advice = "compare the term first: write .is_set(), .is_true(), == ..."

    @abstractmethod
    def _path(self) -> tuple[str, ...]: ...

    # --- with one value ----------------------------------------------------------------------

    def __eq__(self, other: object) -> LeafT_co:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        """Equal, by kind and exact value [K1]."""
        return self._compare("==", other)

    def __ne__(self, other: object) -> Not:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        """The complement of ``==``: contacts without a value are included [V2], [V3]."""
        return Not(self._compare("==", other, "!="))

    __hash__ = None  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]

    def __lt__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare("<", other)

    def __le__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare("<=", other)

    def __gt__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare(">", other)

    def __ge__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare(">=", other)

    def is_true(self) -> LeafT_co:
        """The same as ``== True``, which linters rewrite."""
        return self._compare("==", other=True, word="is_true")

    def is_false(self) -> LeafT_co:
        """The same as ``== False``: not absent, and not the number 0."""
        return self._compare("==", other=False, word="is_false")

    def is_set(self) -> LeafT_co:
        """There is a value: not absent, ``None``, NaN, NaT or NA [V3]; empty text is one [V4]."""
        return self._compare("is_set", None)

    def has_any(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """A collection with one of *values* in it; a scalar counts as a collection of one [K5]."""
        return self._compare("has_any", values, ignore_case=ignore_case)

    def has_all(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """A collection with every one of *values* in it, at least one being asked for [K5]."""
        return self._compare("has_all", values, ignore_case=ignore_case)

    def is_in(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """Equal to one of *values* [K5]; to none of them if there are none."""
        return self._compare("is_in", values, ignore_case=ignore_case)

    # --- with text ---------------------------------------------------------------------------

    def contains(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """A text with *text* somewhere in it, code point by code point [K3]."""
        return self._compare("contains", text, ignore_case=ignore_case)

    def starts_with(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """A text that begins with *text* [K3]."""
        return self._compare("starts_with", text, ignore_case=ignore_case)

    def ends_with(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """A text that ends with *text* [K3]."""
        return self._compare("ends_with", text, ignore_case=ignore_case)

    def matches_regex(self, pattern: str, /) -> LeafT_co:
        r"""A text in which *pattern*, in RE2 syntax, is found anywhere [S7].

        Needs the extra ``regex``. RE2 (https://github.com/google/re2/wiki/Syntax) takes time
        linear in the text whatever the pattern, so patterns may come from a form.

        >>> from segkit import Contact, attr, matches
        >>> contact = Contact("ada", {"email": "ada@example.com"})
        >>> matches(attr("email").matches_regex(r"@example\.com$"), contact)
        True
        """
        return self._compare("matches_regex", pattern)

    # --- with two ends, and with time --------------------------------------------------------

    def between(self, start: Scalar | None, end: Scalar | None, /) -> LeafT_co:
        """Numbers and text: both ends included [K8]. Days and instants: as `Between` says [T7].

        ``None`` leaves one side open.
        """
        with self._error_path("between"):
            given = [end for end in (start, end) if end is not None]
            if not given:
                raise ConditionError("between", "one side may be open, not both", None)
            if any(_is_time(end) for end in given):
                window = Between(cast("Day | None", start), cast("Day | None", end))
                return self._compared(Comparison("within", window))
            if len(given) == 1:
                return self._compared(Comparison("<=" if start is None else ">=", given[0]))
            ends = cast("tuple[Scalar, Scalar]", (start, end))
            return self._compared(Comparison("between", ends))

    def within_next(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> LeafT_co:
        """In ``(now, now + length]``: now is not included, the far end is [T3]."""
        with self._error_path("within_next"):
            return self._compared(Comparison("within", Next(length, **units)))

    def anniversary_within_next(self, *, days: int) -> LeafT_co:
        """A day whose anniversary is today or in the next *days* local days, 0 or more [T10]."""
        return self._anniversary("anniversary_within_next", days, 0, 1)

    def anniversary_within_last(self, *, days: int) -> LeafT_co:
        """A day whose anniversary is today or was in the last *days* local days [T10]."""
        return self._anniversary("anniversary_within_last", days, -1, 0)

    def anniversary_in(self, *, days: int) -> LeafT_co:
        """A day whose anniversary is in exactly *days* local days; 0 is today [T10]."""
        return self._anniversary("anniversary_in", days, 1, 1)

    # --- with a place ------------------------------------------------------------------------

    def within_km(self, km: float, /, of: tuple[float, float]) -> LeafT_co:
        """A location at most *km* kilometres from *of*, (latitude, longitude) in degrees [S6].

        A location is a pair, or a mapping with the keys ``latitude`` and ``longitude``. The
        distance is the haversine one on a sphere of 6371.0088 km, the mean radius of the Earth
        by the IUGG; within one part in 10^9 of *km* either answer is right.
        """
        with self._error_path("within_km"):
            latitude, longitude = _lat_lon(of)
            return self._compared(Comparison("within_km", Place(km, latitude, longitude)))

    # --- what a term is not ------------------------------------------------------------------

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 - it never returns
        self._refuse("has no truth value: write .is_true(), .is_set() or compare it")

    if not TYPE_CHECKING:  # so that the checkers still report these

        def __contains__(self, item: object) -> NoReturn:
            self._refuse("does not answer `in`: write .contains(...) for text")

        def __and__(self, other: object) -> NoReturn:
            self._refuse("is not compared yet: write .is_true(), == ... before & and |")

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            self._refuse("is not compared yet: write .is_false(), or ~....is_set()")

    def __repr__(self) -> str:
        return self._call_repr()

    def _refuse(self, problem: str) -> NoReturn:
        raise ConditionTypeError(self._call_repr(), problem, self._path())

    def _compare(
        self, operator: Operator, other: object, word: str = "", *, ignore_case: bool = False
    ) -> LeafT_co:
        with self._error_path(word or operator):
            operand = self._operand(other)
            return self._compared(Comparison(operator, operand, ignore_case=ignore_case))

    def _operand(self, other: object) -> Scalar | Reference:
        """Return the operand: a fixed value, or a reference to a term of the same sort [K7]."""
        # By the type: an object may lie about its class, or raise when its class is read.
        kind: type[object] = type(other)
        if issubclass(kind, FirstProperty) and isinstance(self, PropertyTerm):
            return Reference(cast("FirstProperty", other).path, first=True)
        if kind is type(self) and issubclass(kind, AttributeTerm | PropertyTerm):
            return Reference(cast("Term[Any]", other)._path())  # noqa: SLF001 - of the same class
        if issubclass(kind, Term | FirstProperty):
            problem = (
                f"{other!r} is not of the same fact: attr(...) is compared with attr(...), "
                "prop(...) with prop(...) of the same event"
            )
            raise ConditionTypeError("operand", problem, other)
        return cast("Scalar", other)

    def _anniversary(self, word: str, days: int, first: int, last: int) -> LeafT_co:
        with self._error_path(word):
            number = _days(days)
            window = Anniversary(first * number, last * number)
            return self._compared(Comparison("anniversary", window))

    def _error_path(self, word: str) -> AbstractContextManager[None]:
        return with_error_path(f"{self._call_repr()}{'.' if word[0].isalpha() else ' '}{word}")


def _days(days: object) -> int:
    number = to_int(cast("int", days))
    if not is_int(number) or number < 0:
        problem = f"days is a whole number, 0 or more; got {short_repr(days)}"
        raise ConditionError("anniversary", problem, days)
    return number


def _lat_lon(of: object) -> tuple[float, float]:
    with wrap_foreign_errors("within_km"):
        try:
            latitude, longitude = cast("tuple[float, float]", of)
        except (TypeError, ValueError):
            problem = f"of= takes (latitude, longitude); got {short_repr(of)}"
            raise ConditionError("within_km", problem, of) from None
    return latitude, longitude


def _is_time(value: object) -> bool:
    return normalize(value)[0] in (Kind.DAY, Kind.INSTANT)


@attrs.frozen(eq=False, repr=False)
class AttributeTerm(Term[Attribute]):
    """One attribute of the contact, by its path; see `Term`."""

    path: tuple[str, ...]

    def _path(self) -> tuple[str, ...]:
        return self.path

    def _compared(self, comparison: Comparison) -> Attribute:
        return Attribute(self.path, comparison)

    def _call_repr(self) -> str:
        return f"attr({', '.join(map(pasteable_repr, self.path))})"


@attrs.frozen(eq=False, repr=False)
class PropertyTerm(Term[Property]):
    """One property of an event, by its path, for ``where``; see `Term`."""

    path: tuple[str, ...]

    def _path(self) -> tuple[str, ...]:
        return self.path

    def _compared(self, comparison: Comparison) -> Property:
        return Property(self.path, comparison)

    def _call_repr(self) -> str:
        return f"prop({', '.join(map(pasteable_repr, self.path))})"


@attrs.frozen(eq=False, repr=False)
class FirstProperty:
    """A property of the first event of a sequence: what later steps are compared with [S3]."""

    path: tuple[str, ...]

    def __repr__(self) -> str:
        return f"first_prop({', '.join(map(pasteable_repr, self.path))})"
