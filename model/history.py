"""The memory of a run: preallocated arrays [week, province], and the tidy tables made of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection.country import WEEKS_PER_YEAR, Country
from defection.crossings import crossings_table, sparse
from defection.measures import FLOWS, STATES, WEEKLY_COLUMNS, YEARLY_COLUMNS

CIRCLE = np.dtype([(name, np.int32) for name in FLOWS])
"""What is kept of a news circle after each week."""
BELIEF = tuple(name for name in STATES if name.startswith("belief"))


class History:
    """One run: flows [weeks, P], states [weeks + 1, P], on request by category [weeks, P C]."""

    def __init__(
        self, country: Country, weeks: int, categories: bool = False, crossings: bool = False
    ) -> None:
        provinces, size = len(country.provinces), (weeks, country.category_count)
        self.country = country
        self.weeks_done = 0
        self.latest, self._totals = dict.fromkeys(FLOWS, 0), dict.fromkeys(FLOWS, 0)
        self.flows = {name: np.zeros((weeks, provinces), np.int32) for name in FLOWS}
        self.states = {name: np.zeros((weeks + 1, provinces)) for name in STATES}
        self.populations = np.zeros((weeks, provinces), np.int64)
        self.category_attempts = np.zeros(size, np.int64) if categories else None
        self.category_crossings = np.zeros(size, np.int32) if crossings else None
        self.circle_rows: list[np.ndarray] = []
        """Rows of :data:`CIRCLE` of all news circles, of each week."""
        self.circle_beliefs: list[np.ndarray] = []
        """Beliefs in force in all news circles, [states, circles], of each week begun."""

    @property
    def known(self) -> tuple[np.ndarray, np.ndarray]:
        """What became known: attempts, and stopped attempts, each [weeks, P]."""
        return self.flows["known_attempts"], self.flows["known_stopped"]

    def record_flows(self, state: np.ndarray, categories: Sequence[Any]) -> None:
        """Note the flows of the present week, which are final once they have become known."""
        week = self.weeks_done
        for name, flows in self.flows.items():
            flows[week] = state[name]
        if self.category_attempts is not None:
            self.category_attempts[week] = [category.attempts for category in categories]
        if self.category_crossings is not None:
            self.category_crossings[week] = [category.crossed for category in categories]

    def record_circles(self, rows: np.ndarray) -> None:
        """Note the week's flows of all news circles."""
        kept = np.empty(rows.size, CIRCLE)
        for name in CIRCLE.names or ():
            kept[name] = rows[name]
        self.circle_rows.append(kept)

    def end_week(self, populations: Sequence[int]) -> None:
        """Note the populations of the present week, and go on to the next."""
        self.populations[self.weeks_done] = populations
        for name, flows in self.flows.items():
            self.latest[name] = sum(flows[self.weeks_done].tolist())
            self._totals[name] += self.latest[name]
        self.weeks_done += 1

    def record_states(self, state: np.ndarray, circles: np.ndarray | None = None) -> None:
        """Note the states in force in the coming week, and the beliefs of news circles."""
        for name, states in self.states.items():
            states[self.weeks_done] = state[name]
        if circles is not None:
            self.circle_beliefs[self.weeks_done :] = [np.array([circles[name] for name in BELIEF])]

    def totals(self) -> dict[str, int]:
        """Return each flow of the whole country, added up over the weeks simulated."""
        return dict(self._totals)

    def until(self, weeks: int) -> History:
        """Return this as it stood after so many weeks; it reads the same arrays."""
        past = copy.copy(self)
        past.weeks_done, past.latest, past._totals = weeks, {}, {}
        for name, flows in self.flows.items():
            past.latest[name] = int(flows[weeks - 1].sum()) if weeks else 0
            past._totals[name] = int(flows[:weeks].sum(dtype=np.int64))
        return past

    def weekly(self) -> pd.DataFrame:
        """Return a row per week and province with the columns of ``measures.WEEKLY_COLUMNS``."""
        done, provinces = self.weeks_done, len(self.country.provinces)
        week = np.repeat(np.arange(done), provinces)
        columns = {
            "week": week,
            "year": np.array(self.country.years)[week // WEEKS_PER_YEAR],
            "province": pd.Categorical.from_codes(
                np.tile(np.arange(provinces), done), categories=list(self.country.provinces)
            ),
            "population": self.populations[:done].ravel(),
            **{name: flows[:done].ravel().astype(np.int64) for name, flows in self.flows.items()},
            **{name: states[:done].ravel() for name, states in self.states.items()},
        }
        return pd.DataFrame(columns)[list(WEEKLY_COLUMNS)]

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, beside what was observed.

        An unfinished year has fewer ``weeks``.
        """
        done = self.weeks_done
        table = pd.DataFrame(
            {name: flows[:done].sum(axis=1, dtype=np.int64) for name, flows in self.flows.items()}
        )
        table["year"] = [self.country.year_of(week) for week in range(done)]
        table["weeks"], table["population"] = 1, self.populations[:done].sum(axis=1)
        grouped = table.groupby("year", as_index=False).agg(
            {**dict.fromkeys(FLOWS, "sum"), "weeks": "sum", "population": "first"}
        )
        columns = ["year", "observed", "observed_printed"]
        observed = pd.DataFrame(self.country.observed, columns=columns).astype("Int64")
        observed = observed.astype({"year": grouped["year"].dtype})
        return grouped.merge(observed, on="year", how="left")[list(YEARLY_COLUMNS)]

    def by_category(self) -> pd.DataFrame:
        """Return a row per category: its traits, and its attempts in each year, a column a year."""
        if self.category_attempts is None:
            raise ValueError(
                "flows by category were not recorded: make the model with record_categories=True"
            )
        table = self.country.categories()
        for start in range(0, self.weeks_done, WEEKS_PER_YEAR):
            attempts = self.category_attempts[start : start + WEEKS_PER_YEAR]
            table[self.country.year_of(start)] = attempts.sum(axis=0)
        return table

    def by_circle(self, circles: Sequence[Any]) -> pd.DataFrame:
        """Return a row per week and news circle: its flows, and the belief in force in the week."""
        if not circles:
            raise ValueError("each province is one circle: make the model with news_circles")
        done, count = self.weeks_done, len(circles)
        chosen = [one.index for one in circles]
        rows = np.array([week[chosen] for week in self.circle_rows[:done]], CIRCLE)
        beliefs = np.array([week[:, chosen] for week in self.circle_beliefs[:done]])
        beliefs = beliefs.reshape(done, len(BELIEF), count)
        week = np.repeat(np.arange(done), count)
        columns = {
            "week": week,
            "year": np.array(self.country.years)[week // WEEKS_PER_YEAR],
            "province": [one.province.name for one in circles] * done,
            "circle": [one.name for one in circles] * done,
            "share": [one.share for one in circles] * done,
        }
        kept = {name: rows[name].ravel() for name in CIRCLE.names or ()}
        kept |= {name: beliefs[:, number].ravel() for number, name in enumerate(BELIEF)}
        return pd.DataFrame({**columns, **kept})

    def crossings(self) -> pd.DataFrame:
        """Return who crossed, by :func:`defection.crossings.crossings_table`."""
        if self.category_crossings is None:
            raise ValueError(
                "crossings were not recorded: make the model with record_crossings=True"
            )
        return crossings_table(sparse(self.category_crossings[: self.weeks_done]), self.country)
