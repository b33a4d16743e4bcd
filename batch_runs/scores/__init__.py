"""Scores: how far runs are from observed yearly flows; lower is better."""

from defection.batch_runs.scores.distance import Distance, ScoreError
from defection.batch_runs.scores.likelihood import NegativeBinomial
from defection.batch_runs.scores.objective import Objective
from defection.batch_runs.scores.registry import DISTANCES, distance
from defection.batch_runs.scores.root_scale import RootScale
from defection.batch_runs.scores.target import Target, TargetError

__all__ = [
    "DISTANCES", "Distance", "NegativeBinomial", "Objective", "RootScale", "ScoreError", "Target",
    "TargetError", "distance",
]  # fmt: skip
