"""Figures of runs and sweeps for print."""
