"""The provinces: where attempts are stopped, become known and are remembered, and where repression is adjusted."""

from __future__ import annotations

import collections
import dataclasses
import math
from typing import TYPE_CHECKING

import scipy.special

from defection import equations
from defection.agents.identity import NumberedAgent

if TYPE_CHECKING:
    from defection.agents.citizens import CitizenCategory
    from defection.model import DefectionModel


@dataclasses.dataclass(frozen=True, slots=True)
class Belief:
    """What the citizens of a province believe about repression: a Beta(α, β) distribution."""

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
        low, high = scipy.special.betaincinv(
            self.alpha, self.beta, [(1 - level) / 2, (1 + level) / 2]
        )
        return float(low), float(high)


class Province(NumberedAgent):
    """A province: its repression, its citizens' belief about it, and the week's attempts.

    Flows (``attempts``, ``stopped``, ``successes``, ``known_attempts``, ``known_stopped``) are
    those of the latest week; ``repression`` and ``belief`` are those in force in the coming week.
    """

    def __init__(self, model: DefectionModel, *, name: str, index: int) -> None:
        super().__init__(model)
        parameters = model.parameters
        self.name = name
        self.index = index
        self.categories: list[CitizenCategory] = []
        self.hears_of: list[Province] = [self]
        self.repression = parameters.initial_repression
        self.belief = Belief(parameters.prior_alpha, parameters.prior_beta)
        self.attempts = self.stopped = self.known_stopped = self.known_successes = 0
        self._memory: collections.deque[tuple[int, int]] = collections.deque()
        self.remembered_attempts = self.remembered_stopped = 0

    @property
    def successes(self) -> int:
        """Attempts of the latest week that were not stopped."""
        return self.attempts - self.stopped

    @property
    def known_attempts(self) -> int:
        """Attempts of the latest week in this province that became known."""
        return self.known_stopped + self.known_successes

    @property
    def belief_alpha(self) -> float:
        """α of the belief."""
        return self.belief.alpha

    @property
    def belief_beta(self) -> float:
        """β of the belief."""
        return self.belief.beta

    @property
    def population(self) -> int:
        """Head count of the province this week."""
        return self.model.province_populations[self.index]

    def repress(self) -> None:
        """Stop each of the week's attempts with the probability ``repression``."""
        self.attempts = sum([category.attempts for category in self.categories])
        self.stopped = equations.stopped(
            self.model.luck_to_repress[self.index], self.attempts, self.repression
        )

    def hear(self) -> None:
        """Let each of the week's attempts become known with the probability K."""
        probability = self.model.parameters.observation_probability
        self.known_stopped = equations.become_known(
            self.model.luck_to_hear_stopped[self.index], self.stopped, probability
        )
        self.known_successes = equations.become_known(
            self.model.luck_to_hear_successes[self.index], self.successes, probability
        )

    def learn(self) -> None:
        """Add what was heard this week to the belief and forget what is older than H weeks."""
        parameters = self.model.parameters
        attempts = sum([province.known_attempts for province in self.hears_of])
        stopped = sum([province.known_stopped for province in self.hears_of])
        self._memory.append((attempts, stopped))
        self.remembered_attempts += attempts
        self.remembered_stopped += stopped
        if len(self._memory) > parameters.memory_weeks:
            attempts, stopped = self._memory.popleft()
            self.remembered_attempts -= attempts
            self.remembered_stopped -= stopped
        self.belief = Belief(
            equations.belief_alpha(parameters.prior_alpha, self.remembered_stopped),
            equations.belief_beta(
                parameters.prior_beta, self.remembered_attempts, self.remembered_stopped
            ),
        )

    def adjust(self) -> None:
        """Raise repression where more than the tolerated number was observed, else relax it."""
        parameters = self.model.parameters
        observed = equations.monitored_flow(
            self.model.tolerated_measure, self.attempts, self.stopped
        )
        self.repression = equations.adjusted_repression(
            self.repression, observed, parameters.tolerated_attempts, parameters.adjustment_rate
        )
