"""The tables that ``docs/report`` keeps are those of the present defaults, data, regions and law."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import run_seed
from defection.country import load
from defection.parameters import PARAMETERS
from defection.replication import Evidence
from defection.replication import errata as slips
from defection.replication import importance as ranking
from defection.replication.best_regions import read_regions, readings
from defection.replication.points import places
from defection.replication.readings import searches
from defection.replication.runs import table_of
from tests.conftest import ROOT

KEPT = ROOT / "replication" / "tables" / "report"
ABOUT = json.loads((KEPT / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """Read the points of the kept report: every parameter of each, by the point's name."""
    table = pd.read_csv(KEPT / "points.csv", dtype=str, keep_default_na=False)
    file = tmp_path_factory.mktemp("points") / "points.csv"
    table[["point", *PARAMETERS]].to_csv(file, index=False)
    rows = read_regions(file)[list(PARAMETERS)].to_dict("records")
    return {name: Parameters(**row) for name, row in zip(table["name"], rows, strict=True)}


def test_the_kept_report_s_defaults_are_the_present_ones(points):
    assert points["the defaults"] == Parameters()


def test_the_kept_report_looks_at_the_places_that_a_new_one_would(points):
    assert points == {place.name: place.parameters for place in places()}


def test_the_kept_report_was_made_with_the_data_that_are_shipped():
    assert ABOUT["country"] == load("north_korea").fingerprint


def test_the_kept_tables_that_need_no_runs_are_those_that_are_computed_now():
    tables = {**ranking.finding(Evidence(3)).tables, "slips": slips.table(load("north_korea"))}
    assert set(tables) == {"importance", "importance_correlations", "slips"}
    for name, table in tables.items():
        assert (KEPT / f"{name}.csv").read_text(encoding="utf-8") == table.to_csv(
            index=False, lineterminator="\n"
        ), name


def test_the_kept_scores_of_the_readings_are_those_of_the_shipped_searches():
    kept = pd.read_csv(KEPT / "readings.csv").set_index("reading")["score"]
    shipped = {one["reading"]: one["best"]["score"] for one in searches()}
    assert set(shipped) > set(readings()) - {"baseline"}
    assert kept.to_dict() == pytest.approx(shipped, rel=1e-12)


def test_the_runs_of_figure_5_told_again_score_what_is_kept(points):
    kept = pd.read_csv(KEPT / "figure_5.csv")
    numbers = {place.name: place.number for place in places()}
    assert len(kept) >= 2
    for row in kept.to_dict("records"):
        seed = run_seed(ABOUT["root"], numbers[row["place"]], int(row["run"].split("-")[1]))
        assert str(seed) == str(row["seed"])
        run = table_of(run_ensemble(points[row["place"]], [seed], threads=1))
        assert Objective(Target.from_country())(run)[0] == pytest.approx(row["score"], rel=1e-12), (
            row["place"]
        )
