"""Particles of the exact posterior given one set of counts: sequential Monte Carlo.

A particle is a point with the seeds of one run of it, or of several, whose mean likelihood counts.
It is drawn from sustained runs of the whole space by a small power of the likelihood of what was
observed given its run; the power rises to 1 step by step, and at each particles are drawn anew and
moved (Del Moral, Doucet & Jasra 2006). The mean likelihood of runs is an unbiased estimate of their
point's, so that points end as the exact posterior's (Andrieu & Roberts 2009). Most moves keep a
particle's seeds: with common random numbers near points make similar runs, and chance does not
drown what the step has changed (Deligiannidis, Doucet & Pitt 2018).
"""

import dataclasses

import numpy as np
import scipy.optimize

from defection.batch_runs.inference.coordinates import LogOdds
from defection.batch_runs.inference.pairs import (
    SEEDS,
    Observation,
    Pairs,
    PosteriorError,
    Simulate,
    checked_observed,
)
from defection.checks import whole

KEPT = 0.5
"""Effective sample size that a step of the power leaves, as a share of the particles."""

NEW_SEEDS, ONLY_SEEDS = 0.3, 0.1
"""Shares of moves that take new seeds, and of those that take them and stay where they are."""

SHORTEST, LONGEST = 0.02, 1.0
"""A step is along the difference between two other particles (ter Braak 2006), by a share of it
whose logarithm is uniform between these."""

TOGETHER = np.array([0.25, 0.5, 1.0])
"""Shares of coordinates that a step changes; one of them is drawn for each (Vrugt et al. 2009)."""

JITTER = 0.003
"""Standard deviation of what is added to a coordinate that a step changes."""


@dataclasses.dataclass(frozen=True)
class Level:
    """What one level did."""

    power: float
    """Of the likelihood, by which particles are drawn; 1 for the posterior."""
    effective_sample_size: float
    """Of those before it under its power."""
    accepted: float
    """Share of the moves that were."""
    ancestors: int
    """How many of the first draws have descendants left."""
    runs: int


@dataclasses.dataclass(frozen=True)
class Particles:
    """Equally weighted points of a posterior, each with a run: one of several, by likelihood."""

    pairs: Pairs
    likelihood: np.ndarray
    """Log likelihood of what was observed under each run, [n]."""
    levels: tuple[Level, ...]


