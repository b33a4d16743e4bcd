"""What the baseline does: how near it comes, who leaves, and what each mechanism does.

The baseline is the preset "Successes as arrivals": the registry's values.
"""

import functools
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs import run_ensemble, summary
from defection.batch_runs.scores import DISTANCES, Objective, Target
from defection.country import WEEKS_PER_YEAR, load
from defection.model import DefectionModel
from defection.parameters import Parameters
from defection.replication import drawing
from defection.replication.best_regions import readings
from defection.replication.markdown import shown, table
from defection.replication.points import paper_point
from defection.replication.result import Result, Tables
from defection.replication.seeds import run_points
from defection.views.figures.figure import Figure as Drawing

RUNS, FEWER = 1000, 200
"""Runs with the baseline (seeds 1, 2, ...); with something changed, and of each scored point."""
ROOT = 78
"""From which the seeds of the scored runs follow."""
CHANGES: dict[str, dict[str, Any]] = {
    "no famine": {"famine_years": "none"},
    "growth without effect": {"economy_scale": 0.0},
    "full memory": {"memory_weeks": 1196},
    "nobody hears of anything": {"observation_probability": 0.0},
    "repression stays": {"adjustment_rate": 0.0},
    "tolerance 10 a week": {"tolerated_attempts": 10},
    "tolerance 3 a week": {"tolerated_attempts": 3},
}
PERIODS = ((1992, 1994), (1995, 1998), (1999, 2003), (2004, 2009), (2010, 2011), (2012, 2014))
DIMENSIONS = ("age", "gender", "sector", "status", "settlement")
RECORD = ["yearly", "yearly_by_province", "weekly_by_province", "states_by_province"]


def compute(_runs: object = None) -> Tables:
    """Run the baseline, the baseline with single changes, and the paper's values; return tables."""
    record = [*RECORD, *(f"by_{dimension}" for dimension in DIMENSIONS)]
    data = run_ensemble(Parameters(), range(1, RUNS + 1), record=record)
    seeds = range(1, FEWER + 1)
    changed = {name: run_ensemble(Parameters(**one), seeds) for name, one in CHANGES.items()}
    return {
        "years": _years(data), "groups": _groups(data), "quantities": _quantities(data, changed),
        "changes": _changes({"the baseline": data, **changed}), "scores": _scores(),
    }  # fmt: skip


def _years(data: xr.Dataset) -> pd.DataFrame:
    """Return a row per year: quantiles of successes, attempts, repression, the squared error."""
    columns = ["year", "observed", "runs", "low", "median", "high"]
    yearly = summary.yearly(data, load("north_korea"))[columns]
    complete = data.isel(run=np.flatnonzero(~data["stopped_early"].to_numpy()))
    observed = np.sqrt(yearly["observed"].to_numpy(float))
    error = ((np.sqrt(complete["yearly_successes"].to_numpy()) - observed) ** 2).mean(axis=0)
    weekly = complete["weekly_repression_by_province"].mean(["run", "province"]).to_numpy()
    return yearly.assign(
        attempts=complete["yearly_attempts"].median("run").to_numpy(),
        repression=weekly.reshape(-1, WEEKS_PER_YEAR).mean(axis=1),
        **{"share of squared error": error / error.sum()},
    )


def _groups(data: xr.Dataset) -> pd.DataFrame:
    """Return the shares of attempts by group, in percent, with quantiles over runs."""
    people, rows = load("north_korea").categories(), []
    for dimension in (*DIMENSIONS, "province"):
        attempts = data[f"yearly_attempts_by_{dimension}"].sum("year")
        share = 100 * attempts / attempts.sum(dimension)
        population = 100 * people.groupby(dimension)["share"].sum()
        for value in attempts[dimension].to_numpy():
            row = _quantity(f"{dimension}: {value}", share.sel({dimension: value}), ".1f")
            rows.append((*row, population[value]))
    return pd.DataFrame(rows, columns=["group", "low", "median", "high", "text", "population"])


def _total(data: xr.Dataset, first: int, last: int) -> xr.DataArray:
    return data["yearly_successes"].sel(year=slice(first, last)).sum("year")


