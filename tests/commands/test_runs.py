"""The commands ``run`` and ``parameters``: what they print, leave, and refuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from defection import DefectionModel, __version__
from defection.commands.main import main
from defection.country import load
from defection.parameters import PARAMETERS
from defection.presets import preset_called
from tests.conftest import LIVELY, TINY

SETTINGS = [f"--set={name}={value}" for name, value in LIVELY.items()]


def run(*arguments):
    return main(["run", "--country", str(TINY), *SETTINGS, *map(str, arguments)])


def test_run_leaves_a_folder_with_what_the_model_gives_in_python(tmp_path, capsys):
    assert run("--seed", 5, "--out", tmp_path / "out") == 0
    model = DefectionModel(country=TINY, seed=5, **LIVELY).run()
    weekly = pd.read_parquet(tmp_path / "out" / "weekly.parquet")
    pd.testing.assert_frame_equal(
        weekly, model.weekly(), check_categorical=False, check_dtype=False
    )
    yearly = pd.read_csv(tmp_path / "out" / "yearly.csv")
    assert yearly["successes"].tolist() == model.yearly()["successes"].tolist()
    assert (tmp_path / "out" / "run.png").read_bytes()[:4] == b"\x89PNG"
    printed = capsys.readouterr().out
    for row in model.yearly().itertuples():
        assert f"{row.year:>6} {row.successes:>8,} {row.observed:>8,}" in printed


def test_the_manifest_is_enough_to_repeat_the_run(tmp_path):
    run("--seed", 5, "--weeks", 70, "--out", tmp_path / "out", "--quiet")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    again = DefectionModel(
        country=TINY, seed=manifest["seed"], weeks=manifest["weeks"], **manifest["parameters"]
    ).run()
    weekly = pd.read_parquet(tmp_path / "out" / "weekly.parquet")
    assert weekly["attempts"].tolist() == again.weekly()["attempts"].tolist()
    assert manifest["data"] == again.country.fingerprint
    assert manifest["defection"] == __version__
    assert manifest["weeks_run"] == 70
    assert set(manifest["libraries"]) >= {"mesa", "numpy", "numba"}


def test_quiet_prints_nothing(tmp_path, capfd):
    assert run("--seed", 1, "--out", tmp_path / "out", "--quiet") == 0
    assert capfd.readouterr() == ("", "")


def test_a_run_without_a_seed_says_which_it_took(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("--weeks", 3) == 0
    folder = next(tmp_path.iterdir())
    assert f"run-{json.loads((folder / 'manifest.json').read_text())['seed']}" == folder.name
    assert folder.name in capsys.readouterr().out


REFUSALS = [
    (
        ["--set", "famin_effect=1"],
        "there is no parameter 'famin_effect'; did you mean famine_effect?",
    ),
    (["--set", "famine_effect"], "--set needs NAME=VALUE, not 'famine_effect'"),
    (["--set", "hearing=province", "--set", "hearing=province"], "hearing is set twice"),
    (
        ["--set", "initial_repression=2"],
        "initial_repression = 2 is out of range: it must be at most 1",
    ),
    (["--set", "initial_repression=high"], "initial_repression must be a number, not 'high'"),
    (["--set", "initial_repression=nan"], "initial_repression must be finite"),
    (
        ["--set", "famine_years=1900-1910"],
        "famine_years = '1900-1910' lies outside the data, 2000-2001",
    ),
    (["--seed", "-1"], "the seed must be at least 0, not -1"),
    (["--country", ""], "the country must be a name, a folder or a Country, not ''"),
    (["--seed", "two"], "the seed must be a whole number, not 'two'"),
    (["--weeks", "105"], "weeks = 105 must be a whole number from 1 to 104"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSALS)
def test_bad_input_is_refused_in_one_line_and_nothing_is_written(
    tmp_path, monkeypatch, capsys, arguments, words
):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--country", str(TINY), "--out", "out", *arguments]) == 1
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_country_that_is_not_there_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--country", "north_korae"]) == 1
    assert "did you mean north_korea?" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_run_is_kept_unless_force_is_given(tmp_path, capsys):
    out = tmp_path / "out"
    assert run("--seed", 1, "--weeks", 3, "--out", out, "--quiet") == 0
    before = (out / "yearly.csv").read_text()
    assert run("--seed", 2, "--out", out, "--quiet") == 1
    assert "exists; choose another --out, or replace it with --force" in capsys.readouterr().err
    assert (out / "yearly.csv").read_text() == before
    assert run("--seed", 2, "--out", out, "--quiet", "--force") == 0
    assert (out / "yearly.csv").read_text() != before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_force_does_not_replace_a_folder_that_no_run_left(tmp_path, capsys):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    assert run("--out", tmp_path / "thesis", "--force", "--quiet") == 1
    assert "does not look like a run's folder" in capsys.readouterr().err
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_a_place_that_cannot_be_written_is_refused_before_the_run(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run("--out", tmp_path / "file" / "out", "--quiet") == 1
    assert "cannot be written" in capsys.readouterr().err
    assert run("--out", tmp_path / "file", "--quiet") == 1
    assert "is not a folder" in capsys.readouterr().err


def test_folders_on_the_way_are_made_only_when_there_is_something_to_write(tmp_path):
    assert run("--out", tmp_path / "a" / "b" / "out", "--weeks", 3000, "--quiet") == 1
    assert list(tmp_path.iterdir()) == []
    assert run("--out", tmp_path / "a" / "b" / "out", "--weeks", 3, "--quiet") == 0
    assert (tmp_path / "a" / "b" / "out" / "yearly.csv").exists()


def test_a_run_that_fails_while_it_is_written_leaves_nothing_and_keeps_the_old(
    tmp_path, monkeypatch
):
    out = tmp_path / "out"
    run("--seed", 1, "--weeks", 3, "--out", out, "--quiet")
    before = (out / "yearly.csv").read_text()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    assert run("--seed", 2, "--out", out, "--quiet", "--force") == 1
    assert (out / "yearly.csv").read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_in_mid_run_returns_at_once_and_writes_nothing(tmp_path):
    words = ["run", "--seed", "1", "--out", str(tmp_path / "out")]
    words += ["--set", "stop_threshold=2000000000"]
    command = [sys.executable, "-m", "defection", *words]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    shown = ""
    while "weeks/s" not in shown or "0/1196" in shown[-60:]:
        shown += process.stderr.read(20)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, rest = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted in week" in rest
    assert "nothing was written" in rest
    assert time.monotonic() - start < 5
    assert list(tmp_path.iterdir()) == []


def test_parameters_lists_every_one_with_its_default(capsys):
    assert main(["parameters"]) == 0
    printed = capsys.readouterr().out
    for p in PARAMETERS.values():
        assert p.name in printed
        assert p.meaning in printed
        assert str(getattr(load("north_korea").defaults, p.name)) in printed


def test_one_parameter_is_shown_in_full_and_a_misspelt_one_refused(capsys):
    assert main(["parameters", "famine_effect"]) == 0
    assert "0.84 (s.d. 0.04)" in capsys.readouterr().out
    assert main(["parameters", "famine_efect"]) == 1
    assert "did you mean famine_effect?" in capsys.readouterr().err


def test_a_name_and_markdown_together_are_refused(capsys):
    assert main(["parameters", "memory_weeks", "--markdown"]) == 1
    assert "leave out the name" in capsys.readouterr().err


INTERVENTIONS = """
[[interventions]]
from = "2000-07"
provinces = ["Inland"]
observation_probability = 0.5

