"""A search's folder is read as a sweep's is: its runs, its trace, what it found; and any of its runs can be replayed."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from defection.batch_runs import replay
from defection.batch_runs.errors import PlanError, ResultsError
from defection.batch_runs.searches import open_runs, open_search, run_search, stored
from defection.batch_runs.sensitivity import from_results
from defection.batch_runs.sensitivity.table import ImportanceError
from defection.batch_runs.store.folder import SearchFolder
from defection.commands.main import main
from defection.files import FolderError
from tests.batch_runs.searches.small import OBJECTIVE, PAPER, SCREEN
from tests.conftest import TINY


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """Return the folder of a search, in many parts."""
    folder = tmp_path_factory.mktemp("search") / "whole"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stored, "SECONDS", 0.0)
        run_search(PAPER, folder, seed=3, country=str(TINY))
    return folder


@pytest.fixture
def folder(searched, tmp_path):
    """Return a copy of that folder."""
    return shutil.copytree(searched, tmp_path / "copy")


def test_what_was_run_traced_and_found_is_read_back(folder):
    results = open_search(folder)
    runs, trace = results.runs(), results.trace()
    assert runs["run_id"].is_unique
    assert runs[["point", "replicate"]].equals(
        runs[["point", "replicate"]].sort_values(["point", "replicate"])
    )
    assert len(runs) == 48 * 4 + 4 * 50  # the walks, and the best of each on fresh seeds
    assert results.counts() == {"done": 392, "failed": 0}
    again = OBJECTIVE.score_points(runs).set_index("point")["score"]
    assert again.loc[trace["point"]].tolist() == trace["score"].tolist()
    pd.testing.assert_frame_equal(
        results.found(), run_search(PAPER, folder, seed=3, country=str(TINY))
    )
    assert results.runs(["seed", "run_id"]).equals(runs[["seed", "run_id"]])
    assert (
        results.points()["famine_effect"]
        == runs.drop_duplicates("point").set_index("point")["famine_effect"]
    ).all()
    assert isinstance(open_runs(folder), type(results))
    with pytest.raises(ResultsError, match="did you mean run_id"):
        results.runs(["runid"])


def test_any_run_of_a_search_is_replayed_with_the_same_numbers(folder):
    results = open_search(folder)
    best = results.found().iloc[0]
    for run_id in (f"{best['point']:.0f}-49", "0-0"):
        row = results.run(run_id)
        model = replay(results, run_id)
        assert (model.week, model.yearly()["successes"].sum()) == (
            row["weeks_run"],
            row["total_successes"],
        )


def test_a_run_that_gives_other_numbers_now_is_named(folder):
    place = SearchFolder(folder)
    plan = place.read_plan()
    found = place.find(plan)
    table = place.read_batches(found)[0]
    found.parts[0].file.unlink()
    place.write_batches(plan, 0, [table.assign(attempts_2001=table["attempts_2001"] + 1)])
    with pytest.raises(ResultsError, match=r"run 1-0 of .* gives attempts_2001 = "):
        replay(open_search(folder), "1-0")


@pytest.mark.parametrize(
    ("run_id", "near"),
    [
        ("3-9", "3-3"),
        ("47-4", "47-3"),
        ("999-1", "51-1"),
        ("51-80", "51-49"),
        ("12", "12-0"),
        ("x", "0-0"),
    ],
)
def test_of_a_run_that_is_not_there_the_nearest_is_named(folder, run_id, near, tmp_path, capsys):
    with pytest.raises(
        ResultsError, match=rf"there is no run '{run_id}' in .*; did you mean {near}\?"
    ):
        open_search(folder).run(run_id)
    assert main(["replay", str(folder), run_id, "--out", str(tmp_path / "run")]) == 1
    assert f"did you mean {near}?" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_command_replays_a_run_of_a_search(folder, tmp_path, capsys):
    assert main(["replay", str(folder), "47-2", "--out", str(tmp_path / "run")]) == 0
    assert f"The same numbers as kept in {folder}" in capsys.readouterr().out
    assert (tmp_path / "run" / "manifest.json").exists()


def test_other_data_are_refused(tmp_path, tiny_folder):
    run_search(SCREEN, tmp_path / "out", seed=3, country=str(tiny_folder))
    (tiny_folder / "years.csv").write_text(
        (tiny_folder / "years.csv").read_text().replace("101000", "101500")
    )
    with pytest.raises(PlanError, match="was planned with other data"):
        replay(open_search(tmp_path / "out"), "0-0")


def test_a_search_that_has_not_ended_shows_its_runs_and_says_that_it_has_no_trace_yet(folder):
    (folder / "trace.parquet").unlink()
    assert len(open_search(folder).runs()) == 392
    with pytest.raises(ResultsError, match=r"has no trace\.parquet yet: the search has not ended"):
        open_search(folder).trace()


def test_damaged_batches_are_left_out_and_named_but_not_removed(folder):
    files = sorted(folder.glob("answers/*"))
    files[3].write_bytes(files[3].read_bytes()[:-5])
    results = open_search(folder)
    assert results.damaged == files[3:4]
    kept = files[:3] + files[4:]
    assert len(results.runs()) == sum(len(pd.read_parquet(file)) for file in kept)
    assert sorted(folder.glob("answers/*")) == files


def test_a_folder_without_a_search_is_refused_and_one_without_runs_is_empty(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FolderError, match=r"it has no search\.json"):
        open_search(tmp_path / "empty")
    (tmp_path / "empty" / "search.json").write_text((folder / "search.json").read_text())
    results = open_search(tmp_path / "empty")
    assert results.runs().empty
    assert results.counts() == {"done": 0, "failed": 0}
    with pytest.raises(ResultsError, match="it has no runs yet"):
        results.run("0-0")
    (tmp_path / "empty" / "search.json").write_text("[]")
    with pytest.raises(PlanError, match="plans must not be edited"):
        open_search(tmp_path / "empty")


def test_parameters_are_ranked_by_a_search_s_own_runs(tmp_path, capsys):
    run_search(SCREEN, tmp_path / "out", seed=3, country=str(TINY))
    results = open_search(tmp_path / "out")
    assert from_results.space_of(results).names == ["utility_intercept", "famine_effect"]
    table = from_results.ranking(results, "forest", ["total"])
    assert set(table["parameter"]) >= {"famine_effect", "utility_intercept"}
    with pytest.raises(ImportanceError, match="not this one of kind search"):
        from_results.ranking(results, "morris", ["total"])
    assert (
        main(["importance", str(tmp_path / "out"), "--method", "forest", "--outcome", "total"]) == 0
    )
    assert f"{len(results.runs())} runs, R2" in capsys.readouterr().out
