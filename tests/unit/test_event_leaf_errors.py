"""Arguments that aggregates and sequences refuse, and the correction in each error [V6]."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from dateutil.relativedelta import relativedelta

import segkit
from segkit import (
    Comparison,
    ConditionError,
    ConditionTypeError,
    EventCount,
    EventValue,
    Last,
    Next,
    SegkitError,
    Sequence,
    Step,
    attr,
    did,
    prop,
)
from tests.unit.event_evaluation import NOW

case = pytest.param

# Any: type checkers refuse most of these calls, too.
kit: Any = segkit
order: Any = did("order")
total: Any = order.sum("total")
status: Any = order.latest("status")
latest_at: Any = order.latest_at()
earliest_at: Any = order.earliest_at()

NUMBERS: Final = ("sum", "mean", "min", "max", "distinct")
ABOVE: Final = Comparison(">", 1)
NAN: Final = float("nan")
NAIVE: Final = datetime(2022, 9, 12)  # noqa: DTZ001 - refused

Build = Callable[[Any], object]


@pytest.mark.parametrize("aggregate", NUMBERS)
@pytest.mark.parametrize(
    "build",
    [
        case(lambda x: x == "100", id="a text"),
        case(lambda x: x != "100", id="not a text"),
        case(lambda x: x > "100", id="the order of texts"),
        case(lambda x: x.is_true(), id="a boolean"),
        case(lambda x: x == date(2022, 9, 1), id="a day"),
        case(lambda x: x < NOW, id="an instant"),
        case(lambda x: x.contains("1"), id="contains"),
        case(lambda x: x.starts_with("1"), id="starts_with"),
        case(lambda x: x.ends_with("1"), id="ends_with"),
        case(lambda x: x.between("a", "b"), id="between texts"),
        case(lambda x: x.between(date(2022, 9, 1), None), id="between days"),
        case(lambda x: x.is_in([1, "2"]), id="a text among numbers"),
        case(lambda x: x.has_any([True]), id="a boolean among numbers"),
        case(lambda x: x.has_all([1, NOW]), id="an instant among numbers"),
        case(lambda x: x.within_last(days=30), id="within_last"),
        case(lambda x: x.within_next(days=30), id="within_next"),
        case(lambda x: x.before(days=30), id="before"),
        case(lambda x: x.during("month"), id="during"),
        case(lambda x: x.after(NOW), id="after"),
        case(lambda x: x.anniversary_in(days=1), id="anniversary_in"),
        case(lambda x: x.within_km(1, of=(0, 0)), id="within_km"),
    ],
)
def test_a_number_is_compared_with_numbers(aggregate: str, build: Build) -> None:
    """[V6]: a window comes before the aggregate; a text is compared with ``latest``."""
    with pytest.raises(
        ConditionError, match=f"{aggregate}.*: takes a comparison with a number; got"
    ):
        build(getattr(order, aggregate)("total"))


@pytest.mark.parametrize("term", [latest_at, earliest_at], ids=["latest_at", "earliest_at"])
@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(lambda x: x == "2022-09-01", "comparison with a day or an instant", id="a text"),
        case(lambda x: x > 5, "comparison with a day or an instant", id="a number"),
        case(lambda x: x.is_false(), "comparison with a day or an instant", id="a boolean"),
        case(lambda x: x.contains("2022"), "comparison with a day or an instant", id="contains"),
        case(
            lambda x: x.is_in([NOW, "2022"]),
            "comparison with a day or an instant",
            id="a text among instants",
        ),
        case(
            lambda x: x.between(1, 2),
            "comparison with a day or an instant",
            id="between numbers",
        ),
        case(lambda x: x.within_next(days=3), "events lie in the past", id="within_next"),
        case(lambda x: x == NAIVE, r"replace\(tzinfo=UTC\)", id="a naive datetime"),
        case(lambda x: x.before(NAIVE), r"replace\(tzinfo=UTC\)", id="before a naive datetime"),
        case(
            lambda x: x.between(NAIVE, None), r"replace\(tzinfo=UTC\)", id="between naive datetimes"
        ),
        case(lambda x: x.between(None, None), "one side may be open, not both", id="no end"),
        case(
            lambda x: x.between_ago(days=(30, 60)), r"days=\(90, 30\)", id="the newer length first"
        ),
        case(lambda x: x.during("hour"), "the units are day, week, month", id="no such unit"),
    ],
)
def test_an_instant_is_compared_with_possible_times(
    term: Any,  # noqa: ANN401 - a term
    build: Build,
    cure: str,
) -> None:
    """[V6]: events are in the past."""
    with pytest.raises(ConditionError, match=cure):
        build(term)


@pytest.mark.parametrize("term", [total, status, latest_at], ids=repr)
@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(lambda x: x == None, r"\.is_set\(\)", id="== None"),
        case(lambda x: x == NAN, r"\.is_set\(\)", id="== NaN"),
        case(lambda x: x == ["a"], r"write \.is_in\(\[\.\.\.\]\)", id="== a list"),
        case(lambda x: x.is_in("abc"), r"takes a list of values: \['abc'\]", id="is_in a text"),
        case(lambda x: x.has_all([]), "takes at least one value", id="has_all of an empty list"),
        case(lambda x: x < {}, "no kind", id="a mapping"),
        case(bool, "has no truth value", id="bool"),
        case(lambda x: 1 if x.is_set() else 2, r"combine with & \| ~", id="if"),
        case(lambda x: 1 in x, r"no operator `in`: write \.contains", id="in"),
        case(lambda x: x & (attr("a") == 1), "is not compared yet", id="&"),
        case(lambda x: (attr("a") == 1) & x, "compare the term first", id="after &"),
        case(
            lambda x: 3 & x, r"evaluates 3 & \.\.\. before the comparison: write brackets", id="3 &"
        ),
        case(lambda x: "a" | x, r"evaluates 'a' \| \.\.\. before the comparison", id="'a' |"),
        case(lambda x: ~x, "is not compared yet", id="~"),
        case(hash, "unhashable", id="hash"),
        case(lambda x: kit.Segment("s", x), "compare the term first", id="a segment"),
    ],
)
def test_a_value_of_events_is_a_term_like_the_others(
    term: Any,  # noqa: ANN401 - a term
    build: Build,
    cure: str,
) -> None:
    """[D2], [V6]."""
    with pytest.raises((SegkitError, TypeError), match=cure):
        build(term)


REFUSED_VALUES = [
    case(lambda: order.at_least(2).sum("n"), "comes instead of a count", id="a count before a sum"),
    case(lambda: order.never().latest_at(), "comes instead of a count",
         id="never before an instant"),
    case(order.sum, r'write \.sum\("total"\)', id="a sum without a property"),
    case(lambda: order.sum(7), "must be text; got 7", id="no name"),
    case(lambda: order.latest("a", 7), "must be text; got 7", id="no name in the path"),
    case(lambda: order.latest_at("n"), r"write \.latest_at\(\), or \.latest\(",
         id="latest_at of a property"),
    case(lambda: order.within_next(days=3), "has no attribute", id="a window in the future"),
    case(lambda: EventCount(("order",), window=Next(days=3)), "events lie in the past", id="Next"),
    case(lambda: kit.EventValue("order", "sum", "n", ABOVE, Next(days=3)), "events lie in the past",
         id="a value in the future"),
    case(lambda: kit.EventValue("order", "median", "n", ABOVE), "the aggregates are sum, mean, min",
         id="no such aggregate"),
    case(lambda: kit.EventValue("order", "sum", (), ABOVE), "sum takes a property", id="no path"),
    case(lambda: kit.EventValue("order", "latest_at", ("n",), ABOVE), "takes no property",
         id="a path of latest_at"),
    case(lambda: kit.EventValue((), "sum", "n", ABOVE), "at least one is needed", id="no names"),
    case(lambda: kit.EventValue("order", "sum", "n", 5), "must be a Comparison",
         id="not a comparison"),
    case(lambda: kit.EventValue("order", "sum", "n", ABOVE, 30), "takes a window such as Last",
         id="no window"),
    case(lambda: kit.EventValue("order", "sum", "n", ABOVE, condition=attr("a") == 1),
         r"takes conditions on prop", id="a contact in where"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "cure"), REFUSED_VALUES)
def test_invalid_values_of_events_are_refused(build: Callable[[], object], cure: str) -> None:
    """[V6], [D3]."""
    with pytest.raises((SegkitError, TypeError, AttributeError), match=cure):
        build()


cart: Any = did("cart")
chain: Any = cart.followed_by(order)

REFUSED_SEQUENCES = [
    case(lambda: cart.followed_by("order"), r"takes did\(...\), perhaps with where", id="a name"),
    case(lambda: cart.followed_by(attr("a") == 1), r"takes did\(...\)", id="an attribute"),
    case(lambda: cart.followed_by(chain), r"takes did\(...\)", id="a sequence"),
    case(lambda: cart.followed_by(~order), r"takes did\(...\)", id="a negation"),
    case(lambda: cart.followed_by(total >= 5), r"takes did\(...\)", id="a sum"),
    case(lambda: cart.followed_by(order.at_least(2)), "takes no count", id="a count"),
    case(lambda: cart.followed_by(order.never()), "takes no count", id="never"),
    case(lambda: cart.not_followed_by(order.exactly(1)), "takes no count",
         id="a count in an absence"),
    case(lambda: cart.at_least(2).followed_by(order), "takes no count",
         id="a count in the first step"),
    case(lambda: cart.never().not_followed_by(order), "takes no count",
         id="never in the first step"),
    case(lambda: cart.followed_by(order.within_last(days=3)), "the first step does; write",
         id="a window"),
    case(lambda: chain.followed_by(order.before(days=3)), "only the first step does",
         id="a window of a third step"),
    case(lambda: cart.not_followed_by(order.during("day")), "only the first step does",
         id="a window of an absence"),
    case(lambda: cart.followed_by(order, within=timedelta(0)), "longer than 0",
         id="within no time"),
    case(lambda: cart.followed_by(order, within=-timedelta(1)), "longer than",
         id="within a negative time"),
    case(lambda: cart.followed_by(order, within=24), "takes a timedelta or relativedelta", id="24"),
    case(lambda: cart.followed_by(order, within=Last(days=1)), "takes a timedelta", id="Last"),
    case(lambda: cart.followed_by(order, within=relativedelta(day=1)), "absolute", id="a day"),
    case(lambda: cart.followed_by(order, timedelta(1)), r"write \.followed_by\(did\(",
         id="a positional argument"),
    case(lambda: cart.not_followed_by(order).followed_by(order), "nothing follows not_followed_by",
         id="a step after an absence"),
    case(lambda: cart.not_followed_by(order).not_followed_by(order),
         "nothing follows not_followed_by", id="two absences"),
    case(lambda: chain.within_last(days=3), "has no attribute", id="a window of the sequence"),
    case(lambda: chain.at_least(2), "has no attribute", id="a count of the sequence"),
    case(lambda: chain.where(prop("a") == 1), "has no attribute", id="where of the sequence"),
    case(lambda: kit.Sequence("cart"), r"takes did\(...\)", id="Sequence of a name"),
    case(lambda: kit.Sequence(cart), "needs a later step", id="Sequence of one step"),
    case(lambda: kit.Sequence(cart, order), r"takes Step\(did\(...\)\)", id="not a step"),
    case(lambda: kit.Sequence(cart, (), order), r"takes Step\(did\(...\)\)",
         id="an absence that is not a step"),
    case(lambda: Step(order.at_most(1)), "takes no count", id="Step with a count"),
    case(lambda: Step(order.within_last(days=1)), "only the first step does",
         id="Step with a window"),
    case(lambda: order.where(chain), r"takes conditions on prop", id="a sequence in where"),
    case(lambda: order.where(total > 1), r"takes conditions on prop", id="a sum in where"),
    case(lambda: order.where(kit.sample(1, "s")), r"takes conditions on prop",
         id="a sample in where"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "cure"), REFUSED_SEQUENCES)
def test_invalid_sequences_are_refused(build: Callable[[], object], cure: str) -> None:
    """[S1], [S2]: only the first step has a window, no step a count; an absence comes last."""
    with pytest.raises((SegkitError, TypeError, AttributeError), match=cure):
        build()


@pytest.mark.parametrize(
    ("build", "path"),
    [
        case(lambda: order.at_least(2).sum("n"), "did('order').sum", id="sum"),
        case(lambda: total == "5", "did('order').sum('total') ==", id="a text against a sum"),
        case(lambda: latest_at.within_next(days=3), "did('order').latest_at().within_next",
             id="within_next"),
        case(lambda: cart.followed_by("order"), "did('cart').followed_by", id="followed_by"),
        case(lambda: cart.at_least(2).followed_by(order), "did('cart').followed_by", id="a count"),
        case(lambda: cart.not_followed_by(order, within=5), "did('cart').not_followed_by",
             id="not_followed_by"),
        case(lambda: cart.in_at_least(1, of=0), "did('cart').in_at_least", id="in_at_least"),
        case(lambda: kit.at_least(-1), "at_least", id="at_least"),
        case(lambda: kit.sample(0, "s"), "sample", id="sample"),
        case(lambda: kit.in_segment("s"), "in_segment", id="in_segment"),
        case(lambda: attr("a").within_km(-1, of=(0, 0)), "attr('a').within_km", id="within_km"),
        case(lambda: attr("a") == kit.first_prop("b"), "attr('a') ==", id="first_prop"),
    ],
)  # fmt: skip
def test_the_error_names_the_call(build: Callable[[], object], path: str) -> None:
    """The path is the call as the user wrote it."""
    with pytest.raises((ConditionError, ConditionTypeError)) as caught:
        build()
    assert caught.value.path == path


@pytest.mark.parametrize("method", ["followed_by", "not_followed_by"])
def test_the_error_of_a_third_step_names_the_method_too(method: str) -> None:
    """As the error of a second step does."""
    with pytest.raises((ConditionError, ConditionTypeError)) as caught:
        getattr(chain, method)("pay")
    assert caught.value.path.endswith(f".{method}")


def test_instants_are_kept_aware() -> None:
    """[K2]: an aware instant is accepted, and kept in UTC."""
    assert isinstance(latest_at > datetime(2022, 9, 1, tzinfo=UTC), EventValue)
    assert isinstance(chain, Sequence)
