"""Two scenarios with the same luck: both runs, their totals and their difference."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from defection.country import WEEKS_PER_YEAR
from defection.views.app.flows import RECORD_COLOUR, Chart, chunk, famine_spans, line, yearly_chunk
from defection.views.app.scenario import Scenario
from defection.views.figures.run import COLOURS

if TYPE_CHECKING:
    from defection.model import DefectionModel

A_COLOUR, B_COLOUR, DIFFERENCE_COLOUR = COLOURS[0], COLOURS[6], COLOURS[4]


def described(scenario: Scenario) -> str:
    """Say what a scenario changes against the defaults."""
    changes = ", ".join(f"{name} = {value}" for name, value in scenario.changes().items())
    return f"seed {scenario.seed}, {changes or 'all parameters at their defaults'}"


def compare(first: Scenario, second: Scenario) -> dict[str, Any]:
    """Run both scenarios to their ends and return totals and charts as plain data."""
    a, b = first.model().run(), second.model().run()
    rows = [_row(name, _totals(a, p), _totals(b, p)) for p, name in enumerate(a.country.provinces)]
    whole = _row("whole country", _totals(a, slice(None)), _totals(b, slice(None)))
    return {
        "a": described(first),
        "b": described(second),
        "note": _note(a, b),
        "rows": [whole, *rows],
        "charts": _charts(a, b),
    }


def _totals(model: DefectionModel, place: int | slice) -> tuple[int, int]:
    return int(model.history.flows["attempts"][:, place].sum()), int(
        model.history.flows["successes"][:, place].sum()
    )


def _row(name: str, a: tuple[int, int], b: tuple[int, int]) -> list[Any]:
    return [name, a[0], b[0], b[0] - a[0], a[1], b[1], b[1] - a[1]]


def _note(a: DefectionModel, b: DefectionModel) -> str:
    ended = [
        f"{name} stopped in week {m.week} of {m.weeks}, after more than {m.parameters.stop_threshold:,} attempts in one week: "
        "its later years are empty, not zero."
        for name, m in (("A", a), ("B", b))
        if m.stopped_early
    ]
    return " ".join(ended)


def _charts(
    a: DefectionModel, b: DefectionModel
) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    years = a.country.years
    span = (years[0], years[-1] + 1)
    one, two = yearly_chunk(a, run=1), yearly_chunk(b, run=2)
    both = min(len(one["columns"][0]), len(two["columns"][0]))
    gap = np.subtract(two["columns"][0][:both], one["columns"][0][:both])
    most = float(
        max(
            [*one["columns"][0], *two["columns"][0], *(n for n in one["columns"][1] if n)],
            default=1,
        )
    )
    famine_a, famine_b = famine_spans(a), famine_spans(b)
    yearly: dict[str, Any] = {"unit": "people per year", "span": span, "now": False}
    record = line("record: arrivals", RECORD_COLOUR, symbol=True)
    chart_a = Chart(
        "A: successes", series=[_bars("A", A_COLOUR), record], famine=famine_a, top=most, **yearly
    )
    chart_b = Chart(
        "B: successes", series=[_bars("B", B_COLOUR), record], famine=famine_b, top=most, **yearly
    )
    chart_gap = Chart(
        "Difference of successes, B − A",
        series=[_bars("B − A", DIFFERENCE_COLOUR)],
        famine=[],
        bottom=None,
        **yearly,
    )
    lines = [
        line("A: repression", A_COLOUR), line("A: believed", A_COLOUR, dashed=True),
        line("B: repression", B_COLOUR), line("B: believed", B_COLOUR, dashed=True),
    ]  # fmt: skip
    states = Chart(
        "Repression and belief, mean of the people",
        "probability",
        lines,
        famine_a,
        span,
        top=1.0,
        zoom=False,
    )
    means = chunk("1", 0, years[0], 1 / WEEKS_PER_YEAR, [*_means(a), *_means(b)])
    return [
        ("a", dataclasses.asdict(chart_a), one),
        ("b", dataclasses.asdict(chart_b), two),
        ("difference", dataclasses.asdict(chart_gap), chunk("1", 0, years[0] + 0.5, 1, [gap])),
        ("states", dataclasses.asdict(states), means),
    ]


def _bars(name: str, colour: str) -> dict[str, Any]:
    return {"name": name, "type": "bar", "color": colour}


def _means(model: DefectionModel) -> list[np.ndarray]:
    """Return weekly repression and believed repression, averaged over provinces by their population."""
    history, done = model.history, model.history.weeks_done
    people = history.populations[:done]
    alpha, beta = history.states["belief_alpha"][:done], history.states["belief_beta"][:done]
    states = (history.states["repression"][:done], alpha / (alpha + beta))
    return [np.round((state * people).sum(axis=1) / people.sum(axis=1), 4) for state in states]
