"""Importances from the runs that a sweep, or a search, has kept."""

import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Fixed, Space
from defection.batch_runs.designs.axes import Axis, axis
from defection.batch_runs.outcomes import finished
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.sensitivity import morris, sobol
from defection.batch_runs.sensitivity.methods import DESIGNED, check_method, rank
from defection.batch_runs.sensitivity.ordered_design import Design
from defection.batch_runs.sensitivity.table import ImportanceError
from defection.batch_runs.store.reading import Results
from defection.batch_runs.store.results import SearchResults, SweepResults, open_runs
from defection.checks import notice
from defection.parameters import parameters_among

DEFAULT = ("score", "total")
"""Outcomes where none is named; the score only where all observed years were run."""


def ranking(
    results: str | pathlib.Path | SweepResults | SearchResults,
    method: str = "permutation",
    names: Sequence[str] | None = None,
    *,
    good: float = 0.05,
    seed: int = 0,
    warn: Callable[[str], object] = notice,
) -> pd.DataFrame:
    """Rank the parameters that a sweep, or a search, has varied.

    The runs of a search crowd where it went, as those of the paper's appendix did: what is ranked
    is what mattered there, not over the whole space.

    Parameters
    ----------
    results : path, SweepResults or SearchResults
        The folder of a sweep or search, or what was opened; runs that failed are left out.
    method : str
        A name of ``METHODS``; ``morris`` and ``sobol`` only where the sweep's points are those of
        their design.
    names : list of str, optional
        Outcomes; ``score`` is the root-scale distance from the country's observed counts.
    good : float
        Share of runs that are called good.
    seed : int
        Of folds, forests and dummies; for ``morris`` and ``sobol`` that of the design.
    warn : function
        Gets, in a sentence, what the user should know (damaged parts, for instance).

    Returns
    -------
    pandas.DataFrame
        As of :func:`rank`.

    Raises
    ------
    ImportanceError
        Nothing varies, no run is done, unknown method or outcome, too few points, points of another
        design.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> points = {"kind": "random", "points": 60, "vary": ["famine_effect", "utility_slope"]}
    >>> design = {"seed": 1, "weeks": 52, "design": points}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> ranking(results, "forest", names=["total"])["parameter"].nunique()
    5
    """
    check_method(method, {"seed": seed})
    if not 0 < good < 1:
        raise ImportanceError(f"good = {good!r} must be a share of runs between 0 and 1")
    if not isinstance(results, Results):
        results = open_runs(results)
    if results.damaged:
        count, where = len(results.damaged), results.path
        said = f"{count:,} damaged files of {where} are left out; going on with it runs them again"
        one = f"1 damaged file of {where} is left out; going on with it runs it again"
        warn(one if count == 1 else said)
    runs = results.runs()
    if not (runs["status"] == "done").any():
        raise ImportanceError(f"{results.path}: none of its {len(runs):,} runs is done")
    space = space_of(results, own=method in DESIGNED)
    if not space.names:
        raise ImportanceError(
            f"{results.path}: no parameter varies in these runs: there is nothing to rank"
        )
    observed = {row[0] for row in results.country.observed}
    scorable = bool(observed) and observed <= set(results.years)
    wanted = tuple(names) if names else DEFAULT if scorable else ("total",)
    how: dict[str, Any] = {"seed": seed}
    if {"score", "good"} & set(wanted):
        how["score"] = Objective(Target.from_country(results.country))
        how["good"] = float(np.quantile(how["score"](finished(runs)), good))
    if method in DESIGNED:
        how["design"] = _design(results, space, method, runs, how.pop("seed"))
    return rank(runs, method, space=space, names=wanted, **how)


def space_of(results: SweepResults | SearchResults, *, own: bool = False) -> Space:
    """Return the space that a sweep or a search covers: its ranges and lists, or its points'.

    With ``own`` every parameter that varies has the range that searches cover, as designs of
    methods take it.
    """
    points = results.points()
    axes: list[Axis] = []
    for name in parameters_among(points):
        values, stated = points[name], results.stated.get(name)
        if (values == values.iloc[0]).all():
            axes.append(Fixed(name, values.iloc[0]))
        elif own:
            axes.append(axis(name, {}))
        else:
            axes.append(axis(name, stated if isinstance(stated, dict | list) else _covered(values)))
    return Space(tuple(axes))


def _covered(values: pd.Series) -> object:
    if not pd.api.types.is_numeric_dtype(values):
        return list(dict.fromkeys(values.tolist()))
    return {"low": values.min().item(), "high": values.max().item()}


def _design(
    results: SweepResults | SearchResults, space: Space, method: str, runs: pd.DataFrame, seed: int
) -> Design:
    """Return the method's design whose points the sweep has run; refuses any other sweep."""
    kind, why, points = results.kind, "", len(results.points())
    for design in _candidates(space.names, method, points, seed) if kind == "points" else ():
        try:
            design.check(runs, space)
        except ImportanceError as error:
            why = f" ({error})"
        else:
            return design
    raise ImportanceError(
        f"{results.path}: {method} can only rank a sweep of its own design (kind points, made by "
        f"sensitivity.{method}.design with seed = {seed} over the parameters' own ranges), "
        f"not this one of kind {kind}{why}; permutation and forest take any sweep"
    )


def _candidates(names: Sequence[str], method: str, points: int, seed: int) -> Iterable[Design]:
    for dummy in (True, False):
        width = len(names) + dummy + (2 if method == "sobol" else 1)
        count, left = divmod(points, width)
        if left or count < 2:
            continue
        if method == "morris":
            yield morris.design(names, trajectories=count, dummy=dummy, seed=seed)
        elif not count & (count - 1):
            yield sobol.design(names, points=count, dummy=dummy, seed=seed)
