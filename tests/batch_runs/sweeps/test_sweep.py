"""A sweep runs what is planned, once, and the same however it is run."""

from __future__ import annotations

import json
import pathlib
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import mesa
import numpy as np
import pandas as pd
import pytest

from defection import DefectionModel, Parameters
from defection.batch_runs import extend_sweep, open_results, run_ensemble, run_sweep
from defection.batch_runs.errors import PlanError, SweepError
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.task import run_seed
from defection.files import FolderError, write_beside
from defection.measures import FLOWS
from defection.parameters import PARAMETERS
from tests.conftest import ROOT, TINY


def test_a_sweep_gives_a_row_per_run_with_what_the_ensemble_gives(design_file, tmp_path):
    results = run_sweep(design_file(), tmp_path / "out", engine="serial")
    runs = results.runs()
    assert runs["run_id"].tolist() == [
        f"{point}-{replicate}" for point in range(30) for replicate in range(2)
    ]
    assert results.counts() == {"planned": 60, "done": 60, "failed": 0, "missing": 0}
    points = [
        Parameters(**{name: row[name] for name in PARAMETERS}) for row in runs.to_dict("records")
    ]
    data = run_ensemble(points, runs["seed"].tolist(), country=TINY)
    for flow in FLOWS:
        np.testing.assert_array_equal(
            runs[[f"{flow}_{year}" for year in results.years]], data[f"yearly_{flow}"]
        )
        np.testing.assert_array_equal(runs[f"total_{flow}"], data[f"yearly_{flow}"].sum("year"))
    np.testing.assert_array_equal(runs["weeks_run"], data["weeks_run"])
    assert runs["total_successes"].sum() > 0


def test_the_seed_of_a_run_is_made_of_the_sweep_s_seed_the_point_and_the_replicate(
    design_file, tmp_path
):
    runs = run_sweep(design_file(points=5), tmp_path / "out", engine="serial").runs()
    for row in runs.itertuples():
        word = np.random.SeedSequence(7, spawn_key=(row.point, row.replicate)).generate_state(
            1, np.uint64
        )[0]
        assert row.seed == int(word) >> 11  # 53 bits
    assert runs["seed"].is_unique


def test_with_common_random_numbers_all_points_share_their_seeds(design_file, tmp_path):
    runs = run_sweep(
        design_file(points=5, design="common_random_numbers = true"),
        tmp_path / "out",
        engine="serial",
    ).runs()
    assert runs.groupby("replicate")["seed"].nunique().tolist() == [1, 1]
    assert runs["seed"].nunique() == 2
    assert run_seed(7, 3, 1, common_random_numbers=True) == run_seed(7, 0, 1)


def test_workers_engines_and_chunks_of_any_size_change_nothing(design_file, tmp_path, content):
    file = design_file()
    ways = [
        {"engine": "serial"}, {"engine": "serial", "chunk": 1}, {"engine": "serial", "chunk": 60}, {"engine": "threads", "workers": 1},
        {"engine": "threads", "workers": 4, "chunk": 7}, {"engine": "processes", "workers": 1, "chunk": 13},
        {"engine": "processes", "workers": 2}, {"engine": "processes", "workers": 4, "chunk": 3},
    ]  # fmt: skip
    contents = {
        content(run_sweep(file, tmp_path / str(n), **way).path) for n, way in enumerate(ways)
    }
    with ThreadPoolExecutor(2) as executor:
        contents.add(content(run_sweep(file, tmp_path / "given", engine=executor).path))
    assert len(contents) == 1


def test_a_sweep_and_mesa_s_batch_run_give_equal_results_for_equal_seeds(design_file, tmp_path):
    runs = run_sweep(design_file(points=3, replicates=1), tmp_path / "out", engine="serial").runs()
    for row in runs.to_dict("records"):
        parameters = {"country": [str(TINY)], **{name: [row[name]] for name in PARAMETERS}}
        how = {"max_steps": 10_000, "data_collection_period": 1, "display_progress": False}
        if "rng" in mesa.batch_run.__code__.co_varnames:  # since Mesa 3.4
            table = mesa.batch_run(DefectionModel, parameters, rng=[row["seed"]], **how)
        else:
            table = mesa.batch_run(DefectionModel, {**parameters, "seed": [row["seed"]]}, **how)
        table = pd.DataFrame(table).drop_duplicates("Step")
        for flow in FLOWS:
            assert table[flow].sum() == row[f"total_{flow}"]


