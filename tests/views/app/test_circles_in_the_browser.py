"""News circles by a hand on mouse and keys: the slider, the panel, a past week, a reload, the lesson."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from defection import DefectionModel
from defection.country import load
from defection.views.app import circles_view
from defection.views.app.past import Past
from tests.views.app.test_look import LETTERS, SIZES

pytestmark = pytest.mark.slow

NEWS = {"news_circles": 20, "observation_probability": 0.03}
LINK = "&".join(f"{name}={value}" for name, value in NEWS.items())


def tiles(visitor) -> list[str]:
    return visitor.page.locator(".df-tile").all_inner_texts()


def expected(model: DefectionModel, province: int, number: str = "belief") -> list[str]:
    circles = circles_view.province_circles(model, province)["circles"]
    return [f"{one[number]}\n{one['attempts']:,}" for one in circles]


def wait_for_tiles(visitor, shown: list[str]) -> None:
    visitor.page.wait_for_function(
        "shown => JSON.stringify([...document.querySelectorAll('.df-tile')].map(e => e.innerText)) === JSON.stringify(shown)",
        arg=shown,
    )


def test_a_hand_sets_circles_looks_at_them_and_a_reload_brings_them_back(address, visitors):
    visitor = visitors(f"{address}/?seed=2")
    page, keys = visitor.page, visitor.page.keyboard
    assert not visitor.find("circles").is_visible()
    visitor.open_group("news_circles")
    visitor.find("idle-news_between_circles").wait_for()
    slider = page.locator("[data-test=p-news_circles] input[type=range]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2)
    visitor.find("circles").wait_for()
    value = page.locator("#df-news_circles")
    number = int(value.input_value())
    assert 10 <= number <= 20
    keys.press("ArrowRight")
    page.wait_for_function(f"document.querySelectorAll('.df-tile').length === {number + 1}")
    assert visitor.find("idle-news_between_circles").count() == 0
    visitor.write(value, "20")
    keys.press("Tab")
    visitor.write(page.locator("#df-observation_probability"), "0.03")
    keys.press("Tab")
    page.wait_for_url("**observation_probability=0.03*")
    visitor.run_to("1994")
    visitor.wait_for_week(104)
    visitor.find("work").wait_for(state="detached")
    model = DefectionModel(seed=2, **NEWS)
    for _ in range(104):
        model.step()
    wait_for_tiles(visitor, expected(model, 0))
    assert circles_view.province_circles(model, 0)["says"] == (
        visitor.find("circles-says").inner_text()
    )
    visitor.find("province-3").click()
    wait_for_tiles(visitor, expected(model, 3))
    # the mouse shows a circle's numbers, the arrow keys go from one to the next
    shown = circles_view.province_circles(model, 3)["circles"]
    visitor.find("circle-6").hover()
    visitor.wait_for_text("circle-hover", f"believed repression {shown[6]['belief']}")
    assert visitor.find("circle-6").get_attribute("title").startswith("circle 7: 0.")
    page.mouse.move(0, 0)
    visitor.find("circle-4").click()
    for key, at in (("ArrowRight", 5), ("ArrowLeft", 4), ("End", 19), ("Home", 0)):
        keys.press(key)
        page.wait_for_function(
            f"document.activeElement.dataset.test === 'circle-{at}'", timeout=5000
        )
    keys.press("ArrowDown")
    below, first = (
        visitor.find(page.evaluate("document.activeElement.dataset.test")),
        visitor.find("circle-0"),
    )
    assert below.bounding_box()["x"] == first.bounding_box()["x"]
    assert below.bounding_box()["y"] > first.bounding_box()["y"]
    visitor.choose("circles-scale", "Difference from the province's mean")
    wait_for_tiles(visitor, expected(model, 3, "gap"))
    visitor.find("circles-table").locator("summary").click()
    rows = page.locator("[data-test=circles-table] tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == [one["name"] for one in shown]
    assert [int(row.split("\t")[4].replace(",", "")) for row in rows] == [
        one["attempts"] for one in shown
    ]
    # Why? says what is a mean, and from where to where the circles lie
    visitor.find("tab-why").click()
    note = visitor.find("why-circles").inner_text()
    assert "20 news circles" in note
    assert "the mean of the chances" in note
    # a past week, and everything after a reload
    visitor.choose("circles-scale", "Believed repression")
    visitor.find("earlier").click()
    visitor.wait_for_text("shown", "after 103 weeks")
    before = expected(Past(model).at(103), 3)
    wait_for_tiles(visitor, before)
    page.wait_for_url("**look=103*")
    page.reload()
    visitor.wait_for_text("shown", "after 103 weeks")
    wait_for_tiles(visitor, before)
    assert visitor.find("why-circles").inner_text()


@pytest.mark.parametrize("size", ["large", "telephone"])
@pytest.mark.parametrize("circles", [20, 0, 150])
def test_everybody_can_read_and_use_the_circles(address, visitors, size, circles):
    link = f"seed=2&news_circles={circles}&observation_probability=0.1&week=30&province=Pyongyang"
    visitor = visitors(f"{address}/?{link}&tab=why", **SIZES[size])
    visitor.wait_for_week(30)
    visitor.find("work").wait_for(state="detached")
    visitor.find("circles").scroll_into_view_if_needed()
    visitor.find("circles-table").locator("summary").click()
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(LETTERS) == []
    for scale in ("Believed repression", "Difference from the province's mean"):
        visitor.choose("circles-scale", scale)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    if circles == 0:
        names = page.locator("[data-test=circles-table] tbody th").all_inner_texts()
        assert names == [name for name, _ in load("north_korea").counties["Pyongyang"]]
        assert visitor.find("circle-0").get_attribute("title").startswith(f"{names[0]}: ")


def test_the_lesson_on_circles_is_done_by_hand(address, visitors):
    visitor = visitors(f"{address}/?seed=2")
    page = visitor.page
    title = "The same news, shared by all or by few"
    visitor.choose("lesson", f"{title} (8 minutes)")
    visitor.wait_for_text("lesson-title", title)
    visitor.find("option-2").click()
    visitor.find("commit").click()
    for number in range(3):
        visitor.find(f"lesson-run-{number}").click()
        visitor.wait_for_text(f"lesson-run-{number}", "✓")
        visitor.find("work").wait_for(state="detached")
    visitor.wait_for_text("verdict", "So it is.")
    visitor.find("look-1").click()
    visitor.wait_for_text("shown", "after 520 weeks")
    visitor.wait_for_text("circles", "News circles of Pyongyang")
    page.wait_for_function(
        "() => { const box = document.querySelector('.df-circles').getBoundingClientRect(); return box.top >= 0 && box.top < 700 }"
    )
    visitor.find("answer").locator("summary").click()
    visitor.wait_for_text("answer", "root of 20")
