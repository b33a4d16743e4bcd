"""Where searches look unless a space is given."""

from collections.abc import Mapping
from typing import Any

from defection.batch_runs.designs import Space

NEWS: Mapping[str, Any] = {"observation_probability": {"low": 0.001, "high": 1.0, "scale": "log"}}
"""How news is searched: evenly in its logarithm. Where people leave year after year hardly any news
is heard, K of 0.01 and less. On an even scale all of that is a hundredth of the range, and searches
are caught in poorer valleys beside it."""


def search_space(changes: Mapping[str, Any] | None = None) -> Space:
    """Return the space of all parameters over their own ranges, news on a log scale.

    Parameters
    ----------
    changes : mapping, optional
        Some parameters by name, as in a design file: a value, a list, or a range.

    Returns
    -------
    Space

    Raises
    ------
    DesignError
        A name, a value or a range is wrong.

    Examples
    --------
    >>> search_space({"famine_effect": 0.8, "memory_weeks": [200, 400]}).names[:3]
    ['prior_alpha', 'prior_beta', 'observation_probability']
    """
    return Space.from_parameters({**NEWS, **(changes or {})}, vary="all")
