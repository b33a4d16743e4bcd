"""What an agent does in all news circles of its province at once."""

from __future__ import annotations

import math

import numpy as np

from defection import equations, rules, sharing
from defection.circle_draws import (
    CROSS,
    DECIDE,
    EACH_CATEGORY,
    LIKELY,
    becomes_known,
    candidate,
    candidates,
    fill_table,
    is_crowded,
    is_stopped,
    leaves,
    rate_of,
    room_for,
)  # fmt: skip
from defection.circle_sizes import people
from defection.circles import (
    ATTEMPTS,
    KNOWN,
    KNOWN_STOPPED,
    PASSED,
    PASSED_STOPPED,
    STOPPED,
    Circles,
)  # fmt: skip
from defection.compiled import allocating, compiled
from defection.streams import hashed_uniform


@allocating
def draw_candidates(c: Circles, here: int, cutoffs: np.ndarray) -> None:
    """Draw the candidates of all circles of a province, of whose categories these are the cut-offs.

    What they were is kept in ``c.leavers``; nobody of them attempts to leave yet.
    """
    size, count, who = c.order.size, c.edges.shape[1] - 1, c.leavers
    table, bits, factors = np.empty((size, 3)), np.empty(size, np.int64), np.empty(size)
    cumulative = np.empty(room_for(size))
    with_logs = np.empty((3, here + 1, size))
    for category in range(size):
        x = min(max(cutoffs[category], 1e-300), 1.0 - 1e-16)
        with_logs[0, here, category] = x
        with_logs[1, here, category], with_logs[2, here, category] = math.log(x), math.log1p(-x)
    who.first[here] = n = who.noted[0]
    for at in range(here * count, (here + 1) * count):
        c.crowded[at] = 0
        circle = at - here * count
        if c.edges[here, circle + 1] <= c.edges[here, circle]:
            continue
        alpha, beta = c.rows[at].belief_alpha, c.rows[at].belief_beta
        expected = fill_table(
            cumulative, table, bits, bits.view(np.float64), factors, with_logs, here, c.most,
            c.order, alpha, beta,
        )  # fmt: skip
        c.crowded[at] = is_crowded(expected)
        for number in range(0 if c.crowded[at] else candidates(c.words[at], expected)):
            place, person, excess = candidate(c.words[at], number, cumulative, table, c.most[here])
            who.circle[n], who.place[n], who.number[n] = at, place, number
            who.person[n], who.excess[n], who.people[n] = person, excess, 0
            n += 1
    who.noted[0] = who.end[here] = n
    c.attempts[here * count : (here + 1) * count] = 0


@compiled
def decide_in_circles(
    cutoff: float, c: Circles, here: int, category: int, population: int,
    parts: np.ndarray, index: int,
) -> int:  # fmt: skip
    """Let one category decide in every circle of its province; return all its attempts.

    Its ``parts`` of the ``population`` are as ``dated_shares.fill_edges`` says, ``index`` is its
    position among all categories; its attempts by circle are noted.
    """
    count, who, total = c.edges.shape[1] - 1, c.leavers, 0
    for n in range(who.first[here], who.end[here]):
        at = who.circle[n]
        if c.order[who.place[n]] != category:
            continue
        heads = people(population, parts, index, c.edges, here, at - here * count)
        chance = equations.defection_probability(
            cutoff, c.rows[at].belief_alpha, c.rows[at].belief_beta
        )
        who.people[n] = who.person[n] < heads and leaves(
            who.excess[n], rate_of(min(chance, LIKELY))
        )
        for before in range(who.first[here], n):
            same = who.circle[before] == at and who.place[before] == who.place[n]
            if same and who.person[before] == who.person[n] and who.people[before] > 0:
                who.people[n] = 0
        if who.people[n] > 0:
            c.attempts[at, category] += 1
            total += 1
    for circle in range(count):
        at = here * count + circle
        if c.crowded[at] > 0:
            place = place_of(c, category)
            heads = people(population, parts, index, c.edges, here, circle)
            uniform = hashed_uniform(c.words[at], DECIDE + EACH_CATEGORY * place)
            row = c.rows[at]
            mine = rules.decide(uniform, heads, cutoff, row.belief_alpha, row.belief_beta)
            c.attempts[at, category] = mine
            total += mine
    return total


