"""A learner predicts before the run, and every run stands in the notebook as it was."""

from __future__ import annotations

import csv
import io
import json
import time

import pytest

from defection import DefectionModel
from defection.scenario import Scenario
from defection.views.app import guide, link
from defection.views.app.controller import Controller
from defection.views.app.keeping import COLUMNS, MOST_RUNS, Kept
from defection.views.app.learning import Learning
from defection.views.app.lesson import lessons
from defection.views.app.story import Story
from tests.baseline import baseline
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
    assert (
        model.history.totals()
        == DefectionModel(seed=2, weeks=520, **baseline()).run().history.totals()
    )
    assert learner.revealed
    learner.controller.choose_lesson("forgetting")
    learner.commit(0)
    learner.run(1)
    learner.controller.work.cancel()
    assert not learner.revealed
    assert not any(made for _, made in learner.shown()["runs"])
    assert learner.controller.settings.memory_weeks == 290
    assert learner.controller.waiting == []


def test_only_runs_that_reached_their_week_open_the_answer(learner):
    learner.controller.choose_lesson("learning")
    learner.commit(0)
    for number in range(len(lessons()["learning"].runs)):
        learner.run(number)
        learner.controller.work.cancel()
        learner.controller.work.wait()
    assert learner.shown()["right"] is None
    assert not any(made for _, made in learner.shown()["runs"])
    assert learner.kept() == {} or learner.kept()["revealed"] == []
    learner.controller.advance(520)  # the rest of the run that was cancelled
    assert learner.shown()["runs"][-1][1]


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


def test_the_pairs_of_a_lesson_are_of_its_last_run_and_the_preset_that_it_names(learner):
    controller, lesson = learner.controller, lessons()["famine"]
    controller.choose_lesson("famine")
    controller.replay(Scenario(2, lesson.runs[1].parameters), 1, "run")
    controller.settings = lesson.runs[1].parameters
    learner.look(0)
    assert controller.compared() == Scenario(2, lesson.runs[0].parameters)
    assert controller.compared() != controller.scenario


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
        "changes": "Without the famine", "weeks": 60, "score": round(Story(whole).score, 2),
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
        controller.model.seed += 1
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


def after_reload(learner: Learning, scenario: Scenario) -> Learning:
    """Return the learner of a page that was loaded again, with what the browser kept as JSON."""
    again = Learning(Controller(scenario), lambda: None)
    again.restore(json.loads(json.dumps(learner.kept())))
    return again


def test_predictions_runs_and_notebook_are_kept_over_a_reload():
    scenario = Scenario(9_007_199_254_740_993, weeks=60)  # a seed that no browser's number holds
    learner = Learning(Controller(scenario), lambda: None)
    assert learner.kept() == {}  # before the browser's own were read
    learner.restore({})
    learner.controller.choose_lesson("belief")
    learner.commit(2)
    learner.controller.advance(60)
    learner.note()
    runs(learner, 0)
    assert learner.revealed
    again = after_reload(learner, scenario)
    again.controller.choose_lesson("belief")
    assert again.predictions == {"belief": 2}
    assert again.revealed
    assert again.notebook == learner.notebook
    assert again.notebook[0]["seed"] == 9_007_199_254_740_993
    again.restore({"predictions": {"belief": 0}})  # only once
    assert again.predictions == {"belief": 2}
    again.controller.advance(60)
    again.note()
    assert [row["run"] for row in again.notebook] == list(range(1, len(again.notebook) + 1))
    again.clear()
    assert after_reload(again, scenario).kept() == Kept().for_browser()


def test_what_happened_before_the_browser_s_own_was_read_stays():
    learner = Learning(Controller(Scenario(1, country=str(TINY))), lambda: None)
    learner._write(learner.controller.model)
    earlier = Learning(Controller(Scenario(1, country=str(TINY))), lambda: None)
    earlier.restore({})
    for _ in range(3):
        earlier.controller.advance(1)
        earlier._write(earlier.controller.model)
    learner.restore(earlier.kept())
    assert [row["run"] for row in learner.notebook] == [1, 2, 3, 4]


@pytest.mark.parametrize("late", [False, True])
def test_a_run_stands_in_the_notebook_once_however_often_its_page_is_loaded(late):
    """The run may have ended before the browser's own is read, or after."""
    scenario, learner = Scenario(3, weeks=20), None
    for _ in range(3):
        kept = json.loads(json.dumps(learner.kept())) if learner else {}
        learner = Learning(Controller(scenario), lambda: None)
        learner.controller.choose_lesson("belief")
        if not late:
            learner.restore(kept)
        learner.controller.advance(20)
        learner.note()
        learner.restore(kept)
        learner.commit(1)  # after the run: before the second load nothing was predicted
    assert len(learner.notebook) == (1 if late else 2)
    learner.controller.change({"name": "memory_weeks", "value": "9"})
    learner.controller.reset()
    learner.controller.advance(20)
    learner.note()
    assert learner.notebook[-1]["changes"] == "memory_weeks=9"
    assert learner.notebook[-1]["run"] == len(learner.notebook)


def test_the_first_thing_to_do_is_what_the_open_lesson_wants(learner):
    tasks = [learner.task]
    learner.commit(1)
    tasks.append(learner.task)
    runs(learner, 0)
    tasks.append(learner.task)
    learner.controller.choose_lesson("")
    assert [" ".join(task.split()[:2]) for task in tasks] == ["Read the", "Make the", "Read what"]
    assert "before any run" in tasks[0]
    assert learner.task == ""
    said = guide.guide(learner.controller.model, playing=False, speed=52, task=tasks[0])
    assert said["task"] == tasks[0]


def test_a_prediction_can_be_made_anew(learner):
    learner.commit(2)
    runs(learner, 0)
    assert learner.revealed
    learner.predict_anew()
    assert not learner.revealed
    assert learner.shown()["prediction"] is None
    learner.commit(1)
    assert learner.shown()["prediction"] == 1


ROW = {
    "run": 1, "lesson": "", "prediction": "", "seed": "2", "changes": "", "weeks": 3, "attempts": 4,
    "successes": 0, "score": "", "stopped_early": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        None, 3, "x", [], {"predictions": [1]}, {"predictions": {"belief": "1"}},
        {"predictions": {"belief": 99}}, {"predictions": {"belief": -1}},
        {"predictions": {"belief": True}}, {"predictions": {"none": 0}}, {"notebook": {}},
        {"notebook": [1, None, {}]}, {"notebook": [{**ROW, "seed": 2}]}, {"revealed": ["belief"]},
        {"notebook": [{**ROW, "attempts": -1}]}, {"notebook": [{**ROW, "changes": "x" * 5000}]},
        {"notebook": [{**ROW, "seed": "-2"}]}, {"notebook": [{**ROW, "score": "12"}]},
        {"notebook": [{**ROW, "stopped_early": 1}]}, {"done": {"belief": [0]}},
    ],
)  # fmt: skip
def test_what_a_browser_cannot_have_kept_is_left_out(data):
    assert Kept.from_browser(data) == Kept()
    assert Kept.from_browser({"notebook": [ROW]}).notebook == [{**ROW, "seed": 2}]


def test_runs_that_a_lesson_does_not_have_are_left_out():
    data = {"predictions": {"belief": 1}, "done": {"belief": [0, 7, "x"]}, "revealed": ["belief"]}
    kept = Kept.from_browser(data)
    assert kept.done == {"belief": {0}}
    many = {"notebook": [{**ROW, "run": n} for n in range(MOST_RUNS + 5)]}
    assert Kept.from_browser(many).notebook[0]["run"] == 5
