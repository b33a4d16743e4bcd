"""What a run's journey leaves: flows and stocks by year and group of people."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from defection.journey.cells import FLOWS, STOCKS
from defection.journey.data import GENDER, groups
from defection.journey.statuses import over_status
from defection.measures import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from defection.country import Country

NAMES = (*FLOWS, *STOCKS)
"""Columns of tables, flows first."""


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

    def summed(
        self, by: tuple[str, ...], flows: np.ndarray, stocks: np.ndarray, levels: int
    ) -> JourneyRecord:
        """Return a record by fewer dimensions, of numbers by status (``statuses.over_status``)."""
        each = over_status(flows, levels), over_status(stocks, levels)
        return JourneyRecord(self.country, by, *each)

    def table(self) -> pd.DataFrame:
        """Return a row per year and group: year, province, the dimensions, flows and stocks."""
        years = self.country.years[: len(self.flows)]
        names = groups(self.country, self.by)
        table = pd.DataFrame(names * len(years), columns=["province", *self.by])
        table.insert(0, "year", np.repeat(np.array(years), len(names)))
        for column, name in enumerate(NAMES):
            table[name] = np.concatenate([self.flows, self.stocks], axis=1)[:, column].ravel()
        return table

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, flows and stocks in expected people."""
        return self.table().groupby("year", as_index=False)[list(NAMES)].sum()
