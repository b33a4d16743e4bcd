"""The arrays that compiled code reads and writes: of a country, of one run, and its results."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from defection.border import weights_of
from defection.circle_draws import in_order
from defection.counties import county_edges, neighbours_of
from defection.country import WEEKS_PER_YEAR, Country
from defection.crossings import genders_of, positions_by_gender
from defection.dated_shares import moves, no_moves
from defection.interventions import parsed
from defection.measures import FLOWS, STATES
from defection.parameters import Parameters
from defection.state import SETTINGS, new_state
from defection.streams import LANES, PURPOSES, lanes_for

LINE = 64
"""Bytes of a line of the cache."""

STEPS = 24
"""Steps of a category that are kept, see :mod:`defection.thresholds`."""

FLOW_COUNT, STATE_COUNT = len(FLOWS), len(STATES)


COUNTED = ("thresholds of a province", "exact probabilities", "looks at steps", "inversions")
"""What runs are counted by, to see where their time goes."""


class CountryArrays(NamedTuple):
    """A country for compiled code: P provinces, C categories in each, K kinds of them, Y years."""

    weekly_population: np.ndarray  # [weeks]
    smallest_population: np.ndarray  # [Y], the smallest of each year's weeks
    largest_population: np.ndarray  # [Y]
    cumulative_shares: np.ndarray  # [P C + 1]
    leaving: np.ndarray  # [Y or 0, P C], see dated_shares.moves
    partner: np.ndarray  # [P C]
    kinds: np.ndarray  # [P, C], each category's kind
    kind_ability: np.ndarray  # [K], of its traits alone
    kind_motivation: np.ndarray  # [K]
    kind_border: np.ndarray  # [2, K], the dummy and the weight by province
    border_ability: float
    border_motivation: float
    economy_ability: float
    economy_motivation: float
    growth_percent: np.ndarray  # [Y]
    famines: np.ndarray  # [readings, Y]
    county_edges: np.ndarray  # [P, most counties + 1], see counties.county_edges
    near: np.ndarray  # bool [P, P], which are neighbours, or the same
    genders: np.ndarray  # [C], see crossings.genders_of
    place: np.ndarray  # [P C], where those of a category who cross are counted
    only_genders: bool  # whether that is by province and gender, else by category
    order: np.ndarray  # [C], categories from the likeliest to leave on, see circle_draws.in_order


class Scratch(NamedTuple):
    """Room for one run at a time (P provinces, C categories in each, K kinds)."""

    provinces: np.ndarray  # state.PROVINCE [P]
    whole: np.ndarray  # the same memory as whole numbers, [P, fields]
    real: np.ndarray  # and as floats
    in_force: np.ndarray  # state.SETTINGS [P]
    by_kind: np.ndarray  # [3, K], as cutoffs
    motivation: np.ndarray  # [K]
    cutoffs: np.ndarray  # [3, P, C]: x, ln x and ln(1 - x)
    edges: np.ndarray  # [4, P C], between which shares of the population, see dated_shares
    heads: np.ndarray  # [2, P, C], head counts that no week of the year goes below, or above
    thresholds: np.ndarray  # int64 [P, C]: a uniform number below means that nobody leaves
    set_for: np.ndarray  # [P, 2], the belief for which a province's thresholds are set
    held: np.ndarray  # int64 [P], weeks for which the belief has held
    brief: np.ndarray  # int64 [P], 1 where the belief before held for one week only
    begun: (
        np.ndarray
    )  # int64 [P, C], first, in order, the categories that have reached their threshold
    begun_count: np.ndarray  # int64 [P], how many have
    steps: np.ndarray  # int32 [2, P, C, STEPS], theirs, see thresholds.fill_steps
    probabilities: np.ndarray  # [P, C], of an attempt, theirs
    kind_probabilities: np.ndarray  # [P, K], of each kind of category, or -1 where not needed yet
    counts: np.ndarray  # int64 [COUNTED], how often what of COUNTED was done
    bits: np.ndarray  # int64 [C]
    values: np.ndarray  # the same memory as floats
    streams: np.ndarray  # uint64 [purposes, 4, lanes]
    drawn: np.ndarray  # int64, uniform numbers of all categories in a week, and some more
    province_drawn: np.ndarray  # int64 [6, P and some more], for the next three purposes, and news
    word: np.ndarray  # uint64 [1], the run's, by whose hashes the stopped are shared out
    people: np.ndarray  # int64 [P, C], first, the attempts of categories that have any
    leavers: np.ndarray  # int64 [P, C], and which categories of the province they are
    leaver_count: np.ndarray  # int64 [P], how many such categories there are
    by_gender: np.ndarray  # int64 [2, genders], attempts of a province, and who crosses
    crossed: np.ndarray  # int64 [C], who crosses, of those categories
    room: np.ndarray  # int64 [2, C]
    weekly: np.ndarray  # int32 [flows, weeks, P]
    states: np.ndarray  # float64 [states, weeks + 1, P]


class Results(NamedTuple):
    """Where runs write what is to be kept; what is not kept has no rows."""

    yearly: np.ndarray  # int64 [runs, flows, Y, P], or [runs, flows, Y, 1] for the whole country
    weekly: np.ndarray  # int32 [runs, flows, weeks, P]
    states: np.ndarray  # float64 [runs, states, weeks + 1, P]
    groups: np.ndarray  # int64 [runs, Y, G], attempts of groups of categories
    weeks_run: np.ndarray  # int64 [runs]
    journey_flows: np.ndarray  # float64 [runs, Y, journey flows, G]
    journey_stocks: np.ndarray  # float64 [runs, Y, stocks, G]


def famine_readings(points: Iterable[Parameters]) -> tuple[str, ...]:
    """Return every reading of the famine years that the points use, at once or by intervention."""
    found: dict[str, None] = {}
    for point in points:
        found[point.famine_years] = None
        for entry in parsed(point.interventions):
            if entry.name == "famine_years":
                found[str(entry.value)] = None
    return tuple(found)


def uses_border(points: Iterable[Parameters]) -> bool:
    """Return whether any point gives the border another weight than the dummy's."""
    names = ("border_measure", "border_scale")
    return any(
        (point.border_measure, point.border_scale) != ("dummy", 1.0)
        or any(entry.name in names for entry in parsed(point.interventions))
        for point in points
    )


