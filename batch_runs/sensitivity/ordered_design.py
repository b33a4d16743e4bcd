"""A design whose points have an order that its analysis needs, as a table that a sweep can run."""

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.sensitivity.table import DUMMY, ImportanceError
from defection.batch_runs.sweeps.specification import LARGEST
from defection.checks import whole
from defection.extras import needed


@dataclasses.dataclass(frozen=True)
class Design:
    """Points of the unit cube in the order of a ``method``, ``morris`` or ``sobol``.

    ``names`` of the columns of ``unit`` [points, names]: a dummy, where there is one, is the last;
    ``count`` of base points or trajectories. The same call makes it again, so only its settings
    need be kept.
    """

    method: str
    names: tuple[str, ...]
    unit: np.ndarray
    count: int

    def table(self, space: Space) -> pd.DataFrame:
        """Return the points as a table of parameters that a sweep runs, without the dummy."""
        expected = self.names[: len(space.names)]
        if tuple(space.names) != expected or len(self.names) > len(space.names) + 1:
            raise ImportanceError(
                f"the design varies {', '.join(self.names)}, but the space {', '.join(space.names)}"
            )
        return space.table(np.clip(self.unit[:, : len(space.names)], 0.0, np.nextafter(1.0, 0.0)))

    def check(self, runs: pd.DataFrame, space: Space) -> None:
        """Refuse runs of another design: an unknown point, or a parameter with another value."""
        planned, point = self.table(space), runs["point"].to_numpy()
        if len(point) and (point.min() < 0 or point.max() >= len(planned)):
            raise ImportanceError(
                f"the design has the points 0 to {len(planned) - 1}, but there is a run of point "
                f"{point.max()}"
            )
        for name in space.names:
            has, meant = runs[name].to_numpy(), planned[name].to_numpy()[point]
            if meant.dtype == object:
                same = has == meant
            else:
                same = np.isclose(has.astype(float), meant.astype(float), rtol=1e-9)
            if not same.all():
                first = int(np.argmin(same))
                raise ImportanceError(
                    f"point {point[first]} has {name} = {has[first]}, but {meant[first]} in the "
                    "design: it was run from another"
                )

    def by_point(self, point: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance (NaN for one) over the replicates of each point, both [points].

        Raises ``ImportanceError`` where a point of the design has no finished run.
        """
        numbers = pd.Series(np.asarray(values, float)).groupby(np.asarray(point))
        every = range(len(self.unit))
        means, within = numbers.mean().reindex(every), numbers.var(ddof=1).reindex(every)
        missing = means.index[means.isna()]
        if len(missing):
            raise ImportanceError(
                f"{len(missing):,} of the {len(self.unit):,} points of the design have no finished "
                f"run, the first is point {missing[0]}: {self.method} needs them all"
            )
        return means.to_numpy(), within.to_numpy()


def sampled(
    method: str, names: Iterable[str], count: int, *, dummy: bool, seed: int, **how: Any
) -> Design:
    """Return a design that SALib samples, ``how`` it says; refuses an empty list of names."""
    columns = () if isinstance(names, str) else tuple(names)
    if not columns or len(set(columns)) < len(columns):
        raise ImportanceError(f"names = {names!r} must be a list of different parameters")
    columns = (*columns, DUMMY) if dummy else columns
    whole(f"{method}: seed", seed, 0, error=ImportanceError)
    if count * (len(columns) + 2) > LARGEST:
        raise ImportanceError(f"a {method} design of {count:,} is more than {LARGEST:,} points")
    sample = needed(f"SALib.sample.{method}", extra="search", purpose=f"the design of {method}")
    unit = sample.sample(problem(columns), count, seed=np.random.default_rng(seed), **how)
    return Design(method, columns, unit, count)


def problem(names: tuple[str, ...]) -> dict[str, object]:
    """Return a design's columns as SALib takes them."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
