"""The figures of a sweep: functions of its results that return Matplotlib figures, and all that fit, written to a folder."""

from __future__ import annotations

import pathlib

from matplotlib.figure import Figure

from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.files import FolderError, check_file, replaced_file
from defection.parameters import nearest
from defection.views.figures.convergence import convergence
from defection.views.figures.fan_chart import fan_chart
from defection.views.figures.heat_map import heat_map
from defection.views.figures.one_at_a_time import one_at_a_time
from defection.views.figures.pictures import pictures
from defection.views.figures.scatter import scatter

__all__ = ["convergence", "fan_chart", "heat_map", "one_at_a_time", "scatter", "write_figures"]

FORMATS = ("png", "svg")
RESOLUTION = 150
"""Dots per inch of PNG files, and of dots in SVG files."""


def write_figures(
    results: SweepResults,
    folder: str | pathlib.Path,
    *,
    format: str = "png",  # noqa: A002
    outcome: str = "total_successes",
    force: bool = False,
) -> list[pathlib.Path]:
    """Write the figures that fit the design (:func:`~defection.views.figures.pictures.pictures`) into a folder; returns the files.

    Other files of the folder stay as they are.

    Raises
    ------
    ResultsError
        No such outcome or format, or no run is done.
    FolderError
        One of the files exists (without ``force``), or the folder cannot be written.
    """
    if format not in FORMATS:
        raise ResultsError(
            f"there is no format {format!r}{nearest(str(format), FORMATS)}; there are {', '.join(FORMATS)}"
        )
    folder = pathlib.Path(folder)
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} exists and is not a folder; name a folder for the figures")
    fitting = pictures(results, outcome)
    if not fitting:
        raise ResultsError("no run of this sweep is done: there is nothing to draw")
    files = {
        picture.name: check_file(folder / f"{picture.name}.{format}", force=force)
        for picture in fitting
    }
    for picture in fitting:
        with replaced_file(files[picture.name], force=force) as beside:
            save(picture.draw(), beside, format)
    return list(files.values())


def save(figure: Figure, file: pathlib.Path, form: str) -> None:
    """Write a figure without the time at which that was done."""
    figure.savefig(
        file, format=form, dpi=RESOLUTION, metadata={"Date": None} if form == "svg" else None
    )
