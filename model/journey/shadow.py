"""A programme that takes people out of China, and the same people without it: their shadow.

In the *world* people are taken from those in China at the end of a week. The *shadow* of exactly
those people, cell by cell, goes on under the risks that they would have had. Everything is linear,
so the world without the programme is the world with it and the shadow together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from defection.compiled import compiled
from defection.interventions import Timetable
from defection.journey.cells import HELD, IN_CHINA
from defection.journey.data import JourneyArrays
from defection.journey.flow import begin_year, count_arriving, end_year, pass_week, year_ends
from defection.journey.move import Travellers, move
from defection.journey.rates import DIE, ONWARD, RETURN, SETTLE
from defection.journey.rescues import Rescue, before_moves, take_out
from defection.measures import WEEKS_PER_YEAR

PEOPLE, TIMES, FAILED = SHADOWS = range(3)
"""Shadows: the people who are taken; the same, each counted as often as the number of the week in
which they were taken; and those of them whose mission failed, who are returned instead."""

(
    TAKEN, ONWARD_TIMES, ONWARD_PEOPLE, ONWARD_FAILED, RETURNED_PEOPLE, RETURNED_FAILED,
    SETTLED_PEOPLE, SETTLED_FAILED, DIED_PEOPLE, DIED_FAILED, CHINA_PEOPLE, CHINA_FAILED,
    HELD_PEOPLE, HELD_FAILED, WORLD_ONWARD, WORLD_RETURNED, WORLD_CHINA, WORLD_HELD,
    WORLD_SETTLED, WORLD_DIED,
) = range(20)  # fmt: skip
WEEKLY = 20
"""Columns of what is counted of each week, in people: those taken, flows of the shadows, who is in
China and who is held at the week's end, and the same of the world."""


def further(journey: JourneyArrays, years: int) -> JourneyArrays:
    """Return a journey of ``years`` more, its last repeated, with nobody who comes by other ways.

    That is what shadows live under: they are people of China, and nobody joins them.
    """

    def repeated(table: np.ndarray) -> np.ndarray:
        last = np.repeat(table[..., -1:], max(0, years), axis=-1)
        return np.ascontiguousarray(np.concatenate([table, last], axis=-1))

    return journey._replace(
        years=repeated(journey.years), by_year=repeated(journey.by_year),
        months_held=repeated(journey.months_held), destinations=repeated(journey.destinations),
        other_ways=np.zeros_like(repeated(journey.other_ways)),
    )  # fmt: skip


@compiled
def _take(world: Travellers, shadows: Any, rescue: Rescue, week: int, weekly: np.ndarray) -> None:
    """Take people of the week's end, who become the shadows."""
    for row in range(take_out(world, rescue, week)):
        everyone = 0.0
        for n in range(world.stay.size):
            taken = rescue.taken[row, n]
            shadows[PEOPLE].people[IN_CHINA, n] += taken
            shadows[TIMES].people[IN_CHINA, n] += week * taken
            shadows[FAILED].people[HELD, n] += rescue.failure * taken
            everyone += taken
        weekly[TAKEN] += everyone


@compiled
def _everyone(t: Travellers, block: int) -> float:
    """Return how many are in a block."""
    people = 0.0
    for n in range(t.stay.size):
        people += t.people[block, n]
    return people


@compiled
def _leaving(t: Travellers, way: int) -> float:
    """Return how many of those in China leave this week by one way."""
    people = 0.0
    for n in range(t.stay.size):
        people += t.people[IN_CHINA, n] * t.leave[way, n]
    return people


@compiled
def _shadows_move(shadows: Any, repression: np.ndarray, wide: int, weekly: np.ndarray) -> None:
    """Let the shadows move for a week, and count who leaves China by which way."""
    for s in range(3):
        shadow = shadows[s]
        if s == TIMES:
            weekly[ONWARD_TIMES] = _leaving(shadow, ONWARD)
        else:
            failed = 1 if s == FAILED else 0
            weekly[ONWARD_PEOPLE + failed] = _leaving(shadow, ONWARD)
            weekly[RETURNED_PEOPLE + failed] = _leaving(shadow, RETURN)
            weekly[SETTLED_PEOPLE + failed] = _leaving(shadow, SETTLE)
            weekly[DIED_PEOPLE + failed] = _leaving(shadow, DIE)
        for n in range(shadow.stay.size):
            shadow.repression[n] = repression[n // wide]
        move(shadow, 0, shadow.stay.size)


@compiled
def follow_programme(
    journey: JourneyArrays,
    later: JourneyArrays,
    p: Any,
    changes: Timetable,
    world: Travellers,
    shadows: Any,
    rescue: Rescue,
    crossed: np.ndarray,
    repression: np.ndarray,
    flows: np.ndarray,
    stocks: np.ndarray,
    weekly: np.ndarray,
) -> None:
    """Follow whoever crossed under a programme, and the shadows of those it takes.

    Parameters
    ----------
    journey, later
        The country's journey, and the same for the shadows, which may go on longer (``further``).
    p, changes
        The parameters of the first week (a row of ``state.SETTINGS``), and what changes later.
    world, shadows
        People and room: of the world, and a tuple of one for each of ``SHADOWS``.
    rescue : Rescue
        The programme.
    crossed, repression : arrays
        People of each category who crossed, [weeks, P C]; repression in force, [all weeks, P].
        The world ends with the weeks of ``crossed``; the shadows go on.
    flows, stocks : arrays
        Filled with the world's, as ``flow.follow_weeks`` does; those taken are in no flow.
    weekly : array
        Filled: :data:`WEEKLY` columns for each week of the shadows, [all weeks, WEEKLY].
    """
    weeks, following = crossed.shape[0], 0
    for week in range(weekly.shape[0]):
        changed = week % WEEKS_PER_YEAR == 0
        while following < changes.weeks.size and changes.weeks[following] == week:
            if changes.provinces[following] == 0:
                p = changes.settings[following]
            following, changed = following + 1, True
        year = week // WEEKS_PER_YEAR
        if changed:
            if week < weeks:
                begin_year(journey, p, world, year, flows, stocks)
            for s in range(3):
                begin_year(later, p, shadows[s], year, flows, stocks)
        _shadows_move(shadows, repression[week], 2 * journey.size * journey.times, weekly[week])
        if week < weeks:
            weekly[week, WORLD_ONWARD] = _leaving(world, ONWARD)
            weekly[week, WORLD_RETURNED] = _leaving(world, RETURN)
            weekly[week, WORLD_SETTLED] = _leaving(world, SETTLE)
            weekly[week, WORLD_DIED] = _leaving(world, DIE)
            before_moves(world, rescue, week)
            count_arriving(journey, world, crossed[week])
            pass_week(journey, world, repression[week])
            _take(world, shadows, rescue, week, weekly[week])
            weekly[week, WORLD_CHINA] = _everyone(world, IN_CHINA)
            weekly[week, WORLD_HELD] = _everyone(world, HELD)
            if year_ends(week, week + 1 == weeks):
                end_year(journey, world, week // WEEKS_PER_YEAR, flows, stocks)
        weekly[week, CHINA_PEOPLE] = _everyone(shadows[PEOPLE], IN_CHINA)
        weekly[week, CHINA_FAILED] = _everyone(shadows[FAILED], IN_CHINA)
        weekly[week, HELD_PEOPLE] = _everyone(shadows[PEOPLE], HELD)
        weekly[week, HELD_FAILED] = _everyone(shadows[FAILED], HELD)
