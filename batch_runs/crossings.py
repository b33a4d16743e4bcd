"""Who crossed in an ensemble: the rows that it recorded, as a table or as an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from defection.country import load
from defection.crossings import CROSSING, crossings_table

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def crossings_of(data: xr.Dataset, country: Any = "north_korea") -> pd.DataFrame:
    """Return who crossed the border in an ensemble, as a table.

    Parameters
    ----------
    data : xarray.Dataset
        Of :func:`defection.batch_runs.run_ensemble` with ``record="crossings"``.
    country : str, path or Country
        The country that was run.

    Returns
    -------
    pandas.DataFrame
        ``run``, and the columns of :func:`defection.crossings.crossings_table`.

    Examples
    --------
    >>> from defection.batch_runs import run_ensemble
    >>> crossings_of(run_ensemble({}, 2, record="crossings", weeks=52)).columns.tolist()
    ['run', 'week', 'year', 'province', 'age', 'gender', 'sector', 'status', 'settlement', 'people']
    """
    table = crossings_table(crossing_rows(data), load(country))
    table.insert(0, "run", data["crossing_run"].to_numpy())
    return table


def crossing_rows(data: xr.Dataset) -> np.ndarray:
    """Return who crossed in an ensemble, as rows of :data:`defection.crossings.CROSSING`."""
    rows = np.empty(data.sizes["crossing"], CROSSING)
    for name in CROSSING.names or ():
        rows[name] = data[f"crossing_{name}"].to_numpy()
    return rows
