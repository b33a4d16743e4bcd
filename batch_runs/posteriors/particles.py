"""Particles of the exact posterior of one record: sequential Monte Carlo without a network.

A particle is a point with the luck (seed) of one run of it. It is drawn from usable runs of the whole space by a small power of the
likelihood of the record given its run; the power rises to 1 step by step, and at each particles are drawn anew and moved (Del Moral,
Doucet & Jasra 2006). A run's likelihood is an unbiased estimate of its point's, so that points end as the exact posterior's (Andrieu &
Roberts 2009). Most moves keep a particle's luck: with equal luck near points make similar runs, and chance does not drown what the
step has changed (Deligiannidis, Doucet & Pitt 2018).
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize

from defection.batch_runs.posteriors.coordinates import Coordinates, LogOdds
from defection.batch_runs.posteriors.errors import PosteriorError
from defection.batch_runs.posteriors.observation import NegativeBinomial
from defection.batch_runs.posteriors.pairs import MOST_LUCK, Pairs, Simulate
from defection.batch_runs.posteriors.posterior import checked_record
from defection.batch_runs.posteriors.steps import halves, steps

WORTH = 0.5
"""Share of the particles that a step of the power leaves, counted as equally weighted ones."""

NEW_LUCK, ONLY_LUCK = 0.3, 0.1
"""Shares of moves that take new luck, and of those that take it and stay where they are."""


@dataclasses.dataclass(frozen=True)
class Level:
    """What one level did."""

    power: float
    """Of the likelihood, by which particles are drawn; 1 for the posterior."""
    worth: float
    """Equally weighted particles that those before it were worth under its power."""
    accepted: float
    """Share of the moves that were."""
    families: int
    """How many of the first draws have descendants left."""
    runs: int


@dataclasses.dataclass(frozen=True)
class Particles:
    """Equally weighted points of a posterior, each with a run."""

    pairs: Pairs
    likelihood: np.ndarray
    """Log likelihood of the record under each run, [n]."""
    levels: tuple[Level, ...]


def settled(
    pairs: Pairs,
    record: np.ndarray,
    simulate: Simulate,
    *,
    coordinates: Coordinates | None = None,
    particles: int = 400,
    moves: int = 20,
    last: int = 4,
    observation: NegativeBinomial,
    seed: int,
) -> Particles:
    """Return particles of the posterior of one record.

    Parameters
    ----------
    pairs : Pairs
        Usable runs whose points were drawn evenly from the space (the prior); the more, the better it begins.
    record : array
        Counts, [years].
    simulate : function
        Runs points (``Simulate``).
    coordinates : Coordinates, optional
        In which steps are made; log odds if left out.
    particles, moves, last : int
        Particles (an even number), moves of each at every power, and how often the last power is repeated; the particles of all
        repetitions are returned.
    observation : NegativeBinomial
        How counts scatter around a run.
    seed : int
        Of draws, moves and the luck of new runs.

    Raises
    ------
    PosteriorError
        Fewer pairs than particles, or an odd number of them.
    """
    record = checked_record(record, pairs.successes.shape[1], 1)
    if len(pairs) < particles or particles % 2 or particles < 4:
        raise PosteriorError(f"particles = {particles} must be an even number from 4 to the number of usable runs, {len(pairs)}")
    swarm = _Swarm(pairs, record, simulate, coordinates or LogOdds(), observation, np.random.default_rng(seed))
    levels, worth = [], float(particles)
    while swarm.power < 1.0:
        levels.append(swarm.level(swarm.temper(worth, particles), moves))
        worth = WORTH * particles
    kept = [swarm.now()]
    for _ in range(last):
        levels.append(swarm.level(float(particles), moves))
        kept.append(swarm.now())
    unit, successes, luck, likelihood = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return Particles(Pairs(pairs.names, unit, successes, luck), likelihood, tuple(levels))


class _Swarm:
    """Particles that move."""

    def __init__(
        self,
        pairs: Pairs,
        record: np.ndarray,
        simulate: Simulate,
        coordinates: Coordinates,
        observation: NegativeBinomial,
        rng: np.random.Generator,
    ) -> None:
        self.record, self.simulate, self.coordinates, self.observation, self.rng = record, simulate, coordinates, observation, rng
        self.unit, self.successes, self.luck, self.family = pairs.unit, pairs.successes, pairs.luck, np.arange(len(pairs))
        self.likelihood, self.power = observation.log_likelihood(record, pairs.successes), 0.0
        self.there = np.empty((0, 0))  # coordinates and prior are found for those that are drawn
        self.prior = np.empty(0)

    def temper(self, worth: float, count: int) -> float:
        """Raise the power as far as they stay worth so many and draw ``count`` by it; return what they were worth."""
        gap, above = self.likelihood - self.likelihood.max(), 1.0 - self.power

        def left(rise: float) -> float:
            weight = np.exp(rise * gap)
            return float(weight.sum() ** 2 / (weight**2).sum())

        rise = above if left(above) >= worth else float(scipy.optimize.brentq(lambda by: left(by) - worth, 0.0, above))
        weight = np.exp(rise * gap)
        rows = self.rng.choice(len(gap), size=count, p=weight / weight.sum())
        self.unit, self.successes, self.luck, self.family = self.unit[rows], self.successes[rows], self.luck[rows], self.family[rows]
        self.likelihood = self.likelihood[rows]
        self.there, self.prior = self.coordinates.of(self.unit)
        self.power = 1.0 if rise == above else self.power + rise
        return left(rise)

    def now(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return positions of the unit cube, successes, luck and likelihoods, to keep."""
        return self.unit.copy(), self.successes.copy(), self.luck.copy(), self.likelihood.copy()

    def level(self, worth: float, moves: int) -> Level:
        """Move every particle so often, and tell of it."""
        accepted, runs = 0, 0
        for _ in range(moves):
            for mine, theirs in halves(len(self.there), self.rng):
                ran, stayed = self._moved(mine, self.there[theirs])
                runs, accepted = runs + ran, accepted + stayed
        return Level(self.power, worth, accepted / (moves * len(self.there)), len(np.unique(self.family)), runs)

    def _moved(self, mine: np.ndarray, others: np.ndarray) -> tuple[int, int]:
        rng, step = self.rng, steps(others, len(mine), self.rng)
        kind, fresh = rng.random(len(mine)), rng.integers(MOST_LUCK, size=len(mine))
        luck = np.where(kind < NEW_LUCK, fresh, self.luck[mine])
        step[kind < ONLY_LUCK] = 0.0
        there = self.there[mine] + step
        unit, prior = self.coordinates.back(there)
        tried = np.flatnonzero(np.isfinite(prior))
        if not len(tried):
            return 0, 0
        mine, there, unit, prior, luck = mine[tried], there[tried], unit[tried], prior[tried], luck[tried]
        successes, usable = self.simulate(unit, luck)
        likelihood = np.where(usable, self.observation.log_likelihood(self.record, successes), -np.inf)
        gain = prior - self.prior[mine] + self.power * (likelihood - self.likelihood[mine])
        fits = np.log(rng.random(len(mine))) < gain
        rows = mine[fits]
        self.there[rows], self.unit[rows], self.prior[rows], self.luck[rows] = there[fits], unit[fits], prior[fits], luck[fits]
        self.successes[rows], self.likelihood[rows] = successes[fits], likelihood[fits]
        return len(mine), int(fits.sum())
