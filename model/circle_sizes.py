"""How many people live in each news circle, the same in both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from defection import equations
from defection.compiled import compiled
from defection.counties import COUNTIES, check, county_edges

if TYPE_CHECKING:
    from defection.country import Country


def edges_of(country: Country, setting: int) -> np.ndarray:
    """Return the share of each province's people in the circles before each one, [P, J + 1].

    Raises
    ------
    CountryError
        The circles are counties, and the country has none.
    """
    check(country, setting)
    by_county = county_edges(country.counties, country.provinces)
    count = circle_count(setting, by_county)
    edges = np.ones((len(country.provinces), count + 1))
    fill_edges(edges, setting, by_county)
    return edges


@compiled
def circle_count(setting: int, by_county: np.ndarray) -> int:
    """Return how many circles a province has at most, by the setting ``news_circles``."""
    return by_county.shape[1] - 1 if setting == COUNTIES else setting


@compiled
def fill_edges(edges: np.ndarray, setting: int, by_county: np.ndarray) -> None:
    """Set the share of each province's people in the circles before each one, [P, J + 1]."""
    count = circle_count(setting, by_county)
    for here in range(edges.shape[0]):
        for circle in range(count + 1):
            if setting == COUNTIES:
                edges[here, circle] = by_county[here, circle]
            else:
                edges[here, circle] = circle / count


@compiled
def _inside(below: float, above: float, share: float) -> float:
    return above if share >= 1.0 else below + (above - below) * share


@compiled
def head_count(
    population: int, below: float, above: float, edges: np.ndarray, here: int, circle: int
) -> int:
    """Return the people of a circle of a category that stands between two cumulative shares."""
    first = _inside(below, above, edges[here, circle])
    last = _inside(below, above, edges[here, circle + 1])
    return equations.head_count(population, first, last)


@compiled
def people(
    population: int, parts: np.ndarray, i: int, edges: np.ndarray, here: int, circle: int
) -> int:
    """Return the people of a circle of category ``i``, by its ``dated_shares.fill_edges``."""
    own = head_count(population, parts[0, i], parts[1, i], edges, here, circle)
    if parts[3, i] > parts[2, i]:
        own += head_count(population, parts[2, i], parts[3, i], edges, here, circle)
    return own
