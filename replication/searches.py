"""The searches that results rest on: the defaults, other readings, known parameters, the paper's.

Each begins from nothing: a screen of Sobol' points over the space of searches, rough evolution,
fine evolution, candidates scored on fresh seeds. Three minutes each on one core. Everything follows
from the settings and roots below.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.outcomes import FATES
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import (
    MemoryEvaluation,
    PaperSearch,
    Screen,
    SearchError,
    Staged,
    noise_floor,
    rescored,
    search_space,
)
from defection.batch_runs.searches.generation import settings_of
from defection.batch_runs.searches.region import described, good_runs, prior_line
from defection.batch_runs.searches.run import run_search
from defection.batch_runs.sensitivity.forest import forest, permutation
from defection.batch_runs.sensitivity.sample import Sample
from defection.country import load
from defection.parameters import PARAMETERS, Parameters
from defection.replication.best_regions import with_border
from defection.replication.importance import rank_correlation
from defection.replication.kept import read_table
from defection.replication.markdown import shown, table
from defection.replication.result import Result, Tables
from defection.replication.sensitivity import ranking

NAMES = list(PARAMETERS)
ROOTS = (2017, 2018, 2019)
"""Of the searches for the defaults; the seed of every run follows from the root of its search."""
LAST, ROUNDING, ROUNDED, EVEN, EACH = 90_001, 90_002, 90_003, 90_004, 90_010
"""Roots of the runs that score the best candidate, choose how many digits are kept, score what was
kept, screen the parameters' own ranges, and score the best of each search."""
READING_ROOT, RECOVERY_ROOT, PAPER_ROOT = 1000, 5000, 9000
FRESH = 200
"""Fresh seeds on which the best candidates are scored."""

READINGS: dict[str, dict[str, Any]] = {
    "hearing nationwide": {"hearing": "nationwide"},
    "tolerated successes": {"tolerated_measure": "successes"},
    "tolerated stopped": {"tolerated_measure": "stopped"},
    "growth in percent": {"economy_scale": 1.0},
    "a dire economy motivates": {"economy_scale": {"low": -1.0, "high": -0.01}},
    "famine 1994-1998": {"famine_years": "1994-1998"},
    "no famine": {"famine_years": "none"},
    "border of two provinces": {},
    "tolerance from one a week": {"tolerated_attempts": {"low": 1, "high": 500, "scale": "log"}},
    "wider ranges": {
        "prior_alpha": {"low": 1.0, "high": 1000.0, "scale": "log"},
        "prior_beta": {"low": 1.0, "high": 1000.0, "scale": "log"},
        "memory_weeks": {"low": 20, "high": 1196},
        "demographic_effect": {"low": 0.0, "high": 4.0},
        "famine_effect": {"low": -2.0, "high": 4.0},
        "tolerated_attempts": {"low": 1, "high": 500, "scale": "log"},
        "adjustment_rate": {"low": 0.0001, "high": 0.05},
    },
}
"""What each other reading changes; the rest varies over the space of searches."""
BORDERS = {"border of two provinces": ("Ryanggang", "North Hamgyong")}
"""Readings under which other provinces than the country's own count as border provinces."""

TRUTH = Parameters(
    prior_alpha=110.0, prior_beta=70.0, observation_probability=0.015, memory_weeks=210,
    utility_intercept=-3.6, utility_slope=9.8, demographic_effect=1.75, famine_effect=0.65,
    initial_repression=0.99, adjustment_rate=0.00035, tolerated_attempts=126,
)  # fmt: skip
"""To be found again: people leave in every year, and runs hardly ever stop early."""
SEARCHES = 10

SHARES = (0.05, 0.01, 0.001)
"""The paper does not say from which score on a run is good: three answers."""
SHOWN = tuple(
    (outcome, method, "paper's search")
    for outcome in ("score", "good")
    for method in ("forest", "permutation")
)
PAPER_SIZE = {"chains": 50, "steps": 2000, "fresh": 50, "trees": 50, "explained": 20_000}

QUICK = {
    "screened": 64, "starts": 3, "generations": 2, "halving": 1, "population": 6, "selected": 2,
    "last_generations": 2, "replicates": 2, "fresh": 4,
}  # fmt: skip
QUICK_PAPER = {"chains": 8, "steps": 40, "fresh": 2, "trees": 10, "explained": 320}


