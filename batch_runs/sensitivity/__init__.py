"""Sensitivity: which parameters matter for what, by methods that return the same tidy table."""

from defection.batch_runs.sensitivity.from_results import ranking
from defection.batch_runs.sensitivity.methods import METHODS, rank
from defection.batch_runs.sensitivity.ordered_design import Design
from defection.batch_runs.sensitivity.outcomes import OUTCOMES, Outcome, outcomes
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import COLUMNS, ImportanceError, joined
from defection.extras import MissingExtraError

__all__ = [
    "COLUMNS", "METHODS", "OUTCOMES", "Design", "ImportanceError", "MissingExtraError", "Outcome",
    "Sample", "joined", "outcomes", "rank", "ranking",
]  # fmt: skip
