"""News circles: parts of a province that hear of their own attempts, the same in both engines.

A province is one circle by default, as in the paper. With several, each has a row of
:data:`defection.state.PROVINCE` of its own, with its flows and its belief; repression stays the
province's. Circles are counted province by province: number p J + j. Every category is spread over
the circles of its province to the person.

A week takes one word of 64 bits for each four pairs of a circle and a category: 16 bits are the
head of a uniform number of 53 bits, and a hash of the word is the rest. Nearly always the head
alone shows that nobody leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from defection import equations, rules
from defection.compiled import compiled, inlined
from defection.counties import COUNTIES, check, county_edges
from defection.state import PROVINCE
from defection.streams import PURPOSES, UNIT, fill, lanes_for

if TYPE_CHECKING:
    from defection.country import Country

PER_WORD = 4
"""Heads of uniform numbers in a word."""

DRAWS = ("repress", "hear_stopped", "hear_successes", "pass_stopped", "pass_successes")
"""Purposes for which every circle gets a uniform number of its own each week."""

NEWS = ("hear_news_stopped", "hear_news_successes")
"""The same where people who have crossed are heard of."""

_FIRST = PURPOSES.index("decide")
_KEYS = np.array([PURPOSES.index(name) for name in (*DRAWS, *NEWS)])
_0, _11, _16, _27, _30, _31 = (np.uint64(n) for n in (0, 11, 16, 27, 30, 31))
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_CROSS = np.uint64(0xD1B54A32D192ED03)


class Circles(NamedTuple):
    """The circles of one run at a time: P provinces, J circles in each (some may be empty)."""

    rows: np.ndarray  # state.PROVINCE [P J]
    edges: np.ndarray  # [P, J + 1], share of a province's people in the circles before each
    words: np.ndarray  # uint64, at least P J C / 4
    heads: np.ndarray  # the same memory as uint16
    drawn: np.ndarray  # int64 [DRAWS and NEWS, at least P J]
    heard_attempts: np.ndarray  # int32 [weeks, P J], what became known to the people of a circle
    heard_stopped: np.ndarray  # int32 [weeks, P J]
    attempts: np.ndarray  # int64 [P J, C], of agents; compiled runs note who leaves elsewhere


def new_circles(edges: np.ndarray, categories: int, weeks: int, agents: bool = False) -> Circles:
    """Return room for circles between ``edges`` [P, J + 1], each with so many categories."""
    provinces, count = edges.shape[0], edges.shape[1] - 1
    circles = provinces * count
    words = np.zeros(lanes_for(-(-circles * categories // PER_WORD)), np.uint64)
    return Circles(
        np.zeros(circles, PROVINCE),
        edges,
        words,
        words.view(np.uint16),
        np.zeros((len(_KEYS), lanes_for(circles)), np.int64),
        np.zeros((weeks, circles), np.int32),
        np.zeros((weeks, circles), np.int32),
        np.zeros((circles if agents else 0, categories), np.int64),
    )


def edges_of(country: Country, setting: int) -> np.ndarray:
    """Return the share of each province's people in the circles before each one, [P, J + 1].

    Raises
    ------
    CountryError
        The circles are counties, and the country has none.
    """
    check(country, setting)
    by_county = county_edges(country.counties, country.provinces)
    count = circle_count(setting, by_county)
    edges = np.ones((len(country.provinces), count + 1))
    fill_edges(edges, setting, by_county)
    return edges


def for_agents(country: Country, setting: int, weeks: int) -> Circles | None:
    """Return the circles of a model of agents; None where each province is one."""
    if setting == 1:
        return None
    return new_circles(edges_of(country, setting), len(country.traits), weeks, agents=True)


@compiled
def circle_count(setting: int, by_county: np.ndarray) -> int:
    """Return how many circles a province has at most, by the setting ``news_circles``."""
    return by_county.shape[1] - 1 if setting == COUNTIES else setting


@compiled
def fill_edges(edges: np.ndarray, setting: int, by_county: np.ndarray) -> None:
    """Set the share of each province's people in the circles before each one, [P, J + 1]."""
    count = circle_count(setting, by_county)
    for here in range(edges.shape[0]):
        for circle in range(count + 1):
            if setting == COUNTIES:
                edges[here, circle] = by_county[here, circle]
            else:
                edges[here, circle] = circle / count


@compiled
def _inside(below: float, above: float, share: float) -> float:
    return above if share >= 1.0 else below + (above - below) * share


@compiled
def head_count(
    population: int, below: float, above: float, edges: np.ndarray, here: int, circle: int
) -> int:
    """Return the people of a circle of a category that stands between two cumulative shares."""
    first = _inside(below, above, edges[here, circle])
    last = _inside(below, above, edges[here, circle + 1])
    return equations.head_count(population, first, last)


@compiled
def people(
    population: int, parts: np.ndarray, i: int, edges: np.ndarray, here: int, circle: int
) -> int:
    """Return the people of a circle of category ``i``, by its ``dated_shares.fill_edges``."""
    own = head_count(population, parts[0, i], parts[1, i], edges, here, circle)
    return own + head_count(population, parts[2, i], parts[3, i], edges, here, circle)


