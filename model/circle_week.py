"""A week in news circles, for arrays: who decides, is stopped, hears and crosses.

Many circles share a belief, of which :mod:`defection.circle_pages` keeps what is worked out once.
"""

from __future__ import annotations

import numpy as np

from defection import circle_sizes, circles, equations, sharing
from defection.arrays import CountryArrays, Scratch
from defection.circle_draws import (
    CROSS,
    DECIDE,
    EACH_CATEGORY,
    EXACT,
    LEAST,
    LIKELY,
    MOST_CANDIDATES,
    becomes_known,
    candidate,
    is_stopped,
    leaves,
    next_term,
    rate_of,
)  # fmt: skip
from defection.circle_pages import CircleScratch, page_of
from defection.circle_sizes import people
from defection.circles import ATTEMPTS, KNOWN, KNOWN_STOPPED, STOPPED
from defection.compiled import inlined
from defection.journey.data import JourneyArrays
from defection.journey.move import Travellers
from defection.measures import WEEKS_PER_YEAR
from defection.streams import first_uniform, hashed_uniform


@inlined
def begin(s: Scratch, q: CircleScratch, count: int, setting: int, county_edges: np.ndarray) -> None:
    """Set the circles of a run, and their first belief."""
    c = q.circles
    circle_sizes.fill_edges(c.edges, setting, county_edges)
    for here in range(s.provinces.size):
        circles.begin(s.provinces, s.in_force, here, c, count)


