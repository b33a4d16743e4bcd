"""The whole search in stages: screen widely, evolve roughly from many starts, finely from the best, and score on fresh seeds."""

from __future__ import annotations

import dataclasses

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.evolution import Evolution, winners
from defection.batch_runs.searches.generation import check_whole, table_of, unit_of
from defection.batch_runs.searches.rescoring import rescored
from defection.batch_runs.searches.screen import Screen, best
from defection.parameters import PARAMETERS

SCREEN, ROUGH, FINALISTS, FINE, FRESH = STAGES = ("screen", "rough", "finalists", "fine", "fresh")
"""The stages in their order."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Staged:
    """Screen, rough evolution on single runs that gives up the worse starts, fine evolution with replicates, fresh seeds.

    Single runs are enough to tell poor valleys from good ones, and replicates are spent where they
    tell good points apart.

    Parameters
    ----------
    space, objective
        Where it may go and what it makes small.
    screened : int
        Sobol' points.
    starts, generations, halving, population
        Of the rough evolution, see :class:`Evolution`.
    finalists, last_generations, replicates, last_step
        Of the fine one: starts, generations, runs of each point, first standard deviation.
    fresh : int
        Fresh seeds on which the last candidates are scored.
    """

    space: Space
    objective: Objective
    screened: int = 8192
    starts: int = 12
    generations: int = 100
    halving: int = 25
    population: int = 16
    finalists: int = 2
    last_generations: int = 80
    replicates: int = 3
    last_step: float = 0.05
    fresh: int = 50

    def __post_init__(self) -> None:
        check_whole("staged search", screened=self.screened, finalists=self.finalists)
        self._evolutions()  # which check their settings

    def _evolutions(self) -> tuple[Evolution, Evolution]:
        rough = Evolution(
            space=self.space, objective=self.objective, starts=self.starts, generations=self.generations, halving=self.halving,
            population=self.population, replicates=1,
        )  # fmt: skip
        fine = Evolution(
            space=self.space, objective=self.objective, starts=self.finalists, generations=self.last_generations,
            population=self.population, replicates=self.replicates, step=self.last_step,
        )  # fmt: skip
        return rough, fine

    def run(
        self, evaluate: Evaluate, *, seed: int, first: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Search, and return the trace.

        Parameters
        ----------
        evaluate, seed
            As for every search.
        first : pandas.DataFrame, optional
            Points to start from beside the best of the screen, such as regions found before.

        Returns
        -------
        pandas.DataFrame
            A row per point asked, with ``stage`` (one of :data:`STAGES`) and the columns of that
            stage's search. :func:`outcome` reads the result from it.
        """
        rough, fine = self._evolutions()
        screen = Screen(
            space=self.space, objective=self.objective, points=self.screened, batch=2048
        ).run(evaluate, seed=seed)
        start = best(screen, self.starts, apart=0.1, space=self.space)
        if first is not None:
            given = table_of(self.space, unit_of(self.space, first))
            start = pd.concat([given, start[list(PARAMETERS)]], ignore_index=True).head(self.starts)
        first_trace = rough.run(evaluate, seed=seed, first=start)
        finalists = rescored(
            self._late(first_trace), self.objective, evaluate, replicates=2 * self.replicates
        )
        last_trace = fine.run(evaluate, seed=seed, first=finalists)
        fresh = rescored(winners(last_trace), self.objective, evaluate, replicates=self.fresh)
        parts = (screen, first_trace, finalists, last_trace, fresh)
        return pd.concat(
            [part.assign(stage=stage) for stage, part in zip(STAGES, parts, strict=True)],
            ignore_index=True,
        )

    def _late(self, trace: pd.DataFrame) -> pd.DataFrame:
        """Return the centres, and the best late point of each start that was not given up before the last halving but one."""
        late = trace[
            ~trace["centre"] & (trace["generation"] >= self.generations - 2 * self.halving)
        ]
        return pd.concat(
            [trace[trace["centre"]], late.loc[late.groupby("start")["score"].idxmin()]],
            ignore_index=True,
        )


def outcome(trace: pd.DataFrame) -> pd.DataFrame:
    """Return the last candidates of a staged search with their scores on fresh seeds, best first."""
    fresh = trace[trace["stage"] == FRESH]
    return (
        fresh.sort_values("score", kind="stable").dropna(axis=1, how="all").reset_index(drop=True)
    )
