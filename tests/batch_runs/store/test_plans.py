"""Plans are refused where one character changed, where they cannot be, and where rows would mix."""

from __future__ import annotations

import functools
import json
import pathlib
import shutil

import pytest

from defection.batch_runs import compact, extend_sweep, open_results, replay, run_sweep
from defection.batch_runs.errors import PlanError
from defection.batch_runs.execution import worker
from defection.batch_runs.searches import open_search, run_search
from defection.batch_runs.store.folder import Folder, SearchFolder
from defection.batch_runs.store.plan import fingerprint
from defection.commands.main import main
from defection.files import FolderError
from tests.batch_runs.searches.small import SCREEN
from tests.conftest import LIVELY, TINY

OLD = pathlib.Path(__file__).parents[2] / "old_formats"
DESIGN = {
    "seed": 7, "country": str(TINY), "weeks": 52,
    "design": {"kind": "random", "points": 2, "replicates": 2},
    "parameters": {**LIVELY, "famine_effect": {"low": 0.0, "high": 1.0}},
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    run_sweep(DESIGN, folder / "sweep", engine="serial", chunk=1)
    run_search(SCREEN, folder / "search", seed=3, country=str(TINY))
    return folder


@pytest.fixture
def copy(kept, tmp_path):
    return pathlib.Path(shutil.copytree(kept, tmp_path / "copy"))


def _parameters(said):
    return said["about"]["specification"]["parameters"]


def _signed(file, change):
    said = json.loads(file.read_text())
    del said["fingerprint"]
    change(said)
    file.write_text(json.dumps({**said, "fingerprint": fingerprint(said)}))


@pytest.mark.parametrize("place", [Folder, SearchFolder])
def test_any_changed_character_of_a_plan_is_noticed(copy, place):
    folder = place(copy / ("search" if place.is_search else "sweep"))
    file = folder.path / place.plan_file
    text = file.read_text()
    for at in range(0, len(text), 23):
        file.write_text(f"{text[:at]}{chr(ord(text[at]) ^ 1)}{text[at + 1 :]}")
        with pytest.raises(PlanError, match=place.plan_file):
            folder.read_plan()


def test_a_changed_plan_of_an_old_search_hides_nothing_and_starts_nothing_anew(tmp_path):
    folder = pathlib.Path(shutil.copytree(OLD / "search", tmp_path / "search"))
    file = folder / "search.json"
    file.write_text(file.read_text().replace('"numba": "0.68.1"', '"numba": "0.68.2"'))
    with pytest.raises(PlanError, match=r"holds no runs of the plan in .*search\.json"):
        open_search(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said["blocks"][0].update(chunk=0), "there is no block of points 0 to 2"),
        (lambda said: said["blocks"][0].update(points=[0, 3]), "tables have 2 points, blocks 3"),
        (lambda said: said["blocks"].append(said["blocks"][0]), "blocks have runs in common"),
        (lambda said: said.update(blocks=[]), "there are no blocks"),
        (lambda said: said["blocks"][0].update(replicates=[0, 10**9]), "more than the design's li"),
        (lambda said: said["tables"][0].update(points=[0, 10**6]), "tables have 1000000 points"),
        (lambda said: said["about"].update(weeks=-1), "about.weeks = -1 must be from 1 to"),
        (lambda said: said["about"].update(weeks="52"), "about.weeks must be a whole number"),
        (lambda said: said["about"].pop("data"), "about has no data"),
        (lambda said: said["about"]["specification"].pop("seed"), "specification has no seed"),
        (lambda said: said["about"]["years"].pop(0), "was changed since its runs were written"),
        (lambda said: _parameters(said).update(memory_weeks=[[1]]), r"memory_weeks = \[\[1\]\] is"),
        (lambda said: said["about"].update(format=9), "has format 9; this version reads 1, 2, 3"),
    ],
)
def test_a_plan_that_was_signed_again_still_meets_the_checks(copy, change, message):
    _signed(copy / "sweep" / "plan.json", change)
    for use in (open_results, compact, functools.partial(extend_sweep, replicates=3)):
        with pytest.raises(PlanError, match=rf"plan\.json .*{message}"):
            use(copy / "sweep")


def test_a_plan_of_other_provinces_than_the_country_s_is_not_gone_on_with(copy):
    _signed(copy / "sweep" / "plan.json", lambda said: said["about"]["provinces"].reverse())
    with pytest.raises(PlanError, match="provinces are not those of the country's data"):
        run_sweep(None, copy / "sweep", engine="serial")


def test_a_table_of_points_with_other_rows_than_planned_is_refused(copy):
    """Whoever signs a plan of more points, blocks and tables alike, meets the table itself."""

    def change(said):
        said["blocks"][0]["points"] = said["tables"][0]["points"] = [0, 1000]

    _signed(copy / "sweep" / "plan.json", change)
    with pytest.raises(PlanError, match="has 2 points, not 1,000 less 0"):
        run_sweep(None, copy / "sweep", engine="serial")


