"""Measure the posteriors: calibration, coverage, recovery, the posterior given the record; tables go into ``docs/posterior/``.

``python scripts/measure_posteriors.py [FOLDER] [--quick] [--kept KEPT] [--part PART]``; --quick is for a look, into a FOLDER of your own.
Every long part is a file in KEPT, with its seconds of computing; the same command goes on where it was stopped, and --part makes one of them. The draws that are shipped are renewed only by a full run into ``docs/posterior``. Without the extra ``posterior`` only the light posterior and
the particles are measured, and the tables say so.
"""

from __future__ import annotations

import argparse
import dataclasses
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
from defection.batch_runs.importance.runs import run_points
from defection.batch_runs.posteriors import NegativeBinomial, Pairs, PosteriorError, draws_for, learned, neural, synthetic
from defection.batch_runs.posteriors.pairs import Simulate, usable_runs
from defection.batch_runs.posteriors.particles import closing_in, settled
from defection.batch_runs.posteriors.sequential import Settings, sequential
from defection.compiled import law_fingerprint
from defection.country import load

ROOT = 2017
TABLES = pathlib.Path(__file__).resolve().parent.parent / "docs" / "posterior"
FULL: dict[str, Any] = {
    "runs": 2**18, "records": 300, "draws": 500, "epochs": 100, "kept": 200, "synthetic": 20,
    "record": Settings(), "each": Settings(particles=300, moves=5, per_round=1500, draws=1000),
    "particles": {"particles": 300, "moves": 6, "settling": 10},
}  # fmt: skip
QUICK: dict[str, Any] = {
    "runs": 2**15, "records": 40, "draws": 100, "epochs": 10, "kept": 20, "synthetic": 2,
    "record": Settings(particles=60, moves=2, per_round=300, draws=300, epochs=10, flow="mdn"),
    "each": Settings(particles=60, moves=2, per_round=300, draws=300, epochs=10, flow="mdn"), "particles": {"particles": 60, "moves": 2, "settling": 2},
}  # fmt: skip
INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "sbi"))
BATCH = 8192


class Kept:
    """A folder with a file for every part that is done."""

    def __init__(self, folder: pathlib.Path, size: dict[str, Any]) -> None:
        self.folder, told = folder, json.dumps({key: repr(value) for key, value in size.items() if key != "synthetic"}, indent=1)
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
            np.savez(file.with_suffix(".tmp.npz"), seconds=np.array(round(time.process_time() - begun)), **made)
            file.with_suffix(".tmp.npz").replace(file)
        with np.load(file) as read:
            return {key: read[key] for key in read.files}


