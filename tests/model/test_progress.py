"""One bar for runs, ensembles, sweeps and searches: it shows what it hears, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from defection.progress import Bar, reporting


def _shown(capsys):
    return capsys.readouterr().err.replace("\r", "\n")


def test_a_bar_appears_at_the_first_call_and_counts_from_there(capsys):
    with Bar("sweep", total=60) as bar:
        assert _shown(capsys) == ""
        bar(30, 60)
        bar(60, 60)
        assert (bar.before, bar.done, bar.total) == (30, 60, 60)
    said = _shown(capsys)
    assert "sweep:  50%" in said
    assert "sweep: 100%" in said
    assert "60/60" in said
    assert " runs/s" in said


def test_a_first_label_stays_until_something_is_done(capsys):
    with Bar(first="compiling (once per version), then runs") as bar:
        bar(0, 2)
        assert "compiling (once per version), then runs:   0%" in _shown(capsys)
        bar(2, 2)
    assert "\nruns: 100%" in _shown(capsys)


def test_a_bar_that_is_not_shown_writes_nothing_and_still_counts(capsys):
    with Bar("run", unit="weeks", show=False) as bar:
        bar(5, 10)
        bar(9, 10)
    assert (bar.done, bar.total) == (9, 10)
    assert _shown(capsys) == ""


def test_without_a_total_a_bar_counts(capsys):
    with Bar("search") as bar:
        bar(7)
        bar(9)
    assert bar.total is None
    assert "search: 9 runs" in _shown(capsys)


@pytest.mark.parametrize("show", [True, False])
def test_a_function_of_one_s_own_takes_the_place_of_the_bar(capsys, show):
    heard = []
    with reporting(lambda done, total: heard.append((done, total))) as report:
        report(1, 2)
    with reporting(show) as report:
        report(1, 2)
    assert heard == [(1, 2)]
    assert bool(_shown(capsys)) == show


def test_a_bar_starts_no_process():
    """The lock of processes, tqdm's own, starts one, which a hang-up of the terminal ends first."""
    code = """
from multiprocessing import resource_tracker
from defection.progress import Bar
with Bar() as bar:
    bar(1, 2)
print(resource_tracker._resource_tracker._pid)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
