"""Who got out: people who crossed the border by week and category, as sparse rows.

Successes are drawn for a province as a whole; hashes of a word of a stream of its own share them
out among its genders, and within each among its categories (:mod:`defection.sharing`), so that no
other draw depends on whether this is done. In several news circles each word is a circle's.
"""

import numpy as np
import pandas as pd

from defection.compiled import compiled
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


def positions_by_gender(country: Country) -> np.ndarray:
    """Return the place of each category's province and gender, [P C], genders side by side."""
    genders = genders_of(country)
    return (np.arange(len(country.provinces))[:, None] * (genders.max() + 1) + genders).ravel()


def sparse(dense: np.ndarray, *, clears: bool = False) -> np.ndarray:
    """Return people by week and category, [weeks, P C], as rows of :data:`CROSSING`.

    Where it ``clears``, ``dense`` is all 0 afterwards.
    """
    rows = np.empty(_count(dense), CROSSING)
    _take(dense, rows, clears)
    return rows


@compiled
def _count(dense: np.ndarray) -> int:
    found = 0
    for week in range(dense.shape[0]):
        for category in range(dense.shape[1]):
            found += dense[week, category] > 0
    return found


@compiled
def _take(dense: np.ndarray, rows: np.ndarray, clears: bool) -> None:
    n = 0
    for week in range(dense.shape[0]):
        for category in range(dense.shape[1]):
            if dense[week, category] > 0:
                row = rows[n]
                row.week, row.category, row.people = week, category, dense[week, category]
                n += 1
                if clears:
                    dense[week, category] = 0


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
