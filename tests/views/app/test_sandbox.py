"""The sandbox follows the model's equations, and what is forgotten is as if it had not been."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection import DefectionModel, equations
from defection.views.app.sandbox import MOST_YEARS, Sandbox

NEWS = st.lists(st.tuples(st.sampled_from(("failure", "success")), st.integers(1, 20)), max_size=12)


@given(NEWS, st.floats(0.05, 1), st.floats(1, 50), st.floats(1, 50))
def test_the_belief_and_the_chance_are_the_model_s(news, utility, alpha, beta):
    one = Sandbox((alpha, beta), utility, 1000)
    for kind, times in news:
        one.hear(kind, times)
    stopped = sum(times for kind, times in news if kind == "failure")
    successes = sum(times for kind, times in news if kind == "success")
    assert one.belief == (alpha + stopped, pytest.approx(beta + successes))
    cutoff = utility / (1 + utility)
    assert one.cutoff == pytest.approx(cutoff)
    assert one.chance == equations.defection_probability(one.cutoff, *one.belief)


@given(NEWS, st.floats(0.05, 1))
def test_a_failure_deters_a_success_encourages_and_forgetting_undoes_both(news, utility):
    one = Sandbox(utility=utility)
    for kind, times in news:
        before = one.chance
        one.hear(kind, times)
        far = 1e-12 < before < 1 - 1e-12  # nearer to 0 or 1, floating point has no next number
        assert not far or (one.chance < before if kind == "failure" else one.chance > before)
    assert one.years == [(n, n * (kind == "failure")) for kind, n in news]
    for left in range(len(news), 0, -1):
        assert len(one.years) == left
        one.forget_year()
    assert one.chance == Sandbox(utility=utility).chance
    one.forget_year()
    assert one.years == []


def test_one_success_makes_up_for_one_failure_and_more():
    """The answer of the first lesson's question, for a light and for a heavy belief."""
    model = DefectionModel(seed=2, weeks=2).run()
    heavy = Sandbox.from_category(max(model.citizens, key=lambda citizens: citizens.cutoff))
    moved = []
    for one in (Sandbox(), heavy):
        before = one.chance
        one.hear("failure")
        moved.append(one.chance / before)
        one.hear("success")
        assert one.chance > before
    assert moved[0] < moved[1] < 1


def test_it_begins_as_a_category_stands(tiny):
    category = next(iter(DefectionModel(country=tiny, seed=1).citizens))
    one = Sandbox.from_category(category)
    assert one.chance == category.defection_probability
    assert one.people == category.head_count
    shown = one.shown()
    assert len(shown["density"]) == len(shown["decades"]) == 201
    assert shown["cutoff"] == category.cutoff


def test_the_utility_stays_in_its_limits_and_the_years_do_not_grow_without_end():
    one = Sandbox()
    for value, taken in ((-1, 0.0), (0.3, 0.3), (7, 1.0)):
        one.set_utility(value)
        assert one.utility == taken
    for _ in range(MOST_YEARS + 5):
        one.hear("failure")
    assert len(one.years) == MOST_YEARS
