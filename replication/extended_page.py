"""The page of the mechanisms: scores, what each does alone and in the whole, the figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Target
from defection.parameters import ALL_PARAMETERS
from defection.replication import drawing, kept_points
from defection.replication.extended_regions import CONTROLLED, REGIONS, WHOLE
from defection.replication.extended_verdicts import (
    AIM,
    PAPER,
    RULE,
    SCENARIOS,
    earned,
    judge,
    observed_decline,
    steps,
)
from defection.replication.journey_fit import root_rms
from defection.replication.markdown import number, table
from defection.replication.result import Tables
from defection.views.figures.figure import Figure as Drawing


def text(tables: Tables) -> str:
    """Return the section of the page."""
    about, judged = tables["extended.json"], judge(tables)
    every = about["fitted"]
    runs = sum(one["runs"] for one in every)
    scenarios = [f"**{name}: {verdict}** ({figures})." for name in SCENARIOS
                 for verdict, figures in [earned(tables, name)]]  # fmt: skip
    parts = [
        f"{len(every)} searches, {runs:,} runs in all; means over {about['fresh']} fresh seeds. "
        f"{judged.here}",
        kept_points.text(every),
        _aim(tables),
        "### Fitted to all years",
        _scores(tables, "all years"),
        f"![{CAPTION[0]}. {CAPTION[1]}](images/extended_fit.png)",
        *(
            f"**Judged of {name}: {verdict}.** It is {figures}."
            for name, verdict, figures in judged.parts
            if name.startswith("the decline")
        ),
        "### What each mechanism does\n\n" + RULE,
        _steps(tables),
        "### Years that were not fitted",
        "**Every second year fitted (odd years), the others checked.**",
        _scores(tables, "odd years"),
        "**Fitted to 2008, 2009-2014 predicted.**",
        _scores(tables, "to 2008"),
        _null(),
        "\n\n".join(scenarios),
        "### The fitted parameters\n\n"
        f'`defection.replication.extended_fit.fitted("{WHOLE}")` returns them. They are one point '
        "each, of a search of limited length. A star marks what lies at an end of its range.",
        _parameters(tables),
    ]
    return "\n\n".join(part for part in parts if part)


def _aim(tables: Tables) -> str:
    best = tables["extended_scores"].query("split == 'all years'")["rms"].min()
    met = "It is met" if best < AIM else "It is not met"
    return f"The aim was a root mean square below {AIM:g} over all years. {met}: {number(best)}."


def _scores(tables: Tables, split: str) -> str:
    scores = tables["extended_scores"]
    rows = []
    for row in scores[scores["split"] == split].itertuples():
        name = row.region if row.from_2009.startswith("as it") else f"{row.region}, {row.from_2009}"
        rows.append((
            name, row.searched, f"{row.rms:.2f} ± {row.rms_se:.2f}",
            number(row.rms_checked), number(row.rms_late), number(row.floor),
            f"{row.decline:.2f}", number(row.before_1999), number(row.left_without_famine),
            f"{row.K:.3g}", f"{row.north_hamgyong:.2f}", f"{row.women:.2f}",
            f"{100 * row.first_year:.0f} %", f"{100 * row.stopped_early:.0f} %",
        ))  # fmt: skip
    if not rows:
        return ""
    years = tables["extended_years"].drop_duplicates("year")
    early = years[years["year"] <= 1998]["observed"].sum()
    rows.append((
        "observed", "", "", "", "", "", f"{observed_decline(tables):.2f}", number(early), "", "",
        "", "", "", "",
    ))  # fmt: skip
    return table(
        ["region", "searched", "RMS, ± standard error", "checked years", "2009-2014", "floor",
         "2012-14 to 2009-11", "before 1999", "left without famine", "K", "North Hamgyong",
         "women", "attempts in the first year", "stop early"],
        rows, right=True,
    )  # fmt: skip


def _null() -> str:
    """Return how near it is to say that the last fitted year goes on."""
    target = Target.from_country()
    by_year = dict(zip(target.years, target.counts, strict=True))
    late = [count for year, count in by_year.items() if year > LAST_FITTED]
    same = root_rms(np.full((1, len(late)), by_year[LAST_FITTED]), np.array(late))[0]
    return (
        f"A statistical null: that {LAST_FITTED} goes on for ever has a root mean square of "
        f"{number(same)} over the years after it. What lies above that is worse than saying so."
    )


def _steps(tables: Tables) -> str:
    rows = [
        (one, other, f"{difference:+.2f} ± {error:.2f}", verdict)
        for one, other, difference, error, verdict in steps(tables).itertuples(index=False)
    ]
    return table(["with", "beside", "difference of RMS, ± standard error", "verdict"], rows)


def _parameters(tables: Tables) -> str:
    fits = [one for one in tables["extended.json"]["fitted"] if one["split"] == "all years"]
    ends = {one["region"]: _at_ends(one) for one in fits}
    rows = []
    for name in ALL_PARAMETERS:
        if any(name in one["searched"] for one in fits):
            said = [number(ALL_PARAMETERS[name].default)]  # type: ignore[arg-type]
            for one in fits:
                star = "*" * (name in ends[one["region"]])
                has = name in one["searched"]
                said.append(f"{number(one['parameters'][name])}{star}" if has else "-")
            rows.append((f"`{name}`", *said))
    return table(["", "baseline", *(one["region"] for one in fits)], rows, right=True)


def _at_ends(one: dict[str, Any]) -> list[str]:
    """Return which searched parameters lie within a hundredth of an end of their range."""
    space = REGIONS[one["region"]].space()
    unit = space.unit(pd.DataFrame([one["parameters"]]))[0]
    return [name for name, at in zip(space.names, unit, strict=True) if not 0.01 < at < 0.99]


CAPTION = (
    "Mechanisms beside the paper's law",
    "Successes in a year (root scale; median and 90 % of the runs); dots: observed. Fitted to all "
    "years.",
)
LAST_FITTED = 2008
SHOWN = (PAPER, "tightening", "history of control", "20 circles", WHOLE, CONTROLLED)


def _draw(tables: Tables) -> Drawing:
    years = tables["extended_years"].query("split == 'all years'")
    shown = [name for name in SHOWN if (years["region"] == name).any()]
    figure = Drawing(figsize=(10, 3.1 * -(-len(shown) // 3)), layout="constrained")
    axes = figure.subplots(-(-len(shown) // 3), min(3, len(shown)), sharex=True, sharey=True,
                           squeeze=False)  # fmt: skip
    for axis, name in zip(axes.ravel(), shown, strict=False):
        own = years[years["region"] == name]
        drawing.shade_famine(axis)
        axis.fill_between(
            own["year"], own["low"], own["high"], color=drawing.BAND, alpha=0.35, lw=0
        )
        axis.plot(own["year"], own["median"], color=drawing.MIDDLE, lw=2)
        axis.plot(own["year"], own["observed"], ls="", **drawing.DOTS)
        axis.set_title(name)
    for axis in axes.flat:  # once all is drawn: all have the same limits
        drawing.root_scale(axis)
    axes[0, 0].set_yticks([10, 100, 500, 1000, 2000, 3000])
    for axis in axes[:, 0]:
        axis.set_ylabel("successes")
    return figure


figures: Callable[[Tables], Any] = drawing.figures(("extended_fit", *CAPTION, _draw))
