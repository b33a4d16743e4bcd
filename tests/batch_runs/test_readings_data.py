"""Weights by province and dated shares are data of a plan where its runs read them, only there."""

from __future__ import annotations

import pytest

from defection import PARAMETERS, DefectionModel, counties
from defection.batch_runs import extend_sweep, open_results, run_sweep
from defection.batch_runs.designs.space import Space
from defection.batch_runs.errors import DesignError, PlanError
from defection.country import load
from defection.provenance import manifest
from tests.batch_runs.test_news_data import is_not_extended, swept


@pytest.mark.parametrize(
    ("more", "file", "before", "after"),
    [
        ('border_measure = "by_province"', "border.csv", "0.75", "0.7"),
        ('interventions = "2000-02 border_measure=by_province"', "border.csv", "0.75", "0.7"),
        ("dated_shares = [0.0, 1.0]", "dated_shares.csv", "0.35", "0.3"),
    ],
)
def test_a_sweep_is_not_extended_with_other_weights_or_shares(
    tiny_folder, more, file, before, after
):
    is_not_extended(tiny_folder, more, file, before, after)


def test_a_sweep_that_reads_neither_goes_on(tiny_folder):
    results = swept(tiny_folder, "border_scale = 0.5")
    assert "readings_data" not in results.plan.about
    for name in ("border.csv", "dated_shares.csv"):
        (tiny_folder / name).unlink()
    assert open_results(results.path).is_current


@pytest.mark.parametrize(
    ("columns", "row", "file", "before", "after"),
    [
        ("border_measure,dated_shares", "by_province,1", "border.csv", "0.75", "0.7"),
        ("border_measure,dated_shares", "by_province,1", "dated_shares.csv", "0.35", "0.3"),
        ("news_circles", "0", "counties.csv", "Hills,30000\nInland,Coast,20000",
         "Hills,20000\nInland,Coast,30000"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("extended", [False, True])
def test_a_file_of_points_does_not_mix_runs_of_different_data(
    tiny_folder, columns, row, file, before, after, extended
):
    points, out = tiny_folder.parent / "points.csv", tiny_folder.parent / "swept"
    names = columns.split(",")
    plain = ",".join(str(PARAMETERS[name].default) for name in names)
    points.write_text("\n".join([columns, *[plain] * 4, *[row] * (not extended)]) + "\n")
    design = {"seed": 1, "country": str(tiny_folder), "weeks": 20,
              "design": {"kind": "points", "file": str(points)}}  # fmt: skip
    run_sweep(design, out, engine="serial", chunk=1, shard=None if extended else "1/2")
    if extended:
        points.write_text(points.read_text() + row + "\n")
        extend_sweep(out, points=5, engine="serial")
    assert open_results(out).is_current
    data = tiny_folder / file
    assert before in data.read_text()
    data.write_text(data.read_text().replace(before, after))
    for wanted in (design, None):
        with pytest.raises(PlanError, match="planned with other data"):
            run_sweep(wanted, out, engine="serial")


def test_a_sweep_of_what_a_country_has_not_is_refused(tiny_folder):
    for name in ("border.csv", "dated_shares.csv"):
        (tiny_folder / name).unlink()
    for said in ('border_measure = ["dummy", "by_province"]', "dated_shares = 0.5"):
        with pytest.raises(DesignError, match=r"has (no weights by province|none): put a"):
            swept(tiny_folder, said)


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("news_circles,famine_effect", "0,0.5"), ("hearing", "neighbours"), ("dated_shares", "1"),
        ("border_measure", "by_province"),
    ],
)  # fmt: skip
def test_a_file_of_points_of_what_a_country_has_not_is_refused_by_its_line(
    tiny_folder, columns, row
):
    for name in ("counties.csv", "neighbours.csv", "border.csv", "dated_shares.csv"):
        (tiny_folder / name).unlink()
    file, name = tiny_folder.parent / "points.csv", columns.split(",")[0]
    plain = ",".join(str(PARAMETERS[name].default) for name in columns.split(","))
    design = {"seed": 1, "country": str(tiny_folder), "weeks": 20,
              "design": {"kind": "points", "file": str(file)}}  # fmt: skip
    file.write_text(f"{columns}\n{plain}\n{row}\n")
    with pytest.raises(DesignError, match=rf"points\.csv, line 3, column {name}: .* put a "):
        run_sweep(design, tiny_folder.parent / "swept", engine="serial")
    file.write_text(f"{columns}\n{plain}\n")
    out = run_sweep(design, tiny_folder.parent / "swept", engine="serial", chunk=1).path
    file.write_text(f"{columns}\n{plain}\n{row}\n")
    with pytest.raises(DesignError, match=rf"line 3, column {name}: "):
        extend_sweep(out, points=2, engine="serial")


def test_a_space_says_whether_it_depends_on_them():
    for said, holds in (
        ({}, False), ({"border_scale": 2.0}, False), ({"border_measure": "by_province"}, True),
        ({"dated_shares": {"low": 0.0, "high": 1.0}}, True), ({"dated_shares": 0.0}, False),
        ({"border_measure": ["dummy", "by_province"]}, True),
    ):  # fmt: skip
        assert Space.from_parameters(said).has_readings is holds


def test_a_manifest_has_them_where_they_were_read(tiny):
    for changes, holds in (({}, False), ({"border_measure": "by_province"}, True),
                           ({"dated_shares": 0.2}, True)):  # fmt: skip
        one = DefectionModel(country=tiny, weeks=1, seed=1, **changes)
        assert ("readings_data" in manifest(one)) is holds
    for changes, holds in (({"news_circles": 2}, False), ({"news_circles": 0}, True),
                           ({"interventions": "2000-02 hearing=neighbours"}, True)):  # fmt: skip
        one = DefectionModel(country=tiny, weeks=1, seed=1, **changes)
        assert manifest(one).get("news_data") == (counties.fingerprint(tiny) if holds else None)
    assert load("north_korea").border_weights
