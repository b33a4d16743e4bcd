"""Draws of a posterior that are kept as data, and the ones that are shipped."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from defection import ParameterError, Parameters, draw
from defection.batch_runs import run_ensemble
from defection.batch_runs.inference import simulation
from defection.draws import SHIPPED, Draws, DrawsError, load_draws, shipped, write_draws
from defection.parameters import PARAMETERS
from tests.conftest import ROOT

VARIED = ("famine_effect", "memory_weeks")
ROWS = [
    Parameters(famine_effect=0.1 + i / 3, memory_weeks=200 + i, economy_scale=0.5).as_dict()
    for i in range(4)
]


@pytest.fixture
def kept(tmp_path):
    return write_draws(ROWS, VARIED, tmp_path, "trial", {"method": "none"})


def test_a_draw_is_read_back_to_the_last_digit_and_runs_the_same(kept, tmp_path):
    assert isinstance(kept, Draws)
    assert len(load_draws("trial", tmp_path)) == len(kept) == 4
    assert kept.draw(2) == Parameters(**ROWS[2])
    assert kept.manifest["method"] == "none"
    first, second = (
        run_ensemble(p, 1, weeks=52, threads=1) for p in (kept.draw(2), Parameters(**ROWS[2]))
    )
    assert first.equals(second)


def test_the_table_holds_what_varied_and_the_manifest_the_rest(kept, tmp_path):
    head, *lines = (tmp_path / "trial.csv").read_text().splitlines()
    assert tuple(head.split(",")) == kept.varied == VARIED
    assert len(lines) == 4
    assert set(kept.manifest["fixed"]) == set(PARAMETERS) - set(VARIED)
    assert kept.draw(0).economy_scale == 0.5  # not the default of today


def test_a_parameter_that_was_added_later_takes_its_default(kept, tmp_path):
    """A table of an earlier version knows nothing of it, in its columns or in its manifest."""
    file = tmp_path / "trial.json"
    manifest = json.loads(file.read_text())
    del manifest["fixed"]["stop_threshold"]
    file.write_text(json.dumps(manifest))
    assert load_draws("trial", tmp_path).draw(1) == Parameters(
        **{**ROWS[1], "stop_threshold": PARAMETERS["stop_threshold"].default}
    )


def test_a_parameter_that_is_no_more_is_named(kept, tmp_path):
    file = tmp_path / "trial.json"
    file.write_text(file.read_text().replace('"stop_threshold"', '"stop_treshold"'))
    with pytest.raises(
        DrawsError,
        match="trial, draw 0: there is no parameter 'stop_treshold'; did you mean stop_threshold",
    ):
        load_draws("trial", tmp_path)


def test_what_is_no_draw_is_refused(kept, tmp_path):
    with pytest.raises(DrawsError, match="no draw 4: trial has 0 to 3"):
        kept.draw(4)
    with pytest.raises(DrawsError, match=r"no draws 'trail'; did you mean trial\?"):
        load_draws("trail", tmp_path)
    with pytest.raises(DrawsError, match=r"bad, draw 1: initial_repression = 1\.5 is out of range"):
        write_draws([ROWS[0], {**ROWS[1], "initial_repression": 1.5}], VARIED, tmp_path, "bad", {})
    with pytest.raises(DrawsError, match="bad: there is no column 'famine_effect'"):
        write_draws(
            [{k: v for k, v in ROWS[0].items() if k != "famine_effect"}],
            VARIED,
            tmp_path,
            "bad",
            {},
        )
    with pytest.raises(
        DrawsError,
        match="bad: memory_weeks differs between draws, but is not among those that vary",
    ):
        write_draws(ROWS, ["famine_effect"], tmp_path, "bad", {})
    with pytest.raises(DrawsError, match="bad: there is no draw"):
        write_draws([], VARIED, tmp_path, "bad", {})


def test_a_table_that_was_changed_is_refused(kept, tmp_path):
    table, manifest = tmp_path / "trial.csv", json.loads((tmp_path / "trial.json").read_text())
    table.write_text(table.read_text().replace("201", "202"))
    with pytest.raises(DrawsError, match=r"trial\.csv is not the table of its manifest"):
        load_draws("trial", tmp_path)
    (tmp_path / "trial.json").write_text(json.dumps({**manifest, "format": 9}))
    with pytest.raises(DrawsError, match="format 9, not 2"):
        load_draws("trial", tmp_path)


def test_the_shipped_draws_are_at_least_200_parameters_of_the_shipped_country(north_korea):
    draws = shipped()
    assert len(draws) == draws.manifest["draws"] >= 200
    assert draws.manifest["country"] == {
        "name": "north_korea",
        "fingerprint": north_korea.fingerprint,
    }
    assert draw(0) == draws.draw(0) != draw(199)
    assert set(draws.varied) == set(draws.manifest["space"])
    for one, (low, high) in draws.manifest["space"].items():
        assert all(low <= getattr(row, one) <= high for row in draws.rows)
    assert {"version", "posterior", "record", "observation", "script", "fixed"} <= set(
        draws.manifest
    )


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (-1, "there is no draw -1: north_korea has 0 to"),
        (10_000, "there is no draw 10000: north_korea has 0 to"),
        (True, r"must be a whole number, not True \(bool\)"),
        (1.0, r"must be a whole number, not 1\.0 \(float\)"),
        ("first", r"must be a whole number, not 'first' \(str\)"),
    ],
)
def test_a_number_that_no_draw_has_is_refused(number, message):
    with pytest.raises(ParameterError, match=message):
        draw(number)


def test_a_model_runs_with_a_draw():
    data = run_ensemble(draw(1), 1, weeks=60, threads=1)
    assert data.sizes["run"] == 1


def test_draws_are_read_only_when_they_are_asked_for():
    code = "import sys, defection.parameters; assert 'defection.draws' not in sys.modules; defection.draw(0); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert (SHIPPED / "north_korea.csv").exists()


def test_the_page_s_code_runs(capsys, monkeypatch):
    """With a sample of the space that is smaller still."""
    monkeypatch.setattr(simulation, "POINTS", 2**12)
    for code in re.findall(
        r"```python\n(.*?)```",
        (ROOT / "docs" / "posterior.md").read_text(encoding="utf-8"),
        re.DOTALL,
    ):
        exec(compile(code, "posterior.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "prior_alpha" in printed
    assert "negative binomial" in printed
