"""What an agent does in all news circles of its province at once."""

from __future__ import annotations

import numpy as np

from defection import equations, rules
from defection.circles import Circles, people, uniform_to_cross, uniform_to_decide
from defection.compiled import compiled
from defection.streams import UNIT


@compiled
def decide_in_circles(
    cutoff: float, c: Circles, here: int, category: int, population: int,
    parts: np.ndarray, index: int,
) -> int:  # fmt: skip
    """Let one category decide in every circle of its province; return all its attempts.

    Its ``parts`` of the ``population`` are as ``dated_shares.fill_edges`` says, ``index`` is its
    position among all categories; its attempts by circle are noted.
    """
    count, size, total = c.edges.shape[1] - 1, c.attempts.shape[1], 0
    for circle in range(count):
        at = here * count + circle
        heads = people(population, parts, index, c.edges, here, circle)
        uniform = uniform_to_decide(c.words, at * size + category) * UNIT
        row = c.rows[at]
        mine = rules.decide(uniform, heads, cutoff, row.belief_alpha, row.belief_beta)
        c.attempts[at, category] = mine
        total += mine
    return total


@compiled
def count_attempts(c: Circles, here: int) -> None:
    """Add up the attempts that the categories of a province made in each of its circles."""
    count = c.edges.shape[1] - 1
    for at in range(here * count, (here + 1) * count):
        c.rows[at].attempts = c.attempts[at].sum()


@compiled
def cross_from_circles(c: Circles, here: int, crossed: np.ndarray) -> None:
    """Share out the stopped of each circle of a province; count who crosses by category, [C]."""
    count, size = c.edges.shape[1] - 1, c.attempts.shape[1]
    crossed[:] = 0
    for at in range(here * count, (here + 1) * count):
        attempts, free = c.rows[at].attempts, c.rows[at].successes
        for category in range(size):
            mine = c.attempts[at, category]
            if mine > 0:
                uniform = uniform_to_cross(c.words, at * size + category) * UNIT
                out = rules.crossed(uniform, mine, attempts, free)
                attempts, free = attempts - mine, free - out
                crossed[category] += out


@compiled
def mean_probability(
    cutoff: float, c: Circles, here: int, population: int, parts: np.ndarray, index: int
) -> float:
    """Return the probability that one of a category attempts to leave, over all its circles."""
    count, expected, total = c.edges.shape[1] - 1, 0.0, 0
    for circle in range(count):
        row = c.rows[here * count + circle]
        mine = people(population, parts, index, c.edges, here, circle)
        probability = equations.defection_probability(cutoff, row.belief_alpha, row.belief_beta)
        expected += mine * probability
        total += mine
    return expected / total if total > 0 else 0.0
