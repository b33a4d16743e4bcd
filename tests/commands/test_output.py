"""What a command prints may get lost: its work is not, and its status says what happened."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
import warnings

import pyarrow as pa
import pytest

from defection import batch_runs
from defection.checks import Notice
from defection.commands import runs
from defection.commands.main import main
from defection.commands.parser import parser
from tests.streams import ERRORS, broken

COMMANDS = ("", *parser().commands())
STATUSES = {errno.EPIPE: 141, errno.ENOSPC: 1, errno.EBADF: 1}
SAID = {errno.EPIPE: "", errno.ENOSPC: "No space left on device", errno.EBADF: "closed"}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_text_that_is_the_whole_work_and_cannot_be_delivered_is_a_failure(
    monkeypatch, capsys, command, name
):
    with broken(name) as stream, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        assert main([*command.split(), "--help"]) == STATUSES[ERRORS[name]]
    said = capsys.readouterr().err
    assert SAID[ERRORS[name]] in said
    assert said.count("\n") == (name != "without a reader")


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize(("word", "status"), [("--version", 0), ("no such command", 2)])
def test_messages_that_cannot_be_shown_change_no_status(monkeypatch, name, word, status):
    with broken(name) as stream, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stream)
        assert main([word]) == status


@pytest.mark.parametrize("name", ERRORS)
def test_work_that_is_kept_is_done_whoever_reads_what_is_printed(monkeypatch, name):
    def act(_):
        for _ in range(3):
            print("it is kept", flush=True)

    monkeypatch.setattr(runs, "_parameters", act)
    with broken(name) as out, broken("without a reader") as err, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        assert main(["parameters"]) == 0


def test_without_standard_streams_no_file_takes_their_numbers(tmp_path):
    """Text for number 2 of a library in C would else be written into the next file opened."""
    code = """
import os, sys
from defection.commands import main, runs
def act(_):
    with open("file", "w") as file:
        os.write(2, b"of a library")
    assert file.name and sys.stdin is sys.__stdout__ is sys.__stderr__ is None
runs._parameters = act
sys.argv[1:] = ["parameters"]
raise SystemExit(main.main())
"""
    python = f"exec {sys.executable} -c '{code}' <&- >&- 2>&-"
    assert subprocess.call(["bash", "-c", python], cwd=tmp_path) == 0
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_command_with_a_word_and_its_status(monkeypatch, capsys, name):
    number = getattr(signal, name)

    def act(_):
        os.kill(os.getpid(), number)
        raise AssertionError("went on")

    monkeypatch.setattr(runs, "_parameters", act)
    before = signal.signal(number, signal.SIG_DFL)
    try:
        assert main(["parameters"]) == 128 + number
        assert signal.getsignal(number) is signal.SIG_DFL
        said = "interrupted" if name == "SIGINT" else f"ended by {name}"
        assert capsys.readouterr().err == f"\ndefection: {said}\n"
        signal.signal(number, signal.SIG_IGN)  # as nohup does
        monkeypatch.setattr(runs, "_parameters", lambda _: os.kill(os.getpid(), number))
        assert main(["parameters"]) == 0
    finally:
        signal.signal(number, before)


def test_a_second_signal_ends_a_command_that_does_not_end():
    code = """
import os, signal, sys, time
from defection.commands import ending, main, runs
def act(_):
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)  # at once: of a closing terminal
        time.sleep(1.1)
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(100)
runs._parameters = act
raise SystemExit(main.main(["parameters"]))
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (129, "")
    assert done.stderr == "defection: ended by SIGHUP again: ended at once\n"


def test_a_signal_in_a_place_that_ignores_exceptions_ends_the_command_soon(monkeypatch, capsys):
    class Ignores:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)

    def act(_):
        ignored = Ignores()
        del ignored
        time.sleep(20)
        raise AssertionError("went on")

    monkeypatch.setattr(runs, "_parameters", act)
    assert main(["parameters"]) == 128 + signal.SIGTERM
    assert capsys.readouterr().err == "\ndefection: ended by SIGTERM\n"


