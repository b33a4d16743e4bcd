"""Scores: how far runs are from observed yearly flows; lower is better."""

from defection.batch_runs.scores.distance import Distance, ScoreError
from defection.batch_runs.scores.likelihood import Likelihood, NegativeBinomial
from defection.batch_runs.scores.objective import Objective
from defection.batch_runs.scores.registry import DISTANCES, distance
from defection.batch_runs.scores.root_scale import LogScale, RootScale
from defection.batch_runs.scores.target import Target, TargetError
from defection.batch_runs.scores.vertical import Vertical

__all__ = [
    "DISTANCES", "Distance", "Likelihood", "LogScale", "NegativeBinomial", "Objective",
    "RootScale", "ScoreError", "Target", "TargetError", "Vertical", "distance",
]  # fmt: skip
