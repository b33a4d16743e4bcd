"""A stand-in for the model, with a known best point: quick, and its shape is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import run_seed
from defection.parameters import PARAMETERS

YEARS = tuple(range(2000, 2008))
TRUTH = {"famine_effect": 0.7, "initial_repression": 0.4, "memory_weeks": 500}
SPACE = Space.from_parameters({name: {} for name in TRUTH})
SLOPE = np.linspace(-1.0, 1.0, len(YEARS))


def means(points: pd.DataFrame) -> np.ndarray:
    """Return the expected counts [n, Y]: a level, a slope and a bend, one for each parameter."""
    level, slope = (
        points["famine_effect"].to_numpy()[:, None],
        points["initial_repression"].to_numpy()[:, None],
    )
    bend = points["memory_weeks"].to_numpy()[:, None] / 1000
    return (10 + 20 * level + 15 * slope * SLOPE + 10 * bend * (SLOPE**2 - 0.5)) ** 2


class Bowl:
    """Answers with Poisson counts around the means; ``fatal`` is the call at which it fails. Points beyond ``runaway_from`` stop early."""

    def __init__(
        self,
        root: int = 1,
        *,
        first_point: int = 0,
        fatal: int | None = None,
        runaway_from: float = 9.0,
        extinct_to: float = -1.0,
    ):
        self.root, self.next_point, self.fatal, self.runaway_from, self.extinct_to = (
            root,
            first_point,
            fatal,
            runaway_from,
            extinct_to,
        )
        self.calls = 0
        self.run_ids: list[str] = []

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        if self.calls == self.fatal:
            raise KeyboardInterrupt
        self.calls += 1
        numbers = [
            (self.next_point + i, replicate)
            for i in range(len(points))
            for replicate in range(replicates)
        ]
        seeds = [run_seed(self.root, *number) for number in numbers]
        mean = means(points).repeat(replicates, axis=0)
        effect = points["famine_effect"].to_numpy().repeat(replicates)
        counts = np.array(
            [
                np.random.default_rng(seed).poisson(row)
                for seed, row in zip(seeds, mean, strict=True)
            ]
        )
        runaway = effect > self.runaway_from
        counts[effect <= self.extinct_to] = 0
        counts[runaway, 3:] = 0
        head = {
            "run_id": [f"{point}-{replicate}" for point, replicate in numbers],
            "point": [point for point, _ in numbers],
            "replicate": [replicate for _, replicate in numbers],
            "seed": seeds,
            "status": "done",
            "error": "",
            "weeks_run": np.where(runaway, 150, 52 * len(YEARS)),
            "stopped_early": runaway,
        }
        self.run_ids += head["run_id"]
        self.next_point += len(points)
        sets = points[list(PARAMETERS)].loc[points.index.repeat(replicates)].reset_index(drop=True)
        return pd.concat(
            [
                pd.DataFrame(head),
                sets,
                pd.DataFrame(counts, columns=[f"successes_{year}" for year in YEARS]),
            ],
            axis=1,
        )


def target(**values) -> Target:
    """Return the record of a point without noise."""
    return Target(YEARS, tuple(means(SPACE.complete(pd.DataFrame([{**TRUTH, **values}])))[0]))


OBJECTIVE = Objective(target(), "root_scale")
FLOOR = np.sqrt(0.25)  # the root of a Poisson count has the standard deviation one half
