"""A posterior of law and journey together: runs are followed, and facts of both are compared."""

import dataclasses
from typing import Any

import numpy as np

from defection.batch_runs.designs import Space
from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.execution.in_process import cores, run_jobs
from defection.batch_runs.scores.distance import ScoreError
from defection.batch_runs.scores.facts import Facts, crossings_by_run, people_of
from defection.journey.facts import scaled, unscaled
from defection.journey.parameters import acting_back
from defection.parameters import JOURNEY_PARAMETERS, Parameters

CROSSINGS = (10_000, 2_000_000)
"""People who cross in all in a run whose facts are measured: with fewer the observed arrivals
cannot come about, and more is a twelfth of the population."""

BATCH = 500
"""Runs that are in memory together."""


@dataclasses.dataclass(frozen=True)
class FactsLikelihood:
    """Facts around what a run says of them: normal residuals on each fact's scale, independent.

    The variances of the observed ``facts`` are multiplied by ``factor``, which stands for the
    misfit of the model: 1 takes the standard deviations at their word. ``ScoreError`` where it is
    not a finite number above 0.
    """

    facts: Facts
    factor: float = 1.0

    def __post_init__(self) -> None:
        if not self.factor > 0 or not np.isfinite(self.factor):
            raise ScoreError(f"factor = {self.factor!r} must be above 0")

    def log_likelihood(self, observed: np.ndarray, runs: np.ndarray) -> np.ndarray:
        """Return minus half of the misfit of runs, [..., F] -> [...], divided by the factor."""
        squares = self.facts.residuals(np.asarray(runs), observed) ** 2
        return np.asarray(-0.5 * squares.sum(axis=-1) / self.factor)

    def draw(self, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw facts around what a run says of them, [F]."""
        drawn = np.empty(len(values))
        for i, fact in enumerate(self.facts.facts):
            noise = rng.normal(0.0, fact.sd * np.sqrt(self.factor))
            there = unscaled(scaled(values[i], fact.scale) + noise, fact.scale)
            drawn[i] = np.clip(there, 0.0, fact.most)
        return drawn


@dataclasses.dataclass(frozen=True)
class Follower:
    """Runs positions of the unit cube of a space and follows who crossed (a ``Simulate``).

    Usable is a run that did not stop early and in which as many crossed as :data:`CROSSINGS` says;
    of the others nothing is measured. In the space the journey is on. Results do not depend on the
    threads; one for each core if left out.
    """

    space: Space
    facts: Facts
    threads: int | None = None

    def __call__(self, unit: np.ndarray, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return facts [n, F] of positions [n, d], in their units, and which are usable, [n].

        ``ScoreError`` where the law of a point depends on its journey.
        """
        table = self.space.table(np.clip(unit, 0.0, np.nextafter(1.0, 0.0)))
        of_law = [name for name in table.columns if name not in JOURNEY_PARAMETERS]
        laws = table[of_law].assign(seed=np.asarray(seeds, np.int64), journey="off")
        which = laws.groupby([*laws], sort=False).ngroup().to_numpy()
        runs = laws[~laws.duplicated()]
        ways = table[[name for name in table.columns if name in JOURNEY_PARAMETERS]]
        points = [Parameters(journey="on", **row) for row in ways.to_dict("records")]
        if names := {name for point in points for name in acting_back(vars(point))}:
            raise ScoreError(f"{min(names)}: the law depends on the journey, and is run before it")
        values = np.full((len(unit), len(self.facts.facts)), np.nan)
        record = self.facts.record_for(points)
        usable = np.zeros(len(unit), bool)
        threads = self.threads or cores()
        for start in range(0, len(runs), BATCH):
            part = runs[start : start + BATCH]
            how: dict[str, Any] = {"country": self.facts.country, "threads": threads}
            law = part.drop(columns="seed")
            data = run_ensemble(law, part["seed"].tolist(), record=record, **how)
            stopped = data["stopped_early"].to_numpy()
            followed = [
                None if stopped[i] or not _enough(people_of(crossed[0])) else crossed
                for i, crossed in enumerate(crossings_by_run(data))
            ]
            mine = np.flatnonzero((which >= start) & (which < start + BATCH))
            mine = mine[[followed[which[n] - start] is not None for n in mine]]
            self._measure(mine, followed, which - start, points, values, threads)
            usable[mine] = True
        return values, usable

    def _measure(
        self,
        mine: np.ndarray,
        followed: list[Any],
        run: np.ndarray,
        points: list[Parameters],
        values: np.ndarray,
        threads: int,
    ) -> None:
        def do(n: int, _halt: np.ndarray) -> int:
            crossings, repression = followed[run[n]]
            values[n] = self.facts.measure(crossings, repression, points[n])
            return 1

        if mine.size:
            run_jobs(do, mine.tolist(), threads, lambda _done: None)


def _enough(crossed: int) -> bool:
    return CROSSINGS[0] <= crossed <= CROSSINGS[1]
