"""The methods by name, and the one function that applies any of them to a table of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.sensitivity.forest import forest
from defection.batch_runs.sensitivity.morris import morris
from defection.batch_runs.sensitivity.ordered_design import Design
from defection.batch_runs.sensitivity.outcomes import Score, outcomes
from defection.batch_runs.sensitivity.permutation import permutation
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.sobol import sobol
from defection.batch_runs.sensitivity.table import ImportanceError, joined
from defection.parameters import nearest

METHODS: dict[str, Callable[..., pd.DataFrame]] = {
    "forest": forest,
    "permutation": permutation,
    "morris": morris,
    "sobol": sobol,
}
"""Each takes ``Sample`` and the name of an outcome and returns the tidy table; ``morris`` and ``sobol`` take their ``design`` too."""

DESIGNED = ("morris", "sobol")
"""Methods that can analyse only the runs of their own design."""


def rank(
    runs: pd.DataFrame,
    method: str,
    *,
    space: Space,
    names: Iterable[str] | None = None,
    score: Score | None = None,
    good: float | None = None,
    design: Design | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """Rank the varied parameters by their importance for each outcome.

    Parameters
    ----------
    runs : DataFrame
        A table of runs, such as a sweep's.
    method : str
        A name of ``METHODS``.
    space : Space
        What varied, and over which ranges.
    names, score, good
        The outcomes (``importance.outcomes``).
    design : Design, optional
        The design whose points were run, for ``morris`` and ``sobol``.
    **settings
        What the method takes besides, such as ``trees`` or ``seed``.

    Returns
    -------
    DataFrame
        The columns ``COLUMNS``, a row per outcome, method and parameter, the most important first.

    Raises
    ------
    ImportanceError
        Unknown method or outcome, a missing design, runs that cannot tell.
    MissingExtraError
        scikit-learn or SALib is not installed.
    """
    if method not in METHODS:
        raise ImportanceError(
            f"there is no method {method!r}{nearest(method, METHODS)}; there are {', '.join(METHODS)}"
        )
    if (method in DESIGNED) != (design is not None):
        raise ImportanceError(
            f"{method} "
            + (
                "needs the design whose points were run: design="
                if design is None
                else "takes no design"
            )
        )
    if design is not None:
        if design.method != method:
            raise ImportanceError(f"the design is one of {design.method}, not of {method}")
        design.check(runs, space)
        settings["design"] = design
    sample = Sample.from_runs(runs, space, outcomes(runs, names, score=score, good=good))
    return joined(
        METHODS[method](sample, outcome, **settings) for outcome in sample.outcomes.columns
    )
