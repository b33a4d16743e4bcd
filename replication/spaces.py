"""Where the searches of the paper's law look: what does not vary has the registry's values.

So they do not depend on the preset from which the country's runs begin.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from defection.batch_runs import searches
from defection.batch_runs.designs import Space
from defection.parameters import Parameters


def search_space(
    parameters: Mapping[str, Any] | None = None, *, vary: str | Iterable[str] = "all"
) -> Space:
    """Return the space of a search, in which news is searched on a log scale.

    Examples
    --------
    >>> search_space().fixed["journey"]
    'off'
    """
    return searches.search_space(parameters, vary=vary, defaults=Parameters())


def whole_space() -> Space:
    """Return the space in which every parameter varies evenly over its own range."""
    return Space.from_parameters(vary="all", defaults=Parameters())
