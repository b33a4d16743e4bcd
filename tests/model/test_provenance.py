"""What is kept says how the law behaves: a changed comment changes nothing, a changed count does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from defection import golden, provenance
from defection.batch_runs import extend_sweep, replay, run_sweep
from defection.batch_runs.errors import PlanError
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import Screen, run_search, search_space
from defection.compiled import law_fingerprint
from defection.provenance import behaviour, changed_behaviour, manifest
from tests.conftest import ROOT, TINY

DESIGN = {"seed": 1, "country": str(TINY), "weeks": 104, "design": {"kind": "grid"}}
FOLDERS = ("agents", "batch_runs", "commands", "replication", "views")
STEPS = """
import json, sys
from defection.batch_runs import extend_sweep, replay, run_sweep
from defection.batch_runs.errors import PlanError
design, out, replicates = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
said = []
for step in (
    lambda: run_sweep(design, out, engine="serial") if replicates == 1 else None,
    lambda: replay(out, "0-0") if replicates > 1 else None,
    lambda: extend_sweep(out, replicates=replicates, engine="serial") if replicates > 1 else None,
):
    try:
        step()
        said.append("")
    except PlanError as error:
        said.append(str(error))
print(json.dumps(said))
"""


def test_the_behaviour_is_a_digest_for_each_golden_run_and_the_same_when_asked_again():
    first = behaviour()
    assert len(first) >= 1
    assert all(isinstance(name, str) and len(digest) >= 8 for name, digest in first.items())
    assert behaviour() == first
    assert changed_behaviour(first) == ()


def test_a_golden_run_that_was_added_is_no_difference_and_one_that_differs_is_named():
    now = behaviour()
    name = next(iter(now))
    assert changed_behaviour({}) == ()
    assert changed_behaviour({name: now[name]}) == ()
    assert changed_behaviour({**now, name: "0" * 16}) == (name,)
    assert changed_behaviour({**now, "one that is gone": "0" * 16}) == ("one that is gone",)


def test_a_manifest_and_a_plan_keep_the_behaviour_and_not_the_text_of_the_law(lively, tmp_path):
    said = manifest(lively(weeks=5).run())
    assert said["behaviour"] == behaviour()
    plan = json.loads((run_sweep(DESIGN, tmp_path, engine="serial").path / "plan.json").read_text())
    assert plan["about"]["behaviour"] == behaviour()
    assert plan["about"]["format"] == 3
    for kept in (said, plan["about"]):
        assert "law" not in kept


def test_golden_runs_that_are_added_refuse_nothing_and_those_that_differ_all(tmp_path, monkeypatch):
    now = behaviour()
    run_sweep(DESIGN, tmp_path, engine="serial")
    monkeypatch.setattr(provenance, "behaviour", lambda **_: {**now, "a new policy": "0" * 16})
    assert extend_sweep(tmp_path, replicates=2, engine="serial").counts()["missing"] == 0
    replay(tmp_path, "0-1")
    name = next(iter(now))
    monkeypatch.setattr(provenance, "behaviour", lambda **_: {**now, name: "0" * 16})
    for use in (
        lambda: run_sweep(DESIGN, tmp_path, engine="serial"),
        lambda: extend_sweep(tmp_path, replicates=3, engine="serial"),
        lambda: replay(tmp_path, "0-0"),
    ):
        with pytest.raises(PlanError, match=f"another version of the model's law .*{name}"):
            use()


def circles_changed(monkeypatch):
    """Let golden runs of several circles come out otherwise, as if the law were another."""
    now = behaviour()
    other = now | dict.fromkeys(golden.with_circles() & set(now), "0" * 8)
    monkeypatch.setattr(provenance, "behaviour", lambda **_: other)


@pytest.mark.parametrize(
    ("parameters", "refused"),
    [
        ({"memory_weeks": [10, 40]}, False),
        ({"news_circles": 1}, False),
        ({"news_circles": [1, 2]}, True),
        ({"news_circles": {"low": 1, "high": 4}}, True),
        ({"hearing": "neighbours"}, True),
        ({"interventions": "week 2 hearing=neighbours"}, True),
    ],
)
def test_a_change_in_circles_refuses_the_plans_that_have_several(
    tmp_path, monkeypatch, parameters, refused
):
    kind = {"kind": "random", "points": 2} if "low" in str(parameters) else {"kind": "grid"}
    kind["preset"] = "Successes as arrivals"
    design = {"seed": 1, "weeks": 5, "design": kind, "parameters": parameters}
    results = run_sweep(design, tmp_path, engine="serial")
    assert results.is_current
    circles_changed(monkeypatch)
    assert results.is_current is not refused
    if not refused:
        assert run_sweep(design, tmp_path, engine="serial").counts()["missing"] == 0
        replay(tmp_path, "0-0")
        return
    for use in (lambda: run_sweep(design, tmp_path), lambda: replay(tmp_path, "0-0")):
        with pytest.raises(PlanError, match=r"other counts in .*circles"):
            use()


@pytest.mark.parametrize(("circles", "refused"), [((1, 1), False), ((1, 5), True)])
def test_of_a_file_of_points_those_that_were_planned_say_whether_they_have_circles(
    tmp_path, monkeypatch, circles, refused
):
    rows = "".join(f"{20 + row},{number}\n" for row, number in enumerate(circles))
    (tmp_path / "points.csv").write_text(f"memory_weeks,news_circles\n{rows}")
    design = {"seed": 1, "weeks": 5}
    design["design"] = {"kind": "points", "file": str(tmp_path / "points.csv")}
    design["design"]["preset"] = "Successes as arrivals"
    results = run_sweep(design, tmp_path / "out", engine="serial")
    circles_changed(monkeypatch)
    assert results.is_current is not refused
    if refused:
        with pytest.raises(PlanError, match=r"other counts in .*circles"):
            run_sweep(design, tmp_path / "out", engine="serial")
    else:
        run_sweep(design, tmp_path / "out", engine="serial")


def test_a_change_in_circles_refuses_no_search_without_them(tmp_path, monkeypatch):
    objective = Objective(Target.from_country())
    few, several = search_space(), search_space({"news_circles": 2})
    screens = [Screen(space=space, objective=objective, points=2) for space in (few, several)]
    for screen, name in zip(screens, ("few", "several"), strict=True):
        run_search(screen, tmp_path / name, seed=1)
    circles_changed(monkeypatch)
    run_search(screens[0], tmp_path / "few", seed=1)
    with pytest.raises(PlanError, match=r"other counts in .*circles"):
        run_search(screens[1], tmp_path / "several", seed=1)


def test_a_worker_with_another_behaviour_refuses_its_task(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "defection.batch_runs.execution.worker.changed_behaviour", lambda kept: ("defaults",)
    )
    with pytest.raises(PlanError, match=r"this worker has another version .* defaults; install"):
        run_sweep(DESIGN, tmp_path, engine="serial", chunk=1)


@pytest.mark.long  # compiles the law three times
def test_a_changed_comment_refuses_nothing_and_a_changed_rule_names_the_golden_run(tmp_path):
    """A copy of the package runs a sweep; then a comment of it is changed, and then a rule."""
    package = tmp_path / "package" / "defection"
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "model", package, ignore=leave)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, package / name, ignore=leave)
    environment = {
        **os.environ,
        "PYTHONPATH": str(package.parent),
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }

    def said(replicates):
        """Return what was refused: the sweep, a replay, an extension."""
        command = [sys.executable, "-c", STEPS, json.dumps(DESIGN), str(tmp_path / "out")]
        done = subprocess.run(
            [*command, str(replicates)],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    assert said(1) == ["", "", ""]
    rule = package / "equations.py"
    text = rule.read_text()
    rule.write_text(f"{text}\n# Another comment.\n")
    assert said(2) == ["", "", ""]
    was = "return utility / (utility + loss)"
    assert was in text
    rule.write_text(text.replace(was, was.replace("loss", "1.1 * loss")))
    _, *refused = said(3)
    for message in refused:
        assert "another version of the model's law (other counts in " in message


def test_the_text_of_the_law_is_for_the_compiled_code_alone():
    assert law_fingerprint() not in json.dumps(behaviour())
