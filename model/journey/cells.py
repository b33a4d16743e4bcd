"""Where people can be after they have crossed, and what is counted of them.

A cell is one row of the state ``people`` [CELLS, G]; its columns are groups of people: a province
of origin and a gender, or also an age. People are of two kinds, by the risk that they are found and
returned: those settled in hiding, and the exposed. Both are counted apart by how often they have
been returned by force: never, once, twice, three times or more.
"""

from __future__ import annotations

HIDDEN, EXPOSED = KINDS = range(2)
TIMES = 4
"""Never returned, once, twice, three times or more."""

BLOCK = len(KINDS) * TIMES
IN_CHINA, HELD, HOME = 0, BLOCK, 2 * BLOCK
"""First cell of those in China, held after a return, and at home who will try again."""

STAYS_HOME, SOUTH, UNITED_STATES, ELSEWHERE, SETTLED, DIED = range(3 * BLOCK, 3 * BLOCK + 6)
"""Cells that nobody leaves."""

CELLS = 3 * BLOCK + 6

STOCKS = {
    "in_china": "people in China who have neither left it nor settled",
    "held": "people held after they were returned or stopped",
    "home": "people back home who will try again",
}
"""Stocks at the end of a week, in people."""

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


def cell(block: int, kind: int, times: int) -> int:
    """Return the number of a cell of a block: ``IN_CHINA``, ``HELD`` or ``HOME``."""
    return block + kind * TIMES + times
