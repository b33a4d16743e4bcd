"""The same week for arrays: ``rules`` looped over provinces and categories, for many runs.

What is certain without it :mod:`defection.thresholds` settles; all else takes the same scalar
functions as the agents do. A function that takes many arrays is compiled into its caller (to hand
them over would take longer than what it does).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from defection import equations, rules
from defection.arrays import FLOW_COUNT, STATE_COUNT, CountryArrays, Results, Scratch
from defection.compiled import allocating, inlined
from defection.interventions import Timetable
from defection.journey.data import JourneyArrays
from defection.journey.flow import begin_year, end_week, pass_week
from defection.journey.move import Travellers, begin
from defection.measures import FLOWS, STATES, WEEKS_PER_YEAR
from defection.state import FIRST_FLOW
from defection.streams import PURPOSES, UNIT, fill
from defection.thresholds import (
    begin_steps,
    count_at_threshold,
    look_at_belief,
    people_between_steps,
    update_utilities,
)

DECIDE, REPRESS, HEAR_STOPPED, HEAR_SUCCESSES, CROSS = range(len(PURPOSES))
"""Positions of the purposes in ``streams.PURPOSES``."""

REPRESSION = STATES.index("repression")

KNOWN_ATTEMPTS, KNOWN_STOPPED = FLOWS.index("known_attempts"), FLOWS.index("known_stopped")


@inlined
def decide(
    country: CountryArrays,
    s: Scratch,
    uniforms: np.ndarray,
    here: int,
    week: int,
    member: np.ndarray,
    groups: np.ndarray,
) -> int:
    """Return the attempts of the categories of a province of which some may leave.

    Each category's attempts are added to the groups [Y, G] that ``member`` [D, P C] names, and
    noted in ``s.people``.
    """
    size = s.thresholds.shape[1]
    population = country.weekly_population[week]
    total = 0
    s.counts[2] += s.begun_count[here]
    for number in range(s.begun_count[here]):
        c = s.begun[here, number]
        people = people_between_steps(s, here, c, uniforms[here, c])
        i = here * size + c
        if people < 0:
            head_count = equations.head_count(
                population, country.cumulative_shares[i], country.cumulative_shares[i + 1]
            )
            uniform = uniforms[here, c] * UNIT
            people = equations.drawn_attempts(uniform, head_count, s.probabilities[here, c])
            s.counts[3] += 1
        total += people
        for d in range(member.shape[0]):
            groups[week // WEEKS_PER_YEAR, member[d, i]] += people
        s.people[here, number] = people
    return total


@inlined
def cross(
    s: Scratch, crossings: np.ndarray, week: int, journey: JourneyArrays, t: Travellers
) -> None:
    """Turn the week's attempts by category into those who crossed, who are noted or followed."""
    size = s.thresholds.shape[1]
    fill(s.streams, CROSS, s.drawn)  # what was drawn to decide has been used
    for here in range(s.provinces.size):
        attempts, free = s.provinces[here].attempts, s.provinces[here].successes
        for number in range(s.begun_count[here] if free > 0 else 0):
            i, mine = here * size + s.begun[here, number], s.people[here, number]
            out = rules.crossed(s.drawn[i] * UNIT, mine, attempts, free)
            attempts, free = attempts - mine, free - out
            if out > 0 and crossings.size > 0:
                crossings[week, i] = out
            if out > 0 and journey.size > 0:
                t.arriving[journey.group[i]] += out


@inlined
def change(
    s: Scratch,
    changes: Timetable,
    following: int,
    week: int,
    attempts: np.ndarray,
    stopped: np.ndarray,
) -> int:
    """Put in force what changes with a week; return the number of the next change.

    ``attempts`` and ``stopped`` [weeks, P] are what became known in every province.
    """
    while following < changes.weeks.size and changes.weeks[following] == week:
        here = changes.provinces[following]
        s.in_force[here] = changes.settings[following]
        resets = changes.resets[following]
        rules.change(s.provinces, s.in_force, here, resets, attempts, stopped, week)
        following += 1
    return following


@inlined
def record_flows(
    whole: np.ndarray, weekly: np.ndarray, yearly: np.ndarray, week: int, year: int
) -> None:
    """Note the week's flows, and add them to the year's where these have any size."""
    for flow in range(FLOW_COUNT):
        for here in range(whole.shape[0]):
            weekly[flow, week, here] = whole[here, FIRST_FLOW + flow]
    if yearly.size > 0:
        for flow in range(FLOW_COUNT):
            for here in range(whole.shape[0]):
                place = here if yearly.shape[2] > 1 else 0
                yearly[flow, year, place] += whole[here, FIRST_FLOW + flow]


@inlined
def record_states(real: np.ndarray, states: np.ndarray, week: int) -> None:
    """Note the states in force in a week."""
    for state in range(STATE_COUNT):
        for here in range(real.shape[0]):
            states[state, week, here] = real[here, state]


