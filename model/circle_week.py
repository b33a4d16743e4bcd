"""The decisions of a week in news circles, for arrays: a way to be quick that changes no number.

Many circles share a belief, since it is the prior and two small counts. Thresholds and exact
probabilities are therefore kept by province and belief (a *page*) until the year or the parameters
change. The thresholds of a page are for the largest circle, so that they hold for all of them. What
reaches its threshold is settled by two sums of the binomial distribution, and what lies close to
one of these by the scalar function that the agents call.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from defection import circles, dated_shares, equations, rules
from defection.arrays import CountryArrays, Scratch, aligned
from defection.circles import Circles, new_circles
from defection.compiled import inlined
from defection.distributions import SUMMED_MEAN
from defection.journey.data import JourneyArrays
from defection.journey.move import Travellers
from defection.measures import WEEKS_PER_YEAR
from defection.streams import UNIT
from defection.thresholds import ROUNDING, exponential_bits

PAGES = 1024
"""Pages of a province; two beliefs that want the same one take turns."""

_BYTES = 8
"""Flags of categories that are looked at together."""


class Pages(NamedTuple):
    """What is kept of beliefs: P provinces, C categories in each, K kinds of them."""

    beliefs: np.ndarray  # [P, PAGES, 2], α and β
    versions: np.ndarray  # int64 [P, PAGES], for which of the utilities
    version: np.ndarray  # int64 [1], of the present utilities
    thresholds: np.ndarray  # uint16 [P, PAGES, C]: a head below means that nobody leaves
    probabilities: np.ndarray  # [P, PAGES, K], of an attempt, or -1 where not needed yet
    log_rests: np.ndarray  # [P, PAGES, K], ln(1 - P), where P is known
    bounds: np.ndarray  # [K]
    flags: np.ndarray  # uint8, one for each category and some more
    flag_words: np.ndarray  # the same memory as uint64
    circle: np.ndarray  # int64 [P J C], of those who attempt this week, in order
    category: np.ndarray  # int64 [P J C], theirs
    people: np.ndarray  # int64 [P J C], how many attempt
    noted: np.ndarray  # int64 [1], how many such pairs there are


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
    pages, pairs = PAGES if several else 0, provinces * count * size if several else 0
    flags = np.zeros(-(-size // _BYTES) * _BYTES, np.uint8)
    return CircleScratch(
        new_circles(np.ones((provinces, count + 1)), size if several else 0, weeks * several),
        Pages(
            np.zeros((provinces, pages, 2)),
            np.zeros((provinces, pages), np.int64),
            np.zeros(1, np.int64),
            aligned((provinces, pages, size), np.uint16),
            aligned((provinces, pages, kinds)),
            aligned((provinces, pages, kinds)),
            np.empty(kinds),
            flags,
            flags.view(np.uint64),
            np.empty(pairs, np.int64),
            np.empty(pairs, np.int64),
            np.empty(pairs, np.int64),
            np.zeros(1, np.int64),
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
def page_of(
    country: CountryArrays, s: Scratch, q: CircleScratch, here: int, at: int, year: int
) -> int:
    """Return the page of a circle's belief, which is set where it was another's."""
    row, pages = q.circles.rows[at], q.pages
    alpha, beta = row.belief_alpha, row.belief_beta
    page = (37 * row.remembered_stopped + 5 * row.remembered_attempts) % PAGES
    belief, version = pages.beliefs[here, page], pages.version[0]
    if belief[0] != alpha or belief[1] != beta or pages.versions[here, page] != version:
        belief[0], belief[1], pages.versions[here, page] = alpha, beta, version
        fill_page(country, s, q, here, page, year)
        s.counts[0] += 1
    return page


@inlined
def fill_page(
    country: CountryArrays, s: Scratch, q: CircleScratch, here: int, page: int, year: int
) -> None:
    """Set the heads below which nobody of a category leaves, in the largest circle."""
    pages, edges = q.pages, q.circles.edges
    alpha, beta = pages.beliefs[here, page]
    scale, widest = equations.belief_scale(alpha, beta), 0.0
    for circle in range(edges.shape[1] - 1):
        widest = max(widest, edges[here, circle + 1] - edges[here, circle])
    pages.probabilities[here, page, :] = -1.0
    pages.bounds[:] = -1.0
    for c in range(country.kinds.shape[1]):
        kind, i = country.kinds[here, c], here * country.kinds.shape[1] + c
        if pages.bounds[kind] < 0.0:
            z = equations.log_leading_factor(
                s.cutoffs[1, here, c], s.cutoffs[2, here, c], alpha, beta, scale
            )
            s.bits[0] = exponential_bits(z)
            tail = equations.series_bound(s.cutoffs[0, here, c], alpha, beta)
            pages.bounds[kind] = min(1.0, s.values[0] * tail)
        share = dated_shares.share(s.edges, i)
        most = math.ceil(country.largest_population[year] * share * widest) + 1.0
        most += s.edges[3, i] > s.edges[2, i]  # both parts are rounded
        certain = 1.0 - most * pages.bounds[kind] - 2e-15
        pages.thresholds[here, page, c] = np.uint16(max(0.0, certain) * 65536.0)


@inlined
def people_who_leave(
    country: CountryArrays, s: Scratch, q: CircleScratch, here: int, circle: int, c: int,
    page: int, uniform: float, population: int,
) -> int:  # fmt: skip
    """Return how many of a category of a circle attempt to leave."""
    pages, kind, i = q.pages, country.kinds[here, c], here * country.kinds.shape[1] + c
    known = pages.probabilities[here, page]
    if known[kind] < 0.0:
        alpha, beta = pages.beliefs[here, page]
        s.counts[1] += 1
        known[kind] = equations.defection_probability(s.cutoffs[0, here, c], alpha, beta)
        pages.log_rests[here, page, kind] = math.log1p(-min(0.75, known[kind]))
    probability = known[kind]
    s.counts[2] += 1
    people = circles.people(population, s.edges, i, q.circles.edges, here, circle)
    if probability <= 0.5 and people * probability < SUMMED_MEAN:
        nobody = math.exp(people * pages.log_rests[here, page, kind])
        if uniform < nobody - ROUNDING:
            return 0
        one = nobody * (1.0 + people * probability / (1.0 - probability))
        if nobody + ROUNDING < uniform < one - ROUNDING:
            return 1
    s.counts[3] += 1
    return equations.drawn_attempts(uniform, people, probability)


@inlined
def decide(
    country: CountryArrays, s: Scratch, q: CircleScratch, count: int, week: int,
    member: np.ndarray, groups: np.ndarray, has_news: bool,
) -> None:  # fmt: skip
    """Draw the week's numbers, and let the categories of every circle decide.

    Who attempts is noted in ``q.pages``.
    """
    size, year, pages = country.kinds.shape[1], week // WEEKS_PER_YEAR, q.pages
    population, noted = country.weekly_population[week], 0
    circles.draw(s.streams, q.circles, s.provinces.size * count, size, has_news)
    for here in range(s.provinces.size):
        for circle in range(count):
            at, total = here * count + circle, 0
            if q.circles.edges[here, circle + 1] <= q.circles.edges[here, circle]:
                q.circles.rows[at].attempts = 0
                continue  # a province with fewer counties than another
            page = page_of(country, s, q, here, at, year)
            thresholds, heads = pages.thresholds[here, page], q.circles.heads[at * size :]
            for c in range(size):
                pages.flags[c] = heads[c] >= thresholds[c]
            for word in range(pages.flag_words.size):
                if pages.flag_words[word] == 0:
                    continue
                for c in range(word * _BYTES, min(size, (word + 1) * _BYTES)):
                    if pages.flags[c] == 0:
                        continue
                    uniform = circles.uniform_to_decide(q.circles.words, at * size + c) * UNIT
                    people = people_who_leave(
                        country, s, q, here, circle, c, page, uniform, population
                    )
                    if people > 0:
                        total += people
                        pages.circle[noted], pages.category[noted] = at, c
                        pages.people[noted] = people
                        noted += 1
                        for d in range(member.shape[0]):
                            groups[year, member[d, here * size + c]] += people
            q.circles.rows[at].attempts = total
    pages.noted[0] = noted


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
            s.provinces,
            s.in_force,
            here,
            q.circles,
            count,
            known_attempts,
            known_stopped,
            near,
            week,
        )


@inlined
def cross(
    q: CircleScratch, count: int, size: int, week: int, crossings: np.ndarray,
    journey: JourneyArrays, t: Travellers,
) -> None:  # fmt: skip
    """Share out the stopped of each circle among its categories; the others cross."""
    pages, rows, before = q.pages, q.circles.rows, -1
    attempts = free = 0
    for number in range(pages.noted[0]):
        at, c, mine = pages.circle[number], pages.category[number], pages.people[number]
        if at != before:
            before, attempts, free = at, rows[at].attempts, rows[at].successes
        uniform = circles.uniform_to_cross(q.circles.words, at * size + c) * UNIT
        out = rules.crossed(uniform, mine, attempts, free)
        attempts, free = attempts - mine, free - out
        i = at // count * size + c
        if out > 0 and crossings.size > 0:
            crossings[week, i] += out
        if out > 0 and journey.size > 0:
            t.arriving[journey.group[i]] += out
