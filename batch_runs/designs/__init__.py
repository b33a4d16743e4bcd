"""Designs: which points of the parameters a sweep runs, one design a file."""

from __future__ import annotations

from defection.batch_runs.designs.grid import Grid
from defection.batch_runs.designs.latin_hypercube import LatinHypercube
from defection.batch_runs.designs.one_at_a_time import OneAtATime
from defection.batch_runs.designs.points import Points
from defection.batch_runs.designs.random_points import Random
from defection.batch_runs.designs.sobol import Sobol
from defection.batch_runs.designs.space import Fixed as Fixed
from defection.batch_runs.designs.space import Listed as Listed
from defection.batch_runs.designs.space import Range as Range
from defection.batch_runs.designs.space import Space
from defection.batch_runs.designs.space import levels as levels
from defection.batch_runs.errors import DesignError

Design = Grid | Points | Random | LatinHypercube | Sobol | OneAtATime

DESIGNS: dict[str, type[Design]] = {
    one.kind: one for one in list(vars().values()) if isinstance(one, type) and hasattr(one, "kind")
}
"""Every design that is imported above, by the name that a design file gives it."""

__all__ = ["DESIGNS", "Design", "DesignError", "Space"]