@inlined
def candidates_decide(
    country: CountryArrays, s: Scratch, q: CircleScratch, here: int, at: int, count: int,
    page: int, week: int, member: np.ndarray, groups: np.ndarray, crosses: bool,
) -> None:  # fmt: skip
    """Let the candidates of a circle decide, be stopped, and become known.

    Who they are is noted where it is told who ``crosses``.
    """
    c, who, size = q.circles, q.circles.leavers, country.kinds.shape[1]
    cumulative, table = q.pages.cumulative[here, page], q.pages.tables[here, page]
    most, least, word = c.most[here], c.least[here], c.words[at]
    repression, known = s.provinces[here].repression, s.in_force[here].observation_probability
    first = n = who.noted[0]
    stopped = all_known = known_stopped = number = 0
    uniform, expected = first_uniform(word), cumulative[size - 1]
    term = reached = q.pages.nobody[here, page]
    while reached < uniform and number < MOST_CANDIDATES:
        place, person, excess = candidate(word, number, cumulative, table, most)
        term = next_term(term, expected, number)
        reached += term
        number += 1
        if not leaves(excess, table[place, LEAST]):
            if table[place, EXACT] < 0.0:
                s.counts[1] += 1
                alpha, beta = q.pages.beliefs[here, page]
                cutoff = s.cutoffs[0, here, c.order[place]]
                chance = equations.defection_probability(cutoff, alpha, beta)
                table[place, EXACT] = rate_of(min(chance, LIKELY))
            if not leaves(excess, table[place, EXACT]):
                continue
        if person >= least[place]:
            i, population = here * size + c.order[place], country.weekly_population[week]
            edges, circle = c.edges, at - here * count
            if person >= people(population, s.edges, i, edges, here, circle):
                continue
        person = person * size + place
        again = False
        for before in range(first, n):
            again |= who.person[before] == person
        if again:
            continue
        is_one = is_stopped(word, number - 1, repression)
        who.person[n] = person
        if crosses:
            who.circle[n], who.place[n], who.free[n] = at, place, not is_one
        n += 1
        stopped += is_one
        if becomes_known(word, number - 1, known):
            all_known += 1
            known_stopped += is_one
        for d in range(member.shape[0]):
            groups[week // WEEKS_PER_YEAR, member[d, here * size + c.order[place]]] += 1
    who.noted[0] = n
    s.counts[2] += number
    c.flows[ATTEMPTS, at], c.flows[STOPPED, at] = n - first, stopped
    c.flows[KNOWN, at], c.flows[KNOWN_STOPPED, at] = all_known, known_stopped


@inlined
def crowd_decides(
    country: CountryArrays, s: Scratch, q: CircleScratch, here: int, at: int, count: int,
    page: int, week: int, member: np.ndarray, groups: np.ndarray,
) -> None:  # fmt: skip
    """Let each category of a crowded circle decide."""
    c, size, total = q.circles, country.kinds.shape[1], 0
    for place in range(size):
        category = c.order[place]
        i = here * size + category
        uniform = hashed_uniform(c.words[at], DECIDE + EACH_CATEGORY * place)
        heads = people(
            country.weekly_population[week], s.edges, i, c.edges, here, at - here * count
        )
        known, kind = q.pages.chances[here, page], country.kinds[here, category]
        if known[kind] < 0.0:
            s.counts[1] += 1
            alpha, beta = q.pages.beliefs[here, page]
            known[kind] = equations.defection_probability(s.cutoffs[0, here, category], alpha, beta)
        leave = equations.drawn_attempts(uniform, heads, known[kind])
        s.counts[3] += 1
        if leave > 0:
            n = c.leavers.noted[0]
            c.leavers.circle[n], c.leavers.place[n] = at, place
            c.leavers.people[n] = leave
            c.leavers.noted[0] = n + 1
            total += leave
            for d in range(member.shape[0]):
                groups[week // WEEKS_PER_YEAR, member[d, i]] += leave
    c.crowded[at], c.flows[ATTEMPTS, at] = 1, total


@inlined
def decide(
    country: CountryArrays, s: Scratch, q: CircleScratch, count: int, week: int,
    member: np.ndarray, groups: np.ndarray, crosses: bool,
) -> None:  # fmt: skip
    """Draw the week's words, and let the people of every circle decide.

    Who they are is noted where it is told who ``crosses``.
    """
    pages, c = q.pages, q.circles
    circles.draw(s.streams, c, s.provinces.size * count)
    for here in range(s.provinces.size):
        c.leavers.first[here] = c.leavers.noted[0]
        for circle in range(count):
            at = here * count + circle
            uniform = first_uniform(c.words[at])
            if uniform <= c.nobody[at]:
                continue
            if c.edges[here, circle + 1] <= c.edges[here, circle]:
                c.nobody[at] = 1.0  # a province with fewer counties than another
                continue
            page = page_of(s, q, here, at)
            nobody = pages.nobody[here, page]
            if nobody < 0.0:
                crowd_decides(country, s, q, here, at, count, page, week, member, groups)
            elif uniform > nobody:
                candidates_decide(
                    country, s, q, here, at, count, page, week, member, groups, crosses
                )
        c.leavers.end[here] = c.leavers.noted[0]


@inlined
def repress(s: Scratch, q: CircleScratch, count: int) -> None:
    """Let every province stop attempts in its circles."""
    for here in range(s.provinces.size):
        circles.repress(s.provinces, here, q.circles, count)


@inlined
def hear(s: Scratch, q: CircleScratch, count: int, week: int, has_news: bool) -> None:
    """Let attempts become known in every circle."""
    for here in range(s.provinces.size):
        circles.hear(s.provinces, s.in_force, here, q.circles, count, week, has_news)


@inlined
def learn(
    s: Scratch, q: CircleScratch, count: int, known_attempts: np.ndarray,
    known_stopped: np.ndarray, near: np.ndarray, week: int,
) -> None:  # fmt: skip
    """Let the citizens of every circle learn from what became known there."""
    for here in range(s.provinces.size):
        circles.learn(
            s.provinces, s.in_force, here, q.circles, count, known_attempts, known_stopped, near,
            week, False,
        )  # fmt: skip


@inlined
def cross(
    q: CircleScratch, count: int, size: int, week: int, place_of: np.ndarray,
    crossings: np.ndarray, journey: JourneyArrays, t: Travellers,
) -> None:  # fmt: skip
    """Let those cross who were not stopped, in crowds by sharing out the stopped."""
    c, who, before = q.circles, q.circles.leavers, -1
    attempts = free = 0
    for n in range(who.noted[0]):
        at, place, out = who.circle[n], who.place[n], 0 + who.free[n]
        if c.crowded[at] > 0:
            if at != before:
                before, attempts = at, c.flows[ATTEMPTS, at]
                free = attempts - c.flows[STOPPED, at]
            uniform = hashed_uniform(c.words[at], CROSS + EACH_CATEGORY * place)
            mine = who.people[n]
            out = sharing.crossed(uniform, mine, attempts, free)
            attempts, free = attempts - mine, free - out
        i = at // count * size + c.order[place]
        if out > 0 and crossings.size > 0:
            crossings[week, place_of[i]] += out
        if out > 0 and journey.size > 0:
            t.arriving[journey.group[i]] += out
