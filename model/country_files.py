"""The files of a country's folder: what each holds, read and checked one by one."""

from __future__ import annotations

import dataclasses
import itertools
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from defection.parameters import PARAMETERS, nearest
from defection.tables import CountryError, Row, read_rows


@dataclasses.dataclass(frozen=True)
class Dating:
    """One dating of the famine, both years included."""

    name: str
    first_year: int
    last_year: int


def read(folder: pathlib.Path) -> dict[str, Any]:
    """Read a country's folder into the fields of ``Country``; raises ``CountryError`` with file, line and column."""
    provinces, populations, border = _provinces(folder / "provinces.csv")
    dimensions, parts = _composition(
        folder / "composition.csv", dict(zip(provinces, populations, strict=True))
    )
    traits = tuple(itertools.product(*dimensions.values()))
    shares = np.array([
        [people / sum(populations) * np.prod([part[d][v] for d, v in zip(dimensions, values, strict=True)]) for values in traits]
        for people, part in zip(populations, parts, strict=True)
    ])  # fmt: skip
    impacts = _impacts(folder / "impacts.csv", dimensions)
    years, people, growth = _years(folder / "years.csv")
    return {
        "name": folder.name.replace("_", " ").title(),
        "provinces": provinces,
        "border": np.array(border),
        "dimensions": dimensions,
        "traits": traits,
        "shares": shares / shares.sum(),
        "trait_ability": np.array([_impact(impacts, dimensions, values, 0) for values in traits]),
        "trait_motivation": np.array(
            [_impact(impacts, dimensions, values, 1) for values in traits]
        ),
        "border_ability": impacts.get(("province", "border"), (0.0, 0.0))[0],
        "border_motivation": impacts.get(("province", "border"), (0.0, 0.0))[1],
        "economy_ability": impacts.get(("country", "economy"), (0.0, 0.0))[0],
        "economy_motivation": impacts.get(("country", "economy"), (0.0, 0.0))[1],
        "years": years,
        "populations": people,
        "growth_percent": growth,
        "datings": _datings(folder / "famine.csv", years)
        if (folder / "famine.csv").exists()
        else (),
        "observed": _observed(folder / "record.csv") if (folder / "record.csv").exists() else (),
        "impacts": impacts,
    }


def _impact(
    impacts: Mapping[tuple[str, str], tuple[float, float]],
    dimensions: Mapping[str, tuple],
    values: tuple[str, ...],
    which: int,
) -> float:
    return sum(
        impacts.get((d, v), (0.0, 0.0))[which] for d, v in zip(dimensions, values, strict=True)
    )


def _provinces(file: pathlib.Path) -> tuple[tuple[str, ...], list[int], list[float]]:
    rows = read_rows(file, ("province", "population", "border"))
    names: list[str] = []
    for row in rows:
        if row.text("province") in names:
            raise row.error("province", f"{row.text('province')!r} stands here twice")
        names.append(row.text("province"))
    return (
        tuple(names),
        [row.whole("population", low=1) for row in rows],
        [row.number("border", low=0) for row in rows],
    )


MOST_PEOPLE = 2_000_000_000
"""The largest population, so that a week's flows fit into 32 bits."""

RESERVED = (
    "province",
    "country",
    "category",
    "share",
    "run",
    "year",
    "week",
    "seed",
    "weeks_run",
    "stopped_early",
    "data",
    *PARAMETERS,
)
"""Names that tables and results use themselves."""

Parts = list[dict[str, dict[str, float]]]


def _composition(
    file: pathlib.Path, populations: Mapping[str, int]
) -> tuple[dict[str, tuple[str, ...]], Parts]:
    """Return the values of each dimension, and for each province the share of each value."""
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    dimensions: dict[str, list[str]] = {}
    for row in read_rows(file, ("dimension", "value", "province", "count", "share")):
        dimension, value, province = (
            row.text("dimension"),
            row.text("value"),
            row.optional("province"),
        )
        if dimension in RESERVED:
            raise row.error("dimension", f"a dimension cannot be called {dimension!r}")
        if province and province not in populations:
            raise row.error(
                "province",
                f"there is no province {province!r} in provinces.csv{nearest(province, populations)}",
            )
        if bool(row.optional("count")) == bool(row.optional("share")):
            raise row.error("share", "give either a count or a share")
        group = groups.setdefault((dimension, province), {})
        if value in group:
            raise row.error(
                "value",
                f"{dimension} {value!r} stands here twice"
                + (f" for {province}" if province else ""),
            )
        group[value] = row
        known = dimensions.setdefault(dimension, [])
        if value not in known:
            known.append(value)
    parts: Parts = []
    for province, population in populations.items():
        parts.append({})
        for dimension, values in dimensions.items():
            own = groups.get((dimension, province)) or groups.get((dimension, ""))
            if own is None:
                raise CountryError(
                    f"{file}: nothing says how {dimension} is distributed in {province}"
                )
            parts[-1][dimension] = _shares_of(
                file,
                dimension,
                province,
                own,
                values,
                population if (dimension, province) in groups else None,
            )
    return {dimension: tuple(values) for dimension, values in dimensions.items()}, parts


