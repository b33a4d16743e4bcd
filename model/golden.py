"""Golden runs: small runs that touch every choice of every parameter, known by their numbers.

Their digests say what the law *does*, whatever its text: a changed comment changes none, a changed
count changes at least one. ``defection.provenance.behaviour`` keeps them with results.
"""

import functools
import hashlib
from typing import Any

import numpy as np

from defection.arrays import Results, country_arrays, famine_readings, new_scratch, uses_border
from defection.circle_pages import new_circle_scratch
from defection.country import WEEKS_PER_YEAR, Country, Dating
from defection.dated_shares import DatedShare
from defection.interventions import timetable
from defection.journey.cells import FLOWS as JOURNEY_FLOWS
from defection.journey.cells import STOCKS
from defection.journey.data import JourneyData, journey_arrays, no_journey
from defection.journey.flow import follow
from defection.journey.move import new_travellers
from defection.journey.parameters import FEEDBACK
from defection.journey.rates import DATED, HAZARDS
from defection.journey.rescues import no_rescue
from defection.measures import FLOWS, STATES
from defection.parameters import JOURNEY_PARAMETERS, PARAMETERS, Parameters
from defection.state import SETTINGS, settings_row
from defection.streams import start_states
from defection.week import simulate_many

YEARS = 3
BASE: dict[str, Any] = {
    "prior_alpha": 15.0, "prior_beta": 12.0, "observation_probability": 0.05, "memory_weeks": 30,
    "utility_intercept": -3.0, "utility_slope": 5.0, "demographic_effect": 0.6,
    "famine_effect": 0.3, "initial_repression": 0.6, "adjustment_rate": 0.01,
    "tolerated_attempts": 20, "economy_scale": 0.01, "stop_threshold": 10**9,
}  # fmt: skip
"""Parameters under which much happens every week; none is a default, which may change."""


def country() -> Country:
    """Return a small country of two provinces and four categories in each, one with a famine."""
    traits = (("young", "rural"), ("young", "urban"), ("old", "rural"), ("old", "urban"))
    return Country(
        name="Golden",
        provinces=("North", "South"),
        border=np.array([1.0, 0.0]),
        dimensions={"age": ("young", "old"), "settlement": ("rural", "urban")},
        traits=traits,
        shares=np.array([[0.1, 0.2, 0.15, 0.15], [0.1, 0.1, 0.15, 0.05]]),
        trait_ability=np.array([1.0, 2.0, -2.0, -1.0]),
        trait_motivation=np.array([-1.0, 1.0, -2.0, 0.0]),
        border_ability=2.0,
        border_motivation=0.0,
        economy_ability=1.0,
        economy_motivation=4.0,
        years=tuple(range(2000, 2000 + YEARS)),
        populations=np.array([100_000.0, 101_000.0, 102_500.0, 103_000.0]),
        growth_percent=np.array([-2.5, 1.5, 4.0]),
        datings=(Dating("first", 2001, 2001),),
        observed=(),
        neighbours=(("North", "South"),),
        border_weights=(0.75, 0.25),
        dated_shares=(
            DatedShare(2000, "settlement", "urban", "age", "young", 0.7),
            DatedShare(2002, "settlement", "urban", "", "", 0.3),
        ),
    )


