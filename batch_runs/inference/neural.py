"""Neural posterior estimation with ``sbi``.

A network learns the density of the parameters given a record's summaries (Papamakarios & Murray
2016; Greenberg et al. 2019). Trained on runs from the whole space it answers for any record;
``rounds.py`` trains it again and again, ever nearer to one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from defection.batch_runs.inference.coordinates import Coordinates, LogOdds
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import Pairs
from defection.batch_runs.inference.posterior import checked_record
from defection.extras import needed

FEWEST_PAIRS = 200
BATCH = 20_000

MOST_TRIES = 20
"""How often draws are made until enough of them lie inside the space."""


class _Silent:
    """A tracker of training that keeps nothing (by default sbi writes a folder of logs where it is started)."""

    log_dir = None

    def log_metric(self, *_: Any, **__: Any) -> None: ...

    def log_metrics(self, *_: Any, **__: Any) -> None: ...

    def log_params(self, *_: Any, **__: Any) -> None: ...

    def add_figure(self, *_: Any, **__: Any) -> None: ...

    def flush(self, *_: Any, **__: Any) -> None: ...


@dataclasses.dataclass(frozen=True)
class NeuralPosterior:
    """A trained flow over coordinates of the parameters."""

    names: tuple[str, ...]
    observation: NegativeBinomial
    years: int
    coordinates: Coordinates
    flow: Any
    loss: float
    """Negative log probability per pair of the tenth that was held out."""

    def sample(self, record: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
        """Return positions of the unit cube, [draws, d], given the counts of a record, [years]."""
        torch, found = _torch(), np.empty((0, len(self.names)))
        context = self._context(checked_record(record, self.years, draws))
        with _seeded(torch, seed), torch.no_grad():
            for _ in range(MOST_TRIES):
                there = (
                    self.flow.sample(torch.Size((draws,)), condition=context)
                    .reshape(draws, len(self.names))
                    .double()
                    .numpy()
                )
                unit, prior = self.coordinates.back(there)
                found = np.concatenate([found, unit[np.isfinite(prior)]])
                if len(found) >= draws:
                    return found[:draws]
        raise PosteriorError(
            f"only {len(found):,} of {MOST_TRIES * draws:,} draws lie inside the space: the network has learned nothing"
        )

    def log_density(self, record: np.ndarray, unit: np.ndarray) -> np.ndarray:
        """Return the log density of positions [n, d] in the unit cube (that of the prior is 0), [n]."""
        torch = _torch()
        context = self._context(checked_record(record, self.years, 1))
        there, prior = self.coordinates.of(unit)
        with torch.no_grad():
            parts = [
                self.flow.log_prob(
                    torch.as_tensor(there[start : start + BATCH], dtype=torch.float32)[:, None],
                    condition=context,
                )
                for start in range(0, len(unit), BATCH)
            ]
        return np.concatenate([part.reshape(-1).double().numpy() for part in parts]) - prior

    def _context(self, record: np.ndarray) -> Any:
        torch = _torch()
        return torch.as_tensor(self.observation.summaries(record)[None], dtype=torch.float32)


def _torch() -> Any:
    return needed("torch", extra="posterior", purpose="a neural posterior")


@contextlib.contextmanager
def _seeded(torch: Any, seed: int) -> Iterator[None]:
    """Give torch a seed and one thread, and leave both as they were; sbi prints nothing."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with (
            torch.random.fork_rng(devices=[]),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            warnings.simplefilter("ignore")  # of sbi and torch about themselves
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


def train(
    pairs: Pairs,
    *,
    coordinates: Coordinates | None = None,
    observation: NegativeBinomial | None = None,
    flow: str = "maf",
    epochs: int = 200,
    patience: int = 15,
    seed: int = 0,
) -> NeuralPosterior:
    """Train once; the posterior then answers for any record (amortised).

    Parameters
    ----------
    pairs : Pairs
        Usable runs whose points were drawn evenly from the space (the prior).
    coordinates : Coordinates, optional
        In which the density is learned; log odds if left out.
    observation : NegativeBinomial, optional
        How counts scatter around a run.
    flow : str
        ``maf``, ``nsf`` or ``mdn``, as ``sbi`` calls them.
    epochs, patience : int
        The most passes over the pairs, and after how many without progress on the held-out tenth to
        stop.
    seed : int
        Of the observations, the network and its training.

    Raises
    ------
    PosteriorError
        Fewer than 200 pairs.
    MissingExtraError
        torch or sbi is not installed.
    """
    if len(pairs) < FEWEST_PAIRS:
        raise PosteriorError(
            f"{len(pairs)} usable runs are too few to learn from: run until there are at least {FEWEST_PAIRS}"
        )
    torch = _torch()
    model, rng = observation or NegativeBinomial(), np.random.default_rng(seed)
    told = model.summaries(
        model.observed(pairs.successes, rng)
    )  # once: a second look would let the held-out tenth be known by heart
    mapped = coordinates or LogOdds()
    there, _ = mapped.of(pairs.unit)
    with _seeded(torch, seed):
        inference = needed("sbi.inference", extra="posterior", purpose="a neural posterior")
        trainer = inference.NPE(
            prior=None, density_estimator=flow, show_progress_bars=False, tracker=_Silent()
        )
        trainer.append_simulations(
            torch.as_tensor(there, dtype=torch.float32), torch.as_tensor(told, dtype=torch.float32)
        )
        trained = trainer.train(
            stop_after_epochs=patience,
            max_num_epochs=epochs,
            training_batch_size=200,
            learning_rate=1e-3,
        )
    loss = float(trainer.summary["best_validation_loss"][-1])
    return NeuralPosterior(
        pairs.names, model, pairs.successes.shape[1], mapped, trained.eval(), loss
    )
