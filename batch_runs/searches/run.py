"""A search that is kept: what it depends on, what is checked before it, and what it found."""

import contextlib
import pathlib
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.engine import check_engine
from defection.batch_runs.execution.evaluation import MemoryEvaluation
from defection.batch_runs.scores.objective import Scoring
from defection.batch_runs.searches.generation import Search, settings_of
from defection.batch_runs.searches.stored import StoredEvaluation
from defection.batch_runs.store.folder import SearchFolder
from defection.batch_runs.store.plan import Plan, check_same
from defection.batch_runs.store.search_results import SearchResults
from defection.batch_runs.store.versions import about
from defection.batch_runs.sweeps.specification import described_axis
from defection.checks import notice, whole
from defection.country import Country, checked_weeks, load
from defection.country_folders import resolved
from defection.extras import needed


def run_search(
    search: Any,
    out: str | pathlib.Path,
    *,
    seed: int,
    country: str = "north_korea",
    weeks: int | None = None,
    engine: str | Executor = "threads",
    workers: int | None = None,
    cluster: str | None = None,
    retry_failed: bool = False,
    progress: Callable[[int], object] | None = None,
    warn: Callable[[str], object] = notice,
) -> pd.DataFrame:
    """Run a search into a folder, or go on with the one that is there.

    Parameters
    ----------
    search : a search method
        With its space, its objective and its settings.
    out : path
        Its folder; where it holds a search already, that must be the same one.
    seed : int
        Fixes what the search draws, and with it the seed of every run.
    country, weeks
        As for :func:`defection.batch_runs.run_ensemble`.
    engine, workers, cluster
        As for :func:`defection.batch_runs.run_sweep`; threads if left out, since a batch has few
        runs. The result does not depend on them, and a search may go on with others.
    retry_failed : bool
        Run again the parts in which a run has failed, and what follows from them.
    progress : function, optional
        Gets the number of runs after each batch.
    warn : function
        Gets, in a sentence, what the user should know (a damaged part, for instance).

    Returns
    -------
    pandas.DataFrame
        What was found, best first; also in ``found.csv``. ``trace.parquet`` has every point.

    Raises
    ------
    SearchError, TargetError, SweepError, PlanError, FolderError, ClusterError
        All of them ``ValueError`` or ``OSError``. What was kept before stays.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import Screen, search_space
    >>> objective = Objective(Target.from_country())
    >>> screen = Screen(space=search_space(), objective=objective, points=2)
    >>> found = run_search(screen, tempfile.mkdtemp(), seed=1)
    >>> len(found), found["score"].is_monotonic_increasing
    (2, True)
    """
    if not isinstance(search, Search):
        raise SearchError(f"{search!r} is no search; make one, such as Staged(space=, objective=)")
    if isinstance(country, Country):
        raise SearchError("a search is kept with its country's name or folder, not with a Country")
    seed = whole("search: seed", seed, 0, error=SearchError)
    check_engine(engine)
    if cluster is not None:
        needed("distributed", extra="cluster", purpose="a cluster")
    if workers is not None:
        whole("search: workers", workers, error=SearchError)
    folder = SearchFolder(out)
    about = described(search, seed=seed, country=country, weeks=weeks)
    if folder.check():
        check_same(folder.read_plan(), about, str(folder.path))
    with folder.locked(), contextlib.ExitStack() as engines:
        folder.write_plan(Plan(about), new=True)
        plan = folder.read_plan()
        check_same(plan, about, str(folder.path))  # or somebody else's
        how: dict[str, Any] = {"engine": engine, "workers": workers, "cluster": cluster}
        how |= {"country": country, "weeks": weeks, "seed_bits": plan.seed_bits}
        how["measure"] = search.objective.measured
        memory = engines.enter_context(MemoryEvaluation(seed, **how))
        evaluate = StoredEvaluation(folder, memory, progress, warn, retry_failed=retry_failed)
        try:
            trace = search.run(evaluate, seed=seed)
            found = search.finalists(trace, evaluate)
        finally:
            evaluate.keep()
        found = found[found["point"].isin(evaluate.done)].reset_index(drop=True)
        if found.empty:
            raise SearchError(
                f"{folder.path}: no run of what was found was done; its errors are in the table of "
                "runs; to try again: retry_failed, on the command line --retry-failed"
            )
        folder.write_end(trace, found)
    return found


def described(search: Any, *, seed: int, country: str, weeks: int | None) -> dict[str, Any]:
    """Return all that the runs of a search follow from, as plain values."""
    objective: Scoring = search.objective
    settings = settings_of(search)
    for name, value in settings.items():
        if not isinstance(value, (int, float, str, bool, type(None))):
            raise SearchError(
                f"{type(search).__name__}: {name} cannot be kept in a plan; run this search from "
                "Python, with an evaluation"
            )
    loaded = load(country)
    space = search.space
    space.check(loaded)
    objective.check(loaded, checked_weeks(weeks, loaded), space)
    return {
        **about(
            country,
            weeks,
            journey=space.has_journey,
            news=space.has_neighbours,
            by_reading=space.has_readings,
        ),
        "country": resolved(country),
        "method": type(search).__name__,
        "settings": settings,
        "seed": seed,
        "parameters": {one.name: described_axis(one) for one in search.space.axes},
        **objective.described(),
    }


def typical_run(found: pd.DataFrame, results: SearchResults, objective: Scoring) -> dict[str, Any]:
    """Return the run of the best point whose score is nearest to the point's.

    Parameters
    ----------
    found : pandas.DataFrame
        What :func:`run_search` returned.
    results : SearchResults
        The opened folder of the search.
    objective : Objective or FactsObjective
        What scored.

    Returns
    -------
    dict
        Its row of the table of runs, with plain values, and its ``score``: run with its seed and
        its parameters, it gives that again.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import Screen, open_search, search_space
    >>> objective, folder = Objective(Target.from_country()), tempfile.mkdtemp()
    >>> screen = Screen(space=search_space(), objective=objective, points=2)
    >>> found = run_search(screen, folder, seed=1)
    >>> typical_run(found, open_search(folder), objective)["run_id"]
    '2-0'
    """
    best = found.iloc[0]
    rows = results.table(where=pc.field("point") == int(best["point"])).sort_by("replicate")
    runs = rows.filter(pc.equal(rows["status"], "done"))
    scores = objective(runs.to_pandas())
    chosen = int(np.abs(scores - best["score"]).argmin())
    return {**runs.slice(chosen, 1).to_pylist()[0], "score": float(scores[chosen])}
