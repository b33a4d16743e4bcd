"""Where searches look unless they are told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from defection.batch_runs.designs import Space

NEWS: Mapping[str, Any] = {"observation_probability": {"low": 0.001, "high": 1.0, "scale": "log"}}
"""How news is searched: evenly in its logarithm. Where people leave year after year hardly any news is heard, K of 0.01 and less. On
an even scale from 0 to 1 all of that is a hundredth of the range, and searches are caught in poorer
valleys beside it."""


def search_space(changes: Mapping[str, Any] | None = None) -> Space:
    """Return the space of all parameters over their own ranges, news on a log scale.

    Parameters
    ----------
    changes : mapping, optional
        What a search says of some parameters instead, as in a design file: a value, a list, or a
        range.
    """
    return Space.from_parameters({**NEWS, **(changes or {})}, vary="all")
