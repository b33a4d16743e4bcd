"""The other policies: hand-computed paths, their limits, and both engines to the same bits."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection import DefectionModel, Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs.space import DesignError, Space
from defection.commands.main import main
from defection.country import load
from defection.country_folders import folder_of
from defection.policies import POLICIES
from tests.conftest import LIVELY, TINY
from tests.model.policies import next_repression

ATTEMPTS = (0, 30, 20, 21, 10, 40, 0, 19, 60, 20)
"""Attempts of ten weeks, around a tolerated number of 20."""


def path(policy, start=0.5, *, attempts=ATTEMPTS, changed=(), **parameters):
    """Return ten weeks of repression; ``changed`` are values of discontent, week by week."""
    repression, states = start, []
    for week, people in enumerate(attempts):
        discontent = changed[week] if changed else 1.0
        repression = next_repression(
            policy, people, repression, discontent=discontent, tolerated_attempts=20, **parameters
        )
        states.append(repression)
    return states


def by_hand(start, factors):
    """Return a start times each of the factors in turn, at most 1."""
    states = []
    for factor in factors:
        start = min(1.0, start * factor)
        states.append(start)
    return pytest.approx(states, rel=1e-12)


def test_two_rates_relaxes_at_its_own_rate():
    up, down = 1.1, 0.98
    rates = {"adjustment_rate": 0.1, "relaxation_rate": 0.02}
    weeks = [down, up, down, up, down, up, down, down, up, down]
    assert path("two_rates", **rates) == by_hand(0.5, weeks)


def test_a_free_state_never_changes():
    assert path("stay_free", adjustment_rate=0.1) == [0.5] * 10


def test_a_proportional_state_reacts_to_how_far_it_is_from_the_tolerated_number():
    weeks = [1 + 2 * 0.01 * (people - 20) / 20 for people in ATTEMPTS]
    assert path("proportional", adjustment_rate=0.01, gain=2.0) == by_hand(0.5, weeks)
    assert path("proportional", 0.99, adjustment_rate=1.0, gain=5.0, attempts=[40]) == [1.0]
    assert path("proportional", adjustment_rate=1.0, gain=5.0, attempts=[0]) == [0.0]


def test_discontent_moves_the_tolerated_number():
    mood = (1.0, 1.5, 1.0, 1.0, 0.4, 1.5, 1.0, 0.9, 4.0, 1.0)
    limits = [20 * (1 + 2 * (one - 1)) for one in mood]
    weeks = [1.1 if people > limit else 0.9 for people, limit in zip(ATTEMPTS, limits, strict=True)]
    assert weeks.count(1.1) != sum(people > 20 for people in ATTEMPTS)
    found = path("discontent", changed=mood, adjustment_rate=0.1, discontent_response=2.0)
    assert found == by_hand(0.5, weeks)


def test_history_is_drawn_to_its_target_and_stays_there():
    steps, repression, expected = [], 0.5, []
    for people in ATTEMPTS:
        paper = min(1.0, repression * (1.1 if people > 20 else 0.9))
        step = min(0.6, repression * 1.1) if repression < 0.6 else max(0.6, repression * 0.9)
        repression = 0.25 * paper + 0.75 * step
        steps.append(step)
        expected.append(repression)
    rule = {"adjustment_rate": 0.1, "history_weight": 0.75, "control_target": 0.6}
    assert path("history", **rule) == pytest.approx(expected, rel=1e-12)
    alone = path("history", **{**rule, "history_weight": 1.0})
    assert alone[1:] == [0.6] * 9


@given(
    st.sampled_from([
        ("two_rates", {"relaxation_rate": 0.03}), ("discontent", {"discontent_response": 0.0}),
        ("history", {"history_weight": 0.0, "control_target": 0.9}),
    ]),
    st.floats(0, 1), st.integers(0, 60), st.floats(0.01, 10),
)  # fmt: skip
def test_in_their_limits_they_are_the_papers_policy_to_the_byte(other, start, people, mood):
    policy, rule = other
    rules = {"adjustment_rate": 0.03, "tolerated_attempts": 20, "discontent": mood}
    paper = next_repression("paper", people, start, **rules)
    assert next_repression(policy, people, start, **rules, **rule) == paper


def test_without_rate_or_gain_nothing_moves():
    for policy in POLICIES:
        rules = {"adjustment_rate": 0.0, "relaxation_rate": 0.0, "tolerated_attempts": 20}
        assert next_repression(policy, 50, 0.7, **rules) == pytest.approx(0.7, rel=1e-15)
    still = {"adjustment_rate": 0.1, "gain": 0.0, "tolerated_attempts": 20}
    assert next_repression("proportional", 50, 0.7, **still) == 0.7


@pytest.mark.parametrize("policy", POLICIES)
def test_agents_and_arrays_have_the_same_bits(policy):
    changes = "2000-03 famine_effect=3 in Inland; 2000-09 control_target=0.9; 2001 gain=2"
    scenario = {**LIVELY, "policy": policy, "control_target": 0.1, "interventions": changes}
    model = DefectionModel(country=TINY, seed=3, **scenario).run()
    kept = run_ensemble(scenario, seeds=[3], country=TINY, record=["states_by_province"])
    ours = model.weekly().pivot(index="week", columns="province", values="repression")
    theirs = kept["weekly_repression_by_province"].isel(run=0)
    assert np.array_equal(ours.to_numpy(), theirs.to_numpy()[: len(ours)])


def test_discontent_is_the_provinces_mean_motivation_against_its_first_week():
    model = DefectionModel(seed=1, weeks=160, famine_effect=2.0, demographic_effect=1.0)
    shares = load("north_korea").shares

    def means():
        motivation = np.reshape([one.motivation for one in model.citizens], shares.shape)
        return (motivation * shares).sum(axis=1) / shares.sum(axis=1)

    first = means()
    model.run()
    found = [province.discontent for province in model.provinces]
    assert found == pytest.approx(means() / first, rel=1e-12)
    assert min(found) > 1.0  # 1995 was a famine year


def test_the_preset_of_a_history_of_control_has_the_dates_of_its_file():
    with (folder_of("north_korea") / "control.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    preset = next(one for one in load("north_korea").presets if "history" in one.name)
    dated = "; ".join(f"{row['from']} control_target={row['target']}" for row in rows)
    assert preset.changes["interventions"] == dated
    assert all(row["source"] and row["mark"] == "assumption" for row in rows)


def test_what_the_presets_notice_says_is_true():
    preset = next(one for one in load("north_korea").presets if "history" in one.name)
    kept = run_ensemble(preset.parameters(), seeds=range(10), record=["yearly"])
    yearly = kept["yearly_successes"]
    assert int(yearly.sel(year=slice(1992, 1998)).sum()) == 0
    median = yearly.median("run")
    assert float(median.sel(year=2005)) > 3 * float(median.sel(year=2002))
    ratio = _sum(yearly, 2012, 2014) / _sum(yearly, 2009, 2011)
    observed = {year: people for year, people, _ in load("north_korea").observed}
    late, early = (sum(observed[first + i] for i in range(3)) for first in (2012, 2009))
    assert float(ratio.max()) < late / early < 1


def _sum(yearly, first, last):
    return yearly.sel(year=slice(first, last)).sum("year")


def test_a_parameter_that_no_policy_in_force_reads_is_refused(capsys):
    said = "gain has no effect unless policy = proportional"
    assert main(["run", "--set", "gain=2", "--weeks", "1"]) == 1
    assert said in capsys.readouterr().err
    with pytest.raises(DesignError, match=said):
        Space.from_parameters({"gain": {"low": 0, "high": 2}}).check(load("north_korea"))
    for other in (
        {"policy": ["paper", "proportional"]},
        {"interventions": "2000 policy=proportional"},
    ):
        Space.from_parameters({"gain": {"low": 0, "high": 2}, **other}).check(load("north_korea"))
    assert Parameters(gain=2.0).gain == 2.0  # a student may set one before the other
