"""The regions that searches found, shipped as data."""

import json
import pathlib
from collections.abc import Collection
from typing import Any

import pandas as pd

from defection.batch_runs.execution.evaluation import SearchError
from defection.country import Country
from defection.parameters import PARAMETERS, Parameters, nearest, parameters_among
from defection.replication.kept import read_table

FOUND = pathlib.Path(__file__).parent / "found"


def readings(folder: pathlib.Path = FOUND) -> dict[str, dict[str, Any]]:
    """Return how each shipped region was found, by reading: settings, root, best score."""
    every = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    return {about["reading"]: about for about in every if "reading" in about}


def regions_of(reading: str, folder: pathlib.Path = FOUND) -> pd.DataFrame:
    """Return the winners of the search under a reading, best first.

    A parameter that was added since has its default.
    """
    for file in sorted(folder.glob("*.json")):
        if json.loads(file.read_text(encoding="utf-8")).get("reading") == reading:
            table = read_table(file.with_suffix(".csv"))
            added = {name: one.default for name, one in PARAMETERS.items() if name not in table}
            return table.assign(**added)
    known = tuple(readings(folder))
    near = f"{nearest(reading, known)}; there are {', '.join(known)}"
    raise SearchError(f"no search was made for the reading {reading!r}{near}")


def best_region(reading: str, folder: pathlib.Path = FOUND) -> Parameters:
    """Return the best parameters that were found under a reading."""
    return parameters_of(regions_of(reading, folder).iloc[0])


def parameters_of(row: pd.Series) -> Parameters:
    """Return the parameters of a row of a table of points."""
    return Parameters(**row[parameters_among(row.index)].to_dict())


def with_border(country: Country, provinces: Collection[str] | None) -> Country:
    """Return a country in which these provinces are the border; as it is where none are named."""
    if not provinces:
        return country
    return country.replace(border=[float(one in provinces) for one in country.provinces])
