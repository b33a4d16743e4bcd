"""CONTRIBUTING is true: what it adds as one file and one line is used by everything."""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from defection import DefectionModel
from defection.compiled import cache_folder, law_fingerprint
from tests import house
from tests.conftest import LIVELY, ROOT, TINY

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = r"```python\n(.*?)```"


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A section of the page: perhaps a new file, and lines below lines of other files."""

    files: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str, str], ...]

    @classmethod
    def from_section(cls, title: str) -> Recipe:
        text = PAGE.split(f"\n### {title}\n")[1].split("\n## ")[0].split("\n### ")[0]
        files = re.findall(rf"The file `([^`]+)`:\n\n{CODE}", text, re.DOTALL)
        below = rf"line in `([^`]+)`, below `([^`]+)`:\n\n{CODE}"
        return cls(tuple(files), tuple(re.findall(below, text, re.DOTALL)))

    def apply(self, root: pathlib.Path) -> None:
        for path, code in self.files:
            assert not (root / house.installed(path)).exists()
            (root / house.installed(path)).write_text(code, encoding="utf-8")
        for path, anchor, line in self.lines:
            assert line.count("\n") == 1
            file = root / house.installed(path)
            text = file.read_text(encoding="utf-8").splitlines(keepends=True)
            (at,) = (n for n, row in enumerate(text) if row.strip().startswith(anchor))
            text.insert(at + 1, line)
            file.write_text("".join(text), encoding="utf-8")


RECIPES = {
    title: Recipe.from_section(title) for title in re.findall(r"^### (.*)$", PAGE, re.MULTILINE)
}


EDITS = {
    "equations.py": ("utility / (utility + loss)", "utility / (utility + 1.1 * loss)"),
    "parameters.py": (
        'choices=("province", "nationwide", ', 'choices=("nationwide", "province", ',
    ),
}  # fmt: skip
"""A changed rule of the law, and another order of choices, whose numbers are compiled in."""
FINGERPRINT = "from defection.compiled import law_fingerprint; print(law_fingerprint())"


@pytest.fixture(scope="module")
def laws(tmp_path_factory):
    """Make a copy of the package and edit it; returns the folder, and the law's fingerprints.

    The compiled code of the law before is kept beside it.
    """
    root = tmp_path_factory.mktemp("package")
    house.copy_package(root)
    if cache_folder().is_dir():
        shutil.copytree(cache_folder(), root / "cache" / cache_folder().name)
    found = [house.run_python(root, "-c", FINGERPRINT, cwd=root)]
    for name, (before, after) in EDITS.items():
        file = root / "defection" / name
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1
        file.write_text(text.replace(before, after), encoding="utf-8")
        found.append(house.run_python(root, "-c", FINGERPRINT, cwd=root))
    return root, [one.strip() for one in found]


@pytest.fixture(scope="module")
def package(laws):
    """Add all that the page adds to a copy; returns the folder to import from."""
    for recipe in RECIPES.values():
        recipe.apply(laws[0])
    return laws[0]


@pytest.fixture
def python(package, tmp_path):
    """Run Python with the package that has the additions; returns what it prints."""
    return functools.partial(house.run_python, package, cwd=tmp_path)


def test_the_page_shows_four_things_each_as_a_file_and_a_line_or_two_lines():
    assert list(RECIPES) == [
        "A policy of the state", "A distance", "A design", "A column of the history",
    ]  # fmt: skip
    for recipe in RECIPES.values():
        assert len(recipe.files) + len(recipe.lines) == 2


def test_the_files_that_the_page_adds_have_the_style_of_the_house(package):
    new = [path for recipe in RECIPES.values() for path, _ in recipe.files]
    files = [str(package / house.installed(path)) for path in new]
    for check in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *check, "--config", str(ROOT / "pyproject.toml")]
        done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_new_distance_is_what_a_search_makes_small(python, tmp_path):
    (tmp_path / "space.toml").write_text("[parameters]\nfamine_effect = {low = 0.0, high = 2.0}\n")
    words = (
        "search space.toml --out out --method screen --set points=8 --distance fourth_root --quiet"
    )
    python("-m", "defection", *words.split(), "--country", str(TINY))
    settings = json.loads((tmp_path / "out" / "search.json").read_text())
    assert "fourth_root" in json.dumps(settings)
    code = """
