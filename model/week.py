"""The same week for arrays: the law of ``equations.py`` looped over provinces and categories, for many runs.

What is not a rule of the model but a way to be quick, and why it changes no number:

* Utilities change once a year, and categories with equal impacts (a *kind*) share them.
* A category's uniform number is first compared with a threshold below which nobody leaves for any belief near the
  present one: P falls with α and rises with β, so the bound at (α - margin, β + margin) holds until the belief leaves
  that box. What passes the threshold takes the same scalar functions as the agents do.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from defection import equations
from defection.compiled import compiled
from defection.country import WEEKS_PER_YEAR, Country
from defection.parameters import PARAMETERS, Parameters
from defection.streams import UNIT, next_raw, next_uniform, warm_up

DECIDE, REPRESS, HEAR_STOPPED, HEAR_SUCCESSES = range(4)
"""Positions of the purposes in ``streams.PURPOSES``."""

ATTEMPTS, STOPPED, SUCCESSES, KNOWN_ATTEMPTS, KNOWN_STOPPED = range(5)
"""Positions of the flows in ``measures.FLOWS``."""

REPRESSION, ALPHA, BETA = range(3)
"""Positions of the states in ``measures.STATES``."""

NATIONWIDE = PARAMETERS["hearing"].choices.index("nationwide")

_PER_LN_2 = 1.0 / math.log(2.0)

MARGIN = 3.0
"""Half the width of the box of beliefs for which a threshold holds, in known attempts."""

SETTINGS = np.dtype(
    [(p.name, np.float64 if p.kind == "number" else np.int64) for p in PARAMETERS.values() if p.kind != "years"]
    + [("famine_row", np.int64)]
)
"""One run's parameters for compiled code; a choice is its position in the list of choices."""


class CountryArrays(NamedTuple):
    """What compiled code reads of a country (P provinces, C categories in each, K kinds of them, Y years)."""

    weekly_population: np.ndarray  # [weeks]
    largest_population: np.ndarray  # [Y], the largest of each year's weeks
    cumulative_shares: np.ndarray  # [P C + 1]
    kinds: np.ndarray  # [P C], each category's kind
    kind_ability: np.ndarray  # [K]
    kind_motivation: np.ndarray  # [K]
    economy_ability: float
    economy_motivation: float
    growth_percent: np.ndarray  # [Y]
    famines: np.ndarray  # [readings, Y]


class Results(NamedTuple):
    """Where runs write what is to be kept; what is not kept has no rows."""

    yearly: np.ndarray  # int64 [runs, flows, Y, P]
    weekly: np.ndarray  # int32 [runs, flows, weeks, P]
    states: np.ndarray  # float64 [runs, states, weeks + 1, P]
    categories: np.ndarray  # int64 [runs, Y, P C]
    weeks_run: np.ndarray  # int64 [runs]


def country_arrays(country: Country, famine_years: tuple[str, ...]) -> CountryArrays:
    """Prepare a country for compiled code, with a row of famine years for each reading."""
    impacts = np.stack([country.ability_impact.ravel(), country.motivation_impact.ravel()], axis=1)
    unique, kinds = np.unique(impacts, axis=0, return_inverse=True)
    population = country.weekly_population
    return CountryArrays(
        population,
        population.reshape(-1, WEEKS_PER_YEAR).max(axis=1),
        country.cumulative_shares,
        kinds.ravel().astype(np.int64),
        np.ascontiguousarray(unique[:, 0]),
        np.ascontiguousarray(unique[:, 1]),
        float(country.economy_ability),
        float(country.economy_motivation),
        country.growth_percent,
        np.array([country.famine(reading) for reading in famine_years]),
    )


def settings_row(parameters: Parameters, famine_row: int) -> tuple:
    """Return one row of :data:`SETTINGS`."""
    values = []
    for p in PARAMETERS.values():
        value = getattr(parameters, p.name)
        if p.kind != "years":
            values.append(p.choices.index(value) if p.kind == "choice" else value)
    return (*values, famine_row)


@compiled
def appraise(country: CountryArrays, p: np.void, year: int, cutoffs: np.ndarray, most: np.ndarray) -> None:
    """Work out a year's cut-offs: ``cutoffs`` [3, P C] gets x, ln x and ln(1 - x), ``most`` [P C] the largest head counts."""
    economy = country.growth_percent[year] * p.economy_scale
    famine = country.famines[p.famine_row, year]
    by_kind = np.empty((3, country.kind_ability.size))
    for k in range(country.kind_ability.size):
        ability = equations.ability(p.demographic_effect, country.kind_ability[k], country.economy_ability, economy)
        motivation = equations.motivation(
            p.demographic_effect, country.kind_motivation[k], country.economy_motivation, economy, p.famine_effect, famine
        )
        cutoff = equations.cutoff(equations.utility(p.utility_intercept, p.utility_slope, motivation, ability))
        by_kind[0, k], by_kind[1, k], by_kind[2, k] = cutoff, math.log(cutoff), math.log1p(-cutoff)
    for i in range(most.size):
        most[i] = country.largest_population[year] * (country.cumulative_shares[i + 1] - country.cumulative_shares[i]) + 1.0
        for row in range(3):
            cutoffs[row, i] = by_kind[row, country.kinds[i]]


