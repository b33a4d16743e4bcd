"""The findings of the paper beside ours: what was said, what is found here, and a verdict by a written rule."""

from __future__ import annotations

from collections.abc import Callable

from defection.batch_runs.findings import (
    fall,
    follows,
    learning,
    mechanisms,
    origins,
    other_regions,
    pictures,
    ranking,
    readings,
    slips,
    statements,
    walk,
    women,
)
from defection.batch_runs.findings.evidence import Evidence
from defection.batch_runs.findings.finding import NOT, REPRODUCED, SHOWN, UNDECIDED, Finding

__all__ = ["NOT", "REPRODUCED", "SHOWN", "UNDECIDED", "Evidence", "Finding", "every"]

SECTIONS: tuple[Callable[[Evidence], Finding], ...] = (
    pictures.figure_1, pictures.figure_2, pictures.figure_4, pictures.figure_5, statements.finding, follows.finding, learning.finding,
    mechanisms.finding, other_regions.finding, walk.finding, readings.finding, ranking.finding, fall.finding, women.finding,
    origins.finding, slips.finding,
)  # fmt: skip
"""In the order of the page."""


def every(evidence: Evidence) -> list[Finding]:
    """Return all findings; runs are made as they are needed."""
    return [section(evidence) for section in SECTIONS]
