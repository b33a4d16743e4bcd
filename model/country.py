"""A country as data: provinces, citizen categories, years and what was observed.

Nothing about any country is in the code; ``docs/own_country.md`` says what each file holds.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import math
import numbers
import os
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from defection import country_files, equations
from defection.about import About
from defection.checks import shown
from defection.counties import renamed
from defection.country_folders import folder_of, shipped
from defection.dated_shares import DatedShare, edges_of, head_counts
from defection.defaults import Defaults
from defection.famine import Dating, famine_span
from defection.journey.data import JourneyData
from defection.journey.facts import Fact
from defection.measures import WEEKS_PER_YEAR
from defection.parameter import SearchRange
from defection.parameters import nearest
from defection.presets import Preset
from defection.tables import CountryError
from defection.weeks import checked_weeks

__all__ = [
    "WEEKS_PER_YEAR", "Country", "CountryError", "Dating", "checked_weeks", "load", "shipped",
]  # fmt: skip

DEFAULT_COUNTRY = "north_korea"

ARRAYS = ("border", "shares", "trait_ability", "trait_motivation", "populations", "growth_percent")


def load(country: str | pathlib.Path | Country) -> Country:
    """Return a country by the name of a shipped one or by the path of a folder.

    Parameters
    ----------
    country : str, path or Country
        As :func:`defection.country_folders.resolved` says; or a ``Country``.

    Returns
    -------
    Country
        The country, read again only where a file has changed.

    Raises
    ------
    CountryError
        There is none, or a file is broken; the message names file, line and column of the fault.

    Examples
    --------
    >>> load("north_korea").weeks
    1196
    """
    if isinstance(country, Country):
        return country
    if not isinstance(country, (str, pathlib.Path)) or not str(country).strip():
        said = "the country must be a name, a folder or a Country"
        raise CountryError(f"{said}, not {shown(country)}")
    folder = folder_of(country)
    if not os.path.isdir(folder):  # also where the name is too long to be one
        near = nearest(pathlib.Path(country).name, shipped())
        raise CountryError(
            f"there is no country {shown(str(country))}: neither a shipped one "
            f"({', '.join(shipped())}) nor a folder{near}"
        )
    return _read(folder.resolve(), country_files.stamp(folder))


@functools.lru_cache(maxsize=16)
def _read(folder: pathlib.Path, _stamp: tuple) -> Country:
    """Read a folder; its ``_stamp`` differs where a file has changed."""
    return Country(**country_files.read(folder))


def _beside_the_law(default: Any) -> Any:
    return dataclasses.field(default_factory=default, metadata={"explains": True})


@dataclasses.dataclass(frozen=True, eq=False)
class Country(Defaults):
    """What the model knows of a country; cannot be changed, ``replace`` makes a variant.

    Shapes: P provinces, C categories within a province (the same in every province), Y years.
    Categories are counted province by province: number p C + c.

    Parameters
    ----------
    name, provinces : str, tuple of str
        Its name, and those of the provinces, [P].
    border : array
        Weight of the border in each province, at least 0, [P].
    dimensions, traits
        Values of each dimension (age, gender ...); one value per dimension for each category.
    shares : array
        Share of each category in the whole population, [P, C]; they sum to 1.
    trait_ability, trait_motivation : array
        Sums of the impacts of a category's traits, [C].
    border_ability, border_motivation, economy_ability, economy_motivation : float
        Impacts of the border and of the economy.
    years : tuple of int
        The calendar years of the data, [Y].
    populations : array
        People at the start of each year and at the end of the last, [Y + 1].
    growth_percent : array
        Growth of the economy in each year, percent, [Y].
    datings : tuple of Dating
        Of the famine; the first is the default.
    observed : tuple
        Year, observed successes, the same as first printed, where there are any.
    impacts : mapping, optional
        Impacts on ability and motivation of each (dimension, value), which the law does not read.
    counties, neighbours, border_weights, dated_shares : optional
        Name and people of each province's counties; pairs of provinces that are neighbours; what
        the border weighs by province, [P]; shares that change with the years.
    paper, presets, ranges, journey, facts, about : optional
        Is the paper about it; presets, ranges to search; what happens after the border and what
        was observed of it; what it says of itself. Not read by the law.

    Raises
    ------
    CountryError
        An array has a wrong shape or values out of range, or names are missing or stand twice.

    Examples
    --------
    >>> korea = load("north_korea")
    >>> korea.shares.shape == (len(korea.provinces), len(korea.traits))
    True
    >>> half = korea.replace(border=korea.border / 2)
    >>> float(half.border.max() / korea.border.max())
    0.5
    """

    name: str
    provinces: tuple[str, ...]
    border: np.ndarray
    dimensions: Mapping[str, tuple[str, ...]]
    traits: tuple[tuple[str, ...], ...]
    shares: np.ndarray
    trait_ability: np.ndarray
    trait_motivation: np.ndarray
    border_ability: float
    border_motivation: float
    economy_ability: float
    economy_motivation: float
    years: tuple[int, ...]
    populations: np.ndarray
    growth_percent: np.ndarray
    datings: tuple[Dating, ...]
    observed: tuple[tuple[int, int, int], ...] = dataclasses.field(metadata={"digest": "record"})
    impacts: Mapping[tuple[str, str], tuple[float, float]] = _beside_the_law(dict)
    counties: Mapping[str, tuple[tuple[str, int], ...]] = _beside_the_law(dict)
    neighbours: tuple[tuple[str, str], ...] = _beside_the_law(tuple)
    border_weights: tuple[float, ...] = _beside_the_law(tuple)
    dated_shares: tuple[DatedShare, ...] = _beside_the_law(tuple)
    paper: bool = _beside_the_law(bool)
    presets: tuple[Preset, ...] = _beside_the_law(tuple)
    ranges: Mapping[str, SearchRange] = _beside_the_law(dict)
    journey: JourneyData | None = dataclasses.field(default=None, metadata={"explains": True})
    facts: tuple[Fact, ...] = _beside_the_law(tuple)
    about: About = dataclasses.field(default_factory=About, metadata={"explains": True})

    def __post_init__(self) -> None:
        for name in ARRAYS:
            try:
                own = np.array(getattr(self, name), dtype=float)  # a copy of our own
            except (TypeError, ValueError, OverflowError):
                said = f"{name} must be numbers, not {shown(getattr(self, name))}"
                raise CountryError(said) from None
            own.setflags(write=False)
            object.__setattr__(self, name, own)
        self._check()

    def _check(self) -> None:
        provinces, categories, years = len(self.provinces), len(self.traits), len(self.years)
        each = (categories,)
        shapes = ((provinces,), (provinces, categories), each, each, (years + 1,), (years,))
        for name, shape in zip(ARRAYS, shapes, strict=True):
            values = getattr(self, name)
            if values.shape != shape:
                raise CountryError(f"{name} must have shape {shape}, not {values.shape}")
            if not np.isfinite(values).all():
                raise CountryError(f"{name} must be finite numbers")
        for one, kind in itertools.product(("border", "economy"), ("ability", "motivation")):
            impact = getattr(self, f"{one}_{kind}")
            if not isinstance(impact, numbers.Real) or not -math.inf < impact < math.inf:  # type: ignore[operator]
                raise CountryError(f"{one}_{kind} must be a finite number, not {shown(impact)}")
        if (self.border < 0).any():
            raise CountryError("border must be weights of at least 0")
        if not (self.shares >= 0).all() or abs(self.shares.sum() - 1.0) > 1e-9:
            said = f"must be at least 0 and sum to 1, not {self.shares.sum():.12g}"
            raise CountryError(f"the shares of all categories {said}")
        if not ((self.populations >= 1) & (self.populations <= country_files.MOST_PEOPLE)).all():
            raise CountryError(f"populations must lie between 1 and {country_files.MOST_PEOPLE:,}")
        for name in ("provinces", "traits", "years"):
            if not (values := getattr(self, name)) or len(set(values)) < len(values):
                raise CountryError(f"{name} must not be empty nor hold anything twice")

    def __deepcopy__(self, memo: dict) -> Country:
        return self  # nothing in it can change

    def replace(self, **fields: object) -> Country:
        """Return a variant of the same shape, such as ``country.replace(border=weights)``."""
        names = [field.name for field in dataclasses.fields(self)]
        for name in sorted(set(fields) - set(names)):
            raise CountryError(f"a country has no {name!r}{nearest(name, names)}")
        return dataclasses.replace(self, **renamed(self, fields))

    @property
    def weeks(self) -> int:
        """How many weeks the data cover."""
        return WEEKS_PER_YEAR * len(self.years)

    @property
    def category_count(self) -> int:
        """How many categories live in all provinces together."""
        return self.shares.size

    @functools.cached_property
    def ability_impact(self) -> np.ndarray:
        """Impact on ability of each category's traits and its province's border, [P, C]."""
        return self.trait_ability[None, :] + self.border_ability * self.border[:, None]

    @functools.cached_property
    def motivation_impact(self) -> np.ndarray:
        """Impact on motivation of each category's traits and its province's border, [P, C]."""
        return self.trait_motivation[None, :] + self.border_motivation * self.border[:, None]

    @functools.cached_property
    def cumulative_shares(self) -> np.ndarray:
        """Share of the population in all categories before each one, [P C + 1], from 0 to 1."""
        cumulative = np.concatenate([[0.0], np.cumsum(self.shares.ravel())])
        cumulative[-1] = 1.0
        return cumulative

    @functools.cached_property
    def weekly_population(self) -> np.ndarray:
        """Population in each week, interpolated between the starts of years, whole, [weeks]."""
        week = np.arange(self.weeks) / WEEKS_PER_YEAR
        population = np.interp(week, np.arange(len(self.years) + 1), self.populations)
        return np.floor(population + 0.5).astype(np.int64)

    def head_counts(self, week: int, extent: float = 0.0) -> np.ndarray:
        """Return the people of every category in a week, [P C], by ``dated_shares = extent``."""
        edges = edges_of(self, week // WEEKS_PER_YEAR, extent)
        return head_counts(int(self.weekly_population[week]), edges)

    def province_populations(self, week: int) -> np.ndarray:
        """Return the people of every province in a week, [P]: the sums of its categories'."""
        counts = np.empty(len(self.provinces), np.int64)
        edges = np.ascontiguousarray(self.cumulative_shares[:: len(self.traits)])
        equations.head_counts(int(self.weekly_population[week]), edges, counts)
        return counts

    def year_of(self, week: int) -> int:
        """Return the calendar year of a week."""
        return self.years[week // WEEKS_PER_YEAR]

    def famine(self, famine_years: str) -> np.ndarray:
        """Return 1 for each famine year and 0 for others, [Y], by the reading ``famine_years``."""
        first, last = famine_span(famine_years, self.datings, self.years)
        years = np.array(self.years)
        return ((years >= first) & (years <= last)).astype(float)

    @functools.cached_property
    def fingerprint(self) -> str:
        """A fingerprint (16 hexadecimal digits) of everything the model reads of this country."""
        digest = hashlib.sha256()
        for field in dataclasses.fields(self):
            if field.metadata.get("explains"):
                continue
            value = getattr(self, field.name)
            is_array, name = isinstance(value, np.ndarray), field.metadata.get("digest", field.name)
            body = value.astype("<f8").tobytes() if is_array else repr(value).encode()
            digest.update(name.encode() + b"\0" + body + b"\0")
        return digest.hexdigest()[:16]

    def categories(self) -> pd.DataFrame:
        """Return a row per category: its province, its traits and its share of the population."""
        rows = [(p, *traits) for p, traits in itertools.product(self.provinces, self.traits)]
        table = pd.DataFrame(rows, columns=["province", *self.dimensions])
        return table.assign(share=self.shares.ravel())
