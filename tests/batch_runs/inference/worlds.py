"""A world small enough to know its posterior: one parameter sets the level of all years, one its growth, one nothing."""

from __future__ import annotations

import numpy as np

from defection.batch_runs.inference import NegativeBinomial, Pairs

NAMES = ("level", "growth", "nothing")
YEARS = 6
NOISE = NegativeBinomial(size=10.0)


def successes(unit):
    """Return exp(3 + 4 level) a year, up to three times as many in the last, [n, years]."""
    year = np.linspace(0, 1, YEARS)
    return np.exp(3 + 4 * unit[:, :1] + np.log(3) * unit[:, 1:2] * year)


def pairs(count, seed):
    unit = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,))).random(
        (count, len(NAMES))
    )
    return Pairs(NAMES, unit, successes(unit), np.arange(count))


def exact(observed, *, steps=60):
    """Return the mean and the standard deviation of level and growth given counts, by a grid."""
    axis = (np.arange(steps) + 0.5) / steps
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    weight = NOISE.log_likelihood(observed, successes(grid))
    weight = np.exp(weight - weight.max())
    mean = weight @ grid / weight.sum()
    return mean, np.sqrt(weight @ (grid - mean) ** 2 / weight.sum())


def simulate(unit, seeds):
    """Run positions of the cube; in this world every run is sustained, and seeds do nothing."""
    return successes(unit), np.ones(len(unit), bool)
