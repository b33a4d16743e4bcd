"""Two scenarios on the same random numbers: pairs of runs, and the mean of their differences."""

from typing import Any

import numpy as np
import pandas as pd
import scipy.stats

from defection.checks import counted
from defection.country import WEEKS_PER_YEAR, load
from defection.scenario import Scenario
from defection.views.app import fan, flows
from defection.views.colours import BELIEF, COLOURS, OBSERVED
from defection.views.figures.run import observed_label

A_COLOUR, B_COLOUR, DIFFERENCE_COLOUR = COLOURS[0], COLOURS[6], BELIEF
LEVEL = 0.95
ATTEMPTS, SUCCESSES, ARRIVALS = "attempts", "successes", "arrivals"

Interval = tuple[float, float | None]
"""A mean, and half the width of its 95 % interval; one pair has none."""


def mean_difference(differences: np.ndarray) -> Interval:
    """Return the mean of paired differences and half the width of its interval (Student's t)."""
    pairs = differences.size
    if pairs < 2:
        return float(differences.mean()), None
    error = differences.std(ddof=1) / np.sqrt(pairs)
    return float(differences.mean()), float(scipy.stats.t.ppf((1 + LEVEL) / 2, pairs - 1) * error)


def compare(
    first: Scenario, second: Scenario, pairs: int, report: fan.Report = fan.nothing
) -> dict[str, Any]:
    """Run two scenarios on the same seeds and return their differences as plain data.

    Both are of one country and one number of weeks; the first one's seed is the first of so many
    ``pairs``. ``report`` is called with runs done, and runs. ``ValueError`` where both are the
    same.

    ``a``, ``b``, ``text`` and ``flow`` (strings); ``rows``: area, then of attempts and of the
    ``flow`` (successes or arrivals, :func:`compared_flow`) the means of A and B, the mean of B - A
    and half its 95 % interval, over the years that all runs completed; ``years``: year, pairs that
    completed it, mean and half interval of the flow; ``charts`` for the browser; ``csv`` (a row a
    pair) and its ``file`` name.
    """
    if first == second:
        raise ValueError(
            "A and B are the same scenario: move a slider, make a change, or choose a preset"
        )
    flow = compared_flow(first, second)
    more = ["journey_by_province"] if flow == ARRIVALS else []
    data = fan.ensemble([first, second], pairs, report, "yearly_by_province", *more)
    years = data["year"].to_numpy()
    done = data["weeks_run"].to_numpy() // WEEKS_PER_YEAR
    common = int(min(done.min(), len(years)))
    names_of_flows = (ATTEMPTS, flow)
    flows_of = {name: data[f"yearly_{name}_by_province"].to_numpy() for name in names_of_flows}
    totals = {name: runs[:, :common].sum(axis=1) for name, runs in flows_of.items()}  # [2 n, P]
    names = data["province"].to_numpy().tolist()
    areas: list[tuple[str, Any]] = [("whole country", slice(None))]
    areas += [(name, [p]) for p, name in enumerate(names)]
    rows = []
    for area, where in areas:
        of_area = {name: total[:, where].sum(axis=1) for name, total in totals.items()}
        rows.append(
            [area, *(cell for name in names_of_flows for cell in _cells(of_area[name], pairs))]
        )
    yearly_flow = flows_of[flow].sum(axis=2)
    both = np.minimum(done[:pairs], done[pairs:])
    yearly: list[list[Any]] = []
    for y, year in enumerate(years.tolist()):
        gaps = (yearly_flow[pairs:, y] - yearly_flow[:pairs, y])[both > y]
        mean, half = mean_difference(gaps) if gaps.size else (None, None)
        yearly.append([year, gaps.size, mean, half])
    return {
        "a": fan.scenario_text(first),
        "seed": str(first.seed),
        "b": fan.scenario_text(second),
        "text": _text(first.seed, rows[0], data["stopped_early"].to_numpy(), years[:common], flow)
        + _why_successes(first, second, flow),
        "flow": flow,
        "pairs": pairs,
        "rows": rows if common else [],
        "years": yearly,
        "charts": _charts(first, second, yearly_flow, done, yearly, flow),
        "csv": _csv(data["seed"].to_numpy(), done, yearly_flow, years, pairs, flow),
        "file": f"pairs-seed-{first.seed}-{pairs}.csv",
    }


def compared_flow(first: Scenario, second: Scenario) -> str:
    """Return what of two scenarios is compared besides attempts: ``arrivals`` or ``successes``.

    Arrivals where both have the journey, and compare its arrivals with what was observed.
    """
    both = (first.parameters, second.parameters)
    arrive = all(p.journey == "on" and p.observed_measure == ARRIVALS for p in both)
    return ARRIVALS if arrive else SUCCESSES


def _why_successes(first: Scenario, second: Scenario, flow: str) -> str:
    if flow == ARRIVALS or first.parameters.journey == second.parameters.journey:
        return ""
    return " One of them is without the journey, so successes are compared, and no arrivals."


def _cells(runs: np.ndarray, pairs: int) -> list[float | None]:
    """Return the means of A and B, that of B - A, and half its interval."""
    a, b = runs[:pairs], runs[pairs:]
    return [float(a.mean()), float(b.mean()), *mean_difference((b - a).astype(float))]


