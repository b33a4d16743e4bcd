"""Particles of the exact posterior of one record: sequential Monte Carlo without a network.

A particle is a point with the luck (seeds) of one run of it, or of several, whose mean likelihood
counts. It is drawn from usable runs of the whole space by a small power of the likelihood of the
record given its run; the power rises to 1 step by step, and at each particles are drawn anew and
moved (Del Moral, Doucet & Jasra 2006). The mean likelihood of runs is an unbiased estimate of their
point's, so that points end as the exact posterior's (Andrieu & Roberts 2009). Most moves keep a
particle's luck: with equal luck near points make similar runs, and chance does not drown what the
step has changed (Deligiannidis, Doucet & Pitt 2018).
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize

from defection.batch_runs.inference.coordinates import Coordinates, LogOdds
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import MOST_LUCK, Pairs, Simulate
from defection.batch_runs.inference.posterior import checked_record
from defection.batch_runs.inference.steps import halves, steps

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
    """Equally weighted points of a posterior, each with a run: of several runs one is drawn by its likelihood."""

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
    runs_each: int = 1,
    observation: NegativeBinomial,
    seed: int,
) -> Particles:
    """Return particles of the posterior of one record.

    Parameters
    ----------
    pairs : Pairs
        Usable runs whose points were drawn evenly from the space (the prior); the more, the better
        it begins.
    record : array
        Counts, [years].
    simulate : function
        Runs points (``Simulate``).
    coordinates : Coordinates, optional
        In which steps are made; log odds if left out.
    particles, moves, last : int
        Particles (an even number), moves of each at every power, and how often the last power is
        repeated; the particles of all repetitions are returned.
    runs_each : int
        Runs of each particle at a time. With one, a particle can live on a stroke of luck that its
        point hardly ever has; several make that rarer, for so many times the runs.
    observation : NegativeBinomial
        How counts scatter around a run.
    seed : int
        Of draws, moves and the luck of new runs.

    Raises
    ------
    PosteriorError
        Fewer pairs than particles, an odd number of them, or no run for each.
    """
    record = checked_record(record, pairs.successes.shape[1], 1)
    if len(pairs) < particles or particles % 2 or particles < 4:
        raise PosteriorError(
            f"particles = {particles} must be an even number from 4 to the number of usable runs, {len(pairs)}"
        )
    if runs_each < 1:
        raise PosteriorError(f"runs_each = {runs_each} must be at least 1")
    swarm = _Swarm(
        pairs, record, simulate, coordinates or LogOdds(), observation, np.random.default_rng(seed)
    )
    levels, worth = [], float(particles)
    while swarm.power < 1.0:
        was = swarm.temper(worth, particles)
        ran = swarm.run_more(runs_each - swarm.luck.shape[1])
        levels.append(swarm.level(was, moves, ran))
        worth = WORTH * particles
    kept = [swarm.now()]
    for _ in range(last):
        levels.append(swarm.level(float(particles), moves, 0))
        kept.append(swarm.now())
    unit, successes, luck, likelihood = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return Particles(Pairs(pairs.names, unit, successes, luck), likelihood, tuple(levels))


class _Swarm:
    """Particles that move; n particles, m runs of each, y years, d parameters."""

    def __init__(
        self,
        pairs: Pairs,
        record: np.ndarray,
        simulate: Simulate,
        coordinates: Coordinates,
        observation: NegativeBinomial,
        rng: np.random.Generator,
    ) -> None:
        self.record, self.simulate, self.coordinates, self.observation, self.rng = (
            record,
            simulate,
            coordinates,
            observation,
            rng,
        )
        self.unit, self.family, self.power = pairs.unit, np.arange(len(pairs)), 0.0
        self.luck, self.successes = (
            pairs.luck[:, None],
            pairs.successes[:, None],
        )  # [n, m] and [n, m, y]
        self.each = observation.log_likelihood(record, self.successes)  # [n, m]
        self.likelihood = _mean(self.each)
        self.there = np.empty((0, 0))  # coordinates and prior are found for those that are drawn
        self.prior = np.empty(0)

    def temper(self, worth: float, count: int) -> float:
        """Raise the power as far as they stay worth so many and draw ``count`` by it; return what they were worth."""
        gap, above = self.likelihood - self.likelihood.max(), 1.0 - self.power

        def left(rise: float) -> float:
            weight = np.exp(rise * gap)
            return float(weight.sum() ** 2 / (weight**2).sum())

        rise = (
            above
            if left(above) >= worth
            else float(scipy.optimize.brentq(lambda by: left(by) - worth, 0.0, above))
        )
        self._draw(rise * gap, count)
        self.there, self.prior = self.coordinates.of(self.unit)
        self.power = 1.0 if rise == above else self.power + rise
        return left(rise)

    def run_more(self, runs: int) -> int:
        """Give each particle so many more runs, draw them anew by what their mean likelihood is now, and return how many that took."""
        if not runs:
            return 0
        luck = self.rng.integers(MOST_LUCK, size=(len(self.unit), runs))
        successes, each = self._run(self.unit, luck)
        self.luck, self.successes = (
            np.concatenate([self.luck, luck], axis=1),
            np.concatenate([self.successes, successes], axis=1),
        )
        self.each = np.concatenate([self.each, each], axis=1)
        before, self.likelihood = self.likelihood, _mean(self.each)
        self._draw(self.power * (self.likelihood - before), len(self.unit))
        self.there, self.prior = self.coordinates.of(self.unit)
        return luck.size

    def now(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return positions of the unit cube, and successes, luck and likelihood of one run of each, drawn by its likelihood."""
        rows, run = np.arange(len(self.unit)), np.zeros(len(self.unit), int)
        if self.each.shape[1] > 1:
            share = np.exp(self.each - self.each.max(axis=1, keepdims=True)).cumsum(axis=1)
            run = (share < self.rng.random((len(rows), 1)) * share[:, -1:]).sum(axis=1)
        return (
            self.unit.copy(),
            self.successes[rows, run],
            self.luck[rows, run],
            self.each[rows, run],
        )

    def level(self, worth: float, moves: int, ran: int) -> Level:
        """Move every particle so often, and tell of it."""
        accepted, runs = 0, ran
        for _ in range(moves):
            for mine, theirs in halves(len(self.there), self.rng):
                tried, stayed = self._moved(mine, self.there[theirs])
                runs, accepted = runs + tried, accepted + stayed
        return Level(
            self.power,
            worth,
            accepted / (moves * len(self.there)),
            len(np.unique(self.family)),
            runs,
        )

    def _draw(self, log_weight: np.ndarray, count: int) -> None:
        weight = np.exp(log_weight - log_weight.max())
        rows = self.rng.choice(len(weight), size=count, p=weight / weight.sum())
        for name in ("unit", "family", "luck", "successes", "each", "likelihood"):
            setattr(self, name, getattr(self, name)[rows])

    def _run(self, unit: np.ndarray, luck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return successes [n, m, y] and log likelihoods [n, m] of runs with some luck [n, m]."""
        successes, usable = self.simulate(np.repeat(unit, luck.shape[1], axis=0), luck.ravel())
        each = np.where(usable, self.observation.log_likelihood(self.record, successes), -np.inf)
        return successes.reshape(*luck.shape, -1), each.reshape(luck.shape)

    def _moved(self, mine: np.ndarray, others: np.ndarray) -> tuple[int, int]:
        rng, step = self.rng, steps(others, len(mine), self.rng)
        kind, luck = rng.random(len(mine)), self.luck[mine]
        fresh = rng.integers(MOST_LUCK, size=luck.shape)
        renewed = np.broadcast_to(kind[:, None] < NEW_LUCK, luck.shape)
        if luck.shape[1] > 1:  # of several runs about half
            renewed = renewed & (rng.random(luck.shape) < 0.5)
        luck = np.where(renewed, fresh, luck)
        step[kind < ONLY_LUCK] = 0.0
        there = self.there[mine] + step
        unit, prior = self.coordinates.back(there)
        tried = np.flatnonzero(np.isfinite(prior))
        if not len(tried):
            return 0, 0
        mine, there, unit, prior, luck = (
            mine[tried],
            there[tried],
            unit[tried],
            prior[tried],
            luck[tried],
        )
        successes, each = self._run(unit, luck)
        likelihood = _mean(each)
        gain = prior - self.prior[mine] + self.power * (likelihood - self.likelihood[mine])
        fits = np.log(rng.random(len(mine))) < gain
        rows = mine[fits]
        self.there[rows], self.unit[rows], self.prior[rows], self.luck[rows] = (
            there[fits],
            unit[fits],
            prior[fits],
            luck[fits],
        )
        self.successes[rows], self.each[rows], self.likelihood[rows] = (
            successes[fits],
            each[fits],
            likelihood[fits],
        )
        return luck.size, int(fits.sum())


def _mean(each: np.ndarray) -> np.ndarray:
    """Return the logarithm of the mean likelihood of the runs of each particle, [n], given log likelihoods [n, m]."""
    most = each.max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            np.isneginf(most), -np.inf, most + np.log(np.exp(each - most[:, None]).mean(axis=1))
        )
