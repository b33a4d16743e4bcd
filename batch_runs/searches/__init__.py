"""Searches: where in the space of parameters runs come near what was observed."""

from defection.batch_runs.execution.evaluation import (
    Evaluate,
    MemoryEvaluation,
    SearchError,
    run_seed,
)
from defection.batch_runs.execution.journal import Replay
from defection.batch_runs.searches.clusters import groups, indistinguishable, line_scan, regions
from defection.batch_runs.searches.evolution import Evolution, winners
from defection.batch_runs.searches.paper_search import PaperSearch
from defection.batch_runs.searches.regions import Region
from defection.batch_runs.searches.rescoring import noise_floor, rescored
from defection.batch_runs.searches.run import parameters_of, run_search
from defection.batch_runs.searches.screen import Screen, best
from defection.batch_runs.searches.space import search_space
from defection.batch_runs.searches.staged import Staged
from defection.batch_runs.store.search_results import SearchResults, open_runs, open_search

__all__ = [
    "Evaluate", "Evolution", "MemoryEvaluation", "PaperSearch", "Region", "Replay", "Screen",
    "SearchError", "SearchResults", "Staged", "best", "groups", "indistinguishable", "line_scan",
    "noise_floor", "open_runs", "open_search", "parameters_of", "regions", "rescored", "run_search",
    "run_seed", "search_space", "winners",
]  # fmt: skip
