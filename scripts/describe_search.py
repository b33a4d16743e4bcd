"""Say what the searches found: ``python scripts/describe_search.py`` renews the tables of ``docs/search.md`` and its picture.

Every figure is computed here from the shipped regions (``batch_runs/searches/found``) and from runs made here.
"""

from __future__ import annotations

import functools
import json
import pathlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

from defection import PARAMETERS, Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import DISTANCES, Objective, Target
from defection.batch_runs.searches import MemoryEvaluation, as_good, groups, noise_floor, passages, regions, rescored
from defection.batch_runs.searches.shipped import FOUND, best_region, read_regions, readings, regions_of
from defection.batch_runs.searches.statements import held
from defection.country import load
from defection.views.scenario import presets

ROOT = pathlib.Path(__file__).parent.parent
PAGE, PICTURE = ROOT / "docs" / "search.md", ROOT / "docs" / "images" / "search.png"
BASE = "the paper's ranges"
RUNS, SEED = 200, 77
REPORTED = "The paper's reported values"
"""Name of the preset with the values that the paper reports."""
MARGIN = 5.0
"""Winners that score at most so much worse than the best are shown."""
BEGIN, END = "<!-- {}: made by scripts/describe_search.py -->\n", "<!-- end of {} -->\n"
VARIED = Space.of(vary="all").names


BASELINE = "baseline"
"""The search whose rounded result is the defaults: from nothing, with a budget of its own."""
SAME_MODEL = (BASE, "once more", "refined", BASELINE)
"""Searches of one and the same model."""


def best_search() -> str:
    """Return the search of the paper's model that found the best region."""
    known = readings()
    return min((name for name in SAME_MODEL if name in known), key=lambda name: known[name]["best"]["score"])


def table(rows: list[list[object]], header: list[str]) -> str:
    """Return a Markdown table, numbers to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value: float) -> str:
    """Return a number with three significant digits."""
    return "" if pd.isna(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def scores(best: pd.DataFrame, default: pd.DataFrame, reported: pd.DataFrame) -> str:
    """Return how the best region, the defaults and the paper's reported values score by every distance and target."""
    record = Target.of_country()
    targets = {
        "Table 1, corrected": record, "Table 1, as printed": Target.of_country(printed=True), "smoothed over 3 years": record.smoothed(3),
        "smoothed over 5 years": record.smoothed(5), "1999-2014 only": record.part(1999, 2014), "1992-2011 only": record.part(1992, 2011),
    }  # fmt: skip
    rows: list[list[object]] = []
    for name, target in targets.items():
        found = [Objective(target).of_points(runs).iloc[0] for runs in (best, default, reported)]
        rows.append(["root_scale", name, *(f"{one['score']:.2f} ± {one['spread']:.2f}" for one in found)])
    for name in DISTANCES:
        if name != "root_scale":
            found = [Objective(record, name).of_points(runs).iloc[0] for runs in (best, default, reported)]
            rows.append([name, "Table 1, corrected", *(f"{one['score']:.2f} ± {one['spread']:.2f}" for one in found)])
    floors = [noise_floor(runs, Objective(record)) for runs in (best, default)]
    rows.append(["root_scale", "own runs (noise floor)", *(f"{floor['floor']:.2f} ± {floor['spread']:.2f}" for floor in floors), ""])
    rows.append(["", "share of runs that stop early", *(f"{runs['stopped_early'].mean():.3f}" for runs in (best, default, reported))])
    return table(rows, ["distance", "target", f"best region (`{best_search()}`)", "the defaults", "the paper's reported values"])


def by_year(best: pd.DataFrame, data: xr.Dataset) -> str:
    """Return record and runs year by year."""
    record = Target.of_country()
    whole = best[~best["stopped_early"]]
    rows: list[list[object]] = []
    counts = whole[[f"successes_{year}" for year in record.years]].to_numpy(float)
    squares = ((np.sqrt(counts) - np.sqrt(record.counts)) ** 2).mean(axis=0)
    attempts = whole[[f"attempts_{year}" for year in record.years]].to_numpy(float)
    repression = data["weekly_repression_by_province"].mean(["run", "province"]).to_numpy().reshape(-1, 52).mean(axis=1)
    for i, (year, people) in enumerate(zip(record.years, record.counts, strict=True)):
        low, middle, high = np.quantile(counts[:, i], [0.05, 0.5, 0.95])
        share = 100 * squares[i] / squares.sum()
        rows.append(
            [year, *(f"{x:,.0f}" for x in (people, middle, low, high, np.median(attempts[:, i]))), f"{repression[i]:.2f}", f"{share:.0f} %"]
        )
    return table(
        rows, ["year", "record", "successes, median", "5 %", "95 %", "attempts, median", "repression", "share of the squared error"]
    )


