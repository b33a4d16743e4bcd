"""Many runs of one scenario: how far they lie apart, beside what was observed."""

import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs import run_ensemble
from defection.batch_runs.outcomes import YearlyCounts, observed_flow
from defection.checks import counted
from defection.country import load
from defection.scenario import Scenario
from defection.views.app import flows
from defection.views.colours import BAND, MIDDLE, OBSERVED
from defection.views.figures.run import observed_label, spans_of

Report = Callable[[int, int], object]

TITLES = {"successes": "Successful defections", "arrivals": "Arrivals in the South"}
"""What is compared with the observed arrivals."""

LEVELS = (0.05, 0.5, 0.95)
"""Quantiles over the runs: the band, and the line in it."""


def nothing(_done: int, _total: int) -> None:
    """Report to nobody."""


ONE_AT_A_TIME = threading.Lock()
"""Sessions take turns: an ensemble uses all cores."""


def ensemble(scenarios: list[Scenario], runs: int, report: Report, *record: str) -> Any:
    """Run each scenario on so many seeds, the first one's and the next; A's runs, then B's.

    ``report(done, total)`` is called as it goes on, also while others have their turn; what it
    raises ends the work.
    """
    first, total = scenarios[0], runs * len(scenarios)
    while not ONE_AT_A_TIME.acquire(timeout=0.2):
        report(0, total)
    try:
        return run_ensemble(
            [scenario.parameters for scenario in scenarios for _ in range(runs)],
            [first.seed + number for number in range(runs)] * len(scenarios),
            country=first.country, weeks=first.weeks, record=record, progress=report,
        )  # fmt: skip
    finally:
        ONE_AT_A_TIME.release()


def scenario_text(scenario: Scenario) -> str:
    """Return the preset that a scenario is, or what it changes of the nearest one."""
    country = load(scenario.country)
    name, changes = country.nearest_preset(scenario.parameters)
    if country.preset is not None and country.preset.name == name:
        name = ""
    said = ", ".join(f"{one} = {value}" for one, value in changes.items())
    if not said:
        return f"the preset {name}" if name else "all parameters at their defaults"
    return f"{said} (else the preset {name})" if name else said


def seeds_text(seed: int, runs: int) -> str:
    """Return the seeds of so many runs."""
    return f"seed {seed}" if runs == 1 else f"seeds {seed} to {seed + runs - 1}"


def fan(scenario: Scenario, runs: int, report: Report = nothing) -> dict[str, Any]:
    """Run a scenario on many seeds, its own first; return sentences, table, chart and file.

    ``report`` is called with runs done, and runs. Plain data: ``scenario`` and ``text`` (strings),
    ``rows`` (year, runs that completed it, quantiles of their successes, or of their arrivals where
    these are compared, and what was observed), ``chart`` and ``chunk`` for the browser, ``csv`` (a
    row a run) and its ``file`` name. A run counts in the years that it completed.
    """
    country = load(scenario.country)
    more = ["journey"] if scenario.parameters.journey == "on" else []
    data = ensemble([scenario], runs, report, "yearly", *more)
    flow, stopped = observed_flow(data), data["stopped_early"].to_numpy()
    counts = YearlyCounts.from_ensemble(data, flow=flow)
    whole = counts.whole_years
    known = {year: number for year, number, _ in country.observed}
    rows: list[list[Any]] = []
    for y, year in enumerate(counts.years.tolist()):
        of_runs = whole[counts.complete[:, y], y]
        quantiles = np.quantile(of_runs, LEVELS).round(1).tolist() if of_runs.size else [None] * 3
        rows.append([year, of_runs.size, *quantiles, known.get(year)])
    series = [
        flows.line("from", BAND, hidden=True),
        flows.line("90 % of the runs", BAND, area=True),
        flows.line("median of the runs", MIDDLE, width=2),
        flows.line(observed_label(known), OBSERVED, symbol=True),
    ]
    done = [row for row in rows if row[1]]
    low, median, high = (np.array([row[i] for row in done]) for i in (2, 3, 4))
    chunk = flows.chunk("1", 0, country.years[0] + 0.5, 1, [low, high - low, median])
    chunk["columns"].append([row[5] for row in rows])
    shown = [value for row in rows for value in row[2:] if value is not None]
    ends = axis(0.0, float(max([1.0, *shown])))  # the browser scales by lines, not by a band
    title = f"{TITLES[flow]} per year, many runs"
    return {
        "scenario": scenario_text(scenario),
        "seed": str(scenario.seed),
        "text": f"{counted(runs, 'run')}, {seeds_text(scenario.seed, runs)}. "
        + " ".join([_stopped(stopped, data["weeks_run"].to_numpy(), country), _inside(rows)]),
        "rows": rows,
        "chart": yearly_chart(title, series, scenario, **ends),
        "chunk": chunk,
        "csv": _csv(counts, data, flow),
        "file": f"fan-seed-{scenario.seed}-{runs}-runs.csv",
    }


def axis(low: float, high: float) -> dict[str, float]:
    """Return an axis that holds these values and 0: its ends, and the step of its labels.

    For -120 and 2,650 they are -500 and 3,000 in steps of 500.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    rough = (high - low) / 5 or 0.2
    ten = 10.0 ** math.floor(math.log10(rough))
    step = ten * min((1, 2, 5, 10), key=lambda times: abs(times - rough / ten))
    bottom, top = step * math.floor(low / step), step * math.ceil(high / step) or step
    return {"bottom": bottom, "top": top, "step": step}


def yearly_chart(
    title: str, series: list[flows.Data], scenario: Scenario, **more: Any
) -> flows.Data:
    """Describe a chart of people per year, with the famine years of a scenario."""
    country = load(scenario.country)
    famine = spans_of(country.famine(scenario.parameters.famine_years).tolist(), country.years[0])
    span = country.years[0], country.years[-1] + 1
    more = {"table": "", **more}  # the panels have tables of their own, which say more
    return flows.chart(title, "people per year", series, famine, span, now=False, **more)


def _stopped(stopped: np.ndarray, weeks: np.ndarray, country: Any) -> str:
    if not stopped.any():
        return "No run stopped early." if stopped.size > 1 else "It did not stop early."
    first = country.year_of(int(weeks[stopped].min()) - 1)
    return (
        f"{stopped.sum():,} stopped early, the first in {first}: they count in no year that they "
        "did not complete."
    )


def _inside(rows: list[list[Any]]) -> str:
    compared = [row for row in rows if row[5] is not None and row[1]]
    if not compared:
        return "There is no year with an observed number to compare with."
    if max(row[1] for row in compared) < 2:
        return "One run is no distribution: take more."
    inside = sum(row[2] <= row[5] <= row[4] for row in compared)
    return (
        f"What was observed lies between their 5 % and 95 % quantiles in {inside} of "
        f"{len(compared)} years."
    )


def _csv(counts: YearlyCounts, data: Any, flow: str) -> str:
    """Return a row a run: seed, weeks run, whether it stopped early, a flow of whole years."""
    table = pd.DataFrame(
        {name: data[name].to_numpy() for name in ("seed", "weeks_run", "stopped_early")}
    )
    years = pd.DataFrame(counts.whole_years, columns=[f"{flow}_{y}" for y in counts.years])
    years = years.astype("Int64") if flow == "successes" else years.round(3)  # expected people
    return pd.concat([table, years], axis=1).to_csv(index=False)