[[interventions]]
from = 2001
famine_effect = 0.9
tolerated_attempts = 5
"""


def test_interventions_of_a_file_are_those_of_text_and_are_kept_in_the_manifest(tmp_path):
    (tmp_path / "changes.toml").write_text(INTERVENTIONS)
    text = (
        "2000-07 observation_probability=0.5 in Inland; "
        "2001 famine_effect=0.9; 2001 tolerated_attempts=5"
    )
    file = ["--interventions", tmp_path / "changes.toml"]
    assert run("--seed", 1, "--out", tmp_path / "file", "--quiet", *file) == 0
    words = ["--set", f"interventions={text}"]
    assert run("--seed", 1, "--out", tmp_path / "text", "--quiet", *words) == 0
    assert run("--seed", 1, "--out", tmp_path / "none", "--quiet") == 0
    file, text, none = (
        pd.read_parquet(tmp_path / name / "weekly.parquet") for name in ("file", "text", "none")
    )
    assert file.equals(text)
    before = file["week"] < 26
    pd.testing.assert_frame_equal(file[before], none[before])
    assert not file.equals(none)
    manifest = json.loads((tmp_path / "file" / "manifest.json").read_text())
    assert manifest["parameters"]["interventions"].startswith("2000-07 observation_probability=0.5")


def test_interventions_that_cannot_be_read_are_refused(tmp_path, capsys):
    (tmp_path / "changes.toml").write_text(
        '[[interventions]]\nfrom = "2000-13"\nmemory_weeks = 3\n'
    )
    for words, message in [
        (["--interventions", tmp_path / "changes.toml"], "changes.toml: interventions: '2000-13'"),
        (["--interventions", tmp_path / "none.toml"], "none.toml: this file is missing"),
        (["--set", "interventions=1999 memory_weeks=3"], "1999 lies outside the data"),
        (["--set", "interventions=2000 memory_week=3"], "did you mean memory_weeks?"),
    ]:
        assert run("--out", tmp_path / "out", *words) == 1
        assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_begins_with_a_preset_and_what_is_set_changes_it(tmp_path, capsys):
    out = tmp_path / "out"
    how = [
        "run",
        "--seed",
        "3",
        "--weeks",
        "52",
        "--preset",
        "after the b",
        "--set",
        "again_share=0.5",
    ]
    assert main([*how, "--out", str(out)]) == 0
    said = json.loads((out / "manifest.json").read_text())["parameters"]
    preset = preset_called("after the border", load("north_korea").presets, "")
    assert said == preset.parameters().replace(again_share=0.5).as_dict()
    assert "the journey's parameters are those that were set" in capsys.readouterr().out


@pytest.mark.parametrize("by_file", [False, True])
def test_dated_changes_are_added_to_those_of_a_preset(tmp_path, by_file):
    file = tmp_path / "dated.toml"
    file.write_text(
        '[[interventions]]\nfrom = "2014-01"\ncontrol_target = 0.5\nprovinces = ["Pyongyang"]\n'
        '[[interventions]]\nfrom = "2014-12"\ntolerated_attempts = 170\n'
    )
    mine = "2014-01 control_target=0.5 in Pyongyang; 2014-12 tolerated_attempts=170"
    how = ["--interventions", file] if by_file else ["--set", f"interventions={mine}"]
    for dated in (how, ["--set", "interventions=none"]):
        words = ["run", "--preset", "extended", "--weeks", "1", "--seed", "1", *map(str, dated)]
        assert main([*words, "--force", "--quiet", "--out", str(tmp_path / "out")]) == 0
        said = json.loads((tmp_path / "out" / "manifest.json").read_text())["parameters"]
        if dated is how:
            own = preset_called("extended", load("north_korea").presets, "").changes
            start, last, text = said["interventions"].partition("2014 control_target=0.99 in ")
            assert own["interventions"] == f"{start}2014 control_target=0.99"
            assert last
            others, _, new = text.partition("; ")
            assert len(others.split(" + ")) == len(load("north_korea").provinces) - 1
            assert new == mine
    assert said["interventions"] == "none"


@pytest.mark.parametrize(
    ("preset", "changed", "gone"),
    [
        ("extended", "policy=paper", "history_weight, control_target: "),
        ("circles", "journey=off", "onward_early, onward_late, "),
        ("circles", "interventions=none", "control_target: "),
    ],
)
def test_what_nothing_reads_in_a_changed_preset_is_left_out_and_said(
    tmp_path, capsys, preset, changed, gone
):
    words = ["--seed", "1", "--weeks", "1", "--quiet", "--set", changed]
    assert main(["run", "--preset", preset, *words, "--out", str(tmp_path / "out")]) == 0
    assert f"defection: {gone}" in (said := capsys.readouterr().err)
    assert "left out of the preset" in said
    kept = json.loads((tmp_path / "out" / "manifest.json").read_text())["parameters"]
    own = preset_called(preset, load("north_korea").presets, "").parameters()
    assert kept["memory_weeks"] == own.memory_weeks
    assert kept["interventions"] == (own.interventions if "off" in changed else "none")
    both = ["--set", "history_weight=0.3", "--set", "policy=paper", "--set", "interventions=none"]
    assert main(["run", "--preset", preset, *both, "--out", str(tmp_path / "no")]) == 1
    assert "history_weight has no effect unless" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "ensemble", "survey"])
def test_a_preset_that_is_none_is_refused_before_anything_runs(tmp_path, capsys, command):
    assert main([command, "--preset", "extendet", "--out", str(tmp_path / "out")]) == 1
    assert "did you mean extended" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main([command, "--country", str(TINY), "--preset", "extended"]) == 1
    assert "has no presets: its folder has no presets.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "interventions=1993 broker_fee=3.5"], "broker_fee has no effect unless"),
        (
            ["--set=hearing=nationwide", "--set=news_circles=20", "--set=news_between_circles=0.1"],
            "news_between_circles has no effect unless hearing = province",
        ),
        (["--set", "interventions=1993 gain=3"], "gain has no effect unless policy = proportional"),
        (["--interventions", "dated.toml", "--set", "interventions=none"], "interventions is set"),
        (["--set", "interventions=2010 memory_weeks=5; 2010-01 memory_weeks=50"], "contradict"),
        (
            ["--set", "interventions=2010 memory_weeks=5 in Pyongyang; 2010-W01 memory_weeks=7"],
            "interventions: 2010 memory_weeks=5 in Pyongyang and 2010-W01 memory_weeks=7 contradict",
        ),
    ],
)
def test_dated_changes_that_nothing_reads_and_two_of_them_are_refused(
    tmp_path, monkeypatch, capsys, words, said
):
    monkeypatch.chdir(tmp_path)
    dated = '[[interventions]]\nfrom = "1993"\nmemory_weeks = 9\n'
    (tmp_path / "dated.toml").write_text(dated)
    assert main(["run", *words]) == 1
    assert said in capsys.readouterr().err
    both = ["--set", "interventions=1993 gain=3; 1993 policy=proportional", "--weeks", "1"]
    assert main(["run", *both, "--out", "out"]) == 0
    late = "1993 gain=3.0; 1993 policy=proportional: after the 1 weeks of the run, without effect"
    assert late in capsys.readouterr().err
