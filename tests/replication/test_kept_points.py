"""Rows of earlier searches: taken where they hold, searched on after a change in circles alone."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil

import pandas as pd
import pytest

from defection import golden, provenance
from defection.country import load
from defection.replication import RESULTS, Kept, Runs, extended_fit, journey_fit, kept_points, renew
from defection.replication import extended_search as extended
from defection.replication import journey_search as journey
from defection.replication.extended_page import text as extended_text
from defection.replication.extended_regions import REGIONS
from defection.replication.journey_page import text as journey_text
from defection.replication.journey_regions import CIRCLES, FITS, facts_of
from defection.replication.kept import MANIFEST, PACKAGE
from defection.replication.kept_points import KeptPoints, lies_in
from defection.replication.renewal import check_tables

FILES = {"extended_fit": "extended.json", "journey_fit": "journey.json"}
SPACES = {
    "extended_fit": lambda name: REGIONS[name].space(),
    "journey_fit": lambda name: FITS[name].space(),
}


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the kept results that may be changed."""
    for name in ("tables", "found"):
        shutil.copytree(PACKAGE / name, tmp_path / name)
    return tmp_path


def changed(monkeypatch, names):
    now = provenance.behaviour(journey=True)
    other = now | dict.fromkeys(set(names) & set(now), "0" * 8)
    monkeypatch.setattr(provenance, "behaviour", lambda **_: other)


def kept_row(name, region):
    """Return a row as it was before it was searched on, if it was."""
    rows = searched(Kept().tables(name)[FILES[name]]["fitted"])
    return next(row for row in rows if row["region"] == region)


def searched(rows):
    return [copy.deepcopy({key: row[key] for key in row if key != "renewed"}) for row in rows]


def taken(points, name, row, **said):
    """Return what is done about the row of a region: the row, or what it is searched by."""
    job = (row["region"], row["split"])
    said = {"budget": row["budget"], **said}
    return points.found(
        job, SPACES[name](row["region"]), said, lambda: {"by": "search"},
        lambda start, generations: {"by": "further", "from": start, "generations": generations},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "region"), [("extended_fit", "two rates"), ("journey_fit", "free")]
)
def test_a_row_without_circles_is_taken_when_circles_alone_have_changed(name, region):
    row = kept_row(name, region)
    for circles_changed in (False, True):
        points = KeptPoints([row], circles_changed=circles_changed)
        assert taken(points, name, row) == row


@pytest.mark.parametrize(
    ("name", "region"),
    [("extended_fit", "counties, tightening"), ("extended_fit", "20 circles"),
     ("journey_fit", CIRCLES)],
)  # fmt: skip
def test_a_row_with_circles_is_searched_on_when_circles_have_changed_and_only_then(name, region):
    row = kept_row(name, region)
    found = taken(KeptPoints([row], circles_changed=True), name, row)
    assert found == {"by": "further", "from": row, "generations": 20}
    assert taken(KeptPoints([row]), name, row) == row


def test_a_row_of_another_search_is_searched_in_full():
    row = kept_row("journey_fit", CIRCLES)
    full = {"by": "search"}
    for changes in (
        {"budget": row["budget"] | {"generations": 41}}, {"searched": row["searched"][1:]},
        {"facts_fitted": 40}, {"region": "free"}, {"split": "to 2008"},
        {"parameters": row["parameters"] | {"news_circles": 10}},
        {"parameters": row["parameters"] | {"memory_weeks": 10**6}},
    ):  # fmt: skip
        points = KeptPoints([row | changes], circles_changed=True)
        assert taken(points, "journey_fit", row, facts_fitted=41) == full, changes
    assert taken(KeptPoints(), "journey_fit", row) == full


def test_a_comparison_makes_every_row_again_as_it_was_made():
    row = kept_row("extended_fit", "20 circles")
    assert taken(KeptPoints([row], compares=True), "extended_fit", row) == {"by": "search"}
    again = kept_points.renewed(row, {**row, "runs": 7}, 3)
    found = taken(KeptPoints([again], compares=True), "extended_fit", row)
    assert found == {"by": "further", "from": row, "generations": 3}


