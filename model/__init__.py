"""Leaving an autocracy: the reference agent-based model after Dukalskis, Elkink & Xiong (2017).

``DefectionModel(seed=1).run().yearly()`` is the whole story; ``defection run`` does it from the
command line.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from defection.changing import RunEnded
    from defection.country import Country, CountryError
    from defection.draws import draw
    from defection.model import DefectionModel
    from defection.parameters import ALL_PARAMETERS, PARAMETERS, ParameterError, Parameters
    from defection.streams import SeedError

if __name__ != "defection":
    raise ImportError("import defection, not model: or all classes exist twice")

__version__ = "0.1.0"

_HOMES = {
    "ALL_PARAMETERS": "parameters",
    "Country": "country",
    "CountryError": "country",
    "DefectionModel": "model",
    "PARAMETERS": "parameters",
    "ParameterError": "parameters",
    "Parameters": "parameters",
    "RunEnded": "changing",
    "SeedError": "streams",
    "draw": "draws",
}

__all__ = [
    "ALL_PARAMETERS",
    "PARAMETERS",
    "Country",
    "CountryError",
    "DefectionModel",
    "ParameterError",
    "Parameters",
    "RunEnded",
    "SeedError",
    "__version__",
    "draw",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used first, so that ``import defection`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'defection' has no attribute {name!r}")
    return getattr(importlib.import_module(f"defection.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
