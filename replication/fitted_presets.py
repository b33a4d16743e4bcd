"""The presets of law and journey: their numbers are those of the fit, and are written by it.

``defection replicate journey_fit`` so renews the default as well, which is one of them.
"""

from __future__ import annotations

import re
from typing import Any

from defection.parameters import ALL_PARAMETERS
from defection.replication.journey_regions import TWENTY_TIGHTENING, points_found
from defection.replication.kept import ReplicationError
from defection.replication.result import Tables

FILE = "model/data/north_korea/presets.toml"
DEFAULT_REGION = "free"
"""The region whose point the country's runs begin from: the paper's law, and the journey."""
PRESETS = {
    DEFAULT_REGION: "After the border: law and journey fitted together",
    "tightening": "A border that tightens: law and journey fitted together",
    TWENTY_TIGHTENING: "Circles and a border that tightens: law and journey fitted together",
}
"""Regions of the fit, and the preset that each is."""


def changes(parameters: dict[str, Any]) -> str:
    """Return a fitted point as lines of ``presets.toml``: what differs from the registry.

    Examples
    --------
    >>> print(changes({"memory_weeks": 433, "hearing": "province", "return_rate": 0.4}))
    memory_weeks = 433
    journey = "on"
    return_rate = 0.4
    """
    own = {**parameters, "journey": "on"}
    lines = [
        f'{name} = "{own[name]}"' if isinstance(own[name], str) else f"{name} = {own[name]!r}"
        for name, one in ALL_PARAMETERS.items()
        if name in own and own[name] != one.default
    ]
    return "\n".join(lines)


def renewed(text: str, tables: Tables) -> str:
    """Return ``presets.toml`` with the points of the fit, among its tables."""
    for region, point in points_found(tables, PRESETS).items():
        head = re.escape(f'name = "{PRESETS[region]}"\n')
        block = rf"({head}(?:(?!\[\[preset\]\]).)*?\[preset\.changes\]\n)(?:[^\n]+\n)+"
        parts = re.split(block, text, flags=re.DOTALL)
        if len(parts) != 3:
            raise ReplicationError(f"{FILE} has no preset {PRESETS[region]!r} with changes")
        text = f"{parts[0]}{parts[1]}{changes(point)}\n{parts[2]}"
    return text
