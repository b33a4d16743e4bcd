"""Rescues: people who are taken out of China in a run, in expectation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import HELD, IN_CHINA
from defection.journey.move import Travellers

LONGEST_FIRST, ANYONE, NEWEST_FIRST = -1, 0, 1
"""Whom a programme takes first, by the quarter of a year of the last entry into China."""
QUARTER = 13
"""Weeks of a quarter."""
MOST_PULL = 20.0
"""Log odds beyond which everybody would be able."""


class Rescue(NamedTuple):
    """What a programme does, for the weeks of a run and N cells of people (``cells.place``)."""

    wanted: np.ndarray  # [weeks], people to be taken at the end of each week; of no size: none
    eligible: np.ndarray  # [N], 1 where people of the cell may be taken
    failure: float  # share of those taken who are returned under way
    order: int = ANYONE  # who is taken first
    taken: np.ndarray = np.zeros((0, 0))  # [cohorts, N], room for those taken in a week
    entered: np.ndarray = np.zeros((0, 0))  # [quarters, N], room where there is an order
    before: np.ndarray = np.zeros(0)  # [N], room
    pull: float = 0.0  # log odds added to ability where a rescue was heard of (``journey.pull``)
    expected: np.ndarray = np.zeros(0)  # [P], room where there is a pull: rescues in the news
    known: np.ndarray = np.zeros((0, 0), np.int64)  # [weeks, P], likewise: what became known

    def with_room(self, provinces: int = 0) -> Rescue:
        """Return the same with room of its own, to be followed in one run after the other.

        ``provinces`` are those of a run whose citizens may hear of it.

        Raises
        ------
        ValueError
            A number is none, or outside its limits.
        """
        limits = {
            "wanted": (0.0, np.inf), "eligible": (0.0, 1.0), "failure": (0.0, 1.0),
            "pull": (0.0, MOST_PULL),
        }  # fmt: skip
        for name, (low, high) in limits.items():
            values = np.asarray(getattr(self, name), float)
            if not (np.isfinite(values) & (values >= low) & (values <= high)).all():
                raise ValueError(f"{name} must be numbers from {low:g} to {high:g}")
        if self.order not in (LONGEST_FIRST, ANYONE, NEWEST_FIRST):
            raise ValueError(f"order = {self.order!r} is none of -1, 0 and 1")
        cells = np.size(self.eligible)
        quarters = len(self.wanted) // QUARTER + 1 if self.order != ANYONE else 0
        room = np.zeros((max(1, quarters), cells)), np.zeros((quarters, cells)), np.zeros(cells)
        wanted, eligible = (np.ascontiguousarray(one, float) for one in self[:2])
        hears = provinces if self.pull > 0.0 else 0
        known = np.zeros((len(self.wanted) if hears else 0, hears), np.int64)
        own = float(self.failure), int(self.order), *room, float(self.pull), np.zeros(hears), known
        return Rescue(wanted, eligible, *own)


def no_rescue() -> Rescue:
    """Return what stands for rescues where there are none."""
    return Rescue(np.zeros(0), np.zeros(0), 0.0).with_room()


@compiled
def before_moves(t: Travellers, rescue: Rescue, week: int) -> None:
    """Note who is in China before a week's moves; in the first week nobody is."""
    if week == 0:
        rescue.entered[:] = 0.0
    for n in range(rescue.before.size):
        rescue.before[n] = t.people[IN_CHINA, n]


@compiled
def _take_from(
    t: Travellers, rescue: Rescue, people: np.ndarray, wanted: float, taken: np.ndarray
) -> float:
    """Take people [N] of those in China, of each cell the same share; return how many."""
    available, every = 0.0, 0.0
    taken[:] = 0.0
    for n in range(people.size):
        available += rescue.eligible[n] * people[n]
    if available > 0.0 and wanted > 0.0:
        share = min(1.0, wanted / available)
        for n in range(people.size):
            taken[n] = share * rescue.eligible[n] * people[n]
            people[n] -= taken[n]
            t.people[HELD, n] += rescue.failure * taken[n]
            every += taken[n]
    return every


@compiled
def _stay(t: Travellers, rescue: Rescue, week: int) -> None:
    """Follow who is still in China by the quarter of the last entry, after a week's moves."""
    now, entered, before = week // QUARTER, rescue.entered, rescue.before
    for quarter in range(now + 1):
        for n in range(before.size):
            entered[quarter, n] *= t.stay[n]
    for n in range(before.size):
        entered[now, n] += max(0.0, t.people[IN_CHINA, n] - before[n] * t.stay[n])


@compiled
def take_out(t: Travellers, rescue: Rescue, week: int) -> int:
    """Take people of the week's end; return the rows of ``rescue.taken`` that are filled.

    A row is a cohort of those who entered China in the same quarter, or everyone where there is no
    order; of each cell of a cohort the same share is taken. Those whose mission fails are held, the
    others are in no cell any more.
    """
    china, wanted = t.people[IN_CHINA], rescue.wanted[week]
    if rescue.order == ANYONE:
        _take_from(t, rescue, china, wanted, rescue.taken[0])
        return 1
    _stay(t, rescue, week)
    entered, last, left, rows = rescue.entered, week // QUARTER, wanted, 0
    for number in range(last + 1):
        if left > 0.0:
            quarter = number if rescue.order == LONGEST_FIRST else last - number
            left -= _take_from(t, rescue, entered[quarter], left, rescue.taken[rows])
            rows += 1
    for n in range(china.size):
        china[n] = 0.0
        for quarter in range(last + 1):
            china[n] += entered[quarter, n]
    return rows


@compiled
def rescue_in_run(
    provinces: np.ndarray, p: Any, t: Travellers, rescue: Rescue, week: int, taken: np.ndarray
) -> None:
    """Take people of the week's end, and note what home may hear of it (``journey.news``).

    Those rescued arrive in this week; a failed mission ends with a return. Filled: the week's row
    of ``taken`` [weeks, P].
    """
    wide = t.stay.size // provinces.size
    rows = take_out(t, rescue, week)
    for here in range(provinces.size):
        people = 0.0
        for row in range(rows):
            for n in range(here * wide, (here + 1) * wide):
                people += rescue.taken[row, n]
        taken[week, here] = people
        if rescue.expected.size > 0:
            rescue.expected[here] = p.news_of_arrivals * (1.0 - rescue.failure) * people
        provinces[here].news_stopped += p.news_of_arrivals * rescue.failure * people
        provinces[here].news_successes += p.news_of_arrivals * (1.0 - rescue.failure) * people