def whole_space(space: Space, count: int) -> dict[str, np.ndarray]:
    """Return the usable runs of a Sobol' sample of the whole space."""
    unit, found = qmc.Sobol(len(space.names), seed=99).random(count), []
    for number in range(-(-count // BATCH)):
        try:
            found.append(Pairs.of(run_points(space.table(unit[number * BATCH : (number + 1) * BATCH]), root=99 + number), space))
        except PosteriorError:
            continue
    return {"unit": np.concatenate([one.unit for one in found]), "successes": np.concatenate([one.successes for one in found])}


def misfit(space: Space, record: np.ndarray, simulate: Simulate) -> dict[str, np.ndarray]:
    """Return the size that the misfit of the default parameters asks for, around the median of 200 of their runs."""
    defaults = space.unit(space.complete(space.table(np.zeros((1, len(space.names)))).assign(**Parameters().as_dict())))
    successes, _ = simulate(np.repeat(defaults, 200, axis=0))
    found = NegativeBinomial.fitted(record, np.median(successes, axis=0))
    each = [NegativeBinomial(size=size).log_likelihood(record, successes).mean() for size in (found.size, 20.0)]
    return {"size": np.array(float(f"{found.size:.2g}")), "fitted": np.array(found.size), "likelihood": np.array(each)}


class Parts:
    """Every long part by name, each made of what is kept of those before it."""

    def __init__(self, size: dict[str, Any], kept: Kept, threads: int) -> None:
        self.size, self.kept, self.space, self.threads = size, kept, Space.of(vary="all"), threads
        korea = load("north_korea")
        self.record, self.years = np.array([count for _, count, _ in korea.record], float), [year for year, _, _ in korea.record]
        whole = kept.part("whole", lambda: whole_space(self.space, size["runs"]))
        self.misfit = kept.part("misfit", lambda: misfit(self.space, self.record, self.simulator(ROOT - 1)))
        self.noise = NegativeBinomial(size=float(self.misfit["size"]))
        self.pairs = Pairs(tuple(self.space.names), whole["unit"], whole["successes"])
        self.truths, self.records, rows = synthetic(self.pairs, size["records"], observation=self.noise, seed=1)
        self.rest = self.pairs.part(np.delete(np.arange(len(self.pairs)), rows))

    def names(self) -> list[str]:
        """Return what there is to do here."""
        many = [f"synthetic_{i:02d}" for i in range(self.size["synthetic"])]
        return ["light", "particles", *(["neural", "record", *many] if INSTALLED else [])]

    def simulator(self, root: int) -> Simulate:
        """Return a function that runs positions of the unit cube, every call with other seeds."""
        calls = iter(range(1_000_000))

        def simulate(unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            table = self.space.table(np.clip(unit, 0, np.nextafter(1, 0)))
            runs = run_points(table, root=root * 1_000_000 + next(calls), threads=self.threads)
            told = runs[[name for name in runs.columns if name.startswith("successes_")]].to_numpy(float)
            return told, usable_runs(told, runs["stopped_early"].to_numpy(bool))

        return simulate

    def part(self, name: str) -> dict[str, np.ndarray]:
        """Return a part, made if it is not kept."""
        if name in ("light", "neural"):
            return self.kept.part(name, lambda: self._once(name))
        if name == "particles":
            return self.kept.part(name, self._particles)
        if name == "record":
            return self.kept.part(name, lambda: self._answered(self.record, self.size["record"], ROOT))
        number = int(name.removeprefix("synthetic_"))
        return self.kept.part(name, lambda: self._answered(self.records[number], self.size["each"], ROOT + 1 + number))

    def accepted(self, part: dict[str, np.ndarray], record: np.ndarray) -> np.ndarray:
        """Return the draws of a sequential answer whose own run is usable and within the limit of what was learned from."""
        limit = json.loads(str(part["about"]))["rounds"][-1]["limit"]
        return part["unit"][(part["weight"] > 0) & (self.noise.log_likelihood(record, part["successes"]) >= limit)]

    def fresh(self, name: str, unit: np.ndarray, root: int) -> dict[str, np.ndarray]:
        """Return successes of fresh runs of some draws of a posterior of the record, and which are usable."""

        def make() -> dict[str, np.ndarray]:
            picked = np.random.default_rng(8).permutation(unit)[: 2 * self.size["kept"]]
            return dict(zip(("successes", "usable"), self.simulator(root)(picked), strict=True))

        return self.kept.part(f"fresh_{name}", make)

    def _once(self, kind: str) -> dict[str, np.ndarray]:
        of: dict[str, Any] = {"observation": self.noise, "seed": 1}
        trained = learned.train(self.rest, **of) if kind == "light" else neural.train(self.rest, epochs=self.size["epochs"], **of)
        return {"kept": trained.sample(self.record, 2000, seed=3), "draws": draws_for(trained, self.records, self.size["draws"], seed=2)}

    def _particles(self) -> dict[str, np.ndarray]:
        run, settings = self.simulator(ROOT + 400), dict(self.size["particles"])
        moves = settings.pop("settling")
        near = closing_in(self.rest, self.record, run, observation=self.noise, seed=7, **settings)
        told = settled(near, self.record, run, particles=settings["particles"], moves=moves, observation=self.noise, seed=8)
        about = {"levels": [dataclasses.asdict(one) for one in told.levels], "runs": sum(one.runs for one in told.levels)}
        return {"kept": told.pairs.unit, "successes": told.pairs.successes, "about": np.array(json.dumps(about))}

    def _answered(self, record: np.ndarray, settings: Settings, root: int) -> dict[str, np.ndarray]:
        told = sequential(self.rest, record, self.simulator(root), settings, observation=self.noise, seed=root)
        about: dict[str, Any] = {"runs": told.runs, "rounds": [dataclasses.asdict(one) for one in told.rounds]}
        about["levels"] = [dataclasses.asdict(one) for one in told.settled.levels]
        return {
            **{name: np.asarray(getattr(told.weighed, name)) for name in ("unit", "successes", "weight", "usable", "effective")},
            "settled": told.settled.pairs.unit,
            "about": np.array(json.dumps(about)),
        }


def collected(folder: pathlib.Path, parts: Parts, *, as_it_is: bool = False) -> None:
    """Make what is missing and write the tables, anew after every synthetic record; or leave out the synthetic records that are not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    size, noise, once = parts.size, parts.noise, [name for name in ("light", "neural") if name in parts.names()]
    both = zip((noise.size, 20.0), parts.misfit["likelihood"], strict=True)
    log: dict[str, Any] = {
        "version": __version__, "law": law_fingerprint(), "usable": f"{len(parts.pairs)} of {size['runs']}", "size": noise.size,
        "log_likelihood_of_the_defaults": {f"{size:.3g}": round(float(value), 1) for size, value in both},
        "settings": {key: dataclasses.asdict(value) if isinstance(value, Settings) else value for key, value in size.items()},
    }  # fmt: skip
    if INSTALLED:
        log["libraries"] = {name: importlib.metadata.version(name) for name in ("torch", "sbi", "numpy")}
    else:
        log["left_out"] = "neural and sequential: torch and sbi are not installed"
    judged = {kind: (parts.truths, parts.part(kind)["draws"]) for kind in once}
    given = {kind: parts.part(kind)["kept"] for kind in once}
    if INSTALLED:
        last = parts.part("record")
        given |= {"sequential": last["unit"], "accepted": parts.accepted(last, parts.record)}
        log["sequential"] = _about(last)
    if not as_it_is or parts.kept.has("particles"):
        given["particles"] = parts.part("particles")["kept"]
        log["particles"] = _about(parts.part("particles"))
    fresh = {name: parts.fresh(name, unit, ROOT + 500 + i) for i, (name, unit) in enumerate(given.items())}
    log["record"] = answers(folder, given, fresh, parts.space, parts.record, parts.years, noise)
    if INSTALLED:
        write_draws_of(folder, TABLES, given["accepted"], parts.space, noise, size["kept"], {**log, "root": ROOT})
    if not as_it_is:
        write_judged(folder, judged, parts.pairs, log)
    many: list[dict[str, np.ndarray]] = []
    done: list[int] = []
    numbered = list(enumerate(name for name in parts.names() if name.startswith("synthetic")))
    if as_it_is:
        numbered = [(number, name) for number, name in numbered if parts.kept.has(name)]
    for number, name in numbered:
        many.append(parts.part(name))
        done.append(number)
        if len(many) > 1 and (len(many) == len(numbered) or not as_it_is):
            some, rng = parts.truths[done], np.random.default_rng(5)
            judged["sequential"] = (some, np.stack([part["unit"][: size["draws"]] for part in many]))
            near = [parts.accepted(part, parts.records[i]) for i, part in zip(done, many, strict=True)]
            judged["accepted"] = (some, np.stack([rng.choice(one, size["draws"]) for one in near]))
            judged["particles"] = (some, np.stack([rng.permutation(part["settled"])[: size["draws"]] for part in many]))
            write_judged(folder, judged, parts.pairs, {**log, "synthetic": [_about(part) for part in many]})


def _about(part: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return what is told of one part."""
    told: dict[str, Any] = {"seconds": int(part["seconds"])}
    if "weight" in part:
        told |= {"draws": len(part["unit"]), "usable": round(float(part["usable"]), 3), "effective": round(float(part["effective"]), 1)}
    return told | json.loads(str(part["about"]))


def main() -> None:
    """Read the command line."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", nargs="?", type=pathlib.Path, default=TABLES)
    reader.add_argument("--quick", action="store_true")
    reader.add_argument("--kept", type=pathlib.Path)
    reader.add_argument("--part", nargs="+", default=[], help="make these parts only, and write no table")
    reader.add_argument("--as-it-is", action="store_true", help="write the tables without the synthetic records that are not kept")
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
