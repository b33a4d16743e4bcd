"""What home may hear of those who crossed: the only way from the journey back to the law.

On request (``journey.parameters.FEEDBACK``) further attempts become known as first attempts do,
arrivals as successes and returns as failures. The journey's people are expected numbers; how many
become known is drawn (:func:`defection.rules.hear_news`), for citizens hear of whole events. A
Poisson number is what many people make of whom few do something in a week, each on their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from defection.compiled import compiled, inlined
from defection.interventions import Timetable
from defection.journey.cells import HOME, IN_CHINA
from defection.journey.data import JourneyArrays
from defection.journey.move import Travellers
from defection.journey.rates import ONWARD, RETURN


@inlined
def is_heard_of(p: Any) -> bool:
    """Whether anything of the journey is heard of; ``p`` is a row of ``state.SETTINGS``."""
    return bool(p.second_attempts_are_heard != 0 or p.news_of_arrivals > 0.0)


@compiled
def is_ever_heard_of(p: Any, changes: Timetable) -> bool:
    """Whether anything of the journey is heard of in any week of a run."""
    found = is_heard_of(p)
    for number in range(changes.weeks.size):
        found = found or is_heard_of(changes.settings[number])
    return found


@compiled
def expect_news(
    provinces: np.ndarray, here: int, p: Any, journey: JourneyArrays, t: Travellers
) -> None:
    """Note what a province's people beyond the border will do in this week that may be heard of.

    Called before they move; ``p`` is a row of ``state.SETTINGS``.
    """
    province, wide = provinces[here], 2 * journey.size * journey.times
    home, onward, returned, other = 0.0, 0.0, 0.0, 0.0
    province.news_stopped, province.news_successes = 0.0, 0.0
    for n in range(here * wide, (here + 1) * wide):
        home += t.people[HOME, n]
        onward += t.people[IN_CHINA, n] * t.leave[ONWARD, n]
        returned += t.people[IN_CHINA, n] * t.leave[RETURN, n]
    for g in range(here * journey.size, (here + 1) * journey.size):
        other += t.chances.other_ways[journey.gender[g]] * journey.other_share[g]
    if p.second_attempts_are_heard != 0:
        tried = home * t.chances.again[1]
        province.news_stopped += tried * province.repression
        province.news_successes += tried - tried * province.repression
    share = p.news_of_arrivals
    province.news_stopped += share * returned
    province.news_successes += share * (onward * t.chances.onward[0] + other)