def _objective(distance: str = "root_scale") -> Objective:
    return Objective(Target.from_country(), distance)


def scored(
    points: pd.DataFrame, objective: Objective, evaluate: MemoryEvaluation, runs: int
) -> list[dict[str, Any]]:
    """Return what each point scores on fresh seeds, and its noise floor where that can be told."""
    made = evaluate(points[NAMES], runs)
    rows = []
    for score in objective.score_points(made).to_dict("records"):
        about: dict[str, Any] = {
            "root": evaluate.root,
            "point": int(score["point"]),
            "replicates": runs,
        }
        about |= {
            name: float(score[name]) for name in ("score", "sd", "standard_error", "stopped_early")
        }
        own = made[made["point"] == score["point"]].reset_index(drop=True)
        try:
            floor = noise_floor(own, objective)
            about |= {"noise_floor": floor["floor"], "noise_floor_sd": floor["sd"]}
        except SearchError:  # too few of its runs are complete
            about |= {"noise_floor": None, "noise_floor_sd": None}
        rows.append(about)
    return rows


def search(
    space: Space, evaluate: MemoryEvaluation, budget: dict[str, int]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Search once; return the candidates, best first, and what was spent and reached."""
    staged = Staged(space=space, objective=_objective(), **budget)
    trace = staged.run(evaluate, seed=evaluate.root)
    found = (
        staged.finalists(trace, evaluate)
        .drop(columns="stage")
        .drop_duplicates(NAMES, ignore_index=True)
    )
    found.insert(0, "root", evaluate.root)
    reached = trace.groupby("stage", sort=False)["score"].min()
    about = {
        "root": evaluate.root, "budget": settings_of(staged), "runs": evaluate.runs_made,
        "best_of_stage": {stage: float(score) for stage, score in reached.items()},
    }  # fmt: skip
    return found, about


def rounded(point: pd.Series, digits: int, space: Space) -> pd.DataFrame:
    """Return a point with its searched numbers rounded, as a table of one row."""
    values = {
        name: float(f"{point[name]:.{digits}g}") if name in space.names else point[name]
        for name in NAMES
    }
    return pd.DataFrame([{name: PARAMETERS[name].checked(value) for name, value in values.items()}])


def baseline(quick: bool = False, log: Callable[[str], object] = lambda _: None) -> Tables:
    """Search three times under the default readings, score the best and round it."""
    budget, fresh = (QUICK, 6) if quick else ({}, FRESH)
    space, objective = search_space(), _objective()
    tables, searches = [], []
    for i, root in enumerate(ROOTS):
        candidates, about = search(space, MemoryEvaluation(root), budget)
        best = scored(candidates.head(1), objective, MemoryEvaluation(EACH + i), fresh)[0]
        log(f"root {root}: {best['score']:.2f} after {about['runs']:,} runs")
        tables.append(candidates)
        searches.append(about | {"best": best})
    found = pd.concat(tables, ignore_index=True).sort_values("score", kind="stable")
    found = found.drop_duplicates(NAMES, ignore_index=True)
    found.insert(0, "reading", "baseline")
    first = found[NAMES].head(1)
    tries = {str(digits): rounded(found.iloc[0], digits, space) for digits in (2, 3, 4)}
    compared = pd.concat([first, *tries.values()], ignore_index=True)
    exact, *shorter = scored(compared, objective, MemoryEvaluation(ROUNDING), fresh)
    tried = dict(zip(tries, shorter, strict=True))
    limit = exact["score"] + 2 * exact["standard_error"]
    digits = next(
        (
            n
            for n, one in tried.items()
            if one["score"] <= limit and one["stopped_early"] <= exact["stopped_early"]
        ),
        "4",
    )
    budget = searches[0]["budget"]
    about = {
        "reading": "baseline", "changed": {}, "target": "Table 1, corrected",
        "distance": "root_scale", "budget": budget,
        "searches": [{k: v for k, v in one.items() if k != "budget"} for one in searches],
        "runs": sum(one["runs"] for one in searches),
        "best": scored(first, objective, MemoryEvaluation(LAST), fresh)[0],
        "digits": int(digits), "digits_tried": {"all": exact, **tried},
        "rounded": tries[digits].iloc[0].to_dict(),
        "rounded_scores": scored(tries[digits], objective, MemoryEvaluation(ROUNDED), fresh)[0],
        "screen": _screen(objective, budget["screened"]), **_made_with(),
    }  # fmt: skip
    return {"baseline": found, "baseline.json": about}


def _screen(objective: Objective, points: int) -> dict[str, float]:
    """Return what runs do anywhere in the parameters' own ranges: shares of points."""
    space = Space.from_parameters(vary="all")
    screen = Screen(space=space, objective=objective, points=points, batch=2048)
    shares = screen.run(MemoryEvaluation(EVEN), seed=EVEN)[list(FATES)].mean()
    return {str(name): float(share) for name, share in shares.items()}


def _made_with() -> dict[str, str]:
    return {"country": load("north_korea").fingerprint}


def reading(name: str, quick: bool = False) -> Tables:
    """Search once under another reading of what the paper leaves open."""
    root = READING_ROOT + list(READINGS).index(name)
    country = with_border(load("north_korea"), BORDERS.get(name))
    evaluate = MemoryEvaluation(root, country=country)
    found, about = search(search_space(READINGS[name]), evaluate, QUICK if quick else {})
    found.insert(0, "reading", name)
    best = scored(found.head(1), _objective(), evaluate, 6 if quick else FRESH)[0]
    about = {
        "reading": name, "changed": READINGS[name], "border": BORDERS.get(name), **about,
        "runs": evaluate.runs_made, "best": best, **_made_with(),
    }  # fmt: skip
    return {_file(name): found, f"{_file(name)}.json": about}


def _file(name: str) -> str:
    return name.replace(" ", "_")


def synthetic(truth: Parameters, root: int, **settings: Any) -> tuple[Target, pd.DataFrame]:
    """Return the counts of the first complete run with ``truth``, and the truth as one point."""
    point = pd.DataFrame([truth.as_dict()])
    runs = MemoryEvaluation(root, **settings)(point, 20)
    flow = runs[~runs["stopped_early"]].iloc[0].filter(like="successes_")
    years = tuple(int(name.removeprefix("successes_")) for name in flow.index)
    return Target(years, tuple(float(count) for count in flow), "synthetic"), point


def recover(
    space: Space,
    truth: Parameters,
    budget: dict[str, int],
    *,
    searches: int = SEARCHES,
    root: int = RECOVERY_ROOT,
    kept: pathlib.Path | None = None,
    log: Callable[[str], object] = lambda _: None,
    **settings: Any,
) -> Tables:
    """Search for the parameters behind the counts of one run, again and again.

    A search recovers them where its winner's mean score on fresh seeds is at most the truth's plus
    the truth's standard deviation over runs. Rows that a file ``kept`` holds are not made again.
    """
    target, point = synthetic(truth, root, **settings)
    objective = Objective(target, "root_scale")
    staged = Staged(space=space, objective=objective, **budget)

    def judged(points: pd.DataFrame, first: int) -> pd.DataFrame:
        judge = MemoryEvaluation(root + 1, first_point=first, **settings)
        return rescored(points, objective, judge, replicates=4 * staged.fresh)

    own = judged(point, 0).iloc[0]
    floor = noise_floor(MemoryEvaluation(root + 2, **settings)(point, staged.fresh), objective)
    found = read_table(kept) if kept is not None and kept.exists() else pd.DataFrame()
    for i in range(len(found), searches):
        evaluate = MemoryEvaluation(root + 10 + i, **settings)
        trace = staged.run(evaluate, seed=evaluate.root)
        final = judged(staged.finalists(trace, evaluate).head(1), 1 + i)
        reached = trace.groupby("stage")["score"].min()
        labels = {
            "search": i, "recovered": final["score"].iloc[0] <= own["score"] + own["sd"],
            "runs": evaluate.runs_made, "best_of_rough": reached["rough"],
            "best_of_screen": reached["screen"],
        }  # fmt: skip
        row = pd.concat([pd.DataFrame([labels]), final], axis=1)
        found = pd.concat([found, row], ignore_index=True)
        log(f"search {i}: {final['score'].iloc[0]:.2f}, the truth {own['score']:.2f}")
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            found.to_csv(kept, index=False)
    about = {
        "truth": truth.as_dict(), "root": root,
        "budget": {"searches": searches, **settings_of(staged)},
        "observed": dict(zip(target.years, target.counts, strict=True)),
        "truth_score": float(own["score"]), "truth_sd": float(own["sd"]),
        "noise_floor": float(floor["floor"]), "recovered": int(found["recovered"].sum()),
        "searches": searches,
        "country": MemoryEvaluation(root, **settings).country.fingerprint,
    }  # fmt: skip
    columns = [name for name in found.columns if name not in PARAMETERS]
    return {"recovery": found[[*columns, *NAMES]], "recovery.json": about}


def paper_search(folder: pathlib.Path, size: dict[str, int] = PAPER_SIZE) -> Tables:
    """Search as the paper did, with as many runs; the folder keeps every run to go on from.

    Return the best points by the paper-like distance, scored again by it and on the root scale;
    what good runs have in common; and importances by a forest grown on the search's own runs.
    """
    space = Space.from_parameters(vary="all")
    searched = PaperSearch(
        space=space, objective=_objective("vertical"), chains=size["chains"], steps=size["steps"]
    )
    best = run_search(searched, folder, seed=PAPER_ROOT)
    trace = pd.read_parquet(folder / "trace.parquet")
    columns = ["score", "sd", "standard_error", "stopped_early"]
    again = rescored(
        best[[*NAMES, "start"]], _objective(), MemoryEvaluation(PAPER_ROOT + 1),
        replicates=size["fresh"],
    )  # fmt: skip
    points = best.rename(columns={"score": "vertical", "sd": "vertical_sd"})
    points = points[["start", "score_in_search", "vertical", "vertical_sd", *NAMES]].merge(
        again[["start", *columns]], on="start", validate="one_to_one"
    )
    points = points[[*points.columns[:4], *columns, *NAMES]]
    region, lines = _regions(trace, space)
    ranking = _importances(trace, space, size)
    settings = {name: value for name, value in settings_of(searched).items() if name not in size}
    about = {
        "root": PAPER_ROOT, **size, **settings, "points": len(trace),
        "restarts": int(trace["restart"].max()),
        "stopped_early": float(trace["stopped_early"].mean()),
        "lines": lines, "rank_correlation": rank_correlation(ranking).to_dict("records"),
        **_made_with(),
    }  # fmt: skip
    return {
        "paper_search": points, "paper_search_region": region,
        "paper_search_importance": ranking, "paper_search.json": about,
    }  # fmt: skip


def _regions(trace: pd.DataFrame, space: Space) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return what the good runs have in common for each share, and the lines of the prior."""
    tables, lines = [], []
    for share in SHARES:
        for distinct in (False, True):
            good = good_runs(trace, share, distinct=distinct)
            about = {"share": share, "distinct": distinct, "points": len(good)}
            about["worst"] = float(good["score"].max())
            if len(good) >= 3:
                tables.append(described(good, space).assign(**about))
                lines.append(about | dataclasses.asdict(prior_line(good)))
    return pd.concat(tables, ignore_index=True), lines


def _importances(trace: pd.DataFrame, space: Space, size: dict[str, int]) -> pd.DataFrame:
    """Return importances for the score and for being among the best twentieth."""
    finite = trace[np.isfinite(trace["score"])]
    some = finite.sample(min(size["explained"], len(finite)), random_state=PAPER_ROOT)
    good = some["score"] <= finite["score"].quantile(0.05)
    outcomes = pd.DataFrame({"score": some["score"], "good": good}).reset_index(drop=True)
    names, unit = tuple(space.names), space.unit(some)
    sample = Sample(names, unit, some["point"].to_numpy(), outcomes)
    tables = [
        how(sample, name, trees=size["trees"]) for name in outcomes for how in (forest, permutation)
    ]
    return pd.concat(tables, ignore_index=True)


def _compute_recovery(runs: Any) -> Tables:
    budget, searches = (QUICK, 2) if runs.quick else ({}, SEARCHES)
    kept = None if runs.work is None else runs.work / f"recovery_{searches}.csv"
    return recover(search_space(), TRUTH, budget, searches=searches, kept=kept, log=runs.log)


def _compute_paper_search(runs: Any) -> Tables:
    size = QUICK_PAPER if runs.quick else PAPER_SIZE
    if runs.work is not None:
        return paper_search(runs.work / "paper_search", size)
    with tempfile.TemporaryDirectory() as folder:
        return paper_search(pathlib.Path(folder) / "paper_search", size)


def baseline_text(tables: Tables) -> str:
    """Return how the defaults were found."""
    about = tables["baseline.json"]
    rows = [
        (one["root"], f"{one['runs']:,}",
         *(f"{one['best_of_stage'][stage]:.1f}" for stage in ("screen", "rough")), _of(one["best"]))
        for one in about["searches"]
    ]  # fmt: skip
    best, kept = about["best"], about["rounded_scores"]
    head = ["root", "runs", "best single run of the screen", "of the rough stage"]
    return (
        table([*head, f"best candidate, {FRESH} fresh seeds"], rows, right=True)
        + f"\n\nThe best of all candidates scores {_of(best)} on {best['replicates']} more seeds. "
        f"Rounded to {about['digits']} significant digits, which are the defaults, it scores "
        f"{_of(kept)} on {kept['replicates']} others (standard error {kept['standard_error']:.2f}; "
        f"noise floor {kept['noise_floor']:.2f}); {100 * kept['stopped_early']:.1f} % of these "
        "runs stop early."
    )


def _of(score: dict[str, float]) -> str:
    return f"{score['score']:.2f} ± {score['sd']:.2f}"


def recovery_text(tables: Tables) -> str:
    """Return what the searches for known parameters came to."""
    about = tables["recovery.json"]
    columns = ["search", "score", "best_of_rough", "best_of_screen", "runs", "recovered"]
    return (
        f"{shown(tables['recovery'][columns])}\n\n{about['recovered']} of {about['searches']} "
        f"searches came within the truth's own {about['truth_score']:.2f} plus its standard "
        f"deviation over runs, {about['truth_sd']:.2f} (noise floor "
        f"{about['noise_floor']:.2f})."
    )


def paper_search_text(tables: Tables) -> str:
    """Return what the paper's own search came to, and its importances."""
    about, points = tables["paper_search.json"], tables["paper_search"]
    best = points.sort_values("vertical", kind="stable").iloc[0]
    importance = tables["paper_search_importance"].assign(runs_from="paper's search")
    return (
        f"{about['chains']} chains of {about['steps']:,} steps, {about['points']:,} runs;"
        f" a chain begins anew after {about['patience']} steps without a new best of its own. "
        f"{100 * about['stopped_early']:.0f} % of the runs stopped early. The best point by the "
        f"search's own distance scores {best['vertical']:.2f} ± {best['vertical_sd']:.2f} on fresh "
        f"seeds ({best['score_in_search']:.2f} in the search), which is {best['score']:.2f} on the "
        f"root scale; of its best ten the nearest there has {points['score'].min():.2f}.\n\n"
        f"{ranking(importance, SHOWN)}\n\n{shown(pd.DataFrame(about['rank_correlation']))}"
    )


def _stored(name: str, title: str, compute: Callable[[Any], Tables], **more: Any) -> Result:
    return Result(name=name, title=title, compute=compute, folder="found", **more)


RESULTS = (
    _stored(
        "baseline", "The defaults: the best of three searches, rounded",
        lambda runs: baseline(runs.quick, runs.log), seconds=600,
        texts={"search-baseline": baseline_text},
    ),
    *(
        _stored(
            _file(name), f"A search under another reading: {name}",
            functools.partial(lambda name, runs: reading(name, runs.quick), name), seconds=200,
        )
        for name in READINGS
    ),
    _stored(
        "recovery", "Known parameters found again", _compute_recovery, seconds=2000,
        texts={"search-recovery": recovery_text},
    ),
    _stored(
        "paper_search_runs", "The paper's own search with as many runs", _compute_paper_search,
        seconds=2400, texts={"search-paper-search": paper_search_text},
    ),
)  # fmt: skip
