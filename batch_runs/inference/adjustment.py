"""Regression adjustment: particles are moved to where they would be had their runs hit the record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import SearchError
from defection.batch_runs.searches.generation import table_of


def adjusted(
    particles: pd.DataFrame,
    space: Space,
    summaries: np.ndarray,
    observed: np.ndarray,
    *,
    ridge: float = 1.0,
) -> pd.DataFrame:
    """Return particles moved along a local linear regression of parameters on summaries (Beaumont et al. 2002).

    The regression is weighted by the particles' weights, shrunk by ``ridge`` (the summaries are
    standardised first) and made for the log odds of each parameter's place in its range, so that no
    particle leaves it.

    Parameters
    ----------
    particles : pandas.DataFrame
        One generation, with ``weight`` and the parameters.
    space : Space
        The space of the search.
    summaries : numpy.ndarray
        What each particle's run was summarised by, such as ln(1 + count) of each year, [N, S].
    observed : numpy.ndarray
        The same of the record, [S].
    ridge : float
        Penalty on squared slopes, at least 0.

    Returns
    -------
    pandas.DataFrame
        ``weight`` and every parameter.
    """
    summaries, observed = np.asarray(summaries, float), np.asarray(observed, float)
    if summaries.shape != (len(particles), observed.size):
        raise SearchError(
            f"summaries must have shape {(len(particles), observed.size)}, not {summaries.shape}"
        )
    weights = particles["weight"].to_numpy() / particles["weight"].sum()
    scale = summaries.std(axis=0)
    useful = scale > 0
    x = (summaries[:, useful] - observed[useful]) / scale[useful]
    place = np.clip(space.unit(particles), 1e-6, 1.0 - 1e-6)
    odds = np.log(place / (1.0 - place))
    centred_x, centred_y = x - weights @ x, odds - weights @ odds
    gram = (centred_x * weights[:, None]).T @ centred_x + ridge / len(particles) * np.eye(
        x.shape[1]
    )
    slopes = np.linalg.solve(gram, (centred_x * weights[:, None]).T @ centred_y)
    moved = odds - x @ slopes
    table = table_of(space, 1.0 / (1.0 + np.exp(-moved)))
    table.insert(0, "weight", weights)
    return table
