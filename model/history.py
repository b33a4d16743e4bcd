"""The memory of a run: preallocated arrays [week, province], and the tidy tables made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from defection.country import WEEKS_PER_YEAR, Country
from defection.measures import FLOWS, STATES, WEEKLY_COLUMNS, YEARLY_COLUMNS

if TYPE_CHECKING:
    from defection.agents import Province


class History:
    """Flows [weeks, P] and states [weeks + 1, P] of one run; attempts by category [weeks, P C] on request."""

    def __init__(self, country: Country, weeks: int, *, categories: bool = False) -> None:
        places = len(country.provinces)
        self.country = country
        self.weeks_done = 0
        self.flows = {name: np.zeros((weeks, places), np.int64) for name in FLOWS}
        self.states = {name: np.zeros((weeks + 1, places)) for name in STATES}
        self.populations = np.zeros((weeks, places), np.int64)
        self.category_attempts = (
            np.zeros((weeks, country.category_count), np.int64) if categories else None
        )

    def begin(self, provinces: Sequence[Province]) -> None:
        """Note the states in force before the first week."""
        for name, states in self.states.items():
            states[0] = [getattr(province, name) for province in provinces]

    def add_week(self, provinces: Sequence[Province]) -> None:
        """Note the flows of the week that has just been told, and the states in force after it."""
        week = self.weeks_done
        for name, flows in self.flows.items():
            flows[week] = [getattr(province, name) for province in provinces]
        for name, states in self.states.items():
            states[week + 1] = [getattr(province, name) for province in provinces]
        self.populations[week] = [province.population for province in provinces]
        if self.category_attempts is not None:
            self.category_attempts[week] = [
                category.attempts for province in provinces for category in province.categories
            ]
        self.weeks_done += 1

    def weekly(self) -> pd.DataFrame:
        """Return a row per week and province with the columns of ``measures.WEEKLY_COLUMNS``."""
        done, places = self.weeks_done, len(self.country.provinces)
        week = np.repeat(np.arange(done), places)
        columns = {
            "week": week,
            "year": np.array(self.country.years)[week // WEEKS_PER_YEAR],
            "province": pd.Categorical.from_codes(
                np.tile(np.arange(places), done), categories=list(self.country.provinces)
            ),
            "population": self.populations[:done].ravel(),
            **{name: flows[:done].ravel() for name, flows in self.flows.items()},
            **{name: states[:done].ravel() for name, states in self.states.items()},
        }
        return pd.DataFrame(columns)[list(WEEKLY_COLUMNS)]

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, beside the record; an unfinished year has fewer ``weeks``."""
        done = self.weeks_done
        years = [self.country.years[week // WEEKS_PER_YEAR] for week in range(done)]
        table = pd.DataFrame({name: flows[:done].sum(axis=1) for name, flows in self.flows.items()})
        table["year"], table["weeks"], table["population"] = (
            years,
            1,
            self.populations[:done].sum(axis=1),
        )
        grouped = table.groupby("year", as_index=False).agg(
            {**dict.fromkeys(FLOWS, "sum"), "weeks": "sum", "population": "first"}
        )
        record = pd.DataFrame(
            self.country.observed, columns=["year", "observed", "observed_printed"]
        ).astype("Int64")
        return grouped.merge(record.astype({"year": grouped["year"].dtype}), on="year", how="left")[
            list(YEARLY_COLUMNS)
        ]

    def by_category(self) -> pd.DataFrame:
        """Return a row per category with its traits and its attempts in each year (a column per year)."""
        if self.category_attempts is None:
            raise ValueError(
                "flows by category were not recorded: make the model with record_categories=True"
            )
        table = self.country.categories()
        for start in range(0, self.weeks_done, WEEKS_PER_YEAR):
            end = min(start + WEEKS_PER_YEAR, self.weeks_done)
            table[self.country.years[start // WEEKS_PER_YEAR]] = self.category_attempts[
                start:end
            ].sum(axis=0)
        return table
