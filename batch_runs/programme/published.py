"""What is published of rescues: spending and numbers, and the ranges of assumptions."""

from __future__ import annotations

import dataclasses
import pathlib

from defection.country import Country, load
from defection.country_folders import folder_of, shipped
from defection.files import digest
from defection.journey import data as journey
from defection.journey.data import JourneyData
from defection.tables import CountryError, read_rows

FOLDER = "programme"
FILES = ("rescues.csv", "assumptions.csv")
LATER = "later.csv"
"""In the folder of the journey: arrivals in the years after those of the law."""


@dataclasses.dataclass(frozen=True)
class Published:
    """Rescues of a group in some years, and what they cost."""

    group: str
    year: str
    rescued: int
    spent: float
    scope: str
    source: str


@dataclasses.dataclass(frozen=True)
class Range:
    """The sourced range of an assumption."""

    low: float
    high: float
    years: str
    mark: str
    source: str


@dataclasses.dataclass(frozen=True)
class LaterYear:
    """Arrivals in the South in a year after those of the law."""

    total: int
    women: int
    mark: str
    source: str


@dataclasses.dataclass(frozen=True, eq=False)
class Later:
    """What is known of the journey after the last year of the law: an extrapolation."""

    arrivals: dict[int, LaterYear]
    journey: JourneyData
    """The country's journey of all years, with these."""

    @property
    def years(self) -> tuple[int, ...]:
        """The years after those of the law."""
        return tuple(self.arrivals)


@dataclasses.dataclass(frozen=True)
class Sourced:
    """All that a country's folder ``programme`` holds."""

    rescues: tuple[Published, ...]
    ranges: dict[str, Range]
    later: Later | None
    fingerprint: str


def sourced(country: str | pathlib.Path | Country) -> Sourced:
    """Read what is published of rescues from a country, and of later years; or nothing.

    Raises
    ------
    CountryError
        A file has a fault: file, line and column.
    """
    if isinstance(country, Country):  # which keeps no folder: a shipped one is known by its data
        same = [name for name in shipped() if load(name).fingerprint == country.fingerprint]
        if not same:
            return Sourced((), {}, None, "")
        country = same[0]
    folder = folder_of(country)
    later = _later(folder, load(country))
    read = [(folder / journey.FOLDER / LATER).read_bytes()] if later else []
    if not (folder / FOLDER).is_dir():
        return Sourced((), {}, later, digest(b"".join(read)) if read else "")
    folder /= FOLDER
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise CountryError(f"{folder / missing[0]}: this file is missing")
    read += [(folder / name).read_bytes() for name in FILES]
    return Sourced(_rescues(folder), _ranges(folder), later, digest(b"".join(read)))


def _rescues(folder: pathlib.Path) -> tuple[Published, ...]:
    columns = ("group", "year", "rescued", "spent_usd", "scope", "mark", "source")
    return tuple(
        Published(
            row.text("group"), row.text("year"), row.whole("rescued", 1, 1e6),
            row.number("spent_usd", 0, 1e12), row.text("scope"), row.text("source"),
        )
        for row in read_rows(folder / FILES[0], columns)
    )  # fmt: skip


def _ranges(folder: pathlib.Path) -> dict[str, Range]:
    ranges = {}
    columns = ("assumption", "low", "high", "years", "mark", "source")
    for row in read_rows(folder / FILES[1], columns):
        low = row.number("low", 0, 1e9)
        ranges[row.text("assumption")] = Range(
            low, row.number("high", low, 1e9), row.optional("years"), row.text("mark"),
            row.text("source"),
        )  # fmt: skip
    return ranges


def _later(folder: pathlib.Path, country: Country) -> Later | None:
    """Read the years after those of the law, each after the one before; None where none are."""
    file = folder / journey.FOLDER / LATER
    if country.journey is None or not file.is_file():
        return None
    arrivals: dict[int, LaterYear] = {}
    for row in read_rows(file, ("year", "arrivals", "women", "mark", "source")):
        year = country.years[-1] + 1 + len(arrivals)
        if row.whole("year", 0, 9999) != year:
            raise row.error("year", f"{row.text('year')} stands where {year} belongs")
        total = row.whole("arrivals", 0, 1e6)
        women = row.whole("women", 0, total)
        arrivals[year] = LaterYear(total, women, row.text("mark"), row.text("source"))
    years = (*country.years, *arrivals)
    read = journey.read(folder, country.dimensions, years)
    return Later(arrivals, read) if read and arrivals else None
