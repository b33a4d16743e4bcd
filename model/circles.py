"""News circles: parts of a province that hear of their own attempts, the same in both engines.

A province is one circle by default, as in the paper. With several, each has a row of
:data:`defection.state.PROVINCE` of its own, with its flows and its belief; repression stays the
province's. Circles are counted province by province: number p J + j. Every category is spread over
the circles of its province to the person.

:mod:`defection.circle_draws` says by which chance people leave.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from defection import rules
from defection.circle_draws import (
    HEAR_STOPPED,
    HEAR_SUCCESSES,
    MOST_CANDIDATES,
    NEWS_STOPPED,
    NEWS_WELL,
    PASS_STOPPED,
    PASS_SUCCESSES,
    REPRESS,
    draw_words,
    in_order,
)  # fmt: skip
from defection.circle_sizes import edges_of
from defection.compiled import compiled, inlined
from defection.measures import WEEKS_PER_YEAR
from defection.state import PROVINCE
from defection.streams import hashed_uniform, lanes_for

if TYPE_CHECKING:
    from defection.country import Country

NEWS = ("hear_news_stopped", "hear_news_successes")
"""Purposes of which provinces that are one circle draw, where people who crossed are heard of."""


ATTEMPTS, STOPPED, KNOWN, KNOWN_STOPPED, PASSED, PASSED_STOPPED = range(6)
"""Flows of circles: what is known of attempts, and what of that in the whole province."""


class Leavers(NamedTuple):
    """Who attempts to leave circles this week, in order: N candidates, or categories of crowds."""

    circle: np.ndarray  # int64 [N]
    place: np.ndarray  # int64 [N], of their category in the order
    number: np.ndarray  # int64 [N], of the candidate; of agents
    person: np.ndarray  # int64 [N], which of the category; for arrays times C, plus the place
    excess: np.ndarray  # [N], by which it is told whether a candidate leaves; of agents
    people: np.ndarray  # int64 [N], how many attempt; for arrays of a category of a crowd
    free: np.ndarray  # uint8 [N], whether the candidate was not stopped
    noted: np.ndarray  # int64 [1], how many they are
    first: np.ndarray  # int64 [P], where those of a province begin
    end: np.ndarray  # int64 [P], and end


class Circles(NamedTuple):
    """The circles of one run at a time: P provinces, J circles in each (some may be empty)."""

    rows: np.ndarray  # state.PROVINCE [P J]
    edges: np.ndarray  # [P, J + 1], share of a province's people in the circles before each
    order: np.ndarray  # int64 [C], categories from the likeliest to leave on
    most: np.ndarray  # [P, C], people of each category in the largest circle this year, in order
    least: np.ndarray  # [P, C], and not more than in the smallest
    words: np.ndarray  # uint64, at least P J: a word for each circle
    crowded: np.ndarray  # uint8 [P J], whether no candidates are drawn this week
    leavers: Leavers
    flows: np.ndarray  # int64 [6, P J], of the week
    nobody: np.ndarray  # [P J], up to which uniform number nobody leaves, or -1 if not known yet
    heard_attempts: np.ndarray  # int32 [weeks, P J], what became known to the people of a circle
    heard_stopped: np.ndarray  # int32 [weeks, P J]
    attempts: np.ndarray  # int64 [P J, C], of agents; compiled runs note who leaves elsewhere


def new_circles(edges: np.ndarray, order: np.ndarray, weeks: int, agents: bool = False) -> Circles:
    """Return room for circles between ``edges`` [P, J + 1], and categories in such an ``order``."""
    provinces, count = edges.shape[0], edges.shape[1] - 1
    circles = provinces * count
    room = circles * max(order.size, MOST_CANDIDATES) if weeks > 0 else 0
    whole = [np.zeros(room, np.int64) for _ in range(5)]
    circle, place, number, person, people = whole
    excess, free = np.zeros(room if agents else 0), np.zeros(room, np.uint8)
    first, end = np.zeros(provinces, np.int64), np.zeros(provinces, np.int64)
    return Circles(
        np.zeros(circles, PROVINCE),
        edges,
        order,
        np.zeros((provinces, order.size)),
        np.zeros((provinces, order.size)),
        np.zeros(lanes_for(circles), np.uint64),
        np.zeros(circles, np.uint8),
        Leavers(
            circle, place, number, person, excess, people, free, np.zeros(1, np.int64), first, end
        ),
        np.zeros((6, circles), np.int64),
        np.full(circles, -1.0),
        np.zeros((weeks, circles), np.int32),
        np.zeros((weeks, circles), np.int32),
        np.zeros((circles if agents else 0, order.size), np.int64),
    )


def begin_year(c: Circles | None, country: Country, year: int, parts: np.ndarray) -> None:
    """Note how many people the circles of a model of agents have at least and at most."""
    if c is None:
        return
    people = country.weekly_population[WEEKS_PER_YEAR * year : WEEKS_PER_YEAR * (year + 1)]
    count = c.edges.shape[1] - 1
    count_most(c, count, float(people.min()), float(people.max()), parts)


def for_agents(country: Country, setting: int, weeks: int) -> Circles | None:
    """Return the circles of a model of agents; None where each province is one."""
    if setting == 1:
        return None
    order = in_order(country.trait_ability, country.trait_motivation)
    return new_circles(edges_of(country, setting), order, weeks, agents=True)


@compiled
def draw(states: np.ndarray, c: Circles, circles: int) -> None:
    """Draw a week's words for so many circles; nothing has happened there yet."""
    draw_words(states, c.words[: lanes_for(circles)])
    c.leavers.noted[0] = 0
    for flow in range(c.flows.shape[0]):
        for at in range(circles):
            c.flows[flow, at] = 0
    for at in range(circles):
        c.crowded[at] = 0


