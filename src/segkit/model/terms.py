"""Terms: what ``attr(...)`` and ``prop(...)`` return. Comparing a term makes a condition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeVar, Unpack, cast

import attrs

from segkit.errors import ConditionTypeError, join_items, short_repr, with_error_path
from segkit.model.base import Not, NotACondition, refuse_missing_brackets
from segkit.model.call_hints import written_as
from segkit.model.comparisons import Anniversary, Comparison, Place, Reference, Scalar
from segkit.model.contact_leaves import Attribute, Property
from segkit.model.method_hints import TERM_HINTS, MethodHints
from segkit.model.operators import Operator
from segkit.model.time_spans import Between, Day, DurationLike, Next, Units
from segkit.model.validation import ensure_pair, ensure_whole, has_type
from segkit.model.window_methods import WindowComparisonMethods, is_time

if TYPE_CHECKING:
    from segkit.model.conditions import Condition

LeafT_co = TypeVar("LeafT_co", bound="Condition", covariant=True)

_HOW_TO_COMPARE: Final = (
    'write .is_set(), .is_true(), or a comparison in brackets, such as (attr("age") >= 18) & ...'
)


@attrs.frozen(eq=False, repr=False)
class Term(WindowComparisonMethods[LeafT_co], NotACondition, MethodHints, Generic[LeafT_co]):
    """A value that is not compared yet. Comparing it makes a condition.

    Every comparison is false where there is no value, or a value of another kind [V3], [V6]. A term
    has no hash and no truth value.
    """

    advice = f"compare the term first: {_HOW_TO_COMPARE}"
    method_hints = TERM_HINTS

    path: tuple[str, ...]

    def __eq__(self, other: object) -> LeafT_co:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        """Test whether the value is equal to *other*, by kind and exact value."""  # [K1]
        return self._compare("==", other, call=" ==")

    def __ne__(self, other: object) -> Not:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the complement of ``==``; it includes contacts without a value."""  # [V2], [V3]
        return Not(self._compare("==", other, call=" !="))

    __hash__ = None  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]

    def __lt__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare("<", other, call=" <")

    def __le__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare("<=", other, call=" <=")

    def __gt__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare(">", other, call=" >")

    def __ge__(self, other: Scalar | Term[Any] | FirstProperty) -> LeafT_co:
        return self._compare(">=", other, call=" >=")

    @written_as(".is_true()")
    def is_true(self) -> LeafT_co:
        """Test whether the value is ``True``: the same as ``== True``, which linters rewrite.

        >>> from segkit import attr
        >>> attr("subscribed").is_true()
        Attribute(('subscribed',), Comparison('==', operand=True))
        """
        return self._compare("==", True, call=".is_true")  # noqa: FBT003 - the operand

    @written_as(".is_false()")
    def is_false(self) -> LeafT_co:
        """Test whether the value is ``False``: not absent, and not the number 0.

        >>> from segkit import attr
        >>> attr("subscribed").is_false()
        Attribute(('subscribed',), Comparison('==', operand=False))
        """
        return self._compare("==", False, call=".is_false")  # noqa: FBT003 - the operand

    @written_as(".is_set()")
    def is_set(self) -> LeafT_co:
        """Test whether there is a value: not ``None``, NaN, NaT or NA. An empty text counts.

        >>> from segkit import attr
        >>> attr("plan").is_set()
        Attribute(('plan',), Comparison('is_set'))
        """
        return self._compare("is_set", None)

    @written_as('.is_in(["Paris", "Lyon"])')
    def is_in(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """Test whether the value is equal to one of *values*; without any, this is false.

        Raises:
            ConditionError: If *values* is not a collection of scalars: write ``is_in(["Paris"])``.

        >>> from segkit import attr
        >>> attr("city").is_in(["Paris", "Lyon"])
        Attribute(('city',), Comparison('is_in', operand=('Paris', 'Lyon')))
        """
        return self._compare("is_in", values, ignore_case=ignore_case)

    @written_as('.has_any(["golf", "tennis"])')
    def has_any(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """Test whether the value is one of *values*, or a collection with one of them.

        >>> from segkit import attr
        >>> attr("sports").has_any(["golf", "tennis"])
        Attribute(('sports',), Comparison('has_any', operand=('golf', 'tennis')))
        """
        return self._compare("has_any", values, ignore_case=ignore_case)

    @written_as('.has_all(["golf", "tennis"])')
    def has_all(self, values: Iterable[Scalar], /, *, ignore_case: bool = False) -> LeafT_co:
        """Test whether the value is a collection that contains all of *values*.

        Raises:
            ConditionError: If *values* is empty, or is not a collection of scalars.

        >>> from segkit import attr
        >>> attr("sports").has_all(["golf", "tennis"])
        Attribute(('sports',), Comparison('has_all', operand=('golf', 'tennis')))
        """
        return self._compare("has_all", values, ignore_case=ignore_case)

    @written_as('.contains("Paris"), with | between several')
    def contains(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """Test whether the value is a text that contains *text*; for members, see `has_any`.

        >>> from segkit import attr
        >>> attr("email").contains("@example.", ignore_case=True)
        Attribute(('email',), Comparison('contains', operand='@example.', ignore_case=True))
        """
        return self._compare("contains", text, ignore_case=ignore_case)

    @written_as('.starts_with("75"), with | between several')
    def starts_with(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """Test whether the value is a text that starts with *text*.

        >>> from segkit import attr
        >>> attr("zip").starts_with("75")
        Attribute(('zip',), Comparison('starts_with', operand='75'))
        """
        return self._compare("starts_with", text, ignore_case=ignore_case)

    @written_as('.ends_with(".fr"), with | between several')
    def ends_with(self, text: str, /, *, ignore_case: bool = False) -> LeafT_co:
        """Test whether the value is a text that ends with *text*.

        >>> from segkit import attr
        >>> attr("email").ends_with(".fr")
        Attribute(('email',), Comparison('ends_with', operand='.fr'))
        """
        return self._compare("ends_with", text, ignore_case=ignore_case)

    @written_as('.matches_regex("^a.*z$"), or "(?i)^a.*z$" to ignore case')
    def matches_regex(self, pattern: str, /) -> LeafT_co:
        r"""Test whether *pattern*, in RE2 syntax, is found anywhere in the value, a text.

        Needs the extra ``regex``. RE2 (https://github.com/google/re2/wiki/Syntax) takes time
        linear in the length of the text for every pattern, so patterns may come from a form [S7].

        Raises:
            ConditionError: If *pattern* does not compile.

        >>> from segkit import Contact, attr, matches
        >>> contact = Contact("ada", {"email": "ada@example.com"})
        >>> matches(attr("email").matches_regex(r"@example\.com$"), contact)
        True
        """
        return self._compare("matches_regex", pattern)

    @written_as(".between(18, 29), with None for an open end")
    def between(self, start: Scalar | None, end: Scalar | None, /) -> LeafT_co:
        """Test whether the value is between two ends, of which one may be open (``None``).

        Numbers, texts and days are included at both ends; an instant *end* is excluded [T7] [K8].

        Raises:
            ConditionError: If both ends are open, of two kinds, or in reverse order.

        >>> from segkit import attr
        >>> attr("age").between(18, 29)
        Attribute(('age',), Comparison('between', operand=(18, 29)))
        """
        with self._error_path("between"):
            ends = [end for end in (start, end) if end is not None]
            if not ends or any(map(is_time, ends)):
                window = Between(cast("Day | None", start), cast("Day | None", end))
                return self._compared(Comparison("within", window))
            if len(ends) == 1:
                return self._compared(Comparison("<=" if start is None else ">=", ends[0]))
            return self._compared(Comparison("between", cast("tuple[Scalar, Scalar]", tuple(ends))))

    @written_as(".within_next(days=30)")
    def within_next(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> LeafT_co:
        """Test whether the value is in ``(now, now + length]``: now is excluded.

        Give the length as a ``timedelta`` or ``relativedelta``, or in whole ``years, months, weeks,
        days, hours, minutes, seconds`` [T3].

        Raises:
            ConditionError: If the length is not given exactly once, or is not whole and positive.

        >>> from segkit import attr
        >>> attr("renewal").within_next(days=30)
        Attribute(('renewal',), Comparison('within', operand=Next(days=30)))
        """
        with self._error_path("within_next"):
            return self._compared(Comparison("within", Next(length, **units)))

    @written_as(".anniversary_within_next(days=7)")
    def anniversary_within_next(self, *, days: int) -> LeafT_co:
        """Test whether the anniversary of the value is today or in the next *days* days.

        Days are local, 0 or more. The year is ignored; Feb 29 falls on Mar 1 in common years [T10].

        >>> from segkit import attr
        >>> attr("birthday").anniversary_within_next(days=7)
        Attribute(('birthday',), Comparison('anniversary', operand=Anniversary(0, 7)))
        """
        return self._anniversary("anniversary_within_next", days, 0, 1)

    @written_as(".anniversary_within_last(days=7)")
    def anniversary_within_last(self, *, days: int) -> LeafT_co:
        """Test whether the anniversary of the value is today or in the last *days* days.

        >>> from segkit import attr
        >>> attr("birthday").anniversary_within_last(days=7)
        Attribute(('birthday',), Comparison('anniversary', operand=Anniversary(-7, 0)))
        """
        return self._anniversary("anniversary_within_last", days, -1, 0)

    @written_as(".anniversary_in(days=0)")
    def anniversary_in(self, *, days: int) -> LeafT_co:
        """Test whether the anniversary of the value is in exactly *days* days; 0 is today.

        >>> from segkit import attr
        >>> attr("birthday").anniversary_in(days=0)
        Attribute(('birthday',), Comparison('anniversary', operand=Anniversary(0, 0)))
        """
        return self._anniversary("anniversary_in", days, 1, 1)

    @written_as(".within_km(25, of=(48.85, 2.35))")
    def within_km(self, km: float, /, of: tuple[float, float]) -> LeafT_co:
        """Test whether the value is a location at most *km* kilometres from *of*.

        A location is a pair (latitude, longitude) in degrees, or a mapping with the keys
        ``latitude`` and ``longitude``. The distance is the haversine distance on a sphere of
        6371.0088 km, the mean radius of the Earth by the IUGG, exact to one part in 10^9 [S6].

        Raises:
            ConditionError: If a number is missing or out of range.

        >>> from segkit import attr
        >>> attr("home").within_km(25, of=(48.85, 2.35))
        Attribute(('home',), Comparison('within_km', operand=Place(25, 48.85, 2.35)))
        """
        with self._error_path("within_km"):
            expected = "of= takes (latitude, longitude)"
            latitude, longitude = ensure_pair("within_km", expected, of)
            return self._compared(Comparison("within_km", Place(km, latitude, longitude)))

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 - it never returns
        self._refuse(
            "has no truth value: write .is_true(), .is_set() or a comparison, "
            "and combine conditions with & | ~ instead of and, or, not"
        )

    if not TYPE_CHECKING:  # so that type checkers still report these operations

        def __getitem__(self, step: object) -> NoReturn:
            call = self._call_repr().removesuffix(")")
            self._refuse(
                f"has no items: write {call}, {short_repr(step)}) for a value in a mapping"
            )

        __iter__ = None  # Otherwise Python tries the items 0, 1 and so on.

        def __contains__(self, item: object) -> NoReturn:
            self._refuse(
                "has no operator `in`: write .contains(...) for a part of a text, "
                ".has_any([...]) for a member of a collection"
            )

        def __and__(self, other: object) -> NoReturn:
            self._refuse(f"is not compared yet: {_HOW_TO_COMPARE}")

        __or__ = __and__

        def __rand__(self, other: object) -> NoReturn:
            refuse_missing_brackets("&", other)
            self.__and__(other)

        def __ror__(self, other: object) -> NoReturn:
            refuse_missing_brackets("|", other)
            self.__or__(other)

        def __invert__(self) -> NoReturn:
            call = self._call_repr()
            self._refuse(f"is not compared yet: write {call}.is_false() or ~{call}.is_set()")

    def __repr__(self) -> str:
        return self._call_repr()

    def _refuse(self, problem: str) -> NoReturn:
        raise ConditionTypeError(self._call_repr(), problem, self.path)

    def _compare(
        self, operator: Operator, other: object, *, call: str = "", ignore_case: bool = False
    ) -> LeafT_co:
        """Return the comparison; errors name *call*, by default the method of that operator."""
        with with_error_path(self._call_repr() + (call or f".{operator}")):
            operand = self._operand(other)
            return self._compared(Comparison(operator, operand, ignore_case=ignore_case))

    def _operand(self, other: object) -> Scalar | Reference:
        """Return the operand: a fixed value, or a reference to a term of the same sort."""  # [K7]
        if has_type(other, FirstProperty) and isinstance(self, PropertyTerm):
            return Reference(other.path, first=True)
        kind: type[object] = type(other)
        if kind is type(self) and issubclass(kind, AttributeTerm | PropertyTerm):
            return Reference(cast("Term[Any]", other).path)
        if issubclass(kind, Term | FirstProperty):
            problem = (
                f"{other!r} is not of the same fact: attr(...) is compared with attr(...), "
                "prop(...) with prop(...) of the same event"
            )
            raise ConditionTypeError("operand", problem, other)
        return cast("Scalar", other)

    def _anniversary(self, method: str, days: int, first: int, last: int) -> LeafT_co:
        with self._error_path(method):
            number = ensure_whole(method, "days is a whole number, 0 or more", days, minimum=0)
            window = Anniversary(first * number, last * number)
            return self._compared(Comparison("anniversary", window))


def names_repr(names: tuple[str, ...]) -> str:
    """Return the arguments of a call that takes *names*."""
    return join_items(names, short_repr, last=", ... ")


@attrs.frozen(eq=False, repr=False)
class AttributeTerm(Term[Attribute]):
    """An attribute of the contact, not compared yet; `segkit.attr` builds it."""

    def _compared(self, comparison: Comparison) -> Attribute:
        return Attribute(self.path, comparison)

    def _call_repr(self) -> str:
        return f"attr({names_repr(self.path)})"


@attrs.frozen(eq=False, repr=False)
class PropertyTerm(Term[Property]):
    """A property of an event, not compared yet, for ``where``; `segkit.prop` builds it."""

    def _compared(self, comparison: Comparison) -> Property:
        return Property(self.path, comparison)

    def _call_repr(self) -> str:
        return f"prop({names_repr(self.path)})"


@attrs.frozen(eq=False, repr=False)
class FirstProperty:
    """A property of the first event of a sequence, as the operand of a later step."""  # [S3]

    path: tuple[str, ...]

    def __repr__(self) -> str:
        return f"first_prop({names_repr(self.path)})"
