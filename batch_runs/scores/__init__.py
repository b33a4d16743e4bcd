"""Scores: how far runs are from observed yearly flows; lower is better."""

from defection.batch_runs.scores.distance import Distance, ScoreError
from defection.batch_runs.scores.facts import Facts
from defection.batch_runs.scores.facts_null import smooth_curve
from defection.batch_runs.scores.facts_scores import FactsObjective, facts_table
from defection.batch_runs.scores.likelihood import NegativeBinomial
from defection.batch_runs.scores.objective import Objective
from defection.batch_runs.scores.registry import DISTANCES, distance
from defection.batch_runs.scores.root_scale import RootScale
from defection.batch_runs.scores.target import Target, TargetError

__all__ = [
    "DISTANCES", "Distance", "Facts", "FactsObjective", "NegativeBinomial", "Objective",
    "RootScale", "ScoreError", "Target", "TargetError", "distance", "facts_table", "smooth_curve",
]  # fmt: skip
