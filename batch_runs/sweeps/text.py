"""What a sweep says, as lines to print."""

from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.outcomes import by_point, checked_outcome, unit, words
from defection.batch_runs.store.results import SweepResults
from defection.checks import counted, formatted

LEVELS = {
    "smallest": 0.0, "5 %": 0.05, "25 %": 0.25, "median": 0.5, "75 %": 0.75, "95 %": 0.95,
    "largest": 1.0,
}  # fmt: skip
"""Quantiles over points that are shown."""


def text(results: SweepResults, outcome: str = "total_successes") -> str:
    """Return how far a sweep is, what varies, the outcome over points, and what to beware of."""
    checked_outcome(results, outcome)
    lines = [heading(results), progress(results), "", "What varies:"]
    lines += [f"  {name:<24} {said}" for name, said in varying(results).items()]
    table = by_point(results, outcome)
    means = table.loc[table["runs"] > 0, "mean"].to_numpy()
    if means.size:
        what = f"{words(outcome)[:1].upper()}{words(outcome)[1:]} ({unit(outcome)})"
        quantiles = np.quantile(means, list(LEVELS.values()))
        stopped, silent = shares(results)
        lines += [
            "",
            f"{what}, mean of each point, over {points(means.size)}:",
            "  " + "".join(f"{name:>13}" for name in LEVELS),
            "  " + "".join(f"{number(value):>13}" for value in quantiles),
            f"{100 * stopped:.1f} % of the runs stopped early, {100 * silent:.1f} % are without "
            "any attempt.",
        ]
    return "\n".join(lines + [f"Note: {caution}" for caution in cautions(results)])


def heading(results: SweepResults) -> str:
    """Return the design in a line."""
    plan = results.plan
    return (
        f"{results.path}: {results.kind} design, {points(plan.points)} x {plan.replicates:,} "
        f"replicates, {plan.about['country']}"
    )


def progress(results: SweepResults) -> str:
    """Return in a line how many runs are planned, done, failed and missing."""
    counts = results.counts()
    return (
        f"{counts['planned']:,} runs planned: {counts['done']:,} done, {counts['failed']:,} "
        f"failed, {counts['missing']:,} missing."
    )


def varying(results: SweepResults) -> dict[str, str]:
    """Return what the plan says of every parameter that varies: its list, or range and scale."""
    said, table = results.stated, results.points()
    return {name: _values(said[name], table[name]) for name in results.varied}


def _values(stated: Any, values: pd.Series) -> str:
    if isinstance(stated, dict):
        scale = ", log scale" if stated["scale"] == "log" else ""
        return f"{stated['low']:g} to {stated['high']:g}{scale}"
    distinct = list(dict.fromkeys(stated if isinstance(stated, list) else values.tolist()))
    if len(distinct) > 12:
        ends = "" if isinstance(distinct[0], str) else f", {values.min():g} to {values.max():g}"
        return f"{len(distinct):,} values{ends}"
    return ", ".join(one if isinstance(one, str) else f"{one:g}" for one in distinct)


def shares(results: SweepResults) -> tuple[float, float]:
    """Return the shares of the runs done that stopped early, and that are without any attempt."""
    runs = stopped = silent = 0
    for batch in results.batches(["status", "stopped_early", "total_attempts"]):
        good = batch[batch["status"] == "done"]
        runs += len(good)
        stopped += int(good["stopped_early"].astype(bool).sum())
        silent += int((good["total_attempts"] == 0).sum())
    return (stopped / runs, silent / runs) if runs else (np.nan, np.nan)


def cautions(results: SweepResults) -> list[str]:
    """Return, in sentences, what should be known before these results are trusted."""
    counts, said = results.counts(), []
    if counts["missing"]:
        said.append(
            f"{counts['missing']:,} of {counts['planned']:,} runs are missing; to go on: defection "
            f"sweep --out {results.path}"
        )
    if counts["failed"]:
        said.append(
            f"{counts['failed']:,} runs failed and are left out (their errors are in the column "
            "error); to try again: --retry-failed"
        )
    if results.damaged:
        names = ", ".join(file.name for file in results.damaged[:3])
        names += " ..." if len(results.damaged) > 3 else ""
        said.append(
            f"damaged files, left out: {len(results.damaged):,} ({names}); going on with the sweep "
            "does their runs again"
        )
    if results.plan.replicates == 1:
        said.append(
            "one replicate of each point: chance and the effect of the parameters cannot be told "
            "apart"
        )
    stopped = shares(results)[0] if counts["done"] else 0.0
    if stopped > 0:
        said.append(
            f"the totals of the {100 * stopped:.1f} % of runs that stopped early (stop_threshold) "
            "cover fewer weeks than the others"
        )
    if not results.is_current:
        said.append(
            "the model's law or the country's data have changed since this sweep was planned: it "
            "cannot be gone on with or replayed"
        )
    if results.invented:
        said.append(f"invented, not data: {results.invented.rstrip('.')}")
    return said


def points(count: int) -> str:
    """Return ``1 point`` or ``n points``."""
    return counted(count, "point")


def number(value: float) -> str:
    """Return a number in few digits: 12,345 or 0.25; a dash for none."""
    return formatted(value, "-")
