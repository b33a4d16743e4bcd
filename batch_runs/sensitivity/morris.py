"""Elementary effects (Morris 1991): a cheap screen, one step at a time along trajectories."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.ordered_design import Design, sampled
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import TAILS, ImportanceError, joined, tidy
from defection.checks import whole

LEVELS = 4
RESAMPLES = 500


def design(
    names: Iterable[str], *, trajectories: int = 60, dummy: bool = True, seed: int = 0
) -> Design:
    """Return trajectories on a grid of four levels, trajectories x (d + 1) rows for d columns.

    ``names`` are the varied parameters, such as ``space.names``; each is moved by a step once in
    each of ``trajectories`` (at least 2); with ``dummy`` a column that no model reads is added.
    """
    whole("morris: trajectories", trajectories, 2, error=ImportanceError)
    return sampled("morris", names, trajectories, dummy=dummy, seed=seed, num_levels=LEVELS)


def morris(sample: Sample, outcome: str, *, design: Design, seed: int = 0) -> pd.DataFrame:
    """Return mean absolute effects (``morris``) and their standard deviation (``morris_sd``).

    The effect is that of a step through the whole range, in the outcome's unit. A large standard
    deviation beside the mean shows an interaction or a bend. The dummy's effect is that of chance
    alone. Intervals: the trajectories, resampled.
    """
    means, _ = design.by_point(sample.point, sample.outcome(outcome))
    effects = _effects(design, means)
    again = np.random.default_rng(seed).integers(design.count, size=(RESAMPLES, design.count))
    about: dict[str, Any] = {"quality": float(design.count), "quality_name": "trajectories"}
    about |= {"runs": len(sample.point)}
    size = np.abs(effects)
    measures = {
        "morris": (size.mean(axis=0), size[again].mean(axis=1)),
        "morris_sd": (effects.std(axis=0, ddof=1), effects[again].std(axis=1, ddof=1)),
    }
    return joined(
        tidy(outcome, name, design.names, value, *np.quantile(many, TAILS, axis=0), **about)
        for name, (value, many) in measures.items()
    )


def _effects(design: Design, means: np.ndarray) -> np.ndarray:
    """Return the change of the outcome over that of the column, [trajectories, d]."""
    shape = (design.count, len(design.names) + 1)
    # [trajectories, d steps, d columns], one of them not 0
    steps = np.diff(design.unit.reshape(*shape, -1), axis=1)
    moved, change = np.abs(steps).argmax(axis=2), np.diff(means.reshape(shape), axis=1)
    size = np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
    effects = np.empty_like(change)
    np.put_along_axis(effects, moved, change / size, axis=1)
    return effects
