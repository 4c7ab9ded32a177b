"""Locations at most so many kilometres from a point [S6]."""

import math
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from decimal import Decimal, FloatOperation, Inexact, localcontext
from typing import Any, Final

import pytest

from segkit import Attribute, Comparison, ConditionError, Contact, Place, attr, did, explain, prop
from segkit.model.repr import pasteable_repr
from segkit.testing.hostile import RaisingMapping
from tests.unit.event_evaluation import NOW, event, is_member

case = pytest.param

# Any: some lines are what the type checkers refuse as well.
where: Any = attr("where")

RADIUS: Final = 6371.0088
"""Kilometres, as the law says [S6]: the mean radius R1 of the Earth, by the IUGG."""

DEGREE: Final = RADIUS * math.pi / 180
ANTIPODES: Final = RADIUS * math.pi
PARIS: Final = (48.85, 2.35)
Point = namedtuple("Point", "latitude longitude")  # noqa: PYI024 - a host's own

Degrees = tuple[float, float]

DISTANCES = [
    # The first three are what the tests of the package `haversine` expect, which uses the same
    # radius: https://github.com/mapado/haversine, tests/test_haversine_vector.py
    case((45.7597, 4.8422), (48.8567, 2.3508), 392.2172595594006, id="Lyon and Paris"),
    case((45.7597, 4.8422), (40.7033962, -74.2351462), 6163.43638211, id="Lyon and New York"),
    case((48.8567, 2.3508), (40.7033962, -74.2351462), 5853.32898662, id="Paris and New York"),
    # https://rosettacode.org/wiki/Haversine_formula, where the radius is 6372.8 km.
    case(
        (36.12, -86.67),
        (33.94, -118.40),
        2887.2599506071106 * RADIUS / 6372.8,
        id="Nashville and Los Angeles",
    ),
    # What every sphere has.
    case((0, 0), (0, 1), DEGREE, id="a degree along the equator"),
    case((0, 0), (1, 0), DEGREE, id="a degree along a meridian"),
    case((60, 0), (60, 1), 2 * RADIUS * math.asin(math.sin(math.pi / 360) / 2), id="farther north"),
    case((0, 179.5), (0, -179.5), DEGREE, id="across the date line"),
    case((0, -180), (0, 180), 0, id="the date line from either side"),
    case((0, 0), (90, 0), 90 * DEGREE, id="from the equator to the pole"),
    case((90, 0), (-90, 0), ANTIPODES, id="from pole to pole"),
    case((90, 17), (-90, -140), ANTIPODES, id="whatever the meridian"),
    case((90, 0), (90, 123), 0, id="a pole is one point"),
    case((89, 0), (89, 180), 2 * DEGREE, id="over the pole"),
    case((0, 0), (0, 180), ANTIPODES, id="antipodes on the equator"),
    case((48.85, 2.35), (-48.85, -177.65), ANTIPODES, id="antipodes of Paris"),
    case((0, 0), (0, 179), 179 * DEGREE, id="almost antipodes"),
    case((0, 0), (0, 0.00001), DEGREE / 100_000, id="a metre"),
]


@pytest.mark.parametrize(("one", "other", "km"), DISTANCES)
def test_a_distance_is_the_haversine_one(one: Degrees, other: Degrees, km: float) -> None:
    """[S6]: from either side, as a pair and as a mapping."""
    tolerance = max(km * 1e-9, 1e-8)
    for held, of in ((one, other), (other, one)):
        for value in (held, list(held), {"latitude": held[0], "longitude": held[1]}):
            assert is_member(where.within_km(km + tolerance, of=of), {"where": value})
            if km:
                assert not is_member(where.within_km(km - tolerance, of=of), {"where": value})


# Where floats are hardest pressed, exact distances that follow from the degrees alone.
CLOSE = [
    case((0, 0), (0, 1e-7), 1e-7 * DEGREE, id="a centimetre on the equator"),
    case((48.85, 2.35), (48.85 + 2**-27, 2.35), 2**-27 * DEGREE, id="a millimetre in Paris"),
    case(
        (0, 0), (0, 180 - 2**-20), (180 - 2**-20) * DEGREE, id="ten centimetres short of antipodes"
    ),
    case((0, 0), (0, 180 - 2**-12), (180 - 2**-12) * DEGREE, id="thirty metres short of them"),
]


