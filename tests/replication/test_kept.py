"""Kept results are of the present model, and a stale one is noticed and renewed."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import Objective, Target
from defection.commands.main import main
from defection.country import load
from defection.country_folders import DATA
from defection.replication import RESULTS, Kept, ReplicationError, Runs, kept, renew, states
from defection.replication.best_regions import parameters_of
from defection.replication.kept import MANIFEST, PACKAGE, text_of
from defection.replication.points import points
from defection.replication.readings import searches
from defection.replication.renewal import check, check_tables
from defection.replication.runs import ROOT, table_of
from defection.replication.seeds import run_seed

FREE = ("points", "paper_search", "importance", "errata", "verdicts")
"""Results that need no runs."""


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the kept results that may be changed."""
    for name in ("tables", "found"):
        shutil.copytree(PACKAGE / name, tmp_path / name)
    return tmp_path


def rewritten(folder, name, **changes):
    """Change what the manifest says of a result."""
    file = folder / MANIFEST
    about = json.loads(file.read_text(encoding="utf-8"))
    about[name] |= changes
    file.write_text(json.dumps(about), encoding="utf-8")
    return Kept(folder)


def why(stored, name):
    return stored.why_stale(RESULTS[name], RESULTS)


def test_every_result_is_kept_and_of_the_present():
    table = states()
    assert set(table["result"]) == set(RESULTS)
    assert table.loc[table["stale"] != "", ["result", "stale"]].to_dict("records") == []
    assert not any(about["quick"] for about in Kept().about.values())


def test_the_kept_points_are_those_that_a_new_report_looks_at():
    table = Kept().tables("points")["points"]
    found = {row["name"]: parameters_of(row) for _, row in table.iterrows()}
    assert found == {point.name: point.parameters for point in points()}
    assert found["the baseline"] == Parameters()


def test_the_kept_tables_that_need_no_runs_are_those_that_are_computed_now():
    check_tables(FREE, Runs(3))
    wrong = Kept()
    wrong.about["errata"] = {**wrong.about["errata"], "tables": {}}
    with pytest.raises(ReplicationError, match="errata: errata"):
        check_tables(["errata"], Runs(3, stored=wrong))


def test_the_kept_scores_of_the_readings_are_those_of_the_shipped_searches():
    table = Kept().tables("readings")["readings"].set_index("reading")["score"]
    shipped = {one["reading"]: one["best"]["score"] for one in searches()}
    assert table.to_dict() == pytest.approx(shipped, rel=1e-12)


def test_the_runs_of_figure_5_run_again_score_what_is_kept():
    table, numbers = Kept().tables("figure_5")["figure_5"], {p.name: p for p in points()}
    assert len(table) >= 2
    for row in table.to_dict("records"):
        point = numbers[row["point"]]
        seed = run_seed(ROOT, point.number, int(row["run"].split("-")[1]))
        assert str(seed) == str(row["seed"])
        run = table_of(run_ensemble(point.parameters, [seed], threads=1))
        score = Objective(Target.from_country())(run)[0]
        assert score == pytest.approx(row["score"], rel=1e-12), row["point"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"behaviour": {"base": "0" * 8}}, "behaviour: base"),
        ({"data": "0" * 16}, "data"),
        ({"defaults": {"memory_weeks": 1}}, "default of memory_weeks"),
        ({"reads": {}}, "published/women.csv"),
        ({"needs": {}}, "points is another"),
        ({"tables": {"women": "0" * 16}}, "its tables are not those that were computed"),
        ({"quick": True}, "quick"),
    ],
)
def test_a_stale_result_says_why(folder, changes, said):
    assert why(rewritten(folder, "who_leaves"), "who_leaves") == ()
    assert said in why(rewritten(folder, "who_leaves", **changes), "who_leaves")


@pytest.mark.parametrize("name", ["longer_stays", "survey_verdicts"])
def test_a_changed_file_of_the_survey_makes_what_reads_it_stale(tmp_path, monkeypatch, name):
    shutil.copytree(DATA / "north_korea", tmp_path / "data" / "north_korea")
    monkeypatch.setattr(kept, "PACKAGE_DATA", tmp_path)
    assert why(Kept(), name) == ()
    file = tmp_path / "data" / "north_korea" / "survey" / "margins.csv"
    file.write_text(file.read_text("utf-8").replace("51.5", "51.4", 1), "utf-8")
    assert why(Kept(), name) == ("data/north_korea/survey",)
    assert why(Kept(), "journey_posterior") == ()


