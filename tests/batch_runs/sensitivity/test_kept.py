"""The measured importances that are shipped are those of the present model: its defaults, its ranges, its law."""

from __future__ import annotations

import importlib.util

import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import run_points
from defection.batch_runs.sensitivity import morris, rank
from defection.batch_runs.sweeps.specification import described_axis
from defection.country import load
from defection.parameters import PARAMETERS
from defection.replication.measured import measured, measured_with
from tests.conftest import ROOT


def test_what_did_not_vary_has_the_present_defaults():
    fixed = measured_with()["fixed"]
    assert {"hearing", "famine_years", "stop_threshold"} <= set(fixed)
    assert fixed == {name: PARAMETERS[name].default for name in fixed}


def test_what_varied_has_the_present_ranges_and_is_all_the_rest():
    about = measured_with()
    assert about["varied"] == {
        one.name: described_axis(one) for one in Space.from_parameters(vary="all").varied
    }
    assert set(about["varied"]) | set(about["fixed"]) == set(PARAMETERS)


def test_the_tables_were_measured_with_the_data_that_are_shipped():
    assert measured_with()["country"] == load("north_korea").fingerprint


def test_measuring_again_would_write_the_same_settings():
    spec = importlib.util.spec_from_file_location(
        "measure_importance", ROOT / "scripts" / "measure_importance.py"
    )
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    new, kept = measure.manifest(Space.from_parameters(vary="all"), measure.FULL), measured_with()
    assert set(new) == set(kept)
    for name in set(new) - {
        "law",
        "defection",
    }:  # a comment changes the law's fingerprint: that the runs are the same is tested below
        assert new[name] == kept[name], name


def test_the_trajectories_run_again_give_the_importances_that_are_written():
    about, space = measured_with(), Space.from_parameters(vary="all")
    design = morris.design(space.names, trajectories=about["sizes"]["morris"], seed=1)
    runs = run_points(design.table(space), root=about["root"])
    again = rank(runs, "morris", space=space, names=["total", "stopped_early"], design=design)
    keys = ["outcome", "method", "parameter"]
    both = measured("importance").merge(again, on=keys, suffixes=("_kept", "_again"))
    assert (
        len(both) == len(again) == 4 * (len(space.names) + 1)
    )  # two outcomes, two measures, a dummy
    for column in ("value", "low", "high"):
        assert both[f"{column}_kept"].to_numpy() == pytest.approx(
            both[f"{column}_again"].to_numpy(), rel=6e-4, abs=1e-12
        ), column