def test_a_sweep_goes_on_with_what_is_missing_and_runs_nothing_twice(
    design_file, tmp_path, content
):
    file = design_file()
    whole = run_sweep(file, tmp_path / "whole", engine="serial", chunk=5)
    run_sweep(file, tmp_path / "out", engine="serial", chunk=5)
    parts = sorted((tmp_path / "out" / "runs").iterdir())
    kept = {part.name: part.stat().st_mtime_ns for part in parts[::2]}
    for part in parts[1::2]:
        part.unlink()
    assert open_results(tmp_path / "out").counts()["missing"] == 30
    reported = []
    run_sweep(
        file,
        tmp_path / "out",
        engine="serial",
        progress=lambda done, total: reported.append((done, total)),
    )
    assert reported == [(done, 60) for done in range(30, 61, 5)]
    assert {part.name: part.stat().st_mtime_ns for part in parts[::2]} == kept
    assert content(tmp_path / "out") == content(whole.path)


def test_a_sweep_goes_on_from_its_own_plan_without_the_design_file(design_file, tmp_path):
    run_sweep(design_file(), tmp_path / "out", engine="serial", shard="1/2")
    assert run_sweep(None, tmp_path / "out", engine="serial").counts()["missing"] == 0
    with pytest.raises(SweepError, match="there is no sweep"):
        run_sweep(None, tmp_path / "none")


def test_shards_share_the_work_and_give_the_whole(design_file, tmp_path, content):
    file = design_file()
    counts = [
        run_sweep(file, tmp_path / "out", engine="serial", chunk=7, shard=f"{i}/3").counts()["done"]
        for i in (3, 1, 2)
    ]
    assert counts == [18, 39, 60]  # the ninth chunk holds the last four
    assert content(tmp_path / "out") == content(
        run_sweep(file, tmp_path / "whole", engine="serial").path
    )


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "-1/2"])
def test_a_shard_that_cannot_be_is_refused(design_file, tmp_path, shard):
    with pytest.raises(SweepError, match="i/n with i from 1 to n"):
        run_sweep(design_file(), tmp_path / "out", shard=shard)
    assert not (tmp_path / "out").exists()


def test_two_sweeps_do_not_write_to_one_folder(design_file, tmp_path):
    folder = Folder(tmp_path / "out")
    with folder.locked(), pytest.raises(FolderError, match="is being written by another command"):
        run_sweep(design_file(), tmp_path / "out", engine="serial")
    with (
        folder.locked((1, 2)),
        pytest.raises(FolderError, match="is being written by another command"),
    ):
        run_sweep(design_file(), tmp_path / "out", engine="serial")
    with folder.locked((1, 2)):
        run_sweep(design_file(), tmp_path / "out", engine="serial", shard="2/2")
    assert not list((tmp_path / "out").glob("*.lock"))


def test_the_second_of_two_commands_is_refused_while_the_first_runs(design_file, tmp_path, capsys):
    from defection.commands.main import main

    words = [
        "sweep",
        str(design_file(points=4000)),
        "--out",
        str(tmp_path / "out"),
        "--engine",
        "threads",
        "--quiet",
    ]
    first = subprocess.Popen([sys.executable, "-m", "defection", *words], cwd=ROOT)
    try:
        while not (tmp_path / "out" / "runs").exists():
            assert first.poll() is None
            time.sleep(0.02)
        first.send_signal(signal.SIGSTOP)  # it stands still, however quick the machine is
        assert main(words) == 1
        assert "is being written by another command" in capsys.readouterr().err
    finally:
        first.kill()
        first.wait()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"points": 40},
            r"design\.points is 40, was 30; to add points or replicates: defection extend",
        ),
        ({"replicates": 3}, r"design\.replicates is 3, was 2"),
        ({"memory_weeks": "[10, 40]"}, r"parameters\.memory_weeks is \[10, 40\], was \[10, 30\]"),
        ({"kind": "sobol"}, r"design\.kind is 'sobol', was 'random'"),
        ({"top": "weeks = 52"}, "weeks is 52, was 104"),
        ({"series": '[series]\nkeep = "all"\n'}, "series"),
    ],
)
def test_another_design_is_refused_with_what_differs(design_file, tmp_path, change, message):
    run_sweep(design_file(), tmp_path / "out", engine="serial")
    with pytest.raises(PlanError, match=message):
        run_sweep(design_file(**change), tmp_path / "out", engine="serial")


