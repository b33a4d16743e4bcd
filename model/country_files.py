"""The files of a country's folder: what each holds, read and checked one by one."""

from __future__ import annotations

import itertools
import math
import os
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from defection.about import read_about
from defection.border import read_weights
from defection.counties import read_counties, read_neighbours
from defection.dated_shares import read_dated_shares
from defection.famine import Dating
from defection.journey import data as journey
from defection.journey.facts import read_facts
from defection.parameters import ALL_PARAMETERS, nearest
from defection.presets import read_presets, read_ranges
from defection.tables import CountryError, Row, read_rows


def stamp(folder: pathlib.Path) -> tuple:
    """Return what differs once a file of a country's folder has changed."""
    inside = [*folder.iterdir(), *(folder / journey.FOLDER).glob("*")]
    named = [file for file in sorted(inside) if file.suffix in (".csv", ".toml")]
    about = [(str(file), file.stat()) for file in named if file.is_file()]
    return tuple((name, one.st_mtime_ns, one.st_size) for name, one in about)


def read(folder: pathlib.Path) -> dict[str, Any]:
    """Read a country's folder into the fields of ``Country``.

    Raises
    ------
    CountryError
        It names file, line and column of the first fault.
    """
    folder = folder.absolute() if folder == pathlib.Path() else folder  # messages name it
    provinces, populations, border = _provinces(folder / "provinces.csv")
    dimensions, parts = _composition(
        folder / "composition.csv", dict(zip(provinces, populations, strict=True))
    )
    count = len(provinces) * math.prod(len(values) for values in dimensions.values())
    if count > MOST_CATEGORIES:
        raise CountryError(
            f"{folder / 'composition.csv'}: the {len(dimensions)} dimensions make {count:,} "
            f"categories in {len(provinces)} provinces, more than {MOST_CATEGORIES:,}"
        )
    traits = tuple(itertools.product(*dimensions.values()))
    named = [tuple(zip(dimensions, values, strict=True)) for values in traits]
    total = sum(populations)
    shares = np.array([
        [people / total * np.prod([part[d][value] for d, value in pairs]) for pairs in named]
        for people, part in zip(populations, parts, strict=True)
    ])  # fmt: skip
    impacts = _impacts(folder / "impacts.csv", dimensions)
    sums = np.array([
        [sum(impacts.get(pair, NO_IMPACT)[kind] for pair in pairs) for kind in (0, 1)]
        for pairs in named
    ])  # fmt: skip
    at_border = impacts.get(("province", "border"), NO_IMPACT)
    economy = impacts.get(("country", "economy"), NO_IMPACT)
    years, people, growth = _years(folder / "years.csv")
    paper, presets = read_presets(folder / "presets.toml")
    return {
        "name": os.fsencode(folder.name).decode("utf-8", "replace").replace("_", " ").title(),
        "provinces": provinces,
        "border": np.array(border),
        "dimensions": dimensions,
        "traits": traits,
        "shares": shares / shares.sum(),
        "trait_ability": sums[:, 0],
        "trait_motivation": sums[:, 1],
        "border_ability": at_border[0],
        "border_motivation": at_border[1],
        "economy_ability": economy[0],
        "economy_motivation": economy[1],
        "years": years,
        "populations": people,
        "growth_percent": growth,
        "counties": read_counties(folder / "counties.csv", provinces, populations, MOST_PEOPLE),
        "neighbours": read_neighbours(folder / "neighbours.csv", provinces),
        "border_weights": read_weights(folder / "border.csv", provinces),
        "dated_shares": read_dated_shares(folder / "dated_shares.csv", dimensions, LAST_YEAR),
        "datings": _datings(folder / "famine.csv", years),
        "observed": _observed(folder / "record.csv"),
        "impacts": impacts,
        "about": read_about(folder / "about.toml"),
        "paper": paper,
        "presets": presets,
        "ranges": read_ranges(folder / "ranges.csv", paper),
        "journey": journey.read(folder, dimensions, years),
        "facts": read_facts(folder / journey.FOLDER / "targets.csv", provinces, dimensions, years),
    }


def _provinces(file: pathlib.Path) -> tuple[tuple[str, ...], list[int], list[float]]:
    rows = read_rows(file, ("province", "population", "border"))
    names: list[str] = []
    for row in rows:
        if row.text("province") in names:
            raise row.error("province", f"{row.text('province')!r} stands here twice")
        names.append(row.text("province"))
    populations = [row.whole("population", low=1, high=MOST_PEOPLE) for row in rows]
    border = [row.number("border", low=0, high=LARGEST_IMPACT) for row in rows]
    return tuple(names), populations, border


NO_IMPACT = (0.0, 0.0)

TOLERANCE = 1e-9
"""How far sums may be from what they must be, relative to it."""

MOST_PEOPLE = 2_000_000_000
"""The largest population, so that a week's flows fit into 32 bits."""

