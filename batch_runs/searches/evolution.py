"""Evolution: the covariance of good points is learnt, and the next are drawn from it (CMA-ES)."""

import dataclasses
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.searches.generation import (
    Search,
    check_between,
    check_whole,
    generation,
    table_of,
    unit_of,
)
from defection.batch_runs.searches.rescoring import FRESH, rescored
from defection.extras import needed

FEWEST = 4
"""Points of a generation: of fewer only one would be selected, and no covariance be learnt."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evolution(Search):
    """Covariance matrix adaptation (Hansen & Ostermeier 2001) in the unit cube, from many starts.

    Needs the package ``cmaes`` (the extra ``search``). Parameters that take values
    of a list are searched through their position in it. Every generation evaluates one batch for
    all starts that still run, and the last one the centre of each start's distribution: the centre
    owes less to lucky seeds than the best point of all.

    Parameters
    ----------
    space, objective
        Where it may go, and what it makes small.
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

    Raises
    ------
    SearchError
        Fewer than two parameters vary, or a setting is out of range.
    MissingExtraError
        The package ``cmaes`` is not installed.

    Examples
    --------
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> objective = Objective(Target.from_country())
    >>> few = {"starts": 1, "generations": 1, "population": 4}
    >>> search = Evolution(space=search_space(), objective=objective, **few)
    >>> search.run(MemoryEvaluation(root=1), seed=1)["centre"].tolist()
    [False, False, False, False, True]
    """

    method: ClassVar[str] = "evolution"
    starts: int = 8
    generations: int = 100
    population: int | None = None
    replicates: int = 4
    step: float = 0.15
    halving: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.space.varied) < 2:
            raise SearchError(
                "evolution: at least two parameters must vary; one alone is better tried at many "
                "values"
            )
        if self.population is not None:
            check_whole("evolution", FEWEST, population=self.population)
        check_between("evolution", 1e-6, 1.0, step=self.step)
        self._cmaes()

    def sizes(self) -> list[tuple[int, int, int]]:
        """Return the generations, the centres, and the finalists: two of each start."""
        population = self.population or 4 + int(3 * np.log(len(self.space.varied)))
        points = self.starts * population
        centres, finalists = (1, self.starts, self.replicates), (1, 2 * self.starts, FRESH)
        return [(self.generations, points, self.replicates), centres, finalists]

    def run(
        self, evaluate: Evaluate, *, seed: int, first: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Return a row per point evaluated.

        ``first`` has points to start from, at least one for each start, such as the best of a
        screen; random ones if left out. Columns: ``generation``, ``start``, ``centre`` (whether it
        is the centre of the last distribution of a start that was not given up), the scores and the
        parameters.
        """
        strategies = self._strategies(seed, first)
        kept, trace = list(range(len(strategies))), []
        for number in range(self.generations):
            running = [start for start in kept if not strategies[start].should_stop()]
            if not running:
                break
            proposed = {
                start: [strategies[start].ask() for _ in range(strategies[start].population_size)]
                for start in running
            }
            points = table_of(self.space, np.concatenate([np.array(proposed[s]) for s in running]))
            owner = np.repeat(running, [len(proposed[start]) for start in running])
            labels = {"generation": number, "start": owner, "centre": False}
            rows, _ = generation(evaluate, self.objective, points, self.replicates, **labels)
            trace.append(rows)
            for start in running:
                found = rows["score"].to_numpy()[owner == start].tolist()
                strategies[start].tell(list(zip(proposed[start], found, strict=True)))
            if self.halving is not None and (number + 1) % self.halving == 0:
                kept = _better_half(kept, pd.concat(trace))
        centres = table_of(self.space, np.array([strategies[start].mean for start in kept]))
        labels = {"generation": self.generations, "start": kept, "centre": True}
        rows, _ = generation(evaluate, self.objective, centres, self.replicates, **labels)
        return pd.concat([*trace, rows], ignore_index=True)

    def finalists(self, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:
        """Return the candidates of :func:`winners` with their scores on fresh seeds."""
        return rescored(winners(trace), self.objective, evaluate)

    @staticmethod
    def _cmaes() -> Any:
        return needed("cmaes", extra="search", purpose="evolution")

    def _strategies(self, seed: int, first: pd.DataFrame | None) -> list[Any]:
        cmaes, dimensions = self._cmaes(), len(self.space.varied)
        if first is None:
            rng = np.random.default_rng(np.random.SeedSequence(seed))
            means = rng.random((self.starts, dimensions))
        elif len(first) < self.starts:
            raise SearchError(
                f"evolution: {self.starts} starts need as many first points, not {len(first)}"
            )
        else:
            means = unit_of(self.space, first.iloc[: self.starts])
        seeds = np.random.SeedSequence(seed, spawn_key=(1,)).generate_state(self.starts)
        how = {"sigma": self.step, "bounds": np.tile([0.0, 1.0], (dimensions, 1))}
        how["population_size"] = self.population
        pairs = zip(means, seeds, strict=True)
        return [cmaes.CMA(mean=mean, seed=int(own), **how) for mean, own in pairs]


def _better_half(starts: list[int], trace: pd.DataFrame) -> list[int]:
    """Return the half of the starts (rounded up) whose last generations have the lowest medians."""
    medians = {}
    for start in starts:
        own = trace[trace["start"] == start]
        medians[start] = own.loc[own["generation"] == own["generation"].max(), "score"].median()
    ranked = sorted(starts, key=lambda start: (medians[start], start))
    return sorted(ranked[: (len(starts) + 1) // 2])


def winners(trace: pd.DataFrame) -> pd.DataFrame:
    """Return two candidates of each start of an evolution that was not given up.

    Parameters
    ----------
    trace : pandas.DataFrame
        What :meth:`Evolution.run` returned.

    Returns
    -------
    pandas.DataFrame
        Rows of the trace: the centres of the last distributions, then the best point of each start.

    Examples
    --------
    >>> rows = {"start": [0, 0, 0], "centre": [False, False, True], "score": [3.0, 2.0, 2.5]}
    >>> winners(pd.DataFrame(rows))["score"].tolist()
    [2.5, 2.0]
    """
    points = trace[~trace["centre"] & trace["start"].isin(trace.loc[trace["centre"], "start"])]
    best = points.loc[points.groupby("start")["score"].idxmin()]
    return pd.concat([trace[trace["centre"]], best], ignore_index=True)
