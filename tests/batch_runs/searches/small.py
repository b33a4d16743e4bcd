"""Small searches of the tiny country, in which runs take a millisecond."""

from __future__ import annotations

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import PaperSearch, Screen
from tests.conftest import LIVELY, TINY

SPACE = Space.from_parameters(
    {
        **LIVELY,
        "stop_threshold": 10**4,
        "famine_effect": {"low": 0, "high": 1},
        "utility_intercept": {"low": -4, "high": -2},
    }
)
OBJECTIVE = Objective(Target.from_country(TINY))
PAPER = PaperSearch(space=SPACE, objective=OBJECTIVE, chains=4, steps=12, replicates=4)
SCREEN = Screen(space=SPACE, objective=OBJECTIVE, points=64, batch=32)


def written(folder):
    """Return the bytes of what a search has written at its end."""
    return [(folder / name).read_bytes() for name in ("trace.parquet", "found.csv")]
