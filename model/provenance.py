"""What is needed to repeat a result and to trust its numbers."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import TYPE_CHECKING, Any

import defection

if TYPE_CHECKING:
    from defection.model import DefectionModel

LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")


def manifest(model: DefectionModel) -> dict[str, Any]:
    """Return what is needed to repeat a run and to trust its numbers."""
    from defection.compiled import law_fingerprint

    return {
        "defection": defection.__version__,
        "law": law_fingerprint(),
        "country": model.country.name,
        "data": model.country.fingerprint,
        "seed": model.seed,
        "weeks": model.weeks,
        "weeks_run": model.week,
        "stopped_early": model.stopped_early,
        "parameters": model.parameters.as_dict(),
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }
