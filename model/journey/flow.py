"""A whole run's journey: from who crossed in each week to stocks and flows by year."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from defection.compiled import compiled
from defection.journey.cells import BLOCK, CELLS, FLOWS, STOCKS
from defection.journey.data import GENDER, JourneyArrays, groups, journey_arrays
from defection.journey.move import move
from defection.journey.parameters import JourneyParameters
from defection.journey.rates import HAZARDS, Chances, set_chances
from defection.measures import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from defection.country import Country


class Travellers(NamedTuple):
    """The people of one run after the border, in G groups, and room for a week."""

    people: np.ndarray  # [CELLS, G]
    arriving: np.ndarray  # [G]
    chances: Chances
    hazards: np.ndarray  # [hazards]


def new_travellers(journey: JourneyArrays) -> Travellers:
    """Return room for a run in which nobody has crossed yet."""
    genders, count = journey.is_female.size, journey.gender.size
    chances = Chances(
        leave=np.zeros((genders, 2, len(HAZARDS))),
        release=np.zeros(1),
        again=np.zeros(2),
        onward=np.zeros(3),
        other_ways=np.zeros(genders),
    )
    return Travellers(np.zeros((CELLS, count)), np.zeros(count), chances, np.zeros(len(HAZARDS)))


@compiled
def count_arriving(journey: JourneyArrays, t: Travellers, crossed: np.ndarray) -> None:
    """Count by groups who crossed of each category this week, [P C]."""
    t.arriving[:] = 0.0
    for i in range(crossed.size):
        t.arriving[journey.group[i]] += crossed[i]


@compiled
def move_province(
    journey: JourneyArrays, p: Any, t: Travellers, here: int, repression: float, flows: np.ndarray
) -> None:
    """Let the people from one province move for a week; ``flows`` [FLOWS, G] are added to."""
    move(
        t.people, flows, t.chances, journey.gender, journey.other_share, here * journey.size,
        (here + 1) * journey.size, t.arriving, p.exposed_share, repression,
    )  # fmt: skip


@compiled
def take_stock(t: Travellers, stocks: np.ndarray) -> None:
    """Note the stocks of each group [STOCKS, G]."""
    for stock in range(stocks.shape[0]):
        for g in range(stocks.shape[1]):
            total = 0.0
            for number in range(stock * BLOCK, (stock + 1) * BLOCK):
                total += t.people[number, g]
            stocks[stock, g] = total


@compiled
def follow_weeks(
    journey: JourneyArrays,
    p: Any,
    t: Travellers,
    crossed: np.ndarray,
    repression: np.ndarray,
    flows: np.ndarray,
    stocks: np.ndarray,
) -> None:
    """Follow whoever crossed, week by week.

    Parameters
    ----------
    journey, p, t
        The country's journey, its parameters (a row of ``parameters.ROW``), and people and room.
    crossed, repression : arrays
        People of each category who crossed, [weeks, P C]; repression in force, [weeks, P].
    flows, stocks : arrays
        Filled: [Y, FLOWS, G] of each year, and [Y, STOCKS, G] at the end of each.
    """
    for week in range(crossed.shape[0]):
        year = week // WEEKS_PER_YEAR
        if week % WEEKS_PER_YEAR == 0:
            set_chances(p, journey, year, t.hazards, t.chances)
        count_arriving(journey, t, crossed[week])
        for here in range(repression.shape[1]):
            move_province(journey, p, t, here, repression[week, here], flows[year])
        take_stock(t, stocks[year])


@dataclasses.dataclass(frozen=True, eq=False)
class JourneyRecord:
    """The journey of a run by year (Y) and group (G: province, gender, and what else was asked).

    Parameters
    ----------
    country : Country
        Whose provinces and dimensions name the groups.
    by : tuple of str
        Dimensions by which people are grouped within a province.
    flows : array
        People in a year, [Y, FLOWS, G] (``cells.FLOWS``).
    stocks : array
        People at the end of each year, or of the last week that was run, [Y, STOCKS, G]
        (``cells.STOCKS``).
    """

    country: Country
    by: tuple[str, ...]
    flows: np.ndarray
    stocks: np.ndarray

    @classmethod
    def empty(cls, country: Country, weeks: int, by: tuple[str, ...] = (GENDER,)) -> JourneyRecord:
        """Return a record of ``weeks`` weeks in which nobody has moved."""
        years, count = -(-weeks // WEEKS_PER_YEAR), len(groups(country, by))
        shape = (years, len(FLOWS), count), (years, len(STOCKS), count)
        return cls(country, by, np.zeros(shape[0]), np.zeros(shape[1]))

    def table(self) -> pd.DataFrame:
        """Return a row per year and group: year, province, the dimensions, flows and stocks."""
        years = self.country.years[: len(self.flows)]
        names = groups(self.country, self.by)
        table = pd.DataFrame(names * len(years), columns=["province", *self.by])
        table.insert(0, "year", np.repeat(np.array(years), len(names)))
        for column, name in enumerate(FLOWS):
            table[name] = self.flows[:, column].ravel()
        for column, name in enumerate(STOCKS):
            table[name] = self.stocks[:, column].ravel()
        return table

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, flows and stocks in expected people."""
        columns = [*FLOWS, *STOCKS]
        return self.table().groupby("year", as_index=False)[columns].sum()


class Journey:
    """The journey of a run that goes on, week by week.

    Parameters
    ----------
    country : Country
        A country with a journey.
    weeks : int
        The most weeks of the run.
    parameters : JourneyParameters
        Of the journey.
    by : tuple of str
        Dimensions by which people are grouped within a province.
    """

    def __init__(
        self,
        country: Country,
        weeks: int,
        parameters: JourneyParameters,
        by: tuple[str, ...] = (GENDER,),
    ) -> None:
        self.arrays = journey_arrays(country, by)
        self.parameters, self.p = parameters, parameters.row()
        self.travellers = new_travellers(self.arrays)
        self._whole = JourneyRecord.empty(country, weeks, by)
        self._years = 0  # that have begun

    @property
    def record(self) -> JourneyRecord:
        """The journey so far; a run that stopped early has no later years."""
        whole, years = self._whole, slice(self._years)
        return dataclasses.replace(whole, flows=whole.flows[years], stocks=whole.stocks[years])

    def begin_week(self, year: int, crossed: np.ndarray) -> None:
        """Set the chances of a week of a year (its position); count who has crossed, [P C]."""
        set_chances(self.p, self.arrays, year, self.travellers.hazards, self.travellers.chances)
        count_arriving(self.arrays, self.travellers, crossed)

    def move(self, year: int, province: int, repression: float) -> None:
        """Let the people from a province move."""
        flows = self._whole.flows[year]
        move_province(self.arrays, self.p, self.travellers, province, repression, flows)

    def end_week(self, year: int) -> None:
        """Note where people are."""
        take_stock(self.travellers, self._whole.stocks[year])
        self._years = year + 1


def follow(
    country: Country,
    parameters: JourneyParameters,
    crossed: np.ndarray,
    repression: np.ndarray,
    by: tuple[str, ...] = (GENDER,),
) -> tuple[JourneyRecord, Travellers]:
    """Follow those who crossed in a run that is over.

    Parameters
    ----------
    country : Country
        A country with a journey.
    parameters : JourneyParameters
        Of the journey.
    crossed : array
        People of each category who crossed, [weeks, P C].
    repression : array
        In force in each province, [weeks, P].
    by : tuple of str
        Dimensions by which people are grouped.

    Returns
    -------
    tuple
        The flows and stocks by year, and where everyone is at the end.

    Raises
    ------
    CountryError
        The country has no journey, or not these dimensions.
    """
    journey, weeks = journey_arrays(country, by), len(crossed)
    record, travellers = JourneyRecord.empty(country, weeks, by), new_travellers(journey)
    p = parameters.row()
    follow_weeks(journey, p, travellers, crossed, repression, record.flows, record.stocks)
    return record, travellers
