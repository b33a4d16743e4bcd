"""The risk of going onward by status: its ratio, off, order, sums, engines, and what is refused."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from defection import DefectionModel, ParameterError, Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.ensemble import run_rescued
from defection.batch_runs.inputs import EnsembleError
from defection.batch_runs.programme import TEMPLATE, ProgrammeError, run_programme
from defection.country import CountryError, load
from defection.journey import rates
from defection.journey.cells import FLOWS, STOCKS
from defection.journey.data import GENDER, journey_arrays
from defection.journey.flow import follow, row_of
from defection.journey.rescues import Rescue
from defection.journey.statuses import STATUS, over_status
from defection.measures import WEEKS_PER_YEAR
from defection.readings import check_readings
from tests.conftest import BURSTING, tiny_with_journey

BY = (GENDER, STATUS)
WEEKS = 3 * WEEKS_PER_YEAR
ARRIVALS, IN_CHINA = [*FLOWS].index("arrivals"), [*STOCKS].index("in_china")
QUICK = {"onward_early": 0.5, "onward_late": 0.8, "return_rate": 0.4}
RECORD = ["weekly_by_province", "crossings", "journey_by_province", "journey_by_gender"]


@pytest.fixture(scope="module")
def korea():
    return load("north_korea")


def crossing(korea, weeks=WEEKS):
    """Return as many people of every category who cross in the first week, and repression."""
    crossed = np.zeros((weeks, korea.category_count), np.int32)
    crossed[0] = 10
    return crossed, np.full((weeks, len(korea.provinces)), 0.5)


def hazards(korea, **values):
    """Return the hazards per year of each way, gender and status, from the shares of a week."""
    journey = journey_arrays(korea, BY)
    chances = rates.Chances.empty(journey.is_female.size)
    room = np.zeros(len(rates.HAZARDS))
    rates.set_chances(row_of(Parameters(**values)), journey, 10, room, chances)
    leave = chances.leave[:, 0]
    whole = leave.sum(axis=1, keepdims=True)
    return (leave / whole * -np.log1p(-whole) * WEEKS_PER_YEAR).reshape(2, 3, -1)


@pytest.mark.parametrize("ratio", [0.25, 1.0, 3.0, 9.0])
def test_the_highest_status_has_the_ratio_of_the_lowest_and_the_middle_keeps_the_hazard(
    korea, ratio
):
    assert korea.dimensions[STATUS] == ("low", "middle", "high")
    found, plain = hazards(korea, onward_by_status=ratio), hazards(korea, journey="on")
    onward = found[:, :, rates.ONWARD]
    assert onward[:, 2] == pytest.approx(ratio * onward[:, 0], rel=1e-9)
    assert onward[:, 1] == pytest.approx(plain[:, 1, rates.ONWARD], rel=1e-9)
    assert onward[:, 1] ** 2 == pytest.approx(onward[:, 0] * onward[:, 2], rel=1e-9)
    others = [h for h in range(len(rates.HAZARDS)) if h != rates.ONWARD]
    assert found[:, :, others] == pytest.approx(plain[:, :, others], rel=1e-9)


def test_at_one_it_is_off_to_the_bit_and_people_told_apart_add_up_to_the_same(korea):
    crossed = crossing(korea)
    off, one = (
        follow(korea, Parameters(journey="on", **QUICK, **more), *crossed)[0]
        for more in ({}, {"onward_by_status": 1.0})
    )
    assert off.flows.tobytes() == one.flows.tobytes()
    assert off.stocks.tobytes() == one.stocks.tobytes()
    dated = Parameters(**QUICK, interventions="1993 onward_by_status=1")
    by_status, travellers = follow(korea, dated, *crossed)
    assert travellers.stay.size == 2 * len(korea.provinces) * 2 * 3
    np.testing.assert_allclose(by_status.flows, off.flows, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(by_status.stocks, off.stocks, rtol=1e-12, atol=1e-12)


def test_the_better_off_leave_sooner_and_fewer_of_them_stay(korea):
    record, _ = follow(korea, Parameters(**QUICK, onward_by_status=4.0), *crossing(korea), BY)
    by_status = [
        values.reshape(3, -1, 2, 3).sum(axis=(1, 2))  # years, status
        for values in (record.flows[:, ARRIVALS], record.stocks[:, IN_CHINA])
    ]
    arrived, stay = by_status
    assert (np.diff(arrived[0]) > 0).all()
    assert (np.diff(stay, axis=1) < 0).all()
    assert record.table().columns[:4].tolist() == ["year", "province", GENDER, STATUS]
    crossed = record.flows[0, [*FLOWS].index("crossed")].sum()
    gone = [[*FLOWS].index(name) for name in ("arrivals", "other_ways", "united_states",
            "elsewhere", "stayed_home", "settled", "died")]  # fmt: skip
    flows = record.flows.sum(axis=(0, 2))[gone]
    assert flows.sum() - 2 * flows[1] + record.stocks[-1].sum() == pytest.approx(crossed, rel=1e-12)


def test_the_engines_agree_to_the_bit_and_a_run_does_not_depend_on_its_neighbours(korea):
    base = {**BURSTING, **QUICK, "stop_threshold": 10**9}
    points = [
        {**base, "onward_by_status": 3.0}, {**base, "onward_by_status": 1.0},
        {**base, "interventions": "1993-03 onward_by_status=5"}, {**base, "news_circles": 2,
         "onward_by_status": 0.5, "news_of_arrivals": 0.3},
    ]  # fmt: skip
    seeds, how = range(4), {"country": korea, "record": RECORD, "weeks": WEEKS}
    data = run_ensemble(points, seeds, **how)
    assert not np.array_equal(*data["yearly_arrivals_by_province"].to_numpy()[:2])
    for run, (point, seed) in enumerate(zip(points, seeds, strict=True)):
        alone = run_ensemble(point, seed, **how)
        for name in alone:
            if str(name).startswith("yearly") or "attempts" in str(name):
                mine = data[name].to_numpy()[run]
                assert mine.tobytes() == alone[name].to_numpy()[0].tobytes(), (run, name)
        model = DefectionModel(country=korea, seed=seed, weeks=WEEKS, **point).run()
        record = model.journey.record
        assert record.by == (GENDER,)
        for names, values in ((FLOWS, record.flows), (STOCKS, record.stocks)):
            by = values.reshape(len(values), len(names), len(korea.provinces), -1).sum(axis=3)
            for number, name in enumerate(names):
                kept = data[f"yearly_{name}_by_province"].to_numpy()[run]
                assert kept.tobytes() == by[:, number].tobytes(), (run, name)
        assert model.journey.national()["in_china"] == pytest.approx(
            record.stocks[-1, IN_CHINA].sum(), rel=1e-12
        )


def test_statuses_are_recorded_where_they_are_asked_for(korea):
    how = {"country": korea, "weeks": WEEKS, "seeds": 1}
    data = run_ensemble({**BURSTING, **QUICK, "onward_by_status": 3.0},
                        record=["journey", "journey_by_status"], **how)  # fmt: skip
    assert data["yearly_arrivals_by_status"].dims == ("run", "year", STATUS)
    np.testing.assert_allclose(
        data["yearly_arrivals_by_status"].sum(STATUS), data["yearly_arrivals"], rtol=1e-12
    )


def test_where_it_cannot_be_it_is_refused(korea, tmp_path):
    land = load(tiny_with_journey(tmp_path / "land"))
    said = "onward_by_status needs the dimension 'status', which .* has not: it has age, gender"
    with pytest.raises(CountryError, match=said):
        DefectionModel(country=land, seed=1, onward_by_status=2.0)
    with pytest.raises(CountryError, match=said):
        run_ensemble({"onward_by_status": 2.0}, 1, country=land)
    with pytest.raises(ProgrammeError, match="onward_by_status: the shadows"):
        run_programme(tomllib.loads(TEMPLATE), {"onward_by_status": 2.0})
    rescue = Rescue(np.zeros(WEEKS), np.ones(40), 0.0)
    with pytest.raises(EnsembleError, match="onward_by_status: people cannot be taken out"):
        run_rescued({"onward_by_status": 2.0}, 1, rescue, weeks=WEEKS, country=korea)
    with pytest.raises(
        ParameterError, match=r"onward_by_status = 0 is out of range.*at least 0.01"
    ):
        Parameters(onward_by_status=0)


def test_before_the_first_year_there_are_groups_and_no_numbers():
    assert over_status(np.zeros((0, 12, 6)), 3).shape == (0, 12, 2)
    model = DefectionModel(seed=1, weeks=60, onward_by_status=2.0)
    assert len(model.journey.record.table()) == 0


def test_a_change_by_status_in_mid_run_is_refused_where_nobody_is_told_apart():
    model = DefectionModel(seed=3, weeks=60, journey="on")
    model.step()
    before = model.parameters
    with pytest.raises(ParameterError, match="people are told apart by status from its start"):
        model.intervene(onward_by_status=16.0)
    assert model.parameters == before
    model.intervene(famine_effect=1.0)
    for begun in ({"onward_by_status": 2.0}, {"interventions": "week 30 onward_by_status=2"}):
        model = DefectionModel(seed=3, weeks=120, famine_effect=3.0, **begun)
        model.step()
        model.intervene(onward_by_status=16.0)
        again = DefectionModel(seed=3, weeks=120, **model.parameters.as_dict()).run()
        pd.testing.assert_frame_equal(model.run().yearly(), again.yearly())


def test_stored_runs_sweeps_and_links_refuse_status_where_nobody_has_one(tmp_path):
    land = load(tiny_with_journey(tmp_path / "land"))
    assert "status" not in land.dimensions
    with pytest.raises(CountryError, match="needs the dimension 'status'"):
        check_readings(land, Parameters(onward_by_status=2.0))
    check_readings(land, Parameters(journey="on"))
