"""The long parts of the measurement of posteriors: each a file of the working folder.

So a measurement goes on where it was stopped.
"""

import functools
import json
import pathlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.inference import (
    FirstWeek,
    NegativeBinomial,
    Pairs,
    PosteriorError,
    Simulator,
    pairs_from_space,
    sample_posterior,
    train,
)
from defection.batch_runs.inference.calibration import draws_for, synthetic
from defection.batch_runs.inference.pairs import SEEDS
from defection.country import load
from defection.files import replaced_file
from defection.parameters import Parameters
from defection.replication.seeds import run_points

ROOT = 2017
FULL: dict[str, Any] = {
    "runs": 2**18, "batches": 128, "records": 300, "draws": 500, "kept": 200, "synthetic": 30,
    "particles": {"particles": 400, "moves": 6, "last": 3, "runs_each": 8},
}  # fmt: skip
QUICK: dict[str, Any] = {
    "runs": 2**15, "batches": 1, "records": 40, "draws": 100, "kept": 20, "synthetic": 2,
    "particles": {"particles": 60, "moves": 2, "last": 1, "runs_each": 2},
}  # fmt: skip
BATCH = 8192

Arrays = dict[str, np.ndarray]


def kept_part(folder: pathlib.Path, name: str, make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays of a part, made only if there is no file of it, with its seconds."""
    file = folder / f"{name}.npz"
    if not file.exists():
        start = time.process_time()
        made = make()
        arrays: dict[str, Any] = {"seconds": np.array(round(time.process_time() - start)), **made}
        with replaced_file(file) as beside:
            np.savez(beside, **arrays)
    with np.load(file) as part:
        return dict(part)


class Measurement:
    """Every long part, each made of what is kept of those before it."""

    def __init__(self, size: dict[str, Any], folder: pathlib.Path, threads: int | None) -> None:
        self.size, self.folder = size, folder
        written, file = json.dumps(size, indent=1), folder / "settings.json"
        if file.exists() and file.read_text(encoding="utf-8") != written:
            raise PosteriorError(f"{folder} holds parts of other settings: name another folder")
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(written, encoding="utf-8")
        self.space = Space.from_parameters(vary="all")
        self.simulate = Simulator(self.space, threads=threads)
        self.coordinates = FirstWeek(self.space)
        korea = load("north_korea")
        self.years = [year for year, _, _ in korea.observed]
        self.observed = np.array([count for _, count, _ in korea.observed], float)
        self.pairs = self._pairs(self.part("whole", self._whole_space))
        self.misfit = self.part("misfit", self._misfit)
        self.noise = NegativeBinomial(size=float(self.misfit["size"]))
        self.truths, self.counts, rows = synthetic(
            self.pairs, size["records"], observation=self.noise, seed=1
        )
        self.rest = self.pairs.part(np.delete(np.arange(len(self.pairs)), rows))

    def part(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """Return a part of the working folder."""
        return kept_part(self.folder, name, make)

    @functools.cached_property
    def many(self) -> Pairs:
        """Usable runs of another, much larger sample of the whole space."""
        parts = [
            self.part(f"space_{batch:03d}", functools.partial(self._batch, batch))
            for batch in range(self.size["batches"])
        ]
        return self._pairs(_joined(parts))

    def light(self) -> Arrays:
        """Return draws of the light posterior given Table 1, and given every synthetic count."""

        def make() -> Arrays:
            trained = train(self.rest, observation=self.noise, seed=1)
            draws = draws_for(trained, self.counts, self.size["draws"], seed=2)
            return {"kept": trained.sample(self.observed, 2000, seed=3), "draws": draws}

        return self.part("light", make)

    def particles(self, name: str, counts: np.ndarray, seed: int) -> Arrays:
        """Return particles given some counts, and what they took."""

        def make() -> Arrays:
            found = sample_posterior(
                self.many, counts, self.simulate, coordinates=self.coordinates,
                observation=self.noise, seed=seed, **self.size["particles"],
            )  # fmt: skip
            levels = found.levels
            return {
                "kept": found.pairs.unit,
                "runs": np.array(sum(level.runs for level in levels)),
                "first_power": np.array(levels[0].power),
                "levels": np.array(sum(level.power < 1 for level in levels) + 1),
                "accepted": np.array(levels[-1].accepted),
                "ancestors": np.array(levels[-1].ancestors),
            }

        self.many  # noqa: B018 - its seconds are not those of the particles
        return self.part(name, make)

    def fresh(self, name: str, unit: np.ndarray) -> Arrays:
        """Return successes of fresh runs of some draws given Table 1, and which are usable."""

        def make() -> Arrays:
            rng = np.random.default_rng(8)
            chosen = rng.permutation(unit)[: 2 * self.size["kept"]]
            successes, usable = self.simulate(chosen, rng.integers(SEEDS, size=len(chosen)))
            return {"successes": successes, "usable": usable}

        return self.part(f"fresh_{name}", make)

    def _whole_space(self) -> Arrays:
        """Return the usable runs of a Sobol' sample of the whole space."""
        unit = qmc.Sobol(len(self.space.names), seed=99).random(self.size["runs"])
        found = []
        for i, first in enumerate(range(0, len(unit), BATCH)):
            runs = run_points(self.space.table(unit[first : first + BATCH]), root=99 + i)
            try:
                found.append(_arrays(Pairs.from_runs(runs, self.space)))
            except PosteriorError:  # none of them is usable
                continue
        return _joined(found)

    def _batch(self, batch: int) -> Arrays:
        return _arrays(pairs_from_space(self.coordinates, self.simulate, batch, seed=ROOT))

    def _misfit(self) -> Arrays:
        """Return the size that the misfit of the baseline needs, around the median of 200 runs."""
        table = self.space.table(np.zeros((1, len(self.space.names))))
        unit = self.space.unit(self.space.complete(table.assign(**Parameters().as_dict())))
        successes, _ = self.simulate(np.repeat(unit, 200, axis=0), np.arange(200))
        found = NegativeBinomial.fitted(self.observed, np.median(successes, axis=0))
        each = [
            NegativeBinomial(size=size).log_likelihood(self.observed, successes).mean()
            for size in (found.size, 20.0)
        ]
        size = np.array(float(f"{found.size:.2g}"))
        return {"size": size, "fitted": np.array(found.size), "likelihood": np.array(each)}

    def _pairs(self, part: Arrays) -> Pairs:
        return Pairs(tuple(self.space.names), part["unit"], part["successes"], part["seeds"])


def _joined(parts: list[Arrays]) -> Arrays:
    names = ("unit", "successes", "seeds")
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _arrays(pairs: Pairs) -> Arrays:
    return {name: getattr(pairs, name) for name in ("unit", "successes", "seeds")}
