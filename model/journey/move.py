"""The step: where everybody is after one more week, and what it counts.

All of it is linear. So a week adds who was where to the *person-weeks*, and flows follow from these
once a year, by the shares of a week that were in force.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled, inlined
from defection.journey.cells import (
    BLOCKS,
    F_ARRIVALS,
    F_CROSSED,
    F_CROSSED_AGAIN,
    F_DIED,
    F_ELSEWHERE,
    F_OTHER_WAYS,
    F_RETURNED,
    F_SETTLED,
    F_STAYED_HOME,
    F_TRIED_AGAIN,
    F_UNITED_STATES,
    F_VISITS,
    HELD,
    HIDDEN,
    HOME,
    IN_CHINA,
    KINDS,
    place,
)  # fmt: skip
from defection.journey.rates import DIE, HAZARDS, ONWARD, RETURN, SETTLE, VISIT, Chances

_place = compiled(place)


class Travellers(NamedTuple):
    """The people of one run after the border, in N places and G groups, and what was counted."""

    people: np.ndarray  # [BLOCKS, N]
    weeks: np.ndarray  # [BLOCKS, N], person-weeks that are not counted as flows yet
    stopped: np.ndarray  # [N], further attempts that were stopped, likewise
    crossed: np.ndarray  # [G], people who crossed, likewise
    admitted: np.ndarray  # [2, G], people whom the United States let in by its places, likewise,
    # and those of this week
    length: np.ndarray  # [1], weeks, likewise
    arriving: np.ndarray  # [G], people who cross in this week
    entry: np.ndarray  # int64 [G], place of those of a group who are hidden and were never returned
    province: np.ndarray  # int64 [N], of a place
    repression: np.ndarray  # [N], share of further attempts that is stopped in this week
    leave: np.ndarray  # [hazards, N], share of those in China who go each way
    stay: np.ndarray  # [N], share of them who stay
    once_more: np.ndarray  # [N], 1 where who is returned from the place before is counted
    at_most: np.ndarray  # [N], 1 where who is returned from the same place is
    tried: np.ndarray  # [N], room
    caught: np.ndarray  # [N], room
    returned: np.ndarray  # [size + N], room
    hazards: np.ndarray  # [hazards], room
    chances: Chances


def new_travellers(journey: Any) -> Travellers:
    """Return room for a run in which nobody has crossed yet, by ``data.JourneyArrays``."""
    groups, size = journey.gender.size, journey.size
    n = groups * len(KINDS) * journey.times
    returns = np.arange(n) // max(size, 1) % journey.times
    room = {name: np.zeros(n) for name in ("stopped", "repression", "stay", "tried", "caught")}
    return Travellers(
        people=np.zeros((len(BLOCKS), n)),
        weeks=np.zeros((len(BLOCKS), n)),
        crossed=np.zeros(groups),
        admitted=np.zeros((2, groups)),
        length=np.zeros(1),
        arriving=np.zeros(groups),
        entry=np.array(
            [place(g // size, HIDDEN, 0, g % size, size, journey.times) for g in range(groups)],
            np.int64,
        ),
        province=np.arange(n) // max(len(KINDS) * size * journey.times, 1),
        leave=np.zeros((len(HAZARDS), n)),
        once_more=(returns > 0).astype(float),
        at_most=(returns == journey.times - 1).astype(float),
        returned=np.zeros(size + n),
        hazards=np.zeros(len(HAZARDS)),
        chances=Chances.empty(journey.is_female.size),
        **room,
    )


@compiled
def set_leave(t: Travellers, journey: Any) -> None:
    """Give every place the shares of a week by its gender and kind."""
    size, wide = journey.size, journey.size * journey.times
    for n in range(t.stay.size):
        kind, group = n // wide % 2, n // (2 * wide) * size + n % size
        shares = t.chances.leave[journey.gender[group], kind]
        t.stay[n] = 1.0
        for hazard in range(shares.size):
            t.leave[hazard, n] = shares[hazard]
            t.stay[n] = max(0.0, t.stay[n] - shares[hazard])


@compiled
def move(t: Travellers, first: int, last: int) -> None:
    """Let those in the places ``first`` to before ``last`` move for a week.

    They are those of whole provinces. Everyone moves at most once, from where they were at the
    start of the week. Each loop is so short that it is done for several places at once.
    """
    here = slice(first, last)
    size = t.returned.size - t.stay.size
    release, again, tries = t.chances.release[0], t.chances.again[0], t.chances.again[1]
    china, held, home = t.people[IN_CHINA, here], t.people[HELD, here], t.people[HOME, here]
    back, visit, stay = t.leave[RETURN, here], t.leave[VISIT, here], t.stay[here]
    tried, caught, repression = t.tried[here], t.caught[here], t.repression[here]
    stopped = t.stopped[here]
    for block in range(t.people.shape[0]):
        weeks, people = t.weeks[block, here], t.people[block, here]
        for n in range(people.size):
            weeks[n] += people[n]
    for n in range(tried.size):
        tried[n] = home[n] * tries
        caught[n] = tried[n] * repression[n]
    for n in range(stopped.size):
        stopped[n] += caught[n]
    for n in range(home.size):
        home[n] = (home[n] - tried[n]) + again * (held[n] * release + china[n] * visit[n])
    if t.stay.size == 2 * t.crossed.size:  # returns are not counted apart
        for n in range(held.size):
            held[n] = ((held[n] - held[n] * release) + caught[n]) + china[n] * back[n]
    else:
        before, returned = t.returned[here], t.returned[size + first : size + last]
        once_more, at_most = t.once_more[here], t.at_most[here]
        for n in range(returned.size):
            returned[n] = china[n] * back[n]
        for n in range(held.size):
            held[n] = (held[n] - held[n] * release) + caught[n]
        for n in range(held.size):
            held[n] += once_more[n] * before[n] + at_most[n] * returned[n]
    for n in range(china.size):
        china[n] = china[n] * stay[n] + (tried[n] - caught[n])


@compiled
def admit(t: Travellers, journey: Any) -> None:
    """Let the United States take in as many of this week's onward moves as it has places for.

    Called before anybody moves. Nothing happens where the shares of the data are in force; who
    calls it every week of many runs asks before, since it takes many arrays.
    """
    if t.chances.admission[0] <= 0.0:
        return
    size, rows = journey.size, 2 * journey.times
    whole = 0.0
    for n in range(t.stay.size):
        whole += t.people[IN_CHINA, n] * t.leave[ONWARD, n]
    share = t.chances.admission[0]
    if whole * share > t.chances.admission[1]:
        share = t.chances.admission[1] / whole
    t.chances.onward[0] = 1.0 - t.chances.onward[2] - share
    t.chances.onward[1] = share
    for g in range(t.crossed.size):
        onward = 0.0
        for row in range(rows):
            n = _place(g // size, 0, row, g % size, size, journey.times)
            onward += t.people[IN_CHINA, n] * t.leave[ONWARD, n]
        t.admitted[1, g] = onward * share
        t.admitted[0, g] += onward * share


@inlined
def enter(t: Travellers, journey: Any, first: int, last: int) -> None:
    """Let those from the provinces ``first`` to before ``last`` who cross in this week enter China.

    Of each group the exposed stand behind the hidden.
    """
    size, wide, share = journey.size, journey.size * journey.times, t.chances.exposed[0]
    china = t.people[IN_CHINA]
    for g in range(first * size, last * size):
        n, arriving = t.entry[g], t.arriving[g]
        found = arriving * share
        china[n] += arriving - found
        china[n + wide] += found
        t.crossed[g] += arriving
        t.arriving[g] = 0.0


@compiled
def move_province(t: Travellers, journey: Any, province: int, repression: float) -> None:
    """Let those from a province move for a week, of whose attempts ``repression`` is stopped."""
    wide = 2 * journey.size * journey.times
    for n in range(province * wide, (province + 1) * wide):
        t.repression[n] = repression
    move(t, province * wide, (province + 1) * wide)
    enter(t, journey, province, province + 1)


@compiled
def count(t: Travellers, journey: Any, flows: np.ndarray, stocks: np.ndarray) -> None:
    """Add what person-weeks say to the flows [FLOWS, G], and note the stocks [STOCKS, G]."""
    release, again, tries = t.chances.release[0], t.chances.again[0], t.chances.again[1]
    size, times = journey.size, journey.times
    for g in range(t.crossed.size):
        province, within = divmod(g, size)
        onward, returned, visits, settled, died = 0.0, 0.0, 0.0, 0.0, 0.0
        tried, stopped, released = 0.0, 0.0, 0.0
        stocks[:, g] = 0.0
        for row in range(2 * times):
            n = _place(province, 0, row, within, size, times)
            weeks = t.weeks[IN_CHINA, n]
            onward += weeks * t.leave[ONWARD, n]
            returned += weeks * t.leave[RETURN, n]
            visits += weeks * t.leave[VISIT, n]
            settled += weeks * t.leave[SETTLE, n]
            died += weeks * t.leave[DIE, n]
            released += t.weeks[HELD, n] * release
            tried += t.weeks[HOME, n] * tries
            stopped += t.stopped[n]
            for block in range(t.people.shape[0]):
                stocks[block, g] += t.people[block, n]
        other = t.chances.other_ways[journey.gender[g]] * journey.other_share[g] * t.length[0]
        flows[F_CROSSED, g] += t.crossed[g]
        flows[F_TRIED_AGAIN, g] += tried
        flows[F_CROSSED_AGAIN, g] += tried - stopped
        south, states = onward * t.chances.onward[0], onward * t.chances.onward[1]
        if t.chances.admission[0] > 0.0:
            states = t.admitted[0, g]
            south = onward * (1.0 - t.chances.onward[2]) - states
        flows[F_ARRIVALS, g] += south + other
        flows[F_OTHER_WAYS, g] += other
        flows[F_UNITED_STATES, g] += states
        flows[F_ELSEWHERE, g] += onward * t.chances.onward[2]
        flows[F_RETURNED, g] += returned
        flows[F_VISITS, g] += visits
        flows[F_STAYED_HOME, g] += (released + visits) * (1.0 - again)
        flows[F_SETTLED, g] += settled
        flows[F_DIED, g] += died


@compiled
def begin(t: Travellers, everything: bool) -> None:
    """Count from nothing again; with ``everything`` there is nobody any more either."""
    t.weeks[:] = 0.0
    t.stopped[:] = 0.0
    t.crossed[:] = 0.0
    t.admitted[:] = 0.0
    t.length[0] = 0.0
    if everything:
        t.people[:] = 0.0
        t.arriving[:] = 0.0
