"""The same week for arrays: ``rules`` looped over provinces and categories, for many runs.

What is certain without it :mod:`defection.thresholds` settles; all else takes the same scalar
functions as the agents do. A function that takes many arrays is compiled into its caller (to hand
them over would take longer than what it does).
"""

from typing import Any

import numpy as np

from defection import circle_pages, circle_sizes, circle_week, circles, province_week, rules
from defection.arrays import FLOW_COUNT, STATE_COUNT, CountryArrays, Results, Scratch
from defection.circle_pages import CircleScratch
from defection.compiled import allocating, inlined
from defection.interventions import Timetable
from defection.journey.data import JourneyArrays
from defection.journey.flow import begin_year, end_year, pass_week, year_ends
from defection.journey.move import Travellers, admit, begin
from defection.journey.news import expect_news, is_ever_heard_of
from defection.journey.pull import note_rescues
from defection.journey.rescues import Rescue, before_moves, rescue_in_run
from defection.measures import FLOWS, STATES, WEEKS_PER_YEAR
from defection.state import FIRST_FLOW
from defection.streams import word_to_cross
from defection.thresholds import update_utilities

REPRESSION = STATES.index("repression")

KNOWN_ATTEMPTS, KNOWN_STOPPED = FLOWS.index("known_attempts"), FLOWS.index("known_stopped")


