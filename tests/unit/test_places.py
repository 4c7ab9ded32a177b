"""Locations within a distance in kilometres from a point [S6]."""

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

# Any: type checkers refuse the invalid calls, too.
where: Any = attr("where")

RADIUS: Final = 6371.0088
"""In kilometres: the mean radius R1 of the Earth, as defined by the IUGG [S6]."""

DEGREE: Final = RADIUS * math.pi / 180
ANTIPODES: Final = RADIUS * math.pi
PARIS: Final = (48.85, 2.35)
Point = namedtuple("Point", "latitude longitude")  # noqa: PYI024 - a class of a host

Degrees = tuple[float, float]

DISTANCES = [
    # The first three are expected results in the tests of the package `haversine`, with the same
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
    # Exact distances on a sphere.
    case((0, 0), (0, 1), DEGREE, id="a degree along the equator"),
    case((0, 0), (1, 0), DEGREE, id="a degree along a meridian"),
    case((60, 0), (60, 1), 2 * RADIUS * math.asin(math.sin(math.pi / 360) / 2), id="farther north"),
    case((0, 179.5), (0, -179.5), DEGREE, id="across the date line"),
    case((0, -180), (0, 180), 0, id="the date line from either side"),
    case((0, 0), (90, 0), 90 * DEGREE, id="from the equator to the pole"),
    case((90, 0), (-90, 0), ANTIPODES, id="from pole to pole"),
    case((90, 17), (-90, -140), ANTIPODES, id="from pole to pole, on two meridians"),
    case((90, 0), (90, 123), 0, id="a pole is one point"),
    case((89, 0), (89, 180), 2 * DEGREE, id="over the pole"),
    case((0, 0), (0, 180), ANTIPODES, id="antipodes on the equator"),
    case((48.85, 2.35), (-48.85, -177.65), ANTIPODES, id="antipodes of Paris"),
    case((0, 0), (0, 179), 179 * DEGREE, id="almost antipodes"),
    case((0, 0), (0, 0.00001), DEGREE / 100_000, id="a metre"),
]


@pytest.mark.parametrize(("point", "other_point", "km"), DISTANCES)
def test_a_distance_is_the_haversine_distance(
    point: Degrees, other_point: Degrees, km: float
) -> None:
    """[S6]: from either side, as a pair and as a mapping."""
    tolerance = max(km * 1e-9, 1e-8)
    for pair, of in ((point, other_point), (other_point, point)):
        for value in (pair, list(pair), {"latitude": pair[0], "longitude": pair[1]}):
            assert is_member(where.within_km(km + tolerance, of=of), {"where": value})
            if km:
                assert not is_member(where.within_km(km - tolerance, of=of), {"where": value})


# Exact distances, computed from the degrees, where the precision of floats is critical.
CLOSE = [
    case((0, 0), (0, 1e-7), 1e-7 * DEGREE, id="a centimetre on the equator"),
    case((48.85, 2.35), (48.85 + 2**-27, 2.35), 2**-27 * DEGREE, id="a millimetre in Paris"),
    case(
        (0, 0), (0, 180 - 2**-20), (180 - 2**-20) * DEGREE, id="ten centimetres short of antipodes"
    ),
    case((0, 0), (0, 180 - 2**-12), (180 - 2**-12) * DEGREE, id="thirty metres short of antipodes"),
]


@pytest.mark.parametrize(("point", "other_point", "km"), CLOSE)
def test_a_distance_is_exact_to_one_part_in_a_billion(
    point: Degrees, other_point: Degrees, km: float
) -> None:
    """[S6]: outside this tolerance the verdict is exact."""
    for value, of in ((point, other_point), (other_point, point)):
        assert is_member(where.within_km(km * (1 + 2e-9), of=of), {"where": value})
        assert not is_member(where.within_km(km * (1 - 2e-9), of=of), {"where": value})


