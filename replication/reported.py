"""What the paper reports of its good region, each number once, and what others have published."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping

import pandas as pd

from defection.batch_runs.searches.region import Line

PUBLISHED = pathlib.Path(__file__).parent / "published"


@dataclasses.dataclass(frozen=True)
class Reported:
    """What the paper reports of one parameter in its good region, with sd where it gives one."""

    says: str
    mean: float | None = None
    sd: float | None = None

    def within(self, deviations: float = 2.0) -> tuple[float, float]:
        """Return the limits so many standard deviations around the mean."""
        if self.mean is None or self.sd is None:
            raise ValueError(f"the paper gives no mean with a standard deviation: {self.says!r}")
        return self.mean - deviations * self.sd, self.mean + deviations * self.sd


PAPER: Mapping[str, Reported] = {
    "famine_effect": Reported("0.84 on average, s.d. 0.04", 0.84, 0.04),
    "adjustment_rate": Reported("at most 0.001, typically 0.0005", 0.0005),
    "memory_weeks": Reported("about 380 weeks, s.d. 53", 380.0, 53.0),
    "observation_probability": Reported("0.50, s.d. 0.044", 0.50, 0.044),
    "initial_repression": Reported("at least 0.8"),
    "tolerated_attempts": Reported("180, s.d. 5.64", 180.0, 5.64),
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
