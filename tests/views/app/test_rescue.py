"""A programme in the app: its numbers are the package's, and a hand moves the budget."""

from __future__ import annotations

import re

import pytest

from defection import Parameters
from defection.batch_runs.programme import ProgrammeError
from defection.batch_runs.programme.effects import WORDS
from defection.batch_runs.programme.paths import WHOM
from defection.scenario import Scenario
from defection.views.app import rescue_view
from defection.views.app.rescue_view import Choice
from defection.views.app.words import people
from defection.views.app.work import Cancelled

SCENARIO = Scenario(2, Parameters(journey="on"))


def test_twice_the_funds_are_twice_the_rescues_and_no_funds_change_nothing():
    found = [rescue_view.computed(SCENARIO, Choice(funds))[2] for funds in (0, 500_000, 1_000_000)]
    none, one, two = (each.effects["rescues"][0, 0] for each in found)
    assert none == 0.0 < one
    assert two == pytest.approx(2 * one)
    assert {float(value) for each in found[0].effects.values() for value in each.flat} == {0.0}


def test_a_run_that_hears_of_second_attempts_is_followed_where_news_is_on():
    """Who leaves then depends on the journey, which a programme allows with news alone."""
    scenario = Scenario(2, Parameters(second_attempts_are_heard="on"))
    _, _, found = rescue_view.computed(scenario, Choice(on=frozenset({"news"})))
    assert found.effects["rescues"][0, 0] > 0
    with pytest.raises(ProgrammeError, match="second_attempts_are_heard"):
        rescue_view.computed(scenario, Choice())


def test_what_is_said_is_what_is_found():
    said = rescue_view.rescued(SCENARIO, Choice(on=frozenset({"mission_failure"})))
    found = rescue_view.computed(SCENARIO, Choice(on=frozenset({"mission_failure"})))[2]
    assert f"{found.effects['rescues'][0, 0]:,.0f} people" in said["text"]
    assert said["heads"] == ["2014", "2024, extrapolated"]
    without, with_it, observed = said["chunk"]["columns"]
    assert len(without) == len(with_it) == len(observed) == 23
    years = [year for year in range(23) if with_it[year] > without[year]]
    assert {2008 - 1992, 2012 - 1992} <= set(years)


def test_where_everyone_arrives_anyway_there_is_no_sign_of_an_effect_and_no_cost():
    alone = {"return_rate": 0.0, "visit_rate": 0.0, "settle_rate": 0.0, "onward_late": 2.0}
    own = Scenario(2, Parameters(journey="on", **alone))
    said = rescue_view.rescued(own, Choice())["text"]
    assert "By 2024, extrapolated, 0 arrivals are additional" in said
    assert said.endswith("There is no sign of an effect on arrivals.")
    assert "An additional arrival costs" in rescue_view.rescued(SCENARIO, Choice())["text"]


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("funds", 1e9, Choice(rescue_view.MOST_FUNDS)),
        ("funds", -5, Choice(0)),
        ("whom", "women", Choice(whom="women")),
        ("whom", "nobody", Choice()),
        ("other_groups", True, Choice(on=frozenset({"other_groups"}))),
        ("news", True, Choice(on=frozenset({"news"}))),
        ("relatives", True, Choice()),
    ],
)
def test_a_choice_is_changed_within_its_bounds(name, value, changed):
    assert Choice().changed(name, value) == changed
    assert set(WHOM) >= {Choice().whom}


LIVELY = Scenario(2, Parameters(onward_early=0.5, onward_late=0.5, observation_probability=0.02))
HEARD = Choice(1_000_000, on=frozenset({"news"}))


def test_what_follows_from_news_is_the_programmes_and_its_noise_stands_beside_it():
    reports = []
    said = rescue_view.rescued(LIVELY, HEARD, lambda *done: reports.append(done))
    world, values, direct = rescue_view.computed(LIVELY, HEARD)
    found = world.at(values)
    assert world.read.pairs == rescue_view.PAIRS == 20
    assert [done for done, total in reports if total == 20] == [0, *range(0, 21, 2)]
    more, error = (found.effects[f"further_arrivals{end}"][1, 0] for end in ("", "_error"))
    assert error > 0
    assert f"with a standard error of {people(error)}." in said["text"]
    assert f"{people(more)} arrivals follow besides" in said["text"]
    assert ("no more than the noise" in said["text"]) == (abs(more) < 2 * error)
    assert [row[0] for row in said["rows"][-2:]] == [WORDS[name] for name in rescue_view.OF_PAIRS]
    assert said["rows"][-2][2].endswith(f" ± {people(error)}")
    assert "costs" not in said["text"]
    plain = rescue_view.rescued(LIVELY, Choice(HEARD.funds))
    assert said["rows"][:-2] == plain["rows"]
    assert (direct.effects["rescues"] == found.effects["rescues"]).all()


def test_the_pairs_end_where_they_are_not_wanted_any_more():
    def ends(done, total):
        if (done, total) == (4, 20):
            raise Cancelled

    with pytest.raises(Cancelled):
        rescue_view.rescued(LIVELY, HEARD, ends)


@pytest.mark.slow
def test_a_hand_moves_the_budget_and_switches_an_assumption(address, visitors):
    visitor = visitors(f"{address}/?seed=2&journey=on&tab=border")
    visitor.find("rescue-go").click()
    says = visitor.find("rescue-says")
    says.wait_for(timeout=120_000)
    before = says.inner_text()
    assert rescue_view.rescued(SCENARIO, Choice())["text"] == before
    page = visitor.page
    page.wait_for_function("document.activeElement.dataset.test === 'rescue-funds'")
    page.keyboard.press("ArrowRight")
    visitor.wait_for_text("rescue-says", rescue_view.rescued(SCENARIO, Choice(550_000))["text"])
    visitor.drag(visitor.find("rescue-funds"), 0.25, 0.5, 0.9)
    funds = int(re.sub(r"\D", "", visitor.find("rescue-usd").inner_text()))
    assert funds > 1_500_000
    visitor.wait_for_text("rescue-says", rescue_view.rescued(SCENARIO, Choice(funds))["text"])
    visitor.find("rescue-other_groups").click()
    own = Choice(funds, on=frozenset({"other_groups"}))
    visitor.wait_for_text("rescue-says", rescue_view.rescued(SCENARIO, own)["text"])
    visitor.choose("rescue-whom", "women")
    own = Choice(funds, "women", frozenset({"other_groups"}))
    visitor.wait_for_text("rescue-says", rescue_view.rescued(SCENARIO, own)["text"])
    visitor.find("rescue-news").click()
    visitor.find("rescue-cancel").click()
    visitor.find("rescue-again").click()
    own = Choice(funds, "women", frozenset({"other_groups", "news"}))
    visitor.wait_for_text("rescue-says", rescue_view.rescued(SCENARIO, own)["text"])
