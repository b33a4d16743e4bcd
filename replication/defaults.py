"""What the default parameters do: how near they come, who leaves, and what each mechanism does."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure as Drawing

from defection.batch_runs import run_ensemble, summary
from defection.batch_runs.execution.points import run_points
from defection.batch_runs.scores import DISTANCES, Objective, Target
from defection.country import WEEKS_PER_YEAR, load
from defection.model import DefectionModel
from defection.parameters import Parameters
from defection.replication.best_regions import readings
from defection.replication.markdown import table
from defection.replication.points import paper_point
from defection.replication.result import Figure, Result, Tables

RUNS, FEWER = 1000, 200
"""Runs with the defaults (seeds 1, 2, ...); with something changed, and of each scored point."""
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
    """Run the defaults, the defaults with single changes, and the paper's values; return tables."""
    record = [*RECORD, *(f"by_{dimension}" for dimension in DIMENSIONS)]
    data = run_ensemble({}, range(1, RUNS + 1), record=record)
    seeds = range(1, FEWER + 1)
    changed = {name: run_ensemble(change, seeds) for name, change in CHANGES.items()}
    return {
        "years": _years(data),
        "groups": _groups(data),
        "quantities": _quantities(data, changed),
        "changes": _changes({"the defaults": data, **changed}),
        "scores": _scores(),
    }


def _years(data: xr.Dataset) -> pd.DataFrame:
    """Return a row per year: quantiles of successes, attempts, states, and the squared error."""
    yearly = summary.yearly(data, load("north_korea"))
    complete = data.isel(run=np.flatnonzero(~data["stopped_early"].to_numpy()))
    observed = np.sqrt(yearly["observed"].to_numpy(float))
    gap = np.sqrt(complete["yearly_successes"].to_numpy()) - observed
    error = (gap**2).mean(axis=0)
    alpha, beta = (complete[f"weekly_belief_{side}_by_province"] for side in ("alpha", "beta"))
    weekly = {
        "repression": complete["weekly_repression_by_province"],
        "belief": alpha / (alpha + beta),
    }
    means = {
        name: flow.mean(["run", "province"]).to_numpy().reshape(-1, WEEKS_PER_YEAR).mean(axis=1)
        for name, flow in weekly.items()
    }
    attempts = complete["yearly_attempts"].median("run").to_numpy()
    return yearly.assign(
        attempts=attempts, **means, root_difference=gap.mean(axis=0), error=error / error.sum()
    )


def _groups(data: xr.Dataset) -> pd.DataFrame:
    """Return the shares of attempts by group, in percent, with quantiles over runs."""
    people = load("north_korea").categories()
    rows = []
    for dimension in (*DIMENSIONS, "province"):
        attempts = data[f"yearly_attempts_by_{dimension}"].sum("year")
        share = 100 * attempts / attempts.sum(dimension)
        population = 100 * people.groupby(dimension)["share"].sum()
        for value in attempts[dimension].to_numpy():
            low, middle, high = np.quantile(share.sel({dimension: value}), summary.LEVELS)
            rows.append((f"{dimension}: {value}", middle, low, high, population[value]))
    return pd.DataFrame(rows, columns=["group", "median", "low", "high", "population"])


def _total(data: xr.Dataset, first: int, last: int) -> xr.DataArray:
    return data["yearly_successes"].sel(year=slice(first, last)).sum("year")


