"""Searches: where in the space of parameters runs come near what was observed."""

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate as Evaluate
from defection.batch_runs.execution.evaluation import MemoryEvaluation
from defection.batch_runs.searches.clusters import groups, line_scan, regions
from defection.batch_runs.searches.evolution import Evolution, winners
from defection.batch_runs.searches.paper_search import PaperSearch
from defection.batch_runs.searches.region import Region
from defection.batch_runs.searches.rescoring import noise_floor, rescored
from defection.batch_runs.searches.run import run_search, typical_run
from defection.batch_runs.searches.screen import Screen, best
from defection.batch_runs.searches.space import search_space
from defection.batch_runs.searches.staged import Staged
from defection.batch_runs.store.results import SearchResults as SearchResults
from defection.batch_runs.store.results import open_runs as open_runs
from defection.batch_runs.store.results import open_search
from defection.batch_runs.store.task import run_seed

__all__ = [
    "Evolution", "MemoryEvaluation", "PaperSearch", "Region", "Screen", "SearchError", "Staged",
    "best", "groups", "line_scan", "noise_floor", "open_search", "regions", "rescored",
    "run_search", "run_seed", "search_space", "typical_run", "winners",
]  # fmt: skip