def sample_posterior(
    pairs: Pairs,
    observed: np.ndarray,
    simulate: Simulate,
    *,
    coordinates: LogOdds | None = None,
    particles: int = 400,
    moves: int = 20,
    last: int = 4,
    last_moves: int | None = None,
    runs_each: int = 1,
    shortest: float = SHORTEST,
    observation: Observation,
    seed: int,
) -> Particles:
    """Return particles of the posterior given observed counts.

    Parameters
    ----------
    pairs : Pairs
        Sustained runs whose points were drawn uniformly from the space (the prior); the more, the
        better it begins.
    observed : numpy.ndarray
        Counts, [Y].
    simulate : function
        Runs points (``Simulate``).
    coordinates : LogOdds, optional
        In which steps are made; log odds if left out.
    particles, moves, last : int
        Particles (an even number), moves of each at every power, and how often the last power is
        repeated; the particles of all repetitions are returned.
    last_moves : int, optional
        Moves of each at every repetition of the last power; as many as before if left out.
    runs_each : int
        Runs of each particle at a time. With one, a particle can persist on a single lucky run;
        several make that rarer, for so many times the runs.
    shortest : float
        The shortest step, as a share of the difference between two particles, up to 1.
    observation : Observation
        How counts vary around a run, such as ``NegativeBinomial``.
    seed : int
        Of draws, moves and the seeds of new runs.

    Returns
    -------
    Particles
        ``pairs`` (points and one run of each), ``likelihood`` and ``levels``.

    Raises
    ------
    PosteriorError, ScoreError
        Fewer pairs than particles, an odd number of them, no run for each, counts with gaps.

    Examples
    --------
    >>> from defection.batch_runs.inference import NegativeBinomial
    >>> def simulate(unit, seeds):
    ...     return 1000 * unit + np.zeros((1, 5)), np.ones(len(unit), bool)
    >>> unit = np.random.default_rng(1).random((200, 1))
    >>> pairs = Pairs(("level",), unit, simulate(unit, None)[0], np.arange(200))
    >>> few = {"particles": 20, "moves": 5, "observation": NegativeBinomial(size=50)}
    >>> found = sample_posterior(pairs, np.full(5, 800.0), simulate, seed=1, **few)
    >>> bool(0.7 < found.pairs.unit.mean() < 0.9)
    True
    """
    counts = checked_observed(observed, pairs.successes.shape[1])
    whole("particles", particles, 4, error=PosteriorError)
    if len(pairs) < particles or particles % 2:
        raise PosteriorError(
            f"particles = {particles} must be an even number from 4 to the number of sustained "
            f"runs, {len(pairs)}"
        )
    again = moves if last_moves is None else last_moves
    least = {"moves": (moves, 1), "last": (last, 0), "runs_each": (runs_each, 1), "seed": (seed, 0)}
    least["last_moves"] = (again, 1)
    for name, (value, limit) in least.items():
        whole(name, value, limit, error=PosteriorError)
    rng = np.random.default_rng(seed)
    if not 0.0 < shortest <= LONGEST:
        raise PosteriorError(f"shortest = {shortest!r} must lie above 0, up to {LONGEST:g}")
    swarm = _Swarm(pairs, counts, simulate, coordinates or LogOdds(), observation, shortest, rng)
    levels, enough = [], float(particles)
    while swarm.power < 1.0:
        size = swarm.temper(enough, particles)
        made = swarm.run_more(runs_each - swarm.seeds.shape[1])
        levels.append(swarm.level(size, moves, made))
        enough = KEPT * particles
    kept = [swarm.now()]
    for _ in range(last):
        levels.append(swarm.level(float(particles), again, 0))
        kept.append(swarm.now())
    unit, successes, seeds, likelihood = (np.concatenate(x) for x in zip(*kept, strict=True))
    return Particles(Pairs(pairs.names, unit, successes, seeds), likelihood, tuple(levels))


