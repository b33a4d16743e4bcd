"""Rounds that close in on one record: truncated sequential estimation (Deistler, Goncalves & Macke 2022).

Each round runs new points drawn evenly from the space (the prior), but only where the posterior of
the round before has any mass, so that the plain loss stays right and every run can be used again.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from defection.batch_runs.inference import neural
from defection.batch_runs.inference.coordinates import Coordinates, LogOdds
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import MOST_LUCK, Pairs, Simulate
from defection.batch_runs.inference.posterior import checked_record
from defection.batch_runs.inference.truncated import truncation

OUTSIDE = 1e-2
"""Mass of the posterior that a truncation may cut off."""

AROUND = 10_000
"""Draws by which a region is found."""

LEFT_OUT = 1e-3
"""Share of the likelihood of all known runs that may be left out with the furthest of them."""


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
    rounds: int = 1,
    per_round: int = 3000,
    nearest: int = 2000,
    coordinates: Coordinates | None = None,
    observation: NegativeBinomial | None = None,
    seed: int = 0,
    **settings: Any,
) -> Rounds:
    """Close in on one record.

    Parameters
    ----------
    pairs : Pairs
        The first round: usable runs whose points were drawn evenly from the whole space.
    record : array
        Counts, [years].
    simulate : function
        Runs new points (``Simulate``).
    rounds, per_round : int
        Rounds after the first, and runs in each.
    nearest : int
        Each round learns from as many runs at least, those under which the record is likeliest, and
        from as many more as it takes to leave out no more than a thousandth of the likelihood of
        all known runs: a condition on what a run brings forth and not on its parameters. It changes
        nothing for this record, which the other runs hardly explain, and the posterior is learned
        where it counts.
    coordinates : Coordinates, optional
        In which the density is learned; log odds if left out.
    observation : NegativeBinomial, optional
        How counts scatter around a run.
    seed : int
        Of everything, the luck of runs among it.
    **settings
        As for :func:`defection.batch_runs.inference.neural.train`.

    Raises
    ------
    PosteriorError
        A round brings no usable run, or too few of ``pairs`` are usable.
    """
    record, model = (
        checked_record(record, pairs.successes.shape[1], 1),
        observation or NegativeBinomial(),
    )
    mapped = coordinates or LogOdds()
    if nearest < neural.FEWEST_PAIRS:
        raise PosteriorError(
            f"nearest = {nearest!r} must be at least {neural.FEWEST_PAIRS}: a network does not learn from fewer runs"
        )
    told: list[Round] = []
    regions: list[truncation.Region] = []
    around, dense = pairs.unit, np.zeros(len(pairs))
    known, likelihood, made = (
        pairs,
        model.log_likelihood(record, pairs.successes),
        (len(pairs), len(pairs)),
    )
    for number in range(rounds + 1):
        of_round = seed + 1000 * number
        if number:
            points = truncation.evenly(
                regions, around, dense, per_round, coordinates=mapped, seed=of_round
            )
            luck = np.random.default_rng([of_round, 1]).integers(MOST_LUCK, size=len(points))
            successes, usable = simulate(points, luck)
            if not usable.any():
                raise PosteriorError(f"none of the {per_round} runs of round {number} is usable")
            new = Pairs(pairs.names, points[usable], successes[usable], luck[usable])
            still = np.flatnonzero(regions[-1].holds(known.unit))  # the prior, truncated alike
            known = known.part(still).joined(new)
            likelihood = np.concatenate(
                [likelihood[still], model.log_likelihood(record, new.successes)]
            )
            made = (per_round, int(usable.sum()))
        limit = near_limit(likelihood, nearest)
        near = likelihood >= limit
        learned = known.part(np.flatnonzero(near))
        posterior = neural.train(
            learned, coordinates=mapped, observation=model, seed=of_round, **settings
        )
        told.append(
            Round(
                number,
                *made,
                int(near[-made[1] :].sum()),
                len(learned),
                limit,
                float(likelihood.max()),
                posterior.loss,
            )
        )
        if number < rounds:
            around = posterior.sample(record, AROUND, seed=of_round)
            density = functools.partial(posterior.log_density, record)
            dense = density(around)
            regions.append(truncation.Region(density, float(np.quantile(dense, OUTSIDE))))
    return Rounds(posterior, learned, tuple(told))


def near_limit(likelihood: np.ndarray, nearest: int) -> float:
    """Return the log likelihood from which a run is near: those below make up a thousandth of all, those above are as many as asked."""
    falling = -np.sort(-likelihood)
    share = np.cumsum(np.exp(falling - falling[0]))
    enough = int(np.searchsorted(share, (1 - LEFT_OUT) * share[-1])) + 1
    return float(falling[min(max(enough, nearest), len(falling)) - 1])
