"""Files to take away from a session: the weekly table, the figure and the manifest."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

from defection.provenance import manifest
from defection.views.app.scenario import Scenario
from defection.views.figures.run import run_figure

if TYPE_CHECKING:
    from defection.model import DefectionModel

FILES = {
    "weekly": ("Weekly table (CSV)", "csv", "text/csv"),
    "png": ("Figure (PNG)", "png", "image/png"),
    "svg": ("Figure (SVG)", "svg", "image/svg+xml"),
    "manifest": ("Manifest (JSON)", "json", "application/json"),
}


class NothingYet(ValueError):
    """There is nothing to take away before the first week."""


def contents(model: DefectionModel, name: str) -> bytes:
    """Return the bytes of one of ``FILES``."""
    if name == "manifest":
        return (json.dumps(manifest(model), indent=2, ensure_ascii=False) + "\n").encode()
    if model.week == 0:
        raise NothingYet("the run has not begun: step or play first, then download")
    if name == "weekly":
        return model.weekly().to_csv(index=False).encode()
    kept = io.BytesIO()
    run_figure(model).savefig(kept, format=name, dpi=150)
    return kept.getvalue()


def download(model: DefectionModel, name: str, *, number: int) -> dict[str, Any]:
    """Return a file for the browser; ``number`` tells two downloads of the same file apart."""
    _, ending, kind = FILES[name]
    stem = {"weekly": "weekly", "manifest": "manifest"}.get(name, "run")
    body = base64.b64encode(contents(model, name)).decode()
    return {
        "name": f"{stem}-seed-{model.seed}.{ending}",
        "type": kind,
        "base64": body,
        "number": number,
    }


def in_python(scenario: Scenario) -> str:
    """Return the lines of Python that tell the same run."""
    country = "" if scenario.country == "north_korea" else f"country={scenario.country!r}, "
    changes = "".join(f", {name}={value!r}" for name, value in scenario.changes().items())
    return f"from defection import DefectionModel\n\nDefectionModel({country}seed={scenario.seed}{changes}).run().weekly()"