def _text(seed: int, whole: list[Any], stopped: np.ndarray, years: np.ndarray, flow: str) -> str:
    pairs = stopped.size // 2
    a, b = int(stopped[:pairs].sum()), int(stopped[pairs:].sum())
    said = [f"{counted(pairs, 'pair')} of runs, {fan.seeds_text(seed, pairs)}."]
    if a or b:
        said.append(f"A stopped early in {a} of {pairs}, B in {b} of {pairs}.")
    if not years.size:
        return " ".join([*said, "No year was completed by all, so there are no totals."])
    mean, half = whole[7], whole[8]
    over = f"In {years[0]} to {years[-1]}, the years that all of them completed, B has"
    more = f"{abs(mean):,.{1 if pairs > 1 else 0}f} {'more' if mean >= 0 else 'fewer'}"
    if half is None:
        one = "One pair is one pair: other seeds give other differences."
        return " ".join([*said, f"{over} {more} {flow} than A. {one}"])
    if not mean and not half:
        return " ".join([*said, f"{over} as many {flow} as A in every pair."])
    interval = f"the 95 % interval of this mean is {mean - half:,.1f} to {mean + half:,.1f}"
    zero = f"which {'includes' if abs(mean) <= half else 'does not include'} 0"
    return " ".join([*said, f"{over} on average {more} {flow} than A; {interval}, {zero}."])


def _charts(
    first: Scenario,
    second: Scenario,
    numbers: np.ndarray,
    done: np.ndarray,
    yearly: list[Any],
    flow: str,
) -> list[tuple[str, flows.Data, flows.Data]]:
    country, pairs = load(first.country), numbers.shape[0] // 2
    start, observed = country.years[0] + 0.5, {y: number for y, number, _ in country.observed}
    label = observed_label(observed)
    means: list[np.ndarray] = []
    for runs in (slice(0, pairs), slice(pairs, None)):
        whole = np.where(done[runs, None] > np.arange(numbers.shape[1]), numbers[runs], np.nan)
        kept = np.isfinite(whole).any(axis=0)
        means.append(np.array(np.nanmean(whole[:, kept], axis=0)).round(1))
    ends = fan.axis(0.0, float(max([*means[0], *means[1], *observed.values(), 1])))
    charts = []
    word = flow if pairs == 1 else f"{flow}, mean of {pairs} runs"
    sides = (("A", A_COLOUR, first, means[0]), ("B", B_COLOUR, second, means[1]))
    for name, colour, scenario, of_side in sides:
        series = [flows.bars(name, colour), flows.line(label, OBSERVED, symbol=True)]
        chunk = flows.chunk("1", 0, start, 1, [of_side])
        chunk["columns"].append([observed.get(year) for year in country.years])
        chart = fan.yearly_chart(f"{name}: {word}", series, scenario, **ends)
        charts.append((name.lower(), chart, chunk))
    compared = [row for row in yearly if row[1]]
    gap = np.round([row[2] for row in compared], 2)
    half = np.round([row[3] or 0.0 for row in compared], 2)
    series = [flows.bars("B − A", DIFFERENCE_COLOUR)]
    columns, title = [gap], f"Difference of {flow}, B − A"
    if pairs > 1:
        series = [
            flows.line("from", DIFFERENCE_COLOUR, hidden=True),
            flows.line("95 % interval of the mean", DIFFERENCE_COLOUR, area=True),
            flows.line("mean of B − A", DIFFERENCE_COLOUR, width=2),
        ]
        columns, title = [gap - half, 2 * half, gap], f"{title}, mean of the pairs"
    ends = fan.axis(*((gap - half).min(), (gap + half).max()) if gap.size else (0.0, 1.0))
    chart = fan.yearly_chart(title, series, first, **ends)
    charts.append(("difference", chart, flows.chunk("1", 0, start, 1, columns)))
    return [*charts, _states(first, second)]


def _states(first: Scenario, second: Scenario) -> tuple[str, flows.Data, flows.Data]:
    """Draw weekly repression and believed repression of the first pair, averaged over people."""
    data = fan.ensemble([first, second], 1, fan.nothing, "states_by_province")
    country = load(first.country)
    people, columns, series = country.shares.sum(axis=1), [], []
    for run, (name, colour) in enumerate((("A", A_COLOUR), ("B", B_COLOUR))):
        weeks = int(data["weeks_run"][run])
        repression, alpha, beta = (
            data[f"weekly_{state}_by_province"].to_numpy()[run, :weeks]
            for state in ("repression", "belief_alpha", "belief_beta")
        )
        columns += [np.round(state @ people, 4) for state in (repression, alpha / (alpha + beta))]
        series += [flows.line(f"{name}: repression", colour)]
        series += [flows.line(f"{name}: believed", colour, dashed=True)]
    title = f"Repression and belief in the first pair (seed {first.seed}), mean of the people"
    chart = fan.yearly_chart(title, series, first, top=1.0, zoom=False)
    chart["unit"] = "probability"
    chunk = flows.chunk("1", 0, country.years[0], 1 / WEEKS_PER_YEAR, columns)
    return "states", chart, chunk


def _csv(
    seeds: np.ndarray,
    done: np.ndarray,
    numbers: np.ndarray,
    years: np.ndarray,
    pairs: int,
    flow: str,
) -> str:
    """Return a row a pair: its seed, and a flow of A and of B in the years that each ran."""
    table = {"seed": seeds[:pairs]}
    for y, year in enumerate(years.tolist()):
        for name, runs in (("a", slice(0, pairs)), ("b", slice(pairs, None))):
            counts = np.where(done[runs] > y, numbers[runs, y].astype(float), np.nan)
            whole = pd.array(counts, "Float64")
            exact = whole.astype("Int64") if flow == SUCCESSES else whole.round(3)
            table[f"{flow}_{name}_{year}"] = exact
    return pd.DataFrame(table).to_csv(index=False)
