"""Who got out: people who crossed the border by week and category, as sparse rows.

Successes are drawn for a province as a whole; a stream of its own shares them out among its
genders, and within each among its categories (:func:`defection.rules.cross`), so that no other draw
depends on whether this is done.
"""

import numpy as np
import pandas as pd

from defection.country import WEEKS_PER_YEAR, Country
from defection.journey.data import GENDER

CROSSING = np.dtype([("week", np.int32), ("category", np.int32), ("people", np.int32)])
"""One row: so many people of a category (counted over all provinces) crossed in a week."""


def genders_of(country: Country) -> np.ndarray:
    """Return the position of each category's gender, [C]; 0 in a country without genders."""
    if GENDER not in country.dimensions:
        return np.zeros(len(country.traits), np.int64)
    at, genders = list(country.dimensions).index(GENDER), country.dimensions[GENDER]
    return np.array([genders.index(traits[at]) for traits in country.traits], np.int64)


def sparse(dense: np.ndarray) -> np.ndarray:
    """Return people by week and category, [weeks, P C], as rows of :data:`CROSSING`."""
    weeks, categories = np.nonzero(dense)
    rows = np.empty(weeks.size, CROSSING)
    rows["week"], rows["category"], rows["people"] = weeks, categories, dense[weeks, categories]
    return rows


def crossings_table(rows: np.ndarray, country: Country) -> pd.DataFrame:
    """Return crossings, rows of :data:`CROSSING`, with their year, province and traits.

    A row per week and category in which anybody crossed: ``week``, ``year``, ``province``, a column
    for each dimension of the country, ``people``.
    """
    categories = country.categories().drop(columns="share")
    table = categories.iloc[rows["category"]].reset_index(drop=True)
    table.insert(0, "week", rows["week"].astype(np.int64))
    table.insert(1, "year", np.array(country.years)[table["week"].to_numpy() // WEEKS_PER_YEAR])
    return table.assign(people=rows["people"].astype(np.int64))
