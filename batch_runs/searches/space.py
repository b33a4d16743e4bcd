"""Where searches look unless a space is given."""

from collections.abc import Iterable, Mapping
from typing import Any

from defection.batch_runs.designs.space import REGISTRY, Space
from defection.parameter import SearchRange
from defection.parameters import RANGES, Parameters

NEWS = {"observation_probability": SearchRange(0.001, 1.0, log=True)}
"""How news is searched: evenly in its logarithm. Where people leave year after year hardly any news
is heard, K of 0.01 and less. On an even scale all of that is a hundredth of the range, and searches
are caught in poorer valleys beside it."""


def search_space(
    parameters: Mapping[str, Any] | None = None,
    *,
    vary: str | Iterable[str] = "all",
    ranges: Mapping[str, SearchRange] = RANGES,
    defaults: Parameters = REGISTRY,
) -> Space:
    """Return a space in which North Korea's news is searched on a log scale unless one is given.

    Parameters
    ----------
    parameters : mapping, optional
        Some parameters by name, as in a design file: a value, a list, or a range.
    vary : list of str or "all"
        Those that vary over their own ranges, as in a design file; by default all that have one.
    ranges : mapping
        The country's (``Country.ranges``), if left out North Korea's.
    defaults : Parameters
        What does not vary has these values: the registry's, or ``Country.defaults``.

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
    own = NEWS if ranges == RANGES else {}
    return Space.from_parameters(parameters, vary=vary, ranges={**ranges, **own}, defaults=defaults)
