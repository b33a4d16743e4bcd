"""What is shown at four sizes, by whom: the first screen, text, colours, screen readers, keys and fingers."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from defection import DefectionModel
from defection.views.app import flows
from defection.views.app.selection import TABS
from tests.conftest import ROOT

SIZES = {
    "large": {"width": 1440, "height": 900},
    "projector": {"width": 1024, "height": 768},
    "telephone": {"width": 390, "height": 844, "has_touch": True, "is_mobile": True},
    "zoomed": {"width": 720, "height": 450, "device_scale_factor": 2},
}
"""Windows; the last is the first with its text at 200 %."""
SMALLEST = 11
"""Pixels of the smallest text."""

LETTERS = """() => {
    const small = [];
    const size = e => parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM ? e.getScreenCTM().a : 1);
    for (const e of document.querySelectorAll('.df-page *'))
        if (e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && size(e) < 10.99)
            small.push(e.outerHTML.slice(0, 100) + size(e));
    for (const e of document.querySelectorAll('.df-chart'))
        for (const drawn of e.__vue__.plot ? e.__vue__.plot.getZr().storage.getDisplayList() : [])
            if (drawn.style.text && drawn.style.fontSize < 11) small.push(drawn.style.text + drawn.style.fontSize);
    return small }"""


def boxes(visitor) -> dict[str, dict]:
    """Return where the map, the chart of weekly flows and the first slider are, of what is shown."""
    parts = {
        "map": ".df-map svg",
        "chart": "[data-test=chart-national] .df-canvas",
        "slider": "#df-memory_weeks",
    }
    return {name: visitor.page.locator(where).bounding_box() for name, where in parts.items()}


def wait_until_drawn(visitor) -> None:
    drawn = "document.querySelector('[data-test=chart-national]').__vue__.plot?.getZr().storage.getDisplayList().length > 9"
    visitor.page.wait_for_function(drawn)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_read_and_use_the_page(address, visitors, size):
    small = size == "telephone"  # there with all that can be said
    visitor = visitors(f"{address}/{'?oh=no' * small}", **SIZES[size])
    page = visitor.page
    wait_until_drawn(visitor)
    stand, height = boxes(visitor), SIZES[size]["height"]
    if size in ("large", "projector"):  # both stand whole on the first screen
        assert all(stand[one]["y"] + stand[one]["height"] <= height for one in ("map", "chart"))
        assert stand["map"]["x"] + stand["map"]["width"] <= stand["chart"]["x"]
        assert min(stand["map"]["height"], stand["chart"]["height"]) >= 250
    else:  # one column, the map nearly as wide as the window
        assert stand["slider"] is None
        assert stand["map"]["y"] + stand["map"]["height"] < stand["chart"]["y"]
        assert stand["map"]["width"] > 0.85 * SIZES[size]["width"]
    visitor.wait_for_text("task", "Press ▶ Play")
    assert visitor.find("seed").input_value() == "2"
    viewport = page.locator("meta[name=viewport]").get_attribute("content")
    assert viewport == "width=device-width, initial-scale=1"  # two fingers may zoom
    if size == "projector":  # also with what there is to notice of a preset
        visitor.choose("preset", "No famine")
        visitor.find("notice").wait_for()
        stand = boxes(visitor)
        assert all(stand[one]["y"] + stand[one]["height"] <= height for one in ("map", "chart"))
        visitor.find("notice").locator("summary").click()
        visitor.page.get_by_text("later rise").wait_for()
    visitor.unfold("sliders")
    visitor.unfold("more")
    if small:
        visitor.choose("preset", "No famine")
        visitor.find("notice").wait_for()
        visitor.write(visitor.find("seed"), "x")
        page.keyboard.press("Tab")
        visitor.find("seed-fault").wait_for()
        visitor.find("first-lesson").click()
        visitor.find("option-0").click()
        visitor.find("commit").click()
        visitor.find("lesson-run-0").click()
        visitor.find("verdict").wait_for()
    for tab in TABS:
        visitor.find(f"tab-{tab}").click()
        page.wait_for_selector(f"[data-test=tab-{tab}][aria-selected=true]")
        page.wait_for_selector("[role=tabpanel] > *")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(LETTERS) == []
        if tab == "flows" or small:
            found = Axe().run(page).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.slow
def test_points_of_a_chart_and_meanings_are_reached_by_keys_and_weeks_have_one_number(
    address, visitors
):
    visitor, weeks = visitors(f"{address}/?seed=2"), 105
    page, keys = visitor.page, visitor.page.keyboard
    wait_until_drawn(visitor)
    visitor.run_to("1994")
    visitor.wait_for_week(104)
    visitor.find("step").click()
    visitor.wait_for_week(weeks)
    table = DefectionModel(seed=2, weeks=weeks).run().weekly()
    table = table.groupby(["week", "year"], as_index=False)[["attempts", "successes"]].sum()
    clock = visitor.find("latest").text_content()
    assert clock == f"latest: week {table.week.iloc[-1]}, {table.year.iloc[-1]}"

    def row(at: int) -> str:
        week, year, attempts, successes = table.iloc[at]
        return f"week {week}, {year}: attempts {attempts:,}, successes {successes:,}"

    point = page.locator("[data-test=chart-national] [role=slider]")
    visitor.find("scale").click()
    for key in ("Escape", "Tab"):
        keys.press(key)
    page.wait_for_function("document.activeElement.getAttribute('role') === 'slider'")
    page.wait_for_function(
        "said => document.activeElement.ariaValueText === said", arg=row(weeks - 1)
    )
    for key, at in {
        "ArrowLeft": -2,
        "PageDown": -54,
        "Home": 0,
        "ArrowRight": 1,
        "End": -1,
    }.items():
        keys.press(key)
        assert point.get_attribute("aria-valuetext") == row(at)
    keys.press("ArrowLeft")
    week, year, attempts, successes = table.iloc[-2]
    read = visitor.find("read-national").text_content()
    assert read == f"attempts {attempts:,}successes {successes:,}week {week}, {year}"
    tip = page.locator("[data-test=chart-national] .df-canvas > div").last
    assert tip.inner_text().startswith(f"{read[read.index('week') :]}\nattempts: {attempts:,}")
    zoom = "document.querySelector('[data-test=chart-national]').__vue__.plot.getOption().dataZoom[0].end"
    keys.press("+")
    assert page.evaluate(zoom) < 100
    keys.press("-")
    assert page.evaluate(zoom) == 100
    keys.press("Tab")
    keys.press("Enter")
    rows = page.locator("[data-test=chart-national] tbody tr")
    rows.first.wait_for()
    shown = rows.all_inner_texts()
    by_year = table.groupby("year")[["attempts", "successes"]].sum()
    expected = [
        f"{year}\t{a:,}\t{s:,}"
        for year, (a, s) in zip(by_year.index, by_year.to_numpy(), strict=True)
    ]
    assert shown == [*expected[:2], expected[2].replace("\t", " (1 weeks)\t", 1)]
    visitor.find("help-famine_effect").click()
    keys.press("Shift+Tab")
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_function(
        "!document.querySelector('#df-meaning-famine_effect').textContent.trim()"
    )
    csv = pd.read_csv(io.BytesIO(visitor.taken_away("weekly")))
    assert [csv.week.max(), csv.year.max()] == [table.week.iloc[-1], table.year.iloc[-1]]


@pytest.mark.slow
def test_flows_are_drawn_in_each_form_and_a_finger_finds_what_a_parameter_means(address, visitors):
    visitor = visitors(f"{address}/?seed=2&weeks=60", **SIZES["telephone"])
    page = visitor.page
    visitor.unfold("more")
    visitor.run_to("end")
    visitor.find("ended").wait_for()
    wait_until_drawn(visitor)
    for form, words in {
        "stopped + successes": "stopped", "successes alone": "successes", "each province": "Each province",
    }.items():  # fmt: skip
        visitor.choose("form", form)
        visitor.wait_for_text("chart-national", words)
    page.wait_for_function(
        "document.querySelector('[data-test=chart-national]').__vue__.plot.getOption().grid.length === 10"
    )
    visitor.choose("scale", "logarithmic")
    page.wait_for_function(
        "document.querySelector('[data-test=chart-national]').__vue__.chart.scale === 'log'"
    )
    assert page.evaluate(LETTERS) == []
    visitor.unfold("sliders")
    visitor.find("help-memory_weeks").tap()
    visitor.page.locator("#df-meaning-memory_weeks p").wait_for()
    visitor.find("province-7").tap()
    visitor.wait_for_text("chart-province", "North Hwanghae")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("form", flows.FORMS)
def test_all_lines_stand_out_from_the_paper_and_from_famine_years(form):
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    text = (ROOT / "views/app/chart.vue").read_text()
    *band, share = map(float, re.search(r'color: "rgba\((.*?)\)"', text)[1].split(","))
    famine = "#" + "".join(f"{round(255 * (1 - share) + share * part):02x}" for part in band)
    charts = flows.charts(DefectionModel(seed=1, weeks=52), "Kangwon", form, "root")
    for chart in charts.values():
        for series in chart["series"]:
            for background in ("#ffffff", famine):
                assert contrast(series["color"], background) >= 3, series
    filled = [one.get("fill") for one in charts["national"]["series"]]
    if all(filled):  # what is stacked
        assert contrast(*filled) >= 3