@pytest.mark.parametrize(("one", "other", "km"), CLOSE)
def test_a_distance_is_right_to_one_part_in_a_thousand_million(
    one: Degrees, other: Degrees, km: float
) -> None:
    """[S6]: beyond that no answer is left open."""
    for held, of in ((one, other), (other, one)):
        assert is_member(where.within_km(km * (1 + 2e-9), of=of), {"where": held})
        assert not is_member(where.within_km(km * (1 - 2e-9), of=of), {"where": held})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        case(PARIS, PARIS, id="the point itself"),
        case((0, 180), (0, -180), id="written from either side of the date line"),
        case((90, 0), (90, 123), id="a pole"),
        case((-90, -180), (-90, 7.5), id="the other pole"),
    ],
)
def test_a_point_is_within_nothing_of_itself(one: Degrees, other: Degrees) -> None:
    """[S6]: ``<= r``, and r may be 0."""
    assert is_member(where.within_km(0, of=one), {"where": other})
    assert is_member(where.within_km(0, of=other), {"where": one})
    assert not is_member(where.within_km(0, of=PARIS), {"where": (48.85, 2.3500001)})


LOCATIONS = [
    case([48.85, 2.35], True, id="a list"),
    case((48.85, 2.35), True, id="a tuple"),
    case(Point(48.85, 2.35), True, id="a named tuple"),
    case((49, 2), True, id="whole numbers"),
    case((Decimal("48.85"), Decimal("2.35")), True, id="Decimals"),
    case({"latitude": 48.85, "longitude": 2.35}, True, id="a mapping"),
    case({"longitude": 2.35, "latitude": 48.85, "name": "home"}, True, id="with more in it"),
    case(OrderedDict(latitude=48.85, longitude=2.35), True, id="any mapping"),
    case((2.35, 48.85), False, id="the wrong way round it is elsewhere"),
    case({"lat": 48.85, "lon": 2.35}, False, id="other keys"),
    case({"latitude": 48.85}, False, id="half a mapping"),
    case({"latitude": 48.85, "longitude": None}, False, id="a mapping with a blank"),
    case((48.85,), False, id="one number"),
    case((48.85, 2.35, 35), False, id="three"),
    case((), False, id="none"),
    case({48.85, 2.35}, False, id="a set has no order"),
    case("48.85, 2.35", False, id="a text"),
    case(("48.85", "2.35"), False, id="texts"),
    case((True, False), False, id="booleans"),
    case((48.85, None), False, id="a blank"),
    case((float("nan"), 2.35), False, id="NaN"),
    case((float("inf"), 2.35), False, id="an infinity"),
    case((10**499, 2.35), False, id="a number without a kind"),
    case((90.000001, 0), False, id="beyond the pole"),
    case((-90.000001, 0), False, id="beyond the other"),
    case((48.85, 180.000001), False, id="beyond the date line"),
    case((48.85, -180.000001), False, id="on the other side"),
    case((48.85, 362.35), False, id="once around"),
    case(48.85, False, id="a number"),
    case(None, False, id="no value"),
    case([[48.85, 2.35]], False, id="a list of one"),
    case(RaisingMapping(), False, id="a mapping that cannot be looked into [V1]"),
]


@pytest.mark.parametrize(("held", "is_location"), LOCATIONS)
def test_a_location_is_a_pair_or_a_mapping_within_range(held: Any, is_location: bool) -> None:  # noqa: ANN401
    """[S6]: anything else is no value."""
    near, anywhere = where.within_km(60, of=PARIS), where.within_km(20_100, of=PARIS)
    if not isinstance(held, RaisingMapping):
        assert is_member(near, {"where": held}) is is_location
        assert is_member(did("seen").where(prop("spot").within_km(60, of=PARIS)),
                      events=[event("seen", "2022-09-01", spot=held)]) is is_location  # fmt: skip
    explanation = explain(~anywhere, _Host({"where": held}), now=NOW)
    if not is_location and held != (2.35, 48.85):
        assert explanation.verdict
        assert not explanation.certain
        assert "holds only because where is no location" in str(explanation)
    else:
        assert not explanation.verdict


class _Host:
    """A host's own contact, whose attributes nobody copies."""

    def __init__(self, attributes: dict[str, object]) -> None:
        self.id, self.attributes, self.lists = "ada", attributes, dict[str, None]()