def _quantities(data: xr.Dataset, changed: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Return what the texts quote: a row per quantity with quantiles over runs."""
    p, country = Parameters(), load("north_korea")
    successes, attempts = (data[f"weekly_{flow}_by_province"] for flow in ("successes", "attempts"))
    weekly, turn = successes.sum("province"), p.memory_weeks
    border = [name for name, there in zip(country.provinces, country.border, strict=True) if there]
    last = data.isel(week=-1)
    alpha, beta = (last[f"weekly_belief_{side}_by_province"] for side in ("alpha", "beta"))
    over = (attempts > p.tolerated_attempts).any("province")
    declined = data["yearly_successes"].sel(year=2014) < data["yearly_successes"].sel(year=2011)
    values: dict[str, xr.DataArray] = {
        f"{first}-{last}": _total(data, first, last)
        for first, last in ((1992, 2014), (1992, 1998), (1995, 1998), (2002, 2002), (2005, 2010))
    }
    for name, first, last_year in (
        ("no famine", 1995, 1998),
        ("no famine", 2005, 2010),
        ("full memory", 2005, 2010),
        ("repression stays", 2005, 2010),
    ):
        values[f"{name}: {first}-{last_year}"] = _total(changed[name], first, last_year)
    values |= {
        "2012-2014 to 2009-2011": _total(data, 2012, 2014) / _total(data, 2009, 2011),
        "attempts in week 0": attempts.isel(week=0).sum("province"),
        "successes in week 0": weekly.isel(week=0),
        "year before forgetting": weekly.isel(week=slice(turn - 52, turn)).sum("week"),
        "year after forgetting": weekly.isel(week=slice(turn, turn + 52)).sum("week"),
        "last repression": last["weekly_repression_by_province"].mean("province"),
        "last belief": (alpha / (alpha + beta)).mean("province"),
        "% of successes in border provinces": 100
        * successes.sel(province=border).sum(["week", "province"])
        / successes.sum(["week", "province"]),
    }
    rows = [(name, *np.quantile(each, summary.LEVELS)) for name, each in values.items()]
    counts = {
        "runs that stopped early": data["stopped_early"],
        "runs that declined": declined & ~data["stopped_early"],
        "runs over tolerance": over.any("week"),
        "runs over tolerance after 1992": over.isel(week=slice(52, None)).any("week"),
    }
    rows += [(name, *[float(each.sum())] * 3) for name, each in counts.items()]
    return pd.DataFrame(rows, columns=["quantity", "low", "median", "high"])


def _changes(every: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Return the mean of yearly successes by period, the median run, with one thing changed."""
    rows = []
    for name, data in every.items():
        flow = data["yearly_successes"].isel(run=slice(0, FEWER)).median("run")
        means = {
            f"{first}-{last}": float(flow.sel(year=slice(first, last)).mean())
            for first, last in PERIODS
        }
        share = float(data["yearly_successes"].sum() / data["yearly_attempts"].sum())
        early = float(data["stopped_early"].mean())
        rows.append({"change": name, **means, "succeed": share, "stopped early": early})
    return pd.DataFrame(rows)


def _scores() -> pd.DataFrame:
    """Return how the defaults and the paper's values score by every distance and target."""
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
        rows.append((distance, target, *(f(s) for s in each for f in (np.mean, _sd))))
    early = [float(part["stopped_early"].mean()) for part in by_point]
    rows.append(("", "share of runs that stop early", early[0], np.nan, early[1], np.nan))
    columns = ["distance", "target", "defaults", "defaults_sd", "paper", "paper_sd"]
    return pd.DataFrame(rows, columns=columns)


def _sd(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1))


def observed_total(first: int, last: int) -> int:
    """Return the observed successes of some years together."""
    return sum(count for year, count, _ in load("north_korea").observed if first <= year <= last)


class _Quoted:
    """What the texts quote of the tables, formatted."""

    def __init__(self, tables: Tables) -> None:
        self.quantities = tables["quantities"].set_index("quantity")
        self.groups = tables["groups"].set_index("group")
        self.scores = tables["scores"].set_index("target")
        self.years = tables["years"]

    def __call__(self, name: str, form: str = ",.0f") -> str:
        """Return ``median (5 % to 95 %)`` of a quantity."""
        return _between(self.quantities.loc[name], form)

    def count(self, name: str) -> str:
        return f"{self.quantities.loc[name, 'median']:,.0f}"

    def group(self, name: str) -> str:
        return _between(self.groups.loc[name], ".1f") + " %"

    def score(self, who: str) -> str:
        row = self.scores[self.scores["distance"] == "root_scale"].loc["Table 1, corrected"]
        return f"{row[who]:.1f} ± {row[f'{who}_sd']:.1f}"

    def early(self, who: str) -> str:
        return f"{100 * self.scores.loc['share of runs that stop early', who]:.1f} %"

    def inside(self) -> str:
        """Return how many years lie between the 5 % and the 95 % quantile, and which."""
        between = self.years["observed"].between(self.years["low"], self.years["high"])
        years = ", ".join(map(str, self.years.loc[between, "year"]))
        return f"{between.sum()} of {len(between)} years" + (f" ({years})" if years else "")


def _between(row: pd.Series, form: str) -> str:
    return f"{row['median']:{form}} ({row['low']:{form}} to {row['high']:{form}})"