@compiled
def set_thresholds(
    cutoffs: np.ndarray, most: np.ndarray, first: int, last: int, alpha: float, beta: float,
    bits: np.ndarray, values: np.ndarray, thresholds: np.ndarray,
) -> None:  # fmt: skip
    """Set for each category the raw luck below which nobody leaves under any belief at least as grim as Beta(α, β).

    The exponential is taken from above: a float's bits, read as a whole number, are its logarithm to base 2 with a chord
    for the mantissa, and a chord lies above the exponential (by 6 % at most). ``values`` is ``bits`` seen as floats.
    """
    scale = equations.belief_scale(alpha, beta)
    for i in range(first, last):
        z = max(-690.0, equations.log_leading_factor(cutoffs[1, i], cutoffs[2, i], alpha, beta, scale))
        bits[i] = np.int64((min(z, 690.0) * _PER_LN_2 + 1023.0) * 2.0**52)
    for i in range(first, last):
        sure = 1.0 - most[i] * values[i] * equations.series_bound(cutoffs[0, i], alpha, beta) - 2e-15
        thresholds[i] = np.int64(max(0.0, sure) * 2.0**53)


@compiled
def find_luck(streams: np.ndarray, thresholds: np.ndarray, first: int, last: int, who: np.ndarray, lucks: np.ndarray) -> int:
    """Draw the luck of the categories ``first .. last - 1``; keep those at or above their threshold and return how many."""
    a, b, c, counter = streams[DECIDE, 0], streams[DECIDE, 1], streams[DECIDE, 2], streams[DECIDE, 3]
    found = 0
    for i in range(first, last):
        raw, a, b, c, counter = next_raw(a, b, c, counter)
        luck = np.int64(raw >> np.uint64(11))
        if luck >= thresholds[i]:
            who[found], lucks[found] = i, luck
            found += 1
    streams[DECIDE, 0], streams[DECIDE, 1], streams[DECIDE, 2], streams[DECIDE, 3] = a, b, c, counter
    return found


@compiled
def decide(
    country: CountryArrays, population: int, cutoffs: np.ndarray, alpha: float, beta: float,
    found: int, who: np.ndarray, lucks: np.ndarray, categories: np.ndarray, year: int,
) -> int:  # fmt: skip
    """Return the attempts of the ``found`` categories, and add them to ``categories`` [Y, P C] where that is kept."""
    scale = equations.belief_scale(alpha, beta)
    total = 0
    for n in range(found):
        i = who[n]
        people = equations.head_count(population, country.cumulative_shares[i], country.cumulative_shares[i + 1])
        luck = lucks[n] * UNIT
        leaving = equations.attempts_of_prepared(luck, people, cutoffs[0, i], cutoffs[1, i], cutoffs[2, i], alpha, beta, scale)
        total += leaving
        if categories.size > 0:
            categories[year, i] += leaving
    return total


@compiled
def learn(p: np.void, week: int, weekly: np.ndarray, remembered: np.ndarray, states: np.ndarray) -> None:
    """Add the week's news to what each province remembers, forget what is older than H weeks, and set the coming belief."""
    places = remembered.shape[1]
    forgotten = week - p.memory_weeks
    for measure, flow in ((0, KNOWN_ATTEMPTS), (1, KNOWN_STOPPED)):
        for province in range(places):
            remembered[measure, province] += weekly[flow, week, province]
            if forgotten >= 0:
                remembered[measure, province] -= weekly[flow, forgotten, province]
    nationwide_attempts, nationwide_stopped = remembered[0].sum(), remembered[1].sum()
    for province in range(places):
        attempts, stopped = remembered[0, province], remembered[1, province]
        if p.hearing == NATIONWIDE:
            attempts, stopped = nationwide_attempts, nationwide_stopped
        states[ALPHA, week + 1, province] = equations.belief_alpha(p.prior_alpha, stopped)
        states[BETA, week + 1, province] = equations.belief_beta(p.prior_beta, attempts, stopped)


