"""The command ``survey``: what it prints, leaves in its folder, and refuses."""

from __future__ import annotations

import json
import re

import pandas as pd
import pyarrow.parquet as pq
import pytest

from defection import files
from defection.batch_runs.survey import run as survey_run
from defection.batch_runs.survey import run_survey
from defection.commands.main import main
from defection.views import survey_folder
from defection.views.survey_folder import FILES

SMALL = ["survey", "--runs", "2", "--size", "60", "--from", "1999-01", "--to", "1999-03"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_prints_the_simulated_margins_and_keeps_a_folder(here, capsys):
    assert main([*SMALL, "--out", "out"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"women +51.5 to 52.5 .* (inside|outside)\n", printed)
    assert "high school" not in printed  # drawn
    assert re.search(r"\d+ of 24 simulated margins are inside. Drawn and set", printed)
    assert sorted(file.name for file in (here / "out").iterdir()) == sorted(FILES)
    margins = pd.read_csv(here / "out" / "margins.csv")
    assert {"item", "published_low", "simulated_median", "class", "inside", "rule"} <= set(margins)
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert manifest["survey"] == {
        "runs": 2, "seed": 1, "from": "1999-01", "to": "1999-03", "size": 60, "clock": "first",
    }  # fmt: skip
    assert manifest["parameters"]["journey"] == "on"
    assert {"behaviour", "data", "journey_data", "survey_data", "defection", "score"} <= set(
        manifest
    )


def test_every_column_has_its_class_in_the_file(here):
    assert main([*SMALL, "--out", "out", "--quiet"]) == 0
    schema = pq.read_schema(here / "out" / "respondents.parquet")
    classes = json.loads(schema.metadata[b"classes"])
    for field in schema:
        own = field.metadata[b"class"].decode()
        assert own == classes[field.name]
        assert own in ("label", "simulated", "drawn", "function")
    table = pd.read_parquet(here / "out" / "respondents.parquet")
    assert list(table.columns) == list(classes)
    assert len(table) == 120


def test_the_same_seed_gives_the_same_bytes(here):
    for out in ("a", "b"):
        assert main([*SMALL, "--seed", "5", "--out", out, "--quiet"]) == 0
    for name in FILES:
        assert (here / "a" / name).read_bytes() == (here / "b" / name).read_bytes(), name
    assert main([*SMALL, "--seed", "6", "--out", "c", "--quiet"]) == 0
    name = "respondents.parquet"
    assert (here / "a" / name).read_bytes() != (here / "c" / name).read_bytes()


def test_a_named_point_is_run_and_draws_of_the_posterior_in_turn(here, capsys):
    assert main([*SMALL, "--at", "baseline", "--out", "named", "--quiet"]) == 0
    assert main([*SMALL, "--preset", "successes", "--out", "plain", "--quiet"]) == 0
    for name in FILES[:3]:
        assert (here / "named" / name).read_bytes() == (here / "plain" / name).read_bytes(), name
    assert main([*SMALL, "--at", "posterior", "--out", "draws"]) == 0
    assert "points.csv" in capsys.readouterr().out
    points = pd.read_csv(here / "draws" / "points.csv")
    manifest = json.loads((here / "draws" / "manifest.json").read_text())
    assert (len(points), manifest["points"], manifest["survey"]["at"]) == (2, 2, "posterior")
    assert not set(points) & set(manifest["parameters"])
    assert {"prior_alpha", "return_rate"} <= set(points)
    page = (here / "draws" / "survey.html").read_text()
    assert "posterior: 2 points, one for each run in turn" in page


def test_an_earlier_folder_is_replaced_only_with_force(here, capsys):
    assert main([*SMALL, "--out", "out", "--quiet"]) == 0
    assert main([*SMALL, "--out", "out", "--quiet"]) == 1
    assert "out exists; choose another --out, or replace it with --force" in capsys.readouterr().err
    assert main([*SMALL, "--out", "out", "--quiet", "--force", "--clock", "last"]) == 0
    assert json.loads((here / "out" / "manifest.json").read_text())["survey"]["clock"] == "last"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--clock", "frist"], "clock = 'frist' is not one of them; did you mean first"),
        (["--size", "0"], "size = 0 must be a whole number"),
        (["--runs", "0"], "runs = 0 must be a whole number"),
        (["--from", "1980-01"], "from = 1980-01 is outside the data, which cover 1992-01 to"),
        (["--to", "soon"], "to = 'soon' is not a month such as 2004-08"),
        (["--set", "journey=off"], "journey = off"),
        (["--set", "return_rte=1"], "did you mean return_rate"),
        (["--country", "nowhere"], "nowhere"),
        (["--seed", "-1"], "-1"),
        (["--inclusion", "2"], "inclusion = 2.0 must be a number from -1 to 1"),
        (["--at", "exteded"], "at = 'exteded' is no point that can be surveyed; did you mean ext"),
        (["--at", ""], "at = '' is no point"),
        (["--at", "free", "--set", "return_rate=1"], "--at free says every parameter: leave out"),
        (["--at", "free", "--country", "tiny"], "--at is of north_korea: leave out --country"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line_and_nothing_is_run(
    here, capsys, monkeypatch, words, said
):
    def never(*_args, **_how):
        raise AssertionError("a run was begun")

    monkeypatch.setattr(survey_run, "stream_ensemble", never)
    assert main(["survey", *words]) == 1
    message = capsys.readouterr().err
    assert said in message
    assert message.startswith("defection: ")
    assert message.count("\n") == 1
    assert not list(here.iterdir())


def test_a_country_without_a_journey_is_refused(here, capsys, tiny_folder):
    assert main(["survey", "--country", str(tiny_folder)]) == 1
    assert "has no journey" in capsys.readouterr().err


@pytest.mark.parametrize(("after", "kept"), [(0, 0), (1, 0), (2, 2)])
def test_a_command_that_was_interrupted_goes_on_and_ends_with_the_same_bytes(
    here, capsys, monkeypatch, after, kept
):
    """Of three runs, two in the first part: what is not in a whole part is run again."""
    words = [*SMALL, "--runs", "3", "--at", "posterior", "--quiet", "--out"]
    monkeypatch.setattr(survey_run, "BATCH", 2)
    assert main([*words, "whole"]) == 0
    add, begun = survey_run._Interviews.add, []

    def counted(self, *arguments):
        if len(begun) == ends_after:
            raise KeyboardInterrupt
        begun.append(self.done)
        return add(self, *arguments)

    monkeypatch.setattr(survey_run._Interviews, "add", counted)
    ends_after = after
    assert main([*words, "out"]) == 130
    said = capsys.readouterr().err
    assert f"{after} of 3 runs are done" in said
    assert "kept in .out.parts; to go on, give the same command again" in said
    assert said.strip().count("\n") == 0
    assert [one.name for one in here.iterdir() if one.name[0] != "."] == ["whole"]
    files = sorted(one.name for one in (here / ".out.parts").iterdir())
    assert files == ["key", "runs-000000.npz"][: 1 + kept // 2]
    ends_after = begun.clear()
    assert main([*words, "out"]) == 0
    assert begun == [0, 1, 2][kept:]
    assert not (here / ".out.parts").exists()
    for name in [*FILES, "points.csv"]:
        assert (here / "out" / name).read_bytes() == (here / "whole" / name).read_bytes(), name


def test_a_survey_that_fails_for_good_leaves_nothing(here, capsys):
    words = ["survey", "--runs", "2", "--from", "1992-01", "--to", "1992-01", "--quiet"]
    words += ["--preset", "successes"]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert said.startswith("defection: in none of the 2 runs anybody is in China in 1992-01")
    assert said.count("\n") == 1
    assert not list(here.iterdir())


FAULTS = [
    (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
    (MemoryError(), "there is too little memory"),
    (files.FolderError("out exists"), "out exists"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS)
def test_where_the_results_cannot_be_written_the_parts_are_named_and_used_again(
    here, capsys, monkeypatch, fault, reason
):
    def full(*_args, **_how):
        raise fault

    words = [*SMALL, "--out", "out", "--quiet"]
    with monkeypatch.context() as patched:
        patched.setattr(survey_folder, "write", full)
        assert main(words) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"defection: {reason}",
        "defection: stopped: 2 of 2 runs are done, and whole parts of them kept in .out.parts; to "
        "go on, give the same command again",
    ]
    assert (here / ".out.parts" / "runs-000000.npz").exists()

    def never(*_args, **_how):
        raise AssertionError("a run was begun")

    monkeypatch.setattr(survey_run._Interviews, "add", never)
    assert main(words) == 0
    assert [one.name for one in here.iterdir()] == ["out"]


def test_before_there_are_parts_none_are_named_and_a_damaged_part_stays(here, capsys, monkeypatch):
    words = [*SMALL, "--out", "out", "--quiet"]
    with monkeypatch.context() as patched:
        patched.setattr(survey_run, "published", _no_memory)
        assert main(words) == 1
    assert capsys.readouterr().err == "defection: there is too little memory\n"
    run_survey(runs=2, size=60, first="1999-01", last="1999-03", parts=here / ".out.parts")
    part = here / ".out.parts" / "runs-000000.npz"
    part.write_bytes(b"damaged")
    assert main(words) == 1
    assert capsys.readouterr().err.endswith("cannot be read: remove .out.parts\n")
    assert part.read_bytes() == b"damaged"


def _no_memory(*_args, **_how):
    raise MemoryError


@pytest.mark.parametrize("changed", [["--seed", "3"], ["--clock", "last"], ["--runs", "4"]])
def test_parts_of_other_settings_are_removed_and_a_folder_of_something_else_is_refused(
    here, capsys, changed
):
    parts = here / ".out.parts"
    run_survey(runs=2, size=60, first="1999-01", last="1999-03", parts=parts, threads=1)
    assert sorted(one.name for one in parts.iterdir()) == ["key", "runs-000000.npz"]
    assert main([*SMALL, *changed, "--out", "out", "--quiet"]) == 0
    assert main([*SMALL, *changed, "--out", "whole", "--quiet"]) == 0
    for name in FILES:
        assert (here / "out" / name).read_bytes() == (here / "whole" / name).read_bytes(), name
    parts.mkdir()
    (parts / "notes.txt").write_text("mine")
    assert main([*SMALL, "--out", "out", "--force", "--quiet"]) == 1
    assert "is no folder of parts: it has notes.txt" in capsys.readouterr().err
    assert (parts / "notes.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_refused_before_the_first_run(here, capsys, monkeypatch):
    (here / "file").write_text("x")
    monkeypatch.setattr(survey_run, "stream_ensemble", None)
    assert main([*SMALL, "--out", "file"]) == 1
    assert "is not a folder" in capsys.readouterr().err
    assert files.FolderError