@inlined
def simulate(
    country: CountryArrays,
    p: Any,
    changes: Timetable,
    weeks: int,
    s: Scratch,
    weekly: np.ndarray,
    states: np.ndarray,
    yearly: np.ndarray,
    member: np.ndarray,
    groups: np.ndarray,
    crossings: np.ndarray,
    journey: JourneyArrays,
    t: Travellers,
    journey_flows: np.ndarray,
    journey_stocks: np.ndarray,
    halt: np.ndarray,
) -> int:
    """Simulate one whole run and return the weeks run.

    Parameters
    ----------
    country, p, changes
        The country, the parameters of the first week, and what changes later.
    weeks : int
        The most weeks to run.
    s : Scratch
        Room for the run; its ``streams`` are at their start.
    weekly, states : arrays
        Filled: int32 [flows, weeks, P] and float64 [states, weeks + 1, P].
    yearly, groups, crossings : arrays
        Added to, where they have any size: int64 [flows, Y, P or 1]; attempts of groups of
        categories, int64 [Y, G], of which ``member`` [D, P C] names one for each of D groupings;
        people who crossed by week and category, int32 [weeks, P C].
    journey, t, journey_flows, journey_stocks
        Where ``journey`` has groups those who crossed are followed with the room ``t``, and counted
        in [Y, journey flows, G] and [Y, stocks, G].
    halt : array
        Its only number set to 1 ends the run early.
    """
    count, size = country.kinds.shape
    uniforms = s.drawn[: count * size].reshape((count, size))  # of each category this week
    known_attempts, known_stopped = weekly[KNOWN_ATTEMPTS], weekly[KNOWN_STOPPED]
    s.whole[:] = 0
    s.held[:] = 0
    for here in range(count):
        s.in_force[here] = p
        rules.begin(s.provinces, s.in_force, here)
    following = change(s, changes, 0, 0, known_attempts, known_stopped)
    alike, changed = changes.weeks.size == 0, False
    has_journey = journey.size > 0
    crosses = has_journey or crossings.size > 0
    if has_journey:
        begin(t, True)
    record_states(s.real, states, 0)
    for week in range(weeks):
        year = week // WEEKS_PER_YEAR
        if week % WEEKS_PER_YEAR == 0 or changed:
            update_utilities(country, s, alike, year)
            if has_journey:
                begin_year(journey, s.in_force[0], t, year, journey_flows, journey_stocks)
        fill(s.streams, DECIDE, s.drawn)
        for purpose in (REPRESS, HEAR_STOPPED, HEAR_SUCCESSES):
            fill(s.streams, purpose, s.province_drawn[purpose - 1])
        national = 0
        for here in range(count):
            province, attempts = s.provinces[here], 0
            look_at_belief(s, here, province.belief_alpha, province.belief_beta)
            if count_at_threshold(uniforms, s.thresholds, here) > 0:
                begin_steps(country, s, uniforms, here)
            if s.begun_count[here] > 0:
                attempts = decide(country, s, uniforms, here, week, member, groups)
            province.attempts = attempts
            national += attempts
        for here in range(count):
            rules.repress(s.provinces, here, s.province_drawn[0, here] * UNIT)
        if crosses:
            cross(s, crossings, week, journey, t)
        if has_journey:
            pass_week(journey, t, s.real[:, REPRESSION])
        for here in range(count):
            stopped, successes = s.province_drawn[1, here] * UNIT, s.province_drawn[2, here] * UNIT
            rules.hear(s.provinces, s.in_force, here, stopped, successes)
        record_flows(s.whole, weekly, yearly, week, year)
        for here in range(count):
            rules.learn(s.provinces, s.in_force, here, known_attempts, known_stopped, week)
        for here in range(count):
            rules.adjust(s.provinces, s.in_force, here)
        stops = national > s.in_force[0].stop_threshold or halt[0] != 0
        if has_journey:
            end_week(journey, t, week, stops or week + 1 == weeks, journey_flows, journey_stocks)
        changed = False
        if following < changes.weeks.size and week + 1 < weeks and not stops:
            before = following
            following = change(s, changes, following, week + 1, known_attempts, known_stopped)
            changed = following > before
        record_states(s.real, states, week + 1)
        if stops:
            return week + 1
    return weeks


@allocating
def simulate_many(
    country: CountryArrays,
    settings: np.ndarray,
    changes: Timetable,
    first: np.ndarray,
    streams: np.ndarray,
    runs: np.ndarray,
    weeks: int,
    s: Scratch,
    member: np.ndarray,
    results: Results,
    crossings: np.ndarray,
    journey: JourneyArrays,
    t: Travellers,
    halt: np.ndarray,
) -> None:
    """Run the simulations numbered ``runs`` and write into their rows of ``results``.

    ``settings`` has a row for every run of the ensemble, ``streams`` and ``crossings`` one for each
    of ``runs`` (``crossings`` none, where they are not kept); ``journey`` and ``t`` are as for
    :func:`simulate`. The changes of run r are those from ``first[r]`` to before ``first[r + 1]``.
    """
    no_years = np.zeros((0, 0, 0), np.int64)
    no_journey = np.zeros((0, 0, 0))
    no_groups = np.zeros((0, 0), np.int64)
    no_crossings = np.zeros((0, 0), np.int32)
    for n in range(runs.size):
        run = runs[n]
        mine = slice(first[run], first[run + 1])
        s.streams[:] = streams[n]
        results.weeks_run[run] = simulate(
            country,
            settings[run],
            Timetable(
                changes.weeks[mine],
                changes.provinces[mine],
                changes.settings[mine],
                changes.resets[mine],
            ),
            weeks,
            s,
            results.weekly[run] if results.weekly.shape[0] > 0 else s.weekly,
            results.states[run] if results.states.shape[0] > 0 else s.states,
            results.yearly[run] if results.yearly.shape[0] > 0 else no_years,
            member,
            results.groups[run] if results.groups.shape[0] > 0 else no_groups,
            crossings[n] if crossings.shape[0] > 0 else no_crossings,
            journey,
            t,
            results.journey_flows[run] if journey.size > 0 else no_journey,
            results.journey_stocks[run] if journey.size > 0 else no_journey,
            halt,
        )
        if halt[0] != 0:
            return
