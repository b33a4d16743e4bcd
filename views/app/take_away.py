"""Files to take away from a session: the weekly table, the figure and the manifest."""

import base64
from typing import Any

from defection.model import DefectionModel
from defection.scenario import DEFAULT_COUNTRY, Scenario
from defection.views.figures.run import run_figure
from defection.views.run_folder import manifest_text

FILES = {
    "weekly": ("Weekly table (CSV)", "weekly", "csv", "text/csv"),
    "png": ("Figure (PNG)", "run", "png", "image/png"),
    "svg": ("Figure (SVG)", "run", "svg", "image/svg+xml"),
    "manifest": ("Manifest (JSON)", "manifest", "json", "application/json"),
}
"""What a button shows, and the file's stem, ending and type."""


class NothingYet(ValueError):
    """There is nothing to take away before the first week."""


def contents(model: DefectionModel, name: str) -> bytes:
    """Return the bytes of one of ``FILES``."""
    if name == "manifest":
        return manifest_text(model).encode()
    if model.week == 0:
        raise NothingYet("the run has not begun: step or play first, then download")
    if name == "weekly":
        return model.weekly().to_csv(index=False).encode()
    return run_figure(model).in_bytes(format=name, dpi=150)


def download(model: DefectionModel, name: str, *, number: int) -> dict[str, Any]:
    """Return a file for the browser; ``number`` distinguishes two downloads of the same file."""
    _, stem, ending, kind = FILES[name]
    body = base64.b64encode(contents(model, name)).decode()
    file = f"{stem}-seed-{model.seed}.{ending}"
    return {"name": file, "type": kind, "base64": body, "number": number}


def in_python(scenario: Scenario) -> str:
    """Return the lines of Python that give the same run."""
    arguments = {
        **({} if scenario.country == DEFAULT_COUNTRY else {"country": scenario.country}),
        "seed": scenario.seed,
        **({} if scenario.weeks is None else {"weeks": scenario.weeks}),
        **scenario.changes(),
    }
    text = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"from defection import DefectionModel\n\nDefectionModel({text}).run().weekly()"
