"""The page of the fit of law and journey: tables, what stays wrong, the figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from defection.parameters import ALL_PARAMETERS
from defection.replication import drawing, journey_mechanisms, kept_points
from defection.replication.journey_regions import FITS
from defection.replication.journey_verdicts import (
    RULE,
    best_region,
    by_split,
    judge,
    nulls,
    percent,
    regions_by_split,
    verdicts_by_region,
    viable,
)
from defection.replication.markdown import number, table
from defection.replication.result import Tables
from defection.views.figures.figure import Figure as Drawing

WORST_FACTS = 8
"""Facts with the largest residuals that the page names."""


def text(tables: Tables) -> str:
    """Return the section of the page."""
    judged, about = judge(tables), tables["journey.json"]
    every = about["fitted"]
    runs = sum(one["runs"] for one in every)
    parts = [
        f"{len(every)} searches, {runs:,} runs in all, each from nothing (a screen of the law, "
        "evolution of law and journey together by CMA-ES, candidates scored again); the figures "
        f"are means over {about['fresh']} fresh seeds. {judged.here}",
        kept_points.text(every),
        _scores(tables, "rule"),
        _scores(tables, "to 2008"),
        _plainly(tables),
        f"![{CAPTION[0]}. {CAPTION[1]}](images/journey_fit.png)",
        "### What it changes in the paper's findings\n\n" + RULE,
        _judged(tables),
        table(["region", "verdict", "here"], viable(tables)) if viable(tables) else "",
        journey_mechanisms.text(tables),
        "### Misfit by kind of fact\n\nOf the facts for fitting / of those for checking. A model "
        "as near as the standard deviations say would have about the number of facts.",
        _kinds(tables),
        "### What stays wrong\n\n" + _wrong(tables),
        "### The fitted parameters\n\n"
        '`defection.replication.journey_fit.fitted("free")` returns them, `Parameters` with the '
        "journey on; those of *free* are the defaults of North Korea. They are one point each, of "
        "a search of limited length: a longer one may find better ones; how far they could lie "
        "elsewhere is said "
        "[below](#what-the-facts-leave-possible). A star marks what lies at an end of its range.",
        _parameters(tables),
    ]
    return "\n\n".join(part for part in parts if part)


def _scores(tables: Tables, split: str) -> str:
    scores = by_split(tables, split)
    if not len(scores):
        return ""
    rows = [
        (row.region, row.searched or "", _pm(row.fitted, row.fitted_sd),
         _pm(row.checked, row.checked_sd), number(round(row.arrivals_fitted, 6)),
         number(row.arrivals_checked), _pm(row.rms, row.rms_sd),
         _pm(row.rms_late, row.rms_late_sd), percent(row.stopped_early))
        for row in scores.itertuples()
    ]  # fmt: skip
    null = tables["journey_null"]
    rows += [
        (f"null: {row.null}", "", "", "", number(round(row.arrivals_fitted, 6)),
         number(row.arrivals_checked), number(row.rms), number(row.rms_late), "")
        for row in null[null["split"] == split].itertuples()
    ]  # fmt: skip
    kinds = tables["journey_kinds"]
    one = kinds[(kinds["split"] == split) & (kinds["region"] == scores["region"].iloc[-1])]
    fit, check = (int(one.loc[one["use"] == use, "facts"].sum()) for use in ("fit", "check"))
    head = "Fitted by the rule" if split == "rule" else "Fitted to 2008, predicted from 2009"
    return f"**{head}.**\n\n" + table(
        ["region", "searched", f"misfit, {fit} fitted facts", f"{check} checked facts",
         "of arrivals, fitted", "checked", "RMS of arrivals", "RMS 2009-2014", "stop early"],
        rows, right=True,
    )  # fmt: skip


def _pm(value: float, sd: float) -> str:
    return "" if np.isnan(value) else f"{number(value)} ± {number(sd)}"


def _plainly(tables: Tables) -> str:
    """Return in plain words where the model is worse than a curve that knows no people."""
    said = [
        f"**{what.capitalize()}: {verdict} than the null** ({figures})."
        for what, verdict, figures in nulls(tables)
    ]
    return (
        " ".join(said) + " The null knows arrivals alone: of women, lags, returns and people in "
        "China it says nothing."
    )


def _judged(tables: Tables) -> str:
    found = verdicts_by_region(tables)
    regions = list(dict.fromkeys(found["region"]))
    cells = {(row.finding, row.region): f"{row.verdict} ({row.figure})" for row in
             found.itertuples()}  # fmt: skip
    rows = [(what, *(cells.get((what, region), "") for region in regions))
            for what in dict.fromkeys(found["finding"])]  # fmt: skip
    scores = by_split(tables).set_index("region")
    of_all = [f"{number(scores.loc[region, 'crossings_famine'])} of "
              f"{number(scores.loc[region, 'crossings'])}" for region in regions]  # fmt: skip
    rows.append(("crossings of the famine years, of all (medians)", *of_all))
    return table(["finding", *regions], rows)


def _kinds(tables: Tables) -> str:
    kinds = tables["journey_kinds"]
    kinds = kinds[kinds["split"] == "rule"]
    regions = list(dict.fromkeys(kinds["region"]))

    def both(part: pd.DataFrame, column: str) -> str:
        by = part.set_index("use")[column]
        return " / ".join(number(float(by[use])) if use in by else "-" for use in ("fit", "check"))

    rows = []
    for kind in dict.fromkeys(kinds["fact"]):
        own = [kinds[(kinds["fact"] == kind) & (kinds["region"] == region)] for region in regions]
        rows.append((kind, both(own[0], "facts"), *(both(part, "misfit") for part in own)))
    return table(["kind", "facts", *regions], rows, right=True)


def _wrong(tables: Tables) -> str:
    best, facts = best_region(tables), tables["journey_facts"]
    own = facts[(facts["region"] == best) & (facts["split"] == "rule")]
    worst = own.loc[own["residual"].abs().nlargest(WORST_FACTS).index]
    rows = [(row.fact, row.use, number(row.observed), number(row.median), f"{row.residual:+.1f}")
            for row in worst.itertuples()]  # fmt: skip
    return f"The largest residuals of {best}, in standard deviations:\n\n" + table(
        ["fact", "use", "observed", "median", "residual"], rows, right=True
    )


def _parameters(tables: Tables) -> str:
    fits = [one for one in tables["journey.json"]["fitted"] if one["split"] == "rule"]
    ends = {one["region"]: _at_ends(one) for one in fits}
    rows = []
    for name in ALL_PARAMETERS:
        if any(name in one["searched"] for one in fits):
            values: list[tuple[Any, str]] = [(ALL_PARAMETERS[name].default, "")]
            values += [(one["parameters"][name], "*" * (name in ends[one["region"]]))
                       for one in fits]  # fmt: skip
            said = [f"{value:.5g}" if value > 1000 else number(value) for value, _ in values]
            stars = [star for _, star in values]
            rows.append((f"`{name}`", *map("".join, zip(said, stars, strict=True))))
    return table(["", "baseline", *(one["region"] for one in fits)], rows, right=True)


def _at_ends(one: dict[str, Any]) -> list[str]:
    """Return which searched parameters lie within a hundredth of an end of their range."""
    space = FITS[one["region"]].space()
    unit = space.unit(pd.DataFrame([one["parameters"]]))[0]
    return [name for name, at in zip(space.names, unit, strict=True) if not 0.01 < at < 0.99]


CAPTION = (
    "Law and journey together",
    "Left: the best region fitted by the rule; right: fitted to 2008, the later years predicted. "
    "From above: arrivals and crossings in a year (root scale; median and 90 % of the runs) and "
    "women's share of the arrivals; dots: observed.",
)


def _draw(tables: Tables) -> Drawing:
    years = tables["journey_years"]
    splits = [split for split in ("rule", "to 2008") if regions_by_split(tables, split)]
    figure = Drawing(figsize=(4.6 * len(splits), 8), layout="constrained")
    axes = figure.subplots(3, len(splits), sharex=True, sharey="row", squeeze=False)
    for split, (top, middle, bottom) in zip(splits, axes.T, strict=True):
        best = best_region(tables, split)
        own = years[(years["region"] == best) & (years["split"] == split)]
        for axis, name in ((top, "arrivals"), (middle, "crossings")):
            drawing.shade_famine(axis)
            style: dict[str, Any] = {"color": drawing.BAND, "alpha": 0.35, "linewidth": 0}
            low, high = own[f"{name}_low"], own[f"{name}_high"]
            axis.fill_between(own["year"], low, high, **style)
            axis.plot(own["year"], own[f"{name}_median"], color=drawing.MIDDLE, lw=2)
        top.plot(own["year"], own["observed"], ls="", **drawing.DOTS)
        top.set_title({"rule": f"{best}, by the rule", "to 2008": f"{best}, to 2008"}[split])
        bottom.plot(own["year"], own["women"], color=drawing.MIDDLE, lw=2)
        bottom.plot(own["year"], own["women_observed"], ls="", **drawing.DOTS)
        bottom.set(ylim=(0, 1), xlabel="year")
        for axis in (top, middle, bottom) if split != "rule" else ():
            axis.axvline(2008.5, color=drawing.GREY, linestyle=":")
    for axis in axes[:2].flat:  # once all is drawn: a row has the same limits
        drawing.root_scale(axis)
    axes[0, 0].set_yticks([10, 100, 500, 1000, 2000, 3000, 4000])
    for axis, name in zip(axes[:, 0], ("arrivals", "crossings", "women's share"), strict=True):
        axis.set_ylabel(name)
    return figure


figures: Callable[[Tables], Any] = drawing.figures(("journey_fit", *CAPTION, _draw))
