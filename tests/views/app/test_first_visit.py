"""The script of a first-time visitor, who knows nothing of the project and has five minutes.

1. The page opens. Its first lines say what it is. Nothing has to be read before something can be done.
2. *Begin with the first*: the lesson *One belief* opens beside the map. It says in ten lines what a belief and a
   cut-off are. Its answer is nowhere on the page.
3. The lesson asks how many will try in the second week. The run cannot be started yet.
4. The visitor chooses an option, which can still be changed, and commits to it.
5. Now the run can be started. It takes a moment; two weeks have passed.
6. The lesson says whether it was so, and what the model did; then where to look, why it is so, and a question.
7. *The week, step by step* shows the same week in the province that is selected.
8. The question's answer opens with a click. In the sandbox the visitor tries what it says.
9. The visitor goes on to the next lesson, or plays the run to its end and reads what happened.

The tests below go this way with mouse and keys, and with a finger on a telephone.
"""

from __future__ import annotations

import csv
import io
import pathlib

import pytest

from defection import DefectionModel
from defection.views.app.lesson import lessons
from defection.views.app.sandbox import Sandbox
from defection.views.app.story import Story
from tests.baseline import baseline

pytestmark = pytest.mark.slow

LESSON = lessons()["belief"]


def texts(visitor, *names: str) -> list[str]:
    return [" ".join(visitor.find(name).text_content().split()) for name in names]


