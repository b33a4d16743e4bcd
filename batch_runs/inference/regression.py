"""Regression adjustment, and a light posterior that rests on it.

The light posterior has three steps: (1) a multilayer perceptron learns to estimate the parameters
from the summaries of the counts, which makes the best summaries of all (Fearnhead & Prangle 2012;
Jiang et al. 2017); (2) of runs that it was not trained on, those whose estimates are nearest to
that for the observed counts are accepted (approximate Bayesian computation); (3) a local linear
regression moves the accepted to where they would be had their estimates been alike (Beaumont, Zhang
& Balding 2002).
"""

import dataclasses
import warnings
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import SearchError
from defection.batch_runs.inference.pairs import (
    Pairs,
    PosteriorError,
    checked_observed,
    from_line,
    to_line,
)
from defection.batch_runs.scores.likelihood import NegativeBinomial
from defection.batch_runs.searches.generation import table_of
from defection.checks import whole
from defection.extras import needed

FEWEST_PAIRS = 200

ACCEPTED = 0.2
"""Share of the runs that is accepted."""

HIDDEN = (64, 64)

COPIES = 2
"""How often each run of the training half is observed anew."""


@dataclasses.dataclass(frozen=True)
class RegressionPosterior:
    """The trained network, and the runs that it was not trained on."""

    names: tuple[str, ...]
    observation: NegativeBinomial
    network: Any
    centre: np.ndarray
    scale: np.ndarray
    """Of the summaries, [Y]."""
    line: np.ndarray
    """Parameters of the runs of the table as log odds, [n, d]."""
    estimates: np.ndarray
    """The network's estimates from their counts, in standard deviations, [n, d]."""
    accepted: int

    def _estimate(self, counts: np.ndarray) -> np.ndarray:
        x = (self.observation.summaries(counts) - self.centre) / self.scale
        return np.asarray(self.network.predict(x)).reshape(len(x), -1)

    def sample(self, observed: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
        """Return positions of the unit cube, [draws, d]: accepted runs, adjusted, by weight."""
        counts = checked_observed(observed, len(self.centre), draws)
        offset = self.estimates - self._estimate(counts[None])
        distance = np.sqrt((offset**2).sum(axis=1))
        near = np.argpartition(distance, self.accepted - 1)[: self.accepted]
        near = near[np.argsort(distance[near], kind="stable")]
        furthest = distance[near].max() * (1 + 1e-9) + 1e-300
        weight = 1.0 - (distance[near] / furthest) ** 2  # Epanechnikov
        moved = _adjusted(self.line[near], offset[near], weight)
        chosen = np.random.default_rng(seed).choice(len(near), size=draws, p=weight / weight.sum())
        return from_line(moved[chosen])


def train(
    pairs: Pairs,
    *,
    observation: NegativeBinomial | None = None,
    accepted: float = ACCEPTED,
    iterations: int = 200,
    seed: int = 0,
) -> RegressionPosterior:
    """Train the light posterior once; it then answers for any observed counts.

    Parameters
    ----------
    pairs : Pairs
        Sustained runs whose points were drawn uniformly from the space (the prior).
    observation : NegativeBinomial, optional
        How observed counts vary around a run.
    accepted : float
        Share of the runs that is accepted.
    iterations : int
        The most passes over the training half.
    seed : int
        Of the halves, the observations and the network.

    Returns
    -------
    RegressionPosterior
        ``sample(observed, draws, seed=...)`` gives positions of the unit cube, [draws, d].

    Raises
    ------
    PosteriorError
        Fewer than 200 pairs, or a share out of range.
    MissingExtraError
        scikit-learn is not installed.

    Examples
    --------
    >>> unit = np.random.default_rng(1).random((400, 2))
    >>> pairs = Pairs(("a", "b"), unit, 1000 * unit[:, [0, 0, 1, 1]], np.arange(400))
    >>> train(pairs, seed=1).sample([800.0, 800.0, 200.0, 200.0], 100, seed=1).shape
    (100, 2)
    """
    networks, exceptions = (
        needed(f"sklearn.{name}", extra="search", purpose="the light posterior")
        for name in ("neural_network", "exceptions")
    )
    whole("iterations", iterations, error=PosteriorError)
    whole("seed", seed, 0, most=2**31, error=PosteriorError)
    if len(pairs) < FEWEST_PAIRS:
        raise PosteriorError(
            f"{len(pairs)} sustained runs are too few: run until there are at least {FEWEST_PAIRS}"
        )
    if not 0 < accepted <= 1:
        raise PosteriorError(f"accepted = {accepted!r} must be a share above 0, at most 1")
    model = observation or NegativeBinomial()
    rng_order, rng_counts = np.random.default_rng(seed).spawn(2)
    order, half = rng_order.permutation(len(pairs)), len(pairs) // 2
    training, table = pairs.part(np.tile(order[:half], COPIES)), pairs.part(order[half:])
    x = model.summaries(model.draw(training.successes, rng_counts))
    y = to_line(training.unit.clip(0.005, 0.995))  # walls shall not rule the squared error
    centre, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    how: dict[str, Any] = {"hidden_layer_sizes": HIDDEN, "alpha": 1e-3, "max_iter": iterations}
    how |= {"early_stopping": True, "n_iter_no_change": 10, "random_state": seed}
    network = networks.MLPRegressor(**how)
    with warnings.catch_warnings():  # a network that could be trained further is no error
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
        network.fit((x - centre) / scale, (y - y.mean(axis=0)) / (y.std(axis=0) + 1e-9))
    line, none = to_line(table.unit), np.empty(0)
    trained = RegressionPosterior(pairs.names, model, network, centre, scale, line, none, 0)
    estimates = trained._estimate(model.draw(table.successes, rng_counts))
    count = max(round(accepted * len(table)), min(len(table), 10 * len(pairs.names)))
    return dataclasses.replace(trained, estimates=estimates, accepted=count)


def _adjusted(line: np.ndarray, offset: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return parameters [n, d] moved to offset 0 by a weighted linear regression.

    A fit to few runs leaves residuals that are too small where it could bend towards them, and is
    itself uncertain at offset 0: with the leverages h of the runs and h0 there, residuals are
    multiplied by sqrt((1 + h0) / (1 - h)).
    """
    design = np.hstack([np.ones((len(offset), 1)), offset])
    weighted = design * weight[:, None]
    ridge = 1e-6 * max(weight.sum(), 1e-12) * np.eye(design.shape[1])
    inverse = np.linalg.inv(design.T @ weighted + ridge)
    slope = inverse @ (weighted.T @ line)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, weighted).clip(0.0, 0.9)
    at_zero = (inverse @ (weighted.T @ weighted) @ inverse)[0, 0]
    factor = np.sqrt((1 + at_zero) / (1 - leverage))[:, None]
    return np.asarray(slope[0] + (line - design @ slope) * factor)


def adjusted(
    particles: pd.DataFrame, space: Space, summaries: np.ndarray, observed: np.ndarray
) -> pd.DataFrame:
    """Move the particles of ABC-SMC along a local linear regression (Beaumont et al. 2002).

    It is that of the light posterior: weighted by the particles' weights, and made for log odds, so
    that no particle leaves its range.

    Parameters
    ----------
    particles : pandas.DataFrame
        One generation, with ``weight`` and the parameters.
    space : Space
        The space of the search.
    summaries : numpy.ndarray
        What each particle's run was summarised by, such as ln(1 + count) of each year, [N, S].
    observed : numpy.ndarray
        The same of what was observed, [S].

    Returns
    -------
    pandas.DataFrame
        ``weight`` and every parameter.

    Raises
    ------
    SearchError
        The summaries have another shape.

    Examples
    --------
    >>> space = Space.from_parameters(vary=["famine_effect"])
    >>> unit = np.linspace(0.3, 0.7, 50)[:, None]
    >>> moved = adjusted(space.table(unit).assign(weight=0.02), space, unit, np.array([0.6]))
    >>> bool(abs(moved["famine_effect"] - 1.2).max() < 0.1)
    True
    """
    summaries, observed = np.asarray(summaries, float), np.asarray(observed, float)
    if summaries.shape != (len(particles), observed.size):
        raise SearchError(
            f"summaries must have shape {(len(particles), observed.size)}, not {summaries.shape}"
        )
    weights = particles["weight"].to_numpy() / particles["weight"].sum()
    scale = summaries.std(axis=0)
    useful = scale > 0
    offset = (summaries[:, useful] - observed[useful]) / scale[useful]
    moved = _adjusted(to_line(space.unit(particles)), offset, weights)
    table = table_of(space, from_line(moved))
    table.insert(0, "weight", weights)
    return table
