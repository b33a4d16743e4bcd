"""One trial: a command in an environment, and whether what happened is right."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

from tests.environments.commands import COMMANDS
from tests.environments.conditions import Environment

PATIENCE = 1200.0
"""Seconds after which a command that has not ended is ended."""
RESULTS = {"out", "out.csv", "out.html", "swept"}
"""What commands may leave in the folder in which they are given."""
REDIRECTIONS = {"out": ">&-", "err": "2>&-"}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a trial gave."""

    status: int
    said: str
    """What can be read of both streams."""
    numbers: str | None
    """The numbers of what was kept; None where nothing is kept."""
    faults: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return ``done``, ``refused`` (with a message, or not delivered) or ``wrong``."""
        return "wrong" if self.faults else "done" if self.status == 0 else "refused"


def attempt(
    environment: Environment, name: str, template: pathlib.Path, expected: str | None = None
) -> Outcome:
    """Give a command in an environment; ``expected`` are the numbers that it must leave.

    Raises
    ------
    Skipped
        The environment cannot be made here.
    """
    command = COMMANDS[name]
    base = pathlib.Path(tempfile.mkdtemp(prefix="environment-"))
    base.chmod(0o755)
    try:
        place = base / os.fsdecode(environment.folder)
        shutil.copytree(template, place)
        with environment.prepared(place) as more:
            before = set(place.rglob("*"))
            status, said = _given(environment, name, place, more)
            is_there = bool(command.keeps) and (place / command.keeps).exists()
            new = set(place.rglob("*")) - before
            numbers, faults = None, list(_faults(environment, name, status, said))
            if command.keeps and status == 0:
                if is_there:
                    numbers = command.numbers(place)
                else:
                    faults.append(f"status 0, and there is no {command.keeps}")
                if expected is not None and numbers != expected:
                    faults.append("other numbers than where nothing differs")
            if status not in (0, 143) and new and not command.goes_on:
                faults.append(f"left behind: {sorted(path.name for path in new)}")
            faults += _litter(environment, new)
            strange = {path.relative_to(place).parts[0] for path in new} - RESULTS
            faults += [f"left behind: {name}" for name in sorted(strange)]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return Outcome(status, said, numbers, tuple(faults))


def _faults(environment: Environment, name: str, status: int, said: str) -> Iterator[str]:
    keeps, lost = COMMANDS[name].keeps, environment.out in ("closed", "left", "full")
    wanted = 0
    if name == "serve":
        wanted = 128 + signal.SIGTERM
    elif keeps and not environment.is_writable:
        wanted = 1
    elif lost and not keeps:
        wanted = 141 if environment.out == "left" else 1
    last = said.strip().splitlines()[-1:] or [""]
    if status != wanted:
        yield f"status {status}, not {wanted}: {last[0]}"
    if "Traceback" in said or "Exception ignored" in said:
        yield f"a traceback: {last[0]}"
    if wanted == 1 and environment.err == "pipe" and not last[0].startswith("defection: "):
        yield f"refused without a message: {last[0]}"


def _litter(environment: Environment, new: set[pathlib.Path]) -> Iterator[str]:
    for path in sorted(new):
        if ".tmp" in path.name or path.name.endswith(".replaced"):
            yield f"left behind: {path.name}"
        wanted = (0o777 if path.is_dir() else 0o666) & ~environment.umask
        mode = path.stat().st_mode & 0o777
        if mode != wanted and not path.name.startswith("."):
            yield f"{path.name} has mode {mode:o}, not {wanted:o}"


def _given(environment: Environment, name: str, place: pathlib.Path, more: Any) -> tuple[int, str]:
    """Give the command; return its exit status and what could be read of it."""
    script = pathlib.Path(environment.python).with_name("defection")
    words = [str(script)] if script.exists() else [environment.python, "-m", "defection"]
    words = [*environment.before, *words, name, *COMMANDS[name].words]
    streams = {"out": environment.out, "err": environment.err}
    closed = " ".join(REDIRECTIONS[key] for key, kind in streams.items() if kind == "closed")
    if closed:
        words = ["bash", "-c", f'exec "$@" {closed}', "bash", *words]
    changes = {**environment.variables, **more}
    variables = {
        key: value for key, value in {**os.environ, **changes}.items() if value is not None
    }
    with contextlib.ExitStack() as stack:
        heard: list[bytes] = []
        handles = {key: _stream(kind, stack, heard) for key, kind in streams.items()}
        process = subprocess.Popen(
            words, cwd=place, env=variables, umask=environment.umask, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=handles["out"], stderr=handles["err"],
        )  # fmt: skip
        stack.callback(process.wait)
        stack.callback(_end, process)
        if name == "serve":
            time.sleep(15)
            process.terminate()
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return -1, f"no end after {PATIENCE:.0f} s"
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    return status, b"".join(heard).decode("utf-8", "replace").replace("\r", "\n")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what a command may have left running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _stream(kind: str, stack: contextlib.ExitStack, heard: list[bytes]) -> int:
    """Return the handle of a stream; what is written to it is heard where it has a reader."""
    if kind == "full":
        handle = os.open("/dev/full", os.O_WRONLY)
        stack.callback(os.close, handle)
        return handle
    reader, writer = pty.openpty() if kind == "terminal" else os.pipe()
    if kind == "left":
        os.close(reader)
        stack.callback(os.close, writer)
        return writer

    def listen() -> None:
        with contextlib.suppress(OSError):  # a terminal whose other end is closed
            while some := os.read(reader, 65536):
                heard.append(some)

    thread = threading.Thread(target=listen)
    thread.start()
    stack.callback(os.close, reader)
    stack.callback(thread.join)
    stack.callback(os.close, writer)  # called first: the reader hears the end
    return writer
