"""A link reopens exactly the scenario that it was copied from, and a broken one is refused with words."""

from __future__ import annotations

import pytest

from defection.parameters import PARAMETERS, ParameterError, Parameters
from defection.scenario import Scenario, from_address
from defection.streams import SeedError
from defection.views.app.controller import opened
from defection.views.app.presets import presets
from defection.views.app.take_away import in_python


def test_an_address_reopens_the_same_scenario():
    scenario = Scenario(
        12345678901234567890,
        Parameters(
            famine_effect=1 / 3,
            hearing="nationwide",
            famine_years="1994-1998",
            adjustment_rate=1e-7,
        ),
    )
    assert from_address(scenario.address()) == scenario


def test_an_address_names_only_what_is_changed():
    assert Scenario(7, Parameters(memory_weeks=52)).address() == "seed=7&memory_weeks=52"


def test_an_empty_address_has_a_fresh_seed_and_the_defaults():
    one, other = from_address(None), from_address("")
    assert one.parameters == Parameters()
    assert one.seed != other.seed


@pytest.mark.parametrize(
    ("search", "error"),
    [
        ("seed=1&seed=2", ParameterError), ("seed=x", SeedError), ("seed=" + "9" * 41, SeedError), ("famine=1", ParameterError),
        ("memory_weeks=0.5", ParameterError), ("country=..", ParameterError), ("hearing=" + "x" * 5000, ParameterError),
    ],
)  # fmt: skip
def test_a_broken_address_is_refused(search, error):
    with pytest.raises(error):
        from_address(search)


def test_a_broken_address_opens_the_defaults_and_says_why():
    controller, message = opened("memory_weks=3")
    assert "did you mean memory_weeks?" in message
    assert controller.settings == Parameters()


def test_every_preset_can_be_run_and_says_what_to_notice():
    assert len(presets()) >= 6
    for preset in presets():
        model = Scenario(1, preset.parameters()).model()
        model.step()
        assert len(preset.notice) > 80
        assert all(preset.changes[name] != PARAMETERS[name].default for name in preset.changes)


def test_the_lines_of_python_tell_the_same_run():
    scenario = Scenario(3, Parameters(famine_effect=0.5, famine_years="none"))
    code = in_python(scenario).replace(".run()", "")
    scope: dict = {}
    exec(
        code.rsplit("\n", 1)[0] + "\nmodel = " + code.rsplit("\n", 1)[1].replace(".weekly()", ""),
        scope,
    )
    assert scope["model"].seed == 3
    assert scope["model"].parameters == scenario.parameters
