"""Particles that come ever nearer to a record: approximate Bayesian computation by sequential Monte Carlo, without a network.

A particle is a point with one run of it, its distance minus the log likelihood of the record given that run. Level by level the particles
that are furthest die, survivors take their places, and all are moved by a Markov chain that keeps the prior among runs within the limit
(Marjoram et al. 2003; Del Moral, Doucet & Jasra 2012), along differences between particles (ter Braak 2006).
"""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize

from defection.batch_runs.posteriors.errors import PosteriorError
from defection.batch_runs.posteriors.observation import NegativeBinomial
from defection.batch_runs.posteriors.pairs import Pairs, Simulate, from_line, to_line
from defection.batch_runs.posteriors.posterior import checked_record

JITTER = 0.01
"""Standard deviation of what is added to a step, in log odds."""

LONG, SHORT = 0.1, 0.4
"""Shares of steps as long as the whole difference, which lead from one region to another, and of steps of a third of the usual length."""


@dataclasses.dataclass(frozen=True)
class Level:
    """What one level did."""

    limit: float
    """Log likelihood of the record that a run must reach."""
    best: float
    survived: float
    """Share of the particles."""
    accepted: float
    """Share of the moves."""
    runs: int
    power: float = 0.0
    """Of the likelihood by which particles are drawn: 0 for even ones within the limit, 1 for the posterior."""


@dataclasses.dataclass(frozen=True)
class Particles:
    """Points, each with a run: of the prior among runs within the last limit, or of the posterior (:func:`settled`)."""

    pairs: Pairs
    likelihood: np.ndarray
    """Log likelihood of the record under each run, [n]."""
    levels: tuple[Level, ...]


def closing_in(
    pairs: Pairs,
    record: np.ndarray,
    simulate: Simulate,
    *,
    particles: int = 400,
    survive: float = 0.5,
    moves: int = 8,
    within: float = 20.0,
    levels: int = 20,
    last: int = 4,
    observation: NegativeBinomial,
    seed: int,
) -> Particles:
    """Come near to one record.

    Parameters
    ----------
    pairs : Pairs
        Usable runs from the whole space; the nearest are the first particles.
    record : array
        Counts, [years].
    simulate : function
        Runs new points (``Simulate``).
    particles, moves : int
        Particles (an even number), and moves of each in a level, every one a run.
    survive : float
        Share of the particles that a new limit lets live.
    within : float
        It ends when the limit lies this far below the best log likelihood so far,
    levels : int
        or after so many levels.
    last : int
        How often the last level is repeated; the particles of all repetitions are returned.
    observation : NegativeBinomial
        How counts scatter around a run.
    seed : int
        Of the moves.

    Raises
    ------
    PosteriorError
        Fewer pairs than particles, an odd number of them, or ``survive`` is no share.
    """
    record = checked_record(record, pairs.successes.shape[1], 1)
    if len(pairs) < particles or particles % 2 or particles < 4:
        raise PosteriorError(f"particles = {particles} must be an even number from 4 to the number of usable runs, {len(pairs)}")
    if not 0 < survive < 1:
        raise PosteriorError(f"survive = {survive!r} must lie between 0 and 1")
    rng, told = np.random.default_rng(seed), observation.log_likelihood(record, pairs.successes)
    first = np.argsort(-told, kind="stable")[:particles]
    swarm = _Swarm(to_line(pairs.unit[first]), pairs.successes[first], told[first], record, simulate, observation, rng)
    log, best, limit = [], float(told.max()), -np.inf
    for _ in range(levels):
        limit = max(limit, min(float(np.quantile(swarm.likelihood, 1 - survive)), best - within))
        survived, accepted = swarm.survive(limit), swarm.move(limit, moves)
        best = max(best, float(swarm.likelihood.max()))
        log.append(Level(limit, best, survived, accepted, moves * particles))
        if limit >= best - within:
            break
    kept = [swarm.now()]
    for _ in range(last):
        accepted = swarm.move(limit, moves)
        log.append(Level(limit, max(best, float(swarm.likelihood.max())), 1.0, accepted, moves * particles))
        kept.append(swarm.now())
    unit, successes, likelihood = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return Particles(Pairs(pairs.names, unit, successes), likelihood, tuple(log))