def points_of(stored, name, **how):
    return KeptPoints.from_runs(Runs(3, stored=stored, **how), RESULTS[name], FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_which_rows_may_be_used_follows_from_what_has_changed(monkeypatch, name):
    found = points_of(Kept(), name)
    assert len(found.rows) > 10
    assert not found.circles_changed
    assert not points_of(Kept(), name, kept_points="left").rows
    assert points_of(Kept(), name, kept_points="compared").compares
    with monkeypatch.context() as patch:
        changed(patch, golden.with_circles())
        found = points_of(Kept(), name)
        assert found.circles_changed
        assert len(found.rows) > 10
    changed(monkeypatch, ["memory_weeks moved"])
    assert not points_of(Kept(), name).rows


@pytest.mark.parametrize(
    "changes",
    [{"data": "0" * 16}, {"defaults": {"memory_weeks": 1}}, {"reads": {}}, {"quick": True},
     {"tables": {"journey_scores": "0" * 16}}],
)  # fmt: skip
def test_no_row_is_used_after_another_change(folder, changes):
    file = folder / MANIFEST
    about = json.loads(file.read_text(encoding="utf-8"))
    about["journey_fit"] |= changes
    file.write_text(json.dumps(about), encoding="utf-8")
    assert not points_of(Kept(folder), "journey_fit").rows


@pytest.mark.parametrize("fit", [extended_fit, journey_fit])
def test_rows_that_are_taken_score_on_fresh_seeds_what_is_kept(fit):
    """Among them rows that were kept before some parameters were added."""
    name = fit.RESULT.name
    assert points_of(Kept(), name).rows  # else it would be searched in full
    made = fit.compute(Runs(3, threads=1), jobs=fit.JOBS[:1])
    tables = Kept().tables(name)
    assert made[FILES[name]]["fitted"] == tables[FILES[name]]["fitted"][:1]
    file = next(one for one in made if one.endswith("scores"))
    kept = tables[file].head(len(made[file]))
    pd.testing.assert_frame_equal(made[file], kept, check_dtype=False, rtol=1e-9)


def test_searching_on_from_a_point_adds_its_runs_and_says_so(tmp_path):
    job, how = ("20 circles", "all years"), {"threads": 1}
    before = extended.found(job, extended.QUICK, None, [], **how)
    points = KeptPoints([before], circles_changed=True, generations=1)
    row = extended.found(job, extended.QUICK, tmp_path, [], points, **how)
    own = row["renewed"]["runs"]
    population, scored = extended.QUICK["population"], extended.QUICK["scored"]
    assert own == population + 1 + 3 * scored  # a generation, its centre, the candidates
    assert row["runs"] == before["runs"] + own
    assert row["renewed"]["said"] == "renewed from a point found before"
    assert row["renewed"]["from"] == before
    assert row["root"] != before["root"]
    assert lies_in(REGIONS[job[0]].space(), row["parameters"])
    compared = KeptPoints([row], compares=True)
    assert extended.found(job, extended.QUICK, None, [], compared, **how) == row
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text().replace('"root"', '"from_file": true, "root"', 1))
    assert extended.found(job, extended.QUICK, tmp_path, [], points, **how)["from_file"]
    further = KeptPoints([row], circles_changed=True, generations=1)
    twice = extended.found(job, extended.QUICK, tmp_path, [], further, **how)
    assert twice["runs"] == row["runs"] + own
    assert len({one["root"] for one in (before, row, twice)}) == 3


