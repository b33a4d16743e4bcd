"""What is kept of beliefs while runs with news circles are computed in arrays.

Many circles share a belief, since it is the prior and two small counts. The rates by which
candidates are drawn, and exact probabilities, are therefore kept by province and belief (a *page*)
until the year or the parameters change. This changes no number.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from defection.arrays import CountryArrays, Scratch, aligned
from defection.circle_draws import fill_table, is_crowded, room_for
from defection.circle_sizes import circle_count
from defection.circles import Circles, count_most, new_circles
from defection.compiled import inlined

PAGES = 1024
"""Pages of a province; two beliefs that want the same one take turns."""


class Pages(NamedTuple):
    """What is kept of beliefs: P provinces, C categories in each, K kinds of them."""

    page: np.ndarray  # int64 [P, PAGES], of the belief that was last looked for at a place
    used: np.ndarray  # int64 [P], pages since the latest change
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
    count = max(circle_count(int(one), county_edges) for one in [*settings, 1])
    several = bool((settings != 1).any())
    pages = PAGES if several else 0
    return CircleScratch(
        new_circles(np.ones((provinces, count + 1)), country.order, weeks * several),
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
def change(country: CountryArrays, s: Scratch, q: CircleScratch, count: int, year: int) -> None:
    """Note that the utilities are others from now on, and how many people a circle has at most."""
    q.pages.now[0] += 1
    q.pages.now[1] = q.pages.now[0]
    q.pages.used[:] = 0
    q.circles.nobody[:] = -1.0
    smallest, largest = country.smallest_population[year], country.largest_population[year]
    count_most(q.circles, count, smallest, largest, s.edges)


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
    is_own = page < pages.used[here] and pages.filled[here, page] > pages.now[1]
    belief = pages.beliefs[here, page]
    if not is_own or belief[0] != alpha or belief[1] != beta:
        if pages.used[here] < PAGES:
            page = pages.used[here]
            pages.used[here] += 1
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