def test_runs_that_would_be_filled_otherwise_do_not_mix(copy, monkeypatch):
    """The rule of seeds and what fills rows are no part of the law, but of the plan."""
    monkeypatch.setattr(
        "defection.batch_runs.store.task.run_seed", lambda root, point, replicate, **how: point
    )
    worker.golden_rows.cache_clear()
    try:
        with pytest.raises(PlanError, match="other rows and series in the table of runs"):
            run_sweep(None, copy / "sweep", engine="serial")
        with pytest.raises(PlanError, match="other rows and series in the table of runs"):
            run_search(SCREEN, copy / "search", seed=3, country=str(TINY))
        with pytest.raises(PlanError, match="fills the table of runs otherwise"):
            worker.run_chunk(_task(copy / "sweep", Folder(copy / "sweep").read_plan()))
    finally:
        worker.golden_rows.cache_clear()


def _task(folder, plan):
    from defection.batch_runs.sweeps.sweep import task_maker

    return task_maker(Folder(folder), plan)([(0, 0)])


def test_changed_libraries_are_said_in_one_line_and_not_refused(copy, warned):
    (copy / "sweep" / "runs").rename(copy / "gone")
    (copy / "search" / SearchFolder.tier).rename(copy / "lost")
    _signed(copy / "sweep" / "plan.json", lambda s: s["about"]["made_with"].update(numpy="1.0"))
    _signed(copy / "search" / "search.json", lambda said: said["made_with"].update(numba="0.1"))
    run_sweep(None, copy / "sweep", engine="serial", warn=warned.append)
    (said,) = warned
    assert said.startswith(f"{copy / 'sweep'} was planned with numpy 1.0, now ")
    run_sweep(None, copy / "sweep", engine="serial", warn=warned.append)
    assert len(warned) == 1  # nothing was left to run
    with pytest.warns(UserWarning, match="was planned with numba 0.1, now"):
        run_search(SCREEN, copy / "search", seed=3, country=str(TINY))


@pytest.mark.parametrize("words", [["results"], ["compact"], ["extend", "--replicates", "3"]])
def test_what_a_folder_holds_instead_is_said_with_what_reads_it(copy, words, capsys):
    assert main([words[0], str(copy / "search"), *words[1:]]) == 1
    assert "it holds a search (defection importance, defection replay" in capsys.readouterr().err
    (copy / "run").mkdir()
    (copy / "run" / "manifest.json").touch()
    assert main([words[0], str(copy / "run"), *words[1:]]) == 1
    assert "it holds a single run, whose tables are" in capsys.readouterr().err
    assert main([words[0], str(copy / "none"), *words[1:]]) == 1
    assert f"there is no folder {copy / 'none'}" in capsys.readouterr().err


def test_a_sweep_is_no_search_and_says_so(copy):
    with pytest.raises(FolderError, match=r"it holds a sweep \(defection results"):
        open_search(copy / "sweep")


def test_a_moved_project_goes_on_is_extended_and_replayed(tmp_path):
    """The country and the file of points are found beside the folder, the country by its data."""
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(TINY, here / "data" / "land")
    (here / "points.csv").write_text("famine_effect\n0.1\n0.2\n")
    design = {**DESIGN, "country": str(here / "data" / "land"), "parameters": {}}
    design["design"] = {"kind": "points", "file": str(here / "points.csv"), "replicates": 2}
    run_sweep(design, here / "out" / "sweep", engine="serial", chunk=1, shard="1/2")
    run_search(SCREEN, here / "search", seed=3, country=str(here / "data" / "land"))
    here.rename(there)
    shutil.copytree(TINY, there / "out" / "land")
    years = there / "out" / "land" / "years.csv"
    years.write_text(years.read_text().replace("101000", "101500"))  # a namesake, other data
    assert run_sweep(None, there / "out" / "sweep", engine="serial").counts()["missing"] == 0
    with (there / "points.csv").open("a") as stream:
        stream.write("0.3\n")
    extended = extend_sweep(there / "out" / "sweep", points=3, replicates=3, engine="serial")
    assert extended.counts()["done"] == 9
    assert extended.is_current
    assert (
        replay(extended.path, "2-1").country.fingerprint
        == replay(there / "search", "0-0").country.fingerprint
    )


def test_a_country_that_is_nowhere_is_named_with_what_to_do(tmp_path):
    shutil.copytree(TINY, tmp_path / "land")
    run_sweep({**DESIGN, "country": str(tmp_path / "land")}, tmp_path / "s" / "s", engine="serial")
    shutil.rmtree(tmp_path / "land")
    with pytest.raises(PlanError, match=r"land'.*; put its folder beside .*s/s"):
        replay(tmp_path / "s" / "s", "0-0")


def test_a_design_that_names_the_country_s_new_place_goes_on(tmp_path):
    shutil.copytree(TINY, tmp_path / "land")
    design = {**DESIGN, "country": str(tmp_path / "land")}
    run_sweep(design, tmp_path / "a" / "s", engine="serial", chunk=1, shard="1/2")
    shutil.copytree(tmp_path / "land", tmp_path / "other" / "land")
    shutil.rmtree(tmp_path / "land")
    now = {**design, "country": str(tmp_path / "other" / "land")}
    assert run_sweep(now, tmp_path / "a" / "s", engine="serial").counts()["missing"] == 0