def test_the_joint_search_goes_on_from_a_point_in_the_same_way(monkeypatch):
    every = facts_of("rule")
    few = dataclasses.replace(every, facts=tuple(f for f in every.facts if f.fact == "arrivals"))
    monkeypatch.setattr(journey, "facts_of", lambda _split: few)  # quick to measure
    job, row = (CIRCLES, "rule"), kept_row("journey_fit", CIRCLES)
    row |= {"budget": dict(journey.QUICK), "facts_fitted": len(few.part("fit").facts)}
    points = KeptPoints([row], circles_changed=True, generations=1)
    found = journey.found(job, journey.QUICK, None, [], points, threads=1)
    population, scored = journey.QUICK["population"], journey.QUICK["scored"]
    assert found["renewed"]["runs"] == population + 1 + 3 * scored
    assert found["runs"] == row["runs"] + found["renewed"]["runs"]
    assert found["parameters"]["news_circles"] == 20
    assert lies_in(FITS[CIRCLES].space(), found["parameters"])
    same = journey.found(job, journey.QUICK, None, [], KeptPoints([row]), threads=1)
    assert same == row


@pytest.mark.parametrize(
    ("name", "text", "region"),
    [("extended_fit", extended_text, "20 circles"), ("journey_fit", journey_text, CIRCLES)],
)
def test_the_page_says_which_regions_were_searched_on(name, text, region):
    tables = dict(Kept().tables(name))
    about = tables[FILES[name]]
    rows = searched(about["fitted"])
    tables[FILES[name]] = about | {"fitted": rows}
    assert "point found before" not in text(tables)
    rows = [one for one in rows if one["region"] != region]
    old = kept_row(name, region)
    rows.append(kept_points.renewed(old, {**old, "runs": 711}, 20))
    tables[FILES[name]] = about | {"fitted": rows}
    said = f"{region}, {old['split']} (711 of {old['runs'] + 711:,} runs)."
    assert f"Renewed from a point found before, with so many runs more: {said}" in text(tables)


def test_force_searches_in_full_and_a_check_compares(monkeypatch, tmp_path):
    tables, noted = Kept().tables("errata"), []

    def compute(runs):
        noted.append(runs.kept_points)
        return tables

    monkeypatch.setitem(RESULTS, "errata", dataclasses.replace(RESULTS["errata"], compute=compute))
    runs = Runs(3, stored=Kept(tmp_path))
    assert renew(["errata"], runs, force=True) == ["errata"]
    runs.stored.about["errata"]["data"] = "0" * 16
    assert renew(["errata"], runs) == ["errata"]
    check_tables(["errata"], runs)
    assert noted == ["left", "used", "compared"]


def test_what_lacks_a_region_is_not_searched_for_a_result_that_reads_others(monkeypatch, tmp_path):
    def compute(_runs):
        raise LookupError("searched")

    lacking = {"missing": lambda _tables: ["one"], "compute": compute}
    fake = dataclasses.replace(RESULTS["journey_fit"], **lacking)
    monkeypatch.setitem(RESULTS, "journey_fit", fake)
    runs = Runs(3, stored=Kept(tmp_path))
    assert renew(["longer_stays"], runs) == []
    with pytest.raises(LookupError, match="searched"):
        renew(["journey_fit"], runs)


def test_parts_of_a_long_computation_are_not_those_of_another_behaviour(monkeypatch, tmp_path):
    runs = Runs(3, work=tmp_path)
    folder = kept_points.working_folder(runs, "journey_fit")
    assert folder.is_relative_to(tmp_path)
    monkeypatch.setattr(kept_points, "behaviour", lambda **_: {"base": "0" * 8})
    assert kept_points.working_folder(runs, "journey_fit") != folder
    assert kept_points.working_folder(Runs(3), "journey_fit") is None


def test_parts_of_a_search_are_not_used_for_other_data(monkeypatch, tmp_path):
    runs = Runs(3, work=tmp_path)
    own = kept_points.working_folder(runs, "fit")
    assert own == kept_points.working_folder(runs, "fit")
    land = load("north_korea")
    other = land.replace(growth_percent=land.growth_percent + 1.0)
    monkeypatch.setattr(kept_points, "load", lambda _name: other)
    assert own != kept_points.working_folder(runs, "fit")
