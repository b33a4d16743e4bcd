"""A search is kept as it goes: killed at any moment, it goes on and ends as if nobody had; nothing that was kept is run twice."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from defection import DefectionModel
from defection.batch_runs.designs import Space
from defection.batch_runs.errors import DesignError, PlanError
from defection.batch_runs.inference import SequentialMonteCarlo
from defection.batch_runs.searches import Evolution, MemoryEvaluation, PaperSearch, Screen, Staged
from defection.batch_runs.searches import run as stored
from defection.batch_runs.searches.run import parameters_of, run_search
from defection.batch_runs.store.folder import SearchFolder
from defection.commands.main import main
from defection.files import FolderError
from tests.batch_runs.searches.small import OBJECTIVE, SPACE
from tests.conftest import TINY

SEARCHES = {
    "paper": PaperSearch(space=SPACE, objective=OBJECTIVE, chains=4, steps=12),
    "screen": Screen(space=SPACE, objective=OBJECTIVE, points=32, batch=8),
    "evolution": Evolution(space=SPACE, objective=OBJECTIVE, starts=2, generations=6, population=4, replicates=2),
    "smc": SequentialMonteCarlo(space=SPACE, objective=OBJECTIVE, particles=12, generations=3, batch=24),
    "staged": Staged(
        space=SPACE, objective=OBJECTIVE, screened=32, starts=2, generations=4, halving=2, population=4, selected=1, last_generations=3,
        replicates=2, fresh=4,
    ),
}  # fmt: skip


class Stop(Exception):
    """The search is cut off."""


def cut_off_after(runs):
    def stop(so_far):
        if so_far >= runs:
            raise Stop

    return stop


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_cut_off_again_and_again_ends_as_an_unbroken_one(name, tmp_path, monkeypatch):
    search = SEARCHES[name]
    whole = run_search(search, tmp_path / "whole", seed=3, country=str(TINY))
    monkeypatch.setattr(stored, "SECONDS", 0.0)
    made = []
    real = MemoryEvaluation.__call__

    def counting(self, points, replicates):
        batch = real(self, points, replicates)
        made.extend(batch["run_id"])
        return batch

    monkeypatch.setattr(MemoryEvaluation, "__call__", counting)
    for cut in (1, 9, 20, 30):
        with pytest.raises(Stop):
            run_search(
                search, tmp_path / "out", seed=3, country=str(TINY), progress=cut_off_after(cut)
            )
    found = run_search(search, tmp_path / "out", seed=3, country=str(TINY), workers=2)
    pd.testing.assert_frame_equal(found, whole)
    assert len(made) == len(set(made))  # nothing was run twice
    for file in ("trace.parquet", "found.csv"):
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()
    made.clear()
    pd.testing.assert_frame_equal(
        run_search(search, tmp_path / "out", seed=3, country=str(TINY)), whole
    )
    assert made == []


def test_what_was_found_can_be_run(tmp_path):
    found = run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY))
    model = DefectionModel(country=TINY, seed=1, **parameters_of(found)).run()
    assert model.parameters.famine_effect == found["famine_effect"].iloc[0]
    assert found["score"].is_monotonic_increasing
    assert (found["replicates"] == 50).all()


def test_another_search_another_seed_and_other_data_are_refused(tmp_path, tiny_folder):
    run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY))
    with pytest.raises(PlanError, match="holds another search: seed is 4, was 3"):
        run_search(SEARCHES["paper"], tmp_path / "out", seed=4, country=str(TINY))
    with pytest.raises(PlanError, match="method is 'Screen', was 'PaperSearch'"):
        run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    (tiny_folder / "years.csv").write_text(
        (tiny_folder / "years.csv").read_text().replace("101000", "101500")
    )
    with pytest.raises(PlanError, match="other data"):
        run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(tiny_folder))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    with pytest.raises(FolderError, match="is not a search's folder"):
        run_search(SEARCHES["paper"], tmp_path / "mine", seed=3, country=str(TINY))


def test_a_damaged_part_alone_is_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "SECONDS", 0.0)
    whole = run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY))
    parts = sorted((tmp_path / "out" / SearchFolder.tier).iterdir())
    assert len(parts) > 5
    parts[3].write_bytes(parts[3].read_bytes()[:-5])
    counts = []
    with pytest.warns(UserWarning, match="is damaged: its batches are run again"):
        again = run_search(
            SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY), progress=counts.append
        )
    assert counts[0] == sum(len(pd.read_parquet(part)) for part in parts[:3] + parts[4:])
    assert sorted((tmp_path / "out" / SearchFolder.tier).iterdir()) == parts
    pd.testing.assert_frame_equal(again, whole)


def test_an_edited_plan_is_refused(tmp_path):
    run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    plan = json.loads((tmp_path / "out" / "search.json").read_text())
    (tmp_path / "out" / "search.json").write_text(
        json.dumps({**plan, "settings": {**plan["settings"], "points": 64}})
    )
    with pytest.raises(PlanError, match=r"search\.json was changed since it was written"):
        run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    (tmp_path / "out" / "search.json").write_text("{")
    with pytest.raises(PlanError, match="plans must not be edited"):
        run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--method", "papr"], "did you mean paper?"),
        (["--set", "startz=3"], "staged has no setting 'startz'; did you mean starts?"),
        (["--set", "starts=x"], "starts = 'x' must be a number"),
        (["--distance", "root_scal"], "did you mean root_scale?"),
        (["--smoothed", "2"], "must be an odd whole number"),
        (["--target", "none.csv"], "none.csv: there is no such file"),
        (["none.toml"], "none.toml: there is no such design file"),
    ],
)
def test_a_search_that_cannot_be_is_refused_before_it_starts(
    words, message, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["search", *words, "--out", "out"]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_it_found_and_how_to_run_it(tmp_path, capsys):
    out = str(tmp_path / "out")
    assert (
        main(
            [
                "search",
                "--method",
                "screen",
                "--set",
                "points=16",
                "--country",
                str(TINY),
                "--weeks",
                "104",
                "--out",
                out,
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "defection run --seed 1 --set prior_alpha=" in said
    assert "found.csv" in said


def test_another_version_of_the_package_with_the_same_law_goes_on_with_what_is_kept(
    tmp_path, monkeypatch
):
    whole = run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    kept = sorted(file.name for file in (tmp_path / "out" / SearchFolder.tier).iterdir())
    monkeypatch.setattr("defection.__version__", "9.9.9")
    counts = []
    pd.testing.assert_frame_equal(
        run_search(
            SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY), progress=counts.append
        ),
        whole,
    )
    assert counts == [counts[0]]
    assert sorted(file.name for file in (tmp_path / "out" / SearchFolder.tier).iterdir()) == kept


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--workers", "0"], "workers = 0 must be"),
        (["--engine", "proceses"], "did you mean processes?"),
        (["--seed", "-1"], "-1"),
    ],
)
def test_workers_engines_and_seeds_that_cannot_be_are_refused(words, message, tmp_path, capsys):
    assert main(["search", *words, "--out", str(tmp_path / "out")]) == 1
    assert message in capsys.readouterr().err


def test_a_lost_part_alone_is_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "SECONDS", 0.0)
    whole = run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY))
    parts = sorted((tmp_path / "out" / SearchFolder.tier).iterdir())
    kept = sum(len(pd.read_parquet(part)) for part in parts[:2] + parts[3:])
    parts[2].unlink()
    counts = []
    pd.testing.assert_frame_equal(
        run_search(
            SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY), progress=counts.append
        ),
        whole,
    )
    assert counts[0] == kept


def test_interventions_that_the_country_has_not_are_refused_before_the_search_starts(tmp_path):
    space = Space.from_parameters(
        {"famine_effect": {}, "interventions": ["none", "1893 memory_weeks=3"]}
    )
    search = Screen(space=space, objective=OBJECTIVE, points=8)
    with pytest.raises(DesignError, match="1893 lies outside the data"):
        run_search(search, tmp_path / "out", seed=1)
    assert not (tmp_path / "out").exists()
