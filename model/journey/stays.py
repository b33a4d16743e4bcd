"""Week by week: who arrives, who is returned, who is in China and how often each was returned."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import BLOCK, F_ARRIVALS, F_RETURNED, FLOWS, IN_CHINA, TIMES
from defection.journey.data import JourneyArrays
from defection.journey.flow import Travellers, move_province, new_travellers
from defection.journey.rates import set_chances
from defection.measures import WEEKS_PER_YEAR


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
    flows: np.ndarray,
    out: Weekly,
) -> None:
    """Follow people as ``flow.follow_weeks`` does; ``crossed`` is [weeks, G]."""
    size = journey.gender.size
    for week in range(crossed.shape[0]):
        if week % WEEKS_PER_YEAR == 0:
            set_chances(p, journey, week // WEEKS_PER_YEAR, t.hazards, t.chances)
        flows[:] = 0.0
        for g in range(size):
            t.arriving[g] = crossed[week, g]
        for here in range(repression.shape[1]):
            move_province(journey, p, t, here, repression[week, here], flows)
        for g in range(size):
            out.arrivals[week, g], out.returned[week, g] = (
                flows[F_ARRIVALS, g],
                flows[F_RETURNED, g],
            )
            for kind in range(out.entered.shape[1]):
                leave = t.chances.leave[journey.gender[g], kind]
                stay = 1.0
                for h in range(leave.size):
                    stay -= leave[h]
                for times in range(TIMES):
                    now = t.people[IN_CHINA + kind * TIMES + times, g]
                    before = out.in_china[week - 1, kind, times, g] if week > 0 else 0.0
                    out.in_china[week, kind, times, g] = now
                    out.entered[week, kind, g] += max(now - before * stay, 0.0)


def weekly(journey: JourneyArrays, p: Any, crossed: np.ndarray, repression: np.ndarray) -> Weekly:
    """Follow those who crossed, and keep every week.

    Parameters
    ----------
    journey, p : JourneyArrays, void
        The country's journey and a row of its parameters.
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
        in_china=np.zeros((weeks, BLOCK // TIMES, TIMES, size)),
        entered=np.zeros((weeks, BLOCK // TIMES, size)),
    )
    flows = np.zeros((len(FLOWS), size))
    _each_week(journey, p, new_travellers(journey), crossed, repression, flows, out)
    return out
