"""The app under the second country: every tab, by mouse, says what is invented and nothing else."""

from __future__ import annotations

import re

import pytest

from defection.country import load
from defection.views.app.selection import TABS
from tests.model.test_east_germany import OTHER

pytestmark = pytest.mark.slow

LAND = load("east_germany")


def page_text(visitor) -> str:
    """Return all text of the page, also what is folded away, with titles and labels."""
    parts = visitor.page.evaluate(
        "() => [document.body.textContent, ...[...document.querySelectorAll('[title], [aria-label]')]"
        ".map(e => `${e.getAttribute('title') || ''} ${e.getAttribute('aria-label') || ''}`)]"
    )
    return re.sub(r"There is no famine", "", " ".join(parts))


def test_every_tab_is_of_this_country_alone_and_says_what_is_invented(address, visitors):
    visitor = visitors(f"{address}?country=east_germany&lesson=belief")
    visitor.wait_for_text("message", "East Germany has no lessons")
    assert visitor.find("no-lessons").text_content() == "There are no lessons about East Germany."
    visitor.run_to("1963")
    visitor.wait_for_week(104)
    for tab in TABS:
        visitor.find(f"tab-{tab}").click()
        visitor.page.wait_for_timeout(400)
        found = OTHER.search(page_text(visitor))
        text = page_text(visitor)
        assert not found, (tab, text[max(0, found.start() - 80) : found.end() + 40])
        assert visitor.find("invented").is_visible(), tab
        visitor.wait_for_text("invented", LAND.about.invented)
    assert LAND.about.text[0] in visitor.find("about-country").first.text_content()
    assert "A scheme, not a map" in visitor.page.inner_text("body")


OVERLAPS = """() => {
  const all = [...document.querySelectorAll(".df-labels tspan")].map((e) => e.getBoundingClientRect());
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom;
  return all.filter((a) => all.some((b) => a !== b && over(a, b))).length;
}"""


@pytest.mark.parametrize("width", [390, 1024])
def test_no_name_on_the_map_is_printed_over_another(address, visitors, width):
    visitor = visitors(f"{address}?country=east_germany", width, 844)
    visitor.page.locator(".df-labels tspan").first.wait_for(state="attached")
    visitor.page.wait_for_function(f"({OVERLAPS})() === 0", timeout=10_000)
