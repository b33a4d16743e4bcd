"""What posteriors learn from, and draws that are kept as data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.importance.runs import run_points
from defection.batch_runs.posteriors import Pairs, PosteriorError, load_draws, write_draws
from defection.batch_runs.posteriors.pairs import MARGIN, from_line, to_line, usable_runs
from tests.conftest import LIVELY


def test_runs_that_stopped_or_brought_forth_next_to_nothing_are_not_usable():
    told = np.array([[50, 50, 50, 50, 50], [50, 50, 50, 50, 50], [250, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    assert usable_runs(told, np.array([False, True, False, False])).tolist() == [True, False, False, False]


def test_pairs_are_read_from_the_table_of_runs(tiny):
    space = Space.of({**LIVELY, "famine_effect": {"low": 0.1, "high": 0.2}})
    runs = run_points(space.table(np.array([[0.25], [0.75]])), root=1, replicates=2, country=tiny)
    told = Pairs.of(runs, space, fewest=1, fewest_years=1)
    assert told.names == ("famine_effect",)
    assert told.unit[:, 0].tolist() == pytest.approx([0.25, 0.25, 0.75, 0.75])
    assert told.successes.sum(axis=1).tolist() == runs["total_successes"].to_list()
    assert len(told.joined(told.part(np.array([0])))) == 5
    with pytest.raises(PosteriorError, match="none of 4 runs is usable"):
        Pairs.of(runs.assign(stopped_early=True), space)


def test_the_cube_and_the_line_are_one_to_one():
    unit = np.array([0.001, 0.5, 0.999])
    assert from_line(to_line(unit)) == pytest.approx(unit)
    assert from_line(to_line(np.array([0.0, 1.0]))) == pytest.approx([MARGIN, 1 - MARGIN])


@pytest.fixture
def kept(tmp_path):
    table = Space.of(vary="all").table(np.random.default_rng(1).random((4, 11)))
    return write_draws(table, tmp_path, "trial", {"method": "none"}), table


def test_a_draw_is_read_back_to_the_last_digit_and_runs_the_same(kept, tmp_path):
    draws, table = kept
    assert len(load_draws("trial", tmp_path)) == 4
    assert draws.draw(2) == Parameters(**table.iloc[2].to_dict())
    assert draws.manifest["method"] == "none"
    first, second = (run_ensemble(p, 1, weeks=52, threads=1) for p in (draws.draw(2), Parameters(**table.iloc[2].to_dict())))
    assert first.equals(second)


def test_what_is_no_draw_is_refused(kept, tmp_path):
    draws, table = kept
    with pytest.raises(PosteriorError, match="no draw 4: trial has 0 to 3"):
        draws.draw(4)
    with pytest.raises(PosteriorError, match=r"no draws 'trail'; did you mean trial\?"):
        load_draws("trail", tmp_path)
    with pytest.raises(PosteriorError, match=r"draw 0: initial_repression = 1\.5 is out of range"):
        write_draws(table.assign(initial_repression=1.5), tmp_path, "bad", {})
    with pytest.raises(PosteriorError, match="there is no column 'famine_effect'"):
        write_draws(table.drop(columns="famine_effect"), tmp_path, "bad", {})


def test_a_table_that_was_changed_is_refused(kept, tmp_path):
    file = tmp_path / "trial.csv"
    file.write_text(file.read_text().replace("province", "nationwide", 1))
    with pytest.raises(PosteriorError, match="not the table of its manifest"):
        load_draws("trial", tmp_path)
    manifest = json.loads((tmp_path / "trial.json").read_text())
    (tmp_path / "trial.json").write_text(json.dumps({**manifest, "format": 9}))
    with pytest.raises(PosteriorError, match="format 9, not 1"):
        load_draws("trial", tmp_path)


def test_the_shipped_draws_are_parameters_of_the_shipped_country(north_korea):
    draws = load_draws("north_korea")
    assert len(draws) == draws.manifest["draws"] == 200
    assert draws.manifest["country"]["fingerprint"] == north_korea.fingerprint
    assert draws.draw(0) != draws.draw(199)
    assert {"version", "posterior", "record", "observation", "space", "script", "root"} <= set(draws.manifest)
