"""The findings of the paper beside ours: what was said, what is found here, and a verdict by a written rule."""

from __future__ import annotations

from collections.abc import Callable

from defection.replication import decline as fall
from defection.replication import errata as slips
from defection.replication import figures as pictures
from defection.replication import fit as follows
from defection.replication import importance as ranking
from defection.replication import learning, mechanisms, origins, readings, statements
from defection.replication import paper_search as walk
from defection.replication import uniqueness as other_regions
from defection.replication import who_leaves as women
from defection.replication.finding import NOT, REPRODUCED, SHOWN, UNDECIDED, Finding
from defection.replication.runs import Evidence

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
