"""Why a category leaves or stays: its decision taken apart, term by term (Figure 4 of the paper)."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats

from defection import equations

if TYPE_CHECKING:
    from defection.agents import Belief, CitizenCategory

ONE_IN = 10_000
"""The question asked: what would it take for one in so many to try this week?"""

CURVE = np.linspace(0.0, 1.0, 201)


@dataclasses.dataclass(frozen=True)
class Term:
    """One addend of the log odds of ability or motivation."""

    name: str
    value: float


def _traits(category: CitizenCategory, which: int, whole: float) -> list[Term]:
    """Return the impacts of a category's traits, times s; all in one where the country does not hold them singly."""
    country, effect = category.model.country, category.model.parameters.demographic_effect
    border = float(country.border[category.province.index])
    named = [
        (f"{dimension}: {value}", country.impacts.get((dimension, value), (0.0, 0.0))[which])
        for dimension, value in category.traits.items()
    ]
    named.append(("border", (country.border_ability, country.border_motivation)[which] * border))
    if abs(sum(impact for _, impact in named) - whole) > 1e-9:
        named = [("all traits", whole)]
    return [Term(name, effect * impact) for name, impact in named]


def ability_terms(category: CitizenCategory) -> list[Term]:
    """Return the addends of the log odds of ability."""
    model, year = category.model, category.model.year_index
    economy = (
        model.parameters.demographic_effect * model.country.economy_ability * model.economy[year]
    )
    growth = f"growth {model.country.growth_percent[year]:+.1f} %"
    return [*_traits(category, 0, category.ability_impact), Term(growth, economy)]


def motivation_terms(category: CitizenCategory) -> list[Term]:
    """Return the addends of the log odds of motivation."""
    model, year = category.model, category.model.year_index
    economy = (
        model.parameters.demographic_effect * model.country.economy_motivation * model.economy[year]
    )
    growth = f"growth {model.country.growth_percent[year]:+.1f} %"
    famine = Term("famine", model.parameters.famine_effect * model.famine[year])
    return [*_traits(category, 1, category.motivation_impact), Term(growth, economy), famine]


def needed_utility(belief: Belief, probability: float) -> float | None:
    """Return the utility at which so many leave under this belief; None where no utility is enough, since U / (1 + U) < 1/2."""
    cutoff = float(scipy.special.betaincinv(belief.alpha, belief.beta, probability))
    return cutoff / (1.0 - cutoff) if cutoff < 0.5 else None


def needed_belief(belief: Belief, cutoff: float, probability: float) -> float | None:
    """Return the mean at which a belief of the same weight α + β would let so many leave; None where there is none."""
    weight = belief.alpha + belief.beta

    def excess(log_odds: float) -> float:
        mean = 1 / (1 + math.exp(-log_odds))
        return (
            equations.defection_probability(cutoff, weight * mean, weight * (1 - mean))
            - probability
        )

    low, high = -12.0, 12.0
    if excess(low) < 0 or excess(high) > 0:
        return None
    return 1 / (1 + math.exp(-float(scipy.optimize.brentq(excess, low, high, xtol=1e-9))))


def explained(category: CitizenCategory) -> dict[str, Any]:
    """Return the whole decision of a category for the coming week as plain numbers and text."""
    parameters, belief = category.model.parameters, category.province.belief
    probability = category.defection_probability
    density = scipy.stats.beta.pdf(CURVE, belief.alpha, belief.beta)
    pull = parameters.utility_slope * category.motivation * category.ability
    return {
        "province": category.province.name,
        "traits": category.traits,
        "people": category.head_count,
        "ability": category.ability,
        "motivation": category.motivation,
        "utility": category.utility,
        "cutoff": category.cutoff,
        "probability": probability,
        "expected": probability * category.head_count,
        "attempts": category.attempts,
        "alpha": belief.alpha,
        "beta": belief.beta,
        "mean": belief.mean,
        "sd": belief.sd,
        "repression": category.province.repression,
        "intercept": parameters.utility_intercept,
        "slope": parameters.utility_slope,
        "pull": pull,
        "ability_terms": [[term.name, term.value] for term in ability_terms(category)],
        "motivation_terms": [[term.name, term.value] for term in motivation_terms(category)],
        "density": np.round(np.where(np.isfinite(density), density, 0.0), 4).tolist(),
        "needed": needed_sentences(category, probability),
    }


def needed_sentences(category: CitizenCategory, probability: float) -> list[str]:
    """Say what utility, or what belief, would let 1 in 10,000 leave this week."""
    belief, target = category.province.belief, 1 / ONE_IN
    already = probability >= target
    utility, mean = needed_utility(belief, target), needed_belief(belief, category.cutoff, target)
    first = (
        f"At 1 in {ONE_IN:,} a week stands "
        if not already
        else f"More than 1 in {ONE_IN:,} try already; it would be just so many at "
    )
    lines = []
    if utility is None:
        lines.append(
            f"No utility lets 1 in {ONE_IN:,} leave under this belief: the cut-off U / (1 + U) stays below one half."
        )
    else:
        lines.append(f"{first}a utility of {utility:.4f}; it is {category.utility:.4f}.")
    if mean is None:
        lines.append("No belief of this weight would do it.")
    else:
        weight = belief.alpha + belief.beta
        lines.append(
            f"Or a believed repression of {mean:.3f}, held with the same certainty (α + β = {weight:.0f}); it is {belief.mean:.3f}."
        )
    return lines


def category_rows(categories: list[CitizenCategory]) -> list[list[float]]:
    """Return for each category: people, ability, motivation, utility, cut-off, probability, expected attempts, attempts."""
    rows = []
    for c in categories:
        probability = c.defection_probability
        rows.append([
            c.head_count, round(c.ability, 4), round(c.motivation, 4), round(c.utility, 4), round(c.cutoff, 4), probability,
            probability * c.head_count, c.attempts,
        ])  # fmt: skip
    return rows