class _Swarm:
    """Particles that move; n particles, m runs of each, Y years, d parameters."""

    def __init__(
        self,
        pairs: Pairs,
        observed: np.ndarray,
        simulate: Simulate,
        coordinates: LogOdds,
        observation: Observation,
        shortest: float,
        rng: np.random.Generator,
    ) -> None:
        self.observed, self.simulate, self.coordinates = observed, simulate, coordinates
        self.observation, self.shortest, self.rng = observation, shortest, rng
        self.unit, self.ancestor, self.power = pairs.unit, np.arange(len(pairs)), 0.0
        self.seeds, self.successes = pairs.seeds[:, None], pairs.successes[:, None]  # [n, m (, Y)]
        self.each = observation.log_likelihood(observed, self.successes)  # [n, m]
        self.likelihood = _mean(self.each)
        self.there = np.empty((0, 0))  # coordinates and prior are found for those that are drawn
        self.prior = np.empty(0)

    def temper(self, least: float, count: int) -> float:
        """Raise the power while the sample size is at least that; draw; return the size left."""
        gap, above = self.likelihood - self.likelihood.max(), 1.0 - self.power

        def left(rise: float) -> float:
            weight = np.exp(rise * gap)
            return float(weight.sum() ** 2 / (weight**2).sum())

        rise = above
        if left(above) < least:
            rise = float(scipy.optimize.brentq(lambda by: left(by) - least, 0.0, above))
        self._draw(rise * gap, count)
        self.power = 1.0 if rise == above else self.power + rise
        return left(rise)

    def run_more(self, runs: int) -> int:
        """Give each particle more runs, draw them anew by their mean likelihood; count the runs."""
        if not runs:
            return 0
        seeds = self.rng.integers(SEEDS, size=(len(self.unit), runs))
        for name, new in zip(("successes", "each"), self._run(self.unit, seeds), strict=True):
            setattr(self, name, np.concatenate([getattr(self, name), new], axis=1))
        self.seeds = np.concatenate([self.seeds, seeds], axis=1)
        before, self.likelihood = self.likelihood, _mean(self.each)
        self._draw(self.power * (self.likelihood - before), len(self.unit))
        return seeds.size

    def now(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return positions, and successes, seed and likelihood of one run of each."""
        rows, run = np.arange(len(self.unit)), np.zeros(len(self.unit), int)
        if self.each.shape[1] > 1:
            share = np.exp(self.each - self.each.max(axis=1, keepdims=True)).cumsum(axis=1)
            run = (share < self.rng.random((len(rows), 1)) * share[:, -1:]).sum(axis=1)
        kept = self.successes, self.seeds, self.each
        successes, seeds, each = (values[rows, run] for values in kept)
        return self.unit.copy(), successes, seeds, each

    def level(self, size: float, moves: int, made: int) -> Level:
        """Move every particle so often, and report it."""
        accepted, runs, count = 0, made, len(self.there)
        for _ in range(moves):
            order = self.rng.permutation(count)
            halves = order[: count // 2], order[count // 2 :]
            for moving, others in (halves, halves[::-1]):  # steps do not depend on who moves
                tried, stayed = self._moved(moving, self.there[others])
                runs, accepted = runs + tried, accepted + stayed
        share = accepted / (moves * count)
        return Level(self.power, size, share, len(np.unique(self.ancestor)), runs)

    def _draw(self, log_weight: np.ndarray, count: int) -> None:
        weight = np.exp(log_weight - log_weight.max())
        rows = self.rng.choice(len(weight), size=count, p=weight / weight.sum())
        for name in ("unit", "ancestor", "seeds", "successes", "each", "likelihood"):
            setattr(self, name, getattr(self, name)[rows])
        self.there, self.prior = self.coordinates.from_unit(self.unit)

    def _run(self, unit: np.ndarray, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return successes [n, m, Y] and log likelihoods [n, m] of runs with seeds [n, m]."""
        successes, usable = self.simulate(np.repeat(unit, seeds.shape[1], axis=0), seeds.ravel())
        each = np.where(usable, self.observation.log_likelihood(self.observed, successes), -np.inf)
        return successes.reshape(*seeds.shape, -1), each.reshape(seeds.shape)

    def _moved(self, moving: np.ndarray, others: np.ndarray) -> tuple[int, int]:
        rng, step = self.rng, steps(others, len(moving), self.shortest, self.rng)
        kind, seeds = rng.random(len(moving)), self.seeds[moving]
        fresh = rng.integers(SEEDS, size=seeds.shape)
        renewed = np.broadcast_to(kind[:, None] < NEW_SEEDS, seeds.shape)
        if seeds.shape[1] > 1:  # of several runs about half
            renewed = renewed & (rng.random(seeds.shape) < 0.5)
        seeds = np.where(renewed, fresh, seeds)
        step[kind < ONLY_SEEDS] = 0.0
        there = self.there[moving] + step
        unit, prior = self.coordinates.to_unit(there)
        tried = np.flatnonzero(np.isfinite(prior))
        if not len(tried):
            return 0, 0
        moving, seeds = moving[tried], seeds[tried]
        new = {"there": there[tried], "unit": unit[tried], "prior": prior[tried], "seeds": seeds}
        new["successes"], new["each"] = self._run(new["unit"], seeds)
        new["likelihood"] = _mean(new["each"])
        gain = self.power * (new["likelihood"] - self.likelihood[moving])
        accepted = np.log(rng.random(len(moving))) < new["prior"] - self.prior[moving] + gain
        for name, values in new.items():
            getattr(self, name)[moving[accepted]] = values[accepted]
        return seeds.size, int(accepted.sum())


def steps(others: np.ndarray, count: int, shortest: float, rng: np.random.Generator) -> np.ndarray:
    """Return steps [count, d], as likely as their opposites, given where others are, [n, d]."""
    one, other = others[rng.integers(len(others), size=(2, count))]
    length = np.exp(rng.uniform(np.log(shortest), np.log(LONGEST), count))[:, None]
    changed = rng.random(one.shape) < rng.choice(TOGETHER, count)[:, None]
    return np.where(changed, length * (one - other) + rng.normal(0.0, JITTER, one.shape), 0.0)


def _mean(each: np.ndarray) -> np.ndarray:
    """Return the log of the mean likelihood of each particle, [n], of log likelihoods [n, m]."""
    most = each.max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = most + np.log(np.exp(each - most[:, None]).mean(axis=1))
    return np.where(np.isneginf(most), -np.inf, mean)
