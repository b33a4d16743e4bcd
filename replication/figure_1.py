"""Figure 1: defections by year, as observed."""

import pandas as pd

from defection.batch_runs.scores import Target
from defection.replication import drawing
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOTHING, SHOWN, formatted
from defection.views.figures.figure import Figure as Drawing


def compute(_runs: Runs) -> Tables:
    """Return Table 1 with both versions of 2006, and smoothed."""
    corrected, printed = Target.from_country(), Target.from_country(printed=True)
    table = {"year": corrected.years, "corrected": corrected.counts, "printed": printed.counts}
    table |= {f"smoothed_{years}": corrected.smoothed(years).counts for years in (3, 5)}
    return {"figure_1": pd.DataFrame(table)}


def _judge(tables: Tables) -> Judgement:
    table = tables["figure_1"]
    peak, smoothed = table.loc[table["corrected"].idxmax()], table["smoothed_5"].max()
    return Judgement(
        SHOWN,
        f"Table 1 has its peak in {peak['year']:.0f} with {formatted(peak['corrected'])}; smoothed "
        f"over five years the peak is {formatted(smoothed)}. The paper's target curve is in a "
        "figure that the text does not hold.",
    )


def _draw(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(8, 4)
    drawing.shade_famine(axis)
    table = tables["figure_1"]
    for years, colour, line in ((3, drawing.BAND, "--"), (5, drawing.ORANGE, "-")):
        label = f"smoothed over {years} years"
        axis.plot(table["year"], table[f"smoothed_{years}"], color=colour, ls=line, label=label)
    axis.plot(table["year"], table["corrected"], label="Table 1, 2006 corrected", **drawing.DOTS)
    other = table[table["printed"] != table["corrected"]]
    colour, label = drawing.COLOURS[2], "2006 as printed"
    axis.plot(other["year"], other["printed"], "x", color=colour, label=label)
    axis.set(ylabel="arrivals per year", xlabel="year", ylim=(0, None))
    axis.legend(**drawing.LEGEND, loc="upper left")
    return figure


RESULT = Result(
    name="figure_1", title="Figure 1: defections by year", compute=compute, judge=_judge,
    reads=("model/data/north_korea/record.csv",), rule=NOTHING,
    paper="'Estimated defection levels by year (real curve) and target trend for simulations "
    "(target curve).'",
    figures=drawing.figures(("figure_1", "Figure 1: defections by year",
     "Yearly arrivals in South Korea (Table 1): as corrected, the 2006 that is printed, and moving "
     "averages over 3 and 5 years on the root scale.", _draw)),
)  # fmt: skip
