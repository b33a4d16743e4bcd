"""The command ``programme``: its template, its folder, and what it refuses."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from defection import golden
from defection.batch_runs.programme import TEMPLATE, ProgrammeError
from defection.batch_runs.programme import run as programme_run
from defection.batch_runs.programme import world as programme_world
from defection.commands.main import main
from defection.replication.journey_fit import fitted
from defection.replication.journey_posterior import state_of_draws
from defection.replication.survey_points import points_at
from defection.views.programme_folder import FILES

SMALL = ["--set", "chance.points=2", "--set", "chance.runs=1", "--threads", "1"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def test_the_template_is_printed_and_runs_as_it_is(here, capsys):
    assert main(["programme", "--template"]) == 0
    printed = capsys.readouterr().out
    (here / "own.toml").write_text(printed, encoding="utf-8")
    assert main(["programme", "own.toml", *SMALL, "--out", "out"]) == 0
    said = capsys.readouterr().out
    assert "13,256.65" in said
    assert "1,701.56" in said
    assert "the programme rescues" in said
    assert sorted(file.name for file in (here / "out").iterdir()) == sorted(FILES)
    results = pd.read_csv(here / "out" / "results.csv")
    assert {"measure", "by", "unit", "median", "percentile_5", "percentile_95"} <= set(results)
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert manifest["region"] == "defaults"
    assert manifest["points"] == 2
    assert {"behaviour", "data", "journey_data", "programme_data", "inputs"} <= set(manifest)


def test_the_same_seed_gives_the_same_bytes(here):
    for out in ("a", "b"):
        assert main(["programme", "s.toml", *SMALL, "--out", out, "--quiet"]) == 0
    for name in FILES:
        assert (here / "a" / name).read_bytes() == (here / "b" / name).read_bytes(), name


def test_an_assumption_is_switched_on_from_the_command_line(here):
    switched = ["--set", "assumptions.other_groups=sourced"]
    assert main(["programme", "s.toml", *SMALL, *switched, "--out", "out", "--quiet"]) == 0
    table = pd.read_csv(here / "out" / "assumptions.csv").set_index("name")
    assert table.loc["assumptions.other_groups", "state"] == "sourced"
    assert "other_groups" in pd.read_csv(here / "out" / "ladder.csv")["step"].iloc[-1]


def test_a_fitted_region_has_its_name_and_its_parameters(here):
    words = ["programme", "s.toml", *SMALL, "--region", "free", "--out", "out", "--quiet"]
    assert main(words) == 0
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert manifest["region"] == "free"
    assert manifest["parameters"]["memory_weeks"] == fitted("free").memory_weeks


@pytest.mark.parametrize("region", ["baseline", "paper"])
def test_the_baseline_and_the_papers_region_are_regions_and_a_year_is_a_number(here, region):
    words = ["programme", "s.toml", *SMALL, "--set", "programme.years=2008", "--quiet", "--out"]
    assert main([*words, "out", "--region", region]) == 0
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert manifest["region"] == region
    assert manifest["scenario"]["programme"]["years"] == 2008
    (own,) = points_at(region)
    ranged = ("again_share", "return_rate")
    assert {**manifest["parameters"], **{name: getattr(own, name) for name in ranged}} == (
        own.as_dict()
    )


def test_an_earlier_folder_is_replaced_only_with_force(here, capsys):
    assert main(["programme", "s.toml", *SMALL, "--out", "out", "--quiet"]) == 0
    assert main(["programme", "s.toml", *SMALL, "--out", "out", "--quiet"]) == 1
    assert "out exists; choose another --out, or replace it with --force" in capsys.readouterr().err
    assert main(["programme", "s.toml", *SMALL, "--out", "out", "--quiet", "--force"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name the programme's file"),
        (["nowhere.toml"], "nowhere.toml: this file is missing"),
        (["s.toml", "--set", "assumptions.free_pull=sourced"], "free_pull: no source has a figure"),
        (["s.toml", "--set", "assumptions.other_groups=0.5"], "has no source"),
        (["s.toml", "--set", "asumptions.news=off"], "did you mean assumptions"),
        (["s.toml", "--set", "assumptions.news"], "--set needs TABLE.NAME=VALUE"),
        (["s.toml", "--set", "programme.years=2018-2026"], "outside of the years with data"),
        (["s.toml", "--region", "draws", "--set", "chance.runs=201"], "there are 200"),
        (["s.toml", "--region", "free", "--region", "free"], "has one twice"),
        (["s.toml", "--out", "a", "--report", "a"], "name two places"),
        (["s.toml", "--row", "1"], "is no folder of a programme"),
        (["s.toml", "--set", "chance.seed=-1"], "-1"),
        (["s.toml", "--region", "fre"], "did you mean free"),
        (["s.toml", "--region", "drwas"], "did you mean draws"),
        (["s.toml", "--region", "drwas", "--country", "east_germany"], "did you mean draws"),
        (["s.toml", "--set", "parameters.gain=3"], "gain has no effect unless policy = prop"),
        (["s.toml", "--country", "nowhere"], "nowhere"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line_and_nothing_is_run(
    here, capsys, monkeypatch, words, said
):
    def never(*_args, **_how):
        raise AssertionError("a run was begun")

    monkeypatch.setattr(programme_run, "law_runs", never)
    assert main(["programme", *words]) == 1
    message = capsys.readouterr().err
    assert said in message
    assert message.startswith("defection: ")
    assert message.count("\n") == 1
    assert [file.name for file in here.iterdir()] == ["s.toml"]


def test_a_country_without_a_journey_is_refused(here, capsys, tiny_folder):
    assert main(["programme", "s.toml", "--country", str(tiny_folder)]) == 1
    assert "has no journey" in capsys.readouterr().err


@pytest.mark.parametrize("region", ["draws", "free"])
def test_fitted_points_and_draws_are_refused_for_another_country(
    here, land_of_journeys, capsys, region
):
    words = ["programme", "s.toml", *SMALL, "--country", str(land_of_journeys), "--out", "out"]
    assert main([*words, "--region", region]) == 1
    assert f"--region {region} is of north_korea: leave out --country" in capsys.readouterr().err
    assert not (here / "out").exists()


def test_a_country_without_published_rescues_has_a_shorter_ladder(here, land_of_journeys, capsys):
    words = ["programme", "s.toml", *SMALL, "--country", str(land_of_journeys), "--quiet"]
    words += ["--set", "programme.years=2000-2001", "--out", "out"]
    assert main(words) == 1
    assert "no source has a figure; it is 'off' or your own" in capsys.readouterr().err
    assert main([*words, "--set", "assumptions.mission_failure=off"]) == 0
    steps = pd.read_csv(here / "out" / "ladder.csv")["step"]
    assert steps.iloc[0] == "here: cost of a rescue"


def test_a_command_that_was_interrupted_goes_on_and_ends_with_the_same_bytes(
    here, capsys, monkeypatch
):
    words = ["programme", "s.toml", *SMALL, "--quiet", "--out"]
    assert main([*words, "whole"]) == 0
    follow = programme_world.of_run

    def interrupted(*_args, **_how):
        raise KeyboardInterrupt

    monkeypatch.setattr(programme_world, "of_run", interrupted)
    assert main([*words, "out"]) == 130
    said = capsys.readouterr().err
    assert "kept in .out.parts-0; to go on, give the same command again" in said
    assert said.strip().count("\n") == 0
    assert sorted(one.name for one in here.iterdir() if one.name[0] != ".") == ["s.toml", "whole"]
    assert (here / ".out.parts-0" / "law.npz").exists()

    def never(*_args, **_how):
        raise AssertionError("the law was run again")

    monkeypatch.setattr(programme_world, "of_run", follow)
    monkeypatch.setattr(programme_run, "law_runs", never)
    assert main([*words, "out"]) == 0
    assert not (here / ".out.parts-0").exists()
    for name in FILES:
        assert (here / "out" / name).read_bytes() == (here / "whole" / name).read_bytes(), name


def _never(*_args, **_how):
    raise ProgrammeError("it never can be done")


@pytest.mark.parametrize("place", [(programme_run, "law_runs"), (programme_world.World, "at")])
def test_a_programme_that_fails_for_good_leaves_nothing(here, capsys, monkeypatch, place):
    monkeypatch.setattr(*place, _never)
    assert main(["programme", "s.toml", *SMALL, "--quiet", "--out", "out"]) == 1
    assert capsys.readouterr().err == "defection: it never can be done\n"
    assert [one.name for one in here.iterdir()] == ["s.toml"]


def test_pairs_that_fail_at_the_medians_leave_nothing_either(here, capsys, monkeypatch):
    heard, calls = programme_world.heard, []

    def fails_at_the_third(*arguments):
        calls.append(arguments)
        return heard(*arguments) if len(calls) < 3 else _never()

    monkeypatch.setattr(programme_world, "heard", fails_at_the_third)
    words = ["programme", "s.toml", *SMALL, "--set", "assumptions.news=sourced"]
    assert main([*words, "--set", "chance.pairs=2", "--quiet", "--out", "out"]) == 1
    assert capsys.readouterr().err == "defection: it never can be done\n"
    assert [one.name for one in here.iterdir()] == ["s.toml"]


def test_with_news_there_is_a_table_more_and_an_ended_command_goes_on(here, capsys, monkeypatch):
    """The law has run and the points are begun: an end in them keeps the law's runs."""
    words = ["programme", "s.toml", *SMALL, "--set", "assumptions.news=sourced"]
    words += ["--set", "chance.pairs=2", "--quiet", "--out"]
    assert main([*words, "whole"]) == 0
    files = sorted(file.name for file in (here / "whole").iterdir())
    assert files == sorted([*FILES, "news.csv"])
    manifest = json.loads((here / "whole" / "manifest.json").read_text())
    assert manifest["pairs"] == 2
    heard = programme_world.heard

    def interrupted(*_args, **_how):
        raise KeyboardInterrupt

    monkeypatch.setattr(programme_world, "heard", interrupted)
    assert main([*words, "out"]) == 130
    assert (here / ".out.parts-0" / "law.npz").exists()
    monkeypatch.setattr(programme_world, "heard", heard)
    assert main([*words, "out"]) == 0
    for name in files:
        assert (here / "out" / name).read_bytes() == (here / "whole" / name).read_bytes(), name
    capsys.readouterr()
    assert main(["programme", "out", "--row", "2"]) == 0
    lines = (here / "out" / "draws.csv").read_text(encoding="utf-8").splitlines()
    assert capsys.readouterr().out.splitlines() == [lines[0], lines[2]]


