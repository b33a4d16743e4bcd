"""What Table 1 leaves possible, and whether such answers can be trusted.

A full measurement takes some five hours of one core. The draws are shipped by hand: copy ``draws``
of the working folder to ``model/data/draws``.
"""

import functools
import pathlib
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs.axes import Range
from defection.batch_runs.inference.calibration import calibration, coverage, recovery
from defection.batch_runs.inference.predictive import band_coverage, bands, predicted
from defection.batch_runs.inference.simulation import POINTS
from defection.country import load
from defection.draws import write_draws
from defection.replication import drawing
from defection.replication.markdown import four_digits, interval, shown, table
from defection.replication.posterior_parts import FULL, QUICK, ROOT, Measurement
from defection.replication.result import Result, Tables
from defection.views.figures.figure import Figure as Drawing

CHOSEN = "particles"
"""The posterior whose draws are shipped."""
TITLE = "What the posterior given Table 1 expects"


def compute(runs: Any) -> Tables:
    """Measure the posteriors given Table 1, and judge them on synthetic counts."""
    size = QUICK if runs.quick else FULL
    with tempfile.TemporaryDirectory() as unkept:
        folder = pathlib.Path(unkept) if runs.work is None else runs.work / "posterior"
        return tables_of(Measurement(size, folder, runs.threads))


def tables_of(parts: Measurement) -> Tables:
    """Return all tables, and write the draws into the working folder."""
    size, names = parts.size, parts.pairs.names
    light = parts.light()
    seeds = {"Table 1": ROOT, "Table 1, another seed": ROOT - 1}
    observed = {
        name: parts.particles(f"particles_{seed}", parts.observed, seed)
        for name, seed in seeds.items()
    }
    judged = {
        f"synthetic {i}": parts.particles(f"particles_{i:03d}", parts.counts[i], ROOT + 1 + i)
        for i in range(size["synthetic"])
    }
    one, other = (part["kept"] for part in observed.values())
    posteriors = {"light": light["kept"], CHOSEN: np.concatenate([one, other])}
    quantiles, predictive, fit = _about_table_1(parts, posteriors)
    rng = np.random.default_rng(5)
    draws = [rng.permutation(part["kept"])[: size["draws"]] for part in judged.values()]
    truths = {"light": parts.truths, CHOSEN: parts.truths[: size["synthetic"]]}
    both = {"light": light["draws"], CHOSEN: np.stack(draws)}
    recovered = functools.partial(recovery, prior=parts.pairs.unit)
    likelihoods = zip((parts.noise.size, 20.0), parts.misfit["likelihood"], strict=True)
    about = {
        "size": parts.noise.size, "usable": f"{len(parts.pairs)} of {size['runs']}",
        "begun_with": f"{len(parts.many)} of {size['batches'] * POINTS}",
        "log_likelihood_of_the_baseline": {f"{s:.3g}": round(float(v), 1) for s, v in likelihoods},
        "settings": size, "given_table_1": fit,
    }  # fmt: skip
    _write_draws(parts, posteriors[CHOSEN], about)
    rows = [
        {"counts": name} | {key: value.item() for key, value in part.items() if key != "kept"}
        for name, part in (observed | judged).items()
    ]
    return {
        "quantiles": quantiles, "predictive": predictive,
        "coverage": judgement(coverage, names, truths, both),
        "recovery": judgement(recovered, names, truths, both),
        "calibration": judgement(calibration, names, truths, both),
        "particles": pd.DataFrame(rows), "two_seeds": two_seeds(names, one, other),
        "measured.json": about,
    }  # fmt: skip


def judgement(
    how: Callable[..., pd.DataFrame],
    names: tuple[str, ...],
    truths: dict[str, np.ndarray],
    draws: dict[str, np.ndarray],
) -> pd.DataFrame:
    """Return how posteriors do on synthetic counts; truths [n, d] and draws [n, draws, d]."""
    tables = [
        how(names, truths[name], draws[name]).assign(posterior=name)
        for name in truths
        if how is not calibration or len(truths[name]) >= 20
    ]
    return four_digits(pd.concat(tables, ignore_index=True))


