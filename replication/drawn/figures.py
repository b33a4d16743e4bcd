"""Which figures belong to which finding."""

from __future__ import annotations

from collections.abc import Callable

from defection.replication import Finding
from defection.replication.drawn import (
    belief,
    best_runs,
    fall,
    follows,
    impacts,
    learning,
    ranking,
    record,
    who,
)
from defection.replication.drawn.drawn import Drawn

FIGURES: dict[str, Callable[[Finding], list[Drawn]]] = {
    "figure_1": record.figures,
    "figure_2": impacts.figures,
    "figure_4": belief.figures,
    "figure_5": best_runs.figures,
    "follows": follows.figures,
    "learning": learning.figures,
    "importance": ranking.figures,
    "fall": fall.figures,
    "women": who.women,
    "origins": who.origins,
}


def figures_of(finding: Finding) -> list[Drawn]:
    """Return the figures of a finding."""
    return FIGURES[finding.name](finding) if finding.name in FIGURES else []
