"""The regions that were found, shipped as data."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Collection
from typing import Any

import pandas as pd

from defection.batch_runs.execution.evaluation import SearchError
from defection.country import Country
from defection.parameters import PARAMETERS, Parameters, nearest

FOUND = pathlib.Path(__file__).parent / "found"
"""Folder of the tables that ``scripts/find_regions.py`` writes."""

TEXT = ("reading",)
TRUTHS = {"True": True, "False": False, "true": True, "false": False}
"""Columns beside the parameters that are not numbers."""


def read_regions(file: pathlib.Path) -> pd.DataFrame:
    """Read a table of winners, every number exactly as it was written."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    for column in table.columns:
        if column in PARAMETERS:
            table[column] = [PARAMETERS[column].from_text(text) for text in table[column]]
        elif set(table[column]) <= set(TRUTHS):
            table[column] = [TRUTHS[text] for text in table[column]]
        elif column not in TEXT:
            table[column] = [float(text) if text else float("nan") for text in table[column]]
    return table


def readings(folder: pathlib.Path = FOUND) -> dict[str, dict[str, Any]]:
    """Return how each shipped region was found, by reading: settings, root, runs, the best score and its noise floor."""
    every = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    return {about["reading"]: about for about in every if "reading" in about}


def regions_of(reading: str, folder: pathlib.Path = FOUND) -> pd.DataFrame:
    """Return the winners of the search under a reading, best first; the error for an unknown one says the nearest."""
    for file in sorted(folder.glob("*.json")):
        if json.loads(file.read_text(encoding="utf-8")).get("reading") == reading:
            return read_regions(file.with_suffix(".csv"))
    known = tuple(readings(folder))
    raise SearchError(
        f"no search was made for the reading {reading!r}{nearest(reading, known)}; there are {', '.join(known)}"
    )


def with_border(country: Country, provinces: Collection[str] | None) -> Country:
    """Return a country in which these provinces are the border; the country itself where none are named."""
    return (
        country.replace(border=[float(one in provinces) for one in country.provinces])
        if provinces
        else country
    )


def best_region(reading: str, folder: pathlib.Path = FOUND) -> Parameters:
    """Return the best parameters that were found under a reading."""
    return Parameters(**regions_of(reading, folder).iloc[0][list(PARAMETERS)].to_dict())
