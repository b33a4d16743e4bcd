"""The methods by name, and the one function that applies any of them to a table of runs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import check_known
from defection.batch_runs.sensitivity.forest import forest, permutation
from defection.batch_runs.sensitivity.morris import morris
from defection.batch_runs.sensitivity.ordered_design import Design
from defection.batch_runs.sensitivity.outcomes import Score, outcomes
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.sobol import sobol
from defection.batch_runs.sensitivity.table import ImportanceError, joined
from defection.checks import whole
from defection.extras import needed

METHODS: dict[str, Callable[..., pd.DataFrame]] = {
    "forest": forest,
    "permutation": permutation,
    "morris": morris,
    "sobol": sobol,
}
"""Each takes a ``Sample`` and the name of an outcome (``morris`` and ``sobol`` their ``design``
too) and returns the tidy table."""

DESIGNED = ("morris", "sobol")
"""Methods that can analyse only the runs of their own design."""

NEEDS = {"forest": "sklearn", "permutation": "sklearn", "morris": "SALib", "sobol": "SALib"}
"""The library that a method, or its design, is made with."""

FOREST = {
    "trees": (1, 100_000), "folds": (2, 1000), "dummies": (0, 1000), "seed": (0, 2**31),
}  # fmt: skip
SETTINGS: dict[str, dict[str, tuple[int, int]]] = {
    "forest": FOREST,
    "permutation": {**FOREST, "repeats": (1, 10_000)},
    "morris": {"seed": (0, 2**31)},
    "sobol": {"seed": (0, 2**31), "resamples": (1, 100_000)},
}
"""The settings of each method, whole numbers, and their limits."""


def check_method(method: str, settings: Mapping[str, Any]) -> None:
    """Refuse an unknown method, settings out of range, and a method whose library is missing."""
    check_known(f"there is no method {method!r}", method, METHODS, ImportanceError)
    for name, value in settings.items():
        said = f"{method} has no setting {name!r}"
        check_known(said, name, SETTINGS[method], ImportanceError)
        least, most = SETTINGS[method][name]
        whole(f"{method}: {name}", value, least, most=most, error=ImportanceError)
    needed(NEEDS[method], extra="search", purpose=f"the method {method}")


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
    runs : pandas.DataFrame
        A table of runs, such as a sweep's.
    method : str
        A name of ``METHODS``.
    space : Space
        What varied, and over which ranges.
    names : iterable of str, optional
        Outcomes: of ``OUTCOMES``, ``score``, ``good``; all that can be had if left out.
    score : function, optional
        A distance, such as a ``scores.Objective``; for ``score`` and ``good``.
    good : float, optional
        A run is in the good region where its score is at most this.
    design : Design, optional
        The design whose points were run, for ``morris`` and ``sobol``.
    **settings
        What the method takes besides, such as ``trees`` or ``seed``.

    Returns
    -------
    pandas.DataFrame
        The columns ``COLUMNS``, a row per outcome, method and parameter, the most important first.

    Raises
    ------
    ImportanceError
        Unknown method or outcome, a missing design, runs that are too few or all alike.
    MissingExtraError
        scikit-learn or SALib is not installed.

    Examples
    --------
    >>> from defection.batch_runs.execution.evaluation import run_points
    >>> from defection.batch_runs.sensitivity import morris
    >>> space = Space.from_parameters(vary=["famine_effect"])
    >>> design = morris.design(space.names, trajectories=4)
    >>> runs = run_points(design.table(space), root=1)
    >>> rank(runs, "morris", space=space, names=["total"], design=design)["parameter"].nunique()
    2
    """
    check_method(method, settings)
    if (method in DESIGNED) != (design is not None):
        needs = "needs the design whose points were run: design="
        raise ImportanceError(f"{method} {needs if design is None else 'takes no design'}")
    if design is not None:
        if design.method != method:
            raise ImportanceError(f"the design is one of {design.method}, not of {method}")
        design.check(runs, space)
        settings["design"] = design
    sample = Sample.from_runs(runs, space, outcomes(runs, names, score=score, good=good))
    return joined(METHODS[method](sample, name, **settings) for name in sample.outcomes.columns)
