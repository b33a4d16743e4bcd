"""A state that does not react: repression stays as it is."""

from typing import Any

from defection.compiled import compiled


@compiled
def repression(province: Any, p: Any) -> float:
    """Return R."""
    return province.repression + 0.0 * p.adjustment_rate
