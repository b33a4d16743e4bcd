"""Folders that version 0.1.0 wrote open, go on and are replayed; nothing of them is run twice."""

from __future__ import annotations

import json
import pathlib
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from defection.batch_runs import compact, extend_sweep, open_results, replay, run_sweep
from defection.batch_runs.designs import Space
from defection.batch_runs.errors import PlanError
from defection.batch_runs.execution.evaluation import MemoryEvaluation
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import open_runs, open_search, run_search
from defection.batch_runs.store import retired
from defection.batch_runs.sweeps.text import text
from defection.commands.main import main
from defection.model import DefectionModel
from defection.parameters import PARAMETERS

pytestmark = pytest.mark.filterwarnings("ignore:.* was planned with .*, now")

OLD = pathlib.Path(__file__).parent / "old_formats"


def _copy(name, folder):
    return pathlib.Path(shutil.copytree(OLD / name, folder / name))


@pytest.fixture
def sweep(tmp_path):
    return _copy("sweep", tmp_path)


@pytest.fixture
def search(tmp_path):
    return _copy("search", tmp_path)


def _paper_search():
    """Return the search that was run, under its present names."""
    from defection.batch_runs import searches

    plan = open_search(OLD / "search").plan.design
    return getattr(searches, plan["method"])(
        space=Space.from_parameters(vary="all"),
        objective=Objective(Target.from_country(), plan["distance"]["name"]),
        **plan["settings"],
    )


def test_an_old_sweep_opens_and_its_text_is_printed(sweep):
    results = open_results(sweep)
    assert results.counts() == {"planned": 12, "done": 12, "failed": 0, "missing": 0}
    assert results.is_current
    assert results.varied == ["famine_effect", "hearing"]
    assert "random design, 6 points x 2 replicates, North Korea" in text(results)
    assert not results.plan.design["design"]["common_random_numbers"]
    assert len(results.series()["run_id"]) > 0
    assert results.runs()[list(PARAMETERS)].notna().all(axis=None)


def test_an_old_sweep_goes_on_and_writes_the_same_bytes(sweep):
    parts = sorted([*sweep.glob("runs/*"), *sweep.glob("series/*")])
    kept = {part: part.read_bytes() for part in parts}
    for part in (parts[1], parts[-1]):
        part.unlink()
    with pytest.warns(UserWarning, match="is damaged"):  # its other half is lost
        run_sweep(None, sweep, engine="serial")
    assert {part: part.read_bytes() for part in kept} == kept
    assert sorted([*sweep.glob("runs/*"), *sweep.glob("series/*")]) == parts
    assert (sweep / "plan.json").read_bytes() == (OLD / "sweep" / "plan.json").read_bytes()


OLD_DESIGN = (
    (OLD / "design.toml")
    .read_text()
    .replace("[design]", '[design]\npreset = "Successes as arrivals"  # the defaults of that time')
)


def test_an_old_design_is_the_same_design_under_its_present_names(sweep):
    design = OLD_DESIGN
    file = sweep.parent / "design.toml"
    file.write_text(
        design.replace('kind = "random"', 'kind = "random"\ncommon_random_numbers = false')
    )
    assert run_sweep(file, sweep, engine="serial").counts()["done"] == 12
    file.write_text(design.replace('kind = "random"', 'kind = "random"\nsame_luck = false'))
    with pytest.raises(ValueError, match=r"there is no key 'same_luck' .* common_random_numbers"):
        run_sweep(file, sweep, engine="serial")
    file.write_text(
        design.replace('kind = "random"', 'kind = "random"\ncommon_random_numbers = true')
    )
    with pytest.raises(PlanError, match="common_random_numbers is True, was False"):
        run_sweep(file, sweep, engine="serial")


