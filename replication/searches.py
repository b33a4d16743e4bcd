"""The searches behind the baseline and under other readings of the paper.

Each begins from nothing: a screen of Sobol' points over the space of searches, rough evolution,
fine evolution, candidates scored on fresh seeds. Three minutes each on one core. Everything follows
from the settings and roots below.
"""

import functools
from collections.abc import Callable
from typing import Any

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution import evaluation
from defection.batch_runs.outcomes import FATES
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import Screen, SearchError, Staged, noise_floor, search_space
from defection.batch_runs.searches.generation import settings_of
from defection.country import load
from defection.parameters import PARAMETERS
from defection.replication.best_regions import with_border
from defection.replication.markdown import table
from defection.replication.result import Result, Tables
from defection.replication.seeds import MemoryEvaluation

NAMES = list(PARAMETERS)
ROOTS = (2017, 2018, 2019)
"""Of the searches for the baseline; the seed of every run follows from the root of its search."""
LAST, ROUNDING, ROUNDED, EVEN, EACH = 90_001, 90_002, 90_003, 90_004, 90_010
"""Roots of the runs that score the best candidate, choose how many digits are kept, score what was
kept, screen the parameters' own ranges, and score the best of each search."""
READING_ROOT = 1000
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

QUICK = {
    "screened": 64, "starts": 3, "generations": 2, "halving": 1, "population": 6, "selected": 2,
    "last_generations": 2, "replicates": 2, "fresh": 4,
}  # fmt: skip


def _objective() -> Objective:
    return Objective(Target.from_country(), "root_scale")


def scored(
    points: pd.DataFrame, objective: Objective, evaluate: evaluation.MemoryEvaluation, runs: int
) -> list[dict[str, Any]]:
    """Return what each point scores on fresh seeds, and its noise floor where that can be told."""
    made = evaluate(points[NAMES], runs)
    rows = []
    for score in objective.score_points(made).to_dict("records"):
        own = made[made["point"] == score["point"]].reset_index(drop=True)
        try:
            floor = noise_floor(own, objective)
        except SearchError:  # too few of its runs are complete
            floor = {"floor": None, "sd": None}
        names = ("score", "sd", "standard_error", "stopped_early")
        about: dict[str, Any] = {"root": evaluate.root, "point": int(score["point"])}
        about["replicates"] = runs
        about |= {name: float(score[name]) for name in names}
        rows.append(about | {"noise_floor": floor["floor"], "noise_floor_sd": floor["sd"]})
    return rows


def search(
    space: Space, evaluate: evaluation.MemoryEvaluation, budget: dict[str, int]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Search once; return the candidates, best first, and what was spent and reached."""
    staged = Staged(space=space, objective=_objective(), **budget)
    trace = staged.run(evaluate, seed=evaluate.root)
    found = staged.finalists(trace, evaluate).drop(columns="stage")
    found = found.drop_duplicates(NAMES, ignore_index=True)
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
    early = exact["stopped_early"]
    enough = [n for n, s in tried.items() if s["score"] <= limit and s["stopped_early"] <= early]
    digits = (*enough, "4")[0]
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
        "screen": _screen(objective, budget["screened"]),
        "country": load("north_korea").fingerprint,
    }  # fmt: skip
    return {"baseline": found, "baseline.json": about}


def _screen(objective: Objective, points: int) -> dict[str, float]:
    """Return what runs do anywhere in the parameters' own ranges: shares of points."""
    space = Space.from_parameters(vary="all")
    screen = Screen(space=space, objective=objective, points=points, batch=2048)
    shares = screen.run(MemoryEvaluation(EVEN), seed=EVEN)[list(FATES)].mean()
    return {str(name): float(share) for name, share in shares.items()}


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
        "runs": evaluate.runs_made, "best": best, "country": load("north_korea").fingerprint,
    }  # fmt: skip
    return {_file(name): found, f"{_file(name)}.json": about}


def _file(name: str) -> str:
    return name.replace(" ", "_")


def text(tables: Tables) -> str:
    """Return how the baseline was found."""
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
        f"Rounded to {about['digits']} significant digits, which is the baseline, it scores "
        f"{_of(kept)} on {kept['replicates']} others (standard error {kept['standard_error']:.2f}; "
        f"noise floor {kept['noise_floor']:.2f}); {100 * kept['stopped_early']:.1f} % of these "
        "runs stop early."
    )


def _of(score: dict[str, float]) -> str:
    return f"{score['score']:.2f} ± {score['sd']:.2f}"


RESULTS = (
    Result(
        name="baseline", title="The baseline: the best of three searches, rounded", folder="found",
        compute=lambda runs: baseline(runs.quick, runs.log), seconds=600,
        texts={"search-baseline": text},
    ),
    *(
        Result(
            name=_file(name), title=f"A search under another reading: {name}", folder="found",
            compute=functools.partial(lambda name, runs: reading(name, runs.quick), name),
            seconds=200,
        )
        for name in READINGS
    ),
)  # fmt: skip
