"""Small real sweeps, shared by the tests that only look at them."""

from __future__ import annotations

import pathlib
import shutil

import pandas as pd
import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.execution.worker import failed_part
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.sweeps.sweep import task_maker
from tests.conftest import BURSTING, LIVELY, TINY

RATE = {"low": 0.0001, "high": 0.002, "scale": "log"}
ERROR = 'RuntimeError: <script>alert("1 < 2 & 3")</script> \x00 end'


def kept(results) -> pd.DataFrame:
    """Return the table of runs as it lies on disk, read without the code under test."""
    return pd.read_parquet(results.path / "runs").sort_values(
        ["point", "replicate"], ignore_index=True
    )


@pytest.fixture(scope="session")
def grid(tmp_path_factory):
    """Three values of two parameters, six replicates; North Korea. In a third of the cells all runs stop early."""
    design = {"kind": "grid", "replicates": 6, "preset": "Successes as arrivals"}
    parameters = {
        **BURSTING,
        "famine_effect": [0.0, 0.8, 1.6],
        "adjustment_rate": {**RATE, "steps": 3},
    }
    return run_sweep(
        {"seed": 7, "design": design, "parameters": parameters},
        tmp_path_factory.mktemp("grid") / "sweep",
        engine="serial",
    )


@pytest.fixture(scope="session")
def sampled(tmp_path_factory):
    """Sixty random points of three parameters, two replicates; North Korea."""
    design = {"kind": "random", "points": 60, "replicates": 2, "preset": "Successes as arrivals"}
    parameters = {**BURSTING, "famine_effect": {}, "adjustment_rate": RATE, "hearing": {}}
    return run_sweep(
        {"seed": 3, "design": design, "parameters": parameters},
        tmp_path_factory.mktemp("sampled") / "sweep",
        engine="serial",
    )


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    """Three parameters, one at a time, four replicates; North Korea."""
    design = {
        "kind": "one-at-a-time",
        "steps": 4,
        "replicates": 4,
        "preset": "Successes as arrivals",
    }
    parameters = {
        **BURSTING,
        "famine_effect": {},
        "adjustment_rate": RATE,
        "hearing": ["province", "nationwide"],
    }
    return run_sweep(
        {"seed": 5, "design": design, "parameters": parameters},
        tmp_path_factory.mktemp("alone") / "sweep",
        engine="serial",
    )


@pytest.fixture(scope="session")
def single(tmp_path_factory):
    """One replicate of each of four points; the tiny country."""
    specification = {
        "seed": 1,
        "country": str(TINY),
        "design": {"kind": "grid"},
        "parameters": {**LIVELY, "famine_effect": [0.1, 0.2], "memory_weeks": [20, 30]},
    }
    return run_sweep(specification, tmp_path_factory.mktemp("single") / "sweep", engine="serial")


@pytest.fixture
def broken(tmp_path):
    """Sixteen runs of the tiny country: chunks of two, of which one failed, one is missing and one is damaged."""
    specification = {
        "seed": 1,
        "country": str(TINY),
        "design": {"kind": "grid", "replicates": 4},
        "parameters": {**LIVELY, "famine_effect": [0.1, 0.2], "memory_weeks": [20, 30]},
    }
    made = run_sweep(specification, tmp_path / "sweep", engine="serial", chunk=2)
    parts = [part.file for part in made.parts()]
    parts[1].unlink()
    folder = Folder(made.path)
    failed = failed_part(task_maker(folder, made.plan)(made.plan.blocks[0].members(1)), ERROR)
    folder.write_part(made.plan, 0, 1, 1, failed.runs, failed.series)
    parts[4].unlink()
    parts[6].write_bytes(parts[6].read_bytes()[:-1] + b"?")
    return open_results(made.path)


@pytest.fixture
def empty(single, tmp_path):
    """Give a sweep that is planned, and of which nothing is done."""
    folder = pathlib.Path(shutil.copytree(single.path, tmp_path / "empty"))
    shutil.rmtree(folder / "runs")
    return open_results(folder)
