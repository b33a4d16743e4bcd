"""Importance: which parameters matter for what, by several methods that return the same tidy table."""

from defection.batch_runs.importance.appendix import appendix, rank_correlation
from defection.batch_runs.importance.design import Design
from defection.batch_runs.importance.evidence import Evidence
from defection.batch_runs.importance.extras import MissingExtraError
from defection.batch_runs.importance.methods import METHODS, rank
from defection.batch_runs.importance.outcomes import OUTCOMES, Outcome, outcomes
from defection.batch_runs.importance.table import COLUMNS, ImportanceError, joined

__all__ = [
    "COLUMNS",
    "METHODS",
    "OUTCOMES",
    "Design",
    "Evidence",
    "ImportanceError",
    "MissingExtraError",
    "Outcome",
    "appendix",
    "joined",
    "outcomes",
    "rank",
    "rank_correlation",
]
