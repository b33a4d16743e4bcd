"""A controller steps its own model, takes sliders at the next reset, and plays at a steady pace."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from defection.parameters import Parameters
from defection.scenario import Scenario
from defection.views.app.controller import Controller
from defection.views.app.player import Player
from tests.conftest import TINY


@pytest.fixture
def controller():
    return Controller(Scenario(1, country=str(TINY)))


def test_two_controllers_do_not_touch_each_other(controller):
    other = Controller(Scenario(1, country=str(TINY)))
    controller.advance(5)
    assert (controller.model.week, other.model.week) == (5, 0)


def test_before_the_first_week_a_changed_parameter_acts_at_once(controller):
    controller.change({"name": "famine_effect", "value": "1.5"})
    controller.change({"name": "seed", "value": "7"})
    assert controller.waiting == []
    assert controller.model.parameters.famine_effect == 1.5
    assert (controller.model.seed, controller.scenario.seed) == (7, 7)


def test_later_a_changed_parameter_waits_for_the_reset(controller):
    controller.step()
    controller.change({"name": "famine_effect", "value": "1.5"})
    assert controller.waiting == ["famine_effect"]
    assert controller.model.parameters.famine_effect != 1.5
    controller.reset()
    assert controller.model.parameters.famine_effect == 1.5
    assert controller.waiting == []


def test_a_value_that_cannot_be_is_kept_as_a_fault_and_not_as_a_setting(controller):
    controller.change({"name": "initial_repression", "value": "2"})
    assert "at most 1" in controller.faults["initial_repression"]
    assert controller.settings == Parameters()
    controller.change({"name": "initial_repression", "value": "0.9"})
    assert controller.faults == {}


def test_famine_years_that_the_country_does_not_know_leave_the_run_as_it_is(controller):
    controller.advance(3)
    controller.change({"name": "famine_years", "value": "1800-1801"})
    controller.reset()
    assert "outside the data" in controller.faults["famine_years"]
    assert controller.model.week == 3


@pytest.fixture
def presets():
    """Give a controller of the country that has presets."""
    return Controller(Scenario(1, weeks=60))


def test_a_preset_waits_as_sliders_do_and_throws_no_run_away(presets):
    names = [preset.name for preset in presets.model.country.presets]
    presets.choose_preset(names.index("No famine"))
    assert presets.model.parameters.famine_years == "none"
    presets.advance(3)
    run = presets.model
    presets.choose_preset(names.index("Full memory"))
    assert presets.model is run
    assert presets.waiting == ["memory_weeks", "famine_years"]
    assert presets.shows_preset
    presets.reset()
    assert (presets.model.week, presets.waiting) == (0, [])
    assert presets.model.parameters == presets.model.country.presets[presets.preset].parameters()


def test_a_run_to_a_year_is_cancelled_and_stays_where_it_is(controller):
    step = controller.model.step

    def slow_step():
        time.sleep(0.01)
        step()

    controller.model.step = slow_step  # it must not be over before it is cancelled
    controller.run_to("end")
    controller.work.cancel()
    controller.work.wait()
    week = controller.model.week
    assert week < controller.model.weeks
    assert not controller.work.busy
    controller.step()
    assert controller.model.week == week + 1


def test_a_reset_while_weeks_pass_begins_with_the_first_week(controller):
    controller.player.speed = 260
    for _ in range(5):
        controller.play()
        time.sleep(0.05)
        controller.reset()
        time.sleep(0.05)
        assert controller.model.week == 0


def test_pause_step_and_reset_end_a_run_to_a_year(controller):
    for name in ("pause", "step", "reset", "play"):
        controller.run_to("end")
        getattr(controller, name)()
        assert not controller.work.busy
        controller.pause()


def test_a_seed_typed_as_text_is_the_number(controller):
    controller.change({"name": "seed", "value": " 42 "})
    controller.reset()
    assert controller.model.seed == 42
    controller.change({"name": "seed", "value": "forty"})
    assert "seed" in controller.faults


def test_the_run_goes_to_the_start_of_a_year_and_to_the_end(controller):
    second = controller.model.country.years[1]
    controller.run_to(str(second))
    controller.work.wait()
    assert (controller.model.week, controller.model.year) == (52, second)
    controller.run_to("end")
    controller.work.wait()
    assert not controller.model.running
    assert not controller.advance(1)


def test_a_closed_controller_stands_still(controller):
    controller.close()
    assert not controller.advance(1)
    assert controller.model.week == 0


def test_the_model_of_a_controller_that_is_gone_is_freed():
    gone = Controller(Scenario(1, country=str(TINY)))
    gone.advance(3)
    gone.look(1)
    with gone.looking() as past:
        models = weakref.ref(gone.model), weakref.ref(past)
    gone.run_to("end")
    gone.close()
    gone.work.wait()
    del gone, past
    gc.collect()
    assert [model() for model in models] == [None, None]


def test_reset_frees_the_model_before(controller):
    before = weakref.ref(controller.model)
    controller.reset()
    gc.collect()
    assert before() is None


def test_the_player_steps_as_many_weeks_a_second_as_chosen():
    weeks_played, halted = [], threading.Event()
    player = Player(lambda weeks: (weeks_played.append(weeks), True)[1], halted.set)
    player.speed = 52
    player.play()
    time.sleep(1.05)
    player.pause()
    assert 30 <= sum(weeks_played) <= 62
    assert not player.playing
    assert not halted.is_set()


def test_the_player_stops_by_itself_at_the_end_of_the_run():
    halted = threading.Event()
    player = Player(lambda weeks: False, halted.set)
    player.play()
    assert halted.wait(5)
    assert not player.playing


def test_pause_acts_while_a_slow_frame_is_drawn():
    frames = []
    player = Player(lambda weeks: (frames.append(weeks), time.sleep(0.2), True)[2], lambda: None)
    player.play()
    time.sleep(0.1)
    player.pause()
    count = len(frames)
    time.sleep(0.4)
    assert len(frames) <= count


def test_a_past_week_is_looked_at_and_left_and_the_run_stays(controller):
    controller.advance(10)
    run = controller.model
    controller.look(4)
    with controller.looking() as model:
        assert (model.week, controller.week_shown) == (4, 4)
        assert model is not run
        assert not model.running
    controller.look_by(-1)
    assert controller.week_shown == 3
    controller.look_by(-9)
    assert controller.week_shown == 0
    controller.look_now()
    with controller.looking() as model:
        assert model is run
    controller.look(10)
    assert (controller.looked_at, controller.week_shown, run.week) == (None, 10, 10)
    controller.look(3)
    controller.reset()
    assert (controller.looked_at, controller.week_shown) == (None, 0)
