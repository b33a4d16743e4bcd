"""Figures of runs and sweeps for print: each returns a figure of Matplotlib."""

from defection.views.figures.catalogue import figures, write_figures
from defection.views.figures.convergence import convergence
from defection.views.figures.fan_chart import fan_chart
from defection.views.figures.heat_map import heat_map
from defection.views.figures.one_at_a_time import one_at_a_time
from defection.views.figures.run import run_figure
from defection.views.figures.scatter import scatter

__all__ = [
    "convergence", "fan_chart", "figures", "heat_map", "one_at_a_time", "run_figure", "scatter",
    "write_figures",
]  # fmt: skip
