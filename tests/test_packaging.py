"""What is shipped: the wheel holds everything, works by itself, and its types hold."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from tests.conftest import ROOT

FOLDERS = {
    "commands": "defection/commands",
    "replication": "defection/replication",
    "model": "defection",
    "agents": "defection/agents",
    "batch_runs": "defection/batch_runs",
    "views": "defection/views",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, so that nothing left by an earlier build gets in, and unpack it."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in FOLDERS:
        shutil.copytree(
            ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(folder / "source"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "tree")
    return folder / "tree"


def _run(wheel, *arguments, **settings):
    environment = {**os.environ, "PYTHONPATH": str(wheel), "MYPYPATH": str(wheel)}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        **settings,
    )


def test_the_wheel_holds_every_file_of_the_package(wheel):
    expected = set()
    for folder, target in FOLDERS.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                expected.add(
                    str(pathlib.PurePosixPath(target) / path.relative_to(ROOT / folder).as_posix())
                )
    shipped = {
        path.relative_to(wheel).as_posix()
        for path in (wheel / "defection").rglob("*")
        if path.is_file()
    }
    assert shipped == expected


def test_the_wheel_runs_by_itself(wheel, tmp_path):
    done = _run(
        wheel,
        "-c",
        "import defection, pathlib; print(pathlib.Path(defection.__file__).parent)",
        cwd=tmp_path,
    )
    assert done.stdout.split() == [str(wheel / "defection")], done.stderr
    done = _run(wheel, "-m", "defection", "run", "--weeks", "5", "--seed", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(pd.read_parquet(tmp_path / "run-1" / "weekly.parquet")) == 5 * 10


def test_the_types_hold(wheel, tmp_path):
    done = _run(
        wheel,
        "-m",
        "mypy",
        "--config-file",
        str(ROOT / "pyproject.toml"),
        "--cache-dir",
        str(tmp_path),
        "-p",
        "defection",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_style_holds():
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check, str(ROOT)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_one_rule_changed_in_one_place_changes_both_engines(tmp_path):
    """Edit one equation of a copy whose compiled code is already kept: nothing stale is used."""
    for name, target in FOLDERS.items():
        shutil.copytree(
            ROOT / name,
            tmp_path / target,
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )
    code = (
        "from defection import DefectionModel; from defection.batch_runs import run_ensemble; from defection.compiled import law_fingerprint\n"
        "told = DefectionModel(seed=1, weeks=52, hearing='nationwide').run().yearly()['attempts'].tolist()\n"
        "print(told == run_ensemble({'hearing': 'nationwide'}, 1, weeks=52)['yearly_attempts'].to_numpy()[0].tolist(), told[0], law_fingerprint())"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }

    def attempts():
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            cwd=tmp_path,
        )
        agree, told, law = done.stdout.split()
        assert agree == "True"
        return int(told), law

    before, first = attempts()
    rule = tmp_path / "defection" / "equations.py"
    text = rule.read_text()
    assert "return utility / (utility - LOSS_IF_STOPPED)" in text
    rule.write_text(
        text.replace(
            "return utility / (utility - LOSS_IF_STOPPED)",
            "return utility / (utility - 1.1 * LOSS_IF_STOPPED)",
        )
    )
    asked = [
        sys.executable,
        "-c",
        "from defection.compiled import law_fingerprint; print(law_fingerprint())",
    ]
    second = subprocess.run(
        asked, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    ).stdout.strip()
    parameters = tmp_path / "defection" / "parameters.py"
    parameters.write_text(
        parameters.read_text().replace(
            'choices=("province", "nationwide")', 'choices=("nationwide", "province")'
        )
    )
    after, third = attempts()  # the order of choices is compiled in: both engines must still agree
    assert after < before
    assert len({first, second, third}) == 3  # either file alone makes the kept code stale
