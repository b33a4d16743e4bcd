"""The folder that a run leaves."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from defection.files import FolderError, json_text, replaced
from defection.provenance import manifest

if TYPE_CHECKING:
    import pandas as pd

    from defection.model import DefectionModel

FILES = ("weekly.parquet", "yearly.csv", "crossings.parquet", "run.png", "manifest.json")
JOURNEY = "journey.csv"


def files_of(model: DefectionModel) -> tuple[str, ...]:
    """Return the names of the files that a run leaves."""
    return (*FILES[:3], *([JOURNEY] if model.journey else []), *FILES[3:])


def write(model: DefectionModel, folder: pathlib.Path, *, force: bool = False) -> None:
    """Write a run's folder: weekly and yearly table, who crossed, the figure and the manifest.

    The model must have recorded crossings. Where the figure cannot be drawn, all else is kept, and
    ``FolderError`` says so.
    """
    with replaced(folder, force=force) as beside:
        if model.journey:
            model.journey.record.table().to_csv(beside / JOURNEY, index=False)
        _write_parquet(model.weekly(), beside / "weekly.parquet")
        model.yearly().to_csv(beside / "yearly.csv", index=False)
        _write_parquet(model.crossings(), beside / "crossings.parquet")
        (beside / "manifest.json").write_text(manifest_text(model), encoding="utf-8")
        failed = _draw(model, beside / "run.png")
    if failed:
        raise FolderError(f"{folder} is kept, but run.png could not be drawn: {failed}")


def _write_parquet(table: pd.DataFrame, file: pathlib.Path) -> None:
    with file.open("wb") as stream:  # Arrow cannot name a file whose name is no text
        table.to_parquet(stream, index=False)


def _draw(model: DefectionModel, file: pathlib.Path) -> str:
    """Draw a run; return why that failed, or nothing."""
    from defection.views.figures.run import run_figure

    try:
        run_figure(model).savefig(file, dpi=150)
    except Exception as error:
        file.unlink(missing_ok=True)
        return failure(error)
    return ""


def failure(error: Exception) -> str:
    """Return in one line why a figure could not be drawn."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def manifest_text(model: DefectionModel) -> str:
    """Return the text of a run's ``manifest.json``."""
    return json_text(manifest(model), indent=2) + "\n"
