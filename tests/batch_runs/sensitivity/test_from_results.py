"""A finished sweep is ranked from its folder, as text and as a table, and says what it cannot know."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs import run_sweep
from defection.batch_runs.designs import Range, Space
from defection.batch_runs.searches import Screen, run_search
from defection.batch_runs.sensitivity import ImportanceError, morris, sobol
from defection.batch_runs.sensitivity.from_results import ranking, space_of
from defection.batch_runs.sensitivity.text import text
from defection.commands.main import main
from tests.batch_runs.searches.small import OBJECTIVE, SPACE
from tests.conftest import LIVELY, TINY


def _sweep(folder, kind="random", design=None, **parameters):
    said = {"kind": kind, **({"points": 120} if kind == "random" else {}), **(design or {})}
    given = {
        "seed": 5,
        "country": str(TINY),
        "design": said,
        "parameters": {**LIVELY, **parameters},
    }
    return run_sweep(given, folder, engine="serial")


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """Two parameters of the tiny country: one that rules the flow, and one that cannot matter."""
    return _sweep(
        tmp_path_factory.mktemp("from_results") / "sweep",
        utility_slope={"low": 1.0, "high": 8.0},
        tolerated_attempts={"low": 10**8, "high": 2 * 10**8},
    )


def test_what_rules_the_flow_comes_first_and_what_cannot_matter_is_noise(sampled, capsys, tmp_path):
    file = tmp_path / "ranking.csv"
    assert main(["importance", str(sampled.path), "--outcome", "total", "--csv", str(file)]) == 0
    said = capsys.readouterr().out
    lines = {
        line.split()[1]: line
        for line in said.splitlines()
        if line.strip()[:1].isdigit() and "_" in line
    }
    assert lines["utility_slope"].strip().startswith("1 ")
    assert lines["utility_slope"].endswith("*")
    assert not lines["tolerated_attempts"].endswith("*")
    assert "R2" in said
    assert "largest dummy" in said
    table = pd.read_csv(file)
    assert set(table["parameter"]) > {"utility_slope", "tolerated_attempts", "dummy_1"}
    assert main(["importance", str(sampled.path), "--csv", str(file)]) == 1
    assert "exists" in capsys.readouterr().err


def test_the_score_is_ranked_where_there_is_a_record(sampled):
    table = ranking(sampled, "forest", good=0.2)
    assert set(table["outcome"]) == ({"score", "total"} if sampled.country.observed else {"total"})
    assert set(ranking(sampled, "forest", ["good"], good=0.2)["quality_name"]) == {"AUC"}


def test_a_poor_fit_is_hidden_and_a_doubtful_one_is_warned_of():
    def made(quality, called="R2"):
        return pd.DataFrame({"outcome": "y", "method": "permutation", "parameter": ["a", "dummy_1"], "value": [0.5, 0.1], "low": [0.4, 0.0],
                             "high": [0.6, 0.2], "quality": quality, "quality_name": called, "runs": 100})  # fmt: skip

    assert "Not shown" in text(made(0.1))
    assert "\n  1 a" not in text(made(0.1))
    assert "Not shown" in text(made(float("nan")))
    assert "Caution" in text(made(0.4))
    assert "\n  1 a" in text(made(0.4))
    assert "Caution" not in text(made(0.9))
    assert "Not shown" in text(made(0.55, "AUC"))
    assert "Caution" in text(made(0.7, "AUC"))
    assert "*" in text(made(0.9)).splitlines()[3]


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_designed_methods_rank_their_own_sweep_and_no_other(method, sampled, tmp_path):
    names = ("famine_effect", "prior_alpha")
    space = Space.from_parameters({**LIVELY, "famine_effect": {}, "prior_alpha": {}})
    made = (
        morris.design(names_of(space), trajectories=4, seed=3)
        if method == "morris"
        else sobol.design(names_of(space), points=8, seed=3)
    )
    made.table(space)[list(names)].to_csv(tmp_path / "points.csv", index=False)
    fixed = {name: value for name, value in LIVELY.items() if name not in names}
    given = {
        "seed": 5,
        "country": str(TINY),
        "design": {"kind": "points", "file": str(tmp_path / "points.csv")},
        "parameters": fixed,
    }
    results = run_sweep(given, tmp_path / "sweep", engine="serial")
    table = ranking(results, method, ["total"], seed=3)
    assert {"famine_effect", "prior_alpha", "dummy"} <= set(table["parameter"])
    with pytest.raises(ImportanceError, match="of its own design"):
        ranking(results, method, ["total"], seed=4)
    with pytest.raises(ImportanceError, match="not this one of kind random"):
        ranking(sampled, method)


def names_of(space):
    return tuple(space.names)


def test_the_space_is_the_design_s_or_what_the_points_cover(sampled, tmp_path):
    one = {axis.name: axis for axis in space_of(sampled).varied}
    assert (one["utility_slope"].low, one["utility_slope"].high) == (1.0, 8.0)
    pd.DataFrame(
        {"famine_effect": [0.1, 0.4, 0.3], "hearing": ["province", "nationwide", "province"]}
    ).to_csv(tmp_path / "p.csv", index=False)
    fixed = {name: value for name, value in LIVELY.items() if name != "famine_effect"}
    given = {
        "seed": 5,
        "country": str(TINY),
        "design": {"kind": "points", "file": str(tmp_path / "p.csv")},
        "parameters": fixed,
    }
    varied = {
        axis.name: axis
        for axis in space_of(run_sweep(given, tmp_path / "sweep", engine="serial")).varied
    }
    assert varied["famine_effect"] == Range("famine_effect", 0.1, 0.4)
    assert varied["hearing"].choices == ("province", "nationwide")


def test_mistakes_are_told(sampled, tmp_path, capsys, monkeypatch):
    for words, message in (
        (["--method", "forrest"], "did you mean forest"),
        (["--outcome", "totl"], "did you mean total"),
        (["--good", "2"], "between 0 and 1"),
    ):
        assert main(["importance", str(sampled.path), *words]) == 1
        assert message in capsys.readouterr().err
    assert main(["importance", str(tmp_path / "nothing")]) == 1
    capsys.readouterr()
    alone = _sweep(tmp_path / "alone", kind="grid")
    with pytest.raises(ImportanceError, match="no parameter varies"):
        ranking(alone)
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    assert main(["importance", str(sampled.path)]) == 1
    assert "to install it: " in capsys.readouterr().err
    assert np.isfinite(sampled.runs()["total_successes"].astype(float)).all()


@pytest.mark.parametrize("method", ["forest", "permutation", "morris", "sobol"])
@pytest.mark.parametrize("kind", ["sweep", "search", "run", "nothing", "a file", "no folder"])
def test_a_folder_that_cannot_be_ranked_is_refused_in_one_line(
    kind, method, sampled, tmp_path, capsys, monkeypatch
):
    """A sweep or a search without a run, or that lost them all; a run's folder, or none."""
    monkeypatch.chdir(tmp_path)
    if kind == "sweep":
        shutil.copytree(sampled.path, kind)
    elif kind == "search":
        search = Screen(space=SPACE, objective=OBJECTIVE, points=2)
        run_search(search, kind, seed=1, country=str(TINY))
    elif kind == "run":
        assert main(["run", "--country", str(TINY), "--weeks", "1", "--out", kind, "--quiet"]) == 0
    elif kind == "nothing":
        (tmp_path / kind).mkdir()
    elif kind == "a file":
        (tmp_path / kind).write_text("")
    for file in (tmp_path / kind).glob("[ra][un][ns]*/*.parquet"):
        file.unlink()
    assert main(["importance", kind, "--method", method]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("defection: ")
    assert kind in said


def test_damaged_parts_are_left_out_with_a_word(sampled, tmp_path):
    folder = shutil.copytree(sampled.path, tmp_path / "damaged")
    part = next((folder / "runs").iterdir())
    part.write_bytes(part.read_bytes()[:-1])
    said: list[str] = []
    with pytest.raises(ImportanceError, match="morris can only rank a sweep of its own design"):
        ranking(folder, "morris", ["total"], warn=said.append)
    assert said == [f"1 damaged file of {folder} is left out; going on with it runs it again"]