def readme(tables: Tables) -> str:
    """Return what the README says of the defaults."""
    q, about = _Quoted(tables), readings()["baseline"]
    decline = observed_total(2012, 2014) / observed_total(2009, 2011)
    return f"""The default parameters are the **baseline**: the best region that a
[search from nothing](docs/search.md) found in {about["runs"]:,} runs, rounded. Its distance from
what was observed (root mean square over years of √run − √observed; mean and standard deviation over
{FEWER} runs) is {q.score("defaults")}, and {q.early("defaults")} of the runs stop early. With the
values that the paper reports (a preset of the app) it is {q.score("paper")}, and
{q.early("paper")} stop early; a model that is right would score about
{about["rounded_scores"]["noise_floor"]:.0f}.

* **Where it comes near:** the size of the flow, {q("1992-2014")} successes in 23 years (observed:
  {observed_total(1992, 2014):,}), and its height from 2005 to 2010 ({q("2005-2010")}; observed:
  {observed_total(2005, 2010):,}).
* **What it does not reproduce:** the near silence before 1999 ({q("1992-1998")} successes;
  observed: {observed_total(1992, 1998):,}), the gradual rise (2002: {q("2002-2002")}; observed:
  {observed_total(2002, 2002):,}), the decline after 2011 (2012 to 2014 have
  {q("2012-2014 to 2009-2011", ".2f")} times the successes of 2009 to 2011; observed:
  {decline:.2f}), and who leaves.

(Medians over runs, 5 % and 95 % quantiles in brackets.) The values are not those of the paper's
good region, and other regions come as near: [section 1.4 of the description](docs/odd.md) and
[the search](docs/search.md) say more.
"""


def description(tables: Tables) -> str:
    """Return section 1.4 of the ODD description."""
    q, p = _Quoted(tables), Parameters()
    about, country, years = readings()["baseline"], load("north_korea"), tables["years"]
    peak = int(years.loc[years["median"].idxmax(), "year"])
    complete = RUNS - int(q.quantities.loc["runs that stopped early", "median"])
    decline = observed_total(2012, 2014) / observed_total(2009, 2011)
    rows = [
        (row.year, f"{row.observed:,.0f}", f"{row.median:,.1f}", f"{row.low:,.1f}", f"{row.high:,.1f}")
        for row in years.itertuples()
    ]  # fmt: skip
    return f"""{table(["year", "observed", "median", "5 %", "95 %"], rows, right=True)}

`defection ensemble --runs {RUNS}` prints these quantiles over runs. Below, figures are medians over
the same runs, with their 5 % and 95 % quantiles in brackets; where a parameter is changed, over the
first {FEWER} seeds.

* **How near it comes.** The root mean square over years of √run − √observed is
  {q.score("defaults")} (mean and standard deviation over {FEWER} runs with other seeds), and
  {q.early("defaults")} of the runs stop early. With the values that the paper reports (and, for
  gamma1, gamma2 and s, those of an early quick search; a preset of the app) it is
  {q.score("paper")}, and {q.early("paper")} stop early. On counts that it made itself the baseline
  scores {about["rounded_scores"]["noise_floor"]:.1f}: a model that is right would come as near as
  that. What was observed lies between the 5 % and the 95 % quantile in {q.inside()}.
* **Too many before 1999.** 1992 to 1998 have {q("1992-1998")} successes together; observed were
  {observed_total(1992, 1998):,}. The prior belief has the mean {p.prior_mean:.3f}, more optimistic
  than repression, {p.initial_repression}: week 0 alone has {q("attempts in week 0")} attempts, of
  which {q("successes in week 0")} succeed.
* **A rise made by lower repression and by forgetting.** 2005 to 2010 have {q("2005-2010")}
  successes (observed: {observed_total(2005, 2010):,}). If repression stays (`adjustment_rate=0`)
  they have {q("repression stays: 2005-2010")}. The failures of the first weeks are forgotten after
  {p.memory_weeks} weeks: the 52 weeks before have {q("year before forgetting")} successes, the 52
  after {q("year after forgetting")}; with full memory (`memory_weeks=1196`) 2005 to 2010 have
  {q("full memory: 2005-2010")}.
* **Not by the famine.** Without it (`famine_years=none`) 1995 to 1998 have
  {q("no famine: 1995-1998")} successes instead of {q("1995-1998")}, and 2005 to 2010
  {q("no famine: 2005-2010")}.
* **A slow decline, not a turn.** The median is highest in {peak}. 2012 to 2014 have
  {q("2012-2014 to 2009-2011", ".2f")} times the successes of 2009 to 2011; observed were
  {decline:.2f} times as many. Of the runs that do not stop early, {q.count("runs that declined")}
  of {complete:,} have fewer successes in 2014 than in 2011, as was observed: new failures deter,
  while repression goes on falling and nothing raises it. What came about after 2011, a tighter
  border, is not in the model.
* **Repression falls** from {p.initial_repression} to {q("last repression", ".2f")}; the mean of the
  belief ends at {q("last belief", ".2f")}. In {q.count("runs over tolerance")} of {RUNS:,} runs
  some province passes {p.tolerated_attempts} attempts in some week, in
  {q.count("runs over tolerance after 1992")} after 1992; in the paper's best runs none does
  (pattern P3).
* **The wrong people.** {q.group("status: high")} of the attempts of a run are made by citizens of
  high status, {q.group("settlement: urban")} by townspeople, {q.group("age: old")} by those aged 60
  and over: motivation decides nearly everything, and as printed it is highest in the towns and at
  high status. Women make {q.group("gender: female")} of the attempts. The {int(sum(country.border))}
  border provinces have {q("% of successes in border provinces", ".1f")} % of the successes.
"""


