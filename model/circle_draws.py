"""Chance in news circles: a word of 64 bits a week for each, and candidates to leave.

The hashes of a circle's word are its uniform numbers.

Each person of a category leaves with the probability P, which is to say unless a Poisson number
with the mean -ln(1 - P), their *rate*, is 0. Candidates are drawn from all people of a circle by
rates that are not below theirs for anybody; each candidate leaves with the ratio of the two rates,
and who is drawn twice leaves once (thinning; P. A. W. Lewis and G. S. Shedler 1979). So the
attempts of every category have their binomial distribution, and a circle of which nobody leaves,
as in most weeks, takes one comparison.

A circle from which many would be drawn is *crowded*: there every category takes a binomial number,
as where a province is one circle.
"""

from __future__ import annotations

import math

import numpy as np

from defection import equations
from defection.compiled import compiled, inlined
from defection.streams import PURPOSES, fill_words, first_uniform, hashed_uniform

CROWDED = 32.0
"""More candidates than this, in expectation, are not drawn."""

MOST_CANDIDATES = 128
"""Of a circle and a week; so many are never reached (with a probability below 1e-30)."""

LIKELY = 0.25
"""A circle is crowded where anybody's probability may be above this."""

REPRESS, HEAR_STOPPED, HEAR_SUCCESSES, PASS_STOPPED, PASS_SUCCESSES, NEWS_STOPPED, NEWS_WELL = (
    range(1, 8)
)
CANDIDATE, PERSON, EXCESS, STOP, KNOW = range(16, 21)
DECIDE, CROSS = 16, 17
"""Which hashes of a word are for what: the first seven, then five for each candidate, or two for
each category of a crowded circle."""
EACH_CANDIDATE, EACH_CATEGORY = 5, 2

STREAM = PURPOSES.index("decide")
"""The stream of the words."""

_INVERSE = np.array([0.0, *(1.0 / n for n in range(1, MOST_CANDIDATES + 1))])


def in_order(ability: np.ndarray, motivation: np.ndarray) -> np.ndarray:
    """Return the categories from the likeliest to leave on, by their impacts, [C].

    The smaller of the two counts first, then their sum: utility is a product of both.

    Examples
    --------
    >>> in_order(np.array([5.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0])).tolist()
    [2, 1, 0]
    """
    return np.lexsort((-ability - motivation, -np.minimum(ability, motivation)))


@compiled
def draw_words(states: np.ndarray, words: np.ndarray) -> None:
    """Draw the words of a week."""
    fill_words(states, STREAM, words)


RATE, LEAST, EXACT = range(3)
"""Columns of a table by place: a person's rate, which is not below the exact one; a number not
above that; the exact one, or -1 where it is not known yet."""

BLOCK = 16
"""Categories that are looked through at once for that of a candidate."""

STRIDE = 4
"""Of these, by which the first look goes on."""

TERMS = 8
"""Of the series of the incomplete beta function, before its rest is bounded."""

ABOVE = 1.0034
"""By what the quick exponential is lifted above e^z; it is then at most 0.6 % above."""

_BELOW = 1.0 / ABOVE**2 - 1e-12
_PER_LN_2 = 1.0 / math.log(2.0)


