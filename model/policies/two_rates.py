"""The paper's policy with a rate of its own for relaxing repression."""

from typing import Any

from defection.compiled import compiled
from defection.policies.paper import monitored_flow


@compiled
def repression(province: Any, p: Any) -> float:
    """Return R (1 + r), at most 1, where more than tolerated was observed, else R (1 - r_down)."""
    observed = monitored_flow(p.tolerated_measure, province.attempts, province.stopped)
    if observed > p.tolerated_attempts:
        return min(1.0, province.repression * (1.0 + p.adjustment_rate))
    return province.repression * (1.0 - p.relaxation_rate)