@compiled
def place_of(c: Circles, category: int) -> int:
    """Return the place of a category in the order."""
    place = 0
    while c.order[place] != category:
        place += 1
    return place


@compiled
def forget_leavers(c: Circles, here: int, category: int) -> None:
    """Let none of a category attempt to leave this week."""
    who, count = c.leavers, c.edges.shape[1] - 1
    c.attempts[here * count : (here + 1) * count, category] = 0
    for n in range(who.first[here], who.end[here]):
        if c.order[who.place[n]] == category:
            who.people[n] = 0


@compiled
def stop_candidates(provinces: np.ndarray, c: Circles, here: int) -> None:
    """Stop candidates who attempt to leave, with the province's repression."""
    who = c.leavers
    for n in range(who.first[here], who.end[here]):
        at = who.circle[n]
        if who.people[n] > 0:
            stopped = is_stopped(c.words[at], who.number[n], provinces[here].repression)
            who.free[n] = not stopped
            c.flows[STOPPED, at] += stopped


@compiled
def hear_of_candidates(in_force: np.ndarray, c: Circles, here: int) -> None:
    """Let their attempts become known in their circle."""
    who, known = c.leavers, in_force[here].observation_probability
    for n in range(who.first[here], who.end[here]):
        at = who.circle[n]
        if who.people[n] > 0 and becomes_known(c.words[at], who.number[n], known):
            c.flows[KNOWN, at] += 1
            c.flows[KNOWN_STOPPED, at] += 1 - who.free[n]


@compiled
def count_attempts(c: Circles, here: int) -> None:
    """Add up the attempts that the categories of a province made in each of its circles."""
    count = c.edges.shape[1] - 1
    for at in range(here * count, (here + 1) * count):
        c.flows[ATTEMPTS, at] = c.attempts[at].sum()


@compiled
def show_flows(provinces: np.ndarray, c: Circles, here: int) -> None:
    """Set the flows of a province's circles in their rows, where people look for them."""
    count = c.edges.shape[1] - 1
    for at in range(here * count, (here + 1) * count):
        row, flows = c.rows[at], c.flows[:, at]
        row.repression, row.attempts, row.stopped = (
            provinces[here].repression, flows[ATTEMPTS], flows[STOPPED]
        )  # fmt: skip
        row.successes = flows[ATTEMPTS] - flows[STOPPED]
        row.known_attempts, row.known_stopped = flows[KNOWN], flows[KNOWN_STOPPED]
        row.passed_attempts, row.passed_stopped = flows[PASSED], flows[PASSED_STOPPED]


@compiled
def cross_from_circles(c: Circles, here: int, crossed: np.ndarray) -> None:
    """Share out the stopped of each circle of a province; count who crosses by category, [C]."""
    count, who = c.edges.shape[1] - 1, c.leavers
    crossed[:] = 0
    for n in range(who.first[here], who.end[here]):
        if who.people[n] > 0:
            crossed[c.order[who.place[n]]] += who.free[n]
    for at in range(here * count, (here + 1) * count):
        attempts = c.flows[ATTEMPTS, at]
        free = attempts - c.flows[STOPPED, at]
        for place in range(c.order.size if c.crowded[at] > 0 else 0):
            mine = c.attempts[at, c.order[place]]
            if mine > 0:
                uniform = hashed_uniform(c.words[at], CROSS + EACH_CATEGORY * place)
                out = sharing.crossed(uniform, mine, attempts, free)
                attempts, free = attempts - mine, free - out
                crossed[c.order[place]] += out


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
