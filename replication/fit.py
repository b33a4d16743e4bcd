"""How near runs come to what was observed, year by year, beside the noise floor."""

import numpy as np
import pandas as pd

from defection.batch_runs.inference.predictive import bands
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import SearchError, noise_floor
from defection.replication import drawing
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs, whole
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED, formatted
from defection.views.figures.figure import Figure as Drawing

RULE = (
    "Score: root mean square over the years of √run − √observed, averaged over runs with fresh "
    "seeds. Noise floor: the same for Table 1 as the best region made it itself. Reproduced: the "
    "mean score lies within two standard deviations of the floor. Not reproduced: above that, and "
    "what was observed lies outside the central 90 % of runs in more than a tenth of the years. "
    "Undecided else."
)


def scores(runs: Runs) -> pd.DataFrame:
    """Return a row per point: mean score, sd, standard error, share of runs that stopped early."""
    objective = Objective(Target.from_country())
    rows = []
    for point in runs.points:
        one = objective.score_points(runs.table(point)).iloc[0]
        names = ("score", "sd", "standard_error", "stopped_early")
        rows.append({"point": point.name, **{name: float(one[name]) for name in names}})
    table = pd.DataFrame(rows)
    try:
        floor = noise_floor(runs.table(runs.best), objective)
    except SearchError:
        floor = {"floor": np.nan, "sd": np.nan}
    table.loc[0, ["noise_floor", "noise_floor_sd"]] = [float(floor["floor"]), float(floor["sd"])]
    return table


def years(runs: Runs) -> pd.DataFrame:
    """Return a row per year: observed, median and bands of the best region's runs, RMS."""
    target = Target.from_country()
    data = whole(runs.yearly(runs.best))
    counts = data["yearly_successes"].sel(year=list(target.years)).to_numpy().astype(float)
    table = bands(counts, target.years, np.array(target.counts))
    squares = ((np.sqrt(counts) - np.sqrt(target.counts)) ** 2).mean(axis=0)
    table["inside_90"] = table["observed"].between(table["low_90"], table["high_90"])
    shares = {"rms": np.sqrt(squares), "share_of_squared_error": squares / squares.sum()}
    return table.assign(**shares)


def verdict(score: float, floor: float, floor_sd: float, covered: float) -> str:
    """Return the verdict by ``RULE``; ``covered``: share of years observed in the 90 % band."""
    if not np.isfinite(floor):
        return UNDECIDED
    if score <= floor + 2 * floor_sd:
        return REPRODUCED
    return NOT if covered < 0.9 else UNDECIDED


def _judge(tables: Tables) -> Judgement:
    by_point, by_year = tables["fit_scores"], tables["fit_years"]
    best, covered = by_point.iloc[0], float(by_year["inside_90"].mean())
    scored = {
        row.point: f"{formatted(row.score)} ± {formatted(row.sd)}" for row in by_point.itertuples()
    }
    floor = f"{formatted(best['noise_floor'])} ± {formatted(best['noise_floor_sd'])}"
    worst = by_year.nlargest(3, "share_of_squared_error").itertuples()
    most = ", ".join(f"{row.year} ({row.share_of_squared_error:.0%})" for row in worst)
    others = ", ".join(f"{name} {score}" for name, score in list(scored.items())[1:])
    return Judgement(
        verdict(float(best["score"]), best["noise_floor"], best["noise_floor_sd"], covered),
        f"The best region scores {scored[best['point']]} (mean and standard deviation over runs); "
        f"its noise floor is {floor}. What was observed lies inside the central 90 % of its runs "
        f"in {covered:.0%} of the years; most of the squared error comes from {most}. Elsewhere: "
        f"{others}.",
        f"score {formatted(best['score'])}, noise floor {floor}",
    )


def _draw(tables: Tables) -> Drawing:
    table = tables["fit_years"]
    figure = Drawing(figsize=(8.5, 5.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    drawing.shade_famine(upper)
    year = table["year"]
    for share, alpha in ((90, 0.22), (50, 0.45)):
        low, high = table[f"low_{share}"], table[f"high_{share}"]
        style = {"color": drawing.BAND, "alpha": alpha, "linewidth": 0}
        upper.fill_between(year, low, high, label=f"{share} % of the runs", **style)
    upper.plot(year, table["median"], color=drawing.MIDDLE, lw=2, label="median of the runs")
    upper.plot(year, table["observed"], label="observed", **drawing.DOTS)
    drawing.root_scale(upper)
    upper.set_yticks([10, 100, 500, 1000, 2000, 3000, 4000])
    upper.set_ylabel("successes per year (root scale)")
    upper.legend(**drawing.LEGEND, loc="upper left")
    lower.bar(year, table["rms"], color=drawing.GREY)
    lower.set(ylabel="RMS of √run − √observed", xlabel="year")
    lower.yaxis.label.set_fontsize(8)
    return figure


RESULT = Result(
    name="fit", title="How near the runs come to what was observed",
    compute=lambda runs: {"fit_scores": scores(runs), "fit_years": years(runs)}, judge=_judge,
    needs=("points",), rule=RULE,
    paper="Two of the best results show 'similar trends and levels to the empirical data' (Figure "
    "5).",
    figures=drawing.figures(("fit", "The best region beside what was observed",
     "Upper: yearly successes of fresh seeds of the best region (median, 50 % and 90 % of the "
     "runs) beside Table 1, on the root scale. Lower: RMS by year.", _draw)),
)  # fmt: skip
