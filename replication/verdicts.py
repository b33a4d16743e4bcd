"""Rules by which verdicts follow from numbers, and how numbers are written."""

from collections.abc import Sequence

import numpy as np

from defection.checks import formatted as formatted

REPRODUCED, NOT, UNDECIDED, SHOWN = "reproduced", "not reproduced", "undecided", "shown"
"""Verdicts; what is ``shown`` is drawn or listed without one."""

NOTHING = "No verdict: drawn for comparison."

FEWEST = 10
"""With fewer runs nothing is decided that rests on a range over runs."""


def of_votes(votes: Sequence[bool]) -> str:
    """Return the verdict on a statement that holds at all of two or more regions, none, or some."""
    return of_all(votes) if len(votes) > 1 else UNDECIDED


def of_all(holds: Sequence[bool]) -> str:
    """Return the verdict on something that should hold everywhere: all, none, or some."""
    return REPRODUCED if all(holds) else UNDECIDED if any(holds) else NOT


def of_range(observed: float, runs: np.ndarray) -> str:
    """Return whether what was observed lies in the central 90 % of the runs' numbers."""
    finite = np.asarray(runs, float)
    finite = finite[np.isfinite(finite)]
    if finite.size < FEWEST or not np.isfinite(observed):
        return UNDECIDED
    low, high = np.quantile(finite, [0.05, 0.95])
    return REPRODUCED if low <= observed <= high else NOT


def of_runs(holds: np.ndarray) -> str:
    """Return the verdict on what should hold in single runs: in 95 %, not in 95 %, or neither."""
    if len(holds) < FEWEST:
        return UNDECIDED
    share = np.mean(holds)
    return REPRODUCED if share >= 0.95 else NOT if np.mean(~holds) >= 0.95 else UNDECIDED


def together(verdicts: Sequence[str]) -> str:
    """Return one verdict for parts: theirs where all agree, else undecided."""
    return verdicts[0] if len(set(verdicts)) == 1 else UNDECIDED


def most(verdicts: Sequence[str]) -> str:
    """Return one verdict for many of a kind: all reproduced, more than half not, or neither."""
    if all(one == REPRODUCED for one in verdicts):
        return REPRODUCED
    return NOT if list(verdicts).count(NOT) > len(verdicts) / 2 else UNDECIDED


def interval(values: np.ndarray) -> str:
    """Return median and the central 90 % of numbers as text."""
    low, middle, high = np.nanquantile(np.asarray(values, float), [0.05, 0.5, 0.95])
    return f"{formatted(middle)} (90 % of runs: {formatted(low)} to {formatted(high)})"
