"""A country as data: its provinces, its citizen categories, its years and its record, read from CSV files and checked.

Nothing about any country is in the code. ``load("north_korea")`` reads the shipped one;
``load("path/to/folder")`` one of your own with the same files (``docs/own_country.md`` says what
each holds).
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import math
import numbers
import pathlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from defection import country_files, equations
from defection.country_files import Dating
from defection.parameters import SPAN, ParameterError, nearest
from defection.tables import CountryError

__all__ = ["WEEKS_PER_YEAR", "Country", "CountryError", "Dating", "load", "shipped"]

WEEKS_PER_YEAR = 52
"""The paper's 1,196 weeks are 23 years of 52."""

ARRAYS = ("border", "shares", "trait_ability", "trait_motivation", "populations", "growth_percent")
"""The fields of a country that are arrays."""

DATA = pathlib.Path(__file__).parent / "data"


def shipped() -> tuple[str, ...]:
    """Return the names of the countries that come with the package."""
    return tuple(
        sorted(folder.name for folder in DATA.iterdir() if (folder / "provinces.csv").exists())
    )


def load(country: str | pathlib.Path | Country) -> Country:
    """Return a country by the name of a shipped one or by the path of a folder; a ``Country`` is returned as it is.

    Raises ``CountryError`` that names the file, line and column of the first fault.
    """
    if isinstance(country, Country):
        return country
    if not isinstance(country, (str, pathlib.Path)):
        raise CountryError(f"the country must be a name, a folder or a Country, not {country!r}")
    if not str(country).strip():
        raise CountryError(f"the country must be a name or a folder, not {str(country)!r}")
    folder = DATA / country if country in shipped() else pathlib.Path(country)
    if not folder.is_dir():
        raise CountryError(
            f"there is no country {str(country)!r}: neither a shipped one ({', '.join(shipped())}) nor a folder"
            + nearest(str(country), shipped())
        )
    stamp = tuple(
        sorted((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in folder.glob("*.csv"))
    )
    return _read(folder.resolve(), stamp)


@functools.lru_cache(maxsize=16)
def _read(
    folder: pathlib.Path, _stamp: tuple
) -> Country:  # the stamp makes a changed file read again
    return Country(**country_files.read(folder))


@dataclasses.dataclass(frozen=True, eq=False)
class Country:
    """What the model knows of a country; cannot be changed, ``replace`` makes a variant.

    Shapes: P provinces, C categories within a province (the same in every province), Y years.
    Categories are counted province by province: number p C + c.
    """

    name: str
    provinces: tuple[str, ...]
    border: np.ndarray
    """Weight of the border in each province, [P]."""
    dimensions: Mapping[str, tuple[str, ...]]
    """Values of each dimension (age, gender ...) in their order."""
    traits: tuple[tuple[str, ...], ...]
    """One value per dimension for each of the C categories."""
    shares: np.ndarray
    """Share of each category in the whole population, [P, C]."""
    trait_ability: np.ndarray
    """Sum of the impacts of the traits on ability, [C]."""
    trait_motivation: np.ndarray
    """Sum of the impacts of the traits on motivation, [C]."""
    border_ability: float
    border_motivation: float
    economy_ability: float
    economy_motivation: float
    years: tuple[int, ...]
    populations: np.ndarray
    """People at the start of each year and at the end of the last, [Y + 1]."""
    growth_percent: np.ndarray
    """Growth of the economy in each year, percent, [Y]."""
    datings: tuple[Dating, ...]
    observed: tuple[tuple[int, int, int], ...] = dataclasses.field(metadata={"digest": "record"})
    """Year, observed successes, the same as first printed."""
    impacts: Mapping[tuple[str, str], tuple[float, float]] = dataclasses.field(
        default_factory=dict, metadata={"explains": True}
    )
    """Impact on ability and on motivation of each (dimension, value) that has one: explains ``trait_ability``, is not read by the law."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name in ARRAYS:
                try:
                    value = np.array(value, dtype=float)  # a copy of our own
                except (TypeError, ValueError):
                    raise CountryError(f"{field.name} must be numbers, not {value!r}") from None
                value.setflags(write=False)
                object.__setattr__(self, field.name, value)
        self._check()

    def _check(self) -> None:
        provinces, categories, years = len(self.provinces), len(self.traits), len(self.years)
        shapes = {
            "border": (provinces,),
            "shares": (provinces, categories),
            "trait_ability": (categories,),
            "trait_motivation": (categories,),
            "populations": (years + 1,),
            "growth_percent": (years,),
        }
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values.shape != shape:
                raise CountryError(f"{name} must have shape {shape}, not {values.shape}")
            if not np.isfinite(values).all():
                raise CountryError(f"{name} must be finite numbers")
        for name in (
            "border_ability",
            "border_motivation",
            "economy_ability",
            "economy_motivation",
        ):
            if not math.isfinite(getattr(self, name)):
                raise CountryError(f"{name} must be a finite number, not {getattr(self, name)!r}")
        if (self.border < 0).any():
            raise CountryError("border must be weights of at least 0")
        if not (self.shares >= 0).all() or abs(self.shares.sum() - 1.0) > 1e-9:
            raise CountryError(
                f"the shares of all categories must be at least 0 and sum to 1, not {self.shares.sum():.12g}"
            )
        if not ((self.populations >= 1) & (self.populations <= country_files.MOST_PEOPLE)).all():
            raise CountryError(f"populations must lie between 1 and {country_files.MOST_PEOPLE:,}")
        for name in ("provinces", "traits", "years"):
            if not getattr(self, name) or len(set(getattr(self, name))) < len(getattr(self, name)):
                raise CountryError(f"{name} must not be empty nor hold anything twice")

    def __deepcopy__(self, memo: dict) -> Country:
        return self  # nothing in it can change

    def replace(self, **fields: object) -> Country:
        """Return a variant of the same shape, such as ``country.replace(border=weights)``."""
        names = [field.name for field in dataclasses.fields(self)]
        for name in fields:
            if name not in names:
                raise CountryError(f"a country has no {name!r}{nearest(name, tuple(names))}")
        return dataclasses.replace(self, **fields)  # type: ignore[arg-type]

    @property
    def weeks(self) -> int:
        """How many weeks the data cover."""
        return len(self.years) * WEEKS_PER_YEAR

    @property
    def category_count(self) -> int:
        """How many categories live in all provinces together."""
        return self.shares.size

    @functools.cached_property
    def ability_impact(self) -> np.ndarray:
        """Sum of the impacts on ability of each category's traits and its province's border, [P, C]."""
        return self.trait_ability[None, :] + self.border_ability * self.border[:, None]

    @functools.cached_property
    def motivation_impact(self) -> np.ndarray:
        """Sum of the impacts on motivation of each category's traits and its province's border, [P, C]."""
        return self.trait_motivation[None, :] + self.border_motivation * self.border[:, None]

    @functools.cached_property
    def cumulative_shares(self) -> np.ndarray:
        """Share of the population in all categories before each one, [P C + 1], from 0 to exactly 1."""
        cumulative = np.concatenate([[0.0], np.cumsum(self.shares.ravel())])
        cumulative[-1] = 1.0
        return cumulative

    @functools.cached_property
    def weekly_population(self) -> np.ndarray:
        """Population in each week, [weeks], interpolated between the starts of years and rounded to people."""
        week = np.arange(self.weeks) / WEEKS_PER_YEAR
        population = np.interp(week, np.arange(len(self.years) + 1), self.populations)
        return np.floor(population + 0.5).astype(np.int64)

    def head_counts(self, week: int) -> np.ndarray:
        """Return the people of every category in a week, [P C]; they add up to the population to the person."""
        counts = np.empty(self.category_count, np.int64)
        equations.head_counts(int(self.weekly_population[week]), self.cumulative_shares, counts)
        return counts

    def province_populations(self, week: int) -> np.ndarray:
        """Return the people of every province in a week, [P]: the sums of its categories' head counts."""
        counts = np.empty(len(self.provinces), np.int64)
        edges = np.ascontiguousarray(self.cumulative_shares[:: len(self.traits)])
        equations.head_counts(int(self.weekly_population[week]), edges, counts)
        return counts

    def year_of(self, week: int) -> int:
        """Return the calendar year of a week."""
        return self.years[week // WEEKS_PER_YEAR]

    def famine(self, famine_years: str) -> np.ndarray:
        """Return 1 for each famine year and 0 for others, [Y], by the reading ``famine_years``."""
        first, last = self._famine_span(famine_years)
        years = np.array(self.years)
        return ((years >= first) & (years <= last)).astype(float)

    def _famine_span(self, famine_years: str) -> tuple[int, int]:
        datings = {dating.name: (dating.first_year, dating.last_year) for dating in self.datings}
        if famine_years == "none" or (famine_years == "country" and not datings):
            return (1, 0)
        if famine_years == "country":
            return next(iter(datings.values()))
        if famine_years in datings:
            return datings[famine_years]
        span = SPAN.fullmatch(famine_years)
        if not span:
            known = ("country", "none", *datings)
            raise ParameterError(
                f"famine_years = {famine_years!r} is neither a span such as 1994-1998 nor one of {', '.join(known)}"
                + nearest(famine_years, known)
            )
        first, last = int(span[1]), int(span[2])
        if last < self.years[0] or first > self.years[-1]:
            raise ParameterError(
                f"famine_years = {famine_years!r} lies outside the data, {self.years[0]}-{self.years[-1]}"
            )
        return first, last

    @functools.cached_property
    def fingerprint(self) -> str:
        """A fingerprint (16 hexadecimal digits) of everything the model reads of this country."""
        digest = hashlib.sha256()
        for field in dataclasses.fields(self):
            if field.metadata.get("explains"):
                continue
            value = getattr(self, field.name)
            body = (
                value.astype("<f8").tobytes()
                if isinstance(value, np.ndarray)
                else repr(value).encode()
            )
            name = field.metadata.get("digest", field.name)  # the name that the field had at first
            digest.update(name.encode() + b"\0" + body + b"\0")
        return digest.hexdigest()[:16]

    def categories(self) -> pd.DataFrame:
        """Return a table with a row per category: its province, its traits and its share of the population."""
        rows = [dict(zip(self.dimensions, traits, strict=True)) for traits in self.traits]
        table = pd.DataFrame(
            [{"province": p, **row} for p, row in itertools.product(self.provinces, rows)]
        )
        table["share"] = self.shares.ravel()
        return table


def checked_weeks(weeks: int | None, country: Country) -> int:
    """Return how many weeks to run, all that the country's data cover if ``weeks`` is None."""
    if weeks is None:
        return country.weeks
    if (
        isinstance(weeks, bool)
        or not isinstance(weeks, numbers.Integral)
        or not 1 <= weeks <= country.weeks
    ):
        raise ParameterError(
            f"weeks = {weeks!r} must be a whole number from 1 to {country.weeks}, the weeks that the data cover"
        )
    return int(weeks)
