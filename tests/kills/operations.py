"""A process that ends at its n-th operation on files, or whose disk keeps what was flushed."""

from __future__ import annotations

import collections
import io
import os
import pathlib
import signal
import stat
import sys
import traceback
import warnings
from collections.abc import Callable

WAYS = ("kill", "torn", "power cut", "power cut, names first")
"""How a process ends: before an operation; with half of a file written; with what the disk keeps,
where it keeps the names in a folder when they are flushed, or at once."""

_EVENTS = {"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir"}


class Disk:
    """What a disk has of a folder: contents of files and names in folders, as last flushed."""

    def __init__(self, root: pathlib.Path, *, names_first: bool) -> None:
        self.root, self.names_first = root, names_first
        self.contents: dict[int, bytes] = {}
        self.names: dict[int, dict[str, tuple[int, bool]]] = {}
        self._open: list[int] = []  # so that no number is given to another file
        for path in (root, *root.rglob("*")):
            self.flushed(os.open(path, os.O_RDONLY))

    def flushed(self, handle: int) -> None:
        """Keep what a file or a folder holds now."""
        about, handle = os.fstat(handle), os.dup(handle)
        self._open.append(handle)
        if stat.S_ISDIR(about.st_mode):
            self.names[about.st_ino] = self._entries(f"/proc/self/fd/{handle}")
        else:
            self.contents[about.st_ino] = os.pread(handle, about.st_size, 0)

    @staticmethod
    def _entries(folder: str | pathlib.Path) -> dict[str, tuple[int, bool]]:
        return {
            one.name: (one.inode(), one.is_dir(follow_symlinks=False)) for one in os.scandir(folder)
        }

    def cut(self) -> None:
        """Leave in the folder what the disk has, as after a power cut."""
        if self.names_first:
            for path in (self.root, *self.root.rglob("*")):
                if path.is_dir():
                    self.names[path.stat().st_ino] = self._entries(path)
        lost = self.root.with_name(f"{self.root.name}-lost")
        root = self.root.stat().st_ino
        os.rename(self.root, lost)
        self._write(self.root, root)

    def _write(self, place: pathlib.Path, folder: int) -> None:
        place.mkdir()
        for name, (inode, is_folder) in self.names.get(folder, {}).items():
            if is_folder:
                self._write(place / name, inode)
            else:
                (place / name).write_bytes(self.contents.get(inode, b""))


class Watch:
    """Counts operations on files below a folder, and ends the process before the ``last``."""

    def __init__(self, root: pathlib.Path, last: int | None, way: str) -> None:
        self.root, self.last, self.way = root, last, way
        self.counts: collections.Counter[str] = collections.Counter()
        self.ending = False
        cut = way.startswith("power cut")
        self.disk = Disk(root, names_first=way.endswith("first")) if cut else None

    def start(self) -> None:
        """Watch this process from now on."""
        from defection import files

        flush, exchanged = os.fsync, files._exchanged

        def fsync(handle: int) -> None:
            path = os.readlink(f"/proc/self/fd/{handle}")
            if self._is_ours(path):
                self._before("flush", pathlib.Path(path))
            flush(handle)
            if self.disk and not self.ending and self._is_ours(path):
                self.disk.flushed(handle)

        def exchange(one: pathlib.Path, other: pathlib.Path) -> bool:
            self._before("exchange")
            return exchanged(one, other)

        os.fsync, files._exchanged = fsync, exchange
        sys.addaudithook(self._audit)

    def _is_ours(self, path: object) -> bool:
        return os.path.abspath(os.fsdecode(path)).startswith(f"{self.root}")  # type: ignore[arg-type]

    def _audit(self, event: str, what: tuple[object, ...]) -> None:
        if self.ending:
            return
        if event == "open":
            path, _, flags = what
            if isinstance(flags, int) and isinstance(path, (str, bytes)) and self._is_ours(path):
                writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
                if writes and not flags & getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY:
                    self._before("open to write")
        elif event in _EVENTS:
            named = [one for one in what if isinstance(one, (str, bytes, os.PathLike))]
            relative = any(type(one) is int and one >= 0 for one in what)  # beside an open folder
            if named and (relative or self._is_ours(named[0])):
                self._before(event.removeprefix("os."))

    def _before(self, what: str, path: pathlib.Path | None = None) -> None:
        if self.ending:
            return
        self.counts[what] += 1
        if self.last is None or self.counts.total() != self.last:
            return
        self.ending = True
        if self.way == "torn" and path is not None and path.is_file():
            os.truncate(path, path.stat().st_size // 2)
        if self.disk:
            self.disk.cut()
        os.kill(os.getpid(), signal.SIGKILL)


def forked(
    act: Callable[[], object], root: pathlib.Path, last: int | None = None, way: str = "kill"
) -> tuple[int, collections.Counter[str], str]:
    """Do something in a process of its own that ends before its ``last`` operation below ``root``.

    Returns
    -------
    tuple
        Its exit status (negative: the signal that ended it), its operations, and what it said.
    """
    reading, writing = os.pipe()
    said = root.with_name(f"{root.name}-said")
    child = os.fork()
    if child == 0:  # pragma: no cover
        status = 70
        try:
            os.close(reading)
            for stream in (1, 2):
                os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
            sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), write_through=True)  # type: ignore[type-var]
            sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), write_through=True)  # type: ignore[type-var]
            os.chdir(root)
            warnings.simplefilter("default")
            watch = Watch(root, last, way)
            watch.start()
            try:
                status = int(act() or 0)  # type: ignore[call-overload]
            finally:
                watch.ending = True
            if watch.disk:  # the power is cut after the command has ended
                watch.disk.cut()
            counts = ",".join(f"{name}:{count}" for name, count in watch.counts.items())
            os.write(writing, counts.encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        text = stream.read().decode()
    _, ended = os.waitpid(child, 0)
    counts = collections.Counter(
        {k: int(n) for k, n in (p.split(":") for p in text.split(",") if p)}
    )
    message = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
    said.unlink(missing_ok=True)
    return os.waitstatus_to_exitcode(ended), counts, message