def test_messages_are_one_line_that_a_terminal_can_show(monkeypatch, capsys):
    def fail(_):
        raise ValueError("there is no country '\x1b[2J\udcff'\nof\u2028lines, nor 개성")

    monkeypatch.setattr(runs, "_parameters", fail)
    assert main(["parameters"]) == 1
    said = r"there is no country '\x1b[2J\udcff' of lines, nor 개성"
    assert capsys.readouterr().err == f"defection: {said}\n"


@pytest.mark.parametrize("warnoptions", [[], ["default"]])
def test_notices_are_messages_of_the_command_and_warnings_of_libraries_are_not(
    monkeypatch, capsys, warnoptions
):
    def act(_):
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("the folder was brought back", Notice, stacklevel=1)
            warnings.warn("websockets.legacy is deprecated", DeprecationWarning, stacklevel=1)

    monkeypatch.setattr(runs, "_parameters", act)
    monkeypatch.setattr(sys, "argv", ["defection", "parameters"])
    monkeypatch.setattr(sys, "warnoptions", warnoptions)
    shown = []
    monkeypatch.setattr(warnings, "showwarning", lambda *warned: shown.append(str(warned[0])))
    assert main() == 0
    assert capsys.readouterr().err == "defection: the folder was brought back\n"
    assert shown == (["websockets.legacy is deprecated"] if warnoptions else [])


def test_too_little_memory_is_said(monkeypatch, capsys):
    def fail(_):
        raise MemoryError

    monkeypatch.setattr(runs, "_parameters", fail)
    assert main(["parameters"]) == 1
    assert capsys.readouterr().err == "defection: there is too little memory\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_commands_that_can_be_copied_line_by_line(capsys, command):
    assert main([*command.split(), "--help"]) == 0
    printed = capsys.readouterr().out
    examples = printed.partition("Example")[2].splitlines()[1:]
    for line in examples:
        assert line.startswith("  defection "), line
        options = parser().parse(line.split()[1:])
        assert options.command
    described = printed.partition("\n\n")[2].partition("\n\n")[0].splitlines()
    assert all(len(line) <= 80 for line in described)
    assert "Then:" not in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu"], "there is no 'rnu'; did you mean run?"),
        (["run", "--sed", "1"], "there is no option '--sed'; did you mean --seed?"),
        (["parameters", "memory_weeks", "more"], "there is no argument 'more'"),
        (["run", "--weeks", "1_0"], "'1_0' is not a whole number"),
        (["run", "--weeks", "١"], "'١' is not a whole number"),
        (["importance", "x", "--good", "0_1"], "'0_1' is not a number"),
        (["results"], "required: folder"),
        (["results", "x", "--format", "pgn"], "there is no 'pgn'; did you mean png?"),
        (["results", "x", "--csv="], "--csv: '' is no name of a file or folder"),
        (["report", "--out", " "], "--out: ' ' is no name of a file or folder"),
        (["sweep", "--out=--"], "--out needs a value, not '--'"),
        (["parameters", "x", "9" * 5000], "there is no argument '999"),
    ],
)
def test_a_command_line_that_is_not_understood_is_refused_in_one_line(capsys, words, said):
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert len(error) < 500


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_no_text_of_a_command_names_a_package_that_no_index_has(command):
    text = parser().commands()[command].format_help()
    assert "defection[" not in text


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_sweep_in_which_every_run_failed_fails(monkeypatch, capsys, tmp_path, quiet):
    class Failed:
        def counts(self):
            return {"planned": 2, "done": 0, "failed": 2, "missing": 0}

        def table(self, columns):
            return pa.table({"error": ["ValueError: there is no such year", "ValueError"]})

    monkeypatch.setattr(batch_runs, "run_sweep", lambda *_, **__: Failed())
    assert main(["sweep", "design.toml", "--out", str(tmp_path), *quiet]) == 1
    said = f"all 2 runs in {tmp_path} failed, the first by ValueError: there is no such year"
    assert capsys.readouterr().err.endswith(f"defection: {said}\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("results s --csv x --report x", "--csv and --report are both x"),
        ("results s --report y --figures ./y", "--report and --figures are both"),
        ("run --country .", r"/provinces.csv: this file is missing"),
    ],
)
def test_what_is_asked_for_twice_or_is_not_there_is_named(
    words, says, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(words.split()) == 1
    said = capsys.readouterr().err
    assert says in said
    if "country" in words:
        assert str(tmp_path) in said
    assert not list(tmp_path.iterdir())
