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
