"""What a score sees of a table of runs: yearly flows, and which years were run to their end."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd

from defection.batch_runs.scores.target import Target, TargetError
from defection.country import WEEKS_PER_YEAR
from defection.measures import FLOWS
from defection.parameters import nearest


class ScoreError(ValueError):
    """Runs cannot be scored: the table lacks something, or a distance is not what it should be."""


@dataclasses.dataclass(frozen=True)
class YearlyCounts:
    """The flows of R runs in the Y years of a target.

    A year counts as complete where the run went on to its last week. In years that are not complete
    ``counts`` says nothing.
    """

    counts: np.ndarray
    """People in each year, float [R, Y]."""
    complete: np.ndarray
    """Whether the run reached the end of the year, bool [R, Y]."""
    share_run: np.ndarray
    """Weeks run as a share of all weeks that the table covers, [R]."""

    @classmethod
    def from_runs(
        cls, runs: pd.DataFrame, target: Target, *, flow: str = "successes"
    ) -> YearlyCounts:
        """Look at the table's yearly columns of ``flow``, such as ``successes_1992``.

        A run that failed has no complete year. ``ScoreError`` where columns are missing,
        ``TargetError`` where the target's years are not run.
        """
        if flow not in FLOWS:
            raise ScoreError(
                f"there is no flow {flow!r}{nearest(str(flow), FLOWS)}; there are {', '.join(FLOWS)}"
            )
        if len(runs) == 0:
            raise ScoreError("the table of runs is empty: there is nothing to score")
        years = tuple(
            sorted(
                int(found[1])
                for name in runs.columns
                if (found := re.fullmatch(rf"{flow}_(\d+)", str(name)))
            )
        )
        if not years or "weeks_run" not in runs.columns:
            missing = "weeks_run" if years else f"{flow}_YEAR"
            raise ScoreError(
                f"the table of runs has no column {missing}{nearest(missing, tuple(map(str, runs.columns)))}"
            )
        try:
            target.check_years(years)
        except TargetError as error:
            raise TargetError(f"{error} (target: {target.name})") from None
        weeks = runs["weeks_run"].to_numpy(np.float64, na_value=0.0)
        if "status" in runs.columns:
            weeks = np.where(runs["status"].to_numpy() == "done", weeks, 0.0)
        counts = runs[[f"{flow}_{year}" for year in target.years]].to_numpy(
            np.float64, na_value=np.nan
        )
        ends = np.array([(year - years[0] + 1) * WEEKS_PER_YEAR for year in target.years])
        complete = (weeks[:, None] >= ends[None, :]) & np.isfinite(counts)
        return cls(np.where(complete, counts, 0.0), complete, weeks / (len(years) * WEEKS_PER_YEAR))
