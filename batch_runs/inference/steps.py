"""Steps of Markov chains that learn their directions from one another (ter Braak 2006; Vrugt et al. 2009)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

SHORTEST, LONGEST = 0.02, 1.0
"""A step is along the difference between two other chains, by a share of it that is even in its logarithm."""

TOGETHER = np.array([0.25, 0.5, 1.0])
"""Shares of coordinates that a step changes; one of them is drawn for each."""

JITTER = 0.003
"""Standard deviation of what is added to a coordinate that a step changes."""


def halves(count: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Split chains at random into two halves and return who moves and by whose differences, twice: steps do not depend on who moves."""
    order = rng.permutation(count)
    one, other = order[: count // 2], order[count // 2 :]
    yield one, other
    yield other, one


def steps(others: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return steps of ``count`` chains, [count, d], as likely as their opposites, given where other chains are, [n, d]."""
    one, other = others[rng.integers(len(others), size=(2, count))]
    length = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST), count))[:, None]
    changed = rng.random(one.shape) < rng.choice(TOGETHER, count)[:, None]
    return np.where(changed, length * (one - other) + rng.normal(0.0, JITTER, one.shape), 0.0)
