"""A whole run's journey: from who crossed in each week to stocks and flows by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from defection.compiled import compiled, inlined
from defection.interventions import Timetable, timetable
from defection.journey.cells import FLOWS, STOCKS
from defection.journey.data import GENDER, JourneyArrays, journey_arrays
from defection.journey.move import (
    Travellers,
    admit,
    begin,
    count,
    enter,
    move,
    move_province,
    new_travellers,
    set_leave,
)  # fmt: skip
from defection.journey.news import expect_news
from defection.journey.pull import InRun
from defection.journey.rates import set_chances
from defection.journey.record import NAMES, JourneyRecord
from defection.journey.statuses import STATUS, distinguishes_status, with_status
from defection.measures import WEEKS_PER_YEAR
from defection.state import SETTINGS, settings_row

if TYPE_CHECKING:
    from defection.country import Country
    from defection.parameters import Parameters


@compiled
def begin_year(
    journey: JourneyArrays, p: Any, t: Travellers, year: int, flows: Any, stocks: Any
) -> None:
    """Put the chances of a year (its position) in force; ``p`` is a row of ``state.SETTINGS``.

    What was counted of the same year under other chances becomes part of its ``flows``.
    """
    if t.length[0] > 0:
        count(t, journey, flows[year], stocks[year])
        begin(t, False)
    set_chances(p, journey, year, t.hazards, t.chances)
    set_leave(t, journey)


@inlined
def pass_week(journey: JourneyArrays, t: Travellers, repression: np.ndarray) -> None:
    """Let everybody move for a week, by the repression in force in each province, [P]."""
    for n in range(t.repression.size):
        t.repression[n] = repression[t.province[n]]
    move(t, 0, t.stay.size)
    enter(t, journey, 0, repression.size)
    t.length[0] += 1.0


@compiled
def count_arriving(journey: JourneyArrays, t: Travellers, crossed: np.ndarray) -> None:
    """Count by groups who crossed of each category this week, [P C]."""
    for i in range(crossed.size):
        if crossed[i] > 0:
            t.arriving[journey.group[i]] += crossed[i]


@inlined
def year_ends(week: int, is_last: bool) -> bool:
    """Whether a week is the last of a year, or of the run."""
    return is_last or (week + 1) % WEEKS_PER_YEAR == 0


@compiled
def end_year(journey: JourneyArrays, t: Travellers, year: int, flows: Any, stocks: Any) -> None:
    """Count what is not counted yet of a year, [Y, FLOWS, G] and [Y, STOCKS, G]."""
    count(t, journey, flows[year], stocks[year])
    begin(t, False)


@compiled
def follow_weeks(
    journey: JourneyArrays,
    p: Any,
    changes: Timetable,
    t: Travellers,
    crossed: np.ndarray,
    repression: np.ndarray,
    flows: np.ndarray,
    stocks: np.ndarray,
) -> None:
    """Follow whoever crossed, week by week.

    Parameters
    ----------
    journey, p, changes, t
        The country's journey, the parameters of the first week (a row of ``state.SETTINGS``), what
        changes later, and people and room.
    crossed, repression : arrays
        People of each category who crossed, [weeks, P C]; repression in force, [weeks, P].
    flows, stocks : arrays
        Filled: [Y, FLOWS, G] of each year, and [Y, STOCKS, G] at the end of each.
    """
    weeks, following = crossed.shape[0], 0
    for week in range(weeks):
        changed = week % WEEKS_PER_YEAR == 0
        while following < changes.weeks.size and changes.weeks[following] == week:
            if changes.provinces[following] == 0:
                p = changes.settings[following]
            following, changed = following + 1, True
        if changed:
            begin_year(journey, p, t, week // WEEKS_PER_YEAR, flows, stocks)
        count_arriving(journey, t, crossed[week])
        if t.chances.admission[0] > 0.0:
            admit(t, journey)
        pass_week(journey, t, repression[week])
        if year_ends(week, week + 1 == weeks):
            end_year(journey, t, week // WEEKS_PER_YEAR, flows, stocks)


class Journey(InRun):
    """The journey of a run that goes on, week by week.

    Parameters
    ----------
    country : Country
        A country with a journey.
    weeks : int
        The most weeks of the run.
    parameters : Parameters
        Of the run: they say whether people must be followed by status as well.
    by : tuple of str
        Dimensions by which people are grouped within a province.
    """

    def __init__(
        self, country: Country, weeks: int, parameters: Parameters, by: tuple[str, ...] = (GENDER,)
    ) -> None:
        self._by = by
        followed, self._levels = with_status(country, by, distinguishes_status(parameters))
        self._by_status = STATUS in followed
        self.arrays = journey_arrays(country, followed)
        self.travellers = new_travellers(self.arrays)
        self._counted = JourneyRecord.empty(country, weeks, followed)
        self._weeks = 0
        groups = self.arrays.gender.size
        self.latest = np.zeros((len(FLOWS), groups)), np.zeros((len(STOCKS), groups))
        """The latest week's flows and stocks of each group."""
        self._by_week: list[np.ndarray] = []

    def can_follow(self, parameters: Parameters) -> bool:
        """Whether people are told apart as these parameters of the run need it."""
        return self._by_status or not distinguishes_status(parameters)

    @property
    def record(self) -> JourneyRecord:
        """The journey so far; a run that stopped early has no later years."""
        years = -(-self._weeks // WEEKS_PER_YEAR)
        flows, stocks = self._counted.flows[:years].copy(), self._counted.stocks[:years].copy()
        if self.travellers.length[0]:
            count(self.travellers, self.arrays, flows[-1], stocks[-1])
        return self._counted.summed(self._by, flows, stocks, self._levels)

    def begin_week(self, p: np.void, crossed: np.ndarray, *, changed: bool) -> None:
        """Begin a week with those who cross in it, [P C].

        ``p`` is a row of ``state.SETTINGS``; ``changed`` says that it may not be that of the week
        before.
        """
        t, year = self.travellers, self._weeks // WEEKS_PER_YEAR
        if changed or self._weeks % WEEKS_PER_YEAR == 0:
            begin_year(self.arrays, p, t, year, self._counted.flows, self._counted.stocks)
        count_arriving(self.arrays, t, crossed)
        admit(t, self.arrays)
        self._before = t.people.copy(), t.arriving.copy()
        self._admitted = t.admitted[[1, 1]]
        self.begin_rescues(t, p, self._weeks)

    def expect_news(self, provinces: np.ndarray, here: int, p: np.void) -> None:
        """Note what may be heard of those from a province this week, before they move."""
        expect_news(provinces, here, p, self.arrays, self.travellers)

    def move(self, province: int, repression: float) -> None:
        """Let those from a province move, and those who cross enter China."""
        move_province(self.travellers, self.arrays, province, repression)

    def end_week(self, provinces: np.ndarray) -> None:
        """Let a programme take people, and note what happened in the week."""
        t, (people, arriving) = self.travellers, self._before
        self.rescue_people(provinces, t, self._weeks)
        t.length[0] += 1.0
        if year_ends(self._weeks, False):
            year = self._weeks // WEEKS_PER_YEAR
            end_year(self.arrays, t, year, self._counted.flows, self._counted.stocks)
        self._weeks += 1
        week = t._replace(
            weeks=people, crossed=arriving, stopped=t.caught, length=np.ones(1),
            admitted=self._admitted,
        )  # fmt: skip
        self.latest = np.zeros_like(self.latest[0]), np.zeros_like(self.latest[1])
        count(week, self.arrays, *self.latest)
        by_group = np.concatenate(self.latest)
        self._by_week.append(by_group.reshape(len(by_group), -1, self.arrays.size).sum(axis=2))

    def national(self) -> dict[str, float]:
        """Return the latest week's flows and stocks of the whole country."""
        return dict(zip(NAMES, np.concatenate(self.latest).sum(axis=1).tolist(), strict=True))

    def weekly(self) -> dict[str, np.ndarray]:
        """Return each flow and stock by week and province, [weeks, P]."""
        provinces = self.arrays.gender.size // self.arrays.size
        kept = np.array(self._by_week).reshape(-1, len(NAMES), provinces)
        return {name: kept[:, number] for number, name in enumerate(NAMES)}


def row_of(parameters: Parameters) -> np.void:
    """Return parameters as compiled code reads them, a row of ``state.SETTINGS``."""
    return np.array([settings_row(parameters, 0)], SETTINGS)[0]


def follow(
    country: Country,
    parameters: Parameters,
    crossed: np.ndarray,
    repression: np.ndarray,
    by: tuple[str, ...] = (GENDER,),
    times: int = 1,
) -> tuple[JourneyRecord, Travellers]:
    """Follow those who crossed in a run that is over.

    Parameters
    ----------
    country : Country
        A country with a journey.
    parameters : Parameters
        Of the run; those of the law change nothing.
    crossed : array
        People of each category who crossed, [weeks, P C].
    repression : array
        In force in each province, [weeks, P].
    by : tuple of str
        Dimensions by which people are grouped.
    times : int
        How many numbers of returns are counted apart: with 4 never, once, twice, more often.

    Returns
    -------
    tuple
        The flows and stocks by year, and where everyone is at the end (by status as well, where
        a risk depends on it).

    Raises
    ------
    CountryError
        The country has no journey, or not these dimensions.
    """
    followed, levels = with_status(country, by, distinguishes_status(parameters))
    journey, weeks = journey_arrays(country, followed, times), len(crossed)
    record, travellers = JourneyRecord.empty(country, weeks, followed), new_travellers(journey)
    p = row_of(parameters)
    changes = timetable(parameters, country, lambda _reading: 0)
    follow_weeks(journey, p, changes, travellers, crossed, repression, record.flows, record.stocks)
    return record.summed(by, record.flows, record.stocks, levels), travellers
