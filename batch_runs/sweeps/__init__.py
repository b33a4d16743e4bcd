"""Sweeps: many points of the parameters, run so that nothing is lost."""