def test_another_law_or_other_data_are_refused(design_file, tmp_path, monkeypatch):
    run_sweep(design_file(), tmp_path / "out", engine="serial")
    with monkeypatch.context() as patched:
        patched.setattr("defection.provenance.behaviour", lambda **_: {"all": "another"})
        with pytest.raises(PlanError, match="planned with another version of the model's law"):
            run_sweep(design_file(), tmp_path / "out", engine="serial")
    file = design_file()
    data = tmp_path / "data"
    data.mkdir()
    for table in TINY.iterdir():
        (data / table.name).write_text(
            table.read_text().replace("31000", "30000").replace("29000", "30000")
        )
    file.write_text(file.read_text().replace(TINY.as_posix(), data.as_posix()))
    with pytest.raises(PlanError, match="planned with other data"):
        run_sweep(file, tmp_path / "out", engine="serial")


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace('"points": 30', '"points": 31'), lambda text: text.replace("}", "", 1), lambda text: "[]", lambda text: "",
        lambda text: json.dumps({**json.loads(text), "blocks": []}), lambda text: text.replace('"seed": 7', '"seed": 8'),
    ],
)  # fmt: skip
def test_a_plan_edited_by_hand_is_refused(design_file, tmp_path, edit):
    out = run_sweep(design_file(), tmp_path / "out", engine="serial").path
    text = (out / "plan.json").read_text()
    assert edit(text) != text
    (out / "plan.json").write_text(edit(text))
    for use in (lambda: run_sweep(design_file(), out, engine="serial"), lambda: open_results(out)):
        with pytest.raises(PlanError, match=r"plan\.json"):
            use()


def test_changed_points_are_refused(design_file, tmp_path):
    out = run_sweep(design_file(), tmp_path / "out", engine="serial", shard="1/2").path
    (file,) = out.glob("points-0-*.parquet")
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with pytest.raises(PlanError, match=r"points-0-.*\.parquet is damaged or was changed"):
        run_sweep(None, out, engine="serial")
    file.unlink()
    with pytest.raises(PlanError, match=r"points-0-.*\.parquet is missing"):
        run_sweep(None, out, engine="serial")


@pytest.mark.parametrize(
    "damage", [lambda c: c[:-7], lambda c: c[:200] + bytes([c[200] ^ 255]) + c[201:], lambda c: b""]
)
def test_a_damaged_part_is_named_left_out_and_done_again(
    design_file, tmp_path, content, warned, damage
):
    out = run_sweep(design_file(), tmp_path / "out", engine="serial", chunk=10).path
    before, victim = content(out), sorted((out / "runs").iterdir())[2]
    victim.write_bytes(damage(victim.read_bytes()))
    results = open_results(out)
    assert results.damaged == [victim]
    assert results.counts() == {"planned": 60, "done": 50, "failed": 0, "missing": 10}
    run_sweep(None, out, engine="serial", warn=warned.append)
    assert warned == [f"{victim} is damaged: its runs are done again"]
    assert content(out) == before
    assert open_results(out).damaged == []


def test_litter_of_a_killed_sweep_is_cleared_away(design_file, tmp_path):
    out = run_sweep(design_file(), tmp_path / "out", engine="serial").path
    (out / "runs" / ".00-000001-00-0123456789ab.tmp").write_bytes(b"half")
    run_sweep(None, out, engine="serial")
    assert not list(out.rglob("*.tmp"))


