"""Posteriors: which parameters a record leaves possible, and whether such answers can be trusted."""

from defection.batch_runs.inference.calibration import (
    band,
    calibration,
    coverage,
    draws_for,
    ecdf,
    ranks,
)
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import Pairs
from defection.batch_runs.inference.posterior import Posterior
from defection.batch_runs.inference.predictive import band_coverage, bands, predicted
from defection.batch_runs.inference.recovery import recovery, synthetic

__all__ = [
    "NegativeBinomial",
    "Pairs",
    "Posterior",
    "PosteriorError",
    "band",
    "band_coverage",
    "bands",
    "calibration",
    "coverage",
    "draws_for",
    "ecdf",
    "predicted",
    "ranks",
    "recovery",
    "synthetic",
]
