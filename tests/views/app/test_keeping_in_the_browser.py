"""Predictions and the notebook stay in the browser over a reload, until a hand clears them."""

from __future__ import annotations

import pytest

from tests.views.app.browser import Strict

pytestmark = pytest.mark.slow


def test_a_reload_keeps_predictions_and_notebook_and_a_button_clears_them(address, visitors):
    visitor = visitors(f"{address}/?seed=2&weeks=60")
    page = visitor.page
    visitor.find("first-lesson").click()
    visitor.find("option-1").click()
    visitor.find("commit").click()
    visitor.run_to("end")
    visitor.find("ended").wait_for()
    visitor.find("tab-happened").click()
    visitor.wait_for_text("notebook", "60")
    page.wait_for_url("**tab=happened*")
    page.reload()
    visitor.wait_for_text("notebook", "60")
    page.wait_for_selector("[data-test=option-1]:checked")
    assert visitor.find("option-1").is_disabled()
    assert not visitor.find("lesson-run-0").is_disabled()
    # another tab of the same browser begins with them too
    other = Strict(page.context.new_page()).open(f"{address}/?seed=2&tab=happened&lesson=belief")
    other.wait_for_text("notebook", "60")
    other.page.wait_for_selector("[data-test=option-1]:checked")
    assert other.faults == []
    other.page.close()
    visitor.find("anew").click()
    page.wait_for_selector("[data-test=option-1]:enabled")
    visitor.find("option-2").click()
    visitor.find("commit").click()
    page.wait_for_selector("[data-test=option-2]:disabled")
    assert visitor.find("option-2").is_checked()
    visitor.find("clear").click()
    visitor.find("clear").click()  # no, keep them
    assert visitor.find("clear-all").count() == 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    visitor.find("no-runs").wait_for()
    page.reload()
    visitor.find("option-1").wait_for()
    assert not visitor.find("option-2").is_checked()
    assert visitor.find("option-1").is_enabled()


def test_where_the_browser_keeps_nothing_the_page_works(address, visitors):
    visitor = visitors(f"{address}/?seed=2")
    page = visitor.page
    page.add_init_script(
        """for (const name of ["getItem", "setItem"]) {
            const whole = Storage.prototype[name];
            Storage.prototype[name] = function (key, ...rest) {
                if (String(key).startsWith("defection")) throw new Error("no storage");
                return whole.call(this, key, ...rest);
            };
        }"""
    )
    page.reload()
    visitor.find("first-lesson").click()
    visitor.find("option-1").click()
    visitor.find("commit").click()
    page.wait_for_selector("[data-test=lesson-run-0]:enabled")
