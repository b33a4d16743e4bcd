"""The paper's policy with a tolerated number that follows discontent.

Source: paper, note 3: "the safety valve should be larger if levels of discontent are high".
"""

from typing import Any

from defection.compiled import compiled
from defection.policies.paper import monitored_flow


@compiled
def repression(province: Any, p: Any) -> float:
    """Return R (1 + r), at most 1, where more than T (1 + d (M - 1)) was observed, else R (1 - r).

    M is the mean motivation of the province's people this year over that of the first week.
    """
    observed = monitored_flow(p.tolerated_measure, province.attempts, province.stopped)
    scale = 1.0 + p.discontent_response * (province.discontent - 1.0)
    if observed > p.tolerated_attempts * scale:
        return min(1.0, province.repression * (1.0 + p.adjustment_rate))
    return province.repression * (1.0 - p.adjustment_rate)
