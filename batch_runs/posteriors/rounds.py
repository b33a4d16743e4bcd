"""Rounds that close in on one record: truncated sequential estimation (Deistler, Goncalves & Macke 2022).

Each round runs new points drawn evenly from the space (the prior), but only where the posterior of the round before has any mass, so
that the plain loss stays right and every run can be used again.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from defection.batch_runs.posteriors import neural, truncation
from defection.batch_runs.posteriors.errors import PosteriorError
from defection.batch_runs.posteriors.observation import NegativeBinomial
from defection.batch_runs.posteriors.pairs import Pairs, Simulate
from defection.batch_runs.posteriors.posterior import checked_record

OUTSIDE = 1e-2
"""Mass of the posterior that a truncation may cut off."""

AROUND = 10_000
"""Draws by which a region is found."""

FEWEST_NEAR = 300
"""Nearest runs that are learned from however far they are."""


@dataclasses.dataclass(frozen=True)
class Round:
    """What one round did."""

    number: int
    """0 is that of the pairs that were given."""
    runs: int
    usable: int
    near: int
    """Runs of this round that are learned from."""
    learned_from: int
    """Runs of all rounds that are."""
    limit: float
    """Log likelihood of the record from which a run is near."""
    best: float
    """The highest log likelihood so far."""
    loss: float
    """Of the held-out tenth, negative log density per pair."""


@dataclasses.dataclass(frozen=True)
class Rounds:
    """The last posterior, and how it came about; it answers for one record only."""

    posterior: neural.NeuralPosterior
    pairs: Pairs
    """What the last round has learned from."""
    told: tuple[Round, ...]


def train_in_rounds(
    pairs: Pairs,
    record: np.ndarray,
    simulate: Simulate,
    *,
    rounds: int = 3,
    per_round: int = 1000,
    within: float = 20.0,
    observation: NegativeBinomial | None = None,
    seed: int = 0,
    **settings: Any,
) -> Rounds:
    """Close in on one record.

    Parameters
    ----------
    pairs : Pairs
        The first round: usable runs from the whole space, or particles (``particles.closing_in``), which are distributed as such runs are
        among those within the last limit.
    record : array
        Counts, [years].
    simulate : function
        Runs new points (``Simulate``).
    rounds, per_round : int
        Rounds after the first, and runs in each.
    within : float
        Only runs are learned from under which the record's log likelihood lies within this of the best run's so far (or the
        nearest 300): a condition on what a run brings forth and not on its parameters. It changes nothing for this record, which the other
        runs cannot explain (each by a factor of e^-20 worse than the best), and the posterior is learned where it counts.
    observation : NegativeBinomial, optional
        How counts scatter around a run.
    seed : int
        Of everything but the runs, which are the business of ``simulate``.
    **settings
        As for :func:`defection.batch_runs.posteriors.neural.train`.

    Raises
    ------
    PosteriorError
        A round brings no usable run, or too few of ``pairs`` are usable.
    """
    record, model = checked_record(record, pairs.successes.shape[1], 1), observation or NegativeBinomial()
    if not within > 0:
        raise PosteriorError(f"within = {within!r} must be a log likelihood ratio above 0")
    told: list[Round] = []
    regions: list[truncation.Region] = []
    around = pairs.unit
    known, likelihood, made = pairs, model.log_likelihood(record, pairs.successes), (len(pairs), len(pairs))
    for number in range(rounds + 1):
        of_round = seed + 1000 * number
        if number:
            points = truncation.evenly(regions, around, per_round, seed=of_round)
            successes, usable = simulate(points)
            if not usable.any():
                raise PosteriorError(f"none of the {per_round} runs of round {number} is usable")
            new = Pairs(pairs.names, points[usable], successes[usable])
            still = np.flatnonzero(regions[-1].holds(known.unit))  # the prior, truncated alike
            known = known.part(still).joined(new)
            likelihood = np.concatenate([likelihood[still], model.log_likelihood(record, new.successes)])
            made = (per_round, int(usable.sum()))
        limit = near_limit(likelihood, within)
        near = likelihood >= limit
        learned = known.part(np.flatnonzero(near))
        posterior = neural.train(learned, observation=model, seed=of_round, **settings)
        told.append(Round(number, *made, int(near[-made[1] :].sum()), len(learned), limit, float(likelihood.max()), posterior.loss))
        if number < rounds:
            around = posterior.sample(record, AROUND, seed=of_round)
            density = functools.partial(posterior.log_density, record)
            regions.append(truncation.Region(density, float(np.quantile(density(around), OUTSIDE))))
    return Rounds(posterior, learned, tuple(told))


def near_limit(likelihood: np.ndarray, within: float) -> float:
    """Return the log likelihood from which a run is near: ``within`` below the best, or that of the 300th if it is lower."""
    enough = np.partition(likelihood, -min(FEWEST_NEAR, len(likelihood)))[-min(FEWEST_NEAR, len(likelihood))]
    return float(min(likelihood.max() - within, enough))