def scores_text(tables: Tables) -> str:
    """Return how the defaults and the paper's values score by every distance and target."""
    rows = []
    for row in tables["scores"].itertuples():
        pairs = ((row.defaults, row.defaults_sd), (row.paper, row.paper_sd))
        cells = [f"{mean:.3f}" if pd.isna(sd) else f"{mean:.2f} ± {sd:.2f}" for mean, sd in pairs]
        rows.append(["" if pd.isna(row.distance) else row.distance, row.target, *cells])
    head = ["distance", "target", "the defaults", "the paper's reported values"]
    return table(head, rows, right=True)


def years_text(tables: Tables) -> str:
    """Return the defaults year by year: successes, attempts, repression, share of the error."""
    rows = [
        (row.year, f"{row.observed:,.0f}", f"{row.median:,.0f}", f"{row.attempts:,.0f}",
         f"{row.repression:.2f}", f"{100 * row.error:.0f} %")
        for row in tables["years"].itertuples()
    ]  # fmt: skip
    head = ["year", "observed", "successes, median", "attempts, median", "repression"]
    return table([*head, "share of the squared error"], rows, right=True)


def changes_text(tables: Tables) -> str:
    """Return the flow by period with one thing changed."""
    observed = [observed_total(*span) / (span[1] - span[0] + 1) for span in PERIODS]
    rows: list[list[object]] = [["observed", *(f"{mean:,.0f}" for mean in observed), "", ""]]
    for row in tables["changes"].itertuples(index=False):
        name, *means, share, early = row
        rows.append([name, *(f"{mean:,.0f}" for mean in means), f"{share:.2f}", f"{early:.2f}"])
    spans = [f"{first}-{last}" for first, last in PERIODS]
    return table(["", *spans, "share that succeeds", "runs that stop"], rows, right=True)


def groups_text(tables: Tables) -> str:
    """Return who attempts to leave, beside the population."""
    rows = [
        (row.group, f"{row.median:.1f}", f"{row.population:.1f}")
        for row in tables["groups"].itertuples()
    ]
    return table(["", "attempts, %", "population, %"], rows, right=True)


def draw_years(years: pd.DataFrame) -> Drawing:
    """Draw the defaults beside what was observed, and what they do to get there."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 7), layout="constrained")
    at, (one, two, three, four) = years["year"], axes.ravel()
    one.fill_between(at, years["low"], years["high"], alpha=0.3, label="5 to 95 % of runs")
    one.plot(at, years["median"], label="median of runs")
    one.plot(at, years["observed"], "k.-", label="observed")
    root = (lambda count: np.sqrt(np.maximum(count, 0)), np.square)
    one.set_yscale("function", functions=root)
    highest = max(years["high"].max(), years["observed"].max())
    one.set(title="Successes a year (root scale)", ylim=(0, 1.1 * highest))
    two.bar(at, years["root_difference"], color="0.5")
    two.set(title="Mean of √run − √observed")
    three.plot(at, years["attempts"], label="attempts")
    three.plot(at, years["median"], label="successes")
    three.axvline(at.iloc[0] + Parameters().memory_weeks / WEEKS_PER_YEAR, color="0.7", ls=":")
    three.set(title="Medians a year (dotted: H weeks after the start)", yscale="log")
    four.plot(at, years["repression"], label="repression")
    four.plot(at, years["belief"], label="mean of the belief")
    four.set(title="Repression and belief, means of the year", ylim=(0, 1))
    for each in (one, three, four):
        each.legend()
    return figure


def draw_run() -> Drawing:
    """Draw one run with the defaults."""
    from defection.views.figures.run import run_figure

    return run_figure(DefectionModel(seed=2).run())


def figures(tables: Tables) -> list[Figure]:
    """Return the figures of the README and of the page of the search."""
    return [
        Figure("run", "One run", "One run with the defaults.", draw_run),
        (
            "search",
            "The defaults and what was observed",
            "Successes, their error, attempts, repression and belief by year.",
            draw_years,
        ),
    ]


RESULT = Result(
    name="defaults",
    title="What the defaults do",
    compute=compute,
    folder="tables/defaults",
    seconds=60,
    figures=figures,
    texts={
        "readme-defaults": readme,
        "odd-defaults": description,
        "search-scores": scores_text,
        "search-years": years_text,
        "search-changes": changes_text,
        "search-groups": groups_text,
    },
)
