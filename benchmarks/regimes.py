"""Parameters of the timings, taken from the registry: what happens under them differs widely."""

from __future__ import annotations

from typing import Any

from defection.country import load
from defection.parameters import PARAMETERS


def _end(name: str, side: int) -> Any:
    """Return the lowest (0) or highest (1) value of a parameter that searches look at."""
    search = PARAMETERS[name].search
    assert search
    return search[side]


REGIMES: dict[str, dict[str, Any]] = {
    "baseline": {},
    "paper": dict(next(p for p in load("north_korea").presets if "paper" in p.name).changes),
    "quiet": {"prior_alpha": _end("prior_alpha", 1)},
    "nobody": {"prior_alpha": _end("prior_alpha", 1), "prior_beta": _end("prior_beta", 0)},
    "bursting": {
        "observation_probability": _end("observation_probability", 1),
        "memory_weeks": _end("memory_weeks", 0),
        "initial_repression": 0.5,
        "stop_threshold": PARAMETERS["stop_threshold"].high,
    },
}
"""The baseline, in which some leave every week; what the paper reports; two in which few or none
leave; and one in which everything becomes known and crowds leave every week."""

TITLES = {
    "baseline": "the baseline",
    "paper": "what the paper reports",
    "quiet": "few leave",
    "nobody": "nobody leaves",
    "bursting": "crowds leave",
}

STEADY = {
    "observation_probability": 0.0, "adjustment_rate": 0.0, "economy_scale": 0.0,
    "famine_years": "none", "stop_threshold": PARAMETERS["stop_threshold"].high,
}  # fmt: skip
"""All weeks alike, so that time measures size and not events."""
