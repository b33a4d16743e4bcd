"""One generation of a search: points are run, scored and written down."""

import abc
import dataclasses
import numbers
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.scores.objective import Scoring
from defection.checks import whole

BELOW_ONE = 1.0 - 1e-12
"""The largest number of a unit cube that is evaluated: lists give each value a share of [0, 1)."""

MOST_RUNS, MOST_AT_ONCE = 10_000_000, 1_000_000
"""Runs that a search may make in all, and in one generation, which is held in memory."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Search(abc.ABC):
    """A search method: where it looks, what it makes small, and settings that are numbers.

    Settings of the type ``int`` must be at least 1. What :meth:`sizes` says is compared with
    the limits of time and memory before the first run.
    """

    method: ClassVar[str]
    space: Space
    objective: Scoring

    def __post_init__(self) -> None:
        if not self.space.varied:
            raise SearchError(f"{self.method}: nothing varies in this space; name parameters")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is not None and field.type in (int, int | None, "int", "int | None"):
                check_whole(self.method, **{field.name: value})
        sizes = [(count, points * each) for count, points, each in self.sizes()]
        limits = {
            "in all": (sum(count * runs for count, runs in sizes), MOST_RUNS),
            "in one generation": (max(runs for _, runs in sizes), MOST_AT_ONCE),
        }
        for what, (runs, most) in limits.items():
            if runs > most:
                raise SearchError(
                    f"{self.method}: these settings ask for up to {runs:,} runs {what}, more than "
                    f"{most:,}"
                )

    @abc.abstractmethod
    def sizes(self) -> list[tuple[int, int, int]]:
        """Return how many generations there are at most, with how many points and replicates."""

    @abc.abstractmethod
    def run(self, evaluate: Evaluate, *, seed: int) -> pd.DataFrame:
        """Search; return the trace, a row per point."""

    @abc.abstractmethod
    def finalists(self, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:
        """Return what was found, best first: points of the trace, scored again if need be."""


def generation(
    evaluate: Evaluate, objective: Scoring, points: pd.DataFrame, replicates: int, **labels: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run and score points.

    Returns a row per point (the labels, such as ``generation`` and ``start``, the columns of
    :meth:`Scoring.score_points`, and every parameter) and the table of runs.
    """
    runs = evaluate(points, replicates)
    scores = objective.score_points(runs)
    if len(scores) != len(points):
        raise SearchError(f"{len(scores)} points were run instead of {len(points)}")
    head = pd.DataFrame(labels, index=range(len(points)))
    return pd.concat([head, scores, points.reset_index(drop=True)], axis=1), runs


def table_of(space: Space, unit: np.ndarray) -> pd.DataFrame:
    """Return the parameters of unit-cube points [n, D]; what lies outside moves to the border."""
    return space.table(np.clip(unit, 0.0, BELOW_ONE))


def unit_of(space: Space, points: pd.DataFrame) -> np.ndarray:
    """Return where points lie in the unit cube [n, D]; what lies outside moves to its border."""
    return np.clip(space.unit(points), 0.0, BELOW_ONE)


def reflected(unit: np.ndarray) -> np.ndarray:
    """Fold numbers back into 0..1 at both ends: proposals near a border keep their density."""
    folded = np.abs(unit) % 2.0
    return np.minimum(np.where(folded > 1.0, 2.0 - folded, folded), BELOW_ONE)


def drawn_inside(
    draw: Callable[[], np.ndarray], inside: Callable[[np.ndarray], np.ndarray], count: int
) -> np.ndarray:
    """Return the first ``count`` points that lie inside, of as many draws as it takes, [count, D].

    Where hardly any does, ``SearchError``.
    """
    found: list[np.ndarray] = []
    for _ in range(1000):
        unit = draw()
        found.append(unit[inside(unit)])
        if sum(map(len, found)) >= count:
            return np.concatenate(found)[:count]
    raise SearchError(
        f"the region is too small to draw from: {sum(map(len, found))} of {count} points found; "
        "learn it from a larger screen"
    )


def settings_of(search: Any) -> dict[str, Any]:
    """Return the settings of a search by name: all but where it looks and what it makes small."""
    names = [f.name for f in dataclasses.fields(search) if f.name not in ("space", "objective")]
    return {name: getattr(search, name) for name in names}


def check_whole(method: str, least: int = 1, **settings: Any) -> None:
    """Refuse a setting that is not a whole number of at least ``least``."""
    for name, value in settings.items():
        whole(f"{method}: {name}", value, least, most=MOST_RUNS, error=SearchError)


def check_between(method: str, low: float, high: float, **settings: Any) -> None:
    """Refuse a setting that does not lie in ``low..high``."""
    for name, value in settings.items():
        number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not number or not low <= float(value) <= high:
            raise SearchError(f"{method}: {name} = {value!r} must lie between {low:g} and {high:g}")