@compiled
def count_most(c: Circles, count: int, smallest: float, largest: float, parts: np.ndarray) -> None:
    """Note between which numbers the people of each category of a circle lie this year.

    There are ``count`` circles in a province; ``c`` may have room for more.

    ``smallest`` and ``largest`` are the population, its ``parts`` [4, P C] as
    ``dated_shares.fill_edges`` says. Circles without people do not count.
    """
    for here in range(c.most.shape[0]):
        widest, narrowest = 0.0, 1.0
        for circle in range(count):
            share = c.edges[here, circle + 1] - c.edges[here, circle]
            widest, narrowest = max(widest, share), min(narrowest, share if share > 0.0 else 1.0)
        for place in range(c.order.size):
            i = here * c.order.size + c.order[place]
            share = parts[1, i] - parts[0, i] + (parts[3, i] - parts[2, i])
            # each of two parts is rounded at both ends
            c.most[here, place] = math.ceil(largest * share * widest) + 2.0
            c.least[here, place] = math.floor(smallest * share * narrowest) - 2.0


@inlined
def begin(provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int) -> None:
    """Put the prior belief in force in every circle of a province."""
    for at in range(here * count, (here + 1) * count):
        c.rows[at].remembered_attempts, c.rows[at].remembered_stopped = 0, 0
        rules.believe(c.rows, at, in_force, here)
        c.nobody[at] = -1.0
    rules.average(provinces, here, c.rows, c.edges, count)


@inlined
def repress(provinces: np.ndarray, here: int, c: Circles, count: int) -> None:
    """Stop attempts of crowds with the province's repression, and add up those of all circles.

    Of candidates it is told whether they are stopped when they decide (``circle_draws``).
    """
    province, rows, flows = provinces[here], c.rows, c.flows
    attempts = stopped = crowds = 0
    for at in range(here * count, (here + 1) * count):
        attempts += flows[ATTEMPTS, at]
        stopped += flows[STOPPED, at]
        crowds += c.crowded[at]
    for at in range(here * count, (here + 1) * count if crowds > 0 else 0):
        if c.crowded[at] > 0:
            rows[at].repression, rows[at].attempts = province.repression, flows[ATTEMPTS, at]
            rules.repress(rows, at, hashed_uniform(c.words[at], REPRESS))
            flows[STOPPED, at] = rows[at].stopped
            stopped += rows[at].stopped
    province.attempts, province.stopped, province.successes = attempts, stopped, attempts - stopped