def test_a_row_is_repeated_with_the_same_bytes_or_refused(here, capsys):
    assert main(["programme", "s.toml", *SMALL, "--out", "out", "--quiet"]) == 0
    lines = (here / "out" / "draws.csv").read_text(encoding="utf-8").splitlines()
    assert main(["programme", "out", "--row", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [lines[0], lines[2]]
    assert main(["programme", "out", "--row", "3"]) == 1
    assert "has the rows 1 to 2" in capsys.readouterr().err
    file = here / "out" / "manifest.json"
    about = json.loads(file.read_text())
    circles = dict.fromkeys(golden.with_circles(), "0" * 8)
    changes = [({"behaviour": about["behaviour"] | circles}, 0)]  # its people have one circle
    changes.append(({"behaviour": about["behaviour"] | {"base": "0" * 8}}, 1))
    for changed, code in changes:
        file.write_text(json.dumps(about | changed))
        assert main(["programme", "out", "--row", "2"]) == code
    assert "another law: base comes out otherwise" in capsys.readouterr().err
    file.write_text(json.dumps(about))
    changed = "\n".join([lines[0], lines[1], lines[2] + "1", ""])
    (here / "out" / "draws.csv").write_text(changed, encoding="utf-8")
    assert main(["programme", "out", "--row", "2"]) == 1
    assert "comes out otherwise" in capsys.readouterr().err


def test_the_draws_stand_beside_a_region_and_it_is_said_first_that_they_have_not_converged(
    here, capsys
):
    words = [*SMALL[:2], "--set", "chance.runs=2", "--region", "free", "--region", "draws"]
    words += ["--set", "assumptions.news=sourced", "--set", "chance.pairs=2", "--threads", "1"]
    assert main(["programme", "s.toml", *words, "--out", "out"]) == 0
    said = state_of_draws()
    assert said in capsys.readouterr().out
    page = (here / "out" / "programme.html").read_text(encoding="utf-8")
    assert said.startswith("The posterior of law and journey has not converged: ")
    assert 0 < page.index(said) < page.index("the programme rescues")
    assert "averaged with them" in page
    table = pd.read_csv(here / "out" / "news.csv")
    assert table["region"].unique().tolist() == ["free", "draws"]
    kept = json.loads((here / "out" / "manifest.json").read_text())["regions"]
    assert kept["draws"]["notes"] == [said]
    assert len(kept["draws"]["parameters"]) == 2
    assert main(["programme", "out", "--row", "6"]) == 0
    lines = (here / "out" / "draws.csv").read_text(encoding="utf-8").splitlines()
    assert lines[6].startswith("draws,0,2,")
    assert capsys.readouterr().out.splitlines() == [lines[0], lines[6]]


def test_regions_stand_side_by_side_in_tables_and_page(here, capsys):
    words = [*SMALL, "--region", "free", "--region", "defaults", "--out", "out"]
    assert main(["programme", "s.toml", *words, "--report", "page.html", "--quiet"]) == 0
    assert (here / "page.html").read_bytes() == (here / "out" / "programme.html").read_bytes()
    results = pd.read_csv(here / "out" / "results.csv")
    assert results["region"].unique().tolist() == ["free", "defaults"]
    page = (here / "page.html").read_text(encoding="utf-8")
    assert "By region" in page
    assert "In the region: defaults" in page
    assert main(["programme", "out", "--row", "3"]) == 0  # of the second region
    assert capsys.readouterr().out.splitlines()[1].startswith("defaults,0,1,")