@compiled
def draw(states: np.ndarray, c: Circles, circles: int, categories: int, has_news: bool) -> None:
    """Draw a week's numbers for so many circles; a purpose's stream does not depend on others."""
    count = lanes_for(-(-circles * categories // PER_WORD))
    fill_words(states, _FIRST, c.words[:count])
    for purpose in range(_KEYS.size if has_news else _KEYS.size - 2):
        fill(states, _KEYS[purpose], c.drawn[purpose, : lanes_for(circles)])


@compiled
def fill_words(states: np.ndarray, key: int, words: np.ndarray) -> None:
    """Fill ``words`` with the next words of 64 bits of one purpose's lanes in turn."""
    fill(states, key, words.view(np.int64), _0)


@compiled
def _hashed(word: np.uint64, step: np.uint64) -> np.uint64:
    """Return a hash of a word (the finalizer of SplitMix64, D. Stafford's mix 13)."""
    mixed = word + step
    mixed = (mixed ^ (mixed >> _30)) * _MIX_1
    mixed = (mixed ^ (mixed >> _27)) * _MIX_2
    return mixed ^ (mixed >> _31)


@compiled
def uniform_to_decide(words: np.ndarray, at: int) -> int:
    """Return the uniform number of the pair ``at`` of a circle and a category, below 2^53."""
    word, place = words[at // PER_WORD], np.uint64(at % PER_WORD)
    head = (word >> (_16 * place)) & np.uint64(0xFFFF)
    rest = _hashed(word, _STEP * (place + np.uint64(1))) >> _27
    return np.int64((head << np.uint64(37)) | rest)  # type: ignore[return-value]


@compiled
def uniform_to_cross(words: np.ndarray, at: int) -> int:
    """Return another uniform number of the pair ``at``, for who of them crosses."""
    place = np.uint64(at % PER_WORD + 1)
    return np.int64(_hashed(words[at // PER_WORD], _CROSS * place) >> _11)  # type: ignore[return-value]


@inlined
def begin(provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int) -> None:
    """Put the prior belief in force in every circle of a province."""
    for at in range(here * count, (here + 1) * count):
        c.rows[at].remembered_attempts, c.rows[at].remembered_stopped = 0, 0
        rules.believe(c.rows, at, in_force, here)
    rules.average(provinces, here, c.rows, c.edges, count)


@inlined
def repress(provinces: np.ndarray, here: int, c: Circles, count: int) -> None:
    """Stop attempts in every circle with the province's repression, and add them up."""
    for at in range(here * count, (here + 1) * count):
        row = c.rows[at]
        row.repression = provinces[here].repression
        if row.attempts > 0:
            rules.repress(c.rows, at, c.drawn[0, at] * UNIT)
        else:
            row.stopped, row.successes = 0, 0
    rules.gather(provinces, here, c.rows, here * count, count)


@inlined
def hear(
    provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int,
    week: int, has_news: bool,
) -> None:  # fmt: skip
    """Let attempts become known in their circle, and some of them in the whole province.

    Of people who have crossed no circle is known: each circle gets its people's share of the news.
    """
    stopped = attempts = 0
    for at in range(here * count, (here + 1) * count):
        row = c.rows[at]
        if row.attempts > 0:
            rules.hear(c.rows, at, in_force, here, c.drawn[1, at] * UNIT, c.drawn[2, at] * UNIT)
        else:
            row.known_attempts, row.known_stopped = 0, 0
        if has_news:
            share = c.edges[here, at - here * count + 1] - c.edges[here, at - here * count]
            stopped_at, successes_at = c.drawn[5, at] * UNIT, c.drawn[6, at] * UNIT
            rules.hear_news(c.rows, at, provinces, in_force, here, share, stopped_at, successes_at)
        if row.known_attempts > 0:
            rules.pass_on(c.rows, at, in_force, here, c.drawn[3, at] * UNIT, c.drawn[4, at] * UNIT)
            stopped += row.passed_stopped
            attempts += row.passed_attempts
        else:
            row.passed_attempts, row.passed_stopped = 0, 0
    for at in range(here * count, (here + 1) * count):
        row = c.rows[at]
        c.heard_stopped[week, at] = row.known_stopped + stopped - row.passed_stopped
        c.heard_attempts[week, at] = row.known_attempts + attempts - row.passed_attempts
    rules.gather(provinces, here, c.rows, here * count, count)


@inlined
def learn(
    provinces: np.ndarray, in_force: np.ndarray, here: int, c: Circles, count: int,
    known_attempts: np.ndarray, known_stopped: np.ndarray, near: np.ndarray, week: int,
) -> None:  # fmt: skip
    """Let every circle learn; the province's belief is the mean of theirs."""
    for at in range(here * count, (here + 1) * count):
        rules.learn(
            c.rows, at, in_force, here, c.heard_attempts, c.heard_stopped,
            known_attempts, known_stopped, near, week,
        )  # fmt: skip
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
    rules.average(provinces, here, c.rows, c.edges, count)