from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import Objective, Target
import pandas as pd
runs = {"point": [0], "weeks_run": [52], "stopped_early": [False], "successes_2000": [81]}
runs = pd.DataFrame(runs)
print(Objective(Target((2000,), (16,)), "fourth_root")(runs)[0])
"""
    assert float(python("-c", code)) == pytest.approx(1.0)


def test_a_new_design_says_which_points_a_sweep_runs(python, tmp_path):
    (tmp_path / "design.toml").write_text(
        f'seed = 3\ncountry = "{TINY}"\n[design]\nkind = "halton"\npoints = 5\n'
        "[parameters]\nfamine_effect = { low = 0.0, high = 2.0 }\nprior_alpha = { low = 1.0, high = 9.0 }\n"
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


SAME_IN_BOTH_ENGINES = """
import json, sys
import numpy as np
from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.measures import FLOWS, STATES
settings, country = json.loads(sys.argv[1]), sys.argv[2]
agents = DefectionModel(country=country, seed=3, **settings).run().weekly()
record = ["weekly_by_province", "states_by_province"]
arrays = run_ensemble(settings, [3], country=country, record=record).isel(run=0)
for name in (*FLOWS, *STATES):
    expected = arrays[f"weekly_{name}_by_province"].to_numpy()[: len(agents) // 2]
    assert np.array_equal(agents[name].to_numpy().reshape(-1, 2), expected), name
print(agents.to_json(orient="records"))
"""


@pytest.fixture
def weekly(python):
    """Run both engines with the additions, which must agree; returns the weekly table."""

    def run(**settings):
        words = json.dumps({**LIVELY, **settings}), str(TINY)
        return pd.DataFrame(json.loads(python("-c", SAME_IN_BOTH_ENGINES, *words)))

    return run


def test_one_rule_changed_in_one_place_changes_both_engines(weekly, laws):
    """Nothing stale is used, though compiled code of the law before is kept."""
    before = DefectionModel(country=TINY, seed=3, weeks=52, **LIVELY).run().weekly()
    after = weekly()
    assert after["attempts"][:104].sum() < before["attempts"].sum()
    _, fingerprints = laws
    assert len(set(fingerprints)) == 3  # either file alone makes the kept code stale
    assert fingerprints[0] == law_fingerprint()


def test_a_new_policy_is_stepped_by_agents_and_run_by_arrays_to_the_same_bits(weekly):
    paper, gradual = (weekly(policy=name)["repression"] for name in ("paper", "gradual"))
    assert gradual[0] == paper[0]
    attempts = weekly(policy="gradual")["attempts"]
    change = LIVELY["adjustment_rate"] * (attempts[0] - 20) / 20  # of the first province
    assert gradual[2] == pytest.approx(gradual[0] * (1 + change))
    assert gradual[2] != paper[2]


def test_a_new_policy_is_swept_searched_and_chosen_in_the_app(python, tmp_path):
    varied = 'policy = ["paper", "gradual"]\nfamine_effect = { low = 0.0, high = 1.0, steps = 2 }\n'
    fixed = "".join(f"{name} = {value}\n" for name, value in LIVELY.items() if name not in varied)
    (tmp_path / "design.toml").write_text(
        f'seed = 3\ncountry = "{TINY}"\n[design]\nkind = "grid"\n[parameters]\n{varied}{fixed}'
    )
    python(
        "-m",
        "defection",
        *["sweep", "design.toml", "--out", "out", "--engine", "serial", "--quiet"],
    )
    python("-m", "defection", *["results", "out", "--csv", "runs.csv"])
    runs = pd.read_csv(tmp_path / "runs.csv")
    assert runs.groupby("policy")["run_id"].count().to_dict() == {"gradual": 2, "paper": 2}
    assert runs.groupby("policy")["total_attempts"].sum().nunique() == 2

    (tmp_path / "space.toml").write_text(f"[parameters]\n{varied}{fixed}")
    words = "search space.toml --out found --method screen --set points=8 --quiet --country"
    python("-m", "defection", *words.split(), str(TINY))
    assert set(pd.read_csv(tmp_path / "found" / "found.csv")["policy"]) == {"paper", "gradual"}

    code = """
from defection.country import load
from defection.views.app.settings import groups
rows = [row for group in groups(load("north_korea")) for row in group["parameters"]]
print(next(row for row in rows if row["name"] == "policy")["choices"])
"""
    assert "gradual" in python("-c", code)


def test_a_new_column_stands_in_the_tables_of_both_engines(weekly):
    table = weekly()
    by_province = table.groupby("province")
    before = by_province["attempts"].shift(fill_value=0)
    assert (table["excess"] == (before - LIVELY["tolerated_attempts"]).clip(lower=0)).all()
    assert table["excess"].max() > 0
