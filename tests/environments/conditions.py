"""The environments: what of a process differs from a developer's terminal."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

STRANGER = 12345
"""Number of a user without an entry in passwd."""

AS_STRANGER = (
    "setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups",
)  # fmt: skip


class Skipped(Exception):
    """An environment cannot be made here; the message says why."""


@contextlib.contextmanager
def nothing(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Prepare nothing."""
    yield {}


@dataclasses.dataclass(frozen=True)
class Environment:
    """What differs: streams, variables, folder, user, file system."""

    name: str
    out: str = "pipe"
    """Standard output: ``pipe``, ``closed``, ``left`` (no reader), ``full`` or ``terminal``."""
    err: str = "pipe"
    variables: Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    """Variables of the environment; None: unset."""
    folder: str | bytes = "place"
    """Name of the folder in which the command is given."""
    before: tuple[str, ...] = ()
    """Words before the command."""
    umask: int = 0o022
    prepared: Callable[[pathlib.Path], Any] = nothing
    """A context in which the command is given; yields more variables."""
    is_writable: bool = True
    """Whether results can be kept: else every command that keeps some must be refused."""
    python: str = sys.executable
    """The Python of the command ``defection``."""
    commands: tuple[str, ...] = ("run", "sweep", "results", "parameters")
    """The commands tried; empty: all."""


def _needs_root() -> None:
    if os.name != "posix" or os.geteuid() != 0:
        raise Skipped("needs root")


@contextlib.contextmanager
def mounted(place: pathlib.Path, options: str) -> Iterator[Mapping[str, str]]:
    """Put a file system in memory over the place, with what the place holds."""
    _needs_root()
    kept = place.with_name("kept")
    shutil.copytree(place, kept)
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        raise Skipped("file systems cannot be mounted here")
    try:
        shutil.copytree(kept, place, dirs_exist_ok=True)
        if options == "full":
            with contextlib.suppress(OSError), (place / "filling").open("wb") as filling:
                while True:
                    filling.write(b"0" * 4096)
                    filling.flush()
        else:
            subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)
        yield {}
    finally:
        subprocess.run(["umount", str(place)], check=True)


@contextlib.contextmanager
def read_only(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Let nothing be written in the place."""
    with mounted(place, "ro") as more:
        yield more


@contextlib.contextmanager
def full(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Fill the disk."""
    with mounted(place, "full") as more:
        yield more


@contextlib.contextmanager
def strange_user(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Give the place to a user who owns nothing else."""
    _needs_root()
    for path in (place, *place.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    for parent in place.parents[:3]:
        if parent != pathlib.Path("/tmp"):
            parent.chmod(0o755)
    again = "import subprocess, sys, defection; subprocess.run([sys.executable, '-V'], check=True)"
    words = [*AS_STRANGER, sys.executable, "-c", again]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        raise Skipped("another user cannot start this Python, or it cannot start itself")
    yield {}


@contextlib.contextmanager
def cache_of_another(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Let the compiled code lie in a cache that belongs to another user, who may be no longer."""
    cache = place.with_name("cache")
    words = [sys.executable, "-m", "defection", "ensemble", "--country", str(place / "land")]
    settings = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    subprocess.run([*words, "--runs", "1", "--quiet"], env=settings, check=True)
    with strange_user(place):
        yield {"XDG_CACHE_HOME": str(cache)}


@contextlib.contextmanager
def long_temporary(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Let temporary files lie so deep that no socket's path fits."""
    deep = place.with_name("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)
    yield {"TMPDIR": str(deep)}


@contextlib.contextmanager
def own_settings(place: pathlib.Path) -> Iterator[Mapping[str, str]]:
    """Let a user's settings of Matplotlib ask for LaTeX, which is not there."""
    folder = place.with_name("settings")
    folder.mkdir()
    text = "text.usetex: True\nfont.family: No Such Font\nsavefig.format: pdf\n"
    (folder / "matplotlibrc").write_text(text)
    yield {"MPLCONFIGDIR": str(folder), "MATPLOTLIBRC": str(folder)}


EVERY: dict[str, Any] = {"commands": ()}
NO_HOME = {"XDG_CACHE_HOME": None, "NUMBA_CACHE_DIR": None, "MPLCONFIGDIR": None}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

ENVIRONMENTS = (
    Environment("nothing differs", **EVERY),
    Environment("standard output closed", out="closed", **EVERY),
    Environment("standard error closed", err="closed", **EVERY),
    Environment("both closed", out="closed", err="closed", **EVERY),
    Environment("the reader of standard output has left", out="left", **EVERY),
    Environment("the reader of standard error has left", err="left", **EVERY),
    Environment("the reader of both has left", out="left", err="left", **EVERY),
    Environment("standard output full", out="full", **EVERY),
    Environment("standard error full", err="full", **EVERY),
    Environment("both full", out="full", err="full", **EVERY),
    Environment("output in cp1252", variables={"PYTHONIOENCODING": "cp1252"}, **EVERY),
    Environment("output in ASCII", variables={"PYTHONIOENCODING": "ascii"}, **EVERY),
    Environment("everything in ASCII", variables=ASCII, **EVERY),
    Environment("a terminal", out="terminal", err="terminal"),
    Environment("a dumb terminal", out="terminal", err="terminal", variables={"TERM": "dumb"}),
    Environment(
        "a terminal of one column", out="terminal", err="terminal", variables={"COLUMNS": "1"}
    ),
    Environment("HOME unset", variables={**NO_HOME, "HOME": None}),
    Environment("HOME empty", variables={**NO_HOME, "HOME": ""}),
    Environment("HOME relative", variables={**NO_HOME, "HOME": "home"}),
    Environment("HOME that is not there", variables={**NO_HOME, "HOME": "/no/such/home"}),
    Environment(
        "a user without an entry, no HOME", variables={**NO_HOME, "HOME": None},
        before=AS_STRANGER, prepared=strange_user,
    ),
    Environment("another user's HOME", variables=NO_HOME, before=AS_STRANGER, prepared=strange_user),
    Environment("another user's cache", before=AS_STRANGER, prepared=cache_of_another),
    Environment("spaces in the path", folder=" a  place "),
    Environment("a colon in the path", folder="file:a:1"),
    Environment("Hangul in the path", folder="개성 공단"),
    Environment("Hangul in the path, everything in ASCII", folder="개성", variables=ASCII, **EVERY),
    Environment("percent, dollar, hash, quotes in the path", folder="50% $x^$ #1? 'q' \"q\" [a] {b}"),
    Environment("bytes in the path that are no text", folder=b"\xff\xfe", **EVERY),
    Environment("a line's end in the path", folder="two\nlines"),
    Environment("a path of 1,500 characters", folder="/".join(["n" * 150] * 10)),
    Environment("a read-only disk", prepared=read_only, is_writable=False, **EVERY),
    Environment("a full disk", prepared=full, is_writable=False, **EVERY),
    Environment("TMPDIR of 200 characters", prepared=long_temporary),
    Environment("TMPDIR that is not there", variables={"TMPDIR": "/no/such/folder"}),
    Environment("umask 077", umask=0o077, **EVERY),
    Environment("umask 000", umask=0o000, **EVERY),
    Environment("own settings of Matplotlib, without LaTeX", prepared=own_settings),
    Environment("a window system that is not there", variables={"MPLBACKEND": "qtagg"}),
    Environment("64 open files at most", before=("bash", "-c", 'ulimit -n 64; exec "$@"', "bash")),
    Environment("one core", before=("taskset", "-c", "0")),
    Environment("python -OO", variables={"PYTHONOPTIMIZE": "2"}),
)  # fmt: skip