@functools.cache
def same_model() -> pd.DataFrame:
    """Return the winners of the first search, the best of the later ones and of the earlier try, best first, with their ``name``."""
    first, names = regions_of(BASE), list(PARAMETERS)
    first.insert(0, "name", [f"start {int(start)}" for start in first["start"]])
    later = [regions_of(name).head(1).assign(name=name) for name in SAME_MODEL if name != BASE and name in readings()]
    earlier = read_regions(FOUND / "earlier.csv").head(1)[names]
    earlier = rescored(earlier, Objective(Target.of_country()), MemoryEvaluation(SEED + 2), replicates=50).assign(name="earlier try")
    found = pd.concat([*later, earlier, first], ignore_index=True).sort_values("score", kind="stable")
    return found.drop_duplicates(VARIED, ignore_index=True)[["name", "score", "spread", "standard_error", "stopped", *names]]


def winners() -> str:
    """Return the winners of the first search with their parameters and groups."""
    found = same_model()
    near = as_good(found, margin=MARGIN)
    space = Space.of(vary="all")
    lines = (
        passages(near, space, Objective(Target.of_country()), MemoryEvaluation(SEED + 1), stops=3, replicates=8) if len(near) > 1 else None
    )
    joined = regions(near, lines, ridge=3.0) if lines is not None else np.zeros(1, int)
    close = groups(near, space, apart=0.2)
    rows: list[list[object]] = [
        ["score (50 fresh seeds)", *(f"{s:.2f}" for s in near["score"])],
        ["spread", *(f"{s:.2f}" for s in near["spread"])],
    ]
    rows += [["runs that stopped", *(f"{s:.2f}" for s in near["stopped"])], ["group by nearness", *close], ["region by passages", *joined]]
    rows += [["prior mean", *(number(p) for p in near["prior_alpha"] / (near["prior_alpha"] + near["prior_beta"]))]]
    rows += [[f"`{name}`", *(number(value) for value in near[name])] for name in VARIED]
    others = ", ".join(f"{score:.1f}" for score in found["score"].iloc[len(near) :])
    return (
        table(
            rows,
            [
                "",
                *near["name"],
            ],
        )
        + f"\n\nScores of the other {len(found) - len(near)} starts: {others}."
    )


def statements() -> str:
    """Return which statements of the paper hold at the best points."""
    near = as_good(same_model(), margin=MARGIN)
    checked = [held(Parameters(**row)) for row in near[list(PARAMETERS)].to_dict("records")]
    rows: list[list[object]] = []
    for i, one in checked[0].iterrows():
        cells = [("yes " if t.loc[i, "holds"] else "no ") + f"({number(t.loc[i, 'value'])})" for t in checked]
        rows.append([one["statement"], one["says"], *cells])
    rows.append(["statements that hold", "", *(f"{int(t['holds'].sum())} of {len(t)}" for t in checked)])
    return table(
        rows,
        [
            "statement",
            "the paper",
            *near["name"],
        ],
    )


def compared() -> str:
    """Return the best score under each reading, best first."""
    about = {name: one for name, one in readings().items() if name not in (BASE, BASELINE)}
    control = about["once more"]["best"] if "once more" in about else None
    rows: list[list[object]] = []
    for name, one in sorted(about.items(), key=lambda item: item[1]["best"]["score"]):
        best = one["best"]
        p = best_region(name)
        gain = best["score"] - control["score"] if control else float("nan")
        holds = held(p) if name != "border of two provinces" else None
        rows.append(
            [name, f"{best['score']:.2f}", f"{best['standard_error']:.2f}", f"{gain:+.2f}", f"{best['stopped']:.3f}", f"{one['runs']:,}",
             "" if holds is None else f"{int(holds['holds'].sum())} of {len(holds)}", p.tolerated_attempts, number(p.economy_scale)]
        )  # fmt: skip
    header = ["reading", "score (200 fresh seeds)", "standard error", "against 'once more'", "stopped", "runs", "statements that hold"]
    return table(rows, [*header, "`tolerated_attempts`", "`economy_scale`"])


