"""What is changed in mid-run holds from that week on, is part of the scenario, and can be undone."""

from __future__ import annotations

import pytest

from defection import DefectionModel
from defection.provenance import manifest
from defection.scenario import Scenario
from defection.views.app.changes import QUICK
from defection.views.app.controller import Controller, opened
from defection.views.app.take_away import in_python

WEEKS = 60


@pytest.fixture
def controller():
    made = Controller(Scenario(2, weeks=WEEKS))
    made.advance(20)
    return made


def end(controller: Controller) -> DefectionModel:
    controller.advance(WEEKS)
    return controller.model


def test_sliders_that_wait_are_set_from_now_on_and_go_back(controller):
    controller.change({"name": "famine_effect", "value": "2"})
    controller.change({"name": "memory_weeks", "value": "30"})
    assert controller.waiting == ["memory_weeks", "famine_effect"]
    controller.take_from_now()
    assert controller.waiting == []
    assert controller.settings.famine_effect == Scenario(1).parameters.famine_effect
    text = "week 20 memory_weeks=30; week 20 famine_effect=2.0"
    assert controller.changes == [text]
    planned = DefectionModel(seed=2, weeks=WEEKS, interventions=text).run()
    assert end(controller).weekly().equals(planned.weekly())


@pytest.mark.parametrize("name", QUICK)
def test_a_change_of_one_button_is_an_intervention_at_the_present_week(controller, name):
    province = controller.model.country.provinces[1]
    controller.change_quickly(name, [province])
    values = QUICK[name][1].items()
    texts = [f"week 20 {key}={value} in {province}" for key, value in values]
    assert controller.changes == ["; ".join(texts)]
    assert controller.change_fault == ""


def test_behind_a_closed_border_nobody_gets_out_any_more(controller):
    controller.change_quickly("closed")
    flows = end(controller).history.flows
    assert flows["attempts"][20:].sum() == flows["stopped"][20:].sum() > 0
    assert flows["successes"][:20].sum() > 0


def test_link_manifest_and_python_have_the_changes(controller):
    controller.change_from_now({"tolerated_attempts": 5})
    model = end(controller)
    again, message = opened("?" + controller.address)
    assert (again.scenario, message) == (controller.scenario, "")
    assert manifest(model)["parameters"]["interventions"] == "week 20 tolerated_attempts=5"
    lines = in_python(controller.scenario).split("\n")
    assert eval(lines[-1], {"DefectionModel": DefectionModel}).equals(model.weekly())


def test_undo_repeats_the_run_without_the_change_up_to_the_same_week(controller):
    controller.change_from_now({"observation_probability": 0.5})
    controller.advance(5)
    controller.change_from_now({"memory_weeks": 4})
    controller.advance(5)
    controller.undo(0)
    controller.work.wait()
    assert controller.changes == ["week 25 memory_weeks=4"]
    assert (controller.model.week, controller.waiting) == (30, [])
    planned = DefectionModel(seed=2, weeks=WEEKS, interventions="week 25 memory_weeks=4").run()
    assert end(controller).weekly().equals(planned.weekly())
    controller.undo(5)
    assert controller.changes == ["week 25 memory_weeks=4"]


def test_reset_keeps_the_changes_at_their_weeks(controller):
    controller.change_from_now({"observation_probability": 0.5})
    controller.reset()
    assert controller.changes == ["week 20 observation_probability=0.5"]
    assert controller.model.week == 0


def test_a_change_that_cannot_be_made_changes_nothing_and_says_why(controller):
    controller.change({"name": "stop_threshold", "value": "500"})
    controller.take_from_now([controller.model.country.provinces[0]])
    assert "holds for the whole country" in controller.change_fault
    assert controller.changes == []
    assert controller.waiting == ["stop_threshold"]
    end(controller)
    controller.take_from_now()
    assert "this run has ended" in controller.change_fault
    assert controller.changes == []
    assert controller.waiting == ["stop_threshold"]


def test_a_change_is_made_at_the_present_week_also_while_the_past_is_looked_at(controller):
    controller.look(3)
    controller.change_quickly("no_famine")
    assert controller.changes == ["week 20 famine_years=none"]
    assert controller.week_shown == 20
