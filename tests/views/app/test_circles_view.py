"""The news circles in the app: what is shown is what the tables of the run have, now and in the past."""

from __future__ import annotations

import numpy as np
import pytest

from defection import DefectionModel
from defection.country import load
from defection.parameters import ALL_PARAMETERS, Parameters
from defection.scenario import Scenario
from defection.views.app import circles_view, flows, map_view, settings
from defection.views.app.controller import Controller, opened
from defection.views.app.past import Past
from defection.views.colours import PROBABILITY
from tests.conftest import LIVELY, TINY
from tests.views.app.test_look import contrast


@pytest.fixture(scope="module")
def run():
    changes = {"news_circles": 3, "news_between_circles": 0.2}
    return DefectionModel(country=str(TINY), seed=3, **LIVELY, **changes).run()


@pytest.mark.parametrize("week", [1, 40, 104])
def test_a_province_s_circles_are_those_of_the_table(run, week):
    every = run.by_circle()
    table = every[every["week"] == week - 1].drop(columns=["belief_alpha", "belief_beta"])
    beliefs = np.array(run.history.circle_beliefs[week])
    table = table.assign(belief_alpha=beliefs[0], belief_beta=beliefs[1])
    for province in (0, 1):
        shown = circles_view.province_circles(Past(run).at(week), province)
        rows = table[table["province"] == run.country.provinces[province]]
        assert [one["name"] for one in shown["circles"]] == rows["circle"].tolist()
        for name in ("attempts", "stopped", "known_attempts"):
            assert [one[name] for one in shown["circles"]] == rows[name].tolist()
        means = (rows["belief_alpha"] / (rows["belief_alpha"] + rows["belief_beta"])).tolist()
        assert [one["belief"] for one in shown["circles"]] == [f"{mean:.3f}" for mean in means]
        colours = [one["fills"]["belief"][0] for one in shown["circles"]]
        assert colours == [PROBABILITY.colour(mean) for mean in means]
        assert f"{min(means):.3f} to {max(means):.3f}" in shown["says"]
        busy = int((rows["attempts"] > 0).sum()) or "none"
        assert f"attempted to leave in {busy} of them" in shown["says"]
        assert (
            f"({min(means):.3f} to {max(means):.3f} in 3 news circles)"
            in (map_view.hovers(Past(run).at(week))[province][2])
        )


def test_counties_have_their_names_and_a_province_of_one_says_so():
    run = DefectionModel(country=str(TINY), seed=3, weeks=10, news_circles=0, **LIVELY)
    inland, borderland = (circles_view.province_circles(run, p) for p in (0, 1))
    assert inland["kind"] == "county"
    assert [one["name"] for one in inland["circles"]] == ["Hills", "Coast", "Town"]
    assert inland["says"].startswith("3 counties.")
    assert inland["says"].endswith("No week has passed yet.")
    assert borderland["says"] == "The whole province is one circle, Plain."


def test_where_each_province_is_one_circle_nothing_is_shown():
    run = DefectionModel(country=str(TINY), seed=3, weeks=10)
    assert circles_view.province_circles(run, 0) == {}
    assert "±" in map_view.hovers(run)[0][2]
    assert "circles" not in flows.charts(run, "Inland", "lines", "root")["belief"]["title"]


def test_numbers_can_be_read_on_every_colour():
    for _, scale in circles_view.SCALES.values():
        for step in range(101):
            colour = scale.colour(step / 100 if scale is PROBABILITY else (step - 50) / 2000)
            assert contrast(colour, circles_view.ink(colour)) >= 4.5


def test_many_circles_have_no_room_for_numbers():
    for count, numbers in ((60, True), (61, False)):
        run = DefectionModel(country=str(TINY), seed=3, weeks=2, news_circles=count)
        assert circles_view.province_circles(run, 0)["numbers"] == numbers


def test_the_slider_of_circles_goes_to_fifty_and_to_counties_where_there_are_some():
    korea, tiny = load("north_korea"), load(str(TINY))
    one = ALL_PARAMETERS["news_circles"]
    assert settings.slider_range(one, korea) == (0, 50)
    assert settings.slider_range(one, tiny.replace(counties={})) == (1, 50)
    assert settings.control(one, korea)["whole"]
    assert settings.slider_range(ALL_PARAMETERS["news_between_circles"], korea) == (0, 1)


def test_a_parameter_that_nothing_reads_says_what_it_needs():
    said = settings.idle(Parameters())
    assert said["news_between_circles"] == "has no effect unless news circles is another than 1"
    assert said["gain"] == "has no effect unless policy = proportional"
    needy = {n for n, one in ALL_PARAMETERS.items() if one.policy or one.circles or one.needs}
    assert set(said) == needy
    assert said["broker_fee"] == "has no effect unless broker fee effect is above 0"
    assert "broker_fee" not in settings.idle(Parameters(broker_fee_effect=0.1))
    assert "news_between_circles" not in settings.idle(Parameters(news_circles=0))
    everywhere = settings.idle(Parameters(news_circles=20, hearing="nationwide"))
    assert everywhere["news_between_circles"] == "has no effect unless hearing = province"
    assert "gain" not in settings.idle(Parameters(policy="proportional"))
    later = Parameters(interventions="2000 policy=proportional")
    assert "gain" not in settings.idle(later)


@pytest.fixture
def bare(tmp_path):
    """Return the folder of a country without counties."""
    for file in TINY.iterdir():
        if file.name != "counties.csv" and file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_counties_that_a_country_does_not_have_are_refused_and_the_run_stays(bare, monkeypatch):
    controller = Controller(Scenario(1, country=str(bare)))
    controller.advance(3)
    run = controller.model
    controller.change({"name": "news_circles", "value": "0"})
    assert "means counties" in controller.faults["news_circles"]
    assert controller.settings.news_circles == 1
    assert controller.model is run
    controller.change({"name": "news_circles", "value": "5"})
    assert controller.faults == {}
    controller.settings = controller.settings.replace(news_circles=0)  # as a lesson might
    controller.reset()
    assert "means counties" in controller.faults["news_circles"]
    assert controller.model is run
    monkeypatch.setenv("DEFECTION_COUNTRY", str(bare))
    linked, message = opened("?seed=4&news_circles=0")
    assert "means counties" in message
    assert linked.scenario == Scenario(4, country=str(bare))


def test_circles_wait_for_the_reset_and_cannot_come_in_mid_run():
    controller = Controller(Scenario(1, country=str(TINY)))
    controller.change({"name": "news_circles", "value": "4"})
    assert controller.model.circles is not None
    controller.advance(2)
    controller.change({"name": "news_circles", "value": "7"})
    assert controller.waiting == ["news_circles"]
    controller.take_from_now()
    assert "news_circles cannot be changed" in controller.change_fault
    assert controller.settings.news_circles == 7
    controller.reset()
    assert len(controller.model.provinces[0].circles) == 7
    assert "news_circles=7" in controller.address
