"""The same week for arrays: the law of ``equations.py`` looped over provinces and categories, for many runs.

What is not a rule of the model but a way to be quick, and why it changes no number:

* Utilities change once a year, and categories with equal impacts (a *kind*) share them.
* A category's uniform number is first compared with a threshold below which nobody leaves. Thresholds are set anew when
  the province's belief or the year changes, from the bound and a quick exponential, both of which
  err on the safe side. What reaches its threshold takes the same scalar functions as the agents do.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from defection import equations
from defection.compiled import compiled
from defection.country import WEEKS_PER_YEAR, Country
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS, Parameters
from defection.streams import UNIT, fill, lanes_for

DECIDE, REPRESS, HEAR_STOPPED, HEAR_SUCCESSES = range(4)
"""Positions of the purposes in ``streams.PURPOSES``."""

FLOW_ATTEMPTS, FLOW_STOPPED, FLOW_SUCCESSES, FLOW_KNOWN_ATTEMPTS, FLOW_KNOWN_STOPPED = range(5)
"""Positions of the flows in ``measures.FLOWS``."""

REPRESSION, ALPHA, BETA = range(3)
"""Positions of the states in ``measures.STATES``."""

FLOW_COUNT, STATE_COUNT = len(FLOWS), len(STATES)

NATIONWIDE = PARAMETERS["hearing"].choices.index("nationwide")

_PER_LN_2 = 1.0 / math.log(2.0)

SETTINGS = np.dtype(
    [
        (p.name, np.float64 if p.kind == "number" else np.int64)
        for p in PARAMETERS.values()
        if p.kind != "years"
    ]
    + [("famine_row", np.int64)]
)
"""One run's parameters for compiled code, ``p`` below; a choice is its position in the list of choices."""


class CountryArrays(NamedTuple):
    """What compiled code reads of a country (P provinces, C categories in each, K kinds of them, Y years)."""

    weekly_population: np.ndarray  # [weeks]
    largest_population: np.ndarray  # [Y], the largest of each year's weeks
    cumulative_shares: np.ndarray  # [P C + 1]
    kinds: np.ndarray  # [P, C], each category's kind
    kind_ability: np.ndarray  # [K]
    kind_motivation: np.ndarray  # [K]
    economy_ability: float
    economy_motivation: float
    growth_percent: np.ndarray  # [Y]
    famines: np.ndarray  # [readings, Y]


class Results(NamedTuple):
    """Where runs write what is to be kept; what is not kept has no rows."""

    yearly: np.ndarray  # int64 [runs, flows, Y, P], or [runs, flows, Y, 1] for the whole country
    weekly: np.ndarray  # int32 [runs, flows, weeks, P]
    states: np.ndarray  # float64 [runs, states, weeks + 1, P]
    groups: np.ndarray  # int64 [runs, Y, G], attempts of groups of categories
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
        np.ascontiguousarray(kinds.reshape(country.shares.shape), np.int64),
        np.ascontiguousarray(unique[:, 0]),
        np.ascontiguousarray(unique[:, 1]),
        float(country.economy_ability),
        float(country.economy_motivation),
        country.growth_percent.copy(),  # may be written, like all others: a country that was sent to a worker has lost its lock
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
def update_utility(
    country: CountryArrays, p: Any, year: int, cutoffs: np.ndarray, most: np.ndarray
) -> None:
    """Work out a year's cut-offs: ``cutoffs`` [3, P, C] gets x, ln x and ln(1 - x), ``most`` [P, C] the largest head counts."""
    economy = country.growth_percent[year] * p.economy_scale
    famine = country.famines[p.famine_row, year]
    by_kind = np.empty((3, country.kind_ability.size))
    for k in range(country.kind_ability.size):
        ability = equations.ability(
            p.demographic_effect, country.kind_ability[k], country.economy_ability, economy
        )
        motivation = equations.motivation(
            p.demographic_effect,
            country.kind_motivation[k],
            country.economy_motivation,
            economy,
            p.famine_effect,
            famine,
        )
        cutoff = equations.cutoff(
            equations.utility(p.utility_intercept, p.utility_slope, motivation, ability)
        )
        by_kind[0, k], by_kind[1, k], by_kind[2, k] = cutoff, math.log(cutoff), math.log1p(-cutoff)
    places, size = most.shape
    for province in range(places):
        for c in range(size):
            i = province * size + c
            share = country.cumulative_shares[i + 1] - country.cumulative_shares[i]
            most[province, c] = country.largest_population[year] * share + 1.0
            for row in range(3):
                cutoffs[row, province, c] = by_kind[row, country.kinds[province, c]]


