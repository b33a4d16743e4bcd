"""What is shipped: the wheel holds everything, works by itself, and its types hold."""

from __future__ import annotations

import importlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pandas as pd
import pytest
import setuptools

import defection
from tests import house
from tests.conftest import ROOT
from tests.environments.versions import NOT_RUN, PYTHONS


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, without what an earlier build has left, and unpack it."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in house.PACKAGES:
        shutil.copytree(
            ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    source = str(folder / "source")
    words = ["build", "--wheel", "--no-isolation", "--outdir", str(folder), source]
    command = [sys.executable, "-m", *words]
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
    for folder in house.PACKAGES:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                expected.add(house.installed(path.relative_to(ROOT).as_posix()))
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
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path)]
    done = _run(wheel, "-m", "mypy", *settings, "-p", "defection", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "misspelt.py").write_text(
        "from defection import Parameters\n\nParameters(memory_week=3)\nParameters(policy=3)\n"
    )
    done = _run(wheel, "-m", "mypy", *settings, "misspelt.py", cwd=tmp_path)
    assert 'misspelt.py:3: error: Unexpected keyword argument "memory_week"' in done.stdout
    assert 'misspelt.py:4: error: Argument "policy" to "Parameters" has incomp' in done.stdout


def test_the_pythons_that_were_run_are_classifiers_and_the_others_are_admitted_and_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = [one.rpartition(" ")[2] for one in project["classifiers"] if "Python :: 3." in one]
    assert said == [python for python in PYTHONS if python not in NOT_RUN]
    lowest, above = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups()
    assert [f"3.{minor}" for minor in range(int(lowest), int(above))] == list(PYTHONS)
    for page in ("README.md", "docs/reliability.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert all(python in text for python in NOT_RUN), page


def test_a_release_is_refused_before_it_is_built_where_the_tag_is_not_the_version():
    script = ROOT / "scripts" / "check_release.sh"
    words = ["bash", str(script), "v0.0.0"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"the tag is v0.0.0, the version {defection.__version__}\n"
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert "bash scripts/check_release.sh" in workflow
    assert "docs/site/build.py" in workflow


def test_the_style_holds():
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check, str(ROOT)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("folder", "package"), house.PACKAGES.items())
def test_a_folder_of_the_clone_imported_by_its_own_name_says_what_to_import(
    folder, package, monkeypatch
):
    monkeypatch.syspath_prepend(str(ROOT))
    with pytest.raises(ImportError, match=f"^import {package}, not {folder}: "):
        importlib.import_module(folder)
    assert folder not in sys.modules


@pytest.mark.long
def test_type_checkers_see_the_editable_install_that_contributing_names(tmp_path):
    settings = "--config-settings editable_mode=strict"
    assert settings in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    source = tmp_path / "clone"
    for name in house.PACKAGES:
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    (tmp_path / "use.py").write_text(
        "import defection\nreveal_type(defection.DefectionModel.run)\n"
    )
    python = tmp_path / "venv" / "bin" / "python"
    install = f"-m pip install -q --no-deps --no-build-isolation -e {source} {settings}"
    for command in (
        [sys.executable, "-m", "venv", "--system-site-packages", str(tmp_path / "venv")],
        [str(python), *install.split()],
    ):
        tools = str(pathlib.Path(setuptools.__file__).parents[1])
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": tools})
    words = ["mypy", "--python-executable", str(python), "--cache-dir", str(tmp_path), "use.py"]
    checked = [sys.executable, "-m", *words]
    done = subprocess.run(checked, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "-> defection.model.DefectionModel" in done.stdout, done.stdout + done.stderr