def two_seeds(names: tuple[str, ...], one: np.ndarray, other: np.ndarray) -> pd.DataFrame:
    """Return how far two seeds ended from each other: means in sd, and the ratio of sd."""
    sd = np.stack([one.std(axis=0), other.std(axis=0)])
    gap = np.abs(one.mean(axis=0) - other.mean(axis=0)) / sd.mean(axis=0)
    columns = {"means apart, in sd": gap, "ratio of sd": sd[0] / sd[1]}
    return four_digits(pd.DataFrame({"parameter of two seeds": names, **columns}))


def _about_table_1(
    parts: Measurement, posteriors: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Return quantiles of the parameters, bands of fresh runs by year, and how those fit."""
    space, quantiles, ribbons, fit = parts.space, [], [], []
    for name, unit in posteriors.items():
        values = space.table(np.clip(unit, 0, np.nextafter(1, 0)))[space.names]
        three = values.quantile([0.05, 0.5, 0.95]).T.set_axis(["low", "median", "high"], axis=1)
        quantiles.append(three.rename_axis("parameter").reset_index().assign(posterior=name))
        fresh = parts.fresh(name, unit)
        usable = fresh["usable"]
        row: dict[str, Any] = {"given Table 1": name, "draws": len(unit), "fresh runs": len(usable)}
        row["share usable"] = float(usable.mean())
        successes = fresh["successes"][usable]
        counts = predicted(successes, observation=parts.noise, seed=6)
        for kind, each in (("runs", successes), ("counts", counts)) if usable.any() else ():
            ribbon = bands(each, parts.years, parts.observed)
            inside = band_coverage(ribbon)[0.9] * len(parts.years)
            row[f"years inside 90 % of {kind}"] = round(inside)
            ribbons.append(ribbon.assign(posterior=name, kind=kind))
        fit.append(row)
    return four_digits(pd.concat(quantiles)), four_digits(pd.concat(ribbons)), fit


def _write_draws(parts: Measurement, draws: np.ndarray, about: dict[str, Any]) -> None:
    """Write draws, equally weighted, with all that repeats them, into the working folder."""
    unit = np.random.default_rng(9).permutation(draws)[: parts.size["kept"]]
    korea, varied = load("north_korea"), parts.space.varied
    manifest = {
        "posterior": "particles of two seeds",
        "distinct": len(np.unique(unit, axis=0)),
        "country": {"name": "north_korea", "fingerprint": korea.fingerprint},
        "observed": {year: successes for year, successes, _ in korea.observed},
        "observation": {
            "law": "negative binomial", "size": parts.noise.size, "floor": parts.noise.floor,
        },
        "space": {one.name: [one.low, one.high] for one in varied if isinstance(one, Range)},
        "logarithmic": [one.name for one in varied if isinstance(one, Range) and one.log],
        **about,
        "root": ROOT,
    }  # fmt: skip
    rows = parts.space.table(np.clip(unit, 0, np.nextafter(1, 0))).to_dict("records")
    write_draws(rows, parts.space.names, parts.folder / "draws", "north_korea", manifest)


def text(tables: Tables) -> str:
    """Return the figures of ``docs/posterior.md``."""
    about = tables["measured.json"]
    likelihoods = ", ".join(
        f"{value} with the size {size}"
        for size, value in about["log_likelihood_of_the_baseline"].items()
    )
    return "\n\n".join((
        f"**The size**: {about['size']:g}, the likeliest around the median of 200 runs of the "
        "baseline. Mean log likelihood of Table 1 given one of these runs: "
        f"{likelihoods}. Usable runs of the sample of the whole space for the light posterior: "
        f"{about['usable']} points; of that for particles: {about['begun_with']}.",
        shown(pd.DataFrame(about["given_table_1"])),
        _beside(
            tables["quantiles"], "median (5 %, 95 %)",
            "{median:.3g} ({low:.3g}, {high:.3g})",
        ),
        _took(tables["particles"]),
        shown(tables["two_seeds"]),
        _coverage(tables["coverage"], tables["calibration"]),
        _beside(
            tables["recovery"], "error, shrinkage, 90 % cover",
            "{error:.2f}, {shrinkage:.2f}, {covered:.2f}",
        ),
    ))  # fmt: skip


def _beside(frame: pd.DataFrame, head: str, form: str) -> str:
    """Return a row per parameter and a column per posterior."""
    cells = frame.assign(cell=[form.format(**row) for row in frame.to_dict("records")])
    rows = [[f"`{name}`", *part["cell"]] for name, part in cells.groupby("parameter", sort=False)]
    return table([head, *frame["posterior"].unique()], rows)


def _took(frame: pd.DataFrame) -> str:
    one = frame["counts"].str.startswith("Table 1")
    groups = [(name, frame[frame["counts"] == name]) for name in frame.loc[one, "counts"]]
    groups += [(f"{(~one).sum()} synthetic counts", frame[~one])]
    forms = {"runs": ",.0f", "seconds": ",.0f", "first_power": ".2g", "levels": ".0f",
             "accepted": ".0%", "ancestors": ".0f"}  # fmt: skip
    rows = [
        [name, *(interval(part[column], form) for column, form in forms.items())]
        for name, part in groups
    ]
    head = ["particles given", "runs", "seconds", "first power", "levels to the posterior"]
    return table([*head, "moves accepted in the last", "ancestors left"], rows)


def _coverage(frame: pd.DataFrame, curves: pd.DataFrame) -> str:
    rows = []
    for name, part in frame.groupby("posterior", sort=False):
        half, most = (part[part["level"] == level].set_index("parameter") for level in (0.5, 0.9))
        own, every = most.drop(index="all")["covered"], most.loc["all"]
        inside = curves[curves["posterior"] == name]["inside"]
        rows.append(
            (name, f"{every['records']:.0f}", f"{half.loc['all', 'covered']:.3f}",
             f"{every['covered']:.3f} ({every['low']:.3f}, {every['high']:.3f})",
             f"{own.min():.2f} `{own.idxmin()}`", f"{own.max():.2f} `{own.idxmax()}`",
             f"{inside.sum()} of {len(inside)}")
        )  # fmt: skip
    head = ["posterior", "synthetic counts", "50 % intervals cover", "90 % cover, all"]
    return table([*head, "lowest parameter", "highest", "curves inside the band"], rows)


def _draw(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(8, 4.2)
    own = tables["predictive"][tables["predictive"]["posterior"] == CHOSEN]
    for kind, colour in (("counts", "#d9e2ee"), ("runs", "#8fabcc")):
        part = own[own["kind"] == kind]
        low, label = part["low_90"].clip(lower=1), f"90 % of {kind}"
        axis.fill_between(part["year"], low, part["high_90"], color=colour, label=label, lw=0)
    runs = own[own["kind"] == "runs"]
    axis.plot(runs["year"], runs["median"].clip(lower=1), color="#27496d", label="median of runs")
    style: dict[str, Any] = {"color": "#b03a2e", "markersize": 4}
    axis.plot(runs["year"], runs["observed"], "o", label="observed, Table 1", **style)
    axis.set(yscale="log", ylim=(1, 2e4), xlabel="year", ylabel="successes in a year", title=TITLE)
    axis.legend(**drawing.LEGEND, loc="lower right")
    return figure


RESULT = Result(
    name="posterior", title="What Table 1 leaves possible", compute=compute,
    folder="tables/posterior", seconds=18_000, texts={"posterior": text},
    figures=drawing.figures(("posterior", TITLE,
     "Bands that hold 90 % of runs and of counts, and what was observed, by year.", _draw)),
)  # fmt: skip
