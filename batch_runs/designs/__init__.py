"""Designs: which points of the parameters a sweep runs, one design a file."""

from defection.batch_runs.designs.axes import Fixed as Fixed
from defection.batch_runs.designs.axes import Listed as Listed
from defection.batch_runs.designs.axes import Range as Range
from defection.batch_runs.designs.axes import levels as levels
from defection.batch_runs.designs.design import DESIGNS
from defection.batch_runs.designs.design import Design as Design
from defection.batch_runs.designs.grid import Grid as Grid
from defection.batch_runs.designs.latin_hypercube import LatinHypercube as LatinHypercube
from defection.batch_runs.designs.one_at_a_time import OneAtATime as OneAtATime
from defection.batch_runs.designs.points import Points as Points
from defection.batch_runs.designs.random_points import Random as Random
from defection.batch_runs.designs.sobol import Sobol as Sobol
from defection.batch_runs.designs.space import Space
from defection.batch_runs.errors import DesignError

__all__ = ["DESIGNS", "DesignError", "Space"]
