"""The long parts of the posterior of law and journey together: each a file of the working folder.

The particles are those of the posterior of the law (``defection.batch_runs.inference``); a run is
followed, and what it says of the fitted facts takes the place of yearly successes.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.inference import FirstWeek, Pairs, pairs_from_space, sample_posterior
from defection.batch_runs.inference.followed import FactsLikelihood, Follower
from defection.batch_runs.inference.pairs import SEEDS
from defection.batch_runs.scores.facts import Facts
from defection.files import digest
from defection.journey.facts import FIT
from defection.replication.journey_regions import FITS, facts_of
from defection.replication.posterior_parts import kept_part

REGION = "free"
"""The region whose posterior it is: the paper's law and the journey, all that is searched."""

ROOT = 95_000
FULL: dict[str, Any] = {
    "batches": 2, "points": 2**14, "seeds": 2, "synthetic": 0, "kept": 200,
    "particles": {"particles": 160, "moves": 30, "last": 2, "last_moves": 160, "shortest": 0.1},
    "judged": {"particles": 100, "moves": 4, "last": 3},
}  # fmt: skip
QUICK: dict[str, Any] = {
    "batches": 1, "points": 2**11, "seeds": 2, "synthetic": 1, "kept": 8,
    "particles": {"particles": 8, "moves": 1, "last": 1},
    "judged": {"particles": 8, "moves": 1, "last": 1},
}  # fmt: skip

Arrays = dict[str, np.ndarray]


@dataclasses.dataclass
class Measurement:
    """Every long part, each made of what is kept of those before it.

    Parameters
    ----------
    size : mapping
        How much: :data:`FULL` or :data:`QUICK`.
    folder : path
        The working folder.
    misfit : float
        Mean misfit of the fitted facts at the best point that a search has found.
    threads : int, optional
        As for ``run_ensemble``.
    log : function of str
        Called with what is done.
    """

    size: Mapping[str, Any]
    folder: pathlib.Path
    misfit: float
    threads: int | None = None
    log: Callable[[str], object] = lambda _message: None

    def __post_init__(self) -> None:
        self.space = FITS[REGION].space()
        self.facts = facts_of("rule").part(FIT)
        self.factor = float(f"{max(1.0, self.misfit / len(self.facts.facts)):.3g}")
        self.likelihood = FactsLikelihood(self.facts, self.factor)
        self.coordinates = FirstWeek(self.space)
        said = json.dumps([self.factor, {k: v for k, v in self.size.items() if k != "synthetic"}])
        self.folder = self.folder / f"{REGION}_{digest(said.encode())}"
        self.folder.mkdir(parents=True, exist_ok=True)

    def follower(self, facts: Facts | None = None) -> Follower:
        """Return what runs points, and measures the fitted facts or others."""
        return Follower(self.space, facts or self.facts, self.threads)

    @functools.cached_property
    def first(self) -> Pairs:
        """Usable runs of points drawn uniformly from the space."""
        parts = []
        for batch in range(self.size["batches"]):
            self.log(f"points of the whole space, batch {batch + 1} of {self.size['batches']}")
            make = functools.partial(self._batch, batch)
            part = kept_part(self.folder, f"space_{batch:02d}", make)
            parts.append(Pairs(tuple(self.space.names), *(part[name] for name in _FIELDS)))
        return functools.reduce(Pairs.joined, parts)

    def _batch(self, batch: int) -> Arrays:
        pairs = pairs_from_space(
            self.coordinates, self.follower(), batch, points=self.size["points"], seed=ROOT
        )
        return {name: getattr(pairs, name) for name in _FIELDS}

    def particles(self, name: str, observed: np.ndarray, seed: int, how: str) -> Arrays:
        """Return the particles given some facts, [repetitions, n, d], and what they took."""

        def make() -> Arrays:
            self.log(f"particles: {name}")
            found = sample_posterior(
                self.first, observed, self.follower(), coordinates=self.coordinates,
                observation=self.likelihood, seed=seed, **self.size[how],
            )  # fmt: skip
            last, count = self.size[how]["last"], self.size[how]["particles"]
            levels = [dataclasses.astuple(level) for level in found.levels]
            return {
                "unit": found.pairs.unit.reshape(last + 1, count, -1),
                "likelihood": found.likelihood.reshape(last + 1, count),
                "levels": np.array(levels, float),
            }

        self.first  # noqa: B018 - its seconds are not those of the particles
        return kept_part(self.folder, name, make)

    def truths(self, unit: np.ndarray) -> Arrays:
        """Return parameters drawn from the posterior, and facts drawn around a run of each."""

        def make() -> Arrays:
            rng = np.random.default_rng(ROOT + 3)
            chosen = rng.permutation(unit)[: 4 * self.size["synthetic"] + 4]
            values, usable = self.follower()(chosen, rng.integers(SEEDS, size=len(chosen)))
            rows = np.flatnonzero(usable & np.isfinite(values).all(axis=1))
            drawn = np.array([self.likelihood.draw(values[row], rng) for row in rows])
            return {"unit": chosen[rows], "observed": drawn}

        return kept_part(self.folder, "truths", make)

    def fresh(self, unit: np.ndarray) -> Arrays:
        """Return what a run of each draw with a fresh seed says of all facts."""

        def make() -> Arrays:
            self.log(f"{len(unit)} fresh runs")
            seeds = np.random.default_rng(ROOT + 4).integers(SEEDS, size=len(unit))
            values, usable = self.follower(facts_of("rule"))(unit, seeds)
            return {"values": values, "usable": usable}

        return kept_part(self.folder, "fresh", make)

    def table(self, unit: np.ndarray) -> pd.DataFrame:
        """Return positions as parameters, those that vary."""
        return self.space.table(np.clip(unit, 0.0, np.nextafter(1.0, 0.0)))[self.space.names]


_FIELDS = ("unit", "successes", "seeds")
