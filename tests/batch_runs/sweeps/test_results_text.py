"""What a sweep says on the terminal agrees with its table of runs."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.outcomes import by_point, checked_outcome, done_runs, outcomes, words
from defection.batch_runs.store.results import ResultsError
from defection.batch_runs.sweeps.text import cautions, number, text


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    given = {
        "seed": 4,
        "design": {"kind": "grid", "replicates": 3},
        "parameters": {
            "famine_effect": {"low": 0, "high": 1, "steps": 2},
            "adjustment_rate": [0.0001, 0.002],
            "hearing": ["province", "nationwide"],
        },
    }
    return run_sweep(given, tmp_path_factory.mktemp("text") / "sweep", engine="serial")


def test_the_text_says_what_varies_and_how_the_points_differ(swept):
    said, runs = text(swept), swept.runs()
    assert "grid design, 8 points x 3 replicates, North Korea" in said
    assert "24 runs planned: 24 done, 0 failed, 0 missing." in said
    for line in (
        ("famine_effect", "0 to 1"),
        ("adjustment_rate", "0.0001, 0.002"),
        ("hearing", "province, nationwide"),
    ):
        assert any(one.split(maxsplit=1) == list(line) for one in said.splitlines())
    means = runs.groupby("point")["total_successes"].mean()
    levels = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]
    assert [number(value) for value in np.quantile(means, levels)] == said.split("largest\n")[
        1
    ].splitlines()[0].split()
    assert (
        f"{100 * runs['stopped_early'].mean():.1f} % of the runs stopped early, 0.0 % are without any attempt"
        in said
    )


def test_runs_without_any_attempt_are_counted(tmp_path):
    given = {
        "seed": 1,
        "weeks": 4,
        "design": {"kind": "grid", "replicates": 2},
        "parameters": {"utility_intercept": [-100.0, -4.32], "utility_slope": 0.0},
    }
    results = run_sweep(given, tmp_path / "out", engine="serial")
    silent = (results.runs()["total_attempts"] == 0).mean()
    assert silent in (0.5, 1.0)
    assert f"{100 * silent:.1f} % are without any attempt" in text(results, "total_attempts")


def test_what_is_missing_or_damaged_is_said(swept, tmp_path):
    folder = shutil.copytree(swept.path, tmp_path / "copy")
    files = sorted((folder / "runs").iterdir())
    files[0].unlink()
    files[1].write_bytes(b"?")
    results = open_results(folder)
    missing = results.counts()["missing"]
    assert missing > 1
    said = cautions(results)
    assert f"{missing} of 24 runs are missing; to go on: defection sweep --out {folder}" in said
    assert any(files[1].name in one for one in said)


def test_a_single_replicate_is_warned_of(tmp_path):
    given = {
        "seed": 1,
        "weeks": 4,
        "design": {"kind": "grid"},
        "parameters": {"famine_effect": [0.1, 0.2]},
    }
    said = text(run_sweep(given, tmp_path / "out", engine="serial"))
    assert "Note: one replicate of each point" in said
    assert "stopped early (stop_threshold)" not in said


def test_a_sweep_of_which_nothing_is_done_has_a_text(swept, tmp_path):
    folder = shutil.copytree(swept.path, tmp_path / "copy")
    shutil.rmtree(folder / "runs")
    said = text(open_results(folder))
    assert "0 done" in said
    assert "24 of 24 runs are missing" in said
    assert "nan" not in said


def test_outcomes_are_what_runs_give_and_not_what_they_are_given(swept):
    known = outcomes(swept)
    assert {"weeks_run", "stopped_early", "total_attempts", "successes_2014"} <= set(known)
    assert not {"run_id", "seed", "point", "error", "famine_effect", "stop_threshold"} & set(known)
    with pytest.raises(ResultsError, match="famine_effect is a parameter, not an outcome"):
        text(swept, "famine_effect")
    with pytest.raises(ResultsError, match="did you mean successes_2014"):
        checked_outcome(swept, "sucesses_2014")


def test_every_outcome_has_words_of_its_own(swept):
    assert words("stopped_early") == "runs that stopped early"
    assert words("known_stopped_1999") == "known stopped in 1999"
    assert len({words(name) for name in outcomes(swept)}) == len(outcomes(swept))


def test_by_point_is_what_pandas_says(swept):
    table, groups = by_point(swept, "weeks_run"), swept.runs().groupby("point")
    assert np.allclose(table["mean"], groups["weeks_run"].mean())
    assert np.allclose(table["sd"], groups["weeks_run"].std())
    assert np.allclose(table["stopped_early"], groups["stopped_early"].mean())
    assert table["runs"].tolist() == [3] * 8


def test_a_year_counts_in_the_runs_that_completed_it(tmp_path):
    varied = {"famine_effect": [0.0, 1.0], "stop_threshold": [2000, 10_000]}
    design = {"kind": "grid", "replicates": 3, "preset": "Successes as arrivals"}
    results = run_sweep({"seed": 4, "design": design, "parameters": varied}, tmp_path / "sweep")
    runs, name = results.runs(), "successes_2005"
    whole = runs[name].where(runs["weeks_run"] >= 14 * 52)
    assert 0 < whole.isna().sum() < len(runs)
    groups, table = whole.groupby(runs["point"]), by_point(results, name)
    assert np.allclose(table["mean"], groups.mean(), equal_nan=True)
    assert np.allclose(table["sd"], groups.std(), equal_nan=True)
    assert table["runs"].tolist() == [3] * 4
    kept = done_runs(results, [name, "total_successes"])
    assert np.allclose(kept[name], whole, equal_nan=True)
    assert kept["total_successes"].equals(runs["total_successes"])