@compiled
def set_thresholds(
    cutoffs: np.ndarray,
    most: np.ndarray,
    province: int,
    alpha: float,
    beta: float,
    bits: np.ndarray,
    values: np.ndarray,
    thresholds: np.ndarray,
) -> None:
    """Set for each category of a province the luck below which nobody leaves while the belief is Beta(α, β).

    The exponential is taken from above: a float's bits, read as a whole number, are its logarithm
    to base 2 with a chord for the mantissa, and a chord lies above the exponential (by 6 % at
    most). ``values`` is ``bits`` seen as floats.
    """
    scale = equations.belief_scale(alpha, beta)
    for c in range(bits.size):
        z = equations.log_leading_factor(
            cutoffs[1, province, c], cutoffs[2, province, c], alpha, beta, scale
        )
        bits[c] = np.int64((min(max(z, -690.0), 690.0) * _PER_LN_2 + 1023.0) * 2.0**52)
    for c in range(bits.size):
        sure = (
            1.0
            - most[province, c]
            * values[c]
            * equations.series_bound(cutoffs[0, province, c], alpha, beta)
            - 2e-15
        )
        thresholds[province, c] = np.int64(max(0.0, sure) * 2.0**53)


@compiled
def count_at_threshold(luck: np.ndarray, thresholds: np.ndarray, province: int) -> int:
    """Return how many categories of a province have luck that reaches their threshold: somebody may leave."""
    found = 0
    for c in range(thresholds.shape[1]):
        found += luck[province, c] >= thresholds[province, c]
    return found


@compiled
def decide(
    country: CountryArrays, population: int, cutoffs: np.ndarray, alpha: float, beta: float, province: int,
    luck: np.ndarray, thresholds: np.ndarray, found: int, member: np.ndarray, groups: np.ndarray, year: int,
) -> int:  # fmt: skip
    """Return the attempts of the ``found`` categories of a province that may leave.

    Each category's attempts are added to the groups [Y, G] that ``member`` [D, P C] names.
    """
    size = thresholds.shape[1]
    total = 0
    for c in range(size):
        if luck[province, c] < thresholds[province, c]:
            continue
        i = province * size + c
        people = equations.head_count(
            population, country.cumulative_shares[i], country.cumulative_shares[i + 1]
        )
        leaving = equations.drawn_attempts(
            luck[province, c] * UNIT, people, cutoffs[0, province, c], alpha, beta
        )
        total += leaving
        for d in range(member.shape[0]):
            groups[year, member[d, i]] += leaving
        found -= 1
        if found == 0:
            break
    return total


@compiled
def learn(
    p: Any, week: int, weekly: np.ndarray, remembered: np.ndarray, states: np.ndarray
) -> None:
    """Add the week's news to what each province remembers, forget what is older than H weeks, and set the coming belief."""
    places = remembered.shape[1]
    forgotten = week - p.memory_weeks
    everywhere_attempts, everywhere_stopped = 0, 0
    for province in range(places):
        remembered[0, province] += weekly[FLOW_KNOWN_ATTEMPTS, week, province]
        remembered[1, province] += weekly[FLOW_KNOWN_STOPPED, week, province]
        if forgotten >= 0:
            remembered[0, province] -= weekly[FLOW_KNOWN_ATTEMPTS, forgotten, province]
            remembered[1, province] -= weekly[FLOW_KNOWN_STOPPED, forgotten, province]
        everywhere_attempts += remembered[0, province]
        everywhere_stopped += remembered[1, province]
    for province in range(places):
        attempts, stopped = remembered[0, province], remembered[1, province]
        if p.hearing == NATIONWIDE:
            attempts, stopped = everywhere_attempts, everywhere_stopped
        states[ALPHA, week + 1, province] = equations.belief_alpha(p.prior_alpha, stopped)
        states[BETA, week + 1, province] = equations.belief_beta(p.prior_beta, attempts, stopped)