def _quantities(data: xr.Dataset, changed: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Return what the texts quote: a row per quantity with quantiles over runs, and its text."""
    p, country = Parameters(), load("north_korea")
    successes, attempts = (data[f"weekly_{flow}_by_province"] for flow in ("successes", "attempts"))
    weekly, turn, last = successes.sum("province"), p.memory_weeks, data.isel(week=-1)
    border = [name for name, at in zip(country.provinces, country.border, strict=True) if at]
    alpha, beta = (last[f"weekly_belief_{side}_by_province"] for side in ("alpha", "beta"))
    over = (attempts > p.tolerated_attempts).any("province")
    yearly = data["yearly_successes"]
    declined = yearly.sel(year=2014) < yearly.sel(year=2011)
    spans = ((1992, 2014), (1992, 1998), (1995, 1998), (2002, 2002), (2005, 2010))
    numbers = {f"{first}-{final}": _total(data, first, final) for first, final in spans}
    for name in ("no famine", "full memory", "repression stays"):
        for first, final in spans[2::2]:
            numbers[f"{name}: {first}-{final}"] = _total(changed[name], first, final)
    numbers["attempts in week 0"] = attempts.isel(week=0).sum("province")
    numbers["successes in week 0"] = weekly.isel(week=0)
    numbers["year before forgetting"] = weekly.isel(week=slice(turn - 52, turn)).sum("week")
    numbers["year after forgetting"] = weekly.isel(week=slice(turn, turn + 52)).sum("week")
    ratios = {
        "2012-2014 to 2009-2011": _total(data, 2012, 2014) / _total(data, 2009, 2011),
        "last repression": last["weekly_repression_by_province"].mean("province"),
        "last belief": (alpha / (alpha + beta)).mean("province"),
    }
    border_share = successes.sel(province=border).sum(["week", "province"]) / weekly.sum("week")
    rows = [
        _quantity(name, values, form)
        for group, form in ((numbers, ",.0f"), (ratios, ".2f"))
        for name, values in group.items()
    ]
    rows.append(_quantity("% of successes in border provinces", 100 * border_share, ".1f"))
    counts = {
        "runs that stopped early": data["stopped_early"],
        "runs that declined": declined & ~data["stopped_early"],
        "runs over tolerance": over.any("week"),
        "runs over tolerance after 1992": over.isel(week=slice(52, None)).any("week"),
    }
    for name, each in counts.items():
        count = int(each.sum())
        rows.append((name, count, count, count, f"{count:,}"))
    return pd.DataFrame(rows, columns=["quantity", "low", "median", "high", "text"])


def _quantity(name: str, values: xr.DataArray, form: str) -> tuple[str, float, float, float, str]:
    low, middle, high = np.quantile(values, [*summary.QUANTILES.values()])
    return name, low, middle, high, f"{middle:{form}} ({low:{form}} to {high:{form}})"


def _changes(every: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Return the mean of yearly successes by period, the median run, with one thing changed."""
    spans = {f"{first}-{final}": slice(first, final) for first, final in PERIODS}
    flow = pd.Series({year: count for year, count, _ in load("north_korea").observed})
    rows = [{"change": "observed"} | {name: flow.loc[span].mean() for name, span in spans.items()}]
    for name, data in every.items():
        median = data["yearly_successes"].isel(run=slice(0, FEWER)).median("run").to_series()
        means = {span: median.loc[years].mean() for span, years in spans.items()}
        share = float(data["yearly_successes"].sum() / data["yearly_attempts"].sum())
        early = float(data["stopped_early"].mean())
        rows.append({"change": name, **means, "share that succeeds": share, "stopped early": early})
    return pd.DataFrame(rows)


def _scores() -> pd.DataFrame:
    """Return how the baseline and the paper's values score by every distance and target."""
    points = pd.DataFrame([Parameters().as_dict(), paper_point().as_dict()])
    runs = run_points(points, root=ROOT, replicates=FEWER)
    observed = Target.from_country()
    targets = {
        "Table 1, corrected": observed,
        "Table 1, as printed": Target.from_country(printed=True),
        "smoothed over 3 years": observed.smoothed(3),
        "smoothed over 5 years": observed.smoothed(5),
        "1999-2014 only": observed.part(1999, 2014),
        "1992-2011 only": observed.part(1992, 2011),
    }
    wanted = [("root_scale", name) for name in targets]
    wanted += [(name, "Table 1, corrected") for name in DISTANCES if name != "root_scale"]
    by_point = [runs[runs["point"] == point] for point in range(2)]
    rows: list[tuple[object, ...]] = []
    for distance, target in wanted:
        each = [Objective(targets[target], distance)(part) for part in by_point]
        numbers = [f(one) for one in each for f in (np.mean, functools.partial(np.std, ddof=1))]
        rows.append((distance, target, *map(float, numbers)))
    early = [float(part["stopped_early"].mean()) for part in by_point]
    rows.append(("", "share of runs that stop early", early[0], np.nan, early[1], np.nan))
    columns = ["distance", "target", "baseline", "baseline_sd", "paper", "paper_sd"]
    return pd.DataFrame(rows, columns=columns)


def observed_total(first: int, last: int) -> int:
    """Return the observed successes of some years together."""
    return sum(count for year, count, _ in load("north_korea").observed if first <= year <= last)


def quoted(tables: Tables) -> dict[str, str]:
    """Return what the texts quote of the tables, by name."""
    years, scores = tables["years"], tables["scores"].set_index("target")
    root = scores[scores["distance"] == "root_scale"].loc["Table 1, corrected"]
    early = scores.loc["share of runs that stop early"]
    texts = dict(zip(tables["quantities"]["quantity"], tables["quantities"]["text"], strict=True))
    texts |= dict(zip(tables["groups"]["group"], tables["groups"]["text"], strict=True))
    for who in ("baseline", "paper"):
        texts[f"score: {who}"] = f"{root[who]:.1f} ± {root[f'{who}_sd']:.1f}"
        texts[f"early: {who}"] = f"{100 * early[who]:.1f} %"
    inside = years["observed"].between(years["low"], years["high"])
    named = ", ".join(map(str, years.loc[inside, "year"])) or "none"
    texts["years inside"] = f"{inside.sum()} of {len(years)} years ({named})"
    texts["peak"] = str(years.loc[years["median"].idxmax(), "year"])
    texts["floor"] = f"{readings()['baseline']['rounded_scores']['noise_floor']:.1f}"
    texts["searched"] = f"{readings()['baseline']['runs']:,}"
    texts["observed decline"] = f"{observed_total(2012, 2014) / observed_total(2009, 2011):.2f}"
    return texts


def description(tables: Tables) -> str:
    """Return section 1.4 of the ODD description."""
    q, p = quoted(tables), Parameters()
    rows = [
        (row.year, f"{row.observed:,.0f}", *(f"{x:,.1f}" for x in (row.median, row.low, row.high)))
        for row in tables["years"].itertuples()
    ]
    return f"""{table(["year", "observed", "median", "5 %", "95 %"], rows, right=True)}

`defection ensemble --runs {RUNS} --preset successes` prints these quantiles over runs. Below,
figures are medians over the same runs, with their 5 % and 95 % quantiles in brackets; where a
parameter is changed, over the first {FEWER} seeds.

* **How near it comes.** The root mean square over years of √run − √observed is
  {q["score: baseline"]} (mean and standard deviation over {FEWER} runs with other seeds), and
  {q["early: baseline"]} of the runs stop early. With the values that the paper reports (and, for
  gamma1, gamma2 and s, those of an early quick search; a preset of the app) it is
  {q["score: paper"]}, and {q["early: paper"]} stop early. On counts that it made itself the
  baseline scores {q["floor"]}: a model that is right would come as near as that. What was observed
  lies between the 5 % and the 95 % quantile in {q["years inside"]}.
* **Too many before 1999.** 1992 to 1998 have {q["1992-1998"]} successes together; observed were
  {observed_total(1992, 1998):,}. The prior belief has the mean {p.prior_mean:.3f}, more optimistic
  than repression, {p.initial_repression}: week 0 alone has {q["attempts in week 0"]} attempts, of
  which {q["successes in week 0"]} succeed.
* **A rise made by lower repression and by forgetting.** 2005 to 2010 have {q["2005-2010"]}
  successes (observed: {observed_total(2005, 2010):,}). If repression stays (`adjustment_rate=0`)
  they have {q["repression stays: 2005-2010"]}. The failures of the first weeks are forgotten after
  {p.memory_weeks} weeks: the 52 weeks before have {q["year before forgetting"]} successes, the 52
  after {q["year after forgetting"]}; with full memory (`memory_weeks=1196`) 2005 to 2010 have
  {q["full memory: 2005-2010"]}.
* **Not by the famine.** Without it (`famine_years=none`) 1995 to 1998 have
  {q["no famine: 1995-1998"]} successes instead of {q["1995-1998"]}, and 2005 to 2010
  {q["no famine: 2005-2010"]}.
* **A slow decline, not a turn.** The median is highest in {q["peak"]}. 2012 to 2014 have
  {q["2012-2014 to 2009-2011"]} times the successes of 2009 to 2011; observed were
  {q["observed decline"]} times as many. {q["runs that declined"]} of {RUNS:,} runs go on to the end
  and have fewer successes in 2014 than in 2011, as was observed: new failures deter, while
  repression goes on falling and nothing raises it. What came about after 2011, a tighter border, is
  not in the model.
* **Repression falls** from {p.initial_repression} to {q["last repression"]}; the mean of the belief
  ends at {q["last belief"]}. In {q["runs over tolerance"]} of {RUNS:,} runs some province passes
  {p.tolerated_attempts} attempts in some week, in {q["runs over tolerance after 1992"]} after 1992;
  in the paper's best runs none does (pattern P3).
* **The wrong people.** {q["status: high"]} % of the attempts of a run are made by citizens of high
  status, {q["settlement: urban"]} % by townspeople, {q["age: old"]} % by those aged 60 and over:
  motivation decides nearly everything, and as printed it is highest in the towns and at high
  status. Women make {q["gender: female"]} % of the attempts. The
  {int(sum(load("north_korea").border))} border provinces have
  {q["% of successes in border provinces"]} % of the successes.
"""


def _groups_text(tables: Tables) -> str:
    groups = tables["groups"][["group", "text", "population"]]
    return shown(groups.set_axis(["group", "% of attempts", "% of the population"], axis=1))


def _draw_run(_tables: Tables) -> Drawing:
    from defection.views.figures.run import run_figure

    return run_figure(DefectionModel(seed=2).run())


RESULT = Result(
    name="baseline_runs", title="What the baseline does", compute=compute,
    folder="tables/baseline_runs", seconds=60,
    figures=drawing.figures(("run", "One run", "A run with the defaults.", _draw_run)),
    texts={
        "odd-baseline": description,
        "search-scores": lambda tables: shown(tables["scores"]),
        "search-years": lambda tables: shown(tables["years"].drop(columns=["runs", "low", "high"])),
        "search-changes": lambda tables: shown(tables["changes"]),
        "search-groups": _groups_text,
    },
)  # fmt: skip
