"""What a sweep has kept is read back, whole, by pieces, as arrays; it can be extended, compacted and replayed."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pytest
from scipy import stats

from defection import DefectionModel
from defection.batch_runs import compact, extend_sweep, open_results, replay, run_sweep
from defection.batch_runs.errors import DesignError, PlanError, ResultsError, SweepError
from defection.batch_runs.execution import worker
from defection.batch_runs.execution.worker import failed_part, run_chunk
from defection.batch_runs.store import table as tables
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.task import Task
from defection.commands.main import main
from defection.files import FolderError
from defection.measures import FLOWS
from defection.parameters import PARAMETERS
from tests.conftest import TINY


@pytest.fixture
def results(design_file, tmp_path):
    return run_sweep(design_file(), tmp_path / "out", engine="serial", chunk=7)


def test_columns_are_read_alone_and_misspelt_ones_get_the_nearest(results):
    assert list(results.runs(["run_id", "total_successes"]).columns) == [
        "run_id",
        "total_successes",
    ]
    with pytest.raises(
        ResultsError, match=r"no column 'total_succeses'; did you mean total_successes\?"
    ):
        results.runs(["total_succeses"])


def test_batches_put_together_are_the_whole(results):
    batches = list(results.batches(size=10))
    assert max(len(batch) for batch in batches) <= 10
    whole = pd.concat(batches).sort_values(["point", "replicate"], ignore_index=True)
    pd.testing.assert_frame_equal(whole, results.runs(), check_dtype=False)


def test_the_arrays_hold_what_the_table_holds(results):
    data, runs = results.to_xarray(), results.runs()
    assert dict(data.sizes) == {"point": 30, "replicate": 2, "year": len(results.years)}
    for row in runs.sample(10, random_state=1).to_dict("records"):
        chosen = data.sel(point=row["point"], replicate=row["replicate"])
        assert [row[f"successes_{year}"] for year in results.years] == chosen[
            "successes"
        ].to_numpy().tolist()
        assert chosen["famine_effect"] == row["famine_effect"]
    assert data.attrs["utility_slope"] == runs["utility_slope"].iloc[0]
    assert results.varied == ["memory_weeks", "famine_effect"]


def test_what_is_not_there_yet_is_not_a_number(design_file, tmp_path):
    results = run_sweep(design_file(), tmp_path / "out", engine="serial", chunk=1, shard="1/2")
    data = results.to_xarray()
    assert not np.isnan(data["successes"].isel(replicate=0)).any()
    assert np.isnan(data["successes"].isel(replicate=1)).all()


def test_the_summary_agrees_with_pandas_and_scipy(design_file, tmp_path):
    results = run_sweep(
        design_file(points=6, replicates=5), tmp_path / "out", engine="serial", chunk=4
    )
    summary, groups = (
        results.summary(["total_successes"], level=0.8),
        results.runs().groupby("point")["total_successes"],
    )
    np.testing.assert_allclose(summary["total_successes_mean"], groups.mean())
    np.testing.assert_allclose(summary["total_successes_sd"], groups.std())
    for point, values in groups:
        low, high = stats.t.interval(0.8, 4, values.mean(), values.sem())
        assert summary.loc[
            point, ["total_successes_low", "total_successes_high"]
        ].tolist() == pytest.approx([low, high])
    assert (summary["runs"] == 5).all()


def test_one_replicate_has_a_mean_but_no_interval(design_file, tmp_path):
    summary = run_sweep(design_file(replicates=1), tmp_path / "out", engine="serial").summary()
    assert summary["total_successes_mean"].notna().all()
    assert summary[["total_successes_sd", "total_successes_low"]].isna().all(axis=None)
    with pytest.raises(ResultsError, match="level = 1 must lie between 0 and 1"):
        open_results(tmp_path / "out").summary(level=1)


def test_a_million_runs_are_summarised_in_little_memory(results, tmp_path):
    """The table is blown up a thousandfold, in parts of fifty thousand rows."""
    table = pd.concat([results.runs()] * 850)
    small = tables.encoded(
        pa.Table.from_pandas(
            table, schema=tables.schema(tuple(results.years)), preserve_index=False
        )
    )
    part = results.parts()[0]
    files = []
    for n in range(20):
        files.append(dataclasses.replace(part, file=tmp_path / f"{n}.parquet"))
        files[-1].file.write_bytes(small)
    results._found = dataclasses.replace(results._found, parts=files)
    summary = results.summary()
    assert summary["runs"].sum() == 60 * 850 * 20 > 1_000_000
    process, peak, done = psutil.Process(), [0], threading.Event()
    before = process.memory_info().rss

    def watch():
        while not done.wait(0.005):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    again = results.summary()
    done.set()
    watcher.join()
    pd.testing.assert_frame_equal(again, summary)
    assert peak[0] - before < 100e6


def test_weekly_series_are_those_of_the_replayed_run(design_file, tmp_path):
    series = '[series]\nkeep = "all"\ncolumns = ["attempts", "known_stopped", "repression", "belief_alpha"]\n'
    results = run_sweep(
        design_file(points=4, stop_threshold=900, series=series),
        tmp_path / "out",
        engine="serial",
        chunk=3,
    )
    data = results.series()
    assert sorted(data["run_id"].to_numpy()) == sorted(results.runs()["run_id"])
    assert data["attempts"].dims == ("run_id", "week", "province")
    for run_id in ("0-0", "3-1"):
        model, one = replay(results, run_id), data.sel(run_id=run_id)
        weekly = model.weekly()
        for name in ("attempts", "known_stopped", "repression", "belief_alpha"):
            kept = weekly.pivot_table(index="week", columns="province", values=name, sort=False)[
                list(one["province"].to_numpy())
            ]
            np.testing.assert_array_equal(one[name][: model.week], kept)
            rest = one[name][model.week :]
            assert (np.isnan(rest) if name in ("repression", "belief_alpha") else rest == 0).all()


def test_a_sweep_keeps_who_crossed_and_each_run_s_are_those_of_its_replay(design_file, tmp_path):
    series = '[series]\nkeep = "all"\ncolumns = ["attempts", "crossings"]\n'
    file = design_file(points=3, stop_threshold=900, series=series)
    results = run_sweep(file, tmp_path / "out", engine="serial", chunk=2)
    kept = results.crossings()
    assert sorted(set(kept["run_id"])) == sorted(results.runs()["run_id"])
    for run_id in ("0-0", "2-1"):
        mine = kept[kept["run_id"] == run_id].drop(columns="run_id").reset_index(drop=True)
        again = replay(results, run_id, record_crossings=True).crossings()
        pd.testing.assert_frame_equal(mine, again)
    assert list(results.series().data_vars) == ["attempts"]
    plain = run_sweep(
        design_file(points=3, stop_threshold=900), tmp_path / "plain", engine="serial"
    )
    pd.testing.assert_frame_equal(plain.runs(), results.runs())


def test_weekly_series_of_those_runs_that_meet_a_condition(design_file, tmp_path):
    plain = run_sweep(design_file(), tmp_path / "plain", engine="serial").runs()
    middle = int(
        plain.loc[plain["memory_weeks"] == 10, "total_successes"].sort_values().iloc[-5]
    )  # of a run: the end is included
    series = f"[series.where]\ntotal_successes = {{ low = {middle} }}\nmemory_weeks = 10\n"
    results = run_sweep(design_file(series=series), tmp_path / "out", engine="threads", chunk=4)
    wanted = plain[(plain["total_successes"] >= middle) & (plain["memory_weeks"] == 10)]["run_id"]
    assert 0 < len(wanted) < len(plain) / 2
    assert set(results.series()["run_id"].to_numpy()) == set(wanted)
    one = results.series([wanted.iloc[0]])
    assert (
        one["successes"].sum() == plain.set_index("run_id").loc[wanted.iloc[0], "total_successes"]
    )
    missing = next(iter(set(plain["run_id"]) - set(wanted)))
    with pytest.raises(ResultsError, match=f"keeps no weekly series of run '{missing}'"):
        results.series([missing])


def test_a_lost_half_of_a_part_is_done_again(design_file, tmp_path, content, warned):
    results = run_sweep(
        design_file(series='[series]\nkeep = "all"\n'), tmp_path / "out", engine="serial", chunk=10
    )
    before = content(results.path)
    sorted((results.path / "series").iterdir())[3].unlink()
    assert open_results(results.path).counts()["missing"] == 10
    run_sweep(None, results.path, engine="serial", warn=warned.append)
    assert len(warned) == 1
    assert content(results.path) == before
    assert len(open_results(results.path).series()["run_id"]) == 60


def test_a_sweep_without_series_says_how_to_get_them(results):
    with pytest.raises(ResultsError, match="keeps no weekly series: plan it with"):
        results.series()


@pytest.mark.parametrize("kind", ["random", "sobol"])
def test_an_extended_sweep_is_the_one_that_was_larger_from_the_start(
    design_file, tmp_path, content, kind
):
    run_sweep(design_file(kind=kind), tmp_path / "out", engine="serial", chunk=7)
    extended = extend_sweep(tmp_path / "out", points=40, replicates=3, engine="serial")
    assert extended.counts() == {"planned": 120, "done": 120, "failed": 0, "missing": 0}
    larger = run_sweep(
        design_file(kind=kind, points=40, replicates=3), tmp_path / "larger", engine="serial"
    )
    assert content(extended.path) == content(larger.path)
    run_sweep(None, extended.path, engine="serial")


def test_a_latin_hypercube_and_a_file_of_points_can_be_extended(design_file, tmp_path):
    run_sweep(design_file(kind="latin-hypercube"), tmp_path / "out", engine="serial")
    extended = extend_sweep(tmp_path / "out", points=50, engine="serial")
    slices = (extended.points()["famine_effect"].iloc[30:] * 20).astype(int)
    assert sorted(slices) == list(range(20))
    (tmp_path / "points.csv").write_text("famine_effect\n0.1\n0.2\n")
    file = design_file(kind="points", design='file = "points.csv"', replicates=1)
    file.write_text(
        "".join(
            line
            for line in file.read_text().splitlines(keepends=True)
            if not line.startswith(("famine_effect", "memory_weeks"))
        )
    )
    run_sweep(file, tmp_path / "mine", engine="serial")
    with pytest.raises(DesignError, match="has 2 rows, fewer than the 3 points asked for"):
        extend_sweep(tmp_path / "mine", points=3)
    with (tmp_path / "points.csv").open("a") as stream:
        stream.write("0.3\n")
    assert extend_sweep(tmp_path / "mine", points=3, engine="serial").points()[
        "famine_effect"
    ].tolist() == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"points": 10}, SweepError, "points = 10: .* has 30 already, and nothing is taken away"),
        ({"replicates": 1}, SweepError, "replicates = 1: .* has 2 already"),
        ({}, SweepError, "nothing to add: .* has 30 points and 2 replicates"),
        ({"points": 30, "replicates": 2}, SweepError, "nothing to add"),
        ({"points": 0}, SweepError, "points = 0 must be a whole number of at least 1"),
        ({"points": 10**9}, SweepError, "more than the design's limit of 10,000,000"),
    ],
)
def test_what_cannot_be_added_is_refused(results, how, error, message):
    with pytest.raises(error, match=message):
        extend_sweep(results.path, **how)
    assert open_results(results.path).plan == results.plan


def test_a_grid_has_no_further_points_but_further_replicates(design_file, tmp_path):
    run_sweep(design_file(kind="grid", design="steps = 3"), tmp_path / "out", engine="serial")
    with pytest.raises(DesignError, match="a grid design has all its 6 points"):
        extend_sweep(tmp_path / "out", points=7)
    assert extend_sweep(tmp_path / "out", replicates=3, engine="serial").counts()["done"] == 18


def test_compacting_keeps_every_row_and_the_sweep_can_go_on(design_file, tmp_path, content):
    series = '[series]\nkeep = "all"\n'
    out = run_sweep(
        design_file(series=series), tmp_path / "out", engine="serial", chunk=7, shard="1/2"
    ).path
    before = content(out)
    compact(out)
    assert content(out) == before
    out = run_sweep(None, out, engine="serial").path
    before = content(out)
    assert len(compact(out).parts()) == 1
    assert (
        content(out)
        == before
        == content(run_sweep(design_file(series=series), tmp_path / "whole", engine="serial").path)
    )
    assert len(list((out / "runs").iterdir())) == len(list((out / "series").iterdir())) == 1
    assert len(open_results(out).series()["run_id"]) == 60
    extended = extend_sweep(out, replicates=3, engine="serial")
    assert extended.counts()["done"] == 90
    assert len(compact(out).parts()) == 2


def test_a_kill_in_the_middle_of_compacting_loses_nothing(results, content, monkeypatch):
    before = content(results.path)
    kept = {part.file.name: part.file.read_bytes() for part in results.parts()}
    compact(results.path)
    for name in list(kept)[3:]:  # as if the small parts had not all been removed
        (results.path / "runs" / name).write_bytes(kept[name])
    assert content(results.path) == before
    assert open_results(results.path).counts()["done"] == 60
    run_sweep(None, results.path, engine="serial")
    assert len(list((results.path / "runs").iterdir())) == 1
    merged = next((results.path / "runs").iterdir())
    for name in list(kept)[3:]:
        (results.path / "runs" / name).write_bytes(kept[name])
    merged.write_bytes(merged.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="is damaged"):
        run_sweep(None, results.path, engine="serial")
    assert content(results.path) == before


def test_a_run_is_replayed_by_agents_with_the_same_numbers(results):
    model, row = replay(results.path, "17-1", record_categories=True), results.run("17-1")
    assert isinstance(model, DefectionModel)
    assert (model.seed, model.week) == (row["seed"], row["weeks_run"])
    assert {flow: int(model.yearly()[flow].sum()) for flow in FLOWS} == {
        flow: row[f"total_{flow}"] for flow in FLOWS
    }
    assert len(model.by_category()) == len(model.citizens) == 8
    assert {name: getattr(model.parameters, name) for name in PARAMETERS} == {
        name: row[name] for name in PARAMETERS
    }


@pytest.mark.parametrize("run_id", ["99-0", "0-2", "x", "0", "0-0-0", ""])
def test_a_run_that_is_not_planned_is_refused(results, run_id):
    with pytest.raises(ResultsError, match=r"there is no run .* from 0-0 to 29-1"):
        replay(results, run_id)


def test_a_planned_run_that_is_not_there_yet_is_said_to_be_so(design_file, tmp_path):
    results = run_sweep(design_file(), tmp_path / "out", engine="serial", chunk=1, shard="1/2")
    with pytest.raises(ResultsError, match="run 0-1 is planned, but has not been run yet"):
        results.run("0-1")


def test_a_replay_that_gives_other_numbers_is_an_error(results, monkeypatch):
    row = results.run("3-0")
    monkeypatch.setattr(
        type(results), "run", lambda self, run_id: {**row, "stopped_2000": row["stopped_2000"] + 1}
    )
    with pytest.raises(ResultsError, match=r"run 3-0 of .* gives stopped_2000"):
        replay(results, "3-0")
    monkeypatch.setattr("defection.provenance.behaviour", lambda **_: {"all": "another"})
    with pytest.raises(PlanError, match="another version of the model's law"):
        replay(results, "3-0")


def _fails(task: Task, halt=None):
    return failed_part(task, "Trouble: none")


def _sometimes_fails(task: Task, halt=None):
    """Run a chunk whose runs of point 3 fail."""

    class Broken:
        def __init__(self, values):
            self.values = values

        def __getitem__(self, name):
            return self.values[name]

        def __contains__(self, name):
            return name in self.values

        def keys(self):
            raise ArithmeticError("this run cannot be")

    broken = [
        Broken(p) if point == 3 else p
        for point, p in zip(task.points, task.parameters, strict=True)
    ]
    return run_chunk(dataclasses.replace(task, parameters=broken), halt)


def test_a_run_that_fails_is_a_row_with_its_error_and_takes_no_other_along(
    design_file, tmp_path, content, monkeypatch
):
    good = run_sweep(design_file(), tmp_path / "good", engine="serial")
    with monkeypatch.context() as patched:
        patched.setattr(worker, "PARTS", dataclasses.replace(worker.PARTS, run=_sometimes_fails))
        bad = run_sweep(design_file(), tmp_path / "out", engine="serial", chunk=10)
    assert bad.counts() == {"planned": 60, "done": 58, "failed": 2, "missing": 0}
    assert bad.failed()["run_id"].tolist() == ["3-0", "3-1"]
    assert bad.failed()["error"].unique().tolist() == ["ArithmeticError: this run cannot be"]
    assert bad.runs().set_index("run_id").loc["3-0", ["weeks_run", "total_successes"]].isna().all()
    same = good.runs().query("point != 3").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        bad.runs().query("point != 3").reset_index(drop=True), same, check_dtype=False
    )
    assert bad.summary().loc[3, "runs"] == 0
    assert np.isnan(bad.to_xarray()["successes"].sel(point=3)).all()
    compact(bad.path)
    assert open_results(bad.path).counts()["failed"] == 2
    assert (
        run_sweep(None, bad.path, engine="serial").counts()["failed"] == 2
    )  # a failed run is kept, not tried for ever
    again = run_sweep(None, bad.path, engine="serial", retry_failed=True)
    assert again.counts()["failed"] == 0
    assert content(again.path) == content(good.path)


def test_the_commands_extend_compact_and_replay(results, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = str(results.path)
    assert main(["extend", out, "--replicates", "3", "--engine", "threads"]) == 0
    assert "90 of 90 planned runs" in capsys.readouterr().out
    assert main(["compact", out]) == 0
    assert "parts merged into 2" in capsys.readouterr().out
    assert main(["replay", out, "4-2"]) == 0
    assert "The same numbers as kept" in capsys.readouterr().out
    assert (tmp_path / "run-4-2" / "weekly.parquet").exists()
    assert main(["replay", out, "4-2"]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["replay", out, "4-7"]) == 1
    assert "from 0-0 to 29-2" in capsys.readouterr().err


def test_a_folder_without_a_sweep_is_refused(tmp_path):
    for use in (
        open_results,
        compact,
        lambda path: extend_sweep(path, points=3),
        lambda path: replay(path, "0-0"),
    ):
        with pytest.raises(FolderError, match=r"is not a sweep's folder: it has no plan\.json"):
            use(tmp_path)


@pytest.mark.parametrize("chunk", [1, 3])
def test_every_retry_that_succeeds_takes_the_place_of_the_failure(
    design_file, tmp_path, content, monkeypatch, chunk
):
    with monkeypatch.context() as patched:
        patched.setattr(worker, "PARTS", dataclasses.replace(worker.PARTS, run=_fails))
        run_sweep(design_file(points=12), tmp_path / "out", engine="serial", chunk=chunk)
    assert open_results(tmp_path / "out").counts()["failed"] == 24
    again = run_sweep(None, tmp_path / "out", engine="serial", retry_failed=True)
    assert again.counts() == {"planned": 24, "done": 24, "failed": 0, "missing": 0}
    run_sweep(None, tmp_path / "out", engine="serial")
    assert content(tmp_path / "out") == content(
        run_sweep(design_file(points=12), tmp_path / "good", engine="serial").path
    )


def test_results_can_be_read_while_they_are_compacted(design_file, tmp_path):
    out = run_sweep(design_file(points=60), tmp_path / "out", engine="serial", chunk=1).path
    counts, done = [], threading.Event()

    def read():
        while not done.is_set():
            counts.append(len(open_results(out).parts()))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        compact(out)
    finally:
        done.set()
        reader.join()
    assert counts
    assert open_results(out).counts()["done"] == 120


def test_results_of_a_country_that_is_gone_can_still_be_read(design_file, tiny_folder, tmp_path):
    file = design_file(series='[series]\nkeep = "all"\n')
    file.write_text(file.read_text().replace(TINY.as_posix(), tiny_folder.as_posix()))
    run_sweep(file, tmp_path / "out", engine="serial")
    kept = open_results(tmp_path / "out").runs()
    tiny_folder.rename(tmp_path / "elsewhere")
    results = open_results(tmp_path / "out")
    pd.testing.assert_frame_equal(results.runs(), kept)
    assert results.series().sizes["province"] == 2
    assert not results.is_current
    assert main(["results", str(results.path), "--report", str(tmp_path / "report.html")]) == 0


def test_a_kill_between_the_removal_of_a_failure_and_its_retry_leaves_it_to_be_run(
    design_file, tmp_path, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(worker, "PARTS", dataclasses.replace(worker.PARTS, run=_fails))
        run_sweep(design_file(points=3), tmp_path / "out", engine="serial", chunk=2)
    with monkeypatch.context() as patched:
        patched.setattr(
            Folder, "write_part", lambda *_: (_ for _ in ()).throw(SystemExit("killed"))
        )
        with pytest.raises(SystemExit):
            run_sweep(None, tmp_path / "out", engine="serial", retry_failed=True)
    assert open_results(tmp_path / "out").counts() == {
        "planned": 6,
        "done": 0,
        "failed": 4,
        "missing": 2,
    }
    assert (
        run_sweep(None, tmp_path / "out", engine="serial", retry_failed=True).counts()["done"] == 6
    )