@compiled
def simulate(
    country: CountryArrays, p: Any, streams: np.ndarray, weeks: int, weekly: np.ndarray, states: np.ndarray,
    yearly: np.ndarray, member: np.ndarray, groups: np.ndarray, halt: np.ndarray,
) -> int:  # fmt: skip
    """Run one whole simulation and return the weeks run.

    ``weekly`` [flows, weeks, P] and ``states`` [states, weeks + 1, P] are filled; ``yearly``
    [flows, Y, P or 1] too, where it has any size, and ``groups`` [Y, G] for the D ways of grouping
    categories in ``member`` [D, P C]. ``halt`` set to 1 ends it early.
    """
    places, size = country.kinds.shape
    cutoffs = np.empty((3, places, size))
    most = np.empty((places, size))
    thresholds = np.empty((places, size), np.int64)
    bits = np.empty(size, np.int64)
    values = bits.view(np.float64)
    drawn = np.empty(lanes_for(places * size), np.int64)
    luck = drawn[: places * size].reshape((places, size))  # of each category this week
    province_luck = np.empty(
        (3, lanes_for(places)), np.int64
    )  # of each province, for the other three purposes
    set_for = np.empty((places, 2))  # the belief for which a province's thresholds are set
    remembered = np.zeros(
        (2, places), np.int64
    )  # known attempts and known stopped ones of the last H weeks
    for province in range(places):
        states[REPRESSION, 0, province] = p.initial_repression
        states[ALPHA, 0, province] = equations.belief_alpha(p.prior_alpha, 0)
        states[BETA, 0, province] = equations.belief_beta(p.prior_beta, 0, 0)
    for week in range(weeks):
        year = week // WEEKS_PER_YEAR
        if week % WEEKS_PER_YEAR == 0:
            update_utility(country, p, year, cutoffs, most)
            set_for[:] = math.nan
        population = country.weekly_population[week]
        national = 0
        fill(streams, DECIDE, drawn)
        for purpose in (REPRESS, HEAR_STOPPED, HEAR_SUCCESSES):
            fill(streams, purpose, province_luck[purpose - 1])
        for province in range(places):
            alpha, beta = states[ALPHA, week, province], states[BETA, week, province]
            if set_for[province, 0] != alpha or set_for[province, 1] != beta:
                set_for[province, 0], set_for[province, 1] = alpha, beta
                set_thresholds(cutoffs, most, province, alpha, beta, bits, values, thresholds)
            attempts = 0
            found = count_at_threshold(luck, thresholds, province)
            if found > 0:
                attempts = decide(
                    country,
                    population,
                    cutoffs,
                    alpha,
                    beta,
                    province,
                    luck,
                    thresholds,
                    found,
                    member,
                    groups,
                    year,
                )
            stopped = equations.stopped(
                province_luck[0, province] * UNIT, attempts, states[REPRESSION, week, province]
            )
            known_stopped = equations.become_known(
                province_luck[1, province] * UNIT, stopped, p.observation_probability
            )
            known_successes = equations.become_known(
                province_luck[2, province] * UNIT, attempts - stopped, p.observation_probability
            )
            weekly[FLOW_ATTEMPTS, week, province] = attempts
            weekly[FLOW_STOPPED, week, province] = stopped
            weekly[FLOW_SUCCESSES, week, province] = attempts - stopped
            weekly[FLOW_KNOWN_ATTEMPTS, week, province] = known_stopped + known_successes
            weekly[FLOW_KNOWN_STOPPED, week, province] = known_stopped
            states[REPRESSION, week + 1, province] = equations.adjusted_repression(
                states[REPRESSION, week, province],
                equations.monitored_flow(p.tolerated_measure, attempts, stopped),
                p.tolerated_attempts,
                p.adjustment_rate,
            )
            national += attempts
        learn(p, week, weekly, remembered, states)
        if yearly.size > 0:
            for flow in range(yearly.shape[0]):
                for province in range(places):
                    yearly[flow, year, province if yearly.shape[2] > 1 else 0] += weekly[
                        flow, week, province
                    ]
        if national > p.stop_threshold or halt[0] != 0:
            return week + 1
    return weeks


@compiled
def simulate_many(
    country: CountryArrays, settings: np.ndarray, streams: np.ndarray, runs: np.ndarray, weeks: int,
    member: np.ndarray, results: Results, halt: np.ndarray,
) -> None:  # fmt: skip
    """Run the simulations numbered ``runs``, one after the other, and write what is kept of each into its row of ``results``.

    ``settings`` has a row for every run of the ensemble, ``streams`` one for each of ``runs``.
    """
    places = country.kinds.shape[0]
    weekly = np.zeros((FLOW_COUNT, weeks, places), np.int32)
    states = np.zeros((STATE_COUNT, weeks + 1, places))
    no_years = np.zeros((0, 0, 0), np.int64)
    no_groups = np.zeros((0, 0), np.int64)
    for n in range(runs.size):
        run = runs[n]
        kept_weekly = results.weekly[run] if results.weekly.shape[0] > 0 else weekly
        kept_states = results.states[run] if results.states.shape[0] > 0 else states
        kept_yearly = results.yearly[run] if results.yearly.shape[0] > 0 else no_years
        kept_groups = results.groups[run] if results.groups.shape[0] > 0 else no_groups
        results.weeks_run[run] = simulate(
            country,
            settings[run],
            streams[n],
            weeks,
            kept_weekly,
            kept_states,
            kept_yearly,
            member,
            kept_groups,
            halt,
        )
        if halt[0] != 0:
            return
