"""Where people can be after they have crossed, and what is counted of them.

The state ``people`` [BLOCKS, N] has a row for each block: those in China, those held, and those at
home who will try again. Its N places are those of province after province, in each of them by kind,
by times returned, and last by group (gender, or also age): ``place`` says where. People are of two
kinds, by the risk that they are found and returned: those settled in hiding, and the exposed. Both
can be counted apart by how often they have been returned by force, which changes no risk.
"""

from __future__ import annotations

HIDDEN, EXPOSED = KINDS = range(2)
TIMES = 4
"""Never returned, once, twice, three times or more: numbers of returns, where they are counted."""

IN_CHINA, HELD, HOME = BLOCKS = range(3)

STOCKS = {
    "in_china": "people in China who have neither left it nor settled",
    "held": "people held after they were returned or stopped",
    "home": "people back home who will try again",
}
"""Stocks at the end of a week, in people: the blocks in order."""

FLOWS = {
    "crossed": "people who crossed for the first time",
    "tried_again": "further attempts of people who had been in China",
    "crossed_again": "those of them that were not stopped",
    "arrivals": "people who arrived in the South, by way of China or another",
    "other_ways": "those of them who were never in China",
    "united_states": "people who arrived in the United States",
    "elsewhere": "people who arrived in another country",
    "returned": "returns by force",
    "visits": "returns home by choice",
    "stayed_home": "people who came home and will not try again",
    "settled": "people who settled in China for good",
    "died": "people who died in China",
}
"""Flows of a week, in people (``tried_again``, ``crossed_again``, ``returned`` and ``visits`` may
count one person several times)."""

(
    F_CROSSED, F_TRIED_AGAIN, F_CROSSED_AGAIN, F_ARRIVALS, F_OTHER_WAYS, F_UNITED_STATES,
    F_ELSEWHERE, F_RETURNED, F_VISITS, F_STAYED_HOME, F_SETTLED, F_DIED,
) = range(len(FLOWS))  # fmt: skip


def place(province: int, kind: int, returns: int, within: int, size: int, times: int = 1) -> int:
    """Return where in a block the people of a group are, which is ``within`` of ``size``.

    ``times`` are how many numbers of ``returns`` are counted apart, the last with all above it.
    """
    return ((province * 2 + kind) * times + returns) * size + within
