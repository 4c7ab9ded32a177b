"""What ``attr(...)`` and ``prop(...)`` give: no condition yet, comparing one makes a condition."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, Unpack, cast

import attrs

from segkit.errors import ConditionError, ConditionTypeError, located
from segkit.model.conditions import Attribute, Property
from segkit.model.durations import DurationLike, Units
from segkit.model.fluent import ComparedInTime
from segkit.model.logic import Not
from segkit.model.operators import Comparison, Operator, Scalar
from segkit.model.showing import pasted
from segkit.model.values import Kind, read
from segkit.model.windows import Between, Day, Next

__all__ = ["AttributeTerm", "PropertyTerm", "Term"]

LeafT_co = TypeVar("LeafT_co", Attribute, Property, covariant=True)


class Term(ComparedInTime[LeafT_co], Generic[LeafT_co]):
    """A value that waits to be compared. It has no hash and no truth value.

    Every comparison is false where there is no value, or a value of another kind [V3], [V6].
    """

    __slots__ = ()

    @abstractmethod
    def _path(self) -> tuple[str, ...]: ...

    # --- with one value ----------------------------------------------------------------------

    def __eq__(self, other: object) -> LeafT_co:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        """Equal, by kind and exact value [K1]."""
        return self._held("==", other)

    def __ne__(self, other: object) -> Not:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        """The complement of ``==``: contacts without a value are included [V2], [V3]."""
        return Not(self._held("==", other, "!="))

    __hash__ = None  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]

    def __lt__(self, other: Scalar) -> LeafT_co:
        return self._held("<", other)

    def __le__(self, other: Scalar) -> LeafT_co:
        return self._held("<=", other)

    def __gt__(self, other: Scalar) -> LeafT_co:
        return self._held(">", other)

    def __ge__(self, other: Scalar) -> LeafT_co:
        return self._held(">=", other)

    def is_true(self) -> LeafT_co:
        """The same as ``== True``, which linters rewrite."""
        return self._held("==", other=True, word="is_true")

    def is_false(self) -> LeafT_co:
        """The same as ``== False``: not absent, and not the number 0."""
        return self._held("==", other=False, word="is_false")

    def is_set(self) -> LeafT_co:
        """There is a value: not absent, ``None``, NaN, NaT or NA [V3]; empty text is one [V4]."""
        return self._held("is_set", None)

    def is_in(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """Equal to one of *values* [K5]; to none of them if there are none."""
        return self._held("is_in", values, ignore_case=ignore_case)

    # --- with text ---------------------------------------------------------------------------

    def contains(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """A text with *text* somewhere in it, code point by code point [K3]."""
        return self._held("contains", text, ignore_case=ignore_case)

    def starts_with(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """A text that begins with *text* [K3]."""
        return self._held("starts_with", text, ignore_case=ignore_case)

    def ends_with(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """A text that ends with *text* [K3]."""
        return self._held("ends_with", text, ignore_case=ignore_case)

    # --- with two ends, and with time --------------------------------------------------------

    def between(self, start: Scalar | None, end: Scalar | None, /) -> LeafT_co:
        """Numbers and text: both ends included [K8]. Days and instants: as `Between` says [T7].

        ``None`` leaves one side open.
        """
        with self._word("between"):
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
        with self._word("within_next"):
            return self._compared(Comparison("within", Next(length, **units)))

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
        return self._door()

    def _refuse(self, problem: str) -> NoReturn:
        raise ConditionTypeError(self._door(), problem, self._path())

    def _held(
        self, operator: Operator, other: object, word: str = "", *, ignore_case: bool = False
    ) -> LeafT_co:
        with self._word(word or operator):
            operand = cast("Scalar", other)
            return self._compared(Comparison(operator, operand, ignore_case=ignore_case))

    def _word(self, word: str) -> AbstractContextManager[None]:
        return located(f"{self._door()}{'.' if word[0].isalpha() else ' '}{word}")


def _is_time(value: object) -> bool:
    return read(value)[0] in (Kind.DAY, Kind.INSTANT)


@attrs.frozen(eq=False, repr=False)
class AttributeTerm(Term[Attribute]):
    """One attribute of the contact, by its path; see `Term`."""

    path: tuple[str, ...]

    def _path(self) -> tuple[str, ...]:
        return self.path

    def _compared(self, comparison: Comparison) -> Attribute:
        return Attribute(self.path, comparison)

    def _door(self) -> str:
        return f"attr({', '.join(map(pasted, self.path))})"


@attrs.frozen(eq=False, repr=False)
class PropertyTerm(Term[Property]):
    """One property of an event, by its path, for ``where``; see `Term`."""

    path: tuple[str, ...]

    def _path(self) -> tuple[str, ...]:
        return self.path

    def _compared(self, comparison: Comparison) -> Property:
        return Property(self.path, comparison)

    def _door(self) -> str:
        return f"prop({', '.join(map(pasted, self.path))})"
