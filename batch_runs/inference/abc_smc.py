"""ABC-SMC: an approximate posterior by particles that come ever nearer to what was observed."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
import pandas as pd

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.searches.generation import (
    BELOW_ONE,
    Search,
    check_between,
    check_whole,
    drawn_inside,
    generation,
    table_of,
)
from defection.batch_runs.searches.region import Region


@dataclasses.dataclass(frozen=True, kw_only=True)
class SequentialMonteCarlo(Search):
    """Approximate Bayesian computation by sequential Monte Carlo (Toni et al. 2009).

    The prior is uniform in the unit cube, restricted to ``region`` if there is one. Generation 0
    takes the prior's points that score below infinity; each later one is drawn near the particles
    of the one before (normal, twice their covariance: Beaumont et al. 2009) and keeps what scores
    at most epsilon, a quantile of the *distinct* scores of the last particles: on a plateau, where
    many runs are equally bad, a quantile of all scores would stand still. Weights are prior over
    proposal density. Nearer than the model's own noise allows it cannot come; it ends when too few
    are accepted.

    Parameters
    ----------
    space, objective
        Where it looks and what measures the distance.
    region : Region, optional
        Restriction of the prior.
    particles : int
        Particles of a generation, at least twice the number of varied parameters.
    generations : int
        Generations at most.
    quantile : float
        Of the distinct scores, for the next epsilon.
    replicates : int
        Runs of each point; 1 makes it the posterior of single runs.
    batch : int
        Points evaluated at a time.
    batches : int
        Batches of one generation at most; a generation that is not full by then is given up, and
        the one before is the result.

    Raises
    ------
    SearchError
        Nothing varies, or a setting is out of range.

    Examples
    --------
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> few = {"particles": 22, "generations": 1, "batch": 100}
    >>> objective = Objective(Target.from_country())
    >>> search = SequentialMonteCarlo(space=search_space(), objective=objective, **few)
    >>> float(search.run(MemoryEvaluation(root=1), seed=1)["weight"].sum().round(9))
    1.0
    """

    method: ClassVar[str] = "smc"
    region: Region | None = None
    particles: int = 200
    generations: int = 10
    quantile: float = 0.5
    replicates: int = 1
    batch: int = 400
    batches: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole("smc", 2 * len(self.space.varied), particles=self.particles)
        check_between("smc", 0.01, 0.99, quantile=self.quantile)
        if self.particles > self.batches * self.batch:
            raise SearchError(
                f"smc: particles = {self.particles:,} cannot be found in batches = {self.batches:,}"
                f" of batch = {self.batch:,} points"
            )

    def sizes(self) -> list[tuple[int, int, int]]:
        """Return the batches of all generations."""
        return [(self.generations * self.batches, self.batch, self.replicates)]

    def run(self, evaluate: Evaluate, *, seed: int) -> pd.DataFrame:
        """Return the particles of every generation that was completed, a row each.

        Columns: ``generation``, ``epsilon``, ``weight`` (they sum to 1 in a generation),
        ``evaluated`` (points of the generation in all), the scores and the parameters. The last
        generation is the posterior.
        """
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        population = self._generation(evaluate, rng, 0, np.inf, None)
        if population is None:
            raise SearchError(
                "smc: the prior has no point with a finite score, or its region is too narrow"
            )
        done = [population]
        for number in range(1, self.generations):
            epsilon = next_epsilon(done[-1]["score"].to_numpy(), self.quantile)
            if epsilon >= done[-1]["epsilon"].iloc[0]:
                break
            population = self._generation(evaluate, rng, number, epsilon, done[-1])
            if population is None:
                break
            done.append(population)
        return pd.concat(done, ignore_index=True)

    def finalists(self, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:  # noqa: ARG002
        """Return the last particles, best first."""
        last = trace[trace["generation"] == trace["generation"].max()]
        return last.sort_values("score", kind="stable").reset_index(drop=True)

    def _generation(
        self,
        evaluate: Evaluate,
        rng: np.random.Generator,
        number: int,
        epsilon: float,
        last: pd.DataFrame | None,
    ) -> pd.DataFrame | None:
        kernel = None
        if last is not None:
            kernel = Kernel.from_particles(self.space.unit(last), last["weight"].to_numpy())
        kept: list[pd.DataFrame] = []
        positions: list[np.ndarray] = []
        labels = {"generation": number, "epsilon": epsilon}
        for batch in range(1, self.batches + 1):
            unit = self._proposals(rng, kernel)
            points = table_of(self.space, unit)
            rows, _ = generation(evaluate, self.objective, points, self.replicates, **labels)
            scores = rows["score"].to_numpy()
            good = np.isfinite(scores) & (scores <= epsilon)
            kept.append(rows[good])
            positions.append(unit[good])
            if sum(map(len, kept)) < self.particles:
                continue
            table = pd.concat(kept, ignore_index=True).head(self.particles)
            centres = np.concatenate(positions)[: self.particles]
            weight = np.ones(self.particles) if kernel is None else 1.0 / kernel.density(centres)
            table.insert(2, "weight", weight / weight.sum())
            table.insert(3, "evaluated", batch * self.batch)
            return table
        return None

    def _proposals(self, rng: np.random.Generator, kernel: Kernel | None) -> np.ndarray:
        def draw() -> np.ndarray:
            shape = (self.batch, len(self.space.varied))
            unit = rng.random(shape) if kernel is None else kernel.draw(self.batch, rng)
            return unit[((unit >= 0.0) & (unit <= BELOW_ONE)).all(axis=1)]

        def inside(unit: np.ndarray) -> np.ndarray:
            if self.region is None or not len(unit):
                return np.ones(len(unit), bool)
            return self.region.contains(unit)

        return drawn_inside(draw, inside, self.batch)


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A mixture of normals around weighted particles [N, D], with twice their covariance."""

    centres: np.ndarray
    weights: np.ndarray
    factor: np.ndarray
    """Lower Cholesky factor of the covariance, [D, D]."""

    @classmethod
    def from_particles(cls, centres: np.ndarray, weights: np.ndarray) -> Kernel:
        """Make the kernel of a generation."""
        covariance = 2.0 * np.atleast_2d(np.cov(centres.T, aweights=weights))
        factor = np.linalg.cholesky(covariance + 1e-9 * np.eye(centres.shape[1]))
        return cls(centres, weights, factor)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw points [count, D]."""
        near = self.centres[rng.choice(len(self.weights), count, p=self.weights)]
        return near + rng.standard_normal(near.shape) @ self.factor.T

    def density(self, points: np.ndarray) -> np.ndarray:
        """Return the density at points [n, D], but for a constant factor, [n]."""
        gaps = (points[:, None, :] - self.centres[None, :, :]).reshape(-1, points.shape[1])
        across = np.linalg.solve(self.factor, gaps.T)
        squares = (across**2).sum(axis=0).reshape(len(points), -1)
        return np.exp(-0.5 * squares) @ self.weights


def next_epsilon(scores: np.ndarray, quantile: float) -> float:
    """Return a quantile of the distinct scores, however many particles share each."""
    return float(np.quantile(np.unique(scores), quantile, method="lower"))