def _shares_of(
    file: pathlib.Path,
    dimension: str,
    province: str,
    rows: Mapping[str, Row],
    values: list[str],
    population: int | None,
) -> dict[str, float]:
    for value in values:
        if value not in rows:
            raise CountryError(f"{file}: {dimension} has no row for {value!r} in {province}")
    last = list(rows.values())[-1]
    if all(row.optional("count") for row in rows.values()):
        counts = {value: row.number("count", low=0) for value, row in rows.items()}
        total = sum(counts.values())
        if total <= 0:
            raise last.error("count", f"the counts of {dimension} add up to 0")
        if population is not None and total != population:
            raise last.error(
                "count",
                f"{dimension} in {province} adds up to {total:,.0f}, not to the province's population of {population:,}",
            )
        return {value: counts[value] / total for value in values}
    shares = {value: row.number("share", low=0, high=1) for value, row in rows.items()}
    if abs(sum(shares.values()) - 1.0) > 1e-9:
        raise last.error(
            "share",
            f"the shares of {dimension} in {province} sum to {sum(shares.values()):.12g}, not to 1",
        )
    return {value: shares[value] for value in values}


def _impacts(
    file: pathlib.Path, dimensions: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, str], tuple[float, float]]:
    known = {**dimensions, "province": ("border",), "country": ("economy",)}
    impacts: dict[tuple[str, str], tuple[float, float]] = {}
    for row in read_rows(file, ("dimension", "value", "ability", "motivation")):
        dimension, value = row.text("dimension"), row.text("value")
        if dimension not in known:
            raise row.error(
                "dimension", f"there is no dimension {dimension!r}{nearest(dimension, known)}"
            )
        if value not in known[dimension]:
            raise row.error(
                "value", f"{dimension} has no value {value!r}{nearest(value, known[dimension])}"
            )
        if (dimension, value) in impacts:
            raise row.error("value", f"{dimension} {value!r} stands here twice")
        impacts[dimension, value] = (row.number("ability"), row.number("motivation"))
    return impacts


def _years(file: pathlib.Path) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    rows = read_rows(file, ("year", "population", "growth_percent"))
    years = [row.whole("year", low=0, high=9999) for row in rows]
    for row, before, year in zip(rows[1:], years, years[1:], strict=False):
        if year != before + 1:
            raise row.error("year", f"{year} does not follow {before}: years must be without a gap")
    if len(years) < 2:
        raise CountryError(
            f"{file}: needs at least two rows, since the last one only closes the last year"
        )
    population = np.array([row.whole("population", low=1, high=MOST_PEOPLE) for row in rows], float)
    return (
        tuple(years[:-1]),
        population,
        np.array([row.number("growth_percent", low=-100, high=1000) for row in rows[:-1]]),
    )


def _datings(file: pathlib.Path, years: tuple[int, ...]) -> tuple[Dating, ...]:
    datings: list[Dating] = []
    for row in read_rows(file, ("name", "first_year", "last_year")):
        name, first = row.text("name"), row.whole("first_year")
        if name in ("country", "none", *(dating.name for dating in datings)):
            raise row.error("name", f"{name!r} is taken")
        last = row.whole("last_year", low=first)
        if last < years[0] or first > years[-1]:
            raise row.error(
                "first_year",
                f"{first}-{last} lies outside the years of the data, {years[0]}-{years[-1]}",
            )
        datings.append(Dating(name, first, last))
    return tuple(datings)


def _observed(file: pathlib.Path) -> tuple[tuple[int, int, int], ...]:
    record: dict[int, tuple[int, int, int]] = {}
    for row in read_rows(file, ("year", "successes")):
        year, successes = row.whole("year"), row.whole("successes", low=0)
        if year in record:
            raise row.error("year", f"{year} stands here twice")
        printed = (
            row.whole("successes_printed", low=0)
            if row.cells.get("successes_printed")
            else successes
        )
        record[year] = (year, successes, printed)
    return tuple(record.values())