@pytest.mark.parametrize("name", ["border_and_shares", "survey_verdicts"])
def test_a_changed_preset_makes_stale_what_runs_presets(tmp_path, monkeypatch, name):
    shutil.copytree(DATA / "north_korea", tmp_path / "data" / "north_korea")
    monkeypatch.setattr(kept, "PACKAGE_DATA", tmp_path)
    before, changed = why(Kept(), name), "data/north_korea/presets.toml"
    assert changed not in before
    file = tmp_path / "data" / "north_korea" / "presets.toml"
    file.write_text(file.read_text("utf-8") + "\n# Another line.\n", "utf-8")
    assert set(why(Kept(), name)) == {*before, changed}


def test_changed_facts_of_the_journey_make_its_fit_stale(tmp_path, monkeypatch):
    shutil.copytree(DATA / "north_korea", tmp_path / "data" / "north_korea")
    monkeypatch.setattr(kept, "PACKAGE_DATA", tmp_path)
    before, changed = why(Kept(), "journey_fit"), "data/north_korea/journey/targets.csv"
    assert changed not in before
    file = tmp_path / "data" / "north_korea" / "journey" / "targets.csv"
    file.write_text(file.read_text("utf-8").replace("1139", "1140", 1), "utf-8")
    assert set(why(Kept(), "journey_fit")) == {*before, changed}


def test_a_golden_run_that_was_added_since_is_no_difference(folder):
    behaviour = Kept(folder).about["errata"]["behaviour"]
    fewer = dict(list(behaviour.items())[:3])
    assert why(rewritten(folder, "errata", behaviour=fewer), "errata") == ()


def test_what_a_stale_result_is_needed_for_is_stale(folder):
    stored = rewritten(folder, "baseline", data="0" * 16)
    assert why(stored, "baseline") == ("data",)
    assert "baseline is stale" in why(stored, "points")
    assert "points is stale" in why(stored, "decline")
    assert why(stored, "figure_1") == ()
    with pytest.raises(ReplicationError, match=r"decline \(points is stale\)"):
        check(["figure_1", "decline"], stored)
    check(["figure_1"], stored)


def test_a_default_that_was_added_since_is_no_difference(folder):
    defaults = {name: value for name, value in Parameters().as_dict().items() if name != "hearing"}
    assert why(rewritten(folder, "errata", defaults=defaults), "errata") == ()


def test_what_is_stale_is_renewed_with_what_it_needs_and_nothing_else(folder):
    stored = rewritten(folder, "points", data="0" * 16)
    runs = Runs(3, quick=False, threads=1, stored=stored)
    assert renew(["figure_4"], runs) == ["points"]  # its table is what it was
    assert why(stored, "figure_4") == ()
    assert renew(["figure_4"], runs) == []
    assert renew(["figure_1"], runs, force=True) == ["figure_1"]
    about = Kept(folder).about["figure_1"]
    assert about["data"] == load("north_korea").fingerprint
    table = pd.read_csv(folder / "tables" / "report" / "figure_1.csv")
    assert text_of(table) == (folder / "tables" / "report" / "figure_1.csv").read_text("utf-8")


def test_results_go_to_another_folder_and_the_shipped_ones_are_read_where_none_are(tmp_path):
    stored = Kept(tmp_path / "kept")
    assert renew(["figure_2"], Runs(3, stored=stored), force=True) == ["figure_2"]
    assert list(json.loads((tmp_path / "kept" / MANIFEST).read_text("utf-8"))) == ["figure_2"]
    again = Kept(tmp_path / "kept")
    assert set(again.about) == set(RESULTS)
    assert len(again.tables("figure_2")["figure_2"]) == len(stored.tables("figure_2")["figure_2"])


def test_the_command_lists_renews_and_checks(tmp_path, capsys):
    out = ["--out", str(tmp_path / "kept")]
    assert main(["replicate"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in RESULTS)
    assert main(["replicate", "--check"]) == 0
    assert main(["replicate", "figure_2", "--quick"]) == 1
    assert "--out" in capsys.readouterr().err
    assert main(["replicate", "figure_2", "--quick", "--force", "--quiet", *out]) == 0
    assert main(["replicate", "--check", "figure_2", *out]) == 1
    assert "figure_2 (quick)" in capsys.readouterr().err
    assert main(["replicate", "--check", "--force", "figure_2", "--quiet", *out]) == 0
    assert main(["replicate", "figure_22"]) == 1
    assert "did you mean figure_2" in capsys.readouterr().err
