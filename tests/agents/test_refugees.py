"""The refugees of a model move as the journey of the same crossings does, to the same bits."""

from __future__ import annotations

import json

import numpy as np
import pytest

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.commands.main import main
from defection.country import CountryError, load
from defection.journey.cells import FLOWS, STOCKS
from defection.journey.flow import follow
from tests.conftest import TINY

INTERVENED = "1992-W20 return_rate=2; 1993 again_rate=12; 1993 tolerated_attempts=10 in Jagang"


@pytest.mark.parametrize(
    "own",
    [{"journey": "on"}, {"return_rate": 1.5, "again_rate": 9.0}, {"interventions": INTERVENED}],
)
def test_they_move_as_those_of_stored_crossings_and_of_the_ensemble_do(own):
    model = DefectionModel(seed=3, weeks=120, record_crossings=True, **own).run()
    crossed = model.history.category_crossings
    repression = model.history.states["repression"][:-1]
    record, travellers = follow(model.country, model.parameters, crossed, repression)
    assert np.array_equal(model.journey.record.flows, record.flows)
    assert np.array_equal(model.journey.record.stocks, record.stocks)
    assert np.array_equal(model.journey.travellers.people, travellers.people)
    assert sum(one.in_china for one in model.refugees) == pytest.approx(record.stocks[-1, 0].sum())
    assert {one.province.name for one in model.refugees} == set(model.country.provinces)
    data = run_ensemble(own, 3, weeks=120, record=["journey_by_province", "yearly"])
    for names, values in ((FLOWS, record.flows), (STOCKS, record.stocks)):
        for number, name in enumerate(names):
            of_provinces = values[:, number].reshape(3, 10, 2).sum(axis=2)
            assert np.array_equal(data[f"yearly_{name}_by_province"][0], of_provinces), name
    assert data["yearly_arrivals"].shape == (1, 3)


def test_the_law_is_the_same_with_and_without_them():
    with_them = DefectionModel(seed=3, weeks=120).run()
    without = DefectionModel(seed=3, weeks=120, journey="off").run()
    assert with_them.weekly()[list(without.weekly())].equals(without.weekly())
    assert not list(without.refugees)
    assert without.journey is None


def test_a_country_without_a_journey_says_so(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CountryError, match="has no journey"):
        DefectionModel(country=TINY, journey="on")
    assert (
        main(["run", "--country", str(TINY), "--seed", "1", "--set", "journey=on", "--out", "r"])
        == 1
    )
    assert "has no journey" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


def test_a_run_s_folder_holds_the_journey(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (
        main(["run", "--seed", "1", "--weeks", "104", "--set", "return_rate=0.3", "--out", "r"])
        == 0
    )
    said = capsys.readouterr().out
    assert "crossed returned in China" in said
    assert "journey.csv" in said
    lines = (tmp_path / "r" / "journey.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("year,province,gender,crossed,tried_again")
    assert len(lines) == 1 + 2 * 10 * 2
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["return_rate"] == 0.3
    assert manifest["journey_data"] == load("north_korea").journey.fingerprint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("return_rat=1", "did you mean return_rate?"),
        ("return_rate=-1", "must be at least 0"),
        ("return_rate", "needs NAME=VALUE"),
    ],
)
def test_a_wrong_parameter_of_the_journey_is_named(capsys, tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--seed", "1", "--set", text, "--out", "r"]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


def test_a_run_that_stopped_early_has_no_later_years():
    model = DefectionModel(seed=3, weeks=520, journey="on", stop_threshold=0)
    while model.running and not model.attempts:
        model.step()
    years = model.week // 52 + (model.week % 52 > 0)
    assert model.stopped_early
    assert sorted(set(model.journey.record.table()["year"])) == list(range(1992, 1992 + years))