@pytest.mark.parametrize("latitude", [-90, 90, 0])
@pytest.mark.parametrize("longitude", [-180, 180, 0])
def test_the_ends_of_the_range_belong_to_it(latitude: int, longitude: int) -> None:
    """[S6]: in a value and in a condition."""
    everywhere = where.within_km(ANTIPODES + 0.001, of=(latitude, longitude))
    assert is_member(everywhere, {"where": (latitude, longitude)})
    assert is_member(everywhere, {"where": (-latitude, 0)})


def test_a_location_is_still_a_collection_to_the_other_words() -> None:
    """[K5], [S6]: only within_km reads it as a location."""
    assert is_member(where.has_any([48.85]), {"where": PARIS})
    assert not is_member(where == 48.85, {"where": PARIS})
    assert is_member(where.is_set(), {"where": (1, 2, 3)})
    assert is_member(attr("home", "at").within_km(1, of=PARIS), {"home": {"at": PARIS}})


def test_the_decimal_context_of_the_host_changes_nothing() -> None:
    """[V1]: also where mixing floats and Decimals is trapped."""
    with localcontext(prec=2) as context:
        context.traps.update({Inexact: True, FloatOperation: True})
        for km in (25, 25.5, Decimal("25.123")):
            for of in (PARIS, (Decimal("48.85"), Decimal("2.35"))):
                assert is_member(where.within_km(km, of=of), {"where": (48.9, 2.4)})
                assert not is_member(where.within_km(km, of=of), {"where": [Decimal(49), 3]})


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        case(lambda: where.within_km(-1, of=PARIS), "a distance is 0 or more", id="below 0"),
        case(lambda: where.within_km("25", of=PARIS), "takes numbers; got '25'", id="a text"),
        case(lambda: where.within_km(True, of=PARIS), "takes numbers; got True", id="a boolean"),
        case(lambda: where.within_km(None, of=PARIS), "takes numbers; got None", id="None"),
        case(lambda: where.within_km(math.nan, of=PARIS), "takes numbers; got nan", id="NaN"),
        case(lambda: where.within_km(math.inf, of=PARIS), "takes numbers; got inf", id="inf"),
        case(lambda: where.within_km(10**499, of=PARIS), "takes numbers", id="500 digits"),
        case(lambda: where.within_km(1, of=48.85), r"takes \(latitude, longitude\)", id="half"),
        case(
            lambda: where.within_km(1, of=(1, 2, 3)), r"takes \(latitude, longitude\)", id="three"
        ),
        case(lambda: where.within_km(1, of=None), r"takes \(latitude, longitude\)", id="no point"),
        case(lambda: where.within_km(1, of=(91, 0)), "degrees within 90 and 180", id="91"),
        case(lambda: where.within_km(1, of=(0, -181)), "degrees within 90 and 180", id="-181"),
        case(lambda: where.within_km(1, of=("1", 2)), "takes numbers; got '1'", id="a text in it"),
        case(
            lambda: Comparison("within_km", 25), r"such as Place\(25, 48.85, 2.35\)", id="no Place"
        ),
        case(
            lambda: did("order").sum("n").within_km(1, of=PARIS),
            "a comparison with a number",
            id="of a sum",
        ),
        case(lambda: did("order").latest_at().within_km(1, of=PARIS), "an instant", id="of a time"),
    ],
)
def test_what_within_km_does_not_take(written: Callable[[], object], cure: str) -> None:
    """[V6]: the error says what it takes."""
    with pytest.raises(ConditionError, match=cure):
        written()


def test_places_of_other_types_are_other_conditions() -> None:
    """[K10]: in every one of their numbers."""
    one = where.within_km(25, of=(48, 2))
    assert one == Attribute(("where",), Comparison("within_km", Place(25, 48, 2)))
    assert one != where.within_km(25.0, of=(48, 2))
    assert one != where.within_km(25, of=(48.0, 2))
    assert one != where.within_km(25, of=(48, Decimal(2)))
    assert pasteable_repr(Place(Decimal("0.5"), 48, -2.5)) == "Place(Decimal('0.5'), 48, -2.5)"


def test_explain_shows_the_location() -> None:
    """What was seen."""
    explanation = str(explain(where.within_km(25, of=PARIS), Contact("ada", {"where": PARIS})))
    assert explanation == "yes  where is within 25 km of 48.85, 2.35\n     value: (48.85, 2.35)"
