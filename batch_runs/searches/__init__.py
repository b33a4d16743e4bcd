"""Searches: where in the space of parameters runs come near a record."""

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import (
    Evaluate,
    MemoryEvaluation,
    ResumedEvaluation,
)
from defection.batch_runs.inference.abc_smc import SequentialMonteCarlo, effective_size
from defection.batch_runs.inference.adjustment import adjusted
from defection.batch_runs.searches.clusters import groups, indistinguishable, passages, regions
from defection.batch_runs.searches.evolution import Evolution, winners
from defection.batch_runs.searches.paper_walk import PaperWalk
from defection.batch_runs.searches.regions import Region
from defection.batch_runs.searches.rescoring import noise_floor, rescored
from defection.batch_runs.searches.run import parameters_of, run_search
from defection.batch_runs.searches.screen import Screen, best, fates
from defection.batch_runs.searches.space import search_space
from defection.batch_runs.searches.staged import Staged, outcome
from defection.batch_runs.store.results import SearchResults, open_runs, open_search
from defection.batch_runs.store.task import run_seed

__all__ = [
    "Evaluate",
    "Evolution",
    "MemoryEvaluation",
    "PaperWalk",
    "Region",
    "ResumedEvaluation",
    "Screen",
    "SearchError",
    "SearchResults",
    "SequentialMonteCarlo",
    "Staged",
    "adjusted",
    "best",
    "effective_size",
    "fates",
    "groups",
    "indistinguishable",
    "noise_floor",
    "open_runs",
    "open_search",
    "outcome",
    "parameters_of",
    "passages",
    "regions",
    "rescored",
    "run_search",
    "run_seed",
    "search_space",
    "winners",
]