@inlined
def change(
    s: Scratch,
    q: CircleScratch,
    circle_count: int,
    changes: Timetable,
    following: int,
    week: int,
    attempts: np.ndarray,
    stopped: np.ndarray,
    near: np.ndarray,
) -> int:
    """Put in force what changes with a week; return the number of the next change.

    ``attempts`` and ``stopped`` [weeks, P] are what became known in every province; ``near`` [P, P]
    says which are neighbours.
    """
    while following < changes.weeks.size and changes.weeks[following] == week:
        here = changes.provinces[following]
        s.in_force[here] = changes.settings[following]
        resets = changes.resets[following]
        rules.change(
            s.provinces, here, s.in_force, here, resets, attempts, stopped, attempts, stopped,
            near, week,
        )  # fmt: skip
        if circle_count > 0:
            circles.change(
                s.provinces,
                s.in_force,
                here,
                q.circles,
                circle_count,
                attempts,
                stopped,
                near,
                week,
            )
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
    q: CircleScratch,
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
    rescue: Rescue,
    taken: np.ndarray,
    halt: np.ndarray,
) -> int:
    """Simulate one whole run and return the weeks run.

    Parameters
    ----------
    country, p, changes
        The country, the parameters of the first week, and what changes later.
    weeks : int
        The most weeks to run.
    s, q
        Room for the run, of which the ``streams`` are at their start; and for its news circles.
    weekly, states : arrays
        Filled: int32 [flows, weeks, P] and float64 [states, weeks + 1, P].
    yearly, groups, crossings : arrays
        Added to, where they have any size: int64 [flows, Y, P or 1]; attempts of groups of
        categories, int64 [Y, G], of which ``member`` [D, P C] names one for each of D groupings;
        people who crossed by week and ``country.place``, int32 [weeks, P C or P genders].
    journey, t, journey_flows, journey_stocks
        Where ``journey`` has groups those who crossed are followed with the room ``t``, and counted
        in [Y, journey flows, G] and [Y, stocks, G].
    rescue, taken
        Who is taken out of China besides, if ``taken`` [weeks, P] has any size: it is filled. Its
        pull is of provinces that are one circle each.
    halt : array
        Its only number set to 1 ends the run early.
    """
    count, size = country.kinds.shape
    known_attempts, known_stopped = weekly[KNOWN_ATTEMPTS], weekly[KNOWN_STOPPED]
    s.whole[:] = 0
    s.held[:] = 0
    for here in range(count):
        s.in_force[here] = p
        rules.begin(s.provinces, s.in_force, here)
    grouped = 0  # circles in each province, where there are several
    if p.news_circles != 1:
        grouped = circle_sizes.circle_count(p.news_circles, country.county_edges)
        circle_week.begin(s, q, grouped, p.news_circles, country.county_edges)
    near = country.near
    following = change(s, q, grouped, changes, 0, 0, known_attempts, known_stopped, near)
    pulls = rescue.known.size > 0
    rescue.known[:] = 0
    alike, changed, pulled = changes.weeks.size == 0 and not pulls, False, False
    has_journey = journey.size > 0
    crosses = has_journey or crossings.size > 0
    has_news = has_journey and is_ever_heard_of(p, changes)
    s.word[0] = word_to_cross(s.streams)
    if has_journey:
        begin(t, True)
    record_states(s.real, states, 0)
    for week in range(weeks):
        year = week // WEEKS_PER_YEAR
        for here in range(count if pulls else 0):
            pulled |= note_rescues(s.provinces, s.in_force, here, rescue, near, week)
        if week % WEEKS_PER_YEAR == 0 or changed or pulled:
            update_utilities(country, s, alike, year)
            if grouped > 0:
                circle_pages.change(country, s, q, grouped, year)
            pulled = False
        if has_journey and (week % WEEKS_PER_YEAR == 0 or changed):
            begin_year(journey, s.in_force[0], t, year, journey_flows, journey_stocks)
        if grouped > 0:
            circle_week.decide(country, s, q, grouped, week, member, groups, crosses)
            circle_week.repress(s, q, grouped)
        else:
            province_week.decide(country, s, week, member, groups)
            province_week.repress(s)
        if crosses and grouped > 0:
            circle_week.cross(q, grouped, size, week, country.place, crossings, journey, t)
        elif crosses:
            province_week.cross(country, s, crossings, week, journey, t)
        if taken.size > 0:
            before_moves(t, rescue, week)
        if has_journey and t.chances.admission[0] > 0.0:
            admit(t, journey)
        for here in range(count if has_news else 0):
            expect_news(s.provinces, here, s.in_force[here], journey, t)
        if has_journey:
            pass_week(journey, t, s.real[:, REPRESSION])
        if taken.size > 0:
            rescue_in_run(s.provinces, s.in_force[0], t, rescue, week, taken)
        if grouped > 0:
            circle_week.hear(s, q, grouped, week, has_news)
        else:
            province_week.hear(s, has_news, rescue, week)
        record_flows(s.whole, weekly, yearly, week, year)
        if grouped > 0:
            circle_week.learn(s, q, grouped, known_attempts, known_stopped, near, week)
        else:
            province_week.learn(s, known_attempts, known_stopped, near, week)
        national = 0
        for here in range(count):
            rules.adjust(s.provinces, s.in_force, here)
            national += s.provinces[here].attempts
        stops = national > s.in_force[0].stop_threshold or halt[0] != 0
        if has_journey and year_ends(week, stops or week + 1 == weeks):
            end_year(journey, t, year, journey_flows, journey_stocks)
        changed = False
        if following < changes.weeks.size and week + 1 < weeks and not stops:
            before = following
            following = change(
                s, q, grouped, changes, following, week + 1, known_attempts, known_stopped, near
            )
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
    q: CircleScratch,
    member: np.ndarray,
    results: Results,
    crossings: np.ndarray,
    journey: JourneyArrays,
    t: Travellers,
    rescue: Rescue,
    taken: np.ndarray,
    halt: np.ndarray,
) -> None:
    """Run the simulations numbered ``runs`` and write into their rows of ``results``.

    ``settings`` has a row for every run of the ensemble, ``streams`` and ``crossings`` one for each
    of ``runs`` (``crossings`` none, where they are not kept), ``taken`` one for every run or none;
    ``journey``, ``t`` and ``rescue`` are as for :func:`simulate`. The changes of run r are those
    from ``first[r]`` to before ``first[r + 1]``.
    """
    no_years = np.zeros((0, 0, 0), np.int64)
    no_journey = np.zeros((0, 0, 0))
    no_groups = np.zeros((0, 0), np.int64)
    no_crossings = np.zeros((0, 0), np.int32)
    nobody_taken = np.zeros((0, 0))
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
            q,
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
            rescue,
            taken[run] if taken.shape[0] > 0 else nobody_taken,
            halt,
        )
        if halt[0] != 0:
            return
