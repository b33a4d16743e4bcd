"""The provinces, where attempts are stopped, become known and are remembered.

Each rule is a line that calls :mod:`defection.rules` for the province's row of the model's state.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.special

from defection import rules
from defection.agents.identity import NumberedAgent
from defection.measures import FLOWS
from defection.state import PROVINCE

if TYPE_CHECKING:
    from defection.agents.citizens import CitizenCategory


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


class Province(NumberedAgent):
    """A province: its repression, its citizens' belief about it, and the week's attempts.

    Flows (``attempts``, ``stopped``, ``successes``, ``known_attempts``, ``known_stopped``) are
    those of the latest week; ``repression`` and ``belief`` are those in force in the coming week.
    All but the belief are fields of its row of ``model.state``; ``belief`` is made of
    ``belief_alpha`` and ``belief_beta``.

    Parameters
    ----------
    model : DefectionModel
        The model, which makes its provinces itself.
    name : str
        Its name in the country's data.
    index : int
        Its position among the provinces, from 0.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> province = DefectionModel(seed=1, weeks=52, initial_repression=0.9).run().provinces[0]
    >>> province.attempts == province.stopped + province.successes
    True
    >>> 0 <= province.repression <= 1
    True
    """

    attempts: int
    stopped: int
    successes: int
    known_attempts: int
    known_stopped: int
    remembered_attempts: int
    remembered_stopped: int
    repression: float
    belief_alpha: float
    belief_beta: float
    discontent: float

    def __init__(self, model: Any, *, name: str, index: int) -> None:
        super().__init__(model)
        self.name = name
        self.index = index
        self.categories: list[CitizenCategory] = []
        """Its categories; a removed one leaves a new list, so that who loops over it may remove."""
        rules.begin(model.state, model.in_force, index)
        self.belief = Belief(self.belief_alpha, self.belief_beta)
        self.begin_year()

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.name}: {self.population:,} people, "
            f"repression {self.repression:.3f}, believed {self.belief.mean:.3f}, "
            f"{self.attempts:,} attempts in the latest week>"
        )

    def remove(self) -> None:
        """Take the province and all its categories out of the country for good.

        Nobody attempts there, is counted or stopped any more, and no news come from there. Its row
        of the tables stays, with flows and a population of 0, and its repression as it was.
        """
        super().remove()
        for category in list(self.categories):
            category.remove()
        for name in FLOWS:
            self.model.state[name][self.index] = 0

    @property
    def parameters(self) -> np.void:
        """The parameters in force here in the coming week, a row of ``model.in_force``."""
        return self.model.in_force[self.index]

    @property
    def population(self) -> int:
        """Head count of the province this week."""
        return self.model.province_populations[self.index]

    @property
    def belief(self) -> Belief:
        """What the citizens believe about repression in the coming week."""
        return self._belief

    @belief.setter
    def belief(self, belief: Belief) -> None:
        self._belief = belief
        for category in self.categories:
            category.look_at_belief()

    def look_up(self) -> None:
        """Read the belief again after the row has changed; while it holds it stays one object."""
        alpha, beta = self.belief_alpha, self.belief_beta
        if (alpha, beta) != (self.belief.alpha, self.belief.beta):
            self.belief = Belief(alpha, beta)

    def begin_year(self) -> None:
        """Note the present year's growth of the economy, in percent, and famine, 1 or 0."""
        model, year = self.model, self.model.year_index
        self.growth_percent = model.growth_percent[year]
        self.famine = model.famines[int(self.parameters["famine_row"])][year]

    def note_discontent(self) -> None:
        """Note how motivated its people are on average, against the first week."""
        shares, motivation, people = self.model.country.cumulative_shares, 0.0, 0.0
        for category in self.categories:
            share = shares[category.index + 1] - shares[category.index]
            motivation += share * category.motivation
            people += share
        mean = motivation / people if people > 0.0 else 0.0
        rules.note_discontent(self.model.state, self.index, mean)

    def decide(self) -> None:
        """Let each category decide in turn, by a loop that is quicker than ``AgentSet.do``."""
        for category in self.categories:
            category.decide()

    def repress(self) -> None:
        """Stop each of the week's attempts with the probability ``repression``."""
        state, here = self.model.state, self.index
        state["attempts"][here] = sum([category.attempts for category in self.categories])
        rules.repress(state, here, self.model.uniforms_to_repress[here])

    def cross(self) -> None:
        """Share out the stopped among the categories; the others cross the border."""
        attempts, free = self.attempts, self.successes
        for category in self.categories:
            uniform, mine = self.model.uniforms_to_cross[category.index], category.attempts
            category.crossed = rules.crossed(uniform, mine, attempts, free) if mine else 0
            attempts, free = attempts - mine, free - category.crossed

    def hear(self) -> None:
        """Let each of the week's attempts become known with the probability K."""
        model, here = self.model, self.index
        stopped, successes = model.uniforms_to_hear_stopped, model.uniforms_to_hear_successes
        rules.hear(model.state, model.in_force, here, stopped[here], successes[here])

    def learn(self) -> None:
        """Add what became known this week to the belief, forget what is older than H weeks."""
        model = self.model
        attempts, stopped = model.history.known
        rules.learn(model.state, model.in_force, self.index, attempts, stopped, model.week)
        self.look_up()

    def adjust(self) -> None:
        """Raise or relax repression by the policy of the state."""
        rules.adjust(self.model.state, self.model.in_force, self.index)

    def change(self, resets: bool) -> None:
        """Go over to the parameters that are in force from the coming week on."""
        model = self.model
        attempts, stopped = model.history.known
        rules.change(model.state, model.in_force, self.index, resets, attempts, stopped, model.week)
        self.look_up()
        self.begin_year()
        for category in self.categories:
            category.update_utility()
        self.note_discontent()


def _field(name: str) -> property:
    def read(self: Province) -> int | float:
        return self.model.state[name].item(self.index)

    def write(self: Province, value: float) -> None:
        self.model.state[name][self.index] = value
        if name.startswith("belief"):
            self.look_up()

    return property(read, write, doc=f"The field ``{name}`` of the province's row.")


for _name in PROVINCE.names or ():
    setattr(Province, _name, _field(_name))