def test_a_foreign_folder_and_a_file_are_refused(design_file, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    with pytest.raises(
        FolderError, match=r"not a sweep's folder \(it has no plan.json, but thesis.txt\)"
    ):
        run_sweep(design_file(), tmp_path / "mine")
    with pytest.raises(FolderError, match="is not a folder"):
        run_sweep(design_file(), tmp_path / "mine" / "thesis.txt")
    assert (tmp_path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"engine": "proceses"}, SweepError, r"did you mean processes\?"),
        ({"engine": 3}, SweepError, "an executor with submit"),
        ({"workers": 0}, SweepError, "workers = 0 must be"),
        ({"chunk": 2.5}, SweepError, "chunk = 2.5 must be"),
    ],
)
def test_how_a_sweep_cannot_be_run_is_said(design_file, tmp_path, how, error, message):
    with pytest.raises(error, match=message):
        run_sweep(design_file(), tmp_path / "out", **how)


def test_ctrl_c_stops_within_a_second_and_the_sweep_goes_on_later(design_file, tmp_path, content):
    file = design_file(points=800)
    for n, engine in enumerate(("processes", "threads", "serial")):
        out = tmp_path / engine
        command = [
            sys.executable,
            "-m",
            "defection",
            "sweep",
            str(file),
            "--out",
            str(out),
            "--engine",
            engine,
            "--workers",
            "2",
            "--chunk",
            "50",
        ]
        sweep = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        while len(list((out / "runs").glob("*.parquet")) if out.exists() else []) < 2:
            assert sweep.poll() is None
            time.sleep(0.01)
        sent = time.monotonic()
        subprocess.run(["kill", "-TERM" if n == 2 else "-INT", "--", f"-{sweep.pid}"], check=True)
        said = ""
        while "runs are kept in" not in said:
            line = sweep.stderr.readline()
            assert line, said
            said += line
        took = time.monotonic() - sent
        said += sweep.communicate(timeout=30)[1]
        assert sweep.returncode == 128 + (signal.SIGTERM if n == 2 else signal.SIGINT), said
        assert "of 1,600 runs are kept in" in said
        assert "Traceback" not in said
        assert took < 2, (
            f"{engine}: {took}"
        )  # 0.02 to 0.2 s on a quiet machine; a busy one may keep everything waiting
        results = open_results(out)
        assert 0 < results.counts()["done"] < 1600
        assert not list(out.rglob("*.lock"))
    contents = {
        content(run_sweep(None, tmp_path / engine, engine="threads").path)
        for engine in ("processes", "threads", "serial")
    }
    assert len(contents) == 1


def test_a_sweep_runs_in_another_thread_than_the_main_one(design_file, tmp_path):
    counts = []
    thread = threading.Thread(
        target=lambda: counts.append(
            run_sweep(design_file(), tmp_path / "out", workers=2).counts()["done"]
        )
    )
    thread.start()
    thread.join()
    assert counts == [60]


