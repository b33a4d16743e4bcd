"""The measured importances that are shipped; made by ``scripts/measure_importance.py``."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pandas as pd

from defection.batch_runs.sensitivity.table import ImportanceError
from defection.parameters import nearest

FOLDER = pathlib.Path(__file__).parent / "tables" / "importance"


def measured(name: str) -> pd.DataFrame:
    """Return a shipped table: ``importance``, ``rank_correlation`` or ``scenarios``."""
    known = tuple(sorted(file.stem for file in FOLDER.glob("*.csv")))
    if name not in known:
        raise ImportanceError(
            f"there is no measured table {name!r}{nearest(name, known)}; there are {', '.join(known)}"
        )
    return pd.read_csv(FOLDER / f"{name}.csv")


def measured_with() -> dict[str, Any]:
    """Return what the shipped tables follow from: ``law``, ``country``, ``root``, ``sizes``, the parameters ``fixed`` and ``varied``."""
    about: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    return about