def points() -> dict[str, Parameters]:
    """Return the runs by name: the base, every further choice, each number moved, interventions."""
    changed: dict[str, dict[str, Any]] = {"base": {}}
    for name, one in PARAMETERS.items():
        for choice in one.choices[1:] if name != "journey" else ():
            changed[f"{name} = {choice}"] = {name: choice}
            if choice == "neighbours":  # of two provinces that is nationwide, but for circles
                changed[f"{name} = {choice}"]["news_circles"] = 3
        value = BASE.get(name, one.default)
        if name == "news_circles":
            changed["news_circles = 3"] = {name: 3}
        elif not one.choices and not one.text and name != "stop_threshold":
            factor = 4 if one.policy else 1.25  # a policy may not notice a smaller change
            moved = type(value)(value * factor) if value else one.high / 2
            moved = moved if moved <= one.high else value * 0.75
            changed[f"{name} moved"] = {
                name: moved,
                **({"policy": one.policy} if one.policy else {}),
                **({"news_circles": 3} if one.circles else {}),
                **({"broker_fee": 0.15} if name == "broker_fee_effect" else {}),
                **({one.needs: 0.01} if one.needs else {}),
            }
    changed["famine_years = none"] = {"famine_years": "none"}
    changed["famine_years = 2000-2001"] = {"famine_years": "2000-2001"}
    changed["stopped early"] = {"stop_threshold": 100}
    changed["circles, interventions"] = {
        "news_circles": 2, "news_between_circles": 0.2,
        "interventions": "2000-07 initial_repression=0.9 in North; 2001 memory_weeks=10; "
        "2002 hearing=nationwide",
    }  # fmt: skip
    changed["interventions"] = {
        "interventions": "2000-07 tolerated_attempts=5 in North; 2001 initial_repression=0.9; "
        "2001-W20 memory_weeks=10; 2002 hearing=nationwide in South"
    }
    return {name: Parameters(**{**BASE, **changes}) for name, changes in changed.items()}


def digest(point: Parameters, *, crossed: bool = False) -> str:
    """Return 8 hexadecimal digits of all that is kept of a run, or of who ``crossed`` alone."""
    land = country() if point.journey == "off" else country_of_journeys()
    journey, weeks = no_journey(), YEARS * WEEKS_PER_YEAR
    if point.journey == "on":
        journey = journey_arrays(land)
    readings = famine_readings([point])
    arrays = country_arrays(land, readings, uses_border([point]), point.dated_shares > 0)
    changes = timetable(point, land, readings.index)
    results = Results(
        np.zeros((1, len(FLOWS), YEARS, 2), np.int64),
        np.zeros((1, len(FLOWS), weeks, 2), np.int32),
        np.zeros((1, len(STATES), weeks + 1, 2)),
        np.zeros((1, YEARS, land.category_count), np.int64),
        np.zeros(1, np.int64),
        np.zeros((min(journey.size, 1), YEARS, len(JOURNEY_FLOWS), journey.gender.size)),
        np.zeros((min(journey.size, 1), YEARS, len(STOCKS), journey.gender.size)),
    )
    crossings = np.zeros((1, weeks, land.category_count), np.int32)
    simulate_many(
        arrays,
        np.array([settings_row(point, readings.index(point.famine_years))], SETTINGS),
        changes,
        np.array([0, changes.weeks.size]),
        start_states(1)[None],
        np.zeros(1, np.int64),
        weeks,
        new_scratch(arrays, weeks),
        new_circle_scratch(arrays, weeks, np.array([point.news_circles])),
        np.arange(land.category_count)[None],
        results,
        crossings,
        journey,
        new_travellers(journey),
        no_rescue(),
        np.zeros((0, 0, 0)),
        np.zeros(1, np.int64),
    )
    hashed = hashlib.sha256()
    kept = [crossings] if crossed else results[:5]  # the journey's are those of golden journeys
    for array in kept:
        hashed.update(array.astype("<i8" if array.dtype.kind == "i" else "<f8").tobytes())
    return hashed.hexdigest()[:8]


