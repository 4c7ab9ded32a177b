"""The words of other libraries for methods of terms and conditions, with the words of segkit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

from segkit.errors import ConditionAttributeError


class MethodHints:
    """The base of terms, conditions and segments: a word of another library names the one here.

    A word is refused by an `AttributeError`, so ``hasattr`` is false and ``copy``, ``pickle`` and
    notebooks find that there is no such method.
    """

    __slots__ = ()

    method_hints: ClassVar[Mapping[str, str]]
    """What to write instead of each word; ``{}`` stands for the object."""

    @abstractmethod
    def _call_repr(self) -> str:
        """Return the call that returned this object, for errors: ``did('order')``."""

    if not TYPE_CHECKING:  # so that type checkers still report unknown methods

        def __getattr__(self, name: str) -> NoReturn:
            cure = type(self).method_hints.get(name)
            if cure is None:
                problem = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(problem, name=name, obj=self)
            call = self._call_repr()
            problem = f"there is no .{name}: write {cure.replace('{}', call)}"
            raise ConditionAttributeError(call, problem, name)


def _words(*rows: tuple[str, str]) -> dict[str, str]:
    """Return what to write for each word, of rows of words with the same meaning."""
    return {word: cure for words, cure in rows for word in words.split()}


TERM_HINTS: Final = _words(
    ("eq equal equals equal_to is_ is_equal exact on", "{} == value"),
    ("ne neq not_eq not_equal not_equals is_not is_not_equal", "{} != value"),
    ("gt greater greater_than more_than", "{} > value"),
    ("ge gte at_least since on_or_after", "{} >= value"),
    ("lt less less_than", "{} < value"),
    ("le lte at_most until on_or_before", "{} <= value"),
    ("iexact", '{}.is_in(["paris"], ignore_case=True)'),
    ("lower upper casefold", "ignore_case=True as the last argument of the comparison"),
    ("exists is_present has_value notnull not_null is_not_null notna is_not_none", "{}.is_set()"),
    (
        (
            "is_not_set not_set is_unset not_exists isnull is_null isna is_na is_none is_missing "
            "is_empty is_blank"
        ),
        "~{}.is_set()",
    ),
    ("isin in_ one_of is_one_of any_of is_any_of", "{}.is_in([...])"),
    ("not_in notin not_in_ is_not_in nin", "~{}.is_in([...])"),
    ("icontains ilike", '{}.contains("...", ignore_case=True)'),
    ("like includes has_text", '{}.contains("...")'),
    ("not_contains does_not_contain", '~{}.contains("...")'),
    ("startswith prefix begins_with", '{}.starts_with("...")'),
    ("istartswith", '{}.starts_with("...", ignore_case=True)'),
    ("endswith suffix", '{}.ends_with("...")'),
    ("iendswith", '{}.ends_with("...", ignore_case=True)'),
    ("any has contains_any overlap", "{}.has_any([...])"),
    ("all contains_all", "{}.has_all([...])"),
    ("none has_none contains_none", "~{}.has_any([...])"),
    ("regex iregex regexp rlike match matches", '{}.matches_regex("...")'),
    ("range is_between", "{}.between(a, b)"),
    ("not_between", "~{}.between(a, b)"),
    ("last past in_last in_the_last newer_than", "{}.within_last(days=30)"),
    ("next in_next in_the_next", "{}.within_next(days=30)"),
    ("ago older_than", "{}.before(days=30)"),
    ("near within distance", "{}.within_km(25, of=(48.85, 2.35))"),
    ("not_ negate", "~ before the comparison, ~({} == value)"),
)

CONDITION_HINTS: Final = _words(
    ("and_ also", "a & b, with brackets around each comparison"),
    ("or_", "a | b, with brackets around each comparison"),
    ("not_ negate invert", "~ before the condition"),
    (
        "matches match evaluate is_match is_met test check apply",
        "matches(condition, contact, events)",
    ),
    ("members", "Evaluator(source).members(condition, now=now)"),
    ("describe", "describe(condition)"),
    ("explain", "explain(condition, contact, events)"),
    ("to_dict", "to_dict(condition)"),
    ("to_json", "to_json(condition)"),
)

EVENT_HINTS: Final = {
    **CONDITION_HINTS,
    **_words(
        ("count times", "{}.at_least(2), {}.at_most(2) or {}.exactly(2)"),
        ("ge gte", "{}.at_least(3)"),
        ("gt more_than greater_than", "{}.at_least(4) for more than 3"),
        ("le lte", "{}.at_most(3)"),
        ("lt less_than fewer_than", "{}.at_most(2) for fewer than 3"),
        ("eq equals", "{}.exactly(3)"),
        ("ne not_equals", "~{}.exactly(3)"),
        ("once", "{}.exactly(1), or {} for once or more"),
        ("exists any is_set", "{} alone: at least once"),
        ("none no not_exists is_not_set not_set", "{}.never()"),
        ("avg average", '{}.mean("total")'),
        ("total", '{}.sum("total")'),
        ("unique nunique count_distinct distinct_count", '{}.distinct("sku")'),
        ("filter having with_ property properties", '{}.where(prop("total") >= 50)'),
        (
            "last past in_last in_the_last",
            '{}.within_last(days=30), or {}.latest("status") of the last event',
        ),
        ("first", '{}.earliest("status"), or {}.earliest_at()'),
        ("last_at", "{}.latest_at()"),
        ("first_at", "{}.earliest_at()"),
        ("since", "{}.between(date(2024, 1, 31), None)"),
        ("until", "{}.between(None, date(2024, 1, 31))"),
        ("ago older_than", "{}.before(days=30)"),
        ("on on_day", "{}.between(date(2024, 1, 31), date(2024, 1, 31))"),
        ("then", '{}.followed_by(did("..."))'),
        ("without not_then", '{}.not_followed_by(did("..."))'),
    ),
}

LIST_HINTS: Final = {
    **CONDITION_HINTS,
    **_words(
        ("within_last last in_last", "{}.joined_within_last(days=30)"),
        ("before joined_at_before", "{}.joined_before(date(2024, 1, 31))"),
        ("after since joined_after joined_since", "{}.joined_between(date(2024, 1, 31), None)"),
        ("between", "{}.joined_between(a, b)"),
        ("during", '{}.joined_during("month", -1)'),
        ("exists is_set is_true", "{} alone"),
        ("is_false not_exists is_not_set", "~{}"),
    ),
}
