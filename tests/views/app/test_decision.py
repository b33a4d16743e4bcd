"""The explanation of a decision adds up to the decision."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy.stats

from defection import DefectionModel, equations
from defection.agents import Belief
from defection.views.app import decision, words


def logistic(z):
    return 1 / (1 + math.exp(-z))


@pytest.fixture(scope="module")
def model():
    model = DefectionModel(seed=1)
    for _ in range(200):  # into the famine
        model.step()
    return model


def test_the_terms_of_every_category_add_up_to_its_ability_motivation_and_utility(model):
    assert model.famine[model.year_index] == 1
    for category in model.citizens:
        explained = decision.explained(category)
        assert logistic(sum(value for _, value in explained["ability_terms"])) == pytest.approx(
            category.ability
        )
        assert logistic(sum(value for _, value in explained["motivation_terms"])) == pytest.approx(
            category.motivation
        )
        assert logistic(explained["intercept"] + explained["pull"]) == pytest.approx(
            category.utility
        )
        assert ["famine", model.parameters.famine_effect] in explained["motivation_terms"]


def test_the_first_week_of_a_year_is_explained_with_that_year_s_economy_and_does_not_change_the_run(
    tiny,
):
    looked_at, left_alone = (
        DefectionModel(country=tiny, seed=1),
        DefectionModel(country=tiny, seed=1),
    )
    for model in (looked_at, left_alone):
        for _ in range(52):
            model.step()
    category = next(iter(looked_at.citizens))
    terms = decision.explained(category)["motivation_terms"]
    assert logistic(sum(value for _, value in terms)) == pytest.approx(category.motivation)
    assert looked_at.run().weekly().equals(left_alone.run().weekly())


def test_each_impact_stands_by_its_name(model):
    category = next(
        c for c in model.citizens if c.traits["age"] == "young" and c.traits["gender"] == "female"
    )
    terms = dict(decision.explained(category)["ability_terms"])
    effect = model.parameters.demographic_effect
    assert terms["age: young"] == pytest.approx(3 * effect)
    assert terms["gender: female"] == pytest.approx(5 * effect)


def test_impacts_that_do_not_explain_a_country_are_shown_as_one_sum(tiny):
    variant = tiny.replace(trait_ability=tiny.trait_ability + 1.0)
    category = next(iter(DefectionModel(country=variant, seed=1).citizens))
    terms = dict(decision.explained(category)["ability_terms"])
    assert "all traits" in terms
    assert "border" not in terms


def test_the_density_is_the_belief_and_holds_all_of_it(model):
    category = next(iter(model.citizens))
    explained = decision.explained(category)
    belief = category.province.belief
    assert explained["density"][60] == pytest.approx(
        scipy.stats.beta.pdf(0.3, belief.alpha, belief.beta), abs=1e-4
    )
    assert np.trapezoid(explained["density"], decision.CURVE) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("belief", [Belief(20.0, 30.0), Belief(5.0, 4.0), Belief(53.1, 33.2)])
def test_at_the_needed_utility_one_in_ten_thousand_leaves(belief):
    utility = decision.needed_utility(belief, 1e-4)
    assert equations.defection_probability(
        equations.cutoff(utility), belief.alpha, belief.beta
    ) == pytest.approx(1e-4, rel=1e-6)


@pytest.mark.parametrize("cutoff", [0.1, 0.3, 0.49])
def test_at_the_needed_belief_one_in_ten_thousand_leaves(cutoff):
    mean = decision.needed_belief(Belief(50.0, 30.0), cutoff, 1e-4)
    assert equations.defection_probability(cutoff, 80 * mean, 80 * (1 - mean)) == pytest.approx(
        1e-4, rel=1e-5
    )


def test_no_utility_is_enough_where_all_believe_in_certain_repression():
    assert decision.needed_utility(Belief(1000.0, 1.0), 1e-4) is None


def test_the_table_shows_who_leaves(model):
    province = model._province_list[0]
    rows = decision.category_rows(province.categories)
    assert len(rows) == 72
    assert sum(row[0] for row in rows) == province.population
    for row, category in zip(rows, province.categories, strict=True):
        assert row[7] == category.attempts
        assert row[6] == category.defection_probability * category.head_count
        assert row[8:] == [words.chance_words(row[5]), words.people(row[6])]


def test_the_verdict_names_the_belief_at_which_one_in_ten_thousand_attempts(model):
    """The named belief is rounded: on either side of it the chance lies on either side of 1 in 10,000."""
    for category in model.citizens:
        belief, chance = category.province.belief, category.defection_probability
        first, said = decision.verdict(category, chance)
        assert first == words.verdict(chance)
        if found := re.search(r"(rise above|fall below) (0\.\d\d) .*; it is (0\.\d\d)\.", said):
            named, weight = float(found[2]), belief.alpha + belief.beta
            assert (found[1] == "rise above") == (chance >= 1e-4)
            assert float(found[3]) == pytest.approx(belief.mean, abs=0.0051)
            low, high = (
                equations.defection_probability(category.cutoff, weight * mean, weight * (1 - mean))
                for mean in (named + 0.006, max(1e-6, named - 0.006))
            )
            assert low <= 1e-4 <= high
        else:
            assert said.startswith("No belief")
            assert decision.needed_belief(belief, category.cutoff, 1e-4) is None


def test_the_logarithmic_curve_is_the_curve(model):
    explained = decision.explained(next(iter(model.citizens)))
    density, decades = np.array(explained["density"]), np.array(explained["decades"])
    there = density > 0.01
    assert 10.0 ** -decades[there] == pytest.approx(density[there] / density.max(), rel=0.02)
    assert decades.max() == decision.DECADES
    assert decades.min() == 0
