"""The tables of ``measure_posteriors.py``: what posteriors say of the record, how often they cover, and the draws that are shipped."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.inference import (
    NegativeBinomial,
    Pairs,
    band_coverage,
    bands,
    calibration,
    coverage,
    predicted,
    recovery,
)
from defection.country import load
from defection.draws import SHIPPED, write_draws


def answers(
    folder: pathlib.Path,
    given: dict[str, np.ndarray],
    fresh: dict[str, dict[str, np.ndarray]],
    space: Space,
    record: np.ndarray,
    years: list[int],
    noise: NegativeBinomial,
) -> dict[str, Any]:
    """Write quantiles of the parameters and bands of fresh runs for each posterior of the record; return their shares."""
    quantiles, ribbons, log = [], [], {}
    for name, unit in given.items():
        table = space.table(np.clip(unit, 0, np.nextafter(1, 0)))[space.names]
        told = table.quantile([0.05, 0.5, 0.95]).T.set_axis(["low", "median", "high"], axis=1)
        quantiles.append(told.rename_axis("parameter").reset_index().assign(posterior=name))
        successes, usable = fresh[name]["successes"], fresh[name]["usable"]
        log[name] = {
            "draws": len(unit),
            "runs": len(usable),
            "usable": round(float(usable.mean()), 3),
        }
        if usable.any():
            of = {
                "runs": successes[usable],
                "counts": predicted(successes[usable], observation=noise, seed=6),
            }
            for kind, counts in of.items():
                ribbon = bands(counts, years, record)
                log[name][f"years_inside_{kind}"] = {
                    f"{level:.0%}": round(share * len(years))
                    for level, share in band_coverage(ribbon).items()
                }
                ribbons.append(ribbon.assign(posterior=name, of=kind))
    pd.concat(quantiles).to_csv(folder / "quantiles.csv", index=False, float_format="%.4g")
    pd.concat(ribbons).to_csv(folder / "predictive.csv", index=False, float_format="%.4g")
    return log


def write_judged(
    folder: pathlib.Path,
    judged: dict[str, tuple[np.ndarray, np.ndarray]],
    pairs: Pairs,
    log: dict[str, Any],
) -> None:
    """Write coverage, recovery and calibration of posteriors, given truths [n, d] and draws [n, draws, d] of each, and what was done."""
    tables: dict[str, list[pd.DataFrame]] = {"coverage": [], "recovery": [], "calibration": []}
    for name, (truths, draws) in judged.items():
        tables["coverage"].append(coverage(pairs.names, truths, draws).assign(posterior=name))
        tables["recovery"].append(
            recovery(pairs.names, truths, draws, prior=pairs.unit).assign(posterior=name)
        )
        if len(truths) >= 20:
            tables["calibration"].append(
                calibration(pairs.names, truths, draws).assign(posterior=name)
            )
    for name, found in tables.items():
        if found:
            pd.concat(found, ignore_index=True).to_csv(
                folder / f"{name}.csv", index=False, float_format="%.4g"
            )
    (folder / "measured.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")


def write_draws_of(
    folder: pathlib.Path,
    tables: pathlib.Path,
    draws: np.ndarray,
    space: Space,
    noise: NegativeBinomial,
    count: int,
    log: dict[str, Any],
) -> None:
    """Write draws, equally weighted, with all that repeats them; into the package only where the tables are the shipped ones."""
    unit = np.random.default_rng(9).permutation(draws)[:count]
    korea = load("north_korea")
    manifest = {
        "posterior": "particles of two seeds",
        "distinct": len(np.unique(unit, axis=0)),
        "country": {"name": "north_korea", "fingerprint": korea.fingerprint},
        "record": {year: successes for year, successes, _ in korea.observed},
        "observation": {"law": "negative binomial", "size": noise.size, "floor": noise.floor},
        "space": {one.name: [one.low, one.high] for one in space.varied if hasattr(one, "low")},
        "logarithmic": [one.name for one in space.varied if getattr(one, "log", False)],
        "script": "scripts/measure_posteriors.py",
        **log,
    }
    rows = space.table(np.clip(unit, 0, np.nextafter(1, 0))).to_dict("records")
    write_draws(
        rows,
        space.names,
        SHIPPED if folder == tables else folder / "draws",
        "north_korea",
        manifest,
    )
