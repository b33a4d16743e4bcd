"""The map: what each measure colours, and the numbers that the browser gets every week."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from defection.agents import Province
from defection.country import WEEKS_PER_YEAR
from defection.model import DefectionModel
from defection.views.colours import PEOPLE, PROBABILITY, RATE, ColourScale, diverging

Values = np.ndarray
"""A number for each province, [P]."""


@dataclasses.dataclass(frozen=True)
class MapMeasure:
    """What a map can show: title, unit, how it is read from a model, scale and format."""

    name: str
    title: str
    unit: str
    read: Callable[[DefectionModel], Values]
    scale: ColourScale
    format: str


def _repression(model: DefectionModel) -> Values:
    return np.array(model.state["repression"])


def _belief(model: DefectionModel) -> Values:
    return np.array([province.belief.mean for province in model.provinces])


def _per_100_000(flow: str) -> Callable[[DefectionModel], Values]:
    """Return how to read a flow of the latest year, for each 100,000 people, [P]."""

    def read(model: DefectionModel) -> Values:
        weeks = slice(max(0, model.week - WEEKS_PER_YEAR), model.week)
        flows = model.history.flows[flow][weeks].sum(axis=0)
        return 100_000 * flows / np.maximum(1, model.province_populations)

    return read


def _from_mean(read: Callable[[DefectionModel], Values]) -> Callable[[DefectionModel], Values]:
    """Return how to read a measure less its mean over the people of the country, [P]."""

    def difference(model: DefectionModel) -> Values:
        values = read(model)
        return values - np.average(values, weights=model.province_populations)

    return difference


_ATTEMPTS, _SUCCESSES = _per_100_000("attempts"), _per_100_000("successes")
_STOPPED_SHARE = "probability that an attempt is stopped"
_WEEK = "people, latest week"
_YEAR = "people, in up to 52 latest weeks"

MEASURES = {
    "As it is": (
        MapMeasure("repression", "Repression", _STOPPED_SHARE, _repression, PROBABILITY, ".3f"),
        MapMeasure("belief", "Believed repression", "mean of the belief, probability",
                   _belief, PROBABILITY, ".3f"),
        MapMeasure("gap", "Gap: belief − truth", "difference of probabilities",
                   lambda model: _belief(model) - _repression(model), diverging(0.5), "+.3f"),
        MapMeasure("attempts", "Attempts", _WEEK,
                   lambda model: np.array(model.state["attempts"]), PEOPLE, ",d"),
        MapMeasure("successes", "Successes", _WEEK,
                   lambda model: np.array(model.state["successes"]), PEOPLE, ",d"),
        MapMeasure("attempts_rate", "Attempts per 100,000", _YEAR, _ATTEMPTS, RATE, ",.1f"),
        MapMeasure("successes_rate", "Successes per 100,000", _YEAR, _SUCCESSES, RATE, ",.1f"),
    ),
    "Difference from the country's mean": (
        MapMeasure("repression_from_mean", "Repression − mean", _STOPPED_SHARE,
                   _from_mean(_repression), diverging(0.02), "+.3f"),
        MapMeasure("belief_from_mean", "Believed repression − mean", "mean of the belief",
                   _from_mean(_belief), diverging(0.02), "+.3f"),
        MapMeasure("attempts_from_mean", "Attempts per 100,000 − mean", _YEAR,
                   _from_mean(_ATTEMPTS), diverging(50), "+,.1f"),
        MapMeasure("successes_from_mean", "Successes per 100,000 − mean", _YEAR,
                   _from_mean(_SUCCESSES), diverging(10), "+,.1f"),
    ),
}  # fmt: skip
"""What a map can show, in the groups in which it is offered."""

MAP_MEASURES = tuple(measure for group in MEASURES.values() for measure in group)

SMALL_MULTIPLES = ("repression", "belief", "attempts", "successes")
"""What the view of small maps shows at once."""

ALIKE = 0.04
"""Provinces look alike where all lie within this share of a scale."""


def legends() -> dict[str, Any]:
    """Return what does not change in a run: title, unit and legend of each measure."""
    return {m.name: {"title": m.title, "unit": m.unit, **m.scale.legend()} for m in MAP_MEASURES}


def choices() -> list[list[Any]]:
    """Return the views that can be chosen: each group's title, and names and titles of its own."""
    groups = [[title, [[m.name, m.title] for m in group]] for title, group in MEASURES.items()]
    return [*groups, ["Several", [["all", "Four small maps"]]]]


def map_measures(view: str) -> tuple[MapMeasure, ...]:
    """Return the measures of a view: one by its name, or the small multiples for ``all``."""
    names = SMALL_MULTIPLES if view == "all" else (view,)
    return tuple(measure for measure in MAP_MEASURES if measure.name in names)


def fills(model: DefectionModel, view: str) -> list[dict[str, Any]]:
    """Return for each map of a view the colour and the number of each province.

    ``alike`` says in words where the colours do not tell the provinces apart.
    """
    maps = []
    for measure in map_measures(view):
        values = measure.read(model).tolist()
        colours = [measure.scale.colour(value) for value in values]
        texts = [format(value, measure.format) for value in values]
        alike = _alike(measure, values, texts)
        maps.append({"name": measure.name, "fills": colours, "texts": texts, "alike": alike})
    return maps


def _alike(measure: MapMeasure, values: list[float], texts: list[str]) -> str:
    """Return a sentence where all values have nearly one colour, else nothing."""
    low, high = values.index(min(values)), values.index(max(values))
    shares = [min(1.0, max(0.0, measure.scale.position(values[i]))) for i in (low, high)]
    if shares[1] - shares[0] > ALIKE or len(values) == 1:
        return ""
    if texts[low] == texts[high]:
        return f"All provinces are the same: {texts[low]}."
    more = ""
    if map_measures(f"{measure.name.removesuffix('_rate')}_from_mean"):
        more = " Their differences from the country's mean have a map of their own."
    return f"All provinces are alike: {texts[low]} to {texts[high]}.{more}"


def _about(province: Province) -> str:
    """Return how sure a province's belief is, or the range of those of its news circles."""
    if not province.circles:
        return f"± {province.belief.sd:.3f}"
    means = [circle.belief.mean for circle in province.circles]
    return f"({min(means):.3f} to {max(means):.3f} in {len(means)} news circles)"


def hovers(model: DefectionModel) -> list[list[str]]:
    """Return the numbers of each province as lines to read.

    Those of the week that has passed come first, as under *This week*; then what is in force after
    it, by which the map is coloured and the coming week is decided.
    """
    week, history = model.week - 1, model.history
    when = f"Week {week} ({model.country.year_of(week)}), which has passed: " if week >= 0 else ""
    people = history.populations[week] if week >= 0 else model.province_populations
    lines = []
    for p in model.provinces:
        flows = f"{p.attempts:,} attempts, {p.stopped:,} stopped, {p.successes:,} succeeded"
        states = f"repression {p.repression:.3f}, believed {p.belief.mean:.3f} {_about(p)}"
        passed = flows if week >= 0 else "No week has passed yet."
        lines.append([f"{when}{people[p.index]:,} people", passed, f"{_coming(model)}: {states}"])
    return lines


def _coming(model: DefectionModel) -> str:
    """Return when that holds which is in force now."""
    if model.week >= model.weeks:
        return "After the last week"
    return "In force in week 0" if model.week == 0 else "In force next week"
