"""One finding of the paper beside ours: what it says, what was found here, and the verdict by a rule that is written down."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd

REPRODUCED, NOT, UNDECIDED, SHOWN = "reproduced", "not reproduced", "undecided", "shown"
"""Verdicts; what is ``shown`` is drawn or listed without one."""

FEWEST = 10
"""With fewer runs nothing is decided that rests on a range over runs."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One finding."""

    name: str
    """Of its files."""
    title: str
    paper: str
    """What the paper says."""
    ours: str
    """What was found here, with figures."""
    verdict: str
    rule: str
    """By which the verdict follows."""
    tables: Mapping[str, pd.DataFrame] = dataclasses.field(default_factory=dict)
    """By name; their first column is text."""
    behind: tuple[str, ...] = ()
    """The runs or stored results that the numbers come from."""
    parts: tuple[tuple[str, str, str], ...] = ()
    """Verdicts of parts, where there are several: what, verdict, the figure that decides it."""
    figure: str = ""
    """The figure that decides the whole, where there are no parts."""


def of_votes(votes: list[bool]) -> str:
    """Return the verdict on a statement from where it holds: at every one of two or more regions, at none, or at some."""
    if len(votes) < 2:
        return UNDECIDED
    return REPRODUCED if all(votes) else UNDECIDED if any(votes) else NOT


def of_range(known: float, runs: np.ndarray) -> str:
    """Return whether a known number lies in the central 90 % of the runs' numbers; undecided with fewer than ``FEWEST`` runs."""
    told = np.asarray(runs, float)
    told = told[np.isfinite(told)]
    if told.size < FEWEST or not np.isfinite(known):
        return UNDECIDED
    low, high = np.quantile(told, [0.05, 0.95])
    return REPRODUCED if low <= known <= high else NOT


def together(verdicts: list[str]) -> str:
    """Return one verdict for parts: theirs where all agree, else undecided."""
    return verdicts[0] if len(set(verdicts)) == 1 else UNDECIDED


def most(verdicts: list[str]) -> str:
    """Return one verdict for many of a kind: reproduced where all are, not where more than half are not, undecided else."""
    if all(one == REPRODUCED for one in verdicts):
        return REPRODUCED
    return NOT if verdicts.count(NOT) > len(verdicts) / 2 else UNDECIDED


def told(value: float) -> str:
    """Return a number with three significant digits, for sentences and tables."""
    if value is None or not np.isfinite(value):
        return ""
    if value == int(value) and abs(value) >= 1:
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: np.ndarray, scale: float = 1.0) -> str:
    """Return median and the central 90 % of numbers as text."""
    low, middle, high = np.nanquantile(np.asarray(values, float) * scale, [0.05, 0.5, 0.95])
    return f"{told(float(middle))} (90 % of runs: {told(float(low))} to {told(float(high))})"
