"""The command ``search``: what it refuses before the first run, and what it prints is true."""

from __future__ import annotations

import dataclasses
import importlib
import pathlib
import re
import shlex
import shutil
import sys
import tomllib

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import open_search, search_space
from defection.batch_runs.sweeps.design_file import read_space
from defection.batch_runs.sweeps.specification import Specification
from defection.commands.main import main
from defection.commands.searches import METHODS
from defection.country import load
from tests.conftest import LIVELY, ROOT, TINY

SMALL = {
    "staged": "screened=8 starts=2 generations=2 halving=1 population=4 selected=1 "
    "last_generations=1 replicates=1 fresh=2",
    "paper": "chains=2 steps=2",
    "evolution": "starts=1 generations=1 population=4 replicates=1",
    "screen": "points=8",
    "smc": "particles=4 generations=1 batch=40",
}
"""Settings of every method with which it takes a moment."""

SPACE = "[parameters]\nfamine_effect = { low = 0, high = 1 }\nutility_intercept = { low = -4, high = -2 }\n"


def words_of(method):
    return ["--method", method, *(f"--set={one}" for one in SMALL[method].split())]


def maker(method):
    package, name = METHODS[method].split(".")
    return getattr(importlib.import_module(f"defection.batch_runs.{package}"), name)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with a space of the tiny country."""
    monkeypatch.chdir(tmp_path)
    settings = {name: value for name, value in LIVELY.items() if name not in SPACE}
    text = SPACE + "".join(f"{name} = {value}\n" for name, value in settings.items())
    pathlib.Path("space.toml").write_text(text, encoding="utf-8")
    return tmp_path


def printed_run(capsys, out):
    """Run the printed command as it is; return what was said of it, and its yearly counts."""
    said = re.search(
        r"run of the best point, (\S+) \(score (\S+), ([\d,]+) successes\):\n  (.*)",
        capsys.readouterr().out,
    )
    command = shlex.split(said[4])
    assert command[:2] == ["defection", "run"]
    assert main([*command[1:], "--out", out]) == 0
    row = open_search("found here").run(said[1])
    assert (row["total_successes"], str(row["seed"])) == (int(said[3].replace(",", "")), command[3])
    return float(said[2]), pd.read_csv(f"{out}/yearly.csv").set_index("year"), row


@pytest.mark.parametrize("method", METHODS)
def test_the_printed_command_gives_the_printed_numbers(method, here, capsys):
    """Of a country in a folder with spaces, fewer weeks, fixed values and interventions."""
    shutil.copytree(TINY, "a land's folder")
    with open("space.toml", "a", encoding="utf-8") as file:
        file.write('interventions = "2000-10 initial_repression=0.9 in Inland + Borderland"\n')
    pathlib.Path("mine.csv").write_text("year,successes\n2000,300\n")
    command = ["search", "space.toml", "--country", "a land's folder", "--weeks", "60"]
    command += ["--target", "mine.csv", *words_of(method), "--out", "found here"]
    assert main(command) == 0
    score, yearly, row = printed_run(capsys, "run")
    runs = yearly["successes"]
    assert score == pytest.approx(abs(np.sqrt(runs[2000]) - np.sqrt(300)), rel=1e-3)
    assert runs.sum() == row["total_successes"] > 0


@pytest.mark.parametrize(
    ("begins", "flow"), [(["--preset", "successes"], "successes"), ([], "arrivals")]
)
def test_the_printed_command_of_the_shipped_country_gives_the_printed_numbers(
    here, capsys, begins, flow
):
    pathlib.Path("mine.csv").write_text("year,successes\n1992,8\n1993,8\n")
    command = ["search", "--weeks", "104", "--target", "mine.csv", "--out", "found here", *begins]
    assert main([*command, *words_of("screen")]) == 0
    score, yearly, row = printed_run(capsys, "run")
    observed = Objective(Target((1992, 1993), (8, 8)))
    flows = {f"successes_{year}": yearly.loc[year, flow] for year in yearly.index}
    assert score == pytest.approx(
        observed(pd.DataFrame([{**flows, "weeks_run": row["weeks_run"]}]))[0], rel=1e-3
    )


@pytest.mark.parametrize(
    "text",
    [
        "[parameters]\nfamine_effect = {}\n",
        "[parameters]\nmemory_weeks = [100, 200]\nhearing = 'nationwide'\n",
        "[design]\nvary = ['adjustment_rate', 'utility_slope']\n[parameters]\nprior_beta = 9\n",
        "[design]\nvary = 'all'\n[parameters]\nprior_beta = 9\n",
        "[parameters]\nobservation_probability = { low = 0.2, high = 0.5 }\n",
    ],
)
def test_a_space_file_means_what_a_design_file_means(text, here):
    """What is absent is at its default and does not vary."""
    pathlib.Path("some.toml").write_text(text, encoding="utf-8")
    design = {"seed": 1, **tomllib.loads(text)}
    design["design"] = {"kind": "random", "points": 1, **design.get("design", {})}
    assert read_space("some.toml") == Specification.from_mapping(design).space
    assert read_space("some.toml", search_space).names == read_space("some.toml").names


def test_news_is_searched_on_a_log_scale_where_no_scale_is_given(here):
    pathlib.Path("some.toml").write_text("[parameters]\nobservation_probability = {}\n")
    (news,) = read_space("some.toml", search_space).varied
    assert (news.low, news.high, news.log) == (0.001, 1.0, True)
    (even,) = read_space("some.toml").varied
    assert (even.low, even.high, even.log) == (0.0, 1.0, False)


def test_the_example_of_the_documents_is_the_default_space(here):
    text = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.S)[1]
    pathlib.Path("example.toml").write_text(example, encoding="utf-8")
    assert read_space("example.toml") == search_space(defaults=load("north_korea").defaults)


def test_ranges_of_north_korea_are_not_another_country_s(here, capsys):
    assert main(["search", "--country", str(TINY), "--out", "out"]) == 1
    assert "the country brings no ranges" in capsys.readouterr().err
    pathlib.Path("own.toml").write_text("[parameters]\nfamine_effect = {}\n")
    assert main(["search", "own.toml", "--country", str(TINY), "--out", "out"]) == 1
    assert "own.toml, line 2, parameters.famine_effect: famine_effect has no range of its own" in (
        capsys.readouterr().err
    )
    assert not pathlib.Path("out").exists()


def test_a_country_s_own_ranges_are_searched(here, capsys):
    folder = shutil.copytree(TINY, "mine")
    pathlib.Path(folder, "ranges.csv").write_text(
        "parameter,low,high\nfamine_effect,0,1\nobservation_probability,0.1,0.5\n"
    )
    command = ["search", "--country", "mine", *words_of("screen"), "--out", "out", "--quiet"]
    assert main(command) == 0
    said = open_search("out").plan.design["parameters"]
    varied = {name: one for name, one in said.items() if isinstance(one, dict)}
    assert varied == {
        "observation_probability": {"low": 0.1, "high": 0.5, "scale": "linear"},
        "famine_effect": {"low": 0.0, "high": 1.0, "scale": "linear"},
    }


BAD_VALUES = ["x", "", "-1", "0", "1e999", "nan", "1_000", "١٢", "9" * 30, "9" * 5000, "0x10"]


@pytest.mark.parametrize("method", METHODS)
def test_no_setting_takes_a_value_with_which_it_cannot_run(method, here, capsys):
    """Of every method, every setting and every bad value: one line that names the setting."""
    fields = [f.name for f in dataclasses.fields(maker(method)) if f.name not in NO_SETTINGS]
    for name in fields:
        for value in BAD_VALUES:
            if value == "0" and name in ("step", "continue_worse"):
                continue  # a share
            command = ["search", "space.toml", "--country", str(TINY), "--method", method]
            assert main([*command, "--out", "out", "--set", f"{name}={value}"]) == 1, (name, value)
            said = capsys.readouterr().err
            assert said.count("\n") == 1, (name, value, said)
            assert name.removeprefix("last_") in said or "runs in all" in said, (name, value, said)
            assert len(said) < 400
            assert not pathlib.Path("out").exists()


NO_SETTINGS = ("space", "objective", "region")


@pytest.mark.parametrize("missing", ["cmaes", "sklearn", "SALib", "distributed"])
@pytest.mark.parametrize("method", METHODS)
def test_a_library_that_is_missing_is_missed_before_the_first_run_or_never(
    method, missing, here, monkeypatch, capsys
):
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    command = ["search", "space.toml", "--country", str(TINY), *words_of(method), "--out", "out"]
    status, said = main([*command, "--quiet"]), capsys.readouterr().err
    assert (status == 0) == pathlib.Path("out/found.csv").exists()
    assert (status == 0) == (missing != "cmaes" or method not in ("staged", "evolution")), said
    if status:
        assert f"needs {missing}" in said
        assert not pathlib.Path("out").exists()
    if missing == "distributed":
        assert main([*command, "--cluster", "local", "--out", "other"]) == 1
        assert "needs distributed" in capsys.readouterr().err
        assert not pathlib.Path("other").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vary = 'all'", "line 1, vary: there is no key 'vary'; it belongs under [design]"),
        ("seed = 3", "line 1, seed: there is no key 'seed'"),
        ("[design]\nkind = 'grid'", "line 2, design.kind: there is no key 'kind' in [design]"),
        ("design = 3", "design must be a table"),
        ("[parameters]\nfamin_effect = 3", "did you mean famine_effect?"),
        ("parameters = [1]", "parameters must be a table"),
        ("[design]\nvary = 3", "vary must be a list of names"),
        ("[parameters]\nprior_beta = 3", "nothing varies"),
    ],
)
def test_a_space_that_cannot_be_is_refused_with_its_line(text, message, here, capsys):
    pathlib.Path("bad.toml").write_text(text, encoding="utf-8")
    assert main(["search", "bad.toml", "--out", "out"]) == 1
    assert message in capsys.readouterr().err
    assert not pathlib.Path("out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--weeks", "520"], "the target's year 2002 is not run: the runs cover 1992 to 2001"),
        (["--weeks", "1195"], "the target's year 2014 is not run: the runs cover 1992 to 2013"),
        (["--weeks", "9"], "the runs complete no year"),
        (["--set", "starts"], "--set needs NAME=NUMBER, not 'starts'"),
        (["--set", "starts=3", "--set", "starts=4"], "starts is set twice"),
        (["--method", "screen", "--set", "points=9999999"], "up to 10,000,884 runs in all"),
        (["--set", "selected=20"], "selected = 20 must be at most starts = 12"),
        (["--set", "fresh=1"], "fresh = 1 must be"),
        (["--method", "smc", "--set", "particles=5000"], "particles = 5,000 cannot be found"),
        (["--target", "large.csv"], "ceiling = 100000 lies below the target's 200000 people"),
        (["--target", "large.csv", "--printed"], "which --target replaces"),
    ],
)
def test_what_only_the_end_would_have_refused_is_refused_before_the_first_run(
    words, message, here, capsys
):
    pathlib.Path("large.csv").write_text("year,successes\n1992,200000\n")
    assert main(["search", "--out", "out", *words]) == 1
    assert message in capsys.readouterr().err
    assert not pathlib.Path("out").exists()


def test_a_start_for_every_valley_is_found_where_few_points_lie_apart(here):
    """Two lists of two values: all points lie near each other, and the search goes on."""
    pathlib.Path("few.toml").write_text(
        "[parameters]\nmemory_weeks = [3, 30]\nfamine_effect = [0.1, 0.2]\n"
    )
    command = ["search", "few.toml", "--country", str(TINY), "--out", "out", "--quiet"]
    words = "screened=16 starts=6 generations=1 population=4 selected=6 last_generations=1"
    assert main([*command, *(f"--set={one}" for one in words.split()), "--set=fresh=2"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--method", "papr"], "did you mean paper?"),
        (["--set", "startz=3"], "staged has no setting 'startz'; did you mean starts?"),
        (["--set", "starts=x"], "starts = 'x' must be a number"),
        (["--distance", "root_scal"], "did you mean root_scale?"),
        (["--distance", "facts", "--printed"], "--printed is about counts by year"),
        (["--distance", "facts", "--smoothed", "3"], "--smoothed is about counts by year"),
        (["--smoothed", "2"], "must be an odd whole number"),
        (["--target", "none.csv"], "none.csv: there is no such file"),
        (["none.toml"], "none.toml: there is no such design file"),
    ],
)
def test_a_search_that_cannot_be_is_refused_before_it_starts(
    words, message, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["search", *words, "--out", "out"]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--workers", "0"], "workers = 0 must be"),
        (["--engine", "proceses"], "did you mean processes?"),
        (["--seed", "-1"], "-1"),
    ],
)
def test_workers_engines_and_seeds_that_cannot_be_are_refused(words, message, tmp_path, capsys):
    assert main(["search", *words, "--out", str(tmp_path / "out")]) == 1
    assert message in capsys.readouterr().err
