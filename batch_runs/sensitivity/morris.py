"""Elementary effects (Morris 1991): a cheap screen, one step at a time along random trajectories."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.ordered_design import Design, columns
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import LEVEL, ImportanceError, joined, tidy
from defection.extras import needed

LEVELS = 4
RESAMPLES = 500


def design(
    names: Iterable[str], *, trajectories: int = 60, dummy: bool = True, seed: int = 0
) -> Design:
    """Return trajectories on a grid of four levels, trajectories x (d + 1) rows for d columns.

    Parameters
    ----------
    names : iterable of str
        The varied parameters, such as ``space.names``.
    trajectories : int
        How many times each parameter is moved by a step, at least 2.
    dummy : bool
        Whether a column that no model reads is added.
    seed : int
        Of the trajectories.
    """
    named = columns(tuple(names), dummy)
    if trajectories < 2:
        raise ImportanceError(f"trajectories = {trajectories!r} must be at least 2")
    sample = needed("SALib.sample.morris", extra="search", purpose="Morris' screening")
    unit = sample.sample(
        _problem(named), trajectories, num_levels=LEVELS, seed=np.random.default_rng(seed)
    )
    return Design("morris", named, unit, trajectories)


def _problem(names: tuple[str, ...]) -> dict[str, object]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def morris(sample: Sample, outcome: str, *, design: Design, seed: int = 0) -> pd.DataFrame:
    """Return the mean absolute effect (``morris``) and its spread (``morris_spread``) of a step through the whole range.

    The unit is the outcome's. A large spread beside the mean tells of interaction or a bend. The
    dummy's effect is that of chance alone. Intervals: the trajectories, resampled.
    """
    means, _ = design.by_point(sample.point, sample.outcome(outcome))
    effects = _effects(design, means)
    again = np.random.default_rng(seed).integers(design.count, size=(RESAMPLES, design.count))
    tails = [0.5 - LEVEL / 2, 0.5 + LEVEL / 2]
    about = {
        "quality": float(design.count),
        "quality_name": "trajectories",
        "runs": len(sample.point),
    }
    absolute, resampled = np.abs(effects).mean(axis=0), np.abs(effects)[again].mean(axis=1)
    spread, spreads = effects.std(axis=0, ddof=1), effects[again].std(axis=1, ddof=1)
    return joined(
        tidy(outcome, method, design.names, value, *np.quantile(many, tails, axis=0), **about)
        for method, value, many in (
            ("morris", absolute, resampled),
            ("morris_spread", spread, spreads),
        )
    )


def _effects(design: Design, means: np.ndarray) -> np.ndarray:
    """Return the effect of each column in each trajectory, [trajectories, d]: change of the outcome over change of the column."""
    shape = (design.count, len(design.names) + 1)
    steps = np.diff(
        design.unit.reshape(*shape, -1), axis=1
    )  # [trajectories, d steps, d columns], one of them not 0
    moved, change = np.abs(steps).argmax(axis=2), np.diff(means.reshape(shape), axis=1)
    size = np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
    effects = np.empty_like(change)
    np.put_along_axis(effects, moved, change / size, axis=1)
    return effects
