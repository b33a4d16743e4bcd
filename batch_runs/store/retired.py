"""Names that plans and results of earlier versions use, and those that took their place.

A plan is never rewritten: the names are replaced when it is read.
"""

from typing import Any

PLAN_NAMES: dict[str, str] = {
    "same_luck": "common_random_numbers",
    "PaperWalk": "PaperSearch",
    "walks": "chains",
    "finalists": "selected",
}
"""Keys, methods, settings and other values in ``plan.json`` and ``search.json``."""

COLUMN_NAMES: dict[str, str] = {
    "spread": "sd",
    "stopped": "stopped_early",
    "dead": "extinct",
    "between": "sustained",
    "burst": "runaway",
    "asked": "evaluated",
}
"""Columns of ``trace.parquet`` and ``found.csv``."""

_OWN = ("country", "file")
"""Keys whose values are the user's own."""


def renamed(said: Any) -> Any:
    """Return the contents of a plan with present names."""
    if isinstance(said, dict):
        return {
            PLAN_NAMES.get(key, key): value if key in _OWN else renamed(value)
            for key, value in said.items()
        }
    if isinstance(said, list):
        return [renamed(value) for value in said]
    return PLAN_NAMES.get(said, said) if isinstance(said, str) else said
