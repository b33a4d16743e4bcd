"""Designs: which points of the parameters a sweep runs."""

from defection.batch_runs.designs.space import DesignError, Fixed, Listed, Range, Space, levels

__all__ = ["DesignError", "Fixed", "Listed", "Range", "Space", "levels"]
