"""The command ``ensemble``: many seeds of one scenario beside what was observed."""

from __future__ import annotations

import pandas as pd
import pytest

from defection import DefectionModel
from defection.commands.main import main
from tests.conftest import LIVELY, TINY

SETTINGS = [f"--set={name}={value}" for name, value in LIVELY.items()]


def ensemble(*arguments):
    return main(["ensemble", "--country", str(TINY), *SETTINGS, *map(str, arguments)])


def test_an_ensemble_prints_what_was_observed_beside_the_interval_and_keeps_every_run(
    tmp_path, capsys
):
    assert ensemble("--runs", 20, "--seed", 5, "--out", tmp_path / "runs.csv") == 0
    table = pd.read_csv(tmp_path / "runs.csv")
    assert len(table) == 20 * 2
    for seed in (5, 24):
        yearly = DefectionModel(country=TINY, seed=seed, **LIVELY).run().yearly()
        assert (
            table.loc[table["seed"] == seed, "successes"].tolist() == yearly["successes"].tolist()
        )
    printed = capsys.readouterr().out
    for year, observed in ((2000, 5), (2001, 7)):
        median = table.loc[table["year"] == year, "successes"].median()
        assert f"{year:>6} {observed:>8} {median:>9,.1f}" in printed
    assert "0 of 20 runs stopped early" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["runs.csv"]


def test_a_parameter_is_set_once(capsys):
    assert ensemble("--set", "famine_effect=3") == 1
    assert "famine_effect is set twice" in capsys.readouterr().err


def test_a_year_that_a_stopped_run_never_reached_does_not_count(capsys):
    settings = [*SETTINGS[:-1], "--set=stop_threshold=0"]
    assert main(["ensemble", "--country", str(TINY), *settings, "--runs", "5"]) == 0
    printed = capsys.readouterr().out
    assert "5 of 5 runs stopped early" in printed
    assert printed.splitlines()[2].split() == ["2001", "7", "-", "-", "-", "0"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--runs", "0"], "--runs = 0 must be a whole number of at least 1"),
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
