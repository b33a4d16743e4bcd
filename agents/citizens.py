"""The citizens: one weighted agent for everyone in a province who shares age, gender, sector, status and settlement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from defection import equations
from defection.agents.identity import NumberedAgent

if TYPE_CHECKING:
    from defection.agents.province import Province
    from defection.model import DefectionModel


class CitizenCategory(NumberedAgent):
    """Everyone who shares a province and a trait in each dimension; its weight is ``head_count``.

    ``attempts`` is the latest week's number; ``ability``, ``motivation``, ``utility`` and
    ``cutoff`` change with the year; ``defection_probability`` is the coming week's.
    """

    def __init__(
        self, model: DefectionModel, *, province: Province, traits: Mapping[str, str], index: int
    ) -> None:
        super().__init__(model)
        place = (province.index, len(province.categories))
        self.province = province
        self.traits = dict(traits)
        self.index = index
        self.ability_impact = float(model.country.ability_impact[place])
        self.motivation_impact = float(model.country.motivation_impact[place])
        self.attempts = 0
        province.categories.append(self)
        self.update_utility()

    def update_utility(self) -> None:
        """Work out the utility of leaving; what it depends on (famine, economy) changes once a year."""
        p, country, year = self.model.parameters, self.model.country, self.model.year_index
        economy, famine = self.model.economy[year], self.model.famine[year]
        self.ability = equations.ability(
            p.demographic_effect, self.ability_impact, country.economy_ability, economy
        )
        self.motivation = equations.motivation(
            p.demographic_effect,
            self.motivation_impact,
            country.economy_motivation,
            economy,
            p.famine_effect,
            famine,
        )
        self.utility = equations.utility(
            p.utility_intercept, p.utility_slope, self.motivation, self.ability
        )
        self.cutoff = equations.cutoff(self.utility)

    @property
    def head_count(self) -> int:
        """People in this category this week."""
        return self.model.head_counts[self.index]

    @property
    def defection_probability(self) -> float:
        """Probability that one of them attempts to leave in the coming week."""
        return equations.defection_probability(
            self.cutoff, self.province.belief.alpha, self.province.belief.beta
        )

    def decide(self) -> None:
        """Attempt to leave where the belief in repression lies below the cut-off: Binomial(head count, probability)."""
        model, index, belief = self.model, self.index, self.province.belief
        self.attempts = equations.attempts(
            model.luck_to_decide[index],
            model.head_counts[index],
            self.cutoff,
            belief.alpha,
            belief.beta,
        )