def test_a_full_disk_stops_the_sweep_clearly_and_room_lets_it_go_on(design_file, tmp_path, content):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        file = design_file(points=600)
        with pytest.raises(FolderError, match=r"the disk is full .*: make room"):
            run_sweep(file, disk / "out", engine="threads", chunk=40)
        results = open_results(disk / "out")
        assert 0 < results.counts()["done"] < 1200
        assert results.damaged == []
        assert not list((disk / "out").rglob("*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
        run_sweep(file, disk / "out", engine="threads")
        assert content(disk / "out") == content(
            run_sweep(file, tmp_path / "whole", engine="threads").path
        )
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_reported_by_the_command_with_what_is_kept(
    design_file, tmp_path, monkeypatch, capsys
):
    from defection.commands.main import main

    calls = []

    def full(file: pathlib.Path, content: bytes, **how):
        calls.append(file)
        if len(calls) > 5:
            raise OSError(28, "No space left on device")
        write_beside(file, content, **how)

    monkeypatch.setattr("defection.batch_runs.store.folder.write_beside", full)
    assert (
        main(
            [
                "sweep",
                str(design_file()),
                "--out",
                str(tmp_path / "out"),
                "--engine",
                "serial",
                "--chunk",
                "10",
                "--quiet",
            ]
        )
        == 1
    )
    said = capsys.readouterr().err
    assert "the disk is full (No space left on device): make room" in said
    assert "30 of 60 runs are kept" in said


def test_signals_are_given_back(design_file, tmp_path):
    from defection.commands.main import main

    before = signal.getsignal(signal.SIGTERM)
    assert (
        main(
            [
                "sweep",
                str(design_file()),
                "--out",
                str(tmp_path / "out"),
                "--engine",
                "serial",
                "--quiet",
            ]
        )
        == 0
    )
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_file_of_one_s_own_beside_the_parts_is_left_alone(design_file, tmp_path, warned):
    out = run_sweep(design_file(), tmp_path / "out", engine="serial").path
    open_results(out).runs().to_parquet(out / "runs" / "mine.parquet")
    run_sweep(None, out, engine="serial", warn=warned.append)
    assert warned == []
    assert (out / "runs" / "mine.parquet").exists()
    assert open_results(out).counts()["done"] == 60


def test_a_changed_file_of_points_is_refused_and_a_lost_one_is_not_needed(design_file, tmp_path):
    points = tmp_path / "points.csv"
    points.write_text("famine_effect\n0.1\n0.2\n")
    file = design_file(kind="points", design='file = "points.csv"', replicates=1)
    file.write_text(
        "".join(
            line
            for line in file.read_text().splitlines(keepends=True)
            if not line.startswith(("famine_effect", "memory_weeks"))
        )
    )
    run_sweep(file, tmp_path / "out", engine="serial", chunk=1, shard="1/2")
    points.write_text("famine_effect\n0.1\n0.3\n0.4\n")
    with pytest.raises(
        PlanError, match=r"the points given differ from those planned in .*: point 1 is another"
    ):
        run_sweep(file, tmp_path / "out", engine="serial")
    with pytest.raises(PlanError, match="point 1 is another"):
        extend_sweep(tmp_path / "out", points=3, engine="serial")
    points.unlink()
    assert run_sweep(None, tmp_path / "out", engine="serial").runs()["famine_effect"].tolist() == [
        0.1,
        0.2,
    ]


def test_a_design_that_lost_the_race_to_plan_is_refused(design_file, tmp_path, monkeypatch):
    """Two shards with other designs start together: between the check and the lock somebody else has planned."""
    out = tmp_path / "out"
    first = design_file().read_text()
    file = design_file(memory_weeks="[10, 40]")
    real = Folder.locked

    def locked(self, shard=None):
        if not (out / "plan.json").exists():
            monkeypatch.setattr(Folder, "locked", real)
            other = tmp_path / "other.toml"
            other.write_text(first)
            run_sweep(other, out, engine="serial", shard="1/2")
        return real(self, shard)

    monkeypatch.setattr(Folder, "locked", locked)
    with pytest.raises(PlanError, match=r"parameters\.memory_weeks is \[10, 40\]"):
        run_sweep(file, out, engine="serial", shard="2/2")
    assert open_results(out).counts()["done"] > 0


def test_an_extension_that_was_stopped_goes_on_with_the_same_call(design_file, tmp_path):
    class Stop(Exception):
        pass

    def stop(done, total):
        if done > 70:
            raise Stop

    run_sweep(design_file(), tmp_path / "out", engine="serial")
    with pytest.raises(Stop):
        extend_sweep(tmp_path / "out", replicates=6, engine="serial", chunk=5, progress=stop)
    assert extend_sweep(tmp_path / "out", replicates=6, engine="serial").counts()["done"] == 180


def test_an_extension_has_chunks_of_its_own_size(design_file, tmp_path):
    run_sweep(design_file(points=3, replicates=1), tmp_path / "out", engine="serial", chunk=1)
    extended = extend_sweep(tmp_path / "out", points=600, engine="threads")
    assert extended.plan.blocks[1].chunk > 10


def test_rows_added_to_a_file_of_points_are_mentioned(design_file, tmp_path, warned):
    points = tmp_path / "points.csv"
    points.write_text("famine_effect\n0.1\n")
    file = design_file(kind="points", design='file = "points.csv"', replicates=1)
    file.write_text(
        "".join(
            line
            for line in file.read_text().splitlines(keepends=True)
            if not line.startswith(("famine_effect", "memory_weeks"))
        )
    )
    run_sweep(file, tmp_path / "out", engine="serial", warn=warned.append)
    assert warned == []
    points.write_text("famine_effect\n0.1\n0.3\n")
    run_sweep(file, tmp_path / "out", engine="serial", warn=warned.append)
    assert warned == [
        f"1 more points are given than were planned in {tmp_path / 'out'}: defection extend runs them"
    ]
