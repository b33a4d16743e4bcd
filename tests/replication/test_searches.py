"""The searches behind the shipped regions, in the small."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from defection import PARAMETERS, Parameters
from defection.replication import paper_search_runs, recovery, searches
from defection.replication.best_regions import best_region, readings, regions_of
from defection.replication.kept import read_table


def kept(tables, folder):
    """Write tables as they are kept."""
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        if isinstance(table, pd.DataFrame):
            table.to_csv(folder / f"{name}.csv", index=False)
        else:
            (folder / name).write_text(json.dumps(table), encoding="utf-8")
    return folder


def test_a_quick_search_under_a_reading_repeats_and_is_read_back(tmp_path):
    name = "border of two provinces"
    tables, again = searches.reading(name, quick=True), searches.reading(name, quick=True)
    found = tables["border_of_two_provinces"]
    assert found.equals(again["border_of_two_provinces"])  # the same root, the same search
    folder = kept(tables, tmp_path / "found")
    assert regions_of(name, folder).astype(found.dtypes.to_dict()).equals(found)
    assert best_region(name, folder).memory_weeks > 0
    about = readings(folder)[name]
    assert about["budget"]["screened"] == 64
    assert about["runs"] > 64
    assert set(PARAMETERS) < set(found.columns)


def test_a_quick_search_for_the_baseline_rounds_its_best_point(tmp_path):
    log = []
    tables = searches.baseline(quick=True, log=log.append)
    found, about = tables["baseline"], tables["baseline.json"]
    assert len(log) == len(searches.ROOTS)
    assert found["score"].is_monotonic_increasing
    assert set(found["root"]) == set(searches.ROOTS)
    assert about["runs"] == sum(search["runs"] for search in about["searches"])
    assert about["runs"] > 64 * len(searches.ROOTS)
    assert sum(about["screen"].values()) == pytest.approx(1)
    folder = kept(tables, tmp_path / "found")
    for name, value in best_region("baseline", folder).as_dict().items():
        rounded = about["rounded"][name]
        if isinstance(value, str):
            assert rounded == value
        else:
            assert rounded == pytest.approx(value, rel=0.5 * 10 ** (1 - about["digits"]))
    assert "2017" in searches.text(tables)


def test_a_short_search_like_the_paper_s_is_kept_and_a_second_call_runs_nothing_again(tmp_path):
    first = paper_search_runs.paper_search(tmp_path / "kept", paper_search_runs.QUICK)
    runs = {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").rglob("*.parquet")}
    assert runs
    second = paper_search_runs.paper_search(tmp_path / "kept", paper_search_runs.QUICK)
    batches = {file: time for file, time in runs.items() if file.name != "trace.parquet"}
    assert batches
    assert {file: file.stat().st_mtime_ns for file in batches} == batches
    about = first.pop("paper_search.json")
    assert about == second.pop("paper_search.json")
    assert all(first[name].equals(second[name]) for name in first)
    assert about["points"] == about["chains"] * about["steps"]
    table = first["paper_search"]
    assert table["vertical"].is_monotonic_increasing
    assert set(PARAMETERS) < set(table.columns)
    assert "| `adjustment_rate` |" in paper_search_runs.text({**first, "paper_search.json": about})


def test_a_search_for_known_parameters_goes_on_where_it_was_stopped(tmp_path):
    space, file = recovery.search_space(), tmp_path / "recovery.csv"
    whole = recovery.recover(space, recovery.TRUTH, searches.QUICK, searches=2)
    recovery.recover(space, recovery.TRUTH, searches.QUICK, searches=1, kept=file)
    log = []
    second = recovery.recover(
        space, recovery.TRUTH, searches.QUICK, searches=2, kept=file, log=log.append
    )
    assert len(log) == 1
    pd.testing.assert_frame_equal(second["recovery"], whole["recovery"], check_dtype=False)
    assert len(read_table(file)) == 2


def test_the_kept_searches_are_those_of_the_present_settings():
    stored = readings()
    assert set(stored) == {"baseline", *searches.READINGS}
    for name, changes in searches.READINGS.items():
        assert stored[name]["changed"] == changes
        assert stored[name]["border"] == (list(searches.BORDERS.get(name, ())) or None)
    assert [one["root"] for one in stored["baseline"]["searches"]] == list(searches.ROOTS)
    assert Parameters(**stored["baseline"]["rounded"]) == Parameters()
