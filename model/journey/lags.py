"""How long ago: time since people crossed, of those who arrive or are in China, looked up backward.

Looking back from the weeks of a window says what becomes of whoever crosses in any earlier week:
the expected arrivals in each part of the window, or weeks of presence in China. The people who
crossed, week by week, then give the whole distribution in one pass, without cohorts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from defection.compiled import compiled
from defection.journey.cells import EXPOSED, HIDDEN
from defection.journey.data import JourneyArrays
from defection.journey.move import new_travellers
from defection.journey.rates import ONWARD, RETURN, VISIT, Chances, set_chances
from defection.measures import WEEKS_PER_YEAR

KINDS = 2
IN_CHINA, HELD, HOME = STAGES = range(3)


class Window(NamedTuple):
    """Weeks ``first`` to ``last``, both included, looked at in parts of ``step`` weeks."""

    first: int
    last: int
    step: int = 1

    @property
    def parts(self) -> int:
        """How many parts it has; the last may be shorter."""
        return -(-(self.last - self.first + 1) // self.step)


class Seeking(NamedTuple):
    """What is looked for."""

    arrivals: bool = True
    """Arrivals in the South; otherwise presence in China at the end of each week."""
    returns: bool = True
    """Also of people who were returned by force, and came back, since they entered."""
    visits: bool = True
    """Also of people who went home by choice, and came back."""


@compiled
def look_back(
    journey: JourneyArrays,
    chances: Chances,
    repression: np.ndarray,
    seeking: Seeking,
    lowest: int,
    hit: int,
    ahead: np.ndarray,
) -> None:
    """Turn what people can expect after a week into what they could expect before it.

    Parameters
    ----------
    journey, chances : JourneyArrays, Chances
        The country's journey, and the chances of this week.
    repression : array
        In force this week, [P].
    seeking : Seeking
        What is looked for.
    lowest, hit : int
        First part of the window that may have anything yet, and the part in which the week itself
        lies, or -1.
    ahead : array
        Changed: expected number for one person in each place, [G, kinds, places, parts].
    """
    release, again, tries = chances.release[0], chances.again[0], chances.again[1]
    for g in range(ahead.shape[0]):
        stopped = repression[g // journey.size]
        for kind in (HIDDEN, EXPOSED):
            leave = chances.leave[journey.gender[g], kind]
            stay = 1.0
            for h in range(leave.size):
                stay -= leave[h]
            back = leave[RETURN] if seeking.returns else 0.0
            visit = leave[VISIT] * again if seeking.visits else 0.0
            china, held, home = ahead[g, kind, IN_CHINA], ahead[g, kind, HELD], ahead[g, kind, HOME]
            for part in range(lowest, ahead.shape[3]):
                c, d, e = china[part], held[part], home[part]
                china[part] = stay * c + back * d + visit * e
                held[part] = (1.0 - release) * d + release * again * e
                home[part] = (1.0 - tries) * e + tries * (stopped * d + (1.0 - stopped) * c)
            if hit >= 0 and seeking.arrivals:
                china[hit] += leave[ONWARD] * chances.onward[0]


@compiled
def _each_week_back(
    journey: Any,
    p: Any,
    chances: Any,
    hazards: np.ndarray,
    repression: np.ndarray,
    window: Window,
    seeking: Seeking,
    entered: np.ndarray,
    ahead: np.ndarray,
    spans: np.ndarray,
    since: np.ndarray,
    expected: np.ndarray,
) -> None:
    """Look back from a window's last week; note what was found of those who entered each week.

    ``entered`` [weeks, kinds, G] are people; ``since`` [weeks + 2, G] is added to by the number of
    weeks since they entered: what each row has more than the row before. ``expected`` [weeks,
    kinds, G], of any size, is filled with the sum over the parts for one person. ``spans`` is room,
    [3, parts]: weeks from now to each part's start and end, and its weeks.
    """
    year = -1
    for week in range(window.last, -1, -1):
        if week // WEEKS_PER_YEAR != year:
            year = week // WEEKS_PER_YEAR
            set_chances(p, journey, year, hazards, chances)
        hit = (week - window.first) // window.step if week >= window.first else -1
        lowest = max(hit, 0)
        for part in range(lowest, spans.shape[1]):
            start = window.first + part * window.step
            end = min(start + window.step - 1, window.last)
            start = max(start, week + 1 if seeking.arrivals else week)
            spans[0, part], spans[1, part], spans[2, part] = (
                start - week,
                end + 1 - week,
                end - start + 1,
            )
        for kind in range(KINDS):
            for g in range(ahead.shape[0]):
                found = ahead[g, kind, IN_CHINA]
                if hit >= 0 and not seeking.arrivals:
                    found[hit] += 1.0
                if expected.size > 0:
                    for part in range(lowest, found.size):
                        expected[week, kind, g] += found[part]
                people = entered[week, kind, g]
                if people <= 0.0:
                    continue
                for part in range(lowest, found.size):
                    if spans[2, part] > 0:
                        each = people * found[part] / spans[2, part]
                        since[spans[0, part], g] += each
                        since[spans[1, part], g] -= each
        look_back(journey, chances, repression[week], seeking, lowest, hit, ahead)


def weeks_since(
    journey: JourneyArrays,
    p: Any,
    entered: np.ndarray,
    repression: np.ndarray,
    window: Window,
    seeking: Seeking,
) -> np.ndarray:
    """Return people by the number of weeks since they entered China.

    Parameters
    ----------
    journey, p : JourneyArrays, void
        The country's journey and a row of its parameters.
    entered : array
        People of each kind and group who entered in each week, [weeks, kinds, G].
    repression : array
        In force in each week and province, [weeks, P].
    window : Window
        When they arrived, or were in China. Parts of more than one week are quicker; within a part
        people are spread evenly.
    seeking : Seeking
        What is looked for.

    Returns
    -------
    array
        [weeks + 1, G]: row n holds those who entered n weeks before the week of the window. They
        enter at the end of a week, so an arrival in row n comes between n - 1 and n weeks later,
        and a stay in row n is n weeks long at the end of a week. Presence is summed over the
        window's weeks.
    """
    steps = np.zeros((len(entered) + 2, journey.gender.size))
    _look(journey, p, entered, repression, window, seeking, steps, np.zeros((0, KINDS, 0)))
    return np.maximum(np.cumsum(steps, axis=0)[:-1], 0.0)


def expected_of(
    journey: JourneyArrays, p: Any, repression: np.ndarray, window: Window, seeking: Seeking
) -> np.ndarray:
    """Return what one person who enters in a week can expect, [weeks, kinds, G].

    Arrivals in the window, or weeks of it at the end of which the person is in China.
    """
    expected = np.zeros((len(repression), KINDS, journey.gender.size))
    whole = window._replace(step=window.last - window.first + 1)
    entered, since = np.zeros_like(expected), np.zeros((1, 1))
    _look(journey, p, entered, repression, whole, seeking, since, expected)
    return expected


def _look(
    journey: JourneyArrays,
    p: Any,
    entered: np.ndarray,
    repression: np.ndarray,
    window: Window,
    seeking: Seeking,
    since: np.ndarray,
    expected: np.ndarray,
) -> None:
    room = new_travellers(journey)
    ahead = np.zeros((journey.gender.size, KINDS, len(STAGES), window.parts))
    _each_week_back(
        journey, p, room.chances, room.hazards, repression, window, seeking, entered, ahead,
        np.empty((3, window.parts), np.int64), since, expected,
    )  # fmt: skip


def by_kind(crossed: np.ndarray, exposed_share: float) -> np.ndarray:
    """Return people who crossed, [weeks, G], by kind, [weeks, kinds, G]."""
    return np.stack([crossed * (1.0 - exposed_share), crossed * exposed_share], axis=1)


def share_between(since: np.ndarray, years: tuple[float, ...], *, arrivals: bool) -> float:
    """Return the share of people [weeks + 1] whose time lies in an interval of years.

    Not a number where there is nobody.

    Examples
    --------
    >>> share_between(np.array([0.0, *[1.0] * 104]), (0.0, 1.0), arrivals=True)
    0.5
    """
    start, end = (round(min(year * WEEKS_PER_YEAR, since.size)) + arrivals for year in years)
    total = since.sum()
    return float(since[start:end].sum() / total) if total > 0 else np.nan


def mean_years(since: np.ndarray) -> float:
    """Return the mean time of arrivals, [weeks + 1], in years; not a number if there are none.

    Examples
    --------
    >>> mean_years(np.array([0.0, 1.0, 0.0, 1.0])) * WEEKS_PER_YEAR
    1.5
    """
    total = since.sum()
    middle = np.arange(since.size) - 0.5
    return float(middle @ since / total / WEEKS_PER_YEAR) if total > 0 else np.nan
