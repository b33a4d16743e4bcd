"""Charts over time: what each shows, and the numbers that the browser does not have yet."""

from typing import Any

import numpy as np
import scipy.special

from defection.country import WEEKS_PER_YEAR
from defection.journey.cells import F_ARRIVALS
from defection.model import DefectionModel
from defection.views.colours import (
    ATTEMPTS,
    BAND,
    BELIEF,
    OBSERVED,
    STOPPED,
    STOPPED_AREA,
    SUCCESSES,
)
from defection.views.figures.run import famine_spans, observed_label

Data = dict[str, Any]
"""Plain data for the browser."""

Years = tuple[int, int]

MASS = 0.9
"""Share of the belief that its band holds."""

OVERLAP = 60
"""Weeks that are sent again with every message, so that one that is skipped leaves no gap."""


def line(name: str, colour: str, **more: Any) -> Data:
    """Describe one line of a chart.

    ``column`` is the number of its values among those sent (else the line's own number), ``over``
    that of values on which it stands, ``fill`` the colour below it, ``grid`` its small chart.
    """
    return {"name": name, "type": "line", "color": colour, **more}


def bars(name: str, colour: str) -> Data:
    """Describe the bars of a chart."""
    return {"name": name, "type": "bar", "color": colour}


def chart(
    title: str, unit: str, series: list[Data], famine: list, span: Years, **more: Any
) -> Data:
    """Describe what does not change in a chart: series, famine years and the ends of both axes.

    ``more`` are ``top``, ``bottom`` and ``step`` of the vertical axis, and its ``scale``; ``now``:
    x counts weeks, and the current one is marked; ``zoom``: the weeks can be zoomed into
    (``follow``: in another chart); ``table``: how a year is made of its weeks, their ``sum`` or the
    ``end``;
    ``grids``: names of small charts.
    """
    axes = {"span": span, "top": None, "bottom": 0.0, "step": None, "now": True, "zoom": True}
    looks = {"scale": "linear", "table": "sum", "grids": [], **axes, **more}
    return {"title": title, "unit": unit, "series": series, "famine": famine, **looks}


FORMS = {
    "lines": "attempts and successes",
    "stacked": "stopped + successes",
    "successes": "successes alone",
    "provinces": "each province",
}
"""How weekly flows can be drawn."""

SCALES = {"root": "square root", "linear": "even", "log": "logarithmic"}
"""Vertical axes; uneven ones keep few successes readable beside many attempts."""

_LINES = [line("attempts", ATTEMPTS, column=0), line("successes", SUCCESSES, column=2, width=2)]
FLOW_SERIES = {
    "lines": _LINES,
    "stacked": [
        line("stopped", STOPPED, column=1, over=2, fill=STOPPED_AREA),
        line("successes", SUCCESSES, column=2, fill=SUCCESSES),
    ],
    "successes": _LINES[1:],
    "provinces": _LINES,
}
"""The lines of each form, over the columns attempts, stopped, successes."""

BELIEF_LINES = [
    line("repression", OBSERVED, width=2),
    line("believed repression (mean)", BELIEF),
    line("90 % of the belief: from", BELIEF, hidden=True),
    line("90 % of the belief", BELIEF, area=True),
]


def observed_line(model: DefectionModel) -> Data:
    """Describe the line of what was observed each year."""
    label = observed_label({year: number for year, number, _ in model.country.observed})
    return line(label, OBSERVED, symbol=True)


def year_span(model: DefectionModel) -> Years:
    """Return the first year of a country, and the year after its last."""
    return model.country.years[0], model.country.years[-1] + 1


def _by_province(provinces: tuple[str, ...]) -> list[Data]:
    """Describe attempts and successes of each province in a small chart of its own."""
    return [
        {**flow, "grid": name, "column": 2 * number + place}
        for number, name in enumerate(provinces)
        for place, flow in enumerate(_LINES)
    ]


