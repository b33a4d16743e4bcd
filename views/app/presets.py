"""Named sets of parameters, each with a text that says what to notice (``presets.toml``)."""

import dataclasses
import functools
import pathlib
import tomllib
from collections.abc import Mapping
from typing import Any

from defection.parameters import PARAMETERS, Parameters


@dataclasses.dataclass(frozen=True)
class Preset:
    """A name, a text that says what to notice, and what is changed against the defaults."""

    name: str
    notice: str
    changes: Mapping[str, Any]

    def parameters(self) -> Parameters:
        """Return the complete parameters of this preset."""
        return Parameters(**self.changes)


@functools.cache
def presets() -> tuple[Preset, ...]:
    """Return the presets of ``presets.toml``; one with ``paper`` has the paper's values too."""
    text = (pathlib.Path(__file__).parent / "presets.toml").read_text(encoding="utf-8")
    values = {name: parameter.paper.value for name, parameter in PARAMETERS.items()}
    known = {name: value for name, value in values.items() if value is not None}
    rows = [{"paper": False, **row} for row in tomllib.loads(text)["preset"]]
    return tuple(
        Preset(row["name"], row["notice"], {**(known if row["paper"] else {}), **row["changes"]})
        for row in rows
    )
