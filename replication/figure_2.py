"""Figure 2: the assumed impacts."""

import pandas as pd

from defection.replication import drawing
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOTHING, SHOWN
from defection.views.figures.figure import Figure as Drawing


def compute(runs: Runs) -> Tables:
    """Return the assumed impacts."""
    impacts = runs.country.impacts.items()
    rows = [(f"{dimension}: {value}", *both) for (dimension, value), both in impacts]
    return {"figure_2": pd.DataFrame(rows, columns=["trait", "ability", "motivation"])}


def _judge(tables: Tables) -> Judgement:
    said = "impacts, as printed in the equations; the famine's is the parameter δ."
    return Judgement(SHOWN, f"{len(tables['figure_2'])} {said}")


def _draw(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(8, 3.6)
    table = tables["figure_2"]
    place = drawing.rows(axis, table["trait"])
    axis.barh(place - 0.2, table["ability"], 0.38, color=drawing.BAND, label="ability")
    axis.barh(place + 0.2, table["motivation"], 0.38, color=drawing.YELLOW, label="motivation")
    axis.axvline(0, color=drawing.OBSERVED, linewidth=0.8)
    axis.set_xlabel("units of impact")
    axis.legend(**drawing.LEGEND)
    return figure


RESULT = Result(
    name="figure_2", title="Figure 2: assumed impacts", compute=compute, judge=_judge,
    reads=("model/data/north_korea/impacts.csv",), rule=NOTHING,
    paper="'Assumed impacts of variables on motivation and ability to defect', 'inserted by "
    "assumption'.",
    figures=drawing.figures(("figure_2", "Figure 2: assumed impacts on ability and motivation",
     "Bars to the right raise, to the left lower; units of impact, which s multiplies. The famine "
     "has its own coefficient, δ.", _draw)),
)  # fmt: skip
