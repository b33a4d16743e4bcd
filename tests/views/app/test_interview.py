"""Interview someone: a respondent of the run's own survey, each answer with its class, nobody's suffering."""

from __future__ import annotations

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from defection import DefectionModel, Parameters
from defection.batch_runs.survey import run_survey
from defection.batch_runs.survey.published import published
from defection.scenario import Scenario
from defection.views.app import interview_view
from tests.conftest import TINY

SCENARIO = Scenario(7, Parameters(return_rate=1.5, visit_rate=0.5))


@pytest.fixture(scope="module")
def survey():
    return interview_view.interviewed(SCENARIO)


def test_respondents_are_those_of_the_command_with_the_same_seed(survey):
    same = run_survey(SCENARIO.parameters, runs=1, seed=7, threads=1)
    pd.testing.assert_frame_equal(survey.respondents, same.respondents)
    assert interview_view.respondent(survey, 5) == interview_view.respondent(same, 5)


def test_every_answer_has_its_class_and_is_that_of_the_row(survey, north_korea):
    marks: dict[str, set[str]] = {}
    for one in published("north_korea", north_korea).traits:
        marks.setdefault(one.trait, set()).add(one.mark)
    kinds, names = set(), {said: name for name, said in interview_view.QUESTIONS.items()}
    for number in (1, 2, 300, 1346):
        one, row = interview_view.respondent(survey, number), survey.respondents.iloc[number - 1]
        for question, answer, kind in one["rows"]:
            name = names.get(question, question.replace(" ", "_"))
            assert answer == str(row[name]) != ""
            if marks.get(name, set()) <= {"assumption"} and name in marks:
                assert kind == "assumed"
            elif "assumption" not in marks.get(name, set()):
                assert kind == survey.classes[name]
            kinds.add(kind)
    assert {"simulated", "drawn", "function"} <= kinds <= set(interview_view.CLASSES)
    assert (one["number"], one["total"]) == (1346, 1346)
    assert interview_view.respondent(survey, 1347)["number"] == 1


def test_nothing_that_would_be_suffering_is_given_to_anyone(survey):
    known = set(interview_view.LEFT_OUT) | set(interview_view.IN_THE_WAY)
    assert known <= set(survey.respondents)
    for number in range(1, 200):
        one = interview_view.respondent(survey, number)
        said = " ".join(
            [*one["way"], *(f"{question} {answer}" for question, answer, _ in one["rows"])]
        )
        for word in (
            "distress",
            "died",
            "death",
            "hunger",
            "political facility",
            "traffick",
            "food",
        ):
            assert word not in said.replace("_", " "), said


def test_the_way_says_what_the_row_says_and_tells_no_story(survey, north_korea):
    table = survey.respondents
    often = table.index[(table["times_returned"] != "0") & (table["visited"] == "yes")][0]
    way = interview_view.respondent(survey, often + 1)["way"]
    year = north_korea.year_of(table.loc[often, "first_entry_week"])
    assert way[0].startswith("came to China first: ")
    assert way[0].endswith(f"{year}, from {table.loc[often, 'province']}")
    assert f"times returned by force: {table.loc[often, 'times_returned']}" in way
    assert "went home by choice, and came back: yes" in way
    assert not any("stopped" in one or "arrest" in one for one in way)
    assert len({len(interview_view.respondent(survey, n)["way"]) for n in range(1, 50)}) == 1


def test_what_is_left_of_an_assumed_share_is_assumed_too(survey):
    by_answer = {"no": set(), "yes": set()}
    for number in range(1, 300):
        for question, answer, kind in interview_view.respondent(survey, number)["rows"]:
            if question == "children in china":
                by_answer[answer].add(kind)
    assert by_answer == {"no": {"assumed"}, "yes": {"assumed"}}


def test_it_is_said_where_there_are_no_interviews(north_korea):
    weeks = interview_view.window(north_korea)
    assert weeks == (654, 714, "")
    model = DefectionModel(seed=1, weeks=60, journey="on").run()
    said = interview_view.missing(model, weeks)
    assert "August 2004 to September 2005" in said
    assert "it has ended" in said
    model.week = 700
    assert "not come so far" in interview_view.missing(model, weeks)
    model.week = 715
    assert interview_view.missing(model, weeks) == ""
    tiny = DefectionModel(country=TINY, seed=1, weeks=2).country
    assert "There are no interviews: " in interview_view.missing(model, interview_view.window(tiny))


@pytest.mark.slow
def test_a_hand_interviews_someone_and_another(address, visitors):
    visitor = visitors(f"{address}/?seed=7&tab=border&return_rate=1.5&visit_rate=0.5")
    keys = visitor.page.keyboard
    visitor.wait_for_text("interview-missing", "let it go on")
    visitor.run_to("2006")
    visitor.wait_for_week(728)
    visitor.find("interview-go").click()
    visitor.wait_for_text("interview-says", "Respondent 1 of 1,346")
    shown = visitor.find("interview-answers").locator("tbody tr")
    expected = interview_view.respondent(interview_view.interviewed(SCENARIO), 1)

    def rows():
        return [row.split("\t") for row in shown.all_inner_texts()]

    assert rows() == expected["rows"]
    assert visitor.find("interview-way").locator("li").all_inner_texts() == expected["way"]
    keys.press("Tab")
    keys.press("Space")  # another respondent
    visitor.wait_for_text("interview-says", "Respondent 2 of 1,346")
    assert rows() != expected["rows"]
    visitor.write(visitor.find("interview-number"), "1")
    keys.press("Tab")
    visitor.wait_for_text("interview-says", "Respondent 1 of 1,346")
    assert rows() == expected["rows"]
    found = Axe().run(visitor.page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
