"""The step: where the people of each group are after one more week."""

from __future__ import annotations

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import (
    DIED,
    ELSEWHERE,
    EXPOSED,
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
    SETTLED,
    SOUTH,
    STAYS_HOME,
    TIMES,
    UNITED_STATES,
    cell,
)  # fmt: skip
from defection.journey.rates import DIE, ONWARD, RETURN, SETTLE, VISIT, Chances

_cell = compiled(cell)


@compiled
def move(
    people: np.ndarray,
    flows: np.ndarray,
    chances: Chances,
    gender: np.ndarray,
    other_share: np.ndarray,
    first: int,
    last: int,
    crossed: np.ndarray,
    exposed_share: float,
    stopped_share: float,
) -> None:
    """Let the people of the groups ``first`` to before ``last`` move for a week.

    Everyone moves at most once in a week, from where they were at its start.

    Parameters
    ----------
    people, flows : arrays
        Changed: people in each cell [CELLS, G], and the week's flows added [FLOWS, G].
    chances : Chances
        Of this week.
    gender, other_share : arrays
        Each group's gender, and its share of those of its gender who come by other ways, [G].
    crossed : array
        People of each group who crossed the border for the first time this week, [G].
    exposed_share : float
        Share of them who are exposed.
    stopped_share : float
        Share of the further attempts that is stopped: the repression in their province.
    """
    release, again, tries = chances.release[0], chances.again[0], chances.again[1]
    for g in range(first, last):
        leave = chances.leave[gender[g]]
        all_onward, all_returned, all_visits, all_settled, all_died = 0.0, 0.0, 0.0, 0.0, 0.0
        all_tried, all_stopped, all_came_home = 0.0, 0.0, 0.0
        for kind in (HIDDEN, EXPOSED):
            to_go, to_return, to_visit = (
                leave[kind, ONWARD],
                leave[kind, RETURN],
                leave[kind, VISIT],
            )
            to_settle, to_die = leave[kind, SETTLE], leave[kind, DIE]
            to_stay = 1.0 - (to_go + to_return + to_visit + to_settle + to_die)
            for back in range(TIMES):
                times = TIMES - 1 - back  # from the last, so that nobody moves twice
                here, held, home = (
                    _cell(IN_CHINA, kind, times),
                    _cell(HELD, kind, times),
                    _cell(HOME, kind, times),
                )
                present = people[here, g]
                released, tried = people[held, g] * release, people[home, g] * tries
                stopped, visits = tried * stopped_share, present * to_visit
                returned = present * to_return
                people[here, g] = present * to_stay + (tried - stopped)
                people[held, g] += stopped - released
                people[home, g] += (released + visits) * again - tried
                people[_cell(HELD, kind, min(times + 1, TIMES - 1)), g] += returned
                all_onward += present * to_go
                all_returned += returned
                all_visits += visits
                all_settled += present * to_settle
                all_died += present * to_die
                all_tried += tried
                all_stopped += stopped
                all_came_home += released + visits
        other = chances.other_ways[gender[g]] * other_share[g]
        south, states, elsewhere = (
            all_onward * chances.onward[0] + other,
            all_onward * chances.onward[1],
            all_onward * chances.onward[2],
        )
        stays = all_came_home - all_came_home * again
        exposed = crossed[g] * exposed_share
        people[_cell(IN_CHINA, HIDDEN, 0), g] += crossed[g] - exposed
        people[_cell(IN_CHINA, EXPOSED, 0), g] += exposed
        people[STAYS_HOME, g] += stays
        people[SOUTH, g] += south
        people[UNITED_STATES, g] += states
        people[ELSEWHERE, g] += elsewhere
        people[SETTLED, g] += all_settled
        people[DIED, g] += all_died
        flows[F_CROSSED, g] += crossed[g]
        flows[F_TRIED_AGAIN, g] += all_tried
        flows[F_CROSSED_AGAIN, g] += all_tried - all_stopped
        flows[F_ARRIVALS, g] += south
        flows[F_OTHER_WAYS, g] += other
        flows[F_UNITED_STATES, g] += states
        flows[F_ELSEWHERE, g] += elsewhere
        flows[F_RETURNED, g] += all_returned
        flows[F_VISITS, g] += all_visits
        flows[F_STAYED_HOME, g] += stays
        flows[F_SETTLED, g] += all_settled
        flows[F_DIED, g] += all_died
