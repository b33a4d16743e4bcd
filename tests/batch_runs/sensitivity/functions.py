"""Functions whose indices are known, as if they were the model: sample without runs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.sample import Sample

ISHIGAMI = ("x1", "x2", "x3")
A, B = 7.0, 0.1
VARIANCE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
FIRST = np.array([0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 0.0]) / VARIANCE
TOTAL = FIRST + np.array([1.0, 0.0, 1.0]) * B**2 * np.pi**8 * 8 / 225 / VARIANCE
"""Ishigami & Homma (1990), closed forms."""


def ishigami(unit):
    x = np.pi * (2 * unit[:, :3] - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def sample(unit, names, values, point=None):
    return Sample(
        tuple(names),
        unit,
        np.arange(len(unit)) if point is None else point,
        pd.DataFrame({"y": values}),
    )


def by_name(table, method=None):
    part = table if method is None else table[table["method"] == method]
    return part.set_index("parameter")
