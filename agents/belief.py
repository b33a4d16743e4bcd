"""A belief about repression: a Beta distribution."""

import dataclasses
import math

import scipy.special


@dataclasses.dataclass(frozen=True, slots=True)
class Belief:
    """What the citizens of a province believe about repression: a Beta(α, β) distribution.

    Parameters
    ----------
    alpha, beta : float
        Weights of "it will be stopped" and of "it will succeed", in attempts.

    Examples
    --------
    >>> belief = Belief(95.0, 57.0)
    >>> belief.mean
    0.625
    >>> [round(limit, 2) for limit in belief.interval(0.9)]
    [0.56, 0.69]
    """

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """Expected repression, α / (α + β)."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def sd(self) -> float:
        """Standard deviation of the belief."""
        return math.sqrt(self.mean * (1.0 - self.mean) / (self.alpha + self.beta + 1.0))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval that holds ``level`` of the belief."""
        tails = [(1 - level) / 2, (1 + level) / 2]
        low, high = scipy.special.betaincinv(self.alpha, self.beta, tails)
        return float(low), float(high)
