"""Scores: how far runs are from a record of yearly flows; lower is better."""

from defection.batch_runs.scores.distance import Distance
from defection.batch_runs.scores.likelihood import Likelihood
from defection.batch_runs.scores.log_scale import LogScale
from defection.batch_runs.scores.objective import Objective
from defection.batch_runs.scores.registry import DISTANCES, distance
from defection.batch_runs.scores.root_scale import RootScale
from defection.batch_runs.scores.seen import ScoreError
from defection.batch_runs.scores.target import Target, TargetError
from defection.batch_runs.scores.vertical import Vertical

__all__ = [
    "DISTANCES",
    "Distance",
    "Likelihood",
    "LogScale",
    "Objective",
    "RootScale",
    "ScoreError",
    "Target",
    "TargetError",
    "Vertical",
    "distance",
]
