"""The folder that a virtual survey leaves."""

from __future__ import annotations

import pathlib
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from defection.batch_runs.survey import Survey
from defection.files import json_text, replaced
from defection.provenance import journeys_manifest
from defection.views.survey_page import COLUMN_CLASSES, survey_page

FILES = ("respondents.parquet", "margins.csv", "statements.csv", "survey.html", "manifest.json")
POINTS = "points.csv"
"""Is there where runs have several points."""


def write(survey: Survey, folder: pathlib.Path, *, force: bool = False) -> None:
    """Write a survey's folder: respondents, margins, statements, a page and the manifest.

    It is written beside its place and renamed. Every column of the respondents has its class in
    the file, as metadata of the field.

    Raises
    ------
    FolderError
        It exists (without ``force``), or cannot be written.
    """
    text = survey_page(survey)
    with replaced(folder, force=force) as beside:
        with (beside / FILES[0]).open("wb") as stream:
            pq.write_table(respondents_table(survey), stream)
        survey.margins.to_csv(beside / FILES[1], index=False, lineterminator="\n")
        survey.statements.to_csv(beside / FILES[2], index=False, lineterminator="\n")
        (beside / FILES[3]).write_text(text, encoding="utf-8")
        if len(survey.about["points"]) > 1:
            points_table(survey).to_csv(beside / POINTS, index=False, lineterminator="\n")
        about = json_text(manifest(survey), indent=2) + "\n"
        (beside / FILES[4]).write_text(about, encoding="utf-8")


def files_of(survey: Survey) -> tuple[str, ...]:
    """Return the files of a survey's folder."""
    return (*FILES, POINTS) if len(survey.about["points"]) > 1 else FILES


def points_table(survey: Survey) -> pd.DataFrame:
    """Return a row per run: its number, seed, the number of its point, parameters that differ."""
    said, points = survey.about["settings"], survey.about["points"]
    every = pd.DataFrame([point.as_dict() for point in points])
    runs = [(n, said["seed"] + n, n % len(points)) for n in range(said["runs"])]
    labels = pd.DataFrame(runs, columns=["run", "seed", "point"])
    return labels.join(every.loc[:, (every != every.iloc[0]).any()], on="point")


def respondents_table(survey: Survey) -> pa.Table:
    """Return the respondents as a table of Arrow whose fields say the class of each column."""
    table = survey.respondents
    columns, fields = [], []
    for name in table.columns:
        values = table[name].to_numpy()
        columns.append(pa.array(values if values.dtype.kind in "if" else values.astype(object)))
        kind = survey.classes[name]
        about = {"class": kind, "meaning": COLUMN_CLASSES[kind]}
        fields.append(pa.field(name, columns[-1].type, metadata=about))
    classes = json_text(dict(survey.classes))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, {"classes": classes}))


def manifest(survey: Survey) -> dict[str, Any]:
    """Return what is needed to repeat a survey and to trust its numbers."""
    about = survey.about
    found = journeys_manifest(
        about["country"],
        about["parameters"],
        survey_data=about["survey_data"],
        survey=about["settings"],
        coefficient_sets=about["coefficient_sets"],
        surveys=about["surveys"],
        runs_without_anybody=about["runs_without_anybody"],
        runs_stopped_early=about["runs_stopped_early"],
        score=about["score"],
        columns=dict(survey.classes),
    )
    if len(about["points"]) > 1:
        varied = points_table(survey).columns
        same = {n: value for n, value in found["parameters"].items() if n not in varied}
        found |= {"parameters": same, "points": len(about["points"])}
    return found