def settled(
    near: Particles,
    record: np.ndarray,
    simulate: Simulate,
    *,
    particles: int = 400,
    moves: int = 10,
    last: int = 4,
    observation: NegativeBinomial,
    seed: int,
) -> Particles:
    """Return particles of the posterior itself, equally weighted, given particles that are near (:func:`closing_in`).

    The likelihood of the record given a particle's run comes in step by step, as a power that rises to 1 and by which particles are drawn
    anew and moved (Del Moral, Doucet & Jasra 2006). A run's likelihood is an unbiased estimate of its point's, so the chain keeps the
    exact posterior (Andrieu & Roberts 2009), but for the mass of runs below the limit; how well it mixes is another question.

    Parameters
    ----------
    near : Particles
        All of them are drawn from first.
    record, simulate, observation
        As for :func:`closing_in`.
    particles, moves, last : int
        Particles (an even number), moves of each at every power, and how often the last power is repeated; the particles of all
        repetitions are returned.
    seed : int
        Of draws and moves.
    """
    rng, record = np.random.default_rng(seed), checked_record(record, near.pairs.successes.shape[1], 1)
    limit, line = near.levels[-1].limit, to_line(near.pairs.unit)
    swarm = _Swarm(line, near.pairs.successes, near.likelihood, record, simulate, observation, rng)
    log = list(near.levels)
    while swarm.power < 1.0:
        share = swarm.temper(particles)
        accepted = swarm.move(limit, moves)
        log.append(Level(limit, float(swarm.likelihood.max()), share, accepted, moves * particles, swarm.power))
    kept = [swarm.now()]
    for _ in range(last):
        accepted = swarm.move(limit, moves)
        log.append(Level(limit, float(swarm.likelihood.max()), 1.0, accepted, moves * particles, 1.0))
        kept.append(swarm.now())
    unit, successes, likelihood = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return Particles(Pairs(near.pairs.names, unit, successes), likelihood, tuple(log))


@dataclasses.dataclass
class _Swarm:
    """Particles that move."""

    line: np.ndarray
    successes: np.ndarray
    likelihood: np.ndarray
    record: np.ndarray
    simulate: Simulate
    observation: NegativeBinomial
    rng: np.random.Generator
    power: float = 0.0

    def temper(self, count: int) -> float:
        """Raise the power as far as half of the particles stay worth something, and draw ``count`` by it; return that worth as a share."""
        gap, above = self.likelihood - self.likelihood.max(), 1.0 - self.power

        def worth(rise: float) -> float:
            weight = np.exp(rise * gap)
            return float(weight.sum() ** 2 / (weight**2).sum() / len(gap))

        rise = above if worth(above) >= 0.5 else float(scipy.optimize.brentq(lambda by: worth(by) - 0.5, 0.0, above))
        weight = np.exp(rise * gap)
        self._take(self.rng.choice(len(gap), size=count, p=weight / weight.sum()))
        self.power = 1.0 if rise == above else self.power + rise
        return worth(rise)

    def _take(self, rows: np.ndarray) -> None:
        self.line, self.successes, self.likelihood = self.line[rows], self.successes[rows], self.likelihood[rows]

    def now(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return positions of the unit cube, successes and likelihoods, to keep."""
        return from_line(self.line), self.successes.copy(), self.likelihood.copy()

    def survive(self, limit: float) -> float:
        """Put survivors in the places of those below the limit; return the share that survived."""
        alive = self.likelihood >= limit
        rows = np.arange(len(alive))
        rows[~alive] = self.rng.choice(rows[alive], size=int((~alive).sum()))
        self._take(rows)
        return float(alive.mean())

    def move(self, limit: float, moves: int) -> float:
        """Move every particle; return the share of moves that were accepted."""
        half, accepted = len(self.line) // 2, 0
        for _ in range(moves):
            order = self.rng.permutation(len(self.line))
            for mine, theirs in ((order[:half], order[half:]), (order[half:], order[:half])):  # steps do not depend on who moves
                accepted += self._moved(mine, self.line[theirs], limit)
        return accepted / (moves * len(self.line))

    def _moved(self, mine: np.ndarray, others: np.ndarray, limit: float) -> int:
        rng, at = self.rng, self.line[mine]
        one, other = others[rng.integers(len(others), size=(2, len(mine)))]
        length = np.where(rng.random(len(mine)) < LONG, 1.0, 2.38 / np.sqrt(2 * at.shape[1]))
        length = length * np.where(rng.random(len(mine)) < SHORT, 1 / 3, 1.0)
        there = at + length[:, None] * (one - other) + rng.normal(0.0, JITTER, at.shape)
        successes, usable = self.simulate(from_line(there))
        likelihood = np.where(usable, self.observation.log_likelihood(self.record, successes), -np.inf)
        gain = _log_prior(there) - _log_prior(at)
        reached = likelihood >= limit
        gain[reached] += self.power * (likelihood[reached] - self.likelihood[mine[reached]])
        fits = reached & (np.log(rng.random(len(mine))) < gain)
        rows = mine[fits]
        self.line[rows], self.successes[rows], self.likelihood[rows] = there[fits], successes[fits], likelihood[fits]
        return int(fits.sum())


def _log_prior(line: np.ndarray) -> np.ndarray:
    """Return the log density of the even prior on the scale of log odds, [n]."""
    unit = from_line(line)
    return np.log(unit * (1 - unit)).sum(axis=1)
