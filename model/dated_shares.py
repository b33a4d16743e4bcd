"""Shares of a dimension that change with the years, and the head counts that follow.

Whoever changes the value stays in province and in all other dimensions. Categories stand on a line
from 0 to 1, each between two cumulative shares of the population. Where fewer people shall have a
value, the end of that category's part is lent to the category that differs in this value alone: so
the people of both add up, to the person, to what they were.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from defection import equations
from defection.compiled import compiled
from defection.parameters import nearest
from defection.tables import CountryError, Row, read_rows

if TYPE_CHECKING:
    from defection.country import Country

COLUMNS = (
    "from", "dimension", "value", "of_dimension", "of_value", "share", "mark", "source",
)  # fmt: skip

ROUNDING = 1e-12
"""Shares that differ by less than this, of the people concerned, are the same."""


@dataclasses.dataclass(frozen=True)
class DatedShare:
    """From a year on a share of people, or of those with one other value, have a value.

    Examples
    --------
    >>> women = DatedShare(2006, "sector", "secondary", "gender", "female", 0.7)
    >>> women.share
    0.7
    """

    first_year: int
    dimension: str
    value: str
    of_dimension: str
    of_value: str
    share: float


def read_dated_shares(
    file: pathlib.Path, dimensions: Mapping[str, Sequence[str]], last_year: int
) -> tuple[DatedShare, ...]:
    """Return the dated shares of a country; none where there is no file."""
    found: dict[tuple[int, str], DatedShare] = {}
    for row in read_rows(file, COLUMNS) if file.exists() else ():
        dimension, value = _named(row, "dimension", "value", dimensions)
        if len(dimensions[dimension]) != 2:
            count = len(dimensions[dimension])
            raise row.error("dimension", f"{dimension} has {count} values, and must have 2")
        own = ("", "")
        if row.optional("of_dimension") or row.optional("of_value"):
            own = _named(row, "of_dimension", "of_value", dimensions)
        if own[0] == dimension:
            raise row.error("of_dimension", f"{dimension} cannot depend on itself")
        year = row.whole("from", low=0, high=last_year)
        if (year, own[1]) in found:
            raise row.error("from", f"{year} stands here twice for {own[1] or 'all'}")
        for one in found.values():
            if one.dimension != dimension:
                raise row.error("dimension", f"only one can change, and {one.dimension} does")
            if own[0] and one.of_dimension not in ("", own[0]):
                raise row.error("of_dimension", f"must be {one.of_dimension} as before, or empty")
        share = row.number("share", low=0.0, high=1.0)
        row.text("mark"), row.text("source")
        found[year, own[1]] = DatedShare(year, dimension, value, *own, share)
    return tuple(found.values())


def _named(
    row: Row, dimension: str, value: str, dimensions: Mapping[str, Sequence[str]]
) -> tuple[str, str]:
    name, one = row.text(dimension), row.text(value)
    if name not in dimensions:
        raise row.error(dimension, f"there is no dimension {name!r}{nearest(name, dimensions)}")
    if one not in dimensions[name]:
        raise row.error(value, f"{name} has no value {one!r}{nearest(one, dimensions[name])}")
    return name, one


def check(country: Country, dated_shares: float = 0.0) -> None:
    """Refuse dated shares of a country that has none."""
    if dated_shares > 0 and not country.dated_shares:
        raise CountryError(
            f"dated_shares = {dated_shares:g}: {country.name} has none: put a dated_shares.csv "
            "into its folder"
        )


def _in_force(
    country: Country, year: int, traits: Collection[tuple[str, str]]
) -> DatedShare | None:
    """Return what holds for people with some traits in a year: of their own value, else of all."""
    past = [one for one in country.dated_shares if one.first_year <= year]
    own = [one for one in past if (one.of_dimension, one.of_value) in traits]
    every = [one for one in past if not one.of_dimension]
    return max(own or every, key=lambda one: one.first_year, default=None)


def no_moves(country: Country) -> tuple[np.ndarray, np.ndarray]:
    """Return what :func:`moves` does where nothing is dated: no year, [0, P C], and [P C]."""
    return np.zeros((0, country.category_count)), np.arange(country.category_count)


@functools.lru_cache(maxsize=64)
def moves(country: Country) -> tuple[np.ndarray, np.ndarray]:
    """Return which share of the population leaves each category in a year, and where it goes.

    Returns
    -------
    tuple of arrays
        Shares, at least 0, [Y, P C]; the other category, [P C].

    Raises
    ------
    CountryError
        A dated share is of a dimension that there is not, or that has not two values.
    """
    if not country.dated_shares:
        return no_moves(country)
    count, size = country.shares.shape
    partner = np.arange(count * size)
    dimension = country.dated_shares[0].dimension
    for name in {dimension, *(one.of_dimension for one in country.dated_shares)} - {""}:
        if name not in country.dimensions:
            raise CountryError(f"dated_shares: there is no dimension {name!r}")
    if len(values := country.dimensions[dimension]) != 2:
        raise CountryError(f"dated_shares: {dimension} must have two values, not {len(values)}")
    axis = list(country.dimensions).index(dimension)
    position = {traits: number for number, traits in enumerate(country.traits)}
    leaving = np.zeros((len(country.years), count * size))
    held: dict[frozenset[tuple[str, str]], list[DatedShare | None]] = {}  # by year, of some people
    named = {(one.of_dimension, one.of_value) for one in country.dated_shares}
    for c, traits in enumerate(country.traits):
        other = values[1 - values.index(traits[axis])]
        swapped = position[(*traits[:axis], other, *traits[axis + 1 :])]
        partner[c::size] = swapped + size * np.arange(count)
        mine = frozenset(zip(country.dimensions, traits, strict=True)) & named
        if mine not in held:
            held[mine] = [_in_force(country, year, mine) for year in country.years]
        here, both = country.shares[:, c], country.shares[:, c] + country.shares[:, swapped]
        for year, row in enumerate(held[mine]):
            if row is not None:
                out = here - both * (row.share if row.value == traits[axis] else 1.0 - row.share)
                leaving[year, c::size] = np.where(out > ROUNDING * both, out, 0.0)
    return leaving, partner


@compiled
def fill_edges(
    edges: np.ndarray,
    cumulative: np.ndarray,
    leaving: np.ndarray,
    partner: np.ndarray,
    year: int,
    extent: float,
) -> None:
    """Set between which shares of the population each category stands in a year, [4, P C].

    The first two are its own part, the last two what another lends to it, which may be empty.
    ``extent`` is the parameter ``dated_shares``.
    """
    for i in range(edges.shape[1]):
        edges[0, i] = cumulative[i]
        edges[1:, i] = cumulative[i + 1]
    if leaving.shape[0] > 0 and extent > 0.0:
        for i in range(edges.shape[1]):
            out = extent * leaving[year, i]
            if out > 0.0:
                edges[1, i] = max(cumulative[i], cumulative[i + 1] - out)
                edges[2, partner[i]] = edges[1, i]
                edges[3, partner[i]] = cumulative[i + 1]


@compiled
def head_count(population: int, edges: np.ndarray, i: int) -> int:
    """Return the people of a category, both of its own part and of what is lent to it."""
    own = equations.head_count(population, edges[0, i], edges[1, i])
    return own + equations.head_count(population, edges[2, i], edges[3, i])


@compiled
def share(edges: np.ndarray, i: int) -> float:
    """Return a category's share of the population."""
    return edges[1, i] - edges[0, i] + (edges[3, i] - edges[2, i])


@compiled
def _head_counts(population: int, edges: np.ndarray, counts: np.ndarray) -> None:
    for i in range(counts.size):
        counts[i] = head_count(population, edges, i)


def edges_of(country: Country, year: int, extent: float) -> np.ndarray:
    """Return the edges of all categories in a year by its number, as :func:`fill_edges` says."""
    edges = np.empty((4, country.category_count))
    moved = moves(country) if extent > 0.0 else no_moves(country)
    fill_edges(edges, country.cumulative_shares, *moved, year, extent)
    return edges


def head_counts(population: int, edges: np.ndarray) -> np.ndarray:
    """Return the people of every category, [P C]."""
    counts = np.empty(edges.shape[1], np.int64)
    _head_counts(population, edges, counts)
    return counts