def country_arrays(
    country: Country,
    famine_years: tuple[str, ...],
    by_border: bool = False,
    dated: bool = False,
    only_genders: bool = False,
) -> CountryArrays:
    """Prepare a country for compiled code, with a row of famine years for each reading.

    Shares change with the years only where they are ``dated``.
    With ``by_border`` categories are of one kind only where all weights of the border agree.
    Who crosses is counted by province and gender where ``only_genders`` are wanted.
    """
    shape = country.shares.shape
    leaving, partner = moves(country) if dated else no_moves(country)
    border = np.repeat(weights_of(country), shape[1], axis=1)
    impacts = [country.ability_impact.ravel(), country.motivation_impact.ravel()]
    impacts += list(border) if by_border else []
    _, first, kinds = np.unique(
        np.stack(impacts, axis=1), axis=0, return_index=True, return_inverse=True
    )
    population = country.weekly_population
    return CountryArrays(
        population,
        population.reshape(-1, WEEKS_PER_YEAR).min(axis=1),
        population.reshape(-1, WEEKS_PER_YEAR).max(axis=1),
        country.cumulative_shares,
        leaving.copy(),
        partner.copy(),
        np.ascontiguousarray(kinds.reshape(shape), np.int64),
        country.trait_ability[first % shape[1]],
        country.trait_motivation[first % shape[1]],
        np.ascontiguousarray(border[:, first]),
        float(country.border_ability),
        float(country.border_motivation),
        float(country.economy_ability),
        float(country.economy_motivation),
        country.growth_percent.copy(),  # writable like all others: one that was sent to a worker is
        np.array([country.famine(reading) for reading in famine_years]),
        county_edges(country.counties, country.provinces),
        neighbours_of(country.neighbours, country.provinces),
        genders_of(country),
        positions_by_gender(country) if only_genders else np.arange(country.category_count),
        only_genders,
        in_order(country.trait_ability, country.trait_motivation),
    )


def aligned(shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """Return an empty array that begins where a line of the cache does.

    A processor reads and writes a line at a time, and slower what lies on two.
    """
    numbers = math.prod(shape)
    size = np.dtype(dtype).itemsize
    room: np.ndarray = np.empty(numbers + LINE // size, dtype)
    start = -room.ctypes.data % LINE // size
    return room[start : start + numbers].reshape(shape)


def new_scratch(country: CountryArrays, weeks: int) -> Scratch:
    """Return room for runs of so many weeks."""
    count, size = country.kinds.shape
    provinces, whole, real = new_state(count)
    bits = aligned((size,), np.int64)
    return Scratch(
        provinces,
        whole,
        real,
        np.empty(count, SETTINGS),
        aligned((3, country.kind_ability.size)),
        np.empty(country.kind_motivation.size),
        aligned((3, count, size)),
        aligned((4, count * size)),
        aligned((2, count, size)),
        aligned((count, size), np.int64),
        np.empty((count, 2)),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        aligned((count, size), np.int64),
        np.empty(count, np.int64),
        aligned((2, count, size, STEPS), np.int32),
        aligned((count, size)),
        aligned((count, country.kind_ability.size)),
        np.zeros(len(COUNTED), np.int64),
        bits,
        bits.view(np.float64),
        aligned((len(PURPOSES), 4, LANES), np.uint64),
        aligned((lanes_for(count * size),), np.int64),
        aligned((6, lanes_for(count)), np.int64),
        np.zeros(1, np.uint64),
        np.empty((count, size), np.int64),
        np.empty((count, size), np.int64),
        np.zeros(count, np.int64),
        np.empty((2, int(country.genders.max()) + 1), np.int64),
        np.empty(size, np.int64),
        np.empty((2, size), np.int64),
        np.zeros((FLOW_COUNT, weeks, count), np.int32),
        np.zeros((STATE_COUNT, weeks + 1, count)),
    )
