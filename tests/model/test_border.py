"""The weight of the border: the dummy, a weight by province as data, and free."""

from __future__ import annotations

import numpy as np
import pytest

from defection import DefectionModel, equations
from defection.batch_runs import run_ensemble
from defection.border import weights_of
from defection.country import CountryError, load
from tests.conftest import LIVELY, is_refused_by_its_line

BY_PROVINCE = {"border_measure": "by_province"}


def model(country, **changes):
    return DefectionModel(**{"country": country, "seed": 1, "weeks": 60, **LIVELY, **changes})


def weekly(country, **changes):
    """Return the flows of a run of agents, and of the same run compiled."""
    agents = model(country, **changes).run().weekly()["attempts"].to_numpy()
    data = run_ensemble(
        {**LIVELY, **changes}, 1, country=country, weeks=60, record="weekly_by_province"
    )
    assert (data["weekly_attempts_by_province"].to_numpy().ravel() == agents).all()
    return agents.tolist()


@pytest.mark.parametrize("circles", [1, 3])
def test_weights_that_equal_the_dummy_are_the_dummy_to_the_byte(tiny, circles):
    same = tiny.replace(border_weights=tuple(tiny.border.tolist()))
    usual = weekly(tiny, news_circles=circles)
    assert weekly(same, news_circles=circles, **BY_PROVINCE) == usual
    assert weekly(tiny, news_circles=circles, **BY_PROVINCE) != usual


def test_a_weight_by_province_is_the_same_weight_in_place_of_the_dummy(tiny):
    moved = tiny.replace(border=np.array(tiny.border_weights))
    assert weekly(tiny, **BY_PROVINCE) == weekly(moved)


def test_a_factor_of_each_province_makes_the_weight_free(tiny):
    """Before the first week a factor of one province is another weight of this province alone."""
    free = "2000 border_scale=0.3 in Borderland"
    assert weekly(tiny, interventions=free) == weekly(tiny.replace(border=np.array([0.0, 0.3])))
    both = f"{free}; 2000 border_measure=by_province in Borderland"
    moved = tiny.replace(border=np.array([0.0, 0.3 * 0.75]))
    assert weekly(tiny, interventions=both) == weekly(moved)
    assert weekly(tiny, border_scale=0.0) == weekly(tiny.replace(border=np.zeros(2)))


def test_the_weight_stands_in_ability_by_hand(tiny):
    one = model(tiny, border_measure="by_province", border_scale=2.0)
    citizens = next(c for c in one.citizens if c.province.name == "Borderland")
    impact = tiny.trait_ability[0] + 5 * 2.0 * 0.75
    growth = -2.5 * one.parameters.economy_scale
    expected = equations.logistic(0.617 * (impact + 1 * growth))
    assert citizens.ability == pytest.approx(expected, rel=1e-14)
    assert citizens.province.border == 1.5


def test_points_that_weigh_the_border_otherwise_run_side_by_side(tiny):
    points = {"border_measure": ["dummy", "by_province", "dummy"], "border_scale": [1.0, 1.0, 0.4]}
    together = run_ensemble({**LIVELY, **points}, 3, country=tiny)["yearly_attempts"].to_numpy()
    for run, (measure, scale) in enumerate(zip(*points.values(), strict=True)):
        own = {**LIVELY, "border_measure": measure, "border_scale": scale}
        alone = run_ensemble(own, 3, country=tiny)["yearly_attempts"].to_numpy()[0]
        assert (together[run] == alone).all()


def test_the_shipped_weights_have_the_mean_of_the_dummy_and_none_inland():
    korea = load("north_korea")
    dummy, weight = weights_of(korea)
    people = korea.shares.sum(axis=1)
    assert weight @ people == pytest.approx(dummy @ people, abs=1e-4)
    assert ((weight > 0) == (dummy > 0)).all()
    assert korea.provinces[int(np.argmax(weight))] == "Ryanggang"


def test_weights_do_not_move_the_fingerprint_of_a_country(tiny):
    other = tiny.replace(border_weights=(1.0, 2.0), dated_shares=())
    assert other.fingerprint == tiny.fingerprint


def test_a_country_without_weights_refuses_them(tiny):
    bare = tiny.replace(border_weights=())
    dated = {"interventions": "2001 border_measure=by_province"}
    for run in (
        lambda: DefectionModel(country=bare, **BY_PROVINCE),
        lambda: run_ensemble(BY_PROVINCE, 1, country=bare),
        lambda: run_ensemble(dated, 1, country=bare),
    ):
        with pytest.raises(CountryError, match=r"by_province: .* has no weights .* border\.csv"):
            run()
    with pytest.raises(CountryError, match="one for each of 2 provinces"):
        DefectionModel(country=tiny.replace(border_weights=(1.0,)), **BY_PROVINCE)
    with pytest.raises(CountryError, match="between 0 and 100"):
        DefectionModel(country=tiny.replace(border_weights=(1.0, -1.0)), **BY_PROVINCE)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Borderland", "Bordland", r"line 3, column province: there is no .*mean Borderland"),
        ("Borderland", "Inland", "line 3, column province: 'Inland' stands here twice"),
        ("0.75", "-0.1", "line 3, column weight: -0.1 must be at least 0"),
        ("0.75", "101", "line 3, column weight: 101 must be at most 100"),
        ("Borderland,0.75,invented,nobody\n", "", "line 2, column province: .*'Borderland' has no"),
        ("0.75,invented", "0.75,", "line 3, column mark: is empty"),
        ("weight", "wait", "line 1, column weight: this column is missing"),
    ],
)
def test_a_fault_in_the_weights_is_refused_by_its_line(tiny_folder, before, after, said):
    is_refused_by_its_line(tiny_folder, "border.csv", before, after, said)
