"""What a country's data say of the journey: the files in its folder ``journey``, read and checked.

* ``events.csv``: factors on hazards in some years (``docs/own_country.md`` lists the columns).
* ``genders.csv``: factors on hazards by gender.
* ``penalties.csv``: mean months for which those who were returned are held, by first year.
* ``destinations.csv``: shares of those who go onward, by first year.
* ``other_ways.csv``: people a year who come to the South by other ways, by gender.

``penalties.csv`` and ``destinations.csv`` must be there; a country without the folder has no
journey.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from defection.journey.rates import DATED, HAZARDS
from defection.journey.statuses import STATUS
from defection.parameters import nearest
from defection.tables import CountryError, Row, read_rows

if TYPE_CHECKING:
    from defection.country import Country

FOLDER = "journey"
GENDER, FEMALE = "gender", "female"
DESTINATIONS = ("south", "united_states", "elsewhere")
MOST_FACTOR, MOST_MONTHS, MOST_PEOPLE = 1000.0, 1200.0, 1e6


@dataclasses.dataclass(frozen=True, eq=False)
class JourneyData:
    """What a country's data say of the journey, for S genders and Y years.

    Parameters
    ----------
    years : array
        Calendar years, [Y].
    is_female : array
        Which gender is women, bool [S].
    by_gender : array
        Factor of each of ``rates.HAZARDS`` by gender, [hazards, S].
    by_year : array
        Factor of each of ``rates.DATED`` by year, [hazards + 1, Y].
    months_held : array
        Mean months for which people are held after a return, [Y].
    destinations : array
        Shares of those who go onward, [3, Y]; each year's sum to 1.
    other_ways : array
        People a year who arrive in the South and never were in China, [S, Y].
    """

    years: np.ndarray
    is_female: np.ndarray
    by_gender: np.ndarray
    by_year: np.ndarray
    months_held: np.ndarray
    destinations: np.ndarray
    other_ways: np.ndarray

    @property
    def fingerprint(self) -> str:
        """A fingerprint (16 hexadecimal digits) of everything in it."""
        digest = hashlib.sha256()
        for field in dataclasses.fields(self):
            digest.update(
                field.name.encode() + np.asarray(getattr(self, field.name), "<f8").tobytes()
            )
        return digest.hexdigest()[:16]


def read(
    folder: pathlib.Path, dimensions: Mapping[str, tuple[str, ...]], years: tuple[int, ...]
) -> JourneyData | None:
    """Read the folder ``journey`` of a country's ``folder``; None where there is none.

    Raises
    ------
    CountryError
        It names file, line and column of the first fault.
    """
    place = folder / FOLDER
    if not place.is_dir():
        return None
    genders = dimensions.get(GENDER, ())
    if FEMALE not in genders:
        raise CountryError(
            f"{place}: a journey needs the dimension {GENDER!r} with the value {FEMALE!r} in "
            f"composition.csv, which has {', '.join(dimensions)}"
        )
    return JourneyData(
        years=np.array(years, float),
        is_female=np.array([gender == FEMALE for gender in genders]),
        by_gender=_by_gender(place / "genders.csv", genders),
        by_year=_by_year(place / "events.csv", years),
        months_held=_months(place / "penalties.csv", years),
        destinations=_destinations(place / "destinations.csv", years),
        other_ways=_other_ways(place / "other_ways.csv", genders, years),
    )


def _named(row: Row, column: str, names: tuple[str, ...]) -> int:
    name = row.text(column)
    if name not in names:
        raise row.error(column, f"{name!r} is none of {', '.join(names)}{nearest(name, names)}")
    return names.index(name)


def _by_gender(file: pathlib.Path, genders: tuple[str, ...]) -> np.ndarray:
    factors, stated = np.ones((len(HAZARDS), len(genders))), set()
    if not file.exists():
        return factors
    for row in read_rows(file, ("hazard", "gender", "factor")):
        place = _named(row, "hazard", HAZARDS), _named(row, "gender", genders)
        if place in stated:
            raise row.error("hazard", f"{row.text('hazard')} of {row.text('gender')} stands twice")
        stated.add(place)
        factors[place] = row.number("factor", low=0, high=MOST_FACTOR)
    return factors


def _by_year(file: pathlib.Path, years: tuple[int, ...]) -> np.ndarray:
    factors = np.ones((len(DATED), len(years)))
    if not file.exists():
        return factors
    for row in read_rows(file, ("hazard", "first_year", "last_year", "factor")):
        factors[_named(row, "hazard", DATED), _span(row, years)] *= row.number(
            "factor", low=0, high=MOST_FACTOR
        )
    return factors


def _span(row: Row, years: tuple[int, ...]) -> np.ndarray:
    """Return which years a row's ``first_year`` to ``last_year`` (empty: to the end) are."""
    first = row.whole("first_year", low=0, high=9999)
    last = row.whole("last_year", low=first, high=9999) if row.optional("last_year") else years[-1]
    return (np.array(years) >= first) & (np.array(years) <= last)


def _steps(
    file: pathlib.Path, columns: tuple[str, ...], years: tuple[int, ...]
) -> list[tuple[Row, np.ndarray]]:
    """Return the rows of a file, each of which holds from its ``first_year`` to the next row's."""
    rows = read_rows(file, ("first_year", *columns))
    starts = [row.whole("first_year", low=0, high=9999) for row in rows]
    for row, before, start in zip(rows[1:], starts, starts[1:], strict=False):
        if start <= before:
            raise row.error("first_year", f"{start} must come after {before}, the row before")
    if starts[0] > years[0]:
        raise rows[0].error(
            "first_year", f"{starts[0]} is after {years[0]}, the first year of the country's data"
        )
    edges = [*starts, 10_000]
    span = np.array(years)
    return [
        (row, (span >= start) & (span < end))
        for row, (start, end) in zip(rows, itertools.pairwise(edges), strict=True)
    ]


