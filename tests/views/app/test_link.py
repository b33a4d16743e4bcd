"""A link reopens exactly the scenario that it was copied from; what is wrong in one is named and left out."""

from __future__ import annotations

import pytest

from defection.country import load
from defection.parameters import Parameters
from defection.scenario import Scenario
from defection.views.app.controller import opened
from defection.views.app.link import address, read
from defection.views.app.selection import TABS, Selection, categories


def test_a_link_reopens_the_same_scenario():
    scenario = Scenario(
        1234567890123456,
        Parameters(
            famine_effect=1 / 3,
            hearing="nationwide",
            famine_years="1994-1998",
            adjustment_rate=1e-7,
        ),
    )
    assert read(address(scenario)) == (scenario, Selection(), "")


def test_a_link_keeps_the_weeks_and_the_shipped_country():
    scenario = Scenario(3, country="north_korea", weeks=60)
    assert address(scenario) == "seed=3&weeks=60"
    assert read(f"?{address(scenario)}") == (scenario, Selection(), "")


def test_a_link_names_only_what_is_changed():
    assert address(Scenario(7, Parameters(memory_weeks=52))) == "seed=7&memory_weeks=52"


def test_everybody_s_first_run_is_the_same():
    (one, _, said), (other, *_) = read(None), read("")
    assert one.parameters == load("north_korea").defaults
    assert one == other
    assert said == ""


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("utm_source=mail", "'utm_source'"),
        ("fbclid=" + "x" * 3000, "'fbclid'"),
        ("memory_weks=3", "did you mean memory_weeks?"),
        ("memory_weeks=0.5", "memory_weeks"),
        ("initial_repression=7", "at most 1"),
        ("famine_years=1800-1801", "outside the data"),
        ("interventions=2010 famine_efect=1", "famine_efect"),
        ("country=/etc", "no country '/etc'"),
        ("weeks=0", "weeks = 0 must be a whole number"),
        ("weeks=\u0663", "weeks: "),
        ("weeks=99999", "weeks"),
        ("seed=5", "seed twice"),
        ("%zz&=&&", "''"),
        ("week=1197", "week = 1197 must be a whole number from 0 to 1,196"),
        ("week=many", "'many' is not a whole number"),
        ("look=1", "look = 1 must be a whole number from 0 to 0"),
        ("tab=flow", "did you mean flows?"),
        ("province=Kangwn", "did you mean Kangwon?"),
        ("category=young.male", "there is no category 'young.male'"),
        ("measure=represion", "did you mean repression?"),
        ("lesson=../about", "there is no lesson '../about'"),
        ("runs=0", "runs = 0 must be a whole number from 1 to 200"),
        ("pairs=201", "pairs = 201"),
        ("against=No famin", "did you mean No famine?"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_a_wrong_part_of_a_link_is_named_and_the_rest_is_used(part, words, order):
    parts = ["seed=4&famine_effect=0.9", part][:: order if "twice" not in words else 1]
    controller, message = opened("?" + "&".join(parts))
    assert words in message
    assert message.startswith("Left out of the link, of which the rest is used: ")
    assert "\n" not in message
    assert len(message) < 400
    assert controller.scenario == Scenario(4, Parameters(famine_effect=0.9))
    assert controller.settings == controller.scenario.parameters
    assert controller.selection() == Selection()


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "9" * 41])
def test_a_wrong_seed_is_named_and_the_parameters_are_kept(typed):
    scenario, _, message = read(f"seed={typed}&famine_effect=0.9")
    assert "seed" in message
    assert scenario.parameters == Parameters(famine_effect=0.9)


def test_a_link_with_many_wrong_parts_names_some_and_counts_the_rest():
    *_, message = read("&".join(f"x{number}=1" for number in range(40)))
    assert "and 35 more" in message


def test_a_link_longer_than_any_of_ours_is_not_read():
    scenario, _, message = read("famine_effect=0.9&hearing=" + "x" * 5000)
    assert "characters" in message
    assert scenario.parameters == load("north_korea").defaults


def test_a_link_reopens_what_was_looked_at():
    country, scenario = load("north_korea"), Scenario(3, weeks=104)
    selection = Selection(
        week=90, look=30, tab="runs", province=4, category=7, measure="gap", lesson="belief",
        runs=20, against="No famine", pairs=1, form="stacked", axis="log", teacher="on",
    )  # fmt: skip
    text = address(scenario, selection.parts(country))
    assert "province=" + country.provinces[4].replace(" ", "+") in text
    assert "category=" + categories(country)[7] in text
    assert read(text) == (scenario, selection, "")


def test_a_link_with_a_week_goes_on_to_it_and_the_page_is_as_it_was():
    before, _ = opened("?seed=3&weeks=60&interventions=week+5+famine_effect%3D1.5")
    before.advance(30)
    before.change_from_now({"memory_weeks": 20})
    before.advance(10)
    before.look(12)
    before.choose_tab(list(TABS).index("why"))
    before.pick_province(2)
    before.pick_category(11)
    before.choose_view("gap")
    before.choose_form("provinces")
    before.choose_axis("linear")
    before.choose_axis("no axis")
    before.teach(True)
    after, message = opened("?" + before.address)
    assert message == ""
    assert after.address == before.address.replace("&week=40&look=12", "")
    after.resume()
    after.work.wait()
    assert after.address == before.address
    assert (after.model.week, after.week_shown) == (40, 12)
    with after.reading() as model, before.reading() as other:
        assert model.weekly().equals(other.weekly())


def test_the_first_visitor_s_address_names_the_seed_alone():
    controller, _ = opened("?seed=5")
    assert controller.address == "seed=5"
