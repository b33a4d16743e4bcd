"""The lines and bars over time: what each chart shows, and the numbers that the browser does not have yet."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.special

from defection.country import WEEKS_PER_YEAR
from defection.views.figures.run import COLOURS, MODEL_COLOUR, RECORD_COLOUR

if TYPE_CHECKING:
    from defection.model import DefectionModel

BAND = 0.9
"""Share of the belief that its band holds."""

OVERLAP = 60
"""Weeks that are sent again with every message, so that one that is skipped leaves no gap."""

ATTEMPTS_COLOUR, STOPPED_COLOUR, SUCCESSES_COLOUR = COLOURS[0], COLOURS[2], COLOURS[1]
BELIEF_COLOUR = COLOURS[4]


def line(name: str, colour: str, **more: Any) -> dict[str, Any]:
    """Describe one line of a chart."""
    return {"name": name, "type": "line", "color": colour, **more}


def famine_spans(model: DefectionModel) -> list[list[int]]:
    """Return first and end year of each run of famine years."""
    famine = np.array([0.0, *model.famine, 0.0])
    first = model.country.years[0]
    starts, ends = np.flatnonzero(np.diff(famine) > 0), np.flatnonzero(np.diff(famine) < 0)
    return [[first + int(start), first + int(end)] for start, end in zip(starts, ends, strict=True)]


@dataclasses.dataclass(frozen=True)
class Chart:
    """What does not change in a run: its title, its unit, its series, the famine years and the ends of both axes.

    ``now``: x counts weeks, and the current one is marked. ``zoom``: the weeks can be zoomed into.
    """

    title: str
    unit: str
    series: list[dict[str, Any]]
    famine: list[list[int]]
    span: tuple[int, int]
    top: float | None = None
    bottom: float | None = 0.0
    now: bool = True
    zoom: bool = True


FLOW_LINES = (
    line("attempts", ATTEMPTS_COLOUR),
    line("stopped", STOPPED_COLOUR),
    line("successes", SUCCESSES_COLOUR),
)
BELIEF_LINES = (
    line("repression", RECORD_COLOUR, width=2),
    line("believed repression (mean)", BELIEF_COLOUR),
    line("90 % of the belief: from", BELIEF_COLOUR, hidden=True),
    line("90 % of the belief", BELIEF_COLOUR, area=True),
)
YEARLY = (
    {"name": "model: successes", "type": "bar", "color": MODEL_COLOUR},
    {"name": "record: arrivals", "type": "line", "color": RECORD_COLOUR, "symbol": True},
)


def charts(model: DefectionModel, province: str) -> dict[str, Chart]:
    """Return the four charts of a run, with a province selected."""
    years = model.country.years
    more: dict[str, Any] = {"famine": famine_spans(model), "span": (years[0], years[-1] + 1)}
    return {
        "yearly": Chart(
            "Successful defections per year, against the record",
            "people per year",
            list(YEARLY),
            now=False,
            **more,
        ),
        "national": Chart("Whole country, per week", "people per week", list(FLOW_LINES), **more),
        "province": Chart(f"{province}, per week", "people per week", list(FLOW_LINES), **more),
        "belief": Chart(
            f"{province}: repression and what is believed of it",
            "probability",
            list(BELIEF_LINES),
            top=1.0,
            **more,
        ),
    }


def chunk(
    key: str, start: int, first_x: float, step: float, columns: list[np.ndarray]
) -> dict[str, Any]:
    """Return numbers for a chart: values ``start``, ``start`` + 1, ... of each series; a new ``key`` begins afresh."""
    return {
        "key": key,
        "from": start,
        "x0": first_x,
        "dx": step,
        "columns": [column.tolist() for column in columns],
    }


def weekly_chunks(
    model: DefectionModel, *, run: int, province: int, sent: int
) -> dict[str, dict[str, Any]]:
    """Return the weeks that follow the ``sent`` ones, with some overlap, for the weekly charts."""
    history, done = model.history, model.history.weeks_done
    start = max(0, min(sent, done) - OVERLAP)
    flows = [history.flows[name] for name in ("attempts", "stopped", "successes")]
    first = model.country.years[0]
    repression = history.states["repression"][start:done, province]
    alpha, beta = (
        history.states["belief_alpha"][start:done, province],
        history.states["belief_beta"][start:done, province],
    )
    low = scipy.special.betaincinv(alpha, beta, (1 - BAND) / 2)
    high = scipy.special.betaincinv(alpha, beta, (1 + BAND) / 2)
    believed = [
        np.round(values, 4) for values in (repression, alpha / (alpha + beta), low, high - low)
    ]
    week = 1 / WEEKS_PER_YEAR
    return {
        "national": chunk(
            f"{run}", start, first, week, [flow[start:done].sum(axis=1) for flow in flows]
        ),
        "province": chunk(
            f"{run}/{province}", start, first, week, [flow[start:done, province] for flow in flows]
        ),
        "belief": chunk(f"{run}/{province}", start, first, week, believed),
    }


def yearly_chunk(model: DefectionModel, *, run: int) -> dict[str, Any]:
    """Return the successes of each year that has begun, and the record of all years."""
    years = model.country.years
    successes = model.history.flows["successes"].sum(axis=1)
    begun = -(-model.history.weeks_done // WEEKS_PER_YEAR)
    edges = np.arange(begun) * WEEKS_PER_YEAR
    totals = np.add.reduceat(successes, edges) if begun else np.zeros(0, int)
    recorded = {year: number for year, number, _ in model.country.observed}
    numbers = chunk(f"{run}", 0, years[0] + 0.5, 1, [totals])
    numbers["columns"].append([recorded.get(year) for year in years])
    return numbers
