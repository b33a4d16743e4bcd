"""Why a category leaves or stays: its decision, term by term (Figure 4 of the paper)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats

from defection import equations
from defection.views.app import words

if TYPE_CHECKING:
    from defection.agents import Belief, CitizenCategory

ONE_IN = 10_000
"""What would it take for one in so many to try this week?"""

TRAITS = ("traits", "ability", "motivation", "utility", "cutoff", "attempts")
"""What is shown of a category as it is."""

CURVE = np.linspace(0.0, 1.0, 201)

DECADES = 16
"""How far below its highest point the belief is drawn on the logarithmic scale."""

Terms = list[tuple[str, float]]


def ability_terms(category: CitizenCategory) -> Terms:
    """Return the addends of the log odds of ability, each with its name."""
    country = category.model.country
    return _terms(category, 0, category.ability_impact, country.economy_ability)


def motivation_terms(category: CitizenCategory) -> Terms:
    """Return the addends of the log odds of motivation, each with its name."""
    province, economy = category.province, category.model.country.economy_motivation
    famine = float(province.parameters["famine_effect"]) * province.famine
    return [*_terms(category, 1, category.motivation_impact, economy), ("famine", famine)]


def _terms(category: CitizenCategory, which: int, whole: float, economy: float) -> Terms:
    """Return the impacts of traits, border and economy, times s.

    The traits' are one sum, ``whole``, where the country does not have them singly.
    """
    province, country = category.province, category.model.country
    border = float(country.border[province.index])
    named = {
        f"{dimension}: {value}": country.impacts.get((dimension, value), (0.0, 0.0))[which]
        for dimension, value in category.traits.items()
    }
    named["border"] = (country.border_ability, country.border_motivation)[which] * border
    if abs(sum(named.values()) - whole) > 1e-9:
        named = {"all traits": whole}
    in_force, growth = province.parameters, province.growth_percent
    named[f"growth {growth:+.1f} %"] = economy * growth * float(in_force["economy_scale"])
    effect = float(in_force["demographic_effect"])
    return [(name, effect * value) for name, value in named.items()]


def needed_utility(belief: Belief, probability: float) -> float | None:
    """Return the utility at which so many leave under this belief; None where none is enough."""
    cutoff = float(scipy.special.betaincinv(belief.alpha, belief.beta, probability))
    return cutoff / (1.0 - cutoff) if cutoff < 0.5 else None


def needed_belief(belief: Belief, cutoff: float, probability: float) -> float | None:
    """Return the mean at which a belief of the same weight would let so many leave, or None."""
    weight = belief.alpha + belief.beta

    def excess(log_odds: float) -> float:
        mean = 1 / (1 + math.exp(-log_odds))
        alpha, beta = weight * mean, weight * (1 - mean)
        return equations.defection_probability(cutoff, alpha, beta) - probability

    low, high = -12.0, 12.0
    if excess(low) < 0 or excess(high) > 0:
        return None
    return 1 / (1 + math.exp(-float(scipy.optimize.brentq(excess, low, high, xtol=1e-9))))


def explained(category: CitizenCategory) -> dict[str, Any]:
    """Return the whole decision of a category for the coming week as plain numbers and text."""
    in_force, belief = category.province.parameters, category.province.belief
    probability = category.defection_probability
    return {
        "province": category.province.name,
        "people": category.head_count,
        "probability": probability,
        "expected": probability * category.head_count,
        "chance": words.chance_words(probability),
        "expected_words": words.people(probability * category.head_count),
        "verdict": verdict(category, probability),
        **{name: getattr(category, name) for name in TRAITS},
        "alpha": belief.alpha,
        "beta": belief.beta,
        "mean": belief.mean,
        "repression": category.province.repression,
        "intercept": float(in_force["utility_intercept"]),
        "pull": float(in_force["utility_slope"]) * category.motivation * category.ability,
        "ability_terms": [list(term) for term in ability_terms(category)],
        "motivation_terms": [list(term) for term in motivation_terms(category)],
        **curves(belief.alpha, belief.beta),
        "needed": needed_sentences(category, probability),
    }


def curves(alpha: float, beta: float) -> dict[str, Any]:
    """Return a belief's density on ``CURVE``, and the decades by which it lies below its top."""
    density = scipy.stats.beta.pdf(CURVE, alpha, beta)
    logarithm = scipy.stats.beta.logpdf(CURVE, alpha, beta) / math.log(10)
    top = np.max(logarithm[np.isfinite(logarithm)])
    return {
        "density": np.round(np.where(np.isfinite(density), density, 0.0), 4).tolist(),
        "decades": np.round(np.clip(top - logarithm, 0.0, DECADES), 3).tolist(),
    }


def verdict(category: CitizenCategory, probability: float) -> list[str]:
    """Return in words how often somebody attempts, and what the belief would have to be."""
    first, belief, target = words.verdict(probability), category.province.belief, 1 / ONE_IN
    mean = needed_belief(belief, category.cutoff, target)
    way, few = ("rise above", "fewer than ") if probability >= target else ("fall below", "")
    said = "No belief held with this certainty would do it, since leaving is worth too little."
    if mean is not None:
        said = f"The believed repression would have to {way} {mean:.2f} before {few}1 in "
        said += f"{ONE_IN:,} attempted; it is {belief.mean:.2f}."
    elif probability >= target:
        said = f"More than 1 in {ONE_IN:,} would, whatever the mean of a belief of this certainty."
    return [first, said]


def needed_sentences(category: CitizenCategory, probability: float) -> list[str]:
    """Return what utility, or what belief, would let 1 in 10,000 leave this week, in sentences."""
    belief, target = category.province.belief, 1 / ONE_IN
    utility, mean = needed_utility(belief, target), needed_belief(belief, category.cutoff, target)
    start = f"At 1 in {ONE_IN:,} a week stands a utility"
    if probability >= target:
        start = f"More than 1 in {ONE_IN:,} try already; it would be just so many at a utility"
    first = f"No utility lets 1 in {ONE_IN:,} leave under this belief: "
    first += "the cut-off U / (1 + U) stays below one half."
    if utility is not None:
        first = f"{start} of {utility:.4f}; it is {category.utility:.4f}."
    if mean is None:
        return [first, "No belief of this weight would do it."]
    weight = f"held with the same certainty (α + β = {belief.alpha + belief.beta:.0f})"
    second = f"Or a believed repression of {mean:.3f}, {weight}; it is {belief.mean:.3f}."
    return [first, second]


def category_rows(categories: list[CitizenCategory]) -> list[list[Any]]:
    """Return for each category the columns of the table under *Why?*.

    People, ability, motivation, utility, cut-off, then for the coming week probability and expected
    attempts, then the latest week's attempts; last the two of the coming week in words.
    """
    rows: list[list[Any]] = []
    for one in categories:
        traits = (one.ability, one.motivation, one.utility, one.cutoff)
        chance = one.defection_probability
        expected = chance * one.head_count
        numbers = [round(value, 4) for value in traits]
        said = [words.chance_words(chance), words.people(expected)]
        rows.append([one.head_count, *numbers, chance, expected, one.attempts, *said])
    return rows
