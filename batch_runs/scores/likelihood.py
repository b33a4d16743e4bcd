"""A likelihood: what was observed as negative binomial counts around what a run says."""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

import numpy as np
import scipy.optimize
from scipy.special import gammaln, xlog1py, xlogy

from defection.batch_runs.outcomes import YearlyCounts
from defection.batch_runs.scores.distance import Distance, ScoreError

DISPERSIONS = tuple(np.geomspace(1e-3, 1e2, 51).tolist())
"""Dispersions among which the likeliest is chosen for each run; neighbours differ by a quarter."""


def log_probability(observed: np.ndarray, mean: np.ndarray, size: float) -> np.ndarray:
    """Return the log probability of counts, negative binomial with variance mean + mean² / size.

    The two arrays broadcast; counts may be smoothed, that is, not whole.
    """
    found = gammaln(observed + size) - gammaln(size) - gammaln(observed + 1.0)
    return found - xlog1py(size, mean / size) + xlogy(observed, mean / (mean + size))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Likelihood(Distance):
    """Minus the log likelihood of what was observed, negative binomial around the run's counts.

    A year with m people in the run has the mean m and the variance m + d m², d the ``dispersion``:
    if left out, the likeliest of :data:`DISPERSIONS` for each run (profiled). ``least`` is a mean
    below which no year is taken (people a year): a run with nobody would otherwise make any
    observation impossible.
    """

    name: ClassVar[str] = "likelihood"
    summary: ClassVar[str] = "minus the log likelihood, negative binomial around the run's counts"
    dispersion: float | None = None
    least: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        d = self.dispersion
        if d is not None and not (math.isfinite(d) and d > 0):
            raise ScoreError(
                f"dispersion = {d!r} must be a finite number above 0, or None to be profiled"
            )
        if not (math.isfinite(self.least) and 0 < self.least < self.ceiling):
            raise ScoreError(
                f"least = {self.least!r} must lie above 0 and below the ceiling, {self.ceiling:g}"
            )

    def terms(self, counts: YearlyCounts, observed: np.ndarray) -> dict[str, np.ndarray]:
        """Return ``dispersion`` (as set, or profiled) and ``score``."""
        tried = DISPERSIONS if self.dispersion is None else (self.dispersion,)
        fixed = (dataclasses.replace(self, dispersion=d) for d in tried)
        sums = np.stack([one.by_year(counts, observed).sum(axis=1) for one in fixed])
        best = sums.argmin(axis=0)
        return {"dispersion": np.array(tried)[best], "score": sums[best, np.arange(len(best))]}

    def deviation(self, counts: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Return minus the log probability; least where the run's count is the observed one."""
        if self.dispersion is None:
            raise ScoreError("a deviation needs a dispersion")
        return -log_probability(observed, np.maximum(counts, self.least), 1.0 / self.dispersion)


@dataclasses.dataclass(frozen=True)
class NegativeBinomial:
    """Observed counts around a run's yearly successes m: variance m + m² / size, years independent.

    Parameters
    ----------
    size : float
        The larger, the closer: 20 lets a large count vary by 22 % (one standard deviation), 1.4 by
        85 %. It stands for all that lies between a run and what was observed, the misfit of the
        model among it: see :meth:`fitted`.
    floor : float
        Successes that are expected in a year in which a run has fewer, so that a run without
        leavers does not make a count of 8 impossible.

    Raises
    ------
    ScoreError
        A setting is not a finite number above 0.

    Examples
    --------
    >>> noise = NegativeBinomial(size=20)
    >>> float(noise.log_likelihood([8, 52], [10, 40]).round(2))
    -6.34
    >>> noise.draw([10, 1000], np.random.default_rng(1)).shape
    (2,)
    """

    size: float = 20.0
    floor: float = 1.0

    def __post_init__(self) -> None:
        for name in ("size", "floor"):
            if not getattr(self, name) > 0 or not np.isfinite(getattr(self, name)):
                raise ScoreError(f"{name} = {getattr(self, name)!r} must be above 0")

    @classmethod
    def fitted(
        cls, observed: np.ndarray, successes: np.ndarray, *, floor: float = 1.0
    ) -> NegativeBinomial:
        """Return that of the likeliest size, 0.01 to 10,000; counts and successes are [Y]."""
        counts = checked_counts(observed)

        def minus(log_size: float) -> float:
            return -float(cls(math.exp(log_size), floor).log_likelihood(counts, successes))

        limits = (math.log(0.01), math.log(1e4))
        found = scipy.optimize.minimize_scalar(minus, bounds=limits, method="bounded")
        return cls(math.exp(found.x), floor)

    def expected(self, successes: np.ndarray) -> np.ndarray:
        """Return the mean of the counts, of the same shape as ``successes``."""
        return np.maximum(np.asarray(successes, float), self.floor)

    def log_likelihood(self, observed: np.ndarray, runs: np.ndarray) -> np.ndarray:
        """Return the log probability of counts around a run's successes, [..., Y] -> [...]."""
        counts, mean = checked_counts(observed), self.expected(runs)
        return np.asarray(log_probability(counts, mean, self.size).sum(axis=-1))

    def draw(self, successes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw counts around a run's successes, of the same shape."""
        mean = self.expected(successes)
        return rng.negative_binomial(self.size, self.size / (self.size + mean)).astype(float)

    def summaries(self, counts: np.ndarray) -> np.ndarray:
        """Return counts on the scale on which their standard deviation is about 1 everywhere.

        2 sqrt(k) arsinh(sqrt((y + 3/8) / (k - 3/4))), k the size (Anscombe 1948); below a size of
        1, where it does not exist, log (1 + y).
        """
        checked = checked_counts(counts)
        if self.size <= 1:
            return np.log1p(checked)
        return 2 * np.sqrt(self.size) * np.arcsinh(np.sqrt((checked + 0.375) / (self.size - 0.75)))


def checked_counts(counts: np.ndarray) -> np.ndarray:
    """Return observed counts as numbers; refuses gaps and negative ones."""
    checked = np.asarray(counts, float)
    if gaps := int((~np.isfinite(checked)).sum()):
        raise ScoreError(f"the observed counts have {gaps} gaps: give a count for every year")
    if (checked < 0).any():
        raise ScoreError(f"there is a negative observed count, {checked.min():g}")
    return checked
