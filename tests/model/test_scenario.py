"""A link reopens exactly the scenario that it was copied from, and a broken one is refused with words."""

from __future__ import annotations

import pytest

from defection.parameters import ParameterError, Parameters
from defection.scenario import Scenario, from_address
from defection.streams import SeedError


def test_an_address_reopens_the_same_scenario():
    scenario = Scenario(
        12345678901234567890,
        Parameters(
            famine_effect=1 / 3,
            hearing="nationwide",
            famine_years="1994-1998",
            adjustment_rate=1e-7,
        ),
    )
    assert from_address(scenario.address()) == scenario


def test_an_address_keeps_the_weeks_and_the_shipped_country():
    scenario = Scenario(3, country="north_korea", weeks=60)
    assert scenario.address() == "seed=3&weeks=60"
    assert from_address(scenario.address()).weeks == 60


def test_an_address_names_only_what_is_changed():
    assert Scenario(7, Parameters(memory_weeks=52)).address() == "seed=7&memory_weeks=52"


def test_an_empty_address_has_a_fresh_seed_and_the_defaults():
    one, other = from_address(None), from_address("")
    assert one.parameters == Parameters()
    assert one.seed != other.seed


@pytest.mark.parametrize(
    ("search", "error"),
    [
        ("seed=1&seed=2", ParameterError), ("seed=x", SeedError), ("seed=" + "9" * 41, SeedError), ("famine=1", ParameterError),
        ("memory_weeks=0.5", ParameterError), ("country=..", ParameterError), ("weeks=0", ParameterError), ("weeks=ten", ParameterError), ("hearing=" + "x" * 5000, ParameterError),
    ],
)  # fmt: skip
def test_a_broken_address_is_refused(search, error):
    with pytest.raises(error):
        from_address(search)
