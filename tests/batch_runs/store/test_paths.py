"""Folders may be called as they like; files are the same whatever the version of pandas."""

from __future__ import annotations

import json
import os
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from defection import DefectionModel
from defection.batch_runs import compact, extend_sweep, open_results, replay, run_sweep
from defection.batch_runs.searches import open_search, run_search
from defection.batch_runs.store import table as tables
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.plan import fingerprint
from defection.files import digest
from defection.views.run_folder import write as write_run
from tests.batch_runs.searches.small import SCREEN
from tests.conftest import LIVELY, TINY

DESIGN = {
    "seed": 7, "country": str(TINY), "weeks": 52, "series": {"keep": "all"},
    "design": {"kind": "random", "points": 2, "replicates": 2},
    "parameters": {**LIVELY, "famine_effect": {"low": 0.0, "high": 1.0}},
}  # fmt: skip


NO_TEXT = os.fsdecode(b"\xff\xfe")
"""A name that bytes of no encoding give: Linux allows it, JSON and Arrow do not."""


@pytest.mark.parametrize("name", ["run:1", "file:x", "s3:", "북한 #1 100%20", NO_TEXT])
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


def test_a_plan_that_names_a_path_of_no_text_is_plain_json_and_found_again(tmp_path):
    place = tmp_path / NO_TEXT
    shutil.copytree(TINY, place / "land")
    design = {**DESIGN, "country": str(place / "land")}
    out = run_sweep(design, place / "out", engine="serial").path
    text = (out / "plan.json").read_bytes().decode("ascii")
    assert json.loads(text)["about"]["specification"]["country"] == design["country"]
    assert open_results(out).is_current
    assert run_sweep(design, out, engine="serial").counts()["missing"] == 0
    (place / "land").rename(place / NO_TEXT)
    other = str(place / NO_TEXT)
    write_run(DefectionModel(country=other, record_crossings=True).run(), place / "run")
    assert json.loads((place / "run" / "manifest.json").read_text())["country"] == "\ufffd\ufffd"


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
