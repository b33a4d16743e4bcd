"""A week where each province is one news circle, for arrays: ``rules`` looped over provinces.

What is certain without them :mod:`defection.thresholds` settles; all else takes the same scalar
functions as the agents do. :mod:`defection.circle_week` is the same for several circles.
"""

import numpy as np

from defection import dated_shares, equations, rules, sharing
from defection.arrays import CountryArrays, Scratch
from defection.circles import NEWS
from defection.compiled import inlined
from defection.journey.data import JourneyArrays
from defection.journey.move import Travellers
from defection.journey.pull import HEAR_RESCUES, hear_of_rescues
from defection.journey.rescues import Rescue
from defection.measures import WEEKS_PER_YEAR
from defection.streams import PURPOSES, UNIT, fill, hashed_word
from defection.thresholds import (
    begin_steps,
    count_at_threshold,
    look_at_belief,
    people_between_steps,
)

DECIDE, REPRESS, HEAR_STOPPED, HEAR_SUCCESSES = range(4)
NEWS_STOPPED, NEWS_SUCCESSES, RESCUES = map(PURPOSES.index, (*NEWS, HEAR_RESCUES))
"""Positions of purposes in ``streams.PURPOSES``."""


@inlined
def _decide_in(
    country: CountryArrays,
    s: Scratch,
    uniforms: np.ndarray,
    here: int,
    week: int,
    member: np.ndarray,
    groups: np.ndarray,
) -> int:
    """Return the attempts of the categories of a province of which some may leave.

    Each category's attempts are added to the groups [Y, G] that ``member`` [D, P C] names, and
    noted in ``s.leavers`` and ``s.people`` where there are any.
    """
    size = s.thresholds.shape[1]
    population = country.weekly_population[week]
    total = n = 0
    s.counts[2] += s.begun_count[here]
    for number in range(s.begun_count[here]):
        c = s.begun[here, number]
        people = people_between_steps(s, here, c, uniforms[here, c])
        i = here * size + c
        if people < 0:
            head_count = dated_shares.head_count(population, s.edges, i)
            uniform = uniforms[here, c] * UNIT
            people = equations.drawn_attempts(uniform, head_count, s.probabilities[here, c])
            s.counts[3] += 1
        total += people
        for d in range(member.shape[0]):
            groups[week // WEEKS_PER_YEAR, member[d, i]] += people
        s.leavers[here, n], s.people[here, n] = c, people
        n += people > 0
    s.leaver_count[here] = n
    return total


@inlined
def cross(
    country: CountryArrays,
    s: Scratch,
    crossings: np.ndarray,
    week: int,
    journey: JourneyArrays,
    t: Travellers,
) -> None:
    """Share out the stopped of each province; the others cross.

    Where only genders are told apart later the categories are not drawn.
    """
    count_all, size = s.thresholds.shape
    genders = s.by_gender
    whole = crossings.size > 0 and not country.only_genders
    whole |= journey.size > 0 and journey.size != genders.shape[1]
    for here in range(s.provinces.size):
        free, count = s.provinces[here].successes, s.leaver_count[here]
        if free == 0:
            continue
        mine, who, out = s.people[here], s.leavers[here], s.crossed
        word = hashed_word(s.word[0], week * count_all + here)
        sharing.share_by_gender(word, mine, who, count, country.genders, free, genders)
        if whole:
            sharing.share_by_category(word, mine, who, count, country.genders, genders, s.room, out)
            for n in range(count):
                i = here * size + who[n]
                if crossings.size > 0:
                    crossings[week, country.place[i]] += out[n]
                if journey.size > 0:
                    t.arriving[journey.group[i]] += out[n]
        else:
            for gender in range(genders.shape[1]):
                i = here * genders.shape[1] + gender
                if crossings.size > 0:
                    crossings[week, i] = genders[1, gender]
                if journey.size > 0:
                    t.arriving[i] += genders[1, gender]


@inlined
def decide(
    country: CountryArrays, s: Scratch, week: int, member: np.ndarray, groups: np.ndarray
) -> None:
    """Draw the week's numbers, and let the categories of every province decide."""
    count, size = s.thresholds.shape
    uniforms = s.drawn[: count * size].reshape((count, size))  # of each category this week
    fill(s.streams, DECIDE, s.drawn)
    for purpose in (REPRESS, HEAR_STOPPED, HEAR_SUCCESSES):
        fill(s.streams, purpose, s.province_drawn[purpose - 1])
    for here in range(count):
        province, attempts, s.leaver_count[here] = s.provinces[here], 0, 0
        look_at_belief(s, here, province.belief_alpha, province.belief_beta)
        if count_at_threshold(uniforms, s.thresholds, here) > 0:
            begin_steps(country, s, uniforms, here)
        if s.begun_count[here] > 0:
            attempts = _decide_in(country, s, uniforms, here, week, member, groups)
        province.attempts = attempts


@inlined
def repress(s: Scratch) -> None:
    """Let every province stop attempts."""
    for here in range(s.provinces.size):
        rules.repress(s.provinces, here, s.province_drawn[0, here] * UNIT)


@inlined
def hear(s: Scratch, has_news: bool, rescue: Rescue, week: int) -> None:
    """Let attempts become known in every province, and news of people who have crossed."""
    if has_news:
        fill(s.streams, NEWS_STOPPED, s.province_drawn[3])
        fill(s.streams, NEWS_SUCCESSES, s.province_drawn[4])
    if rescue.known.size > 0:
        fill(s.streams, RESCUES, s.province_drawn[5])
    for here in range(s.provinces.size):
        stopped, successes = s.province_drawn[1, here] * UNIT, s.province_drawn[2, here] * UNIT
        rules.hear(s.provinces, here, s.in_force, here, stopped, successes)
        if has_news:
            stopped, successes = s.province_drawn[3, here] * UNIT, s.province_drawn[4, here] * UNIT
            went_well = rules.hear_news(
                s.provinces, here, s.provinces, s.in_force, here, 1.0, stopped, successes
            )
            if rescue.known.size > 0:
                uniform = s.province_drawn[5, here] * UNIT
                hear_of_rescues(s.provinces, here, rescue, week, went_well, uniform)


@inlined
def learn(
    s: Scratch, known_attempts: np.ndarray, known_stopped: np.ndarray, near: np.ndarray, week: int
) -> None:
    """Let the citizens of every province learn from what became known."""
    for here in range(s.provinces.size):
        rules.learn(
            s.provinces, here, s.in_force, here, known_attempts, known_stopped,
            known_attempts, known_stopped, near, week,
        )  # fmt: skip