def test_a_first_visitor_predicts_runs_and_sees_the_answer(address, visitors):
    visitor = visitors(address)
    page = visitor.page
    # 1, 2
    visitor.find("first-lesson").click()
    visitor.wait_for_text("lesson-title", LESSON.title)
    there = visitor.find("lesson-text").inner_text()
    assert "cut-off" in there
    assert LESSON.parts["Explain"][:40] not in " ".join(there.split())
    # 3
    assert visitor.find("lesson-question").text_content() == LESSON.question
    assert visitor.find("lesson-run-0").is_disabled()
    assert visitor.find("commit").is_disabled()
    # 4: with the mouse, then with the keys
    visitor.find("option-3").click()
    page.keyboard.press("ArrowUp")
    assert visitor.find("option-2").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # 5
    visitor.wait_for_text("lessons", "When all runs are made")
    assert visitor.find("option-1").is_disabled()
    assert visitor.find("verdict").count() == 0
    visitor.find("lesson-run-0").click()
    # 6
    visitor.find("verdict").wait_for()
    verdict, answer = texts(visitor, "verdict", "lesson-answer")
    assert verdict.startswith("Not so. You predicted: " + LESSON.options[2][0])
    assert LESSON.options[LESSON.right][0] in verdict
    for part in ("Look", "Explain", "Question"):
        assert " ".join(LESSON.parts[part].replace("*", "").split())[:60] in answer
    assert visitor.week == 2
    # 7
    visitor.find("look-0").click()
    visitor.find("says-4").wait_for()
    model = DefectionModel(seed=2, weeks=2, **baseline()).run()
    shown = model.country.provinces.index("South Phyongan")
    first = model.history.flows["attempts"][1, shown]
    visitor.wait_for_text("says-0", f"{first:,} attempt to leave")
    # 8
    assert not visitor.find("answer").locator("p").first.is_visible()
    visitor.find("answer").locator("summary").click()
    assert visitor.find("answer").locator("p").first.is_visible()
    one = Sandbox()
    for button, kind in (("hear-failure", "failure"), ("hear-success", "success")):
        visitor.find(button).click()
        one.hear(kind)
        visitor.wait_for_text("sand-chance", one.shown()["chance"])
    visitor.drag(visitor.find("sand-utility"), 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
    page.wait_for_function("Number(document.querySelector('[data-test=sand-u]').textContent) < 0.4")
    page.keyboard.press("ArrowLeft")
    one.set_utility(float(visitor.find("sand-u").text_content()))
    visitor.wait_for_text("sand-chance", one.shown()["chance"])
    # 9
    visitor.find("next-lesson").click()
    visitor.wait_for_text("lesson-title", "A province that learns")
    page.wait_for_url("**lesson=learning*")


def test_teachers_have_keys_larger_type_and_a_link_and_the_end_says_what_happened(
    address, visitors
):
    visitor = visitors(f"{address}/?seed=2&weeks=60&tab=flows&province=Pyongyang&lesson=state")
    page = visitor.page
    small = visitor.find("lesson-title").bounding_box()["height"]
    page.keyboard.press("ArrowRight")  # no key of the page's yet
    visitor.find("teacher").click()
    assert visitor.find("lesson-title").bounding_box()["height"] > 1.15 * small
    assert visitor.week == 0
    page.keyboard.press("ArrowRight")
    visitor.wait_for_week(1)
    page.keyboard.press("ArrowRight")
    visitor.wait_for_week(2)
    page.keyboard.press("ArrowLeft")
    visitor.wait_for_text("shown", "Looking back")
    page.keyboard.press("ArrowRight")
    visitor.wait_for_text("shown", "Now")
    assert visitor.week == 2
    page.keyboard.press("Space")
    visitor.wait_for_text("play", "Pause")
    page.keyboard.press("Space")
    visitor.wait_for_text("play", "Play")
    visitor.find("lesson").click()
    page.keyboard.press("Escape")  # the list is closed, and keeps the focus
    assert page.evaluate("document.activeElement.dataset.test") == "lesson"
    page.keyboard.press("ArrowRight")  # the list's own key: no week passes
    week = visitor.week
    visitor.find("teacher").click()
    page.keyboard.press("Space")
    assert visitor.week == week
    # the link opens all of it
    visitor.find("tab-week").click()
    visitor.find("says-0").wait_for()
    page.wait_for_url("**tab=week**")
    again = visitors(page.url)
    again.wait_for_week(week)
    assert "Pyongyang, week" in again.find("says-0").locator("xpath=../../..").text_content()
    # the end
    again.run_to("end")
    again.find("ended-open").click()
    again.find("sentence-0").wait_for()
    story = Story(DefectionModel(seed=2, weeks=60).run())
    assert texts(again, "ended-says", "sentence-0", "sentence-1") == [
        f"{story.how_many()} What happened", story.how_many(), story.when()
    ]  # fmt: skip
    assert again.find("sentence-2").text_content().startswith(story.where())
    with again.page.expect_download() as download:
        again.find("notebook-csv").click()
    row = list(csv.DictReader(io.StringIO(pathlib.Path(download.value.path()).read_text())))[-1]
    assert (row["seed"], row["weeks"], row["lesson"]) == (
        "2",
        "60",
        again.page.url.split("lesson=")[1].split("&")[0],
    )
    assert int(row["attempts"]) == story.totals["attempts"]
    again.find("open-famine").click()
    again.wait_for_text("lesson-title", lessons()["famine"].title)


def test_a_lesson_is_worked_on_a_telephone(address, visitors):
    visitor = visitors(address, 390, 844, has_touch=True)
    page = visitor.page
    visitor.find("first-lesson").tap()
    visitor.find("option-1").tap()
    visitor.find("commit").tap()
    visitor.find("lesson-run-0").tap()
    visitor.wait_for_text("verdict", "So it is.")
    visitor.find("look-1").tap()
    visitor.find("why-verdict").wait_for()
    page.wait_for_function("document.querySelector('.df-right').getBoundingClientRect().top < 200")
    visitor.find("why-log").tap()
    visitor.find("tab-week").tap()
    visitor.find("says-4").wait_for()
    wide = "() => document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(wide)
    visitor.find("tab-runs").tap()
    visitor.find("compare-other").wait_for()
    assert page.evaluate(wide)
    visitor.find("tab-week").tap()
    visitor.find("says-4").wait_for()
    sizes = """() => [...document.querySelectorAll('.df-lesson *, .df-right *')].filter(e => e.checkVisibility()
        && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize))"""
    assert min(page.evaluate(sizes)) >= 11