@pytest.mark.parametrize(
    ("point", "other_point"),
    [
        case(PARIS, PARIS, id="the point itself"),
        case((0, 180), (0, -180), id="both notations of the date line"),
        case((90, 0), (90, 123), id="a pole"),
        case((-90, -180), (-90, 7.5), id="the other pole"),
    ],
)
def test_a_point_is_within_a_distance_of_zero_of_itself(
    point: Degrees, other_point: Degrees
) -> None:
    """[S6]: ``<= r``, where r may be 0."""
    assert is_member(where.within_km(0, of=point), {"where": other_point})
    assert is_member(where.within_km(0, of=other_point), {"where": point})
    assert not is_member(where.within_km(0, of=PARIS), {"where": (48.85, 2.3500001)})


LOCATIONS = [
    case([48.85, 2.35], True, id="a list"),
    case((48.85, 2.35), True, id="a tuple"),
    case(Point(48.85, 2.35), True, id="a named tuple"),
    case((49, 2), True, id="whole numbers"),
    case((Decimal("48.85"), Decimal("2.35")), True, id="Decimals"),
    case({"latitude": 48.85, "longitude": 2.35}, True, id="a mapping"),
    case(
        {"longitude": 2.35, "latitude": 48.85, "name": "home"},
        True,
        id="a mapping with another key",
    ),
    case(OrderedDict(latitude=48.85, longitude=2.35), True, id="any mapping"),
    case((2.35, 48.85), False, id="longitude first is another location"),
    case({"lat": 48.85, "lon": 2.35}, False, id="other keys"),
    case({"latitude": 48.85}, False, id="a mapping without longitude"),
    case({"latitude": 48.85, "longitude": None}, False, id="a mapping with a missing value"),
    case((48.85,), False, id="one number"),
    case((48.85, 2.35, 35), False, id="three numbers"),
    case((), False, id="no numbers"),
    case({48.85, 2.35}, False, id="a set has no order"),
    case("48.85, 2.35", False, id="a text"),
    case(("48.85", "2.35"), False, id="texts"),
    case((True, False), False, id="booleans"),
    case((48.85, None), False, id="a pair with a missing value"),
    case((float("nan"), 2.35), False, id="NaN"),
    case((float("inf"), 2.35), False, id="an infinity"),
    case((10**499, 2.35), False, id="a number without a kind"),
    case((90.000001, 0), False, id="north of the pole"),
    case((-90.000001, 0), False, id="south of the pole"),
    case((48.85, 180.000001), False, id="a longitude above 180"),
    case((48.85, -180.000001), False, id="a longitude below -180"),
    case((48.85, 362.35), False, id="a longitude above 360"),
    case(48.85, False, id="a number"),
    case(None, False, id="no value"),
    case([[48.85, 2.35]], False, id="a list in a list"),
    case(RaisingMapping(), False, id="a mapping that raises [V1]"),
]


@pytest.mark.parametrize(("value", "is_location"), LOCATIONS)
def test_a_location_is_a_pair_or_a_mapping_within_range(value: Any, is_location: bool) -> None:  # noqa: ANN401
    """[S6]: any other value is a missing value."""
    near_paris, anywhere = where.within_km(60, of=PARIS), where.within_km(20_100, of=PARIS)
    if not isinstance(value, RaisingMapping):
        assert is_member(near_paris, {"where": value}) is is_location
        assert is_member(did("seen").where(prop("spot").within_km(60, of=PARIS)),
                      events=[event("seen", "2022-09-01", spot=value)]) is is_location  # fmt: skip
    explanation = explain(~anywhere, _HostContact({"where": value}), now=NOW)
    if not is_location and value != (2.35, 48.85):
        assert explanation.verdict
        assert not explanation.certain
        assert "holds only because where is no location" in str(explanation)
    else:
        assert not explanation.verdict


class _HostContact:
    """A contact of a host; its attributes are not copied."""

    def __init__(self, attributes: dict[str, object]) -> None:
        self.id, self.attributes, self.lists = "ada", attributes, dict[str, None]()


@pytest.mark.parametrize("latitude", [-90, 90, 0])
@pytest.mark.parametrize("longitude", [-180, 180, 0])
def test_the_ends_of_the_range_are_included(latitude: int, longitude: int) -> None:
    """[S6]: in a value and in a condition."""
    everywhere = where.within_km(ANTIPODES + 0.001, of=(latitude, longitude))
    assert is_member(everywhere, {"where": (latitude, longitude)})
    assert is_member(everywhere, {"where": (-latitude, 0)})


