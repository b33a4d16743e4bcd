"""Citizen categories: what they gain by leaving, how they decide, and how many they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats

from defection.agents import Belief


def _category(model, province="Inland", **traits):
    return next(
        category
        for category in model.citizens
        if category.province.name == province and category.traits == traits
    )


def test_the_utility_follows_the_equations_from_the_traits_to_the_probability(lively):
    model = lively()
    model.step()
    category = _category(model, age="young", gender="female")
    p, belief = model.parameters, category.province.belief

    def logistic(z):
        return 1 / (1 + math.exp(-z))

    economy = -2.5 * 0.01  # growth of 2000 in percent, times economy_scale
    ability = logistic(p.demographic_effect * (3 + 5 + 1 * economy))
    motivation = logistic(p.famine_effect + p.demographic_effect * 4 * economy)
    utility = logistic(p.utility_intercept + p.utility_slope * motivation * ability)
    assert category.ability == pytest.approx(ability)
    assert category.motivation == pytest.approx(motivation)
    assert category.utility == pytest.approx(utility)
    assert category.cutoff == pytest.approx(utility / (1 + utility))
    assert category.defection_probability == pytest.approx(
        scipy.stats.beta.cdf(category.cutoff, belief.alpha, belief.beta)
    )


def test_utility_changes_with_the_year_and_not_within(lively):
    model = lively(economy_scale=1.0)
    category = next(iter(model.citizens))
    utilities = []
    for _ in range(104):
        model.step()
        utilities.append(category.utility)
    first, second = (
        utilities[:51],
        utilities[51:],
    )  # after week 51 the second year is the coming one
    assert len(set(first)) == len(set(second)) == 1
    assert first[0] != second[0]


def test_impacts_move_the_utility_in_their_direction(lively):
    model = lively()
    young = _category(model, age="young", gender="female")
    assert young.utility > _category(model, age="old", gender="female").utility
    assert young.utility > _category(model, age="young", gender="male").utility
    at_the_border = _category(model, "Borderland", age="young", gender="female")
    assert at_the_border.ability > young.ability
    assert at_the_border.motivation == young.motivation


def test_without_any_effect_of_traits_all_categories_have_one_utility(lively):
    model = lively(demographic_effect=0.0)
    assert len({category.utility for category in model.citizens}) == 1


@pytest.mark.parametrize("slope", [-100.0, 0.0, 5.0, 100.0])
def test_the_cutoff_is_never_above_one_half(lively, slope):
    model = lively(utility_slope=slope, utility_intercept=100.0 if slope > 5 else 0.0)
    assert all(0 <= category.cutoff <= 0.5 for category in model.citizens)


def test_head_counts_are_the_exact_shares_and_add_up_to_the_province(lively):
    model = lively()
    category = _category(model, age="young", gender="female")
    assert category.head_count == round(0.4 * 31_000)
    for province in model.provinces:
        assert sum(one.head_count for one in province.categories) == province.population


def test_nobody_attempts_where_repression_is_certain_and_all_where_it_is_ruled_out(lively):
    certain, ruled_out = (
        lively(prior_alpha=alpha, prior_beta=beta) for alpha, beta in ((1e6, 0.01), (0.01, 1e6))
    )
    people = [category.head_count for category in ruled_out.citizens]
    certain.step()
    ruled_out.step()
    assert all(category.attempts == 0 for category in certain.citizens)
    assert [category.attempts for category in ruled_out.citizens] == people


def test_a_more_pessimistic_belief_lets_fewer_attempt_with_the_same_uniforms(lively):
    attempts = []
    for alpha in (13.0, 15.0, 18.0):
        model = lively(prior_alpha=alpha)
        model.step()
        attempts.append([category.attempts for category in model.citizens])
    assert (np.diff(attempts, axis=0) <= 0).all()
    assert sum(attempts[0]) > sum(attempts[1]) > sum(attempts[2])


def test_attempts_are_binomial_in_every_category(lively, seed):
    """The first week of 400 models against the exact mean: chi squared over all categories."""
    models = [lively(seed=seed * 1000 + k, weeks=1) for k in range(400)]
    first = models[0]
    probability = np.array([c.defection_probability for c in first.citizens])
    heads = np.array([c.head_count for c in first.citizens])
    for model in models:
        model.step()
    mean = np.mean([[c.attempts for c in model.citizens] for model in models], axis=0)
    variance = heads * probability * (1 - probability) / len(models)
    z = (mean - heads * probability) / np.sqrt(variance)
    assert scipy.stats.chi2.sf((z**2).sum(), len(z)) > 1e-4


def test_a_category_s_traits_cannot_change_those_of_another(lively):
    model = lively()
    one = _category(model, age="young", gender="female")
    one.traits["age"] = "old"
    assert _category(model, "Borderland", age="young", gender="female")


@pytest.mark.parametrize("what", ["cutoff", "belief", "its row", "people"])
def test_a_category_decides_by_what_was_set_by_hand_just_before(lively, what):
    """What was certain with the former cut-off, belief or head count says nothing of the new."""
    model = lively(utility_intercept=-5.0)
    model.step()
    category = next(iter(model.citizens))
    model.uniforms[category.index] = 0.5
    category.decide()
    assert category.attempts == 0
    if what == "cutoff":
        category.cutoff = 0.45
    elif what == "belief":
        category.province.belief = Belief(1e-6, 12.0)
    elif what == "its row":
        category.province.belief_alpha = 1e-6
    else:
        model.head_counts[category.index] = int(10 / category.defection_probability)
    category.decide()
    assert category.attempts > 0


def test_a_belief_that_holds_stays_one_object(lively):
    model = lively(observation_probability=0.0)
    before = [province.belief for province in model.provinces]
    model.step()
    assert all(
        province.belief is belief for province, belief in zip(model.provinces, before, strict=True)
    )
