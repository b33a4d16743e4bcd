"""A link reopens exactly the scenario that it was copied from; what is wrong in one is named and left out."""

from __future__ import annotations

import pytest

from defection.parameters import Parameters
from defection.scenario import Scenario
from defection.views.app.controller import opened
from defection.views.app.link import address, read


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
    assert read(address(scenario)) == (scenario, "")


def test_a_link_keeps_the_weeks_and_the_shipped_country():
    scenario = Scenario(3, country="north_korea", weeks=60)
    assert address(scenario) == "seed=3&weeks=60"
    assert read(f"?{address(scenario)}") == (scenario, "")


def test_a_link_names_only_what_is_changed():
    assert address(Scenario(7, Parameters(memory_weeks=52))) == "seed=7&memory_weeks=52"


def test_everybody_s_first_run_is_the_same():
    (one, said), (other, _) = read(None), read("")
    assert one.parameters == Parameters()
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


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "9" * 41])
def test_a_wrong_seed_is_named_and_the_parameters_are_kept(typed):
    scenario, message = read(f"seed={typed}&famine_effect=0.9")
    assert "seed" in message
    assert scenario.parameters == Parameters(famine_effect=0.9)


def test_a_link_with_many_wrong_parts_names_some_and_counts_the_rest():
    _, message = read("&".join(f"x{number}=1" for number in range(40)))
    assert "and 35 more" in message


def test_a_link_longer_than_any_of_ours_is_not_read():
    scenario, message = read("famine_effect=0.9&hearing=" + "x" * 5000)
    assert "characters" in message
    assert scenario.parameters == Parameters()
