"""The folder that a programme leaves, and one row of it again."""

from __future__ import annotations

import csv
import json
import pathlib
from collections.abc import Sequence
from typing import Any

import pandas as pd

from defection.batch_runs.programme import Programme, ProgrammeError
from defection.batch_runs.programme.assumptions import NEWS
from defection.batch_runs.programme.published import sourced
from defection.batch_runs.programme.run import run_row
from defection.checks import shown
from defection.country import load
from defection.files import json_text, replaced
from defection.golden import reads_circles
from defection.parameters import Parameters
from defection.provenance import changed_behaviour, journeys_manifest
from defection.views.programme_page import programme_page

TABLES = (
    "results", "ladder", "assumptions", "tornado", "thresholds", "budgets", "information", "paths",
    "draws",
)  # fmt: skip
FILES = (*(f"{name}.csv" for name in TABLES), "programme.html", "manifest.json")


def write(
    found: Programme | Sequence[Programme], folder: pathlib.Path, *, force: bool = False
) -> None:
    """Write a programme's folder: tables, a page and the manifest.

    Of several regions each table has the rows of all, with the region in the first column. It is
    written beside its place and renamed.

    Raises
    ------
    FolderError
        It exists (without ``force``), or cannot be written.
    """
    every = [found] if isinstance(found, Programme) else list(found)
    text = programme_page(every)
    heard = [NEWS] if len(every[0].news) else []
    with replaced(folder, force=force) as beside:
        for name in (*TABLES, *heard):
            (beside / f"{name}.csv").write_text(table_text(every, name), encoding="utf-8")
        (beside / "programme.html").write_text(text, encoding="utf-8")
        about = json_text(manifest(every), indent=2) + "\n"
        (beside / "manifest.json").write_text(about, encoding="utf-8")


def table_text(every: Sequence[Programme], name: str) -> str:
    """Return a table of all regions as CSV."""
    tables = [_csv(getattr(one, name), one.about["region"]) for one in every]
    return tables[0] + "".join(text.partition("\n")[2] for text in tables[1:])


def _csv(table: pd.DataFrame, region: str) -> str:
    own = table.copy()
    own.insert(0, "region", region)
    return str(own.to_csv(index=False, lineterminator="\n", float_format="%.10g"))


def manifest(every: Sequence[Programme]) -> dict[str, Any]:
    """Return what is needed to repeat a programme and to trust its numbers."""
    about = every[0].about
    read = about["scenario"]
    inputs = {
        one.name: {"form": one.form, "low": one.low, "high": one.high, "source": one.source}
        for one in read.inputs
    }
    regions = {
        one.about["region"]: {
            "parameters": one.about["parameters"],
            **({"notes": list(one.about["notes"])} if one.about["notes"] else {}),
            "runs_left_out": one.about["left_out"],
            **({"pairs_left_out": one.about["pairs_left_out"]} if len(one.news) else {}),
            "has_effect": dict(zip(one.about["horizons"], one.about["has_effect"], strict=True)),
        }
        for one in every
    }
    pairs = {"pairs": read.pairs} if read.on(NEWS) else {}
    kept = journeys_manifest(
        about["country"], about["points"][0], programme_data=about["programme_data"],
        region=about["region"], regions=regions, scenario=about["said"], inputs=inputs,
        points=read.points, runs=read.runs, seed=read.seed, **pairs,
    )  # fmt: skip
    return {**kept, "parameters": about["parameters"]}


def replay(folder: pathlib.Path, row: int, country: Any) -> tuple[str, str]:
    """Work out one row of ``draws.csv`` again, counted from 1.

    Returns
    -------
    tuple of str
        The header and the row, which are the bytes of the file.

    Raises
    ------
    ProgrammeError
        There is no such row, something that the row follows from is not what it was, or the
        row comes out otherwise.
    """
    try:
        about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        lines = (folder / "draws.csv").read_text(encoding="utf-8").split("\n")[:-1]
        scenario, regions = about["scenario"], about["regions"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProgrammeError(f"{folder} is no folder of a programme with rows: {error}") from None
    if not 1 <= row < len(lines):
        raise ProgrammeError(f"--row {row}: {folder}/draws.csv has the rows 1 to {len(lines) - 1}")
    loaded = load(country)
    same = {
        "data": loaded.fingerprint,
        "journey_data": loaded.journey.fingerprint if loaded.journey else "",
        "programme_data": sourced(country).fingerprint,
    }
    for name, now in same.items():
        if about.get(name) != now:
            raise ProgrammeError(
                f"{folder} was made with other data ({name} {shown(about.get(name))}, now {now})"
            )
    try:
        region, point, seed, *_ = next(csv.reader([lines[row]]))
        at, parameters = (int(point), int(seed)), regions[region]["parameters"]
    except (KeyError, TypeError, ValueError, csv.Error):
        raise ProgrammeError(
            f"row {row} of {folder}/draws.csv is of no region, point and seed: {shown(lines[row])}"
        ) from None
    each = parameters if isinstance(parameters, list) else [parameters]
    circles = any(reads_circles(Parameters(**one)) for one in each)
    if changed := changed_behaviour(about.get("behaviour", {}), circles=circles):
        raise ProgrammeError(f"{folder} was made by another law: {changed[0]} comes out otherwise")
    table = run_row(scenario, parameters, point=at[0], seed=at[1], country=country)
    text = _csv(table, region).split("\n")[1]
    if text != lines[row]:
        raise ProgrammeError(f"row {row} of {folder}/draws.csv comes out otherwise: {text}")
    return lines[0], text
