"""Counties and neighbours of a country's provinces: two files that may be left out."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from defection.parameters import nearest
from defection.tables import CountryError, read_rows

if TYPE_CHECKING:
    from defection.country import Country
    from defection.parameters import Parameters

COUNTIES = 0
"""The setting of ``news_circles`` by which circles are the counties of the country's data."""

MOST_COUNTIES = 200
"""Counties of a province."""

Counties = Mapping[str, tuple[tuple[str, int], ...]]
"""Name and people of each county, by the name of its province."""


def read_counties(
    file: pathlib.Path, provinces: Sequence[str], populations: Sequence[int], most: int
) -> Counties:
    """Return the counties of each province with their people; none where there is no file."""
    if not file.exists():
        return {}
    counties: dict[str, dict[str, int]] = {name: {} for name in provinces}
    for row in read_rows(file, ("province", "county", "population")):
        province, county = row.text("province"), row.text("county")
        if province not in counties:
            hint = nearest(province, counties)
            raise row.error("province", f"there is no province {province!r} in provinces.csv{hint}")
        if county in counties[province]:
            raise row.error("county", f"{county!r} stands here twice for {province}")
        counties[province][county] = row.whole("population", low=1, high=most)
        last = row
    for (province, people), total in zip(counties.items(), populations, strict=True):
        if len(people) > MOST_COUNTIES:
            raise CountryError(f"{file}: {province} has more than {MOST_COUNTIES} counties")
        if sum(people.values()) != total:
            raise last.error(
                "population",
                f"the counties of {province} add up to {sum(people.values()):,}, not to the "
                f"province's population of {total:,}",
            )
    return {name: tuple(people.items()) for name, people in counties.items()}


def read_neighbours(file: pathlib.Path, provinces: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of provinces that are neighbours; none where there is no file."""
    pairs: list[tuple[str, str]] = []
    for row in read_rows(file, ("province", "neighbour")) if file.exists() else ():
        pair = row.text("province"), row.text("neighbour")
        for name, column in zip(pair, ("province", "neighbour"), strict=True):
            if name not in provinces:
                hint = nearest(name, provinces)
                raise row.error(column, f"there is no province {name!r} in provinces.csv{hint}")
        if pair[0] == pair[1]:
            raise row.error("neighbour", f"{pair[0]!r} is no neighbour of itself")
        if pair in pairs or pair[::-1] in pairs:
            raise row.error("neighbour", f"{pair[0]!r} and {pair[1]!r} stand here twice")
        pairs.append(pair)
    return tuple(pairs)


def renamed(country: Country, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variant's fields; where provinces get other names, so do counties and neighbours."""
    names = fields.get("provinces", ())
    if len(names) != len(country.provinces):
        return dict(fields)
    new = dict(zip(country.provinces, names, strict=True))
    counties = {new[name]: inside for name, inside in country.counties.items()}
    neighbours = tuple((new[one], new[other]) for one, other in country.neighbours)
    return {"counties": counties, "neighbours": neighbours, **fields}


def neighbours_of(neighbours: Sequence[tuple[str, str]], provinces: Sequence[str]) -> np.ndarray:
    """Return which provinces are neighbours, or the same, bool [P, P]."""
    near = np.eye(len(provinces), dtype=bool)
    for one, other in neighbours:
        for name in (one, other):
            if name not in provinces:
                said = f"neighbours: there is no province {name!r}{nearest(name, provinces)}"
                raise CountryError(said)
        i, j = provinces.index(one), provinces.index(other)
        near[i, j] = near[j, i] = True
    return near


def check(country: Country, news_circles: object = 1, hearing: object = "") -> None:
    """Refuse counties of a country that has none, and neighbours where they are not known."""
    if hearing == "neighbours" and not country.neighbours:
        raise CountryError(
            f"hearing = neighbours: the neighbours of the provinces of {country.name} are not "
            "known: put a neighbours.csv into its folder"
        )
    if news_circles == COUNTIES and not country.counties:
        raise CountryError(
            f"news_circles = {COUNTIES} means counties, and {country.name} has none: put a "
            "counties.csv into its folder, or give a number of circles"
        )


def fingerprint(country: Country) -> str:
    """Return 16 hexadecimal digits of a country's counties and neighbours."""
    body = repr((sorted(country.counties.items()), country.neighbours))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def read_by(parameters: Parameters) -> bool:
    """Return whether a run reads counties, or which provinces are neighbours."""
    near = "hearing=neighbours" in parameters.interventions
    return near or parameters.hearing == "neighbours" or parameters.news_circles == COUNTIES


def county_edges(counties: Counties, provinces: Sequence[str]) -> np.ndarray:
    """Return the share of a province's people in the counties before each, [P, most + 1]."""
    most = max((len(counties) for counties in counties.values()), default=0)
    edges = np.ones((len(provinces), most + 1))
    for row, name in zip(edges, provinces, strict=True):
        people = np.cumsum([0, *(people for _, people in counties.get(name, ()))])
        row[: len(people)] = people / max(1, people[-1])
    return edges
