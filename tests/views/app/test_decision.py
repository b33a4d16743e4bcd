"""The explanation of a decision adds up to the decision."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy.stats

from defection import DefectionModel, equations
from defection.agents import Belief
from defection.views.app import believed, decision, words
from defection.views.app.believed import Believed
from defection.views.app.sandbox import Sandbox


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


def test_fees_growth_apart_from_s_and_another_loss_are_explained_too(tiny):
    more = {
        "economy_ability_effect": 0.1, "economy_motivation_effect": -0.2, "broker_fee": 2.0,
        "broker_fee_effect": 0.3, "loss_if_stopped": 3.0,
    }  # fmt: skip
    for category in DefectionModel(country=tiny, seed=1, **more).citizens:
        explained = decision.explained(category)
        for name in ("ability", "motivation"):
            whole = logistic(sum(value for _, value in explained[f"{name}_terms"]))
            assert whole == pytest.approx(getattr(category, name))
        assert ["fee", -0.6] in explained["ability_terms"]
        assert "fee" not in dict(explained["motivation_terms"])
        assert Sandbox.from_category(category).cutoff == category.cutoff
        assert explained["cutoff_is"] == "U / (3 + U)"
        assert explained["cutoff"] == pytest.approx(category.utility / (3 + category.utility))
    there = Believed.from_one(5.0, 20.0)
    utility = decision.needed_utility(there, 1e-4, 3.0)
    assert there.chance(equations.cutoff(utility, 3.0)) == pytest.approx(1e-4, rel=1e-6)
    sure = decision.needed_sentences(category, Believed.from_one(1000.0, 1.0), 0.0)
    assert "the cut-off U / (3 + U) stays below 0.25." in sure[0]


def test_before_the_first_week_nobody_is_said_to_have_attempted_in_it(tiny):
    model = DefectionModel(country=tiny, seed=1)
    category = next(iter(model.citizens))
    assert decision.latest_week(category)[0] == "No week has passed"
    model.step()
    attempts = f"{category.attempts or 'nobody'} attempted."
    assert decision.latest_week(category) == ["In the latest week", attempts]


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
    assert np.trapezoid(explained["density"], believed.CURVE) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("belief", [Belief(20.0, 30.0), Belief(5.0, 4.0), Belief(53.1, 33.2)])
def test_at_the_needed_utility_one_in_ten_thousand_leaves(belief):
    utility = decision.needed_utility(Believed.from_one(belief.alpha, belief.beta), 1e-4)
    assert equations.defection_probability(
        equations.cutoff(utility), belief.alpha, belief.beta
    ) == pytest.approx(1e-4, rel=1e-6)


@pytest.mark.parametrize("cutoff", [0.1, 0.3, 0.49])
def test_at_the_needed_belief_one_in_ten_thousand_leaves(cutoff):
    mean = decision.needed_belief(80.0, cutoff, 1e-4)
    assert equations.defection_probability(cutoff, 80 * mean, 80 * (1 - mean)) == pytest.approx(
        1e-4, rel=1e-5
    )


def test_no_utility_is_enough_where_all_believe_in_certain_repression():
    assert decision.needed_utility(Believed.from_one(1000.0, 1.0), 1e-4) is None


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
        first, said = decision.verdict(category, Believed.from_province(category.province), chance)
        assert first == words.verdict(chance)
        weight = belief.alpha + belief.beta
        if found := re.search(r"(rise above|fall below) (0\.\d+) .*; it is (0\.\d+)\.", said):
            named = float(found[2])
            assert (named > float(found[3])) == (found[1] == "rise above")
            assert (found[1] == "rise above") == (chance >= 1e-4)
            assert float(found[3]) == pytest.approx(belief.mean, abs=0.0051)
            low, high = (
                equations.defection_probability(category.cutoff, weight * mean, weight * (1 - mean))
                for mean in (named + 0.006, max(1e-6, named - 0.006))
            )
            assert low <= 1e-4 <= high
        else:
            assert said.startswith("No belief")
            assert decision.needed_belief(weight, category.cutoff, 1e-4) is None


def test_the_logarithmic_curve_is_the_curve(model):
    explained = decision.explained(next(iter(model.citizens)))
    density, decades = np.array(explained["density"]), np.array(explained["decades"])
    there = density > 0.01
    assert 10.0 ** -decades[there] == pytest.approx(density[there] / density.max(), rel=0.02)
    assert decades.max() == believed.DECADES
    assert decades.min() == 0


@pytest.fixture(scope="module")
def circled():
    """Return a run whose provinces have news circles that know different things."""
    changes = {"news_circles": 20, "observation_probability": 0.03}
    return DefectionModel(seed=1, weeks=200, **changes).run()


def test_with_news_circles_the_dark_area_is_the_mean_chance(circled):
    """The curve is the mean of the circles' beliefs: its area below the cut-off is the chance."""
    for province in circled.provinces:
        there = Believed.from_province(province)
        assert len(set(there.means.tolist())) > 1
        for cutoff in (0.55, 0.65):
            chances = [
                scipy.stats.beta.cdf(cutoff, c.belief.alpha, c.belief.beta)
                for c in province.circles
            ]
            assert there.chance(cutoff) == pytest.approx(np.mean(chances), rel=1e-9)
            below = cutoff + 1e-9 >= believed.CURVE
            density = np.array(there.curves()["density"])
            area = np.trapezoid(density[below], believed.CURVE[below])
            assert area == pytest.approx(there.chance(cutoff), abs=2e-3)
        for category in province.categories[:5]:
            shown = decision.explained(category)
            assert shown["probability"] == pytest.approx(there.chance(category.cutoff), rel=0.01)
            assert (shown["mean"], shown["circles"]) == (province.belief.mean, 20)


def test_with_news_circles_the_note_names_the_range_and_the_mean(circled):
    for province in circled.provinces:
        category = province.categories[0]
        note = decision.explained(category)["note"]
        means = sorted(circle.belief.mean for circle in province.circles)
        low, high = re.findall(r"([\d.]+) % in (circle \d+)", note)
        assert [float(low[0]), float(high[0])] == pytest.approx(
            [100 * means[0], 100 * means[-1]], abs=0.051
        )
        named = {circle.name: circle.belief.mean for circle in province.circles}
        assert [named[low[1]], named[high[1]]] == [means[0], means[-1]]
        assert "the chance is the mean of the chances" in note


def test_the_needed_utility_is_that_of_all_circles_together(circled):
    there = Believed.from_province(circled.provinces[0])
    utility = decision.needed_utility(there, 1e-2)
    if utility is None:
        assert there.cutoff(1e-2) >= 0.5
    else:
        assert there.chance(equations.cutoff(utility)) == pytest.approx(1e-2, rel=1e-6)
    assert there.chance(there.cutoff(0.3)) == pytest.approx(0.3, rel=1e-6)


def test_without_news_circles_nothing_is_said_of_them(model):
    shown = decision.explained(next(iter(model.citizens)))
    assert (shown["note"], shown["circles"]) == ("", 1)
