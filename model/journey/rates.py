"""The chances of a week: from hazards per year to the shares of each cell that go where.

Hazards are per year; risks compete within a week. Of the people in a cell who face the hazards h1,
h2 ... a share 1 - exp(-(h1 + h2 + ...) / 52) leaves in a week, and each way out takes its hazard's
part of them.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import EXPOSED, HIDDEN, KINDS
from defection.measures import WEEKS_PER_YEAR

HAZARDS = ("onward", "return", "visit", "settle", "die")
"""Ways out of China, each with a hazard per year: onward to another country, returned by force,
home by choice, settled for good, died."""

ONWARD, RETURN, VISIT, SETTLE, DIE = range(len(HAZARDS))
AGAIN = len(HAZARDS)
"""Position, behind the hazards, of the share who try again."""

DATED = (*HAZARDS, "again")
"""What the factors of ``events.csv`` can change."""

WORKING = 0.22
"""Share of the people in China who work at a time (Chang, Haggard & Noland 2008, VI)."""


class Chances(NamedTuple):
    """Shares of a week, for S genders, or pairs of gender and status (``data.journey_arrays``)."""

    exposed: np.ndarray  # [1]: of those who enter China
    leave: np.ndarray  # [S, kinds, hazards]: of those in China
    release: np.ndarray  # [1]: of those held
    again: np.ndarray  # [2]: of those back home who will try again, and of these the week's share
    onward: np.ndarray  # [3]: of those who go onward, to the South, the United States, elsewhere
    other_ways: np.ndarray  # [S]: people who arrive in the South by other ways in a week
    admission: (
        np.ndarray
    )  # [2]: share who would go to the United States, if any; its places in a week

    @classmethod
    def empty(cls, genders: int) -> Chances:
        """Return room for them."""
        leave = np.zeros((genders, len(KINDS), len(HAZARDS)))
        sizes = (1, 1, 2, 3, genders, 2)
        exposed, *others = (np.zeros(size) for size in sizes)
        return cls(exposed, leave, *others)


@compiled
def logistic(year: float, first: float, last: float, midyear: float, width: float) -> float:
    """Return what rises (or falls) from ``first`` to ``last`` around ``midyear``."""
    return first + (last - first) / (1.0 + math.exp(-(year - midyear) / width))


@compiled
def onward_hazard(p: Any, year: float, is_female: bool) -> float:
    """Return the hazard per year of going onward, by calendar year and gender."""
    hazard = logistic(year, p.onward_early, p.onward_late, p.onward_midyear, p.onward_width)
    if is_female:
        hazard *= logistic(
            year, p.onward_women_early, p.onward_women_late, p.onward_midyear, p.onward_width
        )
    if p.work_speeds_onward != 1.0:
        hazard *= 1.0 + WORKING * (p.work_speeds_onward - 1.0)
    return hazard


@compiled
def return_hazard(p: Any, kind: int) -> float:
    """Return the hazard per year of being returned; its mean over those who enter is the rate."""
    hidden = p.return_rate / (1.0 - p.exposed_share + p.exposed_share * p.exposed_risk)
    return hidden * p.exposed_risk if kind == EXPOSED else hidden


@compiled
def within_week(hazard: float) -> float:
    """Return the share who leave in a week under a hazard per year."""
    return -math.expm1(-hazard / WEEKS_PER_YEAR)


@compiled
def set_chances(p: Any, journey: Any, year: int, hazards: np.ndarray, chances: Chances) -> None:
    """Work out the chances of a week of a year (its position) into ``chances``.

    ``p`` is a row of ``state.SETTINGS``, ``journey`` a ``data.JourneyArrays``, and
    ``hazards`` room for one number per hazard.
    """
    for gender in range(journey.is_female.size):
        for kind in (HIDDEN, EXPOSED):
            hazards[ONWARD] = onward_hazard(p, journey.years[year], journey.is_female[gender])
            if p.onward_by_status != 1.0:
                hazards[ONWARD] *= p.onward_by_status ** journey.level[gender]
            hazards[RETURN] = return_hazard(p, kind)
            hazards[VISIT] = p.visit_rate
            hazards[SETTLE] = p.settle_rate
            hazards[DIE] = p.death_rate
            total = 0.0
            for h in range(hazards.size):
                hazards[h] *= journey.by_gender[h, gender] * journey.by_year[h, year]
                total += hazards[h]
            leave = within_week(total)
            for h in range(hazards.size):
                chances.leave[gender, kind, h] = leave * hazards[h] / total if total > 0 else 0.0
        chances.other_ways[gender] = journey.other_ways[gender, year] / WEEKS_PER_YEAR
    chances.exposed[0] = p.exposed_share
    months = journey.months_held[year]
    chances.release[0] = within_week(12.0 / months) if months > 0 else 1.0
    chances.again[0] = min(1.0, p.again_share * journey.by_year[AGAIN, year])
    chances.again[1] = within_week(p.again_rate)
    for to in range(3):
        chances.onward[to] = journey.destinations[to, year]
    chances.admission[0] = min(p.united_states_wish, 1.0 - chances.onward[2])
    is_open = journey.destinations[1, year] > 0.0
    chances.admission[1] = p.united_states_capacity / WEEKS_PER_YEAR if is_open else 0.0
