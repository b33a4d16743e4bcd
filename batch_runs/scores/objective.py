"""What a search makes small: a distance from a target, put together over the replicates of a point."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.scores.distance import LABELS, Distance
from defection.batch_runs.scores.registry import distance
from defection.batch_runs.scores.seen import ScoreError
from defection.batch_runs.scores.target import Target
from defection.parameters import nearest

OVER = ("mean", "median")
"""Ways of putting replicates together."""


@dataclasses.dataclass(frozen=True)
class Objective:
    """The score of a point: the mean (or median) over its replicates of a distance from a target.

    Parameters
    ----------
    target : Target
        The record.
    distance : Distance or str
        The distance, or its name.
    over : str
        How replicates are put together: ``mean`` or ``median``.
    """

    target: Target
    distance: Distance | str = "root_scale"
    over: str = "mean"

    def __post_init__(self) -> None:
        if isinstance(self.distance, str):
            object.__setattr__(self, "distance", distance(self.distance))
        if self.over not in OVER:
            raise ScoreError(
                f"over = {self.over!r} is not one of {', '.join(OVER)}{nearest(str(self.over), OVER)}"
            )

    def __call__(self, runs: pd.DataFrame) -> np.ndarray:
        """Return the score of each run, [R]: an objective is a distance from the record as ``importance`` takes it."""
        return self.score_runs(runs)["score"].to_numpy(float)

    def score_runs(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return the terms and the score of each run."""
        assert isinstance(self.distance, Distance)
        return self.distance(runs, self.target)

    def score_points(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Score the points of a table of runs.

        Returns
        -------
        pandas.DataFrame
            A row per point in the order of their first runs: ``point``, ``score``, ``spread``
            (standard deviation over replicates; not a number for one), ``standard_error``,
            ``replicates``, ``stopped`` (share of runs that stopped early or failed) and the means
            of the distance's terms.
        """
        if "point" not in runs.columns:
            raise ScoreError(
                "the table of runs has no column point: replicates cannot be put together"
            )
        scores = self.score_runs(runs)
        terms = [name for name in scores.columns if name not in (*LABELS, "score")]
        scores["stopped"] = (
            np.asarray(runs["stopped_early"], float) if "stopped_early" in runs.columns else np.nan
        )
        if "status" in runs.columns:
            scores.loc[runs["status"].to_numpy() != "done", "stopped"] = 1.0
        by_point = scores.groupby("point", sort=False)
        table = pd.DataFrame(
            {
                "score": by_point["score"].agg(self.over),
                "spread": by_point["score"].std(),
                "replicates": by_point.size(),
                "stopped": by_point["stopped"].mean(),
                **{name: by_point[name].mean() for name in terms},
            }
        )
        table.insert(2, "standard_error", table["spread"] / np.sqrt(table["replicates"]))
        return table.reset_index()