@compiled
def simulate(
    country: CountryArrays, p: np.void, streams: np.ndarray, weeks: int, weekly: np.ndarray, states: np.ndarray,
    yearly: np.ndarray, categories: np.ndarray, halt: np.ndarray,
) -> int:  # fmt: skip
    """Run one whole simulation and return the weeks run.

    ``weekly`` [flows, weeks, P], ``states`` [states, weeks + 1, P] are filled; ``yearly`` [flows, Y, P] and
    ``categories`` [Y, P C] too, where they have any size. ``halt`` set to 1 from outside ends it early.
    """
    places, size = states.shape[2], country.kinds.size // states.shape[2]
    cutoffs = np.empty((3, country.kinds.size))
    most = np.empty(country.kinds.size)
    thresholds = np.empty(country.kinds.size, np.int64)
    bits = np.empty(country.kinds.size, np.int64)
    values = bits.view(np.float64)
    who, lucks = np.empty(size, np.int64), np.empty(size, np.int64)
    box = np.empty((places, 4))  # α and β from, α and β to: where the thresholds hold
    remembered = np.zeros((2, places), np.int64)  # known attempts and known stopped ones of the last H weeks
    warm_up(streams)
    for province in range(places):
        states[REPRESSION, 0, province] = p.initial_repression
        states[ALPHA, 0, province] = equations.belief_alpha(p.prior_alpha, 0)
        states[BETA, 0, province] = equations.belief_beta(p.prior_beta, 0, 0)
    for week in range(weeks):
        year = week // WEEKS_PER_YEAR
        if week % WEEKS_PER_YEAR == 0:
            appraise(country, p, year, cutoffs, most)
            box[:, 0] = math.inf
        population = country.weekly_population[week]
        national = 0
        for province in range(places):
            alpha, beta = states[ALPHA, week, province], states[BETA, week, province]
            if not (box[province, 0] <= alpha <= box[province, 2] and box[province, 1] <= beta <= box[province, 3]):
                box[province, 0], box[province, 2] = max(0.5 * alpha, alpha - MARGIN), alpha + MARGIN
                box[province, 1], box[province, 3] = beta - MARGIN, beta + MARGIN
                set_thresholds(
                    cutoffs, most, province * size, (province + 1) * size, box[province, 0], box[province, 3], bits, values, thresholds
                )
            found = find_luck(streams, thresholds, province * size, (province + 1) * size, who, lucks)
            attempts = 0
            if found > 0:
                attempts = decide(country, population, cutoffs, alpha, beta, found, who, lucks, categories, year)
            stopped = equations.stopped(next_uniform(streams, REPRESS), attempts, states[REPRESSION, week, province])
            known_stopped = equations.become_known(next_uniform(streams, HEAR_STOPPED), stopped, p.observation_probability)
            known_successes = equations.become_known(next_uniform(streams, HEAR_SUCCESSES), attempts - stopped, p.observation_probability)
            weekly[ATTEMPTS, week, province] = attempts
            weekly[STOPPED, week, province] = stopped
            weekly[SUCCESSES, week, province] = attempts - stopped
            weekly[KNOWN_ATTEMPTS, week, province] = known_stopped + known_successes
            weekly[KNOWN_STOPPED, week, province] = known_stopped
            states[REPRESSION, week + 1, province] = equations.adjusted_repression(
                states[REPRESSION, week, province],
                equations.compared_number(p.tolerated_measure, attempts, stopped),
                p.tolerated_attempts,
                p.adjustment_rate,
            )
            national += attempts
        learn(p, week, weekly, remembered, states)
        if yearly.size > 0:
            yearly[:, year, :] += weekly[:, week, :]
        if national > p.stop_threshold or halt[0] != 0:
            return week + 1
    return weeks


@compiled
def simulate_many(
    country: CountryArrays, settings: np.ndarray, streams: np.ndarray, runs: np.ndarray, weeks: int, results: Results, halt: np.ndarray
) -> None:
    """Run the simulations numbered ``runs``, one after the other, and write what is kept of each into its row of ``results``."""
    places = results.yearly.shape[3]
    weekly = np.zeros((5, weeks, places), np.int32)
    states = np.zeros((3, weeks + 1, places))
    no_years = np.zeros((0, 0, 0), np.int64)
    no_categories = np.zeros((0, 0), np.int64)
    for run in runs:
        kept_weekly = results.weekly[run] if results.weekly.shape[0] > 0 else weekly
        kept_states = results.states[run] if results.states.shape[0] > 0 else states
        kept_yearly = results.yearly[run] if results.yearly.shape[0] > 0 else no_years
        kept_categories = results.categories[run] if results.categories.shape[0] > 0 else no_categories
        results.weeks_run[run] = simulate(
            country, settings[run], streams[run], weeks, kept_weekly, kept_states, kept_yearly, kept_categories, halt
        )
        if halt[0] != 0:
            return
