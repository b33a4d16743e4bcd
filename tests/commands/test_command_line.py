"""The command line as a person uses it: what it prints, what it leaves, what it refuses."""

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
from defection.parameters import PARAMETERS
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
    (["--set", "hearing=province", "--set", "hearing=province"], "--set gives hearing twice"),
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
    (["--country", ""], "the country must be a name or a folder, not ''"),
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
    command = [
        sys.executable,
        "-m",
        "defection",
        "run",
        "--seed",
        "1",
        "--out",
        str(tmp_path / "out"),
        "--set",
        "stop_threshold=2000000000",
    ]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    seen = ""
    while "weeks/s" not in seen or "0/1196" in seen[-60:]:
        seen += process.stderr.read(20)
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
        assert str(p.default) in printed


def test_one_parameter_is_shown_in_full_and_a_misspelt_one_refused(capsys):
    assert main(["parameters", "famine_effect"]) == 0
    assert "0.84 (s.d. 0.04)" in capsys.readouterr().out
    assert main(["parameters", "famine_efect"]) == 1
    assert "did you mean famine_effect?" in capsys.readouterr().err


def test_a_reader_who_leaves_early_is_no_error():
    command = [
        sys.executable,
        "-c",
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-m', 'defection', 'parameters'], stdout=-1, stderr=-1); p.stdout.read(1); p.stdout.close(); print(p.stderr.read().decode(), p.wait())",
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "0"


def test_a_name_and_markdown_together_are_refused(capsys):
    assert main(["parameters", "memory_weeks", "--markdown"]) == 1
    assert "leave out the name" in capsys.readouterr().err


def test_help_names_the_commands_and_an_example(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "run " in printed
    assert "parameters" in printed
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert __version__ in capsys.readouterr().out


def test_importing_the_package_is_light_and_a_worker_s_part_of_it_brings_no_agents():
    code = (
        "import sys, defection; print([n for n in ('numba', 'mesa', 'matplotlib', 'solara', 'pandas') if n in sys.modules])\n"
        "import defection.batch_runs.execution.worker; print([n for n in ('mesa', 'networkx', 'scipy.special', 'scipy.stats', 'xarray') if n in sys.modules])"
    )
    assert subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split() == ["[]", "[]"]


def ensemble(*arguments):
    return main(["ensemble", "--country", str(TINY), *SETTINGS, *map(str, arguments)])


def test_an_ensemble_prints_the_record_beside_the_spread_and_keeps_every_run(tmp_path, capsys):
    assert ensemble("--runs", 20, "--seed", 5, "--out", tmp_path / "runs.csv") == 0
    table = pd.read_csv(tmp_path / "runs.csv")
    assert len(table) == 20 * 2
    for seed in (5, 24):
        told = DefectionModel(country=TINY, seed=seed, **LIVELY).run().yearly()
        assert table.loc[table["seed"] == seed, "successes"].tolist() == told["successes"].tolist()
    printed = capsys.readouterr().out
    for year, record in ((2000, 5), (2001, 7)):
        median = table.loc[table["year"] == year, "successes"].median()
        assert f"{year:>6} {record:>8} {median:>9,.1f}" in printed
    assert "0 of 20 runs stopped early" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["runs.csv"]


def test_a_year_that_a_stopped_run_never_reached_does_not_count(capsys):
    assert (
        ensemble("--runs", 20, "--set", "famine_effect=3", "--weeks", "104") == 1
    )  # famine_effect is set twice
    assert "gives famine_effect twice" in capsys.readouterr().err
    assert (
        main(
            [
                "ensemble",
                "--country",
                str(TINY),
                *SETTINGS[:-1],
                "--set",
                "stop_threshold=0",
                "--runs",
                "5",
            ]
        )
        == 0
    )
    printed = capsys.readouterr().out
    assert "5 of 5 runs stopped early" in printed
    assert printed.splitlines()[2].split() == ["2001", "7", "-", "-", "-", "0"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--runs", "0"], "the ensemble is empty: there are no seeds"),
        (["--threads", "0"], "threads = 0"),
        (["--seed", "x"], "the seed must be"),
        (["--out", "."], "is a folder"),
    ],
)
def test_a_bad_ensemble_is_refused(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert ensemble(*arguments) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_file_of_an_ensemble_is_kept_unless_force_is_given(tmp_path, capsys):
    out = tmp_path / "runs.csv"
    out.write_text("mine")
    assert ensemble("--runs", 2, "--out", out) == 1
    assert out.read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert ensemble("--runs", 2, "--out", out, "--force", "--quiet") == 0
    assert out.read_text() != "mine"
