"""The observed counts that runs are compared with: a number for each of some successive years."""

from __future__ import annotations

import dataclasses
import itertools
import math
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from defection.checks import shown
from defection.country import load
from defection.country_files import LAST_YEAR, MOST_PEOPLE
from defection.parameters import nearest
from defection.tables import read_rows

COLUMNS = ("year", "successes")
"""Columns of a target that a user gives as a table or a CSV file."""


class TargetError(ValueError):
    """Counts cannot be a target: none, gaps, negative ones, or years that are not run."""


@dataclasses.dataclass(frozen=True)
class Target:
    """An observed yearly flow, such as Table 1 of the paper.

    Parameters
    ----------
    years : sequence of int
        Successive calendar years, [Y].
    counts : sequence of float
        People in each year, at least 0, some above 0, [Y].
    name : str
        What was observed, for tables and figures.

    Raises
    ------
    TargetError
        Gaps, years twice or out of order, counts that are negative or not finite, nobody at all.

    Examples
    --------
    >>> Target.from_country().part(2005, 2007)
    Target(years=(2005, 2006, 2007), counts=(1383.0, 2028.0, 2554.0), name='...2005-2007')
    """

    years: tuple[int, ...]
    counts: tuple[float, ...]
    name: str = "observed"

    def __post_init__(self) -> None:
        if len(self.years) != len(self.counts):
            raise TargetError(
                f"a target needs one count for each year, not {len(self.counts)} counts for "
                f"{len(self.years)} years"
            )
        if not self.years:
            raise TargetError("a target needs at least one year")
        years = tuple(_year(year) for year in self.years)
        counts = tuple(_count(*pair) for pair in zip(years, self.counts, strict=True))
        object.__setattr__(self, "years", years)
        object.__setattr__(self, "counts", counts)
        for before, after in itertools.pairwise(years):
            if after == before:
                raise TargetError(f"the target has the year {after} twice")
            if after < before:
                raise TargetError(f"the target's years must rise, but {after} comes after {before}")
            if after > before + 1:
                gap = f"{before + 1}" if after == before + 2 else f"{before + 1} to {after - 1}"
                raise TargetError(
                    f"the target has a gap: {gap} between {before} and {after}; give every year, "
                    "or fewer years"
                )
        if sum(counts) == 0:
            raise TargetError("the target has nobody in any year: nothing can be learnt from it")

    @classmethod
    def from_country(cls, country: Any = "north_korea", *, printed: bool = False) -> Target:
        """Return what was observed of a country; for North Korea Table 1 of the paper.

        ``printed`` keeps the number that the paper prints for 2006 (2,091) where the Ministry of
        Unification has 2,028. ``TargetError`` where nothing was observed.
        """
        loaded = load(country)
        if not loaded.observed:
            raise TargetError(
                f"{loaded.name} has no observed counts: give a target of your own (Target.from_csv)"
            )
        years, counts, as_printed = zip(*loaded.observed, strict=True)
        if printed:
            return cls(years, as_printed, f"{loaded.name}, as printed")
        return cls(years, counts, loaded.name)

    @classmethod
    def from_table(
        cls, table: pd.DataFrame | Mapping[str, Any], *, name: str = "observed", country: Any = None
    ) -> Target:
        """Read a table with the columns ``year`` and ``successes``, in any order of rows.

        Years that ``country`` (if given) does not cover are refused (``TargetError``).
        """
        table = pd.DataFrame(table)
        table.columns = [str(column).strip() for column in table.columns]
        for column in COLUMNS:
            if list(table.columns).count(column) > 1:
                raise TargetError(f"the target has the column {column!r} twice")
            if column not in table.columns:
                near, has = nearest(column, tuple(table.columns)), ", ".join(table.columns)
                raise TargetError(f"the target has no column {column!r}{near}; it has {has}")
        rows = table[list(COLUMNS)].itertuples(index=False)
        pairs = sorted(((_year(year), count) for year, count in rows), key=lambda pair: pair[0])
        target = cls(tuple(year for year, _ in pairs), tuple(count for _, count in pairs), name)
        if country is not None:
            target.check_years(load(country).years)
        return target

    @classmethod
    def from_csv(cls, path: str | pathlib.Path, *, country: Any = None) -> Target:
        """Read a CSV file with the columns ``year`` and ``successes``, both whole numbers.

        Errors name the file and, where there is one, the line.
        """
        file = pathlib.Path(path)
        rows = read_rows(file, COLUMNS, TargetError, missing="there is no such file")
        counts: dict[int, int] = {}
        for row in rows:
            year = row.whole("year", low=0, high=LAST_YEAR)
            if year in counts:
                raise row.error("year", f"{year} stands here twice")
            counts[year] = row.whole("successes", low=0, high=MOST_PEOPLE)
        try:
            table = {"year": list(counts), "successes": list(counts.values())}
            return cls.from_table(table, name=file.stem, country=country)
        except TargetError as error:
            raise TargetError(f"{file}: {error}") from None

    def smoothed(self, window: int = 3) -> Target:
        """Return a centred moving average of ``window`` years on the root scale, squared again.

        The root makes the average as fair to years with 50 as to years with 2,500 people. At both
        ends the window is shortened on both sides alike, so that the first and the last year stay
        what they are.
        """
        if isinstance(window, bool) or not isinstance(window, int) or window < 1 or window % 2 == 0:
            raise TargetError(
                f"smoothed: window = {window!r} must be an odd whole number of years, at least 1"
            )
        roots, last = np.sqrt(self.counts), len(self.counts) - 1
        reach = [min(window // 2, i, last - i) for i in range(last + 1)]
        mean = tuple(
            float(roots[i - r : i + r + 1].mean() ** 2) if r else self.counts[i]
            for i, r in enumerate(reach)
        )
        name = f"{self.name}, smoothed over {window} years"
        return dataclasses.replace(self, counts=mean, name=name)

    def part(self, first: int, last: int) -> Target:
        """Return the years ``first .. last``."""
        pairs = zip(self.years, self.counts, strict=True)
        kept = {year: count for year, count in pairs if first <= year <= last}
        if not kept:
            raise TargetError(
                f"the target covers {self.years[0]} to {self.years[-1]}: nothing of it lies in "
                f"{first} to {last}"
            )
        years = tuple(kept)
        return Target(years, tuple(kept.values()), f"{self.name}, {years[0]}-{years[-1]}")

    def check_years(self, years: Iterable[int]) -> None:
        """Refuse a target with years that are not among ``years``, those that are run."""
        run = set(years)
        if wrong := [year for year in self.years if year not in run]:
            covered = f"cover {min(run)} to {max(run)}" if run else "complete no year"
            raise TargetError(
                f"the target's year {wrong[0]} is not run: the runs {covered} (target: {self.name})"
            )


def _year(value: Any) -> int:
    try:
        number = float(value)
        if number == int(number) and not isinstance(value, (str, bool)):
            return int(number)
    except (TypeError, ValueError, OverflowError):
        pass
    raise TargetError(f"{shown(value)} is not a year")


def _count(year: int, value: Any) -> float:
    if isinstance(value, (str, bool)):
        raise TargetError(f"the count of {year} must be a number, not {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        raise TargetError(f"the count of {year} must be a number, not {shown(value)}") from None
    if not math.isfinite(number):
        raise TargetError(f"the count of {year} is missing or not finite: {shown(value)}")
    if number < 0:
        raise TargetError(f"the count of {year} is {number:g}: it must be at least 0")
    return number
