"""Presets can be run, and a run can be repeated in Python."""

from __future__ import annotations

from defection import DefectionModel
from defection.country import load
from defection.parameters import ALL_PARAMETERS, Parameters
from defection.scenario import Scenario
from defection.views.app.take_away import in_python


def test_every_preset_can_be_run_and_says_what_to_notice():
    assert len(load("north_korea").presets) >= 6
    for preset in load("north_korea").presets:
        model = DefectionModel(**Scenario(1, preset.parameters()).arguments())
        model.step()
        assert len(preset.notice) > 80
        assert all(preset.changes[name] != ALL_PARAMETERS[name].default for name in preset.changes)


def test_the_lines_of_python_give_the_same_run():
    scenario = Scenario(3, Parameters(famine_effect=0.5, famine_years="none"))
    code = in_python(scenario).replace(".run()", "")
    scope: dict = {}
    exec(
        code.rsplit("\n", 1)[0] + "\nmodel = " + code.rsplit("\n", 1)[1].replace(".weekly()", ""),
        scope,
    )
    assert scope["model"].seed == 3
    assert scope["model"].parameters == scenario.parameters


def test_the_paper_s_preset_has_the_values_that_the_registry_reports():
    preset = next(p for p in load("north_korea").presets if p.name == "The paper's reported values")
    values = preset.parameters()
    assert (values.observation_probability, values.memory_weeks) == (0.5, 380)
    assert (values.famine_effect, values.tolerated_attempts) == (0.84, 180)
    assert (values.adjustment_rate, values.prior_alpha) == (0.0005, 53.1)
