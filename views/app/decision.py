"""Why a category leaves or stays: its decision, term by term (Figure 4 of the paper)."""

import math
from typing import Any

import scipy.optimize

from defection import equations
from defection.agents import CitizenCategory
from defection.views.app import words
from defection.views.app.believed import Believed

ONE_IN = 10_000
"""What would it take for one in so many to try this week?"""

TRAITS = ("traits", "ability", "motivation", "utility", "cutoff", "attempts")
"""What is shown of a category as it is."""

Terms = list[tuple[str, float]]


def ability_terms(category: CitizenCategory) -> Terms:
    """Return the addends of the log odds of ability, each with its name."""
    country = category.model.country
    return _terms(category, 0, category.ability_impact, country.economy_ability)


def motivation_terms(category: CitizenCategory) -> Terms:
    """Return the addends of the log odds of motivation, each with its name."""
    province, economy = category.province, category.model.country.economy_motivation
    famine = float(province.parameters["famine_effect"]) * province.famine
    terms = _terms(category, 1, category.motivation_impact, economy)
    return [*terms, ("famine", famine)] if famine or category.model.country.datings else terms


def _terms(category: CitizenCategory, which: int, whole: float, economy: float) -> Terms:
    """Return the impacts of traits, border and economy, times s.

    The traits' are one sum, ``whole``, where the country does not have them singly.
    """
    province, country = category.province, category.model.country
    border = province.border
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
    alone = ("economy_ability_effect", "economy_motivation_effect")[which]
    fee = in_force["broker_fee_effect"] * in_force["broker_fee"] if which == 0 else 0.0
    more = {"growth, apart from s": in_force[alone] * growth, "fee": -fee}
    added = [(name, float(value)) for name, value in more.items() if value]
    return [*((name, effect * value) for name, value in named.items()), *added]


def needed_utility(believed: Believed, probability: float, loss: float = 1.0) -> float | None:
    """Return the utility at which so many leave under these beliefs; None where none is enough.

    ``loss`` is that of an attempt that is stopped.
    """
    cutoff = believed.cutoff(probability)
    return loss * cutoff / (1.0 - cutoff) if cutoff < 1.0 / (1.0 + loss) else None


def needed_belief(weight: float, cutoff: float, probability: float) -> float | None:
    """Return the mean at which a belief of this weight, α + β, would let so many leave, or None."""

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
    in_force, believed = category.province.parameters, Believed.from_province(category.province)
    probability = category.defection_probability
    return {
        "province": category.province.name,
        "people": category.head_count,
        "probability": probability,
        "expected": probability * category.head_count,
        "chance": words.chance_words(probability),
        "expected_words": words.people(probability * category.head_count),
        "verdict": verdict(category, believed, probability),
        "latest": latest_week(category),
        "cutoff_is": f"U / ({float(in_force['loss_if_stopped']):g} + U)",
        **{name: getattr(category, name) for name in TRAITS},
        "alpha": believed.alpha,
        "beta": believed.beta,
        "mean": believed.mean,
        "circles": len(believed.names),
        "note": believed.note(category.cutoff),
        "repression": category.province.repression,
        "intercept": float(in_force["utility_intercept"]),
        "pull": float(in_force["utility_slope"]) * category.motivation * category.ability,
        "ability_terms": [list(term) for term in ability_terms(category)],
        "motivation_terms": [list(term) for term in motivation_terms(category)],
        **believed.curves(),
        "needed": needed_sentences(category, believed, probability),
    }


def latest_week(category: CitizenCategory) -> list[str]:
    """Return when the latest week was, and how many of a category attempted in it."""
    if category.model.week == 0:
        return ["No week has passed", "so far: nobody can have attempted."]
    count = f"{category.attempts:,}" if category.attempts else "nobody"
    return ["In the latest week", f"{count} attempted."]


def verdict(category: CitizenCategory, believed: Believed, probability: float) -> list[str]:
    """Return in words how often somebody attempts, and what the belief would have to be."""
    first, target = words.verdict(probability), 1 / ONE_IN
    mean = needed_belief(believed.weight, category.cutoff, target)
    way, few = ("rise above", "fewer than ") if probability >= target else ("fall below", "")
    said = "No belief held with this certainty would do it, since leaving is worth too little."
    there, here = words.different(mean or 0.0, believed.mean)
    if mean is not None and len(believed.names) > 1:
        said = f"If all its circles believed the same, 1 in {ONE_IN:,} would attempt at a "
        said += f"believed repression of {there}; their mean is {here}."
    elif mean is not None:
        said = f"The believed repression would have to {way} {there} before {few}1 in "
        said += f"{ONE_IN:,} attempted; it is {here}."
    elif probability >= target:
        said = f"More than 1 in {ONE_IN:,} would, whatever the mean of a belief of this certainty."
    return [first, said]


def needed_sentences(
    category: CitizenCategory, believed: Believed, probability: float
) -> list[str]:
    """Return what utility, or what belief, would let 1 in 10,000 leave this week, in sentences."""
    target = 1 / ONE_IN
    loss = float(category.province.parameters["loss_if_stopped"])
    utility = needed_utility(believed, target, loss)
    mean = needed_belief(believed.weight, category.cutoff, target)
    start = f"At 1 in {ONE_IN:,} a week stands a utility"
    if probability >= target:
        start = f"More than 1 in {ONE_IN:,} try already; it would be just so many at a utility"
    several = len(believed.names) > 1
    first = f"No utility lets 1 in {ONE_IN:,} leave under {'these' if several else 'this'} "
    first += f"belief{'s' * several}: the cut-off U / ({loss:g} + U) stays below "
    first += "one half." if loss == 1 else f"{1 / (1 + loss):.3g}."
    if utility is not None:
        needed, ours = words.different(utility, category.utility, 4)
        first = f"{start} of {needed}; it is {ours}."
    if mean is None:
        return [first, "No belief of this weight would do it."]
    weight = f"held with the same certainty (α + β = {believed.weight:.0f})"
    where = " the same in all circles and" if several else ""
    needed, ours = words.different(mean, believed.mean, 3)
    second = f"Or a believed repression of {needed},{where} {weight}; it is {ours}"
    return [first, second + " on average." if several else second + "."]


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
