"""What is changed in mid-run holds from that week on, is part of the scenario, and can be undone."""

from __future__ import annotations

import pytest

from defection import DefectionModel
from defection.provenance import manifest
from defection.scenario import Scenario
from defection.views.app.changed import QUICK, idle
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
    assert controller.scenario.parameters.interventions == text
    assert controller.changes == [
        "Memory weeks 30, from week 20 (1992) on", "Famine effect 2.0, from week 20 (1992) on",
    ]  # fmt: skip
    assert controller.marks == {
        "memory_weeks": "30 from week 20 (1992) on", "famine_effect": "2.0 from week 20 (1992) on",
    }  # fmt: skip
    planned = DefectionModel(seed=2, weeks=WEEKS, interventions=text).run()
    assert end(controller).weekly().equals(planned.weekly())


@pytest.mark.parametrize("name", QUICK)
def test_a_change_of_one_button_is_an_intervention_at_the_present_week(controller, name):
    province = controller.model.country.provinces[1]
    controller.change_quickly(name, [province])
    values = QUICK[name][1].items()
    texts = [f"week 20 {key}={value} in {province}" for key, value in values]
    assert controller.scenario.parameters.interventions == "; ".join(texts)
    assert controller.changes == [f"{QUICK[name][0]} in {province}, from week 20 (1992) on"]
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
    assert controller.changes == ["Memory weeks 4, from week 25 (1992) on"]
    assert (controller.model.week, controller.waiting) == (30, [])
    planned = DefectionModel(seed=2, weeks=WEEKS, interventions="week 25 memory_weeks=4").run()
    assert end(controller).weekly().equals(planned.weekly())
    controller.undo(5)
    assert controller.changes == ["Memory weeks 4, from week 25 (1992) on"]


def test_two_changes_of_one_week_are_undone_one_by_one(controller):
    controller.change({"name": "memory_weeks", "value": "30"})
    controller.take_from_now()
    controller.change_quickly("closed")
    controller.change_quickly("closed")
    assert [line.split(",")[0] for line in controller.changes] == [
        "Memory weeks 30", *["Every attempt is stopped"] * 2,
    ]  # fmt: skip
    controller.undo(1)
    controller.work.wait()
    controller.undo(1)
    controller.work.wait()
    assert controller.changes == ["Memory weeks 30, from week 20 (1992) on"]
    assert controller.settings == controller.scenario.parameters
    planned = DefectionModel(seed=2, weeks=WEEKS, interventions="week 20 memory_weeks=30").run()
    assert end(controller).weekly().equals(planned.weekly())


def test_no_famine_is_not_offered_where_it_changes_nothing():
    model = DefectionModel(seed=2)
    assert idle(model) == {}
    model.week = 572
    assert idle(model) == {"no_famine": "no famine year lies ahead"}
    assert "famine effect 0" in idle(DefectionModel(seed=2, famine_effect=0.0))["no_famine"]
    assert "no_famine" in idle(DefectionModel(seed=2, famine_years="none"))


def test_a_border_that_is_closed_already_cannot_be_closed_again():
    for policy in ("paper", "two_rates"):
        model = DefectionModel(seed=2, weeks=20, policy=policy)
        model.step()
        model.intervene(["South Hamgyong"], **QUICK["closed"][1])
        assert "closed" not in idle(model)
        model.intervene(**QUICK["closed"][1])
        assert ("closed" in idle(model)) == (policy == "paper")


def test_reset_keeps_the_changes_at_their_weeks(controller):
    controller.change_from_now({"observation_probability": 0.5})
    controller.reset()
    assert controller.changes == ["Observation probability 0.5, from week 20 (1992) on"]
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
    assert controller.changes == ["No famine, from week 20 (1992) on"]
    assert controller.week_shown == 20
