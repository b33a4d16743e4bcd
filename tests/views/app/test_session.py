"""A session steps its own model, takes sliders at the next reset, and plays at a steady pace."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from defection.parameters import Parameters
from defection.scenario import Scenario
from defection.views.app.player import Player
from defection.views.app.session import Session
from tests.conftest import TINY


@pytest.fixture
def session():
    return Session(Scenario(1, country=str(TINY)))


def test_two_sessions_do_not_touch_each_other(session):
    other = Session(Scenario(1, country=str(TINY)))
    session.advance(5)
    assert (session.model.week, other.model.week) == (5, 0)


def test_a_changed_parameter_waits_for_the_reset(session):
    session.set_parameter("famine_effect", "1.5")
    assert session.waiting == ["famine_effect"]
    assert session.model.parameters.famine_effect != 1.5
    session.reset()
    assert session.model.parameters.famine_effect == 1.5
    assert session.waiting == []


def test_a_value_that_cannot_be_is_kept_as_a_fault_and_not_as_a_setting(session):
    session.set_parameter("initial_repression", "2")
    assert "at most 1" in session.faults["initial_repression"]
    assert session.settings == Parameters()
    session.set_parameter("initial_repression", "0.9")
    assert session.faults == {}


def test_famine_years_that_the_country_does_not_know_leave_the_run_as_it_is(session):
    session.advance(3)
    session.set_parameter("famine_years", "1800-1801")
    session.reset()
    assert "outside the data" in session.faults["famine_years"]
    assert session.model.week == 3


def test_a_seed_typed_as_text_is_the_number(session):
    assert session.set_seed(" 42 ")
    session.reset()
    assert session.model.seed == 42
    assert not session.set_seed("forty")
    assert "seed" in session.faults


def test_the_run_goes_to_the_start_of_a_year_and_to_the_end(session):
    second = session.model.country.years[1]
    session.run_to_year(second)
    assert (session.model.week, session.model.year) == (52, second)
    session.run_to(10_000)
    assert not session.model.running
    assert not session.advance(1)


def test_a_closed_session_stands_still(session):
    session.close()
    assert not session.advance(1)
    assert session.model.week == 0


def test_the_model_of_a_session_that_is_gone_is_freed():
    gone = Session(Scenario(1, country=str(TINY)))
    gone.advance(3)
    model = weakref.ref(gone.model)
    del gone
    gc.collect()
    assert model() is None


def test_reset_frees_the_model_before(session):
    before = weakref.ref(session.model)
    session.reset()
    gc.collect()
    assert before() is None


def test_the_player_tells_as_many_weeks_a_second_as_asked():
    told, halted = [], threading.Event()
    player = Player(lambda weeks: (told.append(weeks), True)[1], halted.set)
    player.speed = 52
    player.play()
    time.sleep(1.05)
    player.pause()
    assert 30 <= sum(told) <= 62
    assert not player.playing
    assert not halted.is_set()


def test_the_player_stops_by_itself_at_the_end_of_the_run():
    halted = threading.Event()
    player = Player(lambda weeks: False, halted.set)
    player.play()
    assert halted.wait(5)
    assert not player.playing


def test_pause_acts_while_a_slow_frame_is_told():
    frames = []
    player = Player(lambda weeks: (frames.append(weeks), time.sleep(0.2), True)[2], lambda: None)
    player.play()
    time.sleep(0.1)
    player.pause()
    count = len(frames)
    time.sleep(0.4)
    assert len(frames) <= count