def _months(file: pathlib.Path, years: tuple[int, ...]) -> np.ndarray:
    months = np.empty(len(years))
    for row, span in _steps(file, ("months",), years):
        months[span] = row.number("months", low=0, high=MOST_MONTHS)
    return months


def _destinations(file: pathlib.Path, years: tuple[int, ...]) -> np.ndarray:
    shares = np.empty((len(DESTINATIONS), len(years)))
    for row, span in _steps(file, DESTINATIONS, years):
        values = [row.number(name, low=0, high=1) for name in DESTINATIONS]
        if abs(sum(values) - 1.0) > 1e-9:
            raise row.error(DESTINATIONS[0], f"the shares sum to {sum(values):.12g}, not to 1")
        shares[:, span] = np.array(values)[:, None]
    return shares


def _other_ways(file: pathlib.Path, genders: tuple[str, ...], years: tuple[int, ...]) -> np.ndarray:
    people = np.zeros((len(genders), len(years)))
    if not file.exists():
        return people
    for row in read_rows(file, ("first_year", "last_year", "gender", "people_per_year")):
        people[_named(row, "gender", genders), _span(row, years)] += row.number(
            "people_per_year", low=0, high=MOST_PEOPLE
        )
    return people


class JourneyArrays(NamedTuple):
    """A journey for compiled code: P provinces, G groups of people, province by province.

    S are the genders, or the pairs of gender and status where groups are of a status.
    """

    years: np.ndarray  # [Y]
    is_female: np.ndarray  # [S]
    by_gender: np.ndarray  # [hazards, S]
    by_year: np.ndarray  # [hazards + 1, Y]
    months_held: np.ndarray  # [Y]
    destinations: np.ndarray  # [3, Y]
    other_ways: np.ndarray  # [S, Y]
    group: np.ndarray  # [P C], each category's group
    gender: np.ndarray  # [G], position among S
    other_share: np.ndarray  # [G], of the people of its gender who come by other ways
    level: np.ndarray  # [S], of the status, from -1/2 for the lowest to 1/2 for the highest
    size: int  # groups in each province
    times: int  # numbers of returns that are counted apart


def no_journey() -> JourneyArrays:
    """Return what stands for the journey where none is followed."""
    lists, tables = np.zeros(0), np.zeros((0, 0))
    whole = np.zeros(0, np.int64)
    return JourneyArrays(
        lists,
        np.zeros(0, np.bool_),
        tables,
        tables,
        lists,
        tables,
        tables,
        whole,
        whole,
        lists,
        lists,
        0,
        1,
    )


def groups(country: Country, by: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the groups of a country: the province and a value of each dimension in ``by``."""
    values = [country.dimensions[dimension] for dimension in by]
    return list(itertools.product(country.provinces, *values))


def journey_arrays(
    country: Country, by: tuple[str, ...] = (GENDER,), times: int = 1
) -> JourneyArrays:
    """Prepare a country's journey, with people grouped by province and the dimensions ``by``.

    With ``times`` above 1 people are also counted apart by how often they have been returned.

    Raises
    ------
    CountryError
        The country has no journey, or no such dimension.
    """
    data = country.journey
    if data is None:
        raise CountryError(f"{country.name} has no journey: its folder has no folder {FOLDER!r}")
    for dimension in by:
        if dimension not in country.dimensions:
            raise CountryError(
                f"{country.name} has no dimension {dimension!r}"
                f"{nearest(dimension, tuple(country.dimensions))}"
            )
    if GENDER not in by:
        raise CountryError(f"groups of the journey need the dimension {GENDER!r}")
    names = groups(country, by)
    position = {name: number for number, name in enumerate(names)}
    axes = [list(country.dimensions).index(dimension) for dimension in by]
    group = np.array([
        position[province, *(traits[axis] for axis in axes)]
        for province, traits in itertools.product(country.provinces, country.traits)
    ])  # fmt: skip
    genders = country.dimensions[GENDER]
    gender = np.array([genders.index(name[1 + by.index(GENDER)]) for name in names])
    statuses = country.dimensions[STATUS] if STATUS in by else ("",)
    many = len(statuses)
    own = [statuses.index(name[1 + by.index(STATUS)]) if STATUS in by else 0 for name in names]
    levels = np.linspace(-0.5, 0.5, many) if many > 1 else np.zeros(1)
    people = np.bincount(group, country.shares.ravel(), len(names))
    of_gender = np.bincount(gender, people, len(genders))[gender]
    other_share = np.divide(people, of_gender, out=np.zeros_like(people), where=of_gender > 0)
    fields = {name: getattr(data, name) for name in JourneyArrays._fields if hasattr(data, name)}
    if many > 1:
        axes_of = {"is_female": 0, "by_gender": 1, "other_ways": 0}
        fields |= {n: np.repeat(fields[n], many, axis=axis) for n, axis in axes_of.items()}
    return JourneyArrays(
        **fields, group=group, gender=gender * many + np.array(own), other_share=other_share,
        level=np.tile(levels, len(genders)), size=len(names) // len(country.provinces),
        times=times,
    )  # fmt: skip
