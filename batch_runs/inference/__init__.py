"""Inference: which parameters observed counts leave possible, and whether to trust the answer."""

from defection.batch_runs.inference.abc_smc import SequentialMonteCarlo, effective_sample_size
from defection.batch_runs.inference.calibration import (
    band,
    calibration,
    coverage,
    draws_for,
    ecdf,
    ranks,
    recovery,
    synthetic,
)
from defection.batch_runs.inference.coordinates import FirstWeek, LogOdds
from defection.batch_runs.inference.pairs import Pairs
from defection.batch_runs.inference.particles import sample_posterior
from defection.batch_runs.inference.posterior import Posterior, PosteriorError
from defection.batch_runs.inference.predictive import band_coverage, bands, predicted
from defection.batch_runs.inference.regression import adjusted, train
from defection.batch_runs.inference.simulation import Simulator, pairs_from_space
from defection.batch_runs.scores.likelihood import NegativeBinomial

__all__ = [
    "FirstWeek", "LogOdds", "NegativeBinomial", "Pairs", "Posterior", "PosteriorError",
    "SequentialMonteCarlo", "Simulator", "adjusted", "band", "band_coverage", "bands",
    "calibration", "coverage", "draws_for", "ecdf", "effective_sample_size", "pairs_from_space",
    "predicted", "ranks", "recovery", "sample_posterior", "synthetic", "train",
]  # fmt: skip
