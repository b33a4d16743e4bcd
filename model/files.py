"""Files and folders that are whole or not there: written beside their place, made to last, renamed; known by their bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator


class FolderError(OSError):
    """The results cannot go where they were asked to go."""


def check(folder: pathlib.Path, *, force: bool = False) -> None:
    """Refuse early, before any work: an existing folder without ``force``, a foreign folder, a place that cannot be written."""
    if folder.exists() or folder.is_symlink():
        if not folder.is_dir():
            raise FolderError(f"{folder} exists and is not a folder; choose another --out")
        if not force:
            raise FolderError(f"{folder} exists; choose another --out, or replace it with --force")
        if any(folder.iterdir()) and not (folder / "manifest.json").exists():
            raise FolderError(
                f"{folder} does not look like a run's folder (it has no manifest.json); --force does not replace it"
            )
    check_place(folder)


def check_place(path: pathlib.Path) -> None:
    """Refuse a path whose nearest existing parent cannot be written to; nothing is made."""
    parent = path.absolute().parent
    while not parent.exists():
        parent = parent.parent
    try:
        with tempfile.TemporaryFile(dir=parent):
            pass
    except OSError as error:
        raise FolderError(
            f"{path} cannot be written: {error.strerror or error} ({parent})"
        ) from None


@contextlib.contextmanager
def replaced(folder: pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give a new folder beside ``folder`` to write into; rename it into place when all went well, drop it when not."""
    check(folder, force=force)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        beside.chmod(0o777 & ~_umask())
        yield beside
        if folder.exists():
            old = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            os.rename(folder, old / "run")
            os.rename(beside, folder)
            shutil.rmtree(old)
        else:
            os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_file(file: str | pathlib.Path, *, force: bool) -> pathlib.Path:
    """Refuse early, before any work: an existing file without ``force``, a folder, a place that cannot be written."""
    file = pathlib.Path(file)
    if file.is_dir():
        raise FolderError(f"{file} is a folder; name a file")
    if file.exists() and not force:
        raise FolderError(
            f"{file} exists; choose another name, or replace it with --force (force=True)"
        )
    check_place(file)
    return file


@contextlib.contextmanager
def replaced_file(file: str | pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give the path of a new file beside ``file`` to write; rename it into place when all went well, drop it when not."""
    file = check_file(file, force=force).absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=file.suffix, dir=file.parent)
    os.close(handle)
    beside = pathlib.Path(name)
    try:
        yield beside
        beside.chmod(0o666 & ~_umask())
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_beside(file: pathlib.Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file so that a kill or a power cut leaves all of it or nothing; ``replace=False`` leaves one that is there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{file.stem[:12]}-", suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(beside, 0o644)
        if replace:
            os.replace(beside, file)
        else:
            _put_once(beside, file)
    finally:
        pathlib.Path(beside).unlink(missing_ok=True)
    _sync(file.parent)


def _put_once(beside: str, file: pathlib.Path) -> None:
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not file.exists():
            os.replace(beside, file)


def _sync(folder: pathlib.Path) -> None:
    """Make a rename survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(content: bytes) -> str:
    """Return the fingerprint (16 hexadecimal digits) of a file's bytes."""
    return hashlib.sha256(content).hexdigest()[:16]
