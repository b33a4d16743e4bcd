"""A past week that is looked at is the week that the run went through, to the last bit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defection import DefectionModel
from defection.measures import FLOWS, STATES
from defection.state import DISCONTENT
from defection.views.app import decision, map_view
from defection.views.app.past import Past
from tests.conftest import LIVELY, TINY

CHANGES = (
    "week 30 famine_effect=1.5; week 45 policy=discontent; week 52 memory_weeks=20; "
    "week 60 hearing=nationwide in Borderland; week 75 initial_repression=0.5; week 90 famine_years=none"
)


def shown(model: DefectionModel) -> list:
    """Return everything that the page reads of a model in one week."""
    rows = [
        (
            decision.explained(province.categories[0]),
            decision.category_rows(province.categories),
            [
                (one.remembered_attempts, one.remembered_stopped)
                for one in province.circles or [province]
            ],
            province.growth_percent,
        )
        for province in model.provinces
    ]
    rules = [model.in_force.copy().tolist(), model.state[[*FLOWS, *STATES, *DISCONTENT]].tolist()]
    circles = [
        [(one.name, one.belief, one.attempts, one.stopped) for one in province.circles]
        for province in model.provinces
    ]
    counts = [circles, model.history.totals(), dict(model.history.latest), model.attempts]
    return [rows, rules, counts, map_view.fills(model, "all"), map_view.hovers(model), model.year]


@pytest.fixture(scope="module")
def run():
    """Run through a change of everything, and keep what was shown in each week."""
    model, weeks = DefectionModel(country=str(TINY), seed=3, interventions=CHANGES, **LIVELY), []
    while model.running:
        weeks.append(shown(model))
        model.step()
    return model, [*weeks, shown(model)]


@pytest.mark.parametrize("circles", [0, 3])
def test_news_circles_of_a_past_week_are_those_of_the_run(circles):
    changes = {"news_circles": circles, "news_between_circles": 0.2, "interventions": CHANGES}
    model, weeks = DefectionModel(country=str(TINY), seed=3, **LIVELY, **changes), []
    while model.running:
        weeks.append(shown(model))
        model.step()
    past = Past(model)
    for week in (80, 0, 1, 31, 60, 103, 52, 2):
        assert shown(past.at(week)) == weeks[week]
    assert any(len({one.belief for one in p.circles}) > 1 for p in past.at(103).provinces)


@given(st.lists(st.integers(0, 104), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_week_of_the_past_shows_what_the_run_showed(run, looked_at):
    model, weeks = run
    assert model.week == 104
    past = Past(model)
    before = {name: model.history.flows[name].copy() for name in FLOWS}
    for week in looked_at:  # in any order
        assert shown(past.at(week)) == weeks[week]
    assert shown(model) == weeks[-1]
    assert all((model.history.flows[name] == before[name]).all() for name in FLOWS)


def test_a_week_that_has_not_come_is_refused():
    with pytest.raises(ValueError, match="week 1 is not in the past: the run stands at week 0"):
        Past(DefectionModel(country=str(TINY), seed=1)).at(1)


def test_a_change_in_mid_run_shows_from_its_week_on_only():
    model = DefectionModel(country=str(TINY), seed=1, **LIVELY)
    past = Past(model)
    for _ in range(5):
        model.step()
    assert past.at(2).in_force[0]["adjustment_rate"] == model.parameters.adjustment_rate
    model.intervene(adjustment_rate=0.5)
    model.step()
    assert past.at(4).in_force[0]["adjustment_rate"] == model.parameters.adjustment_rate
    assert past.at(5).in_force[0]["adjustment_rate"] == 0.5