@inlined
def hear(
    provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int,
    week: int, has_news: bool,
) -> None:  # fmt: skip
    """Let attempts of crowds become known in their circle, and some of all in the whole province.

    Of people who have crossed no circle is known: each circle gets its people's share of the news.
    """
    rows, flows = c.rows, c.flows
    attempts = stopped = passed = passed_stopped = some = 0
    for at in range(here * count, (here + 1) * count):
        some += c.crowded[at] + flows[KNOWN, at]
    if some == 0 and not has_news:
        for at in range(here * count, (here + 1) * count):
            c.heard_attempts[week, at] = c.heard_stopped[week, at] = 0
        provinces[here].known_attempts = provinces[here].known_stopped = 0
        return
    for at in range(here * count, (here + 1) * count):
        word = c.words[at]
        if c.crowded[at] > 0 or has_news:
            row = rows[at]
            row.known_attempts, row.known_stopped = flows[KNOWN, at], flows[KNOWN_STOPPED, at]
            if c.crowded[at] > 0:
                row.stopped = flows[STOPPED, at]
                row.successes = flows[ATTEMPTS, at] - flows[STOPPED, at]
                stopped_at = hashed_uniform(word, HEAR_STOPPED)
                well_at = hashed_uniform(word, HEAR_SUCCESSES)
                rules.hear(rows, at, in_force, here, stopped_at, well_at)
            if has_news:
                share = c.edges[here, at - here * count + 1] - c.edges[here, at - here * count]
                stopped_at = hashed_uniform(word, NEWS_STOPPED)
                well_at = hashed_uniform(word, NEWS_WELL)
                rules.hear_news(rows, at, provinces, in_force, here, share, stopped_at, well_at)
            flows[KNOWN, at], flows[KNOWN_STOPPED, at] = row.known_attempts, row.known_stopped
        if flows[KNOWN, at] > 0:
            row = rows[at]
            row.known_attempts, row.known_stopped = flows[KNOWN, at], flows[KNOWN_STOPPED, at]
            stopped_at = hashed_uniform(word, PASS_STOPPED)
            well_at = hashed_uniform(word, PASS_SUCCESSES)
            rules.pass_on(rows, at, in_force, here, stopped_at, well_at)
            flows[PASSED, at], flows[PASSED_STOPPED, at] = row.passed_attempts, row.passed_stopped
            attempts += flows[KNOWN, at]
            stopped += flows[KNOWN_STOPPED, at]
            passed += flows[PASSED, at]
            passed_stopped += flows[PASSED_STOPPED, at]
    for at in range(here * count, (here + 1) * count):
        c.heard_attempts[week, at] = flows[KNOWN, at] - flows[PASSED, at] + passed
        c.heard_stopped[week, at] = (
            flows[KNOWN_STOPPED, at] - flows[PASSED_STOPPED, at] + passed_stopped
        )
    provinces[here].known_attempts, provinces[here].known_stopped = attempts, stopped


@inlined
def learn(
    provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int,
    known_attempts: np.ndarray, known_stopped: np.ndarray, near: np.ndarray, week: int,
    every: bool,
) -> None:  # fmt: skip
    """Let every circle learn; the province's belief is the mean of theirs.

    Unless ``every`` one is wanted those are left out that heard of nothing, and forget nothing.
    """
    memory, changed = in_force[here].memory_weeks, False
    every = every or rules.hears_of_other_provinces(in_force[here].hearing)
    for at in range(here * count, (here + 1) * count):
        news = every or c.heard_attempts[week, at] > 0
        if not news and (week < memory or c.heard_attempts[week - memory, at] == 0):
            continue
        rules.learn(
            c.rows, at, in_force, here, c.heard_attempts, c.heard_stopped,
            known_attempts, known_stopped, near, week,
        )  # fmt: skip
        c.nobody[at], changed = -1.0, True
    if changed:
        rules.average(provinces, here, c.rows, c.edges, count)


@inlined
def change(
    provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int,
    known_attempts: np.ndarray, known_stopped: np.ndarray, near: np.ndarray, week: int,
) -> None:  # fmt: skip
    """Put changed parameters in force in every circle of a province from a week on."""
    for at in range(here * count, (here + 1) * count):
        rules.change(
            c.rows, at, in_force, here, False, c.heard_attempts, c.heard_stopped,
            known_attempts, known_stopped, near, week,
        )  # fmt: skip
        c.nobody[at] = -1.0
    rules.average(provinces, here, c.rows, c.edges, count)
