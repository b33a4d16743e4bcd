"""The map: what each measure colours, and the numbers that the browser gets every week."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from defection.views.colours import DIFFERENCE, PEOPLE, PROBABILITY, ColourScale

if TYPE_CHECKING:
    from defection.agents import Province
    from defection.model import DefectionModel


@dataclasses.dataclass(frozen=True)
class MapMeasure:
    """What a map can show: title, unit, how it is read from a province, scale and format."""

    name: str
    title: str
    unit: str
    read: Callable[[Province], float]
    scale: ColourScale
    format: str


_PEOPLE = "people, latest week (logarithmic)"

MAP_MEASURES = (
    MapMeasure("repression", "Repression", "probability that an attempt is stopped",
               lambda p: p.repression, PROBABILITY, ".3f"),
    MapMeasure("belief", "Believed repression", "mean of the belief, probability",
               lambda p: p.belief.mean, PROBABILITY, ".3f"),
    MapMeasure("gap", "Gap: belief − truth", "difference of probabilities",
               lambda p: p.belief.mean - p.repression, DIFFERENCE, "+.3f"),
    MapMeasure("attempts", "Attempts", _PEOPLE, lambda p: p.attempts, PEOPLE, ",d"),
    MapMeasure("successes", "Successes", _PEOPLE, lambda p: p.successes, PEOPLE, ",d"),
)  # fmt: skip

SMALL_MULTIPLES = ("repression", "belief", "attempts", "successes")
"""What the view of small maps shows at once."""


def legends() -> dict[str, Any]:
    """Return what does not change in a run: title, unit and legend of each measure."""
    return {m.name: {"title": m.title, "unit": m.unit, **m.scale.legend()} for m in MAP_MEASURES}


def map_measures(view: str) -> tuple[MapMeasure, ...]:
    """Return the measures of a view: one by its name, or the small multiples for ``all``."""
    names = SMALL_MULTIPLES if view == "all" else (view,)
    return tuple(measure for measure in MAP_MEASURES if measure.name in names)


def fills(model: DefectionModel, view: str) -> list[dict[str, Any]]:
    """Return for each map of a view the colour and the number of each province."""
    maps = []
    for measure in map_measures(view):
        values = [measure.read(province) for province in model.provinces]
        colours = [measure.scale.colour(value) for value in values]
        texts = [format(value, measure.format) for value in values]
        maps.append({"name": measure.name, "fills": colours, "texts": texts})
    return maps


def hovers(model: DefectionModel) -> list[list[str]]:
    """Return the week's numbers of each province as lines to read."""
    return [
        [
            f"{p.population:,} people",
            f"{p.attempts:,} attempts, {p.stopped:,} stopped, {p.successes:,} succeeded",
            f"repression {p.repression:.3f}, believed {p.belief.mean:.3f} ± {p.belief.sd:.3f}",
        ]
        for p in model.provinces
    ]
