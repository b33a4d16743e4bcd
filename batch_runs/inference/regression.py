"""A light posterior without torch: a small network guesses the parameters, and runs with like guesses are the posterior.

Its three steps: (1) a multilayer perceptron learns to guess the parameters from the record's
summaries, which makes the best summaries of all (Fearnhead & Prangle 2012; Jiang et al. 2017); (2)
of runs that it has not learned from, those whose guesses are nearest to the guess for the record
are accepted (approximate Bayesian computation); (3) a local linear regression moves the accepted to
where they would be had they guessed alike (Beaumont, Zhang & Balding 2002).
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import Pairs, from_line, to_line
from defection.batch_runs.inference.posterior import checked_record
from defection.extras import needed

FEWEST_PAIRS = 200
ACCEPTED = 0.2
"""Share of the runs that is accepted."""

HIDDEN = (64, 64)
COPIES = 2
"""How often each run of the training half is observed anew."""


@dataclasses.dataclass(frozen=True)
class LearnedPosterior:
    """The trained network, and the runs that it has not learned from."""

    names: tuple[str, ...]
    observation: NegativeBinomial
    network: Any
    centre: np.ndarray
    scale: np.ndarray
    """Of the summaries, [years]."""
    line: np.ndarray
    """Parameters of the runs of the table as log odds, [n, d]."""
    guesses: np.ndarray
    """What the network guesses for their records, in standard deviations, [n, d]."""
    accepted: int

    def _guess(self, counts: np.ndarray) -> np.ndarray:
        return _predicted(
            self.network, (self.observation.summaries(counts) - self.centre) / self.scale
        )

    def sample(self, record: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
        """Return positions of the unit cube, [draws, d]: accepted runs, adjusted, drawn by their weights."""
        told = checked_record(record, len(self.centre), draws)
        offset = self.guesses - self._guess(told[None])
        distance = np.sqrt((offset**2).sum(axis=1))
        near = np.argpartition(distance, self.accepted - 1)[: self.accepted]
        near = near[np.argsort(distance[near], kind="stable")]
        weight = (
            1.0 - (distance[near] / (distance[near].max() * (1 + 1e-9) + 1e-300)) ** 2
        )  # Epanechnikov
        adjusted = _adjusted(self.line[near], offset[near], weight)
        chosen = np.random.default_rng(seed).choice(len(near), size=draws, p=weight / weight.sum())
        return from_line(adjusted[chosen])


def train(
    pairs: Pairs,
    *,
    observation: NegativeBinomial | None = None,
    accepted: float = ACCEPTED,
    iterations: int = 200,
    seed: int = 0,
) -> LearnedPosterior:
    """Train once; the posterior then answers for any record.

    Parameters
    ----------
    pairs : Pairs
        Usable runs whose points were drawn evenly from the space (the prior).
    observation : NegativeBinomial, optional
        How counts scatter around a run.
    accepted : float
        Share of the runs that is accepted.
    iterations : int
        The most passes over the training half.
    seed : int
        Of the halves, the observations and the network.

    Raises
    ------
    PosteriorError
        Fewer than 200 pairs, or a share out of range.
    MissingExtraError
        scikit-learn is not installed.
    """
    if len(pairs) < FEWEST_PAIRS:
        raise PosteriorError(
            f"{len(pairs)} usable runs are too few to learn from: run until there are at least {FEWEST_PAIRS}"
        )
    if not 0 < accepted <= 1:
        raise PosteriorError(f"accepted = {accepted!r} must be a share above 0, at most 1")
    networks = needed("sklearn.neural_network", extra="search", purpose="the light posterior")
    model, (rng_order, rng_counts) = (
        observation or NegativeBinomial(),
        np.random.default_rng(seed).spawn(2),
    )
    order = rng_order.permutation(len(pairs))
    learn, table = (
        pairs.part(np.tile(order[: len(order) // 2], COPIES)),
        pairs.part(order[len(order) // 2 :]),
    )
    told = model.summaries(model.observed(learn.successes, rng_counts))
    centre, scale = told.mean(axis=0), told.std(axis=0) + 1e-9
    target = to_line(
        learn.unit.clip(0.005, 0.995)
    )  # what lies at a wall shall not rule the squared error
    network = networks.MLPRegressor(
        hidden_layer_sizes=HIDDEN,
        alpha=1e-3,
        early_stopping=True,
        n_iter_no_change=10,
        max_iter=iterations,
        random_state=seed,
    )
    middle, width = target.mean(axis=0), target.std(axis=0) + 1e-9
    _fit(network, (told - centre) / scale, (target - middle) / width)
    trained = LearnedPosterior(
        pairs.names, model, network, centre, scale, to_line(table.unit), np.empty(0), 0
    )
    guesses = trained._guess(model.observed(table.successes, rng_counts))
    count = max(round(accepted * len(table)), min(len(table), 10 * len(pairs.names)))
    return dataclasses.replace(trained, guesses=guesses, accepted=count)


def _predicted(network: Any, told: np.ndarray) -> np.ndarray:
    return np.asarray(network.predict(told)).reshape(len(told), -1)


def _fit(network: Any, told: np.ndarray, target: np.ndarray) -> None:
    import warnings

    exceptions = needed("sklearn.exceptions", extra="search", purpose="the light posterior")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", exceptions.ConvergenceWarning
        )  # a network that could learn more is no error
        network.fit(told, target)


def _adjusted(line: np.ndarray, offset: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return parameters [n, d] moved to offset 0 by a weighted linear regression.

    A fit to few runs leaves residuals that are too small where it could bend towards them, and is
    itself uncertain at offset 0: with the leverages h of the runs and h0 there, residuals are
    multiplied by sqrt((1 + h0) / (1 - h)).
    """
    design = np.hstack([np.ones((len(offset), 1)), offset])
    weighted = design * weight[:, None]
    inverse = np.linalg.inv(
        design.T @ weighted + 1e-6 * max(weight.sum(), 1e-12) * np.eye(design.shape[1])
    )
    slope = inverse @ (weighted.T @ line)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, weighted).clip(0.0, 0.9)
    at_record = (inverse @ (weighted.T @ weighted) @ inverse)[0, 0]
    return np.asarray(
        slope[0] + (line - design @ slope) * np.sqrt((1 + at_record) / (1 - leverage))[:, None]
    )
