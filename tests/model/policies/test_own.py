"""Policies of a user's own: one file in a folder, and what is refused of them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from defection import policies
from defection.policies import FOLDER, PolicyError, own_files

GOOD = """
from defection.compiled import compiled


@compiled
def repression(province, p):
    return min(1.0, province.repression * (1.0 + p.adjustment_rate))
"""


def defection(folder, *words, status=0):
    """Return what a command prints where policies of a folder are known."""
    made = subprocess.run(
        [sys.executable, "-m", "defection", *map(str, words)],
        env={**os.environ, FOLDER: str(folder)}, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == status, made.stderr
    return made.stdout + made.stderr


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "policies").mkdir()
    monkeypatch.setenv(FOLDER, str(tmp_path / "policies"))
    return tmp_path / "policies"


def test_a_file_is_a_choice_of_the_parameter(folder):
    (folder / "never_relaxes.py").write_text(GOOD)
    assert own_files() == {"never_relaxes": folder / "never_relaxes.py"}
    assert "proportional, never_relaxes" in defection(folder, "parameters", "policy")


@pytest.mark.parametrize("name", ["Mine", "two-words", "1st", "paper"])
def test_a_name_that_is_none_or_taken_is_refused(folder, name):
    (folder / f"{name}.py").write_text(GOOD)
    with pytest.raises(PolicyError, match=name):
        own_files()


def test_a_folder_that_is_not_there_is_refused(folder):
    said = defection(folder / "elsewhere", "parameters", status=1)
    assert said == f"defection: {FOLDER}: there is no folder {folder / 'elsewhere'}\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("retrn", "NameError: name 'retrn' is not defined"),
        ("def repression(province, p):\n  retrn 1", "SyntaxError"),
        (GOOD.replace("@compiled", ""), "has no function repression"),
        ("", "has no function repression"),
        (GOOD.replace("p.adjustment_rate", "p.adjustmnt_rate"), "cannot be compiled.*adjustmnt"),
        (GOOD.replace("min(1.0, ", "(1.01 * "), "after a week with 0 attempts.*returns 1.01"),
        (GOOD.replace("min(1.0, ", "(0.0 / 0.0 * "), "returns nan"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_by_name(folder, monkeypatch, code, said):
    (folder / "mine.py").write_text(code)
    monkeypatch.setitem(policies.POLICIES, "mine", "defection_policies_mine")
    try:
        with pytest.raises(PolicyError, match=rf"mine\.py: .*{said}"):
            policies.function_of("mine")
    finally:
        sys.modules.pop("defection_policies_mine", None)


@pytest.mark.long  # the law is compiled anew with the policy in it
def test_a_policy_of_ones_own_is_run_by_a_sweep_in_processes(folder, tmp_path):
    (folder / "never_relaxes.py").write_text(GOOD)
    design = tmp_path / "design.toml"
    design.write_text(
        'seed = 1\nweeks = 104\n[design]\nkind = "grid"\nreplicates = 2\n'
        '[parameters]\npolicy = ["paper", "never_relaxes"]\n'
    )
    defection(folder, "sweep", design, "--out", tmp_path / "swept", "--quiet")
    said = defection(folder, "results", tmp_path / "swept")
    assert "4 of 4" in said or "4 done" in said
    (tmp_path / "none").mkdir()
    gone = defection(tmp_path / "none", "replay", tmp_path / "swept", "1-0", status=1)
    assert "policy = 'never_relaxes' is not one of" in gone
    (folder / "never_relaxes.py").write_text(GOOD.replace("1.0 + p", "1.0 + 2 * p"))
    changed = defection(folder, "replay", tmp_path / "swept", "1-0", status=1)
    assert "other counts in policy = never_relaxes" in changed.replace("\n", " ")


@pytest.mark.long  # the law is compiled anew with the policy in it
def test_a_sweep_of_other_policies_goes_on_without_ones_own(folder, tmp_path):
    (folder / "never_relaxes.py").write_text(GOOD)
    design = tmp_path / "design.toml"
    design.write_text('seed = 1\nweeks = 52\n[design]\nkind = "random"\npoints = 2\n'
                      "[parameters]\nfamine_effect = {low = 0.0, high = 1.0}\n")  # fmt: skip
    defection(folder, "sweep", design, "--out", tmp_path / "swept", "--quiet")
    (tmp_path / "none").mkdir()
    defection(tmp_path / "none", "extend", tmp_path / "swept", "--points", "4", "--quiet")