def test_a_location_is_a_collection_for_other_operators() -> None:
    """[K5], [S6]: only within_km reads it as a location."""
    assert is_member(where.has_any([48.85]), {"where": PARIS})
    assert not is_member(where == 48.85, {"where": PARIS})
    assert is_member(where.is_set(), {"where": (1, 2, 3)})
    assert is_member(attr("home", "at").within_km(1, of=PARIS), {"home": {"at": PARIS}})


def test_the_decimal_context_of_the_host_changes_nothing() -> None:
    """[V1]: also if operations on a float and a Decimal are trapped."""
    with localcontext(prec=2) as context:
        context.traps.update({Inexact: True, FloatOperation: True})
        for km in (25, 25.5, Decimal("25.123")):
            for of in (PARIS, (Decimal("48.85"), Decimal("2.35"))):
                assert is_member(where.within_km(km, of=of), {"where": (48.9, 2.4)})
                assert not is_member(where.within_km(km, of=of), {"where": [Decimal(49), 3]})


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(
            lambda: where.within_km(-1, of=PARIS),
            "a distance is 0 or more",
            id="a negative distance",
        ),
        case(lambda: where.within_km("25", of=PARIS), "takes numbers; got '25'", id="a text"),
        case(lambda: where.within_km(True, of=PARIS), "takes numbers; got True", id="a boolean"),
        case(lambda: where.within_km(None, of=PARIS), "takes numbers; got None", id="None"),
        case(lambda: where.within_km(math.nan, of=PARIS), "takes numbers; got nan", id="NaN"),
        case(lambda: where.within_km(math.inf, of=PARIS), "takes numbers; got inf", id="inf"),
        case(lambda: where.within_km(10**499, of=PARIS), "takes numbers", id="500 digits"),
        case(
            lambda: where.within_km(1, of=48.85), r"takes \(latitude, longitude\)", id="one number"
        ),
        case(
            lambda: where.within_km(1, of=(1, 2, 3)), r"takes \(latitude, longitude\)", id="three"
        ),
        case(lambda: where.within_km(1, of=None), r"takes \(latitude, longitude\)", id="no point"),
        case(lambda: where.within_km(1, of=(91, 0)), "degrees within 90 and 180", id="91"),
        case(lambda: where.within_km(1, of=(0, -181)), "degrees within 90 and 180", id="-181"),
        case(
            lambda: where.within_km(1, of=("1", 2)),
            "takes numbers; got '1'",
            id="a text among numbers",
        ),
        case(
            lambda: Comparison("within_km", 25), r"such as Place\(25, 48.85, 2.35\)", id="no Place"
        ),
        case(
            lambda: did("order").sum("n").within_km(1, of=PARIS),
            "a comparison with a number",
            id="a distance of a sum",
        ),
        case(
            lambda: did("order").latest_at().within_km(1, of=PARIS),
            "an instant",
            id="a distance of an instant",
        ),
    ],
)
def test_invalid_arguments_of_within_km(build: Callable[[], object], cure: str) -> None:
    """[V6]: the error names the valid arguments."""
    with pytest.raises(ConditionError, match=cure):
        build()


def test_numbers_of_different_types_are_different_conditions() -> None:
    """[K10]: for each number of a place."""
    point = where.within_km(25, of=(48, 2))
    assert point == Attribute(("where",), Comparison("within_km", Place(25, 48, 2)))
    assert point != where.within_km(25.0, of=(48, 2))
    assert point != where.within_km(25, of=(48.0, 2))
    assert point != where.within_km(25, of=(48, Decimal(2)))
    assert pasteable_repr(Place(Decimal("0.5"), 48, -2.5)) == "Place(Decimal('0.5'), 48, -2.5)"


def test_explain_shows_the_location() -> None:
    """The explanation shows the value."""
    explanation = str(explain(where.within_km(25, of=PARIS), Contact("ada", {"where": PARIS})))
    assert explanation == "yes  where is within 25 km of 48.85, 2.35\n     value: (48.85, 2.35)"
