"""What the facts of the journey leave possible: a posterior of law and journey together.

It takes some twenty minutes of two cores; parts that a working folder has are not made again.
"""

from __future__ import annotations

import pathlib
import tempfile
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.inference.calibration import coverage
from defection.batch_runs.scores.facts_scores import facts_table
from defection.parameters import JOURNEY_PARAMETERS, Parameters
from defection.replication import journey_posterior_page as page
from defection.replication import kept
from defection.replication.journey_fit import by_year, of_arrivals, of_famine
from defection.replication.journey_posterior_parts import (
    FULL,
    QUICK,
    REGION,
    ROOT,
    Arrays,
    Measurement,
)
from defection.replication.journey_regions import facts_of
from defection.replication.journey_search import seeds_of
from defection.replication.markdown import four_digits
from defection.replication.posterior import two_seeds
from defection.replication.result import Part, Result, Tables
from defection.replication.runs import Runs

DIGITS = 9
"""Significant digits of the draws that are kept."""
LEVELS = (0.5, 0.9)


def compute(runs: Runs) -> Tables:
    """Measure the posterior given the fitted facts, and judge it on synthetic facts."""
    misfit = best_misfit(runs.tables("journey_fit"))
    size = QUICK if runs.quick else FULL
    with tempfile.TemporaryDirectory() as unkept:
        work = pathlib.Path(unkept) if runs.work is None else runs.work / "journey_posterior"
        parts = Measurement(size, work, misfit, runs.threads, runs.log)
        return tables_of(parts, runs.threads)


def best_misfit(tables: Tables) -> float:
    """Return the mean misfit of the best point of the region, among the tables of the fit."""
    scores = tables["journey_scores"]
    own = scores[(scores["region"] == REGION) & (scores["split"] == "rule")]
    return float(own["fitted"].iloc[0])


def tables_of(parts: Measurement, threads: int | None) -> Tables:
    """Return all tables from the long parts."""
    size, names = parts.size, tuple(parts.space.names)
    each = [
        parts.particles(f"particles_{seed}", parts.facts.observed, ROOT + seed, "particles")
        for seed in range(size["seeds"])
    ]
    every = np.concatenate([one["unit"].reshape(-1, len(names)) for one in each])
    unit = np.random.default_rng(ROOT).permutation(every)[: size["kept"]]
    draws = parts.table(unit)
    floats = draws.select_dtypes("float")
    draws = draws.assign(**floats.map(lambda value: float(f"{value:.{DIGITS}g}")))
    fresh = parts.fresh(parts.space.unit(draws).clip(0.0, 1.0))
    values, facts = fresh["values"][fresh["usable"]], facts_of("rule")
    levels = [_levels(one, number) for number, one in enumerate(each)]
    synthetic, covered = _synthetic(parts, every)
    gaps = two_seeds(names, *(one["unit"].reshape(-1, len(names)) for one in each[:2]))
    again = np.mean([_again(one["unit"]) for one in each], axis=0)
    misfits = {use: [float(v) for v in np.quantile(facts.misfit(values, use), [0.05, 0.5, 0.95])]
               for use in ("fit", "check")}  # fmt: skip
    about: dict[str, Any] = {
        "region": REGION, "factor": parts.factor, "misfit_of_the_best_point": parts.misfit,
        "facts_fitted": len(parts.facts.facts), "settings": dict(size), "root": ROOT,
        "first": len(parts.first), "points": size["batches"] * size["points"],
        "distinct": len(np.unique(unit, axis=0)), "draws": len(draws),
        "seconds": [int(one["seconds"]) for one in each], "synthetic": synthetic,
        "usable": float(fresh["usable"].mean()), "misfit": misfits,
        "arrivals": of_arrivals(by_year(facts, values), facts),
        "famine": _famine(draws, threads),
    }  # fmt: skip
    return {
        "journey_posterior_draws": draws,
        "journey_posterior_quantiles": _quantiles(parts, every),
        "journey_posterior_seeds": four_digits(gaps.assign(again=again)),
        "journey_posterior_levels": four_digits(pd.concat(levels, ignore_index=True)),
        "journey_posterior_coverage": covered,
        "journey_posterior_facts": four_digits(facts_table(facts, values).drop(columns="source")),
        "journey_posterior.json": about,
    }


