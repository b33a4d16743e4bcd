"""A controller in place of a switch: the further from the tolerated number, the larger the step."""

from typing import Any

from defection.compiled import compiled
from defection.policies.paper import monitored_flow


@compiled
def repression(province: Any, p: Any) -> float:
    """Return R (1 + g r (A - T) / T), within 0..1, for A observed and T tolerated (at least 1)."""
    observed = monitored_flow(p.tolerated_measure, province.attempts, province.stopped)
    tolerated = max(1, p.tolerated_attempts)
    change = p.gain * p.adjustment_rate * (observed - tolerated) / tolerated
    return min(1.0, max(0.0, province.repression * (1.0 + change)))
