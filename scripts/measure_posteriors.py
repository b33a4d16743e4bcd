"""Measure the posteriors: calibration, coverage, recovery, the posterior given the record; tables go into ``docs/posterior/``.

``python scripts/measure_posteriors.py [FOLDER] [--quick] [--runs RUNS.npz]``; one core, about half an hour (--quick: a minute or two, for
a look). The runs from the whole space, a quarter of a million, are kept in RUNS.npz where it is named, and read from there next time. Without
the extra ``posterior`` only the light posterior is measured, and the tables say so.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pathlib
import time
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from defection import __version__
from defection.batch_runs.designs import Space
from defection.batch_runs.importance.runs import run_points
from defection.batch_runs.posteriors import (
    NegativeBinomial,
    Pairs,
    PosteriorError,
    band_coverage,
    bands,
    calibration,
    coverage,
    draws_for,
    learned,
    neural,
    predicted,
    recovery,
    synthetic,
    write_draws,
)
from defection.batch_runs.posteriors.pairs import usable_runs
from defection.country import load

ROOT = 2017
HOME = pathlib.Path(__file__).resolve().parent.parent
TABLES, DRAWS = HOME / "docs" / "posterior", HOME / "batch_runs" / "posteriors" / "data"
FULL = {"runs": 2**18, "records": 300, "draws": 500, "sequential": 10, "rounds": 2, "per_round": 500, "epochs": 100, "kept": 200}
QUICK = {"runs": 2**15, "records": 40, "draws": 100, "sequential": 1, "rounds": 1, "per_round": 200, "epochs": 10, "kept": 20}
NOISE = NegativeBinomial()
INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "sbi"))
BATCH = 8192


def pairs_of(space: Space, count: int, kept: pathlib.Path | None) -> Pairs:
    """Return the usable runs of a Sobol' sample of the whole space."""
    if kept and kept.exists():
        with np.load(kept) as file:
            return Pairs(tuple(space.names), file["unit"], file["successes"])
    unit, found = qmc.Sobol(len(space.names), seed=99).random(count), []
    for number in range(-(-count // BATCH)):
        try:
            found.append(Pairs.of(run_points(space.table(unit[number * BATCH : (number + 1) * BATCH]), root=99 + number), space))
        except PosteriorError:
            continue
    pairs = found[0]
    for other in found[1:]:
        pairs = pairs.joined(other)
    if kept:
        np.savez(kept, unit=pairs.unit, successes=pairs.successes)
    return pairs


def simulator(space: Space, root: int) -> neural.Simulate:
    """Return a function that runs positions of the unit cube, every call with other seeds."""
    calls = iter(range(1_000_000))

    def simulate(unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        runs = run_points(space.table(np.clip(unit, 0, np.nextafter(1, 0))), root=root * 1000 + next(calls))
        told = runs[[name for name in runs.columns if name.startswith("successes_")]].to_numpy(float)
        return told, usable_runs(told, runs["stopped_early"].to_numpy(bool))

    return simulate


def judged(name: str, truths: np.ndarray, draws: np.ndarray, prior: np.ndarray, names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Return the tables of one posterior."""
    tables = {"coverage": coverage(names, truths, draws), "recovery": recovery(names, truths, draws, prior=prior)}
    if len(truths) >= 20:
        tables["calibration"] = calibration(names, truths, draws)
    return {key: table.assign(posterior=name) for key, table in tables.items()}


def main(folder: pathlib.Path, size: dict[str, int], kept: pathlib.Path | None) -> None:
    """Measure everything; each table is written as soon as it is known."""
    folder.mkdir(parents=True, exist_ok=True)
    space, begun, log = Space.of(vary="all"), time.monotonic(), {}
    pairs = pairs_of(space, size["runs"], kept)
    truths, records, rows = synthetic(pairs, size["records"], observation=NOISE, seed=1)
    rest = pairs.part(np.delete(np.arange(len(pairs)), rows))
    log["settings"] = size
    log["usable"] = f"{len(pairs)} of {size['runs']}"
    trained: dict[str, Any] = {"light": learned.train(rest, observation=NOISE, seed=1)}
    if INSTALLED:
        trained["neural"] = neural.train(rest, observation=NOISE, seed=1, epochs=size["epochs"])
    log["seconds_trained_once"] = round(time.monotonic() - begun)
    results = [
        judged(name, truths, draws_for(one, records, size["draws"], seed=2), pairs.unit, pairs.names) for name, one in trained.items()
    ]
    _write(folder, results, log)
    korea = load("north_korea")
    record, years = np.array([count for _, count, _ in korea.record], float), [year for year, _, _ in korea.record]
    answers = {name: one.sample(record, 10 * size["kept"], seed=3) for name, one in trained.items()}
    if INSTALLED:
        settings = {"observation": NOISE, "epochs": size["epochs"]}
        often = {"rounds": size["rounds"], "per_round": size["per_round"]}
        closer = {name: 2 * number for name, number in often.items()}
        begun = time.monotonic()
        last, of = neural.train_in_rounds(rest, record, simulator(space, ROOT), seed=4, **settings, **closer)
        answers["sequential"] = last.sample(record, 10 * size["kept"], seed=3)
        log["seconds_sequential"], log["pairs_sequential"] = round(time.monotonic() - begun), len(of)
    _write_answers(folder, answers, space, record, years, size["kept"], log)
    if INSTALLED:
        told = []
        for i in range(size["sequential"]):
            run = simulator(space, ROOT + 1 + i)
            last, _ = neural.train_in_rounds(rest, records[i], run, seed=100 + i, **settings, **often)
            told.append(last.sample(records[i], size["draws"], seed=5))
            if len(told) > 1:
                sequential = judged("sequential", truths[: len(told)], np.stack(told), pairs.unit, pairs.names)
                _write(folder, [*results, sequential], {**log, "sequential_records": len(told)})


def _write(folder: pathlib.Path, results: list[dict[str, pd.DataFrame]], log: dict[str, Any]) -> None:
    for key in ("coverage", "calibration", "recovery"):
        tables = [told[key] for told in results if key in told]
        if tables:
            pd.concat(tables, ignore_index=True).to_csv(folder / f"{key}.csv", index=False, float_format="%.4g")
    missing = {} if INSTALLED else {"left_out": "neural and sequential: torch and sbi are not installed"}
    (folder / "measured.json").write_text(json.dumps({"version": __version__, **log, **missing}, indent=1) + "\n", encoding="utf-8")


def _write_answers(
    folder: pathlib.Path,
    answers: dict[str, np.ndarray],
    space: Space,
    record: np.ndarray,
    years: list[int],
    kept: int,
    log: dict[str, Any],
) -> None:
    """Write what each posterior says of the record: quantiles, predictions of fresh runs, and the accepted draws."""
    quantiles, ribbons = [], []
    for number, (name, unit) in enumerate(answers.items()):
        table = space.table(np.clip(unit, 0, np.nextafter(1, 0)))
        told = table[space.names].quantile([0.05, 0.5, 0.95]).T.set_axis(["low", "median", "high"], axis=1)
        quantiles.append(told.rename_axis("parameter").reset_index().assign(posterior=name))
        runs = run_points(table[: 2 * kept], root=ROOT + 500 + number)
        successes = runs[[f"successes_{year}" for year in years]].to_numpy(float)
        usable = usable_runs(successes, runs["stopped_early"].to_numpy(bool))
        log[f"usable_share_{name}"] = round(float(usable.mean()), 3)
        if usable.any():
            ribbon = bands(predicted(successes[usable], observation=NOISE, seed=6), years, record)
            log[f"predictive_coverage_{name}"] = band_coverage(ribbon)
            ribbons.append(ribbon.assign(posterior=name))
    pd.concat(quantiles).to_csv(folder / "quantiles.csv", index=False, float_format="%.4g")
    pd.concat(ribbons).to_csv(folder / "predictive.csv", index=False, float_format="%.4g")
    last = list(answers)[-1]
    write_draws(
        space.table(np.clip(answers[last][:kept], 0, np.nextafter(1, 0))),
        DRAWS if folder == TABLES else folder / "draws",
        "north_korea",
        {
            "version": __version__,
            "posterior": last,
            "country": {"name": "north_korea", "fingerprint": load("north_korea").fingerprint},
            "record": "successes of Table 1, with 2,028 in 2006",
            "observation": {"law": "negative binomial", "size": NOISE.size, "floor": NOISE.floor},
            "space": {one.name: [one.low, one.high] for one in space.varied if hasattr(one, "low")},
            "script": "scripts/measure_posteriors.py",
            "root": ROOT,
            **log,
        },
    )


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", nargs="?", type=pathlib.Path, default=TABLES)
    reader.add_argument("--quick", action="store_true")
    reader.add_argument("--runs", type=pathlib.Path)
    asked = reader.parse_args()
    main(asked.folder, QUICK if asked.quick else FULL, asked.runs)
