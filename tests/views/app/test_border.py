"""After the border: a year's people add up, charts say what tables say, and a hand follows them."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest

from defection import DefectionModel, Parameters
from defection.batch_runs.scores import Facts, ScoreError
from defection.country import load
from defection.crossings import sparse
from defection.journey.cells import FLOWS, STOCKS
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS
from defection.scenario import Scenario
from defection.views.app import fan, flows, journey_view
from defection.views.app.controller import Controller
from defection.views.app.story import Story
from tests.baseline import baseline
from tests.conftest import BURSTING, TINY

LIVELY = Parameters(**{**BURSTING, "stop_threshold": 10**9}, journey="on")


@pytest.fixture(scope="module")
def model():
    return DefectionModel(seed=3, weeks=260, record_crossings=True, **LIVELY.as_dict()).run()


@pytest.mark.parametrize("week", [0, 1, 51, 52, 53, 130, 208, 260])
def test_the_people_of_a_year_add_up(model, week):
    people = journey_view.year_of_people(model, week)
    here = people["in_china_before"] + people["crossed"] + people["crossed_again"]
    gone = ("onward", "returned", "visits", "settled", "died")
    left = here - sum(people[name] for name in gone)
    shown = people["to_south"] + people["to_others"] + people["ended"]  # the arrows to the right
    gone_right = people["onward"] + people["settled"] + people["died"]
    assert shown == pytest.approx(gone_right)
    assert people["in_china"] == pytest.approx(left, rel=1e-9, abs=1e-6)
    home = people["held_before"] + people["home_before"]
    home += people["returned"] + people["visits"] + people["stopped_again"]
    home -= people["tried_again"] + people["stayed_home"]
    assert people["held"] + people["home"] == pytest.approx(home, rel=1e-9, abs=1e-6)
    assert all(value >= 0 for value in people.values() if not isinstance(value, str))
    if week in (52, 208, 260):
        assert people["crossed"] > 0


def test_a_whole_year_is_that_of_the_yearly_table(model):
    yearly = model.yearly().set_index("year")
    for number, year in enumerate(yearly.index):
        people = journey_view.year_of_people(model, (number + 1) * WEEKS_PER_YEAR)
        assert people["when"] == f"{year}, the whole year"
        for name in (*FLOWS, *STOCKS):
            assert people[name] == pytest.approx(yearly.loc[year, name], rel=1e-9, abs=1e-9), name


def test_the_sentence_says_who_of_the_arrivals_was_never_in_china(model):
    people = journey_view.year_of_people(model, 200)
    other, arrivals = people["other_ways"], people["arrivals"]
    assert ("never in China" in journey_view.sentence(people)) == (other > 0)
    people |= {"other_ways": 20.8, "arrivals": 21.1}
    said = journey_view.sentence(people)
    assert "21.1 arrive in the South (20.8 of them by other ways, never in China), " in said
    people["other_ways"] = 0.0
    assert "never in China" not in journey_view.sentence(people)
    assert arrivals >= other >= 0


def test_charts_hold_every_week_and_every_year_with_what_was_observed(model, north_korea):
    numbers, drawn = journey_view.chunks(model, run=1, sent=0), journey_view.charts(model)
    for name, chart in drawn.items():
        assert len(numbers[name]["columns"]) == len(chart["series"])
    stocks = numbers["stocks"]["columns"]
    assert [len(column) for column in stocks] == [260] * 3
    crossed, arrivals, observed = numbers["crossings"]["columns"]
    yearly = model.yearly()
    assert crossed == yearly["crossed"].round(1).tolist() == yearly["successes"].tolist()
    assert arrivals == yearly["arrivals"].round(1).tolist()
    assert observed == [number for _, number, _ in north_korea.observed]
    table = model.journey.record.table()
    table = table[table["year"] == 1996].groupby("gender")["arrivals"].sum()
    women, known = numbers["women"]["columns"]
    assert women[4] == pytest.approx(table["female"] / table.sum(), abs=1e-4)
    observed = {fact.name: fact.value for fact in north_korea.facts}["arrivals_share female 2009"]
    assert known[list(north_korea.years).index(2009)] == observed > 0.7


def test_facts_beside_a_run_are_those_of_the_agents():
    scenario = Scenario(3, LIVELY, weeks=260)
    found = journey_view.beside_what_is_known(scenario)
    facts = Facts.from_country()
    run = DefectionModel(**scenario.arguments(), record_crossings=True).run()
    crossings = sparse(run.history.category_crossings)
    values = facts.measure(crossings, run.history.states["repression"][:260], LIVELY)
    assert [row[0] for row in found["rows"]] == [fact.name for fact in facts.facts]
    residuals = facts.residuals(values)
    assert [row[3] for row in found["rows"]] == residuals.round(1).tolist()
    assert any(row[2] == "—" for row in found["rows"])  # years that were not reached
    assert any(row[2] != "—" for row in found["rows"])
    counts = [len(facts.part(use).facts) for use in ("fit", "check")]
    assert [found["fitted"][0], found["checked"][0]] == counts
    assert found["fitted"][1] == pytest.approx(facts.misfit(values, "fit"), abs=0.06)
    farthest = {facts.facts[i].name for i in np.argsort(-np.abs(residuals))[:5]}
    largest = np.sort(np.abs(residuals))[-6:]
    if largest[0] < largest[1]:  # several may be at the largest that there is
        assert set(found["worst"]) == farthest


def test_facts_are_not_measured_where_the_journey_changes_in_the_run():
    changing = LIVELY.replace(interventions="1993 return_rate=0.5")
    with pytest.raises(ScoreError, match="return_rate changes in the run"):
        journey_view.beside_what_is_known(Scenario(1, changing, weeks=60))


def test_following_changes_nothing_of_the_law():
    controller = Controller(Scenario(5, Parameters(**BURSTING), weeks=60))
    controller.advance(40)
    before = controller.model.weekly()
    controller.follow_them()
    controller.work.wait()
    assert controller.model.week == 40
    assert controller.model.journey is not None
    after = controller.model.weekly()
    assert after[before.columns.tolist()].equals(before)
    assert controller.waiting == []
    assert "journey" in controller.address


def test_a_parameter_of_the_journey_turns_it_on_and_off_brings_all_back():
    controller = Controller(Scenario(5, Parameters(), weeks=60))
    controller.advance(3)
    controller.change({"name": "return_rate", "value": "0.5"})
    assert controller.waiting == ["journey", "return_rate"]
    controller.change({"name": "journey", "value": "off"})
    assert controller.faults == {}
    assert controller.waiting == []
    shown = dataclasses.asdict(controller.settings)
    assert {name: shown[name] for name in JOURNEY_PARAMETERS} == {
        name: ALL_PARAMETERS[name].default for name in JOURNEY_PARAMETERS
    }


def test_the_defaults_journey_is_theirs_again_when_it_is_turned_off_and_on():
    controller = Controller(Scenario(5, weeks=60))
    defaults = controller.settings
    controller.change({"name": "journey", "value": "off"})
    assert controller.settings.journey == "off"
    controller.change({"name": "journey", "value": "on"})
    assert controller.settings == defaults
    controller.change({"name": "memory_weeks", "value": "52"})  # another law has starting values
    controller.change({"name": "journey", "value": "off"})
    controller.change({"name": "journey", "value": "on"})
    assert controller.settings.return_rate == ALL_PARAMETERS["return_rate"].default
    other = Controller(Scenario(5, load("north_korea").parameters(journey="off"), weeks=3))
    other.advance(2)
    other.follow_them()
    assert other.model.parameters == defaults


def test_a_country_without_a_journey_says_so(visitors, tmp_path):
    from tests.views.app.browser import served

    with served(tmp_path, "--country", str(TINY)) as url:
        visitor = visitors(f"{url}/?tab=border")
        assert "has no journey" in visitor.page.locator(".df-journey").text_content()
        assert visitor.find("p-journey").count() == 0


COVERED = """() => {
  const picture = document.querySelector("[data-test=flow-picture]"), box = (e) => e.getBBox();
  const over = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  const rects = [...picture.querySelectorAll("rect")].map(box), found = [];
  rects.forEach((a, i) => rects.slice(i + 1).forEach((b) => over(a, b) && found.push("boxes")));
  for (const text of picture.querySelectorAll(".df-along")) {
    const b = box(text);
    for (const path of picture.querySelectorAll("path"))
      for (let x = 0; x <= b.width; x += 2)
        for (let y = 4; y <= b.height - 4; y += 2)
          if (path.isPointInStroke(new DOMPoint(b.x + x, b.y + y))) { found.push(text.textContent); x = y = 999; }
    if (rects.some((a) => over(a, b)) || b.x < 0 || b.x + b.width > 541) found.push(text.textContent);
  }
  return found;
}"""
"""Texts beside arrows that arrows or boxes touch, and boxes that touch each other."""


@pytest.mark.slow
def test_nothing_in_the_picture_of_the_journey_lies_over_another(address, visitors):
    visitor = visitors(f"{address}/?seed=2&journey=on&week=1040&tab=border")
    visitor.wait_for_week(1040)
    visitor.find("arrow-returned").wait_for(state="attached")
    visitor.page.wait_for_timeout(1000)
    assert visitor.page.evaluate(COVERED) == []


@pytest.mark.slow
def test_a_hand_follows_those_who_crossed(address, visitors):
    visitor = visitors(f"{address}/?seed=2&journey=off&week=60")
    visitor.wait_for_week(60)
    visitor.find("tab-border").click()
    visitor.find("follow").click()
    visitor.find("flow-picture").wait_for()
    visitor.wait_for_text("border-says", "1993, the first 8 weeks")
    model = DefectionModel(seed=2, **baseline(journey="on"))
    while model.week < 60:
        model.step()
    people = journey_view.in_words(journey_view.year_of_people(model, 60))
    assert (
        f"{people['returned']} are returned by force" in visitor.find("border-says").text_content()
    )
    for name in ("returned", "to_south", "to_others", "ended", "crossed", "visits", "stayed_home"):
        title = visitor.find(f"arrow-{name}").locator("title").text_content()
        assert title.split(": ")[1] == people[name]
    visitor.find("earlier").click()  # any week is looked at
    visitor.wait_for_text("border-says", "1993, the first 7 weeks")
    visitor.find("now").click()
    visitor.find("step").click()
    visitor.wait_for_text("border-says", "1993, the first 9 weeks")
    visitor.find("known-go").click()
    visitor.find("known-result").wait_for()
    visitor.find("known-table").click()
    rows = visitor.find("known-result").locator("tbody tr")
    assert rows.count() == len(model.country.facts)
    visitor.page.wait_for_url("**journey=on&week=61*")
    again = visitors(visitor.page.url)
    again.wait_for_text("border-says", "1993, the first 9 weeks")
    again.find("reset").click()  # and before the first week too
    again.wait_for_text("border-says", "nobody has crossed")


def test_with_a_journey_arrivals_meet_what_was_observed():
    """In the chart of the years, in many runs, and in what happened."""
    scenario = Scenario(3, LIVELY, weeks=260)
    run = DefectionModel(**scenario.arguments()).run()
    arrivals = run.yearly()["arrivals"]
    columns = flows.yearly_chunk(run, run=1)["columns"]
    assert columns[1] == arrivals.round(1).tolist()
    assert len(columns) == len(flows.charts(run, "Chagang", "lines", "root")["yearly"]["series"])
    found = fan.fan(scenario, 3)
    assert found["chart"]["title"].startswith("Arrivals")
    table = pd.read_csv(io.StringIO(found["csv"]))
    assert table.loc[0, "arrivals_1996"] == pytest.approx(arrivals[4], abs=5e-4)
    story = Story(run)
    assert story.rows()[2][:2] == [
        "arrivals in complete years, 1992 to 1996", f"{arrivals.sum():,.0f}",
    ]  # fmt: skip
    observed = np.array([number for _, number, _ in run.country.observed[:5]])
    expected = np.sqrt(((np.sqrt(arrivals) - np.sqrt(observed)) ** 2).mean())
    assert story.score == pytest.approx(expected)
    plain = Story(DefectionModel(**{**scenario.arguments(), "journey": "off"}).run())
    assert story.score != plain.score
    read = scenario.arguments() | {"observed_measure": "successes"}
    assert Story(DefectionModel(**read).run()).score == plain.score
