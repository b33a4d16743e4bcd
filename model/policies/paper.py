"""The paper's policy: raise repression where more than the tolerated number was observed."""

from typing import Any

from defection.compiled import compiled
from defection.parameters import PARAMETERS

ATTEMPTS, SUCCESSES, STOPPED = (
    PARAMETERS["tolerated_measure"].choices.index(name)
    for name in ("attempts", "successes", "stopped")
)
"""Codes of the reading ``tolerated_measure``: positions in its choices."""


@compiled
def monitored_flow(measure: int, attempts: int, stopped: int) -> int:
    """Return what is compared with the tolerated number, by the reading ``tolerated_measure``."""
    if measure == ATTEMPTS:
        return attempts
    return stopped if measure == STOPPED else attempts - stopped


@compiled
def repression(province: Any, p: Any) -> float:
    """Return R (1 + r), at most 1, where more than tolerated was observed, else R (1 - r).

    Source: paper, 'Updating levels of repression by the state'.
    """
    observed = monitored_flow(p.tolerated_measure, province.attempts, province.stopped)
    if observed > p.tolerated_attempts:
        return min(1.0, province.repression * (1.0 + p.adjustment_rate))
    return province.repression * (1.0 - p.adjustment_rate)
