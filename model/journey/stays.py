"""Week by week: who arrives, who is returned, who is in China and how often each was returned."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import IN_CHINA, KINDS, place
from defection.journey.data import JourneyArrays
from defection.journey.flow import pass_week
from defection.journey.move import Travellers, admit, new_travellers, set_leave
from defection.journey.rates import ONWARD, RETURN, set_chances
from defection.measures import WEEKS_PER_YEAR

_place = compiled(place)


class Weekly(NamedTuple):
    """The journey of one run in each of its weeks, for G groups."""

    arrivals: np.ndarray  # [weeks, G]: people who arrived in the South
    returned: np.ndarray  # [weeks, G]: returns by force
    in_china: np.ndarray  # [weeks, kinds, times returned, G]: people there at the end of the week
    entered: np.ndarray  # [weeks, kinds, G]: people who came into China, for the first time or not


@compiled
def _each_week(
    journey: JourneyArrays,
    p: Any,
    t: Travellers,
    crossed: np.ndarray,
    repression: np.ndarray,
    out: Weekly,
) -> None:
    """Follow people as ``flow.follow_weeks`` does; ``crossed`` is [weeks, G]."""
    size, times = journey.size, journey.times
    for week in range(crossed.shape[0]):
        if week % WEEKS_PER_YEAR == 0:
            set_chances(p, journey, week // WEEKS_PER_YEAR, t.hazards, t.chances)
            set_leave(t, journey)
        admit(t, journey)
        for g in range(crossed.shape[1]):
            t.arriving[g] = crossed[week, g]
            onward = 0.0
            for row in range(2 * times):
                n = _place(g // size, 0, row, g % size, size, times)
                onward += t.people[IN_CHINA, n] * t.leave[ONWARD, n]
                out.returned[week, g] += t.people[IN_CHINA, n] * t.leave[RETURN, n]
            other = t.chances.other_ways[journey.gender[g]] * journey.other_share[g]
            out.arrivals[week, g] = onward * t.chances.onward[0] + other
        pass_week(journey, t, repression[week])
        for g in range(crossed.shape[1]):
            for kind in range(out.entered.shape[1]):
                for returns in range(times):
                    n = _place(g // size, kind, returns, g % size, size, times)
                    now = t.people[IN_CHINA, n]
                    before = out.in_china[week - 1, kind, returns, g] if week > 0 else 0.0
                    out.in_china[week, kind, returns, g] = now
                    out.entered[week, kind, g] += max(now - before * t.stay[n], 0.0)


def weekly(journey: JourneyArrays, p: Any, crossed: np.ndarray, repression: np.ndarray) -> Weekly:
    """Follow those who crossed, and keep every week.

    Parameters
    ----------
    journey, p : JourneyArrays, void
        The country's journey and a row of ``state.SETTINGS``.
    crossed : array
        People of each group who crossed for the first time, [weeks, G].
    repression : array
        In force in each week and province, [weeks, P].

    Returns
    -------
    Weekly
        What happened in each week.
    """
    weeks, size = crossed.shape
    out = Weekly(
        arrivals=np.zeros((weeks, size)),
        returned=np.zeros((weeks, size)),
        in_china=np.zeros((weeks, len(KINDS), journey.times, size)),
        entered=np.zeros((weeks, len(KINDS), size)),
    )
    _each_week(journey, p, new_travellers(journey), crossed, repression, out)
    return out
