"""The folder that a run leaves."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

from defection.files import replaced
from defection.provenance import manifest

if TYPE_CHECKING:
    from defection.model import DefectionModel

FILES = ("weekly.parquet", "yearly.csv", "crossings.parquet", "run.png", "manifest.json")


def write(model: DefectionModel, folder: pathlib.Path, *, force: bool = False) -> None:
    """Write a run's folder: weekly and yearly table, who crossed, the figure and the manifest.

    The model must have recorded crossings.
    """
    from defection.views.figures.run import run_figure

    with replaced(folder, force=force) as beside:
        model.weekly().to_parquet(beside / "weekly.parquet", index=False)
        model.yearly().to_csv(beside / "yearly.csv", index=False)
        model.crossings().to_parquet(beside / "crossings.parquet", index=False)
        run_figure(model).savefig(beside / "run.png", dpi=150)
        (beside / "manifest.json").write_text(manifest_text(model), encoding="utf-8")


def manifest_text(model: DefectionModel) -> str:
    """Return the text of a run's ``manifest.json``."""
    return json.dumps(manifest(model), indent=2, ensure_ascii=False) + "\n"
