"""Importances from the runs that a sweep, or a search, has kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Fixed, Space
from defection.batch_runs.designs.space import Axis, axis
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.sensitivity import morris, sobol
from defection.batch_runs.sensitivity.methods import DESIGNED, METHODS, rank
from defection.batch_runs.sensitivity.ordered_design import Design
from defection.batch_runs.sensitivity.outcomes import finished
from defection.batch_runs.sensitivity.table import ImportanceError
from defection.batch_runs.store.results import SearchResults, SweepResults
from defection.parameters import PARAMETERS, nearest

DEFAULT = ("score", "total")
"""Outcomes where none is named; the score only where the country has a record of years that were all run."""


def ranking(
    results: SweepResults | SearchResults,
    method: str = "permutation",
    names: Sequence[str] | None = None,
    *,
    good: float = 0.05,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank the parameters that a sweep, or a search, has varied.

    Parameters
    ----------
    results : SweepResults or SearchResults
        An opened sweep or search; runs that failed are left out. The runs of a search crowd where
        it went, as those of the paper's appendix did: what is ranked is what mattered there, not
        over the whole space.
    method : str
        A name of ``METHODS``; ``morris`` and ``sobol`` only where the sweep's points are those of
        their design.
    names : list of str, optional
        Outcomes; ``score`` is the root-scale distance from the country's record.
    good : float
        Share of runs that are called good.
    seed : int
        Of folds, forests and dummies; for ``morris`` and ``sobol`` that of the design.

    Raises
    ------
    ImportanceError
        Nothing varies, no run is done, unknown method or outcome, too few points, points of another
        design.
    """
    if method not in METHODS:
        raise ImportanceError(
            f"there is no method {method!r}{nearest(method, METHODS)}; there are {', '.join(METHODS)}"
        )
    if not 0 < good < 1:
        raise ImportanceError(f"good = {good!r} must be a share of runs between 0 and 1")
    space = space_of(results, own=method in DESIGNED)
    if not space.names:
        raise ImportanceError(
            f"{results.path}: no parameter varies in these runs: there is nothing to rank"
        )
    runs = results.runs()
    scorable = _has_record(results)
    wanted = tuple(names) if names else DEFAULT if scorable else ("total",)
    score, limit = None, None
    if {"score", "good"} & set(wanted):
        objective = Objective(Target.from_country(results.country))

        def score(table: pd.DataFrame) -> np.ndarray:
            return objective.score_runs(table)["score"].to_numpy()

        limit = float(np.quantile(score(finished(runs)), good))
    if method in DESIGNED:
        return rank(
            runs,
            method,
            space=space,
            names=wanted,
            score=score,
            good=limit,
            design=_design(results, space, method, runs, seed),
        )
    return rank(runs, method, space=space, names=wanted, score=score, good=limit, seed=seed)


def space_of(results: SweepResults | SearchResults, *, own: bool = False) -> Space:
    """Return the space that a sweep or a search covers: its ranges and lists, or what its points cover where they were given one by one.

    With ``own`` every parameter that varies has the range that searches cover, as designs of
    methods take it.
    """
    points = results.points()
    axes: list[Axis] = []
    for name in PARAMETERS:
        values = points[name]
        if (values == values.iloc[0]).all():
            axes.append(Fixed(name, values.iloc[0]))
            continue
        stated = results.stated.get(name)
        if own:
            axes.append(axis(name, {}))
        elif isinstance(stated, dict | list):
            axes.append(axis(name, stated))
        else:
            axes.append(axis(name, _covered(values)))
    return Space(tuple(axes))


def _covered(values: pd.Series) -> object:
    if not pd.api.types.is_numeric_dtype(values):
        return list(dict.fromkeys(values.tolist()))
    return {"low": values.min().item(), "high": values.max().item()}


def _has_record(results: SweepResults | SearchResults) -> bool:
    years = {row[0] for row in results.country.observed}
    return bool(years) and years <= set(results.years)


def _design(
    results: SweepResults | SearchResults, space: Space, method: str, runs: pd.DataFrame, seed: int
) -> Design:
    """Return the method's design whose points the sweep has run; refuses any other sweep."""
    kind, why = results.kind, ""
    for design in (
        _candidates(space.names, method, len(results.points()), seed) if kind == "points" else ()
    ):
        try:
            design.check(runs, space)
        except ImportanceError as error:
            why = f" ({error})"
        else:
            return design
    raise ImportanceError(
        f"{results.path}: {method} can only rank a sweep of its own design (kind points, made by importance.{method}.design with "
        f"seed = {seed} over the parameters' own ranges), not this one of kind {kind}{why}; permutation and forest take any sweep"
    )


def _candidates(names: Iterable[str], method: str, points: int, seed: int) -> Iterable[Design]:
    named = list(names)
    for dummy in (True, False):
        width = len(named) + dummy + (2 if method == "sobol" else 1)
        count, left = divmod(points, width)
        if left or count < 2 or (method == "sobol" and count & (count - 1)):
            continue
        yield (
            sobol.design(named, points=count, dummy=dummy, seed=seed)
            if method == "sobol"
            else morris.design(named, trajectories=count, dummy=dummy, seed=seed)
        )
