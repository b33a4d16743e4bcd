"""What is explained: a number or a yes and no for each run, read from its row of the table of runs.

Years that never came count as the year after the last, so that every finished run has every outcome
(designs allow no gaps).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.table import ImportanceError
from defection.parameters import nearest

ONSET = 100
"""Successes in a year with which leaving in numbers has begun; the record reaches them in 1999."""

Score = Callable[[pd.DataFrame], np.ndarray]
"""A distance from the record: takes the table of runs, returns a number for each, lower for better."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One thing that is explained."""

    name: str
    unit: str
    meaning: str
    of: Callable[[np.ndarray, np.ndarray, pd.DataFrame], np.ndarray]
    """Takes successes [runs, years], years [years] and the table of runs; returns [runs]."""


def _total(successes: np.ndarray, _years: np.ndarray, _runs: pd.DataFrame) -> np.ndarray:
    return np.log10(1.0 + successes.sum(axis=1))


def _peak_year(successes: np.ndarray, years: np.ndarray, _runs: pd.DataFrame) -> np.ndarray:
    return np.where(
        successes.sum(axis=1) > 0, years[successes.argmax(axis=1)], years[-1] + 1
    ).astype(float)


def _onset_year(successes: np.ndarray, years: np.ndarray, _runs: pd.DataFrame) -> np.ndarray:
    reached = successes >= ONSET
    return np.where(reached.any(axis=1), years[reached.argmax(axis=1)], years[-1] + 1).astype(float)


def _stopped(_successes: np.ndarray, _years: np.ndarray, runs: pd.DataFrame) -> np.ndarray:
    return runs["stopped_early"].to_numpy(bool)


OUTCOMES: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome(
            "total",
            "log10 (1 + successes)",
            "successes of all years, as an order of magnitude",
            _total,
        ),
        Outcome(
            "peak_year",
            "year",
            "the year with most successes; the year after the last where there are none",
            _peak_year,
        ),
        Outcome(
            "onset_year",
            "year",
            f"the first year with {ONSET} successes; the year after the last where there is none",
            _onset_year,
        ),
        Outcome(
            "stopped_early",
            "yes or no",
            "whether attempts passed the threshold at which runs stop",
            _stopped,
        ),
    )
}
"""The outcomes that need no record; ``score`` and ``good`` join them where a distance is given."""


def successes(runs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the yearly successes [runs, years] and the years [years] of a table of runs."""
    columns = sorted(name for name in runs.columns if re.fullmatch(r"successes_\d{4}", str(name)))
    if not columns:
        raise ImportanceError(
            "the table of runs has no columns such as successes_1992: keep the yearly flows of the sweep"
        )
    return runs[columns].to_numpy(float), np.array([int(name[-4:]) for name in columns])


def finished(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that ended without an error, with a fresh index."""
    if "status" not in runs.columns:
        raise ImportanceError("the table of runs has no column 'status'")
    done = runs[runs["status"] == "done"].reset_index(drop=True)
    if done.empty:
        raise ImportanceError(f"none of the {len(runs):,} runs has finished")
    return done


def outcomes(
    runs: pd.DataFrame,
    names: Iterable[str] | None = None,
    *,
    score: Score | None = None,
    good: float | None = None,
) -> pd.DataFrame:
    """Return the outcomes of the finished runs, a row for each and a column per outcome.

    Parameters
    ----------
    runs : DataFrame
        A table of runs; those that failed are left out.
    names : iterable of str, optional
        Names of ``OUTCOMES``, and ``score`` and ``good``; all that can be had if left out.
    score : function, optional
        A distance from the record (``Score``), such as a ``scores.Objective``; needed for ``score``
        and ``good``.
    good : float, optional
        A run is in the good region where its score is at most this.

    Raises
    ------
    ImportanceError
        Unknown name; ``score`` or ``good`` without what it needs; no finished run.
    """
    done = finished(runs)
    more = [
        name
        for name, has in (
            ("score", score is not None),
            ("good", score is not None and good is not None),
        )
        if has
    ]
    wanted = list(names) if names is not None else [*OUTCOMES, *more]
    known = [*OUTCOMES, "score", "good"]
    for name in wanted:
        if name not in known:
            raise ImportanceError(
                f"there is no outcome {name!r}{nearest(name, tuple(known))}; there are {', '.join(known)}"
            )
        if name in ("score", "good") and name not in more:
            raise ImportanceError(
                f"the outcome {name!r} needs score="
                + (", a distance from the record" if score is None else " and good=")
            )
    counts, years = successes(done)
    columns = {name: OUTCOMES[name].of(counts, years, done) for name in wanted if name in OUTCOMES}
    if score is not None and more:
        columns["score"] = np.asarray(score(done), float)
        if good is not None:
            columns["good"] = columns["score"] <= good
    return pd.DataFrame(columns)[wanted]
