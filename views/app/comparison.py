"""Two scenarios with the same random numbers: both runs, their totals and their difference."""

from typing import Any

import numpy as np

from defection.country import WEEKS_PER_YEAR
from defection.model import DefectionModel
from defection.scenario import Scenario
from defection.views.app import flows
from defection.views.colours import BELIEF, COLOURS
from defection.views.figures.run import famine_spans

A_COLOUR, B_COLOUR, DIFFERENCE_COLOUR = COLOURS[0], COLOURS[6], BELIEF


def changes_text(scenario: Scenario) -> str:
    """Return a scenario's seed, and what it changes against the defaults."""
    changes = ", ".join(f"{name} = {value}" for name, value in scenario.changes().items())
    return f"seed {scenario.seed}, {changes or 'all parameters at their defaults'}"


def compare(first: Scenario, second: Scenario) -> dict[str, Any]:
    """Run both scenarios to their ends and return totals and charts as plain data."""
    a, b = (DefectionModel(**one.arguments()).run() for one in (first, second))
    areas: dict[str, int | slice] = {"whole country": slice(None)}
    areas |= {name: p for p, name in enumerate(a.country.provinces)}
    return {
        "a": changes_text(first),
        "b": changes_text(second),
        "note": " ".join(_note(name, model) for name, model in (("A", a), ("B", b))).strip(),
        "rows": [[name, *_totals(a, b, area)] for name, area in areas.items()],
        "charts": _charts(a, b),
    }


def _totals(a: DefectionModel, b: DefectionModel, area: int | slice) -> list[int]:
    """Return A, B and B - A of the attempts, then of the successes."""
    numbers = []
    for name in ("attempts", "successes"):
        one, two = (int(model.history.flows[name][:, area].sum()) for model in (a, b))
        numbers += [one, two, two - one]
    return numbers


def _note(name: str, model: DefectionModel) -> str:
    if not model.stopped_early:
        return ""
    limit = f"more than {model.parameters.stop_threshold:,} attempts in one week"
    return (
        f"{name} stopped in week {model.week} of {model.weeks}, after {limit}: "
        "its later years are empty, not zero."
    )


def _charts(a: DefectionModel, b: DefectionModel) -> list[tuple[str, flows.Data, flows.Data]]:
    first, span, unit = a.country.years[0], flows.year_span(a), "people per year"
    one, two = flows.yearly_chunk(a, run=1), flows.yearly_chunk(b, run=2)
    (ours, observed), (theirs, _) = one["columns"], two["columns"]
    both = min(len(ours), len(theirs))
    gap = np.subtract(theirs[:both], ours[:both])
    top = float(max([*ours, *theirs, *(number for number in observed if number)], default=1))

    def yearly(title: str, name: str, colour: str, model: DefectionModel) -> flows.Data:
        series, famine = [flows.bars(name, colour), flows.observed_line(model)], famine_spans(model)
        return flows.chart(title, unit, series, famine, span, top=top, now=False)

    lines = [
        flows.line("A: repression", A_COLOUR),
        flows.line("A: believed", A_COLOUR, dashed=True),
        flows.line("B: repression", B_COLOUR),
        flows.line("B: believed", B_COLOUR, dashed=True),
    ]
    gaps = [flows.bars("B − A", DIFFERENCE_COLOUR)]
    title, mean = "Difference of successes, B − A", "Repression and belief, mean of the people"
    difference = flows.chart(title, unit, gaps, [], span, bottom=None, now=False)
    states = flows.chart(mean, "probability", lines, famine_spans(a), span, top=1.0, zoom=False)
    means = flows.chunk("1", 0, first, 1 / WEEKS_PER_YEAR, [*_means(a), *_means(b)])
    return [
        ("a", yearly("A: successes", "A", A_COLOUR, a), one),
        ("b", yearly("B: successes", "B", B_COLOUR, b), two),
        ("difference", difference, flows.chunk("1", 0, first + 0.5, 1, [gap])),
        ("states", states, means),
    ]


def _means(model: DefectionModel) -> list[np.ndarray]:
    """Return weekly repression and believed repression, averaged over people."""
    history, done = model.history, model.history.weeks_done
    people = history.populations[:done]
    alpha, beta = history.states["belief_alpha"][:done], history.states["belief_beta"][:done]
    states = (history.states["repression"][:done], alpha / (alpha + beta))
    return [np.round((state * people).sum(axis=1) / people.sum(axis=1), 4) for state in states]
