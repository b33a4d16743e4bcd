"""The whole search in stages: screen, evolve roughly, then finely, and score on fresh seeds."""

import dataclasses
from typing import Any, ClassVar

import pandas as pd

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.searches.evolution import Evolution, winners
from defection.batch_runs.searches.generation import Search, check_whole, table_of, unit_of
from defection.batch_runs.searches.rescoring import rescored
from defection.batch_runs.searches.screen import Screen, best
from defection.parameters import parameters_among

SCREEN, ROUGH, FINALISTS, FINE, FRESH = STAGES = ("screen", "rough", "finalists", "fine", "fresh")
"""The stages in their order."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Staged(Search):
    """Screen, rough evolution that gives up the worse starts, fine evolution, fresh seeds.

    Single runs are enough to tell poor valleys from good ones in the rough evolution; replicates
    are spent in the fine one, where they tell good points from better ones.

    Parameters
    ----------
    space, objective
        Where it may go and what it makes small.
    screened : int
        Sobol' points, at least as many as starts.
    starts, generations, halving, population : int
        Of the rough evolution, see :class:`Evolution`.
    selected, last_generations, replicates : int
        Of the fine one: starts (at most those of the rough one), generations, runs of each point.
    last_step : float
        First standard deviation of the fine one.
    fresh : int
        Fresh seeds on which the last candidates are scored, at least 2.

    Raises
    ------
    SearchError
        Fewer than two parameters vary, or a setting is out of range.

    Examples
    --------
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> few = {"screened": 4, "starts": 2, "generations": 1, "last_generations": 1, "fresh": 2}
    >>> few |= {"population": 4, "selected": 1, "replicates": 1, "halving": 1}
    >>> search = Staged(space=search_space(), objective=Objective(Target.from_country()), **few)
    >>> search.run(MemoryEvaluation(root=1), seed=1)["stage"].unique().tolist()
    ['screen', 'rough', 'finalists', 'fine', 'fresh']
    """

    method: ClassVar[str] = "staged search"
    screened: int = 8192
    starts: int = 12
    generations: int = 100
    halving: int = 25
    population: int = 16
    selected: int = 2
    last_generations: int = 80
    replicates: int = 3
    last_step: float = 0.05
    fresh: int = 50

    def __post_init__(self) -> None:
        super().__post_init__()
        self._evolutions()  # which check their settings
        check_whole(self.method, self.starts, screened=self.screened)
        check_whole(self.method, 2, fresh=self.fresh)
        if self.selected > self.starts:
            raise SearchError(
                f"{self.method}: selected = {self.selected} must be at most starts = {self.starts}"
            )

    def sizes(self) -> list[tuple[int, int, int]]:
        """Return those of the stages."""
        rough, fine = (one.sizes()[:2] for one in self._evolutions())
        late = (1, 2 * self.starts, 2 * self.replicates)
        last = (1, 2 * self.selected, self.fresh)
        return [*self._screen().sizes()[:1], *rough, late, *fine, last]

    def _screen(self) -> Screen:
        where: dict[str, Any] = {"space": self.space, "objective": self.objective}
        return Screen(**where, points=self.screened, batch=2048)

    def _evolutions(self) -> tuple[Evolution, Evolution]:
        both: dict[str, Any] = {"space": self.space, "objective": self.objective}
        both["population"] = self.population
        rough: dict[str, Any] = {"starts": self.starts, "generations": self.generations}
        rough["halving"] = self.halving
        fine: dict[str, Any] = {"starts": self.selected, "generations": self.last_generations}
        fine |= {"replicates": self.replicates, "step": self.last_step}
        return Evolution(**both, **rough, replicates=1), Evolution(**both, **fine)

    def run(
        self, evaluate: Evaluate, *, seed: int, first: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Return a row per point evaluated, with ``stage`` and the columns of that stage's search.

        ``first`` has points to start from beside the best of the screen, such as regions found
        before.
        """
        rough, fine = self._evolutions()
        scored: dict[str, Any] = {"objective": self.objective, "evaluate": evaluate}
        screen = self._screen().run(evaluate, seed=seed)
        start = best(screen, self.starts, min_distance=0.1, space=self.space)
        start = filled(start, screen, self.starts)
        if first is not None:
            moved = table_of(self.space, unit_of(self.space, first))
            kept = start[parameters_among(start.columns)]
            start = pd.concat([moved, kept], ignore_index=True).head(self.starts)
        first_trace = rough.run(evaluate, seed=seed, first=start)
        late = filled(self._late(first_trace), first_trace, self.selected)
        selected = rescored(late, replicates=2 * self.replicates, **scored)
        last_trace = fine.run(evaluate, seed=seed, first=selected)
        fresh = rescored(winners(last_trace), replicates=self.fresh, **scored)
        parts = zip(STAGES, (screen, first_trace, selected, last_trace, fresh), strict=True)
        return pd.concat([part.assign(stage=stage) for stage, part in parts], ignore_index=True)

    def finalists(self, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:  # noqa: ARG002
        """Return the last candidates with their scores on fresh seeds, which the trace has."""
        fresh = trace[trace["stage"] == FRESH].sort_values("score", kind="stable")
        return fresh.dropna(axis=1, how="all").reset_index(drop=True)

    def _late(self, trace: pd.DataFrame) -> pd.DataFrame:
        """Return the centres and the best late point of each start that was kept up to late."""
        late = trace[
            ~trace["centre"] & (trace["generation"] >= self.generations - 2 * self.halving)
        ]
        points = late.loc[late.groupby("start")["score"].idxmin()]
        return pd.concat([trace[trace["centre"]], points], ignore_index=True)


def filled(few: pd.DataFrame, trace: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return at least ``count`` points: the few, and the best of the trace where they are fewer."""
    lacking = max(0, count - len(few))
    return pd.concat([few, best(trace, lacking)], ignore_index=True) if lacking else few
