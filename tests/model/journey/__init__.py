"""Helpers for the tests of the journey: a journey of constant chances, and people who cross."""

import numpy as np

from defection.interventions import joined
from defection.journey.data import JourneyArrays
from defection.journey.flow import follow_weeks, row_of
from defection.journey.move import new_travellers
from defection.journey.rates import DATED, HAZARDS
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import Parameters

CONSTANT = {
    "onward_early": 0.1, "onward_late": 0.1, "onward_women_early": 1.0, "onward_women_late": 1.0,
    "return_rate": 0.3, "exposed_share": 0.0, "exposed_risk": 1.0, "visit_rate": 0.0,
    "settle_rate": 0.0, "death_rate": 0.0, "again_share": 0.7, "again_rate": 50.0,
}  # fmt: skip
"""Hazards that are the same for everybody in every year."""


def constant_journey(years, provinces=1, months_held=0.1, other_ways=0.0, times=4):
    """Return a journey of two genders in which nothing changes with the year."""
    count = 2 * provinces
    return JourneyArrays(
        years=np.arange(2000.0, 2000.0 + years),
        is_female=np.array([True, False]),
        by_gender=np.ones((len(HAZARDS), 2)),
        by_year=np.ones((len(DATED), years)),
        months_held=np.full(years, months_held),
        destinations=np.array([1.0, 0.0, 0.0])[:, None] * np.ones(years),
        other_ways=np.full((2, years), other_ways),
        group=np.arange(count),
        gender=np.tile([0, 1], provinces),
        other_share=np.full(count, 1 / provinces),
        level=np.zeros(2),
        size=2,
        times=times,
    )


def followed(journey, parameters, crossed, repression=0.0):
    """Follow those who crossed [weeks, G]; return flows [Y, F, G], stocks [Y, S, G], travellers."""
    years, groups = journey.years.size, journey.gender.size
    travellers = new_travellers(journey)
    flows, stocks = np.zeros((years, 12, groups)), np.zeros((years, 3, groups))
    stopped = np.broadcast_to(repression, (len(crossed), groups // 2)).astype(float)
    p = row_of(Parameters(**parameters))
    follow_weeks(journey, p, joined([]), travellers, crossed, stopped, flows, stocks)
    return flows, stocks, travellers


def at_once(journey, people=1000):
    """Return crossings of all weeks in which so many of each group cross in the first one."""
    crossed = np.zeros((journey.years.size * WEEKS_PER_YEAR, journey.gender.size), np.int32)
    crossed[0] = people
    return crossed
