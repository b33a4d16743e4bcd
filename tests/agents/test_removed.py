"""Agents that were removed do nothing any more, and leave all others as they were."""

from __future__ import annotations

import math

import pytest

from defection.agents import CitizenCategory
from defection.measures import FLOWS
from tests.conftest import LIVELY

WEEKS = 20


def _stepped(model, weeks=WEEKS):
    for _ in range(weeks):
        model.step()
    return model


def _named(agents, **wanted):
    return [one for one in agents if all(getattr(one, k) == v for k, v in wanted.items())]


@pytest.fixture
def half(lively):
    """Return a model after half of its weeks that records everything."""
    return _stepped(lively(weeks=2 * WEEKS, record_categories=True, record_crossings=True))


def test_a_removed_category_attempts_no_more_and_all_others_go_on_as_before(lively):
    """With a repression that does not react and no news, nothing else may change by a bit."""
    deaf = {"observation_probability": 0.0, "adjustment_rate": 0.0, "record_categories": True}
    whole = lively(weeks=2 * WEEKS, **deaf).run()
    model = _stepped(lively(weeks=2 * WEEKS, **deaf))
    gone = list(model.citizens)[1:7:3]
    rows = [category.index for category in gone]
    for category in gone:
        category.remove()
    attempts, expected = model.run().history.category_attempts, whole.history.category_attempts
    assert (expected[WEEKS:, rows] > 0).any()
    assert (attempts[WEEKS:, rows] == 0).all()
    expected[WEEKS:, rows] = 0
    assert (attempts == expected).all()
    by_province = expected.reshape(2 * WEEKS, 2, -1).sum(axis=2)
    assert (model.history.flows["attempts"] == by_province).all()


def test_a_removed_category_has_no_people(half):
    category = next(iter(half.citizens))
    people, before, province = category.head_count, half.population, category.province
    assert people > 0
    category.remove()
    category.remove()  # twice is once
    assert (category.head_count, category.attempts) == (0, 0)
    assert category not in list(half.citizens)
    assert category not in province.categories
    assert half.population == before - people
    half.run()
    for province in half.provinces:
        assert sum(one.head_count for one in province.categories) == province.population
    weekly = half.weekly()
    assert weekly["population"].iloc[-2:].sum() < weekly["population"].iloc[:2].sum() - people / 2


def test_nobody_of_a_removed_category_crosses_and_the_others_add_up(half):
    for category in _named(half.citizens, traits={"age": "young", "gender": "female"}):
        category.remove()
    crossed = half.run().crossings()
    totals = half.weekly().groupby("week")["successes"].sum()
    assert (crossed.groupby("week")["people"].sum() == totals[totals > 0]).all()
    late = crossed[crossed["week"] >= WEEKS]
    assert len(late) > 0
    assert not ((late["age"] == "young") & (late["gender"] == "female")).any()


@pytest.mark.parametrize("hearing", ["province", "nationwide"])
def test_from_a_removed_province_come_neither_attempts_nor_news(lively, hearing):
    model = _stepped(lively(weeks=2 * WEEKS, hearing=hearing, observation_probability=0.5))
    inland, borderland = model.provinces
    borderland.remove()
    assert list(model.provinces) == [inland]
    assert {category.province for category in model.citizens} == {inland}
    weekly = model.run().weekly()
    gone, left = (weekly[weekly["province"] == name] for name in ("Borderland", "Inland"))
    assert (gone[[*FLOWS, "population"]][:WEEKS] > 0).any().all()
    assert (gone[[*FLOWS, "population"]][WEEKS:] == 0).all(axis=None)
    assert gone["repression"][WEEKS:].nunique() == 1
    assert model.mean_repression == inland.repression
    recent = left["known_stopped"].to_numpy()  # what is remembered at the end, 30 weeks of it
    if hearing == "nationwide":
        recent = recent + gone["known_stopped"].to_numpy()
    assert inland.belief.alpha == LIVELY["prior_alpha"] + recent[-LIVELY["memory_weeks"] :].sum()


def test_a_model_without_anybody_goes_on_with_nothing(half):
    half.remove_all_agents()
    weekly = half.run().weekly()
    assert half.week == 2 * WEEKS
    assert (weekly[[*FLOWS, "population"]][2 * WEEKS :] == 0).all(axis=None)
    assert math.isnan(half.mean_belief)
    assert math.isnan(half.datacollector.get_model_vars_dataframe()["mean_repression"].iloc[-1])


def test_a_category_that_leaves_while_all_decide_does_not_attempt(lively):
    class Leaver(CitizenCategory):
        def decide(self):
            if self.model.week == 5 and self.index % 2 == 0:
                for category in list(self.province.categories):
                    if category.index == self.index + 1:
                        category.remove()  # whose turn would have been the next
            super().decide()

    class Model(type(lively())):
        citizen_class = Leaver

    model = Model(country=lively().country, seed=1, **LIVELY, record_categories=True).run()
    attempts = model.history.category_attempts
    assert (attempts[:5, 1::2] > 0).any()
    assert (attempts[5:, 1::2] == 0).all()
    assert (attempts[5:, ::2] > 0).any()


def test_agents_say_in_one_line_what_they_are(half):
    province, category = next(iter(half.provinces)), next(iter(half.citizens))
    assert repr(province).startswith(
        f"<Province Inland: {province.population:,} people, repression"
    )
    assert repr(category).startswith("<CitizenCategory of Inland, young, female: 12,448 people, ")
