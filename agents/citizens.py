"""The citizens: one weighted agent for all in a province who share their traits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from defection import circle_agents, equations, rules
from defection.agents.identity import NumberedAgent

if TYPE_CHECKING:
    from defection.agents.province import Province

CERTAIN = 1.0 - 1e-12
"""Below this a number is less than one whatever the errors of rounding."""


class CitizenCategory(NumberedAgent):
    """Everyone who shares a province and a trait in each dimension; its weight is ``head_count``.

    ``attempts`` and ``crossed`` are the latest week's; ``ability``, ``motivation``, ``utility`` and
    ``cutoff`` change with the year; ``defection_probability`` is the coming week's.

    Parameters
    ----------
    model : DefectionModel
        The model, which makes its citizens itself.
    province : Province
        Where they live.
    traits : mapping of str to str
        Their value of each dimension, such as ``{"age": "young"}``.
    index : int
        Their position among all categories, counted province by province from 0.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> model = DefectionModel(seed=1, weeks=52)
    >>> sum(citizens.head_count for citizens in model.citizens) == model.population
    True
    >>> all(0 < citizens.cutoff < 0.5 for citizens in model.citizens)
    True
    """

    def __init__(
        self, model: Any, *, province: Province, traits: Mapping[str, str], index: int
    ) -> None:
        super().__init__(model)
        position = len(province.categories)
        self.province = province
        self.traits = dict(traits)
        self.index = index
        self.trait_ability = float(model.country.trait_ability[position])
        self.trait_motivation = float(model.country.trait_motivation[position])
        self.attempts = 0
        self.crossed = 0
        """People who got out; stays 0 unless the model records crossings."""
        province.categories.append(self)
        self.update_utility()

    def update_utility(self) -> None:
        """Work out the utility of leaving, which changes with the year's famine and economy."""
        model, province = self.model, self.province
        country, border = model.country, province.border
        self.ability_impact = self.trait_ability + country.border_ability * border
        self.motivation_impact = self.trait_motivation + country.border_motivation * border
        self.ability, self.motivation, self.utility, self.cutoff = rules.expect(
            model.in_force,
            province.index,
            self.ability_impact,
            self.motivation_impact,
            country.economy_ability,
            country.economy_motivation,
            province.growth_percent,
            province.famine,
            province.pull,
        )

    @property
    def cutoff(self) -> float:
        """The belief in repression below which leaving pays."""
        return self._cutoff

    @cutoff.setter
    def cutoff(self, cutoff: float) -> None:
        self._cutoff = cutoff
        self.look_at_belief()

    def look_at_belief(self) -> None:
        """Note what is certain while the belief and the cut-off hold: P is not above the bound."""
        belief = self.province.belief
        self._probability_bound = rules.probability_bound(self._cutoff, belief.alpha, belief.beta)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of {self.province.name}, {', '.join(self.traits.values())}: "
            f"{self.head_count:,} people, probability of an attempt "
            f"{self.defection_probability:.3g}>"
        )

    def remove(self) -> None:
        """Take the category out of the country for good.

        It has no people from now on: nobody of it attempts, is counted or crosses any more. What it
        did in the weeks before stays in the tables, and its attempts in the memory of others.
        """
        super().remove()
        self.attempts = self.crossed = 0
        if self.province.circles:
            shared, here, *_ = self._in_circles
            category = self.index % len(self.model.country.traits)
            circle_agents.forget_leavers(shared, here, category)
        others = [one for one in self.province.categories if one is not self]
        self.province.categories = others
        self.model.removed.add(self.index)
        self.model.count_heads()

    @property
    def head_count(self) -> int:
        """People in this category this week."""
        return self.model.head_counts[self.index]

    @property
    def defection_probability(self) -> float:
        """Probability that one of them attempts to leave in the coming week."""
        if self.province.circles:
            return circle_agents.mean_probability(self.cutoff, *self._in_circles)
        belief = self.province.belief
        return equations.defection_probability(self.cutoff, belief.alpha, belief.beta)

    @property
    def _in_circles(self) -> tuple[Any, ...]:
        """Where they live and how many they are, as functions of circles want it."""
        model, here = self.model, self.province.index
        return model.circles, here, model.country_population, model.edges, self.index

    def _check_cutoff(self, drawn_by: float) -> None:
        """Refuse a cut-off that is not the one by which the week's candidates were drawn."""
        if self.cutoff != drawn_by:
            raise ValueError(
                f"{self.province.name}: the cut-off of a category became {self.cutoff:g} while it "
                f"decided. With several news circles candidates are drawn before, by {drawn_by:g}: "
                "change it earlier, in update_utility"
            )

    def decide(self) -> None:
        """Attempt to leave where the belief in repression lies below the cut-off."""
        model, index = self.model, self.index
        if self.province.circles:
            shared, here, *people = self._in_circles
            category = index % len(model.country.traits)
            self._check_cutoff(self.province.cutoffs[category])
            self.attempts = circle_agents.decide_in_circles(
                self.cutoff, shared, here, category, *people
            )
            return
        uniform, people = model.uniforms[index], model.head_counts[index]
        if uniform + people * self._probability_bound < CERTAIN:
            self.attempts = 0  # for (1 - P)^n is at least 1 - n P
        else:
            belief = self.province.belief
            self.attempts = rules.decide(uniform, people, self._cutoff, belief.alpha, belief.beta)
