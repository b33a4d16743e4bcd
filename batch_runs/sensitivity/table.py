"""The one table that every method returns: a row per outcome, method and parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "outcome", "method", "parameter", "value", "low", "high", "quality", "quality_name", "runs",
)  # fmt: skip
"""``low`` and ``high`` are an interval of 90 % for ``value``; ``quality`` says how far to trust the
row, ``quality_name`` by what."""

LEVEL = 0.9
"""Coverage of the intervals in ``low`` and ``high``."""

TAILS = [0.5 - LEVEL / 2, 0.5 + LEVEL / 2]
"""Their quantiles."""

DUMMY = "dummy"
"""Beginning of the name of a column that no model reads: what it scores is the floor of noise."""

REPLICATES = "replicates"
"""Name of the row that holds the share of the variance that is due to the seed alone."""


class ImportanceError(ValueError):
    """The runs at hand cannot say what matters; the message names what is missing."""


def tidy(
    outcome: str, method: str, names: Iterable[str], value: Any, low: Any, high: Any, **quality: Any
) -> pd.DataFrame:
    """Return rows of the table, the most important first.

    ``value``, ``low`` and ``high`` have one number for each name (dummies among them); ``quality``
    are ``quality``, ``quality_name`` and ``runs`` (how many stand behind the row).
    """
    columns = {"parameter": list(names), "value": value, "low": low, "high": high, **quality}
    rows = pd.DataFrame({"outcome": outcome, "method": method, **columns})
    ranked = rows.sort_values("value", ascending=False, kind="stable")
    return ranked[list(COLUMNS)].reset_index(drop=True)


def joined(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below each other."""
    return pd.concat(list(tables), ignore_index=True)


def is_dummy(names: pd.Series) -> np.ndarray:
    """Return which names are dummies or the row of replicates, bool [rows]."""
    return (names.str.startswith(DUMMY) | (names == REPLICATES)).to_numpy()