def levers(p: Parameters) -> str:
    """Return what becomes of the flow by period if one thing about the best region is changed: what each mechanism does there."""
    periods = {"1992-94": (1992, 1994), "1995-98": (1995, 1998), "1999-2003": (1999, 2003), "2004-09": (2004, 2009), "2010-11": (2010, 2011),
               "2012-14": (2012, 2014)}  # fmt: skip
    record = dict(zip(Target.of_country().years, Target.of_country().counts, strict=True))
    changes: dict[str, dict] = {
        "the best region": {}, "no famine": {"famine_years": "none"}, "growth without effect": {"economy_scale": 0.0},
        "full memory (1,196 weeks)": {"memory_weeks": 1196}, "nobody hears of anything": {"observation_probability": 0.0},
        "repression stays": {"adjustment_rate": 0.0}, "tolerance 10 a week": {"tolerated_attempts": 10},
        "tolerance 3 a week": {"tolerated_attempts": 3},
    }  # fmt: skip
    rows: list[list[object]] = [
        ["record", *(f"{np.mean([record[y] for y in range(first, last + 1)]):,.0f}" for first, last in periods.values()), "", ""]
    ]
    for name, change in changes.items():
        data = run_ensemble(p.replace(**change), range(1, 41), threads=1)
        flow = data["yearly_successes"].median("run")
        cells = [f"{float(flow.sel(year=slice(first, last)).mean()):,.0f}" for first, last in periods.values()]
        share = float((data["yearly_successes"].sum() / data["yearly_attempts"].sum()).item())
        rows.append([name, *cells, f"{share:.2f}", f"{float(data['stopped_early'].mean()):.2f}"])
    return table(rows, ["", *periods, "share of attempts that succeed", "runs that stop"])


def who(p: Parameters) -> str:
    """Return who attempts to leave in the best region, in percent of all attempts, beside the population."""
    country = load("north_korea")
    data = run_ensemble(p, range(1, 41), record=[f"by_{dimension}" for dimension in country.dimensions] + ["yearly_by_province"], threads=1)
    people = country.categories()
    rows: list[list[object]] = []
    for dimension in (*country.dimensions, "province"):
        name = "yearly_attempts_by_province" if dimension == "province" else f"yearly_attempts_by_{dimension}"
        attempts = data[name].sum(["run", "year"]).to_series()
        share = people.groupby(dimension)["share"].sum()
        rows += [
            [f"{dimension}: {value}", f"{100 * attempts[value] / attempts.sum():.1f}", f"{100 * share[value]:.1f}"]
            for value in attempts.index
        ]
    return table(rows, ["", "attempts, %", "population, %"])


def from_nothing() -> str:
    """Return how the defaults were found."""
    about = readings()[BASELINE]
    found = regions_of(BASELINE)
    rows: list[list[object]] = []
    for one in about["searches"]:
        own = found[found["root"] == one["root"]]
        reached = [f"{one['best_of_stage'][stage]:.1f}" for stage in ("screen", "rough")]
        rows.append([one["root"], f"{one['runs']:,}", *reached, f"{own['score'].min():.2f}"])
    best, kept = about["best"], about["rounded_scores"]
    text = table(rows, ["root", "runs", "best single run of the screen", "of the rough stage", "best candidate, 50 fresh seeds"])
    return (
        f"{text}\n\nThe best of all candidates scores {best['score']:.2f} ± {best['spread']:.2f} on {best['replicates']} more seeds. Rounded to "
        f"{about['digits']} significant digits, which are the defaults, it scores {kept['score']:.2f} ± {kept['spread']:.2f} on "
        f"{kept['replicates']} others (standard error {kept['standard_error']:.2f}; noise floor {kept['noise_floor']:.2f}); "
        f"{100 * kept['stopped']:.1f} % of these runs stop early."
    )