def country_of_journeys() -> Country:
    """Return the same country with genders in place of ages, and a journey."""
    years = YEARS
    data = JourneyData(
        years=np.arange(2000.0, 2000.0 + years),
        is_female=np.array([True, False]),
        by_gender=np.linspace(0.5, 1.5, 2 * len(HAZARDS)).reshape(-1, 2),
        by_year=np.linspace(0.6, 1.4, years * len(DATED)).reshape(-1, years),
        months_held=np.array([3.0, 6.0, 0.0]),
        destinations=np.array([[0.9, 0.8, 0.7], [0.04, 0.1, 0.2], [0.06, 0.1, 0.1]]),
        other_ways=np.array([[5.0, 6.0, 7.0], [20.0, 21.0, 22.0]]),
    )
    plain = country()
    dimensions = {"gender": ("female", "male"), "settlement": ("rural", "urban")}
    traits = tuple((gender, place) for gender in ("female", "male") for place in ("rural", "urban"))
    return plain.replace(dimensions=dimensions, traits=traits, journey=data)


def journey_digest(point: Parameters) -> str:
    """Return 8 hexadecimal digits of a journey, of which six digits of each number are counted."""
    land, weeks = country_of_journeys(), YEARS * WEEKS_PER_YEAR
    crossed = np.arange(weeks * land.category_count).reshape(weeks, -1) % 7
    repression = np.linspace(0.2, 0.9, 2 * weeks).reshape(weeks, 2)
    record, _ = follow(land, point, crossed.astype(np.int32), repression)
    numbers = np.concatenate([record.flows.ravel(), record.stocks.ravel()])
    return hashlib.sha256(" ".join(f"{number:.6g}" for number in numbers).encode()).hexdigest()[:8]


def journeys() -> dict[str, Parameters]:
    """Return the journeys by name: the starting values, and each number moved."""
    changed: dict[str, dict[str, Any]] = {"journey": {}}
    for name, one in JOURNEY_PARAMETERS.items():
        if not one.choices and not one.extension:
            value = float(one.default)
            moved = value * (1.001 if value > 1000 else 1.25) or 0.01
            changed[f"{name} moved"] = {name: moved}
    return {name: Parameters(**values) for name, values in changed.items()}


def acting_back() -> dict[str, Parameters]:
    """Return runs whose law depends on the journey, by name."""
    both = {"second_attempts_are_heard": "on", "news_of_arrivals": 0.4}
    changed: dict[str, dict[str, Any]] = {f"{name} moved": {name: both[name]} for name in FEEDBACK}
    changed["news, circles"] = {**both, "news_circles": 3, "news_between_circles": 0.2}
    rates = {"onward_early": 1.0, "onward_late": 1.0, "again_rate": 20.0, "return_rate": 1.0}
    return {name: Parameters(**{**BASE, **rates, **one}) for name, one in changed.items()}


def crossings() -> dict[str, Parameters]:
    """Return the runs of which it is known who crossed, by name; many categories do."""
    alike = {**BASE, "utility_intercept": -1.0, "utility_slope": 0.2}
    return {
        "crossings": Parameters(**alike, journey="on"),
        "crossings, no genders": Parameters(**alike),
        "crossings, circles": Parameters(**alike, journey="on", news_circles=3),
    }


def reads_circles(point: Parameters) -> bool:
    """Return whether a run does what golden runs do in several news circles alone.

    It has several, or its people hear of the neighbours, which golden runs do in circles only: in
    the golden country's two provinces without them, that would be the whole nation.
    """
    dated = "hearing=neighbours" in point.interventions
    return point.news_circles != 1 or point.hearing == "neighbours" or dated


@functools.cache
def with_circles() -> frozenset[str]:
    """Return the names of the golden runs that have several news circles."""
    every = points() | acting_back() | crossings()
    return frozenset(name for name, point in every.items() if point.news_circles != 1)


@functools.cache
def digests() -> dict[str, str]:
    """Return the digest of every golden run by its name; run once in a process."""
    return {name: digest(point) for name, point in points().items()}


@functools.cache
def journey_digests() -> dict[str, str]:
    """Return the same of the journeys and of who crossed, on which no run of the law depends."""
    acting = {name: digest(point) for name, point in acting_back().items()}
    crossed = {name: digest(point, crossed=True) for name, point in crossings().items()}
    return {n: journey_digest(point) for n, point in journeys().items()} | acting | crossed
