"""What is explained: a number or a yes and no for each run, read from its row of the table of runs.

Years that never came count as the year after the last, so that every finished run has every outcome
(designs allow no gaps). The flows of a year that was cut short count as far as they went: a
threshold that they passed was passed.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.errors import check_known
from defection.batch_runs.outcomes import YearlyCounts, finished
from defection.batch_runs.sensitivity.table import ImportanceError

ONSET = 100
"""Successes in a year with which leaving in numbers has begun; 1999 in what was observed."""

Score = Callable[[pd.DataFrame], np.ndarray]
"""A distance such as ``scores.Objective``: takes the table of runs, returns a number for each."""


def _total(counts: YearlyCounts, _runs: pd.DataFrame) -> np.ndarray:
    """Return log10 (1 + successes of all years): their order of magnitude."""
    return np.log10(1.0 + counts.counts.sum(axis=1))


def _peak_year(counts: YearlyCounts, _runs: pd.DataFrame) -> np.ndarray:
    """Return the year with most successes; the year after the last where there are none."""
    return _year(counts, counts.counts.any(axis=1), counts.counts.argmax(axis=1))


def _onset_year(counts: YearlyCounts, _runs: pd.DataFrame) -> np.ndarray:
    """Return the first year with 100 successes; the year after the last where there is none."""
    reached = counts.counts >= ONSET
    return _year(counts, reached.any(axis=1), reached.argmax(axis=1))


def _stopped(_counts: YearlyCounts, runs: pd.DataFrame) -> np.ndarray:
    """Return whether attempts passed the threshold at which runs stop."""
    return runs["stopped_early"].to_numpy(bool)


def _year(counts: YearlyCounts, there: Any, index: Any) -> np.ndarray:
    return np.where(there, counts.years[index], counts.years[-1] + 1).astype(float)


OUTCOMES: dict[str, Callable[[YearlyCounts, pd.DataFrame], np.ndarray]] = {
    "total": _total, "peak_year": _peak_year, "onset_year": _onset_year, "stopped_early": _stopped,
}  # fmt: skip
"""The outcomes that need no observed counts; ``score`` and ``good`` join them with a distance."""


def outcomes(
    runs: pd.DataFrame,
    names: Iterable[str] | None = None,
    *,
    score: Score | None = None,
    good: float | None = None,
) -> pd.DataFrame:
    """Return a row per finished run and a column per outcome.

    ``names`` are those of ``OUTCOMES``, ``score`` and ``good``; all that can be had if left out.
    ``score`` is a distance, such as a ``scores.Objective``; a run is in the good region where its
    score is at most ``good``.
    """
    done = finished(runs)
    has = {"score": score is not None, "good": score is not None and good is not None}
    known = [*OUTCOMES, *has]
    wanted = list(names) if names is not None else [name for name in known if has.get(name, True)]
    if len(set(wanted)) < len(wanted):
        raise ImportanceError(f"an outcome is named twice: {', '.join(wanted)}")
    for name in wanted:
        check_known(f"there is no outcome {name!r}", name, known, ImportanceError)
        if not has.get(name, True):
            missing = ", a distance from the observed counts" if score is None else " and good="
            raise ImportanceError(f"the outcome {name!r} needs score={missing}")
    counts = YearlyCounts.from_runs(done)
    columns = {name: OUTCOMES[name](counts, done) for name in wanted if name in OUTCOMES}
    if score is not None:
        columns["score"] = np.asarray(score(done), float)
        columns["good"] = columns["score"] <= (np.nan if good is None else good)
    return pd.DataFrame(columns)[wanted]
