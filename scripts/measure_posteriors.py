"""Measure the posteriors: calibration, coverage, recovery, the posterior given the record; tables go into ``replication/tables/posterior/``.

``python scripts/measure_posteriors.py [FOLDER] [--quick] [--kept KEPT] [--part PART]``: about two
hours of one core; --quick is for a look, into a FOLDER of your own. Every long part is a file in
KEPT, with its seconds of computing; the same command goes on where it was stopped, and --part makes
some of them, so that several processes can share the work. The draws that are shipped are renewed
only by a full run into ``docs/posterior``. Without the extra ``posterior`` only the light posterior
and the particles are measured, and the tables say so.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import importlib.metadata
import importlib.util
import json
import pathlib
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from posterior_tables import answers, write_draws_of, write_judged
from scipy.stats import qmc

from defection import Parameters, __version__
from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import run_points
from defection.batch_runs.inference import (
    NegativeBinomial,
    Pairs,
    PosteriorError,
    draws_for,
    neural,
    synthetic,
)
from defection.batch_runs.inference import regression as learned
from defection.batch_runs.inference.coordinates import FirstWeek
from defection.batch_runs.inference.pairs import MOST_LUCK, Simulate
from defection.batch_runs.inference.particles import settled
from defection.batch_runs.inference.simulation import POINTS, Simulator, of_space
from defection.batch_runs.inference.truncated.sequential import Settings, sequential
from defection.compiled import law_fingerprint
from defection.country import load

ROOT = 2017
TABLES = pathlib.Path(__file__).resolve().parent.parent / "docs" / "posterior"
FULL: dict[str, Any] = {
    "runs": 2**18, "batches": 128, "records": 300, "draws": 500, "epochs": 100, "kept": 200,
    "networks": 30, "swarms": 11, "record": Settings(draws=4000), "each": Settings(),
    "swarm_record": {"particles": 400, "moves": 6, "last": 3, "runs_each": 8}, "swarm_each": {"particles": 1000, "moves": 12, "last": 4},
}  # fmt: skip
QUICK: dict[str, Any] = {
    "runs": 2**15, "batches": 1, "records": 40, "draws": 100, "epochs": 10, "kept": 20,
    "networks": 2, "swarms": 2, "record": Settings(nearest=400, per_round=300, draws=300, epochs=10),
    "each": Settings(nearest=400, per_round=300, draws=300, epochs=10),
    "swarm_record": {"particles": 60, "moves": 2, "last": 1, "runs_each": 2}, "swarm_each": {"particles": 60, "moves": 2, "last": 1},
}  # fmt: skip
INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "sbi"))
BATCH = 8192
MORE = ("networks", "swarms")
"""What can be added to parts that are kept."""


class Kept:
    """A folder with a file for every part that is done."""

    def __init__(self, folder: pathlib.Path, size: dict[str, Any]) -> None:
        self.folder, told = (
            folder,
            json.dumps(
                {key: repr(value) for key, value in size.items() if key not in MORE}, indent=1
            ),
        )
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "settings.json").exists():
            (folder / "settings.json").write_text(told, encoding="utf-8")
        if (folder / "settings.json").read_text(encoding="utf-8") != told:
            raise SystemExit(f"{folder} holds parts of other settings: name another folder")

    def has(self, name: str) -> bool:
        """Whether a part is done."""
        return (self.folder / f"{name}.npz").exists()

    def part(self, name: str, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        """Return the arrays of a part, made only if there is no file of it."""
        file = self.folder / f"{name}.npz"
        if not self.has(name):
            begun = time.process_time()
            made = make()
            np.savez(
                file.with_suffix(".tmp.npz"),
                seconds=np.array(round(time.process_time() - begun)),
                **made,
            )
            file.with_suffix(".tmp.npz").replace(file)
        with np.load(file) as read:
            return {key: read[key] for key in read.files}


def whole_space(space: Space, count: int) -> dict[str, np.ndarray]:
    """Return the usable runs of a Sobol' sample of the whole space."""
    unit, found = qmc.Sobol(len(space.names), seed=99).random(count), []
    for number in range(-(-count // BATCH)):
        try:
            found.append(
                Pairs.from_runs(
                    run_points(
                        space.table(unit[number * BATCH : (number + 1) * BATCH]), root=99 + number
                    ),
                    space,
                )
            )
        except PosteriorError:
            continue
    return _arrays(_joined(found))


def misfit(space: Space, record: np.ndarray, simulate: Simulate) -> dict[str, np.ndarray]:
    """Return the size that the misfit of the default parameters asks for, around the median of 200 of their runs."""
    defaults = space.unit(
        space.complete(
            space.table(np.zeros((1, len(space.names)))).assign(**Parameters().as_dict())
        )
    )
    successes, _ = simulate(np.repeat(defaults, 200, axis=0), np.arange(200))
    found = NegativeBinomial.fitted(record, np.median(successes, axis=0))
    each = [
        NegativeBinomial(size=size).log_likelihood(record, successes).mean()
        for size in (found.size, 20.0)
    ]
    return {
        "size": np.array(float(f"{found.size:.2g}")),
        "fitted": np.array(found.size),
        "likelihood": np.array(each),
    }


def _joined(pairs: list[Pairs]) -> Pairs:
    return functools.reduce(Pairs.joined, pairs)


def _arrays(pairs: Pairs) -> dict[str, np.ndarray]:
    return {name: getattr(pairs, name) for name in ("unit", "successes", "luck")}


class Parts:
    """Every long part by name, each made of what is kept of those before it."""

    def __init__(self, size: dict[str, Any], kept: Kept, threads: int) -> None:
        self.size, self.kept, self.space = size, kept, Space.from_parameters(vary="all")
        self.simulate, self.coordinates = (
            Simulator(self.space, threads=threads),
            FirstWeek(self.space),
        )
        korea = load("north_korea")
        self.record, self.years = (
            np.array([count for _, count, _ in korea.observed], float),
            [year for year, _, _ in korea.observed],
        )
        self.pairs = self._pairs(kept.part("whole", lambda: whole_space(self.space, size["runs"])))
        self.misfit = kept.part("misfit", lambda: misfit(self.space, self.record, self.simulate))
        self.noise = NegativeBinomial(size=float(self.misfit["size"]))
        self.truths, self.records, rows = synthetic(
            self.pairs, size["records"], observation=self.noise, seed=1
        )
        self.rest = self.pairs.part(np.delete(np.arange(len(self.pairs)), rows))

    @functools.cached_property
    def many(self) -> Pairs:
        """Usable runs of another, much larger sample of the whole space."""
        return _joined(
            [
                self._pairs(self.part(f"space_{number:03d}"))
                for number in range(self.size["batches"])
            ]
        )

    def names(self) -> list[str]:
        """Return what there is to do here."""
        space, swarms = self._numbered("space", "batches"), self._numbered("particles", "swarms")
        networks = (
            ["neural", "sequential", *self._numbered("sequential", "networks")] if INSTALLED else []
        )
        return [*space, "light", "particles", "particles_again", *swarms, *networks]

    def done(self, kind: str, *, kept_only: bool) -> dict[int, dict[str, np.ndarray]]:
        """Return the parts of synthetic records by number, made if they are not kept and may be."""
        told = {"sequential": "networks", "particles": "swarms"}[kind]
        numbered = enumerate(self._numbered(kind, told))
        return {
            number: self.part(name)
            for number, name in numbered
            if self.kept.has(name) or not kept_only
        }

    def part(self, name: str) -> dict[str, np.ndarray]:
        """Return a part, made if it is not kept."""
        kind, _, number = name.partition("_")
        if kind in ("light", "neural"):
            return self.kept.part(name, lambda: self._once(name))
        if kind == "space":
            return self.kept.part(
                name,
                lambda: _arrays(of_space(self.coordinates, self.simulate, int(number), seed=ROOT)),
            )
        synthetic = number.isdecimal()
        record, seed = (
            (self.records[int(number)], ROOT + 1 + int(number))
            if synthetic
            else (self.record, ROOT - (number == "again"))
        )
        self.many  # noqa: B018 (its seconds are its own)
        if kind == "particles":
            swarm = self.size["swarm_each" if synthetic else "swarm_record"]
            return self.kept.part(name, lambda: self._swarm(record, seed, swarm))
        settings = self.size["each" if synthetic else "record"]
        return self.kept.part(name, lambda: self._network(record, seed, settings))

    def fresh(self, name: str, unit: np.ndarray) -> dict[str, np.ndarray]:
        """Return successes of fresh runs of some draws of a posterior of the record, and which are usable."""

        def make() -> dict[str, np.ndarray]:
            rng = np.random.default_rng(8)
            picked = rng.permutation(unit)[: 2 * self.size["kept"]]
            return dict(
                zip(
                    ("successes", "usable"),
                    self.simulate(picked, rng.integers(MOST_LUCK, size=len(picked))),
                    strict=True,
                )
            )

        return self.kept.part(f"fresh_{name}", make)

    def _numbered(self, kind: str, many: str) -> list[str]:
        return [f"{kind}_{number:03d}" for number in range(self.size[many])]

    def _pairs(self, part: dict[str, np.ndarray]) -> Pairs:
        return Pairs(tuple(self.space.names), part["unit"], part["successes"], part["luck"])

    def _once(self, kind: str) -> dict[str, np.ndarray]:
        of: dict[str, Any] = {"observation": self.noise, "seed": 1}
        trained = (
            learned.train(self.rest, **of)
            if kind == "light"
            else neural.train(self.rest, epochs=self.size["epochs"], **of)
        )
        return {
            "kept": trained.sample(self.record, 2000, seed=3),
            "draws": draws_for(trained, self.records, self.size["draws"], seed=2),
        }

    def _network(self, record: np.ndarray, seed: int, settings: Settings) -> dict[str, np.ndarray]:
        of: dict[str, Any] = {
            "coordinates": self.coordinates,
            "observation": self.noise,
            "seed": seed,
        }
        told = sequential(self.many, record, self.simulate, settings, **of)
        about = {"runs": told.runs, "rounds": [dataclasses.asdict(one) for one in told.rounds]}
        arrays = {
            name: np.asarray(getattr(told.weighed, name))
            for name in ("successes", "weight", "usable", "effective")
        }
        return {"kept": told.weighed.unit, **arrays, "about": np.array(json.dumps(about))}

    def _swarm(self, record: np.ndarray, seed: int, swarm: dict[str, int]) -> dict[str, np.ndarray]:
        of: dict[str, Any] = {
            "coordinates": self.coordinates,
            "observation": self.noise,
            "seed": seed,
            **swarm,
        }
        told = settled(self.many, record, self.simulate, **of)
        about = {
            "runs": sum(one.runs for one in told.levels),
            "levels": [dataclasses.asdict(one) for one in told.levels],
        }
        return {
            "kept": told.pairs.unit,
            "successes": told.pairs.successes,
            "about": np.array(json.dumps(about)),
        }


def collected(folder: pathlib.Path, parts: Parts, *, as_it_is: bool = False) -> None:
    """Make what is missing and write the tables; or leave out the synthetic records that are not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    size, noise, rng = parts.size, parts.noise, np.random.default_rng(5)
    both = zip((noise.size, 20.0), parts.misfit["likelihood"], strict=True)
    log: dict[str, Any] = {
        "version": __version__, "law": law_fingerprint(), "usable": f"{len(parts.pairs)} of {size['runs']}", "size": noise.size,
        "begun_with": f"{len(parts.many)} of {size['batches'] * POINTS}",
        "log_likelihood_of_the_defaults": {f"{size:.3g}": round(float(value), 1) for size, value in both},
        "settings": {key: dataclasses.asdict(value) if isinstance(value, Settings) else value for key, value in size.items()},
    }  # fmt: skip
    if INSTALLED:
        log["libraries"] = {
            name: importlib.metadata.version(name) for name in ("torch", "sbi", "numpy")
        }
    else:
        log["left_out"] = "neural and sequential: torch and sbi are not installed"
    once = ["light", *(["neural"] if INSTALLED else [])]
    of_record = {
        name: parts.part(name)
        for name in (*once, *(["sequential"] if INSTALLED else []), "particles", "particles_again")
    }
    log["one_record"] = {name: _about(part) for name, part in of_record.items() if "about" in part}
    given = {name: part["kept"] for name, part in of_record.items()}
    both_seeds = given["particles"], given.pop("particles_again")
    log["apart"] = apart(parts.pairs.names, *both_seeds)
    given["particles"] = np.concatenate(both_seeds)
    fresh = {name: parts.fresh(name, unit) for name, unit in given.items()}
    log["record"] = answers(folder, given, fresh, parts.space, parts.record, parts.years, noise)
    judged = {name: (parts.truths, of_record[name]["draws"]) for name in once}
    for kind in [name for name in ("sequential", "particles") if name in given]:
        done = parts.done(kind, kept_only=as_it_is)
        log[f"{kind}_synthetic"] = {number: _about(part) for number, part in done.items()}
        if done:
            draws = [rng.permutation(part["kept"])[: size["draws"]] for part in done.values()]
            judged[kind] = (parts.truths[list(done)], np.stack(draws))
    write_judged(folder, judged, parts.pairs, log)
    about = {key: value for key, value in log.items() if not key.endswith("_synthetic")}
    write_draws_of(
        folder,
        TABLES,
        given["particles"],
        parts.space,
        noise,
        size["kept"],
        {**about, "root": ROOT},
    )


def apart(
    names: tuple[str, ...], one: np.ndarray, other: np.ndarray
) -> dict[str, dict[str, float]]:
    """Return how far two runs of the particles have ended from each other: means in standard deviations, and the ratio of these."""
    sd = np.stack([one.std(axis=0), other.std(axis=0)])
    gap = np.abs(one.mean(axis=0) - other.mean(axis=0)) / sd.mean(axis=0)
    return {
        name: {"means": round(float(g), 2), "ratio": round(float(r), 2)}
        for name, g, r in zip(names, gap, sd[0] / sd[1], strict=True)
    }


def _about(part: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return what is told of one part."""
    told: dict[str, Any] = {"seconds": int(part["seconds"])}
    if "weight" in part:
        told |= {
            "draws": len(part["kept"]),
            "usable": round(float(part["usable"]), 3),
            "effective": round(float(part["effective"]), 1),
        }
    return told | json.loads(str(part["about"]))


def main() -> None:
    """Read the command line."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", nargs="?", type=pathlib.Path, default=TABLES)
    reader.add_argument("--quick", action="store_true")
    reader.add_argument("--kept", type=pathlib.Path)
    reader.add_argument(
        "--part", nargs="+", default=[], help="make these parts only, and write no table"
    )
    reader.add_argument(
        "--as-it-is",
        action="store_true",
        help="write the tables without the synthetic records that are not kept",
    )
    reader.add_argument("--threads", type=int, default=1)
    asked = reader.parse_args()
    if asked.quick and asked.folder == TABLES:
        reader.error("a quick look needs a folder of its own")
    with tempfile.TemporaryDirectory() as lost:
        size = QUICK if asked.quick else FULL
        parts = Parts(size, Kept(asked.kept or pathlib.Path(lost), size), asked.threads)
        for name in asked.part:
            if name not in parts.names():
                reader.error(f"there is no part {name!r}; there are {', '.join(parts.names())}")
            parts.part(name)
        if not asked.part:
            collected(asked.folder, parts, as_it_is=asked.as_it_is)


if __name__ == "__main__":
    main()
