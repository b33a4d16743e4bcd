"""The app in Firefox, with mouse and keys: the same numbers, no error, nobody else is asked."""

from __future__ import annotations

import pytest

from defection import DefectionModel
from defection.country import load
from defection.parameters import ALL_PARAMETERS
from defection.views.app.settings import groups, slider_range
from tests.views.app import firefox

pytestmark = pytest.mark.slow
WEEKS = 60
FIRST = [
    p["name"] for p in groups(load("north_korea"))[0]["parameters"] if p["control"] == "slider"
]
"""The sliders that stand open."""


def test_a_hand_works_the_app_in_firefox(address, tmp_path):
    with firefox.opened(tmp_path) as page:
        page.open(f"{address}/?seed=2&weeks={WEEKS}")
        changed = {}
        for name in FIRST:
            slider = f"[data-test=p-{name}] input[type=range]"
            low, high = slider_range(ALL_PARAMETERS[name], load("north_korea"))
            page.drag(slider, 0.9, 0.7, 0.5, 0.3)
            box = f"Number(document.querySelector('#df-{name}').value)"
            idle = "!Object.keys(document.querySelector('.df-settings').__vue__.drafts).length"
            place = f"Number(document.querySelector({slider!r}).value)"
            page.wait(idle)
            assert page.read(place) == pytest.approx(300, abs=20), name
            dragged = page.read(box)
            page.press("ArrowRight", "ArrowRight")
            page.wait(idle)
            assert low < dragged < page.read(box) < high, name
            changed[name] = page.read(box)
        page.click("[data-test=step]")
        page.wait_for_text("week", "after 1 ")
        page.click("[data-test=play]")
        page.wait_for_text("week", f"after {WEEKS} ")
        model = DefectionModel(seed=2, weeks=WEEKS, **changed).run()
        page.click("[data-test=tab-week]")
        attempts = model.history.flows["attempts"][WEEKS - 1, 0]
        page.wait_for_text("says-0", f"{attempts:,} attempt")
        page.drag("[data-test=timeline]", 1.0, 0.8, 0.5)
        page.wait_for_text("shown", f"Looking back: after {WEEKS // 2} weeks")
        attempts = model.history.flows["attempts"][WEEKS // 2 - 1, 0]
        page.wait_for_text("says-0", f"{attempts:,} attempt")
        page.click("[data-test=tab-flows]")
        page.wait("document.querySelectorAll('.df-chart canvas, .df-chart svg').length > 0")
        page.send(
            "browsingContext.setViewport",
            context=page.context,
            viewport={"width": 390, "height": 844},
        )
        page.wait("document.documentElement.scrollWidth <= 390")
