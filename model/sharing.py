"""Who crosses: a province's stopped attempts shared out among genders, and categories in each.

Each attempt is alike. First the genders share, then within each its categories: so nothing more is
drawn where only genders are told apart. The uniform numbers are hashes of a word of the run, by
week and province. Agents call :func:`cross`; ``province_week`` loops over its parts.
"""

from __future__ import annotations

import numpy as np

from defection.compiled import compiled, inlined
from defection.hypergeometric import hypergeometric_quantile
from defection.streams import hashed_uniform, hashed_word

PICKED, WITHIN = 16, 1_000_000
"""Up to so many people are picked one by one; and which of a word's hashes are the words of
genders."""


@inlined
def crossed(uniform: float, mine: int, attempts: int, free: int) -> int:
    """Return how many of a category's attempts are among the ``free`` of so many ``attempts``.

    The stopped are shared out among a province's categories one after the other, each attempt
    alike; ``attempts`` and ``free`` are of the categories that are left.
    """
    if mine == 0 or free == 0:
        return 0
    return mine - hypergeometric_quantile(uniform, attempts, mine, attempts - free)


@inlined
def share_in_two(word: np.uint64, first: int, second: int, free: int) -> int:
    """Return how many of the ``first`` are among the ``free``, of so many first and second.

    The smallest of four groups is picked one by one, if it is small: the free, the stopped, the
    first or the second. The uniform numbers are hashes of the ``word``.
    """
    attempts = first + second
    stopped = attempts - free
    few = min(min(free, stopped), min(first, second))
    if few > PICKED:
        return crossed(hashed_uniform(word, 0), first, attempts, free)
    picks_people = (few == free) | (few == stopped)
    left, rest, found = float(first if picks_people else free), float(attempts), 0
    for pick in range(few):
        hit = hashed_uniform(word, pick) * rest < left
        left, rest = left - hit, rest - 1.0
        found += hit
    if (few == free) | ((few == first) & (few != stopped)):
        return found
    return (first if few == stopped else free) - found


@inlined
def share_out(word: np.uint64, mine: np.ndarray, count: int, free: int, out: np.ndarray) -> None:
    """Share out the stopped among ``count`` parts of a province, each attempt alike.

    ``mine`` are the attempts of each part, of which ``free`` were not stopped; ``out`` is filled
    with how many of each that are. A part without attempts changes no number. The uniform numbers
    are hashes of the ``word``. Few people are picked one by one: those who were not stopped, or
    those who were.
    """
    attempts = 0
    for n in range(count):
        attempts += mine[n]
        out[n] = 0
    few = min(free, attempts - free)
    if few <= PICKED:
        for pick in range(few):
            place, at, before = int(hashed_uniform(word, pick) * (attempts - pick)), 0, 0
            for n in range(count - 1):
                before += mine[n] - out[n]
                at += place >= before
            out[at] += 1
        for n in range(count if few < free else 0):
            out[n] = mine[n] - out[n]
    else:
        number = 0
        for n in range(count):
            if mine[n] > 0:
                out[n] = crossed(hashed_uniform(word, number), mine[n], attempts, free)
                attempts, free = attempts - mine[n], free - out[n]
                number += 1


@inlined
def share_by_gender(
    word: np.uint64, mine: np.ndarray, who: np.ndarray, count: int, genders: np.ndarray, free: int,
    by_gender: np.ndarray,
) -> None:  # fmt: skip
    """Share out a province's stopped among the genders, by a week's ``word``.

    ``mine`` are the attempts of ``count`` categories, ``who`` the categories and ``genders`` [C]
    their genders; ``free`` of all attempts were not stopped. ``by_gender`` [2, genders] is filled
    with attempts, and with how many cross.
    """
    if by_gender.shape[1] == 2:
        attempts, second = 0, 0
        for n in range(count):
            attempts += mine[n]
            second += mine[n] * genders[who[n]]
        by_gender[0, 0], by_gender[0, 1] = attempts - second, second
        by_gender[1, 0] = share_in_two(word, attempts - second, second, free)
        by_gender[1, 1] = free - by_gender[1, 0]
    else:
        by_gender[0, :] = 0
        for n in range(count):
            by_gender[0, genders[who[n]]] += mine[n]
        share_out(word, by_gender[0], by_gender.shape[1], free, by_gender[1])


@inlined
def share_by_category(
    word: np.uint64, mine: np.ndarray, who: np.ndarray, count: int, genders: np.ndarray,
    by_gender: np.ndarray, room: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Share out the stopped of each gender among its categories, after :func:`share_by_gender`.

    ``out`` is filled with how many of each category cross; ``room`` is [2, C].
    """
    for n in range(count):
        out[n] = 0
    for gender in range(by_gender.shape[1]):
        for n in range(count):
            room[0, n] = mine[n] if genders[who[n]] == gender else 0
        free = by_gender[1, gender]
        if free > 0:
            share_out(hashed_word(word, WITHIN + gender), room[0], count, free, room[1])
            for n in range(count):
                out[n] += room[1, n]


@compiled
def cross(
    words: np.ndarray, number: int, mine: np.ndarray, who: np.ndarray, genders: np.ndarray,
    free: int, by_gender: np.ndarray, room: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Fill ``out`` with who crosses of each category of a province, as both functions above do.

    ``words`` [1] has the run's word; ``number`` counts weeks and provinces.
    """
    word = hashed_word(words[0], number)
    share_by_gender(word, mine, who, mine.size, genders, free, by_gender)
    share_by_category(word, mine, who, mine.size, genders, by_gender, room, out)
