"""Who leaves, beside what is known: the share of women by year, provinces of origin, ages."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from defection.replication import drawing
from defection.replication.reported import published
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs, whole
from defection.replication.verdicts import formatted, most, of_range
from defection.views.figures.figure import Figure as Drawing

RULE = (
    "Women: for each row of the arrivals, the share of women is compared with the attempts of the "
    "best region's runs in the same years (the state does not look at gender, so shares of "
    "attempts are shares of successes). Provinces: the share of each origin (of all arrivals to "
    "2016 whose origin is among the seven provinces that are known) is compared with its share "
    "among the successes 1992-2014 in the same seven. Ages: the same, of attempts, but age at "
    "arrival for age at departure. Reproduced: every share lies in the central 90 % of the runs. "
    "Not reproduced: more than half lie outside. Undecided else, or where there are fewer than 10 "
    "runs. As a whole: the same over all rows."
)
MEDIAN = "best region, median"


def shares(flow: np.ndarray) -> np.ndarray:
    """Return rows [runs, groups] that add up to 1; not a number where nobody left."""
    flow = np.asarray(flow, float)
    every = flow.sum(axis=1, keepdims=True)
    return np.divide(flow, every, out=np.full(flow.shape, np.nan), where=every > 0)


def compared(observed: np.ndarray, runs: np.ndarray) -> pd.DataFrame:
    """Return a row per observed share, with those of the runs [runs, rows] and the verdict."""
    low, middle, high = np.nanquantile(runs, [0.05, 0.5, 0.95], axis=0)
    verdicts = [of_range(float(one), runs[:, i]) for i, one in enumerate(observed)]
    columns = {"observed": observed, MEDIAN: middle, "5 %": low, "95 %": high}
    return pd.DataFrame(columns | {"verdict": verdicts})


def _women(runs: Runs) -> pd.DataFrame:
    table = published("women")
    attempts = whole(runs.yearly(runs.best))["yearly_attempts_by_gender"]
    spans = list(zip(table["first_year"], table["last_year"], strict=True))
    found = [
        shares(attempts.sel(year=slice(*span)).sum("year").sel(gender=["female", "male"]))[:, 0]
        for span in spans
    ]
    observed = (table["women"] / (table["men"] + table["women"])).to_numpy()
    years = [str(a) if a == b else f"{a}-{b}" for a, b in spans]
    about = table[["first_year", "last_year"]].assign(years=years)
    return about.join(compared(observed, np.column_stack(found)))


def _groups(runs: Runs, name: str, column: str, flow: str) -> pd.DataFrame:
    """Compare the shares of the groups of a published table, with those of the population."""
    table = published(name)
    groups = table[column].tolist()
    data = whole(runs.yearly(runs.best))[flow].sum("year").sel({column: groups})
    people = runs.country.categories().groupby(column)["share"].sum()[groups].to_numpy()
    observed = (table["arrivals"] / table["arrivals"].sum()).to_numpy()
    found = compared(observed, shares(data.to_numpy()))
    found.insert(0, "group", groups)
    return found.assign(population=people / people.sum())


def compute(runs: Runs) -> Tables:
    """Return the shares of women, of provinces and of ages."""
    origins = _groups(runs, "origins", "province", "yearly_successes_by_province")
    border = dict(zip(runs.country.provinces, runs.country.border, strict=True))
    origins["borders_china"] = ["yes" if border[name] else "no" for name in origins["group"]]
    ages = _groups(runs, "ages", "age", "yearly_attempts_by_age")
    return {"women": _women(runs), "origins": origins, "ages": ages}


def _judge(tables: Tables) -> Judgement:
    women, origins, ages = (tables[name] for name in ("women", "origins", "ages"))
    first, last = women.iloc[0], women.iloc[-1]
    provinces = origins.set_index("group")
    north, jagang = provinces.loc["North Hamgyong"], provinces.loc["Jagang"]
    elsewhere = float((origins["observed"] - origins[MEDIAN]).abs().sum() / 2)
    old = ages.set_index("group").loc["old"]
    largest = formatted(100 * float(women[MEDIAN].diff().abs().max()))
    verdicts = [table["verdict"].tolist() for table in (women, origins, ages)]
    figures = (
        f"{last['years']}: observed {last['observed']:.1%}, best region {last[MEDIAN]:.1%}",
        f"North Hamgyong {north['observed']:.1%}, best region {north[MEDIAN]:.1%}",
        f"old {old['observed']:.1%}, best region {old[MEDIAN]:.1%}",
    )
    names = ("women", "provinces", "ages")
    return Judgement(
        most([*itertools.chain(*verdicts)]),
        f"The observed share of women rises from {first['observed']:.1%} ({first['years']}) to "
        f"{last['observed']:.1%} ({last['years']}); among attempts in the best region it is "
        f"{first[MEDIAN]:.1%} and {last[MEDIAN]:.1%}. One constant coefficient cannot make it rise "
        f"(largest change between two rows: {largest} points). {north['observed']:.1%} come from "
        f"North Hamgyong and {jagang['observed']:.1%} from Jagang; in the best region "
        f"{north[MEDIAN]:.1%} and {jagang[MEDIAN]:.1%}: {elsewhere:.0%} of all would have to come "
        f"from elsewhere. The old are {old['observed']:.1%} of arrivals and {old[MEDIAN]:.1%} of "
        "attempts in the best region.",
        parts=tuple(zip(names, map(most, verdicts), figures, strict=True)),
    )


def _draw_women(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(8, 3.6)
    table = tables["women"]
    year = (table["first_year"] + table["last_year"]) / 2
    low, high, label = 100 * table["5 %"], 100 * table["95 %"], "90 % of the runs"
    axis.fill_between(year, low, high, color=drawing.BAND, alpha=0.3, lw=0, label=label)
    axis.plot(year, 100 * table[MEDIAN], color=drawing.MIDDLE, lw=2, label=MEDIAN)
    axis.plot(year, 100 * table["observed"], label="observed", **drawing.DOTS)
    axis.set(ylim=(0, 100), ylabel="women, %", xlabel="year")
    axis.legend(**drawing.LEGEND, loc="lower right")
    return figure


def _draw_groups(tables: Tables) -> Drawing:
    figure = Drawing(figsize=(10, 4), layout="constrained")
    axes = figure.subplots(1, 2, width_ratios=[7, 3])
    for axis, name in zip(axes, ("origins", "ages"), strict=True):
        table = tables[name]
        place, share = np.arange(len(table)), 100 * table.select_dtypes("number")
        reach = [share[MEDIAN] - share["5 %"], share["95 %"] - share[MEDIAN]]
        style = {"yerr": reach, "ecolor": drawing.MIDDLE, "capsize": 2}
        for shift, column, label, colour, look in (
            (-0.27, "observed", "observed", drawing.OBSERVED, {}),
            (0, MEDIAN, "best region", drawing.BAND, style),
            (0.27, "population", "population", drawing.FAMINE, {}),
        ):
            axis.bar(place + shift, share[column], 0.26, color=colour, label=label, **look)
        axis.set_xticks(place, [one.replace(" ", "\n") for one in table["group"]], fontsize=8)
        axis.set_ylabel("%")
    axes[0].legend(**drawing.LEGEND)
    return figure


RESULT = Result(
    name="who_leaves", title="Who leaves: women, provinces of origin, ages", compute=compute,
    judge=_judge, needs=("points",),
    reads=tuple(f"published/{name}.csv" for name in ("women", "origins", "ages")), rule=RULE,
    paper="'Over 70 % of the defectors who make it to South Korea are women'; Figure 2 gives women "
    "five units of ability. Who leaves is named as still to be validated. Citizens in provinces "
    "that border China are 'assumed to have much better opportunities'; one dummy stands for all "
    "four.",
    figures=drawing.figures(("women", "Women among those who leave",
     "Share of women among arrivals (observed; 1999-2001 are one figure) and among attempts in "
     "runs of the best region (median and 90 % of the runs).", _draw_women),
    ("origins", "Where those who leave come from, and how old they are",
     "Shares in percent: observed, in runs of the best region (bar: 90 % of the runs), and in the "
     "population. Left: seven provinces; right: ages.", _draw_groups)),
)  # fmt: skip
