"""What is observed of a run: yearly counts, with the scatter of counting people who leave and arrive in groups."""

from __future__ import annotations

import dataclasses

import numpy as np
import scipy.optimize
import scipy.stats

from defection.batch_runs.inference.errors import PosteriorError


@dataclasses.dataclass(frozen=True)
class NegativeBinomial:
    """Counts scatter around a run's yearly successes m with the variance m + m^2 / size, independently in each year.

    Parameters
    ----------
    size : float
        The larger, the closer: 20 lets a large count scatter by 22 % (one standard deviation), 1.4
        by 85 %. It stands for all that lies between a run and the record, the misfit of the model
        among it: see :meth:`fitted`.
    floor : float
        Successes that are expected in a year in which a run has fewer, so that a run without
        leavers does not make a count of 8 impossible.
    """

    size: float = 20.0
    floor: float = 1.0

    def __post_init__(self) -> None:
        for name in ("size", "floor"):
            if not getattr(self, name) > 0 or not np.isfinite(getattr(self, name)):
                raise PosteriorError(f"{name} = {getattr(self, name)!r} must be above 0")

    @classmethod
    def fitted(
        cls, counts: np.ndarray, successes: np.ndarray, *, floor: float = 1.0
    ) -> NegativeBinomial:
        """Return the observation whose size, between 0.01 and 10,000, makes counts [years] likeliest around expected ones [years]."""
        told = checked_counts(counts)

        def minus(log_size: float) -> float:
            return -float(cls(float(np.exp(log_size)), floor).log_likelihood(told, successes))

        found = scipy.optimize.minimize_scalar(
            minus, bounds=(np.log(0.01), np.log(1e4)), method="bounded"
        )
        return cls(float(np.exp(found.x)), floor)

    def expected(self, successes: np.ndarray) -> np.ndarray:
        """Return the mean of the counts, of the same shape as ``successes``."""
        return np.maximum(np.asarray(successes, float), self.floor)

    def log_likelihood(self, counts: np.ndarray, successes: np.ndarray) -> np.ndarray:
        """Return the log probability of counts [..., years] given a run's successes [..., years], summed over years, [...]."""
        mean = self.expected(successes)
        return np.asarray(
            scipy.stats.nbinom.logpmf(
                checked_counts(counts), self.size, self.size / (self.size + mean)
            ).sum(axis=-1)
        )

    def observed(self, successes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw counts around a run's successes, of the same shape."""
        mean = self.expected(successes)
        return rng.negative_binomial(self.size, self.size / (self.size + mean)).astype(float)

    def summaries(self, counts: np.ndarray) -> np.ndarray:
        """Return counts on the scale on which their scatter is about 1 everywhere, of the same shape.

        2 sqrt(k) arsinh(sqrt((y + 3/8) / (k - 3/4))), k the size (Anscombe 1948); below a size of
        1, where it does not exist, log (1 + y).
        """
        told = checked_counts(counts)
        if self.size <= 1:
            return np.log1p(told)
        return 2 * np.sqrt(self.size) * np.arcsinh(np.sqrt((told + 0.375) / (self.size - 0.75)))


def checked_counts(counts: np.ndarray) -> np.ndarray:
    """Return counts as numbers; refuses gaps and negative ones."""
    told = np.asarray(counts, float)
    if not np.isfinite(told).all():
        raise PosteriorError(
            f"the record has {int((~np.isfinite(told)).sum())} gaps: give a count for every year"
        )
    if (told < 0).any():
        raise PosteriorError(f"the record has a negative count, {told.min():g}")
    return told
