"""The timeline, changes from now on, many runs and the address, by a hand on mouse and keys."""

from __future__ import annotations

import csv
import io
import pathlib
import urllib.parse

import pytest

from defection import DefectionModel
from defection.views.app.past import Past
from tests.baseline import baseline

pytestmark = pytest.mark.slow


def address_of(visitor) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(visitor.page.url).query))


def test_a_hand_looks_at_the_past_and_a_reload_brings_everything_back(address, visitors):
    visitor = visitors(f"{address}/?seed=2&week=110")
    page, track = visitor.page, visitor.find("timeline")
    visitor.wait_for_text("shown", "Now: after 110 weeks, 1994")
    visitor.drag(track, *(week / 1196 for week in (110, 80, 60, 40)))
    visitor.wait_for_text("shown", "Looking back: after 40 weeks, 1992")
    page.keyboard.press("ArrowRight")
    visitor.wait_for_text("shown", "after 41 weeks")
    visitor.find("earlier").click()
    visitor.find("earlier").click()
    visitor.wait_for_text("shown", "after 39 weeks")
    assert visitor.week == 110
    model = DefectionModel(seed=2)
    for _ in range(110):
        model.step()
    past = Past(model).at(39)
    province = past.provinces[3]
    visitor.find("province-3").click()
    page.mouse.move(0, 0)
    visitor.wait_for_text("hover", f"{province.name} (selected)")
    flows = f"{province.attempts:,} attempts, {province.stopped:,} stopped"
    visitor.wait_for_text("hover", flows)
    visitor.choose("measure", "Believed repression")
    visitor.find("tab-why").click()
    visitor.choose("why-age", "old")
    visitor.wait_for_text("why-sentence", "age old")
    visitor.wait_for_text("why-sentence", province.name)
    people = f"{past.citizens[286].head_count:,} people, "  # old, else of the first traits
    visitor.wait_for_text("why-sentence", people)
    sentence = visitor.find("why-sentence").text_content()
    page.wait_for_url("**category=old*")
    page.wait_for_url("**look=39*")
    before = address_of(visitor)
    assert (before["week"], before["look"], before["tab"]) == ("110", "39", "why")
    assert (before["province"], before["measure"]) == (province.name, "belief")
    page.reload()
    visitor.wait_for_text("shown", "after 39 weeks")
    assert visitor.week == 110
    visitor.wait_for_text("why-sentence", people)  # by now it has been of the first week
    assert visitor.find("why-sentence").text_content() == sentence
    page.wait_for_url("**look=39*")
    assert address_of(visitor) == before
    visitor.find("now").click()
    visitor.wait_for_text("shown", "Now: after 110 weeks")
    track.click(position={"x": 8, "y": track.bounding_box()["height"] / 2})
    visitor.wait_for_text("shown", "Looking back: before the first week")
    visitor.find("step").click()
    visitor.wait_for_week(111)
    visitor.wait_for_text("shown", "Now: after 111 weeks")


def test_a_run_to_the_end_shows_how_far_it_is_and_is_cancelled(address, visitors):
    visitor = visitors(f"{address}/?seed=2&journey=off")
    visitor.find("run-to").click()
    visitor.find("cancel").click()
    visitor.find("work").wait_for(state="detached")
    week = visitor.week
    assert week < 1196
    visitor.find("step").click()
    visitor.wait_for_week(week + 1)
    assert visitor.week == week + 1
    visitor.choose("preset", "Full memory")  # waits, and throws nothing away
    visitor.wait_for_text("reset", "1 changed")
    assert visitor.week == week + 1
    visitor.find("changes").locator("summary").click()
    visitor.find("here").click()
    visitor.find("take").click()
    visitor.find("change-0").wait_for()
    text = f"week {week + 1} memory_weeks=1196 in Ryanggang"
    said = visitor.find("change-0").text_content()
    assert f"Memory weeks 1,196 in Ryanggang, from week {week + 1} (" in said
    assert (
        f"1,196 in Ryanggang from week {week + 1} ("
        in visitor.find("mark-memory_weeks").text_content()
    )
    assert "changed" not in visitor.find("reset").text_content()
    visitor.page.wait_for_url(f"**interventions={text.replace(' ', '+').replace('=', '%3D')}*")
    visitor.find("undo-0").click()
    visitor.find("change-0").wait_for(state="detached")
    visitor.find("work").wait_for(state="detached")
    assert visitor.week == week + 1
    visitor.page.keyboard.press("Escape")
    assert not visitor.find("take").is_visible()


def test_a_fan_is_run_and_taken_away(address, visitors):
    visitor = visitors(f"{address}/?seed=2&weeks=104&tab=runs&runs=20&famine_effect=2")
    visitor.find("fan-go").click()
    visitor.find("fan-result").wait_for()
    visitor.wait_for_text("fan-result", "20 runs, seeds 2 to 21.")
    with visitor.page.expect_download() as download:
        visitor.find("fan-csv").click()
    assert download.value.suggested_filename == "fan-seed-2-20-runs.csv"
    text = pathlib.Path(download.value.path()).read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    run = DefectionModel(seed=2, weeks=104, **baseline(famine_effect=2.0)).run().yearly()
    assert [int(rows[0][f"successes_{y}"]) for y in run["year"]] == run["successes"].tolist()
    visitor.find("compare-go").click()
    visitor.page.get_by_text("A and B are the same scenario").wait_for()
    visitor.choose("compare-other", "No famine")
    visitor.choose("compare-pairs", "10")
    visitor.find("compare-go").click()
    visitor.wait_for_text("compare-text", "10 pairs of runs, seeds 2 to 11.")
    visitor.page.wait_for_url("**runs=20&against=No+famine&pairs=10")
