"""Inference: which parameters observed counts leave possible, and whether to trust the answer."""

from defection.batch_runs.inference.abc_smc import SequentialMonteCarlo
from defection.batch_runs.inference.coordinates import FirstWeek
from defection.batch_runs.inference.pairs import Pairs, PosteriorError
from defection.batch_runs.inference.particles import sample_posterior
from defection.batch_runs.inference.regression import adjusted, train
from defection.batch_runs.inference.simulation import Simulator, pairs_from_space
from defection.batch_runs.scores.likelihood import NegativeBinomial

__all__ = [
    "FirstWeek", "NegativeBinomial", "Pairs", "PosteriorError", "SequentialMonteCarlo", "Simulator",
    "adjusted", "pairs_from_space", "sample_posterior", "train",
]  # fmt: skip
