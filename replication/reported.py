"""What the paper reports of its good region, each number once, and what others have published."""

import pathlib
from collections.abc import Mapping

import pandas as pd

from defection.batch_runs.searches.region import Line
from defection.parameters import PARAMETERS, Reported

PUBLISHED = pathlib.Path(__file__).parent / "published"


PAPER: Mapping[str, Reported] = {
    name: one.paper for name, one in PARAMETERS.items() if one.paper.value or one.paper.low
}
"""By the name of the parameter (Dukalskis, Elkink & Xiong 2017, 'Results')."""

PRIOR_MEAN = (0.47, 0.65)
"""'between 0.47 and 0.65'."""

FIRST_REPRESSION, LAST_REPRESSION = 0.85, 0.44
"""Of the two runs of Figure 5: 'from about 85 % to about 44 %' (note 8)."""


PRIOR_LINE = Line(26.0, 0.66, 4.01)
"""'α₀ = 26 + 0.66 β₀, with a residual standard error of only 4.01'."""


def line_text(line: Line) -> str:
    """Return a line in the paper's words."""
    return f"α₀ = {line.intercept:.3g} + {line.slope:.2f} β₀, residual s.e. {line.residual:.3g}"


def published(name: str) -> pd.DataFrame:
    """Return a shipped table (sources: ``published/SOURCES.md``).

    ``women``, ``origins`` and ``ages`` of arrivals; ``unreported_values``, what the paper
    leaves out of its good region; ``appendix``, its own importances.
    """
    return pd.read_csv(PUBLISHED / f"{name}.csv")
