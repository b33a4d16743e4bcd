"""Evolution: the covariance of good points is learnt, and the next ones are drawn from it (CMA-ES), from many starts."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import Evaluate, SearchError
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.generation import (
    asked,
    check_between,
    check_varied,
    check_whole,
    table_of,
    unit_of,
)

FEWEST = 4
"""Points of a generation: of fewer, only one would be selected, and no covariance can be learned from it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evolution:
    """Covariance matrix adaptation (Hansen & Ostermeier 2001) in the unit cube, several starts side by side.

    Needs the package ``cmaes`` (``pip install "defection[search]"``). Parameters that take values
    of a list are searched through their position in it. Every generation asks one batch for all
    starts that still run, and the last one asks the centre of each start's distribution: the centre
    owes less to lucky seeds than the best point that was ever seen.

    Parameters
    ----------
    space : Space
        Where it may go.
    objective : Objective
        What it makes small.
    starts : int
        Searches side by side.
    generations : int
        Generations of each, the one for the centres not counted.
    population : int, optional
        Points of a start in a generation; 4 + 3 ln(dimensions) if left out.
    replicates : int
        Runs of each point, with seeds of their own: with one, lucky seeds win.
    step : float
        Standard deviation at the beginning, as a share of each range.
    halving : int, optional
        After every so many generations the worse half of the starts is given up, by the median
        score of their last generation, until one is left; none is given up if left out. Most starts
        end in poorer valleys, and what they would cost goes to none of them.
    """

    space: Space
    objective: Objective
    starts: int = 8
    generations: int = 100
    population: int | None = None
    replicates: int = 4
    step: float = 0.15
    halving: int | None = None

    def __post_init__(self) -> None:
        check_varied(self.space, "evolution")
        if len(self.space.varied) < 2:
            raise SearchError(
                "evolution: at least two parameters must vary; one alone is better tried at many values"
            )
        check_whole(
            "evolution",
            starts=self.starts,
            generations=self.generations,
            replicates=self.replicates,
        )
        if self.population is not None:
            check_whole("evolution", FEWEST, population=self.population)
        if self.halving is not None:
            check_whole("evolution", halving=self.halving)
        check_between("evolution", 1e-6, 1.0, step=self.step)

    def run(
        self, evaluate: Evaluate, *, seed: int, first: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Search, and return the trace.

        Parameters
        ----------
        evaluate : Evaluate
            Who runs the points.
        seed : int
            Seed of the search's own draws.
        first : pandas.DataFrame, optional
            Points to start from, one for each start or more (the first are taken), such as the best
            of a screen; random ones if left out.

        Returns
        -------
        pandas.DataFrame
            A row per point asked: ``generation``, ``start``, ``centre`` (whether it is the centre
            of the last distribution of a start that was not given up), the scores and the
            parameters.
        """
        strategies = self._strategies(seed, first)
        kept, trace = list(range(len(strategies))), []
        for generation in range(self.generations):
            running = [start for start in kept if not strategies[start].should_stop()]
            if not running:
                break
            asks = {
                start: [strategies[start].ask() for _ in range(strategies[start].population_size)]
                for start in running
            }
            unit = np.concatenate([np.array(asks[start]) for start in running])
            of_start = np.repeat(running, [len(asks[start]) for start in running])
            rows = asked(
                evaluate,
                self.objective,
                table_of(self.space, unit),
                self.replicates,
                generation=generation,
                start=of_start,
                centre=False,
            )
            trace.append(rows)
            for start in running:
                found = rows["score"].to_numpy()[of_start == start].tolist()
                strategies[start].tell(list(zip(asks[start], found, strict=True)))
            if self.halving is not None and (generation + 1) % self.halving == 0:
                kept = _better_half(kept, pd.concat(trace))
        centres = table_of(self.space, np.array([strategies[start].mean for start in kept]))
        labels = {"generation": self.generations, "start": kept, "centre": True}
        trace.append(asked(evaluate, self.objective, centres, self.replicates, **labels))
        return pd.concat(trace, ignore_index=True)

    def _strategies(self, seed: int, first: pd.DataFrame | None) -> list[Any]:
        try:
            cmaes = importlib.import_module("cmaes")
        except ImportError:
            raise SearchError(
                'evolution needs the package cmaes: pip install "defection[search]"'
            ) from None
        dimensions = len(self.space.varied)
        if first is None:
            means = np.random.default_rng(np.random.SeedSequence(seed)).random(
                (self.starts, dimensions)
            )
        elif len(first) < self.starts:
            raise SearchError(
                f"evolution: {self.starts} starts need as many first points, not {len(first)}"
            )
        else:
            means = unit_of(self.space, first.iloc[: self.starts])
        seeds = np.random.SeedSequence(seed, spawn_key=(1,)).generate_state(self.starts)
        bounds = np.tile([0.0, 1.0], (dimensions, 1))
        return [
            cmaes.CMA(
                mean=mean,
                sigma=self.step,
                bounds=bounds,
                seed=int(own),
                population_size=self.population,
            )
            for mean, own in zip(means, seeds, strict=True)
        ]


def _better_half(starts: list[int], trace: pd.DataFrame) -> list[int]:
    """Return the half of the starts (rounded up) whose last generations have the lowest medians."""
    medians = {}
    for start in starts:
        own = trace[trace["start"] == start]
        medians[start] = own.loc[own["generation"] == own["generation"].max(), "score"].median()
    return sorted(
        sorted(starts, key=lambda start: (medians[start], start))[: (len(starts) + 1) // 2]
    )


def winners(trace: pd.DataFrame) -> pd.DataFrame:
    """Return two candidates of each start that was not given up: the centre of its last distribution and the best point it saw."""
    seen = trace[~trace["centre"] & trace["start"].isin(trace.loc[trace["centre"], "start"])]
    best = seen.loc[seen.groupby("start")["score"].idxmin()]
    return pd.concat([trace[trace["centre"]], best], ignore_index=True)
