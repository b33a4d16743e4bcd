"""The baseline in tests of North Korea's law: the registry's values, not the country's defaults."""

from __future__ import annotations

from typing import Any

from defection import Parameters


def baseline(**changes: Any) -> dict[str, Any]:
    """Return all parameters of the baseline, with some changed."""
    return Parameters(**changes).as_dict()
