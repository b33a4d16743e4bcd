"""What a search makes small: a distance from a target, averaged over the replicates of a point."""

from __future__ import annotations

import abc
import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from defection.batch_runs.errors import check_known
from defection.batch_runs.scores.distance import LABELS, Distance, ScoreError
from defection.batch_runs.scores.registry import distance
from defection.batch_runs.scores.target import Target
from defection.country import WEEKS_PER_YEAR, Country

if TYPE_CHECKING:
    from defection.batch_runs.designs import Space
    from defection.batch_runs.store.task import Measure

OVER = ("mean", "median")
"""Ways of putting replicates together."""


class Scoring(abc.ABC):
    """Scores of runs and, put together over replicates, of points; lower is better."""

    over: str

    @property
    def measured(self) -> Measure | None:
        """What must be worked out of each run before it can be scored, besides its counts."""
        return None

    def check(self, country: Country, weeks: int, space: Space) -> None:
        """Refuse a country, a number of weeks or a space whose runs could not be scored."""
        del country, weeks, space  # by default all can

    def described(self) -> dict[str, Any]:
        """Return all that scores follow from as plain values: ``distance`` and ``target``."""
        raise ScoreError(f"a search by {type(self).__name__} cannot be kept; give an evaluation")

    def __post_init__(self) -> None:
        check_known(f"over = {self.over!r} is not one of them", self.over, OVER, ScoreError)

    def __call__(self, runs: pd.DataFrame) -> np.ndarray:
        """Return the score of each run of a table, [R]."""
        return self.score_runs(runs)["score"].to_numpy(float)

    @abc.abstractmethod
    def score_runs(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return the terms and the score of each run."""

    def score_points(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return the scores of the points of a table of runs, in the order of their first runs.

        Columns: ``point``, ``score``, ``sd`` (standard deviation over replicates; not a number for
        one), ``standard_error``, ``replicates``, ``stopped_early`` (share of runs that stopped
        early or failed) and the means of the distance's terms.
        """
        if "point" not in runs.columns:
            raise ScoreError("the table of runs has no column point: there are no replicates")
        scores = self.score_runs(runs)
        terms = [name for name in scores.columns if name not in (*LABELS, "score")]
        has = "stopped_early" in runs.columns
        scores["stopped_early"] = np.asarray(runs["stopped_early"], float) if has else np.nan
        if "status" in runs.columns:
            scores.loc[runs["status"].to_numpy() != "done", "stopped_early"] = 1.0
        by_point = scores.groupby("point", sort=False)
        sd, replicates = by_point["score"].std(), by_point.size()
        table = {
            "score": by_point["score"].agg(self.over),
            "sd": sd,
            "standard_error": sd / np.sqrt(replicates),
            "replicates": replicates,
            "stopped_early": by_point["stopped_early"].mean(),
            **{name: by_point[name].mean() for name in terms},
        }
        return pd.DataFrame(table).reset_index()


@dataclasses.dataclass(frozen=True)
class Objective(Scoring):
    """The score of a point: the mean (or median) over its replicates of a distance from a target.

    Called with a table of runs it returns the score of each run, float [R].

    Parameters
    ----------
    target : Target
        What was observed.
    distance : Distance or str
        The distance, or its name.
    over : str
        How replicates are put together: ``mean`` or ``median``.

    Raises
    ------
    ScoreError
        There is no such distance, or no such way.

    Examples
    --------
    >>> columns = {"point": [0, 0, 1], "weeks_run": 52, "successes_1992": [16, 25, 9]}
    >>> runs, objective = pd.DataFrame(columns), Objective(Target((1992,), (9,)))
    >>> objective(runs).tolist(), objective.score_points(runs)["score"].tolist()
    ([1.0, 2.0, 0.0], [1.5, 0.0])
    """

    target: Target
    distance: Distance | str = "root_scale"
    over: str = "mean"

    def __post_init__(self) -> None:
        if isinstance(self.distance, str):
            object.__setattr__(self, "distance", distance(self.distance))
        super().__post_init__()

    def check(self, country: Country, weeks: int, space: Space) -> None:
        """Refuse a target of years that are not run to their end."""
        del space  # all runs have the counts
        assert isinstance(self.distance, Distance)
        self.distance.check(self.target, country.years[: weeks // WEEKS_PER_YEAR])

    def described(self) -> dict[str, Any]:
        """Return the distance with its settings, and the target's counts by year."""
        assert isinstance(self.distance, Distance)
        own = dataclasses.asdict(self.distance)
        return {
            "distance": {"name": self.distance.name, "over": self.over, **own},
            "target": dict(zip(map(str, self.target.years), self.target.counts, strict=True)),
        }

    def score_runs(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return the terms and the score of each run, as a distance does."""
        assert isinstance(self.distance, Distance)
        return self.distance(runs, self.target)
