"""Neural posterior estimation with ``sbi``.

A network learns the density of the parameters given a record's summaries (Papamakarios & Murray 2016; Greenberg et al. 2019). Trained on
runs from the whole space it answers for any record; ``rounds.py`` trains it again and again, ever nearer to one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from defection.batch_runs.importance.extras import needed
from defection.batch_runs.posteriors.errors import PosteriorError
from defection.batch_runs.posteriors.observation import NegativeBinomial
from defection.batch_runs.posteriors.pairs import Pairs, from_line, to_line
from defection.batch_runs.posteriors.posterior import checked_record

FEWEST_PAIRS = 200
BATCH = 20_000


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
    """A trained flow over the parameters' log odds."""

    names: tuple[str, ...]
    observation: NegativeBinomial
    years: int
    flow: Any
    loss: float
    """Negative log probability per pair of the tenth that was held out."""

    def sample(self, record: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
        """Return positions of the unit cube, [draws, d], given the counts of a record, [years]."""
        torch = _torch()
        context = self._context(checked_record(record, self.years, draws))
        with _seeded(torch, seed), torch.no_grad():
            line = self.flow.sample(torch.Size((draws,)), condition=context)
        return from_line(line.reshape(draws, len(self.names)).double().numpy())

    def log_density(self, record: np.ndarray, unit: np.ndarray) -> np.ndarray:
        """Return the log density of positions [n, d] on the scale of log odds, [n]."""
        torch = _torch()
        context = self._context(checked_record(record, self.years, 1))
        with torch.no_grad():
            parts = [
                self.flow.log_prob(torch.as_tensor(to_line(unit[start : start + BATCH]), dtype=torch.float32)[:, None], condition=context)
                for start in range(0, len(unit), BATCH)
            ]
        return np.concatenate([part.reshape(-1).double().numpy() for part in parts])

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
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # of sbi and torch about themselves
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


def train(
    pairs: Pairs,
    *,
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
    observation : NegativeBinomial, optional
        How counts scatter around a run.
    flow : str
        ``maf``, ``nsf`` or ``mdn``, as ``sbi`` calls them.
    epochs, patience : int
        The most passes over the pairs, and after how many without progress on the held-out tenth to stop.
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
        raise PosteriorError(f"{len(pairs)} usable runs are too few to learn from: run until there are at least {FEWEST_PAIRS}")
    torch = _torch()
    model, rng = observation or NegativeBinomial(), np.random.default_rng(seed)
    told = model.summaries(model.observed(pairs.successes, rng))  # once: a second look would let the held-out tenth be known by heart
    line = to_line(pairs.unit)
    with _seeded(torch, seed):
        inference = needed("sbi.inference", extra="posterior", purpose="a neural posterior")
        trainer = inference.NPE(prior=None, density_estimator=flow, show_progress_bars=False, tracker=_Silent())
        trainer.append_simulations(torch.as_tensor(line, dtype=torch.float32), torch.as_tensor(told, dtype=torch.float32))
        trained = trainer.train(stop_after_epochs=patience, max_num_epochs=epochs, training_batch_size=200, learning_rate=1e-3)
    loss = float(trainer.summary["best_validation_loss"][-1])
    return NeuralPosterior(pairs.names, model, pairs.successes.shape[1], trained.eval(), loss)