def test_an_old_sweep_is_extended_as_one_that_was_larger_from_the_start(
    sweep, tmp_path, monkeypatch
):
    """Its runs keep their seeds of 63 bits."""
    extended = extend_sweep(sweep, points=8, replicates=3, engine="serial")
    assert extended.counts() == {"planned": 24, "done": 24, "failed": 0, "missing": 0}
    design = tmp_path / "design.toml"
    design.write_text(
        OLD_DESIGN.replace("points = 6", "points = 8").replace("replicates = 2", "replicates = 3")
    )
    monkeypatch.setattr("defection.batch_runs.store.versions.FORMAT", 2)
    larger = run_sweep(design, tmp_path / "larger", engine="serial")
    pd.testing.assert_frame_equal(extended.runs(), larger.runs())
    compact(sweep)
    pd.testing.assert_frame_equal(open_results(sweep).runs(), larger.runs())


def test_a_run_of_an_old_sweep_and_one_of_an_old_search_are_replayed(sweep, search, tmp_path):
    for folder, run_id in ((sweep, "4-1"), (search, "3-0")):
        row = open_runs(folder).run(run_id)
        model = replay(folder, run_id)
        assert int(model.yearly()["successes"].sum()) == row["total_successes"]
    assert main(["replay", str(sweep), "0-0", "--out", str(tmp_path / "again"), "--quiet"]) == 0


def test_an_old_search_is_read_and_goes_on_with_nothing_run_twice(search, monkeypatch):
    results = open_search(search)
    assert results.is_current
    assert results.counts()["failed"] == 0
    assert len(results.trace()) == 6
    found = results.found()

    def refused(*_):
        raise AssertionError("this was run before")

    monkeypatch.setattr(MemoryEvaluation, "__call__", refused)
    again = run_search(_paper_search(), search, seed=1)
    assert again["score"].tolist() == found["score"].tolist()
    assert (search / "search.json").read_bytes() == (OLD / "search" / "search.json").read_bytes()
    assert len(list((search / "answers").iterdir())) == 1


def test_an_old_search_that_was_cut_off_goes_on(search, monkeypatch):
    """Only what is not kept is run: here the last batch, and what is written joins the rest."""
    (part,) = (search / "answers").iterdir()
    whole = open_search(search).runs()
    table = pq.read_table(part)
    last = max(table["question"].to_pylist())
    place = open_search(search)._folder
    plan = place.read_plan()
    batches = place.read_batches(place.find(plan))
    part.unlink()
    place.write_batches(plan, 0, [batches[number] for number in range(last)])
    rows = []
    real = MemoryEvaluation.__call__

    def counted(self, points, replicates):
        batch = real(self, points, replicates)
        rows.extend(batch["run_id"])
        return batch

    monkeypatch.setattr(MemoryEvaluation, "__call__", counted)
    run_search(_paper_search(), search, seed=1)
    assert rows == batches[last]["run_id"].tolist()
    pd.testing.assert_frame_equal(open_search(search).runs(), whole)


def test_an_old_run_is_the_run_that_its_manifest_says():
    manifest = json.loads((OLD / "run" / "manifest.json").read_text())
    model = DefectionModel(seed=manifest["seed"], weeks=manifest["weeks"], **manifest["parameters"])
    model.run()
    kept = pd.read_csv(OLD / "run" / "yearly.csv")
    assert model.yearly()["successes"].tolist() == kept["successes"].tolist()
    weekly = pd.read_parquet(OLD / "run" / "weekly.parquet")
    assert model.weekly()["attempts"].tolist() == weekly["attempts"].tolist()


def test_a_plan_of_a_law_that_is_not_known_is_refused(sweep):
    plan = open_results(sweep).plan
    other = type(plan)({**plan.about, "law": "0123456789abcdef"}, plan.tables, plan.blocks)
    (sweep / "plan.json").write_text(other.text())
    assert not open_results(sweep).is_current
    with pytest.raises(PlanError, match=r"another version of the model's law .*0123456789abcdef"):
        run_sweep(None, sweep, engine="serial")