def recovery() -> str:
    """Return what the searches for known parameters came to."""
    file = FOUND / "recovery.json"
    if not file.exists():
        return "Not measured yet."
    about, found = json.loads(file.read_text(encoding="utf-8")), pd.read_csv(FOUND / "recovery.csv")
    rows = [
        [int(r["search"]), f"{r['score']:.2f}", f"{r['best_of_rough']:.2f}", f"{r['best_of_screen']:.2f}", f"{r['runs']:,}", "yes" if r["recovered"] else "no"]
        for r in found.to_dict("records")
    ]  # fmt: skip
    text = table(
        rows, ["search", "fresh score", "best single run of the rough stage", "best of the screen", "runs", "as good as the truth"]
    )
    return (
        f"{text}\n\n{about['recovered']} of {about['searches']} searches came within the truth's own {about['truth_score']:.2f} plus its spread "
        f"over replicates, {about['truth_spread']:.2f} (noise floor {about['noise_floor']:.2f})."
    )


def picture(best: pd.DataFrame, data: xr.Dataset) -> None:
    """Draw the best region against the record, and what it does to get there."""
    record = Target.of_country()
    years, counts = np.array(record.years), best.loc[~best["stopped_early"], [f"successes_{year}" for year in record.years]].to_numpy(float)
    figure, axes = plt.subplots(2, 2, figsize=(11, 7), layout="constrained")
    low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95], axis=0)
    one = axes[0, 0]
    one.fill_between(years, low, high, alpha=0.3, label="5 to 95 % of runs")
    one.plot(years, middle, label="median of runs")
    one.plot(years, record.counts, "k.-", label="record")
    one.set_yscale("function", functions=(lambda y: np.sqrt(np.maximum(y, 0)), np.square))
    one.set(title="Successes a year (root scale)", ylim=(0, 1.1 * max(high.max(), max(record.counts))))
    one.legend()
    two = axes[0, 1]
    two.bar(years, (np.sqrt(counts) - np.sqrt(record.counts)).mean(axis=0), color="0.5")
    two.set(title="Mean of √run − √record")
    week = 1992 + np.arange(data.sizes["week"]) / 52
    three = axes[1, 0]
    weekly = data["weekly_attempts_by_province"].mean("run").sum("province").to_series().rolling(8, min_periods=1).mean()
    through = data["weekly_successes_by_province"].mean("run").sum("province").to_series().rolling(8, min_periods=1).mean()
    three.plot(week, weekly, label="attempts")
    three.plot(week, through, label="successes")
    for turn in range(data.attrs["memory"], data.sizes["week"], data.attrs["memory"]):
        three.axvline(1992 + turn / 52, color="0.7", linestyle=":")
    three.set(title="A week in the whole country (dotted: every H weeks)", yscale="log")
    three.legend()
    four = axes[1, 1]
    alpha, beta = data["weekly_belief_alpha_by_province"], data["weekly_belief_beta_by_province"]
    four.plot(week, data["weekly_repression_by_province"].mean(["run", "province"]), label="repression")
    four.plot(week, (alpha / (alpha + beta)).mean(["run", "province"]), label="mean of the belief")
    four.set(title="Repression and belief", ylim=(0, 1))
    four.legend()
    figure.savefig(PICTURE, dpi=80)
    plt.close(figure)


def sections() -> dict[str, str]:
    """Return the text of every generated part of the page, and draw the picture."""
    p = best_region(best_search())
    reported = next(preset for preset in presets() if preset.name == REPORTED).parameters()
    points = pd.DataFrame([p.as_dict(), Parameters().as_dict(), reported.as_dict()])
    runs = MemoryEvaluation(SEED)(points, RUNS)
    best, default, reported_runs = (runs[runs["point"] == point].reset_index(drop=True) for point in range(3))
    data = run_ensemble(p, range(1, 41), record=["weekly_by_province", "states_by_province"], threads=1)
    data.attrs["memory"] = p.memory_weeks
    picture(best, data)
    return {
        "scores": scores(best, default, reported_runs), "baseline": from_nothing(), "years": by_year(best, data), "winners": winners(), "statements": statements(), "readings": compared(),
        "recovery": recovery(), "levers": levers(p), "who": who(p),
    }  # fmt: skip


def main() -> None:
    """Renew the page in place."""
    text = PAGE.read_text(encoding="utf-8")
    for name, section in sections().items():
        begin, end = BEGIN.format(name), END.format(name)
        start, stop = text.index(begin) + len(begin), text.index(end)
        text = text[:start] + "\n" + section + "\n\n" + text[stop:]
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
