"""Fees lower ability and penalties change the loss of being stopped: by hand, off, both engines."""

from __future__ import annotations

import csv
import itertools
import math
import pathlib

import numpy as np
import pytest

from defection import DefectionModel, ParameterError, Parameters, equations
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import DesignError, Space
from defection.commands.main import main
from defection.country_folders import folder_of
from defection.measures import FLOWS, STATES
from tests.conftest import LIVELY, TINY

ODD = pathlib.Path(__file__).parents[2] / "docs" / "odd.md"
RECORD = ["weekly_by_province", "states_by_province"]
DATED = (
    "2000-06 loss_if_stopped=0.5 in Inland; 2001 loss_if_stopped=2; 2001 broker_fee=3; "
    "2001-07 broker_fee_effect=0.1 in Inland"
)


def traits(name, **values):
    """Return one number of every category in the first year."""
    model = DefectionModel(country=TINY, seed=1, weeks=1, **values)
    return np.array([getattr(one, name) for one in model.citizens])


def log_odds(share):
    return np.log(share) - np.log1p(-share)


@pytest.mark.parametrize(("fee", "effect"), [(1.0, 0.3), (3.5, 0.2), (2.0, 1.0)])
def test_a_fee_takes_its_effect_from_the_log_odds_of_ability_and_leaves_motivation(fee, effect):
    paid = {**LIVELY, "broker_fee": fee, "broker_fee_effect": effect}
    lost = log_odds(traits("ability", **LIVELY)) - log_odds(traits("ability", **paid))
    assert lost == pytest.approx(np.full(lost.size, fee * effect), rel=1e-9)
    assert (traits("motivation", **paid) == traits("motivation", **LIVELY)).all()
    none = {**paid, "demographic_effect": 0.0}  # apart from s
    assert traits("ability", **none) == pytest.approx(1 / (1 + math.exp(fee * effect)))


@pytest.mark.parametrize("loss", [0.01, 0.5, 1.0, 2.0, 100.0])
def test_the_cut_off_is_where_the_expected_pay_off_is_nil(loss):
    for utility in (0.001, 0.3, 0.9):
        believed = equations.cutoff(utility, loss)
        assert (1 - believed) * utility == pytest.approx(believed * loss, rel=1e-12)
    utilities = traits("utility", **LIVELY)
    cutoffs = traits("cutoff", **{**LIVELY, "loss_if_stopped": loss})
    assert cutoffs == pytest.approx(utilities / (utilities + loss), rel=1e-14)
    assert (cutoffs < 1 / (1 + loss)).all()


@pytest.mark.parametrize(
    "off",
    [
        {"broker_fee": 0.0, "broker_fee_effect": 2.0},
        {"broker_fee": 9.0, "broker_fee_effect": 0.0},
        {"loss_if_stopped": 1.0, "interventions": "2001 loss_if_stopped=1; 2001 broker_fee=5"},
    ],
)
def test_off_is_off_to_the_bit(off):
    how = {"country": TINY, "record": RECORD}
    plain, other = (run_ensemble({**LIVELY, **own}, range(5), **how) for own in ({}, off))
    for name in plain:
        assert plain[name].to_numpy().tobytes() == other[name].to_numpy().tobytes(), name


def test_a_milder_law_has_not_fewer_attempts_and_a_fee_not_more():
    """With the same uniform numbers, where nobody learns and the state does not react."""
    still = {**LIVELY, "observation_probability": 0.0, "adjustment_rate": 0.0}
    kinds = [
        {"loss_if_stopped": 1.5}, {}, {"loss_if_stopped": 0.67}, {"loss_if_stopped": 0.3},
    ]  # fmt: skip
    kinds += [{"broker_fee": fee, "broker_fee_effect": 0.5} for fee in (4.0, 2.0, 0.0)]
    weekly = [
        run_ensemble({**still, **own}, range(8), country=TINY, record=RECORD)
        ["weekly_attempts_by_province"].to_numpy() for own in kinds
    ]  # fmt: skip
    for rising in (weekly[:4], weekly[4:]):
        for fewer, more in itertools.pairwise(rising):
            assert (fewer <= more).all()
            assert fewer.sum() < more.sum()
    dated = {**still, "interventions": "2001 loss_if_stopped=0.67"}
    milder = run_ensemble(dated, range(8), country=TINY, record=RECORD)
    attempts = milder["weekly_attempts_by_province"].to_numpy()
    assert (attempts[:, :52] == weekly[1][:, :52]).all()
    assert (attempts[:, 52:] == weekly[2][:, 52:]).all()


@pytest.mark.parametrize("circles", [1, 2])
def test_the_engines_agree_to_the_bit_with_dated_fees_and_penalties(circles):
    point = {
        **LIVELY, "broker_fee": 1.5, "broker_fee_effect": 0.4, "loss_if_stopped": 0.8,
        "news_circles": circles, "interventions": DATED,
    }  # fmt: skip
    data = run_ensemble(point, range(6), country=TINY, record=RECORD)
    for run in range(6):
        model = DefectionModel(country=TINY, seed=run, **point).run()
        weeks = model.week
        for name in (*FLOWS, *STATES):
            own = {**model.history.flows, **model.history.states}[name][:weeks]
            kept = data[f"weekly_{name}_by_province"].to_numpy()[run, :weeks]
            assert np.array_equal(kept, own), (run, name)
    assert data["weekly_attempts_by_province"].to_numpy().sum() > 0


def test_a_fee_that_nothing_reads_is_refused(tiny, capsys):
    said = "broker_fee has no effect unless broker_fee_effect is above 0"
    assert main(["run", "--country", str(TINY), "--set", "broker_fee=2", "--weeks", "1"]) == 1
    assert said in capsys.readouterr().err
    with pytest.raises(DesignError, match=said):
        Space.from_parameters({"broker_fee": [1.0, 2.0]}).check(tiny)
    for name, value in {"loss_if_stopped": 0.0, "broker_fee": -1, "broker_fee_effect": -1}.items():
        with pytest.raises(ParameterError, match=f"{name} = .* must be at least"):
            Parameters(**{name: value})


@pytest.mark.parametrize(
    ("file", "column", "parameter"),
    [("fees.csv", "fee", "broker_fee"), ("payoffs.csv", "loss", "loss_if_stopped")],
)
def test_the_dated_values_of_the_documentation_are_those_of_the_files(file, column, parameter):
    with (folder_of("north_korea") / file).open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert all(row["source"] and row["mark"] for row in rows)
    last = [row for row in rows[1:] if int(row["from"]) <= 2014]
    dated = "; ".join(f"{row['from']} {parameter}={row[column]}" for row in last)
    assert f"`{dated}`" in ODD.read_text(encoding="utf-8")
    model = DefectionModel(seed=1, weeks=1, interventions=dated)
    assert len(set(model.changes.weeks.tolist())) == len(last)
    if file == "payoffs.csv":
        for row in rows:
            assert float(row["loss"]) == round(int(row["months"]) / int(rows[0]["months"]), 2)