LAST_YEAR = 9999

MOST_CATEGORIES = 200_000
"""Categories of all provinces together."""

LARGEST_IMPACT = 1_000_000
"""The largest impact, either way, and the largest weight of the border."""

RESERVED = (
    "province", "country", "category", "share", "run", "year", "week", "seed", "weeks_run",
    "stopped_early", "data", "people", *ALL_PARAMETERS,
)  # fmt: skip
"""Names that tables and results use themselves."""

Parts = list[dict[str, dict[str, float]]]


def _composition(
    file: pathlib.Path, populations: Mapping[str, int]
) -> tuple[dict[str, tuple[str, ...]], Parts]:
    """Return the values of each dimension, and for each province the share of each value."""
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    dimensions: dict[str, list[str]] = {}
    for row in read_rows(file, ("dimension", "value", "province", "count", "share")):
        dimension, value = row.text("dimension"), row.text("value")
        province = row.optional("province")
        if dimension in RESERVED:
            raise row.error("dimension", f"a dimension cannot be called {dimension!r}")
        if province and province not in populations:
            hint = nearest(province, populations)
            raise row.error("province", f"there is no province {province!r} in provinces.csv{hint}")
        if bool(row.optional("count")) == bool(row.optional("share")):
            raise row.error("share", "give either a count or a share")
        group = groups.setdefault((dimension, province), {})
        if value in group:
            where = f" for {province}" if province else ""
            raise row.error("value", f"{dimension} {value!r} stands here twice{where}")
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
            people = population if (dimension, province) in groups else None
            parts[-1][dimension] = _shares(file, dimension, province, own, values, people)
    return {dimension: tuple(values) for dimension, values in dimensions.items()}, parts


def _shares(
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
        counts = {
            value: row.number("count", low=0, high=MOST_PEOPLE) for value, row in rows.items()
        }
        total = sum(counts.values())
        if total <= 0:
            raise last.error("count", f"the counts of {dimension} add up to 0")
        if population is not None and not math.isclose(total, population, rel_tol=TOLERANCE):
            raise last.error(
                "count",
                f"{dimension} in {province} adds up to {total:,.12g}, "
                f"not to the province's population of {population:,}",
            )
        return {value: counts[value] / total for value in values}
    shares = {value: row.number("share", low=0, high=1) for value, row in rows.items()}
    if not math.isclose(sum(shares.values()), 1.0, rel_tol=TOLERANCE):
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
        impacts[dimension, value] = (
            row.number("ability", low=-LARGEST_IMPACT, high=LARGEST_IMPACT),
            row.number("motivation", low=-LARGEST_IMPACT, high=LARGEST_IMPACT),
        )
    return impacts


def _years(file: pathlib.Path) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    rows = read_rows(file, ("year", "population", "growth_percent"))
    years = [row.whole("year", low=0, high=LAST_YEAR) for row in rows]
    for row, before, year in zip(rows[1:], years, years[1:], strict=False):
        if year != before + 1:
            raise row.error("year", f"{year} does not follow {before}: years must be without a gap")
    if len(years) < 2:
        raise CountryError(
            f"{file}: needs at least two rows, since the last one only closes the last year"
        )
    people = np.array([row.whole("population", low=1, high=MOST_PEOPLE) for row in rows], float)
    growth = np.array([row.number("growth_percent", low=-100, high=1000) for row in rows[:-1]])
    return tuple(years[:-1]), people, growth


def _datings(file: pathlib.Path, years: tuple[int, ...]) -> tuple[Dating, ...]:
    datings: list[Dating] = []
    if not file.exists():
        return ()
    for row in read_rows(file, ("name", "first_year", "last_year")):
        name, first = row.text("name"), row.whole("first_year", low=0, high=LAST_YEAR)
        if name in ("country", "none", *(dating.name for dating in datings)):
            raise row.error("name", f"{name!r} is taken")
        last = row.whole("last_year", low=first, high=LAST_YEAR)
        if last < years[0] or first > years[-1]:
            raise row.error(
                "first_year",
                f"{first}-{last} lies outside the years of the data, {years[0]}-{years[-1]}",
            )
        datings.append(Dating(name, first, last))
    return tuple(datings)


def _observed(file: pathlib.Path) -> tuple[tuple[int, int, int], ...]:
    observed: dict[int, tuple[int, int, int]] = {}
    if not file.exists():
        return ()
    for row in read_rows(file, ("year", "successes")):
        year = row.whole("year", low=0, high=LAST_YEAR)
        successes = row.whole("successes", low=0, high=MOST_PEOPLE)
        if year in observed:
            raise row.error("year", f"{year} stands here twice")
        first_print = row.cells.get("successes_printed")
        printed = successes
        if first_print:
            printed = row.whole("successes_printed", low=0, high=MOST_PEOPLE)
        observed[year] = (year, successes, printed)
    return tuple(observed.values())