@inlined
def fill_table(
    cumulative: np.ndarray, table: np.ndarray, bits: np.ndarray, values: np.ndarray,
    factors: np.ndarray, cutoffs: np.ndarray, here: int, most: np.ndarray, order: np.ndarray,
    alpha: float, beta: float,
) -> float:  # fmt: skip
    """Set by which rates candidates of a province are drawn, where the belief is Beta(α, β).

    ``cumulative`` [room for C] is filled with the rates of all people up to each place in the
    ``order`` of categories, ``table`` [C, 3] with those of a person. ``cutoffs`` [3, P, C] has the
    cut-off x, ln x and ln(1 - x), ``most`` [P, C] the people; ``bits`` and ``values`` [C] are the
    same memory, as whole numbers and others, and ``factors`` [C] is further room. Returns how many
    candidates are expected.

    P is the series 1 + r0 + r0 r1 ... times x^α (1-x)^β / (α B(α, β)), where r_n is
    x (α + β + n) / (α + 1 + n). These go to x, so that two geometric series bound the rest.
    """
    scale = equations.belief_scale(alpha, beta)
    for c in range(bits.size):
        log, log_rest = cutoffs[1, here, c], cutoffs[2, here, c]
        z = equations.log_leading_factor(log, log_rest, alpha, beta, scale)
        power = min(max(z, -690.0), 690.0) * _PER_LN_2
        whole = math.floor(power)
        part = power - whole
        bits[c] = (np.int64(whole) + 1023) << 52  # those of 2^whole
        factors[c] = ABOVE * (1.0 + part * (0.6565 + 0.3435 * part))  # and this of 2^part
    last = (alpha + beta + TERMS) / (alpha + 1.0 + TERMS)
    for c in range(bits.size):
        x, term, total = cutoffs[0, here, c], 1.0, 1.0
        for n in range(TERMS):
            term *= x * ((alpha + beta + n) / (alpha + 1.0 + n))
            total += term
        above, below = x * max(1.0, last), x * min(1.0, last)
        leading = values[c] * factors[c]
        rest = term * above / (1.0 - above) if above < 0.999 else math.inf
        bound = leading * (total + rest)
        values[c] = bound / (1.0 - bound) if bound < LIKELY else math.inf
        factors[c] = leading * _BELOW * (total + term * below * (1.0 + below * (1.0 + below)))
    total = 0.0
    for place in range(bits.size):
        c = order[place]
        total += most[here, place] * values[c]
        cumulative[place], table[place, RATE] = total, values[c]
        table[place, LEAST], table[place, EXACT] = factors[c], -1.0
    cumulative[bits.size :] = math.inf
    return total


@compiled
def is_crowded(expected: float) -> bool:
    """Return whether so many candidates are too many to be drawn."""
    return not expected <= CROWDED


@inlined
def next_term(term: float, expected: float, count: int) -> float:
    """Return the probability of one candidate more than ``count``, which has that of ``term``."""
    return term * (expected * _INVERSE[count + 1])


@compiled
def candidates(word: np.uint64, expected: float) -> int:
    """Return how many candidates are drawn, of so many ``expected``.

    It is the smallest number up to which a Poisson number is with the word's uniform number.
    """
    uniform, count = first_uniform(word), 0
    term = reached = math.exp(-expected)
    while reached < uniform and count < MOST_CANDIDATES:
        term = next_term(term, expected, count)
        reached += term
        count += 1
    return count


@inlined
def candidate(
    word: np.uint64, number: int, cumulative: np.ndarray, table: np.ndarray, most: np.ndarray
) -> tuple[int, int, float]:  # fmt: skip
    """Return the place of a candidate's category in the order, the person, and an excess.

    The excess is uniform below the category's rate.
    """
    number *= EACH_CANDIDATE
    last = table.shape[0] - 1
    at = hashed_uniform(word, CANDIDATE + number) * cumulative[last]
    place = first = 0
    while place == first and first <= last:
        for k in range(STRIDE - 1, BLOCK - 1, STRIDE):
            place += STRIDE * (cumulative[first + k] <= at)
        for k in range(place, place + STRIDE):
            place += cumulative[k] <= at
        first += BLOCK
    place = min(place, last)
    person = int(hashed_uniform(word, PERSON + number) * most[place])
    return place, person, hashed_uniform(word, EXCESS + number) * table[place, RATE]


@compiled
def room_for(categories: int) -> int:
    """Return how many numbers a table's ``cumulative`` has, whole blocks."""
    return -(-categories // BLOCK) * BLOCK


@inlined
def leaves(excess: float, rate: float) -> bool:
    """Return whether a candidate attempts to leave, of people who do so at this rate."""
    return excess < rate


@inlined
def is_stopped(word: np.uint64, number: int, repression: float) -> bool:
    """Return whether a candidate who attempts to leave is stopped."""
    return hashed_uniform(word, STOP + EACH_CANDIDATE * number) < repression


@inlined
def becomes_known(word: np.uint64, number: int, observation_probability: float) -> bool:
    """Return whether a candidate's attempt becomes known in the circle."""
    return hashed_uniform(word, KNOW + EACH_CANDIDATE * number) < observation_probability


@compiled
def rate_of(chance: float) -> float:
    """Return the rate of people who leave with such a probability, below one."""
    return -math.log1p(-chance)
