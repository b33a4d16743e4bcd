"""A learner predicts before the run, and every run stands in the notebook as it was."""

from __future__ import annotations

import csv
import io
import time

import pytest

from defection import DefectionModel
from defection.scenario import Scenario
from defection.views.app import link
from defection.views.app.controller import Controller
from defection.views.app.learning import COLUMNS, MOST_RUNS, Learning
from defection.views.app.lesson import lessons
from defection.views.app.story import Story
from tests.conftest import TINY


@pytest.fixture
def learner():
    controller = Controller(Scenario(2))
    controller.choose_lesson("belief")
    return Learning(controller, lambda: None)


def runs(learner: Learning, number: int) -> None:
    learner.run(number)
    learner.controller.work.wait()
    learner.note()


def test_nothing_runs_and_nothing_is_explained_before_the_prediction(learner):
    runs(learner, 0)
    assert learner.controller.model.week == 0
    shown = learner.shown()
    assert (shown["right"], shown["parts"], shown["looks"], shown["prediction"]) == (
        None,
        {},
        [],
        None,
    )
    learner.commit(2)
    learner.commit(1)
    assert learner.shown()["prediction"] == 2  # the first counts
    assert learner.shown()["right"] is None
    runs(learner, 0)
    shown = learner.shown()
    assert shown["right"] == lessons()["belief"].right
    assert "Explain" in shown["parts"]


def test_the_run_of_a_lesson_is_its_scenario_up_to_its_week(learner):
    learner.controller.choose_lesson("learning")
    learner.commit(0)
    runs(learner, 0)
    model = learner.controller.model
    assert model.week == 520
    assert model.history.totals() == DefectionModel(seed=2, weeks=520).run().history.totals()
    assert learner.revealed
    learner.controller.choose_lesson("forgetting")
    learner.commit(0)
    learner.run(1)
    learner.controller.work.cancel()
    assert not learner.revealed
    assert learner.shown()["runs"] == [
        [run.name, n == 1] for n, run in enumerate(lessons()["forgetting"].runs)
    ]
    assert learner.controller.settings.memory_weeks == 290
    assert learner.controller.waiting == []


@pytest.mark.parametrize("number", [-1, 4, 99])
def test_what_is_no_option_and_no_run_does_nothing(learner, number):
    learner.commit(number)
    assert learner.predictions == {}
    learner.commit(0)
    runs(learner, 3 if number < 0 else number)
    learner.look(number)
    assert learner.controller.model.week == 0


def test_looking_shows_tab_province_measure_and_week(learner):
    controller = learner.controller
    controller.choose_lesson("border")
    controller.advance(1000)
    for number, look in enumerate(lessons()["border"].looks):
        learner.look(number)
        if look.measure:
            assert controller.view == look.measure
        if look.tab:
            assert controller.tab == look.tab
        if look.province:
            assert controller.model.country.provinces[controller.selected_province] == look.province
        if look.week is not None and look.week < 1000:
            assert controller.week_shown == look.week


def test_the_notebook_has_every_run_as_it_was():
    controller = Controller(Scenario(2, weeks=60))
    learner = Learning(controller, lambda: None)
    controller.advance(2)
    learner.note()
    assert learner.notebook == []  # it goes on
    controller.change({"name": "famine_years", "value": "none"})
    controller.reset()
    controller.choose_lesson("famine")
    learner.commit(1)
    controller.advance(60)
    for _ in range(3):
        learner.note()
    first, second = learner.notebook
    left = DefectionModel(seed=2, weeks=2).run().history.totals()
    whole = DefectionModel(seed=2, weeks=60, famine_years="none").run()
    assert first["weeks"] == 2
    assert first["changes"] == first["score"] == ""
    assert (first["attempts"], first["successes"]) == (left["attempts"], left["successes"])
    assert second == {
        "run": 2, "lesson": "famine", "prediction": lessons()["famine"].options[1][0], "seed": 2,
        "changes": "famine_years=none", "weeks": 60, "score": round(Story(whole).score, 2),
        "attempts": whole.history.totals()["attempts"], "stopped_early": False,
        "successes": whole.history.totals()["successes"],
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(learner.csv())))
    assert tuple(rows[0]) == COLUMNS
    assert [{k: str(v) for k, v in row.items()} for row in learner.notebook] == rows


def test_other_countries_have_no_lessons():
    controller = Controller(Scenario(2, country=str(TINY)))
    learner = Learning(controller, lambda: None)
    controller.choose_lesson("belief")
    assert learner.lesson is None
    assert learner.shown() == {}
    learner.commit(0)
    controller.advance(104)
    learner.note()
    assert learner.notebook[0]["lesson"] == ""
    assert learner.notebook[0]["weeks"] == 104


def test_the_notebook_keeps_the_latest_runs():
    controller = Controller(Scenario(1, country=str(TINY)))
    learner = Learning(controller, lambda: None)
    for _ in range(MOST_RUNS + 3):
        learner._write(controller.model)
    assert [row["run"] for row in learner.notebook] == list(range(4, MOST_RUNS + 4))


def test_the_story_is_worked_out_once_for_a_run_that_has_ended():
    controller = Controller(Scenario(1, country=str(TINY)))
    learner = Learning(controller, lambda: None)
    learner.work_out_story()
    assert not learner.story.busy
    controller.advance(104)
    learner.work_out_story()
    learner.story.wait()
    story = learner.story.result
    again = Story(controller.model).shown()["sentences"]
    assert story["sentences"][:2] == again[:2]
    assert story["sentences"][2].startswith(again[2])
    assert "of all attempts were made by people of" in story["sentences"][2]
    learner.work_out_story()
    assert learner.story.result is story
    controller.reset()
    controller.advance(104)
    learner.work_out_story()
    learner.story.wait()
    assert learner.story.result is not story


def test_a_link_opens_lesson_week_tab_province_and_category():
    search = "?seed=2&week=5&tab=week&province=Pyongyang&category=old.male.primary.low.rural&lesson=forgetting"
    scenario, selection, message = link.read(search)
    assert message == ""
    controller = Controller(scenario, selection)
    controller.resume()
    controller.work.wait()
    learner = Learning(controller, lambda: None)
    assert learner.lesson == lessons()["forgetting"]
    assert controller.model.week == 5
    assert controller.address.split("&") == search[1:].split("&")
    _, _, message = link.read("?lesson=forgeting")
    assert "forgetting" in message


def test_a_lesson_is_drawn_again_in_little_time(learner):
    """The page is drawn again with each change: a lesson's text is made once."""
    learner.shown()
    start = time.perf_counter()
    for _ in range(50):
        learner.shown()
    assert time.perf_counter() - start < 1
