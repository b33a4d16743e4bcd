"""CONTRIBUTING is true: what it adds as one file and one line is used by everything."""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from tests import house
from tests.conftest import ROOT, TINY

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = r"```python\n(.*?)```"


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A section: perhaps a new file, and a line below a line of another file."""

    new: tuple[str, str] | None
    file: str
    anchor: str
    line: str

    @classmethod
    def from_section(cls, title: str) -> Recipe:
        text = PAGE.split(f"\n### {title}\n")[1].split("\n## ")[0].split("\n### ")[0]
        new = re.search(rf"The file `([^`]+)`:\n\n{CODE}", text, re.DOTALL)
        file, anchor, line = re.search(
            rf"line in\s`([^`]+)`, below `([^`]+)`:\n\n{CODE}", text, re.DOTALL
        ).groups()
        return cls(new.groups() if new else None, file, anchor, line)

    def apply(self, root: pathlib.Path) -> None:
        assert self.line.count("\n") == 1
        if self.new:
            place = root / house.installed(self.new[0])
            assert not place.exists()
            place.write_text(self.new[1], encoding="utf-8")
        file = root / house.installed(self.file)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        (below,) = (n for n, text in enumerate(lines) if text.strip().startswith(self.anchor))
        lines.insert(below + 1, self.line)
        file.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Copy the package and add all that the page adds; returns the folder to import from."""
    root = tmp_path_factory.mktemp("package")
    house.copy_package(root)
    for title in re.findall(r"^### (.*)$", PAGE, re.MULTILINE):
        Recipe.from_section(title).apply(root)
    return root


@pytest.fixture
def python(package, tmp_path):
    """Run Python with the package that has the additions; returns what it prints."""
    return functools.partial(house.run_python, package, cwd=tmp_path)


def test_what_the_page_adds_has_the_style_of_the_house(package):
    files = [Recipe.from_section(title) for title in re.findall(r"^### (.*)$", PAGE, re.MULTILINE)]
    changed = {name for one in files for name in (one.file, *(one.new or ())[:1])}
    for check in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *check, "--config", str(ROOT / "pyproject.toml")]
        paths = [str(package / house.installed(name)) for name in changed]
        done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_new_distance_is_what_a_search_makes_small(python, tmp_path):
    (tmp_path / "space.toml").write_text("[parameters]\nfamine_effect = {}\nprior_alpha = {}\n")
    words = (
        "search space.toml --out out --method screen --set points=8 --distance cube_root --quiet"
    )
    python("-m", "defection", *words.split(), "--country", str(TINY))
    settings = json.loads((tmp_path / "out" / "search.json").read_text())
    assert "cube_root" in json.dumps(settings)
    code = """
from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import Objective, Target
import pandas as pd
runs = pd.DataFrame({"point": [0], "weeks_run": [52], "stopped_early": [False], "successes_2000": [64]})
print(Objective(Target((2000,), (27,)), "cube_root")(runs)[0])
"""
    assert float(python("-c", code)) == pytest.approx(1.0)


def test_a_new_design_says_which_points_a_sweep_runs(python, tmp_path):
    (tmp_path / "design.toml").write_text(
        f'seed = 3\ncountry = "{TINY}"\n[design]\nkind = "halton"\npoints = 5\n'
        "[parameters]\nfamine_effect = { low = 0.0, high = 2.0 }\nprior_alpha = {}\n"
    )
    python(
        "-m",
        "defection",
        *["sweep", "design.toml", "--out", "out", "--engine", "serial", "--quiet"],
    )
    python("-m", "defection", *["results", "out", "--csv", "runs.csv"])
    runs = pd.read_csv(tmp_path / "runs.csv")
    assert (runs["status"] == "done").all()
    assert len(set(runs["famine_effect"])) == len(set(runs["prior_alpha"])) == len(runs) == 5
    assert np.ptp(runs["famine_effect"]) > 1
