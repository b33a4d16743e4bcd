"""The pull of rescues that home heard of: log odds added to ability, off unless a programme asks.

Of the successes in the news of a week some are rescues (:mod:`defection.journey.news`). Where the
citizens of a province remember one, within their memory, they are the abler to leave. What it is
added to is the law's ability (:func:`defection.rules.expect`), in both engines.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from defection import equations, rules
from defection.circles import NEWS
from defection.compiled import compiled
from defection.journey.move import Travellers
from defection.journey.rescues import Rescue, before_moves, no_rescue, rescue_in_run

HEAR_RESCUES = "hear_rescues"
"""The purpose of the uniform numbers that say which of the news are of rescues."""


@compiled
def hear_of_rescues(
    provinces: np.ndarray, here: int, rescue: Rescue, week: int, heard: int, uniform: float
) -> None:
    """Note how many of the ``heard`` successes in a province's news of a week are rescues.

    Each is one with the share that rescues have in the expected successes.
    """
    expected = provinces[here].news_successes
    share = min(1.0, rescue.expected[here] / expected) if expected > 0.0 else 0.0
    rescue.known[week, here] = equations.become_known(uniform, heard, share)


@compiled
def note_rescues(
    provinces: np.ndarray, in_force: np.ndarray, here: int, rescue: Rescue, near: np.ndarray,
    week: int,
) -> bool:  # fmt: skip
    """Set the pull on a province's citizens in a week; return whether it is another than before.

    It holds where they heard of a rescue in the weeks that they remember, by their ``hearing``;
    ``near`` [P, P] says which provinces are neighbours, or the same.
    """
    province, p = provinces[here], in_force[here]
    before, past, total = province.pull, week - 1, 0
    while total == 0 and past >= max(0, week - p.memory_weeks):
        total += rules.heard(rescue.known, rescue.known, near, past, here, here, p.hearing)
        past -= 1
    province.pull = rescue.pull if total > 0 else 0.0
    return bool(province.pull != before)


class InRun:
    """The rescues of a run of agents; there are none unless ``rescue_by`` says which."""

    rescue = no_rescue()

    def rescue_by(self, rescue: Rescue, provinces: int) -> None:
        """Take people out of China by ``rescue`` from the coming week on, and pull by it."""
        self.rescue = rescue.with_room(provinces)
        self.taken = np.zeros((len(self.rescue.wanted), provinces))
        """People taken in each week and from each province, [weeks, P]."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes of chance by which home hears of those who crossed."""
        return (*NEWS, HEAR_RESCUES) if self.rescue.known.size else NEWS

    def begin_rescues(self, t: Travellers, p: Any, week: int) -> None:
        """Note who is in China before a week's moves; ``p`` is a row of ``state.SETTINGS``."""
        self._p, self._week = p, week
        if self.rescue.wanted.size:
            before_moves(t, self.rescue, week)

    def rescue_people(self, provinces: np.ndarray, t: Travellers, week: int) -> None:
        """Take people of the week's end."""
        if self.rescue.wanted.size:
            rescue_in_run(provinces, self._p, t, self.rescue, week, self.taken)

    def hear_of_rescues(self, provinces: np.ndarray, here: int, heard: int, uniform: float) -> None:
        """Note how many of a province's news of the week are of rescues."""
        hear_of_rescues(provinces, here, self.rescue, self._week, heard, uniform)

    def pulls(
        self, provinces: np.ndarray, in_force: np.ndarray, here: int, week: int, near: np.ndarray
    ) -> bool:
        """Set the pull on a province's citizens in a week; return whether it has changed."""
        if not self.rescue.known.size:
            return False
        return note_rescues(provinces, in_force, here, self.rescue, near, week)
