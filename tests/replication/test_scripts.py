"""The scripts behind the shipped regions, in the small, and the page that tells of them."""

from __future__ import annotations

import importlib.util
import json
import re
import sys

import pytest

from defection import PARAMETERS
from defection.replication.best_regions import best_region, read_regions, readings, regions_of
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")


@pytest.fixture
def script(monkeypatch):
    """Load a script of the folder ``scripts``, which may import what lies beside it."""
    monkeypatch.syspath_prepend(ROOT / "scripts")

    def load(name):
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    return load


def test_a_quick_search_writes_what_is_read_back(script, tmp_path):
    find, name = script("find_regions"), "border of two provinces"
    for again in ("a", "b"):
        find.main(["--quick", "--out", str(tmp_path / again), "--only", name])
    table = regions_of(name, tmp_path / "a")
    assert table.equals(regions_of(name, tmp_path / "b"))  # the same root, the same search
    assert best_region(name, tmp_path / "a").memory_weeks > 0
    about = readings(tmp_path / "a")[name]
    assert about["budget"]["screened"] == 64
    assert about["runs"] > 64
    assert set(PARAMETERS) < set(table.columns)
    file = tmp_path / "again.csv"
    table.to_csv(file, index=False)
    assert read_regions(file).equals(table)  # every number comes back as it was


def test_a_quick_search_for_the_baseline_writes_what_is_read_back_and_rounds_its_best_point(
    script, tmp_path
):
    find = script("find_baseline")
    for again in ("a", "b"):
        find.main(["--quick", "--out", str(tmp_path / again)])
    table, about = regions_of("baseline", tmp_path / "a"), readings(tmp_path / "a")["baseline"]
    assert table.equals(regions_of("baseline", tmp_path / "b"))  # the same roots, the same search
    assert table["score"].is_monotonic_increasing
    assert set(table["root"]) == set(find.ROOTS)
    assert (
        about["runs"] == sum(search["runs"] for search in about["searches"]) > 256 * len(find.ROOTS)
    )
    for name, value in best_region("baseline", tmp_path / "a").as_dict().items():
        kept = about["rounded"][name]
        assert (
            kept == value
            if isinstance(value, str)
            else kept == pytest.approx(value, rel=0.5 * 10 ** (1 - about["digits"]))
        )


def test_a_short_walk_is_kept_and_a_second_call_tells_the_same_of_the_same_runs(script, tmp_path):
    walk, kept = script("walk_like_the_paper"), tmp_path / "kept"
    walk.main(["--quick", "--kept", str(kept), "--out", str(tmp_path / "a")])
    runs = {file.name: file.stat().st_mtime_ns for file in (kept / "answers").iterdir()}
    walk.main(["--quick", "--kept", str(kept), "--out", str(tmp_path / "b")])
    assert {file.name: file.stat().st_mtime_ns for file in (kept / "answers").iterdir()} == runs
    files = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert files == [
        "paper_walk.csv",
        "paper_walk.json",
        "paper_walk_importance.csv",
        "paper_walk_region.csv",
    ]
    assert all(
        (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        for name in files
    )
    about = json.loads((tmp_path / "a" / "paper_walk.json").read_text(encoding="utf-8"))
    assert about["runs_of_the_walks"] == about["walks"] * about["steps"]
    table = read_regions(tmp_path / "a" / "paper_walk.csv")
    assert table["vertical"].is_monotonic_increasing
    assert set(PARAMETERS) < set(table.columns)


def test_the_python_of_the_page_runs(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "docs/search.md", "exec"), {})


@pytest.mark.slow
def test_the_tables_of_the_page_are_those_that_are_computed(script, tmp_path, monkeypatch):
    describe = script("describe_search")
    monkeypatch.setattr(describe, "PICTURE", tmp_path / "search.png")
    for name, section in describe.sections().items():
        begin, end = describe.BEGIN.format(name), describe.END.format(name)
        assert PAGE[PAGE.index(begin) + len(begin) : PAGE.index(end)].strip() == section.strip(), (
            name
        )
    assert (tmp_path / "search.png").stat().st_size > 10_000
