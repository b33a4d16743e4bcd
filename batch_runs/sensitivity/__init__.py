"""Sensitivity: which parameters matter for what, by methods that return the same tidy table."""

from defection.batch_runs.sensitivity.from_results import ranking
from defection.batch_runs.sensitivity.methods import METHODS, rank
from defection.batch_runs.sensitivity.outcomes import OUTCOMES
from defection.batch_runs.sensitivity.table import COLUMNS, ImportanceError
from defection.extras import MissingExtraError

__all__ = [
    "COLUMNS", "METHODS", "OUTCOMES", "ImportanceError", "MissingExtraError", "rank", "ranking",
]  # fmt: skip
