"""The command line as a whole: help, exit statuses, what it costs to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from defection import __version__
from defection.commands import ending, runs, shared
from defection.commands.main import main


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ValueError("seven is no colour"), 1, "defection: seven is no colour\n"),
        (OSError("the disk is full"), 1, "defection: the disk is full\n"),
        (KeyboardInterrupt(), 130, "\ndefection: interrupted\n"),
        (
            KeyboardInterrupt("in week 3; nothing was written"),
            130,
            "\ndefection: interrupted in week 3; nothing was written\n",
        ),
    ],
)
def test_what_ends_a_command_is_its_status_and_one_message(
    monkeypatch, capsys, error, status, words
):
    def fail(_):
        raise error

    monkeypatch.setattr(runs, "_parameters", fail)
    assert main(["parameters"]) == status
    assert capsys.readouterr().err == words


@pytest.mark.parametrize(
    ("cause", "status", "first"),
    [
        (KeyboardInterrupt(), 130, "\ndefection: interrupted"),
        (ending.Ended(15), 143, "\ndefection: ended by SIGTERM"),
        (OSError("the disk is full"), 1, "defection: the disk is full\ndefection: stopped"),
    ],
)
def test_runs_that_were_stopped_say_what_is_kept_and_how_to_go_on(
    tmp_path, monkeypatch, capsys, cause, status, first
):
    def stopped(_):
        with shared.watched(tmp_path, quiet=True) as bar:
            bar(1000, 4000)
            bar(2000, 4000)
            raise cause

    monkeypatch.setattr(runs, "_parameters", stopped)
    assert main(["parameters"]) == status
    kept = f"2,000 of 4,000 runs are kept in {tmp_path}; to go on, give the same command again"
    assert capsys.readouterr().err == f"{first}: {kept}\n"


def test_what_fails_before_the_first_run_is_refused_like_anything_else(
    tmp_path, monkeypatch, capsys
):
    def refused(_):
        with shared.watched(tmp_path, quiet=True):
            raise ValueError("no such design")

    monkeypatch.setattr(runs, "_parameters", refused)
    assert main(["parameters"]) == 1
    assert capsys.readouterr().err == "defection: no such design\n"


def test_help_names_the_commands_and_an_example(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "run " in printed
    assert "parameters" in printed
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_importing_the_package_is_light_and_a_worker_s_part_of_it_brings_no_agents():
    code = """
import sys, defection
heavy = "numba mesa matplotlib solara pandas"
print([name for name in heavy.split() if name in sys.modules])
import defection.batch_runs.execution.worker
heavy = "mesa networkx scipy.special scipy.stats xarray"
print([name for name in heavy.split() if name in sys.modules])
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]
