"""Draws weighed by the likelihood of their own fresh runs: what a trained posterior got wrong is put right.

The observation is explicit, so the likelihood of a record given a run is known, and that of a fresh
run of a draw is an unbiased estimate of the likelihood given the draw. Draws weighed by prior times
estimate over their density are of the exact posterior, as far as the density reaches (importance
sampling with random weights: Fearnhead et al. 2010; after a neural posterior: Dax et al. 2023).
"""

from __future__ import annotations

import dataclasses

import numpy as np

from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import MARGIN, MOST_LUCK, Simulate
from defection.batch_runs.inference.posterior import Density, checked_record


@dataclasses.dataclass(frozen=True)
class Weighed:
    """Draws with a weight and a fresh run each; n draws, d parameters, y years."""

    unit: np.ndarray
    """Positions of the unit cube, [n, d]."""
    successes: np.ndarray
    """Of the run by which each draw was weighed, [n, y]."""
    weight: np.ndarray
    """They sum to 1; 0 for a draw whose run is not usable, [n]."""
    usable: float
    """Share of the draws whose run is."""

    @property
    def effective(self) -> float:
        """How many equally weighted draws would be worth the same, 1 / sum of squared weights."""
        return float(1.0 / (self.weight**2).sum())


def weighed(
    posterior: Density,
    record: np.ndarray,
    simulate: Simulate,
    draws: int,
    *,
    observation: NegativeBinomial,
    seed: int,
) -> Weighed:
    """Run each of many draws once and weigh it.

    Parameters
    ----------
    posterior : Density
        Such as a neural one.
    record : array
        Counts, [years].
    simulate : function
        Runs positions (``Simulate``).
    draws : int
        How many are made; compare with ``effective`` what they are worth.
    observation : NegativeBinomial
        The one that the posterior has learned with.
    seed : int
        Of the draws and of the luck of their runs.

    Raises
    ------
    PosteriorError
        No run of a draw is usable.
    """
    unit = posterior.sample(record, draws, seed=seed).clip(MARGIN, 1 - MARGIN)
    luck = np.random.default_rng([seed, 1]).integers(MOST_LUCK, size=draws)
    told = checked_record(record, len(record), draws)
    successes, usable = simulate(unit, luck)
    if not usable.any():
        raise PosteriorError(f"none of the runs of {draws} draws is usable")
    log_weight = np.where(
        usable,
        observation.log_likelihood(told, successes) - posterior.log_density(record, unit),
        -np.inf,
    )
    weight = np.exp(log_weight - log_weight.max())
    return Weighed(unit, successes, weight / weight.sum(), float(np.mean(usable)))
