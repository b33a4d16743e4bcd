"""All runs as a CSV file: the same table, whole numbers whole, written whole or not at all."""

from __future__ import annotations

import pandas as pd
import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.execution.worker import failed_part, merged, run_chunk
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.reading import write_table
from defection.batch_runs.sweeps.sweep import task_maker
from defection.files import FolderError, replaced_file
from tests.conftest import TINY


@pytest.fixture
def swept(tmp_path):
    given = {
        "seed": 1,
        "country": str(TINY),
        "design": {"kind": "grid", "replicates": 3},
        "parameters": {"famine_effect": [0.1, 0.2]},
    }
    return run_sweep(given, tmp_path / "sweep", engine="serial", chunk=2)


def _failed(swept):
    """Make the second run one that failed, in the same part as the first."""
    folder = Folder(swept.path)
    swept.parts()[0].file.unlink()
    task = task_maker(folder, swept.plan)(swept.plan.blocks[0].members(0))
    part = merged(
        task, [run_chunk(task.some([0])), failed_part(task.some([1]), 'ValueError: "a", b\nc')]
    )
    folder.write_part(swept.plan, 0, 0, 0, part.runs, part.series)
    return open_results(swept.path)


def test_the_file_read_back_is_the_table_of_runs(swept, tmp_path):
    write_table(swept, tmp_path / "runs.csv")
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / "runs.csv", dtype={"run_id": str, "error": str}),
        swept.runs(),
        check_dtype=False,
        check_exact=True,
    )


def test_a_failed_run_is_a_row_and_whole_numbers_stay_whole(swept, tmp_path):
    results = _failed(swept)
    write_table(results, tmp_path / "runs.csv")
    table = pd.read_csv(tmp_path / "runs.csv", dtype=str, keep_default_na=False)
    assert table["status"].tolist() == ["done", "failed", "done", "done", "done", "done"]
    assert table.loc[1, "error"] == 'ValueError: "a", b\nc'
    assert table.loc[1, "weeks_run"] == ""
    assert table.loc[0, "weeks_run"] == "104"
    assert table["stopped_early"].tolist() == ["False", "", "False", "False", "False", "False"]
    assert not table["total_attempts"].str.contains(".", regex=False).any()


def test_results_say_in_one_line_what_they_are(swept):
    where = f"<SweepResults {swept.path}: grid"
    assert repr(swept) == f"{where}, 6 planned, 6 done, 0 failed, 0 missing>"
    assert repr(_failed(swept)) == f"{where}, 6 planned, 5 done, 1 failed, 0 missing>"


def test_a_sweep_without_runs_gives_the_header(swept, tmp_path):
    for part in swept.parts():
        part.file.unlink()
    write_table(open_results(swept.path), tmp_path / "runs.csv")
    assert (tmp_path / "runs.csv").read_text().splitlines() == [",".join(swept.columns)]


def test_an_earlier_file_is_replaced_only_where_that_is_asked_for(swept, tmp_path):
    file = tmp_path / "new" / "runs.csv"
    write_table(swept, file)
    file.write_text("mine")
    with pytest.raises(FolderError, match="exists"):
        write_table(swept, file)
    assert file.read_text() == "mine"
    write_table(swept, file, force=True)
    assert file.read_text().startswith("run_id,")
    with pytest.raises(FolderError, match="is a folder; name a file"):
        write_table(swept, tmp_path, force=True)


def test_what_fails_on_the_way_leaves_the_earlier_file_and_no_litter(tmp_path):
    file = tmp_path / "kept.txt"
    file.write_text("earlier")

    def fail_on_the_way():
        with replaced_file(file, force=True) as beside:
            beside.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_on_the_way()
    assert file.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [file]
