"""What the paper reports of its good region, each number once (Dukalskis, Elkink & Xiong 2017, 'Results')."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from defection.batch_runs.searches.region import Line


@dataclasses.dataclass(frozen=True)
class Reported:
    """What the paper reports of one parameter in its good region; standard deviation where it gives one."""

    says: str
    mean: float | None = None
    deviation: float | None = None

    def within(self, deviations: float = 2.0) -> tuple[float, float]:
        """Return the limits so many standard deviations around the mean."""
        if self.mean is None or self.deviation is None:
            raise ValueError(
                f"the paper gives no mean with a standard deviation where it says {self.says!r}"
            )
        return self.mean - deviations * self.deviation, self.mean + deviations * self.deviation


PAPER: Mapping[str, Reported] = {
    "famine_effect": Reported("0.84 on average, s.d. 0.04", 0.84, 0.04),
    "adjustment_rate": Reported("at most 0.001, typically 0.0005", 0.0005),
    "memory_weeks": Reported("about 380 weeks, s.d. 53", 380.0, 53.0),
    "observation_probability": Reported("0.50, s.d. 0.044", 0.50, 0.044),
    "initial_repression": Reported("at least 0.8"),
    "tolerated_attempts": Reported("180, s.d. 5.64", 180.0, 5.64),
}
"""By the name of the parameter."""


PRIOR_LINE = Line(26.0, 0.66, 4.01)
"""'α₀ = 26 + 0.66 β₀, with a residual standard error of only 4.01'."""