def test_the_first_law_is_refused_where_its_golden_runs_give_other_counts(sweep, monkeypatch):
    monkeypatch.setattr("defection.provenance.FIRST_BEHAVIOUR", {"defaults": "another"})
    with pytest.raises(PlanError, match=r"another version of the model's law .*defaults"):
        replay(sweep, "0-0")


def test_a_parameter_that_was_added_since_has_its_default(sweep, search, monkeypatch):
    """Columns that are missing, in old parts and points, and in what is written from now on."""
    name = "stop_threshold"
    for file in (*sweep.glob("runs/*"), *sweep.glob("points*"), *search.glob("answers/*")):
        assert name in pq.read_schema(file).names
    plan = json.loads((sweep / "plan.json").read_text())
    del plan["about"]["specification"]["parameters"][name]
    points = pq.read_table(sweep / plan["tables"][0]["file"]).drop_columns(name)
    _rewrite_sweep(sweep, plan, points)
    results = open_results(sweep)
    assert results.counts()["missing"] == 12
    run_sweep(None, sweep, engine="serial", chunk=3)
    for file in sweep.glob("runs/*"):
        assert name not in pq.read_schema(file).names
    old, now = open_results(OLD / "sweep").runs(), open_results(sweep).runs()
    pd.testing.assert_frame_equal(now, old)
    assert results.points()[name].tolist() == [PARAMETERS[name].default] * 6
    assert next(open_results(sweep).batches([name]))[name].tolist()[0] == PARAMETERS[name].default
    assert open_results(sweep).run("1-0")[name] == PARAMETERS[name].default
    replay(sweep, "1-0")
    extended = extend_sweep(sweep, points=7, engine="serial")
    assert extended.counts()["done"] == 14
    assert len(compact(sweep).runs()) == 14


def _rewrite_sweep(folder, plan, points):
    """Write the sweep as a version of the package would have that lacked a parameter."""
    from defection.batch_runs.store.folder import Folder
    from defection.batch_runs.store.plan import Block, Plan

    for file in (*folder.glob("points*"), *folder.glob("runs/*"), *folder.glob("series/*")):
        file.unlink()
    place = Folder(folder)
    table = place.write_points(0, points.to_pandas())
    block = Block((0, 6), (0, 2), 3)
    place.write_plan(Plan(plan["about"], (table,), (block,)), new=False)


def test_a_search_without_a_parameter_that_was_added_since_goes_on(search, monkeypatch):
    name = "stop_threshold"
    place = open_search(search)._folder
    plan = place.read_plan()
    batches = place.read_batches(place.find(plan))
    (part,) = (search / "answers").iterdir()
    about = json.loads((search / "search.json").read_text())
    del about["parameters"][name]
    older = type(plan)(about)
    place.write_plan(older, new=False)
    part.unlink()
    place.write_batches(older, 0, [batch.drop(columns=name) for batch in batches.values()])
    runs = open_search(search).runs()
    assert runs[name].eq(PARAMETERS[name].default).all()
    pd.testing.assert_frame_equal(runs, open_search(OLD / "search").runs())
    monkeypatch.setattr(MemoryEvaluation, "__call__", None)
    run_search(_paper_search(), search, seed=1)


def test_retired_names_are_replaced_when_a_plan_is_read(search, monkeypatch):
    monkeypatch.setitem(retired.PLAN_NAMES, "patience", "steps_without_progress")
    monkeypatch.setitem(retired.PLAN_NAMES, "root_scale", "square_roots")
    monkeypatch.setitem(retired.COLUMN_NAMES, "restart", "attempt")
    results = open_search(search)
    assert results.plan.design["settings"]["steps_without_progress"] == 200
    assert results.plan.design["distance"]["name"] == "square_roots"
    assert "attempt" in results.trace()
    assert len(results.runs()) > 0  # parts are found by what was written
