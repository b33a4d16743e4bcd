"""One person's way: when a person who crossed is in China, how often returned, since when.

A person who entered China in a week is followed forward in expectation, apart by how often the
person was returned by force, whether the person has gone home by choice, and whether a further
attempt of the person was stopped. One state of one week is then drawn, and the last entry with it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import KINDS, TIMES
from defection.journey.data import JourneyArrays
from defection.journey.rates import HAZARDS, RETURN, VISIT, Chances, set_chances
from defection.measures import WEEKS_PER_YEAR

STATES = TIMES * 4
"""Times returned, then whether home by choice, then whether stopped: 4 r + 2 v + s."""

WEEK, RETURNS, VISITED, STOPPED, LAST_ENTRY = range(5)
"""Columns of what is drawn for a person."""


class YearlyChances(NamedTuple):
    """The chances of a week in each of Y years, for S genders."""

    leave: np.ndarray  # [Y, S, kinds, hazards]
    release: np.ndarray  # [Y]
    again: np.ndarray  # [Y]
    tries: np.ndarray  # [Y]


class Room(NamedTuple):
    """Room for one person of ``follow_one``, in weeks to the last of a window."""

    present: np.ndarray  # [weeks of the window, STATES], in China at the end of each
    entered: np.ndarray  # [weeks, STATES], expected entries in each week
    stay: np.ndarray  # [weeks], share of those in China who stay there in each week
    stages: np.ndarray  # [3, STATES], in China, held, and at home, now
    weights: np.ndarray  # [weeks]

    @classmethod
    def for_window(cls, first: int, last: int) -> Room:
        """Return room for people who are met in the weeks ``first`` to ``last``."""
        weeks = last + 1
        return cls(
            np.zeros((weeks - first, STATES)), np.zeros((weeks, STATES)), np.ones(weeks),
            np.zeros((3, STATES)), np.zeros(weeks),
        )  # fmt: skip


def yearly_chances(journey: JourneyArrays, p: Any) -> YearlyChances:
    """Return the chances of a week of every year, by a row of ``state.SETTINGS``."""
    years, genders = journey.years.size, journey.is_female.size
    found = YearlyChances(
        np.zeros((years, genders, len(KINDS), len(HAZARDS))), *np.zeros((3, years))
    )
    chances, room = Chances.empty(genders), np.zeros(len(HAZARDS))
    for year in range(years):
        set_chances(p, journey, year, room, chances)
        found.leave[year] = chances.leave
        found.release[year] = chances.release[0]
        found.again[year], found.tries[year] = chances.again
    return found


@compiled
def follow_one(
    chances: YearlyChances,
    repression: np.ndarray,
    gender: int,
    kind: int,
    entry: int,
    window: tuple[int, int],
    room: Room,
) -> None:
    """Follow a person who entered China at the end of the week ``entry``.

    Parameters
    ----------
    chances : YearlyChances
        Of the run.
    repression : array
        In force in the person's province in each week.
    gender, kind, entry : int
        Of the person.
    window : tuple of int
        First and last week that are looked at.
    room : Room
        Filled.
    """
    first, last = window
    present, entered, stay = room.present, room.entered, room.stay
    china, held, home = room.stages[0], room.stages[1], room.stages[2]
    room.stages[:] = 0.0
    china[0] = 1.0
    present[:] = 0.0
    entered[entry : last + 1] = 0.0
    entered[entry, 0] = 1.0
    for week in range(entry, last + 1):
        if week > entry:
            year = week // WEEKS_PER_YEAR
            leave, again = chances.leave[year, gender, kind], chances.again[year]
            release, tries = chances.release[year], chances.tries[year]
            staying = 1.0
            for hazard in range(leave.size):
                staying -= leave[hazard]
            stay[week] = max(0.0, staying)
            for n in range(STATES - 1, -1, -1):  # who changes state has a larger number
                tried, freed = home[n] * tries, held[n] * release
                caught, back, visit = tried * repression[week], leave[RETURN], leave[VISIT]
                here = china[n]
                entered[week, n] = tried - caught
                china[n] = here * stay[week] + (tried - caught)
                home[n] = home[n] - tried + again * freed
                held[n] -= freed
                home[n | 2] += again * here * visit
                held[n | 1] += caught
                held[min(n + 4, n % 4 + STATES - 4)] += here * back
        if week >= first:
            for n in range(STATES):
                present[week - first, n] = china[n]


@compiled
def _drawn(weights: np.ndarray, uniform: float) -> int:
    """Return the position that a uniform number falls on, by weights."""
    left = 0.0
    for i in range(weights.size):
        left += weights[i]
    left *= uniform
    chosen = 0
    for i in range(weights.size):
        if weights[i] > 0.0:
            chosen = i
            left -= weights[i]
            if left < 0.0:
                break
    return chosen


@compiled
def draw_paths(
    chances: YearlyChances,
    repression: np.ndarray,
    window: tuple[int, int],
    people: np.ndarray,
    uniforms: np.ndarray,
    room: Room,
    drawn: np.ndarray,
) -> None:
    """Draw for each person a week of the window in China, with state and last entry.

    Parameters
    ----------
    chances : YearlyChances
        Of the run.
    repression : array
        In force in each province and week, [P, weeks].
    window : tuple of int
        First and last week in which people are met.
    people : array
        Entry, kind, gender and province of each, [N, 4].
    uniforms : array
        Two for each, [N, 2].
    room : Room
        Of the window.
    drawn : array
        Filled: :data:`WEEK`, :data:`RETURNS` ... of each, [N, 5].
    """
    first, last = window
    for i in range(people.shape[0]):
        entry, kind = people[i, 0], people[i, 1]
        gender, province = people[i, 2], people[i, 3]
        follow_one(chances, repression[province], gender, kind, entry, window, room)
        place = _drawn(room.present.reshape(room.present.size), uniforms[i, 0])
        week, state = first + place // STATES, place % STATES
        survived = 1.0
        for before in range(last, -1, -1):
            room.weights[before] = 0.0
            if entry <= before <= week:
                room.weights[before] = room.entered[before, state] * survived
                survived *= room.stay[before]
        drawn[i, WEEK], drawn[i, RETURNS] = week, state // 4
        drawn[i, VISITED], drawn[i, STOPPED] = state // 2 % 2, state % 2
        drawn[i, LAST_ENTRY] = _drawn(room.weights, uniforms[i, 1])
