"""Posteriors: which parameters a record leaves possible, and whether such answers can be trusted."""

from defection.batch_runs.posteriors.calibration import band, calibration, coverage, draws_for, ecdf, ranks
from defection.batch_runs.posteriors.errors import PosteriorError
from defection.batch_runs.posteriors.observation import NegativeBinomial
from defection.batch_runs.posteriors.pairs import Pairs
from defection.batch_runs.posteriors.posterior import Posterior
from defection.batch_runs.posteriors.predictive import band_coverage, bands, predicted
from defection.batch_runs.posteriors.recovery import recovery, synthetic

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
