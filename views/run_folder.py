"""The folder that a run leaves."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

from defection.files import FolderError, replaced
from defection.provenance import manifest

if TYPE_CHECKING:
    from defection.model import DefectionModel

FILES = ("weekly.parquet", "yearly.csv", "crossings.parquet", "run.png", "manifest.json")
JOURNEY = "journey.csv"


def files_of(model: DefectionModel) -> tuple[str, ...]:
    """Return the names of the files that a run leaves."""
    return (*FILES[:3], *([JOURNEY] if model.journey else []), *FILES[3:])


def write(model: DefectionModel, folder: pathlib.Path, *, force: bool = False) -> None:
    """Write a run's folder: weekly and yearly table, who crossed, the figure and the manifest.

    The model must have recorded crossings. Where the figure cannot be drawn, the folder is kept
    without it.

    Raises
    ------
    FolderError
        The figure could not be drawn; all else is kept.
    """
    with replaced(folder, force=force) as beside:
        if model.journey:
            model.journey.record.table().to_csv(beside / JOURNEY, index=False)
        model.weekly().to_parquet(beside / "weekly.parquet", index=False)
        model.yearly().to_csv(beside / "yearly.csv", index=False)
        model.crossings().to_parquet(beside / "crossings.parquet", index=False)
        (beside / "manifest.json").write_text(manifest_text(model), encoding="utf-8")
        failed = _draw(model, beside / "run.png")
    if failed:
        raise FolderError(f"{folder} is kept, but run.png could not be drawn: {failed}")


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
    return json.dumps(manifest(model), indent=2, ensure_ascii=False) + "\n"
