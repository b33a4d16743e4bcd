"""Folders may be called as they like; files are the same whatever the version of pandas."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from defection.batch_runs import compact, extend_sweep, open_results, replay, run_sweep
from defection.batch_runs.searches import open_search, run_search
from defection.batch_runs.store import table as tables
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.plan import fingerprint
from defection.files import digest
from tests.batch_runs.searches.small import SCREEN
from tests.conftest import LIVELY, TINY

DESIGN = {
    "seed": 7, "country": str(TINY), "weeks": 52, "series": {"keep": "all"},
    "design": {"kind": "random", "points": 2, "replicates": 2},
    "parameters": {**LIVELY, "famine_effect": {"low": 0.0, "high": 1.0}},
}  # fmt: skip


@pytest.mark.parametrize("name", ["run:1", "file:x", "s3:", "북한 #1 100%20"])
def test_a_folder_is_no_address_whatever_it_is_called(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    run_sweep(DESIGN, name, engine="serial", chunk=1)
    extend_sweep(name, replicates=3, engine="serial", chunk=1)
    assert len(compact(name).parts()) == 2
    results = open_results(name)
    assert len(results.runs()) == len(results.series()["run_id"]) == results.counts()["done"] == 6
    assert len(next(results.batches(size=9))) == 4
    assert replay(name, "1-2").week == 52


def test_a_search_in_a_folder_that_looks_like_an_address_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_search(SCREEN, "run:1", seed=3, country=str(TINY))
    assert open_search("run:1").trace()["point"].is_monotonic_increasing


def test_frames_of_any_pandas_become_the_same_bytes():
    values = {"policy": ["paper", "paper"], "famine_effect": [1, 2], "memory_weeks": [3, 4]}
    kinds = [object, pd.StringDtype("python"), pd.ArrowDtype(pa.large_string())]
    frames = [pd.DataFrame(values).astype({"policy": kind}) for kind in kinds]
    for fields in (tables.schema(()), None):
        made = {tables.encoded(tables.from_frame(frame, fields)) for frame in frames}
        assert len(made) == 1
    assert tables.from_frame(frames[0], tables.schema(())).schema.metadata is None


def test_a_sweep_whose_points_another_pandas_has_written_is_extended(tmp_path):
    """Pandas 3 had its text as large_string, and its notes in the schema."""
    out = run_sweep(DESIGN, tmp_path / "out", engine="serial").path
    (points,) = out.glob("points-*")
    table = pq.read_table(points)
    large = [
        pa.field(f.name, pa.large_string() if pa.types.is_string(f.type) else f.type)
        for f in table.schema
    ]
    content = tables.encoded(table.cast(pa.schema(large, metadata={"pandas": "{}"})))
    said = json.loads((out / "plan.json").read_text())
    said["tables"][0] |= {"file": "points-0-0.parquet", "digest": digest(content)}
    del said["fingerprint"]
    (out / "points-0-0.parquet").write_bytes(content)
    (out / "plan.json").write_text(json.dumps({**said, "fingerprint": fingerprint(said)}))
    extended = extend_sweep(out, points=3, engine="serial")
    assert len(extended.points()) == 3
    kept = Folder(out).read_points(extended.plan)
    assert {f.type for f in kept.schema} == {pa.string(), pa.float64(), pa.int64()}
