"""The decisions of a week in news circles, for arrays: a way to be quick that changes no number.

Many circles share a belief, since it is the prior and two small counts. The rates by which
candidates are drawn, and exact probabilities, are therefore kept by province and belief (a *page*)
until the year or the parameters change.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from defection import circles, equations, rules
from defection.arrays import CountryArrays, Scratch, aligned
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
    fill_table,
    first_uniform,
    hashed_uniform,
    in_order,
    is_crowded,
    is_stopped,
    next_term,
    rate_of,
    room_for,
)  # fmt: skip
from defection.circles import Circles, new_circles
from defection.compiled import inlined
from defection.journey.data import JourneyArrays
from defection.journey.move import Travellers
from defection.measures import WEEKS_PER_YEAR

PAGES = 1024
"""Pages of a province; two beliefs that want the same one take turns."""


class Pages(NamedTuple):
    """What is kept of beliefs: P provinces, C categories in each, K kinds of them."""

    page: np.ndarray  # int64 [P, PAGES], of the belief that was last looked for at a place
    count: np.ndarray  # int64 [P], pages since the latest change
    beliefs: np.ndarray  # [P, PAGES, 2], α and β of a page
    filled: np.ndarray  # int64 [P, PAGES], when a page was filled: a number that grows
    own: np.ndarray  # int64 [P J], the page that a circle looked at
    looked: np.ndarray  # int64 [P J], when that had been filled
    now: np.ndarray  # int64 [2], the latest of these numbers; that of the latest change of all
    nobody: np.ndarray  # [P, PAGES], a uniform number up to which no candidate is drawn
    cumulative: np.ndarray  # [P, PAGES, room for C], by which candidates are drawn
    tables: np.ndarray  # [P, PAGES, C, 3], and decide
    chances: np.ndarray  # [P, PAGES, K], of an attempt, or -1 where not known yet; of crowds
    factors: np.ndarray  # [C]


class CircleScratch(NamedTuple):
    """Room for the circles of one run at a time."""

    circles: Circles
    pages: Pages


def new_circle_scratch(country: CountryArrays, weeks: int, settings: np.ndarray) -> CircleScratch:
    """Return room for runs of so many weeks with the settings ``news_circles``."""
    provinces, size = country.kinds.shape
    county_edges, kinds = country.county_edges, country.kind_ability.size
    count = max(circles.circle_count(int(one), county_edges) for one in [*settings, 1])
    several = bool((settings != 1).any())
    pages, here = PAGES if several else 0, country.kinds[0]
    order = in_order(country.kind_ability[here], country.kind_motivation[here])
    return CircleScratch(
        new_circles(np.ones((provinces, count + 1)), order, weeks * several),
        Pages(
            np.zeros((provinces, pages), np.int64),
            np.zeros(provinces, np.int64),
            np.zeros((provinces, pages, 2)),
            np.zeros((provinces, pages), np.int64),
            np.zeros(provinces * count, np.int64),
            np.zeros(provinces * count, np.int64),
            np.zeros(2, np.int64),
            np.zeros((provinces, pages)),
            aligned((provinces, pages, room_for(size))),
            aligned((provinces, pages, size, 3)),
            aligned((provinces, pages, kinds)),
            aligned((size,)),
        ),
    )


@inlined
def begin(s: Scratch, q: CircleScratch, count: int, setting: int, county_edges: np.ndarray) -> None:
    """Set the circles of a run, and their first belief."""
    c = q.circles
    circles.fill_edges(c.edges, setting, county_edges)
    for here in range(s.provinces.size):
        circles.begin(s.provinces, s.in_force, here, c, count)


@inlined
def change(country: CountryArrays, s: Scratch, q: CircleScratch, year: int) -> None:
    """Note that the utilities are others from now on, and how many people a circle has at most."""
    q.pages.now[0] += 1
    q.pages.now[1] = q.pages.now[0]
    q.pages.count[:] = 0
    q.circles.nobody[:] = -1.0
    smallest, largest = country.smallest_population[year], country.largest_population[year]
    circles.count_most(q.circles, smallest, largest, s.edges)


@inlined
def page_of(s: Scratch, q: CircleScratch, here: int, at: int) -> int:
    """Return the page of a circle's belief, which is filled where it was another's."""
    pages, page = q.pages, q.pages.own[at]
    if q.circles.nobody[at] >= 0.0 and pages.looked[at] == pages.filled[here, page]:
        return page
    row = q.circles.rows[at]
    alpha, beta = row.belief_alpha, row.belief_beta
    place = (37 * row.remembered_stopped + 5 * row.remembered_attempts) % PAGES
    page = pages.page[here, place]
    is_own = page < pages.count[here] and pages.filled[here, page] > pages.now[1]
    belief = pages.beliefs[here, page]
    if not is_own or belief[0] != alpha or belief[1] != beta:
        if pages.count[here] < PAGES:
            page = pages.count[here]
            pages.count[here] += 1
        pages.page[here, place] = page
        pages.beliefs[here, page, 0], pages.beliefs[here, page, 1] = alpha, beta
        pages.now[0] += 1
        pages.filled[here, page] = pages.now[0]
        fill_page(s, q, here, page)
        s.counts[0] += 1
    q.circles.nobody[at] = pages.nobody[here, page]
    pages.own[at], pages.looked[at] = page, pages.filled[here, page]
    return page


@inlined
def fill_page(s: Scratch, q: CircleScratch, here: int, page: int) -> None:
    """Set by which rates candidates are drawn, and when there are none."""
    pages, c = q.pages, q.circles
    alpha, beta = pages.beliefs[here, page]
    expected = fill_table(
        pages.cumulative[here, page], pages.tables[here, page], s.bits, s.values, pages.factors,
        s.cutoffs, here, c.most, c.order, alpha, beta,
    )  # fmt: skip
    pages.nobody[here, page] = math.exp(-expected)
    if is_crowded(expected):
        pages.nobody[here, page] = -1.0
        pages.chances[here, page, :] = -1.0


@inlined
def candidates_decide(
    country: CountryArrays, s: Scratch, q: CircleScratch, here: int, at: int, count: int,
    page: int, week: int, member: np.ndarray, groups: np.ndarray,
) -> None:  # fmt: skip
    """Let the candidates of a circle decide, be stopped, and become known."""
    c, who, size = q.circles, q.circles.leavers, country.kinds.shape[1]
    cumulative, table = q.pages.cumulative[here, page], q.pages.tables[here, page]
    most, least, word = c.most[here], c.least[here], c.words[at]
    repression, known = s.provinces[here].repression, s.in_force[here].observation_probability
    first = n = who.count[0]
    stopped = all_known = known_stopped = number = 0
    uniform, expected = first_uniform(word), cumulative[size - 1]
    term = reached = q.pages.nobody[here, page]
    while reached < uniform and number < MOST_CANDIDATES:
        place, person, excess = candidate(word, number, cumulative, table, most)
        term = next_term(term, expected, number)
        reached += term
        number += 1
        if not rules.leaves(excess, table[place, LEAST]):
            if table[place, EXACT] < 0.0:
                s.counts[1] += 1
                alpha, beta = q.pages.beliefs[here, page]
                cutoff = s.cutoffs[0, here, c.order[place]]
                chance = equations.defection_probability(cutoff, alpha, beta)
                table[place, EXACT] = rate_of(min(chance, LIKELY))
            if not rules.leaves(excess, table[place, EXACT]):
                continue
        if person >= least[place]:
            i, population = here * size + c.order[place], country.weekly_population[week]
            edges, circle = c.edges, at - here * count
            if person >= circles.people(population, s.edges, i, edges, here, circle):
                continue
        person = person * size + place
        again = False
        for before in range(first, n):
            again |= who.person[before] == person
        if again:
            continue
        is_one = is_stopped(word, number - 1, repression)
        who.circle[n], who.place[n] = at, place
        who.person[n], who.free[n] = person, not is_one
        n += 1
        stopped += is_one
        if becomes_known(word, number - 1, known):
            all_known += 1
            known_stopped += is_one
        for d in range(member.shape[0]):
            groups[week // WEEKS_PER_YEAR, member[d, here * size + c.order[place]]] += 1
    who.count[0] = n
    s.counts[2] += number
    c.flows[circles.ATTEMPTS, at], c.flows[circles.STOPPED, at] = n - first, stopped
    c.flows[circles.KNOWN, at], c.flows[circles.KNOWN_STOPPED, at] = all_known, known_stopped


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
        heads = circles.people(
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
            n = c.leavers.count[0]
            c.leavers.circle[n], c.leavers.place[n] = at, place
            c.leavers.people[n] = leave
            c.leavers.count[0] = n + 1
            total += leave
            for d in range(member.shape[0]):
                groups[week // WEEKS_PER_YEAR, member[d, i]] += leave
    c.crowded[at], c.flows[circles.ATTEMPTS, at] = 1, total


@inlined
def decide(
    country: CountryArrays, s: Scratch, q: CircleScratch, count: int, week: int,
    member: np.ndarray, groups: np.ndarray,
) -> None:  # fmt: skip
    """Draw the week's words, and let the people of every circle decide."""
    pages, c = q.pages, q.circles
    circles.draw(s.streams, c, s.provinces.size * count)
    for here in range(s.provinces.size):
        c.leavers.first[here] = c.leavers.count[0]
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
                candidates_decide(country, s, q, here, at, count, page, week, member, groups)
        c.leavers.end[here] = c.leavers.count[0]


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
    q: CircleScratch, count: int, size: int, week: int, crossings: np.ndarray,
    journey: JourneyArrays, t: Travellers,
) -> None:  # fmt: skip
    """Let those cross who were not stopped, in crowds by sharing out the stopped."""
    c, who, before = q.circles, q.circles.leavers, -1
    attempts = free = 0
    for n in range(who.count[0]):
        at, place, out = who.circle[n], who.place[n], np.int64(who.free[n])
        if c.crowded[at] > 0:
            if at != before:
                before, attempts = at, c.flows[circles.ATTEMPTS, at]
                free = attempts - c.flows[circles.STOPPED, at]
            uniform = hashed_uniform(c.words[at], CROSS + EACH_CATEGORY * place)
            mine = who.people[n]
            out = rules.crossed(uniform, mine, attempts, free)
            attempts, free = attempts - mine, free - out
        i = at // count * size + c.order[place]
        if out > 0 and crossings.size > 0:
            crossings[week, i] += out
        if out > 0 and journey.size > 0:
            t.arriving[journey.group[i]] += out
