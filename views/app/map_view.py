"""The map: what each measure colours, and what the browser is told of it every week."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from defection.views.app.colours import DIFFERENCE, PEOPLE, PROBABILITY, Scale

if TYPE_CHECKING:
    from defection.agents import Province
    from defection.model import DefectionModel


@dataclasses.dataclass(frozen=True)
class MapMeasure:
    """What a map can show: a name for its title, its unit, how it is read from a province and its scale."""

    name: str
    title: str
    unit: str
    read: Callable[[Province], float]
    scale: Scale
    pattern: str

    def text(self, value: float) -> str:
        """Return a value as it is printed."""
        return format(value, self.pattern)


MAP_MEASURES = (
    MapMeasure(
        "repression",
        "Repression",
        "probability that an attempt is stopped",
        lambda p: p.repression,
        PROBABILITY,
        ".3f",
    ),
    MapMeasure(
        "belief",
        "Believed repression",
        "mean of the belief, probability",
        lambda p: p.belief.mean,
        PROBABILITY,
        ".3f",
    ),
    MapMeasure(
        "gap",
        "Gap: belief − truth",
        "difference of probabilities",
        lambda p: p.belief.mean - p.repression,
        DIFFERENCE,
        "+.3f",
    ),
    MapMeasure(
        "attempts",
        "Attempts",
        "people, latest week (logarithmic)",
        lambda p: p.attempts,
        PEOPLE,
        ",d",
    ),
    MapMeasure(
        "successes",
        "Successes",
        "people, latest week (logarithmic)",
        lambda p: p.successes,
        PEOPLE,
        ",d",
    ),
)

SMALL_MULTIPLES = ("repression", "belief", "attempts", "successes")
"""What the view of small maps shows at once."""


def legends() -> dict[str, Any]:
    """Return what does not change in a run: title, unit and legend of each measure."""
    return {m.name: {"title": m.title, "unit": m.unit, **m.scale.legend()} for m in MAP_MEASURES}


def chosen(view: str) -> tuple[MapMeasure, ...]:
    """Return the measures of a view: one by its name, or the small multiples for ``all``."""
    names = SMALL_MULTIPLES if view == "all" else (view,)
    return tuple(measure for measure in MAP_MEASURES if measure.name in names)


def fills(model: DefectionModel, view: str) -> list[dict[str, Any]]:
    """Return for each map of a view the colour and the number of each province."""
    maps = []
    for measure in chosen(view):
        values = [measure.read(province) for province in model.provinces]
        colours = [measure.scale.colour(value) for value in values]
        maps.append({
            "name": measure.name,
            "fills": colours,
            "texts": [measure.text(value) for value in values],
        })  # fmt: skip
    return maps


def hovers(model: DefectionModel) -> list[list[str]]:
    """Return the week's numbers of each province as lines to read."""
    return [
        [
            f"{province.population:,} people",
            f"{province.attempts:,} attempts, {province.stopped:,} stopped, {province.successes:,} succeeded",
            f"repression {province.repression:.3f}, believed {province.belief.mean:.3f} ± {province.belief.sd:.3f}",
        ]
        for province in model.provinces
    ]