def charts(model: DefectionModel, province: str, form: str, scale: str) -> dict[str, Data]:
    """Return the four charts of a run, with a province selected, in one of ``FORMS``."""
    famine, span = famine_spans(model), year_span(model)
    arrivals = [line("model: arrivals", SUCCESSES, width=2)] if model.journey else []
    yearly = [bars("model: successes", BAND), *arrivals, observed_line(model)]
    title, belief = "Successful defections per year", f"{province}: repression, and belief about it"
    if model.circles:
        belief += " (mean α and β of the news circles)"
    weekly, series = "people per week", FLOW_SERIES[form]
    axis: Data = {"scale": "linear" if form == "stacked" else scale}
    national = chart("Whole country, per week", weekly, series, famine, span, **axis)
    if form == "provinces":
        names = model.country.provinces
        own = {"title": "Each province, per week", "series": _by_province(names)}
        national = {**national, **own, "grids": list(names), "zoom": "follow"}
    follow = {"zoom": "follow"}
    return {
        "national": national,
        "yearly": chart(title, "people per year", yearly, famine, span, now=False),
        "province": chart(f"{province}, per week", weekly, series, famine, span, **axis, **follow),
        "belief": chart(
            belief, "probability", BELIEF_LINES, famine, span, top=1.0, table="end", **follow
        ),
    }


def place(model: DefectionModel, week: int) -> float:
    """Return where so many weeks have passed on the axis of a weekly chart."""
    return float(model.country.years[0] + week / WEEKS_PER_YEAR)


def chunk(key: str, start: int, first_x: float, step: float, columns: list[np.ndarray]) -> Data:
    """Return numbers for a chart: values ``start``, ``start`` + 1, ... of each series.

    A new ``key`` begins afresh.
    """
    numbers = [column.tolist() for column in columns]
    return {"key": key, "from": start, "x0": first_x, "dx": step, "columns": numbers}


def weekly_chunks(
    model: DefectionModel, *, run: int, province: int, sent: int, form: str = "lines"
) -> dict[str, Data]:
    """Return the weeks after the ``sent`` ones, with some overlap, for the weekly charts."""
    history, done = model.history, model.history.weeks_done
    start = max(0, min(sent, done) - OVERLAP)
    flows = [history.flows[name][start:done] for name in ("attempts", "stopped", "successes")]
    repression, alpha, beta = (
        history.states[name][start:done, province]
        for name in ("repression", "belief_alpha", "belief_beta")
    )
    low, high = (scipy.special.betaincinv(alpha, beta, (1 + sign * MASS) / 2) for sign in (-1, 1))
    believed = (repression, alpha / (alpha + beta), low, high - low)
    first, week, here = model.country.years[0], 1 / WEEKS_PER_YEAR, f"{run}/{province}"
    national, local = [flow.sum(axis=1) for flow in flows], [flow[:, province] for flow in flows]
    if form == "provinces":
        size = len(model.country.provinces)
        national = [flows[which][:, p] for p in range(size) for which in (0, 2)]
    return {
        "national": chunk(f"{run}/{form == 'provinces'}", start, first, week, national),
        "province": chunk(here, start, first, week, local),
        "belief": chunk(here, start, first, week, [np.round(values, 4) for values in believed]),
    }


def yearly_chunk(model: DefectionModel, *, run: int) -> Data:
    """Return the successes of each year that has begun, and what was observed in all years.

    Between them the arrivals where the run has its journey.
    """
    years, successes = model.country.years, model.history.flows["successes"].sum(axis=1)
    edges = np.arange(-(-model.history.weeks_done // WEEKS_PER_YEAR)) * WEEKS_PER_YEAR
    totals = np.add.reduceat(successes, edges) if len(edges) else np.zeros(0, int)
    observed = {year: number for year, number, _ in model.country.observed}
    columns = [totals]
    if model.journey:
        columns.append(model.journey.record.flows[:, F_ARRIVALS].sum(axis=1).round(1))
    numbers = chunk(f"{run}", 0, years[0] + 0.5, 1, columns)
    numbers["columns"].append([observed.get(year) for year in years])
    return numbers