def _levels(one: Arrays, number: int) -> pd.DataFrame:
    columns = ["power", "effective_sample_size", "accepted", "ancestors", "runs"]
    table = pd.DataFrame(one["levels"], columns=columns)
    table.insert(0, "seed", number + 1)
    return table.astype({"ancestors": int, "runs": int})


def _again(unit: np.ndarray) -> np.ndarray:
    """Return the correlation of particles with themselves a repetition later, [d].

    Examples
    --------
    >>> there = np.random.default_rng(1).random((1, 500, 1))
    >>> _again(np.concatenate([there, there])).round(6).tolist()
    [1.0]
    """
    before, after = (part - part.mean(axis=1, keepdims=True) for part in (unit[:-1], unit[1:]))
    power = np.sqrt((before**2).sum(axis=1) * (after**2).sum(axis=1))
    return np.asarray(((before * after).sum(axis=1) / np.maximum(power, 1e-300)).mean(axis=0))


def _quantiles(parts: Measurement, unit: np.ndarray) -> pd.DataFrame:
    """Return quantiles of each parameter, and how much narrower it is than its range."""
    values = parts.table(unit)
    three = values.quantile([0.05, 0.5, 0.95]).T.set_axis(["low", "median", "high"], axis=1)
    wide = np.quantile(unit, 0.95, axis=0) - np.quantile(unit, 0.05, axis=0)
    table = three.rename_axis("parameter").reset_index().assign(of_range=wide / 0.9)
    return four_digits(table)


def _synthetic(parts: Measurement, unit: np.ndarray) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Return what the particles given synthetic facts took, and how often they cover the truth."""
    columns = ["level", "parameter", "records", "covered", "low", "high"]
    if not parts.size["synthetic"]:
        return [], pd.DataFrame(columns=columns)
    truths = parts.truths(unit)
    count = min(parts.size["synthetic"], len(truths["unit"]))
    found = [
        parts.particles(f"synthetic_{i}", truths["observed"][i], ROOT + 100 + i, "judged")
        for i in range(count)
    ]
    draws = np.stack([one["unit"].reshape(-1, unit.shape[1]) for one in found])
    table = coverage(parts.space.names, truths["unit"][:count], draws, levels=LEVELS)
    took = [{"seconds": int(one["seconds"]), "runs": int(one["levels"][:, 4].sum())}
            for one in found]  # fmt: skip
    return took, four_digits(table[columns])


def _famine(draws: pd.DataFrame, threads: int | None) -> dict[str, float]:
    """Return what is left of the famine years' crossings without it, of a pair of runs a draw."""
    law = draws[[name for name in draws.columns if name not in JOURNEY_PARAMETERS]]
    each, seeds = [Parameters(**row) for row in law.to_dict("records")], seeds_of(ROOT, 1, len(law))
    crossings, without = (
        run_ensemble(points, seeds, threads=threads)["yearly_successes"].to_numpy().astype(float)
        for points in (each, [one.replace(famine_years="none") for one in each])
    )
    found = of_famine(crossings, without, facts_of("rule"))
    return {name: float(value) for name, value in found.items()}


def draws() -> tuple[Parameters, ...]:
    """Return the kept draws of the posterior, equally weighted, the journey on.

    Examples
    --------
    >>> found = draws()
    >>> len(found), found[0].journey
    (200, 'on')
    """
    table = kept.Kept().tables(RESULT.name)["journey_posterior_draws"]
    return tuple(Parameters(journey="on", **row) for row in table.to_dict("records"))


def state_of_draws() -> str:
    """Return whether the posterior has converged, as every page says that uses its draws.

    Examples
    --------
    >>> state_of_draws().partition(":")[0]
    'The posterior of law and journey has not converged'
    """
    whole, failing = page.converged(kept.Kept().tables(RESULT.name))
    if whole:
        return "The posterior of law and journey has converged by its rule (docs/journey.md)."
    return (
        f"The posterior of law and journey has not converged: by its rule {len(failing)} "
        "parameters fail (docs/journey.md). Its draws are points that fit; their intervals are "
        "likely too narrow."
    )


RESULT = Result(
    name="journey_posterior", title="What the facts of the journey leave possible",
    compute=compute, folder="found", needs=("journey_fit",),
    parts={"journey_fit": Part(best_misfit)}, journey=True,
    reads=("data/north_korea/journey",), seconds=1200, rule=page.RULE,
    judge=page.judge, texts={"journey-posterior": page.text},
    paper="Not of the paper, which reports one region, found by a search.",
)  # fmt: skip
