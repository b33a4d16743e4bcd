"""A class goes from lesson to lesson, plays with the space key, looks back, and loads the page again."""

from __future__ import annotations

import pytest

FOCUS = "document.activeElement.dataset.test || document.activeElement.tagName"

IN_VIEW = """() => {
  const title = document.querySelector("[data-test=lesson-title]").getBoundingClientRect();
  const above = document.querySelector(".df-controls").getBoundingClientRect();
  return above.bottom <= title.top && title.bottom < innerHeight;
}"""

PARTS_OF_A_CHART = {"chart-national": ".df-canvas", "data-national": "summary"}


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_next_lesson_begins_at_its_title_and_a_week_looked_at_is_read(
    address, visitors, width, height
):
    where = "seed=2&weeks=60&lesson=belief&form=stacked&week=60&look=40&axis=log&teacher=on&x=1"
    visitor = visitors(f"{address}/?{where}", width=width, height=height)
    page = visitor.page
    visitor.wait_for_text("shown", "Looking back: after 40 weeks")
    assert page.evaluate("document.body.classList.contains('df-large')")
    assert visitor.find("form").input_value() == "stacked"
    assert "week 39, 1992" in visitor.page.locator(".df-when").first.text_content()
    visitor.find("message").wait_for()
    visitor.find("close-message").click()
    visitor.find("message").wait_for(state="detached")
    visitor.find("option-1").click()
    visitor.find("commit").click()
    visitor.find("lesson-run-0").click()
    visitor.find("next-lesson").click()
    visitor.wait_for_text("lesson-title", "A province that learns")
    page.wait_for_function(f"({FOCUS}) === 'lesson-title'")
    page.wait_for_function(f"({IN_VIEW})()")  # it scrolls there
    # the space key plays after a click on Step
    visitor.find("step").click()
    page.keyboard.press("Space")
    visitor.wait_for_text("play", "Pause")
    page.keyboard.press("Space")
    visitor.wait_for_text("play", "Play")


def test_a_click_of_the_mouse_leaves_the_keys_to_the_teacher(address, visitors):
    visitor = visitors(f"{address}/?seed=2&weeks=60&teacher=on&week=50")
    page, week = visitor.page, 50
    visitor.wait_for_week(week)
    for clicked in ("province-4", "chart-national", "data-national"):
        part = visitor.find(clicked) if clicked.startswith("p") else None
        part = part or page.locator(f"[data-test=chart-national] {PARTS_OF_A_CHART[clicked]}").first
        part.click()
        page.keyboard.press("ArrowRight")
        week += 1
        visitor.wait_for_week(week)
    for _ in range(200):  # whoever comes by the keys has them there
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.dataset.test") == "province-5":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-test=province-5][aria-pressed=true]")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert visitor.week == week
